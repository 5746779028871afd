"""Lower bounds by dual ascent, and what they rule out.

References
----------
R. T. Wong, "A dual ascent approach for Steiner tree problems on a directed graph",
Mathematical Programming 28 (1984) 271-287.
T. Polzin, S. Vahdati Daneshmand, "Improved algorithms for the Steiner problem in networks",
Discrete Applied Mathematics 112 (2001) 263-300.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from expansion.network.steiner.graph import Graph
from expansion.network.steiner.heaps import pop, push
from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.types import INFINITE, BoolArray, IntArray


class Moats(NamedTuple):
    """The sets around terminals that an ascent has raised.

    Each terminal's sets grow; ``node[k]`` joined that of ``owner[k]`` when it had been raised by ``level[k]``.
    ``raised[t]`` is the total over the sets of terminal ``t``.
    """

    owner: IntArray
    node: IntArray
    level: IntArray
    raised: IntArray


@dataclass(frozen=True, slots=True)
class Ascent:
    """A feasible dual solution: its value, what it leaves of each arc's cost, and its sets.

    ``reduced[p]`` belongs to the arc from ``head[p]`` to the node that owns slot ``p``.
    """

    root: int
    bound: int
    reduced: IntArray
    moats: Moats


@inner
def _grown(array: IntArray, used: int) -> IntArray:
    """Return `array` with twice the room."""
    larger = np.empty(2 * array.shape[0], dtype=array.dtype)
    larger[:used] = array[:used]
    return larger


@Kernel
def raise_moats(
    start: IntArray,
    head: IntArray,
    cost: IntArray,
    is_terminal: BoolArray,
    root: int,
    slack: int,
) -> tuple[int, IntArray, IntArray, IntArray, IntArray, IntArray]:
    """Raise sets around terminals, those with small cuts first, until each is joined to the root.

    `cost` gives per slot the cost of the arc into its node. A terminal keeps its turn while its cut has at
    most `slack` percent of the arcs of the next one's.
    """
    size = start.shape[0] - 1
    reduced = cost.copy()
    raised = np.zeros(size, dtype=np.int64)
    score = np.zeros(size, dtype=np.int64)
    is_active = is_terminal.copy()
    is_active[root] = False
    heap = np.empty(size, dtype=np.int64)
    position = np.full(size, -1, dtype=np.int64)
    waiting = 0
    for terminal in range(size):
        if is_active[terminal]:
            score[terminal] = start[terminal + 1] - start[terminal]
            waiting = push(heap, position, score, waiting, terminal)
    room = 4 * size + 16
    owner = np.empty(room, dtype=np.int64)
    joined = np.empty(room, dtype=np.int64)
    level = np.empty(room, dtype=np.int64)
    earlier = np.empty(room, dtype=np.int64)
    last = np.full(size, -1, dtype=np.int64)
    used = 0
    mark = np.full(size, -1, dtype=np.int64)
    inside = np.empty(size, dtype=np.int64)
    cut = np.empty(head.shape[0] + 1, dtype=np.int64)
    bound = 0
    turn = 0
    while waiting > 0:
        terminal = heap[0]
        waiting = pop(heap, position, score, waiting)
        turn += 1
        count = 0
        k = last[terminal]
        while k >= 0:
            inside[count] = joined[k]
            mark[joined[k]] = turn
            count += 1
            k = earlier[k]
        if count == 0:
            inside[0] = terminal
            mark[terminal] = turn
            count = 1
        known = count if last[terminal] >= 0 else 0
        scanned = 0
        arcs = 0
        keeps_turn = False
        while True:
            is_joined = False
            while scanned < count and not is_joined:
                node = inside[scanned]
                scanned += 1
                for p in range(start[node], start[node + 1]):
                    other = head[p]
                    if mark[other] == turn:
                        continue
                    if reduced[p] == 0:
                        if other == root or is_active[other]:
                            is_joined = True
                            break
                        mark[other] = turn
                        inside[count] = other
                        count += 1
                    else:
                        cut[arcs] = p
                        arcs += 1
            if is_joined:
                break
            left = 0
            step = INFINITE
            for i in range(arcs):
                p = cut[i]
                if mark[head[p]] != turn:
                    cut[left] = p
                    left += 1
                    step = min(step, reduced[p])
            arcs = left
            if arcs == 0:
                break
            rival = score[heap[0]] if waiting > 0 else INFINITE
            if 100 * arcs > slack * rival and not (not keeps_turn and arcs <= score[terminal]):
                score[terminal] = arcs
                waiting = push(heap, position, score, waiting, terminal)
                break
            keeps_turn = True
            while used + count - known > owner.shape[0]:
                owner = _grown(owner, used)
                joined = _grown(joined, used)
                level = _grown(level, used)
                earlier = _grown(earlier, used)
            for i in range(known, count):
                owner[used] = terminal
                joined[used] = inside[i]
                level[used] = raised[terminal]
                earlier[used] = last[terminal]
                last[terminal] = used
                used += 1
            known = count
            bound += step
            raised[terminal] += step
            for i in range(arcs):
                p = cut[i]
                reduced[p] -= step
                other = head[p]
                if reduced[p] == 0 and mark[other] != turn:
                    if other == root or is_active[other]:
                        is_joined = True
                    mark[other] = turn
                    inside[count] = other
                    count += 1
            if is_joined:
                break
        if position[terminal] < 0:
            is_active[terminal] = False
    return bound, reduced, owner[:used], joined[:used], level[:used], raised


@Kernel
def shortest_paths(start: IntArray, head: IntArray, length: IntArray, sources: IntArray) -> IntArray:
    """Distance from the nearest source to each node, where `length` belongs to the slot at the tail."""
    size = start.shape[0] - 1
    distance = np.full(size, INFINITE, dtype=np.int64)
    heap = np.empty(size, dtype=np.int64)
    position = np.full(size, -1, dtype=np.int64)
    count = 0
    for node in sources:
        distance[node] = 0
        count = push(heap, position, distance, count, node)
    while count > 0:
        node = heap[0]
        count = pop(heap, position, distance, count)
        for p in range(start[node], start[node + 1]):
            other = head[p]
            if distance[node] + length[p] < distance[other]:
                distance[other] = distance[node] + length[p]
                count = push(heap, position, distance, count, other)
    return distance


def ascend(graph: Graph, is_terminal: BoolArray, root: int, *, slack: int = 125) -> Ascent:
    """Raise a dual solution rooted at terminal `root`."""
    bound, reduced, owner, node, level, raised = raise_moats(
        graph.start, graph.head, graph.length, is_terminal, root, slack
    )
    return Ascent(root, int(bound), reduced, Moats(owner, node, level, raised))


def surviving_edges(graph: Graph, is_terminal: BoolArray, ascent: Ascent, ceiling: int) -> BoolArray:
    """Flag the edges that a tree cheaper than `ceiling` may contain, by the ascent's reduced costs."""
    others = is_terminal.copy()
    others[ascent.root] = False
    onward = ascent.reduced[graph.back]
    from_root = shortest_paths(graph.start, graph.head, onward, np.array([ascent.root]))
    to_terminal = shortest_paths(graph.start, graph.head, ascent.reduced, np.flatnonzero(others))
    tails = np.repeat(np.arange(graph.size), np.diff(graph.start))
    least = from_root[tails] + onward + to_terminal[graph.head]
    survives = np.zeros(len(graph.u), dtype=np.bool_)
    survives[graph.edge[ascent.bound + least < ceiling]] = True
    return survives


def tight_edges(graph: Graph, ascent: Ascent) -> BoolArray:
    """Flag the edges on paths from the root whose arcs the ascent has paid in full."""
    onward = ascent.reduced[graph.back]
    from_root = shortest_paths(graph.start, graph.head, onward, np.array([ascent.root]))
    tails = np.repeat(np.arange(graph.size), np.diff(graph.start))
    tight = np.zeros(len(graph.u), dtype=np.bool_)
    tight[graph.edge[(onward == 0) & (from_root[tails] == 0)]] = True
    return tight
