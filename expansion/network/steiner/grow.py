"""Grow a tree from a root by shortest paths to the nearest terminal."""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.graph import Graph
from expansion.network.steiner.heaps import pop, push
from expansion.network.steiner.jit import Kernel
from expansion.network.steiner.types import INFINITE, BoolArray, IntArray


@Kernel
def grow_from(
    start: IntArray,
    head: IntArray,
    edge: IntArray,
    back: IntArray,
    length: IntArray,
    is_terminal: BoolArray,
    is_allowed: BoolArray,
    root: int,
) -> IntArray:
    """Join the nearest terminal by a shortest path over allowed edges until none is left in reach."""
    size = start.shape[0] - 1
    distance = np.full(size, INFINITE, dtype=np.int64)
    slot = np.full(size, -1, dtype=np.int64)
    in_tree = np.zeros(size, dtype=np.bool_)
    heap = np.empty(size, dtype=np.int64)
    position = np.full(size, -1, dtype=np.int64)
    tree = np.empty(size, dtype=np.int64)
    taken = 0
    distance[root] = 0
    in_tree[root] = True
    count = push(heap, position, distance, 0, root)
    while count > 0:
        node = heap[0]
        count = pop(heap, position, distance, count)
        if is_terminal[node] and not in_tree[node]:
            while not in_tree[node]:
                in_tree[node] = True
                distance[node] = 0
                count = push(heap, position, distance, count, node)
                tree[taken] = edge[slot[node]]
                taken += 1
                node = head[back[slot[node]]]
            continue
        for p in range(start[node], start[node + 1]):
            other = head[p]
            if is_allowed[edge[p]] and distance[node] + length[p] < distance[other]:
                distance[other] = distance[node] + length[p]
                slot[other] = p
                count = push(heap, position, distance, count, other)
    return tree[:taken]


def grow_tree(
    graph: Graph, is_terminal: BoolArray, root: int, is_allowed: BoolArray, length: IntArray | None = None
) -> IntArray:
    """Return the edges of a tree over the terminals within reach of `root` by allowed edges."""
    return np.asarray(
        grow_from(
            graph.start,
            graph.head,
            graph.edge,
            graph.back,
            graph.length if length is None else length,
            is_terminal,
            is_allowed,
            root,
        )
    )
