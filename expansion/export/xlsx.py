"""Excel: figures, findings and tables of a plan, one sheet each; no cell is a formula or a link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pandas.api import types as dtypes

from expansion.errors import OutputError
from expansion.export.geojson import plain_rows
from expansion.export.specs import SPECS
from expansion.export.xlsx_cover import contents_rows, headline_rows
from expansion.figures.cost_sheets import TOTAL, cost_sheets
from expansion.figures.leaves import plan_leaves
from expansion.figures.permit_facts import application_table
from expansion.markup import printable
from expansion.plan.saved import SavedPlan
from expansion.tables import Column

TEXT_LIMIT = 32_767
ROW_LIMIT = 1_048_576
_MADE = dt.datetime(1980, 1, 1)
_LEFT_OUT = ("edges", "triggers")  # the graph under the plan, not the plan
_FIRST = (
    "areas", "choices", "benefits", "initiatives", "frontier", "milestones", "prospects", "bom", "permits", "tasks",
    "task_links", "sections", "resources", "resource_weeks", "schedule_checks", "forecasts", "s_curve", "risks",
    "charters", "quality", "procurement", "stakeholders", "raci", "communications", "waves", "onboarding", "gates",
    "governance", "pmo_types", "review_targets", "lessons", "spending", "cost_drivers", "curve", "rules", "optics",
    "sites", "spans", "cables", "drops", "locations", "paths",
)  # fmt: skip
_MONEY = ("cost", "fee", "spend", "rate_low", "rate_likely", "rate_high", "p80_change")
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(slots=True)
class _Book:
    """A workbook on its way, with what had to be cut."""

    workbook: Any
    formats: dict[str, Any]
    cuts: list[tuple[str, str, str]] = field(default_factory=list)


def write_xlsx(plan: SavedPlan, path: Path) -> Path:
    """Write one workbook; equal plans give equal bytes.

    Sheet ``cover`` has the headline figures and says what each sheet holds; ``summary`` holds every value of plan.json
    by key; then come the sums of the bill, each with a row ``total`` that equals the base cost: ``by_phase``,
    ``by_area``, ``by_category``, ``by_component``, ``by_item``, and ``rates`` with the source of each; then ``phases``,
    ``findings``, ``inputs``, a sheet per table of the plan (``edges`` and ``triggers``, the graph under it, are left
    out), ``applications`` with what to file with each authority, ``columns`` with what each column holds (a note at its
    head says so too), and ``notes`` with what was cut: text over 32,767 characters, rows over 1,048,576.

    Raises
    ------
    OutputError
        ``E_EXPORT_EXTRA`` where xlsxwriter is not installed.

    References
    ----------
    ECMA-376, Office Open XML; OWASP, CSV Injection.
    """
    with _workbook(path) as workbook:
        book = _Book(workbook, _formats(workbook))
        cover = workbook.add_worksheet("cover")
        _summary(book, plan)
        for name, sums in cost_sheets(plan.document, plan.tables, plan.study_document.get("rules", {})).items():
            _sheet(book, name, sums, money=_money_of(sums))
        for name, rows in _lists(plan).items():
            _sheet(book, name, pd.DataFrame(rows))
        names = [name for name in _FIRST if name in plan.tables]
        names += sorted(set(plan.tables) - set(names) - set(_LEFT_OUT))
        for name in names:
            _sheet(book, "BOM" if name == "bom" else name, _flat(plan.tables[name]), _columns(name))
        if {"permits", "tasks", "areas"} <= set(plan.tables):
            _sheet(book, "applications", application_table(plan.tables))
        _sheet(book, "columns", _dictionary(names))
        _sheet(book, "notes", pd.DataFrame(book.cuts, columns=["sheet", "cell", "note"]))
        _cover(book, cover, plan)
    return path


def write_sheets(
    path: Path, tables: Mapping[str, pd.DataFrame], declared: Mapping[str, Column], choices: Mapping[str, Sequence[str]]
) -> Path:
    """Write a workbook to be filled in: a sheet per table, columns with a fixed choice of words.

    Parameters
    ----------
    path
        File to write.
    tables
        Rows per sheet.
    declared
        Columns by name, for the look of numbers.
    choices
        Per column the words among which a cell is picked.
    """
    with _workbook(path) as workbook:
        book = _Book(workbook, _formats(workbook))
        for name, table in tables.items():
            _sheet(book, name, table, dict(declared))
            sheet = workbook.get_worksheet_by_name(name)
            for number, column in enumerate(table.columns):
                if column in choices and len(table):
                    picked = {"validate": "list", "source": list(choices[str(column)])}
                    sheet.data_validation(1, number, len(table), number, picked)
    return path


def _workbook(path: Path) -> Any:
    """Open a workbook in which nothing that is written as text comes alive, made at a fixed date."""
    try:
        import xlsxwriter
    except ImportError as error:
        raise OutputError(
            "xlsx needs the package xlsxwriter", code="E_EXPORT_EXTRA", hint="pip install 'expansion[reports]'"
        ) from error
    workbook = xlsxwriter.Workbook(str(path), _OPTIONS)
    workbook.set_properties({"created": _MADE, "title": "Plan", "comments": "Written by expansion"})
    return workbook


def _formats(workbook: Any) -> dict[str, Any]:
    """Cell formats by name."""
    looks: dict[str, dict[str, object]] = {
        "head": {"bold": True, "bg_color": "#1b2733", "font_color": "#ffffff", "text_wrap": True, "valign": "top"},
        "section": {"bold": True, "bg_color": "#e8edf2"},
        "title": {"bold": True, "font_size": 16},
        "money": {"num_format": "#,##0.00"},
        "share": {"num_format": "0.0%"},
        "number": {"num_format": "#,##0.######"},
        "whole": {"num_format": "0"},
        "text": {"num_format": "@"},
    }
    sums = {f"{name}_total": look | {"bold": True, "top": 1} for name, look in looks.items()}
    return {name: workbook.add_format(look) for name, look in (looks | sums).items()}


def _summary(book: _Book, plan: SavedPlan) -> None:
    """Write every value of plan.json: key, value, unit, a band per section."""
    sheet = book.workbook.add_worksheet("summary")
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 26)
    sheet.set_column(2, 2, 14)
    sheet.freeze_panes(1, 0)
    for column, word in enumerate(("key", "value", "unit")):
        sheet.write_string(0, column, word, book.formats["head"])
    row, section = 0, ""
    for leaf in plan_leaves(plan.document):
        row += 1
        if leaf.section != section:
            section = leaf.section
            for column in range(3):
                sheet.write_string(row, column, section if column == 0 else "", book.formats["section"])
            row += 1
        _write(book, sheet, "summary", row, 0, leaf.key, "text")
        shown = leaf.value if leaf.number is not None else leaf.text
        _write(book, sheet, "summary", row, 1, shown, "money" if leaf.unit == _currency(plan) else "number")
        _write(book, sheet, "summary", row, 2, leaf.unit, "text")


def _cover(book: _Book, sheet: Any, plan: SavedPlan) -> None:
    """Write title, fingerprint, headline figures and the list of sheets; made to be printed on one page wide."""
    for column, width in enumerate((34, 22, 84)):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    _write(book, sheet, "cover", 0, 0, plan.document["study"]["name"], "title")
    _write(book, sheet, "cover", 1, 0, f"Plan {plan.document['fingerprint']}, money in {_currency(plan)}", "text")
    row = _band(book, sheet, 3, ("headline", "figure", ""))
    for words, value, look in headline_rows(plan.document):
        _write(book, sheet, "cover", row, 0, words, "text")
        _write(book, sheet, "cover", row, 1, value, look)
        row += 1
    row = _band(book, sheet, row + 1, ("sheet", "rows", "holds"))
    names = [one.get_name() for one in book.workbook.worksheets() if one is not sheet]
    for name, about, rows in contents_rows(plan, names):
        _write(book, sheet, "cover", row, 0, name, "text")
        _write(book, sheet, "cover", row, 1, rows, "whole")
        _write(book, sheet, "cover", row, 2, about, "text")
        row += 1
    sheet.activate()


def _band(book: _Book, sheet: Any, row: int, words: Sequence[str]) -> int:
    """Write the heads of a list and return the row after them."""
    for column, word in enumerate(words):
        sheet.write_string(row, column, word, book.formats["head"])
    return row + 1


def _currency(plan: SavedPlan) -> str:
    """Return the study's currency."""
    return str(plan.document["study"]["currency"])


