"""Undirected graphs as edge arrays and as compressed adjacency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from expansion.network.steiner.types import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph without loops, in both forms.

    ``start[x]:start[x + 1]`` are the slots of node ``x``; slot ``p`` leads to node ``head[p]``
    over edge ``edge[p]`` at ``length[p]``; ``back[p]`` is the slot of the same edge at the other end.
    """

    u: IntArray
    v: IntArray
    cost: IntArray
    start: IntArray
    head: IntArray
    edge: IntArray
    back: IntArray
    length: IntArray

    @property
    def size(self) -> int:
        """Number of nodes."""
        return len(self.start) - 1


def build_graph(node_count: int, u: IntArray, v: IntArray, cost: IntArray) -> Graph:
    """Index the edges by node; slots of a node follow the order of the edges."""
    count = len(u)
    tails, heads = np.concatenate([u, v]), np.concatenate([v, u])
    order = np.argsort(tails, kind="stable")
    place = np.empty(2 * count, np.int64)
    place[order] = np.arange(2 * count)
    start = np.zeros(node_count + 1, np.int64)
    np.cumsum(np.bincount(tails, minlength=node_count), out=start[1:])
    edge = order % count if count else order
    back = place[(order + count) % (2 * count)] if count else order
    return Graph(u, v, cost, start, heads[order], edge, back, cost[edge])


def cheapest_parallel(u: IntArray, v: IntArray, cost: IntArray) -> IntArray:
    """Return the edges to keep when loops and dearer parallel edges go, sorted by ends, then cost.

    Among equal ones the lowest position stays.
    """
    low, high = np.minimum(u, v), np.maximum(u, v)
    ends = low * (int(high.max(initial=0)) + 1) + high
    order = np.argsort(ends, kind="stable")
    order = order[low[order] != high[order]]
    again = np.diff(ends[order]) == 0
    if again.any():
        # by cost within runs of equal ends
        inside = np.append(False, again) | np.append(again, False)
        run = order[inside]
        order[inside] = run[np.lexsort((cost[run], ends[run]))]
        order = order[np.append(True, ~again)]
    return np.asarray(order, dtype=np.int64)


def component_labels(node_count: int, u: IntArray, v: IntArray) -> IntArray:
    """Label each node with its connected component."""
    ones = np.ones(len(u), dtype=np.int8)
    matrix = coo_array((ones, (u, v)), shape=(node_count, node_count))
    return np.asarray(connected_components(matrix, directed=False)[1], dtype=np.int64)


def as_matrix(graph: Graph) -> csr_array:
    """Return the adjacency as a sparse matrix of float costs (exact below 2**53)."""
    return csr_array(
        (graph.length.astype(np.float64), graph.head.astype(np.int32), graph.start.astype(np.int32)),
        shape=(graph.size, graph.size),
    )


def spans(node_count: int, u: IntArray, v: IntArray, edges: IntArray, terminals: IntArray) -> bool:
    """Tell whether `edges` join all `terminals`."""
    if len(terminals) < 2:
        return True
    labels = component_labels(node_count, u[edges], v[edges])
    return bool((labels[terminals] == labels[terminals[0]]).all())


def mask_of(count: int, members: IntArray) -> BoolArray:
    """Return a boolean array that is true at `members`."""
    mask = np.zeros(count, dtype=np.bool_)
    mask[members] = True
    return mask
