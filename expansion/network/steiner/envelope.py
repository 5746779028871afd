"""How much weight a tree reaches at which cost, over the whole range, with bounds on what any tree can do.

References
----------
G. Rote, "The convergence rate of the sandwich algorithm for approximating convex functions", Computing 48 (1992)
337-361.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from expansion.network.steiner.certificate import Certificate
from expansion.network.steiner.graph import build_graph, cheapest_parallel, component_labels
from expansion.network.steiner.prize_bound import certify_prizes
from expansion.network.steiner.prizes import solve_prizes
from expansion.network.steiner.types import IntArray

EFFORT = 1
"""Of each prize-collecting problem."""

_DEAR = 2**54
"""Together, more than any tree costs."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A tree from the root: its edges, the weight at its nodes, its cost, and the value per weight it is best at.

    `value` is -1 where the tree was given.
    """

    edges: IntArray
    weight: int
    cost: int
    value: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """Trees of rising weight and cost, and what is proven about all others.

    Attributes
    ----------
    points
        Trees on the lower convex hull of all that were found, from what is free to the whole.
    proofs
        Certificates that together prove `certified`; see `certified_envelope`.
    certified, proven
        Per weight from 0 to the whole: no tree that reaches as much costs less. Convex and rising.
        ``certified <= proven <= optimum``.
    """

    points: tuple[Reach, ...]
    proofs: tuple[Certificate, ...]
    certified: IntArray
    proven: IntArray


def trace_envelope(
    node_count: int,
    u: IntArray,
    v: IntArray,
    cost: IntArray,
    weight: IntArray,
    root: int,
    whole: IntArray,
    *,
    certified: int,
    proven: int,
    solves: int,
    tolerance: float,
) -> Envelope:
    """Find trees that reach much at little cost, from nothing to everything, and bound all others.

    Parameters
    ----------
    node_count, u, v, cost
        The graph, as in `solve_steiner`.
    weight
        What reaching a node is worth, whole numbers of at least 0; shape (node_count,).
    root
        Node that every tree holds.
    whole
        Edges of a tree over all nodes with weight.
    certified, proven
        What is known, in both ways, to bound the cost of all such trees from below.
    solves
        Prize-collecting problems to solve at most: the work.
    tolerance
        Share of the whole tree's cost between trees and bound at which nothing more is tried.
    """
    u, v, cost, weight = (np.asarray(values, dtype=np.int64) for values in (u, v, cost, weight))
    tracer = _Tracer(node_count, u, v, cost, weight, root, whole)
    tracer.add_proof(_DEAR // max(1, int(tracer.weight.sum())), whole)
    tracer.certified[-1] = max(int(tracer.certified[-1]), certified)
    tracer.proven[-1] = max(int(tracer.proven[-1]), certified, proven)
    for _ in range(solves):
        value, start = tracer.widest(tolerance)
        if value < 0:
            break
        tracer.solve(value, start)
    return Envelope(tuple(tracer.points), tuple(tracer.proofs), tracer.certified, tracer.proven)


def certified_envelope(proof: Certificate, weight: IntArray) -> IntArray:
    """Return per weight, from 0 to all, the least cost that a certificate proves for reaching it.

    A tree pays at least the potentials of all terminals that it holds, so reaching a weight costs at least the
    cheapest potentials that add up to it, parts counted in proportion (rounded down).
    """
    owners = np.repeat(proof.terminals, np.diff(proof.offsets))
    at_home = owners == proof.nodes
    price = np.zeros(len(weight), dtype=np.int64)
    price[owners[at_home]] = proof.potentials[at_home]
    counted = np.flatnonzero(weight)
    order = counted[np.lexsort((counted, price[counted] / weight[counted]))]
    ends = np.concatenate([[0], np.cumsum(weight[order])])
    paid = np.concatenate([[0], np.cumsum(price[order])])
    amount = np.arange(ends[-1] + 1)
    row = np.searchsorted(ends, amount, side="left").clip(1, max(len(order), 1))
    if len(order) == 0:
        return np.zeros(1, dtype=np.int64)
    into = amount - ends[row - 1]
    return np.asarray(paid[row - 1] + into * price[order[row - 1]] // weight[order[row - 1]], dtype=np.int64)


class _Tracer:
    """Trees and bounds so far."""

    def __init__(
        self,
        node_count: int,
        u: IntArray,
        v: IntArray,
        cost: IntArray,
        weight: IntArray,
        root: int,
        whole: IntArray,
    ) -> None:
        self.size, self.u, self.v, self.cost, self.weight, self.root = node_count, u, v, cost, weight, root
        kept = cheapest_parallel(u, v, cost)
        self.kept = kept
        self.graph = build_graph(node_count, u[kept], v[kept], cost[kept])
        free = np.flatnonzero(cost == 0)
        labels = component_labels(node_count, u[free], v[free])
        nearby = free[labels[u[free]] == labels[root]]
        self.points = [
            Reach(nearby, int(weight[labels == labels[root]].sum()), 0, -1),
            Reach(whole, int(weight.sum()), int(cost[whole].sum()), -1),
        ]
        if self.points[0].weight == self.points[1].weight:
            del self.points[0]
        self.tried: set[int] = set()
        self.proofs: list[Certificate] = []
        self.certified = np.zeros(int(weight.sum()) + 1, dtype=np.int64)
        self.proven = self.certified.copy()

    def widest(self, tolerance: float) -> tuple[int, IntArray]:
        """Return the value at which trees and bound lie farthest apart, and a tree near it; -1 if all is close."""
        best, edges, worst = -1, self.points[-1].edges, tolerance * self.points[-1].cost
        for low, high in pairwise(self.points):
            value = (high.cost - low.cost) // (high.weight - low.weight)
            amount = np.arange(low.weight, high.weight + 1)
            chord = np.interp(amount, [low.weight, high.weight], [low.cost, high.cost])
            apart = float((chord - self.proven[amount]).max())
            if apart > worst and value not in self.tried:
                best, edges, worst = value, high.edges, apart
        return best, edges

    def solve(self, value: int, start: IntArray) -> None:
        """Find the best tree at a value per weight, with its bounds."""
        self.tried.add(value)
        choice = solve_prizes(
            self.size, self.u, self.v, self.cost, self.weight * value,
            required=np.array([self.root]), start=start, effort=EFFORT,
        )  # fmt: skip
        missing = len(self.proven) - 1 - np.arange(len(self.proven))
        np.maximum(self.proven, choice.lower_bound - value * missing, out=self.proven)
        self.add_proof(value, choice.edges)
        found = Reach(choice.edges, int(self.weight[choice.nodes].sum()), int(self.cost[choice.edges].sum()), value)
        if self.points[0].weight < found.weight < self.points[-1].weight:
            self.points = _lower_hull([*self.points, found])

    def add_proof(self, value: int, edges: IntArray) -> None:
        """Take up what an ascent proves at a value per weight; the edges of a good tree guide it."""
        tree = np.flatnonzero(np.isin(self.kept, edges))
        proof = certify_prizes(self.graph, self.weight * value, self.root, tree)
        bound = certified_envelope(proof, self.weight)
        if (bound > self.certified).any():
            self.proofs.append(proof)
        np.maximum(self.certified, bound, out=self.certified)
        np.maximum(self.proven, self.certified, out=self.proven)


def _lower_hull(points: list[Reach]) -> list[Reach]:
    """Keep the points on the lower convex hull, by weight; of equal weight the cheapest."""
    hull: list[Reach] = []
    for point in sorted(points, key=lambda p: (p.weight, p.cost)):
        if hull and hull[-1].weight == point.weight:
            continue
        while len(hull) > 1 and _is_above(hull[-2], hull[-1], point):
            hull.pop()
        hull.append(point)
    return hull


def _is_above(low: Reach, middle: Reach, high: Reach) -> bool:
    """Tell whether the middle point lies on or above the line between the others."""
    rise = (high.cost - low.cost) * (middle.weight - low.weight)
    return (middle.cost - low.cost) * (high.weight - low.weight) >= rise
