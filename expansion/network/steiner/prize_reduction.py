"""Shrink a rooted prize-collecting instance without losing its best tree.

References
----------
I. Ljubić et al., "An algorithmic framework for the exact solution of the prize-collecting Steiner tree problem",
Mathematical Programming 105 (2006) 427-449.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from expansion.network.steiner.degree import Forest, attach, edge_between, next_live, plant, take_leaf
from expansion.network.steiner.graph import build_graph, cheapest_parallel
from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.prize_instance import REQUIRED, RootedPrizes
from expansion.network.steiner.types import IntArray


@inner
def _added(entries: IntArray, used: int, first: int, second: int, third: int) -> int:
    """Enter a new name for two edges and what follows them; return the number of entries then."""
    entries[used, 0] = first
    entries[used, 1] = second
    entries[used, 2] = third
    return used + 1


@inner
def _united(first: int, second: int, cost: int) -> int:
    """Prize of two nodes and the edge between them."""
    return REQUIRED if first >= REQUIRED or second >= REQUIRED else first + second - cost


@inner
def _settle_leaf(
    forest: Forest, node: int, names: IntArray, prize: IntArray, held: IntArray, entries: IntArray, used: int, base: int
) -> tuple[int, int, int]:
    """Give a leaf up, or let it follow its neighbor; return the neighbor, the number of entries, and what is paid."""
    edge, other = take_leaf(forest, node)
    cost, worth = forest.cost[edge], prize[node]
    prize[node] = 0
    if worth <= cost:
        return other, used, worth
    prize[other] = _united(prize[other], worth, cost)
    used = _added(entries, used, names[edge], held[node], held[other])
    held[other] = base + used - 1
    return other, used, cost


@inner
def _straighten(
    forest: Forest, node: int, count: int, rebate: int, names: IntArray, name: int
) -> tuple[int, int, int, bool, bool]:
    """Replace a node of degree two by an edge called `name`, less `rebate`, unless one as cheap is there.

    Returns the number of edges then, the two neighbors, whether they were joined before, and whether the edge is new.
    """
    half = next_live(forest.first[node], forest.following, forest.alive)
    half_b = next_live(forest.following[half], forest.following, forest.alive)
    a = forest.ends[half ^ 1]
    b = forest.ends[half_b ^ 1]
    if forest.degree[b] < forest.degree[a]:
        a, b = b, a
    forest.alive[half >> 1] = False
    forest.alive[half_b >> 1] = False
    forest.degree[node] = 0
    total = forest.cost[half >> 1] + forest.cost[half_b >> 1] - rebate
    rival = edge_between(a, b, forest.first, forest.following, forest.alive, forest.ends)
    if rival >= 0:
        forest.degree[a] -= 1
        forest.degree[b] -= 1
        if forest.cost[rival] <= total:
            return count, a, b, True, False
        forest.alive[rival] = False
    forest.cost[count] = total
    forest.alive[count] = True
    names[count] = name
    attach(count, a, b, forest.first, forest.following, forest.ends)
    return count + 1, a, b, rival >= 0, True


@inner
def _cheaper_end(forest: Forest, node: int) -> int:
    """Return the lower cost of the two edges of a node of degree two."""
    half = next_live(forest.first[node], forest.following, forest.alive)
    other = next_live(forest.following[half], forest.following, forest.alive)
    return int(min(forest.cost[half >> 1], forest.cost[other >> 1]))


@Kernel
def settle_degrees(
    u: IntArray, v: IntArray, cost: IntArray, prize: IntArray, held: IntArray, ids: IntArray, root: int, base: int
) -> tuple[Forest, int, IntArray, IntArray, int, int]:
    """Settle leaves and nodes of degree two as long as there are any that can be.

    A leaf is given up, or follows its neighbor with what its prize leaves after the edge; a node of degree two whose
    prize pays neither edge becomes part of one edge. `prize` and `held` are changed in place. Returns the edges old
    and new, their number, their names, the entries behind new names, the number of these, and what is paid for certain.
    """
    size = prize.shape[0]
    forest = plant(u, v, cost, size)
    count = u.shape[0]
    names = np.full(forest.cost.shape[0], -1, dtype=np.int64)
    names[:count] = ids
    entries = np.empty((size + 1, 3), dtype=np.int64)
    used = 0
    paid = 0
    waiting = np.empty(3 * size + 4, dtype=np.int64)
    top = 0
    for node in range(size):
        waiting[top] = node
        top += 1
    while top > 0:
        top -= 1
        node = waiting[top]
        a = node
        b = node
        if node == root:
            continue
        if forest.degree[node] == 1:
            a, used, more = _settle_leaf(forest, node, names, prize, held, entries, used, base)
            paid += more
        elif forest.degree[node] == 2 and (prize[node] == 0 or prize[node] <= _cheaper_end(forest, node)):
            half = next_live(forest.first[node], forest.following, forest.alive)
            half_b = next_live(forest.following[half], forest.following, forest.alive)
            first, second = names[half >> 1], names[half_b >> 1]
            paid += prize[node]
            count, a, b, were_joined, is_new = _straighten(forest, node, count, prize[node], names, base + used)
            prize[node] = 0
            if is_new:
                used = _added(entries, used, first, second, held[node])
            if not were_joined:
                continue
        for end in (a, b):
            if end != node and forest.degree[end] <= 2:
                waiting[top] = end
                top += 1
    return forest, count, names, entries, used, paid


@Kernel
def merge_ends(
    u: IntArray,
    v: IntArray,
    cost: IntArray,
    prize: IntArray,
    held: IntArray,
    ids: IntArray,
    chosen: IntArray,
    base: int,
) -> tuple[IntArray, IntArray, int, int]:
    """Merge the ends of chosen edges, which are to be in a tree with either end.

    `prize` and `held` are changed in place at the node that stands for the others. Returns for each node the one that
    stands for it, the entries, their number, and what is paid for certain.
    """
    size = prize.shape[0]
    above = np.arange(size)
    entries = np.empty((chosen.shape[0], 3), dtype=np.int64)
    used = 0
    paid = 0
    for edge in chosen:
        a = u[edge]
        while above[a] != a:
            above[a] = above[above[a]]
            a = above[a]
        b = v[edge]
        while above[b] != b:
            above[b] = above[above[b]]
            b = above[b]
        if a == b:
            continue
        above[b] = a
        prize[a] = _united(prize[a], prize[b], cost[edge])
        used = _added(entries, used, ids[edge], held[a], held[b])
        held[a] = base + used - 1
        paid += cost[edge]
    for node in range(size):
        top = node
        while above[top] != top:
            top = above[top]
        above[node] = top
    return above, entries, used, paid


def reduce_prizes(instance: RootedPrizes) -> RootedPrizes:
    """Shrink an instance until little changes; some optimal tree stays."""
    while len(instance.graph.u):
        before = len(instance.graph.u)
        instance = _with_neighbors_merged(_with_degrees_settled(instance))
        if len(instance.graph.u) > 0.95 * before:
            break
    return instance


def _with_degrees_settled(instance: RootedPrizes) -> RootedPrizes:
    graph, prize, held = instance.graph, instance.prize.copy(), instance.held.copy()
    base = instance.given + len(instance.entries)
    forest, count, names, entries, used, paid = settle_degrees(
        graph.u, graph.v, graph.cost, prize, held, instance.ids, instance.root, base
    )
    alive = np.flatnonzero(forest.alive[:count])
    ends = forest.ends[2 * alive], forest.ends[2 * alive + 1]
    return _assembled(instance, *ends, forest.cost[alive], names[alive], prize, held, entries[:used], paid)


def _with_neighbors_merged(instance: RootedPrizes) -> RootedPrizes:
    """Merge neighbors whose prizes both pay the edge between them, if it is the cheapest edge of one of them.

    A tree that holds one of them then loses nothing by holding the other over this edge. Each node names one cheapest
    edge, ties broken alike everywhere, so that merges do not spoil one another.
    """
    graph, prize, held = instance.graph, instance.prize.copy(), instance.held.copy()
    rank = np.empty(len(graph.u), dtype=np.int64)
    rank[np.lexsort((np.arange(len(graph.u)), graph.cost))] = np.arange(len(graph.u))
    least = np.full(graph.size, len(graph.u), dtype=np.int64)
    np.minimum.at(least, graph.u, rank)
    np.minimum.at(least, graph.v, rank)
    is_cheapest = (least[graph.u] == rank) | (least[graph.v] == rank)
    is_worth = graph.cost <= np.minimum(prize[graph.u], prize[graph.v])
    chosen = np.flatnonzero(is_cheapest & is_worth)
    if len(chosen) == 0:
        return instance
    base = instance.given + len(instance.entries)
    above, entries, used, paid = merge_ends(graph.u, graph.v, graph.cost, prize, held, instance.ids, chosen, base)
    prize[above != np.arange(graph.size)] = 0
    merged = replace(instance, root=int(above[instance.root]))
    return _assembled(
        merged, above[graph.u], above[graph.v], graph.cost, instance.ids, prize, held, entries[:used], paid
    )


def _assembled(
    instance: RootedPrizes,
    u: IntArray,
    v: IntArray,
    cost: IntArray,
    ids: IntArray,
    prize: IntArray,
    held: IntArray,
    entries: IntArray,
    paid: int,
) -> RootedPrizes:
    """Put an instance together from changed edges and nodes, without loops and parallel edges."""
    kept = cheapest_parallel(u, v, cost)
    graph = build_graph(len(prize), np.minimum(u, v)[kept], np.maximum(u, v)[kept], cost[kept])
    changed = replace(
        instance, graph=graph, ids=ids[kept], prize=prize, held=held, missed=instance.missed + int(paid),
        entries=np.concatenate([instance.entries, entries]),
    )  # fmt: skip
    return changed.without_edges(np.ones(len(kept), dtype=np.bool_))
