"""Build the road graph: roads as edges, locations as access nodes, crossings and laterals to houses off them."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.crs import geodesic_distances, geodesic_lengths
from expansion.network.between import places_between
from expansion.network.plant import match_lines, nearest_nodes
from expansion.network.roadside import Crossings, Roadway, Sides, choose_sides, cross_over, house_sides
from expansion.network.snap import Snaps, snap_in_turn, snap_points
from expansion.network.split import Pieces, cut_lines
from expansion.plan.graph import EDGES, FloatArray, IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Eligibility
from expansion.study import Study

NO_ACCESS = ("motorway", "motorway_link", "trunk_link")
_OF_ROAD = ("road_id", "highway", "surface", "surface_tag", "name", "ref")
_MERGE_M = 1.0
_DROP_MARGIN_M = 1.0


@dataclass(frozen=True, slots=True)
class _Access:
    """Access points: per location the node, and per new node its road and position."""

    node: IntArray
    cut_road: IntArray
    cut_along: FloatArray


def build_graph(study: Study, inputs: Inputs, eligibility: Eligibility) -> RoadGraph:
    """Build the graph that is routed: road pieces between nodes and access points, and laterals.

    Every eligible location is snapped to the nearest road that a network of this study can reach: first to roads with
    access in a component that holds plant, then to any road there. One that only other components can serve, or none
    within `network.snap_max_m`, keeps ``location_node`` -1. A location farther from the road than the longest drop
    gets a lateral over its own ground, whose end is a node. Roads are also cut where the operator's fiber and duct
    begin and end, so that a piece of road lies along them as a whole or not at all.

    Parameters
    ----------
    study
        `network.snap_max_m`, `network.drop_max_m`.
    inputs
        Roads, locations and plant in the study CRS; plant holds at least one office or fiber.
    eligibility
        Which locations may be funded; the others are not snapped.

    The cable lies on one side of each road (`expansion.network.roadside`); houses on the other side are reached over a
    crossing of the carriageway, an edge of its own from the access point to the other side.

    Returns
    -------
    RoadGraph
        Nodes ordered by OSM node id, then access points and places between houses (`expansion.network.between`) by road
        and position, then ends of crossings, then ends of laterals by location.
    """
    roads, lines = inputs.roads, inputs.roads.geometry.to_numpy()
    refs, at = np.unique(np.r_[roads["u_ref"].to_numpy(), roads["v_ref"].to_numpy()], return_inverse=True)
    u, v = at[: len(roads)].astype(np.int64), at[len(roads) :].astype(np.int64)
    x, y = _node_coordinates(lines, u, v, len(refs))
    component = _components(u, v, len(refs))
    ends = _line_ends(inputs, lines)
    in_root = np.isin(component[u], _root_components(inputs, lines, x, y, u, component, ends))

    rows = np.nonzero(eligibility.table["eligible"].to_numpy())[0]
    points = inputs.locations.geometry.to_numpy()[rows]
    open_road = ~np.isin(roads["highway"].to_numpy(), NO_ACCESS) & ~roads["is_tunnel"].to_numpy()
    snaps = snap_in_turn(points, lines, [in_root & open_road, in_root], study.network.snap_max_m)
    units, ports = inputs.locations["units"].to_numpy()[rows], max(study.network.terminal_ports)
    between = places_between(snaps, units, shapely.length(lines), study.network.drop_max_m, ports)
    asked = snaps.followed_by(ends)
    access = _access_nodes(asked.followed_by(between), lines, u, v, len(refs))
    pieces = cut_lines(lines, access.cut_road, access.cut_along)

    edges = _road_edges(inputs, pieces, u, v, len(refs))
    names = [f"n{ref}" for ref in refs] + _cut_names(roads, access, len(refs), len(asked.road))
    node_ids = np.array(names, dtype=object)
    xy = np.stack([np.r_[x, pieces.cut_x], np.r_[y, pieces.cut_y]], axis=1)
    width = np.array([inputs.rulebook.road_class(name).carriageway_m for name in roads["highway"]], dtype=np.float64)
    side, node = house_sides(points, lines, snaps, width), access.node[: len(rows)]
    sides = _cable_sides(edges, pieces.line, width, node, snaps.road, side)
    over = cross_over(points, node, snaps.road, side, sides, width, xy)
    edges = _append_crossings(inputs, _note_sides(edges, sides, width[pieces.line]), over, xy, node_ids)
    names = [
        f"x{roads['road_id'].iloc[road]}@{node_ids[base]}" for base, road in zip(over.base, over.road, strict=True)
    ]
    xy = np.r_[xy, np.stack([over.x, over.y], axis=1)]
    node_ids = np.r_[node_ids, np.array(names, dtype=object)]
    nearest = snap_points(points, lines, np.ones(len(roads), dtype=bool), np.inf)
    return _with_laterals(study, inputs, rows, over.node, nearest.away_m, edges, xy[:, 0], xy[:, 1], node_ids)


def _node_coordinates(
    lines: NDArray[np.object_], u: IntArray, v: IntArray, count: int
) -> tuple[FloatArray, FloatArray]:
    """Coordinates of the road nodes, from the ends of the lines."""
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    x, y = np.zeros(count), np.zeros(count)
    for nodes, points in ((v, last), (u, first)):
        x[nodes], y[nodes] = shapely.get_x(points), shapely.get_y(points)
    return x, y


def _components(u: IntArray, v: IntArray, count: int) -> IntArray:
    """Label the connected component per node, named by its smallest node."""
    matrix = coo_matrix((np.ones(len(u)), (u, v)), shape=(count, count))
    _, label = connected_components(matrix, directed=False)
    smallest = np.full(label.max() + 1 if count else 0, count, dtype=np.int64)
    np.minimum.at(smallest, label, np.arange(count))
    named: IntArray = smallest[label]
    return named


def _line_ends(inputs: Inputs, lines: NDArray[np.object_]) -> Snaps:
    """Where the operator's fiber and duct begin and end along roads: the roads are cut there."""
    plant = inputs.plant[inputs.plant["kind"].isin(["fiber", "duct"])].geometry.to_numpy()
    points = np.r_[shapely.get_point(plant, 0), shapely.get_point(plant, -1)]
    within = inputs.rulebook.engineering_value("plant_match_m")
    return snap_points(points, lines, np.ones(len(lines), dtype=bool), within)


