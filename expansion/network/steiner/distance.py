"""Reductions by distance: edges that no cheapest tree needs, and edges that one surely has."""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.graph import Graph
from expansion.network.steiner.heaps import pop, push
from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.reduction import Instance
from expansion.network.steiner.types import INFINITE, BoolArray, IntArray

NEAR = 4
"""Nearest terminals kept per node."""


@inner
def _label_slot(base: IntArray, distance: IntArray, node: int, terminal: int) -> int:
    """Return which label of `node` a path from `terminal` competes with: its own, a free, or the worst."""
    worst = 0
    for j in range(base.shape[1]):
        if base[node, j] == terminal or base[node, j] < 0:
            return j
        if distance[node, j] >= distance[node, worst]:
            worst = j
    return worst


@Kernel
def nearest_terminals(
    start: IntArray, head: IntArray, length: IntArray, terminals: IntArray, near: int
) -> tuple[IntArray, IntArray]:
    """Give each node its `near` nearest terminals and the distances, nearest first; -1 fills up."""
    size = start.shape[0] - 1
    distance = np.full((size, near), INFINITE, dtype=np.int64)
    base = np.full((size, near), -1, dtype=np.int64)
    flat = distance.reshape(size * near)
    heap = np.empty(size * near, dtype=np.int64)
    position = np.full(size * near, -1, dtype=np.int64)
    count = 0
    for terminal in terminals:
        distance[terminal, 0] = 0
        base[terminal, 0] = terminal
        count = push(heap, position, flat, count, terminal * near)
    while count > 0:
        label = heap[0]
        count = pop(heap, position, flat, count)
        node = label // near
        terminal = base[node, label % near]
        for p in range(start[node], start[node + 1]):
            other = head[p]
            reach = flat[label] + length[p]
            j = _label_slot(base, distance, other, terminal)
            if reach < distance[other, j]:
                distance[other, j] = reach
                base[other, j] = terminal
                count = push(heap, position, flat, count, other * near + j)
    for node in range(size):
        for i in range(1, near):
            j = i
            while j > 0 and distance[node, j] < distance[node, j - 1]:
                distance[node, j], distance[node, j - 1] = distance[node, j - 1], distance[node, j]
                base[node, j], base[node, j - 1] = base[node, j - 1], base[node, j]
                j -= 1
    return distance, base


@Kernel
def bottleneck_tree(size: int, first: IntArray, second: IntArray, weight: IntArray) -> tuple[IntArray, IntArray]:
    """Merge nodes along pairs in ascending weight; return each node's parent and the weight of the merger.

    The largest weight on the way between two nodes is their bottleneck in the cheapest spanning tree.
    """
    parent = np.arange(size)
    members = np.ones(size, dtype=np.int64)
    merged_at = np.full(size, INFINITE, dtype=np.int64)
    for i in range(first.shape[0]):
        a = first[i]
        b = second[i]
        while parent[a] != a:
            a = parent[a]
        while parent[b] != b:
            b = parent[b]
        if a != b:
            if members[a] > members[b] or (members[a] == members[b] and a < b):
                a, b = b, a
            parent[a] = b
            members[b] += members[a]
            merged_at[a] = weight[i]
    return parent, merged_at


@inner
def _bottleneck(parent: IntArray, merged_at: IntArray, a: int, b: int) -> int:
    """Return the bottleneck between two nodes of a bottleneck tree, `INFINITE` if apart."""
    largest = 0
    while a != b:
        if merged_at[a] > merged_at[b]:
            a, b = b, a
        if merged_at[a] >= INFINITE:
            return INFINITE
        largest = max(largest, merged_at[a])
        a = parent[a]
    return largest


@inner
def _has_detour(
    a: int,
    b: int,
    cost: int,
    distance: IntArray,
    base: IntArray,
    parent: IntArray,
    merged_at: IntArray,
) -> bool:
    """Tell whether hops between terminals, each below `cost`, lead from `a` to `b`."""
    for i in range(base.shape[1]):
        if distance[a, i] >= cost:
            break
        for j in range(base.shape[1]):
            if distance[b, j] >= cost:
                break
            if _bottleneck(parent, merged_at, base[a, i], base[b, j]) < cost:
                return True
    return False


@Kernel
def detour_edges(
    u: IntArray,
    v: IntArray,
    cost: IntArray,
    distance: IntArray,
    base: IntArray,
    parent: IntArray,
    merged_at: IntArray,
) -> BoolArray:
    """Flag the edges that a detour over terminals makes useless."""
    useless = np.zeros(u.shape[0], dtype=np.bool_)
    for e in range(u.shape[0]):
        useless[e] = _has_detour(u[e], v[e], cost[e], distance, base, parent, merged_at)
    return useless


@inner
def _longest(start: IntArray, head: IntArray, length: IntArray, edge: IntArray, skip: BoolArray, node: int) -> int:
    """Return the length of the longest edge in question from `node` to a later node; 0 if there is none."""
    longest = 0
    for p in range(start[node], start[node + 1]):
        if not skip[edge[p]] and head[p] > node:
            longest = max(longest, length[p])
    return longest


