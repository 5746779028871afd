"""The choice of nodes worth their prize is sound, bounded, and optimal on small cases."""

from itertools import chain, combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.errors import UnreachableError
from expansion.network.steiner import solve_prizes, solve_steiner

from .instances import as_networkx, road_grid, small_instances


def best_choice(node_count, u, v, cost, prizes, required):
    """Find the least cost by trying every set of nodes."""
    graph = as_networkx(node_count, u, v, cost)
    nodes = range(node_count)
    total = int(prizes.sum())
    best = None if required else total
    for chosen in chain.from_iterable(combinations(nodes, k) for k in range(1, node_count + 1)):
        part = graph.subgraph(chosen)
        if required <= set(chosen) and nx.is_connected(part):
            tree = nx.minimum_spanning_tree(part, weight="cost").size(weight="cost")
            worth = int(tree) + total - int(prizes[list(chosen)].sum())
            best = worth if best is None else min(best, worth)
    return best


PRIZES = st.sampled_from([st.just(0), st.integers(0, 15), st.just(10**9), st.sampled_from([0, 1, 10**9])])


@st.composite
def prized(draw):
    """Draw prizes of every kind on a graph that may have fallen apart; required nodes hang together."""
    node_count, u, v, cost, terminals = draw(small_instances(most_nodes=7))
    gone = draw(st.sets(st.integers(0, len(u) - 1), max_size=2))
    kept = np.array([edge not in gone for edge in range(len(u))], dtype=bool)
    prizes = draw(st.lists(draw(PRIZES), min_size=node_count, max_size=node_count))
    wanted = draw(st.sets(st.sampled_from(terminals.tolist()), max_size=2 if not gone else 1))
    return node_count, u[kept], v[kept], cost[kept], np.array(prizes, dtype=np.int64), wanted


@settings(max_examples=60, deadline=None)
@given(prized(), st.sampled_from([0, 2, 4]))
def test_bound_optimum_and_cost_are_in_order(case, effort):
    *arrays, required = case
    choice = solve_prizes(*arrays, required=sorted(required), effort=effort)
    assert choice.lower_bound <= best_choice(*arrays, required) <= choice.cost


@settings(max_examples=60, deadline=None)
@given(prized())
def test_full_effort_proves_small_cases(case):
    *arrays, required = case
    choice = solve_prizes(*arrays, required=sorted(required), effort=4)
    assert choice.cost == choice.lower_bound == best_choice(*arrays, required)
    assert choice.status == "optimal"


@settings(max_examples=60, deadline=None)
@given(prized())
def test_the_choice_is_a_tree_that_costs_what_it_says(case):
    node_count, u, v, cost, prizes, required = case
    choice = solve_prizes(node_count, u, v, cost, prizes, required=sorted(required))
    graph = nx.Graph(zip(u[choice.edges].tolist(), v[choice.edges].tolist(), strict=True))
    graph.add_nodes_from(choice.nodes.tolist())
    missed = prizes.sum() - prizes[choice.nodes].sum()
    assert choice.cost == cost[choice.edges].sum() + missed
    assert required <= set(graph)
    assert len(graph) == 0 or nx.is_tree(graph)


def test_a_far_node_is_left_behind():
    #  0 --1-- 1 --9-- 2     prizes 5, 5, 5
    choice = solve_prizes(3, [0, 1], [1, 2], [1, 9], [5, 5, 5])
    assert (choice.edges.tolist(), choice.nodes.tolist(), choice.cost) == ([0], [0, 1], 6)


def test_a_single_node_may_be_the_best_tree():
    choice = solve_prizes(3, [0, 1], [1, 2], [9, 9], [1, 6, 2])
    assert (choice.edges.tolist(), choice.nodes.tolist(), choice.cost) == ([], [1], 3)


def test_large_prizes_make_it_a_plain_steiner_tree():
    node_count, u, v, cost, terminals = road_grid(9, 9, 8, seed=2)
    prizes = np.zeros(node_count, dtype=np.int64)
    prizes[terminals] = 10**6
    choice = solve_prizes(node_count, u, v, cost, prizes, effort=4)
    assert choice.cost == solve_steiner(node_count, u, v, cost, terminals, effort=4).cost


def test_nothing_to_collect_gives_the_root_alone():
    choice = solve_prizes(3, [0, 1], [1, 2], [1, 9], [0, 0, 0], required=[1])
    assert (choice.edges.tolist(), choice.nodes.tolist(), choice.cost, choice.status) == ([], [1], 0, "optimal")


def test_a_tree_given_is_taken_up():
    node_count, u, v, cost, terminals = road_grid(9, 9, 12, seed=4)
    prizes = np.bincount(terminals, minlength=node_count) * 900
    root = terminals[:1]
    best = solve_prizes(node_count, u, v, cost, prizes, required=root, effort=4)
    again = solve_prizes(node_count, u, v, cost, prizes, required=root, effort=0, start=best.edges)
    assert again.cost == best.cost


def test_required_nodes_that_are_apart_are_named():
    with pytest.raises(UnreachableError, match="not connected") as caught:
        solve_prizes(4, [0, 2], [1, 3], [1, 1], [0, 0, 0, 0], required=[0, 3])
    assert caught.value.where == ("3",)


def test_free_edges_off_the_tree_do_not_trap_the_local_search():
    u = [0, 1, 0, 1, 2, 3, 2, 4, 3, 2, 2, 0, 7, 1, 0, 6, 6]
    v = [1, 2, 3, 4, 5, 6, 7, 5, 6, 0, 3, 1, 4, 2, 6, 6, 5]
    cost = [3, 1, 2, 1, 1, 3, 1, 3, 0, 1, 1, 1, 2, 2, 1, 3, 1]
    choice = solve_prizes(9, u, v, cost, [0, 0, 10, 0, 13, 8, 4, 0, 0], required=[1, 5])
    assert choice.status == "optimal"
