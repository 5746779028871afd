"""What an edge costs: method by road, ground and plant; bores, poles and permits; free where fiber lies."""

from dataclasses import replace

import numpy as np
import pytest

from expansion.network import build_graph, price_edges
from tests.villages import BOOK, all_eligible, line, locations, plant, point, roads, study, triggers, village

CO = ("co", "co", None, point(0, 0))


def likely(rate):
    return BOOK.rate(rate).likely


def price(*items, bored=(), poles=(), permit_cents=0, houses=(), **columns):
    """Prices of one road of 500 m, or of its pieces where houses cut it."""
    streets = roads([(0, 0), (500, 0)], **columns)
    inputs = village(roads=streets, plant=plant(CO, *items), locations=locations(*houses))
    graph = build_graph(study(), inputs, all_eligible(inputs))
    met = triggers(graph, bored, poles)
    met = replace(met, permit_cost_cents=np.full(len(graph.u), permit_cents))
    return price_edges(inputs, graph, met), graph


@pytest.mark.parametrize(
    ("highway", "surface", "method"),
    [
        ("unclassified", "paved", "plow"),
        ("tertiary", None, "plow"),
        ("track", "unpaved", "plow"),
        ("residential", "paved", "trench_paved"),
        ("residential", None, "trench_paved"),
        ("residential", "unpaved", "plow"),
        ("living_street", "paved", "trench_paved"),
        ("trunk", "paved", "trench_paved"),
    ],
)
def test_the_method_follows_the_road(highway, surface, method):
    made, graph = price(highway=highway, surface=surface)
    assert (made.method[0], made.placement[0]) == (method, "buried")
    assert made.build_cost[0] == round(graph.length_m[0] * likely(method) * 100)


@pytest.mark.parametrize("where", ["is_bridge", "is_tunnel"])
def test_on_a_bridge_and_in_a_tunnel_fiber_lies_in_a_duct_whatever_else(where):
    made, _ = price(("d", "duct", 1, line((0, 0), (500, 0))), poles=[(0, 20)], **{where: True})
    assert (made.method[0], made.placement[0]) == ("bridge_duct", "duct")


#   poles every 90 m at most:  ┴────┴────┴────┴────┴────┴  500 m of street take 6
@pytest.mark.parametrize(("poles", "method"), [(6, "aerial"), (5, "trench_paved"), (0, "trench_paved")])
def test_a_street_with_poles_close_enough_together_is_built_on_them(poles, method):
    made, _ = price(poles=[(0, poles)], highway="residential")
    assert made.method[0] == method


def test_poles_are_counted_over_the_whole_road_so_that_all_its_pieces_go_one_way():
    made, _ = price(poles=[(0, 7)], houses=[("h", 250, 5)], highway="residential")
    assert made.method.tolist() == ["aerial", "aerial"]


#   500 m plowed cost 15,215; on poles 9,215 and 6 × 1,187 of make-ready: a bore tips it
@pytest.mark.parametrize(("bored", "method"), [(0, "plow"), (40, "aerial")])
def test_make_ready_counts_against_poles_and_bores_against_the_plow(bored, method):
    on_poles = 500 * likely("aerial") + 6 * (likely("make_ready_pole") + likely("pole_application"))
    in_ground = (500 - bored) * likely("plow") + bored * likely("bore")
    assert (on_poles < in_ground) == (method == "aerial")
    made, _ = price(poles=[(0, 6)], bored=[(0, bored)])
    assert made.method[0] == method


def test_an_aerial_edge_pays_make_ready_per_pole_and_bores_nothing():
    made, graph = price(poles=[(0, 10)], bored=[(0, 200)], highway="residential")
    money = graph.length_m[0] * likely("aerial") + 10 * (likely("make_ready_pole") + likely("pole_application"))
    assert made.civil_cost[0] == round(money * 100)


def test_what_is_bored_is_not_plowed():
    made, graph = price(bored=[(0, 40)])
    money = (graph.length_m[0] - 40) * likely("plow") + 40 * likely("bore")
    assert made.civil_cost[0] == round(money * 100)


def test_crossings_longer_than_the_edge_are_all_bored():
    made, _ = price(bored=[(0, 600)])
    assert made.civil_cost[0] == round(600 * likely("bore") * 100)


def test_permits_come_on_top():
    made, _ = price(permit_cents=12_345)
    assert made.permit_cost[0] == 12_345
    assert made.build_cost[0] == made.civil_cost[0] + 12_345


def test_duct_of_the_operator_is_pulled_into():
    made, _ = price(("d", "duct", None, line((0, 5), (500, 5))))
    assert (made.method[0], made.placement[0], made.existing[0]) == ("duct_pull", "duct", "")


def test_along_fiber_with_spare_strands_nothing_is_paid_not_even_permits():
    made, _ = price(("f", "fiber", 12, line((0, 5), (500, 5))), permit_cents=999, bored=[(0, 30)])
    assert (made.build_cost[0], made.existing[0]) == (0, "f")
    assert made.reason[0] == "existing fiber with spare strands"


@pytest.mark.parametrize("kind", ["fiber", "duct"])
def test_plant_without_spare_capacity_helps_nobody(kind):
    made, _ = price((kind, kind, 0, line((0, 5), (500, 5))))
    assert (made.method[0], made.existing[0]) == ("plow", "")


def test_plant_whose_capacity_is_unknown_is_taken_as_free():
    made, _ = price(("f", "fiber", None, line((0, 5), (500, 5))))
    assert made.existing[0] == "f"


#   h  ┆ a lateral beside the fiber is private ground: it pays
#   f ─┴────
def test_a_lateral_is_plowed_and_never_lies_on_plant():
    fiber = ("f", "fiber", 12, line((200, 0), (200, 300)))
    made, graph = price(fiber, houses=[("h", 200, 300)], highway="residential")
    lateral = int(np.nonzero((graph.edges["kind"] == "lateral").to_numpy())[0][0])
    assert (made.method[lateral], made.existing[lateral]) == ("plow", "")
    assert made.build_cost[lateral] > 0
