"""Files that reading must refuse or repair: archives, databases, XML, Parquet and geometry."""

from __future__ import annotations

import io
import json
import sqlite3
import struct
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

OSM_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">'
CSV_HEAD = "location_id,longitude,latitude\n"
GOOD_CSV = CSV_HEAD + "a,9.501,47.101\nb,9.502,47.101\nc,9.503,47.102\n"
PLANT = {"plant_id": "co1", "kind": "co", "capacity": 96}


def osm(body: str = "", *, roads: bool = True, head: str = OSM_HEAD) -> str:
    """Return an extract of four nodes and, where asked, one road, with `body` after them."""
    spots = ((1, 9.5, 47.1), (2, 9.502, 47.1), (3, 9.504, 47.101), (4, 9.506, 47.102))
    nodes = "".join(f'<node id="{n}" lon="{x}" lat="{y}"/>' for n, x, y in spots)
    refs = "".join(f'<nd ref="{n}"/>' for n in range(1, 5))
    road = f'<way id="10">{refs}<tag k="highway" v="residential"/></way>' if roads else ""
    return f"{head}{nodes}{road}{body}</osm>"


def collection(*geometries: Any, **members: Any) -> str:
    """Return a FeatureCollection with an id per feature."""
    features = [
        {"type": "Feature", "properties": {"location_id": str(n)}, "geometry": shape}
        for n, shape in enumerate(geometries, 1)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features} | members)


def point(x: float, y: float) -> dict[str, Any]:
    """Return a GeoJSON point."""
    return {"type": "Point", "coordinates": [x, y]}


def polygon(*ring: tuple[float, float]) -> dict[str, Any]:
    """Return a GeoJSON polygon of one ring."""
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]}


def packed(*members: tuple[str, bytes | str]) -> bytes:
    """Return a zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def points(count: int = 3) -> gpd.GeoDataFrame:
    """Return a table of sound locations."""
    x = 9.501 + np.arange(count) / 1000
    shapes = shapely.points(x, np.full(count, 47.101))
    return gpd.GeoDataFrame({"location_id": [f"p{n}" for n in range(count)]}, geometry=shapes, crs=4326)


def shapefile(folder: Path, *, stem: str = "l0", leave_out: str = "", cut: int = 0) -> list[tuple[str, bytes]]:
    """Return the parts of a Shapefile, one left out or its .shp cut short where asked."""
    points().rename(columns={"location_id": "loc_id"}).to_file(folder / f"{stem}.shp")
    parts = [part for part in sorted(folder.glob(f"{stem}.*")) if part.suffix != leave_out]
    made = [(part.name, part.read_bytes()) for part in parts]
    return [(name, content[:cut] if cut and name.endswith(".shp") else content) for name, content in made]


def geopackage(folder: Path, *statements: str) -> bytes:
    """Return a GeoPackage after running statements on it."""
    path = folder / "made.gpkg"
    points().to_file(path, layer="homes", driver="GPKG")
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    return path.read_bytes()


def curved(folder: Path) -> bytes:
    """Return a GeoPackage with an arc: three points on a circle."""
    geopackage(folder)
    arc = b"".join(struct.pack("<dd", 9.501 + n / 1000, 47.101 + n % 2 / 1000) for n in range(3))
    cell = b"GP\0\x01" + struct.pack("<i", 4326) + b"\x01" + struct.pack("<II", 8, 3) + arc
    with sqlite3.connect(folder / "made.gpkg") as database:
        for name in [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE homes SET geom = ? WHERE fid = 1", (cell,))
        database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    return (folder / "made.gpkg").read_bytes()


def vrt(source: str) -> str:
    """Return a VRT that follows a source."""
    layer = f'<OGRVRTLayer name="x"><SrcDataSource>{source}</SrcDataSource></OGRVRTLayer>'
    return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"


def kml(body: str, head: str = '<?xml version="1.0"?>') -> str:
    """Return a KML document."""
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


def placemark(x: float = 9.501) -> str:
    """Return a placemark with an id."""
    data = '<ExtendedData><Data name="location_id"><value>k</value></Data></ExtendedData>'
    return f"<Placemark>{data}<Point><coordinates>{x},47.101</coordinates></Point></Placemark>"


def laughs(name: str, levels: int = 9) -> str:
    """Return a document type whose entities grow tenfold per level."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(levels))
    return f'<?xml version="1.0"?><!DOCTYPE {name} [{entities}]>'


def patched(archive: bytes, field: int, value: bytes, *, local: int = 0) -> bytes:
    """Overwrite a field of the first central directory entry and, where given, of the first local header."""
    made = bytearray(archive)
    at = archive.index(b"PK\x01\x02")
    made[at + field : at + field + len(value)] = value
    if local:
        made[local : local + len(value)] = value
    return bytes(made)


def overlapping() -> bytes:
    """Return an archive whose two members are the same bytes."""
    whole = packed(("a.csv", GOOD_CSV), ("b.csv", GOOD_CSV))
    second = whole.index(b"PK\x01\x02", whole.index(b"PK\x01\x02") + 4)
    return whole[: second + 42] + struct.pack("<I", 0) + whole[second + 46 :]


