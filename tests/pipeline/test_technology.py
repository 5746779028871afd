"""Plans that mix technologies: who gets what at which threshold, and that the verifier agrees."""

from functools import cache

import pytest

from expansion.audit.verify import verify_plan
from expansion.pipeline import make_plan
from expansion.runs import save_plan
from tests.villages import locations, plant, point, roads, study, village

# co ----- a b --- tower ------------------ (2 km of road) ------ cabinet --- c
HOUSES = locations(("a", 200, 20), ("b", 220, -20), ("c", 2190, 20))
ROADS = roads([(0, 0), (400, 0)], [(400, 0), (1950, 0)], [(1950, 0), (2200, 0)])
CO = ("co", "co", None, point(0, 0))


@cache
def plan_of(*items, **technology):
    places = {"tower": ("T", "tower", None, point(400, 0)), "cabinet": ("K", "cabinet", 0, point(1950, 0))}
    inputs = village(roads=ROADS, locations=HOUSES, plant=plant(CO, *(places[name] for name in items)))
    return make_plan(study(technology=technology), inputs)


def outcomes(plan):
    return dict(zip(plan.tables["locations"]["location_id"], plan.tables["locations"]["outcome"], strict=True))


CASES = {
    "fiber": ((), {"threshold_per_location": 1e9}, ["fiber"] * 3),
    "satellite": ((), {"threshold_per_location": 15_000}, ["fiber", "fiber", "satellite"]),
    "only satellite": ((), {"threshold_per_location": 0, "new_towers": False}, ["satellite"] * 3),
    "radio": (
        ("tower",), {"threshold_per_location": 15_000, "served_value_per_location": 300_000},
        ["fiber", "fiber", "fixed_wireless"],
    ),
    "copper": (
        ("cabinet",), {"threshold_per_location": 7_000, "served_value_per_location": 190_000, "new_towers": False},
        ["fiber", "fiber", "dsl"],
    ),
    "lifetime": ((), {"rule": "lifetime", "new_towers": False}, ["fiber", "fiber", "satellite"]),
    "radio alone": (
        ("tower",), {"allow": ("fixed_wireless",), "served_value_per_location": 300_000}, ["fixed_wireless"] * 3,
    ),
    "nothing": ((), {"allow": ()}, ["none"] * 3),
    "fiber alone": ((), {"allow": ("fiber",), "threshold_per_location": 15_000}, ["fiber", "fiber", "none"]),
}  # fmt: skip


def planned(case):
    items, technology, _ = CASES[case]
    return plan_of(*items, **technology)


@pytest.mark.parametrize("case", CASES)
def test_each_house_gets_what_its_costs_say(case):
    assert outcomes(planned(case)) == dict(zip("abc", CASES[case][2], strict=True))
    assert planned(case).document["outcomes"]["none"] == CASES[case][2].count("none")


@pytest.mark.parametrize("case", CASES)
def test_the_verifier_holds_every_mixed_plan(case, tmp_path):
    save_plan(planned(case), tmp_path / "plan", manifest={})
    assert [(check.name, check.failures[:2]) for check in verify_plan(tmp_path / "plan") if not check.ok] == []


def test_the_reason_tells_the_figures():
    houses = planned("satellite").tables["locations"].set_index("location_id")
    assert "the threshold of 15,000; satellite costs" in houses.loc["c", "outcome_reason"]
    assert "under the threshold of 15,000" in houses.loc["a", "outcome_reason"]


def test_a_station_is_a_site_with_its_lines_of_the_bill_and_its_work():
    plan = planned("radio")
    bill = plan.tables["bom"].groupby("item")["quantity"].max()
    assert [bill[name] for name in ("tower_upgrade", "sector_radio", "backhaul_port", "fwa_cpe")] == [1, 1, 1, 1]
    assert "tower" in set(plan.tables["sites"]["kind"])
    assert (plan.tables["tasks"]["crew_kind"] == "tower").any()


def test_the_fibers_of_a_station_are_laid_spliced_and_told():
    plan = planned("radio alone")  # no house has fiber: the whole network is the way to the tower
    station = plan.tables["stations"].iloc[0]
    assert (station["backhaul_fibers"], round(station["backhaul_m"])) == (2, 400)
    splices = plan.tables["splices"]
    assert sorted(splices.loc[splices["site_id"] == "T", "out_port"].dropna()) == ["uplink 1", "uplink 2"]
    assert plan.tables["cables"][["tier", "to_site", "used_fibers"]].to_numpy().tolist() == [["feeder", "T", 2]]
    assert plan.document["network"]["civil_cost"] > 0


def test_a_station_whose_way_brings_fiber_to_all_it_served_is_not_built():
    # the cabinet's fiber passes c's door at a price that the threshold would not pay for c alone: c has neither
    plan = plan_of("cabinet", threshold_per_location=15_000, served_value_per_location=190_000, new_towers=False)
    assert (outcomes(plan)["c"], len(plan.tables["stations"])) == ("satellite", 0)


def test_the_route_reaches_all_whatever_they_get():
    dear, cheap = planned("fiber").document, planned("only satellite").document
    assert dear["route"] == cheap["route"]
    assert dear["candidates"]["locations"] == cheap["candidates"]["locations"] == 3
    assert cheap["network"]["route_m"] == 0


def test_the_curve_never_takes_fiber_away_as_the_threshold_rises():
    curve = planned("satellite").tables["technology_curve"]
    assert curve["fiber"].is_monotonic_increasing
    assert (curve["fiber"].iloc[0], curve["fiber"].iloc[-1]) == (0, 3)
    assert (curve["lower_bound"] <= curve["value_cost"]).all()


def test_nothing_allowed_is_a_finding():
    assert "W_NO_TECHNOLOGY" in {finding.code for finding in planned("nothing").findings}
