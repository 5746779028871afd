"""Local search: exchange key paths and eliminate key vertices, in near-linear passes.

A pass hangs the tree once and looks at every key node from the leaves up. A move that pays is made
at once in a copy of the tree; moves that would touch what an earlier one has changed wait for the
next pass.

References
----------
E. Uchoa, R. F. Werneck, "Fast local search for the Steiner problem in graphs",
ACM Journal of Experimental Algorithmics 17 (2012).
"""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.graph import Graph, mask_of
from expansion.network.steiner.heaps import meld
from expansion.network.steiner.insertion import insertion_pass
from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.repair import Pass, gather, offer, offer_repaired, repair, side_of
from expansion.network.steiner.rooted import Bridges, Cells, Roads, Rooted, bridge, divide, hang
from expansion.network.steiner.trees import induced_tree
from expansion.network.steiner.types import INFINITE, BoolArray, IntArray


@inner
def _offer_bridges(
    tree: Rooted,
    bridges: Bridges,
    scratch: Pass,
    roots: IntArray,
    limit: int,
    tick: int,
    best: IntArray,
    through: IntArray,
) -> None:
    """Offer, per subtree, the edges out of it up to the cheapest one that leads above all of them.

    What is taken off the heaps lies within the subtree of the next key node above, and is never missed.
    """
    above = roots.shape[0]
    for i in range(above):
        top = bridges.top[roots[i]]
        while top >= 0 and bridges.cost[top] < limit:
            far = bridges.far[top]
            is_usable = not scratch.is_gone[far] and not scratch.is_gone[bridges.near[top]]
            if is_usable and scratch.mark[far] != tick:
                side = side_of(tree, roots, far)
                if side != i:
                    offer(best, through, i, side, bridges.cost[top], top >> 1)
                if side == above:
                    break
            top = meld(bridges.left, bridges.right, bridges.cost, bridges.left[top], bridges.right[top])
        bridges.top[roots[i]] = top


@inner
def _join(best: IntArray, through: IntArray, limit: int) -> tuple[int, IntArray]:
    """Return the cost and the edges of the cheapest tree over all sides; at least `limit` if there is none."""
    sides = best.shape[0]
    joined = np.zeros(sides, dtype=np.bool_)
    joined[sides - 1] = True
    chosen = np.empty(sides - 1, dtype=np.int64)
    total = 0
    for step in range(sides - 1):
        least = INFINITE
        target = -1
        for a in range(sides):
            for b in range(sides):
                if joined[a] and not joined[b] and best[a, b] < least:
                    least = best[a, b]
                    target = b
                    chosen[step] = through[a, b]
        total += least
        if total >= limit:
            break
        joined[target] = True
    return total, chosen


@inner
def _trace(roads: Roads, tree: Rooted, cells: Cells, scratch: Pass, node: int, tick: int) -> int:
    """Put the path from `node` back to the tree into the result; return where it ends."""
    while True:
        if scratch.mark[node] == tick:
            slot = scratch.slot[node]
        elif tree.enter[node] >= 0:
            return node
        else:
            slot = cells.slot[node]
        scratch.result[roads.edge[slot]] = True
        node = roads.head[roads.back[slot]]


@inner
def _touch(tree: Rooted, scratch: Pass, a: int, b: int) -> None:
    """Mark the tree path between two tree nodes as lying on a cycle."""
    while a != b:
        if tree.depth[a] < tree.depth[b]:
            a, b = b, a
        scratch.is_touched[a] = True
        a = tree.parent[a]


@inner
def _insert(
    roads: Roads, tree: Rooted, cells: Cells, scratch: Pass, u: IntArray, v: IntArray, edge: int, tick: int
) -> None:
    """Put `edge` and the paths from its ends to the tree into the result."""
    scratch.result[edge] = True
    a = _trace(roads, tree, cells, scratch, u[edge], tick)
    b = _trace(roads, tree, cells, scratch, v[edge], tick)
    _touch(tree, scratch, a, b)


