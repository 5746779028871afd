"""Know a file by its name and its first bytes together, and open it with the one reader that fits."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from expansion.errors import SourceError
from expansion.sources.csv_file import CsvStream, open_csv, read_csv
from expansion.sources.exchange import Reading
from expansion.sources.geojson_file import read_geojson
from expansion.sources.rawtable import Named, RawTable

SUFFIXES: Final = {
    ".csv": "csv",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".shp.zip": "zip",
    ".zip": "zip",
    ".kml": "kml",
    ".kmz": "zip",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".osm.pbf": "osm.pbf",
    ".pbf": "osm.pbf",
    ".osm.gz": "osm.gz",
    ".osm": "osm",
}


def shown_format(name: str) -> str:
    """Return the format that a file's name claims."""
    lower = name.lower()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if lower.endswith(suffix):
            return SUFFIXES[suffix]
    raise SourceError(
        f"files of this kind are not read: {name[-24:]!r}",
        code="E_FORMAT_FORBIDDEN",
        where=[name],
        hint="use CSV, GeoJSON, GeoPackage, zipped Shapefile, KML or GeoParquet",
    )


def osm_format(path: Path, name: str, scratch: Path) -> str:
    """Return libosmium's name for an extract's format."""
    return {"osm.pbf": "pbf", "osm.gz": "xml.gz", "osm": "xml"}[shown_format(name)]


def open_table(path: Path, named: Named, scratch: Path, reading: Reading) -> RawTable:
    """Read a table or layer, whatever its format."""
    kind = shown_format(named.name)
    if kind == "csv":
        return read_csv(path, named, scratch)
    if kind == "geojson":
        return read_geojson(path, named, reading)
    raise SourceError("not yet", code="E_FORMAT_FORBIDDEN", where=[named.name])


def open_text(path: Path, named: Named, scratch: Path) -> CsvStream:
    """Open a CSV, zipped or not, for streaming."""
    return open_csv(path, named, scratch)
