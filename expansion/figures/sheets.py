"""Large layers cut into sheets: parts of the map that a browser asks for when they come into view."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

MOST_AT_ONCE = 3000
_MOST_ON_SHEET = 1000

Features = Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Features of one part of the map, as text, and the box around them: west, south, east, north, in degrees."""

    version: str
    content: str
    box: tuple[float, float, float, float]


def cut_into_sheets(features: Features) -> tuple[Sheet, ...]:
    """Cut features into sheets of at most 1,000, halving the longer side of the map again and again.

    Parameters
    ----------
    features
        GeoJSON features in EPSG:4326, in drawing order; it is kept on each sheet.

    Returns
    -------
    tuple
        Every feature is on exactly one sheet. Equal features give equal sheets.
    """
    if not features:
        return ()
    boxes = shapely.bounds(shapely.from_geojson([json.dumps(one["geometry"]) for one in features]))
    centers = np.column_stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)])
    return tuple(_sheet(features, boxes, rows) for rows in _halves(centers, np.arange(len(features))))


def _halves(centers: NDArray[np.float64], rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Split rows at the median of the side that is longer, until few enough are left."""
    if len(rows) <= _MOST_ON_SHEET:
        return [np.sort(rows)]
    side = int(np.ptp(centers[rows], axis=0).argmax())
    order = rows[np.lexsort((rows, centers[rows, side]))]
    middle = len(order) // 2
    return [*_halves(centers, order[:middle]), *_halves(centers, order[middle:])]


def _sheet(features: Features, boxes: NDArray[np.float64], rows: NDArray[np.int64]) -> Sheet:
    content = json.dumps([features[row] for row in rows], separators=(",", ":"), allow_nan=False)
    low, high = boxes[rows, :2].min(axis=0), boxes[rows, 2:].max(axis=0)
    version = hashlib.sha256(content.encode()).hexdigest()[:16]
    return Sheet(version, content, (float(low[0]), float(low[1]), float(high[0]), float(high[1])))
