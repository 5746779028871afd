"""Routes to one area that differ in kind, each against the rest of the plan as it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.network.routing import cut_to, route_terminals
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.locks import Locks
from expansion.plan.plan import Route

_SEED = 1
_EFFORT = 1
_ROUNDS = 5
_NOT_AERIAL = 4


@dataclass(frozen=True, slots=True)
class Task:
    """One area to be reached from what the rest of the plan builds.

    Attributes
    ----------
    graph
        Edges.
    prices
        True prices.
    locks
        Avoided edges are gone; pins belong to the rest.
    rest
        Rows of the new build edges that the other areas, and pins, need.
    bases
        Nodes at which the area may be joined to the rest: those of its edges, of existing fiber and of the roots.
    wanted
        Nodes of the area's locations and locked hubs.
    permits
        Which permits each edge would need: edge, permit_id, lead_days; those that the rest needs anyway are left out.
    """

    graph: RoadGraph
    prices: EdgePrices
    locks: Locks
    rest: IntArray
    bases: IntArray
    wanted: IntArray
    permits: pd.DataFrame

    def solve(self, cents: IntArray, forbidden: NDArray[np.bool_] | None = None) -> Route:
        """Route to the area at given prices, without the avoided and the forbidden edges."""
        avoided = self.locks.avoided
        if forbidden is not None:
            avoided = avoided | forbidden
        locks = self.locks.only_avoiding(np.flatnonzero(avoided))
        priced = replace(self.prices, build_cost=np.where(self.prices.existing != "", 0, cents))
        return route_terminals(
            self.graph, priced, self.bases, self.wanted, effort=_EFFORT, seed=_SEED, locks=locks, is_certified=False
        )


def make_task(
    graph: RoadGraph, prices: EdgePrices, locks: Locks, route: Route, roots: IntArray, wanted: IntArray,
    others: IntArray, permits: pd.DataFrame,
) -> Task:  # fmt: skip
    """Part a route into what an area needs alone and the rest.

    Parameters
    ----------
    route
        Over all areas.
    roots
        Nodes at which the operator's network stands.
    wanted, others
        Nodes that the area needs, and those that the other areas need.
    permits
        As `name_edge_permits` gives them.
    """
    lit = np.flatnonzero(prices.existing != "")
    pinned = locks.pinned
    keep = np.unique(np.r_[roots, others, graph.u[lit], graph.v[lit], graph.u[pinned], graph.v[pinned]])
    rest = cut_to(graph, route, keep)
    bases = np.unique(np.r_[roots, graph.u[rest], graph.v[rest], graph.u[lit], graph.v[lit]])
    granted = np.unique(permits.loc[permits["edge"].isin(rest).to_numpy(), "permit_id"])
    asked = permits[~permits["permit_id"].isin(granted).to_numpy(dtype=bool)].reset_index(drop=True)
    free = asked[(prices.existing[asked["edge"].to_numpy()] == "")].reset_index(drop=True)
    return Task(graph, prices, locks, rest, bases, np.unique(wanted), free)


def cheapest(task: Task) -> Route:
    """Route at least cost; its bound is what every other alternative is measured against."""
    return task.solve(task.prices.build_cost)


def fewest_permits(task: Task) -> Route:
    """Search for the route that needs the fewest further permits, and of those the cheapest.

    A permit is paid once, however many edges ask for it. Each round spreads a price larger than the whole route over
    the meters for which the last round used the permit (slope scaling); the round with the fewest permits is solved
    once more at true prices without any other permit. A heuristic: fewer may exist.
    """
    permits, cents = task.permits, task.prices.build_cost
    names, which = np.unique(permits["permit_id"].to_numpy(dtype=object), return_inverse=True)
    edge = permits["edge"].to_numpy(dtype=np.int64)
    meters = np.maximum(task.graph.length_m[edge], 1.0)
    found = cheapest(task)
    if not len(names):
        return found
    dear = float(max(round(found.cost * 100), 1))
    spread = np.bincount(which, weights=meters)
    best = (len(_needed(task, found)), round(found.cost * 100), found)
    for _ in range(_ROUNDS):
        extra = np.bincount(edge, weights=dear * meters / spread[which], minlength=len(cents))
        found = task.solve(cents + np.ceil(extra).astype(np.int64))
        used = np.isin(edge, found.edges)
        taken = np.bincount(which[used], weights=meters[used], minlength=len(names))
        spread = np.where(taken > 0, taken, spread)
        mine = (len(_needed(task, found)), int(cents[found.edges].sum()), found)
        best = min(best, mine, key=lambda one: one[:2])
    allowed = _needed(task, best[2])
    return task.solve(cents, _asking(task, ~permits["permit_id"].isin(sorted(allowed)).to_numpy(dtype=bool)))


def soonest_permits(task: Task) -> Route:
    """Route whose slowest further permit is as quick as any route allows, and of those the cheapest."""
    leads = np.zeros(len(task.graph.u), dtype=np.int64)
    np.maximum.at(leads, task.permits["edge"].to_numpy(dtype=np.int64), task.permits["lead_days"].to_numpy(np.int64))
    for limit in np.unique(np.r_[0, leads]).tolist():
        late = (leads > limit) & (task.prices.existing == "")
        if _joins(task, late):
            return task.solve(task.prices.build_cost, late)
    return cheapest(task)


def mostly_aerial(task: Task) -> Route:
    """Route at least cost where a meter that is not on poles counts four times."""
    dear = np.where(task.prices.placement == "aerial", 1, _NOT_AERIAL)
    return task.solve(task.prices.build_cost * dear)


KINDS: dict[str, Callable[[Task], Route]] = {
    "cheapest": cheapest,
    "fewest_permits": fewest_permits,
    "soonest_permits": soonest_permits,
    "mostly_aerial": mostly_aerial,
    "mostly_buried": cheapest,
}
"""How each kind is searched; ``mostly_buried`` is the cheapest route where no pole may be used."""


def _needed(task: Task, route: Route) -> set[str]:
    """Permits that a route asks for beyond those of the rest."""
    return set(task.permits.loc[task.permits["edge"].isin(route.edges).to_numpy(dtype=bool), "permit_id"])


def _asking(task: Task, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Per edge: one of these rows of the permits is about it."""
    mask = np.zeros(len(task.graph.u), dtype=bool)
    mask[task.permits["edge"].to_numpy(dtype=np.int64)[rows]] = True
    return mask


def _joins(task: Task, forbidden: NDArray[np.bool_]) -> bool:
    """Tell whether all wanted nodes can be joined to the rest without the forbidden and the avoided edges."""
    kept = ~(forbidden | task.locks.avoided)
    size, base = task.graph.node_count, task.bases
    u = np.r_[task.graph.u[kept], base[:-1]]
    v = np.r_[task.graph.v[kept], base[1:]]
    _, label = connected_components(coo_matrix((np.ones(len(u)), (u, v)), shape=(size, size)), directed=False)
    return bool((label[task.wanted] == label[base[0]]).all())
