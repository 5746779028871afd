import sys
import zipfile
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from expansion.errors import OutputError
from expansion.export.xlsx import TEXT_LIMIT, _address, write_xlsx
from tests.plans import saved_plan

LIVE = [
    "=1+1",
    '=HYPERLINK("http://evil","x")',
    "+1",
    "-1+2",
    "@SUM(A1)",
    "http://evil",
    "mailto:a@b",
    "{=1}",
    "file:///x",
]


def book_of(path):
    return openpyxl.load_workbook(path)


def with_texts(texts):
    plan = saved_plan()
    return replace(plan, tables=plan.tables | {"bom": pd.DataFrame({"item": pd.array(texts, dtype="str")})})


def cells(path, sheet, column="A"):
    return list(book_of(path)[sheet][column][1:])


def test_sheets_stand_in_order(planned, tmp_path):
    names = book_of(write_xlsx(planned, tmp_path / "plan.xlsx")).sheetnames
    sums = ["by_phase", "by_area", "by_category", "by_component", "by_year", "by_item"]
    assert names[:9] == ["cover", "summary", *sums, "rates"]
    assert names[9:13] == ["phases", "findings", "inputs", "areas"]
    assert names.index("BOM") < names.index("permits") < names.index("tasks") < names.index("gates")
    assert names[-2:] == ["columns", "notes"]
    assert set(planned.tables) - {"edges", "triggers", "bom"} <= set(names)


def test_the_cover_holds_the_figures_of_the_plan_and_lists_every_sheet(planned, written):
    rows = list(written["cover"].iter_rows(values_only=True))
    said = {row[0]: row[1] for row in rows}
    cost, counts = planned.document["cost"], planned.document["counts"]
    assert (rows[0][0], said["Cost, P80"]) == (planned.document["study"]["name"], cost["p80"])
    assert said["Locations that get service"] == counts["locations_chosen"]
    listed = [row[0] for row in rows[[row[0] for row in rows].index("sheet") + 1 :]]
    assert listed == written.sheetnames[1:]
    assert said["tasks"] == counts["tasks"]
    assert [row[0] for row in rows if row[0] in listed and not row[2]] == []


def test_a_head_says_what_its_column_holds(written):
    heads = {cell.value: cell.comment for cell in written["tasks"][1]}
    assert heads["total_float_days"].text == "Days it may slip without moving the finish [days]"


def test_what_looks_like_a_formula_or_a_link_is_text(tmp_path):
    found = cells(write_xlsx(with_texts(LIVE), tmp_path / "plan.xlsx"), "BOM")
    assert [cell.value for cell in found] == LIVE
    assert {cell.data_type for cell in found} <= {"s", "f"}
    assert all(cell.hyperlink is None for cell in found)


def test_no_sheet_holds_a_formula_element(tmp_path):
    archive = zipfile.ZipFile(write_xlsx(with_texts(LIVE), tmp_path / "plan.xlsx"))
    sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)


def test_control_characters_are_left_out(tmp_path):
    found = cells(write_xlsx(with_texts(["a\x00b\x0bc\ufffed"]), tmp_path / "plan.xlsx"), "BOM")
    assert found[0].value == "abcd"


@pytest.mark.parametrize("letter", ["x", "é", "𝄞"])
def test_long_text_is_cut_at_the_limit_with_a_note(tmp_path, letter):
    path = write_xlsx(with_texts(["short", letter * 40_000]), tmp_path / "plan.xlsx")
    text = cells(path, "BOM")[1].value
    assert len(text.encode("utf-16-le")) // 2 in (TEXT_LIMIT, TEXT_LIMIT - 1)
    assert set(text) == {letter}
    note = list(book_of(path)["notes"].iter_rows(min_row=2, values_only=True))
    assert note == [("BOM", "A3", "text of 40000 characters cut to 32767")]


def test_points_come_with_longitude_and_latitude(planned, tmp_path):
    sheet = book_of(write_xlsx(planned, tmp_path / "plan.xlsx"))["sites"]
    heads = [cell.value for cell in sheet[1]]
    first = dict(zip(heads, [cell.value for cell in sheet[2]], strict=True))
    wanted = planned.tables["sites"].to_crs(4326).geometry.iloc[0]
    assert (first["longitude"], first["latitude"]) == (round(wanted.x, 7), round(wanted.y, 7))


def test_the_bom_adds_up_to_the_base(planned, tmp_path):
    sheet = book_of(write_xlsx(planned, tmp_path / "plan.xlsx"))["BOM"]
    heads = [cell.value for cell in sheet[1]]
    costs = [row[heads.index("cost")] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert round(sum(costs), 2) == planned.document["cost"]["base"]


def rows_of(book, sheet):
    heads, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def written(planned, tmp_path_factory):
    return book_of(write_xlsx(planned, tmp_path_factory.mktemp("book") / "plan.xlsx"))


def test_sums_of_every_cost_sheet_are_the_base_to_the_cent(planned, written):
    for sheet in ("by_phase", "by_area", "by_category", "by_component", "by_year"):
        *rows, last = rows_of(written, sheet)
        assert round(sum(row["total"] for row in rows), 2) == last["total"] == planned.document["cost"]["base"], sheet


@pytest.mark.parametrize(("sheet", "key"), [("by_category", "category"), ("by_component", "component")])
def test_a_sheet_of_sums_equals_its_figures_of_the_plan(planned, written, sheet, key):
    found = {row[key]: row["total"] for row in rows_of(written, sheet)[:-1]}
    assert found == planned.document["cost"][sheet]


def test_phases_and_areas_cost_what_the_plan_says(planned, written):
    by_phase = {row["phase"]: (row["total"], row["locations"]) for row in rows_of(written, "by_phase")[:-1]}
    phases = planned.document["portfolio"]["phases"]
    assert by_phase == {f"phase {one['phase']}": (one["cost"], one["locations"]) for one in phases}
    areas = planned.tables["areas"].set_index("area_id")["cost_base"]
    assert all(row["total"] == areas[row["area_id"]] for row in rows_of(written, "by_area")[:-1])


def test_an_item_counts_its_quantity_once_and_its_cost_whole(planned, written):
    found = {row["item"]: row for row in rows_of(written, "by_item")[:-1]}
    bom = planned.tables["bom"]
    lines = bom[bom["item"] == "plow"]
    assert found["plow"]["quantity"] == pytest.approx(lines.drop_duplicates("area_id")["quantity"].sum())
    assert found["plow"]["cost"] == round(lines["cost"].sum(), 2)
    assert rows_of(written, "by_item")[-1]["cost"] == planned.document["cost"]["base"]


def test_every_rate_in_force_stands_with_source_and_status(planned, written):
    found = {row["rate_id"]: row for row in rows_of(written, "rates")}
    rates = planned.study_document["rules"]["rates"]
    assert {row["rate_id"]: (row["likely"], row["source"], row["status"]) for row in rates} == {
        name: (row["likely"], row["source"], row["status"]) for name, row in found.items()
    }
    assert found["plow"]["cost"] > 0


def test_without_its_package_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(OutputError, match="reports") as caught:
        write_xlsx(saved_plan(), tmp_path / "plan.xlsx")
    assert caught.value.code == "E_EXPORT_EXTRA"


@pytest.mark.parametrize(("column", "name"), [(0, "A1"), (25, "Z1"), (26, "AA1"), (701, "ZZ1"), (702, "AAA1")])
def test_cells_are_named_as_excel_does(column, name):
    assert _address(0, column) == name
