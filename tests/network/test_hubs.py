"""Hubs: whole areas under their capacity, compact, and each where fiber meters are least."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.hubs import place_hubs
from tests.villages import road_graph, supply


def hubs_of(graph, units=None, area_of=None, capacity=288, split_ratio=32, span_max_m=np.inf, root=0):
    count = len(graph.location_node)
    units = np.ones(count, dtype=np.int64) if units is None else np.array(units)
    area_of = np.zeros(count, dtype=np.int64) if area_of is None else np.array(area_of)
    names = [f"A{n + 1}" for n in range(area_of.max() + 1)]
    rows = np.arange(count)
    return place_hubs(
        supply(graph, root), graph, area_of, rows, units, names,
        capacity=capacity, split_ratio=split_ratio, span_max_m=span_max_m,
    )  # fmt: skip


#   0 ──1000── 1 ──10── 2 ──10── 3      a house at each of 1, 2, 3
STREET = road_graph((0, 1, 1000), (1, 2, 10), (2, 3, 10), homes=[1, 2, 3])


def test_the_hub_stands_in_the_middle_of_its_houses():
    (hub,) = hubs_of(STREET, [2, 2, 2])
    assert (hub.node, hub.rows, hub.units, hub.capacity, hub.splitters) == (2, (0, 1, 2), 6, 144, 1)


@pytest.mark.parametrize(("units", "node"), [([9, 1, 1], 1), ([1, 1, 9], 3), ([1, 9, 1], 2), ([4, 2, 4], 2)])
def test_units_pull_the_hub(units, node):
    assert hubs_of(STREET, units)[0].node == node


def test_feeder_fibers_pull_the_hub_toward_the_office():
    assert hubs_of(STREET, [7, 1, 8], split_ratio=32)[0].node == 2
    assert hubs_of(STREET, [7, 1, 8], split_ratio=8)[0].node == 1


def test_a_block_beyond_the_capacity_has_several_hubs_at_one_node():
    hubs = hubs_of(road_graph((0, 1, 10), homes=[1] * 7), [2] * 7, capacity=5)
    assert sorted(hub.units for hub in hubs) == [2, 4, 4, 4]


@pytest.mark.parametrize(
    ("units", "ratio", "splitters", "size"),
    [(1, 32, 1, 144), (32, 32, 1, 144), (33, 32, 2, 144), (144, 8, 18, 144), (145, 64, 3, 200), (200, 128, 2, 200)],
)
def test_splitters_and_size_follow_the_units(units, ratio, splitters, size):
    (hub,) = hubs_of(road_graph((0, 1, 10), homes=[1]), [units], capacity=200, split_ratio=ratio)
    assert (hub.splitters, hub.capacity) == (splitters, size)


def test_a_capacity_that_is_passed_makes_another_hub():
    hubs = hubs_of(STREET, [2, 2, 2], capacity=4)
    assert [hub.rows for hub in hubs] == [(0,), (1, 2)]
    assert [hub.hub_id for hub in hubs] == ["A1-H1", "A1-H2"]


def test_a_hub_keeps_its_houses_within_the_span():
    assert [hub.rows for hub in hubs_of(STREET, span_max_m=10)] == [(0,), (1, 2)]
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


@settings(max_examples=15)
@given(streets(), st.sampled_from([20.0, 60.0, np.inf]))
def test_every_house_has_one_hub_within_capacity_and_span(case, span):
    graph, units, capacity, ratio = case
    hubs = hubs_of(graph, units, capacity=capacity, split_ratio=ratio, span_max_m=span)
    hung = supply(graph, 0)
    assert sorted(row for hub in hubs for row in hub.rows) == list(range(len(units)))
    for hub in hubs:
        assert hub.units == sum(units[row] for row in hub.rows) <= hub.capacity <= capacity
        nodes = graph.location_node[list(hub.rows)].tolist()
        assert all(hung.between_m(a, b) <= span + 1e-5 for a in nodes for b in nodes)


@settings(max_examples=15)
@given(streets())
def test_at_no_other_node_would_fiber_meters_be_fewer(case):
    graph, units, _, ratio = case
    (hub,) = hubs_of(graph, units, capacity=99, split_ratio=ratio)
    hung = supply(graph, 0)

    def fiber_m(node):
        nodes = graph.location_node.tolist()
        spread = sum(count * hung.between_m(node, home) for count, home in zip(units, nodes, strict=True))
        return spread + hub.splitters * hung.away_m[node]

    assert fiber_m(hub.node) <= min(map(fiber_m, range(graph.node_count))) + 1e-3
