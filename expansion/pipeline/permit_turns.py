"""Turn a route where permits that many edges share make another way cheaper in all.

Edge prices know what one edge asks for; fees and waits of permits are shared. So the route is searched again beside
itself, at prices that count what it needs already as paid, and parted from what is found into turns: stretches that can
be exchanged one by one. Those turns are taken that lower the sum of works, fees and each area's longest wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.network import ROUTE_SEED, route_terminals
from expansion.pipeline.blocks import blocks_of
from expansion.pipeline.permit_bill import Bill
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.parts import Ground
from expansion.plan.plan import Route
from expansion.study import Study

ROUNDS = 3
Turn = tuple[IntArray, IntArray]  # edges that leave, edges that come


def turn_route(study: Study, ground: Ground, route: Route, bill: Bill, free: IntArray) -> IntArray:
    """Return the edges of a route after the turns that lower its bill.

    Parameters
    ----------
    study, ground
        Graph, prices and locks that the route was searched with.
    route
        The cheapest at edge prices.
    bill
        Of the design over that route.
    free
        From `free_route`.

    Returns
    -------
    IntArray
        Edges ascending; those of `route` where no turn pays.
    """
    edges = take_turns(ground, route, bill, route.edges, free)
    for _ in range(ROUNDS):
        before = edges
        for prices in _trial_prices(bill, edges):
            edges = take_turns(ground, route, bill, edges, _search(study, ground, route, prices, edges))
        if np.array_equal(before, edges):
            break
    return edges


def free_route(study: Study, ground: Ground, route: Route) -> IntArray:
    """Search the route to the same places for which permits cost nothing."""
    return _search(study, ground, route, ground.prices.civil_cost, None)


def _trial_prices(bill: Bill, edges: IntArray) -> Iterator[IntArray]:
    """Prices at which other routes are searched: none waits longer than now; each waits less in its area."""
    waits = bill.waits(edges)
    yield bill.prices_beside(edges, allowed=waits, day_cents=bill.day_cents)
    lower = _next_lower(bill, edges, waits)
    yield bill.prices_beside(
        edges, allowed=lower, day_cents=np.round(bill.day_cents * (waits - lower)).astype(np.int64)
    )


def _next_lower(bill: Bill, edges: IntArray, waits: IntArray) -> IntArray:
    """Longest wait per area were the permits that take longest not needed."""
    row, edge = bill.rows(edges)
    lead, area = bill.lead[row], bill.area[edge]
    below = lead < waits[area]
    lower: IntArray = bill.floor.copy()
    np.maximum.at(lower, area[below], lead[below])
    return lower


def _search(study: Study, ground: Ground, route: Route, cents: IntArray, start: IntArray | None) -> IntArray:
    """Search the terminals of a route again at other prices."""
    priced = replace(ground.prices, build_cost=np.where(ground.prices.existing != "", 0, cents))
    found = route_terminals(
        ground.graph, priced, route.duals["roots"], route.terminals, effort=study.network.route.effort,
        seed=ROUTE_SEED, locks=ground.locks, start=start, is_certified=False,
    )  # fmt: skip
    return found.edges


def take_turns(ground: Ground, route: Route, bill: Bill, edges: IntArray, other: IntArray) -> IntArray:
    """Take the turns toward another route that lower the bill: those of an area together, then one by one."""
    by_area: dict[int, list[Turn]] = defaultdict(list)
    for turn in find_turns(ground, route, edges, other):
        by_area[int(np.bincount(bill.area[np.concatenate(turn)]).argmax())].append(turn)
    cents = bill.total(edges)
    for area in sorted(by_area):
        groups = [by_area[area], *([turn] for turn in by_area[area])] if len(by_area[area]) > 1 else [by_area[area]]
        for group in groups:
            made, total = _best_of(bill, edges, group)
            if total < cents - 1:
                edges, cents = made, total
    return edges


def _best_of(bill: Bill, edges: IntArray, turns: list[Turn]) -> tuple[IntArray, float]:
    """Take all turns of a group but those without which it is cheaper."""
    taken = list(turns)
    made = _turned(edges, taken)
    total = bill.total(made)
    for turn in turns if len(turns) > 1 else ():
        rest = [one for one in taken if one is not turn]
        without = _turned(edges, rest)
        less = bill.total(without)
        if less < total:
            taken, made, total = rest, without, less
    return made, total


def _turned(edges: IntArray, turns: list[Turn]) -> IntArray:
    """Exchange the edges of turns; those taken already stay as they are."""
    for leaving, coming in turns:
        edges = np.union1d(np.setdiff1d(edges, leaving), coming)
    return edges


def find_turns(ground: Ground, route: Route, edges: IntArray, other: IntArray) -> list[Turn]:
    """Part the difference of two routes to the same places into turns, each of which leaves a route.

    Edges that both have, fiber that lies, and roots are drawn together to one node each; what is left falls into blocks
    that hang together at single nodes only. In a block either route joins all that the block joins, so that each block
    can be taken from either.
    """
    graph, fiber = ground.graph, np.nonzero(ground.prices.existing != "")[0]
    same = np.union1d(np.intersect1d(edges, other), fiber)
    place = _drawn_together(graph, same, route.duals["roots"])
    loose = np.setxor1d(edges, other)
    loose = np.setdiff1d(loose, fiber)
    block = blocks_of(place[graph.u[loose]], place[graph.v[loose]])
    leaving = np.isin(loose, edges)
    count = int(block.max(initial=-1)) + 1
    return [(loose[(block == one) & leaving], loose[(block == one) & ~leaving]) for one in range(count)]


def _drawn_together(graph: RoadGraph, edges: IntArray, roots: IntArray) -> IntArray:
    """Give each node a number, equal where edges join nodes or they are roots."""
    first, second = np.r_[graph.u[edges], roots[:-1]], np.r_[graph.v[edges], roots[1:]]
    shape = (graph.node_count, graph.node_count)
    _, part = connected_components(coo_matrix((np.ones(len(first)), (first, second)), shape=shape), directed=False)
    number: IntArray = part.astype(np.int64)
    return number
