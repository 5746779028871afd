"""Who pays for a stretch, which area's feeder comes through which, and what segments areas share."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.shared import cut_segments, share_route
from tests.villages import prices, road_graph, supply

#   0 ──100── 1 ──100── 2 (area A) ──100── 3 (area B)
#             └──100── 4 (area C)
GRAPH = road_graph((0, 1, 100), (1, 2, 100), (2, 3, 100), (1, 4, 100), homes=[2, 3, 4])
A, B, C = 0, 1, 2


def share(graph=GRAPH, area_of=(A, B, C), phase=None):
    area_of = np.array(area_of)
    phases = np.zeros(area_of.max() + 1, dtype=np.int64) if phase is None else np.array(phase)
    return share_route(supply(graph, 0), graph, area_of, np.arange(len(area_of)), phases)


def segments_of(graph=GRAPH, extra=None, **how):
    hung = supply(graph, 0)
    cents = np.zeros(graph.node_count + 1) if extra is None else np.array(extra, dtype=float)
    segments = cut_segments(hung, prices(graph), share(graph, **how), cents)
    return [(one.parent, one.areas, one.cost, one.owner) for one in segments]


def test_the_areas_below_an_edge_are_those_whose_feeder_needs_it():
    assert share().areas_of_node == {0: (A, B, C), 1: (A, B, C), 2: (A, B), 3: (B,), 4: (C,)}


def test_the_parent_is_the_area_of_the_first_location_on_the_way_to_the_root():
    assert share().parent_of_area == {A: -1, B: A, C: -1}


def test_of_alike_areas_the_nearest_to_the_root_pays():
    assert share().owner_of_node == {0: A, 1: A, 2: A, 3: B, 4: C}


def test_an_earlier_phase_pays_before_a_nearer_place():
    owner = share(phase=[2, 2, 1]).owner_of_node
    assert (owner[1], owner[2]) == (C, A)


def test_of_areas_as_near_the_first_by_id_pays():
    assert share(area_of=(C, B, A)).owner_of_node[1] == A


def test_segments_are_cut_where_the_areas_or_the_payer_change():
    assert segments_of() == [(-1, (A, B, C), 1.0, A), (0, (A, B), 1.0, A)]


def test_feeder_cable_is_part_of_a_segment():
    segments = segments_of(extra=[0, 50, 25, 99, 99, 0])
    assert [cost for _, _, cost, _ in segments] == [1.5, 1.25]


def test_a_single_area_shares_nothing():
    assert segments_of(area_of=(A, A, A)) == []


def test_existing_fiber_is_no_segment():
    hung, priced = supply(GRAPH, 0, existing={0: "f"}), prices(GRAPH, existing={0: "f"})
    segments = cut_segments(hung, priced, share(), np.zeros(6))
    assert [(one.parent, one.areas) for one in segments] == [(-1, (A, B))]


@st.composite
def lands(draw):
    """A random tree whose nodes with houses belong to areas, each area used."""
    count = draw(st.integers(2, 9))
    edges = [(draw(st.integers(0, n - 1)), n, draw(st.integers(1, 9)) * 100) for n in range(1, count)]
    homes = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=6))
    wish = draw(st.lists(st.integers(0, 2), min_size=len(homes), max_size=len(homes)))
    names = {area: number for number, area in enumerate(sorted(set(wish)))}
    phase = draw(st.lists(st.integers(0, 2), min_size=len(names), max_size=len(names)))
    return road_graph(*edges, homes=homes), [names[area] for area in wish], phase


@settings(max_examples=20)
@given(lands())
def test_every_edge_above_a_house_has_one_payer_that_needs_it(case):
    graph, area_of, phase = case
    sharing, hung = share(graph, area_of, phase), supply(graph, 0)
    needed = {}
    for home, area in zip(graph.location_node.tolist(), area_of, strict=True):
        for node in hung.way(home, 0)[:-1]:
            needed.setdefault(node, set()).add(area)
    below = {node: set(areas) for node, areas in sharing.areas_of_node.items() if node != 0}
    assert below == needed
    for node, areas in needed.items():
        owner = sharing.owner_of_node[node]
        assert owner in areas
        assert phase[owner] == min(phase[area] for area in areas)


@settings(max_examples=20)
@given(lands())
def test_segments_cost_what_their_edges_cost_and_lead_to_the_root(case):
    graph, area_of, phase = case
    segments = segments_of(graph, area_of=area_of, phase=phase)
    sharing = share(graph, area_of, phase)
    shared = [node for node, areas in sharing.areas_of_node.items() if len(areas) > 1 and node != 0]
    assert sum(cost for _, _, cost, _ in segments) == pytest.approx(sum(graph.length_m[n - 1] for n in shared) / 100)
    for row, (parent, areas, _, owner) in enumerate(segments):
        assert parent < row
        assert owner in areas
        assert parent < 0 or set(areas) <= set(segments[parent][1])
