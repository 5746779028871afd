"""Service areas: none lost, none too large, parted where roads or distance part them, the same in any order."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.demand import delineate_areas
from expansion.network import build_graph
from tests.villages import all_eligible, locations, plant, point, roads, study, village

CO = plant(("co", "co", None, point(0, 0)))
#  a square of streets 300 m wide with a road of 4 km to the east
STREETS = roads(
    [(0, 0), (300, 0)], [(300, 0), (300, 300)], [(300, 300), (0, 300)], [(0, 300), (0, 0)], [(300, 0), (4300, 0)]
)


def areas_of(houses, streets=STREETS, **rules):
    asked = study(areas=rules)
    inputs = village(roads=streets, locations=locations(*houses), plant=CO)
    return delineate_areas(asked, inputs, all_eligible(inputs), build_graph(asked, inputs, all_eligible(inputs)))


def members(areas):
    """Rows of locations per area."""
    return [np.nonzero(areas.of_location == area)[0].tolist() for area in range(len(areas.table))]


HOUSES = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(-40, 340), st.integers(1, 4)), min_size=1, max_size=14
).map(lambda spots: [(f"h{n:02d}", *spot) for n, spot in enumerate(spots)])


@settings(max_examples=6)
@given(HOUSES, st.integers(4, 9))
def test_no_house_is_lost_and_no_area_is_over_its_capacity(houses, most):
    areas = areas_of(houses, max_locations=most)
    assert (areas.of_location >= 0).all()
    assert areas.table["locations"].tolist() == [len(rows) for rows in members(areas)]
    assert areas.table["units"].tolist() == [sum(houses[row][3] for row in rows) for rows in members(areas)]
    assert areas.table["units"].max() <= most


@settings(max_examples=6)
@given(HOUSES)
def test_polygons_hold_their_houses_and_do_not_overlap(houses):
    areas = areas_of(houses, max_locations=5)
    grounds = areas.table.geometry.to_numpy()
    union = shapely.union_all(grounds)
    assert union.area == pytest.approx(sum(shapely.area(grounds)), rel=1e-9)
    for (_, x, y, _), area in zip(houses, areas.of_location, strict=True):
        assert shapely.distance(grounds[area], point(x, y)) < 0.5


@settings(max_examples=4)
@given(HOUSES, st.randoms(use_true_random=False))
def test_shuffled_roads_give_the_same_areas(houses, random):
    order = random.sample(range(len(STREETS)), len(STREETS))
    again = areas_of(houses, STREETS.iloc[order].sort_values("road_id", ignore_index=True), max_locations=5)
    first = areas_of(houses, max_locations=5)
    assert again.of_location.tolist() == first.of_location.tolist()
    assert again.table.equals(first.table)


# h00 -- 250 m -- h01 -------- gap ------- h02        all on the road to the east, settlements of 100 m, gap factor 5
@pytest.mark.parametrize(("gap", "count"), [(90, 1), (101, 2)])
def test_neighbors_farther_than_the_distance_are_two_settlements(gap, count):
    areas = areas_of([("h00", 1000, 5), ("h01", 1000 + gap, 5)], settlement_distance_m=100)
    assert (len(areas.table), areas.table["settlement_id"].nunique()) == (count, count)


# two houses 60 m apart across a river, joined only by a detour:
#
#   +---------------------+      the way round is long: 2 x length + 60 m
#   h00                    |
#   h01                    |
#   +---------------------+
@pytest.mark.parametrize(("length", "count"), [(200, 1), (260, 2)])
def test_a_settlement_is_parted_where_the_road_between_is_longer_than_the_gap_factor_allows(length, count):
    detour = roads([(0, 0), (length, 0)], [(length, 0), (length, 60)], [(length, 60), (0, 60)])
    areas = areas_of([("h00", 0, 5), ("h01", 0, 55)], detour, settlement_distance_m=100)
    assert areas.table["settlement_id"].nunique() == 1
    assert len(areas.table) == count


def test_areas_are_named_from_the_most_units_to_the_fewest():
    houses = [("h00", 100, 5), ("h01", 2000, 5, 3), ("h02", 3500, 5, 2)]
    areas = areas_of(houses, settlement_distance_m=100)
    assert areas.table["area_id"].tolist() == ["A001", "A002", "A003"]
    assert areas.of_location.tolist() == [2, 0, 1]


def test_a_house_alone_is_a_finding():
    areas = areas_of([("h00", 100, 5), ("h01", 120, 5), ("h02", 3500, 5)], settlement_distance_m=100)
    (finding,) = areas.findings
    assert (finding.code, finding.where) == ("W_OUTLIER", ("A002",))


def test_a_house_with_more_units_than_an_area_holds_stands_alone_and_is_not_lost():
    areas = areas_of([("h00", 100, 5), ("h01", 110, 5, 40), ("h02", 120, 5)], max_locations=8)
    assert members(areas)[0] == [1]
    assert sorted(row for rows in members(areas) for row in rows) == [0, 1, 2]


def test_fifty_houses_on_one_spot_lie_in_one_area_or_as_many_as_its_capacity_asks():
    spot = [(f"h{n:02d}", 100, 5) for n in range(50)]
    assert areas_of(spot).table["locations"].tolist() == [50]
    parted = areas_of(spot, max_locations=20).table
    assert parted["locations"].tolist() == [20, 20, 10]
    assert set(parted.geom_type) == {"Polygon"}


def test_who_is_not_eligible_or_not_reached_lies_in_no_area():
    asked = study()
    inputs = village(roads=STREETS, locations=locations(("a", 50, 5), ("b", 60, 5), ("c", 50, 9000)), plant=CO)
    eligibility = all_eligible(inputs)
    eligibility = replace(eligibility, table=eligibility.table.assign(eligible=[True, False, True]))
    areas = delineate_areas(asked, inputs, eligibility, build_graph(asked, inputs, eligibility))
    assert areas.of_location.tolist() == [0, -1, -1]


def test_without_demand_there_are_no_areas():
    asked, inputs = study(), village(roads=STREETS, plant=CO)
    areas = delineate_areas(asked, inputs, all_eligible(inputs), build_graph(asked, inputs, all_eligible(inputs)))
    assert (len(areas.table), len(areas.of_location)) == (0, 0)


#    ┌──┐
#  A │  │    C     a road in loops of 450 m: A and C stand on its left, B between them on its right, across the
#  A │  B│  C│     carriageway; B keeps A and C together although 900 m of road lie between these two
#       └───┘
def test_a_house_across_the_road_leaves_no_gap_along_it():
    loops = roads([(0, 0), (0, 200), (50, 200), (50, -200), (100, -200), (100, 20)])
    houses = locations(*((f"a{n}", -15, 10 * n + 5) for n in range(5)), ("b", 35, 0), ("c", 85, 0))
    asked = study(areas={"settlement_distance_m": 100})
    inputs = village(roads=loops, locations=houses, plant=CO)
    eligible = all_eligible(inputs)
    graph = build_graph(asked, inputs, eligible)
    assert [str(graph.node_ids[node])[0] for node in graph.location_node[-2:]] == ["x", "a"]
    assert len(delineate_areas(asked, inputs, eligible, graph).table) == 1
