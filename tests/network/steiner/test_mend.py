"""An earlier tree is mended and never made dearer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.steiner import solve_steiner

from .instances import optimum, road_grid, small_instances


@settings(max_examples=60, deadline=None)
@given(small_instances(), st.randoms(use_true_random=False), st.integers(0, 2))
def test_any_edges_may_be_the_start(case, random, effort):
    edges = np.array([e for e in range(len(case[1])) if random.random() < 0.5], dtype=np.int64)
    tree = solve_steiner(*case, effort=effort, start=edges)
    assert tree.certified_lower_bound <= tree.lower_bound <= optimum(*case) <= tree.cost


def test_a_good_start_is_kept():
    case = road_grid(14, 14, 25, seed=6)
    good = solve_steiner(*case, effort=4)
    again = solve_steiner(*case, effort=0, start=good.edges)
    assert again.cost == good.cost


def test_a_start_is_joined_where_it_fell_apart():
    # 0 -- 1 -- 2 -- 3    the edge 1-2 is gone, 0-3 at 9 is new
    u, v = np.array([0, 2, 0]), np.array([1, 3, 3])
    tree = solve_steiner(4, u, v, np.array([1, 1, 9]), np.array([1, 2]), start=np.array([0, 1]))
    assert tree.edges.tolist() == [0, 1, 2]


def test_terminals_added_and_dropped_since_are_followed():
    node_count, u, v, cost, terminals = road_grid(14, 14, 25, seed=6)
    earlier = solve_steiner(node_count, u, v, cost, terminals[:15])
    fresh = solve_steiner(node_count, u, v, cost, terminals[10:], effort=4)
    again = solve_steiner(node_count, u, v, cost, terminals[10:], start=earlier.edges)
    assert again.cost == fresh.cost


@pytest.mark.parametrize("change", ["pin", "avoid", "gone"])
def test_a_changed_edge_costs_little_more_work(change):
    node_count, u, v, cost, terminals = road_grid(14, 14, 25, seed=6)
    earlier = solve_steiner(node_count, u, v, cost, terminals, effort=4)
    edge, start = earlier.edges[7], earlier.edges
    if change == "gone":
        u, v, cost = (np.delete(values, edge) for values in (u, v, cost))
        start = np.delete(start, 7) - (np.delete(start, 7) > edge)
    else:
        edge = edge if change == "avoid" else 0
        cost = cost.copy()
        cost[edge] = 10**6 if change == "avoid" else 0
    fresh = solve_steiner(node_count, u, v, cost, terminals, effort=4)
    again = solve_steiner(node_count, u, v, cost, terminals, effort=1, start=start)
    assert fresh.cost <= again.cost <= 1.002 * fresh.cost


def test_a_start_outside_the_graph_is_refused():
    with pytest.raises(ValueError, match="start"):
        solve_steiner(2, np.array([0]), np.array([1]), np.array([3]), np.array([0, 1]), start=np.array([1]))
