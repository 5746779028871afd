"""Find again, by brute force, where each location meets the road graph and where the operator's plant stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from expansion.audit.folder import SavedPlan, flags, integers, texts

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NO_ACCESS = ("motorway", "motorway_link", "trunk_link")
_NEAR_M = 1.2


@dataclass(frozen=True, slots=True)
class Meeting:
    """Pairs of eligible reachable locations and nodes that can stand for them: rows of `locations`, and nodes."""

    location: IntArray
    node: IntArray


def plant_nodes(saved: SavedPlan) -> IntArray:
    """Nodes at which the operator's network stands: its offices, and both ends of edges along its fiber."""
    sites, edges = saved.table("sites"), saved.table("edges")
    offices = np.isin(np.array(texts(sites, "kind"), dtype=object), ("co", "fiber_tap")) & ~flags(sites, "is_new")
    lit = is_existing(edges)
    return np.unique(
        np.concatenate([integers(sites, "node")[offices], integers(edges, "u")[lit], integers(edges, "v")[lit]])
    )


def is_existing(edges: Any) -> BoolArray:
    """Flag the edges along which the operator's fiber lies."""
    return np.array([bool(text) for text in texts(edges, "existing")], dtype=bool)


def is_road(edges: Any) -> BoolArray:
    """Tell road pieces from laterals."""
    return np.isin(np.array(texts(edges, "kind"), dtype=object), "road")


def leads_to_plant(saved: SavedPlan) -> BoolArray:
    """Flag the edges in a component in which plant stands."""
    edges = saved.table("edges")
    u, v, roots = integers(edges, "u"), integers(edges, "v"), plant_nodes(saved)
    label = components(u, v, int(max([-1, u.max(initial=-1), v.max(initial=-1), *roots.tolist()])) + 1)
    return np.isin(label[u], label[roots])


def components(u: IntArray, v: IntArray, size: int) -> IntArray:
    """Label each node with its connected component."""
    matrix = coo_array((np.ones(len(u)), (u, v)), shape=(size, size))
    return np.asarray(connected_components(matrix, directed=False)[1], dtype=np.int64)


def meet_roads(saved: SavedPlan) -> Meeting:
    """Pair every eligible reachable location with the nodes within a meter of where it meets its nearest road.

    Roads with access come first; where none of them lies within `snap_max_m`, any road that leads to plant counts. A
    location with a lateral of its own is paired with the lateral's end.
    """
    locations, edges = saved.table("locations"), saved.table("edges")
    outcome = np.array(texts(locations, "outcome"), dtype=object)
    rows = np.flatnonzero(flags(locations, "eligible") & (outcome != "unreachable"))
    ids = np.array(texts(locations, "location_id"), dtype=object)
    edge_of = {name: row for row, name in enumerate(texts(edges, "edge_id"))}
    lateral = np.array([edge_of.get(f"lateral-{name}", -1) for name in ids[rows]], dtype=np.int64)
    by_road = rows[lateral < 0]
    at = meeting_points(saved, np.asarray(locations.geometry.array, dtype=object)[by_road])
    places, nodes = node_places(edges)
    found = shapely.STRtree(places).query(at, predicate="dwithin", distance=_NEAR_M)
    own = lateral[lateral >= 0]
    return Meeting(
        np.concatenate([by_road[found[0]], rows[lateral >= 0]]),
        np.concatenate([nodes[found[1]], integers(edges, "v")[own]]),
    )


def meeting_points(saved: SavedPlan, points: NDArray[np.object_]) -> NDArray[np.object_]:
    """Nearest point of the nearest road that leads to plant, one with access first."""
    edges = saved.table("edges")
    lines = np.asarray(edges.geometry.array, dtype=object)
    allowed = is_road(edges) & leads_to_plant(saved)
    access = allowed & ~np.isin(np.array(texts(edges, "highway"), dtype=object), NO_ACCESS) & ~flags(edges, "is_tunnel")
    at = np.full(len(points), None, dtype=object)
    limit = float(saved.study["study"]["network"]["snap_max_m"])
    for kept in (access, allowed):
        open_rows = np.flatnonzero(shapely.is_missing(at))
        roads = lines[kept]
        if len(open_rows) == 0 or len(roads) == 0:
            continue
        which, road = shapely.STRtree(roads).query_nearest(points[open_rows], max_distance=limit, all_matches=False)
        mine = points[open_rows[which]]
        at[open_rows[which]] = shapely.line_interpolate_point(roads[road], shapely.line_locate_point(roads[road], mine))
    return at


def node_places(edges: Any) -> tuple[NDArray[np.object_], IntArray]:
    """Points of all nodes, and their numbers, ascending."""
    lines = np.asarray(edges.geometry.array, dtype=object)
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    nodes, first = np.unique(np.concatenate([integers(edges, "u"), integers(edges, "v")]), return_index=True)
    return ends[first], nodes
