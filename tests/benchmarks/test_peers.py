"""Other tools do the same job on the same graph, each in a process of its own, and are held against this project."""

import csv
import io
from inspect import signature

import networkx as nx
import numpy as np
import pytest

from benchmarks.peers import __main__ as peers
from benchmarks.peers import designs, trees
from benchmarks.peers.answer import timed
from benchmarks.peers.cases import TreeCase, case_of_file, road_like
from benchmarks.peers.forced_huts import open_one_by_one
from benchmarks.peers.plain_terminals import group_along_street
from benchmarks.peers.promises import FIRST, NAIVE, NETWORKX, OURS, summarize
from expansion.network.offices import assign_offices
from expansion.network.terminals import place_terminals
from tests.villages import BOOK, study

U, V, COST = np.array([0, 1, 0, 1, 2, 2]), np.array([1, 3, 2, 3, 3, 2]), np.array([2, 2, 1, 9, 2, 1])
DIAMOND = TreeCase(5, U, V, COST, np.array([0, 3]), np.zeros(0, dtype=np.int64), 3)
#     1
#   2/ \2 (and a parallel edge of 9)
#   0   3       4 stands alone; a loop at 2
#   1\ /2
#     2


@pytest.fixture
def diamond(tmp_path):
    return DIAMOND.save(tmp_path / "diamond.npz")


@pytest.mark.parametrize("doer", [name for name in trees.DOERS if name != "pcst_fast"])
def test_every_tool_joins_the_terminals_of_a_small_graph(doer, diamond, monkeypatch):
    monkeypatch.setattr("expansion.network.steiner.warm.warm", lambda: None)
    answer = trees.DOERS[doer](diamond)
    assert (answer.value, answer.is_right) == (3, True)


def test_a_tree_that_leaves_a_terminal_out_is_wrong():
    assert not trees._judged(DIAMOND, np.array([0]), 0.1, 0.0).is_right


def test_a_tool_that_is_not_installed_is_missing(diamond, tmp_path):
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow" / "rustworkx.py").write_text("raise ImportError(name='rustworkx')", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path / "shadow"))
        row = peers.run("trees", "rustworkx", diamond, 60)
    assert row == {"status": "missing", "note": "rustworkx is not installed"}


def test_rows_carry_ratios_against_this_project_and_the_gap_to_the_optimum(diamond, monkeypatch):
    figures = {"expansion first tree": (3.0, 0.2), "networkx mehlhorn": (6.0, 0.1)}
    monkeypatch.setattr(peers, "doers_of", lambda _: figures)
    monkeypatch.setattr(
        peers, "run",
        lambda *case: {
            "status": "ok", "value": figures[case[1]][0], "cpu_seconds": figures[case[1]][1], "peak_mb": 100.0,
            "prepare_seconds": 0.0,
        },
    )  # fmt: skip
    ours, other = peers.compare("trees", "diamond", "", diamond, 3, 60)
    assert (ours["seconds_ratio"], ours["value_ratio"], ours["gap"], ours["reference"]) == (1, 1, 0, "optimum")
    assert (other["seconds_ratio"], other["value_ratio"], other["gap"]) == (0.5, 2, 1)


def test_a_tool_that_is_too_slow_times_out(diamond):
    assert peers.run("trees", "networkx mehlhorn", diamond, 0.01)["status"] == "timeout"


def test_the_command_prints_one_row_per_tool(capsys, monkeypatch):
    monkeypatch.setattr(peers, "run", lambda *_: {"status": "missing", "note": "x"})
    assert peers.main(["--jobs", "trees", "--demos", "--sizes", "120"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["doer"] for row in rows] == list(trees.DOERS)
    assert {row["case"] for row in rows} == {"roads-120"}


def test_made_up_roads_hang_together_have_few_crossings_and_repeat():
    first, again = road_like(900, 3), road_like(900, 3)
    assert np.array_equal(first.cost, again.cost)
    graph = nx.Graph(zip(first.u.tolist(), first.v.tolist(), strict=True))
    assert nx.is_connected(graph)
    assert len(graph) == 900
    assert 2.5 < 2 * (len(first.u) - 600) / 300 < 3.1, "roads per crossing"
    assert len(first.terminals) == 60


def test_a_file_brings_the_optimum_of_its_index(tmp_path):
    text = "SECTION Graph\nNodes 2\nEdges 1\nE 1 2 2.5\nEND\nSECTION Terminals\nTerminals 2\nT 1\nT 2\nEND\nEOF\n"
    (tmp_path / "one.stp").write_text(text, encoding="utf-8")
    (tmp_path / "INDEX.csv").write_text("file,optimum\none.stp,2.5\n", encoding="utf-8")
    case = case_of_file(tmp_path / "one.stp")
    assert (case.optimum, case.cost.tolist()) == (25, [25])


def test_hubs_are_filled_in_the_order_given():
    units = np.array([3, 2, 2, 5, 1])
    assert designs._filled([0, 1, 2, 3, 4], units, 5) == [[0, 1], [2], [3], [4]]


def test_the_plain_stages_take_all_that_the_projects_own_take():
    pairs = ((assign_offices, open_one_by_one), (place_terminals, group_along_street))
    for ours, plain in pairs:
        assert set(signature(ours).parameters) - {"currency"} <= set(signature(plain).parameters)


def test_standard_cabinets_are_those_of_144_ports_and_more_and_the_largest_allowed():
    network = study(network={"hub_capacity": 300}).network
    rules = designs._StandardCabinets.from_book(network, BOOK, 5_000)
    assert [ports for ports, _ in rules.sizes] == [144, 288, 300]


def test_a_short_job_is_timed_more_than_once():
    calls = []
    assert timed(lambda: calls.append(1) or len(calls))[0] == len(calls) == 3


def test_the_summary_names_the_worst_case_of_each_promise():
    row = {"status": "ok", "job": "trees", "value_ratio": "1", "note": ""}
    rows = [
        row | {"case": case, "doer": doer, "gap": gap, "seconds_ratio": seconds}
        for case, doer, gap, seconds in (
            ("a", FIRST, "0.001", "1"), ("a", NETWORKX, "0.02", "4"),
            ("b", FIRST, "0.001", "1"), ("b", NETWORKX, "0.01", "0.5"),
        )
    ]  # fmt: skip
    design = {"job": "designs", "case": "a", "gap": "", "seconds_ratio": "1"}
    rows += [row | design | {"doer": OURS}, row | design | {"doer": NAIVE, "value_ratio": "1.25"}]
    rows.append(row | {"case": "a", "doer": "pcst_fast", "status": "missing"})
    assert summarize(rows) == {
        "cases": 3,
        "first_tree_seconds": "median 2.0000, worst 2.0000 (b)",
        "first_tree_gap": "median 0.1000, worst 0.1000 (b)",
        "below_naive_a": 0.2,
        "without_figures": "pcst_fast missing on a",
    }
