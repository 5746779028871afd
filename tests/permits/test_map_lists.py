"""What a reader finds on the map of a demo, written down before the register ran, is what the register says.

So does brute force, there and on two cut-outs in which every edge is built.
"""

import csv

import pytest
import shapely
from pyproj import Transformer

from tests.permits.frozen import ROUTES, build_everything, cut_out, read_demo, read_frozen
from tests.permits.plain import by_brute_force, disagreements, register

WHOLE_ROADS = ("ROAD-STATE", "ROAD-MUNICIPAL", "US-DOT-ROW", "US-MUNI-ROW", "US-COUNTY-ROW")


CUT_OUTS = {"liechtenstein": (9.5085, 47.1685, 1000), "three-rivers": (-85.6325, 41.9440, 900)}


@pytest.fixture(scope="module", params=["liechtenstein", "three-rivers"])
def demo(request):
    """Name, study, inputs, frozen route and the register on it."""
    study, inputs = read_demo(request.param)
    frozen = read_frozen(request.param, inputs.crs)
    return request.param, study, inputs, frozen, register(study, inputs, frozen)


@pytest.fixture(scope="module")
def both(demo):
    """The list of a study, the register by rule and grant, and the way from degrees to the study's CRS."""
    name, _, inputs, _, table = demo
    with (ROUTES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(one.rule_id, label(one.granted_for)): one for one in table.itertuples()}
    return rows, found, Transformer.from_crs(4326, inputs.crs, always_xy=True)


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


def test_brute_force_finds_the_same_permits_on_the_route(demo):
    _, study, inputs, frozen, table = demo
    assert disagreements(by_brute_force(study, inputs, frozen), table) == []


def test_brute_force_finds_the_same_permits_on_a_cut_out_in_which_every_edge_is_built(demo):
    name, study, inputs, frozen, _ = demo
    part = build_everything(cut_out(frozen, *CUT_OUTS[name]))
    table = register(study, inputs, part)
    assert disagreements(by_brute_force(study, inputs, part), table) == []
    assert len(table) > 30
