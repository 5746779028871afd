"""Planted alterations of a plan that serves three houses from one tower: each is found by the check on technology."""

import shutil

import pytest

from expansion.audit.folder import SavedPlan
from expansion.audit.technology import check_technology
from expansion.pipeline import make_plan
from expansion.runs import save_plan
from tests.audit.alterations import Folder
from tests.villages import locations, plant, point, roads, study, village

# co ----- a b --- tower -------------------- c


@pytest.fixture(scope="module")
def tower_plan(tmp_path_factory):
    houses = locations(("a", 200, 20), ("b", 220, -20), ("c", 2190, 20))
    stands = plant(("co", "co", None, point(0, 0)), ("T", "tower", None, point(400, 0)))
    inputs = village(roads=roads([(0, 0), (400, 0)], [(400, 0), (2200, 0)]), locations=houses, plant=stands)
    rules = study(technology={"allow": ("fixed_wireless",), "served_value_per_location": 300_000})
    folder = tmp_path_factory.mktemp("tower") / "plan"
    save_plan(make_plan(rules, inputs), folder, manifest={})
    return folder


def without_fibers(plan):
    splices = plan.table("splices")
    plan.write("splices", splices[splices["site_id"] != "T"])


ALTERATIONS = {
    "without_fibers": (without_fibers, "stations without a fiber of theirs"),
    "one_fiber": (lambda plan: plan.change("stations", 0, backhaul_fibers=1), "stations with other fibers"),
    "a_shorter_way": (lambda plan: plan.change("stations", 0, backhaul_m=100.0), "come from elsewhere"),
    "another_office": (lambda plan: plan.change("stations", 0, backhaul_node=1), "come from elsewhere"),
    "full_sectors": (lambda plan: plan.change("stations", 0, capacity=1), "carries more than it can"),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_what_is_altered_at_a_station_is_found(tower_plan, tmp_path, name):
    alter, words = ALTERATIONS[name]
    shutil.copytree(tower_plan, tmp_path / "plan")
    alter(Folder(tmp_path / "plan"))
    assert any(words in failure for failure in check_technology(SavedPlan(tmp_path / "plan")).failures)


def test_the_plan_that_is_not_altered_passes(tower_plan):
    assert check_technology(SavedPlan(tower_plan)).failures == ()
