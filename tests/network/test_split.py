"""Cutting lines keeps their shape, their length and their vertices."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from expansion.network.split import cut_lines

STEPS = st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)).filter(any), min_size=1, max_size=6)


@st.composite
def lines_with_cuts(draw):
    """Lines, and places inside them to cut at, sorted and distinct."""
    lines = [LineString(np.cumsum([(0, 0), *steps], axis=0)) for steps in draw(st.lists(STEPS, min_size=1, max_size=4))]
    rows, along = [], []
    for row, line in enumerate(lines):
        tenths = st.integers(1, int(line.length * 10 - 1e-6)) if line.length > 0.2 else st.just(1)
        for tenth in sorted(draw(st.sets(tenths, max_size=4))):
            rows.append(row)
            along.append(tenth / 10)
    return np.array(lines), np.array(rows, dtype=np.int64), np.array(along)


@given(lines_with_cuts())
def test_pieces_of_a_line_join_to_the_line_again(case):
    lines, rows, along = case
    pieces = cut_lines(lines, rows, along)
    assert len(pieces.geometry) == len(lines) + len(rows)
    for row, line in enumerate(lines):
        mine = pieces.geometry[pieces.line == row]
        assert sum(shapely.length(mine)) == pytest.approx(line.length)
        ends = [shapely.get_coordinates(piece) for piece in mine]
        assert all(np.allclose(a[-1], b[0]) for a, b in pairwise(ends))
        assert np.allclose((ends[0][0], ends[-1][-1]), (line.coords[0], line.coords[-1]))
        assert {tuple(xy) for xy in line.coords} <= {tuple(xy) for end in ends for xy in end.tolist()}


@given(lines_with_cuts())
def test_pieces_end_where_they_were_cut_and_are_numbered_along_the_line(case):
    lines, rows, along = case
    pieces = cut_lines(lines, rows, along)
    for row in range(len(lines)):
        mine = pieces.line == row
        assert pieces.number[mine].tolist() == list(range(mine.sum()))
        reached = np.cumsum(shapely.length(pieces.geometry[mine]))[:-1]
        assert np.allclose(reached, along[rows == row])
    places = shapely.line_interpolate_point(lines[rows], along)
    assert np.allclose(shapely.get_coordinates(places), np.stack([pieces.cut_x, pieces.cut_y], axis=1))


#   (0,0)──┐          cut at 10, where the corner is, and at 15
#          │ (10,-10)
def test_a_cut_at_a_corner_gives_the_corner_to_both():
    line = LineString([(0, 0), (10, 0), (10, -10)])
    pieces = cut_lines(np.array([line]), np.array([0, 0]), np.array([10.0, 15.0]))
    assert shapely.length(pieces.geometry).tolist() == [10, 5, 5]
    assert pieces.geometry[1].coords[0] == (10, 0)
    assert all(shapely.is_valid(pieces.geometry))


def test_no_cut_leaves_lines_as_they_are():
    lines = np.array([LineString([(0, 0), (1, 0), (2, 5)])])
    pieces = cut_lines(lines, np.array([], dtype=np.int64), np.array([]))
    assert pieces.geometry[0].equals(lines[0])
