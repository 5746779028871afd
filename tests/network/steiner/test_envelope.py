"""The envelope's trees are what they say, and no tree does better than its bounds."""

from itertools import chain, combinations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.steiner import solve_steiner
from expansion.network.steiner.certificate import Certificate, empty_certificate
from expansion.network.steiner.envelope import certified_envelope, trace_envelope

from .checker import proven_bound
from .instances import as_networkx, road_grid, small_instances


def cheapest_by_weight(node_count, u, v, cost, weight, root):
    """Find by trying every set of nodes what reaching each weight costs."""
    graph = as_networkx(node_count, u, v, cost)
    best = np.full(weight.sum() + 1, 2**40)
    others = [node for node in range(node_count) if node != root]
    for chosen in chain.from_iterable(combinations(others, k) for k in range(node_count)):
        part = graph.subgraph([root, *chosen])
        if nx.is_connected(part):
            tree = nx.minimum_spanning_tree(part, weight="cost").size(weight="cost")
            reach = int(weight[[root, *chosen]].sum())
            best[: reach + 1] = np.minimum(best[: reach + 1], int(tree))
    return best


def trace(node_count, u, v, cost, weight, root, solves=12):
    held = np.union1d(np.flatnonzero(weight), [root])
    tree = solve_steiner(node_count, u, v, cost, held, effort=4)
    found = trace_envelope(
        node_count, u, v, cost, weight, root, tree.edges,
        certified=tree.certified_lower_bound, proven=tree.lower_bound, solves=solves, tolerance=0.0,
    )  # fmt: skip
    return tree, found


@st.composite
def weighted(draw):
    node_count, u, v, cost, terminals = draw(small_instances(most_nodes=6))
    weight = np.zeros(node_count, dtype=np.int64)
    weight[np.unique(terminals)] = draw(st.integers(1, 3))
    weight[terminals[0]] += 1
    return node_count, u, v, cost, weight, draw(st.sampled_from(sorted({0, int(terminals[0])})))


@settings(max_examples=60, deadline=None)
@given(weighted())
def test_bounds_hold_for_every_weight(case):
    _, found = trace(*case)
    best = cheapest_by_weight(*case)
    assert (found.certified <= found.proven).all()
    assert (found.proven <= best).all()
    assert all(point.cost >= best[point.weight] for point in found.points)


@settings(max_examples=40, deadline=None)
@given(weighted())
def test_points_are_trees_of_rising_slope_up_to_the_whole(case):
    _node_count, u, v, cost, weight, root = case
    tree, found = trace(*case)
    for point in found.points:
        graph = nx.Graph(zip(u[point.edges].tolist(), v[point.edges].tolist(), strict=True))
        graph.add_node(root)
        reached = nx.node_connected_component(graph, root)
        assert (int(weight[list(reached)].sum()), int(cost[point.edges].sum())) == (point.weight, point.cost)
    assert (found.points[-1].weight, found.points[-1].cost) == (weight.sum(), tree.cost)
    steps = np.diff([[point.weight, point.cost] for point in found.points], axis=0)
    slopes = [cost / reach for reach, cost in steps]
    assert all(reach > 0 for reach, _ in steps)
    assert slopes == sorted(slopes)


def test_every_proof_can_be_checked():
    node_count, u, v, cost, terminals = road_grid(12, 12, 30, seed=3)
    weight = np.bincount(terminals, minlength=node_count)
    _, found = trace(node_count, u, v, cost, weight, int(terminals[0]), solves=4)
    assert len(found.proofs) > 1
    assert all(proven_bound(node_count, u, v, cost, terminals, proof) == proof.bound for proof in found.proofs)


def test_a_comb_has_its_teeth_as_points():
    #   1   2   3        teeth of cost 2, 5 and 9 at a root without a back: each next location costs its tooth
    #    \  |  /
    #       0
    _, found = trace(4, *(np.array(column) for column in ([0, 0, 0], [1, 2, 3], [2, 5, 9], [0, 1, 1, 1])), 0)
    assert [(point.weight, point.cost) for point in found.points] == [(0, 0), (1, 2), (2, 7), (3, 16)]
    assert found.certified.tolist() == [0, 2, 7, 16]


def test_parts_of_a_node_count_in_proportion():
    #  node 1: two locations, potential 10; node 2: one location, potential 3
    proof = Certificate(0, np.array([1, 2]), np.array([0, 1, 2]), np.array([1, 2]), np.array([10, 3]))
    assert certified_envelope(proof, np.array([0, 2, 1])).tolist() == [0, 3, 8, 13]


def test_a_proof_of_nothing_bounds_nothing():
    assert certified_envelope(empty_certificate(), np.array([0, 2, 1])).tolist() == [0, 0, 0, 0]
    assert certified_envelope(empty_certificate(), np.array([0, 0])).tolist() == [0]
