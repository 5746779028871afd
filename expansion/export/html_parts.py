"""Pieces of the HTML summary: numbers, tables, cards; every value enters through `expansion.markup.safe`."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from expansion.export.html_style import MOST_BOXES
from expansion.figures.leaves import Leaf
from expansion.markup import safe

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
Cell = str | int | float | None


def amount(value: float | None, decimals: int = 0) -> str:
    """Write a number with thousands set apart; a dash for what is unknown."""
    return "–" if value is None else f"{value:z,.{decimals}f}"


def brief(value: float | None, currency: str) -> str:
    """Write money in a few digits: ``8.80 M USD``."""
    if value is None:
        return "–"
    for size, sign in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:,.2f}{sign} {currency}"
    return f"{value:,.0f} {currency}"


def card(figure: str, words: str, note: str = "") -> str:
    """Write one large figure with its words."""
    more = f"<span>{safe(note)}</span>" if note else ""
    return f'<div class="card"><b>{safe(figure)}</b><span>{safe(words)}</span>{more}</div>'


def section(name: str, title: str, lead: str, body: str, *, own_page: bool = False) -> str:
    """Write a section with its anchor; on paper it may begin a page."""
    said = f'<p class="lead">{safe(lead)}</p>' if lead else ""
    look = ' class="page"' if own_page else ""
    return f'<section id="{name}"{look}><h2>{safe(title)}</h2>{said}{body}</section>'


def table(
    heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, right: Sequence[int] = (), total: bool = False
) -> str:
    """Write a table of plain cells.

    Parameters
    ----------
    heads
        Heading of each column.
    rows
        Cells; numbers must be written already.
    right
        Columns that stand right-aligned.
    total
        Whether the last row is a sum.
    """
    listed = [list(row) for row in rows]
    head = "".join(f"<th{_side(number, right)}>{safe(word)}</th>" for number, word in enumerate(heads))
    lines = []
    for place, row in enumerate(listed):
        cells = "".join(_cells(["" if cell is None else cell for cell in row], right))
        lines.append(f'<tr class="total">{cells}</tr>' if total and place == len(listed) - 1 else f"<tr>{cells}</tr>")
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def _side(number: int, right: Sequence[int]) -> str:
    """Class of a cell that stands right-aligned."""
    return ' class="n"' if number in right else ""


def known_columns(found: pd.DataFrame | None, columns: Mapping[str, str]) -> dict[str, str]:
    """Keep the columns that a table has, in the order asked for; empty without a table or rows."""
    return {name: words for name, words in columns.items() if name in found} if found is not None and len(found) else {}


def rows_of(
    found: pd.DataFrame, columns: Iterable[str], *, decimals: Mapping[str, int] | None = None
) -> list[list[str]]:
    """Write columns of a table as cells: numbers with separators, flags as words, years and phases plain."""
    lists = [[_cell(name, value, (decimals or {}).get(name, 0)) for value in found[name].tolist()] for name in columns]
    return [list(row) for row in zip(*lists, strict=True)]


def _cell(name: str, value: object, decimals: int) -> str:
    """Write one value of a column."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | float | np.number):
        return f"{value:.0f}" if name in ("year", "phase", "rank", "start_year") else amount(float(value), decimals)
    return str(value)


def numbers_at(found: pd.DataFrame, columns: Iterable[str]) -> tuple[int, ...]:
    """Places of the columns that hold numbers, which stand right-aligned."""
    plain = ("year", "phase", "start_year")
    return tuple(
        place
        for place, name in enumerate(columns)
        if name not in plain and pd.api.types.is_numeric_dtype(found[name]) and found[name].dtype != bool
    )


def plain_table(
    found: pd.DataFrame | None,
    columns: Mapping[str, str],
    *,
    decimals: Mapping[str, int] | None = None,
    name: str = "",
    key: str = "",
    reworded: Collection[str] = (),
) -> str:
    """Write the columns that a table has, by their headings; "" without a table or rows.

    Parameters
    ----------
    found, columns, decimals
        Table, headings by column, and decimals of numbers that are not whole.
    name, key
        Table of the plan and its key column, where the rows are rows of it: a program then reads the values back, as
        those of `register`.
    reworded
        Columns that hold other words than the table of the plan, which a program is not told of.
    """
    heads = known_columns(found, columns)
    if found is None or not heads:
        return ""
    rows, right = rows_of(found, heads, decimals=decimals), numbers_at(found, heads)
    if not name or key not in found:
        return table(list(heads.values()), rows, right=right)
    own = [column for column in heads if column not in reworded]
    lines = []
    for row, (line, *marks) in zip(rows, _marks(found, own, key), strict=True):
        mark = dict(zip(own, marks, strict=True))
        cells = zip(heads, _cells(row, right), strict=True)
        told = "".join(cell.replace("<td", f"<td{mark.get(column, '')}", 1) for column, cell in cells)
        lines.append(f"<tr{line}>{told}</tr>")
    return _told_table(list(heads.values()), lines, right, name)


