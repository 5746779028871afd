"""Every bad input gets its code; the recipes are the benchmark's.

Most are read in this process, which is quicker: what makes a reader refuse is the same in its own process.
"""

import pytest

from benchmarks.bad_inputs import FILES, run
from expansion.sources.exchange import Reading
from expansion.sources.tasks import TASKS

SLOW = {
    "zip_bomb_csv", "zip_million_entries", "parquet_bomb_rows", "polygon_1e6_vertices", "make_valid_explosion",
    "csv_one_huge_field", "kml_quadratic", "parquet_dict_string",
}  # fmt: skip
OTHERWHERE = {
    "osm_no_highways", "zero_roads", "zero_premises", "disconnected_roads", "premise_500km_away",
    "latlon_swapped_plausible", "missing_file", "layer_wrong_zone", "layer_missing",
}  # fmt: skip
OPTIONS = {
    "osm": {"buildings": False, "min_building_m2": 30},
    "layer": {"kind": "wetland"},
    "coverage": {"kind": "generic", "join": "location_id"},
}
IN_PROCESS = [
    case for case in FILES if case[0] not in SLOW | OTHERWHERE and not case[3].endswith((".gpkg", ".shp.zip"))
]


@pytest.mark.parametrize("recipe", IN_PROCESS, ids=[case[0] for case in IN_PROCESS])
def test_a_bad_file_gets_its_code(recipe, tmp_path):
    _, expected, role, name, make = recipe
    content = make(tmp_path)
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    scratch, reading = tmp_path / "scratch", Reading()
    scratch.mkdir()
    try:
        TASKS[role](tmp_path / name, name, OPTIONS.get(role, {}), scratch, reading)
    except Exception as error:  # whatever it is must be ours, with a code
        reading.add_error(error)
    assert not any(part.name == "x.shp" for part in tmp_path.rglob("*"))
    assert expected in ({error.code for error in reading.errors} or {"ok"} | {one.code for one in reading.findings})


def test_the_reader_itself_refuses_what_gdal_would_open():
    wanted = {
        "zip_missing_prj",
        "gpkg_view_infinite",
        "shp_truncated",
        "gpkg_layer_reserved",
        "path_vsicurl",
        "curve_types",
    }
    assert {row["case"]: row["got"] for row in run(wanted) if not row["ok"]} == {}


def test_what_only_a_whole_study_shows_is_shown():
    assert {row["case"]: row["got"] for row in run(OTHERWHERE) if not row["ok"]} == {}
