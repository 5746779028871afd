"""The budget curve: what is free first, then ever dearer locations, up to the route over all."""

from dataclasses import replace

import numpy as np

from expansion.network.curve import LIGHT, trace_curve, wants_curve
from expansion.network.routing import route_terminals
from expansion.plan.locks import Lock, no_locks
from tests.villages import prices, road_graph

#  office 0 ──2── 1 ──2── 2 (two locations) ──30── 3        a location at 1, two at 2, one at 3
ROAD = road_graph((0, 1, 20), (1, 2, 20), (2, 3, 300))
CENTS = [200, 200, 3000]
HOMES = np.array([1, 2, 2, 3])


def curve(graph, cents, homes, roots=(0,), existing=None, locks=None, units=None):
    graph = replace(graph, location_node=np.asarray(homes, dtype=np.int64))
    made, rows = prices(graph, cents, existing), np.arange(len(homes))
    route = route_terminals(graph, made, np.array(roots), graph.location_node, effort=2, seed=1, locks=locks)
    units = np.ones(len(homes), dtype=np.int64) if units is None else np.asarray(units)
    return route, trace_curve(graph, made, rows, units, route, locks=locks)


def test_the_expensive_tail_comes_last():
    _, found = curve(ROAD, CENTS, HOMES)
    rows = found.table[["point_id", "locations", "cost", "lower_bound"]].to_numpy().tolist()
    assert rows == [["C01", 0, 0.0, 0.0], ["C02", 3, 4.0, 4.0], ["C03", 4, 34.0, 34.0]]
    assert found.table["marginal_cost"].tolist()[1:] == [1.33, 30.0]
    assert found.table["locations_share"].tolist() == [0.0, 0.75, 1.0]


def test_the_last_point_is_the_route():
    route, found = curve(ROAD, CENTS, HOMES)
    last = found.table.iloc[-1]
    assert (last["cost"], last["length_m"], last["locations"]) == (route.cost, route.length_m, 4)
    assert (last["lower_bound"], last["certified_lower_bound"]) == (route.lower_bound, route.certified_lower_bound)


def test_a_cost_in_between_reaches_no_more_than_the_point_before():
    _, found = curve(ROAD, CENTS, HOMES)
    assert found.table["locations_most"].tolist() == [0, 3, 4]


def test_what_existing_fiber_passes_is_reached_for_nothing():
    _, found = curve(ROAD, [0, 200, 3000], HOMES, existing={0: "f"})
    assert found.table[["locations", "cost"]].to_numpy().tolist() == [[1, 0.0], [3, 2.0], [4, 32.0]]
    assert 0 not in found.arrays["point_edges"]


def test_units_behind_the_locations_add_up():
    _, found = curve(ROAD, CENTS, HOMES, units=[5, 1, 2, 7])
    assert found.table["units"].tolist() == [0, 8, 15]


def test_an_avoided_edge_is_used_by_no_point():
    #   0 ──1── 1      and the long way 0 ──5── 2 ──5── 1
    ring = road_graph((0, 1, 10), (0, 2, 50), (2, 1, 50))
    locks = no_locks(3).along(Lock("avoid-x", "avoid", "x", np.array([0]), -1, 0, None))
    _, found = curve(ring, [100, 500, 500], [1, 2], locks=locks)
    assert 0 not in found.arrays["point_edges"]
    assert found.table["cost"].tolist() == [0.0, 10.0]


def test_all_at_the_office_is_one_point_that_costs_nothing():
    _, found = curve(ROAD, CENTS, [0, 0])
    assert found.table[["locations", "cost", "gap"]].to_numpy().tolist() == [[2, 0.0, 0.0]]


def test_nobody_to_reach_is_an_empty_curve():
    _, found = curve(ROAD, CENTS, [])
    assert len(found.table) == 0
    assert all(len(values) == 0 for values in found.arrays.values())


def test_the_order_of_locations_changes_no_point():
    _, first = curve(ROAD, CENTS, HOMES)
    _, second = curve(ROAD, CENTS, HOMES[::-1])
    assert first.table.equals(second.table)


def test_a_curve_that_takes_long_is_traced_only_when_asked_for():
    few, many = np.arange(4), np.arange(LIGHT)
    assert [wants_curve(asked, ROAD, few) for asked in (None, True, False)] == [True, True, False]
    assert [wants_curve(asked, ROAD, many) for asked in (None, True, False)] == [False, True, False]
