"""Reconnect what falls apart when part of a tree is taken out, around the place."""

from __future__ import annotations

from typing import NamedTuple

from expansion.network.steiner.heaps import pop, push
from expansion.network.steiner.jit import inner
from expansion.network.steiner.rooted import Cells, Roads, Rooted
from expansion.network.steiner.types import INFINITE, BoolArray, IntArray


class Pass(NamedTuple):
    """What one pass keeps in mind.

    ``result`` flags the edges of the tree after the moves so far. ``is_touched`` flags nodes whose edge to
    the parent lies on a cycle that a move closed; ``is_gone`` flags nodes that a move took out. The rest is
    scratch: `mark` holds the tick of the evaluation that a node belongs to, `reach`, `side` and `slot` its
    repaired label.
    """

    result: BoolArray
    is_touched: BoolArray
    is_gone: BoolArray
    mark: IntArray
    reach: IntArray
    side: IntArray
    slot: IntArray
    heap: IntArray
    position: IntArray
    members: IntArray


@inner
def side_of(tree: Rooted, roots: IntArray, node: int) -> int:
    """Return which of the subtrees at `roots` holds a tree node; their number if none does."""
    sides = len(roots)
    for i in range(sides):
        if tree.enter[roots[i]] <= tree.enter[node] < tree.leave[roots[i]]:
            return i
    return sides


@inner
def offer(best: IntArray, through: IntArray, a: int, b: int, cost: int, edge: int) -> None:
    """Remember `edge` if it joins sides `a` and `b` at less than any before."""
    if cost < best[a, b] or (cost == best[a, b] and edge < through[a, b]):
        best[a, b] = cost
        best[b, a] = cost
        through[a, b] = edge
        through[b, a] = edge


@inner
def gather(cells: Cells, scratch: Pass, removed: IntArray, tick: int) -> int:
    """Mark the cells of the removed nodes, list their members, and return how many there are."""
    count = 0
    for node in removed:
        member = cells.first[node]
        while member >= 0:
            scratch.mark[member] = tick
            scratch.members[count] = member
            scratch.reach[member] = INFINITE
            count += 1
            member = cells.following[member]
    return count


@inner
def repair(
    roads: Roads, tree: Rooted, cells: Cells, scratch: Pass, roots: IntArray, count: int, limit: int, tick: int
) -> None:
    """Give the nodes of removed cells to the nearest tree node that stays, within `limit`."""
    waiting = 0
    for i in range(count):
        node = scratch.members[i]
        for p in range(roads.start[node], roads.start[node + 1]):
            other = roads.head[p]
            if scratch.mark[other] == tick or scratch.is_gone[cells.source[other]]:
                continue
            reach = cells.distance[other] + roads.length[p]
            if reach < min(limit, scratch.reach[node]):
                scratch.reach[node] = reach
                scratch.side[node] = side_of(tree, roots, cells.source[other])
                scratch.slot[node] = roads.back[p]
        if scratch.reach[node] < INFINITE:
            waiting = push(scratch.heap, scratch.position, scratch.reach, waiting, node)
    while waiting > 0:
        node = scratch.heap[0]
        waiting = pop(scratch.heap, scratch.position, scratch.reach, waiting)
        for p in range(roads.start[node], roads.start[node + 1]):
            other = roads.head[p]
            reach = scratch.reach[node] + roads.length[p]
            if scratch.mark[other] == tick and reach < min(limit, scratch.reach[other]):
                scratch.reach[other] = reach
                scratch.side[other] = scratch.side[node]
                scratch.slot[other] = p
                waiting = push(scratch.heap, scratch.position, scratch.reach, waiting, other)


@inner
def offer_repaired(
    roads: Roads,
    tree: Rooted,
    cells: Cells,
    scratch: Pass,
    roots: IntArray,
    count: int,
    limit: int,
    tick: int,
    best: IntArray,
    through: IntArray,
) -> None:
    """Offer the edges at repaired nodes that lead to another side."""
    for i in range(count):
        node = scratch.members[i]
        if scratch.reach[node] >= limit:
            continue
        for p in range(roads.start[node], roads.start[node + 1]):
            other = roads.head[p]
            cost = scratch.reach[node] + roads.length[p]
            if scratch.mark[other] == tick:
                cost += scratch.reach[other]
                side = scratch.side[other]
            else:
                cost += cells.distance[other]
                side = -1 if scratch.is_gone[cells.source[other]] else side_of(tree, roots, cells.source[other])
            if cost < limit and side >= 0 and side != scratch.side[node]:
                offer(best, through, scratch.side[node], side, cost, roads.edge[p])
