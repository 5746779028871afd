"""Every number of plan.json stands in every export that docs/reference/exports.md names, and is equal."""

import re
from pathlib import Path

import openpyxl
import pyogrio
import pytest

from tests.export.readers import READERS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "exports.md"


def leaves(value, key=""):
    """Yield key and number of plan.json, found without the code that exports them."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from leaves(one, f"{key}[{place}]")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield key, value


def unknown(value, key=""):
    """Yield the keys under which plan.json says null."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from unknown(one, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from unknown(one, f"{key}[{place}]")
    elif value is None:
        yield key


def pattern(key):
    return re.sub(r"(by_category|by_component|by_rule)\..+", r"\1.NAME", re.sub(r"\[\d+\]", "[n]", key))


def page_rows():
    """Rows of the page's table of numbers: key, unit, other places."""
    table = PAGE.read_text("utf-8").split("## Numbers of plan.json")[1].split("##")[0]
    return [
        [cell.strip(" `") for cell in line.split("|")[1:4]] for line in table.splitlines() if line.startswith("| `")
    ]


@pytest.fixture
def written(exported):
    return exported


def test_the_page_names_every_carrier():
    table = PAGE.read_text("utf-8").split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, flags=re.MULTILINE)) == set(READERS)


def test_the_page_names_every_number(planned):
    found = {pattern(key) for key, _ in leaves(planned.document)}
    listed = {row[0] for row in page_rows()}
    assert found <= listed
    absent = listed - found - {pattern(key) for key in unknown(planned.document)}
    assert {key for key in absent if not key.startswith(("findings[n].amount", "curve.tail_"))} == set()


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_number_is_read_back_equal(planned, written, name):
    wanted = dict(leaves(planned.document))
    found = READERS[name](written[name])
    assert len(wanted) > 100
    assert {key: found.get(key) for key in wanted} == wanted


@pytest.mark.parametrize(("key", "place"), [(row[0], row[2]) for row in page_rows() if row[2].startswith("rows of")])
def test_counts_are_rows(planned, written, key, place):
    section, name = key.split(".")
    table = place.split()[-1]
    with_sheet = openpyxl.load_workbook(written["xlsx"], read_only=True)
    counts = [sum(1 for _ in with_sheet[table].iter_rows(values_only=True)) - 1]
    if "sheet" not in place:
        counts.append(pyogrio.read_info(written["gpkg"], layer=table)["features"])
    with_sheet.close()
    assert counts == [planned.document[section][name]] * len(counts)


@pytest.mark.parametrize(("key", "place"), [(row[0], row[2]) for row in page_rows() if row[2].startswith("sheet")])
def test_lists_stand_on_sheets(planned, written, key, place):
    sheet, column = re.fullmatch(r"sheet (\w+), column (\w+)", place).groups()
    book = openpyxl.load_workbook(written["xlsx"], read_only=True)
    heads, *rows = book[sheet].iter_rows(values_only=True)
    book.close()
    source = planned.document["portfolio"][sheet] if sheet == "phases" else planned.document[sheet]
    assert [row[heads.index(column)] for row in rows] == [one[column] for one in source]
