"""Strands and splices: a tree with every splice and color written out, and light walked by them alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expansion.network.colors import color, place_fiber
from expansion.network.ground import Ground
from expansion.network.light import follow
from expansion.network.ports import Split
from tests.network.fibers import draw_design, joined, tables, walk_to_olt
from tests.villages import SLACK, ground, prices, road_graph, supply

#   co          hub        T1: 1 unit     T2: 3 units
#   0 ──1000─── 1 ──200─── 2 ────100───── 3                 the cable 1-2-3 passes T1; a branch leaves it at 2
#                          └──50── 4 T3: 1 + 1 units
STREET = road_graph((0, 1, 1000), (1, 2, 200), (2, 3, 100), (2, 4, 50), homes=[2, 3, 4, 4])
HOMES = [(2, (1,)), (3, (3,)), (4, (1, 1))]


def words(row):
    sides = []
    for side in ("in", "out"):
        cable, fiber, tube, shade, port = (
            getattr(row, f"{side}_{name}") for name in ("cable", "fiber", "tube_color", "fiber_color", "port")
        )
        sides.append(f"{cable}:{fiber} {tube}/{shade}" if isinstance(cable, str) else port)
    return f"{row.splice_id} {row.kind}: {sides[0]} > {sides[1]}"


@pytest.fixture
def hand():
    land = ground(STREET, 0)
    return tables(land, *draw_design(land, 1, HOMES))


def test_every_splice_of_a_small_tree_with_its_colors(hand):
    assert [words(row) for row in hand[1].itertuples()] == [
        "H/1 splitter in: co-F-K1:1 blue/blue > splitter 1",
        "H/2 splitter out: splitter 1/1 > H-D-K1:1 blue/blue",
        "H/3 splitter out: splitter 1/5 > H-D-K1:2 blue/orange",
        "H/4 splitter out: splitter 1/6 > H-D-K1:3 blue/green",
        "H/5 splitter out: splitter 1/2 > H-D-K1:4 blue/brown",
        "H/6 splitter out: splitter 1/3 > H-D-K1:5 blue/slate",
        "H/7 splitter out: splitter 1/4 > H-D-K1:6 blue/white",
        "H-D-C1/1 splice: H-D-K1:2 blue/orange > H-D-K2:1 blue/blue",
        "H-D-C1/2 splice: H-D-K1:3 blue/green > H-D-K2:2 blue/orange",
        "T1/1 splice: H-D-K1:1 blue/blue > port 1",
        "T1/2 connector: port 1 > X-L1a:1 blue/blue",
        "T2/1 splice: H-D-K1:4 blue/brown > port 1",
        "T2/2 splice: H-D-K1:5 blue/slate > port 2",
        "T2/3 splice: H-D-K1:6 blue/white > port 3",
        "T2/4 connector: port 1 > X-L2a:1 blue/blue",
        "T2/5 connector: port 2 > X-L2a:2 blue/orange",
        "T2/6 connector: port 3 > X-L2a:3 blue/green",
        "T3/1 splice: H-D-K2:1 blue/blue > port 1",
        "T3/2 splice: H-D-K2:2 blue/orange > port 2",
        "T3/3 connector: port 1 > X-L3a:1 blue/blue",
        "T3/4 connector: port 2 > X-L3b:1 blue/blue",
        "co/1 splice: odf 1 > co-F-K1:1 blue/blue",
        "co/2 connector: olt 1 > odf 1",
    ]


def test_every_strand_of_the_cable_that_is_passed(hand):
    strands = hand[0][hand[0]["cable_id"] == "H-D-K1"]
    shown = ["fiber", "last_fiber", "use", "fiber_color", "from_site", "to_site", "to_port"]
    assert strands[shown].fillna("").to_numpy().tolist() == [
        [1, 3, "dead", "blue to green", "H-D-C1", "T2", ""],
        [1, 1, "in use", "blue", "H", "T1", "port 1"],
        [2, 2, "in use", "orange", "H", "H-D-C1", "H-D-K2:1"],
        [3, 3, "in use", "green", "H", "H-D-C1", "H-D-K2:2"],
        [4, 4, "in use", "brown", "H", "T2", "port 1"],
        [5, 5, "in use", "slate", "H", "T2", "port 2"],
        [6, 6, "in use", "white", "H", "T2", "port 3"],
        [7, 12, "spare", "red to aqua", "H", "T2", ""],
    ]


def test_light_split_twice_takes_a_fiber_per_splitter_at_a_terminal():
    land = ground(STREET, 0)
    design, ports = draw_design(land, 1, [(2, (1,)), (3, (3, 2, 4))], split=Split(2, 4))
    splices = tables(land, design, ports)[1]
    assert [words(row) for row in splices[splices["site_id"].isin(["H", "T2"])].itertuples()][:9] == [
        "H/1 splitter in: co-F-K1:1 blue/blue > splitter 1",
        "H/2 splitter in: co-F-K1:2 blue/orange > splitter 2",
        "H/3 splitter out: splitter 1/1 > H-D-K1:1 blue/blue",
        "H/4 splitter out: splitter 1/2 > H-D-K1:2 blue/orange",
        "H/5 splitter out: splitter 2/1 > H-D-K1:3 blue/green",
        "H/6 splitter out: splitter 2/2 > H-D-K1:4 blue/brown",
        "T2/1 splitter in: H-D-K1:2 blue/orange > splitter 1",
        "T2/2 splitter in: H-D-K1:3 blue/green > splitter 2",
        "T2/3 splitter in: H-D-K1:4 blue/brown > splitter 3",
    ]
    made = joined(splices)
    assert walk_to_olt(made, ("X-L2b", 2), ports.split)[-1] == ("co", "olt 2")  # port 5: splitter 2 of the terminal


#   co ══f══ 1 ──── 2 hub      the operator's fiber leads to the office; a hut at 1 takes four strands of it
def test_strands_of_the_operators_fiber_are_numbered_and_their_splices_not_bought():
    graph = road_graph((0, 1, 100), (1, 2, 100), homes=[2])
    land = ground(graph, 0, existing={0: "f"})
    strands, splices = tables(land, *draw_design(land, 2, [(2, (2,))]))
    assert [words(row) for row in splices[splices["kind"] == "existing"].itertuples()] == [
        "co/1 existing: odf 1 > tap-n1-E:1 nan/nan"
    ]
    assert strands.set_index("strand_id").loc["tap-n1-E:1", "to_port"] == "tap-n1-F-K1:1"
    uplinks = tables(land, *draw_design(land, 2, [(2, (2,))], huts=(1,)))[1]
    assert uplinks.loc[uplinks["kind"] == "existing", "out_fiber"].tolist() == [1, 2, 3, 4]
    assert uplinks.loc[uplinks["out_port"] == "uplink 4", "in_cable"].tolist() == ["hut-1-E"]


def test_a_terminal_at_the_hub_is_spliced_to_the_splitter():
    land = ground(STREET, 0)
    splices = tables(land, *draw_design(land, 1, [(1, (1,))]))[1]
    assert "T1/1 splice: H splitter 1/1 > port 1" in [words(row) for row in splices.itertuples()]
    assert walk_to_olt(joined(splices), ("X-L1a", 1), Split(32, 1))[-1] == ("co", "olt 1")


def test_colors_begin_again_with_stripes_and_tubes_with_each_sheath():
    assert [color(n) for n in (1, 12, 13, 20, 25)] == [
        "blue", "aqua", "blue with 1 black stripe", "black with 1 yellow stripe", "blue with 2 black stripes",
    ]  # fmt: skip
    last, first = place_fiber(864, 12, 864), place_fiber(865, 12, 864)
    assert (last.sheath, last.tube, last.fiber_color) == (1, 72, "aqua")
    assert (first.sheath, first.tube, first.tube_color) == (2, 1, "blue")


@st.composite
def plants(draw):
    """A random tree of roads with terminals anywhere, hub anywhere, reels of any length, split once or twice."""
    count = draw(st.integers(2, 9))
    edges = [(draw(st.integers(0, node - 1)), node, draw(st.integers(30, 900))) for node in range(1, count)]
    nodes = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=6))
    homes = [(node, tuple(draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))) for node in nodes]
    split = draw(st.sampled_from([Split(8, 1), Split(2, 4), Split(4, 2)]))
    return edges, homes, draw(st.integers(0, count - 1)), split, draw(st.sampled_from([60, 250, 1000]))


@settings(max_examples=40, deadline=None)
@given(plants())
def test_light_walks_from_every_ont_to_an_olt_port_and_meets_the_splices_that_its_leg_counts(case):
    edges, homes, hub, split, reel_m = case
    graph = road_graph(*edges, homes=[0])
    slack = type(SLACK)(0.02, 0.01, 10.0, 5.0, 5.0, float(reel_m))
    land = Ground(supply(graph, 0), graph, prices(graph), slack, graph.edges.geometry.to_numpy())
    design, ports = draw_design(land, hub, homes, split=split)
    strands, splices = tables(land, design, ports)
    made = joined(splices)
    units = [(f"X-{name}", unit) for name, own in zip(design.location_ids, design.units, strict=True)
             for unit in range(1, own + 1)]  # fmt: skip
    ends = [walk_to_olt(made, drop, split)[-1] for drop in units]
    assert len(set(ends)) == design.hubs[0].splitters
    assert max(ends.count(end) for end in ends) <= split.at_hub * split.at_terminal
    joints = (splices["in_cable"] == splices["out_cable"]).fillna(False)
    assert (splices["kind"] != "connector").sum() - joints.sum() == len(made) - len(units) - design.hubs[0].splitters
    in_use = strands[strands["use"] == "in use"]
    assert not in_use.duplicated(["cable_id", "fiber"]).any()
    for terminal in design.terminals[0]:
        leg = follow(design.distribution[0], terminal.node)
        assert leg.splices >= len(leg.cables)
