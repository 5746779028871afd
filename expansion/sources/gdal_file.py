"""Read GeoPackage and Shapefile by GDAL, from a copy under a name of our own, with every other driver switched off."""

from __future__ import annotations

import re
import shutil
import sqlite3
import struct
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

import numpy as np
import shapely
from pyproj import CRS

from expansion.errors import SourceError
from expansion.sources.archive import Archive
from expansion.sources.exchange import Reading
from expansion.sources.geojson_file import parse_crs
from expansion.sources.limits import ALLOWED_DRIVERS
from expansion.sources.rawtable import Named, RawTable

MOST_ROWS: Final = 5_000_000
_RESERVED = re.compile(r"^(sqlite|gpkg|rtree)_", re.IGNORECASE)
_QUERY = re.compile(r";|^\s*(select|attach|pragma|drop|insert|update|delete|with)\b", re.IGNORECASE)


def _gdal() -> Any:
    """Import pyogrio and make sure that only the allowed drivers came with it."""
    for name in ("pandas", "geopandas"):  # pyogrio would import them: a second for nothing
        sys.modules.setdefault(name, cast(ModuleType, None))
    import pyogrio
    import pyogrio.raw

    extra = set(pyogrio.list_drivers()) - ALLOWED_DRIVERS
    if extra:
        raise SourceError(f"this GDAL brings drivers that are not allowed: {sorted(extra)[:5]}", code="E_READER")
    return pyogrio


def check_layer_name(layer: str, name: str) -> None:
    """Refuse names of system tables and anything that reads like a query.

    Raises
    ------
    SourceError
        ``E_QUERY`` or ``E_LAYER_NAME``.
    """
    if _QUERY.search(layer):
        raise SourceError(
            "a layer is named, never queried", code="E_QUERY", where=[name], hint="name a layer of the file"
        )
    if _RESERVED.match(layer):
        raise SourceError("this table is the file's own", code="E_LAYER_NAME", where=[f"{name} {layer}"])


def read_geopackage(path: Path, named: Named, scratch: Path, reading: Reading) -> RawTable:
    """Read one layer of a GeoPackage."""
    check_layer_name(named.layer, named.name)
    copy = scratch / "input.gpkg"
    shutil.copyfile(path, copy)
    layers = _examine_geopackage(copy, named.name)
    layer = _choose(layers, named)
    _tell_curves(copy, layer, named.name, reading)
    return _read(copy, layer, named, reading, "E_GPKG_CORRUPT")


def _corrupt(name: str, text: str) -> SourceError:
    return SourceError(text, code="E_GPKG_CORRUPT", where=[name], hint="copy the file again, with its program closed")


def _examine_geopackage(path: Path, name: str) -> list[str]:
    """Return the feature layers. No view is allowed: reading one runs whatever query its author wrote."""
    head = path.open("rb").read(100)
    if not head.startswith(b"SQLite format 3\0") or len(head) < 100:
        raise _corrupt(name, "the GeoPackage is no complete database")
    page = struct.unpack(">H", head[16:18])[0]
    pages = struct.unpack(">I", head[28:32])[0]
    if pages and path.stat().st_size < pages * (65_536 if page == 1 else page):
        raise _corrupt(name, "the GeoPackage is cut short")
    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
            views = [
                row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY 1")
            ]
            if views:
                raise SourceError(
                    "the GeoPackage holds views, which run queries when read",
                    code="E_GPKG_VIEW",
                    where=[f"{name} {view}" for view in views],
                    hint="save the layer as a table",
                )
            rows = database.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features' ORDER BY 1")
            return [str(row[0]) for row in rows]
    except sqlite3.Error as error:
        raise _corrupt(name, f"the GeoPackage cannot be read: {str(error)[:80]}") from error


def _tell_curves(path: Path, layer: str, name: str, reading: Reading) -> None:
    """Say which rows hold arcs: GDAL turns them into short straight lines as it reads."""
    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
            sql = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
            column = str(database.execute(sql, (layer,)).fetchone()[0]).replace('"', '""')
            table = layer.replace('"', '""')
            cells = database.execute(f'SELECT rowid, substr("{column}", 1, 80) FROM "{table}"')
            curved = [f"{name}:{row}" for row, cell in cells if _is_curve(cell)]
    except (sqlite3.Error, TypeError) as error:
        raise _corrupt(name, f"the layer cannot be read: {str(error)[:80]}") from error
    if curved:
        reading.warn("W_LINEARIZED", f"{name}: arcs were turned into straight pieces", curved)


def _is_curve(cell: bytes | None) -> bool:
    """Say whether a GeoPackage geometry is of a curved type (WKB codes 8 to 12)."""
    if not isinstance(cell, bytes) or len(cell) < 13:
        return False
    at = 8 + (0, 32, 48, 48, 64, 0, 0, 0)[(cell[3] >> 1) & 7]
    if len(cell) < at + 5:
        return False
    code = struct.unpack_from("<I" if cell[at] == 1 else ">I", cell, at + 1)[0]
    return bool(8 <= (code & 0x0FFFFFFF) % 1000 <= 12)