def _told_table(heads: Sequence[str], lines: Sequence[str], right: Sequence[int], name: str) -> str:
    """Write a table of written rows; `name` tells a program of which table they are."""
    head = "".join(f"<th{_side(number, right)}>{safe(word)}</th>" for number, word in enumerate(heads))
    told = f' data-table="{safe(name)}"' if name else ""
    return (
        f'<div class="scroll"><table{told}><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'
    )


def register(
    found: pd.DataFrame | None,
    columns: Mapping[str, str],
    *,
    by: str,
    decimals: Mapping[str, int] | None = None,
    name: str = "",
    key: str = "",
) -> str:
    """Write a long table with a box per value of the column `by`; unticking one hides its rows, without a script.

    Parameters
    ----------
    found, columns, decimals
        Table, headings by column, and decimals of numbers that are not whole.
    by
        Column whose values the boxes name.
    name, key
        Table of the plan and its key column, where the rows are rows of it: a program then reads every value back from
        ``data-table``, ``data-row``, ``data-column`` and ``data-value``.
    """
    heads = known_columns(found, columns)
    if found is None or not heads:
        return ""
    kinds, right = [_cell(by, value, 0) for value in found[by].tolist()], numbers_at(found, heads)
    known = sorted(set(kinds))[:MOST_BOXES]
    marks = _marks(found, heads, key) if name else [[""] * (len(heads) + 1)] * len(found)
    lines = []
    for kind, row, mark in zip(kinds, rows_of(found, heads, decimals=decimals), marks, strict=True):
        look = f' class="k{known.index(kind)}"' if kind in known else ""
        cells = (cell.replace("<td", f"<td{own}", 1) for cell, own in zip(_cells(row, right), mark[1:], strict=True))
        lines.append(f"<tr{look}{mark[0]}>{''.join(cells)}</tr>")
    boxes = "".join(
        f'<label><input type="checkbox" class="k{place}" checked="checked"/><span>{safe(kind)}</span>'
        f'<span class="count">{kinds.count(kind)}</span></label>'
        for place, kind in enumerate(known)
    )
    filters = f'<div class="filters">{boxes}</div>' if len(known) > 1 else ""
    return f'<div class="register">{filters}{_told_table(list(heads.values()), lines, right, name)}</div>'


def _marks(found: pd.DataFrame, heads: Iterable[str], key: str) -> list[list[str]]:
    """Write what tells a program of each row and of its cells."""
    lists = [[f' data-row="{safe(value)}"' for value in found[key]]]
    for name in heads:
        values = ["" if value is None or pd.isna(value) else value for value in found[name].tolist()]
        lists.append([f' data-column="{safe(name)}" data-value="{safe(value)}"' for value in values])
    return [list(row) for row in zip(*lists, strict=True)]


def _cells(row: Sequence[Cell], right: Sequence[int]) -> list[str]:
    """Write the cells of a row."""
    return [f"<td{_side(number, right) or _day(cell)}>{safe(cell)}</td>" for number, cell in enumerate(row)]


def _day(cell: Cell) -> str:
    """Class of a cell that holds a date, which is not broken."""
    return ' class="d"' if isinstance(cell, str) and _DATE.fullmatch(cell) else ""


def bar_table(heads: Sequence[str], rows: Iterable[tuple[str, float, str]]) -> str:
    """Write a table whose last column draws the number: rows of words, number, number as text."""
    listed = list(rows)
    most = max((abs(value) for _, value, _ in listed), default=0) or 1
    lines = "".join(
        f'<tr><td>{safe(words)}</td><td class="n">{safe(shown)}</td>'
        f'<td class="barcell"><i class="bar" style="width:{100 * abs(value) / most:.1f}%"></i></td></tr>'
        for words, value, shown in listed
    )
    head = f'<th>{safe(heads[0])}</th><th class="n">{safe(heads[1])}</th><th></th>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def leaf_rows(leaves: Iterable[Leaf]) -> str:
    """Write every value of plan.json as a row that a program can read back: ``data-key`` and ``value``."""
    lines = []
    for leaf in leaves:
        shown = safe(_shown(leaf))
        if leaf.number is not None:
            shown = f'<data data-key="{safe(leaf.key)}" value="{safe(json.dumps(leaf.value))}">{shown}</data>'
        side = ' class="n"' if leaf.number is not None else ""
        lines.append(f'<tr><td class="d">{safe(leaf.key)}</td><td{side}>{shown}</td><td>{safe(leaf.unit)}</td></tr>')
    head = '<tr><th>key</th><th class="n">value</th><th>unit</th></tr>'
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{"".join(lines)}</tbody></table></div>'


def _shown(leaf: Leaf) -> str:
    """Write a value of plan.json for a reader; years, seeds and schema numbers stay plain."""
    if leaf.number is None:
        return leaf.text if leaf.text is not None else "–"
    if leaf.key.endswith(("year", "seed", "schema")):
        return str(leaf.value)
    return f"{leaf.value:,}" if isinstance(leaf.value, int) else f"{leaf.value:,.6f}".rstrip("0").rstrip(".")
