"""Two ways that share no trench: by hand, where bridges forbid it, and against networkx on random graphs."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.protection import find_two_ways
from tests.villages import road_graph


def two_ways(graph, cents, start, end, standing=(), avoided=()):
    built, allowed = np.zeros(len(graph.u), dtype=bool), np.ones(len(graph.u), dtype=bool)
    built[list(standing)], allowed[list(avoided)] = True, False
    return find_two_ways(graph, np.array(cents, dtype=np.int64), built, allowed, start, end)


#      ┌── 1 ──┐
#  0 ──┤       ├── 3        the way over 1 stands; over 2 costs 7
#      └── 2 ──┘
RING = road_graph((0, 1, 10), (1, 3, 10), (0, 2, 10), (2, 3, 10))


def test_the_second_way_is_the_other_side_of_the_ring():
    found = two_ways(RING, [5, 5, 3, 4], 0, 3, standing=[0, 1])
    assert (found.first.tolist(), found.second.tolist()) == ([0, 1], [2, 3])
    assert (found.new.tolist(), found.shared.tolist(), found.cents) == ([2, 3], [], 7)


def test_a_ring_that_is_built_anyway_protects_for_nothing():
    assert two_ways(RING, [5, 5, 3, 4], 0, 3, standing=[0, 1, 2, 3]).cents == 0


#  0 ── 1 ══ 2 ── 3   parallel trenches between 1 and 2, bridges at both ends
BRIDGES = road_graph((0, 1, 10), (1, 2, 10), (1, 2, 12), (2, 3, 10))


def test_bridges_are_shared_and_named_and_parallel_trenches_are_not():
    found = two_ways(BRIDGES, [5, 6, 9, 5], 0, 3, standing=[0, 1, 3])
    assert found.shared.tolist() == [0, 3]
    assert (found.new.tolist(), found.cents) == ([2], 9)
    assert {tuple(found.first.tolist()), tuple(found.second.tolist())} == {(0, 1, 3), (0, 2, 3)}


#  the trap: the shortest way 0-1-2-3 uses 1-2, and without it no second way is left;
#  the pair 0-1-3 and 0-2-3 shares nothing
TRAP = road_graph((0, 1, 10), (1, 2, 10), (2, 3, 10), (1, 3, 10), (0, 2, 10))


def test_the_first_way_gives_way_where_it_blocks_the_second():
    found = two_ways(TRAP, [1, 1, 1, 9, 9], 0, 3, standing=[0, 1, 2])
    assert found.shared.tolist() == []
    assert (found.new.tolist(), found.cents) == ([3, 4], 18)


def test_an_avoided_edge_protects_nothing():
    assert two_ways(RING, [5, 5, 3, 4], 0, 3, standing=[0, 1], avoided=[2]).shared.tolist() == [0, 1]


def test_nodes_that_nothing_joins_have_no_way():
    assert two_ways(road_graph((0, 1, 10), (2, 3, 10)), [1, 1], 0, 3) is None


@pytest.mark.parametrize("node", [0, 3])
def test_a_hub_at_its_office_needs_no_second_way(node):
    assert two_ways(RING, [1, 1, 1, 1], node, node).cents == 0


@st.composite
def cities(draw):
    count = draw(st.integers(3, 6))
    node = st.integers(0, count - 1)
    pair = st.tuples(node, node).filter(lambda ends: ends[0] != ends[1])
    pairs = draw(st.lists(pair, min_size=count, max_size=12))
    cents = draw(st.lists(st.integers(0, 40), min_size=len(pairs), max_size=len(pairs)))
    standing = draw(st.sets(st.integers(0, len(pairs) - 1), max_size=4))
    return count, pairs, cents, standing


def least(count, pairs, cents, standing, cut):
    """Least new build of two disjoint ways from 0 to the last node, by trying every set of edges; None for none."""
    best = None
    for mask in range(2 ** len(pairs)):
        graph = nx.MultiGraph()
        graph.add_nodes_from(range(count))
        for row, (a, b) in enumerate(pairs):
            if mask >> row & 1:
                graph.add_edge(a, b, key=row)
        simple = nx.Graph()
        simple.add_nodes_from(range(count))
        for a, b, _ in graph.edges(keys=True):
            weight = simple[a][b]["capacity"] + 1 if simple.has_edge(a, b) else 1
            simple.add_edge(a, b, capacity=weight)
        if nx.maximum_flow_value(simple, 0, count - 1) >= cut:
            total = sum(cents[row] for row in range(len(pairs)) if mask >> row & 1 and row not in standing)
            best = total if best is None else min(best, total)
    return best


@settings(max_examples=12)
@given(cities())
def test_the_pair_is_the_cheapest_there_is(case):
    count, pairs, cents, standing = case
    pairs, cents = pairs[:8], cents[:8]
    standing = {row for row in standing if row < 8}
    graph = road_graph(*((a, b, 10) for a, b in pairs), homes=[count - 1])
    found = two_ways(graph, cents, 0, count - 1, standing)
    best = least(count, pairs, cents, standing, 2)
    if best is None:
        assert found is None or len(found.shared)
    else:
        assert not len(found.shared)
        assert found.cents == best
        assert not set(found.first.tolist()) & set(found.second.tolist())
