"""Local search: bring a node from outside into the tree, joined to three or more places of it.

Each way in after the first closes a cycle, and the dearest stretch between key nodes on it goes. A pass looks
once at every node; walks along the tree are bounded, so it is near-linear.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.rooted import Cells, Roads, Rooted, divide, hang
from expansion.network.steiner.types import BoolArray, IntArray

FARTHEST = 300
"""Tree nodes walked to find what a way in makes superfluous."""
MOST_WAYS = 8


class Ways(NamedTuple):
    """Ways from a node into the tree, cheapest first, one for each place they lead to.

    ``low`` and ``high`` bound the stretch that the way makes superfluous; ``low`` is -1 for the first way.
    """

    cost: IntArray
    slot: IntArray
    place: IntArray
    low: IntArray
    high: IntArray


@inner
def _list_ways(roads: Roads, cells: Cells, is_gone: BoolArray, node: int, ways: Ways) -> int:
    """Fill in the ways from `node` over its edges; return their number."""
    count = 0
    for p in range(roads.start[node], roads.start[node + 1]):
        other = roads.head[p]
        place = cells.source[other]
        if count == MOST_WAYS or place < 0 or is_gone[place]:
            continue
        cost = roads.length[p] + cells.distance[other]
        at = 0
        while at < count and ways.place[at] != place:
            at += 1
        if at == count:
            count += 1
        elif ways.cost[at] <= cost:
            continue
        while at > 0 and ways.cost[at - 1] > cost:
            ways.cost[at] = ways.cost[at - 1]
            ways.slot[at] = ways.slot[at - 1]
            ways.place[at] = ways.place[at - 1]
            at -= 1
        ways.cost[at] = cost
        ways.slot[at] = p
        ways.place[at] = place
    return count


@inner
def _is_cut(tree: Rooted, ways: Ways, count: int, node: int) -> bool:
    """Tell whether the tree edge above `node` lies on a stretch that an earlier way has made superfluous."""
    for i in range(count):
        low = ways.low[i]
        if low < 0 or not tree.enter[node] <= tree.enter[low] < tree.leave[node]:
            continue
        if tree.depth[node] > tree.depth[ways.high[i]]:
            return True
    return False


@inner
def _longest_stretch(
    tree: Rooted, is_touched: BoolArray, ways: Ways, count: int, first: int, second: int
) -> tuple[int, int, int]:
    """Return cost and ends of the dearest stretch on the tree path between two places.

    The cost is -1 if the path is cut, touched or too long.
    """
    best = 0
    low = -1
    high = -1
    a = first
    b = second
    run_a = first
    run_b = second
    for _ in range(FARTHEST):
        if a == b:
            return best, low, high
        if tree.depth[a] < tree.depth[b]:
            a, b = b, a
            run_a, run_b = run_b, run_a
        if is_touched[a] or _is_cut(tree, ways, count, a):
            return -1, -1, -1
        a = tree.parent[a]
        if tree.height[run_a] - tree.height[a] > best and (tree.is_key[a] or a == b):
            best = tree.height[run_a] - tree.height[a]
            low = run_a
            high = a
        if tree.is_key[a]:
            run_a = a
    return -1, -1, -1


@inner
def _weigh(tree: Rooted, is_touched: BoolArray, ways: Ways, count: int) -> int:
    """Keep the ways that pay, in front; return their number, or 0 if all together do not."""
    ways.low[0] = -1
    kept = 1
    gain = -ways.cost[0]
    for i in range(1, count):
        for j in range(kept):
            cost, low, high = _longest_stretch(tree, is_touched, ways, kept, ways.place[i], ways.place[j])
            if cost > ways.cost[i]:
                gain += cost - ways.cost[i]
                ways.cost[kept] = ways.cost[i]
                ways.slot[kept] = ways.slot[i]
                ways.place[kept] = ways.place[i]
                ways.low[kept] = low
                ways.high[kept] = high
                kept += 1
            if cost >= 0:
                break
    return kept if gain > 0 else 0


@inner
def _touch_between(tree: Rooted, is_touched: BoolArray, a: int, b: int) -> None:
    while a != b:
        if tree.depth[a] < tree.depth[b]:
            a, b = b, a
        is_touched[a] = True
        a = tree.parent[a]


@inner
def _bring_in(
    roads: Roads, tree: Rooted, cells: Cells, ways: Ways, kept: int, result: BoolArray, is_gone: BoolArray
) -> None:
    """Take the superfluous stretches out and put the ways in."""
    for i in range(1, kept):
        node = ways.low[i]
        while node != ways.high[i]:
            result[tree.up[node]] = False
            if node != ways.low[i]:
                is_gone[node] = True
            node = tree.parent[node]
    for i in range(kept):
        slot = ways.slot[i]
        node = roads.head[slot]
        result[roads.edge[slot]] = True
        while tree.enter[node] < 0:
            slot = cells.slot[node]
            result[roads.edge[slot]] = True
            node = roads.head[roads.back[slot]]


@Kernel
def insertion_pass(roads: Roads, in_tree: BoolArray, is_terminal: BoolArray, root: int) -> tuple[BoolArray, int]:
    """Look once at every node outside the tree; return the changed tree and the number of moves."""
    size = roads.start.shape[0] - 1
    tree = hang(roads, in_tree, is_terminal, root)
    cells = divide(roads, tree)
    result = in_tree.copy()
    is_touched = np.zeros(size, dtype=np.bool_)
    is_gone = np.zeros(size, dtype=np.bool_)
    ways = Ways(
        np.empty(MOST_WAYS, dtype=np.int64),
        np.empty(MOST_WAYS, dtype=np.int64),
        np.empty(MOST_WAYS, dtype=np.int64),
        np.empty(MOST_WAYS, dtype=np.int64),
        np.empty(MOST_WAYS, dtype=np.int64),
    )
    moves = 0
    for node in range(size):
        if tree.enter[node] >= 0 or roads.start[node + 1] - roads.start[node] < 3:
            continue
        count = _list_ways(roads, cells, is_gone, node, ways)
        kept = _weigh(tree, is_touched, ways, count) if count >= 3 else 0
        if kept < 3:
            continue
        for i in range(1, kept):
            for j in range(i):
                _touch_between(tree, is_touched, ways.place[i], ways.place[j])
        _bring_in(roads, tree, cells, ways, kept, result, is_gone)
        moves += 1
    return result, moves
