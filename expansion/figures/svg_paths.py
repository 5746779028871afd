"""Geometry in meters to SVG path text: one frame for a whole map, whole numbers of a tenth of a pixel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

_STEPS = 10  # units of the drawing per pixel


@dataclass(frozen=True, slots=True)
class Frame:
    """The window of a map.

    Attributes
    ----------
    west, north
        Upper left corner, meters in the CRS of the geometry.
    meters_per_unit
        Length of one unit of the drawing; a pixel is ten units.
    width, height
        In units.
    """

    west: float
    north: float
    meters_per_unit: float
    width: int
    height: int

    def place(self, coords: NDArray[np.float64]) -> NDArray[np.int64]:
        """Turn meters, shape ``(n, 2)``, into units, y down."""
        x = (coords[:, 0] - self.west) / self.meters_per_unit
        y = (self.north - coords[:, 1]) / self.meters_per_unit
        return np.round(np.column_stack([x, y])).astype(np.int64)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in meters."""
        east = self.west + self.width * self.meters_per_unit
        return self.west, self.north - self.height * self.meters_per_unit, east, self.north


def fit_frame(
    bounds: tuple[float, float, float, float], *, width_px: int, tallest_px: int, least_m: float = 500.0
) -> Frame:
    """Fit a window around bounds (west, south, east, north in meters), with a margin of 4 % all around.

    Parameters
    ----------
    bounds
        What must be seen.
    width_px
        Widest drawing; a tall region gets a narrower one, at least six tenths as wide as it is tall.
    tallest_px
        Height that it does not pass.
    least_m
        Least width and height of the window on the ground.
    """
    west, south, east, north = bounds
    span_x, span_y = max(east - west, least_m) * 1.08, max(north - south, least_m) * 1.08
    meters_per_px = max(span_x / width_px, span_y / tallest_px)
    height_px = min(tallest_px, max(int(np.ceil(span_y / meters_per_px)), int(0.4 * width_px)))
    width_px = min(width_px, max(int(np.ceil(span_x / meters_per_px)), int(0.6 * height_px)))
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Frame(
        west=middle_x - width_px * meters_per_px / 2,
        north=middle_y + height_px * meters_per_px / 2,
        meters_per_unit=meters_per_px / _STEPS,
        width=width_px * _STEPS,
        height=height_px * _STEPS,
    )


def line_path(shapes: NDArray[np.object_], frame: Frame) -> str:
    """Write lines, or the outlines of areas, as path text; what lies outside the frame is clipped."""
    return "".join(_stroke(points, closed=False) for points in _pieces(_seen(shapes, frame), frame))


def area_path(shapes: NDArray[np.object_], frame: Frame) -> str:
    """Write areas as closed path text, rings of holes included (fill with the rule ``evenodd``)."""
    parts = shapely.get_parts(_seen(shapes, frame))
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == 3])
    return "".join(_stroke(points, closed=True) for points in _pieces(rings, frame))


def dot_path(shapes: NDArray[np.object_], frame: Frame) -> str:
    """Write points as strokes of no length, which round line ends turn into dots."""
    places = frame.place(shapely.get_coordinates(shapes))
    inside = (places >= 0).all(axis=1) & (places[:, 0] <= frame.width) & (places[:, 1] <= frame.height)
    seen = np.unique(places[inside], axis=0)
    return "".join(f"M{x} {y}h0" for x, y in seen.tolist())


def _seen(shapes: Iterable[Any], frame: Frame) -> NDArray[np.object_]:
    """Clip to the frame and leave out what cannot be told apart at this scale."""
    kept = np.asarray([shape for shape in shapes if shape is not None and not shape.is_empty], dtype=object)
    if len(kept) == 0:
        return kept
    clipped = shapely.clip_by_rect(shapely.force_2d(kept), *frame.bounds)
    simple = shapely.simplify(clipped, 4 * frame.meters_per_unit)
    found: NDArray[np.object_] = simple[~shapely.is_empty(simple)]
    return found


def _pieces(shapes: NDArray[np.object_], frame: Frame) -> Iterator[NDArray[np.int64]]:
    """Yield the corners of every single line, repeated ones left out."""
    parts = shapely.get_parts(shapes) if len(shapes) else shapes
    coords, owner = shapely.get_coordinates(parts, return_index=True)
    if len(coords) == 0:
        return
    places = frame.place(coords)
    for points in np.split(places, np.flatnonzero(np.diff(owner)) + 1):
        moved = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
        yield points[moved]


def _stroke(points: NDArray[np.int64], *, closed: bool) -> str:
    """Write one line: its start, then steps."""
    if len(points) < 2:
        return ""
    (x, y), steps = points[0].tolist(), np.diff(points, axis=0).tolist()
    return f"M{x} {y}l" + " ".join(f"{dx} {dy}" for dx, dy in steps) + ("z" if closed else "")
