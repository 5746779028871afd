"""Whatever is wrong with a layer is an error or a finding that names the layer and the rules that test it."""

import pytest

from expansion.errors import PlanningError, PlanningErrors
from expansion.rulebook import load_rulebook
from expansion.sources.layer_rules import rules_of_layer
from tests.sources.small import collection, point, read_houses, square

BOOK = load_rulebook("generic")
HERE = square(9.501, 47.101)
BOWTIE = {"type": "Polygon", "coordinates": [[[9.5, 47.1], [9.51, 47.11], [9.51, 47.1], [9.5, 47.11], [9.5, 47.1]]]}
NO_RING = {"type": "Polygon", "coordinates": []}
STRANGE_CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9999999"}}


def told(folder, content, **layer):
    """Code and words of what reading a wetland layer of this content ends in: of its error, else of its finding."""
    given = {"kind": "wetland", "file": "wet.geojson"} | layer
    try:
        inputs = read_houses(folder, {"wet.geojson": content} if content else {}, layers=[given], rulebook=BOOK)
    except PlanningErrors as caught:
        return {(error.code, str(error)) for error in caught.errors}
    except PlanningError as error:
        return {(error.code, str(error))}
    return {(finding.code, f"{finding.where} {finding.message} {finding.repair}") for finding in inputs.findings}


@pytest.mark.parametrize(
    ("code", "content", "layer"),
    [
        ("E_COORD_RANGE", collection(({}, square(500_000, 5_200_000, 90))), {}),
        ("E_CRS", collection(({}, HERE), crs=STRANGE_CRS), {}),
        ("E_CRS", collection(({}, HERE)), {"crs": "EPSG:999999"}),
        ("W_LAYER_CLIPPED", collection(({}, square(500_000, 5_200_000, 90))), {"crs": "EPSG:32610"}),
        ("W_LAYER_CLIPPED", collection(({}, square(47.101, 9.501))), {}),
        ("E_NO_FEATURES", collection(), {}),
        ("W_EMPTY_GEOMETRY", collection(({}, NO_RING)), {}),
        ("W_REPAIRED", collection(({}, BOWTIE)), {}),
        ("E_COLUMN", collection(({"a": 1}, HERE)), {"columns": {"name": "NOPE"}}),
        ("E_JSON", "{", {}),
        ("E_RANGE", collection(({"confidence": "sure"}, HERE)), {}),
        ("E_NO_FILE", "", {}),
        ("E_PATH", "", {"file": "../wet.geojson"}),
    ],
)
def test_what_is_wrong_with_a_layer_names_it_and_its_rules(tmp_path, code, content, layer):
    (words,) = (words for found, words in told(tmp_path, content, **layer) if found == code)
    assert "wet.geojson" in words
    assert words.endswith("the layer wetland is tested by permit rules WETLAND, ENV-SCREEN")


def test_boundaries_are_asked_by_the_rules_that_they_divide(tmp_path):
    ((code, words),) = told(tmp_path, collection(({}, point(9.5, 47.1))), kind="boundary")
    assert code == "E_GEOM_TYPE"
    assert "the layer boundary is tested by permit rules ROAD-STATE, ROAD-MUNICIPAL" in words


def test_a_layer_that_no_rule_asks_for_is_told_as_it_is(tmp_path):
    ((code, words),) = told(tmp_path, "{", kind="ground")
    assert code == "E_JSON"
    assert "permit rules" not in words
    assert rules_of_layer(BOOK, "ground") == ""


def test_a_kind_of_layer_that_nobody_knows_is_named(tmp_path):
    ((code, words),) = told(tmp_path, collection(({}, HERE)), kind="swamp")
    assert (code, "'swamp' is not one of rail, water, wetland" in words) == ("E_STUDY", True)
    assert "inputs.layers.0.kind" in words
