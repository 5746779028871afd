"""Go on from an earlier tree after the graph, its costs or its terminals have changed."""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.exchange import improve_tree
from expansion.network.steiner.graph import Graph, component_labels, mask_of
from expansion.network.steiner.trees import nearest_source, spanning_forest, spanning_tree, with_paths
from expansion.network.steiner.types import BoolArray, IntArray


def mended_tree(graph: Graph, is_terminal: BoolArray, edges: IntArray) -> IntArray:
    """Join what `edges` leave apart, drop what they hold too much, and improve the tree.

    `edges` may be any: cycles, pieces without a terminal and terminals without an edge are all welcome. Edges
    of cost 0 count as given.
    """
    forest = spanning_tree(graph, np.union1d(edges, np.flatnonzero(graph.cost == 0)), is_terminal)
    joined = spanning_tree(graph, np.concatenate([forest, _links(graph, is_terminal, forest)]), is_terminal)
    return improve_tree(graph, joined, is_terminal)


def _links(graph: Graph, is_terminal: BoolArray, forest: IntArray) -> IntArray:
    """Return edges of short paths that join all pieces of a forest, each of which holds a terminal."""
    piece = component_labels(graph.size, graph.u[forest], graph.v[forest])
    inside = is_terminal | mask_of(graph.size, graph.u[forest]) | mask_of(graph.size, graph.v[forest])
    distance, source, slot = nearest_source(graph.start, graph.head, graph.length, np.flatnonzero(inside))
    a, b = piece[source[graph.u]], piece[source[graph.v]]
    bridges = np.flatnonzero((a != b) & (source[graph.u] >= 0) & (source[graph.v] >= 0))
    detour = distance[graph.u[bridges]] + graph.cost[bridges] + distance[graph.v[bridges]]
    order = bridges[np.lexsort((bridges, detour))]
    chosen = order[spanning_forest(graph.size, a, b, order)]
    return with_paths(graph, chosen, slot, np.concatenate([graph.u[chosen], graph.v[chosen]]))


def kept_positions(kept: IntArray, u: IntArray, v: IntArray, edges: IntArray) -> IntArray:
    """Find, among the `kept` of parallel edges, those with the same ends as `edges`; loops have none.

    Returns positions in `kept`, ascending.
    """
    span = int(max(u.max(initial=0), v.max(initial=0))) + 1
    key = np.minimum(u, v) * span + np.maximum(u, v)
    return np.flatnonzero(np.isin(key[kept], key[edges]))
