"""Find again, by brute force, where each location meets the road graph and where the operator's plant stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts

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
    """Pair every eligible reachable location with the nodes that can stand for it; see `meet_rows`."""
    locations = saved.table("locations")
    outcome = np.array(texts(locations, "outcome"), dtype=object)
    return meet_rows(saved, np.flatnonzero(flags(locations, "eligible") & (outcome != "unreachable")))


def meet_rows(saved: SavedPlan, rows: IntArray) -> Meeting:
    """Pair some locations with the nodes within a meter of where each meets its nearest road.

    Roads with access come first; where none of them lies within `snap_max_m`, any road that leads to plant counts. A
    location across the road from the cable is paired with the end of the crossing, one with a lateral of its own with
    the lateral's end.
    """
    locations, edges = saved.table("locations"), saved.table("edges")
    ids = np.array(texts(locations, "location_id"), dtype=object)
    edge_of = {name: row for row, name in enumerate(texts(edges, "edge_id"))}
    lateral = np.array([edge_of.get(f"lateral-{name}", -1) for name in ids[rows]], dtype=np.int64)
    by_road = rows[lateral < 0]
    points = np.asarray(locations.geometry.array, dtype=object)[by_road]
    at, _ = meeting_points(saved, points)
    places, nodes = road_nodes(edges)
    found = shapely.STRtree(places).query(at, predicate="dwithin", distance=_NEAR_M)
    which, node = _across(edges, points, found[0], nodes[found[1]])
    own = lateral[lateral >= 0]
    return Meeting(
        np.concatenate([by_road[which], rows[lateral >= 0]]), np.concatenate([node, integers(edges, "v")[own]])
    )


def meeting_places(saved: SavedPlan) -> tuple[IntArray, IntArray, NDArray[np.object_]]:
    """Eligible locations that a road reaches: their rows, the edge that each meets, and where on it."""
    locations = saved.table("locations")
    outcome = np.array(texts(locations, "outcome"), dtype=object)
    rows = np.flatnonzero(flags(locations, "eligible") & (outcome != "unreachable"))
    at, edge = meeting_points(saved, np.asarray(locations.geometry.array, dtype=object)[rows])
    met = np.flatnonzero(edge >= 0)
    return rows[met], edge[met], at[met]


def far_ends(edges: Any) -> dict[int, list[tuple[Any, Any]]]:
    """Per node the crossings that leave it: points of both ends."""
    found: dict[int, list[tuple[Any, Any]]] = {}
    kind, lines = np.array(texts(edges, "kind"), dtype=object), np.asarray(edges.geometry.array, dtype=object)
    for row in np.flatnonzero(kind == "crossing").tolist():
        ends = shapely.get_point(lines[row], 0), shapely.get_point(lines[row], -1)
        found.setdefault(int(integers(edges, "u")[row]), []).append(ends)
    return found


def _across(edges: Any, points: NDArray[np.object_], which: IntArray, node: IntArray) -> tuple[IntArray, IntArray]:
    """Put the end of a crossing in the place of the node that it leaves, for houses on that side of the road.

    Where a house lies aside of both, as at the end of a road, both may stand for it.
    """
    rows = np.flatnonzero(np.array(texts(edges, "kind"), dtype=object) == "crossing")
    lines, width = np.asarray(edges.geometry.array, dtype=object), numbers(edges, "carriageway_m")
    tips: dict[int, list[int]] = {}
    for row in rows.tolist():
        tips.setdefault(int(integers(edges, "u")[row]), []).append(row)
    pairs: list[tuple[int, int]] = []
    for one, base in zip(which.tolist(), node.tolist(), strict=True):
        stays = True
        for row in tips.get(base, ()):
            (x0, y0), (x1, y1) = shapely.get_coordinates(lines[row])[[0, -1]]
            x, y = shapely.get_coordinates(points[one])[0] - (x0, y0)
            toward = (x * (x1 - x0) + y * (y1 - y0)) / max(float(np.hypot(x1 - x0, y1 - y0)), 1e-9)
            if toward >= width[row] / 2 - 0.01:
                pairs.append((one, int(integers(edges, "v")[row])))
                stays = stays and (toward < 0.7 * float(np.hypot(x, y)) or toward < width[row])
        if stays:
            pairs.append((one, base))
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def meeting_points(saved: SavedPlan, points: NDArray[np.object_]) -> tuple[NDArray[np.object_], IntArray]:
    """Nearest point of the nearest road that leads to plant, one with access first, and that road's edge."""
    edges = saved.table("edges")
    lines = np.asarray(edges.geometry.array, dtype=object)
    allowed = is_road(edges) & leads_to_plant(saved)
    access = allowed & ~np.isin(np.array(texts(edges, "highway"), dtype=object), NO_ACCESS) & ~flags(edges, "is_tunnel")
    at, met = np.full(len(points), None, dtype=object), np.full(len(points), -1, dtype=np.int64)
    limit = float(saved.study["study"]["network"]["snap_max_m"])
    for kept in (access, allowed):
        open_rows = np.flatnonzero(shapely.is_missing(at))
        roads = lines[kept]
        if len(open_rows) == 0 or len(roads) == 0:
            continue
        which, road = shapely.STRtree(roads).query_nearest(points[open_rows], max_distance=limit, all_matches=False)
        mine = points[open_rows[which]]
        at[open_rows[which]] = shapely.line_interpolate_point(roads[road], shapely.line_locate_point(roads[road], mine))
        met[open_rows[which]] = np.flatnonzero(kept)[road]
    return at, met


def road_nodes(edges: Any) -> tuple[NDArray[np.object_], IntArray]:
    """Points of the nodes of roads, and their numbers, ascending: neither ends of crossings nor of laterals."""
    return node_places(edges[is_road(edges)])


def node_places(edges: Any) -> tuple[NDArray[np.object_], IntArray]:
    """Points of all nodes, and their numbers, ascending."""
    lines = np.asarray(edges.geometry.array, dtype=object)
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    nodes, first = np.unique(np.concatenate([integers(edges, "u"), integers(edges, "v")]), return_index=True)
    return ends[first], nodes
