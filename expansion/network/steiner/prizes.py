"""Decide which nodes are worth reaching at a prize each, and prove how good the choice is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from expansion.network.steiner.graph import build_graph, cheapest_parallel
from expansion.network.steiner.prize_instance import REQUIRED
from expansion.network.steiner.prize_search import PrizeLimits, PrizeSearch
from expansion.network.steiner.types import IntArray

EFFORTS = (
    PrizeLimits(rounds=1, branch_edges=0, plain_effort=-1),
    PrizeLimits(rounds=4, branch_edges=0, plain_effort=-1),
    PrizeLimits(rounds=8, branch_edges=50_000, plain_effort=2),
    PrizeLimits(rounds=8, branch_edges=1_000_000, plain_effort=3),
    PrizeLimits(rounds=8, branch_edges=2**40, plain_effort=4),
)
"""Work allowed at each effort."""


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
    start: IntArray | None = None,
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
    start
        Edges of a tree that may be good, such as that of other prizes, to begin with.
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
    is_given = np.zeros(len(u), dtype=np.bool_)
    is_given[[] if start is None else start] = True
    known = np.flatnonzero(is_given[kept])
    search = PrizeSearch(graph, prize, fixed, EFFORTS[min(max(effort, 0), len(EFFORTS) - 1)], known, stop)
    search.run()
    status = "optimal" if search.lower_bound >= search.cost else "feasible"
    lower_bound = min(search.lower_bound, search.cost)
    return PrizeTree(np.sort(kept[search.edges]), search.nodes, search.cost, lower_bound, status)
