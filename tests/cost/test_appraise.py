"""Contingency, years of build and surveys of the hand-drawn network."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from expansion.cost import appraise_cost, draw_costs, draw_factors, estimate_cost, pick_draws, settle_cost
from expansion.plan.uncertainty import Events
from tests.cost import hand
from tests.cost.book import book

BOOK = book()
NETWORK, PERMITS = hand.hand_network(), hand.permits(("P1", 100.01, "A,B"))
AREAS = SimpleNamespace(table=pd.DataFrame({"area_id": ["A", "B", "C"]}))
CHOICE = SimpleNamespace(year=np.array([2027, 2029, -1]))


def appraised(network=NETWORK, permits=PERMITS, impact=0.0, **cost):
    """The cost settled with one risk of area A that happens in every second draw, and appraised."""
    study = hand.study(cost={"draws": 4000, **cost})
    draws = draw_factors(study, BOOK)
    found = estimate_cost(study, BOOK, network, permits, draws)
    picked = pick_draws(BOOK, found, draws)
    risks = pd.DataFrame({"rule_id": ["R14"], "area_id": ["A"], "impact_cost": [impact]})
    events = Events(picked, ("R14-A",), np.arange(len(picked))[None, :] % 2 == 0)
    money = draw_costs(BOOK, found, draws, risks, events)
    settled = settle_cost(study, BOOK, found, AREAS, CHOICE, draws, events, money)
    return appraise_cost(study, BOOK, settled, network, permits, draws)


def test_base_and_reserves_are_p80_and_a_risk_is_in_its_own_part():
    calm, risky = appraised(), appraised(impact=5000.0)
    for cost in (calm, risky):
        assert round(cost.base + cost.reserve_estimate + cost.reserve_risks, 2) == cost.p80
    assert (calm.reserve_risks, risky.reserve_estimate) == (0.0, calm.reserve_estimate)
    assert 0 < risky.reserve_risks < 5000
    assert risky.per_area["p80"].iloc[0] > calm.per_area["p80"].iloc[0]
    assert risky.per_area["p80"].iloc[1] == calm.per_area["p80"].iloc[1]


def test_the_draws_that_are_picked_have_the_percentiles_of_all():
    study = hand.study(cost={"draws": 4000})
    draws = draw_factors(study, BOOK)
    whole = estimate_cost(study, BOOK, NETWORK, PERMITS, draws)
    assert len(pick_draws(BOOK, whole, draws)) == 1000
    assert appraised().p80 == pytest.approx(whole.p80, rel=0.001)


def test_contingency_is_p80_less_p50_and_areas_hold_it_to_the_cent():
    cost = appraised()
    assert cost.contingency == pytest.approx(cost.p80 - cost.p50, abs=0.006)
    assert round(cost.per_area["contingency"].sum(), 2) == cost.contingency
    assert cost.per_area["contingency"].min() > 0


def test_a_study_may_name_its_contingency():
    cost = appraised(contingency=0.1)
    assert cost.contingency == round(0.1 * cost.base, 2)
    assert round(cost.per_area["contingency"].sum(), 2) == cost.contingency


def test_lines_rise_to_the_year_in_which_their_area_is_built():
    cost = appraised(escalation=0.1)
    index = cost.bom["area_id"].map({"A": 1.1, "B": 1.1**3})  # prices of 2026, built in 2027 and 2029
    assert (cost.bom["cost_escalated"] - cost.bom["cost"] * index).abs().max() <= 0.0051
    assert cost.escalated == round(cost.bom["cost_escalated"].sum(), 2)
    assert cost.escalated == round(cost.per_area["escalated"].sum(), 2)


def test_without_escalation_the_years_of_build_change_nothing():
    cost = appraised(escalation=0.0)
    assert (cost.escalated, cost.escalated_p50, cost.escalated_p80) == (cost.base, cost.p50, cost.p80)


def test_an_uncertain_rise_widens_what_the_years_of_build_cost():
    certain, drawn = appraised(escalation=0.05), appraised()
    assert certain.escalated == drawn.escalated
    assert drawn.escalated_p80 - drawn.escalated_p50 > certain.escalated_p80 - certain.escalated_p50


#   1000 m in the ground, 300 m on 7 poles, 100 m in duct; one permit
def test_surveys_are_paid_by_what_there_is_to_survey():
    surveys = appraised().surveys.set_index("survey_id")
    counted = {"ground": 1.1, "poles": 7, "permits": 1, "route": 1.4, "tender": 1, "quotes": 1}
    assert surveys["quantity"].to_dict() == counted
    assert surveys["cost"]["poles"] == 7 * 45


def test_a_survey_is_worth_it_where_it_frees_more_than_it_costs():
    surveys = appraised().surveys
    assert surveys["is_worth_it"].tolist() == (surveys["freed"] > surveys["cost"]).tolist()
    assert surveys.set_index("survey_id")["freed"]["ground"] > surveys.set_index("survey_id")["freed"]["permits"]


def test_nothing_built_has_no_reserve_and_no_surveys():
    cost = appraised(hand.network(), hand.permits())
    assert (cost.contingency, cost.escalated, len(cost.surveys)) == (0.0, 0.0, 0)


def test_make_ready_is_shared_among_owners_by_their_poles():
    network = hand.hand_network()
    network.spans["pole_owners"] = [
        "Power Co 5; unknown 2" if placement == "aerial" else None for placement in network.spans["placement"]
    ]
    cost = appraised(network)
    lines = cost.bom.groupby("item")["cost"].sum()
    assert cost.make_ready[["area_id", "owner", "poles"]].to_numpy().tolist() == [
        ["A", "Power Co", 5], ["A", "unknown", 2]
    ]  # fmt: skip
    assert cost.make_ready["make_ready"].tolist() == [5 * 1187, 2 * 1187]
    assert round(cost.make_ready["application"].sum(), 2) == round(lines["pole_application"], 2)
