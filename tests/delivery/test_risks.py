"""Risks are raised only where the plan gives cause, with the figure that does."""

from dataclasses import replace

import pandas as pd
import pytest

from expansion.delivery import identify_risks
from expansion.delivery.risks import _CAUSES, lead_time
from expansion.errors import StudyError
from expansion.plan.selection import ChosenInitiative, Selection
from expansion.plan.specs_delivery import RISKS
from tests.schedule.programs import network_of, permit_rule, permits_of, program, rules, study_of


def raised(rule_id, **changes):
    found = identify_risks(**program() | changes)
    return found[(found["rule_id"] == rule_id).to_numpy()]


def with_rule(layer):
    return replace(rules(), permit_rules=(permit_rule("X", "build", layer),))


def test_the_table_keeps_its_spec_and_ranks_by_exposure():
    found = identify_risks(**program())
    RISKS.check(found)
    assert found["rank"].to_list() == list(range(1, len(found) + 1))
    assert found["exposure_cost"].is_monotonic_decreasing


def test_impact_is_the_rules_share_of_the_areas_cost():
    arguments = program()
    row = raised("R01").iloc[0]
    base = arguments["cost"].per_area.set_index("area_id").loc["A001", "base"]
    assert row["area_id"] == "A001"
    assert row["impact_cost"] == round(0.02 * base, 2)
    assert row["exposure_cost"] == pytest.approx(0.4 * row["impact_cost"], abs=0.01)


def test_the_cause_names_permits_and_lead_times():
    assert raised("R01").iloc[0]["cause"] == "railroad permits: 1 (p1); 90 days typical, up to 270"


@pytest.mark.parametrize(
    ("layer", "rule_id"),
    [
        ("rail", "R01"),
        ("federal", "R03"),
        ("tribal", "R03"),
        ("historic", "R04"),
        ("wetland", "R05"),
        ("pipeline", "R14"),
        ("parcel", "R16"),
    ],
)
def test_layers_raise_their_risk(layer, rule_id):
    permits = permits_of(("x1", "X", "A002", 50))
    found = raised(rule_id, rulebook=with_rule(layer), permits=permits)
    assert found["area_id"].to_list() == ["A002"]


@pytest.mark.parametrize("rule_id", ["R01", "R03", "R04", "R05", "R14", "R16"])
def test_no_permit_raises_no_permit_risk(rule_id):
    assert len(raised(rule_id, permits=permits_of())) == 0


def test_no_pole_no_make_ready_risk():
    assert len(raised("R02")) == 2
    assert len(raised("R02", network=network_of(2, aerial_m=0.0))) == 0


def test_winter_raises_frost_only_where_the_calendar_closes():
    closure = {"from": "12-15", "to": "03-01", "methods": ["buried"]}
    assert len(raised("R09")) == 0
    assert "12-15" in raised("R09", study=study_of(schedule={"calendar": {"winter_closure": closure}})).iloc[0]["cause"]


@pytest.mark.parametrize(("loss_db", "count"), [(20.0, 0), (23.9, 0), (24.1, 2), (27.5, 2)])
def test_loss_near_the_budget_of_27_db(loss_db, count):
    assert len(raised("R12", network=network_of(2, loss_db=loss_db))) == count


def test_too_few_crews_in_a_year_are_told_with_their_load():
    few = study_of(schedule={"crews": [{"kind": "buried", "count": 1}]})
    found = raised("R10", study=few, network=network_of(2, plow_m=250_000.0))
    assert "buried 2027" in found.iloc[0]["cause"]
    assert len(raised("R10")) == 0


def test_crews_without_a_day_off_in_the_schedule_are_told_instead():
    columns = {"resource_id": ["splice", "test"], "utilization": [0.97, 0.97], "crew_days": [40.0, 3.0], "kind": "crew"}
    (cause,) = raised("R10", resources=pd.DataFrame(columns))["cause"]
    assert cause == "crews at work between first and last use: splice 97 %"


def test_a_granted_permit_raises_no_risk():
    table = program()["permits"].table
    granted = replace(program()["permits"], table=table.assign(state="approved"))
    assert len(raised("R01", permits=granted)) == 0


def test_a_study_takes_risks_out_by_rule_or_one_by_one():
    kept = set(identify_risks(**program(study=study_of(risks={"remove": ["R01", "R02-A001"]})))["risk_id"])
    assert set(identify_risks(**program())["risk_id"]) - kept == {"R01-A001", "R02-A001"}


def test_a_risk_that_there_is_not_cannot_be_taken_out():
    with pytest.raises(StudyError, match="R99") as raised:
        identify_risks(**program(study=study_of(risks={"remove": ["R99-A001"]})))
    assert raised.value.code == "E_RULE_UNKNOWN"


def test_an_item_with_a_long_lead_time_is_named():
    assert "olt_port 112 days" in raised("R08").iloc[0]["cause"]


def test_a_supportive_office_raises_weak_change_control():
    assert len(raised("R19")) == 0
    assert len(raised("R19", study=study_of(governance={"pmo": "supportive"}))) == 1


def test_one_hub_behind_many_locations_is_a_risk():
    assert "60 locations" in raised("R23").iloc[0]["cause"]


def test_nothing_chosen_raises_nothing():
    assert len(identify_risks(**program((-1, -1)))) == 0


def test_every_shipped_rule_has_a_cause():
    assert {rule.rule_id for rule in rules().risks} == set(_CAUSES)


def test_row_order_does_not_matter():
    arguments = program()
    mixed = arguments["permits"].table.iloc[::-1].reset_index(drop=True)
    again = identify_risks(**arguments | {"permits": replace(arguments["permits"], table=mixed)})
    pd.testing.assert_frame_equal(again, identify_risks(**program()))


def test_lead_times_are_known_for_bought_items_only():
    assert lead_time(rules(), "cable_36") == 84
    assert lead_time(rules(), "plow") is None


def test_an_initiative_that_work_waits_for_is_a_risk():
    case = program()
    school = ChosenInitiative("school", "School", "training", 2027, 1, 40, (), ("A001", "A002"), ())
    chosen = replace(case["portfolio"], selection=Selection(carried_out=(school,)))
    assert raised("R24", portfolio=chosen)["cause"].item() == (
        "1 initiative that work waits for: School, 40 days, holds 2"
    )
    assert not len(raised("R24"))
