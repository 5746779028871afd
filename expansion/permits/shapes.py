"""Where the meetings of a permit lie, and how many crossings or stretches they make on the ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.permits.columns import listed
from expansion.permits.ground import BoolArray, Ground, Lines, connect_stretches
from expansion.plan.graph import FloatArray, IntArray

POINT_RELATIONS = frozenset({"crosses", "uses"})


def read_stretches(edges: pd.Series, places: pd.Series) -> pd.DataFrame:
    """Take meetings apart into places: row, edge, start, end (equal to start for a point)."""
    row, start, end = [], [], []
    for number, text in enumerate(listed(places)):
        for place in text.split(";"):
            low, _, high = place.partition("-")
            row.append(number)
            start.append(float(low))
            end.append(float(high or low))
    edge = edges.to_numpy(dtype=np.int64)[row]
    return pd.DataFrame({"row": np.array(row, dtype=np.int64), "edge": edge, "start": start, "end": end})


def count_crossings(ground: Ground, met: pd.DataFrame, grant: IntArray, merge_m: FloatArray) -> IntArray:
    """Count per grant: poles; crossings, those near one node as one where the rule merges; connected stretches.

    Parameters
    ----------
    ground
        Edges.
    met
        Meetings: edge, relation, count, places.
    grant
        Per meeting the number of its grant, from 0.
    merge_m
        Per meeting the `merge_m` of its rule, meters.
    """
    point = met["relation"].isin(POINT_RELATIONS).to_numpy(dtype=bool)
    runs_count = ~point | (merge_m > 0)
    total = np.zeros(int(grant.max()) + 1, dtype=np.int64)
    np.add.at(total, grant[~runs_count], met["count"].to_numpy()[~runs_count])
    picked = np.nonzero(runs_count)[0]
    stretches = read_stretches(met["edge"].iloc[picked], met["places"].iloc[picked])
    row = picked[stretches["row"].to_numpy()]
    near = np.where(point[row], merge_m[row] / 2, 0.0)
    length = ground.length[stretches["edge"].to_numpy()]
    stretches["start"] = np.where(stretches["start"] <= near, 0.0, stretches["start"])
    stretches["end"] = np.where(stretches["end"] >= length - near, length, stretches["end"])
    runs = connect_stretches(ground, stretches, grant[row])
    distinct = np.unique(np.stack([grant[row], runs], axis=1), axis=0)
    np.add.at(total, distinct[:, 0], 1)
    return total


def collect_shapes(
    ground: Ground, met: pd.DataFrame, grant: IntArray, features: gpd.GeoDataFrame
) -> list[shapely.Geometry]:
    """Collect per grant its crossings as points, its poles where they stand, its stretches as lines.

    Parameters
    ----------
    ground
        Edges.
    met
        Meetings: edge, relation, trigger_id, places; in the order in which shapes are collected.
    grant
        Per meeting the number of its grant, from 0.
    features
        After `TRIGGERS`.
    """
    found: list[dict[tuple[object, ...], shapely.Geometry]] = [{} for _ in range(int(grant.max()) + 1)]
    pole = (met["relation"] == "uses").to_numpy(dtype=bool)
    by_id = dict(zip(listed(features["trigger_id"]), features.geometry.to_numpy(), strict=True))
    for number, name in zip(grant[pole].tolist(), listed(met["trigger_id"][pole]), strict=True):
        found[number][(name,)] = by_id[name]
    rest = np.nonzero(~pole)[0]
    stretches = read_stretches(met["edge"].iloc[rest], met["places"].iloc[rest])
    row = rest[stretches["row"].to_numpy()]
    point = (met["relation"] == "crosses").to_numpy(dtype=bool)[row]
    shapes = _cut(ground, stretches, point)
    columns = (stretches[name].to_list() for name in ("edge", "start", "end"))
    for number, shape, *place in zip(grant[row].tolist(), shapes, *columns, strict=True):
        found[number].setdefault(tuple(place), shape)
    return [one_or_many(list(shapes.values())) for shapes in found]


def _cut(ground: Ground, stretches: pd.DataFrame, point: BoolArray) -> Lines:
    """Cut the points and the stretches (edge, start, end) out of their edges; whole edges stay as they are."""
    edge, start, end = (stretches[name].to_numpy() for name in ("edge", "start", "end"))
    lines: Lines = ground.lines[edge]
    whole = (start <= 0) & (end >= ground.length[edge] - 0.001)
    cut: Lines = lines.copy()
    cut[point] = shapely.line_interpolate_point(lines[point], start[point])
    part = ~point & ~whole
    cut[part] = substrings(lines[part], start[part], end[part])
    return cut


def substrings(lines: Lines, start: FloatArray, end: FloatArray) -> Lines:
    """Cut lines from `start` to `end`, meters along each; both are drawn back onto the line where they lie beyond it.

    Examples
    --------
    >>> import numpy as np, shapely
    >>> line = np.array([shapely.LineString([(0, 0), (4, 0), (4, 4)])])
    >>> print(substrings(line, np.array([1.0]), np.array([6.0]))[0])
    LINESTRING (1 0, 4 0, 4 2)
    """
    places, owner = shapely.get_coordinates(lines, return_index=True)
    first = np.r_[True, owner[1:] != owner[:-1]] if len(owner) else np.zeros(0, dtype=bool)
    steps = np.hypot(*np.diff(places, axis=0, prepend=places[:1]).T)
    walked = np.cumsum(np.where(first, 0.0, steps))
    walked -= walked[first][owner]
    inner = (walked > start[owner]) & (walked < end[owner])
    tips = [shapely.get_coordinates(shapely.line_interpolate_point(lines, at)) for at in (np.maximum(start, 0), end)]
    count = np.arange(len(lines))
    rows = np.concatenate([count, owner[inner], count])
    spots = np.concatenate([tips[0], places[inner], tips[1]])
    order = np.argsort(rows, kind="stable")
    made: Lines = np.asarray(shapely.linestrings(spots[order], indices=rows[order]), dtype=object)
    return made


def one_or_many(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    """Return the one shape, or all points or lines as a multi geometry."""
    if len(shapes) == 1:
        return shapes[0]
    if shapes[0].geom_type == "Point":
        return shapely.multipoints(shapes)
    return shapely.multilinestrings(shapes)
