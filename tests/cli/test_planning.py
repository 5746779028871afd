"""From an extract to a plan on the command line: any place, and every way that it may end."""

import json
import os
import signal
import subprocess
import sys

import pytest

from expansion.cli import main
from tests.extracts import DATA, ROOT, cut_extract, write_extract

# Windows of both samples: a village, a valley side, scattered farms, one road.
WINDOWS = {
    "Schellenberg": ("liechtenstein/region.osm.pbf", (9.535, 47.225, 9.56, 47.24)),
    "Malbun": ("liechtenstein/region.osm.pbf", (9.59, 47.09, 9.63, 47.12)),
    "town edge": ("three-rivers/region.osm", (-85.645, 41.93, -85.62, 41.945)),
    "sections": ("three-rivers/region.osm", (-85.73, 41.90, -85.68, 41.94)),
}


def make_study(tmp_path, extract):
    assert main(["init", str(tmp_path / "study"), "--osm", str(extract), "--quiet"]) == 0
    return tmp_path / "study"


@pytest.fixture(scope="module")
def village(tmp_path_factory):
    folder = tmp_path_factory.mktemp("village")
    name, bounds = WINDOWS["Schellenberg"]
    return make_study(folder, cut_extract(DATA / name, bounds, folder / "region.osm.pbf"))


def document_of(folder):
    return json.loads((folder / "plan.json").read_text("utf-8"))


@pytest.mark.parametrize("window", WINDOWS)
def test_any_extract_with_a_road_and_a_building_can_be_planned(window, tmp_path, capsys):
    name, bounds = WINDOWS[window]
    study = make_study(tmp_path, cut_extract(DATA / name, bounds, tmp_path / "part.osm.pbf"))
    assert main(["plan", str(study), "--out", str(tmp_path / "plan")]) == 0
    document = document_of(tmp_path / "plan")
    codes = {row["code"] for row in document["findings"]}
    assert {"W_NO_COVERAGE", "W_ASSUMED_PLANT"} <= codes
    assert sum(document["outcomes"].values()) == document["counts"]["eligible"] > 0
    assert main(["verify", str(tmp_path / "plan")]) == 0, capsys.readouterr().out


def test_one_road_and_one_building_are_enough(tmp_path):
    square = {3: (9.5005, 47.1002, {}), 4: (9.5007, 47.1002, {}), 5: (9.5007, 47.1004, {}), 6: (9.5005, 47.1004, {})}
    places = {1: (9.5, 47.1, {}), 2: (9.501, 47.1, {}), **square}
    ways = [(1, [1, 2], {"highway": "residential"}), (2, [3, 4, 5, 6, 3], {"building": "house"})]
    study = make_study(tmp_path, write_extract(tmp_path / "x.osm", places, ways))
    assert main(["plan", str(study), "--out", str(tmp_path / "plan"), "--quiet"]) == 0
    assert document_of(tmp_path / "plan")["outcomes"]["fiber"] == 1


def test_a_budget_of_zero_is_an_empty_plan_with_a_finding(village, tmp_path):
    out = tmp_path / "plan"
    assert main(["plan", str(village), "--out", str(out), "--quiet", "--set", "portfolio.total_budget=0"]) == 0
    document = document_of(out)
    assert document["counts"]["areas_chosen"] == 0
    assert document["outcomes"]["not_chosen"] == document["counts"]["eligible"] - document["counts"]["unreachable"]
    assert document["findings"]
    assert main(["show", str(out)]) == 0


def test_limits_that_contradict_each_other_end_in_3_without_a_plan(village, tmp_path, capsys):
    changes = ["portfolio.total_budget=1", 'portfolio.must=["A001"]']
    assert main(["plan", str(village), "--out", str(tmp_path / "plan"), "--set", *changes]) == 3
    assert "error[E_" in capsys.readouterr().err
    assert not (tmp_path / "plan").exists()


def test_an_unknown_area_is_named(village, tmp_path, capsys):
    assert main(["plan", str(village), "--out", str(tmp_path / "plan"), "--areas", "A999"]) == 2
    assert "A999" in capsys.readouterr().err


def test_progress_is_a_json_object_a_line(village, tmp_path, capsys):
    assert main(["plan", str(village), "--out", str(tmp_path / "plan"), "--progress", "json", "--json"]) == 0
    said = capsys.readouterr()
    steps = [json.loads(line) for line in said.err.splitlines()]
    assert {"stage", "done", "total", "seconds"} == set(steps[0])
    assert [step["done"] for step in steps] == list(range(len(steps)))
    assert (steps[0]["stage"], steps[-1]["stage"]) == ("read_inputs", "done")
    assert json.loads(said.out) == document_of(tmp_path / "plan")


def start(study, out):
    command = [sys.executable, "-m", "expansion", "plan", str(study), "--out", str(out), "--progress", "json"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_in_130_with_nothing_half_written(village, tmp_path, sign):
    running = start(village, tmp_path / "plan")
    for line in running.stderr:
        if "find_triggers" in line:
            running.send_signal(sign)
            break
    _, rest = running.communicate(timeout=120)
    assert running.returncode == 130, rest
    assert "Traceback" not in rest
    assert os.listdir(tmp_path) == []
