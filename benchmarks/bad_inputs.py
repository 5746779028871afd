"""Make every bad input that reading can meet, read it, and say whether it got the code that it must get.

``python -m benchmarks.bad_inputs [CASE…]`` prints ``case,expected,got,ok,seconds,peak_mb`` and exits 2 where a case
failed. A case is a small sound study in which one file is replaced. `peak_mb` is that of the process that read it.
"""

# ruff: noqa: E501 - one case a line

from __future__ import annotations

import csv
import logging
import struct
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.bad_files import (
    BOWTIE,
    CSV_HEAD,
    DATELINE,
    DEEP_JSON,
    DEEP_WKB,
    ENDLESS,
    EVIL,
    GDALG,
    GOOD_CSV,
    HOLE,
    KML_IN,
    OSM_HEAD,
    bomb,
    circle,
    collection,
    crowded,
    curved,
    geopackage,
    kml,
    laughs,
    linked,
    long_texts,
    many_rows,
    nested,
    osm,
    overlapping,
    packed,
    patched,
    pbf,
    placemark,
    plain_parquet,
    plant,
    point,
    polygon,
    random_polygon,
    shapefile,
    vrt,
    with_wkb,
)
from expansion.errors import PlanningError, PlanningErrors
from expansion.sources import read_inputs
from expansion.study import parse_study

