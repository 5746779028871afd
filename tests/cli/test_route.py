"""expansion route says what a route, its locks and its variants cost, in words and as JSON."""

import json

import pytest

from expansion.cli import main
from tests.audit.small_study import place, write_small_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = write_small_study(tmp_path_factory.mktemp("route"))
    line = {"type": "LineString", "coordinates": [list(place(3000, 300)), list(place(3000, 400))]}
    document = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"id": 1}, "geometry": line}],
    }
    (folder / "pins.geojson").write_text(json.dumps(document), "utf-8")
    return folder


def test_the_route_is_told_with_its_bound(study, capsys):
    assert main(["route", str(study)]) == 0
    assert "proven to cost at least" in " ".join(capsys.readouterr().out.split())


def test_a_pin_file_is_laid_over_the_study_and_priced(study, capsys):
    assert main(["route", str(study), "--pin", str(study / "pins.geojson"), "--json"]) == 0
    (lock,) = json.loads(capsys.readouterr().out)["locks"]
    assert lock["lock_id"] == "pin-pins.geojson:1"
    assert lock["price_low"] <= lock["price"] <= lock["price_high"]


def test_variants_are_told_in_words_and_written(study, capsys, tmp_path):
    out = tmp_path / "v.geojson"
    assert main(["route", str(study), "--area", "A001", "--alternatives", "--protect", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "cheapest: " in said
    assert "all of them together: " in said
    assert out.is_file()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--alternatives"], "E_USAGE"),
        (["--area", "A9", "--alternatives"], "E_AREA_UNKNOWN"),
        (["--pin", "../x.geojson"], "E_PATH"),
    ],
)
def test_what_cannot_be_answered_is_exit_2_with_its_code(study, capsys, words, code):
    assert main(["route", str(study), *words]) == 2
    assert capsys.readouterr().err.startswith(f"error[{code}]: ")
