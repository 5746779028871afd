"""Edges merge into spans while nothing changes along them."""

import pytest
from shapely import LineString

from expansion.network.spans import merge_spans
from tests.villages import EAST, NORTH, ground, road_graph

#   0 ──100── 1 ──100── 2 ──100── 3
EDGES = [(0, 1, 100), (1, 2, 100), (2, 3, 100)]


def spans(graph=None, tiers=None, stops=(), owners=None, bored=(), poles=(), **more):
    graph = graph or road_graph(*EDGES)
    tiers = tiers or dict.fromkeys(range(1, graph.node_count), "feeder")
    owners = owners or dict.fromkeys(tiers, 0)
    laid = ground(graph, 0, bored=bored, poles=poles, **more)
    return merge_spans(laid, tiers, set(stops), owners, ["A1", "A2"])


def edges_of(made):
    return made.table["edge_ids"].tolist()


def test_where_nothing_changes_there_is_one_span():
    made = spans()
    (row,) = made.table.to_dict("records")
    assert (row["span_id"], row["u"], row["v"], row["length_m"]) == ("S-n3", 0, 3, 300)
    assert (row["edge_ids"], row["tier"], row["area_id"], row["build_cost"]) == ("e0,e1,e2", "feeder", "A1", 3.0)
    assert made.of_node == dict.fromkeys([1, 2, 3], "S-n3")


@pytest.mark.parametrize(
    "change",
    [
        {"tiers": {1: "feeder", 2: "feeder", 3: "distribution"}},
        {"owners": {1: 0, 2: 0, 3: 1}},
        {"stops": [2]},
        {"existing": {0: "f", 1: "f"}},
        {"placement": ["buried", "buried", "aerial"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_tier_payer_plant_or_placement_and_a_site_end_a_span(change):
    assert edges_of(spans(**change)) == ["e0,e1", "e2"]


def test_a_branch_ends_a_span():
    assert sorted(edges_of(spans(road_graph((0, 1, 100), (1, 2, 100), (1, 3, 100))))) == ["e0", "e1", "e2"]


def test_edges_that_are_not_in_use_are_in_no_span():
    assert edges_of(spans(tiers={1: "feeder"})) == ["e0"]


def test_a_span_adds_up_the_works_of_its_edges():
    made = spans(bored=[(0, 12), (2, 8)], poles=[(0, 2), (1, 3)]).table.iloc[0]
    assert (made["item_m"], made["bore_m"], made["pole_count"]) == (280, 20, 5)


def test_along_existing_fiber_nothing_is_built():
    row = spans(existing={0: "f", 1: "f", 2: "f"}, bored=[(0, 12)]).table.iloc[0]
    assert (row["is_existing"], row["plant_id"], row["build_cost"], row["bore_m"]) == (True, "f", 0, 0)


#   edge e1 was drawn from 2 to 1: its line is turned round
def test_the_line_of_a_span_runs_from_the_root_outward():
    graph = road_graph((0, 1, 100), (2, 1, 100), at=[(0, 0), (100, 0), (100, 100)])
    (line,) = spans(graph).table.geometry
    assert line.equals_exact(LineString([(EAST, NORTH), (EAST + 100, NORTH), (EAST + 100, NORTH + 100)]), 1e-6)
