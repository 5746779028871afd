"""A Steiner tree seen from a root, and the cells of nodes nearest to it, for the local search."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from expansion.network.steiner.heaps import meld, pop, push
from expansion.network.steiner.jit import inner
from expansion.network.steiner.types import INFINITE, BoolArray, IntArray


class Roads(NamedTuple):
    """The arrays of a `Graph` that kernels walk on."""

    start: IntArray
    head: IntArray
    edge: IntArray
    back: IntArray
    length: IntArray


class Rooted(NamedTuple):
    """A tree hung from its root; nodes outside have ``enter`` -1.

    ``order`` is a preorder, so the nodes below ``x`` have ``enter`` in ``[enter[x], leave[x])``.
    Key nodes are terminals and branches; ``above`` and ``below`` are the key nodes at the ends of
    the path a node lies on (itself, for ``below`` of a key node). ``height`` is the cost from the root.
    """

    order: IntArray
    enter: IntArray
    leave: IntArray
    parent: IntArray
    up: IntArray
    depth: IntArray
    height: IntArray
    degree: IntArray
    is_key: BoolArray
    above: IntArray
    below: IntArray


class Cells(NamedTuple):
    """Each node's nearest tree node, and for each tree node the list of its cell."""

    distance: IntArray
    source: IntArray
    slot: IntArray
    first: IntArray
    following: IntArray


class Bridges(NamedTuple):
    """Skew heaps of edges that lead from the cells below a key node into other cells.

    Entry ``2 * e`` stands for edge ``e`` at its first end, ``2 * e + 1`` at its second.
    """

    top: IntArray
    left: IntArray
    right: IntArray
    cost: IntArray
    near: IntArray
    far: IntArray


@inner
def hang(roads: Roads, in_tree: BoolArray, is_terminal: BoolArray, root: int) -> Rooted:
    """Hang the tree from `root`, which has to be a terminal."""
    size = roads.start.shape[0] - 1
    order = np.empty(size, dtype=np.int64)
    enter = np.full(size, -1, dtype=np.int64)
    leave = np.full(size, -1, dtype=np.int64)
    parent = np.full(size, -1, dtype=np.int64)
    up = np.full(size, -1, dtype=np.int64)
    depth = np.zeros(size, dtype=np.int64)
    height = np.zeros(size, dtype=np.int64)
    degree = np.zeros(size, dtype=np.int64)
    stack = np.empty(size, dtype=np.int64)
    stack[0] = root
    waiting = 1
    count = 0
    while waiting > 0:
        waiting -= 1
        node = stack[waiting]
        enter[node] = count
        order[count] = node
        count += 1
        for p in range(roads.start[node], roads.start[node + 1]):
            if in_tree[roads.edge[p]]:
                degree[node] += 1
                if roads.edge[p] != up[node]:
                    child = roads.head[p]
                    parent[child] = node
                    up[child] = roads.edge[p]
                    depth[child] = depth[node] + 1
                    height[child] = height[node] + roads.length[p]
                    stack[waiting] = child
                    waiting += 1
    is_key = np.empty(size, dtype=np.bool_)
    for node in range(size):
        is_key[node] = is_terminal[node] or degree[node] >= 3
    above = np.full(size, -1, dtype=np.int64)
    below = np.arange(size)
    for i in range(1, count):
        node = order[i]
        above[node] = parent[node] if is_key[parent[node]] else above[parent[node]]
    for i in range(count - 1, -1, -1):
        node = order[i]
        leave[node] = max(leave[node], enter[node] + 1)
        if i > 0:
            leave[parent[node]] = max(leave[parent[node]], leave[node])
            if not is_key[parent[node]]:
                below[parent[node]] = below[node]
    return Rooted(order[:count], enter, leave, parent, up, depth, height, degree, is_key, above, below)


@inner
def divide(roads: Roads, tree: Rooted) -> Cells:
    """Give each node to its nearest tree node."""
    size = roads.start.shape[0] - 1
    distance = np.full(size, INFINITE, dtype=np.int64)
    source = np.full(size, -1, dtype=np.int64)
    slot = np.full(size, -1, dtype=np.int64)
    heap = np.empty(size, dtype=np.int64)
    position = np.full(size, -1, dtype=np.int64)
    count = 0
    for node in tree.order:
        distance[node] = 0
        source[node] = node
        count = push(heap, position, distance, count, node)
    first = np.full(size, -1, dtype=np.int64)
    following = np.full(size, -1, dtype=np.int64)
    while count > 0:
        node = heap[0]
        count = pop(heap, position, distance, count)
        following[node] = first[source[node]]
        first[source[node]] = node
        for p in range(roads.start[node], roads.start[node + 1]):
            other = roads.head[p]
            reach = distance[node] + roads.length[p]
            if reach < distance[other]:
                distance[other] = reach
                source[other] = source[node]
                slot[other] = p
                count = push(heap, position, distance, count, other)
    return Cells(distance, source, slot, first, following)


@inner
def bridge(roads: Roads, cells: Cells, in_tree: BoolArray) -> Bridges:
    """Enter every edge between two cells at both tree nodes."""
    size = roads.start.shape[0] - 1
    entries = 2 * in_tree.shape[0]
    top = np.full(size, -1, dtype=np.int64)
    left = np.full(entries, -1, dtype=np.int64)
    right = np.full(entries, -1, dtype=np.int64)
    cost = np.full(entries, INFINITE, dtype=np.int64)
    near = np.full(entries, -1, dtype=np.int64)
    far = np.full(entries, -1, dtype=np.int64)
    for node in range(size):
        for p in range(roads.start[node], roads.start[node + 1]):
            e = roads.edge[p]
            other = roads.head[p]
            a = cells.source[node]
            b = cells.source[other]
            if in_tree[e] or a == b:
                continue
            entry = 2 * e + (1 if node > other else 0)
            cost[entry] = cells.distance[node] + roads.length[p] + cells.distance[other]
            near[entry] = a
            far[entry] = b
            top[a] = meld(left, right, cost, top[a], entry)
    return Bridges(top, left, right, cost, near, far)
