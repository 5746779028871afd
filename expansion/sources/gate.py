"""The one validation gate: what geometry must be before it may leave the reader's process.

Rows are named by number. What cannot be meant is an error; what can be repaired or left out without changing what is
meant is repaired or left out, and said.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from expansion.errors import SourceError
from expansion.sources.exchange import GeometryArray, Reading
from expansion.sources.limits import repair_time
from expansion.sources.rawtable import RawTable

POINTS: Final = frozenset({"Point"})
LINES: Final = frozenset({"LineString", "MultiLineString"})
AREAS: Final = frozenset({"Polygon", "MultiPolygon"})
_NAMES = np.array(
    [
        "Point",
        "LineString",
        "LinearRing",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
        "",
    ]
)
_WGS84 = CRS.from_epsg(4326)


def pass_gate(raw: RawTable, allowed: frozenset[str], reading: Reading, *, split_multi: bool = False) -> RawTable:
    """Check and repair the geometry of a table and bring it to EPSG:4326.

    Parameters
    ----------
    raw
        Rows with geometry in the file's CRS.
    allowed
        Geometry types that the table may hold.
    reading
        Takes errors and findings.
    split_multi
        Turn multi-geometries of one part into their part.

    Returns
    -------
    RawTable
        The rows that may be used, two-dimensional, valid, in EPSG:4326.

    Raises
    ------
    SourceError
        ``E_NO_CRS`` where neither the file nor the study names a CRS.
    """
    raw = _drop_empty(raw, reading)
    _require_finite(raw, reading)
    raw = _flatten(raw, reading)
    if split_multi:
        raw = replace(raw, geometry=single_parts(_geometry(raw)))
    raw = _require_types(raw, allowed, reading)
    raw = _to_wgs84(raw, reading)
    raw = _drop_null_island(raw, reading)
    return _repair(raw, reading)


def _geometry(raw: RawTable) -> GeometryArray:
    if raw.geometry is None:
        raise SourceError("the file holds no geometry", code="E_NO_GEOMETRY", where=[raw.name])
    return raw.geometry


def single_parts(shapes: GeometryArray) -> GeometryArray:
    """Turn multi-geometries of one part into that part."""
    made = shapes.copy()
    single = np.isin(shapely.get_type_id(shapes), (4, 5, 6)) & (shapely.get_num_geometries(shapes) == 1)
    made[single] = shapely.get_geometry(shapes[single], 0)
    return made


def _drop_empty(raw: RawTable, reading: Reading) -> RawTable:
    shapes = _geometry(raw)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if empty.any():
        reading.warn("W_EMPTY_GEOMETRY", "rows without geometry were left out", raw.places(empty))
    return raw.keep(~empty)


def _rows_where(shapes: GeometryArray, bad: NDArray[np.bool_], owner: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark geometries that own a bad coordinate."""
    marked = np.zeros(len(shapes), dtype=bool)
    marked[owner[bad]] = True
    return marked


def _require_finite(raw: RawTable, reading: Reading) -> None:
    coords, owner = shapely.get_coordinates(_geometry(raw), return_index=True)
    bad = _rows_where(_geometry(raw), ~np.isfinite(coords).all(axis=1), owner)
    if bad.any():
        reading.fail("E_GEOM_NONFINITE", "a coordinate is not finite", raw.places(bad), hint="correct these rows")


def _flatten(raw: RawTable, reading: Reading) -> RawTable:
    """Drop heights: every length and crossing here is horizontal."""
    shapes = _geometry(raw)
    tall = shapely.has_z(shapes) | shapely.has_m(shapes)
    if not tall.any():
        return raw
    reading.tell(
        "W_Z_DROPPED",
        f"{raw.name}: heights and measures of coordinates were dropped",
        [raw.name],
        count=int(tall.sum()),
    )
    return replace(raw, geometry=np.asarray(shapely.force_2d(shapes), dtype=object))


def _require_types(raw: RawTable, allowed: frozenset[str], reading: Reading) -> RawTable:
    kinds = _NAMES[shapely.get_type_id(_geometry(raw))]
    wrong = ~np.isin(kinds, sorted(allowed))
    if wrong.any():
        found = ", ".join(sorted(set(kinds[wrong].tolist())))
        text = f"expected {' or '.join(sorted(allowed))}, found {found}"
        reading.fail("E_GEOM_TYPE", text, raw.places(wrong), hint="put other geometries into another file")
    return raw.keep(~wrong)


