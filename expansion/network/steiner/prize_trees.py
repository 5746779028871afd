"""Trees that may leave prizes behind: pruning, extending, polishing."""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.exchange import improve_tree
from expansion.network.steiner.graph import Graph, mask_of
from expansion.network.steiner.jit import Kernel, inner
from expansion.network.steiner.trees import nearest_source, with_paths
from expansion.network.steiner.types import BoolArray, IntArray


@inner
def _hang(
    start: IntArray, head: IntArray, edge: IntArray, in_tree: BoolArray, top: int, up: IntArray, order: IntArray
) -> int:
    """List the nodes of the tree from `top` down, with the slot that leads to each; return their number."""
    order[0] = top
    count = 1
    i = 0
    while i < count:
        node = order[i]
        i += 1
        for p in range(start[node], start[node + 1]):
            if in_tree[edge[p]] and (up[node] < 0 or edge[p] != edge[up[node]]):
                up[head[p]] = p
                order[count] = head[p]
                count += 1
    return count


@Kernel
def best_part(
    start: IntArray,
    head: IntArray,
    edge: IntArray,
    back: IntArray,
    length: IntArray,
    in_tree: BoolArray,
    prize: IntArray,
    top: int,
) -> tuple[IntArray, int, int]:
    """Return the edges, the top node and the worth of the best connected part of a tree.

    The worth is the prizes in it less its edges. The tree is the one that holds `top`.
    """
    size = start.shape[0] - 1
    order = np.empty(size, dtype=np.int64)
    up = np.full(size, -1, dtype=np.int64)
    worth = prize.copy()
    count = _hang(start, head, edge, in_tree, top, up, order)
    best = top
    for i in range(count - 1, -1, -1):
        node = order[i]
        if worth[node] > worth[best] or (worth[node] == worth[best] and i == 0):
            best = node
        if i > 0:
            worth[head[back[up[node]]]] += max(0, worth[node] - length[up[node]])
    kept = np.empty(count, dtype=np.int64)
    is_kept = np.zeros(size, dtype=np.bool_)
    is_kept[best] = True
    taken = 0
    for i in range(1, count):
        node = order[i]
        if worth[node] > length[up[node]] and is_kept[head[back[up[node]]]] and node != best:
            is_kept[node] = True
            kept[taken] = edge[up[node]]
            taken += 1
    return kept[:taken], best, worth[best]


def nodes_of(graph: Graph, tree: IntArray, root: int) -> IntArray:
    """Return the nodes of a tree, or its one node."""
    return np.unique(np.concatenate([graph.u[tree], graph.v[tree], [root]]))


def polish(graph: Graph, prize: IntArray, tree: IntArray, root: int) -> tuple[IntArray, int]:
    """Extend, improve and prune a tree that holds `root` until its worth stays; return its edges and worth.

    The prize of the root has to be more than all costs.
    """
    best = _pruned(graph, prize, tree, root)
    for _ in range(12):
        tree = _improved(graph, prize, best[0], root)
        found = _pruned(graph, prize, _extended(graph, prize, tree, root), root)
        if found[1] <= best[1]:
            return best
        best = found
    return best


def _pruned(graph: Graph, prize: IntArray, tree: IntArray, root: int) -> tuple[IntArray, int]:
    in_tree = mask_of(len(graph.u), tree)
    kept, _, worth = best_part(graph.start, graph.head, graph.edge, graph.back, graph.length, in_tree, prize, root)
    return np.sort(kept), int(worth)


def _improved(graph: Graph, prize: IntArray, tree: IntArray, root: int) -> IntArray:
    """Join the prizes that the tree collects at lower cost."""
    if len(tree) == 0:
        return tree
    nodes = nodes_of(graph, tree, root)
    is_terminal = mask_of(graph.size, nodes[prize[nodes] > 0])
    is_terminal[root] = True
    return improve_tree(graph, tree, is_terminal)


def _extended(graph: Graph, prize: IntArray, tree: IntArray, root: int) -> IntArray:
    """Add the shortest paths to prizes that are worth them on their own."""
    nodes = nodes_of(graph, tree, root)
    distance, _, slot = nearest_source(graph.start, graph.head, graph.length, nodes)
    worthwhile = np.setdiff1d(np.flatnonzero(distance < prize), nodes)
    paths = with_paths(graph, np.zeros(0, dtype=np.int64), slot, worthwhile)
    return np.union1d(tree, paths)