@inner
def _removed_nodes(tree: Rooted, scratch: Pass, roots: IntArray, hub: int, removed: IntArray) -> tuple[int, int]:
    """List the inner nodes of the paths from `roots` up to `hub`; return their number and the cost.

    The cost is -1 if some edge on the way is touched.
    """
    count = 0
    cost = 0
    for i in range(roots.shape[0]):
        node = roots[i]
        while node != hub:
            if scratch.is_touched[node]:
                return 0, -1
            if node != roots[i]:
                removed[count] = node
                count += 1
            node = tree.parent[node]
        cost += tree.height[roots[i]] - tree.height[hub]
    return count, cost


@inner
def _replace(
    roads: Roads,
    tree: Rooted,
    cells: Cells,
    bridges: Bridges,
    scratch: Pass,
    u: IntArray,
    v: IntArray,
    roots: IntArray,
    removed: IntArray,
    limit: int,
    tick: int,
) -> bool:
    """Take the paths through the `removed` nodes out, of cost `limit`, if the sides join at less."""
    sides = roots.shape[0] + 1
    best = np.full((sides, sides), INFINITE, dtype=np.int64)
    through = np.full((sides, sides), -1, dtype=np.int64)
    count = gather(cells, scratch, removed, tick)
    repair(roads, tree, cells, scratch, roots, count, limit, tick)
    offer_repaired(roads, tree, cells, scratch, roots, count, limit, tick, best, through)
    _offer_bridges(tree, bridges, scratch, roots, limit, tick, best, through)
    cost, chosen = _join(best, through, limit)
    if cost >= limit:
        return False
    for i in range(roots.shape[0]):
        scratch.result[tree.up[roots[i]]] = False
    for node in removed:
        scratch.is_gone[node] = True
        scratch.result[tree.up[node]] = False
    for edge in chosen:
        _insert(roads, tree, cells, scratch, u, v, edge, tick)
    return True


@inner
def _shorten(tree: Rooted, scratch: Pass, start: int, stop: int, cost: int) -> bool:
    """Take out the tree path from `start` up to `stop` if it costs more than `cost` and is untouched."""
    if tree.height[start] - tree.height[stop] <= cost:
        return False
    node = start
    while node != stop:
        if scratch.is_touched[node]:
            return False
        node = tree.parent[node]
    node = start
    while node != stop:
        scratch.result[tree.up[node]] = False
        if node != start:
            scratch.is_gone[node] = True
        node = tree.parent[node]
    return True


@inner
def _cut_beside(tree: Rooted, scratch: Pass, a: int, b: int, cost: int) -> bool:
    """Take out the part of a path next to its inner node `a` that a bridge to `b` makes superfluous."""
    if tree.is_key[a]:
        return False
    if tree.enter[a] <= tree.enter[b] < tree.leave[a]:
        below = tree.below[a]
        return _shorten(tree, scratch, b if tree.below[b] == below else below, a, cost)
    above = tree.above[a]
    stop = b if not tree.is_key[b] and tree.below[b] == tree.below[a] else above
    return _shorten(tree, scratch, a, stop, cost)


@inner
def _cut_corners(
    roads: Roads, tree: Rooted, cells: Cells, bridges: Bridges, scratch: Pass, u: IntArray, v: IntArray
) -> int:
    """Make every bridge that ends within a key path and costs less than the part of it that it replaces."""
    moves = 0
    for edge in range(u.shape[0]):
        entry = 2 * edge
        cost = bridges.cost[entry]
        if cost >= INFINITE:
            continue
        a = bridges.near[entry]
        b = bridges.far[entry]
        if scratch.is_gone[a] or scratch.is_gone[b]:
            continue
        if _cut_beside(tree, scratch, a, b, cost) or _cut_beside(tree, scratch, b, a, cost):
            _insert(roads, tree, cells, scratch, u, v, edge, 0)
            moves += 1
    return moves


