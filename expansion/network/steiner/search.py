"""Rounds of bounds, eliminations and better trees on a shrinking instance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from expansion.network.steiner.ascent import SLACKS, Ascent, ascend, surviving_edges, tight_edges
from expansion.network.steiner.distance import reduce_by_distance
from expansion.network.steiner.exchange import improve_tree
from expansion.network.steiner.grow import grow_tree
from expansion.network.steiner.reduction import Instance
from expansion.network.steiner.trees import mehlhorn_tree
from expansion.network.steiner.types import BoolArray, IntArray


@dataclass(frozen=True, slots=True)
class Limits:
    """Work after which the search stops: `rounds`, each with dual ascents from `roots` terminals."""

    rounds: int
    roots: int


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

    def run(self) -> None:
        """Search until the tree is proven optimal or the work is done."""
        stalled = 0
        for turn in range(max(self.limits.rounds, 1)):
            if self._finish_trivial():
                return
            before = (len(self.instance.graph.u), self.cost)
            tree = self._tree_here()
            self._consider(tree)
            if turn == self.limits.rounds or self.stop():
                self._bound(tree)
                return
            survives = self._explore(tree)
            if self.is_closed or self.stop():
                return
            self.instance.keep_edges(survives)
            self._reduce(before[0])
            progress = len(self.instance.graph.u) <= 0.98 * before[0] or self.cost < before[1]
            stalled = 0 if progress else stalled + 1
            if stalled == 3:
                break
        self._finish_trivial()

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

    def _explore(self, tree: IntArray) -> BoolArray:
        """Ascend from several roots; return which edges a better tree may still contain."""
        instance = self.instance
        survives = np.ones(len(instance.graph.u), dtype=np.bool_)
        for _ in range(self.limits.roots):
            ascent = self._bound(tree)
            found = self._tree_on_tight_edges(ascent)
            self._consider(found)
            tree = min(tree, found, key=instance.cost_of)
            if self.is_closed or self.stop():
                break
            ceiling = self.cost - instance.offset
            survives &= surviving_edges(instance.graph, instance.is_terminal, ascent, ceiling)
        return survives

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
        if len(self.instance.graph.u) < 0.9 * before:
            reduce_by_distance(self.instance)

    def _consider(self, tree: IntArray) -> None:
        cost = self.instance.cost_of(tree)
        if self.cost < 0 or cost < self.cost:
            self.cost = cost
            self.edges = self.instance.original_edges(tree)


def _never() -> bool:
    return False