def _root_components(
    inputs: Inputs,
    lines: NDArray[np.object_],
    x: FloatArray,
    y: FloatArray,
    u: IntArray,
    component: IntArray,
    ends: Snaps,
) -> IntArray:
    """Components that hold an office or a stretch of existing fiber."""
    offices = inputs.plant[inputs.plant["kind"] == "co"]
    nodes = nearest_nodes(shapely.get_coordinates(offices.geometry.to_numpy()), x, y)
    fiber = inputs.plant[inputs.plant["kind"] == "fiber"]
    cuts = _access_nodes(ends, lines, u, u, len(x))
    pieces = cut_lines(lines, cuts.cut_road, cuts.cut_along)
    along = match_lines(fiber, pieces.geometry, inputs.rulebook.engineering_value("plant_match_m")) != ""
    return np.unique(np.r_[component[nodes], component[u[pieces.line[along]]]])


def _access_nodes(snaps: Snaps, lines: NDArray[np.object_], u: IntArray, v: IntArray, first_new: int) -> _Access:
    """Give every snapped location a node: the road's own end within a meter, else a point on it, rounded to 0.1 m."""
    length = shapely.length(lines)
    node = np.full(len(snaps.road), -1, dtype=np.int64)
    found = snaps.road >= 0
    road, along = snaps.road[found], np.round(snaps.along_m[found], 1)
    at_start, at_end = along < _MERGE_M, along > length[road] - _MERGE_M
    inside = ~at_start & ~at_end
    keys = np.stack([road[inside], np.round(along[inside] * 10)], axis=1).astype(np.int64)
    cuts, which = np.unique(keys, axis=0, return_inverse=True) if len(keys) else (keys, np.zeros(0, dtype=np.int64))
    made = np.where(at_start, u[road], v[road])
    made[inside] = first_new + which.ravel()
    node[found] = made
    return _Access(node, cuts[:, 0], cuts[:, 1] / 10.0)


