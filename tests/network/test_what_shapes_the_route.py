"""Whatever makes a road dear is in the price that is optimized: it turns the route to the other way round.

      ┌──── north, 500 m ────┐
C ────┤                      ├──── h        all else equal the cable takes the north
      └──── south, 560 m ────┘
"""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from expansion.network import build_graph, price_edges
from expansion.network.routing import route_terminals
from expansion.network.supply import find_roots
from expansion.plan.inputs import Elevation
from tests.villages import (
    EAST,
    NORTH,
    UTM,
    all_eligible,
    features,
    line,
    locations,
    plant,
    point,
    roads,
    study,
    triggers,
    village,
)

CO = ("co", "co", None, point(0, 0))
RING = (
    [(0, 0), (100, 0)],
    [(100, 0), (100, 50), (500, 50), (500, 0)],
    [(100, 0), (100, -80), (500, -80), (500, 0)],
    [(500, 0), (600, 0)],
)
BEGIN, IN_THE_NORTH, IN_THE_SOUTH, END = range(4)


def ring(*items, hills=None, ground=None, **columns):
    """The two ways, with plant, ground and heights where given; columns of roads as one value or one per road."""
    on = () if ground is None else (("g", "ground", None, "{}", ground[1]),)
    shown = features(*on).assign(subtype="" if ground is None else ground[0])
    inputs = village(
        roads=roads(*RING, **columns), locations=locations(("h", 620, 0)), plant=plant(CO, *items), features=shown
    )
    return replace(inputs, elevation=hills)


def ways(inputs, bored=(), poles=(), permits=()):
    """Rows of the roads that the best route uses; `bored`, `poles`, `permits` are (row of road, amount)."""
    asked = study()
    graph = build_graph(asked, inputs, all_eligible(inputs))
    met = triggers(graph, bored, poles)
    for edge, cents in permits:
        met.permit_cost_cents[edge] = cents
    priced = price_edges(inputs, graph, met)
    roots = find_roots(inputs, graph, priced).nodes
    route = route_terminals(graph, priced, roots, graph.location_node, effort=2, seed=1)
    assert route.status == "optimal"
    return {int(name[1]) for name in graph.edges["road_id"].to_numpy()[route.edges]}


NORTHERN, SOUTHERN = {BEGIN, IN_THE_NORTH, END}, {BEGIN, IN_THE_SOUTH, END}


def test_all_else_equal_the_shorter_way_is_taken():
    assert ways(ring()) == NORTHERN


#   a bore of 40 m under the railway in the north
def test_crossings_shape_the_route():
    assert ways(ring(), bored=[(IN_THE_NORTH, 40)]) == SOUTHERN


@pytest.mark.parametrize(("fee", "taken"), [(1_000_00, NORTHERN), (2_000_00, SOUTHERN)])
def test_permits_shape_the_route(fee, taken):
    assert ways(ring(), permits=[(IN_THE_NORTH, fee)]) == taken


#   in a street the surface is cut and restored: the same ring of streets, one way of it of gravel
@pytest.mark.parametrize(
    ("north", "south", "taken"),
    [
        ("asphalt", "asphalt", NORTHERN),
        ("asphalt", "gravel", SOUTHERN),
        ("cobblestone", "asphalt", SOUTHERN),
        ("gravel", "gravel", NORTHERN),
    ],
)
def test_surface_shapes_the_route(north, south, taken):
    assert ways(ring(highway="residential", surface_tag=["asphalt", north, south, "asphalt"])) == taken


def test_built_up_streets_shape_the_route():
    assert ways(ring(highway=["tertiary", "residential", "tertiary", "tertiary"])) == SOUTHERN


#   rock under the north; a word without a row of the rule book changes nothing
@pytest.mark.parametrize(("word", "taken"), [("rock", SOUTHERN), ("bare_rock", SOUTHERN), ("moon dust", NORTHERN)])
def test_hard_ground_shapes_the_route(word, taken):
    north = shapely.box(EAST + 110, NORTH + 40, EAST + 490, NORTH + 60)
    assert ways(ring(ground=(word, north))) == taken


#   poles along the south, in a ring of streets;   duct of the operator in the south
def test_placement_on_poles_shapes_the_route():
    streets = ring(highway="residential")
    assert ways(streets) == NORTHERN
    assert ways(streets, poles=[(IN_THE_SOUTH, 7)]) == SOUTHERN


def test_placement_in_duct_shapes_the_route():
    duct = line((100, 0), (100, -80), (500, -80), (500, 0))
    assert ways(ring(("d", "duct", None, duct))) == SOUTHERN


#   height in the north:  ╱╲╱╲  30 m up and down every 100 m
def hill(height_m):
    """Heights every 25 m: a saw of `height_m` along y = 50, level below y = 20."""
    x, y = np.meshgrid(np.arange(-100, 725, 25), np.arange(200, -225, -25))
    saw = height_m * np.abs((x / 100) % 2 - 1)
    cells = np.where(y > 20, saw, 0.0).astype(np.float32)
    return Elevation(cells, UTM, EAST - 100, NORTH + 200, 25.0, -25.0, "hill.tif")


@pytest.mark.parametrize(("height_m", "taken"), [(0, NORTHERN), (5, NORTHERN), (25, SOUTHERN)])
def test_slope_shapes_the_route(height_m, taken):
    assert ways(ring(hills=hill(height_m))) == taken


#         ┌─────────┐  houses on both legs of the bow and at the end of the road: the gap over the top (215 m) or the
#      h h│         │h h   link below (220 m) joins them. Where the houses of the second leg stand inside the bow, the
#   C ────┤         ├── h  cable would have to change sides on the top, which costs more than 5 m of plowing.
#         └─────────┘
BOW = (
    [(0, 0), (100, 0)],
    [(100, 0), (100, 200), (255, 200), (255, 0)],
    [(100, 0), (100, -32.5), (255, -32.5), (255, 0)],
    [(255, 0), (355, 0)],
)


@pytest.mark.parametrize(("x", "link_below"), [(275, False), (235, True)])
def test_the_side_of_the_road_shapes_the_route(x, link_below):
    houses = locations(("a", 80, 100), ("b", 80, 190), ("c", x, 150), ("d", x, 60), ("e", 375, 0))
    inputs = village(roads=roads(*BOW), locations=houses, plant=plant(CO))
    assert (IN_THE_SOUTH in ways(inputs)) == link_below
