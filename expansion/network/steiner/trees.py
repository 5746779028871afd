"""Spanning trees, pruning and the first Steiner tree."""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.graph import Graph, mask_of
from expansion.network.steiner.heaps import pop, push
from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.types import INFINITE, BoolArray, IntArray


@inner
def find(parent: IntArray, node: int) -> int:
    """Return the representative of `node`, halving the path on the way."""
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@Kernel
def spanning_forest(node_count: int, u: IntArray, v: IntArray, order: IntArray) -> BoolArray:
    """Take edges in `order` unless they close a cycle; return a flag per position of `order`."""
    parent = np.arange(node_count)
    taken = np.zeros(order.shape[0], dtype=np.bool_)
    for i in range(order.shape[0]):
        a = find(parent, u[order[i]])
        b = find(parent, v[order[i]])
        if a != b:
            parent[a] = b
            taken[i] = True
    return taken


@Kernel
def prune(node_count: int, u: IntArray, v: IntArray, tree: IntArray, is_terminal: BoolArray) -> BoolArray:
    """Drop leaves that are no terminals, again and again; return a flag per edge of `tree`."""
    degree = np.zeros(node_count, dtype=np.int64)
    link = np.zeros(node_count, dtype=np.int64)  # XOR of the incident positions: at a leaf, the one left
    for i in range(tree.shape[0]):
        for node in (u[tree[i]], v[tree[i]]):
            degree[node] += 1
            link[node] ^= i
    kept = np.ones(tree.shape[0], dtype=np.bool_)
    for i in range(tree.shape[0]):
        for end in (u[tree[i]], v[tree[i]]):
            node = end
            while degree[node] == 1 and not is_terminal[node]:
                k = link[node]
                kept[k] = False
                other = u[tree[k]] + v[tree[k]] - node
                degree[node] = 0
                degree[other] -= 1
                link[other] ^= k
                node = other
    return kept


@Kernel
def nearest_source(
    start: IntArray, head: IntArray, length: IntArray, sources: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Give each node its distance to the nearest source, that source, and the slot it came over.

    The slot belongs to the node nearer to the source; it is -1 at sources and out of reach.
    """
    size = start.shape[0] - 1
    distance = np.full(size, INFINITE, dtype=np.int64)
    source = np.full(size, -1, dtype=np.int64)
    slot = np.full(size, -1, dtype=np.int64)
    heap = np.empty(size, dtype=np.int64)
    position = np.full(size, -1, dtype=np.int64)
    count = 0
    for node in sources:
        distance[node] = 0
        source[node] = node
        count = push(heap, position, distance, count, node)
    while count > 0:
        node = heap[0]
        count = pop(heap, position, distance, count)
        for p in range(start[node], start[node + 1]):
            other = head[p]
            if distance[node] + length[p] < distance[other]:
                distance[other] = distance[node] + length[p]
                source[other] = source[node]
                slot[other] = p
                count = push(heap, position, distance, count, other)
    return distance, source, slot


def spanning_tree(graph: Graph, edges: IntArray, is_terminal: BoolArray) -> IntArray:
    """Return the cheapest forest within `edges`, without dangling ends, as ascending edge ids."""
    order = edges[np.lexsort((edges, graph.cost[edges]))]
    tree = order[spanning_forest(graph.size, graph.u, graph.v, order)]
    return np.sort(tree[prune(graph.size, graph.u, graph.v, tree, is_terminal)])


def induced_tree(graph: Graph, tree: IntArray, is_terminal: BoolArray) -> IntArray:
    """Return the cheapest tree on the nodes of `tree`, using any edge among them."""
    inside = np.zeros(graph.size, dtype=np.bool_)
    inside[graph.u[tree]] = True
    inside[graph.v[tree]] = True
    return spanning_tree(graph, np.flatnonzero(inside[graph.u] & inside[graph.v]), is_terminal)


def mehlhorn_tree(graph: Graph, is_terminal: BoolArray) -> IntArray:
    """Return a tree that costs at most twice the optimum.

    References
    ----------
    K. Mehlhorn, "A faster approximation algorithm for the Steiner problem in graphs",
    Information Processing Letters 27 (1988) 125-128.
    """
    distance, source, slot = nearest_source(graph.start, graph.head, graph.length, np.flatnonzero(is_terminal))
    a, b = source[graph.u], source[graph.v]
    bridges = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
    detour = distance[graph.u[bridges]] + graph.cost[bridges] + distance[graph.v[bridges]]
    order = bridges[np.lexsort((bridges, detour))]
    chosen = order[spanning_forest(graph.size, a, b, order)]
    ends = np.concatenate([graph.u[chosen], graph.v[chosen]])
    return spanning_tree(graph, with_paths(graph, chosen, slot, ends), is_terminal)


def with_paths(graph: Graph, edges: IntArray, slot: IntArray, ends: IntArray) -> IntArray:
    """Add to `edges` those on the way from `ends` back to the sources that `slot` leads to."""
    used = mask_of(len(graph.u), edges)
    front = ends
    while len(front):
        slots = slot[front]
        slots = np.unique(slots[slots >= 0])
        slots = slots[~used[graph.edge[slots]]]
        used[graph.edge[slots]] = True
        front = graph.head[graph.back[slots]]
    return np.flatnonzero(used)