def _cut_names(roads: gpd.GeoDataFrame, access: _Access, first_new: int, asked: int) -> list[str]:
    """Stable names of access points, the first `asked` of `access`, and of places between houses."""
    ids = roads["road_id"].to_numpy()
    is_access = np.isin(first_new + np.arange(len(access.cut_road)), access.node[:asked])
    return [
        f"{'a' if known else 'p'}{ids[road]}@{along:.1f}"
        for road, along, known in zip(access.cut_road, access.cut_along, is_access, strict=True)
    ]


def _road_edges(inputs: Inputs, pieces: Pieces, u: IntArray, v: IntArray, first_new: int) -> gpd.GeoDataFrame:
    """Edge table of the road pieces; the cuts of a road are its inner nodes, in order."""
    roads = inputs.roads
    last_of_line = np.r_[pieces.line[1:] != pieces.line[:-1], True]
    first_of_line = pieces.number == 0
    cut_before = np.cumsum(~first_of_line) - 1
    start = np.where(first_of_line, u[pieces.line], first_new + cut_before)
    end = np.where(last_of_line, v[pieces.line], first_new + cut_before + 1)
    taken = roads.iloc[pieces.line]
    names = [f"{road}.{number}" for road, number in zip(taken["road_id"], pieces.number, strict=True)]
    columns: dict[str, object] = {"edge_id": names, "u": start, "v": end, "kind": ["road"] * len(names)}
    for name in (*_OF_ROAD, "is_bridge", "is_tunnel"):
        columns[name] = taken[name].to_numpy()
    columns["carriageway_m"] = np.zeros(len(names))
    columns["length_m"] = np.round(geodesic_lengths(pieces.geometry, inputs.crs), 3)
    table = EDGES.build(columns, geometry=pieces.geometry, crs=inputs.crs)
    return gpd.GeoDataFrame(table)


def _cable_sides(
    edges: gpd.GeoDataFrame, line: IntArray, width_m: FloatArray, node: IntArray, road: IntArray, side: IntArray
) -> Sides:
    """Choose the side of the cable per piece of road, by the houses at its nodes."""
    u, v = (edges[name].to_numpy().astype(np.int64) for name in ("u", "v"))
    mm = np.round(width_m[line] * 1000).astype(np.int64)
    roadway = Roadway(u, v, line, mm, ~(edges["is_bridge"] | edges["is_tunnel"]).to_numpy())
    houses: dict[tuple[int, int], set[int]] = {}
    for key in np.nonzero(side)[0].tolist():
        houses.setdefault((int(node[key]), int(road[key])), set()).add(int(side[key]))
    return choose_sides(roadway, houses)


def _note_sides(edges: gpd.GeoDataFrame, sides: Sides, width_m: FloatArray) -> gpd.GeoDataFrame:
    """Write the sides into the edges, and the carriageway that a change of sides crosses."""
    word = np.where(sides.turns, "both", np.array(["right", "", "left"], dtype=object)[sides.side + 1])
    known = pd.array([name or None for name in word], dtype="str")
    return gpd.GeoDataFrame(edges.assign(side=known, carriageway_m=np.where(sides.turns, width_m, 0.0)))


def _append_crossings(
    inputs: Inputs, edges: gpd.GeoDataFrame, over: Crossings, xy: FloatArray, node_ids: NDArray[np.object_]
) -> gpd.GeoDataFrame:
    """Edge rows over the carriageway to the houses on the other side."""
    if not len(over.base):
        return edges
    geometry = shapely.linestrings(np.stack([xy[over.base], np.stack([over.x, over.y], axis=1)], axis=1))
    taken, count = inputs.roads.iloc[over.road], len(over.base)
    columns: dict[str, object] = {
        "edge_id": [f"crossing-{r}@{node_ids[b]}" for r, b in zip(taken["road_id"], over.base, strict=True)],
        "u": over.base, "v": len(xy) + np.arange(count), "kind": ["crossing"] * count,
        **{name: taken[name].to_numpy() for name in _OF_ROAD},
        "is_bridge": np.zeros(count, dtype=bool), "is_tunnel": np.zeros(count, dtype=bool),
        "length_m": np.round(geodesic_lengths(geometry, inputs.crs), 3),
        "carriageway_m": [inputs.rulebook.road_class(name).carriageway_m for name in taken["highway"]],
    }  # fmt: skip
    return _stack(edges, EDGES.build(columns, geometry=geometry, crs=inputs.crs))


