"""Equal inputs give plan.json to the byte, wherever and however the plan is made."""

import json
import os
import subprocess
import sys

import pytest

from tests.extracts import ROOT, cut_study, shuffle_study

# The north of Liechtenstein: two villages, the railway, protected wetland, a river.
NORTH = (9.50, 47.195, 9.60, 47.275)


def plan(study, out, *words, cwd=ROOT, **environment):
    command = [sys.executable, "-m", "expansion", "plan", str(study), "--out", str(out), "--quiet", *words]
    settings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    ended = subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    return out


def tables(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "tables").iterdir())}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return cut_study("liechtenstein", NORTH, tmp_path_factory.mktemp("study") / "north")


@pytest.fixture(scope="module")
def first(study, tmp_path_factory):
    out = tmp_path_factory.mktemp("plans") / "first"
    return plan(study, out, PYTHONHASHSEED="1", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")


def test_the_cut_out_is_worth_planning(first):
    document = json.loads((first / "plan.json").read_text("utf-8"))
    assert document["counts"]["eligible"] > 100
    assert document["counts"]["permits"] > 5
    assert document["counts"]["areas_chosen"] > 1


def test_another_order_place_clock_locale_and_thread_count_change_nothing(study, first, tmp_path):
    shuffled = shuffle_study(study, tmp_path / "elsewhere", seed=5)
    there = {"PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
    threads = {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}
    second = plan(shuffled, tmp_path / "plan", cwd=tmp_path, **there, **threads)
    assert (second / "plan.json").read_bytes() == (first / "plan.json").read_bytes()
    assert tables(second) == tables(first)


def test_worker_processes_change_nothing(study, first, tmp_path):
    second = plan(study, tmp_path / "plan", "--executor", "processes")
    assert (second / "plan.json").read_bytes() == (first / "plan.json").read_bytes()


def test_another_seed_changes_the_draws_and_not_the_route(study, first, tmp_path):
    second = plan(study, tmp_path / "plan", "--seed", "9")
    before, after = (json.loads((folder / "plan.json").read_text("utf-8")) for folder in (first, second))
    assert before["route"] == after["route"]
    assert before["cost"]["p80"] != after["cost"]["p80"]
