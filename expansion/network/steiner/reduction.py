"""An instance that shrinks while its best tree stays within reach.

Every step keeps an optimal tree (or, once a tree is known, every strictly better one) and is
recorded so that a tree of the small instance maps back to edges of the given graph.
"""

from __future__ import annotations

from copy import copy

import numpy as np

from expansion.network.steiner.degree import remove_small_degrees
from expansion.network.steiner.graph import Graph, build_graph, cheapest_parallel, component_labels
from expansion.network.steiner.types import BoolArray, IntArray


class Instance:
    """A shrinking Steiner instance.

    Attributes
    ----------
    is_terminal
        Flag per node of `graph`.
    place
        Node of `graph` that each node of the given graph has become; -1 if it is gone.
    offset
        Cost of the edges fixed so far; a tree of `graph` costs this more in the given graph.
    is_split
        True once no tree of what is left joins the terminals: nothing better than the tree
        already known exists.
    """

    def __init__(self, graph: Graph, terminals: IntArray) -> None:
        u, v, cost = graph.u, graph.v, graph.cost
        free = np.flatnonzero(cost == 0)
        merged = component_labels(graph.size, u[free], v[free])
        self.is_terminal: BoolArray = np.zeros(graph.size, dtype=np.bool_)
        self.is_terminal[merged[terminals]] = True
        self.place: IntArray = merged
        self.offset = 0
        self.is_split = False
        self._fixed = [free]
        self._parts = [np.full((len(u), 2), -1, dtype=np.int64)]
        self._ids = np.arange(len(u))
        self._graph: Graph | None = None
        self._assemble(graph.size, merged[u], merged[v], cost, self._ids)

    @property
    def graph(self) -> Graph:
        """What is left, without loops and parallel edges; indexed when asked for."""
        if self._graph is None:
            self._graph = build_graph(self._size, *self._edges)
        return self._graph

    @property
    def edge_count(self) -> int:
        """Number of edges left."""
        return len(self._ids)

    @property
    def terminals(self) -> IntArray:
        """Nodes that have to be joined, ascending."""
        return np.flatnonzero(self.is_terminal)

    @property
    def is_solved(self) -> bool:
        """True when nothing is left to decide."""
        return self.is_split or self.edge_count == 0 or int(self.is_terminal.sum()) < 2

    def cost_of(self, tree: IntArray) -> int:
        """Cost of a tree of `graph`, counted in the given graph."""
        return int(self._edges[2][tree].sum()) + self.offset

    def original_edges(self, tree: IntArray) -> IntArray:
        """Edges of the given graph behind a tree of `graph`, with all that is fixed."""
        parts = np.concatenate(self._parts)
        front = np.concatenate([self._ids[tree], *self._fixed])
        found = []
        while len(front):
            whole = parts[front, 0] < 0
            found.append(front[whole])
            front = parts[front[~whole]].ravel()
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def copy(self) -> Instance:
        """Return an instance that shrinks on its own."""
        twin = copy(self)
        twin._fixed = self._fixed.copy()
        twin._parts = self._parts.copy()
        return twin

    def with_terminal(self, node: int) -> Instance:
        """Return a copy whose trees have to hold `node`."""
        twin = self.copy()
        twin.is_terminal = self.is_terminal.copy()
        twin.is_terminal[node] = True
        return twin

    def without_node(self, node: int) -> Instance:
        """Return a copy whose trees leave `node` out."""
        twin = self.copy()
        u, v, _ = self._edges
        twin.keep_edges((u != node) & (v != node))
        return twin

    def keep_edges(self, kept: BoolArray) -> None:
        """Drop all other edges, then what that leaves idle."""
        u, v, cost = self._edges
        self._assemble(self._size, u[kept], v[kept], cost[kept], self._ids[kept])

    def contract(self, edges: IntArray) -> None:
        """Fix `edges` as part of the tree and merge their ends."""
        u, v, cost = self._edges
        merged = component_labels(self._size, u[edges], v[edges])
        is_terminal = np.zeros(self._size, dtype=np.bool_)
        is_terminal[merged[self.is_terminal]] = True
        self.is_terminal = is_terminal
        self._move(merged)
        self._fix(self._ids[edges], int(cost[edges].sum()))
        self._assemble(self._size, merged[u], merged[v], cost, self._ids)

    def remove_small_degrees(self) -> None:
        """Remove nodes of degree one and two as long as there are any."""
        is_terminal = self.is_terminal.copy()
        forest, count, fixed = remove_small_degrees(*self._edges, is_terminal)
        pool = sum(len(part) for part in self._parts)
        ids = np.concatenate([self._ids, pool + np.arange(count - self.edge_count)])
        self._parts.append(ids[forest.parts[self.edge_count : count]])
        self._fix(ids[fixed], int(forest.cost[fixed].sum()))
        self.is_terminal = is_terminal
        self._move(_heirs(forest.ends[2 * fixed], forest.ends[2 * fixed + 1], is_terminal))
        alive = np.flatnonzero(forest.alive)
        u, v = forest.ends[2 * alive], forest.ends[2 * alive + 1]
        self._assemble(self._size, u, v, forest.cost[alive], ids[alive])

    @property
    def names(self) -> IntArray:
        """Node of the given graph, the first of several, behind each node of `graph`."""
        given = np.flatnonzero(self.place >= 0)[::-1]
        names = np.full(self._size, -1, dtype=np.int64)
        names[self.place[given]] = given
        return names

    def _move(self, target: IntArray) -> None:
        self.place = np.where(self.place >= 0, target[self.place], -1)

    def _fix(self, ids: IntArray, cost: int) -> None:
        self._fixed.append(ids)
        self.offset += cost

    def _assemble(self, size: int, u: IntArray, v: IntArray, cost: IntArray, ids: IntArray) -> None:
        """Keep the cheapest of parallel edges in the component with the terminals, and number its nodes anew."""
        labels = component_labels(size, u, v)
        homes = np.unique(labels[self.is_terminal])
        self.is_split = self.is_split or len(homes) > 1
        stays = np.isin(labels, homes)
        number = np.cumsum(stays) - 1
        self._move(np.where(stays, number, -1))
        self.is_terminal = self.is_terminal[stays]
        inside = np.flatnonzero(stays[u])
        low, high = number[np.minimum(u[inside], v[inside])], number[np.maximum(u[inside], v[inside])]
        kept = cheapest_parallel(low, high, cost[inside])
        self._ids = ids[inside[kept]]
        self._size, self._edges = int(stays.sum()), (low[kept], high[kept], cost[inside[kept]])
        self._graph = None


def _heirs(u: IntArray, v: IntArray, is_terminal: BoolArray) -> IntArray:
    """Return the node that stands for each node after the edges given were fixed from their leaves on."""
    size = len(is_terminal)
    labels = component_labels(size, u, v)
    heir = np.arange(size)
    ends = np.unique(np.concatenate([u, v]))
    last = ends[is_terminal[ends]]
    keeper = np.full(size, -1, dtype=np.int64)
    keeper[labels[last]] = last
    heir[ends] = keeper[labels[ends]]
    return heir
