"""A network package is valid by libcoveofds, and its GeoJSON is what that library makes of the package."""

import copy
import json

import geopandas as gpd
import pytest
from libcoveofds.additionalfields import AdditionalFields
from libcoveofds.geojson import JSONToGeoJSONConverter
from libcoveofds.jsonschemavalidate import JSONSchemaValidator
from libcoveofds.python_validate import PythonValidate
from libcoveofds.schema import OFDSSchema

from expansion.export.ofds import write_ofds
from tests.export.hostile import hostile


@pytest.fixture(scope="module")
def folder(planned, tmp_path_factory):
    return write_ofds(planned, tmp_path_factory.mktemp("ofds") / "ofds")


@pytest.fixture(scope="module")
def package(folder):
    return json.loads((folder / "network-package.json").read_text("utf-8"))


@pytest.fixture
def network(package):
    return package["networks"][0]


def faults(package):
    schema = OFDSSchema()
    found = [error.json()["message"] for error in JSONSchemaValidator(schema).validate(package)]
    return found + PythonValidate(schema).validate(package)


def test_the_package_is_valid_and_has_no_field_of_its_own(package):
    assert faults(package) == []
    assert AdditionalFields(OFDSSchema()).process(package) == {}


def test_a_package_of_hostile_names_is_valid_too(planned, tmp_path):
    path = write_ofds(hostile(planned), tmp_path / "ofds") / "network-package.json"
    assert faults(json.loads(path.read_text("utf-8"))) == []


def test_a_broken_package_is_refused(package):
    broken = copy.deepcopy(package)
    broken["networks"][0]["spans"][0] |= {"start": "nowhere", "status": "dreamed of"}
    assert len(faults(broken)) >= 2


def test_the_geojson_is_what_the_standard_makes_of_the_package(folder, package):
    converter = JSONToGeoJSONConverter()
    converter.process_package(copy.deepcopy(package))
    for name, wanted in (("nodes", converter.get_nodes_geojson()), ("spans", converter.get_spans_geojson())):
        assert json.loads((folder / f"{name}.geojson").read_text("utf-8")) == wanted


def test_spans_lie_where_the_plan_has_them(planned, folder, network):
    spans = planned.tables["spans"].set_index("span_id")
    read = gpd.read_file(folder / "spans.geojson").set_index("id")
    assert read.crs.to_epsg() == 4326
    assert set(read.index) == set(spans.index)
    apart = read.geometry.to_crs(spans.crs).hausdorff_distance(spans.geometry, align=True)
    assert apart.max() < 0.02
    status = {row["id"]: row["status"] == "operational" for row in network["spans"]}
    assert status == spans["is_existing"].to_dict()


def test_every_site_of_the_plan_is_in_the_name_of_one_node(planned, network):
    named = [part.split(" ", 1)[1] for node in network["nodes"] for part in node.get("name", "").split(", ") if part]
    assert sorted(named) == sorted(planned.tables["sites"]["site_id"])


def test_fibers_are_those_of_the_cables_in_a_span(planned, network):
    cables = (
        planned.tables["cables"].assign(span_id=planned.tables["cables"]["span_ids"].str.split(",")).explode("span_id")
    )
    wanted = cables.groupby("span_id")["fibers"].sum().to_dict()
    found = {row["id"]: row["fibreCount"] for row in network["spans"] if "fibreCount" in row}
    assert found == {span: count for span, count in wanted.items() if span in set(planned.tables["spans"]["span_id"])}


def test_phases_are_those_of_the_portfolio_and_accuracy_has_a_source(planned, network):
    phases = planned.document["portfolio"]["phases"]
    assert [row["id"] for row in network["phases"]] == [str(row["phase"]) for row in phases]
    assert network["accuracy"] == 10
    assert "GENERAL" in network["accuracyDetails"]
