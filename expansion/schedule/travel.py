"""The way of crews to each area, as days that their work there takes longer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from expansion.plan.graph import FloatArray, RoadGraph
from expansion.plan.plan import Areas, Network
from expansion.rulebook import Rulebook
from expansion.schedule.chosen import ChosenArea
from expansion.schedule.tasks import TRAVEL
from expansion.study import Study

OFFICES = ("co", "fiber_tap")
_LEAST_M = 1e-6


def add_travel(
    study: Study,
    rulebook: Rulebook,
    areas: Areas,
    network: Network,
    chosen: list[ChosenArea],
    graph: RoadGraph | None = None,
) -> list[ChosenArea]:
    """Add to each area the days of the way from the depot and back, beyond what production rates hold.

    Twice the way less ``crew_local_km``, at ``crew_speed_kmh`` over ``crew_hours`` a day. A crew that goes straight
    from one area to the next drives no farther than by way of the depot, so that this leaves time enough in whatever
    order areas are built.

    Parameters
    ----------
    study
        Depot; without one crews set out from the office that is nearest by road.
    rulebook
        Way that rates hold, detour, speed and hours.
    areas
        Geometry, with its CRS.
    network
        Offices.
    chosen
        Areas whose work is measured.
    graph
        Roads of the plan; without them ways are straight lines times ``road_detour``, and offices are no depots.
    """
    depot = study.schedule.depot
    if not chosen or (depot is None and graph is None):
        return chosen
    value = rulebook.engineering_value
    at = _project(depot.longitude, depot.latitude, areas) if depot else None
    if graph is None and at is not None:
        km = _straight_m(areas, at) * value("road_detour") / 1000
    elif graph is not None:
        km = _by_road(graph, areas, network, at, value("road_detour")) / 1000
    hours = 2 * np.maximum(km - value("crew_local_km"), 0.0) / value("crew_speed_kmh")
    days = np.round(hours / value("crew_hours"), 2)
    return [_farther(area, float(days[area.row])) for area in chosen]


def _project(longitude: float, latitude: float, areas: Areas) -> tuple[float, float]:
    to_plan = Transformer.from_crs(CRS.from_epsg(4326), areas.table.crs, always_xy=True)
    east, north = to_plan.transform(longitude, latitude)
    return float(east), float(north)


def _straight_m(areas: Areas, at: tuple[float, float]) -> FloatArray:
    """Measure the straight line from a point to the middle of each area."""
    middle = areas.table.geometry.centroid
    return np.asarray(np.hypot(middle.x.to_numpy() - at[0], middle.y.to_numpy() - at[1]), dtype=np.float64)


def _by_road(
    graph: RoadGraph, areas: Areas, network: Network, at: tuple[float, float] | None, detour: float
) -> FloatArray:
    """Measure the shortest way by road, meters, from the depot or the nearest office to the middle of each area.

    The ends are the road nodes nearest to them, of those that a road joins to the start; off the roads, from the
    depot to its node, counts the straight line times the detour.
    """
    kind = graph.edges["kind"].to_numpy() == "road"
    on_road = np.unique(np.concatenate([graph.u[kind], graph.v[kind]]))
    starts, off_m = _office_nodes(network), 0.0
    if at is not None and len(on_road):
        off = np.hypot(graph.x[on_road] - at[0], graph.y[on_road] - at[1])
        starts, off_m = on_road[[int(off.argmin())]], float(off.min()) * detour
    if not len(starts):
        return np.zeros(len(areas.table))
    far = dijkstra(_roads(graph), directed=False, indices=starts, min_only=True)
    reached = on_road[np.isfinite(far[on_road])]
    if not len(reached):
        return np.zeros(len(areas.table))
    middle = areas.table.geometry.centroid
    x, y = graph.x[reached], graph.y[reached]
    nearest = [
        int(np.argmin(np.hypot(x - east, y - north)))
        for east, north in zip(middle.x.tolist(), middle.y.tolist(), strict=True)
    ]
    return np.asarray(far[reached[nearest]] + off_m, dtype=np.float64)


def _office_nodes(network: Network) -> NDArray[np.int64]:
    """Nodes of the offices, else of the places at which the operator's fiber is tapped."""
    kinds, nodes = network.sites["kind"].to_numpy(), network.sites["node"].to_numpy(dtype=np.int64)
    found = [np.unique(nodes[kinds == kind]) for kind in OFFICES]
    return next((some for some in found if len(some)), found[0])


def _roads(graph: RoadGraph) -> coo_array:
    """Lengths between nodes; of parallel edges the shortest counts."""
    low, high = np.minimum(graph.u, graph.v), np.maximum(graph.u, graph.v)
    order = np.lexsort((graph.length_m, high, low))
    pair = low[order] * graph.node_count + high[order]
    kept = order[np.unique(pair, return_index=True)[1]]
    meters = np.maximum(graph.length_m[kept], _LEAST_M)
    return coo_array((meters, (low[kept], high[kept])), shape=(graph.node_count,) * 2).tocsr()


def _farther(area: ChosenArea, days: float) -> ChosenArea:
    parts = tuple(replace(part, quantities=part.quantities | {TRAVEL: days}) for part in area.parts)
    return replace(area, quantities=area.quantities | {TRAVEL: days}, parts=parts)
