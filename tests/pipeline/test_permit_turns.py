"""Turns of a route where permits are shared: which there are, what they cost, and when they are taken.

1 --a-- 2 --b-- 3 --c-- 4      roots at 1, terminals 3 and 5
        |       |       |
        d       e       f
        |       |       |
        6 --g-- 7 --h-- 5
"""

from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.network.routing import restate_route
from expansion.pipeline import make_plan
from expansion.pipeline.permit_bill import Bill
from expansion.pipeline.permit_turns import find_turns, take_turns
from expansion.plan.plan import Route
from tests.villages import features, line, locations, plant, point, prices, road_graph, roads, study, village

LADDER = [(0, 1), (1, 2), (2, 3), (1, 5), (2, 6), (3, 4), (5, 6), (6, 4)]
A, B, C, D, E, F, G, H = range(8)
GRAPH = road_graph(*[(u, v, 100) for u, v in LADDER])
PRICES = prices(GRAPH, [100] * 8)
GROUND = SimpleNamespace(graph=GRAPH, prices=PRICES, areas=None)
NONE = np.zeros(0, dtype=np.int64)


def route(*edges, terminals=(2, 4)):
    duals = {"roots": np.array([0])}
    return Route(np.array(edges), 0.0, 9.0, 1.0, 1.0, 0.0, "optimal", 0, np.array(terminals), duals)


def rows(*edges):
    return np.array(edges, dtype=np.int64)


def turns(first, second):
    found = find_turns(GROUND, route(*first), rows(*first), rows(*second))
    return [(set(out.tolist()), set(come.tolist())) for out, come in found]


def bill(*permits, area=(0,) * 8, floor=(0, 0), built=(100,) * 8, day=1.0):
    """Permits as (edge, key, days, cents once, cents here), by edge."""
    edge, key, lead, fixed, here = np.array([*permits, (8, 0, 0, 0, 0)], dtype=np.int64)[:-1].T
    start = np.searchsorted(edge, np.arange(9))
    return Bill(np.array(built, float), start, key, lead, fixed * 1.0, here * 1.0, np.array(area), np.array(floor), day)


def test_two_ways_round_a_square_are_one_turn():
    assert turns((A, B, C, F), (A, B, E, H)) == [({C, F}, {E, H})]


def test_two_ways_that_share_a_rung_are_one_turn():
    assert turns((A, B, C, F), (A, D, G, E, C, F)) == [({B}, {D, G, E})]
    assert turns((A, B, C, F), (A, D, G, E, H)) == [({B, C, F}, {D, G, E, H})]


@given(st.sets(st.sampled_from(range(8))), st.sets(st.sampled_from(range(8))), st.data())
def test_a_route_with_any_of_its_turns_still_joins_all_terminals(first, second, data):
    stated = [restate_route(GRAPH, PRICES, route(*sorted(one)), rows(*sorted(one))) for one in (first, second)]
    if None in stated:
        return
    found = find_turns(GROUND, stated[0], stated[0].edges, stated[1].edges)
    edges = stated[0].edges
    for out, come in data.draw(st.lists(st.sampled_from(found), max_size=4)) if found else ():
        edges = np.union1d(np.setdiff1d(edges, out), come)
    assert restate_route(GRAPH, PRICES, stated[0], edges) is not None


def test_a_restated_route_drops_what_nobody_needs_and_keeps_its_bound():
    stated = restate_route(GRAPH, PRICES, route(A), rows(A, B, C, F, D))
    assert (stated.edges.tolist(), stated.cost, stated.lower_bound) == ([A, B, C, F], 4.0, 1.0)
    assert (stated.gap, stated.status) == (0.75, "feasible")


def test_edges_that_do_not_reach_a_terminal_are_no_route():
    assert restate_route(GRAPH, PRICES, route(A), rows(A, B, C)) is None


def test_a_fee_that_two_edges_share_is_paid_once_and_the_longest_wait_of_an_area_counts():
    """a and b under permit 0 (30 days, 50 once, 5 each); c under permit 1 (90 days) in the second area."""
    permits = (A, 0, 30, 50, 5), (B, 0, 30, 50, 5), (C, 1, 90, 0, 0)
    one = bill(*permits, area=(0, 0, 1, 0, 0, 0, 0, 0), floor=(3, 10), day=2.0)
    assert one.waits(rows(A, B, C)).tolist() == [30, 90]
    assert one.total(rows(A, B, C)) == 300 + 50 + 10 + 2 * 120
    assert one.waits(rows(A)).tolist() == [30, 10]


def test_what_the_route_needs_already_costs_nothing_more_beside_it():
    one = bill((A, 0, 30, 50, 5), (B, 0, 30, 50, 5), (C, 1, 90, 70, 0))
    cents = one.prices_beside(rows(A), allowed=one.waits(rows(A)), day_cents=2.0)
    assert cents[[A, B, C, D]].tolist() == [105, 105, 100 + 70 + 2 * 60, 100]


def test_turns_are_taken_together_where_none_pays_alone():
    """b and c both wait 90 days: only without both is the wait gone; each way round is 150 dearer.

    1 --a-- 2 ==b== 3 ==c== 4      the ways round: d g e, and e h
    """
    one = bill((B, 0, 90, 0, 0), (C, 1, 90, 0, 0), (F, 1, 90, 0, 0), built=(100, 10, 10, 60, 60, 10, 60, 60), day=5.0)
    start, other = rows(A, B, C, F), rows(A, D, E, G, H)
    assert one.total(other) < one.total(start)
    assert take_turns(GROUND, route(*start), one, start, other).tolist() == other.tolist()


def test_a_turn_that_saves_no_wait_is_left():
    """The wait of c stays whichever way is taken, for a waits as long."""
    one = bill((A, 0, 90, 0, 0), (C, 1, 90, 0, 0), built=(100, 10, 10, 60, 60, 10, 60, 60), day=5.0)
    start = rows(A, B, C, F)
    assert take_turns(GROUND, route(*start), one, start, rows(A, B, E, H)).tolist() == start.tolist()


ROADS = [[(0, 0), (100, 0)], [(100, 0), (600, 0)], [(100, 0), (100, -150), (600, -150), (600, 0)], [(600, 0), (700, 0)]]


@cache
def planned():
    """Two railways; the first must be crossed, the second could be avoided, and costs no wait beside the first.

    office     # railway        # railway
    C----------#----+-----------#------+--  h
                    |                  |
                    +------------------+     300 m further
    """
    rail = [(f"w{n}", "rail", "rail", f"Railway {n}", line((x, -30), (x, 200))) for n, x in ((1, 50), (2, 300))]
    inputs = village(
        roads=roads(*ROADS), locations=locations(("a", 680, 20), ("b", 650, -20)),
        plant=plant(("co", "co", None, point(0, 0))), features=features(*rail),
    )  # fmt: skip
    return make_plan(study(permits={"delay_cost_per_day": 200}), inputs, explain_permits=True)


def test_a_wait_that_stays_anyway_sends_nobody_on_a_detour():
    told = planned().document["permit_comparison"]
    assert told["areas_that_differ"] == []
    (turned,) = (finding for finding in planned().findings if finding.code == "W_PERMIT_TURNS")
    assert turned.where == ("A001",)
    assert turned.amount > 1000


def test_the_bound_of_a_turned_route_is_still_that_of_edge_prices():
    network = planned().document["network"]
    assert network["civil_lower_bound"] < network["civil_cost"]
    assert network["civil_gap"] == pytest.approx(1 - network["civil_lower_bound"] / network["civil_cost"], abs=1e-4)
