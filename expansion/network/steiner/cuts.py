"""Directed cuts: sets of nodes that hold a terminal and leave the root out, so that every tree enters them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from expansion.network.steiner.ascent import Moats
from expansion.network.steiner.jit import Kernel, inner, repeated
from expansion.network.steiner.types import BoolArray, IntArray

WHOLE = 1 << 30
"""The flow that has to reach a terminal."""
ENOUGH = WHOLE - (WHOLE >> 10)
"""Cuts that carry this much are left alone."""
NESTED = 4
"""Cuts looked for per terminal."""


class Sets(NamedTuple):
    """Sets of nodes, one after another; set ``i`` is ``nodes[ends[i - 1]:ends[i]]``."""

    nodes: IntArray
    ends: IntArray


class Flow(NamedTuple):
    """Arcs into nodes with what they can carry and do carry; the rest is scratch.

    `came` holds the slot over which the search for a way first reached a node.
    """

    start: IntArray
    head: IntArray
    back: IntArray
    capacity: IntArray
    carried: IntArray
    mark: IntArray
    came: IntArray
    queue: IntArray


@inner
def _room(flow: Flow, p: int) -> int:
    """Return what more can go over the arc of slot `p`, by taking back what comes the other way too."""
    room: int = flow.capacity[p] - flow.carried[p] + flow.carried[flow.back[p]]
    return room


@inner
def _reach_back(flow: Flow, terminal: int, root: int, turn: int) -> tuple[int, bool]:
    """List the nodes from which something can still go to `terminal`; tell whether `root` is one."""
    flow.queue[0] = terminal
    flow.mark[terminal] = turn
    count = 1
    i = 0
    while i < count:
        node = flow.queue[i]
        i += 1
        for p in range(flow.start[node], flow.start[node + 1]):
            other = flow.head[p]
            if flow.mark[other] != turn and _room(flow, p) > 0:
                flow.mark[other] = turn
                flow.came[other] = p
                if other == root:
                    return count, True
                flow.queue[count] = other
                count += 1
    return count, False


@inner
def _send(flow: Flow, terminal: int, root: int) -> int:
    """Send what fits along the way found from the root; return how much."""
    most = WHOLE
    node = root
    while node != terminal:
        most = min(most, _room(flow, flow.came[node]))
        node = flow.head[flow.back[flow.came[node]]]
    node = root
    while node != terminal:
        p = flow.came[node]
        taken_back = min(most, flow.carried[flow.back[p]])
        flow.carried[flow.back[p]] -= taken_back
        flow.carried[p] += most - taken_back
        node = flow.head[flow.back[p]]
    return most


@inner
def _open(flow: Flow, count: int, turn: int) -> None:
    """Give the arcs into the listed nodes all the room they could need, so that the next cut is a wider one."""
    for i in range(count):
        node = flow.queue[i]
        for p in range(flow.start[node], flow.start[node + 1]):
            if flow.mark[flow.head[p]] != turn:
                flow.capacity[p] = WHOLE


@inner
def _with_room(values: IntArray, used: int, more: int) -> IntArray:
    """Return an array with room for `more` entries after the first `used`."""
    if used + more <= values.shape[0]:
        return values
    larger = np.empty(2 * values.shape[0] + more, dtype=np.int64)
    _copy(values, 0, used, larger, 0)
    return larger


@inner
def _copy(source: IntArray, begin: int, end: int, target: IntArray, at: int) -> int:
    """Copy ``source[begin:end]`` to `target`; return the position after it."""
    for i in range(begin, end):  # slices would do, but take seconds to compile
        target[at] = source[i]
        at += 1
    return at


@repeated(20)
def narrow_cuts(
    start: IntArray, head: IntArray, back: IntArray, capacity: IntArray, terminals: IntArray, root: int
) -> Sets:
    """Find sets around `terminals` into which less than the whole can flow from `root`, several per terminal."""
    size = start.shape[0] - 1
    flow = Flow(
        start,
        head,
        back,
        capacity.copy(),
        np.zeros(head.shape[0], dtype=np.int64),
        np.full(size, -1, dtype=np.int64),
        np.full(size, -1, dtype=np.int64),
        np.empty(size, dtype=np.int64),
    )
    found = np.empty(size, dtype=np.int64)
    ends = np.empty(NESTED * terminals.shape[0], dtype=np.int64)
    used = 0
    cuts = 0
    turn = 0
    for terminal in terminals:
        if terminal == root:
            continue
        for p in range(head.shape[0]):
            flow.carried[p] = 0
            flow.capacity[p] = capacity[p]
        arrived = 0
        last = cuts + NESTED
        while arrived < ENOUGH and cuts < last:
            turn += 1
            count, is_reached = _reach_back(flow, terminal, root, turn)
            if is_reached:
                arrived += _send(flow, terminal, root)
                continue
            found = _with_room(found, used, count)
            used = _copy(flow.queue, 0, count, found, used)
            ends[cuts] = used
            cuts += 1
            _open(flow, count, turn)
    return Sets(found[:used], ends[:cuts])


@Kernel
def unfold(owner: IntArray, node: IntArray, level: IntArray, raised: IntArray) -> Sets:
    """Write out each of the growing sets given by entries sorted by owner and level."""
    found = np.empty(owner.shape[0] + 1, dtype=np.int64)
    ends = np.empty(owner.shape[0], dtype=np.int64)
    used = 0
    cuts = 0
    begin = 0
    for i in range(owner.shape[0]):
        if owner[i] != owner[begin]:
            begin = i
        is_last = i + 1 == owner.shape[0] or owner[i + 1] != owner[i]
        if level[i] >= raised[owner[i]] or not (is_last or level[i + 1] > level[i]):
            continue
        found = _with_room(found, used, i + 1 - begin)
        used = _copy(node, begin, i + 1, found, used)
        ends[cuts] = used
        cuts += 1
    return Sets(found[:used], ends[:cuts])


def moat_cuts(moats: Moats) -> Sets:
    """Return all sets that an ascent has raised."""
    order = np.lexsort((moats.node, moats.level, moats.owner))
    return Sets(*unfold(moats.owner[order], moats.node[order], moats.level[order], moats.raised))


@Kernel
def entering_arcs(
    start: IntArray, head: IntArray, nodes: IntArray, ends: IntArray, is_terminal: BoolArray, root: int
) -> tuple[IntArray, IntArray, IntArray]:
    """List the slots of the arcs into each set that is a cut; return where each list ends, and which set it is.

    Nodes below 0 count as left out.
    """
    mark = np.full(start.shape[0] - 1, -1, dtype=np.int64)
    found = np.empty(head.shape[0] + 1, dtype=np.int64)
    stops = np.empty(ends.shape[0], dtype=np.int64)
    origin = np.empty(ends.shape[0], dtype=np.int64)
    used = 0
    cuts = 0
    begin = 0
    for i in range(ends.shape[0]):
        is_cut = False
        arcs = 0
        for k in range(begin, ends[i]):
            if nodes[k] >= 0 and mark[nodes[k]] != i:
                mark[nodes[k]] = i
                is_cut = is_cut or is_terminal[nodes[k]]
                arcs += start[nodes[k] + 1] - start[nodes[k]]
        if is_cut and mark[root] != i:
            found = _with_room(found, used, arcs)
            for k in range(begin, ends[i]):
                node = nodes[k]
                if node < 0 or mark[node] != i:
                    continue
                mark[node] = -2 - i  # taken
                for p in range(start[node], start[node + 1]):
                    if mark[head[p]] != i and mark[head[p]] != -2 - i:
                        found[used] = p
                        used += 1
            stops[cuts] = used
            origin[cuts] = i
            cuts += 1
        begin = ends[i]
    return found[:used], stops[:cuts], origin[:cuts]
