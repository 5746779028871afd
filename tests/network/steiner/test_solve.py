"""The tree joins its terminals, and its bounds never claim more than is true."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.errors import UnreachableError
from expansion.network.steiner import solve_steiner

from .checker import proven_bound
from .instances import as_networkx, optimum, road_grid, small_instances


def arrays(*edges):
    return tuple(np.array(column, dtype=np.int64) for column in zip(*edges, strict=True))


@settings(max_examples=80, deadline=None)
@given(small_instances(), st.integers(0, 4))
def test_bounds_optimum_and_cost_are_in_order(case, effort):
    tree = solve_steiner(*case, effort=effort)
    assert tree.certified_lower_bound <= tree.lower_bound <= optimum(*case) <= tree.cost


@settings(max_examples=60, deadline=None)
@given(small_instances())
def test_the_edges_are_a_tree_over_the_terminals(case):
    _, u, v, cost, terminals = case
    tree = solve_steiner(*case)
    graph = nx.Graph(zip(u[tree.edges].tolist(), v[tree.edges].tolist(), strict=True))
    graph.add_node(int(terminals[0]))
    assert nx.is_tree(graph)
    assert set(terminals.tolist()) <= set(graph)
    assert graph.number_of_edges() == len(tree.edges)
    assert cost[tree.edges].sum() == tree.cost


@settings(max_examples=60, deadline=None)
@given(small_instances(most_cost=3), st.randoms(use_true_random=False))
def test_the_order_of_terminals_and_edges_changes_nothing(case, random):
    node_count, u, v, cost, terminals = case
    order = np.array(random.sample(range(len(u)), len(u)), dtype=np.int64)
    shuffled = np.array(random.sample(terminals.tolist(), len(terminals)), dtype=np.int64)
    first = solve_steiner(*case)
    second = solve_steiner(node_count, v[order], u[order], cost[order], shuffled)
    assert (first.cost, first.lower_bound, first.certified_lower_bound) == (
        second.cost,
        second.lower_bound,
        second.certified_lower_bound,
    )
    ends = [sorted(zip(np.minimum(a, b)[t.edges], np.maximum(a, b)[t.edges], strict=True))
            for a, b, t in ((u, v, first), (v[order], u[order], second))]  # fmt: skip
    assert ends[0] == ends[1]


def test_a_star_is_cheaper_than_its_rim():
    #     1
    #   3 | 3      rim edges cost 5, spokes 2 or 3
    #     0
    #   /   \
    #  2     3
    u, v, cost = arrays((0, 1, 3), (0, 2, 2), (0, 3, 3), (1, 2, 5), (2, 3, 5), (1, 3, 5))
    tree = solve_steiner(4, u, v, cost, np.array([3, 1, 2]))
    assert tree.edges.tolist() == [0, 1, 2]
    assert (tree.cost, tree.lower_bound, tree.status) == (8, 8, "optimal")


def test_one_terminal_or_none_needs_no_edge():
    for terminals in ([], [1], [1, 1]):
        tree = solve_steiner(3, *arrays((0, 1, 5), (1, 2, 5)), np.array(terminals, dtype=np.int64))
        assert (len(tree.edges), tree.cost, tree.gap, tree.status) == (0, 0, 0.0, "empty")


def test_all_nodes_as_terminals_give_the_minimum_spanning_tree():
    node_count, u, v, cost, _ = road_grid(6, 6, 1, seed=3)
    tree = solve_steiner(node_count, u, v, cost, np.arange(node_count))
    expected = nx.minimum_spanning_tree(as_networkx(node_count, u, v, cost), weight="cost")
    assert tree.cost == tree.lower_bound == expected.size(weight="cost")


def test_terminals_joined_by_free_edges_cost_nothing():
    tree = solve_steiner(3, *arrays((0, 1, 0), (1, 2, 0), (0, 2, 1)), np.array([0, 2]))
    assert (tree.edges.tolist(), tree.cost, tree.status) == ([0, 1], 0, "optimal")


def test_terminals_that_are_cut_off_are_named():
    with pytest.raises(UnreachableError, match="2 of 4 terminals") as caught:
        solve_steiner(6, *arrays((0, 1, 5), (3, 4, 5)), np.array([0, 1, 4, 5]))
    assert caught.value.where == ("4", "5")


@pytest.mark.parametrize("edges", [((0, 9, 1),), ((-1, 0, 1),), ((0, 1, -1),), ((0, 1, 2**60),)], ids=str)
def test_arrays_that_are_no_graph_are_refused(edges):
    with pytest.raises(ValueError, match=r"(have|has) to"):
        solve_steiner(2, *arrays(*edges), np.array([0, 1]))


def test_the_tree_is_never_dearer_than_mehlhorns():
    case = road_grid(14, 14, 25, seed=5)
    peer = nx.algorithms.approximation.steiner_tree(
        as_networkx(*case[:4]), case[4].tolist(), weight="cost", method="mehlhorn"
    )
    tree = solve_steiner(*case)
    assert tree.lower_bound <= tree.cost <= peer.size(weight="cost")
    assert tree.gap < 0.01


def test_more_effort_never_gives_a_dearer_tree():
    case = road_grid(12, 12, 20, seed=8)
    costs = [solve_steiner(*case, effort=effort).cost for effort in (0, 2, 4)]
    assert costs == sorted(costs, reverse=True)


def test_the_certificate_proves_its_bound_on_a_street_grid():
    case = road_grid(14, 14, 25, seed=6)
    tree = solve_steiner(*case)
    assert proven_bound(*case, tree.duals) == tree.certified_lower_bound
    assert tree.certified_lower_bound >= 0.97 * tree.cost
