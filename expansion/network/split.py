"""Cut lines at positions along them, all lines at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.plan.graph import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Pieces:
    """Lines cut into pieces, in order along each line.

    `line` is the row of the line per piece and `number` its place along that line, from 0. `cut_x`, `cut_y` are the
    coordinates of the cuts, in the order in which the cuts were given.
    """

    geometry: NDArray[np.object_]
    line: IntArray
    number: IntArray
    cut_x: FloatArray
    cut_y: FloatArray


def cut_lines(lines: NDArray[np.object_], cut_line: IntArray, cut_along: FloatArray) -> Pieces:
    """Cut lines at distances from their starts.

    Parameters
    ----------
    lines
        LineStrings in a projected CRS.
    cut_line, cut_along
        Row of the line and distance along it per cut, sorted by both, strictly inside the line and distinct.

    Returns
    -------
    Pieces
        ``len(lines) + len(cuts)`` pieces; the vertices of a line are kept and each cut is added to both neighbors.
    """
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    steps = np.r_[0.0, np.hypot(np.diff(coords[:, 0]), np.diff(coords[:, 1]))]
    starts = np.r_[True, owner[1:] != owner[:-1]]
    steps[starts] = 0.0
    total = np.cumsum(steps)
    along = total - total[np.nonzero(starts)[0]][owner]
    cut_xy = _interpolate(coords, along, owner, cut_line, cut_along)

    every_line = np.r_[owner, cut_line, cut_line]
    every_along = np.r_[along, cut_along, cut_along]
    every_kind = np.r_[np.zeros(len(owner)), np.full(len(cut_line), 1.0), np.full(len(cut_line), 2.0)]
    every_xy = np.vstack([coords, cut_xy, cut_xy])
    # a vertex may sit exactly where a cut is: it goes before the cut's end, and the cut's start follows
    order = np.lexsort((np.r_[np.arange(len(owner)), cut_line, cut_line], every_kind, every_along, every_line))
    begins = (every_kind[order] == 2) | np.r_[True, every_line[order][1:] != every_line[order][:-1]]
    piece = np.cumsum(begins) - 1
    geometry = shapely.linestrings(every_xy[order], indices=piece)
    line = every_line[order][begins].astype(np.int64)
    first = np.searchsorted(line, line, side="left")
    return Pieces(geometry, line, np.arange(len(line)) - first, cut_xy[:, 0], cut_xy[:, 1])


def _interpolate(
    coords: FloatArray, along: FloatArray, owner: IntArray, cut_line: IntArray, cut_along: FloatArray
) -> FloatArray:
    """Coordinates of the cuts, between the two vertices around each."""
    if len(cut_line) == 0:
        return np.zeros((0, 2))
    wide = along.max() + 1.0
    before = np.searchsorted(owner * wide + along, cut_line * wide + cut_along, side="right") - 1
    before = np.minimum(before, len(owner) - 2)
    span = along[before + 1] - along[before]
    share = np.clip((cut_along - along[before]) / np.where(span > 0, span, 1.0), 0.0, 1.0)
    result: FloatArray = coords[before] + (coords[before + 1] - coords[before]) * share[:, None]
    return result