def _choose(layers: list[str], named: Named) -> str:
    """Choose the layer that the study names, or the only one."""
    if not layers:
        raise SourceError("the file holds no layer with features", code="E_NO_LAYERS", where=[named.name])
    seen = ", ".join(layers[:8])
    if named.layer:
        if named.layer not in layers:
            text = f"no layer {named.layer!r}; layers seen: {seen}"
            raise SourceError(text, code="E_LAYER_NAME", where=[named.name], hint="correct `layer` in study.toml")
        return named.layer
    if len(layers) > 1:
        text = f"several layers: {seen}"
        raise SourceError(text, code="E_MULTI_LAYER", where=[named.name], hint="name one as `layer` in study.toml")
    return layers[0]


def read_zipped_shapefile(archive: Archive, named: Named, scratch: Path, reading: Reading) -> RawTable:
    """Read one Shapefile of an archive, with the parts that belong to it."""
    shapes = {Path(member.filename).stem: member for member in archive.find(".shp")}
    stem = _choose(sorted(shapes), named)
    base = shapes[stem].filename[:-4].lower()
    for member in archive.members:
        lower = member.filename.lower()
        if lower[:-4] == base and lower[-4:] in {".shp", ".shx", ".dbf", ".prj", ".cpg"}:
            archive.extract(member, scratch / f"input{lower[-4:]}")
    _examine_shapefile(scratch, named.name)
    return _read(scratch / "input.shp", "input", named, reading, "E_SHP_CORRUPT")


def _examine_shapefile(scratch: Path, name: str) -> None:
    """Compare the lengths that .shp and .shx state with those they have; GDAL gives null geometry for a cut file."""
    for suffix in (".shp", ".shx"):
        part = scratch / f"input{suffix}"
        if not part.exists():
            raise SourceError(
                f"the Shapefile lacks its {suffix}", code="E_SHP_CORRUPT", where=[name], hint="pack all its parts"
            )
        head = part.open("rb").read(100)
        if len(head) < 100 or struct.unpack(">I", head[:4])[0] != 9994:
            raise SourceError(f"its {suffix} is no Shapefile", code="E_SHP_CORRUPT", where=[name])
        if part.stat().st_size < struct.unpack(">I", head[24:28])[0] * 2:
            raise SourceError(f"its {suffix} is cut short", code="E_SHP_CORRUPT", where=[name], hint="copy it again")


def _fetch(path: Path, layer: str, name: str, code: str) -> Any:
    """Read a layer whole: metadata, feature ids, WKB, columns. Text that is not as encoded is an error, not a guess."""
    pyogrio = _gdal()
    faults = pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, RuntimeError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if pyogrio.read_info(path, layer=layer)["features"] > MOST_ROWS:
                raise SourceError(f"more than {MOST_ROWS} rows", code="E_TOO_MANY_ROWS", where=[name])
            return pyogrio.raw.read(path, layer=layer, return_fids=True, datetime_as_string=True)
    except UnicodeDecodeError as error:
        raise SourceError("text is not in the file's encoding", code="E_ENCODING", where=[name]) from error
    except faults as error:
        raise SourceError(f"the file cannot be read: {str(error)[:80]}", code=code, where=[name]) from error


def _read(path: Path, layer: str, named: Named, reading: Reading, code: str) -> RawTable:
    """Lay a layer as a table; Shapefile rows count from 1, GeoPackage rows by their key."""
    meta, fids, wkb, fields = _fetch(path, layer, named.name, code)
    if wkb is None:
        raise SourceError("the layer holds no geometry", code="E_NO_GEOMETRY", where=[named.name])
    if not len(fids):
        raise SourceError("the layer holds no features", code="E_NO_FEATURES", where=[named.name])
    rows = np.asarray(fids, dtype=np.int64) + (code == "E_SHP_CORRUPT")
    shapes = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    bad = shapely.is_missing(shapes) & np.array([one is not None for one in wkb], dtype=bool)
    if bad.any():
        reading.fail("E_GEOM_BAD", "the bytes are no geometry", [f"{named.name}:{row}" for row in rows[bad].tolist()])
    if code == "E_SHP_CORRUPT" and shapely.is_missing(shapes).all():
        raise SourceError("no row has a geometry", code=code, where=[named.name], hint="copy the file again")
    return RawTable(
        name=named.name,
        columns={str(field): list(values) for field, values in zip(meta["fields"], fields, strict=True)},
        renamed=named.columns,
        rows=rows,
        geometry=shapes,
        crs=_crs(meta["crs"], named),
    )


def _crs(said: str | None, named: Named) -> CRS | None:
    """Return the file's own CRS, else the one that the study names for it, else None."""
    text = said or named.crs
    return parse_crs(text, named.name) if text and not text.startswith("Undefined") else None
