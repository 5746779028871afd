"""What crosses beyond doubt, what may, and what only touches; drawn in meters."""

import numpy as np
import pytest
from shapely import LineString, box

from expansion.audit.crossings import count_crossings, passes_through, sure_crossings

RAIL = LineString([(0, -20), (0, 20)])


@pytest.mark.parametrize(
    ("road", "crossings"),
    [
        ([(-20, 0), (20, 0)], 1),  # +
        ([(-20, 0), (0, 0)], 0),  # T, ends on the rail
        ([(-20, 5), (0, 0), (-20, -5)], 0),  # > touches with a bend
        ([(-20, -10), (10, 0), (-20, 10)], 2),  # over and back
        ([(-20, 19.5), (20, 19.5)], 0),  # within a meter of the rail's end: in doubt
    ],
)
def test_only_a_change_of_sides_well_inside_both_is_sure(road, crossings):
    assert len(sure_crossings(LineString(road), RAIL)) == crossings


def test_doubtful_crossings_count_among_those_that_may_be():
    least, most = count_crossings(np.array([LineString([(-20, 0), (0, 0)])], dtype=object), [RAIL])
    assert least == 0
    assert most >= 1


def test_a_road_passes_through_an_area_if_both_ends_lie_outside():
    pond = box(-5, -5, 5, 5)
    assert passes_through(LineString([(-20, 0), (20, 0)]), pond)
    assert not passes_through(LineString([(-20, 0), (0, 0)]), pond)
    assert not passes_through(LineString([(-20, 8), (20, 8)]), pond)
