"""The linear program of directed cuts, and the exact bound that its prices prove.

References
----------
T. Koch, A. Martin, "Solving Steiner tree problems in graphs to optimality", Networks 32 (1998) 207-232.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from expansion.network.steiner.cuts import WHOLE, Sets, entering_arcs, narrow_cuts
from expansion.network.steiner.graph import Graph
from expansion.network.steiner.types import BoolArray, IntArray

LARGEST_COST = 1e4
"""Costs are scaled to this before they go into floating point."""
FULL = 1 + 1e-6
"""A cut that carries more than this is not what holds the program up."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What one solution of the program says.

    Attributes
    ----------
    usage
        Share of each arc in the cheapest fractional tree, by slot.
    prices
        What one more tree through each cut would cost.
    bound
        No tree costs less than this plus the cheapest tree at the costs `reduced`.
    reduced
        Per slot, at least 0.
    """

    usage: NDArray[np.float64]
    prices: NDArray[np.float64]
    bound: int
    reduced: IntArray


class CutPool:
    """Cuts as sets of nodes of the graph given, so that they outlive every reduction of it."""

    def __init__(self, sets: Sets | None = None) -> None:
        none = np.zeros(0, dtype=np.int64)
        self.sets = sets or Sets(none, none)

    def with_more(self, more: Sets, names: IntArray) -> CutPool:
        """Return a pool with more sets; `names` gives the node of the graph given for each of their nodes."""
        shift = len(self.sets.nodes)
        nodes = np.concatenate([self.sets.nodes, names[more.nodes]])
        return CutPool(Sets(nodes, np.concatenate([self.sets.ends, more.ends + shift])))

    def keep(self, chosen: IntArray) -> CutPool:
        """Return a pool with the chosen sets alone."""
        counts = np.diff(self.sets.ends, prepend=0)
        kept = np.zeros(len(counts), dtype=np.bool_)
        kept[chosen] = True
        return CutPool(Sets(self.sets.nodes[np.repeat(kept, counts)], np.cumsum(counts[kept])))

    def rows(self, graph: Graph, is_terminal: BoolArray, root: int, place: IntArray) -> tuple[csr_array, IntArray]:
        """Return the different cuts of `graph` as rows over its slots, and the set behind each.

        `place` gives the present node of each node of the graph given, or -1.
        """
        arcs, stops, origin = entering_arcs(
            graph.start, graph.head, place[self.sets.nodes], self.sets.ends, is_terminal, root
        )
        first: dict[bytes, int] = {}
        for i, row in enumerate(np.split(arcs, stops)[:-1]):
            first.setdefault(np.sort(row).tobytes(), i)
        chosen = np.fromiter(first.values(), dtype=np.int64, count=len(first))
        ones = np.ones(len(arcs))
        matrix = csr_array((ones, arcs, np.concatenate([[0], stops])), shape=(len(stops), len(graph.head)))
        return matrix[chosen], origin[chosen]


def balance_rows(graph: Graph, is_terminal: BoolArray) -> csr_array:
    """Return, for each node that is no terminal, what leaves it less what enters it; no tree has this below 0."""
    slots = np.arange(len(graph.head))
    tails = np.repeat(np.arange(graph.size), np.diff(graph.start))
    signs = np.concatenate([np.ones(len(slots)), -np.ones(len(slots))])
    entries = (signs, (np.concatenate([graph.head, tails]), np.concatenate([slots, slots])))
    return csr_array(entries, shape=(graph.size, len(slots)))[np.flatnonzero(~is_terminal)]


def relax(graph: Graph, cuts: csr_array, balance: csr_array | None = None) -> Relaxation | None:
    """Find the cheapest fractional tree that carries every cut; None if the program fails numerically.

    The prices of the rows are rounded to whole numbers; the bound and the reduced costs are computed from those
    in whole numbers, so that what they claim does not rest on floating point.
    """
    scale = LARGEST_COST / int(graph.length.max())
    rows = cuts if balance is None else vstack([cuts, balance]).tocsr()
    least = (np.arange(rows.shape[0]) < cuts.shape[0]).astype(np.float64)
    found = linprog(graph.length * scale, A_ub=-rows, b_ub=-least, bounds=(0, None), method="highs-ds")
    if found.status != 0:
        return None
    prices = -found.ineqlin.marginals / scale
    whole = np.maximum(np.rint(prices).astype(np.int64), 0)
    reduced = graph.length - rows.astype(np.int64).T @ whole
    bound = int(whole[: cuts.shape[0]].sum()) + int(np.minimum(reduced, 0).sum())
    return Relaxation(found.x, prices[: cuts.shape[0]], bound, np.maximum(reduced, 0))


def missed_cuts(graph: Graph, found: Relaxation, terminals: IntArray, root: int) -> Sets:
    """Return cuts that the fractional tree does not carry."""
    capacity = np.minimum(np.rint(found.usage * WHOLE), WHOLE).astype(np.int64)
    return Sets(*narrow_cuts(graph.start, graph.head, graph.back, capacity, terminals, root))


def is_tight(cuts: csr_array, usage: NDArray[np.float64]) -> BoolArray:
    """Flag the cuts that hold the program up."""
    return np.asarray(cuts @ usage <= FULL)