def linked() -> bytes:
    """Return an archive with a symbolic link."""
    entry = zipfile.ZipInfo("l.csv")
    entry.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return buffer.getvalue()


def crowded(count: int = 1_000_000) -> bytes:
    """Return an archive of a million empty members, made by hand."""
    names = [b"%07d" % number for number in range(count)]
    local = b"".join(b"PK\x03\x04" + bytes(22) + struct.pack("<HH", 7, 0) + name for name in names)
    head = b"PK\x01\x02" + bytes(24) + struct.pack("<H", 7) + bytes(12)
    central = b"".join(head + struct.pack("<I", at * 37) + name for at, name in enumerate(names))
    return local + central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, len(central), len(local), 0)


def bomb(rows: int = 50_000_000) -> bytes:
    """Return a zip of identical rows: half a gigabyte in half a megabyte."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as file,
    ):
        for _ in range(rows // 1_000_000):
            file.write(b"1,9.5,47.1\n"[1:] * 1_000_000)
    return buffer.getvalue()


def nested(levels: int = 5) -> bytes:
    """Return a zip in a zip in a zip."""
    content = packed(("a.csv", GOOD_CSV))
    for _ in range(levels - 1):
        content = packed(("inner.zip", content))
    return content


def geoparquet(table: pa.Table, column: str = "geometry") -> bytes:
    """Return a GeoParquet file of a table with WKB in `column`."""
    geo = {"version": "1.0.0", "primary_column": column, "columns": {column: {"encoding": "WKB", "geometry_types": []}}}
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), sink, compression="zstd")
    return sink.getvalue()


def with_wkb(*cells: bytes) -> bytes:
    """Return GeoParquet of these WKB cells."""
    return geoparquet(
        pa.table({"location_id": [str(n) for n in range(len(cells))], "geometry": pa.array(cells, pa.binary())})
    )


def long_texts() -> bytes:
    """Return a small GeoParquet whose one long text stands in every row."""
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(4000, dtype=np.int32)), pa.array(["x" * 1_000_000]))
    cells = pa.array([shapely.to_wkb(shapely.Point(9.501, 47.101))] * 4000, pa.binary())
    return geoparquet(pa.table({"location_id": text, "geometry": cells}))


def many_rows() -> bytes:
    """Return a Parquet of four hundred million zeros."""
    sink = io.BytesIO()
    zeros = pa.table({"geometry": pa.array(np.zeros(10_000_000, dtype=np.int64))})
    with pq.ParquetWriter(sink, zeros.schema, compression="zstd") as writer:
        for _ in range(40):
            writer.write_table(zeros)
    return sink.getvalue()


def random_polygon(corners: int) -> dict[str, Any]:
    """Return a ring that crosses itself millions of times."""
    ring = np.round(np.random.default_rng(1).random((corners, 2)) / 100 + (9.5, 47.1), 7).tolist()
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def circle(corners: int) -> dict[str, Any]:
    """Return a circle of many corners."""
    angle = np.linspace(0, 2 * np.pi, corners)
    ring = np.column_stack([9.503 + np.cos(angle) / 500, 47.101 + np.sin(angle) / 500])
    ring[-1] = ring[0]
    return {"type": "Polygon", "coordinates": [ring.tolist()]}


BOWTIE = polygon((9.501, 47.1), (9.502, 47.101), (9.502, 47.1), (9.501, 47.101), (9.501, 47.1))
HOLE = {
    "type": "Polygon",
    "coordinates": [
        [[9.501, 47.1], [9.502, 47.1], [9.502, 47.101], [9.501, 47.1]],
        [[9.503, 47.1], [9.504, 47.1], [9.504, 47.101], [9.503, 47.1]],
    ],
}
DATELINE = polygon((179, 47), (-179, 47), (-179, 48), (179, 48), (179, 47))
DEEP_JSON = '{"type":"GeometryCollection","geometries":[' * 100_000 + "]}" * 100_000
DEEP_WKB = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 200_000 + b"\x01\x07\x00\x00\x00\x00\x00\x00\x00"
ENDLESS = "CREATE VIEW v AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x FROM t"
GDALG = '{"type":"gdal_streamed_alg","command_line":"gdal vector pipeline ! read /etc/passwd ! write /tmp/x"}'
KML_IN = "<Folder>" * 100_000 + "</Folder>" * 100_000
EVIL = '<!DOCTYPE kml [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>'


def plain_parquet(metadata: dict[str, str]) -> bytes:
    """Return a Parquet without geometry, with this metadata."""
    sink = io.BytesIO()
    pq.write_table(pa.table({"location_id": ["a"]}).replace_schema_metadata(metadata), sink)
    return sink.getvalue()


def plant(**changes: Any) -> str:
    """Return a plant file of one item."""
    feature = {"type": "Feature", "properties": PLANT | changes, "geometry": point(9.5, 47.1)}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def pbf(folder: Path) -> bytes:
    """Return a sound extract as PBF."""
    (folder / "sound.osm").write_text(osm())
    out = folder / "sound.osm.pbf"
    if not out.exists():
        with osmium.SimpleWriter(str(out)) as writer:
            for element in osmium.FileProcessor(str(folder / "sound.osm")):
                writer.add(element)
    return out.read_bytes()
