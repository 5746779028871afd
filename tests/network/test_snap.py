"""Snapping takes the nearest road that may be taken, by brute force."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point

from expansion.network.snap import snap_in_turn, snap_points

SPOT = st.tuples(st.integers(0, 20), st.integers(0, 20))
POINTS = st.lists(SPOT, min_size=1, max_size=6).map(lambda spots: np.array([Point(spot) for spot in spots]))
ROADS = st.lists(st.tuples(SPOT, SPOT).filter(lambda ends: ends[0] != ends[1]), min_size=1, max_size=6).map(
    lambda roads: np.array([LineString(ends) for ends in roads])
)


def nearest(point, roads, allowed, limit):
    """Row of the nearest allowed road within the limit, the first of several, by looking at each."""
    away = [road.distance(point) if may else np.inf for road, may in zip(roads, allowed, strict=True)]
    return int(np.argmin(away)) if min(away) <= limit else -1


@given(POINTS, ROADS, st.data())
def test_each_point_takes_the_nearest_allowed_road_and_of_equals_the_first(points, roads, choice):
    allowed = np.array(choice.draw(st.lists(st.booleans(), min_size=len(roads), max_size=len(roads))))
    limit = choice.draw(st.sampled_from([2.5, 7.25, np.inf]))
    snaps = snap_points(points, roads, allowed, limit)
    wanted = [nearest(point, roads, allowed, limit) for point in points]
    if not allowed.any():
        wanted = [-1] * len(points)
    assert snaps.road.tolist() == wanted


@given(POINTS, ROADS)
def test_the_place_on_the_road_is_as_far_away_as_said(points, roads):
    snaps = snap_points(points, roads, np.ones(len(roads), dtype=bool), np.inf)
    places = shapely.line_interpolate_point(roads[snaps.road], snaps.along_m)
    assert np.allclose(shapely.distance(places, points), snaps.away_m)


def test_a_second_choice_serves_only_those_whom_the_first_leaves():
    roads = np.array([LineString([(0, 0), (10, 0)]), LineString([(0, 8), (10, 8)])])
    points = np.array([Point(5, 3), Point(5, 9), Point(5, 99)])
    first, second = np.array([True, False]), np.array([True, True])
    snaps = snap_in_turn(points, roads, [first, second], 5)
    assert snaps.road.tolist() == [0, 1, -1]
    assert snap_in_turn(points, roads, [first, second], 10).road.tolist() == [0, 0, -1]


def test_no_points_and_no_roads_are_no_snaps():
    none = np.array([], dtype=object)
    road = np.array([LineString([(0, 0), (1, 0)])])
    assert len(snap_points(none, road, np.array([True]), 5).road) == 0
    assert snap_points(np.array([Point(0, 0)]), road, np.array([False]), 5).road.tolist() == [-1]
