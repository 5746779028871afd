"""The curve is drawn with its bound and its tail, and says both in words."""

import itertools
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from expansion.figures.svg_curve import bound_line, draw_curve
from expansion.plan.curve import CURVE, empty_curve, find_tail
from expansion.wording import tail_words


def curve(*rows):
    """Rows of locations, cost, bound, slope before and after."""
    steps = [None, *((b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(rows))]
    columns = {
        "point_id": [f"C{n}" for n in range(len(rows))], "locations": [row[0] for row in rows],
        "locations_share": [row[0] / rows[-1][0] for row in rows], "units": [row[0] for row in rows],
        "length_m": [float(row[1]) for row in rows], "cost": [float(row[1]) for row in rows],
        "lower_bound": [float(row[2]) for row in rows], "certified_lower_bound": [float(row[2]) for row in rows],
        "gap": [0.0] * len(rows), "marginal_cost": steps, "value_per_location": [None] * len(rows),
        "locations_most": [row[0] for row in rows], "bound_before": [float(row[3]) for row in rows],
        "bound_after": [float(row[4]) for row in rows],
    }  # fmt: skip
    return CURVE.build(columns)


STEEP = curve((0, 0, 0, 0, 1), (90, 100, 90, 1, 1), (100, 400, 400, 40, 0))


def test_the_tail_is_where_a_location_costs_twice_the_average():
    tail = find_tail(STEEP)
    assert (tail.point, tail.locations, tail.cost) == (1, 10, 300.0)
    assert (tail.locations_share, tail.cost_share) == (0.1, 0.75)


def test_an_even_curve_has_no_tail():
    assert find_tail(curve((0, 0, 0, 0, 1), (50, 50, 50, 1, 1), (100, 110, 110, 1.2, 0))) is None


def test_the_tail_is_told_in_words():
    told = {"tail_locations": 10, "tail_cost_share": 0.75, "tail_locations_share": 0.1}
    assert tail_words(told, 100, "300 USD") == (
        "the last 10 locations cost 300 USD, 75.00 % of the route for 10.00 % of 100 locations"
    )
    assert tail_words({"tail_locations": None}, 100, "") == ""


def test_the_bound_bends_where_the_lines_of_neighbors_meet():
    #  from (90, 90) with slope 1, to (100, 400) with slope 40: 90 + a = 40 a, a = 90 / 39
    corners = bound_line(STEEP)
    assert corners[-1] == (100.0, 400.0)
    assert corners[-2] == pytest.approx((90 + 90 / 39, 90 + 90 / 39))


def test_the_picture_shows_every_network_and_the_tail():
    drawing = draw_curve(STEEP, currency="E<R", title="Curve of <a>")
    root = ET.fromstring(drawing)
    words = [part.text for part in root.iter() if part.text]
    assert len(root.findall("{*}circle")) == 3
    assert {"expensive tail", "proven impossible", "E<R"} <= set(words)
    assert "90 locations for 100 E<R; proven to cost at least 90" in words


@pytest.mark.parametrize("table", [empty_curve().table, curve((3, 0, 0, 0, 0))])
def test_nothing_to_build_is_no_picture(table):
    assert draw_curve(pd.DataFrame(table), currency="EUR", title="Curve") == ""
    assert find_tail(table) is None