@inner
def _explore(
    start: IntArray,
    head: IntArray,
    length: IntArray,
    distance: IntArray,
    heap: IntArray,
    position: IntArray,
    touched: IntArray,
    reach: int,
    limit: int,
) -> int:
    """Measure distances below `reach` from ``touched[0]``, settling at most `limit` nodes; return how many."""
    distance[touched[0]] = 0
    seen = 1
    count = push(heap, position, distance, 0, touched[0])
    while count > 0 and limit > 0:
        limit -= 1
        node = heap[0]
        count = pop(heap, position, distance, count)
        for p in range(start[node], start[node + 1]):
            onward = distance[node] + length[p]
            if onward < reach and onward < distance[head[p]]:
                if distance[head[p]] == INFINITE:
                    touched[seen] = head[p]
                    seen += 1
                distance[head[p]] = onward
                count = push(heap, position, distance, count, head[p])
    for i in range(count):
        position[heap[i]] = -1
    return seen


@Kernel
def long_edges(
    start: IntArray, head: IntArray, length: IntArray, edge: IntArray, useless: BoolArray, limit: int
) -> BoolArray:
    """Flag the edges longer than another path between their ends, within `limit` settled nodes."""
    size = start.shape[0] - 1
    found = useless.copy()
    distance = np.full(size, INFINITE, dtype=np.int64)
    heap = np.empty(size, dtype=np.int64)
    position = np.full(size, -1, dtype=np.int64)
    touched = np.empty(size, dtype=np.int64)
    for source in range(size):
        reach = _longest(start, head, length, edge, found, source)
        if reach == 0:
            continue
        touched[0] = source
        seen = _explore(start, head, length, distance, heap, position, touched, reach, limit)
        for p in range(start[source], start[source + 1]):
            if distance[head[p]] < length[p]:
                found[edge[p]] = True
        for i in range(seen):
            distance[touched[i]] = INFINITE
    return found


def useless_edges(graph: Graph, terminals: IntArray, limit: int = 60) -> BoolArray:
    """Flag edges that no cheapest tree contains, by their special distance.

    References
    ----------
    C. Duin, A. Volgenant, "Reduction tests for the Steiner problem in graphs", Networks 19 (1989).
    """
    distance, base = nearest_terminals(graph.start, graph.head, graph.length, terminals, NEAR)
    a, b = base[graph.u, 0], base[graph.v, 0]
    pairs = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    weight = distance[graph.u[pairs], 0] + graph.cost[pairs] + distance[graph.v[pairs], 0]
    order = np.lexsort((pairs, weight))
    pairs, weight = pairs[order], weight[order]
    parent, merged_at = bottleneck_tree(graph.size, a[pairs], b[pairs], weight)
    useless = detour_edges(graph.u, graph.v, graph.cost, distance, base, parent, merged_at)
    return np.asarray(long_edges(graph.start, graph.head, graph.length, graph.edge, useless, limit))


def sure_edges(graph: Graph, is_terminal: BoolArray) -> IntArray:
    """Return edges at terminals that some cheapest tree contains, no two with a node in common.

    An edge from terminal ``t`` to ``y`` is sure if it is the shortest one at ``t`` and reaching the nearest
    other terminal over it is no longer than the second shortest.
    """
    terminals = np.flatnonzero(is_terminal)
    distance, base = nearest_terminals(graph.start, graph.head, graph.length, terminals, 2)
    tails = np.repeat(np.arange(graph.size), np.diff(graph.start))
    slots = np.flatnonzero(is_terminal[tails])
    slots = slots[np.lexsort((slots, graph.length[slots], tails[slots]))]
    is_first = np.ones(len(slots), dtype=np.bool_)
    is_first[1:] = np.diff(tails[slots]) != 0
    first = np.flatnonzero(is_first)
    alone = np.append(is_first[1:], True)[first]
    second = np.where(alone, INFINITE, graph.length[slots[np.minimum(first + 1, len(slots) - 1)]])
    best = slots[first]
    owner, other = tails[best], graph.head[best]
    onward = np.where(base[other, 0] == owner, distance[other, 1], distance[other, 0])
    sure = is_terminal[other] | (graph.length[best] + np.minimum(onward, INFINITE) <= second)
    return _disjoint(graph, np.unique(graph.edge[best[sure]]))


def _disjoint(graph: Graph, edges: IntArray) -> IntArray:
    """Keep edges, in order, whose ends no kept one has touched."""
    used: set[int] = set()
    kept = []
    for edge, a, b in zip(edges.tolist(), graph.u[edges].tolist(), graph.v[edges].tolist(), strict=True):
        if a not in used and b not in used:
            used.update((a, b))
            kept.append(edge)
    return np.array(kept, dtype=np.int64)


def reduce_by_distance(instance: Instance, rounds: int = 8) -> None:
    """Shrink `instance` by degree, special distance and sure edges until little changes."""
    instance.remove_small_degrees()
    for _ in range(rounds):
        before = instance.edge_count
        if instance.is_solved:
            return
        instance.keep_edges(~useless_edges(instance.graph, instance.terminals))
        instance.remove_small_degrees()
        _contract_sure_edges(instance)
        if instance.edge_count > 0.98 * before:
            return


def _contract_sure_edges(instance: Instance, rounds: int = 12) -> None:
    for _ in range(rounds):
        if instance.is_solved:
            break
        edges = sure_edges(instance.graph, instance.is_terminal)
        if len(edges) == 0:
            break
        few = 100 * len(edges) < len(instance.terminals)
        instance.contract(edges)
        instance.remove_small_degrees()
        if few:
            break
