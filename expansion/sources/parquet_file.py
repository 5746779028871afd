"""Read GeoParquet: what it would unpack to is counted before it is, and no pickle in its metadata is ever touched."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from expansion.errors import SourceError
from expansion.sources.exchange import GeometryArray, Reading
from expansion.sources.geojson_file import parse_crs
from expansion.sources.rawtable import Named, RawTable

MOST_ROWS: Final = 20_000_000
MOST_CELLS: Final = 200_000_000
MOST_COLUMNS: Final = 2_000
MOST_BYTES: Final = 1_000_000_000
MOST_NESTED: Final = 4
_PLAIN_TYPES = 3  # WKB codes 1 to 3 are points, lines, polygons, which hold no further geometry


def read_parquet(path: Path, named: Named, reading: Reading) -> RawTable:
    """Read a GeoParquet file.

    Raises
    ------
    SourceError
        ``E_TOO_MANY_ROWS``, ``E_TOO_MANY_COLUMNS`` or ``E_TOO_BIG`` before it is unpacked, ``E_NO_GEOMETRY`` where it
        has no geometry metadata, ``E_PARQUET_CORRUPT`` where it cannot be read.
    """
    try:
        file = pq.ParquetFile(path)
        _require_size(file.metadata, named.name)
        geo = _geo_metadata(file.metadata.metadata or {}, named.name)
        table = _read_counted(path, file, named.name)
    except (pa.ArrowInvalid, OSError, pa.ArrowNotImplementedError) as error:
        if isinstance(error, pa.ArrowMemoryError):
            raise
        text = f"the file cannot be read: {str(error)[:80]}"
        raise SourceError(text, code="E_PARQUET_CORRUPT", where=[named.name]) from error
    return _lay(table, geo, named, reading)


def _require_size(metadata: Any, name: str) -> None:
    """Count from the footer what reading would make; `total_byte_size` is not believed."""
    if metadata.num_columns > MOST_COLUMNS:
        raise SourceError(f"{metadata.num_columns} columns", code="E_TOO_MANY_COLUMNS", where=[name])
    if metadata.num_rows > MOST_ROWS or metadata.num_rows * max(metadata.num_columns, 1) > MOST_CELLS:
        raise SourceError(f"{metadata.num_rows} rows", code="E_TOO_MANY_ROWS", where=[name], hint="split it")


def _geo_metadata(metadata: dict[bytes, bytes], name: str) -> dict[str, Any]:
    """Return the description of the primary geometry column, its name under ``column``."""
    try:
        geo = json.loads(metadata[b"geo"])
        column = str(geo["primary_column"])
        return dict(geo["columns"][column]) | {"column": column}
    except (KeyError, ValueError, TypeError) as error:
        raise SourceError(
            "the file has no GeoParquet metadata", code="E_NO_GEOMETRY", where=[name], hint="save it as GeoParquet"
        ) from error


def _read_counted(path: Path, file: Any, name: str) -> pa.Table:
    """Read with texts and bytes as dictionaries, so that one long cell repeated is seen before it is copied."""
    schema = file.schema_arrow
    long = [field.name for field in schema if pa.types.is_binary(field.type) or pa.types.is_string(field.type)]
    table = pq.read_table(path, read_dictionary=long, use_threads=False, memory_map=False)
    if table.num_rows > MOST_ROWS:
        raise SourceError(f"{table.num_rows} rows", code="E_TOO_MANY_ROWS", where=[name])
    total = sum(_unpacked_bytes(column) for column in table.columns)
    if total > MOST_BYTES:
        text = f"the file unpacks to {total // 10**6} MB"
        raise SourceError(text, code="E_TOO_BIG", where=[name], hint=f"keep it under {MOST_BYTES // 10**6} MB")
    return table


def _unpacked_bytes(column: pa.ChunkedArray) -> int:
    """Bytes of a column once its dictionary is unfolded."""
    total = 0
    for chunk in column.chunks:
        if isinstance(chunk, pa.DictionaryArray):
            sizes = np.asarray(pc.fill_null(pc.binary_length(chunk.dictionary), 0), dtype=np.int64)
            index = np.asarray(pc.fill_null(chunk.indices, 0), dtype=np.int64)
            total += int(sizes[index].sum()) if len(sizes) else 0
        else:
            total += chunk.nbytes
    return total


def _lay(table: pa.Table, geo: dict[str, Any], named: Named, reading: Reading) -> RawTable:
    if geo["column"] not in table.column_names:
        raise SourceError("the geometry column is missing", code="E_NO_GEOMETRY", where=[named.name])
    if not table.num_rows:
        raise SourceError("the file holds no rows", code="E_NO_FEATURES", where=[named.name])
    columns = {
        name: _plain(table.column(name))
        for name in table.column_names
        if name != geo["column"] and not pa.types.is_nested(table.schema.field(name).type)
    }
    return RawTable(
        name=named.name,
        columns=columns,
        renamed=named.columns,
        rows=np.arange(table.num_rows, dtype=np.int64) + 1,
        geometry=_shapes(table.column(geo["column"]), str(geo.get("encoding", "")), named.name, reading),
        crs=_crs(geo, named),
    )


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Unfold a dictionary."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _crs(geo: dict[str, Any], named: Named) -> CRS | None:
    """Return the CRS of the metadata; left out it is CRS84 by the standard, null means unknown."""
    if "crs" not in geo:
        return parse_crs(named.crs or "OGC:CRS84", named.name)
    if geo["crs"] is None:
        return parse_crs(named.crs, named.name) if named.crs else None
    try:
        return parse_crs(CRS.from_user_input(geo["crs"]).to_wkt(), named.name)
    except Exception as error:  # pyproj raises several unrelated classes
        raise SourceError("the CRS in the metadata is unknown", code="E_NO_CRS", where=[named.name]) from error


def _shapes(column: pa.ChunkedArray, encoding: str, name: str, reading: Reading) -> GeometryArray:
    """Read WKB, or points as structs; count nesting before the parser, which recurses without end, sees it."""
    if encoding == "point":
        flat = column.combine_chunks()
        return np.asarray(shapely.points(np.asarray(flat.field("x")), np.asarray(flat.field("y"))), dtype=object)
    if encoding != "WKB":
        raise SourceError(
            f"geometry encoding {encoding!r} is not read", code="E_NO_GEOMETRY", where=[name], hint="use WKB"
        )
    cells = _plain(column).to_pylist()
    return shapes_from_wkb(cells, name, reading)


def shapes_from_wkb(cells: list[bytes | None], name: str, reading: Reading) -> GeometryArray:
    """Read WKB cells; what is nested too deeply or is no geometry is an error by row."""
    deep = [row for row, cell in enumerate(cells) if cell is not None and wkb_depth(cell) > MOST_NESTED]
    if deep:
        reading.fail("E_GEOM_DEPTH", "a geometry is nested too deeply", [f"{name}:{row + 1}" for row in deep])
    shallow = np.array([*cells, None], dtype=object)[:-1]
    shallow[deep] = None
    shapes = np.asarray(shapely.from_wkb(shallow, on_invalid="ignore"), dtype=object)
    bad = [row for row, cell in enumerate(shallow) if cell is not None and shapes[row] is None]
    if bad:
        reading.fail("E_GEOM_BAD", "the bytes are no geometry", [f"{name}:{row + 1}" for row in bad])
    return shapes


def wkb_depth(cell: bytes) -> int:
    """Depth of the first chain of collections in a WKB: 1 for a plain geometry.

    Only the first member of each collection is followed; a bomb that hides behind a first member of another kind is
    left to the process's limits.
    """
    at, depth = 0, 1
    while len(cell) >= at + 9 and depth <= MOST_NESTED:
        order = "<" if cell[at] == 1 else ">"
        code, count = struct.unpack(order + "II", cell[at + 1 : at + 9])
        if (code & 0x0FFFFFFF) % 1000 <= _PLAIN_TYPES or count == 0:
            break
        at += 9 + (4 if code & 0x20000000 else 0)
        depth += 1
    return depth
