"""Match the operator's plant to the road graph: offices to nodes, fiber and duct lines to edges."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.plan.graph import IntArray

_SAMPLE_M = 10.0


def match_lines(lines: gpd.GeoDataFrame, roads: NDArray[np.object_], within_m: float) -> NDArray[np.object_]:
    """Say along which plant line each road piece lies.

    A piece lies along a line when points every 10 m on it, its ends included, are all within `within_m` of the line.

    Parameters
    ----------
    lines
        Plant rows with LineStrings, sorted by `plant_id`; the first that fits wins.
    roads
        LineStrings in the same projected CRS.
    within_m
        Largest distance, meters.

    Returns
    -------
    NDArray
        `plant_id` per piece, "" for none.
    """
    found = np.full(len(roads), "", dtype=object)
    if len(lines) == 0 or len(roads) == 0:
        return found
    tree = shapely.STRtree(roads)
    for plant_id, line in zip(lines["plant_id"], lines.geometry, strict=True):
        near = np.sort(tree.query(line, predicate="dwithin", distance=within_m))
        near = near[found[near] == ""]
        covered = _covered(roads[near], line, within_m)
        found[near[covered]] = plant_id
    return found


def _covered(pieces: NDArray[np.object_], line: object, within_m: float) -> NDArray[np.bool_]:
    """Tell which pieces stay within reach of the line all along."""
    if len(pieces) == 0:
        return np.zeros(0, dtype=bool)
    dense = shapely.segmentize(pieces, _SAMPLE_M)
    coords, owner = shapely.get_coordinates(dense, return_index=True)
    shapely.prepare(line)
    far = ~shapely.dwithin(shapely.points(coords), line, within_m)
    inside: NDArray[np.bool_] = np.bincount(owner, weights=far, minlength=len(pieces)) == 0
    return inside


def nearest_nodes(points: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> IntArray:
    """Nearest graph node per point, the smallest of several equally near; `points` has shape ``(n, 2)``."""
    if len(points) == 0:
        return np.zeros(0, dtype=np.int64)
    tree = shapely.STRtree(shapely.points(x, y))
    which, node = tree.query_nearest(shapely.points(points), all_matches=True)
    order = np.lexsort((node, which))
    _, first = np.unique(which[order], return_index=True)
    nearest: IntArray = node[order][first].astype(np.int64)
    return nearest
