"""The benchmark prints one honest row per file, and nothing else on stdout."""

import csv
import io

import numpy as np
import pytest

from benchmarks import steiner
from expansion.network.steiner.stp import write_stp

DIAMOND = (4, np.array([0, 1, 0, 2]), np.array([1, 3, 2, 3]), np.array([1, 1, 5, 5]), np.array([0, 3]))


@pytest.fixture(autouse=True)
def no_warm_up(monkeypatch):
    """Leave the compiler out: these cases are small."""
    monkeypatch.setattr(steiner, "warm", lambda: None)


@pytest.fixture
def run(capsys):
    """Return a function that runs the benchmark and gives its code and rows."""

    def with_arguments(*arguments):
        code = steiner.main([str(argument) for argument in arguments])
        return code, list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    return with_arguments


def test_a_row_holds_cost_bound_and_gap(tmp_path, run):
    path = write_stp(tmp_path / "diamond.stp", *DIAMOND)
    code, (row,) = run(path)
    assert code == 0
    assert (row["instance"], row["nodes"], row["edges"], row["terminals"]) == ("diamond", "4", "4", "2")
    assert (row["cost"], row["lower_bound"], float(row["gap"]), row["status"]) == ("2", "2", 0.0, "optimal")


def test_zero_seconds_give_a_first_tree(tmp_path, run):
    path = write_stp(tmp_path / "diamond.stp", *DIAMOND)
    _, (row,) = run(path, "--seconds", "0")
    assert row["cost"] == "2"


def test_solutions_list_the_edges_from_one(tmp_path, run):
    path = write_stp(tmp_path / "diamond.stp", *DIAMOND)
    run(path, "--solutions", tmp_path / "trees")
    assert (tmp_path / "trees" / "diamond.txt").read_text() == "1 2\n2 4\n"


def test_prize_collecting_counts_what_it_misses(tmp_path, run):
    path = tmp_path / "prizes.stp"
    path.write_text(
        "SECTION Graph\nNodes 3\nEdges 2\nE 1 2 1.5\nE 2 3 9\nEND\nSECTION Terminals\nTP 1 4.25\nTP 2 4\nTP 3 5\nEND\n"
    )
    _, (row,) = run(path)
    assert (row["cost"], row["lower_bound"], row["terminals"]) == ("6.50", "6.50", "3")


def test_an_unreadable_file_gives_an_error_row_and_code_two(tmp_path, run):
    good = write_stp(tmp_path / "diamond.stp", *DIAMOND)
    code, rows = run(tmp_path / "missing.stp", good)
    assert code == 2
    assert [row["status"] for row in rows] == ["error", "optimal"]
