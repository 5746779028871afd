"""Where an edge passes from one side of a feature to the other, beyond doubt."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

SURE_M = 1.0
LOOK_M = 0.5


def passes_through(line: Any, shape: Any) -> bool:
    """Tell whether a line enters an area and leaves it again, both ends well outside."""
    if shapely.get_dimensions(shape) != 2 or shapely.length(shapely.intersection(line, shape)) < 2 * SURE_M:
        return False
    ends = [shapely.get_point(line, 0), shapely.get_point(line, -1)]
    return bool((shapely.distance(ends, shape) > SURE_M).all())


def sure_crossings(edge: Any, shape: Any) -> list[Any]:
    """Points at which an edge passes from one side of a line to the other, well inside both."""
    found = []
    for line in shapely.get_parts(shape):
        if shapely.get_dimensions(line) != 1:
            continue
        for point in shapely.get_parts(shapely.intersection(edge, line)):
            inside = shapely.get_dimensions(point) == 0 and _is_inside(edge, point) and _is_inside(line, point)
            if inside and _changes_side(edge, line, point):
                found.append(point)
    return found


def _is_inside(line: Any, point: Any) -> bool:
    at = shapely.line_locate_point(line, point)
    return bool(SURE_M < at < shapely.length(line) - SURE_M)


def _changes_side(edge: Any, line: Any, point: Any) -> bool:
    """Compare the side of the edge's points before and after with the line's direction, where that is straight."""
    along, at = shapely.line_locate_point(line, point), shapely.line_locate_point(edge, point)
    back, on = (shapely.get_coordinates(shapely.line_interpolate_point(line, along + s))[0] for s in (-LOOK_M, LOOK_M))
    came, went = (shapely.get_coordinates(shapely.line_interpolate_point(edge, at + s))[0] for s in (-LOOK_M, LOOK_M))
    way = on - back
    if float(np.hypot(*way)) < 1.9 * LOOK_M:
        return False
    first, second = (way[0] * (spot - back)[1] - way[1] * (spot - back)[0] for spot in (came, went))
    return bool(first * second < 0 and min(abs(first), abs(second)) > 0.05)


def count_crossings(lines: NDArray[np.object_], shapes: list[Any]) -> tuple[int, int]:
    """Crossings beyond doubt, and all places where lines and shapes come within a meter of one another."""
    if len(lines) == 0 or not shapes:
        return 0, 0
    edge, shape = shapely.STRtree(shapes).query(lines, predicate="dwithin", distance=SURE_M)
    least = most = 0
    for one, other in zip(edge, shape, strict=True):
        least += len(sure_crossings(lines[one], shapes[other]))
        near = shapely.intersection(shapely.buffer(shapes[other], SURE_M), lines[one])
        most += max(shapely.get_num_geometries(near), 1) * 2
    return least, most
