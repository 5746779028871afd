"""States of permits as people fill them in: CSV and Excel, and every way to get them wrong."""

import numpy as np
import openpyxl
import pytest

from expansion.errors import SourceError
from expansion.sources.exchange import Reading
from expansion.sources.permit_states import permit_states_table
from expansion.sources.rawtable import Named, RawTable
from expansion.sources.xlsx_file import read_xlsx

HEADER = ("permit_id", "state", "filed", "decided", "contact")


def read(*rows, header=HEADER):
    columns = {name: [row[at] for row in rows] for at, name in enumerate(header)}
    reading = Reading()
    table = permit_states_table(RawTable("s.csv", columns, {}, np.arange(len(rows)) + 2), reading)
    return table.to_pylist(), [(error.code, error.where) for error in reading.errors]


def test_a_row_without_a_state_is_still_to_file():
    (row,), errors = read(("A", None, None, None, None))
    assert (row["state"], row["filed"], errors) == ("to_file", None, [])


@pytest.mark.parametrize("written", ["2027-03-01", "2027-03-01 00:00:00", "46447"])
def test_a_day_is_read_however_a_spreadsheet_writes_it(written):
    (row,), errors = read(("A", "Filed", written, None, None))
    assert (row["state"], row["filed"], errors) == ("filed", "2027-03-01", [])


def test_the_apostrophe_of_an_export_is_taken_off_again():
    assert read(("A", None, None, None, "'+41 44 123"))[0][0]["contact"] == "+41 44 123"


@pytest.mark.parametrize(
    ("row", "code", "place"),
    [
        (("A", "aproved", None, None, None), "E_PERMIT_STATE", "s.csv:2 aproved"),
        (("A", "filed", "1.3.2027", None, None), "E_PERMIT_DATE", "s.csv:2 1.3.2027"),
        (("A", "filed", None, None, None), "E_PERMIT_DATE", "s.csv:2 A"),
        (("A", "to file", "2027-03-01", None, None), "E_PERMIT_DATE", "s.csv:2 A"),
        (("A", "approved", "2027-03-02", "2027-03-01", None), "E_PERMIT_DATE", "s.csv:2 A"),
        ((None, "filed", "2027-03-02", None, None), "E_MISSING_ID", "s.csv:2"),
    ],
)
def test_what_cannot_be_is_an_error_with_its_row(row, code, place):
    assert (code, (place,)) in read(row)[1]


def test_an_id_that_stands_twice_is_an_error():
    assert read(("A", None, None, None, None), ("A", "filed", "2027-03-01", None, None))[1] == [("E_DUP_ID", ("A",))]


def test_a_sheet_is_read_as_the_program_saved_it(tmp_path):
    book = openpyxl.Workbook()
    for row in (HEADER, ("A", "filed", 46447, None, "a & b"), (None,) * 5, ("B", None, None, None, 7)):
        book.active.append(row)
    book.save(tmp_path / "s.xlsx")
    raw = read_xlsx(tmp_path / "s.xlsx", Named("s.xlsx"), tmp_path)
    assert raw.texts("permit_id") == ["A", "B"]
    assert raw.texts("contact") == ["a & b", "7"]
    assert raw.place(1) == "s.xlsx:4"


def test_a_sheet_that_is_not_there_is_an_error_that_names_those_that_are(tmp_path):
    openpyxl.Workbook().save(tmp_path / "s.xlsx")
    with pytest.raises(SourceError, match="there are Sheet") as error:
        read_xlsx(tmp_path / "s.xlsx", Named("s.xlsx", "permits"), tmp_path)
    assert error.value.code == "E_XLSX"