def _lists(plan: SavedPlan) -> dict[str, list[dict[str, Any]]]:
    """Return the lists of plan.json, a row each."""
    findings = [row | {"where": ", ".join(map(str, row["where"]))} for row in plan.document["findings"]]
    return {"phases": plan.document["portfolio"]["phases"], "findings": findings, "inputs": plan.document["inputs"]}


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without geometry; points leave longitude and latitude."""
    if not isinstance(table, gpd.GeoDataFrame):
        return table
    plain = pd.DataFrame(table.drop(columns=table.geometry.name))
    if len(table) and set(table.geom_type) == {"Point"}:
        points = table.to_crs(4326).geometry.to_numpy()
        plain["longitude"], plain["latitude"] = shapely.get_x(points).round(7), shapely.get_y(points).round(7)
    return plain


def _columns(name: str) -> dict[str, Column]:
    """Return the declared columns of a table by name."""
    return {column.name: column for column in SPECS[name].columns} if name in SPECS else {}


def _dictionary(names: Sequence[str]) -> pd.DataFrame:
    """Say what each declared column of each sheet holds."""
    rows = [(name, column.name, column.unit, column.about) for name in names for column in _columns(name).values()]
    return pd.DataFrame(rows, columns=["sheet", "column", "unit", "holds"])


def _money_of(sums: pd.DataFrame) -> frozenset[str]:
    """Columns of a table of sums that hold money."""
    return frozenset(name for name in sums.select_dtypes("float") if name not in ("quantity", "share"))


def _sheet(
    book: _Book, name: str, table: pd.DataFrame, declared: dict[str, Column] | None = None, *,
    money: frozenset[str] = frozenset(),
) -> None:  # fmt: skip
    """Write a table as a sheet: bold heading that stays in view, a filter, widths after the content, sums in bold."""
    sheet = book.workbook.add_worksheet(name)
    looks = [
        "money" if column in money else _look(table[column], (declared or {}).get(column)) for column in table.columns
    ]
    for number, column in enumerate(table.columns):
        _write(book, sheet, name, 0, number, str(column), "head")
        sheet.set_column(number, number, _width(table[column], str(column)))
        if declared and column in declared:
            sheet.write_comment(0, number, _note(declared[column]), {"x_scale": 2, "author": "expansion"})
    if len(table) >= ROW_LIMIT:
        book.cuts.append((name, f"A{ROW_LIMIT}", f"cut after {ROW_LIMIT - 1} of {len(table)} rows"))
    for row, values in enumerate(plain_rows(table.iloc[: ROW_LIMIT - 1]), start=1):
        end = "_total" if money and next(iter(values.values())) == TOTAL else ""
        for number, (value, look) in enumerate(zip(values.values(), looks, strict=True)):
            _write(book, sheet, name, row, number, value, f"{look}{end}")
    sheet.freeze_panes(1, 1)
    if len(table.columns):
        sheet.autofilter(0, 0, max(min(len(table), ROW_LIMIT - 1), 1), len(table.columns) - 1)


def _note(column: Column) -> str:
    """Say what a column holds, with its unit."""
    return f"{column.about} [{column.unit}]" if column.unit else column.about


def _look(values: pd.Series, column: Column | None) -> str:
    """Name the format of a column."""
    if dtypes.is_integer_dtype(values.dtype):
        return "whole"
    name = str(values.name)
    if name == "share" and column is None:
        return "share"
    is_money = name in _MONEY or name.endswith("_cost") or name.startswith("cost_")
    return "money" if is_money and (column is None or not column.unit) else "number"


def _width(values: pd.Series, heading: str) -> int:
    """Return a column width that shows most of the content, 8 to 60 characters."""
    longest = max((len(str(value)) for value in values.head(200).dropna()), default=0)
    return min(max(longest + 1, len(heading) + 3, 8), 60)


def _write(book: _Book, sheet: Any, name: str, row: int, column: int, value: object, look: str) -> None:
    """Write one value by its kind; text without control characters, cut with a note at Excel's limit."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value, book.formats[look])
    else:
        text = printable(value)
        if len(text.encode("utf-16-le")) // 2 > TEXT_LIMIT:
            note = f"text of {len(text)} characters cut to {TEXT_LIMIT}"
            book.cuts.append((name, _address(row, column), note))
            text = text.encode("utf-16-le")[: 2 * TEXT_LIMIT].decode("utf-16-le", errors="ignore")
        sheet.write_string(row, column, text, book.formats[_text_look(look)])


def _text_look(look: str) -> str:
    """Format of a text in a column of some look."""
    return look if look in ("head", "title") else "text_total" if look.endswith("_total") else "text"


def _address(row: int, column: int) -> str:
    """Name a cell as Excel does; both from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
