"""Read GeoJSON without GDAL: every wrong feature is named by its number, and no other file is ever followed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from pyproj import CRS

from expansion.errors import SourceError
from expansion.sources.exchange import Reading
from expansion.sources.rawtable import Named, RawTable

MOST_BYTES: Final = 400_000_000
_MOST_CRS = 20_000
_PLAIN = {"Point": 0, "LineString": 1, "Polygon": 2}


def read_geojson(path: Path, named: Named, reading: Reading) -> RawTable:
    """Read a FeatureCollection or a single feature.

    Raises
    ------
    SourceError
        ``E_ENCODING`` with the byte, ``E_JSON`` or ``E_JSON_DEPTH`` where it is no JSON or nested too deeply,
        ``E_FORMAT_FORBIDDEN`` where it describes another source, ``E_NO_FEATURES`` where it is empty.
    """
    document = _parse(path, named.name, reading)
    features = _features(document, named.name)
    shapes: list[Any] = []
    errors: dict[tuple[str, str], list[str]] = {}
    for row, feature in enumerate(features):
        shape, wrong = build_geometry(feature.get("geometry"))
        shapes.append(shape)
        if wrong:
            errors.setdefault(wrong, []).append(f"{named.name}:{row + 1}")
    for (code, text), places in sorted(errors.items()):
        reading.fail(code, text, places, hint="correct these features")
    return RawTable(
        name=named.name,
        columns=_columns(features),
        renamed=named.columns,
        rows=np.arange(len(features), dtype=np.int64) + 1,
        geometry=np.array([*shapes, None], dtype=object)[:-1],
        crs=_crs(document, named),
    )


def decode_text(content: bytes, name: str) -> str:
    """Decode UTF-8 or UTF-16 with a byte order mark; name the first byte that is neither."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            "the file is not UTF-8", code="E_ENCODING", where=[f"{name} byte {error.start}"], hint="save it as UTF-8"
        ) from error


def _parse(path: Path, name: str, reading: Reading) -> Any:
    if path.stat().st_size > MOST_BYTES:
        raise SourceError(
            "GeoJSON of this size", code="E_TOO_BIG", where=[name], hint="save it as GeoPackage or GeoParquet"
        )
    twice: set[str] = set()

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            keys = [key for key, _ in pairs]
            twice.update(key for key in made if keys.count(key) > 1)
        return made

    try:
        document = json.loads(decode_text(path.read_bytes(), name), object_pairs_hook=collect)
    except RecursionError as error:
        raise SourceError("the JSON is nested too deeply", code="E_JSON_DEPTH", where=[name]) from error
    except json.JSONDecodeError as error:
        raise SourceError(
            f"the file is no JSON: {error.msg}", code="E_JSON", where=[f"{name}:{error.lineno}"]
        ) from error
    if twice:
        reading.warn("W_DUP_KEY", f"{name}: JSON keys stand twice in one object; the last counts", sorted(twice))
    return document


def _features(document: Any, name: str) -> list[dict[str, Any]]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "Feature":
        return [document]
    if kind != "FeatureCollection":
        raise SourceError(
            f"expected a FeatureCollection, found {str(kind)[:40]!r}", code="E_FORMAT_MISMATCH", where=[name]
        )
    features = document.get("features")
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise SourceError("`features` is no list of features", code="E_FORMAT_MISMATCH", where=[name])
    if not features:
        raise SourceError("the file holds no features", code="E_NO_FEATURES", where=[name])
    return features


def _columns(features: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Properties by name, in ascending order; a feature's own id stands as ``id``."""
    properties = [feature.get("properties") or {} for feature in features]
    names = sorted({key for entry in properties if isinstance(entry, dict) for key in entry})
    columns = {name: [_cell(entry.get(name)) for entry in properties] for name in names}
    if "id" not in columns and any("id" in feature for feature in features):
        columns["id"] = [feature.get("id") for feature in features]
    return columns


def _cell(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def _crs(document: dict[str, Any], named: Named) -> CRS:
    """Return the study's CRS for this file, else the old ``crs`` member, else EPSG:4326 as the standard says."""
    member = document.get("crs")
    said = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    return parse_crs(named.crs or said or "EPSG:4326", named.name)


def parse_crs(text: str, name: str) -> CRS:
    """Read a CRS by its code; longitude comes first in CRS84 and in EPSG:4326 alike."""
    try:
        crs = CRS.from_user_input(str(text)[:_MOST_CRS])
    except Exception as error:  # pyproj raises several unrelated classes
        raise SourceError(f"unknown CRS {str(text)[:60]!r}", code="E_CRS", where=[name], hint="use a code") from error
    return CRS.from_epsg(4326) if crs.to_authority(min_confidence=70) in (("OGC", "CRS84"), ("EPSG", "4326")) else crs


def build_geometry(geometry: Any) -> tuple[Any, tuple[str, str] | None]:
    """Build one geometry; return it with None, or None with the error's code and text."""
    if geometry is None:
        return None, None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    try:
        if kind == "GeometryCollection":
            return None, ("E_GEOM_TYPE", "a geometry collection is neither point, line nor area")
        if str(kind).removeprefix("Multi") not in _PLAIN:
            return None, ("E_GEOM_BAD", f"no geometry type {str(kind)[:40]!r}")
        return _build(str(kind), geometry.get("coordinates")), None
    except (ValueError, TypeError, shapely.errors.GEOSException):
        return None, ("E_GEOM_BAD", f"the coordinates make no {kind}")


def _build(kind: str, coordinates: Any) -> Any:
    """Build by type; a list of lists of unequal depth or length raises ValueError."""
    if coordinates is None or coordinates == []:
        return shapely.from_wkt(f"{kind.upper()} EMPTY")
    if kind == "Point":
        return shapely.Point(_positions([coordinates])[0])
    if kind == "LineString":
        return shapely.LineString(_positions(coordinates))
    if kind == "Polygon":
        return shapely.Polygon(_ring(coordinates[0]), [_ring(hole) for hole in coordinates[1:]])
    single = kind.removeprefix("Multi")
    maker = {"Point": shapely.multipoints, "LineString": shapely.multilinestrings, "Polygon": shapely.multipolygons}[
        single
    ]
    return maker([_build(single, part) for part in coordinates])


def _positions(coordinates: Any) -> Any:
    """Positions as an array, two or three numbers each; text is never taken for a number."""
    made = np.array(coordinates)
    if made.ndim != 2 or made.shape[1] < 2 or made.dtype.kind not in "if":
        raise ValueError("no list of positions")
    return made[:, :3].astype(np.float64)


def _ring(coordinates: Any) -> Any:
    """Positions of a ring, which must close and have three corners."""
    ring = _positions(coordinates)
    if len(ring) < 4 or not np.array_equal(ring[0], ring[-1], equal_nan=True):
        raise ValueError("no ring")
    others = (ring[:, :2] != ring[0, :2]).any(axis=1)
    third = others & (ring[:, :2] != ring[int(np.argmax(others)), :2]).any(axis=1)
    if not third.any():
        raise ValueError("a ring of fewer than three corners")
    return ring
