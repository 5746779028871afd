"""Close the gap: linear programs over directed cuts on what the rounds have left, then splits of it."""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np

from expansion.network.steiner.ascent import ascend, surviving_edges
from expansion.network.steiner.cuts import moat_cuts
from expansion.network.steiner.distance import reduce_by_distance
from expansion.network.steiner.exchange import improve_tree
from expansion.network.steiner.graph import Graph
from expansion.network.steiner.grow import grow_tree
from expansion.network.steiner.program import CutPool, Relaxation, balance_rows, is_tight, missed_cuts, relax
from expansion.network.steiner.search import Search
from expansion.network.steiner.types import BoolArray, IntArray

ON_A_BRANCH = 4
"""Rounds on each part of a split."""
FINEST = 1000
"""Prices are whole numbers of this part of a cost unit."""
MOST = 2**52
"""All costs together, in such parts, stay below this."""
LEAST_PROGRESS = 0.02
"""Part of the gap that a few programs in a row have to close, or the instance is split."""
IN_A_ROW = 4
LARGEST_PROGRAM = 400_000
"""Entries above which a program takes too long, and the search goes on without."""


class ExactSearch(Search):
    """A search that goes on until the tree is proven optimal, if it may work that long."""

    entries = 0
    """Entries of all linear programs so far."""
    root_name = -1
    pool: CutPool

    def run_programs(self) -> None:
        """Go straight to the linear programs and splits, without reductions or rounds before."""
        self._finish(-1)

    def _finish(self, busiest: int) -> None:
        self.pool = CutPool()
        if not self.is_closed and not self.stop():
            busiest = self._cut(busiest)
        self._branch(busiest)

    def _branch(self, busiest: int) -> None:
        """Split the instance on a node, in or out, and the parts again; those with the least bound first."""
        count, left = 0, self.limits.branch_edges
        waiting = [(self.lower_bound, count, self.instance, busiest, self.pool)]
        while waiting and not self.stop():
            bound, _, instance, node, pool = waiting[0]
            if bound >= self.cost or node < 0 or left < instance.edge_count:
                break
            heapq.heappop(waiting)
            left -= instance.edge_count
            for part in (instance.with_terminal(node), instance.without_node(node)):
                self.instance, self.lower_bound, self.pool = part, bound, pool
                split_on = self._on_a_branch()
                if not self.is_closed:
                    count += 1
                    heapq.heappush(waiting, (self.lower_bound, count, self.instance, split_on, self.pool))
        self.lower_bound = min([self.cost, *(entry[0] for entry in waiting)])

    def _on_a_branch(self) -> int:
        """Work on one part of a split; return the node to split it on."""
        reduce_by_distance(self.instance)
        if len(self.pool.sets.ends) and self._may_cut():
            return self._cut(self._busiest_by_degree())
        return self._tighten(ON_A_BRANCH, patience=1)

    def _may_cut(self) -> bool:
        return self.entries < self.limits.cut_entries

    def _cut(self, busiest: int) -> int:
        """Solve programs with ever more cuts, and shrink the instance; return the node to split on."""
        gaps: list[int] = []
        while self._may_cut():
            if self._finish_trivial():
                return -1
            survives, doubtful = self._cut_once()
            if self.is_closed or self.stop():
                return -1
            gaps.append(self.cost - self.lower_bound)
            is_slow = len(gaps) > IN_A_ROW and gaps[-1] > (1 - LEAST_PROGRESS) * gaps[-1 - IN_A_ROW]
            if doubtful >= 0 or is_slow:
                return self._busiest_by_degree() if doubtful < 0 else doubtful
            self._shrink(survives)
            busiest = -1
        return self._busiest_by_degree() if busiest < 0 else busiest

    def _cut_once(self) -> tuple[BoolArray, int]:
        """Solve one program and look for cuts that it misses.

        Returns the edges that a better tree may contain, and a node to split on once no cut is missed, else -1.
        """
        instance, is_terminal = self.instance, self.instance.is_terminal
        graph, parts = _in_fine_units(instance.graph)
        root = self._root()
        if len(self.pool.sets.ends) == 0:
            first = ascend(graph, is_terminal, root, self._tree_here())
            self.pool = self.pool.with_more(moat_cuts(first.moats), instance.names)
        cuts, origin = self.pool.rows(graph, is_terminal, root, instance.place)
        is_too_large = cuts.nnz + 2 * len(graph.head) > LARGEST_PROGRAM
        found = None if is_too_large else relax(graph, cuts, balance_rows(graph, is_terminal))
        self.entries += self.limits.cut_entries if is_too_large else cuts.nnz + 2 * len(graph.head)
        if found is None:
            return np.ones(len(graph.u), dtype=np.bool_), self._busiest_by_degree()
        tree = self._tree_in_use(found, root)
        ascent = ascend(graph, is_terminal, root, tree, cost=found.reduced)
        proven = replace(ascent, bound=found.bound + ascent.bound)
        self.lower_bound = max(self.lower_bound, -(-proven.bound // parts) + instance.offset)
        self._consider(self._tree_on_tight_edges(ascent))
        survives = surviving_edges(graph, is_terminal, proven, (self.cost - instance.offset - 1) * parts + 1)
        missed = missed_cuts(graph, found, instance.terminals, root)
        self.pool = self.pool.keep(origin[is_tight(cuts, found.usage)])
        for sets in (missed, moat_cuts(ascent.moats)):
            self.pool = self.pool.with_more(sets, instance.names)
        is_done = len(missed.ends) == 0 and 100 * ascent.bound < self.cost * parts - proven.bound
        return survives, self._most_divided(graph, found) if is_done else -1

    def _root(self) -> int:
        """Return the root of the programs, the same as long as it is there, since cuts leave it out."""
        root = int(self.instance.place[self.root_name]) if self.root_name >= 0 else -1
        if root < 0 or not self.instance.is_terminal[root]:
            root = int(self.instance.terminals[0])
            self.root_name = int(self.instance.names[root])
        return root

    def _tree_in_use(self, found: Relaxation, root: int) -> IntArray:
        """Return a good tree that prefers what the fractional tree uses, and consider it."""
        graph, is_terminal = self.instance.graph, self.instance.is_terminal
        share = np.zeros(len(graph.u))
        np.maximum.at(share, graph.edge, found.usage)
        left = (graph.cost * np.clip(1 - share, 0.001, 1)).astype(np.int64) + 1
        everywhere = np.ones(len(graph.u), dtype=np.bool_)
        tree = grow_tree(graph, is_terminal, root, everywhere, left[graph.edge])
        tree = improve_tree(graph, tree, is_terminal)
        self._consider(tree)
        return tree

    def _most_divided(self, graph: Graph, found: Relaxation) -> int:
        """Return the node between terminals that is entered by closest to one half."""
        entered = np.bincount(np.repeat(np.arange(graph.size), np.diff(graph.start)), found.usage, graph.size)
        doubt = np.where(self.instance.is_terminal, 1.0, np.abs(entered - 0.5))
        return int(np.argmin(doubt)) if doubt.min(initial=1.0) < 0.499 else self._busiest_by_degree()

    def _shrink(self, survives: BoolArray) -> None:
        before = len(survives)
        self.instance.keep_edges(survives)
        self._reduce(before)


def _in_fine_units(graph: Graph) -> tuple[Graph, int]:
    """Return the graph with costs in a fine part of their unit, and the number of parts."""
    parts = min(FINEST, max(1, MOST // (int(graph.cost.sum()) + 1)))
    return replace(graph, cost=graph.cost * parts, length=graph.length * parts), parts
