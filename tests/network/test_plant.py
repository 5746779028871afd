"""The operator's plant on the graph: which road a line follows, which node an office stands at."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.network.plant import match_lines, nearest_nodes
from tests.villages import line, plant

ROAD = np.array([line((0, 0), (100, 0))])


def matched(*xy, roads=ROAD, within=15):
    return match_lines(plant(("f", "fiber", 12, line(*xy))), roads, within).tolist()


#   fiber ───────────   10 m beside the road
#   road  ───────────
@pytest.mark.parametrize(("away", "plant_id"), [(0, "f"), (15, "f"), (15.1, "")])
def test_a_road_lies_along_a_line_within_the_distance(away, plant_id):
    assert matched((0, away), (100, away)) == [plant_id]


def test_a_line_that_ends_halfway_leaves_the_road_unmatched():
    assert matched((0, 5), (50, 5)) == [""]


def test_a_line_that_crosses_is_not_along():
    assert matched((50, -80), (50, 80)) == [""]


def test_a_line_that_bulges_out_in_the_middle_is_not_along():
    assert matched((0, 0), (50, 40), (100, 0)) == [""]


def test_of_two_lines_the_first_by_id_wins():
    lines = plant(("b", "fiber", 1, line((0, 0), (100, 0))), ("a", "fiber", 1, line((0, 9), (100, 9))))
    assert match_lines(lines, ROAD, 15).tolist() == ["a"]


def test_no_line_matches_nothing():
    assert match_lines(plant(), ROAD, 15).tolist() == [""]


SPOTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8)


@given(SPOTS, SPOTS)
def test_the_nearest_node_is_the_first_of_the_nearest(points, nodes):
    x, y = np.array(nodes, dtype=float).T
    found = nearest_nodes(np.array(points, dtype=float), x, y)
    assert found.tolist() == [int(np.argmin(np.round(np.hypot(x - px, y - py), 9))) for px, py in points]


def test_no_office_is_no_node():
    assert nearest_nodes(np.zeros((0, 2)), np.zeros(1), np.zeros(1)).tolist() == []
