"""What an edge is built in: the tagged surface, the ground of a layer, the verge; each said in the reason."""

from dataclasses import replace

import pytest
import shapely

from expansion.network import build_graph, price_edges
from expansion.rulebook import RoadClass
from tests.villages import BOOK, EAST, NORTH, all_eligible, features, locations, plant, point, roads, study, triggers
from tests.villages import village as drawn

CO = plant(("co", "co", None, point(0, 0)))


def price(*ground, houses=(), bored=(), book=BOOK, **columns):
    """Prices of one road of 500 m; ground from (subtype, west, east) as bands across it."""
    shapes = [
        (f"g{n}", "ground", None, "{}", shapely.box(EAST + west, NORTH - 50, EAST + east, NORTH + 500))
        for n, (_, west, east) in enumerate(ground)
    ]
    shown = features(*shapes).assign(subtype=[row[0] for row in ground])
    streets = roads([(0, 0), (500, 0)], **columns)
    inputs = replace(drawn(roads=streets, locations=locations(*houses), plant=CO, features=shown), rulebook=book)
    graph = build_graph(study(), inputs, all_eligible(inputs))
    return price_edges(inputs, graph, triggers(graph, bored)), graph


@pytest.mark.parametrize(
    ("highway", "tag", "method", "words"),
    [
        ("residential", "asphalt", "trench_paved", "trenched in a street (residential, asphalt)"),
        ("residential", "cobblestone", "trench_stone", "trenched in a street of stones (residential, cobblestone)"),
        ("residential", "gravel", "plow", "plowed into the verge (residential, gravel)"),
        ("residential", "rock", "trench_rock", "trenched in rock (residential, rock)"),
        ("unclassified", "asphalt", "plow", "plowed into the verge (unclassified, asphalt)"),
        ("track", "stone", "plow_hard", "plowed into hard ground (track, stone)"),
        ("residential", "jelly", "trench_paved", "trenched in a street (residential, unknown)"),
    ],
)
def test_the_tagged_surface_sets_the_method_and_the_reason_says_so(highway, tag, method, words):
    made, graph = price(highway=highway, surface_tag=tag)
    assert (made.method[0], made.reason[0]) == (method, words)
    assert made.civil_cost[0] == round(graph.length_m[0] * BOOK.rate(method).likely * 100)


@pytest.mark.parametrize(("east", "method"), [(260, "plow_hard"), (240, "plow")])
def test_ground_counts_from_half_of_the_road_on(east, method):
    assert price(("rock", 0, east))[0].method[0] == method


def test_of_two_grounds_the_larger_counts_and_areas_of_one_kind_add_up():
    made, _ = price(("rock", 0, 150), ("rock", 100, 300), ("sand", 300, 500))
    assert (made.method[0], made.surface[0]) == ("plow_hard", "rock")


def test_in_rock_bores_are_bores_in_rock():
    made, graph = price(("rock", 0, 500), bored=[(0, 40)])
    money = (graph.length_m[0] - 40) * BOOK.rate("plow_hard").likely + 40 * BOOK.rate("bore_rock").likely
    assert made.civil_cost[0] == round(money * 100)


def test_a_lateral_is_plowed_into_the_ground_that_is_there():
    soft, graph = price(houses=[("h", 200, 300)], surface_tag="asphalt", highway="residential")
    hard, _ = price(("rock", 150, 250), houses=[("h", 200, 300)])
    lateral = int((graph.edges["kind"] == "lateral").to_numpy().argmax())
    assert (soft.method[lateral], hard.method[lateral]) == ("plow", "plow_hard")
    assert hard.reason[lateral] == "plowed into hard ground (rock ground)"


def test_a_study_may_say_which_verges_are_built_over():
    row = RoadClass(highway="tertiary", carriageway_m=6, verge="built", source="quote", status="USER")
    rows = tuple(row if old.highway == "tertiary" else old for old in BOOK.road_classes)
    made, _ = price(highway="tertiary", surface_tag="asphalt", book=replace(BOOK, road_classes=rows))
    assert made.method[0] == "trench_paved"
