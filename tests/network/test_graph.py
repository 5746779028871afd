"""The road graph: roads cut where houses meet them, laterals to far ones, and nobody bridged over a gap."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network import build_graph
from tests.villages import CELL_M, all_eligible, line, locations, plant, point, roads, study, village

#   w0: 0 ────────── 500 m east, an office at its west end
STREET = roads([(0, 0), (500, 0)])
CO = plant(("co", "co", None, point(0, 0)))


def graph_of(*houses, streets=STREET, items=CO, **rules):
    asked = study(network=rules)
    inputs = village(roads=streets, locations=locations(*houses), plant=items)
    return build_graph(asked, inputs, all_eligible(inputs))


def node_names(graph):
    return [None if node < 0 else str(graph.node_ids[node]) for node in graph.location_node]


#         h (200, 30)
#   0 ────┬──────────── 500
def test_a_house_becomes_an_access_node_that_cuts_the_road():
    graph = graph_of(("h", 200, 30))
    assert node_names(graph) == ["aw0-0@200.0"]
    assert graph.edges["edge_id"].tolist() == ["w0-0.0", "w0-0.1"]
    assert graph.length_m.tolist() == pytest.approx([200, 300], rel=1e-3)
    assert (graph.drop_m[0], graph.nearest_road_m[0]) == (pytest.approx(30, rel=1e-3), 30)


@pytest.mark.parametrize(("x", "name"), [(0.4, "n1"), (499.6, "n2"), (1.6, "aw0-0@1.6"), (-30, "n1")])
def test_a_house_within_a_meter_of_the_end_of_the_road_takes_the_end(x, name):
    assert node_names(graph_of(("h", x, 20))) == [name]


#        a  c
#   ─────┴──┴──   the cable lies on the side of a and c; b is reached over the carriageway
#        b
def test_houses_across_the_road_from_each_other_meet_at_one_node():
    graph = graph_of(("a", 200.04, 20), ("b", 199.96, -20), ("c", 200.2, 20))
    assert node_names(graph) == ["aw0-0@200.0", "xw0-0@aw0-0@200.0", "aw0-0@200.2"]
    over = graph.edges[graph.edges["kind"] == "crossing"].iloc[0]
    assert (over["carriageway_m"], graph.node_ids[over["u"]]) == (5.0, "aw0-0@200.0")


def test_fifty_houses_on_one_spot_share_one_node():
    graph = graph_of(*((f"h{n:02d}", 200, 30) for n in range(50)))
    assert set(graph.location_node.tolist()) == {2}
    assert len(graph.edges) == 2


#   h (200, 280)
#   ┆ 131 m lateral, then a drop of 149 m
#   ┴ ─────────
def test_a_house_beyond_the_longest_drop_gets_a_lateral_over_its_own_ground():
    graph = graph_of(("h", 200, 280))
    assert node_names(graph) == ["th"]
    lateral = graph.edges.iloc[-1]
    assert (lateral["edge_id"], lateral["kind"]) == ("lateral-h", "lateral")
    assert lateral["length_m"] == pytest.approx(131, rel=1e-2)
    assert graph.drop_m[0] == pytest.approx(149, rel=1e-3)
    assert graph.drop_m[0] <= 150


def test_a_house_at_the_longest_drop_needs_no_lateral():
    assert node_names(graph_of(("h", 200, 149.5))) == ["aw0-0@200.0"]


@pytest.mark.parametrize(("y", "reached"), [(499, True), (501, False)])
def test_a_house_within_the_snapping_distance_is_never_unreachable(y, reached):
    graph = graph_of(("h", 200, y), snap_max_m=500)
    assert (graph.location_node[0] >= 0) == reached
    assert graph.nearest_road_m[0] == pytest.approx(y)


# the motorway w1 is nearer to h, but has no access:
#
#   w1 ═════h═════  50 m north of w0
#   w0 ───────────
@pytest.mark.parametrize("ban", [{"highway": ["unclassified", "motorway"]}, {"is_tunnel": [False, True]}])
def test_a_road_without_access_is_not_taken_while_another_is_within_reach(ban):
    streets = roads([(0, 0), (500, 0)], [(0, 0), (0, 50), (500, 50)], **ban)
    assert node_names(graph_of(("h", 200, 45), streets=streets)) == ["aw0-0@200.0"]
    assert node_names(graph_of(("h", 200, 45), streets=streets, snap_max_m=20)) == ["aw1-0@250.0"]


# the near road w1 is joined to nothing:
#
#   w1 ──h────────  60 m north of w0, an island
#   w0 ─────────── CO
def test_a_house_on_an_island_is_snapped_to_the_road_that_plant_reaches():
    streets = roads([(0, 0), (500, 0)], [(0, 60), (500, 60)])
    graph = graph_of(("h", 200, 55), streets=streets)
    assert node_names(graph) == ["aw0-0@200.0"]
    assert graph.nearest_road_m[0] == pytest.approx(5)


def test_a_house_that_only_an_island_is_near_to_is_cut_off():
    streets = roads([(0, 0), (500, 0)], [(0, 900), (500, 900)])
    graph = graph_of(("h", 200, 890), ("near", 200, 10), streets=streets)
    assert node_names(graph) == [None, "aw0-0@200.0"]
    assert np.isnan(graph.drop_m[0])
    assert graph.nearest_road_m[0] == pytest.approx(10)


def test_an_island_with_fiber_of_the_operator_is_no_island():
    streets = roads([(0, 0), (500, 0)], [(0, 900), (500, 900)])
    fiber = plant(("co", "co", None, point(0, 0)), ("f", "fiber", 12, line((0, 905), (500, 905))))
    assert node_names(graph_of(("h", 200, 890), streets=streets, items=fiber)) == ["aw1-0@200.0"]


def test_who_is_not_eligible_is_not_snapped():
    inputs = village(roads=STREET, locations=locations(("a", 100, 5), ("b", 200, 5)), plant=CO)
    eligibility = all_eligible(inputs)
    eligibility = replace(eligibility, table=eligibility.table.assign(eligible=[False, True]))
    graph = build_graph(study(), inputs, eligibility)
    assert node_names(graph) == [None, "aw0-0@200.0"]


#   +---+---+
#   |   |   |
#   +---+---+
GRID = "+---+---+\n|   |   |\n|   |   |\n+---+---+\n"
SPOTS = st.lists(st.tuples(st.integers(-100, 300), st.integers(-100, 200)), min_size=1, max_size=8)


@settings(max_examples=6)
@given(SPOTS)
def test_cutting_keeps_all_roads_joined_and_as_long_as_before(spots):
    streets = village(GRID).roads
    graph = graph_of(*((f"h{n}", x, y) for n, (x, y) in enumerate(spots)), streets=streets)
    road = (graph.edges["kind"] == "road").to_numpy()
    assert graph.length_m[road].sum() == pytest.approx(streets["length_m"].sum(), abs=0.05)
    assert nx.is_connected(nx.Graph(zip(graph.u.tolist(), graph.v.tolist(), strict=True)))
    assert set(graph.component.tolist()) == {0}


@settings(max_examples=6)
@given(SPOTS)
def test_edges_end_at_their_nodes_and_drops_are_no_longer_than_allowed(spots):
    streets = village(GRID).roads
    graph = graph_of(*((f"h{n}", x, y) for n, (x, y) in enumerate(spots)), streets=streets, drop_max_m=60)
    ends = shapely.get_coordinates(shapely.get_point(graph.edges.geometry.to_numpy(), 0))
    assert np.allclose(ends, np.stack([graph.x[graph.u], graph.y[graph.u]], axis=1), atol=1e-6)
    assert (graph.drop_m <= 60).all()
    assert len(set(graph.node_ids.tolist())) == graph.node_count


def test_an_office_beside_the_road_does_not_cut_it():
    assert graph_of(("h", 200, 5), items=plant(("co", "co", None, point(4 * CELL_M, 10)))).node_count == 3
