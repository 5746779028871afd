"""Questions about a route before or beside a plan: what a lock costs, what else could be built, a second way to a hub.

Everything is a pure function over an `Explored` study, which `explore` makes once (seconds). ::

    explored = explore(study, inputs)
    changed = reroute(explored, changed_study)        # pins, avoids, hub locks: a new route and what it costs more
    options = find_alternatives(explored, "A003")     # of expansion.pipeline.variants: routes that differ in kind
    ways = protect_hubs(explored, feeds)              # of expansion.pipeline.variants: a second way to each hub
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from expansion.network import (
    ROUTE_SEED,
    cut_off_locations,
    find_locks,
    locked_nodes,
    price_locks,
    root_nodes,
    route_terminals,
)
from expansion.permits import name_edge_permits
from expansion.pipeline.grounding import lay_ground
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Ground
from expansion.plan.plan import Route
from expansion.study import Study

# Work of a route that only answers a question; a plan takes network.route.effort.
LOOK_EFFORT = 1


@dataclass(frozen=True, slots=True)
class Explored:
    """A study ready for questions: its ground, and the route over all eligible locations that a road reaches.

    `open_graph` is the graph before locks cut locations off, `permits` which permits each edge would need, `rows` the
    rows of the locations that the route reaches.
    """

    study: Study
    inputs: Inputs
    ground: Ground
    open_graph: RoadGraph
    permits: pd.DataFrame
    rows: IntArray
    route: Route


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A route after locks have changed, and what it costs more than the one before.

    Attributes
    ----------
    explored
        The study with the new locks and route, for the next question.
    added, dropped
        Rows of edges that only the new, or only the old, route builds.
    cut_off
        Ids of locations that nothing reaches any more.
    price, price_low, price_high
        What the new route costs more, and between which bounds; None where the two reach different locations.
    """

    explored: Explored
    added: IntArray
    dropped: IntArray
    cut_off: tuple[str, ...]
    price: float | None
    price_low: float | None
    price_high: float | None


def explore(study: Study, inputs: Inputs) -> Explored:
    """Prepare a study for questions about its route.

    Parameters
    ----------
    study, inputs
        As for `make_plan`.

    Returns
    -------
    Explored
        With the locks of the study. Its route is solved at `LOOK_EFFORT` and carries no certificate.

    Raises
    ------
    PlanningError
        As `make_plan` does for locks that cannot be kept.
    """
    inputs, ground = lay_ground(study, inputs, lambda _: None)
    open_graph = _reopened(ground)
    permits = name_edge_permits(study, inputs, ground.triggers, ground.prices.placement)
    rows, route = _route(study, inputs, ground, None)
    return Explored(study, inputs, ground, open_graph, permits, rows, route)


def _reopened(ground: Ground) -> RoadGraph:
    """Give the locations that locks cut off their nodes back."""
    node = ground.graph.location_node.copy()
    node[ground.locks.cut_off] = ground.locks.cut_node
    return replace(ground.graph, location_node=node)


def _route(study: Study, inputs: Inputs, ground: Ground, start: IntArray | None) -> tuple[IntArray, Route]:
    """Route all eligible locations that can be reached and are not too large for a hub."""
    small = inputs.locations["units"].to_numpy() <= study.network.hub_capacity
    eligible = ground.eligibility.table["eligible"].to_numpy(dtype=bool)
    rows = np.flatnonzero(eligible & small & (ground.graph.location_node >= 0) & (ground.areas.of_location >= 0))
    asked = set(ground.areas.of_location[rows].tolist())
    hubs = locked_nodes(ground.graph, ground.locks, ground.areas, asked)
    route = route_terminals(
        ground.graph, ground.prices, root_nodes(inputs, ground.graph, ground.prices),
        np.r_[ground.graph.location_node[rows], hubs], effort=LOOK_EFFORT, seed=ROUTE_SEED,
        locks=ground.locks if len(rows) else None, start=start, is_certified=False,
    )  # fmt: skip
    return rows.astype(np.int64), route


def reroute(explored: Explored, study: Study, marks: gpd.GeoDataFrame | None = None) -> Rerouted:
    """Solve the route again with other locks, from the route that stands.

    Parameters
    ----------
    explored
        The study as it was.
    study
        The same study with other `network.route` or `network.locks`; nothing else of it may differ.
    marks
        Drawn pins and polygons after `MARKS`, study CRS; None keeps those of the inputs.

    Returns
    -------
    Rerouted
        Areas stay as they were; locations that are cut off leave the route.

    Raises
    ------
    PlanningError
        As `find_locks`.
    """
    inputs = explored.inputs if marks is None else replace(explored.inputs, marks=marks)
    before, prices = explored.ground, explored.ground.prices
    locks = find_locks(study, inputs, explored.open_graph, prices, explored.permits)
    graph = cut_off_locations(explored.open_graph, locks)
    ground = replace(before, graph=graph, locks=locks)
    rows, route = _route(study, inputs, ground, explored.route.edges)
    after = replace(explored, study=study, inputs=inputs, ground=ground, rows=rows, route=route)
    names = explored.inputs.locations["location_id"].to_numpy(dtype=object)
    lost = np.setdiff1d(explored.rows, rows)
    price = _price(explored.route, route) if np.array_equal(rows, explored.rows) else (None, None, None)
    return Rerouted(
        after, np.setdiff1d(route.edges, explored.route.edges), np.setdiff1d(explored.route.edges, route.edges),
        tuple(sorted(str(name) for name in names[lost])), *price,
    )  # fmt: skip


def _price(before: Route, after: Route) -> tuple[float, float, float]:
    """Difference of two routes over the same locations, and its bounds."""
    return (
        round(after.cost - before.cost, 2), round(after.lower_bound - before.cost, 2),
        round(after.cost - before.lower_bound, 2),
    )  # fmt: skip


def list_locks(explored: Explored) -> gpd.GeoDataFrame:
    """List the locks with what each costs; see `price_locks`."""
    ground = explored.ground
    return price_locks(
        explored.inputs, ground.graph, ground.prices, ground.areas, ground.locks, explored.rows, explored.route,
        seed=ROUTE_SEED,
    )  # fmt: skip