def _to_wgs84(raw: RawTable, reading: Reading) -> RawTable:
    """Bring coordinates to longitude and latitude and require that they are such."""
    if raw.crs is None:
        raise SourceError(
            "the file names no CRS", code="E_NO_CRS", where=[raw.name], hint="name it as `crs` in study.toml"
        )
    shapes = _geometry(raw)
    if raw.crs != _WGS84:
        move = Transformer.from_crs(raw.crs, _WGS84, always_xy=True)
        shapes = np.asarray(
            shapely.transform(shapes, lambda x, y: move.transform(x, y), interleaved=False), dtype=object
        )
    coords, owner = shapely.get_coordinates(shapes, return_index=True)
    finite = np.isfinite(coords).all(axis=1) if raw.crs == _WGS84 else np.ones(len(coords), dtype=bool)
    outside = ~((np.abs(coords[:, 0]) <= 180) & (np.abs(coords[:, 1]) <= 90)) & finite
    bad = _rows_where(shapes, outside, owner)
    if bad.any():
        swapped = (np.abs(coords[outside, 1]) <= 180) & (np.abs(coords[outside, 0]) <= 90)
        hint = (
            "latitude and longitude look swapped: swap them"
            if swapped.all()
            else "name the file's CRS as `crs` in study.toml"
        )
        reading.fail("E_COORD_RANGE", "coordinates are no longitude and latitude", raw.places(bad), hint=hint)
    ok = ~_rows_where(shapes, outside | ~np.isfinite(coords).all(axis=1), owner)
    return replace(raw, geometry=shapes, crs=_WGS84).keep(ok)


def _drop_null_island(raw: RawTable, reading: Reading) -> RawTable:
    shapes = _geometry(raw)
    coords, owner = shapely.get_coordinates(shapes, return_index=True)
    null = _rows_where(shapes, (np.abs(coords) < 1e-9).all(axis=1), owner) & (shapely.get_type_id(shapes) == 0)
    if null.any():
        reading.warn("W_NULL_ISLAND", "points at 0, 0 were left out", raw.places(null), repair="give them coordinates")
    return raw.keep(~null)


def _repair(raw: RawTable, reading: Reading) -> RawTable:
    """Make areas valid, split what crosses the antimeridian, leave out lines without length."""
    shapes = _split_antimeridian(raw, reading)
    flat = shapely.get_dimensions(shapes)
    no_length = (flat == 1) & (shapely.length(shapes) == 0)
    if no_length.any():
        reading.warn("W_ZERO_LENGTH", "lines without length were left out", raw.places(no_length))
    with repair_time():
        broken = (flat == 2) & ~shapely.is_valid(shapes)
        shapes[broken] = make_areas(shapes[broken])
    collapsed = broken & (shapely.area(shapes) == 0)
    if collapsed.any():
        reading.fail("E_GEOM_BAD", "a ring encloses nothing", raw.places(collapsed), hint="correct these rows")
    repaired = broken & ~collapsed
    if repaired.any():
        reading.warn("W_REPAIRED", "areas that cross themselves were repaired", raw.places(repaired))
    return replace(raw, geometry=shapes).keep(~(no_length | collapsed))


def make_areas(shapes: GeometryArray) -> GeometryArray:
    """Make valid areas of broken ones, keeping every part that has an area; empty where none has."""
    made = np.asarray(shapely.make_valid(shapes), dtype=object)
    for row in np.flatnonzero(shapely.get_type_id(made) == 7).tolist():
        parts = shapely.get_parts(made[row])
        made[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    made[shapely.get_dimensions(made) < 2] = shapely.Polygon()
    return made


def _split_antimeridian(raw: RawTable, reading: Reading) -> GeometryArray:
    """Split areas and lines that span more than half the globe at 180 degrees."""
    shapes = _geometry(raw).copy()
    if not len(shapes):
        return shapes
    box = shapely.bounds(shapes)
    wide = (box[:, 2] - box[:, 0]) > 180
    for row in np.flatnonzero(wide).tolist():
        east = shapely.transform(shapes[row], lambda x, y: (np.where(x < 0, x + 360, x), y), interleaved=False)
        left = shapely.clip_by_rect(east, 0, -90, 180, 90)
        right = shapely.clip_by_rect(east, 180, -90, 360, 90)
        right = shapely.transform(right, lambda x, y: (x - 360, y), interleaved=False)
        shapes[row] = shapely.union_all([left, right])
    if wide.any():
        reading.warn("W_ANTIMERIDIAN", "geometries that cross 180 degrees were split there", raw.places(wide))
    return shapes
