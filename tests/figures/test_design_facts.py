import numpy as np
import pandas as pd
import pytest

from expansion.figures.design_facts import (
    cash_flow,
    hub_fill,
    ledger_rows,
    light_limits,
    loss_steps,
    measured,
    outcome_reasons,
    reason_kinds,
    telling_rows,
)
from expansion.figures.svg_chart import Series, draw_chart
from tests.figures import plant_tables


def test_hubs_stand_by_how_full_they_are_with_what_they_serve():
    tables = plant_tables.tables()
    extra = tables["sites"].iloc[[1, 1]].assign(site_id=["H10", "H9"], used=[144, 144])
    tables["sites"] = pd.concat([tables["sites"], extra], ignore_index=True)
    found = hub_fill(tables)
    assert found["hub_id"].tolist() == ["H9", "H10", "H"]
    last = found.iloc[-1]
    assert (last["fill"], last["splitters"], last["locations"], last["terminals"]) == (5 / 144, 1, 4, 3)
    assert np.isnan(found["worst_db"].iloc[0])


def test_fills_bring_target_and_what_binds():
    fills = pd.DataFrame({"hub_id": ["H"], "fill_target": [0.8], "binds": ["cost"]})
    found = hub_fill(plant_tables.tables() | {"fills": fills})
    assert (found["fill_target"].iloc[0], found["binds"].iloc[0]) == (0.8, "cost")


def test_losses_are_counted_in_half_decibels():
    found = loss_steps(pd.DataFrame({"loss_db": [21.49, 21.5, 21.99, 24.0]}))
    assert found.to_numpy().tolist() == [[21.0, 1], [21.5, 2], [24.0, 1]]


def test_limits_say_how_many_paths_they_bind_and_the_least_room():
    paths = pd.DataFrame(
        {"location_id": list("abc"), "binds": ["reach", "loss up", "loss up"], "margin_db": [3.0, 2.0, 1.0],
         "headroom_m": [10.0, 30.0, 20.0]}
    )  # fmt: skip
    assert light_limits(paths).to_numpy().tolist() == [["loss up", 2, 1.0, 20.0], ["reach", 1, 3.0, 10.0]]
    assert len(light_limits(paths.drop(columns="binds"))) == 0


def test_broken_rules_stand_first_the_worst_on_top():
    rules = pd.DataFrame(
        {"rule_id": ["a", "b", "c", "d"], "broken": [0, 1, 2, 0], "severity": ["error", "info", "error", "info"]}
    )
    assert ledger_rows(rules)["rule_id"].tolist() == ["c", "b", "a", "d"]


def test_reasons_count_eligible_locations_alone():
    locations = pd.DataFrame(
        {"eligible": [True, True, False], "outcome": ["dsl", "dsl", None], "outcome_reason": ["near", "near", None]}
    )
    assert outcome_reasons(locations).to_numpy().tolist() == [["dsl", "near", 2]]


def test_money_of_the_years_adds_up_over_areas():
    flows = dict.fromkeys(("revenue", "opex", "capital_to_pass", "capital_to_connect", "replacement", "subsidy"), 1.0)
    rows = [
        {"year": year, "terminal_value": 0.0, "net": net, "discounted": net / 2} | flows
        for year, net in ((2028, 5.0), (2027, -4.0), (2027, -6.0))
    ]
    found = cash_flow(pd.DataFrame(rows))
    assert found[["year", "net", "cumulated", "discounted_sum"]].to_numpy().tolist() == [
        [2027, -10.0, -10.0, -5.0], [2028, 5.0, -5.0, -2.5],
    ]  # fmt: skip


@pytest.mark.parametrize("points", [[], [(1.0, 2.0)]])
def test_a_chart_of_less_than_two_points_is_empty(points):
    assert draw_chart([Series("a", "#000000", points)], title="t", x_words="x", y_words="y") == ""


def test_bars_hang_below_zero_and_lines_pass_their_points():
    bars = Series("net", "#111111", [(2027, -100.0), (2028, 50.0)], bar_width=0.5)
    svg = draw_chart(
        [bars, Series("sum", "#222222", [(2027, -100.0), (2028, -50.0)])], title="<t>", x_words="", y_words=""
    )
    tops = [float(part.split('"')[0]) for part in svg.split('<rect x="')[3:] for part in [part.split(' y="')[1]]]
    assert tops[0] > tops[1]
    assert "<t>" not in svg


def test_a_chart_of_equal_points_still_has_axes():
    svg = draw_chart([Series("a", "#000000", [(5.0, 0.0), (5.0, 0.0)])], title="t", x_words="x", y_words="y")
    assert svg.startswith("<svg")


def test_reasons_that_differ_in_figures_alone_are_one_kind():
    locations = pd.DataFrame(
        {
            "eligible": True, "outcome": "satellite",
            "outcome_reason": ["A1: 12,834 USD", "A2: 9.5 USD", "A2: 9.5 USD", "no line of sight"],
        }
    )  # fmt: skip
    assert reason_kinds(locations).to_numpy().tolist() == [
        ["satellite", "A2: 9.5 USD", 3], ["satellite", "no line of sight", 1],
    ]  # fmt: skip


def test_a_threshold_above_which_nothing_moves_is_left_out():
    curve = pd.DataFrame({"threshold": [0, 5, 10, 20, 99], "fiber": [0, 3, 8, 8, 8]})
    assert telling_rows(curve)["threshold"].tolist() == [0, 5, 10]
    assert len(telling_rows(curve[:0])) == 0


def test_one_of_a_unit_is_singular_and_nothing_is_written_as_nothing():
    assert [measured(1.0, "users"), measured(20_000.0, "m"), measured(float("nan"), "m")] == ["1 user", "20,000 m", ""]
