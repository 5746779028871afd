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
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from expansion.network.steiner.graph import Graph, mask_of
from expansion.network.steiner.heaps import pop, push
from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.types import INFINITE, BoolArray, IntArray

PATIENCE = 3
"""A turn looks at no fewer arcs than this part of the set it has taken up, which keeps turns worth their cost."""

SLACKS = (110, 125, 100, 150)
"""Percentages worth trying for `raise_moats`."""


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


class Field(NamedTuple):
    """What the raising of sets works on.

    ``inside`` lists the set at hand and ``mark`` holds the turn that put a node into it; ``cut`` lists the
    slots of arcs that enter it. ``guide`` flags the slots whose arcs a known tree uses.
    """

    start: IntArray
    head: IntArray
    reduced: IntArray
    guide: BoolArray
    is_active: BoolArray
    mark: IntArray
    inside: IntArray
    cut: IntArray


class Log(NamedTuple):
    """Entries of `Moats` in the order made; ``earlier`` links to the owner's previous one."""

    owner: IntArray
    node: IntArray
    level: IntArray
    earlier: IntArray


@inner
def _with_room(log: Log, used: int, more: int) -> Log:
    """Return a log with room for `more` entries after the first `used`."""
    room = log.owner.shape[0]
    if used + more <= room:
        return log
    room = 2 * room + more
    larger = Log(
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
    )
    for i in range(used):
        larger.owner[i] = log.owner[i]
        larger.node[i] = log.node[i]
        larger.level[i] = log.level[i]
        larger.earlier[i] = log.earlier[i]
    return larger


@inner
def _recall(field: Field, log: Log, terminal: int, entry: int, turn: int) -> int:
    """Take up the set of a terminal where its last turn left it; return its size."""
    field.inside[0] = terminal
    field.mark[terminal] = turn
    count = 1
    while entry >= 0:
        node = log.node[entry]
        if node != terminal:
            field.inside[count] = node
            field.mark[node] = turn
            count += 1
        entry = log.earlier[entry]
    return count


@inner
def _enter(field: Field, node: int, count: int, turn: int, root: int) -> tuple[int, bool]:
    """Put a node into the set; tell whether that joins the set to the root or to another active one."""
    field.mark[node] = turn
    field.inside[count] = node
    return count + 1, node == root or field.is_active[node]


@inner
def _spread(field: Field, scanned: int, count: int, arcs: int, turn: int, root: int) -> tuple[int, int, bool]:
    """Grow the set over arcs that are paid in full, and list the others; return sizes and whether it joined."""
    while scanned < count:
        node = field.inside[scanned]
        scanned += 1
        for p in range(field.start[node], field.start[node + 1]):
            if field.mark[field.head[p]] == turn:
                continue
            if field.reduced[p] == 0:
                count, is_joined = _enter(field, field.head[p], count, turn, root)
                if is_joined:
                    return count, arcs, True
            else:
                field.cut[arcs] = p
                arcs += 1
    return count, arcs, False


@inner
def _entering(field: Field, arcs: int, turn: int) -> tuple[int, int, int]:
    """Keep the arcs that still enter the set; return their number, the least left to pay, and the guided ones."""
    left = 0
    step = INFINITE
    guided = 0
    for i in range(arcs):
        p = field.cut[i]
        if field.mark[field.head[p]] != turn:
            field.cut[left] = p
            left += 1
            step = min(step, field.reduced[p])
            guided += field.guide[p]
    return left, step, guided


@inner
def _pay(field: Field, arcs: int, step: int, count: int, turn: int, root: int) -> tuple[int, bool]:
    """Pay `step` on every entering arc, and enter the nodes behind those that are paid in full."""
    has_joined = False
    for i in range(arcs):
        p = field.cut[i]
        field.reduced[p] -= step
        if field.reduced[p] == 0 and field.mark[field.head[p]] != turn:
            count, is_joined = _enter(field, field.head[p], count, turn, root)
            has_joined = has_joined or is_joined
    return count, has_joined


