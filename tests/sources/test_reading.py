"""A study is read whole: equal content gives equal hashes, errors come together, and what is odd is said."""

import json
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.errors import CRSError, PlanningError, PlanningErrors
from expansion.plan.specs_inputs import ORIGINS, PLANT_KINDS
from expansion.sources import vocabulary
from tests.sources.small import (
    HOUSES,
    OFFERS,
    OFFICE,
    codes,
    collection,
    extract,
    hashes,
    house,
    node,
    nodes,
    point,
    read,
    read_houses,
    square,
    way,
)

COVER = {"kind": "generic", "files": ["c.csv"]}
PART = r"<node.*?</node>|<way.*?</way>"


def shuffled_lines(text, order):
    head, *rows = text.splitlines()
    return "\n".join([head, *order.sample(rows, len(rows))]) + "\n"


@settings(max_examples=5)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_elements_changes_no_hash(order):
    elements = re.findall(PART, extract(house(100, 9.501, 47.101), house(110, 9.503, 47.101, natural="water")))
    shuffled = "".join(['<osm version="0.6">', *order.sample(elements, len(elements)), "</osm>"])
    mixed = {
        "c.csv": shuffled_lines(OFFERS, order),
        "houses.csv": shuffled_lines(HOUSES, order),
        "region.osm": shuffled,
    }
    straight = {
        "c.csv": OFFERS,
        "region.osm": extract(house(100, 9.501, 47.101), house(110, 9.503, 47.101, natural="water")),
    }
    assert hashes(read_in_new_folder(mixed)) == hashes(read_in_new_folder(straight))


def read_in_new_folder(files):
    with tempfile.TemporaryDirectory() as folder:
        return read_houses(Path(folder), files, coverage=COVER)


def test_the_order_of_columns_changes_no_hash(tmp_path):
    (tmp_path / "other").mkdir()
    turned = "\n".join(",".join(row.split(",")[::-1]) for row in HOUSES.splitlines()) + "\n"
    assert hashes(read_houses(tmp_path)) == hashes(read_houses(tmp_path / "other", {"houses.csv": turned}))


def test_a_moved_house_changes_the_hash_of_locations_alone(tmp_path):
    before = hashes(read_houses(tmp_path))
    after = hashes(read_houses(tmp_path, {"houses.csv": HOUSES.replace("47.1001", "47.1003")}))
    assert {name for name in before if before[name] != after[name]} == {"locations"}


def test_tables_are_projected_once_and_rounded_to_a_millimeter(tmp_path):
    inputs = read_houses(tmp_path)
    x = inputs.locations.geometry.x.to_numpy()
    assert inputs.crs.to_epsg() == 32632
    assert np.array_equal(x, np.round(x, 3))
    assert {table.crs for table in (inputs.roads, inputs.locations, inputs.plant, inputs.features)} == {inputs.crs}


def test_auto_is_the_utm_zone_of_the_roads(tmp_path):
    assert read_houses(tmp_path, study={"crs": "auto"}).crs.to_epsg() == 32632


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32610", "EPSG:0"])
def test_a_crs_that_does_not_measure_here_is_refused(tmp_path, crs):
    with pytest.raises(CRSError) as caught:
        read_houses(tmp_path, study={"crs": crs})
    assert caught.value.code == "E_CRS"


def test_errors_of_all_files_come_together(tmp_path):
    files = {
        "houses.csv": "location_id,longitude,latitude\n,9.5,47.1\n",
        "p.geojson": collection(({}, point(9.5, 47.1))),
    }
    with pytest.raises(PlanningErrors) as caught:
        read_houses(tmp_path, files, plant={"file": "p.geojson"}, coverage={"files": ["nowhere.csv"]})
    assert {"E_NO_FILE", "E_MISSING_ID", "E_PLANT_KIND"} <= {error.code for error in caught.value.errors}


def test_without_coverage_and_plant_tables_are_empty(tmp_path):
    inputs = read_houses(tmp_path)
    assert (len(inputs.coverage), len(inputs.plant)) == (0, 0)
    assert "W_NO_COVERAGE" in codes(inputs)


def test_without_a_file_buildings_are_the_locations(tmp_path):
    inputs = read(tmp_path, {"region.osm": extract(house(100, 9.501, 47.101))})
    assert list(inputs.locations.location_id) == ["w100"]


@pytest.mark.parametrize(
    ("region", "code"),
    [(extract(), "E_NO_LOCATIONS"), (f'<osm version="0.6">{nodes({1: (9.5, 47.1)})}</osm>', "E_NO_ROADS")],
)
def test_an_extract_without_what_a_plan_needs_is_refused(tmp_path, region, code):
    with pytest.raises(PlanningError) as caught:
        read(tmp_path, {"region.osm": region})
    assert caught.value.code == code


def test_locations_outside_are_said_and_far_ones_left_out(tmp_path):
    rows = HOUSES + "near,9.55,47.1\nfar,9.5,51.6\n"
    inputs = read_houses(tmp_path, {"houses.csv": rows})
    found = {finding.code: finding.where for finding in inputs.findings}
    assert (found["W_OUTSIDE_STUDY_AREA"], found["W_FAR"]) == (("near",), ("far",))
    assert list(inputs.locations.location_id) == ["a", "b", "c", "near"]


def test_footprints_stand_for_a_point_inside(tmp_path):
    files = {"h.geojson": collection(({"location_id": 7, "units": 3}, square(9.501, 47.101)))}
    inputs = read_houses(tmp_path, files, locations={"file": "h.geojson"})
    assert inputs.locations[["location_id", "units"]].to_numpy().tolist() == [["7", 3]]


def test_columns_may_be_named_otherwise(tmp_path):
    files = {"houses.csv": HOUSES.replace("location_id", "fid").replace("longitude", "x").replace("latitude", "y")}
    names = {"location_id": "fid", "longitude": "x", "latitude": "y"}
    assert len(read_houses(tmp_path, files, locations={"file": "houses.csv", "columns": names}).locations) == 3


def test_a_projected_file_is_read_by_the_crs_that_the_study_names(tmp_path):
    files = {"houses.csv": "location_id,longitude,latitude\na,538000,5216400\n"}
    inputs = read_houses(tmp_path, files, locations={"file": "houses.csv", "crs": "EPSG:32632"})
    assert (inputs.locations.geometry.x[0], inputs.locations.geometry.y[0]) == (538000, 5216400)


def test_plant_holds_points_and_lines(tmp_path):
    cable = {"type": "LineString", "coordinates": [[9.5, 47.1], [9.502, 47.1]]}
    office = json.loads(OFFICE)["features"][0]
    plant = collection((office["properties"], office["geometry"]), ({"plant_id": "f1", "kind": "fiber"}, cable))
    table = read_houses(tmp_path, {"p.geojson": plant}, plant={"file": "p.geojson"}).plant
    assert table.geom_type.tolist() == ["Point", "LineString"]
    assert table.capacity.isna().tolist() == [False, True]


def test_synthetic_elements_say_so(tmp_path):
    more = node(6, 9.506, 47.1) + way(12, [3, 6], highway="service", origin="synthetic")
    inputs = read_houses(tmp_path, {"region.osm": extract(more)})
    assert inputs.roads.set_index("road_id").origin["w12-0"] == "synthetic"
    assert {record.name: record.synthetic for record in inputs.records} == {
        "roads": True, "locations": False, "features": False,
    }  # fmt: skip


def test_both_sides_of_the_wall_know_the_same_words():
    assert (vocabulary.ORIGINS, vocabulary.PLANT_KINDS) == (ORIGINS, PLANT_KINDS)
