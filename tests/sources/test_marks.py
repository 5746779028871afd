"""Pins and polygons to avoid come through the checked reader: of the right kind, valid, with stable ids."""

import json

import pytest

from expansion.errors import PlanningError
from tests.sources.small import codes, collection, hashes, point, read_houses, square

LINE = {"type": "LineString", "coordinates": [[9.5, 47.1], [9.502, 47.1]]}
BOW = {"type": "Polygon", "coordinates": [[[9.5, 47.1], [9.502, 47.102], [9.502, 47.1], [9.5, 47.102], [9.5, 47.1]]]}


def drawn(folder, text, key="pins"):
    return read_houses(folder, {"drawn.geojson": text}, network={"route": {key: "drawn.geojson"}})


def refused(folder, text, key="pins"):
    with pytest.raises(PlanningError) as caught:
        drawn(folder, text, key)
    return {error.code for error in getattr(caught.value, "errors", (caught.value,))}


def test_a_pin_is_a_line_in_the_study_crs_with_file_id_and_name(tmp_path):
    marks = drawn(tmp_path, collection(({"id": "p1", "name": "Main Street"}, LINE))).marks
    assert marks[["mark_id", "kind", "name"]].to_numpy().tolist() == [["drawn.geojson:p1", "pin", "Main Street"]]
    assert marks.crs.to_epsg() == 32632
    assert marks.length.iloc[0] == pytest.approx(152, abs=1)


def test_a_study_that_names_no_file_has_no_marks(tmp_path):
    assert read_houses(tmp_path).marks is None


def test_each_file_is_recorded_as_an_input_of_its_own(tmp_path):
    found = hashes(drawn(tmp_path, collection(({}, square(9.5, 47.1))), "avoid"))
    assert "avoid drawn.geojson" in found


def test_ids_from_the_content_do_not_depend_on_the_order_of_features(tmp_path):
    first, second = ({}, LINE), ({}, LINE | {"coordinates": [[9.502, 47.1], [9.504, 47.1]]})
    ids = [drawn(tmp_path, collection(*rows)).marks["mark_id"].tolist() for rows in ([first, second], [second, first])]
    assert ids[0] == ids[1]


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        (collection(), "pins", "E_NO_FEATURES"),
        (collection(({}, point(9.5, 47.1))), "pins", "E_GEOM_TYPE"),
        (collection(({}, LINE)), "avoid", "E_GEOM_TYPE"),
        (collection(({}, square(47.1, 120.0))), "avoid", "E_COORD_RANGE"),
        (collection(({}, LINE), crs={"properties": {"name": "EPSG:999999"}}), "pins", "E_CRS"),
        (collection(({}, None)), "pins", "E_NO_FEATURES"),
        (json.dumps({"type": "FeatureCollection"}), "pins", "E_FORMAT_MISMATCH"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_code(tmp_path, text, key, code):
    assert code in refused(tmp_path, text, key)


def test_a_polygon_that_crosses_itself_is_repaired_and_said(tmp_path):
    inputs = drawn(tmp_path, collection(({}, BOW)), "avoid")
    assert "W_REPAIRED" in codes(inputs)
    assert inputs.marks.geometry.is_valid.all()


def test_a_file_outside_the_study_folder_is_refused(tmp_path):
    with pytest.raises(PlanningError) as caught:
        read_houses(tmp_path, network={"route": {"pins": "../pins.geojson"}})
    assert caught.value.code == "E_PATH"
