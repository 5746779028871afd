"""`expansion check` meets bad inputs: exit 2, one error with its code, no traceback, nothing written."""

import json
import shutil

import pytest

from expansion.cli import main
from tests.extracts import DATA, cut_extract, write_extract

TOWN = (-85.64, 41.935, -85.625, 41.945)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return cut_extract(DATA / "three-rivers" / "region.osm", TOWN, tmp_path_factory.mktemp("town") / "town.osm")


@pytest.fixture
def study(tmp_path, town):
    folder = tmp_path / "study"
    folder.mkdir()
    shutil.copyfile(town, folder / "region.osm")
    (folder / "study.toml").write_text('[study]\nname = "town"\n[inputs.osm]\nfile = "region.osm"\n')
    return folder


def check(study, capsys, *changes):
    before = sorted(path.name for path in study.iterdir())
    code = main(["check", str(study), "--json", *(["--set", *changes] if changes else [])])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert sorted(path.name for path in study.iterdir()) == before
    return code, json.loads(said.out), said.err


def locations(study, text):
    (study / "homes.csv").write_text(text)
    return "inputs.locations.file=homes.csv"


def test_a_sound_study_is_ok_with_its_findings(study, capsys):
    code, said, _ = check(study, capsys)
    assert (code, said["ok"]) == (0, True)
    assert "W_NO_COVERAGE" in {row["code"] for row in said["findings"]}


def spoil(study, case):
    """Break the study, and return the changes to check it with."""
    homes = {
        "empty locations": "location_id,longitude,latitude\n",
        "no coordinates": "location_id,x\na,1\n",
        "a blank id": "location_id,longitude,latitude\n,-85.63,41.94\n",
        "an unknown column": "location_id,longitude,latitude\na,-85.63,41.94\n",
    }
    if case in homes:
        return [locations(study, homes[case]), *BAD[case][1:]]
    if case == "a VRT named geojson":
        (study / "plant.geojson").write_text("<OGRVRTDataSource><OGRVRTLayer name='x'/></OGRVRTDataSource>")
    places = {1: (9.5, 47.1, {}), 2: (9.501, 47.1, {})}
    if case == "no roads":
        write_extract(study / "region.osm", places, [])
    if case == "no buildings":
        write_extract(study / "region.osm", places, [(1, [1, 2], {"highway": "residential"})])
    return BAD[case][1:]


BAD = {
    "a missing file": ("E_NO_FILE", "inputs.plant.file=none.geojson"),
    "a wrong CRS": ("E_CRS", "study.crs=EPSG:4326"),
    "no roads": ("E_NO_ROADS",),
    "no buildings": ("E_NO_LOCATIONS",),
    "empty locations": ("E_NO_LOCATIONS",),
    "no coordinates": ("E_NO_COORDS",),
    "a blank id": ("E_MISSING_ID",),
    "an unknown column": ("E_COLUMN", "inputs.locations.columns.units=homes"),
    "a VRT named geojson": ("E_FORMAT_FORBIDDEN", "inputs.plant.file=plant.geojson"),
    "a path outside": ("E_PATH", "inputs.plant.file=../plant.geojson"),
    "a rates file outside": ("E_PATH", "inputs.rates.file=/etc/passwd"),
    "a GDAL path": ("E_PATH", "inputs.plant.file=/vsicurl/http://127.0.0.1/x.geojson"),
    "another currency": ("E_RATE_CURRENCY", "study.currency=CHF"),
    "an unknown key": ("E_STUDY_KEY", "study.colour=blue"),
    "an unknown class": ("E_STUDY", "network.pon_class=Z9"),
    "a budget that is no number": ("E_NONFINITE", "portfolio.total_budget=nan"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_error(case, study, capsys):
    expected = BAD[case][0]
    code, said, err = check(study, capsys, *spoil(study, case))
    assert (code, said["ok"]) == (2, False)
    assert expected in {row["code"] for row in said["findings"]}
    assert f"error[{expected}]: " in err
