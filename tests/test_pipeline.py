"""Whole plans of a village: every house has one outcome with its reason, and odd villages end well."""

from functools import cache
from types import SimpleNamespace

import pytest

from expansion.audit import verify_plan
from expansion.errors import PlanningError
from expansion.pipeline import STAGES, make_plan
from expansion.runs import save_plan
from tests.villages import line, locations, plant, point, roads, served, study, village

# 25 m a cell; the farm in the east, h9, has no road to the rest
VILLAGE = """
         C
 h  hh  +   h
+-------+------+
| h   h |  hh  |                 h
|h      |      |h          +--------+
| h   h |  h   |
+-------+------+
  h  h     h
"""
CO = ("co", "co", None, point(0, 0))
STREET = roads([(0, 0), (400, 0)], [(400, 0), (800, 0)])


def street(*houses, items=(CO,)):
    return village(roads=STREET, locations=locations(*houses), plant=plant(*items))


CASES = {
    "village": lambda: (village(VILLAGE), {"network": {"snap_max_m": 100}}),
    "seeded": lambda: (village(VILLAGE), {"network": {"snap_max_m": 100}, "study": {"name": "village", "seed": 2}}),
    "served": lambda: (served(village(VILLAGE)), {}),
    "poor": lambda: (village(VILLAGE), {"portfolio": {"total_budget": 0}}),
    "no office": lambda: (village(VILLAGE.replace("C", " ")), {}),
    "one": lambda: (street(("a", 200, 20)), {}),
    "two": lambda: (street(("a", 200, 20), ("b", 600, -20)), {}),
    "fifty": lambda: (street(*((f"h{n:02d}", 200, 20) for n in range(50))), {"areas": {"max_locations": 20}}),
    "block": lambda: (street(("a", 200, 20, 40), ("b", 220, 20)), {}),
    "few strands": lambda: (
        street(
            *((f"h{n:02d}", 600 + n, 20) for n in range(50)),
            items=(CO, ("f", "fiber", 5, line((0, 0), (400, 0)))),
        ),
        {"network": {"split_ratio": 8}},
    ),
    "short reach": lambda: (street(("a", 780, 20), ("b", 790, 20)), {"network": {"reach_max_m": 700}}),
}


@cache
def plan_of(case):
    inputs, sections = CASES[case]()
    return make_plan(study(**sections), inputs)


def told(case):
    """plan.json, the tables, and the codes of the findings."""
    plan = plan_of(case)
    return SimpleNamespace(**plan.document, tables=plan.tables, codes={finding.code for finding in plan.findings})


@pytest.mark.parametrize("case", CASES)
def test_every_eligible_house_has_one_outcome_with_its_reason(case):
    houses = told(case).tables["locations"]
    eligible = houses[houses["eligible"]]
    assert eligible["outcome"].notna().all()
    assert (eligible["outcome_reason"].str.len() > 10).all()
    assert houses.loc[~houses["eligible"], "outcome"].isna().all()
    assert sum(told(case).outcomes.values()) == told(case).counts["eligible"] == len(eligible)


@pytest.mark.parametrize("case", CASES)
def test_nobody_within_reach_of_a_joined_road_is_unreachable_and_who_has_fiber_has_a_path(case):
    houses, paths = told(case).tables["locations"], told(case).tables["paths"]
    assert set(houses.loc[houses["outcome"] == "fiber", "location_id"]) == set(paths["location_id"])
    farm = {"h9"} if case in ("village", "seeded") else set()
    assert set(houses.loc[houses["outcome"] == "unreachable", "location_id"]) == farm


@pytest.mark.parametrize("case", CASES)
def test_the_verifier_finds_nothing_to_object_to(case, tmp_path):
    save_plan(plan_of(case), tmp_path / "plan", manifest={})
    failed = [(check.name, check.failures[:2]) for check in verify_plan(tmp_path / "plan") if not check.ok]
    assert failed == []


