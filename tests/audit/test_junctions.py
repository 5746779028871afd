"""A house that is nearest to a junction belongs to any of its roads, and owes none of them a crossing."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point

from expansion.audit.access import at_junctions

#         (0,50) |                 roads a, b end at the junction (0, 0); c begins there
#                c
#   ──── a ───── + · · · · · h     h is as near to a as to b and c: to the junction
#                b
#        (0,-50) |
LINES = {
    "a": LineString([(-50, 0), (0, 0)]),
    "b": LineString([(0, -50), (0, 0)]),
    "c": LineString([(0, 0), (-5, 50)]),
}


def edges():
    columns = {"road_id": list(LINES), "kind": ["road"] * len(LINES)}
    return gpd.GeoDataFrame(columns, geometry=list(LINES.values()), crs="EPSG:32632")


@pytest.mark.parametrize(("place", "is_open"), [((0, 0), True), ((0, -20), False), ((-20, 0), False)])
def test_where_several_roads_meet_the_road_of_a_house_is_open(place, is_open):
    assert at_junctions(edges(), np.array([Point(place)], dtype=object)).tolist() == [is_open]


def test_pieces_of_one_road_and_crossings_make_no_junction():
    one = edges().assign(road_id="a")
    over = edges().assign(kind=["road", "crossing", "lateral"])
    place = np.array([Point(0, 0), None], dtype=object)
    assert at_junctions(one, place).tolist() == at_junctions(over, place).tolist() == [False, False]


def test_the_house_of_the_drawing_meets_all_three_roads_at_one_place():
    house = Point(60, 0)
    met = {shapely.shortest_line(line, house).coords[0] for line in LINES.values()}
    assert met == {(0.0, 0.0)}
