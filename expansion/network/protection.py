"""A second way between two nodes that shares no trench with the first, at least cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

from expansion.plan.graph import FloatArray, IntArray, RoadGraph

_PER_METER = 1e-4  # cents: of equally dear ways the shorter
_LEAST = 1e-9  # sparse routines take 0 for "no edge"


@dataclass(frozen=True, slots=True)
class TwoWays:
    """Two ways between two nodes.

    Attributes
    ----------
    first, second
        Rows of the edges, in order; `first` holds less new build.
    new
        Rows of the edges to be built for them, ascending.
    shared
        Rows of the edges that both must use, ascending: bridges, without which the two nodes fall apart. Empty where
        the ways are disjoint.
    cents
        Price of `new`: least among all pairs of ways that share no more edges than need be.
    """

    first: IntArray
    second: IntArray
    new: IntArray
    shared: IntArray
    cents: int


def find_two_ways(
    graph: RoadGraph, cents: IntArray, standing: NDArray[np.bool_], allowed: NDArray[np.bool_], start: int, end: int
) -> TwoWays | None:
    """Find two edge-disjoint ways of least new build between two nodes.

    Two units of flow are sent at least cost (Suurballe's algorithm: shortest way, then shortest way in what it leaves).
    An edge that stands, or is built for the plan anyway, costs nothing; each carries one of the ways. Where some edge
    has to carry both, it does, and as few do as possible.

    Parameters
    ----------
    graph
        Edges; parallel ones are trenches of their own.
    cents
        Price of each edge.
    standing
        Per edge: built anyway, so it costs nothing more.
    allowed
        Per edge: may be used.
    start, end
        Nodes to join twice.

    Returns
    -------
    TwoWays or None
        None where not even one way joins the nodes.

    References
    ----------
    Suurballe, Tarjan, A quick method for finding shortest pairs of disjoint paths, Networks 14 (1984).
    """
    none = np.zeros(0, dtype=np.int64)
    if start == end:
        return TwoWays(none, none, none, none, 0)
    arcs = _Arcs.of(graph, np.where(standing, 0, cents) + _PER_METER * graph.length_m, allowed)
    first, potential = arcs.shortest(start, end)
    if first is None:
        return None
    second, _ = arcs.residual(first, potential).shortest(start, end)
    if second is None:  # cannot be: the first way may be taken twice
        return None
    ways = _untangle(arcs, first, second, start, end)
    new_of = [int(np.where(standing[way], 0, cents[way]).sum()) for way in ways]
    low, high = ways if new_of[0] <= new_of[1] else ways[::-1]
    used, times = np.unique(np.r_[low, high], return_counts=True)
    new = used[~standing[used]]
    return TwoWays(low, high, new, used[times > 1], int(cents[new].sum()))


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Both directions of edges as arcs; of parallel edges all but one lead over a node of their own.

    Arcs of one edge share its row in `edge`, and `pair` names the arc of the other direction.
    """

    size: int
    tail: IntArray
    head: IntArray
    weight: FloatArray
    edge: IntArray
    pair: IntArray

    @classmethod
    def of(cls, graph: RoadGraph, weight: FloatArray, allowed: NDArray[np.bool_]) -> _Arcs:
        """Make the arcs of the allowed edges."""
        rows = np.flatnonzero(allowed & (graph.u != graph.v))
        low, high = np.minimum(graph.u[rows], graph.v[rows]), np.maximum(graph.u[rows], graph.v[rows])
        order = np.lexsort((rows, high, low))
        again = np.r_[False, (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0)][: len(order)]
        twins = np.sort(rows[order][again])
        single = np.setdiff1d(rows, twins)
        middle = graph.node_count + np.arange(len(twins))
        tail = np.r_[graph.u[single], graph.u[twins], middle]
        head = np.r_[graph.v[single], middle, graph.v[twins]]
        half = weight[twins] / 2
        one_way, owner = np.r_[weight[single], half, half], np.r_[single, twins, twins]
        count = len(tail)
        pair = np.r_[np.arange(count) + count, np.arange(count)]
        return cls(graph.node_count + len(twins), np.r_[tail, head], np.r_[head, tail], np.r_[one_way, one_way],
                   np.r_[owner, owner], pair)  # fmt: skip

    def matrix(self) -> csr_matrix:
        """Sparse matrix of the arcs; there are no parallel ones."""
        weight = np.maximum(self.weight, _LEAST)
        return coo_matrix((weight, (self.tail, self.head)), shape=(self.size, self.size)).tocsr()

    def shortest(self, start: int, end: int) -> tuple[IntArray | None, FloatArray]:
        """Arcs of a shortest way, in order (None for none), and the distance of every node."""
        distance, before = dijkstra(self.matrix(), indices=start, return_predecessors=True)
        if not np.isfinite(distance[end]):
            return None, distance
        key = self.tail * self.size + self.head
        order = np.argsort(key, kind="stable")
        way, node = [], end
        while node != start:
            wanted = int(before[node]) * self.size + node
            way.append(int(order[np.searchsorted(key[order], wanted)]))
            node = int(before[node])
        return np.array(way[::-1], dtype=np.int64), distance

    def residual(self, way: IntArray, potential: FloatArray) -> _Arcs:
        """Leave what the way leaves: weights reduced by distance, its arcs dearer than any detour, their pairs free."""
        reached = np.isfinite(potential)
        inside = reached[self.tail] & reached[self.head]
        rise = np.where(reached, potential, 0.0)
        weight = np.maximum(self.weight + rise[self.tail] - rise[self.head], 0.0)
        weight[~inside] = self.weight[~inside]
        weight[way] = 1.0 + float(weight.sum())
        weight[self.pair[way]] = 0.0
        return _Arcs(self.size, self.tail, self.head, weight, self.edge, self.pair)


def _untangle(arcs: _Arcs, first: IntArray, second: IntArray, start: int, end: int) -> tuple[IntArray, IntArray]:
    """Cancel what the two flows send both ways, and follow what is left from start to end twice."""
    taken = set(first.tolist())
    flow = [arc for arc in first.tolist() if int(arcs.pair[arc]) not in set(second.tolist())]
    flow += [arc for arc in second.tolist() if int(arcs.pair[arc]) not in taken]
    leaving: dict[int, list[int]] = {}
    for arc in sorted(flow, reverse=True):
        leaving.setdefault(int(arcs.tail[arc]), []).append(arc)
    ways = []
    for _ in range(2):
        way, node = [], start
        while node != end:
            arc = leaving[node].pop()
            way.append(int(arcs.edge[arc]))
            node = int(arcs.head[arc])
        ways.append(np.array(list(dict.fromkeys(way)), dtype=np.int64))
    return ways[0], ways[1]
