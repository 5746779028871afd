"""Snap locations to roads, in one vectorized pass per choice of roads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.plan.graph import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Snaps:
    """Per location: road row (-1 for none), position along it and distance to it, in projected meters."""

    road: IntArray
    along_m: FloatArray
    away_m: FloatArray

    def followed_by(self, other: Snaps) -> Snaps:
        """Return these snaps and then the other ones."""
        along, away = np.r_[self.along_m, other.along_m], np.r_[self.away_m, other.away_m]
        return Snaps(np.r_[self.road, other.road], along, away)


def snap_points(
    points: NDArray[np.object_], roads: NDArray[np.object_], allowed: NDArray[np.bool_], limit_m: float
) -> Snaps:
    """Snap every point to the nearest allowed road within a limit.

    Parameters
    ----------
    points, roads
        Shapely points and lines in one projected CRS.
    allowed
        Per road: may be snapped to.
    limit_m
        Largest distance, meters; infinity for no limit.

    Returns
    -------
    Snaps
        Ties go to the road with the smallest row.
    """
    road = np.full(len(points), -1, dtype=np.int64)
    along = np.full(len(points), np.nan)
    away = np.full(len(points), np.nan)
    rows = np.nonzero(allowed)[0]
    if len(rows) and len(points):
        tree = shapely.STRtree(roads[rows])
        distance = None if np.isinf(limit_m) else limit_m
        which, found = tree.query_nearest(points, max_distance=distance, all_matches=True)
        order = np.lexsort((rows[found], which))
        which, first = np.unique(which[order], return_index=True)
        road[which] = rows[found[order][first]]
        along[which] = shapely.line_locate_point(roads[road[which]], points[which])
        away[which] = shapely.distance(roads[road[which]], points[which])
    return Snaps(road, along, away)


def snap_in_turn(
    points: NDArray[np.object_], roads: NDArray[np.object_], choices: list[NDArray[np.bool_]], limit_m: float
) -> Snaps:
    """Snap to the first choice of roads that has one within the limit; what no choice reaches keeps road -1."""
    result = snap_points(points, roads, choices[0], limit_m)
    for allowed in choices[1:]:
        open_rows = np.nonzero(result.road < 0)[0]
        if len(open_rows) == 0:
            break
        later = snap_points(points[open_rows], roads, allowed, limit_m)
        result.road[open_rows] = later.road
        result.along_m[open_rows] = later.along_m
        result.away_m[open_rows] = later.away_m
    return result
