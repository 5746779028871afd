"""Find the edges that a drawn line runs along, and those that enter a drawn polygon."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.plan.graph import IntArray

_SAMPLE_M = 10.0
_STEP_M = 2.0
_ENTERED_M = 1.0
_MATCHED_SHARE = 0.5


def edges_inside(lines: NDArray[np.object_], shape: shapely.Geometry) -> IntArray:
    """Rows of the lines of which more than a meter (of shorter ones: more than half) lies in a polygon, ascending."""
    tree = shapely.STRtree(lines)
    near = np.sort(tree.query(shape, predicate="intersects"))
    within = shapely.length(shapely.intersection(lines[near], shape))
    rows: IntArray = near[within > np.minimum(_ENTERED_M, shapely.length(lines[near]) / 2)].astype(np.int64)
    return rows


def edges_along(
    lines: NDArray[np.object_], allowed: NDArray[np.bool_], shape: shapely.Geometry, within_m: float
) -> tuple[IntArray, float]:
    """Match a drawn line to edges.

    Parameters
    ----------
    lines
        Edges, study CRS.
    allowed
        Per edge: may be matched.
    shape
        LineString or MultiLineString that was drawn.
    within_m
        Largest distance between the drawn line and an edge that it runs along.

    Returns
    -------
    tuple
        Rows of the edges, ascending: those that lie within the distance all along (as fiber is matched to roads) and to
        which at least half of their length of the drawn line comes nearest, so that stubs of side roads stay out; where
        there is none, the edge that most of the line lies along. And the meters of the drawn line along no road.
    """
    candidates = np.flatnonzero(allowed)
    tree = shapely.STRtree(lines[candidates])
    samples, step_m = _samples(shape)
    which, nearest = tree.query_nearest(samples, max_distance=within_m, all_matches=True)
    far_m = step_m * (len(samples) - len(np.unique(which)))
    if not len(nearest):
        return np.zeros(0, dtype=np.int64), far_m
    rows, hits = np.unique(candidates[nearest], return_counts=True)
    covered = _covered(lines[rows], shape, within_m)
    enough = hits * step_m >= _MATCHED_SHARE * shapely.length(lines[rows])
    kept = rows[covered & enough]
    if not len(kept):
        kept = rows[[int(np.argmax(hits))]]
    return kept.astype(np.int64), far_m


def _samples(shape: shapely.Geometry) -> tuple[NDArray[np.object_], float]:
    """Points along a line at equal steps of at most 2 m, and the step."""
    total = float(shape.length)
    count = max(int(np.ceil(total / _STEP_M)), 1)
    parts = shapely.get_parts(shape)
    ends = np.cumsum(shapely.length(parts))
    at = (np.arange(count) + 0.5) * total / count
    part = np.minimum(np.searchsorted(ends, at), len(parts) - 1)
    start = np.r_[0.0, ends[:-1]][part]
    return np.asarray(shapely.line_interpolate_point(parts[part], at - start), dtype=object), total / count


def _covered(lines: NDArray[np.object_], shape: shapely.Geometry, within_m: float) -> NDArray[np.bool_]:
    """Tell which lines stay within a distance of the drawn one all along."""
    coords, owner = shapely.get_coordinates(shapely.segmentize(lines, _SAMPLE_M), return_index=True)
    far = ~shapely.dwithin(shapely.points(coords), shape, within_m)
    inside: NDArray[np.bool_] = np.bincount(owner, weights=far, minlength=len(lines)) == 0
    return inside
