"""Drive again from the depot, or the nearest office, to each area and back."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from expansion.audit.access import road_nodes
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.rules import engineering, section


def travel_days(saved: SavedPlan) -> dict[str, float]:
    """Measure the way from the depot to the middle of each area and back, in days beyond the way that rates hold."""
    found: dict[str, float] = saved.once("travel days", _measure_travel)
    return found


def _measure_travel(saved: SavedPlan) -> dict[str, float]:
    areas, edges = saved.table("areas"), saved.table("edges")
    places, nodes = road_nodes(edges)
    begin = _begin(saved, areas, places, nodes)
    meters = _drive(edges, begin)
    known = np.array([node in meters for node in nodes.tolist()], dtype=bool)
    if not known.any():
        return {}
    x, y = shapely.get_x(places[known]), shapely.get_y(places[known])
    found = {}
    for area, shape in zip(texts(areas, "area_id"), areas.geometry, strict=True):
        middle = shapely.centroid(shape)
        nearest = int(nodes[known][np.argmin(np.hypot(x - middle.x, y - middle.y))])
        beyond = max(meters[nearest] / 1000 - engineering(saved, "crew_local_km"), 0.0)
        hours = 2 * beyond / engineering(saved, "crew_speed_kmh")
        found[area] = round(hours / engineering(saved, "crew_hours"), 2)
    return found


def _begin(saved: SavedPlan, areas: Any, places: Any, nodes: Any) -> dict[int, float]:
    """Tell the nodes at which crews set out, with the meters off the roads to them."""
    depot = section(saved, "schedule")["depot"]
    if depot is not None and len(nodes):
        there = gpd.GeoSeries([shapely.Point(depot["longitude"], depot["latitude"])], crs=4326).to_crs(areas.crs)
        off = shapely.distance(places, there.iloc[0])
        return {int(nodes[off.argmin()]): float(off.min()) * engineering(saved, "road_detour")}
    sites = saved.table("sites")
    kinds = np.array(texts(sites, "kind"), dtype=object)
    kind = "co" if (kinds == "co").any() else "fiber_tap"
    return dict.fromkeys(integers(sites, "node")[kinds == kind].tolist(), 0.0)


def _drive(edges: Any, begin: dict[int, float]) -> dict[int, float]:
    """Meters of the shortest way along edges from the nearest beginning to each node (Dijkstra, 1959)."""
    beside: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for u, v, meters in zip(integers(edges, "u"), integers(edges, "v"), numbers(edges, "length_m"), strict=True):
        beside[int(u)].append((int(v), float(meters)))
        beside[int(v)].append((int(u), float(meters)))
    best, waiting = dict(begin), [(meters, node) for node, meters in begin.items()]
    heapq.heapify(waiting)
    while waiting:
        meters, node = heapq.heappop(waiting)
        if meters > best.get(node, math.inf):
            continue
        for other, further in beside[node]:
            if meters + further < best.get(other, math.inf):
                best[other] = meters + further
                heapq.heappush(waiting, (best[other], other))
    return best
