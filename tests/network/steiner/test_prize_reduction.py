"""Shrinking a prize-collecting instance keeps its optimum, and its trees lead back to the edges given."""

import numpy as np
from hypothesis import given, settings

from expansion.network.steiner import solve_prizes
from expansion.network.steiner.graph import build_graph, cheapest_parallel
from expansion.network.steiner.prize_instance import REQUIRED, root_instance
from expansion.network.steiner.prize_reduction import reduce_prizes

from .test_prizes import best_choice, prized


def reduced(node_count, u, v, cost, prizes, root):
    kept = cheapest_parallel(u, v, cost)
    graph = build_graph(node_count, u[kept], v[kept], cost[kept])
    return graph, reduce_prizes(root_instance(graph, np.asarray(prizes, dtype=np.int64), root))


def arrays(*columns):
    return (np.array(column, dtype=np.int64) for column in columns)


@settings(max_examples=80, deadline=None)
@given(prized())
def test_the_optimum_stays(case):
    node_count, u, v, cost, prizes, _ = case
    _, small = reduced(node_count, u, v, cost, prizes, 0)
    inside = np.minimum(small.prize, 10**12)
    rest = best_choice(small.graph.size, small.graph.u, small.graph.v, small.graph.cost, inside, {small.root})
    assert rest + small.missed == best_choice(node_count, u, v, cost, prizes, {0})


@settings(max_examples=80, deadline=None)
@given(prized())
def test_a_tree_leads_back_to_edges_of_its_cost(case):
    node_count, u, v, cost, prizes, _ = case
    graph, small = reduced(node_count, u, v, cost, prizes, 0)
    inside = np.minimum(small.prize, 10**12)
    choice = solve_prizes(
        small.graph.size, small.graph.u, small.graph.v, small.graph.cost, inside, required=[small.root], effort=4
    )
    edges = small.original_edges(choice.edges, choice.nodes)
    nodes = np.unique(np.r_[0, graph.u[edges], graph.v[edges]])
    assert graph.cost[edges].sum() + prizes.sum() - prizes[nodes].sum() == choice.cost + small.missed
    assert set(small.local_tree(edges)) == set(choice.edges)


def test_houses_along_a_road_are_merged():
    #  root 0 --1-- 1 --2-- 2 --9-- 3      prizes 5 at 1 and 2, 4 at 3, which is too far
    u, v, cost = arrays([0, 1, 2], [1, 2, 3], [1, 2, 9])
    _, small = reduced(4, u, v, cost, [0, 5, 5, 4], 0)
    assert (len(small.graph.u), small.missed) == (0, 1 + 2 + 4)


def test_a_node_whose_prize_pays_neither_edge_becomes_part_of_one():
    #  root 0 --6-- 1 --6-- 2      prizes 2 at 1, 12 at 2; a detour 0 --11-- 2 is dearer than 6 + 6 - 2
    u, v, cost = arrays([0, 1, 0], [1, 2, 2], [6, 6, 11])
    graph, small = reduced(3, u, v, cost, [0, 2, 12], 0)
    assert (small.prize.tolist(), small.missed) == ([REQUIRED], 12)
    edges = small.original_edges(np.zeros(0, dtype=np.int64), np.array([0]))
    assert graph.cost[edges].tolist() == [6, 6]


def test_rings_that_merging_closes_are_opened():
    #   1 --4-- 2        the tree 0-1, 1-2, 0-3, 3-4 is given; 2 and 4 are worth each other over the edge of cost 1,
    #   |       1        so that its remains would close a ring
    #   0 --5-- 3 --5-- 4
    u, v, cost = arrays([0, 1, 2, 0, 3, 1, 3], [1, 2, 4, 3, 4, 3, 2], [4, 4, 1, 5, 5, 9, 9])
    graph, small = reduced(5, u, v, cost, [0, 0, 3, 0, 3], 0)
    ends = {frozenset(pair) for pair in ((0, 1), (1, 2), (0, 3), (3, 4))}
    tree = [e for e in range(len(graph.u)) if frozenset((int(graph.u[e]), int(graph.v[e]))) in ends]
    local = small.local_tree(np.array(tree))
    nodes = np.union1d(small.graph.u[local], small.graph.v[local])
    assert len(local) == len(nodes) - 1
