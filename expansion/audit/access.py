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
# A house lies clearly on one side of a road that is this much farther off its axis than the edge of the carriageway.
_CLEAR_M = 0.25
# Roads that come as near as this to a place are equally near to it.
_TIED_M = 0.001


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
    at, piece = meeting_points(saved, points)
    places, nodes = road_nodes(edges)
    found = shapely.STRtree(places).query(at, predicate="dwithin", distance=_NEAR_M)
    road = np.array([*texts(edges, "road_id"), ""], dtype=object)[piece]
    road[at_junctions(edges, at)] = ""
    houses = Houses(points, along_road(edges, piece, at), road)
    which, node = _across(edges, houses, found[0], nodes[found[1]])
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


def at_junctions(edges: Any, at: NDArray[np.object_]) -> BoolArray:
    """Flag places where roads meet: which of them a house belongs to that is nearest to such a place is open."""
    rows, names = np.flatnonzero(is_road(edges)), np.array(texts(edges, "road_id"), dtype=object)
    lines = np.asarray(edges.geometry.array, dtype=object)[rows]
    which, found = shapely.STRtree(lines).query(at, predicate="dwithin", distance=_TIED_M)
    roads: dict[int, set[str]] = {}
    for place, road in zip(which.tolist(), names[rows[found]].tolist(), strict=True):
        roads.setdefault(place, set()).add(str(road))
    return np.array([len(roads.get(place, ())) > 1 for place in range(len(at))], dtype=bool)


@dataclass(frozen=True, slots=True)
class Houses:
    """Places of some locations, the direction of the road where each meets it, and that road, "" where it is open."""

    point: NDArray[np.object_]
    way: NDArray[np.float64]
    road: NDArray[np.object_]


def along_road(edges: Any, piece: IntArray, at: NDArray[np.object_]) -> NDArray[np.float64]:
    """Directions of pieces of road at places on them, over half a meter on either side; (0, 0) for none (piece -1)."""
    found = piece >= 0
    lines, met = np.asarray(edges.geometry.array, dtype=object)[piece[found]], at[found]
    along, length = shapely.line_locate_point(lines, met), shapely.length(lines)
    back, on = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, np.clip(along + step, 0.0, length)))
        for step in (-0.5, 0.5)
    )
    ways = np.zeros((len(piece), 2))
    ways[found] = (on - back) / np.maximum(shapely.distance(*map(shapely.points, (on, back))), 1e-9)[:, None]
    return ways


def _across(edges: Any, houses: Houses, which: IntArray, node: IntArray) -> tuple[IntArray, IntArray]:
    """Put the end of a crossing in the place of the node that it leaves, for houses on that side of the road.

    Both may stand for a house where its side is not clear, or where the crossing belongs to another road at the node.
    """
    roads, width = texts(edges, "road_id"), numbers(edges, "carriageway_m")
    far, lines = integers(edges, "v"), np.asarray(edges.geometry.array, dtype=object)
    tips: dict[int, list[int]] = {}
    for row in np.flatnonzero(np.array(texts(edges, "kind"), dtype=object) == "crossing").tolist():
        tips.setdefault(int(integers(edges, "u")[row]), []).append(row)
    pairs: list[tuple[int, int]] = []
    for one, base in zip(which.tolist(), node.tolist(), strict=True):
        stays = True
        for row in tips.get(base, ()):
            other, own = _sides_of(houses, one, lines[row], float(width[row]), roads[row] == houses.road[one])
            pairs += [(one, int(far[row]))] if other else []
            stays = stays and own
        pairs += [(one, base)] if stays else []
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _sides_of(houses: Houses, one: int, crossing: Any, width: float, is_own_road: bool) -> tuple[bool, bool]:
    """Say whether the end of a crossing, and whether its beginning, may stand for a house."""
    start, tip = shapely.get_coordinates(crossing)[[0, -1]]
    toward, house = tip - start, shapely.get_coordinates(houses.point[one])[0] - start
    if not is_own_road:
        return bool(toward @ house >= width / 2 * float(np.hypot(*toward)) - 0.01), True
    way = houses.way[one]
    offset, leads = (float(way[0] * one[1] - way[1] * one[0]) for one in (house, toward))
    is_clear = abs(offset) > width / 2 + _CLEAR_M and abs(leads) > 0.1 * float(np.hypot(*toward))
    is_across = offset * leads > 0
    return is_across or not is_clear, not is_across or not is_clear


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
