"""Ways past others' houses that a shorter link replaces once those are left out, by hand."""

import numpy as np
import pytest

from expansion.network.detours import find_detours, survey_land
from expansion.network.ground import Ground
from expansion.network.shared import share_route
from tests.villages import SLACK, prices, road_graph, supply

#   0 ──100── 1 (A) ──────────────┐
#  office     │                   ┊ link that the tree leaves out
#            200                  ┊
#             2 (B) ──200── 3 (A) ┘          with B the way to 3 is 200 more; without B it is 400, and the link cheaper
A, B = 0, 1


def detours(link, along=0.0, parents=None, avoided=False, pinned=()):
    tree = road_graph((0, 1, 100), (1, 2, 200), (2, 3, 200), homes=[1, 2, 3])
    graph = road_graph((0, 1, 100), (1, 2, 200), (2, 3, 200), (1, 3, link), homes=[1, 2, 3])
    hung, area_of = supply(tree, 0), np.array([A, B, A])
    ground = Ground(hung, graph, prices(graph), SLACK, graph.edges.geometry.to_numpy())
    sharing = share_route(supply(tree, 0), graph, area_of, np.arange(3), np.zeros(2, dtype=np.int64))
    cents = np.full(graph.node_count + 1, along)
    land = survey_land(
        ground, sharing.areas_of_node, {1: (A,), 2: (B,), 3: (A,)}, cents, np.array(pinned, dtype=np.int64),
        parents if parents is not None else {A: -1, B: A},
    )  # fmt: skip
    return [(one.nodes, round(one.cents), one.areas) for one in find_detours(ground, land, np.array([avoided] * 4))]


def test_without_the_houses_along_it_a_way_is_left_for_a_shorter_link():
    assert detours(300) == [((3, 2), 100, (B,))]


@pytest.mark.parametrize("how", [{"avoided": True}, {"pinned": [1]}, {"parents": {A: B, B: -1}}])
def test_no_detour_over_avoided_roads_past_pins_or_where_the_others_come_anyway(how):
    assert detours(300, **how) == []


def test_a_link_as_dear_as_the_way_is_no_detour():
    assert detours(400) == []