@inner
def _lower_key_nodes(roads: Roads, tree: Rooted, in_tree: BoolArray, node: int) -> IntArray:
    """Return the key nodes at the lower ends of the paths that hang from a key node."""
    found = np.empty(tree.degree[node], dtype=np.int64)
    count = 0
    for p in range(roads.start[node], roads.start[node + 1]):
        if in_tree[roads.edge[p]] and roads.edge[p] != tree.up[node]:
            found[count] = tree.below[roads.head[p]]
            count += 1
    return found[:count]


@inner
def _meld_below(tree: Rooted, bridges: Bridges, roots: IntArray, node: int) -> None:
    """Join the heaps of all that hangs from key node `node`."""
    for i in range(roots.shape[0]):
        below = roots[i]
        while below != node:
            bridges.top[node] = meld(bridges.left, bridges.right, bridges.cost, bridges.top[node], bridges.top[below])
            below = tree.parent[below]


@Kernel
def search_pass(
    roads: Roads, u: IntArray, v: IntArray, in_tree: BoolArray, is_terminal: BoolArray, root: int
) -> tuple[BoolArray, int]:
    """Look once at every key node and every bridge; return the changed tree and the number of moves."""
    size = roads.start.shape[0] - 1
    tree = hang(roads, in_tree, is_terminal, root)
    cells = divide(roads, tree)
    bridges = bridge(roads, cells, in_tree)
    scratch = Pass(
        in_tree.copy(),
        np.zeros(size, dtype=np.bool_),
        np.zeros(size, dtype=np.bool_),
        np.full(size, -1, dtype=np.int64),
        np.full(size, INFINITE, dtype=np.int64),
        np.full(size, -1, dtype=np.int64),
        np.full(size, -1, dtype=np.int64),
        np.empty(size, dtype=np.int64),
        np.full(size, -1, dtype=np.int64),
        np.empty(size, dtype=np.int64),
    )
    removed = np.empty(size, dtype=np.int64)
    single = np.empty(1, dtype=np.int64)
    moves = 0
    tick = 0
    for i in range(tree.order.shape[0] - 1, 0, -1):
        node = tree.order[i]
        if not tree.is_key[node]:
            continue
        single[0] = node
        roots = _lower_key_nodes(roads, tree, in_tree, node)
        count, cost = _removed_nodes(tree, scratch, single, tree.above[node], removed)
        if cost >= 0 and not is_terminal[node]:
            more, below = _removed_nodes(tree, scratch, roots, node, removed[count:])
            if below >= 0:
                removed[count + more] = node
                tick += 1
                moves += _replace(
                    roads, tree, cells, bridges, scratch, u, v, roots,
                    removed[: count + more + 1], cost + below, tick,
                )  # fmt: skip
        _meld_below(tree, bridges, roots, node)
        count, cost = _removed_nodes(tree, scratch, single, tree.above[node], removed)
        if cost >= 0:
            tick += 1
            moves += _replace(roads, tree, cells, bridges, scratch, u, v, single, removed[:count], cost, tick)
    moves += _cut_corners(roads, tree, cells, bridges, scratch, u, v)
    return scratch.result, moves


def improve_tree(graph: Graph, tree: IntArray, is_terminal: BoolArray, passes: int = 30) -> IntArray:
    """Improve a tree until no move pays, or `passes` are over; return ascending edge ids."""
    tree = induced_tree(graph, tree, is_terminal)
    roads = Roads(graph.start, graph.head, graph.edge, graph.back, graph.length)
    root = int(np.flatnonzero(is_terminal)[0])
    for _ in range(passes):
        if len(tree) == 0:
            break
        in_tree = mask_of(len(graph.u), tree)
        result, moves = search_pass(roads, graph.u, graph.v, in_tree, is_terminal, root)
        if moves == 0:
            result, moves = insertion_pass(roads, in_tree, is_terminal, root)
        changed = induced_tree(graph, np.flatnonzero(result), is_terminal)
        if moves == 0 or graph.cost[changed].sum() >= graph.cost[tree].sum():
            break
        tree = changed
    return tree
