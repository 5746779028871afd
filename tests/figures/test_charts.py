"""Charts: the numbers behind them, by hand."""

import pandas as pd

from expansion.figures.charts import budget_curve_chart
from expansion.figures.curves import cost_curve, expensive_tail, largest_first, spending
from expansion.figures.gantt import area_bars, gantt_chart, task_bars


def tasks():
    rows = [
        ("t1", "A1", "execution", "plow", "2027-03-01", "2027-03-10", 100.0, True),
        ("t2", "A1", "execution", "splice", "2027-03-05", "2027-04-10", 0.0, False),
        ("t3", None, "planning", "start", "2027-02-01", "2027-02-01", 0.0, False),
    ]
    names = ["task_id", "area_id", "wbs_phase", "name", "start", "finish", "cost", "is_critical"]
    return pd.DataFrame(rows, columns=names)


def test_the_cost_curve_begins_with_the_cheapest_area():
    areas = pd.DataFrame(
        {
            "area_id": ["A1", "A2", "A3"],
            "locations": [10, 5, 1],
            "cost_p50": [100.0, 25.0, 0.0],
            "chosen": [True, False, False],
        }
    )
    curve = cost_curve(areas)
    assert curve[["area_id", "cost_per_location", "first", "last"]].to_numpy().tolist() == [
        ["A2", 5, 0, 5],
        ["A1", 10, 5, 15],
    ]


def test_spending_is_spread_over_the_days_of_a_task():
    paid = pd.DataFrame({"start": ["2027-01-31"], "finish": ["2027-02-09"], "cost": [100.0]})
    assert spending(paid)["spent"].tolist() == [10, 100]


def test_spending_of_nothing_is_empty():
    assert len(spending(tasks().assign(cost=0.0))) == 0


def test_largest_comes_first_and_nothing_is_left_out():
    assert largest_first({"make_ready": 2.0, "civil": 5.0, "none": 0.0})["name"].tolist() == ["civil", "make ready"]


def test_an_area_has_one_bar_per_kind_of_work():
    bars = area_bars(tasks())
    assert bars[["row", "start", "finish", "tasks"]].to_numpy().tolist() == [
        ["program", "2027-02-01", "2027-02-01", 1],
        ["A1", "2027-03-01", "2027-04-10", 2],
    ]


def test_a_task_ends_after_its_last_day():
    chart = gantt_chart(task_bars(tasks())).to_dict()
    (rows,) = chart["datasets"].values()
    first = min(rows, key=lambda row: row["begin"])
    assert (first["begin"][:10], first["end"][:10]) == ("2027-02-01", "2027-02-02")


def budget(costs, locations):
    return pd.DataFrame({"cost": costs, "locations": locations})


def test_the_tail_begins_where_nine_of_ten_are_reached():
    assert expensive_tail(budget([0.0, 100.0, 200.0, 500.0], [0, 50, 90, 100])) == (200.0, 10, 30.0)


def test_a_curve_that_jumps_to_all_has_no_tail():
    assert expensive_tail(budget([0.0, 500.0], [0, 100])) is None
    assert expensive_tail(budget([], [])) is None


def test_the_budget_curve_is_drawn_with_its_bound():
    curve = budget([0.0, 10.0], [0, 5]).assign(lower_bound=[0.0, 9.0], locations_share=[0, 1], marginal_cost=[0, 2.0])
    band, line = budget_curve_chart(curve, "USD").to_dict()["layer"]
    assert band["encoding"]["x"]["field"] == "lower_bound"
    assert line["encoding"]["x"]["field"] == "cost"
