"""Terminals: every house on one, within its drop and the ports; at least cost, against every other placement."""

from itertools import product

import pytest
from hypothesis import given, settings

from expansion.network.terminals import TerminalRules, place_terminals, serially
from expansion.network.terminals.bill import bill
from expansion.network.terminals.greedy import place_one_by_one
from expansion.network.terminals.place import stand_all
from expansion.network.terminals.street import reach_of
from tests.network.terminals.streets import BILLED, RULES, drawn_streets, street_of
from tests.villages import road_graph, supply


def terminals_of(graph, units=None, rules=RULES, **more):
    return place_terminals((street_of(graph, units, rules=rules, **more), rules))


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


@settings(max_examples=15)
@given(drawn_streets())
def test_every_house_is_on_one_terminal_within_ports_and_drop(case):
    graph, units = case
    found = terminals_of(graph, units)
    assert sorted(row for one in found for row in one.rows) == list(range(len(units)))
    for one in found:
        assert one.used == sum(units[row] for row in one.rows) <= one.capacity
        assert one.capacity == RULES.fit(one.used)[0]
        assert all(along + graph.drop_m[row] <= 150 for row, along in zip(one.rows, one.along_m, strict=True))


@settings(max_examples=15)
@given(drawn_streets())
def test_drops_run_from_the_terminal_to_the_house_as_far_as_said(case):
    graph, units = case
    hung = supply(graph, 0)
    for one in terminals_of(graph, units):
        for row, along, way in zip(one.rows, one.along_m, one.ways, strict=True):
            assert way == hung.way(one.node, int(graph.location_node[row]))
            assert along == pytest.approx(hung.between_m(way[0], way[-1]), abs=1e-3)


def every_placement(street, rules):
    """All ways to serve every location from a node in its reach."""
    reach = reach_of(street, rules)
    for places in product(*(reach[row] for row in sorted(reach))):
        yield stand_all(street, rules, dict(zip(sorted(reach), places, strict=True)))


@settings(max_examples=40)
@given(drawn_streets(most_nodes=6, most_homes=4, most_units=3))
def test_no_placement_of_all_costs_less_than_the_one_found(case):
    graph, units = case
    street = street_of(graph, units, rules=BILLED, on_poles=[1])
    least = min(bill(street, BILLED, found) for found in every_placement(street, BILLED))
    assert bill(street, BILLED, place_terminals((street, BILLED))) == pytest.approx(least, abs=0.005)


@settings(max_examples=15)
@given(drawn_streets())
def test_the_placement_is_never_dearer_than_one_made_step_by_step(case):
    graph, units = case
    street = street_of(graph, units, rules=BILLED)
    one_by_one, found = place_one_by_one(street, BILLED), place_terminals((street, BILLED))
    assert bill(street, BILLED, found) <= bill(street, BILLED, one_by_one) + 0.005


#   hub 0 ──500── 1 ──60── 2          houses at 1 and at 2, at the end of a side street
def test_a_house_up_a_side_street_hangs_on_the_terminal_at_its_mouth():
    graph = road_graph((0, 1, 500), (1, 2, 60), homes=[1, 2])
    (one,) = terminals_of(graph, rules=BILLED)
    assert (one.node, one.rows) == (1, (0, 1))


#              2
#              │50
#   hub 0 ─500─ 1 ─50─ 3      four houses at 2 and four at 3: at the fork no cable branches
def test_two_arms_are_served_from_the_fork_when_a_branch_costs_more_than_drops():
    graph = road_graph((0, 1, 500), (1, 2, 50), (1, 3, 50), homes=[2] * 4 + [3] * 4)
    assert {one.node for one in terminals_of(graph, rules=BILLED)} == {1}


def test_poles_draw_a_terminal_away_from_the_ground_where_a_handhole_would_be_dug():
    graph = road_graph((0, 1, 500), (1, 2, 50), homes=[2])
    dear = TerminalRules((4,), (100.0,), 150.0, 0.1, handhole=500.0)
    assert [one.node for one in terminals_of(graph, rules=dear, on_poles=[1])] == [1]
    assert [one.node for one in terminals_of(graph, rules=dear, on_poles=[2])] == [2]
