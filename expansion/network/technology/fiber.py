"""Choose who gets fiber together with the route: the tree whose cost and missed worth are least, with a bound."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from expansion.network.steiner.graph import cheapest_parallel
from expansion.network.steiner.prizes import solve_prizes
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.locks import Locks

BoolArray = NDArray[np.bool_]
FAR = 1 << 50
"""Price of a way that does not exist."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where fiber may go and what it costs there, in cents.

    Attributes
    ----------
    u, v, price
        Edges that may be used, with all roots one node.
    kept
        Row of the graph's edges per edge.
    root, size
        Node of the roots, and the number of nodes.
    node, connect
        Per location that may get fiber: its node, and what it costs beside the route.
    fixed
        Nodes that the tree must hold: the root, and the ends of pinned edges.
    """

    u: IntArray
    v: IntArray
    price: IntArray
    kept: IntArray
    root: int
    size: int
    node: IntArray
    connect: IntArray
    fixed: IntArray


def make_field(
    graph: RoadGraph, price: IntArray, roots: IntArray, node: IntArray, connect: IntArray, locks: Locks | None
) -> Field:
    """Put the roots together and leave out what must not be used."""
    merged = np.arange(graph.node_count, dtype=np.int64)
    root = int(roots.min())
    merged[roots] = root
    kept = np.arange(len(graph.u)) if locks is None else np.flatnonzero(~locks.avoided)
    pinned = np.zeros(0, dtype=np.int64) if locks is None else locks.pinned
    fixed = np.unique(merged[np.r_[root, graph.u[pinned], graph.v[pinned]]])
    u, v = merged[graph.u[kept]], merged[graph.v[kept]]
    return Field(u, v, price[kept], kept, root, graph.node_count, merged[node], connect, fixed)


@dataclass(frozen=True, slots=True)
class FiberChoice:
    """Who gets fiber.

    Attributes
    ----------
    takes
        Per location of the field.
    edges
        Positions among the field's edges.
    cost
        Cents: edges, what connecting costs, and the worth of those left out. ``lower_bound <= optimum <= cost``.
    lower_bound
        No choice costs less.
    """

    takes: BoolArray
    edges: IntArray
    cost: int
    lower_bound: int


def choose_fiber(
    field: Field, worth: IntArray, *, start: IntArray | None = None, away: IntArray | None = None, effort: int = 2
) -> FiberChoice:
    """Choose the locations whose fiber costs less than its worth, jointly with the tree that reaches them.

    Parameters
    ----------
    field
        Edges, nodes and prices.
    worth
        Per location: what fiber may cost there in all, cents; from there on it is left out.
    start
        Positions of edges of a tree to begin with.
    away
        Per node the price of the cheapest way to the root; see `ways_to_root`. Computed where it is not given.
    effort
        Of the solver.

    Notes
    -----
    The prize of a node is the sum of ``worth - connect`` over its locations, where that is above 0. A node whose prize
    passes the price of its way to the root is in every optimal tree: it is required, which keeps large worths exact.
    """
    saved = np.maximum(worth - field.connect, 0)
    prize = np.zeros(field.size, dtype=np.int64)
    np.add.at(prize, field.node, np.minimum(saved, 1 << 46))
    away = ways_to_root(field)[0] if away is None else away
    sure = np.flatnonzero((prize > away) & (prize > 0))
    prize[sure] = 0
    tree = solve_prizes(
        field.size, field.u, field.v, field.price, prize,
        required=np.union1d(field.fixed, sure), start=start, effort=effort,
    )  # fmt: skip
    inside = np.zeros(field.size, dtype=bool)
    inside[tree.nodes] = inside[field.root] = True
    takes = inside[field.node] & (saved > 0)
    cost = int(field.price[tree.edges].sum()) + int(field.connect[takes].sum()) + int(worth[~takes].sum())
    constant = int(np.minimum(worth, field.connect).sum())
    # what is never worth connecting counts its worth, all else its connection and its prize or its way
    lower = min(cost, tree.lower_bound + constant)
    return FiberChoice(takes, tree.edges, cost, lower)


def ways_to_root(field: Field) -> tuple[IntArray, IntArray]:
    """Price of the cheapest way from each node to the root, cents, and the next edge on it; -1 where there is none.

    Nodes that no way joins count as very far.
    """
    away, _, above_edge = _hang(field, np.arange(len(field.u)), field.price, np.array([field.root]))
    return away, above_edge


def ways_to(field: Field, edges: IntArray) -> IntArray:
    """Price of the cheapest way from each node to the root, where `edges` cost nothing more: they are built."""
    price = field.price.copy()
    price[edges] = 0
    return ways_to_root(replace(field, price=price))[0]


def held_ways(field: Field, edges: IntArray, nodes: IntArray) -> IntArray:
    """Positions of the edges of a tree on the ways from some of its nodes to the root."""
    _, above, edge = _hang(field, edges, field.price, np.array([field.root]))
    found: set[int] = set()
    for start in nodes.tolist():
        node = start
        while above[node] >= 0 and int(edge[node]) not in found:
            found.add(int(edge[node]))
            node = int(above[node])
    return np.array(sorted(found), dtype=np.int64)


def _hang(field: Field, edges: IntArray, price: IntArray, sources: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Cheapest ways over some edges: price per node, the node above, and the edge there; -1 for none."""
    kept = edges[cheapest_parallel(field.u[edges], field.v[edges], price[edges])]
    low, high = np.minimum(field.u[kept], field.v[kept]), np.maximum(field.u[kept], field.v[kept])
    # one more cent each, so that what is free counts as an edge and parents come before children
    weight = price[kept].astype(np.float64) + 1.0
    matrix = csr_array((weight, (low, high)), shape=(field.size, field.size))
    far, above, _ = dijkstra(matrix, directed=False, indices=sources, return_predecessors=True, min_only=True)
    above = np.where(above >= 0, above, -1).astype(np.int64)
    key = low * field.size + high
    order = np.argsort(key, kind="stable")
    child = np.flatnonzero(above >= 0)
    wanted = np.minimum(child, above[child]) * field.size + np.maximum(child, above[child])
    edge = np.full(field.size, -1, dtype=np.int64)
    if len(child):
        edge[child] = kept[order[np.searchsorted(key[order], wanted)]]
    away = np.full(field.size, FAR, dtype=np.int64)
    away[np.isfinite(far)] = 0
    for node in child[np.argsort(far[child], kind="stable")].tolist():
        away[node] = away[above[node]] + price[edge[node]]
    return away, above, edge


