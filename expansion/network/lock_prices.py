"""What each lock costs: the route is solved again without it, from the tree that stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np

from expansion.network.hubs import locked_nodes
from expansion.network.locks import joined_nodes
from expansion.network.routing import route_terminals
from expansion.network.supply import find_roots
from expansion.plan.findings import Finding, find
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.locks import LOCK_KINDS, ROUTE_LOCKS, Lock, Locks, empty_lock_table
from expansion.plan.plan import Areas, Route
from expansion.wording import count

# Work of a route without one lock, and the most locks that are priced one by one.
LOOK_EFFORT = 1
MOST_PRICED = 100


def price_locks(
    inputs: Inputs, graph: RoadGraph, prices: EdgePrices, areas: Areas, locks: Locks, rows: IntArray, route: Route,
    *, seed: int,
) -> gpd.GeoDataFrame:  # fmt: skip
    """Price every lock.

    Parameters
    ----------
    inputs, graph, prices, areas
        What the route was solved on.
    locks
        All locks; of those of the route and of hubs the first `MOST_PRICED` by id are priced, the others listed with an
        empty price.
    rows
        Rows of the locations that the route reaches: both routes reach the same ones.
    route
        The route with all locks.
    seed
        Of the search.

    Returns
    -------
    GeoDataFrame
        After `ROUTE_LOCKS`, by lock id. With bounds ``b <= optimum <= c`` of the route with (1) and without (0) a lock,
        the price lies between ``max(0, b1 - c0)`` and ``c1 - b0``.
    """
    held = locks.of(*LOCK_KINDS)
    if not held:
        return empty_lock_table(graph.crs)
    bases = find_roots(inputs, graph, prices).nodes
    homes = graph.location_node[rows]
    reached = set(areas.of_location[rows].tolist())

    def without(lock: Lock) -> Route:
        fewer = locks.without(lock.lock_id)
        wanted = np.r_[homes, locked_nodes(graph, fewer, areas, reached)]
        return route_terminals(
            graph, prices, bases, wanted, effort=LOOK_EFFORT, seed=seed, locks=fewer, start=route.edges,
            is_certified=False,
        )  # fmt: skip

    looks = [without(lock) if number < MOST_PRICED and len(rows) else None for number, lock in enumerate(held)]
    freed = [_freed(graph, locks, lock, bases) for lock in held]
    parts = zip(held, freed, looks, strict=True)
    rows_out = [_row(graph, lock, count, route, look) for lock, count, look in parts]
    columns = {column.name: [row[column.name] for row in rows_out] for column in ROUTE_LOCKS.columns}
    shapes = [lock.shape for lock in held]
    return gpd.GeoDataFrame(ROUTE_LOCKS.build(columns, geometry=shapes, crs=graph.crs))


def _freed(graph: RoadGraph, locks: Locks, lock: Lock, roots: IntArray) -> int:
    """Count the locations that could be reached if this lock alone were gone."""
    if lock.kind != "avoid" or not len(locks.cut_off):
        return 0
    return int(joined_nodes(graph, locks.without(lock.lock_id), roots)[locks.cut_node].sum())


def _row(graph: RoadGraph, lock: Lock, freed: int, route: Route, look: Route | None) -> dict[str, object]:
    """One row of the table."""
    ids = graph.edges["edge_id"].to_numpy(dtype=object)[lock.edges]
    row: dict[str, object] = {
        "lock_id": lock.lock_id, "kind": lock.kind, "what": lock.what, "edges": len(lock.edges),
        "length_m": round(float(graph.length_m[lock.edges].sum()), 3), "edge_ids": ",".join(ids) or None,
        "node": lock.node if lock.kind == "hub" else None, "capacity": lock.capacity or None, "hub_id": None,
        "locations_cut_off": freed,
    }  # fmt: skip
    return row | price_between(route, look)


def price_between(route: Route, look: Route | None) -> dict[str, float | None]:
    """Say what a route costs more than one without a lock, and between which bounds; the former is feasible too."""
    if look is None:
        return dict.fromkeys(("cost_with", "cost_without", "price", "price_low", "price_high"))
    with_, bound = _cents(route.cost), _cents(route.lower_bound)
    free = min(_cents(look.cost), with_)
    floor = min(_cents(look.lower_bound), free)
    return {
        "cost_with": with_ / 100, "cost_without": free / 100, "price": (with_ - free) / 100,
        "price_low": max(0, bound - free) / 100, "price_high": (with_ - floor) / 100,
    }  # fmt: skip


def _cents(amount: float) -> int:
    return round(amount * 100)


def lock_findings(table: gpd.GeoDataFrame, currency: str) -> tuple[Finding, ...]:
    """Say what each lock costs; `W_LOCK_UNPRICED` where there were too many to price."""
    priced = table[table["price"].notna().to_numpy(dtype=bool)]
    columns: Sequence[str] = ("lock_id", "what", "price", "price_low", "price_high")
    found = [
        find("W_LOCK_PRICE", "info", _sentence(what, price, low, high, currency), [name], amount=price, unit=currency)
        for name, what, price, low, high in zip(*(priced[column] for column in columns), strict=True)
    ]
    open_ids = table.loc[table["price"].isna().to_numpy(dtype=bool), "lock_id"].tolist()
    if open_ids:
        many = count(len(open_ids), "lock is", "locks are")
        text = f"{many} not priced: each asks for a route of its own, and {MOST_PRICED} are made"
        found.append(find("W_LOCK_UNPRICED", "info", text, open_ids))
    return tuple(found)


def _sentence(what: str, price: float, low: float, high: float, currency: str) -> str:
    """One lock's price in words."""
    if high < 0.005:
        return f"{what} costs nothing: the route would be as cheap with as without it"
    exact = "" if high - low < 0.01 else f" (between {low:,.2f} and {high:,.2f})"
    return f"{what} adds {price:,.2f} {currency} to the route{exact}"


def with_findings(locks: Locks, table: gpd.GeoDataFrame, currency: str) -> Locks:
    """Return the locks with what they cost among their findings."""
    return replace(locks, findings=(*locks.findings, *lock_findings(table, currency)))
