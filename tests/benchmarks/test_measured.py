"""Figures of soaks are kept one row per command, and read as a page."""

import json
from dataclasses import replace

import pytest

from benchmarks import soak
from benchmarks.measured import MEASURED, Measurement, measured_page, read_measured, record
from benchmarks.soaks import SOAKS, Part, _tree_figures

ROW = Measurement("demos", "alpha", "python -m x", {"route_gap": 0.01}, True, "2027-01-02", "abc", 3.2, 2.9, 0.1)


def test_a_row_takes_the_place_of_the_earlier_one_of_its_part(tmp_path):
    path = tmp_path / "measured.json"
    record([ROW, replace(ROW, part="beta")], path)
    record([replace(ROW, figures={"route_gap": 0.02})], path)
    assert [(row.part, row.figures["route_gap"]) for row in read_measured(path)] == [("alpha", 0.02), ("beta", 0.01)]


def test_the_page_names_figure_command_date_and_load():
    page = measured_page([ROW, replace(ROW, part="beta", others_cores=1.4, held=False)])
    assert "| alpha | route gap 0.01 | 3 (3) | 0.1 | 2027-01-02, abc |" in page
    assert "**did not hold** route gap 0.01 | 3 (3) | 1.4 busy |" in page
    assert page.count("    python -m x") == 1


def test_times_are_taken_under_load_unless_the_machine_is_known_to_be_quiet():
    assert [replace(ROW, others_cores=cores).under_load for cores in (0.0, 0.2, 0.3, None)] == [
        False, False, True, True,
    ]  # fmt: skip


@pytest.fixture
def part(monkeypatch, tmp_path):
    monkeypatch.setattr(soak, "KEPT", tmp_path)
    return Part("one", ("-c", "print('[1, 2]')"), lambda printed: {"sum": sum(printed)}, "python -m sum")


def test_a_part_gives_its_figures_and_what_it_used(part):
    row = soak._run_part("sums", part, "abc", 60)
    assert (row.figures, row.held, row.command) == ({"sum": 3}, True, "python -m sum")
    assert row.cpu_seconds <= row.wall_seconds + 1


def test_a_part_that_fails_or_takes_too_long_is_recorded_as_such(part):
    failed = soak._run_part("sums", replace(part, words=("-c", "raise SystemExit('no luck')")), "abc", 60)
    late = soak._run_part("sums", replace(part, words=("-c", "import time; time.sleep(9)")), "abc", 0.2)
    assert not failed.held
    assert failed.figures == {"error": "no luck"}
    assert late.figures == {"error": "not done after 0.2 s"}


def test_trees_are_held_against_published_optima():
    row = {"instance": "I1", "cost": "101", "gap": "0.02", "certified_lower_bound": "99", "seconds": "1.5"}
    figures = _tree_figures([row, row | {"cost": "", "instance": "I2"}], {"I1": 100.0})
    assert (figures["failed"], figures["gap_percent"], figures["not_proven"]) == (1, "1.0000, worst 1.0000", "I1")


def test_parts_have_names_of_their_own(tmp_path):
    for name, one in SOAKS.items():
        names = [part.name for part in one.parts(tmp_path)]
        assert len(set(names)) == len(names), name


def test_the_kept_rows_show_no_path_of_a_machine():
    if MEASURED.is_file():
        commands = [row["command"] for row in json.loads(MEASURED.read_text("utf-8"))["rows"]]
        assert not [command for command in commands if " /" in command]
