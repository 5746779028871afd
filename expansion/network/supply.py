"""Hang the route from the operator's network: one forest from offices and fibers down to every location."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from expansion.network.plant import nearest_nodes
from expansion.plan.graph import EdgePrices, FloatArray, IntArray, RoadGraph
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
    office_node = nearest_nodes(shapely.get_coordinates(offices.geometry.to_numpy()), graph.x, graph.y)
    existing = np.nonzero(prices.existing != "")[0]
    label = _labels(graph, existing)
    with_office = np.unique(label[office_node])
    on_fiber = np.unique(np.r_[graph.u[existing], graph.v[existing]])
    loose = on_fiber[~np.isin(label[on_fiber], with_office)]
    _, first = np.unique(label[loose], return_index=True)
    nodes = np.unique(np.r_[office_node, loose[first]])
    return Roots(office_node, tuple(offices["plant_id"]), nodes)


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
    from_root_m
        Per node: route meters to its root; NaN outside.
    is_existing
        Per edge of the graph: the operator's fiber lies there.
    """

    tree: RootedTree
    top: int
    from_root_m: FloatArray
    is_existing: np.ndarray

    def tap(self, node: int) -> int:
        """First node on the way up from `node` that lies on existing fiber or is a root."""
        parent, edge = self.tree.parent, self.tree.parent_edge
        while parent[node] != self.top and parent[node] >= 0 and not self.is_existing[edge[node]]:
            node = int(parent[node])
        return node


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
    reach = distance.copy()
    reach[~np.isfinite(reach)] = np.nan
    return Supply(tree, top, reach, prices.existing != "")


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


def paths_union(tree: RootedTree, nodes: IntArray) -> list[int]:
    """Nodes on the ways from `nodes` up to the tree's root, the root left out, each once, ascending."""
    seen: set[int] = set()
    parent = tree.parent
    for start in nodes.tolist():
        node = int(start)
        while node != tree.root and node >= 0 and node not in seen:
            seen.add(node)
            node = int(parent[node])
    return sorted(seen)


def common_top(tree: RootedTree, nodes: IntArray) -> int:
    """Lowest node above (or equal to) all of `nodes`."""
    path = tree.path_up(int(nodes[0]))
    rank = {node: place for place, node in enumerate(path)}
    best = 0
    for start in nodes[1:].tolist():
        node = int(start)
        while node not in rank:
            node = int(tree.parent[node])
        best = max(best, rank[node])
    return path[best]
