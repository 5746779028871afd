"""A node from outside is brought into the tree where that pays, and the tree stays a tree."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.steiner.exchange import improve_tree
from expansion.network.steiner.graph import build_graph, cheapest_parallel, mask_of, spans
from expansion.network.steiner.insertion import insertion_pass
from expansion.network.steiner.rooted import Roads
from expansion.network.steiner.trees import mehlhorn_tree

from .instances import road_grid


def inserted(graph, tree, terminals):
    roads = Roads(graph.start, graph.head, graph.edge, graph.back, graph.length)
    flags = mask_of(graph.size, terminals)
    result, moves = insertion_pass(roads, mask_of(len(graph.u), tree), flags, int(terminals[0]))
    return np.flatnonzero(result), moves


@pytest.mark.parametrize(("spoke", "moves"), [(3, 1), (4, 0)])
def test_the_hub_of_a_wheel_comes_in_when_its_spokes_cost_less_than_two_sides(spoke, moves):
    #        1
    #      / | \        sides 5, spokes `spoke`; the tree has the sides 0-1 and 1-2
    #     / _3_ \
    #    0 ----- 2
    u, v = np.array([0, 1, 0, 0, 1, 2]), np.array([1, 2, 2, 3, 3, 3])
    graph = build_graph(4, u, v, np.array([5, 5, 5, spoke, spoke, spoke]))
    tree, made = inserted(graph, np.array([0, 1]), np.array([0, 1, 2]))
    assert made == moves
    assert tree.tolist() == ([3, 4, 5] if moves else [0, 1])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 12))
def test_a_changed_tree_joins_all_terminals_at_less(seed, count):
    node_count, u, v, cost, terminals = road_grid(6, 7, count, seed)
    kept = cheapest_parallel(u, v, cost)
    graph = build_graph(node_count, u[kept], v[kept], cost[kept])
    tree = mehlhorn_tree(graph, mask_of(node_count, terminals))
    changed, moves = inserted(graph, tree, np.sort(terminals))
    assert spans(node_count, graph.u, graph.v, changed, terminals)
    assert (graph.cost[changed].sum() < graph.cost[tree].sum()) == (moves > 0)
    better = improve_tree(graph, changed, mask_of(node_count, terminals))
    assert nx.is_forest(nx.Graph(zip(graph.u[better].tolist(), graph.v[better].tolist(), strict=True)))
    assert graph.cost[better].sum() <= graph.cost[changed].sum()
