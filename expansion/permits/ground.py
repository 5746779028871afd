"""The edges as the geometry tests see them: lines, a spatial index, and stretches measured along each edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.plan.graph import FloatArray, IntArray, RoadGraph

BoolArray = NDArray[np.bool_]
Lines = NDArray[np.object_]

# Within this many meters of an edge's end a place counts as the end, and two stretches as one.
TOUCH_M = 0.01
# A shorter stretch inside or along is a touch, not a meeting.
LEAST_STRETCH_M = 1.0


@dataclass(frozen=True, slots=True)
class Ground:
    """Edges of the road graph, ready for bulk tests.

    Attributes
    ----------
    lines
        Geometry per edge, study CRS, from node `u` to node `v`.
    length
        Length in the plane, meters; positions along an edge are measured on it.
    scale
        Ellipsoid length over plane length per edge.
    rank
        Place of each edge's id in ascending order.
    bridge, tunnel, lateral, road
        Flags per edge: the last for pieces of road, which neither laterals nor crossings of a carriageway are.
    u, v
        End nodes.
    tree
        Spatial index of `lines`.
    """

    lines: Lines
    length: FloatArray
    scale: FloatArray
    rank: IntArray
    bridge: BoolArray
    tunnel: BoolArray
    lateral: BoolArray
    road: BoolArray
    u: IntArray
    v: IntArray
    tree: shapely.STRtree


def lay_ground(graph: RoadGraph) -> Ground:
    """Index the edges of a graph."""
    edges = graph.edges
    lines = np.array(edges.geometry.to_numpy(), dtype=object)
    length = shapely.length(lines)
    rank = np.empty(len(lines), dtype=np.int64)
    rank[np.argsort(edges["edge_id"].to_numpy().astype(str), kind="stable")] = np.arange(len(lines))
    return Ground(
        lines=lines,
        length=length,
        scale=np.divide(graph.length_m, length, out=np.ones(len(length)), where=length > 0),
        rank=rank,
        bridge=edges["is_bridge"].to_numpy(dtype=bool),
        tunnel=edges["is_tunnel"].to_numpy(dtype=bool),
        lateral=(edges["kind"] == "lateral").to_numpy(dtype=bool),
        road=(edges["kind"] == "road").to_numpy(dtype=bool),
        u=graph.u,
        v=graph.v,
        tree=shapely.STRtree(lines),
    )


def empty_stretches() -> pd.DataFrame:
    """Return a table of no stretches."""
    whole = np.zeros(0, dtype=np.int64)
    return pd.DataFrame({"edge": whole, "feature": whole, "start": np.zeros(0), "end": np.zeros(0)})


def stretches_inside(ground: Ground, polygons: Lines, allowed: BoolArray) -> pd.DataFrame:
    """Measure where edges run inside polygons.

    Parameters
    ----------
    ground
        Edges.
    polygons
        Polygons or MultiPolygons in the study CRS.
    allowed
        Per edge: whether it is tested.

    Returns
    -------
    DataFrame
        edge, feature (row of `polygons`), start, end in plane meters from node `u`, by edge, feature and start.
        Stretches of one pair closer than `TOUCH_M` are one.
    """
    feature, edge = ground.tree.query(polygons, predicate="intersects")
    keep = allowed[edge]
    feature, edge = feature[keep], edge[keep]
    if len(edge) == 0:
        return empty_stretches()
    shapely.prepare(polygons)
    whole = shapely.covers(polygons[feature], ground.lines[edge])
    parts = _clip(ground, edge[~whole], feature[~whole], polygons)
    full = pd.DataFrame(
        {"edge": edge[whole], "feature": feature[whole], "start": 0.0, "end": ground.length[edge[whole]]}
    )
    return join_stretches(pd.concat([full, parts], ignore_index=True), ["edge", "feature"])


def _clip(ground: Ground, edge: IntArray, feature: IntArray, polygons: Lines) -> pd.DataFrame:
    """Cut edges with polygons that hold them only in part."""
    pieces, owner = shapely.get_parts(shapely.intersection(ground.lines[edge], polygons[feature]), return_index=True)
    lines = shapely.get_type_id(pieces) == 1
    pieces, owner = pieces[lines], owner[lines]
    # The middle of a piece says where it lies even on an edge that returns to its start.
    middle = shapely.line_locate_point(
        ground.lines[edge[owner]], shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    )
    half = shapely.length(pieces) / 2
    return pd.DataFrame({"edge": edge[owner], "feature": feature[owner], "start": middle - half, "end": middle + half})


def join_stretches(stretches: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Unite stretches with equal `by` that overlap or touch; other columns take the first row's value."""
    if stretches.empty:
        return stretches
    ordered = stretches.sort_values([*by, "start", "end"], kind="stable", ignore_index=True)
    group = ordered.groupby(by, sort=False).ngroup()
    reach = ordered.groupby(group)["end"].cummax()
    new = (group != group.shift()) | (ordered["start"] > reach.shift() + TOUCH_M)
    piece = new.cumsum()
    joined = ordered.groupby(piece, sort=False).first()
    joined["end"] = ordered.groupby(piece, sort=False)["end"].max()
    return joined.reset_index(drop=True)[ordered.columns]


def connect_stretches(ground: Ground, stretches: pd.DataFrame, group: IntArray) -> IntArray:
    """Find the connected runs of stretches: those of one group that meet at a node of the graph.

    Parameters
    ----------
    ground
        Edges.
    stretches
        edge, start, end.
    group
        Per stretch: stretches of different groups never connect.

    Returns
    -------
    IntArray
        Per stretch the number of its run.
    """
    count = len(stretches)
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    edge = stretches["edge"].to_numpy()
    at_u = np.nonzero(stretches["start"].to_numpy() <= TOUCH_M)[0]
    at_v = np.nonzero(stretches["end"].to_numpy() >= ground.length[edge] - TOUCH_M)[0]
    stretch = np.r_[at_u, at_v]
    place = np.stack([group[stretch], np.r_[ground.u[edge[at_u]], ground.v[edge[at_v]]]], axis=1)
    _, place_id = np.unique(place, axis=0, return_inverse=True)
    size = count + (int(place_id.max()) + 1 if len(place_id) else 0)
    matrix = coo_matrix((np.ones(len(stretch)), (stretch, count + place_id.ravel())), shape=(size, size))
    _, label = connected_components(matrix, directed=False)
    runs: IntArray = label[:count].astype(np.int64)
    return runs


def long_enough(ground: Ground, stretches: pd.DataFrame, group: IntArray, least_m: float | FloatArray) -> BoolArray:
    """Say which stretches belong to a connected run of at least `least_m` meters on the ellipsoid."""
    run = connect_stretches(ground, stretches, group)
    meters = stretch_meters(ground, stretches)
    total = np.bincount(run, weights=meters, minlength=int(run.max()) + 1 if len(run) else 0)
    result: BoolArray = np.round(total[run], 3) >= least_m
    return result


def stretch_meters(ground: Ground, stretches: pd.DataFrame) -> FloatArray:
    """Length of each stretch on the ellipsoid, meters, to the millimeter."""
    plain = (stretches["end"] - stretches["start"]).to_numpy()
    meters: FloatArray = np.round(plain * ground.scale[stretches["edge"].to_numpy()], 3)
    return meters
