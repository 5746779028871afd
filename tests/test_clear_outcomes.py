"""Villages at the edge of what can be served: each location has an outcome and a reason, each trouble a finding."""

from functools import cache

import pytest

from expansion.audit import verify_plan
from expansion.pipeline import make_plan
from expansion.runs import save_plan
from tests.test_pipeline import street
from tests.villages import study

FIBER_ONLY = {"technology": {"allow": ["fiber"]}}
ONE_EACH = {"network": {"hub_capacity": 1}, "areas": {"max_locations": 1}}
TOWER = ("a", 200, 20, 10_000)  # a building of 10,000 units; the largest hub serves 2,000

# houses, sections of the study, outcome per house, codes of findings, hubs
CASES = {
    "no technology serves it": (street(TOWER), FIBER_ONLY, {"a": "none"}, {"W_UNITS", "W_NO_TECHNOLOGY"}, 0),
    "no road leads to it": (street(("a", 200, 5_000)), FIBER_ONLY, {"a": "unreachable"}, {"W_UNREACHABLE"}, 0),
    "10,000 units": (street(TOWER, ("b", 220, 20)), {}, {"a": "satellite", "b": "fiber"}, {"W_UNITS"}, 1),
    "a hub with one location": (street(("a", 200, 20)), {}, {"a": "fiber"}, set(), 1),
    "a capacity of one": (
        street(("a", 200, 20), ("b", 220, 20), ("c", 240, 20, 2)), ONE_EACH,
        {"a": "fiber", "b": "fiber", "c": "satellite"}, {"W_UNITS"}, 2,
    ),
}  # fmt: skip


@cache
def plan_of(case):
    inputs, sections, *_ = CASES[case]
    return make_plan(study(**sections), inputs)


@pytest.mark.parametrize("case", CASES)
def test_each_has_its_outcome_with_a_reason_and_the_trouble_is_a_finding(case):
    _, _, outcomes, codes, hubs = CASES[case]
    plan = plan_of(case)
    table = plan.tables["locations"].set_index("location_id")
    assert table["outcome"].to_dict() == outcomes
    assert (table["outcome_reason"].str.len() > 10).all()
    assert codes <= {finding.code for finding in plan.findings}
    assert (plan.tables["sites"]["kind"] == "hub").sum() == hubs


@pytest.mark.parametrize("case", CASES)
def test_no_rule_is_broken_as_an_error_and_the_verifier_objects_to_nothing(case, tmp_path):
    assert plan_of(case).document["rules"]["errors"] == 0
    save_plan(plan_of(case), tmp_path / "plan", manifest={})
    assert [check.failures[:1] for check in verify_plan(tmp_path / "plan") if not check.ok] == []


def test_an_area_in_which_nobody_gets_fiber_is_planned_and_has_no_network():
    plan = make_plan(study(**FIBER_ONLY), street(TOWER), only=("A001",))
    assert plan.tables["areas"]["hub_ids"].isna().all()
    assert plan.document["network"]["route_m"] == plan.document["cost"]["base"] == 0
    assert plan.document["rules"]["broken"] == 0
