"""Buildings become locations by the rule that the module states."""

import pytest

from expansion.sources.osm_buildings import address_of, count_flats, units_of
from tests.sources.small import extract, house, node, nodes, read, relation, way

ADDRESS = {"addr__street": "Hof", "addr__housenumber": "7"}


def locations(folder, *elements, **inputs):
    return read(folder, {"region.osm": extract(*elements)}, **inputs).locations.set_index("location_id")


def test_a_house_is_a_location_at_a_point_inside_it(tmp_path):
    table = locations(tmp_path, house(100, 9.501, 47.101, building="house"))
    assert table.loc["w100", ["units", "kind", "origin"]].tolist() == [1, "house", "osm"]


def test_garages_and_barns_are_not_served(tmp_path):
    kinds = ("garage", "barn", "construction", "house")
    made = [house(100 + 10 * n, 9.501, 47.101 + n / 1000, building=kind) for n, kind in enumerate(kinds)]
    assert list(locations(tmp_path, *made).index) == ["w130"]


def test_footprints_under_the_limit_do_not_count(tmp_path):
    """0.0002 degrees square is 15.2 m by 22.2 m, 337 m2."""
    made = house(100, 9.501, 47.101), house(110, 9.501, 47.102, side=0.0003)
    assert list(locations(tmp_path, *made, demand={"min_building_m2": 400}).index) == ["w110"]


def test_a_small_plain_building_beside_a_house_is_its_outbuilding(tmp_path):
    """0.00008 degrees square is 54 m2; 10 m from the first house, 500 m from any for the second."""
    near = house(110, 9.5013, 47.101, side=0.00008)
    lone = house(120, 9.5013, 47.1055, side=0.00008)
    assert list(locations(tmp_path, house(100, 9.501, 47.101), near, lone).index) == ["w100", "w120"]


def test_an_outbuilding_with_an_address_is_a_location(tmp_path):
    near = house(110, 9.5013, 47.101, side=0.00008, **ADDRESS)
    assert "w110" in locations(tmp_path, house(100, 9.501, 47.101), near).index


def test_an_address_node_inside_names_its_building(tmp_path):
    inside = node(90, 9.5011, 47.1011, **ADDRESS)
    assert locations(tmp_path, house(100, 9.501, 47.101), inside).address.to_dict() == {"w100": "Hof 7"}


def test_address_nodes_inside_count_as_units(tmp_path):
    doors = [node(90 + n, 9.5011, 47.1011 + n / 50_000, **ADDRESS) for n in range(3)]
    assert locations(tmp_path, house(100, 9.501, 47.101), *doors).units.to_dict() == {"w100": 3}


def test_an_address_node_at_the_gate_joins_the_house_without_address(tmp_path):
    gate = node(90, 9.50125, 47.1011, **ADDRESS)
    assert list(locations(tmp_path, house(100, 9.501, 47.101), gate).address) == ["Hof 7"]


def test_a_lone_address_node_is_a_location(tmp_path):
    table = locations(tmp_path, house(100, 9.501, 47.101), node(90, 9.503, 47.1015, **ADDRESS))
    assert list(table.index) == ["n90", "w100"]


def test_a_building_relation_is_a_location(tmp_path):
    ring = house(100, 9.501, 47.101).replace('<tag k="building" v="yes"/>', "")
    table = locations(tmp_path, ring, relation(7, [(100, "outer")], type="multipolygon", building="school"))
    assert list(table.index) == ["r7"]


def test_outlines_that_do_not_close_are_left_out(tmp_path):
    table = locations(tmp_path, house(100, 9.501, 47.101), way(200, [1, 2, 3], building="yes"))
    assert list(table.index) == ["w100"]


@pytest.mark.parametrize(
    ("tags", "area_m2", "doors", "units"),
    [
        ({"building": "yes"}, 100, 0, 1),
        ({"building": "yes", "building:flats": "6"}, 100, 2, 6),
        ({"building": "apartments"}, 300, 0, 6),
        ({"building": "apartments", "building:levels": "4"}, 300, 0, 12),
        ({"building": "apartments"}, 20, 0, 2),
        ({"building": "terrace"}, 300, 5, 5),
        ({"building": "yes", "building:flats": "-3"}, 100, 0, 1),
        ({"building": "yes", "addr:flats": "1-4;9"}, 100, 0, 5),
    ],
)
def test_units_come_from_tags_then_floor_area_then_doors(tags, area_m2, doors, units):
    assert units_of(tags, area_m2, doors) == units


def test_flats_are_counted_from_ranges_and_lists():
    assert [count_flats(text) for text in ("", "1-10", "1;2;7", "A-C", "9-1")] == [0, 10, 3, 1, 1]


def test_an_address_is_one_line():
    tags = {"addr:street": "Hof", "addr:housenumber": "7", "addr:postcode": "9497", "addr:city": "Triesenberg"}
    assert address_of(tags) == "Hof 7, 9497 Triesenberg"
    assert address_of({"addr:street": "Hof"}) is None


def test_broken_outlines_are_repaired_and_empty_ones_left_out(tmp_path):
    """A bow tie keeps both its halves; a ring that goes back on itself encloses nothing."""
    tie = {200: (9.501, 47.101), 201: (9.5015, 47.1015), 202: (9.5015, 47.101), 203: (9.501, 47.1015)}
    flat = {210: (9.501, 47.1), 211: (9.5015, 47.1), 212: (9.502, 47.1)}
    drawn = nodes(tie) + way(200, [*tie, 200], building="yes", natural="water")
    drawn += nodes(flat) + way(210, [*flat, 210], building="yes", natural="water")
    inputs = read(tmp_path, {"region.osm": extract(drawn)}, demand={"min_building_m2": 0})
    assert (list(inputs.locations.location_id), list(inputs.features.feature_id)) == (["w200"], ["w200"])
    assert inputs.features.geom_type[0] == "MultiPolygon"
