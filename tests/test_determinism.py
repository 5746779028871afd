"""Equal inputs give plan.json to the byte, wherever and however the plan is made; all ways run in scripts/soak."""

import json

import pytest

from benchmarks.determinism import FIRST, OTHER_SEED, Way, differing, plan_in
from tests.extracts import cut_study

# The north of Liechtenstein: villages, the railway, a protected wetland, a river.
NORTH = (9.50, 47.195, 9.60, 47.275)
ELSEWHERE = {"PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland", "LC_ALL": "C"}
THREADS = {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2"}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return cut_study("liechtenstein", NORTH, tmp_path_factory.mktemp("study") / "north")


@pytest.fixture(scope="module")
def first(study, tmp_path_factory):
    return plan_in(FIRST, study, tmp_path_factory.mktemp("first"))


def test_the_cut_out_is_worth_planning(first):
    document = json.loads((first / "plan.json").read_text("utf-8"))
    assert document["counts"]["eligible"] > 100
    assert document["counts"]["permits"] > 5
    assert document["counts"]["areas_chosen"] > 1


def test_another_order_place_clock_locale_and_thread_count_change_nothing(study, first, tmp_path):
    way = Way("elsewhere", shuffle=5, environment=ELSEWHERE | THREADS)
    assert differing(first, plan_in(way, study, tmp_path)) == []


def test_worker_processes_change_nothing(study, first, tmp_path):
    assert differing(first, plan_in(Way("spread", words=("--executor", "processes")), study, tmp_path)) == []


def test_another_seed_changes_the_draws_and_not_the_route(study, first, tmp_path):
    second = plan_in(OTHER_SEED, study, tmp_path)
    before, after = (json.loads((folder / "plan.json").read_text("utf-8")) for folder in (first, second))
    assert before["route"] == after["route"]
    assert before["cost"]["p80"] != after["cost"]["p80"]
