"""A rooted prize-collecting instance that shrinks, and the way from its trees back to the edges given."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from expansion.network.steiner.graph import Graph, build_graph, component_labels, mask_of
from expansion.network.steiner.jit import Kernel
from expansion.network.steiner.trees import spanning_forest
from expansion.network.steiner.types import BoolArray, IntArray

REQUIRED = 2**50
"""Prize of a node that has to be in the tree: more than all costs together."""


@Kernel
def _unfold(taken: BoolArray, entries: IntArray) -> BoolArray:
    """Take everything that stands behind what is taken; names of `entries` follow those of edges."""
    given = taken.shape[0] - entries.shape[0]
    for i in range(entries.shape[0] - 1, -1, -1):
        if taken[given + i]:
            for part in entries[i]:
                if part >= 0:
                    taken[part] = True
    return taken[:given]


@Kernel
def _fold(taken: BoolArray, entries: IntArray) -> BoolArray:
    """Take every name whose two edges are taken, whatever follows them."""
    given = taken.shape[0] - entries.shape[0]
    for i in range(entries.shape[0]):
        first, second = entries[i, 0], entries[i, 1]
        taken[given + i] = taken[first] and (second < 0 or taken[second])
    return taken


@dataclass(frozen=True, slots=True)
class RootedPrizes:
    """A prize-collecting instance whose tree has to hold the root.

    Attributes
    ----------
    graph
        What is left, without loops and parallel edges.
    ids
        Name of each edge: a position among the edges given or, from `given` on, of an entry.
    prize
        Per node; `REQUIRED` where the node has to be in the tree.
    root
        Node of `graph`.
    missed
        What is paid for certain: prizes given up, and edges that follow their node.
    held
        Per node the name of what comes with it, -1 for nothing.
    entries
        What stands behind the names from `given` on: an edge in place of two, and what comes with it; -1 for nothing.
    given
        Number of edges given.
    """

    graph: Graph
    ids: IntArray
    prize: IntArray
    root: int
    missed: int
    held: IntArray
    entries: IntArray
    given: int

    @property
    def undecided(self) -> IntArray:
        """Nodes whose prize may be collected or not."""
        return np.flatnonzero((self.prize > 0) & (self.prize < REQUIRED))

    @property
    def is_impossible(self) -> bool:
        """True if a required node is out of reach."""
        return self.missed >= REQUIRED

    def without_edges(self, kept: BoolArray) -> RootedPrizes:
        """Keep only some edges; prizes that come out of reach are missed."""
        graph = self.graph
        u, v = graph.u[kept], graph.v[kept]
        labels = component_labels(graph.size, u, v)
        is_near = labels == labels[self.root]
        missed = self.missed + int(np.minimum(self.prize[~is_near], REQUIRED).sum())
        inside = is_near[u]
        number = np.cumsum(is_near) - 1
        rest = build_graph(int(is_near.sum()), number[u[inside]], number[v[inside]], graph.cost[kept][inside])
        return replace(
            self, graph=rest, ids=self.ids[kept][inside], prize=self.prize[is_near], root=int(number[self.root]),
            missed=missed, held=self.held[is_near],
        )  # fmt: skip

    def without_node(self, node: int) -> RootedPrizes:
        """Leave a node out of the tree."""
        return self.without_edges((self.graph.u != node) & (self.graph.v != node))

    def with_node(self, node: int) -> RootedPrizes:
        """Require a node in the tree."""
        prize = self.prize.copy()
        prize[node] = REQUIRED
        return replace(self, prize=prize)

    def original_edges(self, tree: IntArray, nodes: IntArray) -> IntArray:
        """Edges given that stand behind a tree of `graph` with these `nodes`, ascending."""
        held = self.held[nodes]
        names = np.concatenate([self.ids[tree], held[held >= 0]])
        return np.flatnonzero(_unfold(mask_of(self.given + len(self.entries), names), self.entries))

    def local_tree(self, edges: IntArray) -> IntArray:
        """Tree of `graph` within what is left of a tree of edges given, as far as that hangs together with the root.

        Nodes merged since may close rings, from which the dearest edge goes.
        """
        here = np.flatnonzero(_fold(mask_of(self.given + len(self.entries), edges), self.entries)[self.ids])
        here = here[np.lexsort((here, self.graph.cost[here]))]
        here = here[spanning_forest(self.graph.size, self.graph.u, self.graph.v, here)]
        labels = component_labels(self.graph.size, self.graph.u[here], self.graph.v[here])
        return np.sort(here[labels[self.graph.u[here]] == labels[self.root]])


def root_instance(
    graph: Graph, prize: IntArray, root: int, *, kept: BoolArray | None = None, missed: int = 0
) -> RootedPrizes:
    """Begin with the edges `kept` of a graph, all by default, and what the root can reach over them."""
    wanted = prize.copy()
    wanted[root] = REQUIRED
    nothing = np.full(graph.size, -1, dtype=np.int64)
    none = np.zeros((0, 3), dtype=np.int64)
    ids = np.arange(len(graph.u))
    instance = RootedPrizes(graph, ids, wanted, root, missed, nothing, none, len(ids))
    return instance.without_edges(np.ones(len(ids), dtype=np.bool_) if kept is None else kept)