def group_costs(field: Field, choice: FiberChoice, whole: IntArray, held: IntArray | None = None) -> IntArray:
    """Cost of fiber per location, in cents, with those with whom it would be built most cheaply, or is most dearly.

    Parameters
    ----------
    whole
        Positions of the edges of a tree over all locations.
    held
        Positions of edges that are built whoever gets fiber: no branch pays for them.

    Returns
    -------
    IntArray
        Per location. Who has fiber: of all branches of the tree that hold the location and could be cut off, the
        dearest per location. Who has none: of all branches of the whole tree that hold it, with their way to what is
        built, the cheapest per location.

    Notes
    -----
    Where the choice is optimal under one worth for all, the first never passes it, and the second never falls below it.
    """
    free = field.price.copy()
    free[choice.edges] = 0
    own = field.price.copy()
    own[[] if held is None else held] = 0
    dearest = _dearest_branch(replace(field, price=own), choice)
    cheapest = _cheapest_group(field, choice, np.union1d(whole, choice.edges), free)
    return np.where(choice.takes, dearest, cheapest)


def _sums(field: Field, members: BoolArray, values: IntArray) -> IntArray:
    total = np.zeros(field.size, dtype=np.int64)
    np.add.at(total, field.node[members], values[members])
    return total


def _dearest_branch(field: Field, choice: FiberChoice) -> IntArray:
    """Largest cost per location over the branches of the tree that hold a location; its own drop where it is alone."""
    _, above, edge = _hang(field, choice.edges, field.price, np.array([field.root]))
    money = _sums(field, choice.takes, field.connect)
    count = _sums(field, choice.takes, np.ones_like(field.connect))
    order = _from_root(above)
    step = np.where(edge >= 0, field.price[np.maximum(edge, 0)], 0)
    for node in reversed(order):
        if above[node] >= 0:
            money[above[node]] += money[node] + step[node]
            count[above[node]] += count[node]
    worst = np.zeros(field.size)
    for node in order:
        if above[node] >= 0 and count[node]:
            worst[node] = max(worst[above[node]], (money[node] + step[node]) / count[node])
    return np.maximum(np.rint(worst[field.node]).astype(np.int64), field.connect)


def _cheapest_group(field: Field, choice: FiberChoice, edges: IntArray, price: IntArray) -> IntArray:
    """Smallest cost per location over the pieces of a tree that hold a location and their way to what is built."""
    away, above, edge = _hang(field, edges, price, np.array([field.root]))
    left = ~choice.takes
    money = _sums(field, left, field.connect)
    count = _sums(field, left, np.ones_like(field.connect))
    order = _from_root(above)
    for node in reversed(order):
        if above[node] >= 0 and count[node]:
            money[above[node]] += money[node] + price[edge[node]]
            count[above[node]] += count[node]
    best = np.full(field.size, np.inf)
    for node in order:
        if count[node]:
            over = best[above[node]] if above[node] >= 0 and away[above[node]] > 0 else np.inf
            best[node] = min(over, (money[node] + away[node]) / count[node])
    at_door = away[field.node] == 0
    figure = np.where(at_door | ~np.isfinite(best[field.node]), field.connect + away[field.node], best[field.node])
    return np.rint(figure).astype(np.int64)


def _from_root(above: IntArray) -> list[int]:
    """Nodes that are joined, each after the one above it."""
    below: dict[int, list[int]] = {}
    for node in np.flatnonzero(above >= 0).tolist():
        below.setdefault(int(above[node]), []).append(node)
    waiting = [node for node in below if above[node] < 0]
    order: list[int] = []
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting += below.get(node, [])
    return order
