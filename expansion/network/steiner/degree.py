"""Remove nodes of degree one and two."""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.types import BoolArray, IntArray


@inner
def _next_live(half: int, following: IntArray, alive: BoolArray) -> int:
    """Return the first half edge from `half` on whose edge is alive, or -1."""
    while half >= 0 and not alive[half >> 1]:
        half = following[half]
    return half


@inner
def _edge_between(a: int, b: int, first: IntArray, following: IntArray, alive: BoolArray, ends: IntArray) -> int:
    """Return the living edge that joins `a` and `b`, or -1."""
    half = _next_live(first[a], following, alive)
    while half >= 0:
        if ends[half ^ 1] == b:
            return half >> 1
        half = _next_live(following[half], following, alive)
    return -1


@inner
def _attach(edge: int, a: int, b: int, first: IntArray, following: IntArray, ends: IntArray) -> None:
    """Enter `edge` between `a` and `b` into their lists."""
    ends[2 * edge] = a
    ends[2 * edge + 1] = b
    following[2 * edge] = first[a]
    first[a] = 2 * edge
    following[2 * edge + 1] = first[b]
    first[b] = 2 * edge + 1


@Kernel
def remove_small_degrees(
    u: IntArray, v: IntArray, cost: IntArray, is_terminal: BoolArray
) -> tuple[IntArray, IntArray, IntArray, IntArray, BoolArray, IntArray]:
    """Drop leaves, fix the edges of terminal leaves, and join the two edges of other degree-two nodes.

    `is_terminal` is changed in place: a fixed edge hands its terminal on. Returns the edges old and new
    (ends, cost, and the two edges that a new one stands for), which are alive, and which are fixed.
    """
    count = u.shape[0]
    room = 2 * count + 1
    size = is_terminal.shape[0]
    ends = np.empty(2 * room, dtype=np.int64)
    price = np.empty(room, dtype=np.int64)
    parts = np.full((room, 2), -1, dtype=np.int64)
    alive = np.zeros(room, dtype=np.bool_)
    first = np.full(size, -1, dtype=np.int64)
    following = np.full(2 * room, -1, dtype=np.int64)
    degree = np.zeros(size, dtype=np.int64)
    fixed = np.empty(size + 1, dtype=np.int64)
    fixed_count = 0
    terminals = 0
    for edge in range(count):
        _attach(edge, u[edge], v[edge], first, following, ends)
        price[edge] = cost[edge]
        alive[edge] = True
        degree[u[edge]] += 1
        degree[v[edge]] += 1
    waiting = np.empty(3 * size + 4, dtype=np.int64)
    top = 0
    for node in range(size):
        terminals += is_terminal[node]
        if degree[node] <= 2:
            waiting[top] = node
            top += 1
    while top > 0:
        top -= 1
        node = waiting[top]
        if degree[node] == 1 and not (is_terminal[node] and terminals == 1):
            half = _next_live(first[node], following, alive)
            other = ends[half ^ 1]
            alive[half >> 1] = False
            degree[node] = 0
            degree[other] -= 1
            if is_terminal[node]:
                fixed[fixed_count] = half >> 1
                fixed_count += 1
                is_terminal[node] = False
                terminals -= is_terminal[other]
                is_terminal[other] = True
            if degree[other] <= 2:
                waiting[top] = other
                top += 1
        elif degree[node] == 2 and not is_terminal[node]:
            half = _next_live(first[node], following, alive)
            half_b = _next_live(following[half], following, alive)
            a = ends[half ^ 1]
            b = ends[half_b ^ 1]
            alive[half >> 1] = False
            alive[half_b >> 1] = False
            degree[node] = 0
            total = price[half >> 1] + price[half_b >> 1]
            if degree[b] < degree[a]:
                a, b = b, a
            rival = _edge_between(a, b, first, following, alive, ends)
            if rival < 0 or price[rival] > total:
                price[count] = total
                parts[count, 0] = half >> 1
                parts[count, 1] = half_b >> 1
                alive[count] = True
                _attach(count, a, b, first, following, ends)
                count += 1
            if rival >= 0:
                if price[rival] > total:
                    alive[rival] = False
                for end in (a, b):
                    degree[end] -= 1
                    if degree[end] <= 2:
                        waiting[top] = end
                        top += 1
    tails = ends[0 : 2 * count : 2].copy()
    heads = ends[1 : 2 * count : 2].copy()
    return tails, heads, price[:count], parts[:count], alive[:count], fixed[:fixed_count]
