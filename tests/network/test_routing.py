"""The route joins what it must at least cost, pays nothing on existing fiber, and can be cut to fewer terminals."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.errors import UnreachableError
from expansion.network.routing import cut_to, route_terminals
from expansion.plan.locks import Lock, no_locks
from tests.network.steiner.instances import small_instances
from tests.villages import prices, road_graph


def route(graph, cents, roots, terminals, existing=None):
    made = prices(graph, cents, existing)
    return route_terminals(graph, made, np.array(roots), np.array(terminals, dtype=np.int64), effort=2, seed=1)


#        2          star over 3 costs 3 x 2, the triangle 2 x 5
#      / | \
#     5  2  5
#    /   3   \
#   0 ──2 2── 1      and 0 ──5── 1
STAR = road_graph((0, 1, 50), (0, 2, 50), (1, 2, 50), (0, 3, 20), (1, 3, 20), (2, 3, 20))
CENTS = [500, 500, 500, 200, 200, 200]


def test_three_corners_meet_in_the_middle():
    found = route(STAR, CENTS, [0], [1, 2])
    assert (found.edges.tolist(), found.cost, found.length_m) == ([3, 4, 5], 6.0, 60.0)
    assert (found.lower_bound, found.gap, found.status) == (6.0, 0.0, "optimal")


def test_existing_fiber_is_taken_for_nothing_and_is_not_new_build():
    found = route(STAR, CENTS, [0], [1, 2], existing={1: "f"})
    assert (found.edges.tolist(), found.cost) in [([0], 5.0), ([2], 5.0), ([3, 4], 4.0), ([4, 5], 4.0)]
    assert found.cost == 4.0


def test_offices_count_as_joined_to_one_another():
    graph = road_graph((0, 1, 10), (1, 2, 90), (2, 3, 10))
    found = route(graph, None, [0, 3], [1, 2])
    assert found.edges.tolist() == [0, 2]
    assert found.duals["roots"].tolist() == [0, 3]


@pytest.mark.parametrize("terminals", [[], [0], [0, 0]])
def test_nothing_to_reach_is_an_empty_route(terminals):
    found = route(STAR, CENTS, [0], terminals)
    assert (found.edges.tolist(), found.cost, found.gap, found.status) == ([], 0.0, 0.0, "empty")


def test_a_terminal_that_no_road_reaches_is_an_error_that_names_it():
    with pytest.raises(UnreachableError, match="3"):
        route(road_graph((0, 1, 10), (2, 3, 10)), None, [0], [3])


@settings(max_examples=15)
@given(small_instances())
def test_a_route_is_a_tree_over_all_terminals_between_its_bounds(case):
    count, u, v, cost, terminals = case
    graph = road_graph(*zip(u.tolist(), v.tolist(), [10] * len(u), strict=True), homes=[count - 1])
    found = route(graph, cost, [int(terminals[0])], terminals)
    tree = nx.Graph(zip(u[found.edges].tolist(), v[found.edges].tolist(), strict=True))
    tree.add_node(int(terminals[0]))
    assert nx.is_tree(tree)
    assert set(terminals.tolist()) <= set(tree)
    assert found.certified_lower_bound <= found.lower_bound <= found.cost
    assert round(found.cost * 100) == cost[found.edges].sum()


#   0 ── 1 ── 2 ── 3
#        └─── 4
BRANCH = road_graph((0, 1, 10), (1, 2, 10), (2, 3, 10), (1, 4, 10))


@pytest.mark.parametrize(
    ("keep", "left"), [([0, 3], [0, 1, 2]), ([0, 4], [0, 3]), ([0, 2, 4], [0, 1, 3]), ([0], []), ([3, 4], [1, 2, 3])]
)
def test_a_route_is_cut_to_what_the_kept_nodes_need(keep, left):
    whole = route(BRANCH, None, [0], [3, 4])
    assert cut_to(BRANCH, whole, np.array(keep)).tolist() == left


@settings(max_examples=15)
@given(small_instances(), st.data())
def test_what_is_left_joins_the_kept_terminals_and_no_edge_can_go(case, choice):
    count, u, v, cost, terminals = case
    root = int(terminals[0])
    graph = road_graph(*zip(u.tolist(), v.tolist(), [10] * len(u), strict=True), homes=[count - 1])
    whole = route(graph, cost, [root], terminals)
    kept = {root, *choice.draw(st.lists(st.sampled_from(terminals.tolist()), max_size=3))}
    edges = cut_to(graph, whole, np.array(sorted(kept)))
    tree = nx.Graph(zip(u[edges].tolist(), v[edges].tolist(), strict=True))
    tree.add_nodes_from(kept)
    assert nx.is_tree(tree)
    assert all(node in kept for node, degree in tree.degree if degree == 1)


# ---- locks ---------------------------------------------------------------------------------------------------------


def locked(graph, pins=(), avoids=()):
    def lock(name, kind, edges):
        return Lock(name, kind, name, np.array(sorted(edges), dtype=np.int64), -1, 0, None)

    return no_locks(len(graph.u)).along(lock("avoid-a", "avoid", avoids), lock("pin-p", "pin", pins))


def locked_route(graph, cents, terminals, pins=(), avoids=(), start=None):
    made = prices(graph, cents)
    locks = locked(graph, pins, avoids)
    return route_terminals(graph, made, np.array([0]), np.array(terminals), effort=2, seed=1, locks=locks, start=start)


def test_a_pinned_edge_is_paid_and_used():
    found = locked_route(STAR, CENTS, [1, 2], pins=[0])
    assert (found.edges.tolist(), found.cost, found.lower_bound) == ([0, 3, 5], 9.0, 9.0)


def test_an_avoided_edge_is_not_used():
    assert locked_route(STAR, CENTS, [1, 2], avoids=[3]).edges.tolist() in [[0, 4, 5], [1, 4, 5]]


def cheapest(count, u, v, cost, must, pins, avoids):
    """Least cost by trying every choice of edges; None where none joins all of `must`."""
    best = None
    free = [edge for edge in range(len(u)) if edge not in pins and edge not in avoids]
    for mask in range(2 ** len(free)):
        chosen = [*pins, *(edge for place, edge in enumerate(free) if mask >> place & 1)]
        graph = nx.Graph()
        graph.add_nodes_from(range(count))
        graph.add_edges_from((int(u[edge]), int(v[edge])) for edge in chosen)
        if must <= nx.node_connected_component(graph, min(must)):
            total = int(cost[chosen].sum())
            best = total if best is None else min(best, total)
    return best


@settings(max_examples=25)
@given(st.data())
def test_locked_routes_are_as_cheap_as_the_best_that_keeps_the_locks(data):
    count = data.draw(st.integers(3, 5))
    node = st.integers(0, count - 1)
    pair = st.tuples(node, node).filter(lambda ends: ends[0] != ends[1])
    pairs = data.draw(st.lists(pair, min_size=count, max_size=8))
    cents = np.array(data.draw(st.lists(st.integers(0, 30), min_size=len(pairs), max_size=len(pairs))))
    u, v = np.array(pairs).T
    pins = data.draw(st.sets(st.integers(0, len(pairs) - 1), max_size=2))
    avoids = data.draw(st.sets(st.integers(0, len(pairs) - 1), max_size=2)) - pins
    terminals = data.draw(st.sets(st.integers(1, count - 1), min_size=1, max_size=3))
    must = {0, *terminals, *(int(end) for edge in pins for end in (u[edge], v[edge]))}
    best = cheapest(count, u, v, cents, must, sorted(pins), avoids)
    graph = road_graph(*((int(a), int(b), 10) for a, b in pairs), homes=[count - 1])
    if best is None:
        with pytest.raises(UnreachableError):
            locked_route(graph, cents, sorted(terminals), pins, avoids)
        return
    found = locked_route(graph, cents, sorted(terminals), pins, avoids)
    assert pins <= set(found.edges.tolist())
    assert not avoids & set(found.edges.tolist())
    assert round(found.certified_lower_bound * 100) <= round(found.lower_bound * 100) <= best <= round(found.cost * 100)
    again = locked_route(graph, cents, sorted(terminals), pins, avoids, start=found.edges)
    assert again.cost <= found.cost
