"""Decide which nodes are worth reaching at a prize each, and prove how good the choice is."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from expansion.errors import UnreachableError
from expansion.network.steiner.ascent import SLACKS
from expansion.network.steiner.graph import Graph, build_graph, cheapest_parallel, component_labels, mask_of
from expansion.network.steiner.prize_bound import RootedPrizes, settle
from expansion.network.steiner.prize_trees import REQUIRED, nodes_of, polish
from expansion.network.steiner.trees import mehlhorn_tree
from expansion.network.steiner.types import IntArray

NODE_LIMITS = (0, 20, 200, 2_000, 100_000)
"""Branching nodes allowed at each effort."""


@dataclass(frozen=True, slots=True)
class PrizeTree:
    """A tree with what it leaves behind; ``lower_bound <= optimum <= cost`` always holds.

    Attributes
    ----------
    edges
        Positions in the edge arrays given, ascending.
    nodes
        Nodes in the tree, ascending; one node, or none, if there is no edge.
    cost
        Cost of the edges and prizes of the nodes left out.
    lower_bound
        No choice costs less.
    status
        ``optimal`` or ``feasible``.
    """

    edges: IntArray
    nodes: IntArray
    cost: int
    lower_bound: int
    status: str


def solve_prizes(
    node_count: int,
    u: IntArray,
    v: IntArray,
    cost: IntArray,
    prizes: IntArray,
    *,
    required: IntArray | None = None,
    effort: int = 2,
    stop: Callable[[], bool] | None = None,
) -> PrizeTree:
    """Find a tree whose edges and missed prizes cost least.

    Parameters
    ----------
    node_count, u, v, cost
        The graph, as in `solve_steiner`.
    prizes
        What leaving a node out costs, at least 0; shape (node_count,).
    required
        Nodes that the tree has to hold, such as a root; none leaves the choice free, and may give an empty tree.
    effort
        0 a first choice, 4 until it is proven; counted in work.
    stop
        Asked between steps whether to stop early; for benchmarks only, as a clock here makes results vary.

    Raises
    ------
    UnreachableError
        If the required nodes are not connected.
    ValueError
        If costs and prizes add up to 2**50 or more.
    """
    u, v, cost, prize = (np.array(values, dtype=np.int64).reshape(-1) for values in (u, v, cost, prizes))
    fixed = np.unique(np.array([] if required is None else required, dtype=np.int64))
    if float(cost.sum(dtype=np.float64)) + float(prize.sum(dtype=np.float64)) >= REQUIRED:
        raise ValueError("costs and prizes have to add up to less than 2**50")
    kept = cheapest_parallel(u, v, cost)
    graph = build_graph(node_count, np.minimum(u, v)[kept], np.maximum(u, v)[kept], cost[kept])
    search = PrizeSearch(graph, prize, fixed, NODE_LIMITS[min(max(effort, 0), 4)], stop)
    search.run()
    status = "optimal" if search.lower_bound >= search.cost else "feasible"
    lower_bound = min(search.lower_bound, search.cost)
    return PrizeTree(np.sort(kept[search.edges]), search.nodes, search.cost, lower_bound, status)


class PrizeSearch:
    """The best choice and bound so far, in a graph without parallel edges."""

    def __init__(
        self,
        graph: Graph,
        prize: IntArray,
        fixed: IntArray,
        node_limit: int,
        stop: Callable[[], bool] | None = None,
    ) -> None:
        self.graph = graph
        self.prize = prize
        self.fixed = fixed
        self.left = node_limit
        self.stop = stop or _never
        self.total = int(prize.sum())
        self.cost = self.total if len(fixed) == 0 else REQUIRED
        self.edges: IntArray = np.zeros(0, dtype=np.int64)
        self.nodes: IntArray = fixed[:1]
        self.lower_bound = 0

    def run(self) -> None:
        """Search from the required root, or from each node that may serve as one."""
        if len(self.fixed):
            self._require_connected()
            self.lower_bound = self._solve_rooted(self._rooted(int(self.fixed[0]), self.prize, 0))
            return
        order = np.lexsort((np.arange(len(self.prize)), -self.prize))
        order = order[self.prize[order] > 0]
        if len(order):
            order = self._most_promising_first(order)
        self.lower_bound = self._solve_by_roots(order)

    def _require_connected(self) -> None:
        labels = component_labels(self.graph.size, self.graph.u, self.graph.v)
        apart = self.fixed[labels[self.fixed] != labels[self.fixed[0]]]
        if len(apart):
            raise UnreachableError("required nodes are not connected", where=apart.tolist())

    def _rooted(self, root: int, prize: IntArray, missed: int) -> RootedPrizes:
        wanted = prize.copy()
        wanted[self.fixed] = REQUIRED
        wanted[root] = REQUIRED
        everything = np.arange(len(self.graph.u))
        instance = RootedPrizes(self.graph, everything, wanted, root, missed)
        return instance.without_edges(np.ones(len(everything), dtype=np.bool_))

    def _most_promising_first(self, order: IntArray) -> IntArray:
        """Try a first tree, and put the largest prize that it collects in front."""
        self._first_trees(self._rooted(int(order[0]), self.prize, 0))
        held = mask_of(self.graph.size, self.nodes)[order]
        if not held.any():
            return order
        first = int(np.argmax(held))
        return np.concatenate([order[first : first + 1], np.delete(order, first)])

    def _solve_by_roots(self, order: IntArray) -> int:
        """Solve with each node as root, without the earlier ones; return the least of the bounds."""
        prize, missed, bound = self.prize.copy(), 0, self.total
        out: list[int] = []
        for root in order.tolist():
            if missed >= self.cost:
                break
            if self.stop():
                return min(bound, missed)
            instance = self._rooted(root, prize, missed)
            gone = mask_of(self.graph.size, np.array(out, dtype=np.int64))
            instance = instance.without_edges(~gone[instance.graph.u] & ~gone[instance.graph.v])
            bound = min(bound, self._solve_rooted(instance))
            missed += int(prize[root])
            prize[root] = 0
            out.append(root)
        return bound

    def _solve_rooted(self, instance: RootedPrizes) -> int:
        """Branch, most promising bound first; return what is proven for this root."""
        tree, top = self._first_trees(instance)
        count = 0
        floor = REQUIRED
        waiting = [(instance.missed, count, instance, tree, top)]
        while waiting and not self.stop():
            bound, _, instance, tree, top = heapq.heappop(waiting)
            if bound >= self.cost:
                return min(bound, floor)
            bound, instance, tree, top = self._tightened(instance, tree, top)
            if bound >= self.cost or instance.is_impossible:
                continue
            if self.left <= 0:
                return min([bound, floor, *(entry[0] for entry in waiting)])
            self.left -= 1
            children = self._branches(instance, tree, top)
            floor = floor if children else min(floor, bound)
            for child in children:
                count += 1
                heapq.heappush(waiting, (bound, count, child, *_carried(instance, child, tree)))
        return min([self.cost, floor, *(entry[0] for entry in waiting)])

    def _first_trees(self, instance: RootedPrizes) -> tuple[IntArray, int]:
        """Start from the root alone and from a tree over all prizes."""
        everything = mehlhorn_tree(instance.graph, instance.prize > 0)
        alone = np.zeros(0, dtype=np.int64)
        return self._better(instance, [(everything, instance.root), (alone, instance.root)])

    def _better(self, instance: RootedPrizes, starts: list[tuple[IntArray, int]]) -> tuple[IntArray, int]:
        """Polish trees; keep the best one for the instance, and remember it if it is the best of all."""
        found = [polish(instance.graph, instance.prize, *start) for start in starts]
        tree, top, _ = max(found, key=lambda entry: entry[2])
        nodes = nodes_of(instance.graph, tree, top)
        held = mask_of(self.graph.size, nodes)
        cost = int(instance.graph.cost[tree].sum()) + int(self.prize[~held].sum())
        if cost < self.cost and held[self.fixed].all():
            self.cost, self.edges, self.nodes = cost, instance.ids[tree], nodes
        return tree, top

    def _tightened(self, instance: RootedPrizes, tree: IntArray, top: int) -> tuple[int, RootedPrizes, IntArray, int]:
        """Ascend, eliminate and search again as long as that shrinks the instance."""
        best = 0
        for turn in range(8):
            before = len(instance.graph.u) + len(instance.undecided)
            done = settle(instance, self.cost, tree, top, SLACKS[turn % len(SLACKS)])
            best = max(best, done.bound)
            if best >= self.cost:
                break
            tree, top = self._better(instance, [(done.tree, instance.root), (tree, top)])
            tree, top = _carried(instance, done.rest, tree)
            instance = done.rest
            if instance.is_impossible or self.stop():
                break
            if turn > 0 and len(instance.graph.u) + len(instance.undecided) > 0.97 * before:
                break
        return best, instance, tree, top

    def _branches(self, instance: RootedPrizes, tree: IntArray, top: int) -> list[RootedPrizes]:
        """Split on the largest open prize or, if there is none, on the busiest node between."""
        undecided = instance.undecided
        if len(undecided):
            node = int(undecided[np.argmax(instance.prize[undecided])])
        else:
            degree = np.diff(instance.graph.start).copy()
            degree[nodes_of(instance.graph, tree, top)] *= 2
            degree[instance.prize > 0] = 0
            node = int(np.argmax(degree))
            if degree[node] == 0:
                return []
        return [instance.with_node(node), instance.without_node(node)]


def _carried(instance: RootedPrizes, rest: RootedPrizes, tree: IntArray) -> tuple[IntArray, int]:
    """Find what is left of a tree in a smaller instance, connected to its root."""
    edges = np.flatnonzero(np.isin(rest.ids, instance.ids[tree]))
    labels = component_labels(rest.graph.size, rest.graph.u[edges], rest.graph.v[edges])
    return edges[labels[rest.graph.u[edges]] == labels[rest.root]], rest.root


def _never() -> bool:
    return False
