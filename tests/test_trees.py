"""Trees hung from a root: sums below a node, and pieces under a capacity."""

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.trees import RootedTree, group_by_capacity, split_by_capacity

#        0
#       / \
#      1   2
#     / \   \
#    3   4   5
TREE = ((0, 1), (0, 2), (1, 3), (1, 4), (2, 5))


def hang(pairs, count, root=0):
    """Hang a tree of these edges from a node."""
    graph = nx.Graph(pairs)
    graph.add_nodes_from(range(count))
    parent, edge, order = [-1] * count, [-1] * count, [root]
    for above, node in nx.bfs_edges(graph, root):
        parent[node], edge[node] = above, next(k for k, pair in enumerate(pairs) if set(pair) == {above, node})
        order.append(node)
    return RootedTree(root, np.array(parent), np.array(edge), np.array(order))


@st.composite
def loaded_trees(draw, most=9):
    """A random tree, a capacity, and loads that each fit."""
    count = draw(st.integers(1, most))
    pairs = [(draw(st.integers(0, node - 1)), node) for node in range(1, count)]
    capacity = draw(st.integers(1, 8))
    load = draw(st.lists(st.integers(0, capacity), min_size=count, max_size=count))
    return hang(pairs, count), np.array(load), capacity


def test_sums_run_upward_and_leave_their_input_alone():
    load = np.array([1, 2, 3, 4, 5, 6])
    assert hang(TREE, 6).sum_below(load).tolist() == [21, 11, 9, 4, 5, 6]
    assert load.tolist() == [1, 2, 3, 4, 5, 6]


@given(loaded_trees())
def test_no_piece_is_over_capacity_and_no_node_is_lost(case):
    tree, load, capacity = case
    piece = split_by_capacity(tree, load, capacity)
    assert (piece >= 0).all()
    assert np.bincount(piece, weights=load).max() <= capacity


@given(loaded_trees())
def test_every_piece_is_connected(case):
    tree, load, capacity = case
    piece = split_by_capacity(tree, load, capacity)
    above = nx.Graph((node, int(tree.parent[node])) for node in tree.order[1:].tolist())
    above.add_nodes_from(tree.order.tolist())
    assert all(nx.is_connected(above.subgraph(np.nonzero(piece == one)[0])) for one in set(piece.tolist()))


@given(loaded_trees())
def test_pieces_are_numbered_from_0_in_the_order_of_the_tree(case):
    tree, load, capacity = case
    seen = list(dict.fromkeys(split_by_capacity(tree, load, capacity)[tree.order].tolist()))
    assert seen == list(range(len(seen)))


def fewest_pieces(tree, load, capacity):
    """Least number of connected pieces within the capacity, by trying every set of cuts."""
    nodes, best = tree.order.tolist(), len(load)
    for cuts in product((False, True), repeat=len(nodes) - 1):
        if sum(cuts) + 1 >= best:
            continue
        weight, owner = {nodes[0]: load[nodes[0]]}, {nodes[0]: nodes[0]}
        for node, cut in zip(nodes[1:], cuts, strict=True):
            owner[node] = node if cut else owner[int(tree.parent[node])]
            weight[owner[node]] = weight.get(owner[node], 0) + load[node]
        if max(weight.values()) <= capacity:
            best = sum(cuts) + 1
    return best


@given(loaded_trees(most=8))
def test_no_cutting_makes_fewer_pieces(case):
    tree, load, capacity = case
    assert split_by_capacity(tree, load, capacity).max() + 1 == fewest_pieces(tree, load, capacity)


@pytest.mark.parametrize(("capacity", "pieces"), [(6, 1), (5, 2), (3, 2), (2, 4), (1, 6)])
def test_smaller_capacities_make_more_pieces(capacity, pieces):
    piece = split_by_capacity(hang(TREE, 6), np.ones(6, dtype=int), capacity)
    assert len(set(piece.tolist())) == pieces


def test_a_split_leaves_out_what_is_not_in_the_tree():
    tree = RootedTree(0, np.array([-1, 0, -1]), np.array([-1, 0, -1]), np.array([0, 1]))
    assert split_by_capacity(tree, np.array([1, 1, 1]), 1).tolist() == [0, 1, -1]


@given(loaded_trees(), st.floats(1, 9))
def test_loaded_nodes_of_a_piece_lie_within_the_span(case, span):
    tree, load, capacity = case
    graph = nx.Graph((node, int(tree.parent[node])) for node in tree.order[1:].tolist())
    graph.add_nodes_from(tree.order.tolist())
    piece = split_by_capacity(tree, load, capacity, step_m=np.ones(len(load)), span_max=span)
    for one in set(piece.tolist()):
        nodes = [node for node in np.nonzero(piece == one)[0].tolist() if load[node]]
        assert all(nx.shortest_path_length(graph, a, b) <= span for a in nodes for b in nodes)


@given(loaded_trees(), st.data())
def test_rows_are_grouped_within_the_capacity_even_where_one_node_holds_more(case, choice):
    tree, _, capacity = case
    rows = choice.draw(st.lists(st.tuples(st.sampled_from(tree.order.tolist()), st.integers(1, capacity)), min_size=1))
    at, units = np.array(rows).T
    group = group_by_capacity(tree, at, units, capacity)
    assert all(units[group == one].sum() <= capacity for one in set(group.tolist()))


def test_what_one_node_can_hold_is_grouped_as_the_tree_is_split():
    tree, at, units = hang(TREE, 6), np.array([0, 1, 2, 3, 4, 5]), np.ones(6, dtype=int)
    assert group_by_capacity(tree, at, units, 3).tolist() == split_by_capacity(tree, units, 3).tolist()
