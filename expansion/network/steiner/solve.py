"""Join terminals at least cost, and prove how far from the optimum the result can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from expansion.errors import UnreachableError
from expansion.network.steiner.certificate import Certificate, empty_certificate
from expansion.network.steiner.finish import ExactSearch
from expansion.network.steiner.graph import build_graph, cheapest_parallel, component_labels, mask_of
from expansion.network.steiner.mend import kept_positions, mended_tree
from expansion.network.steiner.proof import prove
from expansion.network.steiner.reduction import Instance
from expansion.network.steiner.search import Limits
from expansion.network.steiner.trees import spanning_tree
from expansion.network.steiner.types import IntArray

EFFORTS = (
    Limits(rounds=0, roots=1, branch_edges=0, cut_entries=0),
    Limits(rounds=2, roots=3, branch_edges=0, cut_entries=0),
    Limits(rounds=4, roots=4, branch_edges=20_000, cut_entries=200_000),
    Limits(rounds=20, roots=6, branch_edges=1_000_000, cut_entries=10_000_000),
    Limits(rounds=100, roots=8, branch_edges=2**40, cut_entries=2**40),
)
"""Work allowed at each effort."""


@dataclass(frozen=True, slots=True)
class SteinerTree:
    """A tree that joins terminals, with what is proven about its cost.

    ``certified_lower_bound <= lower_bound <= optimum <= cost`` always holds.

    Attributes
    ----------
    edges
        Positions in the edge arrays given, ascending.
    cost
        Sum of their costs.
    lower_bound
        Proven by the solver, partly on a reduced graph.
    certified_lower_bound
        Value of `duals`, which anyone can check on the graph given.
    root
        Terminal at which `duals` is rooted; the one terminal, or -1, if there is nothing to join.
    duals
        The certificate.
    status
        ``optimal``, ``feasible``, or ``empty`` if there is nothing to join.
    """

    edges: IntArray
    cost: int
    lower_bound: int
    certified_lower_bound: int
    root: int
    duals: Certificate
    status: str

    @property
    def gap(self) -> float:
        """Largest possible saving as a share of `cost`; 0 means optimal."""
        return 0.0 if self.cost == 0 else (self.cost - self.lower_bound) / self.cost


def solve_steiner(
    node_count: int,
    u: IntArray,
    v: IntArray,
    cost: IntArray,
    terminals: IntArray,
    *,
    effort: int = 2,
    seed: int = 0,
    stop: Callable[[], bool] | None = None,
    is_certified: bool = True,
    start: IntArray | None = None,
) -> SteinerTree:
    """Join all terminals by edges of least total cost.

    Parameters
    ----------
    node_count
        Number of nodes; they are named 0 … node_count - 1. Isolated ones are welcome.
    u, v
        End nodes of the edges. Loops and parallel edges are allowed.
    cost
        Whole numbers of at least 0, for example cents; their sum has to stay below 2**60.
    terminals
        Nodes to join, in any order; duplicates are ignored. None or one gives an empty tree.
    effort
        0 the first tree, 2 a good one, 4 all that helps; counted in work, so that equal inputs give equal
        trees on any machine.
    seed
        Chooses among the roots of the dual ascents.
    stop
        Asked between steps whether to stop early. A clock in here makes the result depend on the machine:
        for benchmarks only.
    is_certified
        False leaves the certificate out (its bound is then 0).
    start
        Positions of edges to go on from, for example those of an earlier tree that are still there: they are
        mended into a tree, and no dearer one is returned. Any edges will do; parallel ones count as one.

    Returns
    -------
    SteinerTree
        The tree with its bounds. Reordering edges or terminals changes its cost in no case, and its edges
        only among parallel edges of equal cost.

    Raises
    ------
    UnreachableError
        If the terminals are not connected; names those apart from the first one's component.
    ValueError
        If the arrays do not describe a graph, or `start` names an edge that is not there.
    """
    u, v, cost, wanted = _checked(node_count, u, v, cost, terminals)
    if len(wanted) < 2:
        return _nothing_to_join(wanted)
    _require_connected(node_count, u, v, wanted)
    limits = EFFORTS[min(max(effort, 0), len(EFFORTS) - 1)]
    kept = cheapest_parallel(u, v, cost)
    graph = build_graph(node_count, np.minimum(u, v)[kept], np.maximum(u, v)[kept], cost[kept])
    search = ExactSearch(Instance(graph, wanted), limits, seed, stop)
    if start is not None:
        earlier = kept_positions(kept, u, v, _checked_start(start, len(u)))
        search.begin_with(mended_tree(graph, mask_of(graph.size, wanted), earlier), graph)
    search.run()
    tree = spanning_tree(graph, search.edges, mask_of(node_count, wanted))
    edges, total = np.sort(kept[tree]), int(graph.cost[tree].sum())
    duals = prove(graph, wanted, tree, search) if is_certified else empty_certificate()
    bound = max(min(search.lower_bound, total), duals.bound)
    status = "optimal" if bound >= total else "feasible"
    return SteinerTree(edges, total, bound, duals.bound, duals.root, duals, status)


def _checked(
    node_count: int, u: IntArray, v: IntArray, cost: IntArray, terminals: IntArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return the arrays as int64 of one length, or say what is wrong."""
    u, v, cost = (np.array(values, dtype=np.int64).reshape(-1) for values in (u, v, cost))
    wanted = np.unique(np.array(terminals, dtype=np.int64).reshape(-1))
    if not len(u) == len(v) == len(cost):
        raise ValueError(f"u, v and cost differ in length: {len(u)}, {len(v)}, {len(cost)}")
    for name, nodes in (("u", u), ("v", v), ("terminals", wanted)):
        if len(nodes) and (nodes.min() < 0 or nodes.max() >= node_count):
            raise ValueError(f"{name}: nodes have to lie between 0 and {node_count - 1}")
    if len(cost) and (cost.min() < 0 or float(cost.sum(dtype=np.float64)) >= 2.0**60):
        raise ValueError("cost: has to be at least 0, and to add up to less than 2**60")
    return u, v, cost, wanted


def _checked_start(start: IntArray, edge_count: int) -> IntArray:
    """Return the positions without repetition, or say what is wrong."""
    edges = np.unique(np.array(start, dtype=np.int64).reshape(-1))
    if len(edges) and (edges[0] < 0 or edges[-1] >= edge_count):
        raise ValueError(f"start: positions have to lie between 0 and {edge_count - 1}")
    return edges


def _nothing_to_join(wanted: IntArray) -> SteinerTree:
    root = int(wanted[0]) if len(wanted) else -1
    return SteinerTree(np.zeros(0, np.int64), 0, 0, 0, root, empty_certificate(), "empty")


def _require_connected(node_count: int, u: IntArray, v: IntArray, wanted: IntArray) -> None:
    labels = component_labels(node_count, u, v)
    apart = wanted[labels[wanted] != labels[wanted[0]]]
    if len(apart):
        raise UnreachableError(
            f"{len(apart)} of {len(wanted)} terminals are not connected to terminal {wanted[0]}",
            where=apart.tolist(),
        )
