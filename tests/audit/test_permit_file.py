"""The register of a real plan goes out as a file, is filled in, and is held against the plan."""

import openpyxl
import pandas as pd
import pytest

from expansion.cli.main import main
from expansion.runs.permit_states import check_states, export_register


def fill_in(path, row, **cells):
    book = openpyxl.load_workbook(path)
    heading = [cell.value for cell in book.active[1]]
    for name, value in cells.items():
        book.active.cell(row, heading.index(name) + 1).value = value
    book.save(path)


def test_a_register_that_comes_back_as_it_went_says_nothing_new(sound_plan, tmp_path):
    for ending in (".csv", ".xlsx"):
        file = export_register(sound_plan, tmp_path / f"register{ending}")
        found = check_states(sound_plan, file)
        permits = pd.read_parquet(sound_plan / "tables/permits.parquet")
        assert found["states"]["to_file"] == len(permits)
        assert found["findings"] == []


def test_a_refusal_that_was_filled_in_is_found(sound_plan, tmp_path):
    file = export_register(sound_plan, tmp_path / "register.xlsx")
    fill_in(file, 2, state="refused", decided="2026-12-01")
    (finding,) = check_states(sound_plan, file)["findings"]
    assert finding["code"] == "W_PERMIT_REFUSED"


@pytest.mark.parametrize("name", ["register.docx", "register"])
def test_another_ending_is_refused(sound_plan, tmp_path, capsys, name):
    assert main(["permits", str(sound_plan), "--export", str(tmp_path / name)]) == 2
    assert "error[E_EXPORT_FORMAT]" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_list_names_every_permit(sound_plan, capsys):
    assert main(["permits", str(sound_plan)]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert all(name in text for name in pd.read_parquet(sound_plan / "tables/permits.parquet")["permit_id"])
