"""Hubs as they are sited: whole areas under the fill target, compact, each where its cables cost least."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.siting.catalog import HubRules
from expansion.network.siting.place import site_hubs
from expansion.passive import NetworkRules
from tests.villages import BOOK, ground, road_graph


def choice_of(graph, units=None, area_of=None, capacity=288, split_ratio=32, span_max_m=np.inf, fill=1.0):
    count = len(graph.location_node)
    units = np.ones(count, dtype=np.int64) if units is None else np.array(units)
    area_of = np.zeros(count, dtype=np.int64) if area_of is None else np.array(area_of)
    names = [f"A{n + 1}" for n in range(area_of.max() + 1)]
    network = NetworkRules(hub_capacity=capacity, split_ratio=split_ratio, fill_target=fill)
    rules = HubRules.from_book(network, BOOK, span_max_m)
    return site_hubs(ground(graph, 0), area_of, np.arange(count), units, names, rules=rules)


def hubs_of(*arguments, **options):
    return choice_of(*arguments, **options).hubs


#   0 ──1000── 1 ──10── 2 ──10── 3      a house at each of 1, 2, 3
STREET = road_graph((0, 1, 1000), (1, 2, 10), (2, 3, 10), homes=[1, 2, 3])


def test_one_cable_out_is_cheaper_than_two_side_by_side():
    (hub,) = hubs_of(STREET, [2, 2, 2])
    assert (hub.node, hub.rows, hub.units, hub.capacity, hub.splitters) == (1, (0, 1, 2), 6, 24, 1)


#   0 ──1000── 1 ──10── 2        40 houses at each of 2 and 3: at 1 nothing is spliced on the way, but
#              └──10─── 3        the feeder comes there all the same
FORK = road_graph((0, 1, 1000), (1, 2, 10), (1, 3, 10), homes=[2, 3])


def test_splices_draw_the_hub_to_the_fork():
    (hub,) = hubs_of(FORK, [40, 40])
    assert (hub.node, hub.capacity, hub.splitters, hub.binds) == (1, 96, 3, "cost")


def test_a_long_way_between_two_villages_is_worth_two_hubs():
    far = road_graph((0, 1, 9000), (0, 2, 9000), homes=[1, 2])
    assert [hub.node for hub in hubs_of(far, [40, 40])] == [1, 2]


def test_a_block_beyond_the_capacity_has_several_hubs_at_one_node():
    hubs = hubs_of(road_graph((0, 1, 10), homes=[1] * 7), [2] * 7, capacity=5)
    assert sorted(hub.units for hub in hubs) == [2, 4, 4, 4]


@pytest.mark.parametrize(
    ("units", "ratio", "splitters", "size"),
    [(1, 32, 1, 24), (32, 32, 1, 48), (33, 32, 2, 48), (144, 8, 18, 144), (145, 64, 3, 200), (200, 128, 2, 200)],
)
def test_splitters_and_size_follow_the_units(units, ratio, splitters, size):
    (hub,) = hubs_of(road_graph((0, 1, 10), homes=[1]), [units], capacity=200, split_ratio=ratio)
    assert (hub.splitters, hub.capacity) == (splitters, size)


def test_a_capacity_that_is_passed_makes_another_hub():
    hubs = hubs_of(STREET, [2, 2, 2], capacity=4)
    assert sorted(hub.units for hub in hubs) == [2, 4]
    assert [(hub.hub_id, hub.binds) for hub in hubs] == [("A1-H1", "capacity"), ("A1-H2", "capacity")]


@pytest.mark.parametrize(("units", "size"), [(19, 24), (20, 48), (38, 48), (39, 72)])
def test_the_fill_target_decides_the_size(units, size):
    (hub,) = hubs_of(road_graph((0, 1, 10), homes=[1]), [units], fill=0.8)
    assert hub.capacity == size


def test_a_building_beyond_the_fill_target_stands_alone_and_is_told():
    made = choice_of(STREET, [2, 9, 2], capacity=10, fill=0.8)
    assert sorted((hub.units, hub.capacity, hub.binds) for hub in made.hubs) == [(4, 10, "cost"), (9, 10, "units")]
    (finding,) = made.findings
    assert (finding.code, finding.where, finding.amount) == ("W_HUB_FILL", ("A1-H2",), pytest.approx(0.1))


def test_of_a_capacity_of_one_every_house_has_a_hub_of_its_own():
    made = choice_of(STREET, capacity=1, fill=0.8)
    assert [hub.units for hub in made.hubs] == [1, 1, 1]
    assert made.siting.status == "empty"


def test_a_hub_keeps_its_houses_within_the_span():
    assert all(len(hub.rows) <= 2 for hub in hubs_of(STREET, span_max_m=11))
    assert len(hubs_of(STREET, span_max_m=9)) == 3


def test_each_area_has_hubs_of_its_own():
    hubs = hubs_of(STREET, area_of=[1, 0, 1])
    assert [(hub.hub_id, hub.rows) for hub in hubs] == [("A1-H1", (1,)), ("A2-H1", (0, 2))]


@st.composite
def streets(draw):
    """A random tree hung from 0 with houses on it, their units and the rules."""
    count = draw(st.integers(2, 9))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(1, 50))) for n in range(1, count)]
    homes = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=8))
    units = draw(st.lists(st.integers(1, 5), min_size=len(homes), max_size=len(homes)))
    return road_graph(*edges, homes=homes), units, draw(st.integers(5, 12)), draw(st.sampled_from([8, 32]))


@settings(max_examples=25)
@given(streets(), st.sampled_from([20.0, 60.0, np.inf]), st.sampled_from([0.8, 1.0]))
def test_every_house_has_one_hub_within_fill_target_and_span(case, span, fill):
    graph, units, capacity, ratio = case
    made = choice_of(graph, units, capacity=capacity, split_ratio=ratio, span_max_m=span, fill=fill)
    hung = ground(graph, 0).supply
    told = {name for finding in made.findings for name in finding.where}
    assert sorted(row for hub in made.hubs for row in hub.rows) == list(range(len(units)))
    for hub in made.hubs:
        assert hub.units == sum(units[row] for row in hub.rows) <= hub.capacity <= capacity
        assert (hub.units <= fill * hub.capacity + 1e-9) != (hub.hub_id in told)
        nodes = graph.location_node[list(hub.rows)].tolist()
        assert all(1.01 * hung.between_m(a, b) <= span + 1e-2 for a in nodes for b in nodes)


@settings(max_examples=15)
@given(streets())
def test_cost_and_bound_stand_in_order(case):
    graph, units, capacity, ratio = case
    siting = choice_of(graph, units, capacity=capacity, split_ratio=ratio).siting
    assert 0 <= siting.lower_bound <= siting.cost <= siting.seed_cost
