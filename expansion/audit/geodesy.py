"""Measure lines on the ellipsoid."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer


@lru_cache(maxsize=4)
def _to_degrees(crs: CRS) -> Transformer:
    """Make the way from a CRS to longitude and latitude."""
    return Transformer.from_crs(crs, 4326, always_xy=True)


def ellipsoid_lengths(lines: Any, crs: CRS) -> NDArray[np.float64]:
    """Lengths of lines on WGS 84, in meters, shape ``(n,)``.

    Parameters
    ----------
    lines
        LineStrings in `crs`, any array-like.
    crs
        CRS of their coordinates.
    """
    shapes = np.asarray(lines, dtype=object)
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    if len(points) < 2:
        return np.zeros(len(shapes))
    longitude, latitude = _to_degrees(crs).transform(points[:, 0], points[:, 1])
    _, _, step = Geod(ellps="WGS84").inv(longitude[:-1], latitude[:-1], longitude[1:], latitude[1:])
    within = owner[1:] == owner[:-1]
    lengths = np.zeros(len(shapes))
    np.add.at(lengths, owner[1:][within], np.asarray(step)[within])
    return lengths
