"""Huts that reach and strands force: no fewer would do, by trying every set of places."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.siting.cover import CoverRules, Load, Ways, force_huts, least_huts
from tests.villages import prices, road_graph, supply

#              ┌──1000── 2 hub            one hut at 1 reaches both hubs, one at each hub would be two
#   0 ──900── 1
#   office    └──1000── 3 hub
FORK = road_graph((0, 1, 900), (1, 2, 1000), (1, 3, 1000), homes=[2, 3])
TWO = [Load(2, 1, 10.0), Load(3, 1, 10.0)]


def rules(reach_m, spare=None, hut_fibers=4, hut_ports=np.inf, office_ports=None):
    return CoverRules(reach_m, hut_fibers, spare or {}, 9e6, 1.0, hut_ports, office_ports or {})


def huts_of(graph, loads, asked, existing=None):
    return force_huts(supply(graph, 0, existing=existing), prices(graph, existing=existing), loads, [0], asked)


def test_one_hut_where_the_ways_meet_serves_both():
    assert huts_of(FORK, TWO, rules(1500)) == [1]


def test_out_of_reach_of_the_fork_each_has_its_own():
    assert len(huts_of(FORK, TWO, rules(900))) == 2


def test_one_hut_on_the_operators_fiber_serves_both_taps_beyond_it():
    #   0 ══3000══ 1 ══100══ 2 ──900── 3 hub
    #              └──900── 4 hub
    graph = road_graph((0, 1, 3000), (1, 2, 100), (2, 3, 900), (1, 4, 900), homes=[3, 4])
    loads = [Load(3, 1, 10.0), Load(4, 1, 10.0)]
    assert huts_of(graph, loads, rules(1500), existing={0: "f", 1: "f"}) == [1]


def test_nobody_beyond_reach_needs_no_hut():
    assert huts_of(FORK, TWO, rules(2000)) == []


#                ┌──1000── 2 hub of 5     an office of 8 ports feeds one of them, of 4 none, of 9 both
#   0 ──900── 1
#   office       └──1000── 3 hub of 4
@pytest.mark.parametrize(("ports", "huts"), [(9, [[]]), (8, [[1], [2], [3]]), (4, [[1], [2]]), (3, [[1]])])
def test_an_office_with_too_few_ports_hands_hubs_to_a_hut(ports, huts):
    loads = [Load(2, 5, 10.0), Load(3, 4, 10.0)]
    assert huts_of(FORK, loads, rules(9000, office_ports={0: ports})) in huts


def test_a_hut_for_more_splitters_than_one_holds_stands_as_modules_at_one_place():
    loads, asked = [Load(2, 5, 10.0), Load(3, 4, 10.0)], rules(1500, hut_ports=8)
    assert huts_of(FORK, loads, asked) in ([1], [2, 3])
    ways = Ways(supply(FORK, 0), prices(FORK), loads, 0, {0})
    assert [ways.modules(huts, asked) for huts in ([1], [2, 3], [2])] == [2, 2, 1]
    assert ways.modules([1], rules(1500, hut_ports=4)) == 3


def test_hubs_that_stand_at_the_office_cannot_be_handed_over():
    loads = [Load(0, 5, 10.0), Load(3, 4, 10.0)]
    assert huts_of(FORK, loads, rules(9000, office_ports={0: 4})) in ([1], [3])


@st.composite
def forests(draw):
    """A random tree under an office with hubs on it, part of it existing fiber with strands to spare."""
    count = draw(st.integers(2, 8))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(100, 900))) for n in range(1, count)]
    nodes = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=4))
    loads = [Load(node, draw(st.integers(1, 6)), draw(st.sampled_from([10.0, 3000.0]))) for node in nodes]
    fiber = {0: "f"} if draw(st.booleans()) else {}
    return road_graph(*edges, homes=nodes), loads, fiber


@settings(max_examples=40)
@given(forests(), st.integers(150, 2500))
def test_for_reach_alone_no_fewer_huts_would_do(case, reach_m):
    graph, loads, fiber = case
    asked = rules(reach_m)
    hung, priced = supply(graph, 0, existing=fiber), prices(graph, existing=fiber)
    found = force_huts(hung, priced, loads, [0], asked)
    ways = Ways(hung, priced, loads, 0, {0})
    assert ways.is_covered(found, asked)
    places = range(1, graph.node_count)
    fewer = [pick for size in range(len(found)) for pick in combinations(places, size)]
    assert not any(ways.is_covered(pick, asked) for pick in fewer)
    assert len(least_huts(ways, asked)) == len(found)


@settings(max_examples=25)
@given(forests(), st.integers(300, 2500), st.integers(1, 9))
def test_strands_hold_wherever_any_huts_make_them_hold(case, reach_m, spare):
    graph, loads, _ = case
    fiber = {0: "f"}
    asked = rules(reach_m, {"f": spare})
    hung, priced = supply(graph, 0, existing=fiber), prices(graph, existing=fiber)
    ways = Ways(hung, priced, loads, 0, {0})
    found = force_huts(hung, priced, loads, [0], asked)
    every = [p for size in range(3) for p in combinations(range(1, graph.node_count), size)]
    possible = [len(pick) for pick in every if ways.is_covered(pick, asked)]
    assert ways.is_covered(found, asked) or not possible
    assert not possible or len(found) <= min(possible) + 1
    assert np.all(np.diff(found) > 0)


@settings(max_examples=40)
@given(forests(), st.integers(0, 12), st.integers(1, 9))
def test_for_ports_alone_no_fewer_modules_would_do(case, office, module):
    graph, loads, fiber = case
    asked = rules(9_000, hut_ports=module, office_ports={0: office})
    hung, priced = supply(graph, 0, existing=fiber), prices(graph, existing=fiber)
    found = force_huts(hung, priced, loads, [0], asked)
    ways = Ways(hung, priced, loads, 0, {0})
    every = [pick for size in range(4) for pick in combinations(range(1, graph.node_count), size)]
    assert ways.is_covered(found, asked)
    possible = [pick for pick in every if ways.is_covered(pick, asked)]
    assert ways.modules(found, asked) == min(ways.modules(pick, asked) for pick in possible)
