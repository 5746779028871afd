"""plan.json: the keys that the contract promises, its rounding, null for what is unknown."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from expansion.plan import document as doc
from expansion.plan.findings import find
from expansion.plan.plan import Route
from expansion.plan.uncertainty import FORECASTS
from tests.villages import study


def keys(text):
    return set(text.split())


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (doc.money(1234.5678), 1234.57),
        (doc.money(None), None),
        (doc.money(-0.001), 0.0),
        (doc.meters(1.23456), 1.235),
        (doc.fraction(0.12345678), 0.123457),
        (doc.gap_of(200.0, 150.0), 0.25),
        (doc.gap_of(0.0, 0.0), 0.0),
    ],
)
def test_numbers_have_the_decimals_of_the_contract(made, wanted):
    assert made == wanted
    assert str(made) != "-0.0"


def test_the_route_has_its_bounds_and_a_gap_computed_from_them():
    route = Route(np.array([1]), 1234.56789, 100.0, 90.0, 80.0, 0.5, "feasible", 0, np.array([2]), {})
    assert doc.route_section(route) == {
        "length_m": 1234.568, "cost": 100.0, "lower_bound": 90.0, "certified_lower_bound": 80.0, "gap": 0.1,
        "status": "feasible",
    }  # fmt: skip


def test_the_study_is_told_with_what_changes_a_plan():
    assert set(doc.study_section(study(), "EPSG:32632")) == keys("name profile crs currency price_year seed")


def locations(**outcomes):
    rows = [name for name, count in outcomes.items() for _ in range(count)]
    return pd.DataFrame({"eligible": [True] * len(rows) + [False], "outcome": [*rows, None]})


def test_outcomes_name_all_and_add_up():
    told = doc.outcomes_section(locations(fiber=3, unreachable=1, not_chosen=2))
    assert set(told) == keys("fiber fixed_wireless dsl satellite not_chosen unreachable none")
    assert sum(told.values()) == 6


def test_technology_is_told_for_all_five_and_not_for_those_left_out():
    told = doc.technology_section(locations(fiber=3, not_chosen=2))
    assert told == {"fiber": 3, "dsl": 0, "fixed_wireless": 0, "satellite": 0, "none": 0}


def test_the_cost_per_location_is_unknown_where_there_is_none():
    cost = SimpleNamespace(
        base=10.0, p10=8.0, p50=11.0, p80=12.0, p90=13.0, by_category={"civil": 10.0}, by_component={"labor": 10.0},
        to_pass=9.0, to_connect=1.0, contingency=1.0, reserve_estimate=1.5, reserve_risks=0.5, escalation=0.05,
        escalated=10.5, escalated_p50=11.5, escalated_p80=12.6,
    )  # fmt: skip
    assert doc.cost_section(cost, "USD", 0)["per_location_p50"] is None
    told = doc.cost_section(cost, "USD", 4)
    assert told["per_location_p50"] == 2.75
    names = "currency base p10 p50 p80 p90 by_category by_component cost_to_pass cost_to_connect per_location_p50"
    names += " contingency reserve_estimate reserve_risks escalation_per_year base_escalated p50_escalated"
    names += " p80_escalated"
    assert set(told) == keys(names)


def areas(*rows):
    table = pd.DataFrame(rows, columns=["chosen", "phase", "year", "locations", "cost_base"])
    return table.astype({"phase": "Int64", "year": "Int64"})


def test_phases_are_told_by_year_and_their_money_adds_to_the_cent():
    table = areas(
        (True, 1, 2027, 3, 0.1), (True, 1, 2027, 4, 0.2), (True, 2, 2028, 5, 0.3), (False, None, None, 9, 7.0)
    )
    training = SimpleNamespace(carried_out=("training",), cost=0.5)
    portfolio = SimpleNamespace(
        total_budget=None, value=1.0, upper_bound=1.0, gap=0.0, status="optimal", selection=training
    )
    told = doc.portfolio_section(portfolio, table)
    assert told["phases"] == [
        {"phase": 1, "year": 2027, "areas": 2, "locations": 7, "cost": 0.3},
        {"phase": 2, "year": 2028, "areas": 1, "locations": 5, "cost": 0.3},
    ]
    assert (told["spent"], told["budget"]) == (0.6, None)
    assert (told["initiatives"], told["initiatives_cost"]) == (1, 0.5)
    assert set(told) == keys("budget spent benefit upper_bound gap status phases initiatives initiatives_cost")


def test_an_empty_schedule_has_no_dates():
    nothing = SimpleNamespace(
        tasks=pd.DataFrame(), start="", finish="", finish_p50="", finish_p80="", finish_p90="", makespan_days=0,
        lower_bound_days=0, gap=0.0, status="empty", checks=pd.DataFrame({"verdict": []}),
    )  # fmt: skip
    forecast = SimpleNamespace(table=FORECASTS.build({column.name: [] for column in FORECASTS.columns}), draws=[])
    told = doc.schedule_section(nothing, forecast)
    assert [told[name] for name in ("start", "finish", "finish_p50", "finish_p80", "critical_tasks")] == [None] * 4 + [
        0
    ]
    assert set(told) == keys(
        "start finish finish_p50 finish_p80 finish_p90 joint_confidence makespan_days lower_bound_days gap "
        "status critical_tasks checks"
    )


def test_a_forecast_of_nothing_says_nothing():
    forecast = SimpleNamespace(table=FORECASTS.build({column.name: [] for column in FORECASTS.columns}), draws=[])
    told = doc.forecast_section(forecast, [])
    assert {name for name, value in told.items() if value is not None} == {"draws", "risks"}


def test_permits_are_counted_by_rule():
    columns = {"rule_id": ["B", "A", "B"], "lead_time_calendar_days": [30, 90, 60]}
    columns |= {"state": ["filed", "approved", "filed"], "rent_year": [0.0, 12.5, 7.5]}
    told = doc.permits_section(SimpleNamespace(table=pd.DataFrame(columns)))
    assert (told["count"], told["by_rule"], told["longest_lead_calendar_days"]) == (3, {"A": 1, "B": 2}, 90)
    assert told["by_state"] == {"approved": 1, "filed": 2, "refused": 0, "to_file": 0}
    assert told["rent_year"] == 20.0


def test_a_finding_shows_five_places_and_counts_all():
    (told,) = doc.findings_section((find("W_A", "info", "m", range(7)),))
    assert (told["where"], told["count"]) == (["0", "1", "2", "3", "4"], 7)
    assert (told["amount"], told["unit"], told["repair"]) == (None, None, None)
    assert set(told) == keys("code severity where count message amount unit repair")