# case, expected, which input is replaced, its file name, and what makes its content from a scratch folder.
Recipe = tuple[str, str, str, str, Callable[[Path], bytes | str | None]]
# fmt: off
FILES: tuple[Recipe, ...] = (
    ("zip_bomb_csv", "E_ARCHIVE_RATIO", "locations", "a.zip", lambda _: bomb()),
    ("zip_bomb_nested", "E_ARCHIVE_NESTED", "locations", "a.zip", lambda _: nested()),
    ("zip_bomb_overlap", "E_ARCHIVE_BAD", "locations", "a.zip", lambda _: overlapping()),
    ("zip_lying_size", "E_ARCHIVE_RATIO", "locations", "a.zip", lambda _: patched(packed(("a.csv", GOOD_CSV * 20_000)), 24, struct.pack("<I", 10), local=22)),
    ("zip_million_entries", "E_ARCHIVE_ENTRIES", "locations", "a.zip", lambda _: crowded()),
    ("zip_traversal_dotdot", "E_ARCHIVE_PATH", "locations", "a.zip", lambda _: packed(("../../../../tmp/x.shp", "x"))),
    ("zip_traversal_abs", "E_ARCHIVE_PATH", "locations", "a.zip", lambda _: packed(("/etc/passwd", "x"))),
    ("zip_traversal_drive", "E_ARCHIVE_PATH", "locations", "a.zip", lambda _: packed(("C:\\x.shp", "x"))),
    ("zip_symlink", "E_ARCHIVE_LINK", "locations", "a.zip", lambda _: linked()),
    ("zip_vrt_inside", "E_FORMAT_FORBIDDEN", "locations", "a.zip", lambda _: packed(("roads.vrt", vrt("/etc/passwd")))),
    ("zip_two_shapefiles", "E_MULTI_LAYER", "locations", "a.shp.zip", lambda d: packed(*shapefile(d), *shapefile(d, stem="l1"))),
    ("zip_missing_prj", "E_NO_CRS", "locations", "a.shp.zip", lambda d: packed(*shapefile(d, leave_out=".prj"))),
    ("zip_encrypted", "E_ARCHIVE_ENCRYPTED", "locations", "a.zip", lambda _: patched(packed(("a.csv", GOOD_CSV)), 8, b"\x01\x00", local=6)),
    ("zip_case_dup", "E_ARCHIVE_DUPLICATE", "locations", "a.zip", lambda _: packed(("ok.shp", "x"), ("OK.SHP", "y"))),
    ("zip_unicode_rtl", "ok", "locations", "a.zip", lambda _: packed(("\u202evsc.csv", GOOD_CSV))),
    ("zip_truncated", "E_ARCHIVE_BAD", "locations", "a.zip", lambda _: packed(("a.csv", GOOD_CSV))[:-100]),
    ("kmz_two_kml", "W_KMZ_EXTRA", "locations", "a.kmz", lambda _: packed(("doc.kml", kml(placemark())), ("other.kml", kml("")))),
    ("kmz_traversal", "E_ARCHIVE_PATH", "locations", "a.kmz", lambda _: packed(("../doc.kml", kml(placemark())))),
    ("rar_named_zip", "E_FORMAT_MISMATCH", "locations", "a.zip", lambda _: b"Rar!\x1a\x07\x00" + bytes(200)),
    ("vrt_upload", "E_FORMAT_FORBIDDEN", "locations", "a.vrt", lambda _: vrt("/etc/passwd")),
    ("vrt_named_geojson", "E_FORMAT_FORBIDDEN", "locations", "a.geojson", lambda _: vrt("/etc/passwd")),
    ("vrt_srcsql_sqlite", "E_FORMAT_FORBIDDEN", "locations", "a.kml", lambda _: vrt("x</SrcDataSource><SrcSQL dialect=\"SQLITE\">select 1</SrcSQL><SrcDataSource>")),
    ("vrt_http_source", "E_FORMAT_FORBIDDEN", "locations", "a.csv", lambda _: vrt("/vsicurl/http://127.0.0.1")),
    ("gdalg_json", "E_FORMAT_FORBIDDEN", "locations", "a.json", lambda _: GDALG),
    ("gdalg_write", "E_FORMAT_FORBIDDEN", "locations", "a.geojson", lambda _: GDALG),
    ("wfs_xml", "E_FORMAT_FORBIDDEN", "locations", "a.kml", lambda _: "<OGRWFSDataSource><URL>http://127.0.0.1</URL></OGRWFSDataSource>"),
    ("gpkg_view_load_extension", "E_GPKG_VIEW", "locations", "a.gpkg", lambda d: geopackage(d, "CREATE VIEW v AS SELECT load_extension('x') AS x")),
    ("gpkg_view_infinite", "E_GPKG_VIEW", "locations", "a.gpkg", lambda d: geopackage(d, ENDLESS)),
    ("gpkg_truncated", "E_GPKG_CORRUPT", "locations", "a.gpkg", lambda d: geopackage(d)[:20_000]),
    ("gpkg_is_png", "E_FORMAT_MISMATCH", "locations", "a.gpkg", lambda _: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    ("gpkg_wal_sidecar", "E_GPKG_CORRUPT", "locations", "a.gpkg", lambda _: b"\x37\x7f\x06\x82" + bytes(200)),
    ("gpkg_no_layers", "E_NO_LAYERS", "locations", "a.gpkg", lambda d: geopackage(d, "DELETE FROM gpkg_contents")),
    ("kml_xxe_http", "E_XML_DTD", "locations", "a.kml", lambda _: kml("&x;", '<?xml version="1.0"?>' + EVIL)),
    ("kml_billion_laughs", "E_XML_DTD", "locations", "a.kml", lambda _: kml("&e8;", laughs("kml"))),
    ("kml_quadratic", "E_XML_DTD", "locations", "a.kml", lambda _: kml("&e0;" * 10_000, f'<!DOCTYPE kml [<!ENTITY e0 "{"x" * 100_000}">]>')),
    ("kml_deep_folder", "E_XML_DEPTH", "locations", "a.kml", lambda _: kml(KML_IN)),
    ("kml_html_description", "ok", "locations", "a.kml", lambda _: kml(placemark().replace("<Point>", "<description><![CDATA[<img onerror=x>]]></description><Point>"))),
    ("osm_xxe", "E_XML_DTD", "osm", "r.osm", lambda _: osm(head='<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY x SYSTEM "file:///etc/passwd">]><osm version="0.6">')),
    ("osm_billion_laughs", "E_XML_DTD", "osm", "r.osm", lambda _: osm(head=laughs("osm") + '<osm version="0.6">')),
    ("osm_missing_node_ref", "W_OSM_CLIPPED", "osm", "r.osm", lambda _: osm('<way id="11"><nd ref="1"/><nd ref="2"/><nd ref="99"/><tag k="highway" v="track"/></way>')),
    ("osm_no_highways", "E_NO_ROADS", "osm", "r.osm", lambda _: f'{OSM_HEAD}<node id="1" lon="9.5" lat="47.1"/></osm>'),
    ("osm_pbf_truncated", "E_OSM_CORRUPT", "osm", "r.osm.pbf", lambda d: pbf(d)[: len(pbf(d)) // 2]),
    ("osm_pbf_huge_blob", "E_OSM_CORRUPT", "osm", "r.osm.pbf", lambda d: struct.pack(">I", 2**31 - 1) + pbf(d)[4:]),
    ("utf16_xml_bom", "ok", "locations", "a.kml", lambda _: kml(placemark(), '<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16")),
    ("parquet_bomb_rows", "E_TOO_MANY_ROWS", "locations", "a.parquet", lambda _: many_rows()),
    ("parquet_dict_string", "E_TOO_BIG", "locations", "a.parquet", lambda _: long_texts()),
    ("parquet_not_geo", "E_NO_GEOMETRY", "locations", "a.parquet", lambda _: plain_parquet({})),
    ("parquet_pickled_meta", "E_NO_GEOMETRY", "locations", "a.parquet", lambda _: plain_parquet({"pandas": '{"columns":[{"numpy_type":"object","metadata":"pickle"}]}'})),
    ("wkt_nested_100k", "E_GEOM_DEPTH", "locations", "a.csv", lambda _: "location_id;wkt\na;" + "GEOMETRYCOLLECTION(" * 100_000 + "POINT(1 1)" + ")" * 100_000 + "\n"),
    ("wkb_nested_200k", "E_GEOM_DEPTH", "locations", "a.parquet", lambda _: with_wkb(DEEP_WKB)),
    ("geojson_nested_100k", "E_JSON_DEPTH", "locations", "a.geojson", lambda _: '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":' + DEEP_JSON + "}]}"),
    ("wkb_count_lie", "E_GEOM_BAD", "locations", "a.parquet", lambda _: with_wkb(b"\x01\x02\x00\x00\x00\xff\xff\xff\xff" + bytes(32))),
    ("polygon_1e6_vertices", "ok", "layer", "a.geojson", lambda _: collection(circle(1_000_000))),
    ("make_valid_explosion", "E_GEOM_COMPLEX", "layer", "a.geojson", lambda _: collection(random_polygon(20_000))),
    ("csv_one_huge_field", "E_CSV_FIELD", "locations", "a.csv", lambda _: CSV_HEAD + "x" * 200_000_000),
    ("csv_100k_columns", "E_TOO_MANY_COLUMNS", "locations", "a.csv", lambda _: ",".join(f"c{n}" for n in range(100_000)) + "\n"),
    ("xlsx_bomb", "E_FORMAT_FORBIDDEN", "locations", "a.xlsx", lambda _: packed(("xl/sharedStrings.xml", "x" * 10_000_000))),
    ("nan_coord", "E_GEOM_NONFINITE", "locations", "a.geojson", lambda _: collection(point(float("nan"), 2))),
    ("inf_coord", "E_GEOM_NONFINITE", "locations", "a.geojson", lambda _: collection(point(1, 2)).replace("[1, 2]", "[1e999, 2]")),
    ("coord_1e308", "E_COORD_RANGE", "locations", "a.geojson", lambda _: collection(point(1e308, 1e308))),
    ("latlon_swapped", "E_COORD_RANGE", "locations", "a.geojson", lambda _: collection(point(51.5, -120))),
    ("latlon_swapped_plausible", "W_FAR", "locations", "a.csv", lambda _: GOOD_CSV + "d,47.101,9.503\n"),
    ("projected_no_crs", "E_COORD_RANGE", "locations", "a.geojson", lambda _: collection(point(530_000, 180_000))),
    ("crs_member_3857", "ok", "locations", "a.geojson", lambda _: collection(point(1_057_646, 5_956_100), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}})),
    ("null_island", "W_NULL_ISLAND", "locations", "a.csv", lambda _: GOOD_CSV + "d,0,0\n"),
    ("antimeridian", "W_ANTIMERIDIAN", "layer", "a.geojson", lambda _: collection(DATELINE)),
    ("bowtie", "W_REPAIRED", "layer", "a.geojson", lambda _: collection(BOWTIE)),
    ("unclosed_ring", "E_GEOM_BAD", "layer", "a.geojson", lambda _: collection(polygon((9.5, 47.1), (9.6, 47.1), (9.6, 47.2)))),
    ("collapsed_ring", "E_GEOM_BAD", "layer", "a.geojson", lambda _: collection(polygon((9.5, 47.1), (9.6, 47.1), (9.5, 47.1), (9.5, 47.1)))),
    ("empty_geometry", "W_EMPTY_GEOMETRY", "layer", "a.geojson", lambda _: collection({"type": "Polygon", "coordinates": []}, BOWTIE)),
    ("mixed_types", "E_GEOM_TYPE", "locations", "a.geojson", lambda _: collection(point(9.501, 47.101), {"type": "LineString", "coordinates": [[9.5, 47.1], [9.6, 47.2]]})),
    ("z_and_m", "W_Z_DROPPED", "locations", "a.geojson", lambda _: collection({"type": "Point", "coordinates": [9.501, 47.101, 450]})),
    ("zero_length_line", "W_ZERO_LENGTH", "layer", "a.geojson", lambda _: collection({"type": "LineString", "coordinates": [[9.5, 47.1], [9.5, 47.1]]})),
    ("hole_outside_shell", "W_REPAIRED", "layer", "a.geojson", lambda _: collection(HOLE)),
    ("shp_truncated", "E_SHP_CORRUPT", "locations", "a.shp.zip", lambda d: packed(*shapefile(d, cut=110))),
    ("curve_types", "W_LINEARIZED", "layer", "a.gpkg", curved),
    ("empty_collection", "E_NO_FEATURES", "locations", "a.geojson", lambda _: collection()),
    ("dup_premise_id", "E_DUP_ID", "locations", "a.csv", lambda _: CSV_HEAD + "7,9.501,47.101\n7,9.502,47.101\n"),
    ("dup_json_keys", "W_DUP_KEY", "locations", "a.geojson", lambda _: collection(point(9.501, 47.101)).replace('"location_id": "1"', '"location_id": "0", "location_id": "1"')),
    ("missing_id", "E_MISSING_ID", "locations", "a.csv", lambda _: CSV_HEAD + ",9.501,47.101\n"),
    ("id_float", "E_DUP_ID", "locations", "a.csv", lambda _: CSV_HEAD + "7.0,9.501,47.101\n7,9.502,47.101\n"),
    ("csv_bom", "ok", "locations", "a.csv", lambda _: "\ufeff" + GOOD_CSV),
    ("csv_utf16", "ok", "locations", "a.csv", lambda _: GOOD_CSV.encode("utf-16")),
    ("geojson_latin1", "E_ENCODING", "locations", "a.geojson", lambda _: collection(point(9.501, 47.101)).replace('"1"', '"Zürich"').encode("latin-1")),
    ("csv_no_latlon", "E_NO_COORDS", "locations", "a.csv", lambda _: "location_id,street\na,x\n"),
    ("csv_latlon_text", "E_COORD_FORMAT", "locations", "a.csv", lambda _: CSV_HEAD + "a,9°30'E,51°30'N\n"),
    ("csv_ragged", "E_CSV_RAGGED", "locations", "a.csv", lambda _: GOOD_CSV + "d,9.5\n"),
    ("csv_nul", "E_ENCODING", "locations", "a.csv", lambda _: GOOD_CSV + "d\0,9.5,47.1\n"),
    ("csv_nan_coord", "E_GEOM_NONFINITE", "locations", "a.csv", lambda _: CSV_HEAD + "a,NaN,47.1\n"),
    ("cost_negative", "E_RANGE", "locations", "a.csv", lambda _: "location_id,longitude,latitude,units\na,9.501,47.101,-5\n"),
    ("cost_nan", "E_NONFINITE", "locations", "a.csv", lambda _: "location_id,longitude,latitude,units\na,9.501,47.101,1e309\n"),
    ("zero_roads", "E_NO_ROADS", "osm", "r.osm", lambda _: osm(roads=False)),
    ("disconnected_roads", "ok", "osm", "r.osm", lambda _: osm('<node id="8" lon="9.51" lat="47.11"/><node id="9" lon="9.512" lat="47.11"/><way id="11"><nd ref="8"/><nd ref="9"/><tag k="highway" v="track"/></way>')),
    ("road_negative_length", "E_RANGE", "layer", "a.geojson", lambda _: collection({"type": "LineString", "coordinates": [[9.5, 47.1], [9.51, 47.1]]}).replace('"location_id": "1"', '"length_m": -1')),
    ("one_premise", "ok", "locations", "a.csv", lambda _: CSV_HEAD + "a,9.501,47.101\n"),
    ("zero_premises", "E_NO_LOCATIONS", "locations", "a.csv", lambda _: CSV_HEAD),
    ("two_premises", "ok", "locations", "a.csv", lambda _: CSV_HEAD + "a,9.501,47.101\nb,9.502,47.101\n"),
    ("identical_points", "ok", "locations", "a.csv", lambda _: CSV_HEAD + "".join(f"a{n},9.501,47.101\n" for n in range(50))),
    ("premise_500km_away", "W_FAR", "locations", "a.csv", lambda _: GOOD_CSV + "d,9.5,51.6\n"),
    ("pickle_upload", "E_FORMAT_FORBIDDEN", "locations", "a.pkl", lambda _: b"\x80\x04N."),
    ("pickle_named_csv", "E_FORMAT_FORBIDDEN", "locations", "a.csv", lambda _: b"\x80\x04N."),
    ("unknown_column", "E_COLUMN", "coverage", "c.csv", lambda _: "location_id,technologie\na,50\n"),
    ("layer_wrong_zone", "W_LAYER_CLIPPED", "layer", "a.geojson", lambda _: collection(polygon((47.1, 9.5), (47.1, 9.6), (47.2, 9.6), (47.1, 9.5)))),
    ("layer_projected_no_crs", "E_COORD_RANGE", "layer", "a.geojson", lambda _: collection(polygon((5e5, 5.2e6), (5.1e5, 5.2e6), (5.1e5, 5.3e6), (5e5, 5.2e6)))),
    ("layer_unknown_crs", "E_CRS", "layer", "a.geojson", lambda _: collection(BOWTIE, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9999999"}})),
    ("layer_strange_confidence", "E_RANGE", "layer", "a.geojson", lambda _: collection(BOWTIE).replace('"location_id": "1"', '"confidence": "sure"')),
    ("layer_missing", "E_NO_FILE", "layer", "nowhere.geojson", lambda _: None),
    ("no_plant", "E_NO_PLANT", "plant", "p.geojson", lambda _: plant(kind="cabinet")),
    ("missing_file", "E_NO_FILE", "locations", "nowhere.csv", lambda _: None),
)
# fmt: on

# case, expected, and what the study says instead of a file's name.
PATHS = (
    ("path_vsicurl", "E_PATH", "/vsicurl/http://127.0.0.1/x.csv"),
    ("path_http", "E_PATH", "http://127.0.0.1/x.geojson"),
    ("path_driver_prefix", "E_PATH", "WFS:http://127.0.0.1"),
    ("path_driver_prefix_pg", "E_PATH", "PG:host=127.0.0.1"),
    ("path_vsizip_chain", "E_PATH", "/vsizip//vsicurl/http://127.0.0.1/x.zip"),
    ("path_absolute", "E_PATH", "/etc/passwd"),
    ("path_parent", "E_PATH", "../x.csv"),
)
LAYERS = (
    ("gpkg_layer_reserved", "E_LAYER_NAME", "sqlite_master"),
    ("gpkg_layer_contents", "E_LAYER_NAME", "gpkg_contents"),
    ("sql_stacked", "E_QUERY", "select * from homes; drop table homes"),
    ("sql_attach", "E_QUERY", "attach '/etc/passwd' as x"),
)


def sound_study(folder: Path) -> dict[str, Any]:
    """Write a sound study's files and return its document."""
    (folder / "region.osm").write_text(osm())
    (folder / "locations.csv").write_text(GOOD_CSV)
    (folder / "plant.geojson").write_text(plant())
    (folder / "coverage.csv").write_text("location_id,technology,down_mbps,up_mbps,low_latency\na,50,100,20,1\n")
    return {
        "study": {"name": "bad"},
        "inputs": {
            "osm": {"file": "region.osm"},
            "locations": {"file": "locations.csv"},
            "plant": {"file": "plant.geojson"},
            "coverage": {"kind": "generic", "files": ["coverage.csv"]},
        },
    }


def replaced(document: dict[str, Any], role: str, name: str) -> dict[str, Any]:
    """Return the study with one input replaced."""
    given = {"coverage": {"kind": "generic", "files": [name]}, "layer": None}.get(role, {"file": name})
    change = {"layers": [{"kind": "wetland", "file": name}]} if role == "layer" else {role: given}
    return document | {"inputs": document["inputs"] | change}


def cases(folder: Path) -> Iterator[tuple[str, str, Callable[[], dict[str, Any]]]]:
    """Yield case, expected code, and what writes its file and returns its study."""
    for case, expected, role, name, make in FILES:

        def build(
            role: str = role, name: str = name, make: Callable[[Path], bytes | str | None] = make
        ) -> dict[str, Any]:
            document, content = sound_study(folder), make(folder)
            if content is not None:
                (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
            return replaced(document, role, name)

        yield case, expected, build
    for case, expected, text in PATHS:
        yield case, expected, lambda text=text: replaced(sound_study(folder), "locations", text)
    for case, expected, layer in LAYERS:
        yield case, expected, lambda layer=layer: _with_layer(folder, layer)
    yield "budget_nan", "E_NONFINITE", lambda: sound_study(folder) | tomllib.loads("portfolio.total_budget = nan")


def _with_layer(folder: Path, layer: str) -> dict[str, Any]:
    document = sound_study(folder)
    (folder / "a.gpkg").write_bytes(geopackage(folder))
    return document | {"inputs": document["inputs"] | {"locations": {"file": "a.gpkg", "layer": layer}}}


class _Peak(logging.Handler):
    """Keeps the largest peak that the reader's process reports."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.peak_mb = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Take the peak from the record's arguments."""
        if isinstance(record.args, tuple) and len(record.args) == 3:
            self.peak_mb = max(self.peak_mb, float(str(record.args[2])))


def outcome(document: dict[str, Any], folder: Path) -> list[str]:
    """Return the codes that reading a study ends in: of its errors, or of its findings."""
    try:
        study = parse_study(document)
        inputs = read_inputs(study, folder, rulebook=None)  # type: ignore[arg-type]  # handed on, never looked into
    except PlanningErrors as errors:
        return sorted({error.code for error in errors.errors})
    except PlanningError as error:
        return [error.code]
    return ["ok", *sorted({finding.code for finding in inputs.findings})]


def run(wanted: set[str]) -> Iterator[dict[str, Any]]:
    """Run the cases wanted, all where none is named."""
    log, peak = logging.getLogger("expansion.sources"), _Peak()
    log.setLevel(logging.INFO)
    log.addHandler(peak)
    names = [case for case, _, _ in cases(Path())]
    for case in names:
        if wanted and case not in wanted:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            expected, build = next((expected, build) for name, expected, build in cases(folder) if name == case)
            document = build()
            peak.peak_mb, begun = 0.0, time.perf_counter()
            got = outcome(document, folder)
            seconds = time.perf_counter() - begun
        fine = expected in got and (expected[:2] != "W_" or "ok" in got)
        yield {
            "case": case, "expected": expected, "got": " ".join(got), "ok": int(fine), "seconds": round(seconds, 3),
            "peak_mb": round(peak.peak_mb, 1),
        }  # fmt: skip


def main(arguments: list[str]) -> int:
    """Print one row per case."""
    writer = csv.DictWriter(sys.stdout, ["case", "expected", "got", "ok", "seconds", "peak_mb"], lineterminator="\n")
    writer.writeheader()
    failed = False
    for row in run(set(arguments)):
        writer.writerow(row)
        sys.stdout.flush()
        failed |= not row["ok"]
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
