"""Terminals: every house on one, within its drop and the ports; sizes and stacks; prices by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.hubs import Hub
from expansion.network.terminals import Street, TerminalRules, make_street, place_terminals, serially
from tests.villages import road_graph, supply

RULES = TerminalRules((4, 8), (100.0, 150.0), 150.0, 1.0)


def street_of(graph, units=None, hub_node=0, existing=None, rules=RULES):
    rows = tuple(range(len(graph.location_node)))
    units = units or [1] * len(rows)
    hub = Hub("A1-H1", 0, hub_node, rows, sum(units), 288, 1)
    return make_street(supply(graph, 0, existing=existing), graph, hub, units, rules.drop_max_m)


def terminals_of(graph, units=None, rules=RULES, **more):
    return place_terminals((street_of(graph, units, rules=rules, **more), rules))


@pytest.mark.parametrize(
    ("units", "fit"), [(1, (4, 100)), (4, (4, 100)), (5, (8, 150)), (8, (8, 150)), (9, (16, 300)), (17, (24, 450))]
)
def test_the_smallest_terminal_or_stack_of_the_largest_is_taken(units, fit):
    assert RULES.fit(units) == fit


#   hub 0 ──500── 1 ──40── 2 ──40── 3        one house at each of 1, 2, 3, all drops 10 m
ROW = road_graph((0, 1, 500), (1, 2, 40), (2, 3, 40), homes=[1, 2, 3])


def test_houses_close_together_share_a_terminal_in_their_middle():
    (one,) = terminals_of(ROW)
    assert (one.node, one.capacity, one.used) == (2, 4, 3)
    assert (one.rows, one.along_m, one.ways) == ((0, 1, 2), (40, 0, 40), ((2, 1), (2,), (2, 3)))


def test_the_longest_drop_counts_the_way_along_the_road_and_the_setback():
    rules = TerminalRules((4, 8), (100.0, 150.0), 50.0, 0.0)
    assert len(terminals_of(ROW, rules=rules)) == 1
    assert len(terminals_of(ROW, rules=TerminalRules((4, 8), (100.0, 150.0), 49.9, 0.0))) > 1


def test_houses_beyond_the_ports_go_to_the_next_terminal():
    graph = road_graph((0, 1, 500), homes=[1] * 10)
    assert sorted(one.used for one in terminals_of(graph)) == [2, 8]


def test_a_block_with_more_units_than_ports_has_a_stack_of_its_own():
    graph = road_graph((0, 1, 500), homes=[1, 1])
    found = terminals_of(graph, [40, 1])
    assert sorted((one.capacity, one.used) for one in found) == [(4, 1), (40, 40)]


#   0 ──── 1 ═══f═══ 2       houses at 1 and 2: no drop runs along the operator's fiber
def test_existing_fiber_carries_no_drops():
    graph = road_graph((0, 1, 500), (1, 2, 40), homes=[1, 2])
    assert len(terminals_of(graph)) == 1
    assert len(terminals_of(graph, existing={1: "f"})) == 2


def test_streets_are_done_one_after_another():
    task = (street_of(ROW), RULES)
    assert serially(place_terminals, [task, task]) == [place_terminals(task)] * 2


def test_a_walk_goes_no_farther_than_its_limit():
    street = Street({0: [(1, 5.0)], 1: [(0, 5.0), (2, 5.0)], 2: [(1, 5.0)]}, {}, {}, {}, {}, {})
    assert street.within(0, 9.9) == {0: (0.0, -1), 1: (5.0, 0)}
    assert street.within(0, 10) == {0: (0.0, -1), 1: (5.0, 0), 2: (10.0, 1)}


@st.composite
def streets(draw):
    """A random tree with houses of a few units at random setbacks."""
    count = draw(st.integers(2, 10))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(1, 120))) for n in range(1, count)]
    homes = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=9))
    drops = draw(st.lists(st.integers(0, 150), min_size=len(homes), max_size=len(homes)))
    units = draw(st.lists(st.integers(1, 11), min_size=len(homes), max_size=len(homes)))
    return road_graph(*edges, homes=homes, drops=drops), units


@settings(max_examples=15)
@given(streets())
def test_every_house_is_on_one_terminal_within_ports_and_drop(case):
    graph, units = case
    found = terminals_of(graph, units)
    assert sorted(row for one in found for row in one.rows) == list(range(len(units)))
    for one in found:
        assert one.used == sum(units[row] for row in one.rows) <= one.capacity
        assert one.capacity == RULES.fit(one.used)[0]
        assert all(along + graph.drop_m[row] <= 150 for row, along in zip(one.rows, one.along_m, strict=True))


@settings(max_examples=15)
@given(streets())
def test_drops_run_from_the_terminal_to_the_house_as_far_as_said(case):
    graph, units = case
    hung = supply(graph, 0)
    for one in terminals_of(graph, units):
        for row, along, way in zip(one.rows, one.along_m, one.ways, strict=True):
            assert way == hung.way(one.node, int(graph.location_node[row]))
            assert along == pytest.approx(hung.between_m(way[0], way[-1]), abs=1e-3)