def _stack(edges: gpd.GeoDataFrame, more: pd.DataFrame) -> gpd.GeoDataFrame:
    """Put edges below edges."""
    stacked = pd.concat([edges, more], ignore_index=True)
    return gpd.GeoDataFrame(stacked, geometry="geometry", crs=edges.crs)


def _with_laterals(
    study: Study,
    inputs: Inputs,
    rows: IntArray,
    access: IntArray,
    nearest_m: FloatArray,
    edges: gpd.GeoDataFrame,
    x: FloatArray,
    y: FloatArray,
    node_ids: NDArray[np.object_],
) -> RoadGraph:
    """Add the laterals and put the graph together."""
    count = len(inputs.locations)
    xy = shapely.get_coordinates(inputs.locations.geometry.to_numpy())
    node = np.full(count, -1, dtype=np.int64)
    node[rows] = access
    nearest = np.full(count, np.nan)
    nearest[rows] = nearest_m
    drop = np.full(count, np.nan)
    on = np.nonzero(node >= 0)[0]
    drop[on] = geodesic_distances(np.stack([x[node[on]], y[node[on]]], axis=1), xy[on], inputs.crs)

    far = np.nonzero(drop > study.network.drop_max_m)[0]
    if len(far):
        keep = max(study.network.drop_max_m - _DROP_MARGIN_M, study.network.drop_max_m / 2)
        base = np.stack([x[node[far]], y[node[far]]], axis=1)
        tip = base + (xy[far] - base) * (1 - keep / drop[far])[:, None]
        edges = _append_laterals(inputs, edges, far, node[far], len(x), base, tip)
        node[far] = len(x) + np.arange(len(far))
        drop[far] = geodesic_distances(tip, xy[far], inputs.crs)
        x, y = np.r_[x, tip[:, 0]], np.r_[y, tip[:, 1]]
        names = inputs.locations["location_id"].to_numpy()[far]
        node_ids = np.r_[node_ids, np.array([f"t{name}" for name in names], dtype=object)]
    u, v = edges["u"].to_numpy().astype(np.int64), edges["v"].to_numpy().astype(np.int64)
    return RoadGraph(
        crs=inputs.crs, x=x, y=y, node_ids=node_ids, edges=edges, u=u, v=v,
        length_m=edges["length_m"].to_numpy().astype(np.float64),
        location_node=node, drop_m=np.round(drop, 3), nearest_road_m=np.round(nearest, 3),
        component=_components(u, v, len(x)),
    )  # fmt: skip


def _append_laterals(
    inputs: Inputs,
    edges: gpd.GeoDataFrame,
    far: IntArray,
    base_node: IntArray,
    first_new: int,
    base: FloatArray,
    tip: FloatArray,
) -> gpd.GeoDataFrame:
    """Edge rows from the road toward locations beyond the longest drop."""
    geometry = shapely.linestrings(np.stack([base, tip], axis=1))
    count, blank = len(far), np.full(len(far), None, dtype=object)
    columns: dict[str, object] = {
        "edge_id": [f"lateral-{name}" for name in inputs.locations["location_id"].to_numpy()[far]],
        "u": base_node, "v": first_new + np.arange(count), "kind": ["lateral"] * count, "road_id": blank,
        "highway": ["lateral"] * count, "surface": ["unpaved"] * count, "name": blank, "ref": blank,
        "is_bridge": np.zeros(count, dtype=bool), "is_tunnel": np.zeros(count, dtype=bool),
        "length_m": np.round(geodesic_lengths(geometry, inputs.crs), 3), "carriageway_m": np.zeros(count),
    }  # fmt: skip
    return _stack(edges, EDGES.build(columns, geometry=geometry, crs=inputs.crs))
