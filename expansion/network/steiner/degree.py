"""Remove nodes of degree one and two."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.types import BoolArray, IntArray


@inner
def next_live(half: int, following: IntArray, alive: BoolArray) -> int:
    """Return the first half edge from `half` on whose edge is alive, or -1."""
    while half >= 0 and not alive[half >> 1]:
        half = following[half]
    return half


@inner
def edge_between(a: int, b: int, first: IntArray, following: IntArray, alive: BoolArray, ends: IntArray) -> int:
    """Return the living edge that joins `a` and `b`, or -1."""
    half = next_live(first[a], following, alive)
    while half >= 0:
        if ends[half ^ 1] == b:
            return half >> 1
        half = next_live(following[half], following, alive)
    return -1


@inner
def attach(edge: int, a: int, b: int, first: IntArray, following: IntArray, ends: IntArray) -> None:
    """Enter `edge` between `a` and `b` into their lists."""
    ends[2 * edge] = a
    ends[2 * edge + 1] = b
    following[2 * edge] = first[a]
    first[a] = 2 * edge
    following[2 * edge + 1] = first[b]
    first[b] = 2 * edge + 1


class Forest(NamedTuple):
    """Edges as pairs of half edges in lists per node, so that they can be taken out and put in.

    Half edge ``h`` belongs to edge ``h // 2`` and leads from ``ends[h]`` to ``ends[h ^ 1]``.
    """

    ends: IntArray
    cost: IntArray
    parts: IntArray
    alive: BoolArray
    first: IntArray
    following: IntArray
    degree: IntArray


@inner
def take_leaf(forest: Forest, node: int) -> tuple[int, int]:
    """Take a leaf out; return its edge and its neighbor."""
    half = next_live(forest.first[node], forest.following, forest.alive)
    other = forest.ends[half ^ 1]
    forest.alive[half >> 1] = False
    forest.degree[node] = 0
    forest.degree[other] -= 1
    return half >> 1, other


@inner
def _bypass(forest: Forest, node: int, count: int) -> tuple[int, int, int, bool]:
    """Join the two edges of a node into edge `count`, unless one as cheap is there.

    Returns the number of edges then, the two neighbors, and whether they were joined before.
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
    total = forest.cost[half >> 1] + forest.cost[half_b >> 1]
    rival = edge_between(a, b, forest.first, forest.following, forest.alive, forest.ends)
    if rival >= 0:
        forest.degree[a] -= 1
        forest.degree[b] -= 1
        if forest.cost[rival] <= total:
            return count, a, b, True
        forest.alive[rival] = False
    forest.cost[count] = total
    forest.parts[count, 0] = half >> 1
    forest.parts[count, 1] = half_b >> 1
    forest.alive[count] = True
    attach(count, a, b, forest.first, forest.following, forest.ends)
    return count + 1, a, b, rival >= 0


@inner
def plant(u: IntArray, v: IntArray, cost: IntArray, size: int) -> Forest:
    """Enter all edges, with room for as many new ones."""
    count = u.shape[0]
    room = 2 * count + 1
    forest = Forest(
        np.empty(2 * room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
        np.full((room, 2), -1, dtype=np.int64),
        np.zeros(room, dtype=np.bool_),
        np.full(size, -1, dtype=np.int64),
        np.full(2 * room, -1, dtype=np.int64),
        np.zeros(size, dtype=np.int64),
    )
    for edge in range(count):
        attach(edge, u[edge], v[edge], forest.first, forest.following, forest.ends)
        forest.cost[edge] = cost[edge]
        forest.alive[edge] = True
        forest.degree[u[edge]] += 1
        forest.degree[v[edge]] += 1
    return forest


@Kernel
def remove_small_degrees(
    u: IntArray, v: IntArray, cost: IntArray, is_terminal: BoolArray
) -> tuple[Forest, int, IntArray]:
    """Drop leaves, fix the edges of terminal leaves, and join the two edges of other degree-two nodes.

    `is_terminal` is changed in place: a fixed edge hands its terminal on. Returns the edges old and new,
    their number, and which are fixed.
    """
    size = is_terminal.shape[0]
    forest = plant(u, v, cost, size)
    count = u.shape[0]
    fixed = np.empty(size + 1, dtype=np.int64)
    fixed_count = 0
    terminals = 0
    waiting = np.empty(3 * size + 4, dtype=np.int64)
    top = 0
    for node in range(size):
        terminals += is_terminal[node]
        waiting[top] = node
        top += 1
    while top > 0:
        top -= 1
        node = waiting[top]
        a = node
        b = node
        if forest.degree[node] == 1 and not (is_terminal[node] and terminals == 1):
            edge, a = take_leaf(forest, node)
            if is_terminal[node]:
                fixed[fixed_count] = edge
                fixed_count += 1
                is_terminal[node] = False
                terminals -= is_terminal[a]
                is_terminal[a] = True
        elif forest.degree[node] == 2 and not is_terminal[node]:
            count, a, b, were_joined = _bypass(forest, node, count)
            if not were_joined:
                continue
        for end in (a, b):
            if end != node and forest.degree[end] <= 2:
                waiting[top] = end
                top += 1
    return forest, count, fixed[:fixed_count]
