"""The side of the road on which the cable lies, and what reaching the other side costs.

  h   h   h      three houses on one side, one on the other: the cable lies with the three
──┴───┴─┬─┴──
        h        reached over the carriageway
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network import build_graph, price_edges
from expansion.network.roadside import LEFT, RIGHT, Roadway, choose_sides
from tests.villages import BOOK, all_eligible, locations, plant, point, roads, study, triggers, village

CO = plant(("co", "co", None, point(0, 0)))
STREET = [(0, 0), (500, 0)]
WIDTH = BOOK.road_class("unclassified").carriageway_m


def likely(rate):
    return BOOK.rate(rate).likely


def built(*houses, streets=(STREET,), poles=(), **columns):
    """The graph of houses along streets, and its prices."""
    inputs = village(roads=roads(*streets, **columns), locations=locations(*houses), plant=CO)
    graph = build_graph(study(), inputs, all_eligible(inputs))
    return graph, price_edges(inputs, graph, triggers(graph, (), poles))


def crossings(graph):
    return graph.edges[(graph.edges["kind"] == "crossing").to_numpy()]


def sides(graph):
    road = graph.edges[(graph.edges["kind"] == "road").to_numpy()]
    return [None if name != name else name for name in road["side"]]


def test_the_cable_lies_on_the_side_of_most_houses():
    graph, _ = built(("a", 100, 20), ("b", 200, 20), ("c", 300, 20), ("d", 250, -20))
    assert sides(graph) == ["left"] * 5
    assert crossings(graph)["edge_id"].tolist() == ["crossing-w0-0@aw0-0@250.0"]


def test_of_equal_sides_it_is_the_left():
    graph, _ = built(("a", 100, 20), ("b", 200, -20))
    assert set(sides(graph)) == {"left"}


def test_houses_at_one_place_share_a_crossing():
    graph, _ = built(("a", 100, 20), ("b", 300, -20), ("c", 300, -40), ("d", 50, 20))
    assert len(crossings(graph)) == 1
    assert len(set(graph.location_node.tolist())) == 3


#   h h h h ┆           the cable changes over once, which is cheaper than four drops over the road
#  ─┴─┴─┴─┴─╲─┬─┬─┬─┬─
#           ┆ h h h h
def test_where_houses_change_sides_the_cable_does():
    west = [(f"a{n}", 20 + 40 * n, 20) for n in range(4)]
    east = [(f"b{n}", 300 + 40 * n, -20) for n in range(4)]
    graph, priced = built(*west, *east)
    assert len(crossings(graph)) == 0
    turn = int(np.nonzero((graph.edges["side"] == "both").to_numpy())[0][0])
    assert (priced.works.over_item[turn], priced.works.over_m[turn]) == ("crossing_bore", WIDTH)
    plain = round((graph.length_m[turn] * likely("plow") + WIDTH * likely("crossing_bore")) * 100)
    assert priced.build_cost[turn] == plain
    assert "changes sides" in priced.reason[turn]


def test_a_bridge_is_no_place_to_change_sides():
    west, east = [("a0", 20, 20), ("a1", 60, 20)], [("b0", 420, -20), ("b1", 460, -20)]
    whole = [[(0, 0), (100, 0)], [(100, 0), (400, 0)], [(400, 0), (500, 0)]]
    graph, _ = built(*west, *east, streets=whole, is_bridge=[False, True, False])
    over = graph.edges["is_bridge"].to_numpy()
    assert set(graph.edges["side"][over]) == {"left"} or set(graph.edges["side"][over]) == {"right"}
    assert (graph.edges["side"] == "both").sum() == 1


def test_a_house_ahead_of_the_end_of_the_road_is_on_neither_side():
    graph, _ = built(("a", 520, 1), ("b", 100, -20))
    assert len(crossings(graph)) == 0


#   a bored crossing costs the width of the carriageway at the bore's rate, by class
@pytest.mark.parametrize("highway", ["track", "unclassified", "residential", "primary"])
def test_a_crossing_is_bored_as_wide_as_the_class_of_the_road(highway):
    graph, priced = built(("a", 100, 20), ("b", 200, 20), ("c", 300, -20), highway=highway)
    edge = int(np.nonzero((graph.edges["kind"] == "crossing").to_numpy())[0][0])
    width = BOOK.road_class(highway).carriageway_m
    assert (priced.placement[edge], priced.works.item_m[edge], priced.works.over_m[edge]) == ("bore", 0, width)
    assert priced.build_cost[edge] == round(width * likely("crossing_bore") * 100)


#   along poles the drop hangs over the road; far from it a pole has to stand on the other side
@pytest.mark.parametrize(("setback", "poles"), [(30, 0), (60, 1)])
def test_over_a_road_with_poles_the_drop_hangs(setback, poles):
    houses = (("a", 100, 20), ("b", 200, 20), ("c", 300, -setback))
    graph, priced = built(*houses, poles=[(0, 9)], highway="residential")
    edge = int(np.nonzero((graph.edges["kind"] == "crossing").to_numpy())[0][0])
    width = BOOK.road_class("residential").carriageway_m
    money = width * likely("crossing_aerial") + poles * likely("crossing_pole")
    assert (priced.placement[edge], priced.works.over_poles[edge]) == ("aerial", poles)
    assert priced.build_cost[edge] == round(money * 100)


def test_a_lateral_to_the_other_side_starts_across_the_road():
    graph, _ = built(("a", 100, 20), ("b", 200, 20), ("c", 300, -280))
    lateral = graph.edges[(graph.edges["kind"] == "lateral").to_numpy()].iloc[0]
    assert str(graph.node_ids[lateral["u"]]).startswith("xw0-0@")


def test_a_road_without_width_has_no_sides():
    narrow = tuple(row.model_copy(update={"carriageway_m": 0.0}) for row in BOOK.road_classes)
    inputs = village(roads=roads(STREET), locations=locations(("a", 100, 20), ("b", 100, -20)), plant=CO)
    inputs = replace(inputs, rulebook=replace(BOOK, road_classes=narrow))
    assert len(crossings(build_graph(study(), inputs, all_eligible(inputs)))) == 0


@st.composite
def stretches(draw):
    """A row of pieces with widths, places to change sides, and houses at its nodes."""
    count = draw(st.integers(1, 6))
    width = draw(st.lists(st.sampled_from([0, 3000, 5000]), min_size=count, max_size=count))
    may = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    houses = {}
    for node in range(count + 1):
        found = draw(st.sets(st.sampled_from([LEFT, RIGHT])))
        if found:
            houses[node, draw(st.sampled_from([row for row in (node - 1, node) if 0 <= row < count]))] = found
    return count, width, may, houses


def crossed(width, states, houses):
    turned = sum(width[i] for i in range(len(width)) if states[i] != states[i + 1])
    return turned + sum(width[road] for (node, road), found in houses.items() if -states[node] in found)


@settings(max_examples=100)
@given(stretches(), st.lists(st.booleans(), min_size=6, max_size=6))
def test_no_other_sides_of_a_stretch_cross_less(drawn, turned_round):
    count, width, may, houses = drawn
    ends = np.stack([np.arange(count), np.arange(1, count + 1)])
    flip = np.array(turned_round[:count])
    ends[:, flip] = ends[::-1][:, flip]
    seen = {(n, r): {-s for s in found} if flip[r] else found for (n, r), found in houses.items()}
    made = choose_sides(Roadway(ends[0], ends[1], np.arange(count), np.array(width), np.array(may)), seen)
    cost = sum(width[i] for i in range(count) if made.turns[i])
    cost += sum(width[r] for (n, r), found in seen.items() if -made.of_place[n, r] in found)
    allowed = (
        states
        for states in itertools.product((LEFT, RIGHT), repeat=count + 1)
        if all(may[i] or states[i] == states[i + 1] for i in range(count))
    )
    assert cost == min(crossed(width, states, houses) for states in allowed)


#      ╱╲
#     ╱h ╲       a ring that no other road joins: the cable comes back on the side on which it left
#  h ╱────╲
def test_round_a_ring_the_cable_changes_sides_only_where_that_is_paid():
    ring = [[(0, 0), (500, 0)], [(500, 0), (250, 400)], [(250, 400), (0, 0)]]
    graph, _ = built(("in", 250, 20), ("in2", 200, 20), ("out", 60, 130), ("out2", 90, 180), streets=ring)
    around = sides(graph)
    assert all(a == b or "both" in (a, b) for a, b in zip(around, around[1:] + around[:1], strict=True))
    assert crossings(graph)["carriageway_m"].sum() + WIDTH * around.count("both") <= 2 * WIDTH
