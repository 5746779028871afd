"""Any extract with a road and a building has a plan that verifies; without, one error says which is missing.

The soak runs all drawn extracts and hundreds of windows; here stand the edges that broke once, and a few windows.
"""

import json
import subprocess
import sys

import pytest

from benchmarks.any_extract import (
    Extract,
    Window,
    cut_out,
    expected_outcome,
    plan_extract,
    read_extract,
    run_drawn,
    run_window,
    windows,
)
from benchmarks.drawn_extracts import DRAWN, village
from tests.extracts import DATA

BROKE_ONCE = (
    "house of 500 units", "houses on the smaller part only", "an office that nobody needs",
    "fiber without an office", "fiber that no road meets", "ways without nodes", "antimeridian", "near the North Pole",
    "everything served", "no road", "no building", "nothing",
)  # fmt: skip
CUTS = (
    Window(DATA / "liechtenstein" / "region.osm.pbf", (9.53216, 47.1266, 9.535, 47.14116), False, ".osm.gz"),
    Window(DATA / "three-rivers" / "region.osm", (-85.69831, 41.94063, -85.69069, 41.94305), True, ".osm.pbf"),
)


@pytest.mark.parametrize("name", BROKE_ONCE)
def test_extracts_drawn_by_hand_end_as_they_must(name):
    assert run_drawn(name)[2] == []


@pytest.mark.parametrize("window", CUTS, ids=str)
def test_cut_outs_of_both_samples_have_a_plan_that_verifies(window):
    wanted, got, wrong = run_window(window)
    assert (wanted, got, wrong) == ("ok", "ok", [])


def test_the_format_of_an_extract_changes_nothing(tmp_path):
    plans = []
    for ending in (".osm", ".osm.pbf"):
        folder = tmp_path / ending.strip(".")
        folder.mkdir()
        assert plan_extract(village().write(folder / f"region{ending}"), folder) == ("ok", [])
        told = (folder / "plan" / "plan.json").read_text().replace(f"region{ending}", "region")
        plans.append({**json.loads(told), "fingerprint": "of a study that names this file"})
    assert plans[0] == plans[1]


def test_the_program_plans_an_extract_and_prints_nothing_on_stderr(tmp_path):
    village().write(tmp_path / "region.osm")
    osm, study, plan = tmp_path / "region.osm", tmp_path / "study", tmp_path / "plan"
    for words in (("init", study, "--osm", osm), ("plan", study, "--out", plan, "--json")):
        typed = [sys.executable, "-m", "expansion", *map(str, words)]
        ended = subprocess.run(typed, capture_output=True, check=False)
        assert (ended.returncode, ended.stderr) == (0, b"")
    assert json.loads(ended.stdout) == json.loads((plan / "plan.json").read_text())


def test_windows_come_again_by_seed():
    first, second = windows(5), windows(5)
    assert [next(first) for _ in range(20)] == [next(second) for _ in range(20)]


def test_a_cut_keeps_ways_whole_or_only_their_nodes_inside():
    extract = read_extract(CUTS[0].sample)
    whole, cut = (cut_out(extract, CUTS[0].bounds, whole=kept) for kept in (True, False))
    assert whole.ways == cut.ways
    assert set(cut.nodes) < set(whole.nodes)


def test_what_must_come_out_is_told_without_the_reader():
    house, road = village().ways[1], village().ways[0]
    nodes = village().nodes
    assert expected_outcome(Extract(nodes, [house], [])) == ("E_NO_ROADS",)
    assert expected_outcome(Extract(nodes, [road], [])) == ("E_NO_LOCATIONS",)
    assert expected_outcome(Extract(nodes, [road, house], [])) == ("ok",)


def test_every_drawing_can_be_drawn():
    assert len({len(drawn.draw().nodes) for drawn in DRAWN.values()}) > 1
