"""Slopes from a drawn grid of heights, and an edge's price with and without it, by hand.

height  0 ──────── rises 1 m every 5 m ────────▶ east, level from north to south
"""

from dataclasses import replace

import numpy as np
import pytest

from expansion.network import build_graph, price_edges
from expansion.network.slope import height_at, measure_slopes
from expansion.plan.inputs import Elevation
from tests.villages import BOOK, EAST, NORTH, UTM, all_eligible, plant, point, roads, study, triggers, village

CO = plant(("co", "co", None, point(0, 0)))


def plane(percent, columns=80, **changes):
    """Heights every 10 m on a plane that rises to the east from the drawing's corner, 50 m west of it on."""
    x = np.arange(columns) * 10.0 - 50
    cells = np.broadcast_to(x * percent / 100, (40, columns)).astype(np.float32)
    return replace(Elevation(cells.copy(), UTM, EAST - 50, NORTH + 200, 10.0, -10.0, "plane.tif"), **changes)


def graph_on(elevation, *streets, **columns):
    inputs = replace(village(roads=roads(*streets, **columns), plant=CO), elevation=elevation)
    return inputs, build_graph(study(), inputs, all_eligible(inputs))


def slopes(elevation, *streets):
    return measure_slopes(*graph_on(elevation, *streets))


def prices(elevation, **columns):
    inputs, graph = graph_on(elevation, [(0, 0), (500, 0)], **columns)
    return price_edges(inputs, graph, triggers(graph, columns.pop("bored", ()))), graph


#   up the plane, along it, and at 45 degrees to it:  20 %, 0 %, 14.1 %
@pytest.mark.parametrize(
    ("street", "percent"), [([(0, 0), (100, 0)], 20), ([(0, 0), (0, 100)], 0), ([(0, 0), (90, 90)], 14.142)]
)
def test_a_plane_slopes_as_it_was_drawn(street, percent):
    found = slopes(plane(20), street)
    assert found.mean_percent[0] == pytest.approx(percent, abs=0.01)
    assert found.max_percent[0] == pytest.approx(percent, abs=0.01)
    assert found.stretch[0] == pytest.approx(np.hypot(1, percent / 100), abs=1e-5)


#   heights  0 0 10 0 0 ... : one tooth of 10 m on 20 m of a road of 100 m
def test_the_mean_counts_rise_and_fall_and_the_steepest_sample_stands_out():
    tooth = plane(0)
    tooth.height_m[:, 10] = 10
    found = slopes(tooth, [(0, 0), (100, 0)])
    assert (found.mean_percent[0], found.max_percent[0]) == (pytest.approx(20, abs=0.1), pytest.approx(100, abs=0.5))


@pytest.mark.parametrize(("percent", "least"), [(9.9, 0), (10.1, 10), (19.9, 10), (20.1, 20), (36, 35)])
def test_the_class_begins_at_its_row(percent, least):
    assert slopes(plane(percent), [(0, 0), (100, 0)]).least_percent[0] == least


def test_without_heights_all_is_flat():
    found = slopes(None, [(0, 0), (100, 0)])
    assert np.isnan(found.mean_percent[0])
    assert (found.stretch[0], found.least_percent[0]) == (1, 0)


def test_where_a_height_lacks_the_edge_counts_as_flat():
    holed = plane(20)
    holed.height_m[:, 9] = np.nan
    found = slopes(holed, [(0, 0), (100, 0)], [(200, 0), (300, 0)])
    assert np.isnan(found.mean_percent[0])
    assert (found.stretch[0], found.least_percent.tolist()) == (1, [0, 20])


def test_heights_lie_between_their_neighbors_and_end_half_a_cell_outside():
    grid = plane(10)
    x = np.array([EAST, EAST + 5, EAST - 54, EAST - 56])
    found = height_at(grid, x, np.full(4, NORTH))
    assert found[:3] == pytest.approx([0, 0.5, -5])
    assert np.isnan(found[3])


#   500 m of road on 25 %: 500 x sqrt(1 + 0.25²) = 515.388 m at 30.43 x 1.3 = 39.559 USD/m, against 500 m at 30.43
def test_an_edge_costs_by_hand_what_it_costs():
    flat, graph = prices(None)
    steep, _ = prices(plane(25))
    length = graph.length_m[0]
    assert flat.civil_cost[0] == round(length * 30.43 * 100)
    assert steep.works.item_m[0] == pytest.approx(length * 1.030776, abs=0.01)
    assert steep.civil_cost[0] == round(steep.works.item_m[0] * 30.43 * 1.3 * 100)
    assert (steep.works.item[0], steep.reason[0].endswith("on a slope of 20 % or more")) == ("plow_slope_20", True)


def test_duct_takes_no_factor():
    steep, graph = prices(plane(25), is_bridge=True)
    assert steep.works.item[0] == "bridge_duct"
    assert steep.works.item_m[0] > graph.length_m[0]


def test_the_rate_on_a_slope_names_both_its_sources():
    rate = BOOK.rate("trench_paved_slope_35")
    assert (rate.likely, rate.status) == (round(BOOK.rate("trench_paved").likely * 1.7, 4), "DERIVED")
    assert rate.source.endswith(BOOK.rate("trench_paved").source)
