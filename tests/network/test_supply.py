"""The forest that light comes down: ways, meeting points, taps; against networkx on random trees."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.supply import find_roots
from tests.villages import line, plant, point, prices, road_graph, supply, village

#   0 ──100── 1 ──50── 2
#             └──30── 3 ──20── 4
TREE = road_graph((0, 1, 100), (1, 2, 50), (1, 3, 30), (3, 4, 20))


@st.composite
def trees(draw):
    """A random tree of road, as edges and as a networkx graph."""
    count = draw(st.integers(2, 10))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(1, 90))) for n in range(1, count)]
    graph = nx.Graph()
    graph.add_weighted_edges_from(edges)
    return road_graph(*edges), graph


def test_a_tree_hangs_from_its_office_with_the_meters_to_it():
    hung = supply(TREE, 0)
    assert hung.above[:5] == [hung.top, 0, 1, 1, 3]
    assert hung.up_edge[:5] == [-1, 0, 1, 2, 3]
    assert hung.away_m[:5] == pytest.approx([0, 100, 150, 130, 150], abs=1e-6)


def test_two_offices_share_the_road_between_them_at_its_cut():
    hung = supply(road_graph((0, 1, 100), (2, 3, 100)), 0, 3)
    assert hung.above[:4] == [hung.top, 0, 3, hung.top]


def test_what_is_cut_off_hangs_from_nothing():
    hung = supply(road_graph((0, 1, 100), (2, 3, 100)), 0)
    assert hung.above[2:4] == [-1, -1]
    assert np.isnan(hung.away_m[2:4]).all()


@settings(max_examples=15)
@given(trees(), st.data())
def test_ways_are_those_of_the_tree(case, choice):
    graph, tree = case
    a, b, root = (choice.draw(st.integers(0, graph.node_count - 1)) for _ in range(3))
    hung = supply(graph, root)
    assert list(hung.way(a, b)) == nx.shortest_path(tree, a, b)
    assert hung.between_m(a, b) == pytest.approx(nx.shortest_path_length(tree, a, b, weight="weight"), abs=1e-5)


@settings(max_examples=15)
@given(trees(), st.data())
def test_the_common_top_is_the_lowest_node_above_all(case, choice):
    graph, tree = case
    nodes = choice.draw(st.lists(st.integers(0, graph.node_count - 1), min_size=1, max_size=4))
    hung = supply(graph, 0)
    ways = [nx.shortest_path(tree, node, 0) for node in nodes]
    shared = set(ways[0]).intersection(*ways)
    assert hung.common_top(nodes) == max(shared, key=lambda node: len(nx.shortest_path(tree, node, 0)))
    assert set(hung.union_below(nodes, 0)) == set().union(*ways) - {0}


#   0 ══f══ 1 ══f══ 2 ──── 3        fiber from the office to 2
@pytest.mark.parametrize(("node", "tap"), [(3, 2), (2, 2), (1, 1), (0, 0)])
def test_a_tap_is_the_first_node_on_existing_fiber_or_the_root(node, tap):
    graph = road_graph((0, 1, 100), (1, 2, 100), (2, 3, 100))
    assert supply(graph, 0, existing={0: "f", 1: "f"}).tap(node) == tap


def test_of_two_edges_between_the_same_nodes_the_shorter_carries_the_light():
    hung = supply(road_graph((0, 1, 100), (0, 1, 60)), 0)
    assert (hung.up_edge[1], hung.away_m[1]) == (1, pytest.approx(60))


#   co            fiber f, joined to no office
#   0 ──── 1      2 ════ 3
@pytest.mark.parametrize(("existing", "nodes"), [({}, [0]), ({1: "f"}, [0, 2]), ({0: "f"}, [0])])
def test_fiber_that_reaches_no_office_is_a_root_of_its_own(existing, nodes):
    graph = road_graph((0, 1, 100), (2, 3, 100), at=[(0, 0), (100, 0), (300, 0), (400, 0)])
    inputs = village(plant=plant(("co", "co", None, point(0, 5)), ("f", "fiber", 12, line((300, 0), (400, 0)))))
    roots = find_roots(inputs, graph, prices(graph, existing=existing))
    assert (roots.nodes.tolist(), roots.office_id) == (nodes, ("co",))
