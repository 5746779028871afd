"""Know a file by its name and its first bytes together, and open it with the one reader that fits."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path
from typing import Final

from expansion.errors import SourceError
from expansion.sources.archive import MOST_BYTES, Archive
from expansion.sources.csv_file import CsvStream, open_csv, read_csv
from expansion.sources.exchange import Reading
from expansion.sources.gdal_file import check_layer_name, read_geopackage, read_zipped_shapefile
from expansion.sources.geojson_file import read_geojson
from expansion.sources.kml_file import read_kml
from expansion.sources.parquet_file import read_parquet
from expansion.sources.rawtable import Named, RawTable
from expansion.sources.xlsx_file import read_xlsx
from expansion.sources.xml_guard import guard_xml

SUFFIXES: Final = {
    ".csv": "csv",
    ".geojson": "geojson",
    ".json": "geojson",
    ".gpkg": "gpkg",
    ".zip": "zip",
    ".kml": "kml",
    ".kmz": "zip",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".pbf": "osm.pbf",
    ".osm.gz": "osm.gz",
    ".osm": "osm",
    ".tif": "geotiff",
    ".tiff": "geotiff",
}
_MAGIC = (
    (b"SQLite format 3\0", "gpkg"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "osm.gz"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"%PDF", "a PDF"),
    (b"BZh", "a bzip2 file"),
    (b"\x7fELF", "a program"),
    (b"II*\0", "geotiff"),
    (b"MM\0*", "geotiff"),
    (b"II+\0", "geotiff"),
    (b"MM\0+", "geotiff"),
    (b"\x37\x7f\x06\x82", "wal"),
    (b"\x37\x7f\x06\x83", "wal"),
)
_FOLLOWERS = re.compile(rb"<OGR\w*DataSource|<VRTDataset|gdal_streamed_alg|<OGRWFS|<GDALTileIndex|gdalg", re.IGNORECASE)
_PICKLE = re.compile(rb"^\x80[\x02-\x05]")
_SAME_START = frozenset({("wal", "gpkg"), ("zip", "xlsx")})
_TEXTS = frozenset({"csv", "geojson", "kml", "osm"})
_MOST_GZIP_RATIO = 200
_HEAD = 4096


def shown_format(name: str) -> str:
    """Return the format that a file's name claims.

    Raises
    ------
    SourceError
        ``E_FORMAT_FORBIDDEN`` for any other; pickles, scripts and descriptions of other sources among them.
    """
    lower = name.lower()
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if lower.endswith(suffix):
            return SUFFIXES[suffix]
    raise SourceError(
        "files of this kind are not read",
        code="E_FORMAT_FORBIDDEN",
        where=[name],
        hint="use CSV, GeoJSON, GeoPackage, zipped Shapefile, KML or GeoParquet; .osm, .osm.pbf or .osm.gz for OSM; "
        ".tif for elevation",
    )


def require_format(path: Path, name: str, among: frozenset[str]) -> str:
    """Return the format of a file whose name and first bytes agree and that may stand here.

    Raises
    ------
    SourceError
        ``E_FORMAT_FORBIDDEN`` where the name or the content is of a kind that is never read, ``E_FORMAT_MISMATCH``
        where they disagree or the format does not fit the input.
    """
    claimed = shown_format(name)
    if claimed not in among:
        raise SourceError(
            f"this input is not read from {claimed}",
            code="E_FORMAT_FORBIDDEN",
            where=[name],
            hint=f"use {', '.join(sorted(among))}",
        )
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if _FOLLOWERS.search(head.replace(b"\0", b"")) and claimed in _TEXTS:
        raise SourceError(
            "the file describes another source, which is never followed",
            code="E_FORMAT_FORBIDDEN",
            where=[name],
            hint="give the file with the features themselves",
        )
    if _PICKLE.match(head):
        raise SourceError(
            "pickles are never read", code="E_FORMAT_FORBIDDEN", where=[name], hint="save the table as CSV"
        )
    found = next((kind for mark, kind in _MAGIC if head.startswith(mark)), "")
    if found and found != claimed and (found, claimed) not in _SAME_START:
        raise _mismatch(name, claimed, found)
    if not found:
        _require_kind(head, claimed, name)
    return claimed


def _mismatch(name: str, claimed: str, found: str) -> SourceError:
    text = f"the name says {claimed}, the content is {found}"
    return SourceError(
        text, code="E_FORMAT_MISMATCH", where=[name], hint="give the file its right name, or the right file"
    )


def _require_kind(head: bytes, claimed: str, name: str) -> None:
    """Judge content without a magic number: text where text is expected, a header block in a PBF, else damage."""
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    if claimed in {"kml", "osm"} and start != b"<":
        raise _mismatch(name, claimed, "no XML")
    if claimed == "geojson" and start not in (b"{", b"["):
        raise _mismatch(name, claimed, "no JSON")
    if claimed == "csv" and start == b"<":
        raise _mismatch(name, claimed, "XML")
    if claimed == "osm.pbf" and b"OSMHeader" not in head[:64]:
        raise SourceError("the extract has no OSM header", code="E_OSM_CORRUPT", where=[name], hint="download it again")
    damage = {
        "gpkg": "E_GPKG_CORRUPT",
        "zip": "E_ARCHIVE_BAD",
        "xlsx": "E_ARCHIVE_BAD",
        "parquet": "E_PARQUET_CORRUPT",
        "osm.gz": "E_OSM_CORRUPT",
        "geotiff": "E_DEM_CORRUPT",
    }
    if claimed in damage and not head:
        raise SourceError("the file is empty", code=damage[claimed], where=[name], hint="copy it again")
    if claimed in damage:
        raise _mismatch(name, claimed, "something else")


def osm_format(path: Path, name: str) -> str:
    """Return libosmium's name for an extract's format, after looking at what stands before its first element."""
    claimed = require_format(path, name, frozenset({"osm", "osm.gz", "osm.pbf"}))
    if claimed == "osm.pbf":
        return "pbf"
    if claimed == "osm.gz":
        _require_gzip(path, name)
    try:
        with gzip.open(path) if claimed == "osm.gz" else path.open("rb") as file:
            root = guard_xml(file, name, whole=False)  # type: ignore[arg-type]
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError("the extract cannot be unpacked", code="E_OSM_CORRUPT", where=[name]) from error
    if root not in {"osm", "osmChange"}:
        raise SourceError(f"expected <osm>, found <{root[:40]}>", code="E_FORMAT_MISMATCH", where=[name])
    return "xml.gz" if claimed == "osm.gz" else "xml"


def _require_gzip(path: Path, name: str) -> None:
    """Count what a gzip unpacks to; OSM shrinks by 10 to 20, a bomb by a thousand."""
    most = path.stat().st_size * _MOST_GZIP_RATIO + MOST_BYTES // 10
    count, inflate = 0, zlib.decompressobj(31)
    try:
        with path.open("rb") as file:
            while (packed := file.read(1 << 16)) and count <= most:
                count += len(inflate.decompress(packed))
    except zlib.error as error:
        raise SourceError("the extract cannot be unpacked", code="E_OSM_CORRUPT", where=[name]) from error
    if count > most:
        raise SourceError(
            f"the file unpacks to over {_MOST_GZIP_RATIO} times its size", code="E_ARCHIVE_RATIO", where=[name]
        )


_TABLES = frozenset({"csv", "geojson", "gpkg", "zip", "kml", "parquet"})


def open_table(path: Path, named: Named, scratch: Path, reading: Reading) -> RawTable:
    """Read a table or layer, whatever its format."""
    kind = require_format(path, named.name, _TABLES)
    if named.layer:
        check_layer_name(named.layer, named.name)
    if kind == "zip":
        return _open_archive(path, named, scratch, reading)
    if kind == "gpkg":
        return read_geopackage(path, named, scratch, reading)
    if kind == "csv":
        return read_csv(path, named, scratch)
    read = {"geojson": read_geojson, "kml": read_kml, "parquet": read_parquet}[kind]
    return read(path, named, reading)


def open_sheet(path: Path, named: Named, scratch: Path) -> RawTable:
    """Read a table without geometry: CSV, or a sheet of an Excel workbook."""
    if require_format(path, named.name, frozenset({"csv", "xlsx"})) == "xlsx":
        return read_xlsx(path, named, scratch)
    return read_csv(path, named, scratch)


def _open_archive(path: Path, named: Named, scratch: Path, reading: Reading) -> RawTable:
    """Read the Shapefile, KML or CSV that an archive holds."""
    archive = Archive(path, named.name)
    if archive.find(".shp"):
        return read_zipped_shapefile(archive, named, scratch, reading)
    documents = archive.find(".kml")
    if documents:
        main = next((one for one in documents if one.filename.lower() == "doc.kml"), documents[0])
        if len(documents) > 1:
            extra = [one.filename for one in documents if one is not main]
            reading.warn("W_KMZ_EXTRA", f"{named.name}: only {main.filename} was read", extra)
        return read_kml(archive.extract(main, scratch / "doc.kml"), named, reading)
    return read_csv(_only_csv(archive, scratch), named, scratch)


def _only_csv(archive: Archive, scratch: Path) -> Path:
    """Unpack the one CSV of an archive."""
    tables = archive.find(".csv")
    if not tables:
        raise SourceError(
            "the archive holds no Shapefile, KML or CSV",
            code="E_FORMAT_FORBIDDEN",
            where=[archive.name],
            hint="pack one of these",
        )
    if len(tables) > 1:
        text = f"several tables: {', '.join(one.filename for one in tables[:5])}"
        raise SourceError(text, code="E_MULTI_LAYER", where=[archive.name], hint="pack one file per archive")
    return archive.extract(tables[0], scratch / "table.csv")


def open_text(path: Path, named: Named, scratch: Path, most_bytes: int) -> CsvStream:
    """Open a CSV, zipped or not, for streaming."""
    if require_format(path, named.name, frozenset({"csv", "zip"})) == "zip":
        path = _only_csv(Archive(path, named.name, most_bytes), scratch)
    return open_csv(path, named, scratch)
