"""Read a file of serviceable locations."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from expansion.errors import SourceError
from expansion.sources.exchange import Reading, make_table
from expansion.sources.gate import AREAS, POINTS, pass_gate
from expansion.sources.geojson_file import parse_crs
from expansion.sources.rawtable import RawTable, identifiers, numbers
from expansion.sources.vocabulary import ORIGINS

LON_NAMES: Final = ("longitude", "lon", "lng", "long")
LAT_NAMES: Final = ("latitude", "lat")
_WKT_NAMES = ("wkt", "geometry")
_MOST_NESTED = 4


def locations_table(raw: RawTable, reading: Reading, crs: str = "") -> pa.Table:
    """Make the table of locations in EPSG:4326 from a file's rows.

    Areas (footprints) stand for a point inside them. Columns: location_id; units (1 where blank), kind, address,
    origin (``user`` where blank), and block_geoid, which only the census-block join needs.
    """
    raw = with_geometry(raw, reading, crs)
    identifiers(raw, "location_id", reading)
    raw = pass_gate(raw, POINTS | AREAS, reading, split_multi=True)
    units = numbers(raw, "units", reading=reading, least=1, most=100_000)
    columns = {
        "location_id": pa.array(identifiers(raw, "location_id", Reading()), pa.string()),
        "units": np.where(np.isnan(units), 1, units).astype(np.int64),
        "kind": pa.array(raw.texts("kind"), pa.string()),
        "address": pa.array(raw.texts("address"), pa.string()),
        "origin": pa.array(origins(raw, reading), pa.string()),
        "block_geoid": pa.array(raw.texts("block_geoid"), pa.string()),
        "row": raw.rows,
    }
    shapes = raw.geometry
    area = shapely.get_dimensions(shapes) == 2
    shapes[area] = shapely.point_on_surface(shapes[area])  # type: ignore[index]
    return make_table(columns, shapes)


def origins(raw: RawTable, reading: Reading) -> list[str]:
    """Read where each row comes from: ``user`` where the file does not say."""
    said = [text or "user" for text in raw.texts("origin")]
    wrong = [raw.place(row) for row, text in enumerate(said) if text not in ORIGINS]
    if wrong:
        reading.fail("E_RANGE", f"origin is not among {', '.join(sorted(ORIGINS))}", wrong)
    return said


def with_geometry(raw: RawTable, reading: Reading, crs: str = "") -> RawTable:
    """Give a table without geometry the points of its coordinate columns, or the shapes of its WKT column."""
    if raw.geometry is not None:
        return raw
    lon, lat = raw.column_of(*LON_NAMES), raw.column_of(*LAT_NAMES)
    if lon is not None and lat is not None:
        return _with_points(raw, reading, crs)
    wkt = next((column for column in map(raw.column_of, _WKT_NAMES) if column is not None), None)
    if wkt is None:
        seen = ", ".join(list(raw.columns)[:12])
        raise SourceError(
            f"no coordinate columns; columns seen: {seen}",
            code="E_NO_COORDS",
            where=[raw.name],
            hint="map longitude and latitude under `columns` in study.toml",
        )
    shapes = [_from_wkt(text, raw.place(row), reading) for row, text in enumerate(raw.texts(wkt))]
    return _placed(raw, np.array([*shapes, None], dtype=object)[:-1], crs)


def _placed(raw: RawTable, shapes: NDArray[np.object_], crs: str) -> RawTable:
    return RawTable(raw.name, raw.columns, raw.renamed, raw.rows, shapes, parse_crs(crs or "EPSG:4326", raw.name))


def _with_points(raw: RawTable, reading: Reading, crs: str) -> RawTable:
    x, x_wrong = _coordinate(raw.texts(*LON_NAMES))
    y, y_wrong = _coordinate(raw.texts(*LAT_NAMES))
    wrong = x_wrong | y_wrong
    if wrong.any():
        reading.fail(
            "E_COORD_FORMAT",
            "a coordinate is no decimal number",
            raw.places(wrong),
            hint="write degrees as 47.1667, with a point and no unit",
        )
    blank = (np.isnan(x) | np.isnan(y)) & ~wrong & ~_said_not_finite(raw)
    shapes = np.asarray(shapely.points(np.where(blank, 0, x), np.where(blank, 0, y)), dtype=object)
    shapes[blank] = None
    shapes[wrong] = None
    return _placed(raw, shapes, crs)


def _said_not_finite(raw: RawTable) -> NDArray[np.bool_]:
    """Mark rows that spell out NaN or infinity, which is no blank."""
    pairs = zip(raw.texts(*LON_NAMES), raw.texts(*LAT_NAMES), strict=True)
    return np.array([any((text or "").lower() in ("nan", "-nan") for text in pair) for pair in pairs], dtype=bool)


def _coordinate(texts: list[str | None]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read decimal degrees or meters; NaN for blanks, and a mark for what is no number."""
    made = np.full(len(texts), np.nan)
    wrong = np.zeros(len(texts), dtype=bool)
    for row, text in enumerate(texts):
        try:
            if text is not None:
                made[row] = float(text) if "_" not in text else np.nan
        except ValueError:
            wrong[row] = True
    return made, wrong


def _from_wkt(text: str | None, place: str, reading: Reading) -> object:
    """Read WKT; nesting is counted before the parser, which recurses without end, sees it."""
    if text is None:
        return None
    depth = deepest = 0
    for bracket in re.findall(r"[()]", text):
        depth += 1 if bracket == "(" else -1
        deepest = max(deepest, depth)
    if deepest > _MOST_NESTED:
        reading.fail("E_GEOM_DEPTH", "the geometry is nested too deeply", [place])
        return None
    try:
        return shapely.from_wkt(re.sub(r"^SRID=\d+;", "", text))
    except shapely.errors.GEOSException:
        reading.fail("E_GEOM_BAD", "the text is no geometry", [place], hint="correct the row")
        return None
