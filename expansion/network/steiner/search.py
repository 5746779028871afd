"""Rounds of bounds, eliminations and better trees on a shrinking instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from expansion.network.steiner.ascent import SLACKS, Ascent, ascend, surviving_edges, tight_edges
from expansion.network.steiner.distance import reduce_by_distance
from expansion.network.steiner.exchange import improve_tree
from expansion.network.steiner.graph import Graph
from expansion.network.steiner.grow import grow_tree
from expansion.network.steiner.reduction import Instance
from expansion.network.steiner.trees import mehlhorn_tree
from expansion.network.steiner.types import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Limits:
    """Work after which the search stops.

    `rounds`, each with dual ascents from `roots` terminals; then splits of what is left, until they have taken
    up `branch_edges` edges in all. Linear programs hold at most `cut_entries` entries in all.
    """

    rounds: int
    roots: int
    branch_edges: int
    cut_entries: int


FIRST_ASCENTS = 2
"""Ascents of a search without rounds: each costs a fifth of the first tree, and the two divide its gap by about six."""


class Search:
    """The best tree and bound so far.

    Attributes
    ----------
    cost, edges
        The cheapest tree found, in the graph given.
    lower_bound
        No tree costs less than this and `cost`, whichever is smaller.
    """

    def __init__(self, instance: Instance, limits: Limits, seed: int, stop: Callable[[], bool] | None = None) -> None:
        self.instance = instance
        self.limits = limits
        self.random = np.random.default_rng(seed)
        self.stop = stop or _never
        self.cost = -1
        self.ascents = 0
        self.edges: IntArray = np.zeros(0, dtype=np.int64)
        self.lower_bound = 0

    @property
    def is_closed(self) -> bool:
        """True when no better tree exists."""
        return 0 <= self.cost <= self.lower_bound

    def begin_with(self, tree: IntArray, graph: Graph) -> None:
        """Take a known tree of the graph given as the one to beat."""
        self.cost, self.edges = int(graph.cost[tree].sum()), tree

    def run(self) -> None:
        """Search until the tree is proven optimal or the work is done."""
        reduce_by_distance(self.instance)
        if self.limits.rounds == 0:
            self._first()
            return
        self._finish(self._tighten(self.limits.rounds, patience=3))

    def _finish(self, busiest: int) -> None:
        """Close what gap is left; `busiest` is the node that the rounds so far found most in doubt."""

    def _first(self) -> None:
        """Find a tree, then a bound and a better tree on what it paid in full, a few times."""
        if self._finish_trivial():
            return
        tree = self._tree_here()
        self._consider(tree)
        for _ in range(FIRST_ASCENTS):
            found = self._tree_on_tight_edges(self._bound(tree))
            self._consider(found)
            tree = min(tree, found, key=self.instance.cost_of)
            if self.is_closed or self.stop():
                return

    def _tighten(self, rounds: int, patience: int) -> int:
        """Bound and shrink the instance until that stalls; return the node to split on, or -1."""
        stalled, busiest = 0, -1
        for _ in range(rounds):
            if self._finish_trivial():
                return -1
            before = (self.instance.edge_count, self.cost)
            tree = self._tree_here()
            self._consider(tree)
            survives, busiest = self._explore(tree)
            if self.is_closed or self.stop():
                return -1
            progress = survives.mean() <= 0.98 or self.cost < before[1]
            stalled = 0 if progress else stalled + 1
            if stalled == patience:
                return busiest
            self.instance.keep_edges(survives)
            self._reduce(before[0])
        return -1 if self._finish_trivial() else self._busiest_by_degree()

    def _busiest_by_degree(self) -> int:
        degree = np.where(self.instance.is_terminal, 0, np.diff(self.instance.graph.start))
        return int(np.argmax(degree)) if degree.any() else -1

    def _busiest(self, ascent: Ascent) -> int:
        """Return the node between terminals with the most arcs paid in full; -1 if there is none."""
        graph = self.instance.graph
        paid = (ascent.reduced == 0).astype(np.int64)
        tails = np.repeat(np.arange(graph.size), np.diff(graph.start))
        score = np.bincount(tails, paid + paid[graph.back], graph.size)
        score[self.instance.is_terminal] = 0
        return int(np.argmax(score)) if score.any() else self._busiest_by_degree()

    def _bound(self, tree: IntArray) -> Ascent:
        """Ascend once, from the next root and with the next slack."""
        instance = self.instance
        root = int(self.random.choice(instance.terminals))
        slack = SLACKS[self.ascents % len(SLACKS)]
        self.ascents += 1
        ascent = ascend(instance.graph, instance.is_terminal, root, tree, slack=slack)
        self.lower_bound = max(self.lower_bound, ascent.bound + instance.offset)
        return ascent

    def _finish_trivial(self) -> bool:
        """Close the search if reductions have left nothing to decide."""
        if not self.instance.is_solved:
            return False
        if not self.instance.is_split:
            self._consider(np.zeros(0, dtype=np.int64))
        self.lower_bound = self.cost
        return True

    def _explore(self, tree: IntArray) -> tuple[BoolArray, int]:
        """Ascend from several roots; return the edges a better tree may contain, and the busiest node."""
        instance = self.instance
        survives = np.ones(instance.edge_count, dtype=np.bool_)
        best, busiest = -1, -1
        for _ in range(self.limits.roots):
            ascent = self._bound(tree)
            found = self._tree_on_tight_edges(ascent)
            self._consider(found)
            tree = min(tree, found, key=instance.cost_of)
            if self.is_closed or self.stop():
                break
            if ascent.bound > best:
                best, busiest = ascent.bound, self._busiest(ascent)
            ceiling = self.cost - instance.offset
            survives &= surviving_edges(instance.graph, instance.is_terminal, ascent, ceiling)
        return survives, busiest

    def _tree_here(self) -> IntArray:
        """Return a good tree of the instance as it is now."""
        instance = self.instance
        tree = mehlhorn_tree(instance.graph, instance.is_terminal)
        return improve_tree(instance.graph, tree, instance.is_terminal)

    def _tree_on_tight_edges(self, ascent: Ascent) -> IntArray:
        instance = self.instance
        graph, is_terminal = instance.graph, instance.is_terminal
        tree = grow_tree(graph, is_terminal, ascent.root, tight_edges(graph, ascent))
        return improve_tree(graph, tree, is_terminal)

    def _reduce(self, before: int) -> None:
        self.instance.remove_small_degrees()
        if self.instance.edge_count < 0.9 * before:
            reduce_by_distance(self.instance)

    def _consider(self, tree: IntArray) -> None:
        cost = self.instance.cost_of(tree)
        if self.cost < 0 or cost < self.cost:
            self.cost = cost
            self.edges = self.instance.original_edges(tree)


def _never() -> bool:
    return False
