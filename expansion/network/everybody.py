"""Search the route of a network, or take one that was searched for it: for everybody, or for those who get fiber."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from expansion.network.hubs import areas_of_sites
from expansion.network.routing import cut_to, route_terminals
from expansion.network.supply import Roots, find_roots
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Lock, Locks, no_locks
from expansion.plan.plan import Areas, Route
from expansion.study import Study

ROUTE_SEED = 1  # of the search's random choices: the study's seed moves the draws, never the route
SiteLocks = dict[int, list[Lock]]


def route_everybody(
    study: Study, inputs: Inputs, graph: RoadGraph, prices: EdgePrices, areas: Areas, rows: IntArray,
    locks: Locks | None = None,
) -> Route:  # fmt: skip
    """Route to all of `rows`, rows of the study's locations, and to the locked sites of their areas."""
    fixed = locks if locks is not None and len(rows) else no_locks(len(graph.u))
    asked = set(areas.of_location[rows].tolist())
    sites = {area: held for area, held in areas_of_sites(graph, fixed, areas.of_location).items() if area in asked}
    roots = find_roots(inputs, graph, prices)
    return find_route(study, graph, prices, roots, must_reach(graph, rows, sites), fixed, None)


def find_route(
    study: Study, graph: RoadGraph, prices: EdgePrices, roots: Roots, wanted: IntArray, locks: Locks,
    before: Route | None,
) -> Route:  # fmt: skip
    """Search the route; one from before to the same nodes stands, and one to more of them is used where cheaper."""
    if before is not None and len(wanted) and _joins_the_same(graph, before, wanted, locks):
        return before
    route = route_terminals(
        graph, prices, roots.nodes, wanted, effort=study.network.route.effort, seed=ROUTE_SEED, locks=locks
    )
    return _cheaper(graph, prices, route, before) if before is not None and len(wanted) else route


def _joins_the_same(graph: RoadGraph, before: Route, wanted: IntArray, locks: Locks) -> bool:
    """Tell whether a route was searched for just these nodes."""
    roots = before.duals["roots"]
    every = np.r_[wanted, graph.u[locks.pinned], graph.v[locks.pinned]]
    mine = np.unique(np.where(np.isin(every, roots), roots.min(initial=graph.node_count), every))
    return np.array_equal(mine[mine != roots.min(initial=graph.node_count)], np.sort(before.terminals))


def must_reach(graph: RoadGraph, rows: IntArray, sites: SiteLocks) -> IntArray:
    """Nodes that the route has to join: those of the locations, and of the locked sites of their areas."""
    stands = [lock.node for held in sites.values() for lock in held]
    wanted: IntArray = np.r_[graph.location_node[rows], np.array(stands, dtype=np.int64)]
    return wanted


def _cheaper(graph: RoadGraph, prices: EdgePrices, route: Route, before: Route) -> Route:
    """Take the earlier route, cut to what is needed, where it is cheaper; the new bounds hold for both."""
    on_fiber = np.nonzero(prices.existing != "")[0]
    keep = np.unique(np.r_[route.terminals, route.duals["roots"], graph.u[on_fiber], graph.v[on_fiber]])
    passed = np.r_[graph.u[before.edges], graph.v[before.edges], graph.u[on_fiber], graph.v[on_fiber]]
    if not np.isin(route.terminals, np.r_[passed, route.duals["roots"]]).all():
        return route
    edges = cut_to(graph, before, keep)
    cents = int(prices.build_cost[edges].sum())
    if cents >= round(route.cost * 100):
        return route
    gap = round((cents - route.lower_bound * 100) / cents, 6) if cents else 0.0
    return replace(
        route, edges=edges, cost=cents / 100, gap=gap, length_m=round(float(graph.length_m[edges].sum()), 3),
        status="optimal" if gap <= 0 else "feasible",
    )  # fmt: skip
