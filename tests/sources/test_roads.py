"""Roads keep the topology of OSM: they meet where they share a node, and nowhere else."""

import pytest
from pyproj import Geod

from expansion.sources.osm_roads import is_road, surface_of
from tests.sources.small import codes, extract, node, read_houses, way


def roads(folder, *elements):
    return read_houses(folder, {"region.osm": extract(*elements)})


def test_ways_are_split_where_they_share_a_node(tmp_path):
    table = roads(tmp_path).roads
    assert list(table.road_id) == ["w10-0", "w10-1", "w11-0", "w11-1"]
    assert set(table.u_ref) | set(table.v_ref) == {1, 2, 3, 4, 5}


def test_a_bridge_is_not_joined_to_what_it_crosses(tmp_path):
    """A bridge from 1 to 8 crosses way 11 without a node: way 11 stays in two pieces."""
    bridge = node(7, 9.5, 47.101) + node(8, 9.504, 47.101) + way(12, [7, 8], highway="primary", bridge="yes")
    table = roads(tmp_path, bridge).roads.set_index("road_id")
    assert list(table.index) == ["w10-0", "w10-1", "w11-0", "w11-1", "w12-0"]
    assert table.is_bridge.to_dict()["w12-0"]


def test_lengths_are_those_of_the_ellipsoid(tmp_path):
    row = roads(tmp_path).roads.set_index("road_id").loc["w10-0"]
    assert row.length_m == pytest.approx(Geod(ellps="WGS84").inv(9.5, 47.1, 9.502, 47.1)[2], abs=1e-5)


def test_a_way_without_all_its_nodes_is_trimmed(tmp_path):
    """Node 99 lies beyond the border: 2-3 stays, 99-5 has no length to keep."""
    inputs = roads(tmp_path, way(12, [3, 4, 99, 5], highway="service"))
    assert [name for name in inputs.roads.road_id if name.startswith("w12")] == ["w12-0"]
    assert ("w12",) in [finding.where for finding in inputs.findings if finding.code == "W_OSM_CLIPPED"]


def test_the_same_road_drawn_twice_counts_once(tmp_path):
    inputs = roads(tmp_path, way(12, [3, 2], highway="service"))
    assert "w12-0" not in set(inputs.roads.road_id)
    assert "W_DUPLICATE_ROAD" in codes(inputs)


def test_parallel_roads_and_loops_stay(tmp_path):
    """From 1 to 2 by way of 6, and a loop at 3."""
    more = node(6, 9.501, 47.1005) + node(7, 9.505, 47.1003) + node(8, 9.505, 47.0997)
    table = roads(tmp_path, more, way(12, [1, 6, 2], highway="service"), way(13, [3, 7, 8, 3], highway="service")).roads
    loop = table[table.way_id == "w13"]
    assert (loop.u_ref == loop.v_ref).all()
    assert (table.way_id == "w12").sum() == 1


def test_a_road_between_equal_places_is_left_out(tmp_path):
    inputs = roads(tmp_path, node(6, 9.5, 47.1), way(12, [1, 6], highway="service"))
    assert "w12-0" not in set(inputs.roads.road_id)
    assert "W_ZERO_LENGTH" in codes(inputs)


def test_negative_ids_of_editors_are_read(tmp_path):
    more = node(-1, 9.506, 47.1) + node(-2, 9.507, 47.1) + way(-5, [-1, -2], highway="service")
    assert "w-5-0" in set(roads(tmp_path, more).roads.road_id)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "track"}, True),
        ({"highway": "service", "access": "private"}, True),
        ({"highway": "pedestrian", "area": "yes"}, False),
        ({"highway": "cycleway"}, False),
        ({"highway": "construction"}, False),
        ({"building": "yes"}, False),
    ],
)
def test_a_road_is_what_cable_can_be_laid_along(tags, expected):
    assert is_road(tags) is expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"surface": "asphalt"}, "paved"),
        ({"surface": "fine_gravel"}, "unpaved"),
        ({"tracktype": "grade3"}, "unpaved"),
        ({"surface": "asphalt", "tracktype": "grade3"}, "paved"),
        ({"surface": "unknown"}, None),
        ({}, None),
    ],
)
def test_surfaces_are_paved_unpaved_or_unknown(tags, expected):
    assert surface_of(tags) == expected
