"""Settlements are the connected groups of neighbors, by brute force."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.demand.settlements import find_settlements

POINTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=25)


def groups(xy, distance):
    """Connected groups, by looking at every pair."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(xy)))
    graph.add_edges_from((a, b) for a in range(len(xy)) for b in range(a) if np.hypot(*(xy[a] - xy[b])) <= distance)
    return {frozenset(group) for group in nx.connected_components(graph)}


def as_groups(labels):
    return {frozenset(np.nonzero(labels == label)[0].tolist()) for label in set(labels.tolist())}


@settings(max_examples=40)
@given(POINTS, st.integers(1, 8))
def test_settlements_are_the_connected_groups(points, distance):
    xy = np.array(points, dtype=float)
    assert as_groups(find_settlements(xy, distance)) == groups(xy, distance)


@settings(max_examples=20)
@given(POINTS)
def test_settlements_are_numbered_by_first_appearance(points):
    labels = find_settlements(np.array(points, dtype=float), 3).tolist()
    assert list(dict.fromkeys(labels)) == list(range(max(labels) + 1))


def test_a_lonely_house_is_a_settlement_and_neighbors_at_the_limit_are_one():
    xy = np.array([[0.0, 0], [400, 0], [800, 0], [1201, 0]])
    assert find_settlements(xy, 400).tolist() == [0, 0, 0, 1]


def test_no_house_is_no_settlement():
    assert find_settlements(np.zeros((0, 2)), 400).tolist() == []


def test_fifty_houses_on_one_spot_are_one_settlement():
    assert find_settlements(np.zeros((50, 2)), 1).tolist() == [0] * 50
