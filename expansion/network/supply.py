"""Hang the route from the operator's network: one forest from offices and fibers down to every location."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from expansion.network.plant import nearest_nodes
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.trees import RootedTree


@dataclass(frozen=True, slots=True)
class Roots:
    """Where the operator's network stands.

    `office_node` and `office_id` are parallel, by plant id; `nodes` are all nodes from which a route may start: the
    offices, and one node of each stretch of existing fiber that reaches no office.
    """

    office_node: IntArray
    office_id: tuple[str, ...]
    nodes: IntArray


def find_roots(inputs: Inputs, graph: RoadGraph, prices: EdgePrices) -> Roots:
    """Locate offices and stretches of existing fiber on the graph."""
    offices = inputs.plant[inputs.plant["kind"] == "co"].sort_values("plant_id")
    # among the roads' own nodes, which come first: those that the graph's components were judged by
    count = sum(1 for name in graph.node_ids if str(name).startswith("n"))
    places = shapely.get_coordinates(offices.geometry.to_numpy())
    office_node = nearest_nodes(places, graph.x[:count], graph.y[:count])
    existing = np.nonzero(prices.existing != "")[0]
    label = _labels(graph, existing)
    with_office = np.unique(label[office_node])
    on_fiber = np.unique(np.r_[graph.u[existing], graph.v[existing]])
    loose = on_fiber[~np.isin(label[on_fiber], with_office)]
    _, first = np.unique(label[loose], return_index=True)
    nodes = np.unique(np.r_[office_node, loose[first]])
    return Roots(office_node, tuple(offices["plant_id"]), nodes)


def root_nodes(inputs: Inputs, graph: RoadGraph, prices: EdgePrices) -> IntArray:
    """Nodes from which a route may start; see `find_roots`."""
    return find_roots(inputs, graph, prices).nodes


def offices_above(
    inputs: Inputs, graph: RoadGraph, prices: EdgePrices, edges: IntArray, nodes: list[int]
) -> list[tuple[str, int]]:
    """Name, per node of a route, the office at which its way to the core ends, and that office's node.

    Where the way ends on a fiber that leads to no office of the study, that is said instead of a name.
    """
    roots = find_roots(inputs, graph, prices)
    supply = hang_supply(graph, prices, roots, edges)
    names = dict(zip(roots.office_node.tolist(), roots.office_id, strict=True))
    ends = [supply.root(node) for node in nodes]
    return [(names.get(end, "fiber without an office"), end) for end in ends]


def _labels(graph: RoadGraph, edges: IntArray) -> IntArray:
    """Component per node when only some edges are kept."""
    size = graph.node_count
    matrix = coo_matrix((np.ones(len(edges)), (graph.u[edges], graph.v[edges])), shape=(size, size))
    _, label = connected_components(matrix, directed=False)
    named: IntArray = label.astype(np.int64)
    return named


@dataclass(frozen=True, slots=True)
class Supply:
    """The forest that light comes down, hung from a virtual node above all roots.

    Attributes
    ----------
    tree
        Node ``top`` (= graph's node count) is the virtual root; its children are `Roots.nodes`. Along existing fiber
        the shortest way is taken.
    top
        The virtual root.
    above, up_edge, away_m
        Per node, as plain lists, for climbing: the next node toward the root, the edge there (-1 for none), and the
        route meters to the root (NaN outside). Meters grow with every step down.
    is_existing
        Per edge of the graph: the operator's fiber lies there.
    begin, end
        Per node the range of what lies below it; see `RootedTree.intervals`.
    """

    tree: RootedTree
    top: int
    above: list[int]
    up_edge: list[int]
    away_m: list[float]
    is_existing: NDArray[np.bool_]
    begin: list[int]
    end: list[int]

    def tap(self, node: int) -> int:
        """First node on the way up from `node` that lies on existing fiber or is a root."""
        while self.above[node] not in (self.top, -1) and not self.is_existing[self.up_edge[node]]:
            node = self.above[node]
        return node

    def root(self, node: int) -> int:
        """Root from which the light of `node` comes."""
        while self.above[node] != self.top:
            node = self.above[node]
        return node

    def meet(self, a: int, b: int) -> int:
        """Lowest node above (or equal to) both."""
        above, away = self.above, self.away_m
        while a != b:
            if away[a] >= away[b]:
                a = above[a]
            else:
                b = above[b]
        return a

    def common_top(self, nodes: Iterable[int]) -> int:
        """Lowest node above (or equal to) all of `nodes`; at least one."""
        return reduce(self.meet, nodes)

    def between_m(self, a: int, b: int) -> float:
        """Route meters between two nodes of the forest."""
        return self.away_m[a] + self.away_m[b] - 2 * self.away_m[self.meet(a, b)]

    def way(self, start: int, end: int) -> tuple[int, ...]:
        """Nodes of the forest from `start` to `end`."""
        above, away = self.above, self.away_m
        head, tail = [start], [end]
        while head[-1] != tail[-1]:
            if away[head[-1]] >= away[tail[-1]]:
                head.append(above[head[-1]])
            else:
                tail.append(above[tail[-1]])
        return (*head, *reversed(tail[:-1]))

    def union_below(self, nodes: Iterable[int], stop: int) -> list[int]:
        """Nodes on the ways from `nodes` up to `stop`, which is above them all and left out; each once."""
        seen: set[int] = set()
        for start in nodes:
            node = start
            while node != stop and node not in seen:
                seen.add(node)
                node = self.above[node]
        return list(seen)


def hang_supply(graph: RoadGraph, prices: EdgePrices, roots: Roots, edges: IntArray) -> Supply:
    """Hang new route edges and existing fiber from the roots.

    Parameters
    ----------
    edges
        New build edges of a route; together with the existing fiber they join everything to the roots without a cycle
        of new build.
    """
    existing = np.nonzero(prices.existing != "")[0]
    used = np.unique(np.r_[edges, existing])
    low, high = np.minimum(graph.u[used], graph.v[used]), np.maximum(graph.u[used], graph.v[used])
    order = np.lexsort((used, graph.length_m[used], high, low))
    used, low, high = used[order], low[order], high[order]
    first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])] & (low != high) if len(used) else low == high
    used, low, high = used[first], low[first], high[first]

    top = graph.node_count
    length = np.maximum(graph.length_m[used], 1e-6)
    rows = np.r_[low, np.full(len(roots.nodes), top)]
    cols = np.r_[high, roots.nodes]
    weight = np.r_[length, np.full(len(roots.nodes), 1e-9)]
    matrix = coo_matrix((np.r_[weight, weight], (np.r_[rows, cols], np.r_[cols, rows])), shape=(top + 1, top + 1))
    distance, above = dijkstra(matrix.tocsr(), indices=top, return_predecessors=True)
    inside = np.nonzero(np.isfinite(distance))[0]
    order = inside[np.lexsort((inside, distance[inside]))].astype(np.int64)
    parent = np.where(above >= 0, above, -1).astype(np.int64)
    tree = RootedTree(top, parent, _parent_edges(parent, order, used, low, high, top), order)
    away = np.where(np.isfinite(distance), distance, np.nan)
    return Supply(
        tree, top, parent.tolist(), tree.parent_edge.tolist(), away.tolist(), prices.existing != "", *tree.intervals()
    )


def _parent_edges(
    parent: IntArray, order: IntArray, used: IntArray, low: IntArray, high: IntArray, top: int
) -> IntArray:
    """Edge id toward the parent; -1 for the top and its children."""
    result = np.full(len(parent), -1, dtype=np.int64)
    nodes = order[(parent[order] >= 0) & (parent[order] != top)]
    if len(nodes) == 0 or len(used) == 0:
        return result
    key = low * (top + 1) + high
    wanted = np.minimum(nodes, parent[nodes]) * (top + 1) + np.maximum(nodes, parent[nodes])
    by_key = np.argsort(key, kind="stable")
    result[nodes] = used[by_key[np.searchsorted(key[by_key], wanted)]]
    return result
