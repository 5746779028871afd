"""Slope of every edge from a grid of heights: mean, steepest, length along the ground, class of the rule book."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from expansion.plan.graph import FloatArray, IntArray, RoadGraph
from expansion.plan.inputs import Elevation, Inputs


@dataclass(frozen=True, slots=True)
class Slopes:
    """Per edge: mean and steepest slope in percent (NaN where heights lack), ground length over length, and class.

    The class is the `least_percent` of the rule book's slope class of the mean slope; 0 where nothing is known.
    """

    mean_percent: FloatArray
    max_percent: FloatArray
    stretch: FloatArray
    least_percent: IntArray


def measure_slopes(inputs: Inputs, graph: RoadGraph) -> Slopes:
    """Measure the slope of every edge.

    Heights are taken every ``slope_sample_m`` along the edge, its ends included, and between the four nearest cells of
    the grid by bilinear interpolation. The mean slope is the sum of all rises and falls over the length; an edge of
    which any height is not known counts as flat.

    Parameters
    ----------
    inputs
        Elevation, and the slope classes of the rule book. Without elevation all is flat.
    graph
        Edges in the study CRS.
    """
    count = len(graph.u)
    mean, most, stretch = np.full(count, np.nan), np.full(count, np.nan), np.ones(count)
    if inputs.elevation is not None and count:
        step_m = inputs.rulebook.engineering_value("slope_sample_m")
        mean, most, stretch = _along(inputs, inputs.elevation, graph, step_m)
    classes = np.array(sorted({0, *(row.least_percent for row in inputs.rulebook.slopes)}), dtype=np.int64)
    at = np.searchsorted(classes, np.nan_to_num(mean), side="right") - 1
    return Slopes(mean, most, stretch, classes[at])


def _along(
    inputs: Inputs, elevation: Elevation, graph: RoadGraph, step_m: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mean and steepest slope and ground length over length, edge by edge."""
    lines = np.asarray(graph.edges.geometry.to_numpy(), dtype=object)
    length = shapely.length(lines)
    parts = np.maximum(np.ceil(length / step_m), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(lines)), parts + 1)
    number = np.arange(len(edge)) - np.repeat(np.cumsum(parts + 1) - (parts + 1), parts + 1)
    places = shapely.line_interpolate_point(lines[edge], length[edge] * number / parts[edge])
    move = Transformer.from_crs(inputs.crs, elevation.crs, always_xy=True)
    x, y = move.transform(shapely.get_x(places), shapely.get_y(places))
    height = height_at(elevation, np.asarray(x), np.asarray(y))
    inner = number[1:] > 0
    rise, of_edge = np.abs(np.diff(height))[inner], edge[1:][inner]
    run = (length / parts)[of_edge]
    grade = np.divide(rise, run, out=np.zeros(len(rise)), where=run > 0)
    mean = np.bincount(of_edge, weights=grade, minlength=len(lines)) / parts
    most = np.zeros(len(lines))
    np.maximum.at(most, of_edge, np.nan_to_num(grade))
    most[np.isnan(mean)] = np.nan
    ground = np.bincount(of_edge, weights=np.hypot(1.0, grade), minlength=len(lines)) / parts
    return np.round(mean * 100, 3), np.round(most * 100, 3), np.where(np.isnan(ground), 1.0, np.round(ground, 6))


def height_at(elevation: Elevation, x: FloatArray, y: FloatArray) -> FloatArray:
    """Height at places in the grid's CRS between the four nearest cells, meters; NaN where one of them lacks.

    Within half a cell of the grid's border the border's cells hold.
    """
    rows, columns = elevation.height_m.shape
    column, row = (x - elevation.west) / elevation.step_x, (y - elevation.north) / elevation.step_y
    outside = ~((column >= -0.5) & (column <= columns - 0.5) & (row >= -0.5) & (row <= rows - 0.5))
    column = np.clip(np.where(outside, 0.0, column), 0.0, columns - 1.0)
    row = np.clip(np.where(outside, 0.0, row), 0.0, rows - 1.0)
    left, top = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    right, low = np.minimum(left + 1, columns - 1), np.minimum(top + 1, rows - 1)
    share_x, share_y = column - left, row - top
    total = np.zeros(len(column))
    corners: list[tuple[IntArray, IntArray, NDArray[np.float64]]] = [
        (top, left, (1 - share_y) * (1 - share_x)), (top, right, (1 - share_y) * share_x),
        (low, left, share_y * (1 - share_x)), (low, right, share_y * share_x),
    ]  # fmt: skip
    for at_row, at_column, weight in corners:
        cell = elevation.height_m[at_row, at_column].astype(np.float64)
        total = total + np.where(weight > 0, cell, 0.0) * weight
    heights: FloatArray = np.where(outside, np.nan, total)
    return heights
