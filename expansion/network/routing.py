"""Route terminals to the operator's network: the Steiner tree on priced edges, with its certificate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.network.steiner import Certificate, SteinerTree, solve_steiner
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.locks import Locks
from expansion.plan.plan import Route


def route_terminals(
    graph: RoadGraph,
    prices: EdgePrices,
    roots: IntArray,
    terminals: IntArray,
    *,
    effort: int,
    seed: int,
    locks: Locks | None = None,
    start: IntArray | None = None,
    is_certified: bool = True,
) -> Route:
    """Connect every terminal to the operator's network at least build cost.

    Parameters
    ----------
    graph
        Road graph; every terminal lies in a component that holds a root.
    prices
        Build cost per edge; edges along existing fiber cost nothing.
    roots
        Nodes at which the operator's network stands; they count as joined to one another. Without any,
        nothing can be reached, and there must be no terminal.
    terminals
        Nodes to reach, in any order.
    effort, seed
        Work of the search, and the seed of its random choices.
    locks
        Pinned edges are part of the route whatever they cost: they are contracted, their ends are terminals, and their
        price is added to cost and bounds. Avoided edges are gone. Hubs of the locks are not terminals by themselves.
        None for no locks.
    start
        Edges of an earlier route to go on from; the result is no dearer than what of them still holds.
    is_certified
        False leaves the certificate out: for a look, not for a plan.

    Returns
    -------
    Route
        `edges` holds new build only; the certificate's `roots` lists the nodes that were taken as one. Its duals hold
        on the graph without avoided edges, pinned edges at price 0.

    Raises
    ------
    UnreachableError
        If a terminal has no path to a root.
    """
    pinned = locks.pinned if locks is not None else np.zeros(0, dtype=np.int64)
    kept = np.flatnonzero(~locks.avoided) if locks is not None else np.arange(len(graph.u))
    cost = np.array(prices.build_cost, dtype=np.int64)
    cost[pinned] = 0
    root = int(roots.min(initial=graph.node_count - 1))
    merged = np.arange(graph.node_count, dtype=np.int64)
    merged[roots] = root
    wanted = np.unique(merged[np.r_[terminals, graph.u[pinned], graph.v[pinned]]])
    wanted = wanted[wanted != root]
    tree = solve_steiner(
        graph.node_count,
        merged[graph.u[kept]],
        merged[graph.v[kept]],
        cost[kept],
        np.r_[root, wanted],
        effort=effort,
        seed=seed,
        start=None if start is None else np.flatnonzero(np.isin(kept, start)),
        is_certified=is_certified,
    )
    return _as_route(graph, prices, tree, kept, root, wanted, roots, pinned)


def _as_route(
    graph: RoadGraph, prices: EdgePrices, tree: SteinerTree, kept: IntArray, root: int, terminals: IntArray,
    roots: IntArray, pinned: IntArray,
) -> Route:  # fmt: skip
    """Express a tree in money and meters; edges along existing fiber are not new build, pinned edges always are."""
    edges = np.union1d(kept[tree.edges], pinned)
    new = edges[prices.existing[edges] == ""].astype(np.int64)
    cost, fixed = int(prices.build_cost[new].sum()), int(prices.build_cost[pinned].sum())
    bound, certified = min(int(tree.lower_bound) + fixed, cost), min(int(tree.certified_lower_bound) + fixed, cost)
    return Route(
        edges=new, length_m=round(float(graph.length_m[new].sum()), 3), cost=cost / 100, lower_bound=bound / 100,
        certified_lower_bound=certified / 100, gap=round((cost - bound) / cost, 6) if cost else 0.0,
        status="empty" if len(terminals) == 0 else ("optimal" if bound == cost else "feasible"),
        root=root, terminals=terminals, duals=_dual_arrays(tree.duals, roots),
    )  # fmt: skip


def restate_route(graph: RoadGraph, prices: EdgePrices, route: Route, edges: IntArray) -> Route | None:
    """Take other edges as the route to the same terminals; the bounds of `route`, which hold for every tree, stay.

    Parameters
    ----------
    graph, prices
        Those that `route` was searched on.
    route
        Its terminals, roots and proof.
    edges
        Rows of edges; those that nobody needs fall off.

    Returns
    -------
    Route or None
        None where the edges, with the fiber that lies, do not join all terminals to the operator's network.
    """
    on_fiber = np.nonzero(prices.existing != "")[0]
    roots = route.duals["roots"]
    kept = np.union1d(edges, on_fiber)
    ends = np.c_[np.r_[graph.u[kept], roots[:-1]], np.r_[graph.v[kept], roots[1:]]]
    matrix = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(graph.node_count, graph.node_count))
    _, part = connected_components(matrix, directed=False)
    if len(np.unique(part[np.r_[route.root, route.terminals]])) > 1:
        return None
    keep = np.unique(np.r_[route.terminals, roots, graph.u[on_fiber], graph.v[on_fiber]])
    left = cut_to(graph, replace(route, edges=edges), keep)
    cents = int(prices.build_cost[left].sum())
    gap = round((cents - route.lower_bound * 100) / cents, 6) if cents else 0.0
    return replace(
        route, edges=left, cost=cents / 100, gap=gap, length_m=round(float(graph.length_m[left].sum()), 3),
        status="optimal" if gap <= 0 else "feasible",
    )  # fmt: skip


def _dual_arrays(dual: Certificate, roots: IntArray) -> dict[str, IntArray]:
    """Name the arrays of a certificate as docs/methods/steiner.md names them, and the nodes that were taken as one."""
    return {
        "root": np.array([dual.root], dtype=np.int64), "terminals": dual.terminals, "offsets": dual.offsets,
        "nodes": dual.nodes, "potentials": dual.potentials, "roots": np.sort(roots),
    }  # fmt: skip


def cut_to(graph: RoadGraph, route: Route, keep: IntArray) -> IntArray:
    """Edges of a route that remain when only some of its terminals are wanted: leaves that nobody needs fall off.

    `keep` are the nodes that must stay joined to whatever the route's edges hang from; edges along existing fiber
    and roots are leaves that may stay, for the caller hangs the result again.
    """
    degree = np.bincount(np.r_[graph.u[route.edges], graph.v[route.edges]], minlength=graph.node_count)
    wanted = np.zeros(graph.node_count, dtype=bool)
    wanted[keep] = True
    alive = dict.fromkeys(route.edges.tolist(), True)
    at: dict[int, list[int]] = {}
    for edge in route.edges.tolist():
        at.setdefault(int(graph.u[edge]), []).append(edge)
        at.setdefault(int(graph.v[edge]), []).append(edge)
    loose = [node for node in at if degree[node] == 1 and not wanted[node]]
    while loose:
        node = loose.pop()
        for edge in at[node]:
            if alive[edge]:
                alive[edge] = False
                other = int(graph.u[edge]) + int(graph.v[edge]) - node
                degree[node] -= 1
                degree[other] -= 1
                if degree[other] == 1 and not wanted[other]:
                    loose.append(other)
    return np.array(sorted(edge for edge, lives in alive.items() if lives), dtype=np.int64)
