"""What a reader finds on the map of a demo, written down before the register ran, is what the register says."""

import csv

import pytest
import shapely
from pyproj import Transformer

from expansion.permits import find_triggers, register_permits
from tests.permits.frozen import ROUTES, graph_of, network_of, read_demo, read_frozen

WHOLE_ROADS = ("ROAD-STATE", "ROAD-MUNICIPAL", "US-DOT-ROW", "US-MUNI-ROW", "US-COUNTY-ROW")


@pytest.fixture(scope="module", params=["liechtenstein", "three-rivers"])
def both(request):
    """The list of a study, the register on its frozen route, and the way from degrees to the study's CRS."""
    with (ROUTES / f"{request.param}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    study, inputs = read_demo(request.param)
    frozen = read_frozen(request.param, inputs.crs)
    graph = graph_of(frozen)
    table = register_permits(study, inputs, graph, find_triggers(study, inputs, graph), network_of(frozen)).table
    register = {(one.rule_id, label(one.granted_for)): one for one in table.itertuples()}
    return rows, register, Transformer.from_crs(4326, inputs.crs, always_xy=True)


def label(granted_for):
    """What a person calls that which a permit is granted for."""
    return granted_for.partition(":")[2].replace("|", ", ")


def test_the_register_equals_the_list_read_from_the_map(both):
    rows, register, _ = both
    read = {(row["rule_id"], row["granted_for"]) for row in rows if row["granted_for"] != "none"}
    rules = {row["rule_id"] for row in rows}
    assert {one for one in register if one[0] in rules} == read


def test_every_place_and_number_of_crossings_is_the_one_seen_on_the_map(both):
    rows, register, project = both
    for row in [row for row in rows if row["granted_for"] != "none"]:
        permit = register[row["rule_id"], row["granted_for"]]
        seen = [project.transform(float(x), float(y)) for x, y in zip(*places(row), strict=True)]
        assert max(permit.geometry.distance(shapely.Point(one)) for one in seen) < 0.5, row
        assert row["rule_id"] in WHOLE_ROADS or permit.crossings == int(row["count"]), row


def places(row):
    return row["longitude"].split("|"), row["latitude"].split("|")


def test_features_that_the_reader_ruled_out_are_in_no_permit(both):
    rows, register, _ = both
    for row in [row for row in rows if row["granted_for"] == "none"]:
        met = [set(one.trigger_ids.split(",")) for (rule, _), one in register.items() if rule == row["rule_id"]]
        assert not set(row["features"].split("|")) & set().union(*met), row


def test_each_disagreement_with_the_first_register_is_settled_in_its_row(both):
    rows, _, _ = both
    assert all(len(row["settled"]) > 40 for row in rows if row["settled"])
    assert [row["list_id"] for row in rows if row["settled"]]
