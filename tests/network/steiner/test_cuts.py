"""Cuts are cuts, the linear program proves no more than is true, and what is left open gets closed."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.steiner.ascent import ascend
from expansion.network.steiner.cuts import ENOUGH, WHOLE, entering_arcs, moat_cuts, narrow_cuts
from expansion.network.steiner.finish import ExactSearch
from expansion.network.steiner.graph import build_graph, cheapest_parallel, mask_of
from expansion.network.steiner.program import CutPool, balance_rows, relax
from expansion.network.steiner.reduction import Instance
from expansion.network.steiner.search import Limits
from expansion.network.steiner.trees import mehlhorn_tree

from .instances import few_terminals_optimum, road_grid


def grid(rows, columns, count, seed):
    """Return a grid's graph and sorted terminals."""
    node_count, u, v, cost, terminals = road_grid(rows, columns, count, seed)
    kept = cheapest_parallel(u, v, cost)
    return build_graph(node_count, u[kept], v[kept], cost[kept]), np.unique(terminals)


def listed(sets):
    return [set(part.tolist()) for part in np.split(sets.nodes, sets.ends)[:-1]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_narrow_cuts_are_found_exactly_where_too_little_can_flow(seed):
    graph, terminals = grid(3, 4, 3, seed % 97)
    random = np.random.default_rng(seed)
    capacity = random.choice([0, WHOLE // 4, WHOLE // 2, WHOLE], len(graph.head))
    root = int(terminals[0])
    sets = narrow_cuts(graph.start, graph.head, graph.back, capacity, terminals, root)
    into = np.repeat(np.arange(graph.size), np.diff(graph.start))
    network = nx.DiGraph()
    network.add_nodes_from(range(graph.size))
    for tail, head, room in zip(graph.head.tolist(), into.tolist(), capacity.tolist(), strict=True):
        network.add_edge(tail, head, capacity=room)
    short = {t for t in terminals.tolist()[1:] if nx.maximum_flow_value(network, root, t) < ENOUGH}
    least = dict.fromkeys(short, WHOLE)
    for part in listed(sets):
        assert root not in part
        inflow = sum(c for t, h, c in zip(graph.head, into, capacity, strict=True) if h in part and t not in part)
        for terminal in part & short:
            least[terminal] = min(least[terminal], inflow)
    assert all(inflow < ENOUGH for inflow in least.values())
    assert bool(short) == bool(len(sets.ends))


def test_the_sets_of_an_ascent_are_cuts_without_an_arc_too_many():
    graph, terminals = grid(5, 5, 5, seed=2)
    is_terminal = mask_of(graph.size, terminals)
    ascent = ascend(graph, is_terminal, int(terminals[0]), mehlhorn_tree(graph, is_terminal))
    sets = moat_cuts(ascent.moats)
    arcs, stops, origin = entering_arcs(graph.start, graph.head, *sets, is_terminal, ascent.root)
    into = np.repeat(np.arange(graph.size), np.diff(graph.start))
    assert origin.tolist() == list(range(len(sets.ends)))
    for part, slots in zip(listed(sets), np.split(arcs, stops)[:-1], strict=True):
        expected = [p for p in range(len(into)) if into[p] in part and graph.head[p] not in part]
        assert sorted(slots.tolist()) == expected
        assert part & set(terminals.tolist())
        assert ascent.root not in part


@pytest.mark.parametrize("seed", range(4))
def test_the_program_never_claims_more_than_the_optimum(seed):
    graph, terminals = grid(5, 6, 6, seed)
    is_terminal = mask_of(graph.size, terminals)
    ascent = ascend(graph, is_terminal, int(terminals[0]), mehlhorn_tree(graph, is_terminal))
    pool = CutPool().with_more(moat_cuts(ascent.moats), np.arange(graph.size))
    rows, _ = pool.rows(graph, is_terminal, ascent.root, np.arange(graph.size))
    found = relax(graph, rows, balance_rows(graph, is_terminal))
    onward = ascend(graph, is_terminal, ascent.root, mehlhorn_tree(graph, is_terminal), cost=found.reduced)
    optimum = few_terminals_optimum(graph.size, graph.u, graph.v, graph.cost, terminals)
    assert ascent.bound - len(rows.indptr) <= found.bound <= found.bound + onward.bound <= optimum


@pytest.mark.parametrize("seed", range(6))
def test_programs_and_splits_close_the_gap(seed):
    graph, terminals = grid(8, 8, 7, seed)
    search = ExactSearch(Instance(graph, terminals), Limits(0, 1, 2**40, 2**40), seed=0)
    search.run_programs()
    assert search.cost == search.lower_bound
    assert search.cost == few_terminals_optimum(graph.size, graph.u, graph.v, graph.cost, terminals)


def test_cuts_outlive_a_contraction():
    graph, terminals = grid(6, 6, 6, seed=3)
    instance = Instance(graph, terminals)
    root = int(instance.terminals[0])
    first = ascend(instance.graph, instance.is_terminal, root, mehlhorn_tree(instance.graph, instance.is_terminal))
    pool = CutPool().with_more(moat_cuts(first.moats), instance.names)
    instance.contract(np.array([3]))
    instance.remove_small_degrees()
    rows, origin = pool.rows(instance.graph, instance.is_terminal, int(instance.place[root]), instance.place)
    assert rows.shape == (len(origin), len(instance.graph.head))
    assert 0 < len(origin) <= len(pool.sets.ends)
