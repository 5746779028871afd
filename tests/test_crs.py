"""Lengths are those of the ellipsoid, whatever the projection; degrees are never taken for meters."""

import math

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely import LineString, Point

from expansion.crs import WGS84, choose_crs, geodesic_distances, geodesic_lengths, require_crs
from expansion.errors import CRSError

# WGS 84: semi-major axis and eccentricity squared
A, E2 = 6_378_137.0, 0.00669437999014


def radii(latitude):
    """Radius of curvature along the meridian, and of the parallel, meters."""
    bulge = 1 - E2 * math.sin(latitude) ** 2
    return A * (1 - E2) / bulge**1.5, A * math.cos(latitude) / math.sqrt(bulge)


def short_way(lon, lat, east, north):
    """Length of a step of some degrees, by the radii of curvature in its middle."""
    along, around = radii(math.radians(lat + north / 2))
    return math.hypot(math.radians(north) * along, math.radians(east) * around)


PLACES = st.tuples(st.floats(-175, 175), st.floats(-70, 75))
STEPS = st.tuples(st.floats(-0.01, 0.01), st.floats(-0.01, 0.01)).filter(lambda s: abs(s[0]) + abs(s[1]) > 1e-3)


@settings(max_examples=10)
@given(PLACES, STEPS)
def test_a_length_in_the_study_crs_is_within_a_thousandth_of_the_ellipsoid(place, step):
    (lon, lat), (east, north) = place, step
    crs = choose_crs((lon, lat, lon, lat))
    x, y = Transformer.from_crs(WGS84, crs, always_xy=True).transform([lon, lon + east], [lat, lat + north])
    measured = geodesic_lengths(np.array([LineString(zip(x, y, strict=True))]), crs)[0]
    assert measured == pytest.approx(short_way(lon, lat, east, north), rel=1e-3)


def test_a_projection_that_stretches_by_half_does_not_change_a_length():
    mercator, lonlat = CRS.from_epsg(3857), [(9.0, 47.0), (9.01, 47.0)]
    x, y = Transformer.from_crs(WGS84, mercator, always_xy=True).transform(*zip(*lonlat, strict=True))
    line = LineString(zip(x, y, strict=True))
    assert line.length > 1.4 * geodesic_lengths(np.array([line]), mercator)[0]
    assert geodesic_lengths(np.array([line]), mercator)[0] == pytest.approx(short_way(9, 47, 0.01, 0), rel=1e-3)


def test_each_line_has_its_own_length_and_an_empty_one_none():
    lines = np.array([LineString([(9, 47), (9, 47.01), (9, 47)]), LineString(), LineString([(9, 47), (9, 47.01)])])
    there_and_back, nothing, there = geodesic_lengths(lines, WGS84)
    assert (nothing, there_and_back) == (0, pytest.approx(2 * there))


def test_distances_agree_with_lengths():
    start, end = np.array([[540_000.0, 5_220_000.0]]), np.array([[540_300.0, 5_220_400.0]])
    utm = CRS.from_epsg(32632)
    line = LineString([start[0], end[0]])
    assert geodesic_distances(start, end, utm)[0] == pytest.approx(geodesic_lengths(np.array([line]), utm)[0])


def test_nothing_is_no_distance():
    assert len(geodesic_distances(np.zeros((0, 2)), np.zeros((0, 2)), CRS.from_epsg(32632))) == 0
    assert len(geodesic_lengths(np.array([], dtype=object), WGS84)) == 0


@pytest.mark.parametrize(
    ("bounds", "code"),
    [((9.4, 47.0, 9.7, 47.3), 32632), ((-85.7, 41.9, -85.6, 42.0), 32616), ((151, -34, 151.2, -33.8), 32756)],
)
def test_the_zone_is_that_of_the_center(bounds, code):
    assert choose_crs(bounds).to_epsg() == code


@pytest.mark.parametrize(
    ("wish", "complaint"),
    [
        ("EPSG:4326", "not a projected CRS in meters"),
        ("EPSG:2263", "not a projected CRS in meters"),  # New York, US survey feet
        ("EPSG:999999", "unknown CRS"),
        ("somewhere", "unknown CRS"),
    ],
)
def test_a_wish_that_is_not_in_meters_is_refused(wish, complaint):
    with pytest.raises(CRSError, match=complaint) as caught:
        choose_crs((9, 47, 10, 48), wish)
    assert caught.value.where == ("study.crs",)


def test_a_wish_in_meters_is_granted():
    assert choose_crs((9, 47, 10, 48), "EPSG:2056").to_epsg() == 2056


def test_a_table_in_another_crs_is_refused_not_reprojected():
    table = gpd.GeoDataFrame(geometry=[Point(9, 47)], crs=WGS84)
    assert require_crs(table, WGS84, "roads") is table
    with pytest.raises(CRSError, match=r"roads: expected EPSG:32632"):
        require_crs(table, CRS.from_epsg(32632), "roads")
