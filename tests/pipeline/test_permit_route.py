"""What permits do to a route: the straight way under a railway, or round it.

office                 # railway
C------+------------#------+  h     600 m straight on, one railroad license
       |                   |
       +-------------------+        120 m further under a bridge of the railway: no license
"""

from functools import cache

import pytest

from expansion.cli.comparison import comparison_lines
from expansion.pipeline import make_plan
from tests.villages import features, line, locations, plant, point, roads, study, village

CO = ("co", "co", None, point(0, 0))
ROADS = [[(0, 0), (100, 0)], [(100, 0), (600, 0)], [(100, 0), (100, -60), (600, -60), (600, 0)], [(600, 0), (700, 0)]]
RAIL = ("w1", "rail", "rail", "Valley Railway", line((300, -30), (300, 200)))


@cache
def compared(price, *met):
    inputs = village(
        roads=roads(*ROADS), locations=locations(("a", 680, 20), ("b", 650, -20)), plant=plant(CO),
        features=features(*met),
    )  # fmt: skip
    plan = make_plan(study(permits={"delay_cost_per_day": price}), inputs, explain_permits=True)
    return plan.document["permit_comparison"], plan.tables["permit_comparison"].set_index("row_id")


def test_a_detour_is_taken_where_the_wait_is_worth_more_and_both_sides_are_told():
    told, table = compared(200, RAIL)
    assert told["areas_that_differ"] == ["A001"]
    assert told["saved"]["length_m"] == pytest.approx(-120, abs=1)
    assert told["saved"]["wait_days"] > 0
    assert told["saved"]["total"] == pytest.approx(told["saved"]["base_cost"] + 200 * told["saved"]["wait_days"])
    assert "RAIL" in table.loc["A001-ignoring", "permit_ids"]
    assert "RAIL" not in table.loc["A001-aware", "permit_ids"]


def test_the_verdict_names_days_and_money():
    told, _ = compared(200, RAIL)
    words = " ".join(comparison_lines(told, "USD"))
    assert f"{told['saved']['wait_days']} days less" in words
    assert "better in total by" in words


def test_a_route_that_permits_do_not_move_is_said_to_be_the_same():
    told, table = compared(200)
    assert told["areas_that_differ"] == []
    assert table.loc["study-aware", "edge_ids"] == table.loc["study-ignoring", "edge_ids"]
    assert comparison_lines(told, "USD")[0].startswith("the route that ignores permits is the same")


def test_a_plan_that_was_not_asked_has_no_comparison():
    assert comparison_lines(None, "USD") == []
