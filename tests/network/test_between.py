"""Places for terminals between houses that no terminal in front of one of them could serve together.

    h              h      longest drop 150 m, houses 30 m off and 200 m apart: 120 m along the road,
    │              │      so that the middle serves both and neither place in front of a house does
────┴───────p──────┴────
"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from expansion.network import build_graph
from expansion.network.between import places_between
from expansion.network.snap import Snaps
from tests.villages import all_eligible, locations, plant, point, roads, study, village

LENGTH = 1000.0


def between(along, away=30.0, units=1, most=8, drop=150.0):
    count = len(along)
    snaps = Snaps(np.zeros(count, dtype=np.int64), np.array(along, dtype=float), np.full(count, away))
    return places_between(snaps, np.full(count, units), np.array([LENGTH]), drop, most).along_m.tolist()


def test_two_houses_too_far_apart_for_a_terminal_in_front_of_one_have_a_place_in_their_middle():
    assert between([300, 500]) == [400]


def test_houses_near_enough_to_one_of_them_or_too_far_from_each_other_have_none():
    assert between([300, 420]) == []
    assert between([300, 541]) == []


def test_four_houses_are_served_from_between_the_two_in_the_middle():
    assert between([300, 370, 440, 510]) == [405]


def test_no_place_stands_where_the_end_of_the_road_serves_the_same_houses():
    assert between([-0.0, 200.0]) == [100]
    assert between([60], away=149) == []


def test_a_set_with_more_units_than_the_largest_terminal_holds_has_none():
    assert between([300, 500], units=4) == [400]
    assert between([300, 500], units=5) == []


def test_a_house_beyond_the_longest_drop_needs_a_lateral_and_asks_for_nothing():
    assert between([300, 500], away=151) == []


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12, unique=True), st.integers(10, 140))
def test_whatever_one_place_on_a_road_could_serve_some_place_or_house_serves(along, away):
    stands = [0.0, LENGTH, *along, *between(along, away=away, most=99)]
    reach = 150.0 - away
    for spot in np.arange(0.0, LENGTH + 1, 7.0):
        served = {house for house in along if abs(house - spot) <= reach - 0.1}
        assert any(all(abs(house - stand) <= reach + 0.1 for house in served) for stand in stands)


def test_the_graph_has_a_node_at_a_place_between_houses_and_the_road_keeps_its_length():
    inputs = village(
        roads=roads([(0, 0), (1000, 0)]), plant=plant(("co", "co", None, point(0, 0))),
        locations=locations(("a", 300, 30, 1), ("b", 500, 30, 1)),
    )  # fmt: skip
    graph = build_graph(study(), inputs, all_eligible(inputs))
    place = [str(name).startswith("p") for name in graph.node_ids].index(True)
    assert (round(graph.x[place] - graph.x[0]), len(graph.u)) == (400, 4)
    assert place not in graph.location_node
