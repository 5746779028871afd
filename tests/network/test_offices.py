"""Which office feeds a hub; huts where reach, a fiber without office, or strands ask for one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.hubs import Hub
from expansion.network.offices import assign_offices, farthest_m
from expansion.network.siting.cover import CoverRules
from expansion.network.supply import Roots, hang_supply
from tests.villages import offices, prices, road_graph, supply


def hub_at(node, row, splitters=1, number=1):
    return Hub(f"A1-H{number}", 0, node, (row,), splitters, 144, splitters)


def assign(graph, hubs, roots=None, reach_m=20_000.0, existing=None, spare=None, hut_fibers=4):
    roots = roots or offices(0)
    priced = prices(graph, existing=existing)
    hung = hang_supply(graph, priced, roots, np.arange(len(graph.u)))
    return assign_offices(hung, graph, priced, roots, hubs, CoverRules(reach_m, hut_fibers, spare or {}, 9e6, 1.0))


#   office                     hub, house: drop 10 m
#   0 ──1000── 1 ──1000── 2 ──1000── 3
ROAD = road_graph((0, 1, 1000), (1, 2, 1000), (2, 3, 1000), homes=[3])


def test_a_hub_within_reach_is_fed_from_the_office():
    found = assign(ROAD, [hub_at(3, 0)], reach_m=3010.001)
    assert (found.of_hub, found.hut_nodes, found.findings) == ([0], [], [])


def test_of_two_offices_the_one_on_the_way_up_feeds():
    assert assign(ROAD, [hub_at(2, 0)], offices(0, 3)).of_hub == [3]


@pytest.mark.parametrize(("reach_m", "hut"), [(3009, 1), (2011, 1), (2009, 2), (1011, 2), (1009, 3), (11, 3)])
def test_a_reach_too_short_opens_a_hut_as_far_up_as_reach_allows(reach_m, hut):
    found = assign(ROAD, [hub_at(3, 0)], reach_m=reach_m)
    assert (found.of_hub, found.site_of_node[hut]) == ([hut], "hut-1")
    assert [finding.code for finding in found.findings] == ["W_HUT_OPENED"]


def test_a_house_that_even_its_hub_cannot_reach_is_an_error_with_the_meters_over():
    found = assign(ROAD, [hub_at(2, 0)], reach_m=910)
    codes = {finding.code: finding for finding in found.findings}
    assert (codes["W_REACH"].severity, codes["W_REACH"].where) == ("error", ("A1-H1",))
    assert codes["W_REACH"].amount == pytest.approx(100, abs=0.01)


#   fiber f leads to no office of the study: 0 ══f══ 1 ──── 2
def test_under_a_fiber_without_an_office_a_hut_is_opened_at_the_tap():
    graph = road_graph((0, 1, 1000), (1, 2, 1000), homes=[2])
    nobody = Roots(np.array([], dtype=np.int64), (), np.array([0]))
    found = assign(graph, [hub_at(2, 0)], nobody, existing={0: "f"})
    assert (found.of_hub, found.site_of_node) == ([1], {1: "hut-1"})
    assert found.strands == {"f": 4}


#   0 ══f══ 1 ══f══ 2        hubs at 3 (6 splitters) and 4 (3 splitters), fed through f
#           └─ 3    └─ 4
FORK = road_graph((0, 1, 100), (1, 2, 100), (1, 3, 100), (2, 4, 100), homes=[3, 4])
PAIR = [hub_at(3, 0, splitters=6), hub_at(4, 1, splitters=3, number=2)]
FIBER = {0: "f", 1: "f"}


def test_strands_in_use_are_counted_per_fiber():
    found = assign(FORK, PAIR, existing=FIBER, spare={"f": 9})
    assert (found.strands, found.hut_nodes) == ({"f": 9}, [])


def test_too_few_strands_open_a_hut_from_which_both_are_fed():
    found = assign(FORK, PAIR, existing=FIBER, spare={"f": 6})
    assert (found.hut_nodes, found.of_hub, found.strands) == ([1], [1, 1], {"f": 4})


def test_strands_count_side_by_side_not_one_after_the_other():
    assert assign(FORK, PAIR[1:], existing=FIBER, spare={"f": 3}).strands == {"f": 3}


def test_where_huts_do_not_help_the_shortage_is_an_error():
    found = assign(FORK, PAIR, existing=FIBER, spare={"f": 2})
    short = next(finding for finding in found.findings if finding.code == "W_STRANDS_SHORT")
    assert (short.severity, short.where, short.amount) == ("error", ("f",), found.strands["f"] - 2)


def test_a_fiber_that_states_no_number_has_enough():
    assert assign(FORK, PAIR, existing=FIBER).hut_nodes == []


@st.composite
def lands(draw):
    """A random tree with hubs at its nodes and a house under each."""
    count = draw(st.integers(2, 9))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(100, 900))) for n in range(1, count)]
    nodes = draw(st.lists(st.integers(1, count - 1), min_size=1, max_size=5))
    hubs = [hub_at(node, row, number=row + 1) for row, node in enumerate(nodes)]
    return road_graph(*edges, homes=nodes), hubs


@settings(max_examples=20)
@given(lands(), st.integers(200, 3000))
def test_with_huts_every_hub_is_within_reach_of_an_office_above_it(case, reach_m):
    graph, hubs = case
    hung = supply(graph, 0)
    found = assign(graph, hubs, reach_m=reach_m)
    for hub, office in zip(hubs, found.of_hub, strict=True):
        assert office in hung.way(hub.node, 0)
        assert hung.between_m(office, hub.node) + 10 <= reach_m + 1e-4
    assert len(found.hut_nodes) <= len({hub.node for hub in hubs})


@settings(max_examples=20)
@given(lands())
def test_the_farthest_house_is_found(case):
    graph, _ = case
    rows = tuple(range(len(graph.location_node)))
    hub, hung = Hub("A1-H1", 0, 0, rows, len(rows), 144, 1), supply(graph, 0)
    assert farthest_m(hung, graph, hub) == pytest.approx(max(hung.away_m[n] for n in graph.location_node) + 10)