@Kernel
def raise_moats(
    start: IntArray,
    head: IntArray,
    cost: IntArray,
    is_terminal: BoolArray,
    guide: BoolArray,
    root: int,
    slack: int,
) -> tuple[int, IntArray, Log, int, IntArray]:
    """Raise sets around terminals, those with small cuts first, until each is joined to the root.

    `cost` gives per slot the cost of the arc into its node. A terminal keeps its turn while its cut scores at
    most `slack` percent of the next one's; the score is the number of arcs, times the number of guided ones.
    """
    size = start.shape[0] - 1
    field = Field(
        start,
        head,
        cost.copy(),
        guide,
        is_terminal.copy(),
        np.full(size, -1, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.empty(head.shape[0] + 1, dtype=np.int64),
    )
    field.is_active[root] = False
    raised = np.zeros(size, dtype=np.int64)
    score = np.zeros(size, dtype=np.int64)
    heap = np.empty(size, dtype=np.int64)
    position = np.full(size, -1, dtype=np.int64)
    waiting = 0
    for terminal in range(size):
        if not field.is_active[terminal]:
            continue
        score[terminal] = start[terminal + 1] - start[terminal]
        waiting = push(heap, position, score, waiting, terminal)
    room = 4 * size + 16
    log = Log(
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
    )
    used = 0
    last = np.full(size, -1, dtype=np.int64)
    bound = 0
    turn = 0
    while waiting > 0:
        terminal = heap[0]
        waiting = pop(heap, position, score, waiting)
        rival = score[heap[0]] if waiting > 0 else INFINITE
        turn += 1
        count = _recall(field, log, terminal, last[terminal], turn)
        known = count if last[terminal] >= 0 else 0
        count, arcs, is_joined = _spread(field, 0, count, 0, turn, root)
        work = 0
        recalled = count
        while not is_joined:
            arcs, step, guided = _entering(field, arcs, turn)
            value = arcs * max(guided, 1)
            if arcs == 0:
                break
            is_dear = 100 * value > slack * rival and (work > 0 or value > score[terminal])
            if is_dear and (work == 0 or PATIENCE * work >= recalled):
                score[terminal] = value
                waiting = push(heap, position, score, waiting, terminal)
                break
            work += arcs
            log = _with_room(log, used, count - known)
            for i in range(known, count):
                log.owner[used] = terminal
                log.node[used] = field.inside[i]
                log.level[used] = raised[terminal]
                log.earlier[used] = last[terminal]
                last[terminal] = used
                used += 1
            known = count
            bound += step
            raised[terminal] += step
            count, is_joined = _pay(field, arcs, step, count, turn, root)
            if not is_joined:
                count, arcs, is_joined = _spread(field, known, count, arcs, turn, root)
        if position[terminal] < 0:
            field.is_active[terminal] = False
    return bound, field.reduced, log, used, raised


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


def ascend(
    graph: Graph,
    is_terminal: BoolArray,
    root: int,
    tree: IntArray,
    *,
    slack: int = SLACKS[0],
    cost: IntArray | None = None,
) -> Ascent:
    """Raise a dual solution rooted at terminal `root`, with sets that a good `tree` enters only once first.

    `cost` gives per slot the cost of the arc into its node where that depends on the direction.
    """
    guide = _arcs_of(graph, tree, root)
    bound, reduced, log, used, raised = raise_moats(
        graph.start, graph.head, graph.length if cost is None else cost, is_terminal, guide, root, slack
    )
    moats = Moats(log.owner[:used], log.node[:used], log.level[:used], raised)
    return Ascent(root, int(bound), reduced, moats)


def _arcs_of(graph: Graph, tree: IntArray, root: int) -> BoolArray:
    """Flag the slots of the arcs of `tree` directed away from `root`."""
    ends = (graph.u[tree], graph.v[tree])
    matrix = coo_array((np.ones(len(tree), dtype=np.int8), ends), shape=(graph.size, graph.size))
    before = breadth_first_order(matrix.tocsr(), root, directed=False)[1]
    tails = np.repeat(np.arange(graph.size), np.diff(graph.start))
    return np.asarray(mask_of(len(graph.u), tree)[graph.edge] & (before[tails] == graph.head))


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
