"""Rounds of bounds, eliminations and better trees for a prize-collecting instance, and splits of what is left."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from expansion.errors import UnreachableError
from expansion.network.steiner.ascent import SLACKS
from expansion.network.steiner.graph import Graph, component_labels, mask_of
from expansion.network.steiner.prize_bound import settle
from expansion.network.steiner.prize_instance import REQUIRED, RootedPrizes, root_instance
from expansion.network.steiner.prize_reduction import reduce_prizes
from expansion.network.steiner.prize_trees import nodes_of, polish
from expansion.network.steiner.solve import solve_steiner
from expansion.network.steiner.trees import mehlhorn_tree
from expansion.network.steiner.types import BoolArray, IntArray

PATIENCE = 2
"""Rounds without progress after which an instance is split."""


@dataclass(frozen=True, slots=True)
class PrizeLimits:
    """Work after which the search stops.

    `rounds` of dual ascents on an instance; then splits of what is left, until they have taken up `branch_edges`
    edges in all. Where no prize is open, `plain_effort` is that of `solve_steiner`, none if negative.
    """

    rounds: int
    branch_edges: int
    plain_effort: int


class PrizeSearch:
    """The best choice and bound so far, in a graph without parallel edges.

    Attributes
    ----------
    cost, edges, nodes
        The cheapest choice found: edges and missed prizes.
    lower_bound
        No choice costs less than this and `cost`, whichever is smaller.
    """

    def __init__(
        self,
        graph: Graph,
        prize: IntArray,
        fixed: IntArray,
        limits: PrizeLimits,
        start: IntArray,
        stop: Callable[[], bool] | None = None,
    ) -> None:
        self.graph = graph
        self.prize = prize
        self.fixed = fixed
        self.limits = limits
        self.start = start
        self.random = np.random.default_rng(0)
        self.left = limits.branch_edges
        self.stop = stop or _never
        self.cost = int(prize.sum()) if len(fixed) == 0 else REQUIRED
        self.edges: IntArray = np.zeros(0, dtype=np.int64)
        self.nodes: IntArray = fixed[:1]
        self.lower_bound = 0

    def run(self) -> None:
        """Search from the required root, or from each node that may serve as one."""
        if len(self.fixed):
            self._require_connected()
            root = int(self.fixed[0])
            self.lower_bound = self._solve_rooted(self._rooted(root, self.prize), root)
            return
        order = np.lexsort((np.arange(len(self.prize)), -self.prize))
        order = order[self.prize[order] > 0]
        self.lower_bound = self._solve_by_roots(self._most_promising_first(order)) if len(order) else 0

    def _require_connected(self) -> None:
        labels = component_labels(self.graph.size, self.graph.u, self.graph.v)
        apart = self.fixed[labels[self.fixed] != labels[self.fixed[0]]]
        if len(apart):
            raise UnreachableError("required nodes are not connected", where=apart.tolist())

    def _rooted(self, root: int, prize: IntArray, kept: BoolArray | None = None, missed: int = 0) -> RootedPrizes:
        wanted = prize.copy()
        wanted[self.fixed] = REQUIRED
        return reduce_prizes(root_instance(self.graph, wanted, root, kept=kept, missed=missed))

    def _most_promising_first(self, order: IntArray) -> IntArray:
        """Try a first tree, and put the largest prize that it collects in front."""
        self._first_tree(self._rooted(int(order[0]), self.prize), int(order[0]))
        held = mask_of(self.graph.size, self.nodes)[order]
        first = int(np.argmax(held))
        return np.concatenate([order[first : first + 1], np.delete(order, first)])

    def _solve_by_roots(self, order: IntArray) -> int:
        """Solve with each node as root, without the earlier ones; return the least of the bounds."""
        prize, missed, bound = self.prize.copy(), 0, int(self.prize.sum())
        gone = np.zeros(self.graph.size, dtype=np.bool_)
        for root in order.tolist():
            if missed >= self.cost:
                break
            if self.stop():
                return min(bound, missed)
            kept = ~gone[self.graph.u] & ~gone[self.graph.v]
            bound = min(bound, self._solve_rooted(self._rooted(root, prize, kept, missed), root))
            prize[root], gone[root] = 0, True
            missed += int(self.prize[root])
        return bound

    def _solve_rooted(self, instance: RootedPrizes, root: int) -> int:
        """Bound, and split with the most promising bound first; return what is proven for this root."""
        edges = self._first_tree(instance, root)
        count, closed = 0, self.cost
        waiting = [(instance.missed, count, instance, edges)]
        while waiting and not self.stop():
            bound, _, instance, edges = waiting[0]
            if bound >= self.cost or (count and self.left < len(instance.graph.u)):
                break
            heapq.heappop(waiting)
            self.left -= len(instance.graph.u) if count else 0
            bound, instance, edges = self._tightened(instance, edges, root, bound)
            parts = [] if bound >= self.cost else self._parts(instance)
            if not parts:
                closed = min(closed, max(bound, self._solved_plain(instance, edges, root)))
            for part in parts:
                count += 1
                heapq.heappush(waiting, (max(bound, part.missed), count, part, edges))
        return min([self.cost, closed, *(entry[0] for entry in waiting)])

    def _first_tree(self, instance: RootedPrizes, root: int) -> IntArray:
        """Start from the root alone, from a tree over all prizes, and from the tree given.

        Once a tree is known, one over all prizes will do to guide the first ascent.
        """
        everything = mehlhorn_tree(instance.graph, instance.prize > 0)
        if len(self.edges):
            return instance.original_edges(everything, nodes_of(instance.graph, everything, instance.root))
        starts = [everything, np.zeros(0, dtype=np.int64)]
        if len(self.start):
            starts.append(instance.local_tree(self.start))
        return self._best_of(instance, starts, root)

    def _best_of(self, instance: RootedPrizes, starts: list[IntArray], root: int) -> IntArray:
        """Polish trees; return the edges given behind the best one, and remember it if it is the best of all."""
        found = [polish(instance.graph, instance.prize, start, instance.root) for start in starts]
        tree = max(found, key=lambda entry: entry[1])[0]
        return self._remember(instance, tree, root)

    def _remember(self, instance: RootedPrizes, tree: IntArray, root: int) -> IntArray:
        """Return the edges given behind a tree of the instance, and keep it if it is the best of all."""
        edges = instance.original_edges(tree, nodes_of(instance.graph, tree, instance.root))
        given = nodes_of(self.graph, edges, root)
        held = mask_of(self.graph.size, given)
        cost = int(self.graph.cost[edges].sum()) + int(self.prize[~held].sum())
        if cost < self.cost and held[self.fixed].all():
            self.cost, self.edges, self.nodes = cost, edges, given
        return edges

    def _tightened(
        self, instance: RootedPrizes, edges: IntArray, root: int, bound: int
    ) -> tuple[int, RootedPrizes, IntArray]:
        """Ascend, eliminate and search again as long as that shrinks the instance."""
        stalled = 0
        for turn in range(self.limits.rounds):
            instance = self._rerooted(instance, turn)
            tree = instance.local_tree(edges)
            before = len(instance.graph.u) + len(instance.undecided)
            done = settle(instance, self.cost, tree, SLACKS[turn % len(SLACKS)])
            bound = max(bound, done.bound)
            if bound >= self.cost:
                break
            edges = self._best_of(instance, [done.tree, tree], root)
            instance = reduce_prizes(done.rest)
            if instance.is_impossible or bound >= self.cost:
                return self.cost, instance, edges
            stalled = stalled + 1 if len(instance.graph.u) + len(instance.undecided) > 0.97 * before else 0
            if self.stop() or stalled == PATIENCE:
                break
        return bound, instance, edges

    def _rerooted(self, instance: RootedPrizes, turn: int) -> RootedPrizes:
        """Take another node that has to be in the tree as root: an ascent from there shows something else."""
        if turn == 0:
            return instance
        return replace(instance, root=int(self.random.choice(np.flatnonzero(instance.prize >= REQUIRED))))

    def _parts(self, instance: RootedPrizes) -> list[RootedPrizes]:
        """Split on the largest open prize."""
        undecided = instance.undecided
        if len(undecided) == 0:
            return []
        node = int(undecided[np.argmax(instance.prize[undecided])])
        parts = (instance.with_node(node), instance.without_node(node))
        return [reduce_prizes(part) for part in parts if not part.is_impossible]

    def _solved_plain(self, instance: RootedPrizes, edges: IntArray, root: int) -> int:
        """Join what has to be joined, when no prize is open; return what is proven."""
        graph, wanted = instance.graph, np.flatnonzero(instance.prize >= REQUIRED)
        if instance.is_impossible or self.limits.plain_effort < 0 or len(instance.undecided):
            return 0
        tree = solve_steiner(
            graph.size, graph.u, graph.v, graph.cost, wanted,
            effort=self.limits.plain_effort, stop=self.stop, is_certified=False,
            start=instance.local_tree(edges),
        )  # fmt: skip
        self._remember(instance, tree.edges, root)
        return tree.lower_bound + instance.missed


def _never() -> bool:
    return False
