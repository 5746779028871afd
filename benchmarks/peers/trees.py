"""Join terminals: the same graph by networkx, rustworkx, pcst_fast, by plain shortest paths and by this project."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, dijkstra

from benchmarks.peers.answer import Answer, timed
from benchmarks.peers.cases import IntArray, TreeCase


def by_this_project(path: Path, effort: int) -> Answer:
    """Solve with `solve_steiner` or `solve_prizes`; the compiled code is loaded before."""
    from expansion.network.steiner import solve_prizes, solve_steiner
    from expansion.network.steiner.warm import warm

    case = TreeCase.load(path)
    graph = (case.node_count, case.u, case.v, case.cost)
    warm()
    if case.collects:
        choice, seconds = timed(lambda: solve_prizes(*graph, case.prizes, required=case.terminals, effort=effort))
        return Answer(choice.cost, seconds, bound=choice.lower_bound, note=choice.status)
    tree, seconds = timed(lambda: solve_steiner(*graph, case.terminals, effort=effort, is_certified=effort > 0))
    return _judged(case, tree.edges, seconds, 0.0, bound=tree.lower_bound)


def by_networkx(path: Path) -> Answer:
    """networkx.algorithms.approximation.steiner_tree(method="mehlhorn")."""
    import networkx as nx

    case = TreeCase.load(path)
    began = time.process_time()
    graph = nx.Graph()
    edges = _simple_edges(case)
    graph.add_weighted_edges_from(_triples(case, edges))
    graph = graph.subgraph(nx.node_connected_component(graph, int(case.terminals[0]))).copy()  # else it raises KeyError
    prepared = time.process_time() - began
    steiner_tree = nx.algorithms.approximation.steiner_tree
    found, seconds = timed(lambda: steiner_tree(graph, case.terminals.tolist(), method="mehlhorn"))
    return _judged(case, _rows(case, edges, found.edges()), seconds, prepared)


def by_rustworkx(path: Path) -> Answer:
    """rustworkx.steiner_tree."""
    import rustworkx as rx

    case = TreeCase.load(path)
    began = time.process_time()
    graph = rx.PyGraph()
    graph.add_nodes_from(range(case.node_count))
    edges = _simple_edges(case)
    graph.add_edges_from(_triples(case, edges))
    prepared = time.process_time() - began
    found, seconds = timed(lambda: rx.steiner_tree(graph, case.terminals.tolist(), float))
    ends = [(graph_row(found, a), graph_row(found, b)) for a, b in found.edge_list()]
    return _judged(case, _rows(case, edges, ends), seconds, prepared)


def graph_row(found: Any, node: int) -> int:
    """Node of the given graph that a node of the found one stands for: its payload."""
    return int(found[node])


def by_pcst_fast(path: Path) -> Answer:
    """pcst_fast with strong pruning; terminals that have to be joined get a prize above all costs.

    The wheel named pcst-fast was built against numpy 1 and returns one edge many times under numpy 2; pcst-fast2 is
    the same module built anew.
    """
    import pcst_fast

    case = TreeCase.load(path)
    began = time.process_time()
    ends = np.stack([case.u, case.v], axis=1)
    prizes = case.prizes.astype(np.float64) if case.collects else np.zeros(case.node_count)
    prizes[case.terminals] = float(case.cost.sum()) + 1.0
    costs = case.cost.astype(np.float64)
    prepared = time.process_time() - began
    root = int(case.terminals[0]) if case.collects and len(case.terminals) else -1
    (nodes, edges), seconds = timed(lambda: pcst_fast.pcst_fast(ends, prizes, costs, root, 1, "strong", 0))
    if not case.collects:
        return _judged(case, edges.astype(np.int64), seconds, prepared)
    missed = np.setdiff1d(np.arange(case.node_count), nodes)
    value = int(case.cost[edges].sum() + case.prizes[missed].sum())
    return Answer(value, seconds, prepared, is_right=bool(np.isin(case.terminals, nodes).all()))


def by_shortest_paths(path: Path) -> Answer:
    """Union of the shortest paths from the first terminal to all others, by scipy."""
    case = TreeCase.load(path)
    edges = _simple_edges(case)

    def solve() -> IntArray:
        u, v = case.u[edges], case.v[edges]
        weight = np.maximum(case.cost[edges], 1e-9)
        matrix = coo_array((weight, (u, v)), shape=(case.node_count, case.node_count)).tocsr()
        root = int(case.terminals[0])
        before = dijkstra(matrix, directed=False, indices=root, return_predecessors=True)[1]
        ends = set()
        for start in case.terminals.tolist():
            node = start
            while node != root and (node, before[node]) not in ends and before[node] >= 0:
                ends.add((node, int(before[node])))
                node = int(before[node])
        return _rows(case, edges, ends)

    found, seconds = timed(solve)
    return _judged(case, found, seconds, 0.0)


DOERS: dict[str, Callable[[Path], Answer]] = {
    "expansion first tree": lambda path: by_this_project(path, 0),
    "expansion": lambda path: by_this_project(path, 2),
    "networkx mehlhorn": by_networkx,
    "rustworkx": by_rustworkx,
    "pcst_fast": by_pcst_fast,
    "union of shortest paths": by_shortest_paths,
}
PRIZE_DOERS = ("expansion", "pcst_fast")


def _simple_edges(case: TreeCase) -> IntArray:
    """Rows of the cheapest edge between each pair of nodes, without loops."""
    low, high = np.minimum(case.u, case.v), np.maximum(case.u, case.v)
    order = np.lexsort((case.cost, high, low))
    order = order[low[order] != high[order]]
    first = np.r_[True, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)]
    return order[first[: len(order)]]


def _triples(case: TreeCase, edges: IntArray) -> list[tuple[int, int, int]]:
    """List ends and cost of edges."""
    return list(zip(case.u[edges].tolist(), case.v[edges].tolist(), case.cost[edges].tolist(), strict=True))


def _rows(case: TreeCase, edges: IntArray, ends: Iterable[tuple[int, int]]) -> IntArray:
    """Rows of the edges between pairs of nodes; a pair that is no edge raises KeyError."""
    low, high = np.minimum(case.u[edges], case.v[edges]), np.maximum(case.u[edges], case.v[edges])
    row = {(a, b): edge for a, b, edge in zip(low.tolist(), high.tolist(), edges.tolist(), strict=True)}
    return np.array(sorted({row[min(a, b), max(a, b)] for a, b in ends}), dtype=np.int64)


def _judged(case: TreeCase, edges: IntArray, seconds: float, prepared: float, bound: float = 0.0) -> Answer:
    """Price a tree on the graph as given, and check that it joins the terminals."""
    matrix = coo_array((np.ones(len(edges)), (case.u[edges], case.v[edges])), shape=(case.node_count,) * 2)
    label = connected_components(matrix, directed=False)[1]
    joined = len(np.unique(label[case.terminals])) <= 1
    note = "" if joined else "does not join all terminals"
    return Answer(int(case.cost[edges].sum()), seconds, prepared, bound, note, joined)
