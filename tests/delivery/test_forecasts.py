"""Forecasts by hand, the joint pair by brute force, risks that fire as often as they should, and their ranks."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.delivery import fire_risks, forecast, identify_risks, rank_risks
from expansion.delivery.forecasts import joint_pair
from expansion.plan.uncertainty import DrawnCosts, DrawnDates, Events
from expansion.schedule import schedule_build
from tests.schedule.programs import program, rules, study_of

EARNED = np.array([[[1, 1, 1, 1], [1, 1, 1, 1]], [[0.5, 0.5, 0, 1], [1, 1, 1, 1]]], dtype=np.float32)
DRAWS = np.arange(1000)


@pytest.fixture(scope="module")
def case():
    """Two areas that are planned to end on days 300 and 500, in four draws; the second has the risk."""
    arguments = program()
    schedule = schedule_build(**arguments)
    tasks = schedule.tasks
    last = {"A001": "2027-12-26", "A002": "2028-07-13"}
    tasks = tasks.assign(finish=[last.get(area, "2027-03-01") for area in tasks["area_id"].astype(object)])
    cost = replace(arguments["cost"], per_area=pd.DataFrame(
        {"area_id": ["A001", "A002"], "base": [90.0, 180.0]}
    ))  # fmt: skip
    dates = DrawnDates(
        ("A001", "A002"), np.array([[290, 310, 300, 320], [490, 500, 505, 520]]), np.array([490, 500, 505, 520]),
        np.array([[490, 500, 505, 505]]), (("A002-3.2",),), ("2028-06-30", "2028-08-31"), EARNED,
    )  # fmt: skip
    money = DrawnCosts(
        ("A001", "A002"), np.array([[90.0, 95, 105, 80], [190.0, 210, 180, 260]]), np.array([[0, 0, 0, 60.0]])
    )
    events = Events(np.arange(4), ("R06-A002",), np.array([[False, False, False, True]]))
    told = forecast(
        arguments["study"], arguments["areas"], arguments["portfolio"], cost,
        replace(schedule, tasks=tasks, finish="2028-07-13"), dates, money, events,
    )  # fmt: skip
    return dates, money, told


def test_program_phases_and_areas_are_told_in_this_order(case):
    table = case[2].table
    assert list(zip(table["scope"], table["id"], strict=True)) == [
        ("program", "program"), ("phase", "1"), ("phase", "2"), ("area", "A001"), ("area", "A002"),
    ]  # fmt: skip


def test_the_program_by_hand(case):
    """Ends 490, 500, 505, 520 and costs 280, 305, 285, 340: day 520 and 319 hold together in three draws of four."""
    row = case[2].table.iloc[0]
    assert (row["planned_finish"], row["finish_p50"], row["finish_p80"]) == ("2028-07-13", "2028-07-13", "2028-08-02")
    assert (row["cost_base"], row["cost_p50"], row["cost_p80"]) == (270.0, 295.0, 319.0)
    assert (row["finish_confidence"], row["cost_confidence"], row["joint_confidence"]) == (0.5, 0.0, 0.75)
    assert (row["joint_finish"], row["joint_cost"]) == ("2028-08-02", 340.0)


def test_the_curve_by_hand_ends_with_the_forecast_costs(case):
    """By June 2028 A001 is built and A002 half, half, not and wholly: 185, 200, 105 and 340 are spent."""
    table, curve = case[2].table, case[2].curve
    assert curve.months == ("2028-06-30", "2028-08-31")
    assert curve.p50[0].tolist() == [192.5, 295.0]
    assert curve.scopes == tuple(zip(table["scope"], table["id"], strict=True))
    assert (curve.p50[:, -1] == table["cost_p50"]).all()
    assert (curve.p80[:, -1] == table["cost_p80"]).all()


def test_draws_are_kept_with_the_risks_that_happen(case):
    draws = case[2].draws
    assert draws["cost"].to_list() == [280.0, 305.0, 285.0, 340.0]
    assert draws["risks"].to_list() == [0, 0, 0, 1]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12), st.sampled_from([0.5, 0.8]))
def test_the_joint_pair_is_the_first_that_holds(pairs, share):
    days, costs = np.array([a for a, _ in pairs]), np.array([float(b) for _, b in pairs])
    tried = zip(np.sort(days).tolist(), np.sort(costs).tolist(), strict=True)
    held = [(d, c) for d, c in tried if ((days <= d) & (costs <= c)).mean() >= share - 1e-9]
    assert joint_pair(days, costs, share) == held[0]


def test_a_risk_is_ranked_by_what_p80_loses_without_it(case):
    dates, money, _ = case
    risks = identify_risks(**program())
    two = risks[risks["rule_id"].isin(["R02"])].reset_index(drop=True)
    dates = replace(dates, without=np.array([[490, 500, 505, 520], [490, 500, 505, 505]]), delayed=((), ("A002-1.7",)))
    money = replace(money, risks=np.array([[0, 0, 0, 0.0], [0, 0, 0, 60.0]]))
    ranked = rank_risks(two, dates, money)
    assert ranked["risk_id"].to_list() == ["R02-A002", "R02-A001"]
    assert ranked["p80_days"].to_list() == [15, 0]
    assert ranked["p80_cost"].to_list() == [
        round(np.quantile([280, 305, 285, 340], 0.8) - np.quantile([280, 305, 285, 280], 0.8), 2),
        0,
    ]
    assert ranked["task_ids"].iloc[0] == "A002-1.7"


def fired(**changes):
    risks = identify_risks(**program() | changes)
    return risks, fire_risks(study_of(), rules(), risks, DRAWS)


def test_risks_happen_as_often_as_their_probability_says():
    risks, events = fired()
    assert np.abs(events.fired.mean(axis=1) - risks["probability"].to_numpy()).max() < 0.06


def test_places_of_one_rule_go_wrong_together_and_rules_do_not():
    risks, events = fired()
    row = {name: number for number, name in enumerate(risks["risk_id"])}
    one, same, other = (events.fired[row[name]] for name in ("R02-A001", "R02-A002", "R01-A001"))
    assert np.corrcoef(one, same)[0, 1] > 0.2
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1


def test_a_risk_that_leaves_the_register_moves_no_other():
    risks, events = fired()
    fewer, again = fired(study=study_of(risks={"remove": ["R02-A001"]}))
    kept = [list(risks["risk_id"]).index(name) for name in fewer["risk_id"]]
    assert (events.fired[kept] == again.fired).all()