def test_the_farm_without_a_road_is_named_with_the_gap_and_its_price():
    (finding,) = (one for one in plan_of("village").findings if one.code == "W_UNREACHABLE")
    assert finding.where == ("h9",)
    assert finding.amount > 0
    assert told("village").counts["unreachable"] == 1


def test_another_seed_changes_the_draws_and_not_the_route():
    first, second = told("village"), told("seeded")
    assert (first.route, first.network, first.cost["base"]) == (second.route, second.network, second.cost["base"])
    assert first.cost["p80"] != second.cost["p80"]


def test_the_same_again_is_the_same_and_stages_are_told_in_their_order():
    seen = []
    inputs, sections = CASES["two"]()
    again = make_plan(study(**sections), inputs, progress=lambda *step: seen.append(step))
    assert again.document == plan_of("two").document
    assert seen == [(name, place, len(STAGES)) for place, name in enumerate(STAGES)]


@pytest.mark.parametrize(
    ("case", "code", "outcome"), [("served", "W_ALL_SERVED", None), ("poor", "W_NOTHING_CHOSEN", "not_chosen")]
)
def test_nothing_to_do_is_an_empty_plan_and_a_finding(case, code, outcome):
    plan = told(case)
    assert code in plan.codes
    assert plan.counts["areas_chosen"] == plan.network["route_m"] == plan.cost["base"] == plan.counts["tasks"] == 0
    assert plan.schedule["start"] is plan.cost["per_location_p50"] is None
    assert set(plan.tables["locations"]["outcome"].dropna()) == ({outcome} if outcome else set())


def test_where_all_are_served_no_route_is_asked_for_and_where_money_lacks_it_is_told():
    assert told("served").route["status"] == "empty"
    assert told("poor").route["cost"] > 0


def test_without_an_office_one_is_assumed_and_said():
    assert "W_ASSUMED_PLANT" in told("no office").codes
    assert "assumed-co" in told("no office").tables["sites"]["site_id"].tolist()


@pytest.mark.parametrize(("case", "houses"), [("one", 1), ("two", 2)])
def test_one_and_two_houses_have_a_hub_a_terminal_each_or_shared_and_fiber(case, houses):
    plan = told(case)
    assert (plan.outcomes["fiber"], plan.network["drops"], plan.network["hubs"] >= 1) == (houses, houses, True)
    assert plan.route["status"] == "optimal"


def test_fifty_houses_on_one_spot_are_parted_under_the_capacity_and_have_a_port_each():
    plan = told("fifty")
    assert sorted(plan.tables["areas"]["locations"]) == [10, 20, 20]
    assert plan.outcomes["fiber"] == 50
    assert not plan.tables["paths"].duplicated(["terminal_id", "terminal_port"]).any()


def test_a_block_of_forty_units_takes_forty_ports_fibers_and_two_splitters():
    sites, paths = told("block").tables["sites"], told("block").tables["paths"].set_index("location_id")
    hub = sites[sites["kind"] == "hub"].iloc[0]
    assert (hub["used"], paths.loc["a", "units"]) == (41, 40)
    assert sites.loc[sites["site_id"] == paths.loc["a", "terminal_id"], "capacity"].item() >= 40
    assert sites.loc[sites["kind"] == "co", "used"].item() == 2


@pytest.mark.parametrize("case", ["few strands", "short reach"])
def test_too_few_strands_or_too_short_a_reach_open_a_hut(case):
    plan = told(case)
    assert "W_HUT_OPENED" in plan.codes
    assert plan.tables["sites"]["kind"].tolist().count("hut") == 1
    assert set(plan.tables["paths"]["office_id"]) == {"hut-1"}


def test_an_area_that_does_not_exist_is_an_error_of_the_user():
    inputs, sections = CASES["one"]()
    with pytest.raises(PlanningError, match="A999") as caught:
        make_plan(study(**sections), inputs, only=("A999",))
    assert (caught.value.code, caught.value.exit_code) == ("E_AREA_UNKNOWN", 2)
