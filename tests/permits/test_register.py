"""The permits of a network as agencies grant them."""

from dataclasses import replace

from expansion.permits import find_triggers, register_permits
from tests.permits.maps import Feature, Road, box, make_graph, make_inputs, make_network, rule, study

ROADS = [Road("w1", [(-50, 0), (50, 0)]), Road("w2", [(-50, 30), (50, 30)]), Road("w3", [(50, 0), (50, 30)])]
RAIL = Feature("r1", "rail", [(0, -90), (0, 90)], name="Valley Line", authority="Valley Railway")
DIG = rule("DIG", "excavation", "any", "area", blocks="buried")


def register(rules, features=(RAIL,), roads=ROADS, **network):
    graph, inputs = make_graph(roads), make_inputs(roads, features, rules)
    found = find_triggers(study(), inputs, graph)
    return register_permits(study(), inputs, graph, found, make_network(graph, **network)).table


def test_crossings_of_one_railway_are_one_permit():
    (permit,) = register([rule(grant="owner", fee_fixed=100, fee_crossing=10)]).to_dict("records")
    assert (permit["crossings"], permit["fee"], permit["authority"]) == (2, 120.0, "Valley Railway")
    assert permit["span_ids"] == "s-w1-0.0,s-w2-0.0"
    assert permit["geometry"].geom_type == "MultiPoint"


def test_only_new_spans_need_permits():
    assert len(register([rule()], existing=("w1-0.0", "w2-0.0", "w3-0.0"))) == 0
    assert register([rule()], existing=("w1-0.0",))["crossings"].tolist() == [1]


def test_only_built_edges_need_permits():
    assert len(register([rule()], placements={"w3-0.0": "buried"})) == 0


def test_the_id_does_not_follow_the_route():
    both, one = register([rule()]), register([rule()], placements={"w2-0.0": "aerial"})
    assert both["permit_id"].tolist() == one["permit_id"].tolist()
    assert both["permit_id"].iloc[0].startswith("R-")


def test_deleting_the_last_feature_removes_the_permit():
    assert len(register([rule()], features=())) == 0


def test_aerial_spans_need_no_permit_that_blocks_digging():
    aerial = dict.fromkeys(("w1-0.0", "w2-0.0", "w3-0.0"), "aerial")
    assert len(register([rule(blocks="buried"), DIG], placements=aerial)) == 0


def test_every_area_that_digs_asks_for_its_own_locates():
    found = register([DIG], area={"w2-0.0": "A2"})
    assert found["granted_for"].tolist() == ["area:A1", "area:A2"] or sorted(found["granted_for"]) == [
        "area:A1",
        "area:A2",
    ]
    assert sorted(found["length_m"]) == [100.0, 130.0]


def test_digging_below_the_threshold_asks_for_nothing():
    assert len(register([rule("N", "excavation", "any", "area", least_m=500)])) == 0


def test_poles_are_asked_for_in_lots_and_only_where_cable_hangs():
    poles = [Feature(f"p{at}", "pole", [(at, 5)], authority="Power Co") for at in (-40, -20, 0, 20, 40)]
    uses = rule("P", "pole", "uses", "owner", within_m=15, lot_size=2, fee_fixed=50)
    (permit,) = register([uses], poles, placements={"w1-0.0": "aerial"}).to_dict("records")
    assert (permit["crossings"], permit["lots"], permit["fee"]) == (5, 3, 150.0)
    assert len(register([uses], poles, placements={"w1-0.0": "buried"})) == 0


def test_the_size_of_an_order_picks_the_rule():
    poles = [Feature(f"p{at}", "pole", [(at, 5)], authority="Power Co") for at in (-40, -20, 0, 20, 40)]
    small = rule("S", "pole", "uses", "owner", within_m=15, most_count=4)
    large = rule("L", "pole", "uses", "owner", within_m=15, least_count=5)
    assert register([small, large], poles, placements={"w1-0.0": "aerial"})["rule_id"].tolist() == ["L"]


def test_a_stretch_along_counts_by_what_is_built_of_it():
    rail = Feature("r1", "rail", [(-90, -5), (300, -5)])
    roads = [Road("w1", [(0, 0), (60, 0)]), Road("w2", [(60, 0), (120, 0)])]
    along = rule(test="along", within_m=10, least_m=100)
    (permit,) = register([along], [rail], roads).to_dict("records")
    assert (permit["crossings"], permit["length_m"]) == (1, 120.0)
    assert len(register([along], [rail], roads, placements={"w1-0.0": "buried"})) == 0


def test_a_double_track_split_by_a_node_is_one_crossing():
    """
    ──w1──╫─┬─╫──w2──    a node between the tracks, 8 m apart
    """
    tracks = [
        Feature("r1", "rail", [(-4, -9), (-4, 9)], authority="V"),
        Feature("r2", "rail", [(4, -9), (4, 9)], authority="V"),
    ]
    roads = [Road("w1", [(-50, 0), (0, 0)]), Road("w2", [(0, 0), (50, 0)])]
    assert register([rule(grant="owner", merge_m=25)], tracks, roads)["crossings"].tolist() == [1]


def test_moving_a_road_over_a_boundary_changes_exactly_its_row():
    west, east = (
        Feature(name, "boundary", box(x, -99, x + 100, 99), "level 8", name) for name, x in (("W", -100), ("E", 0))
    )
    street = rule("S", "road", "inside", "boundary", boundary_levels="8")
    before = register([street], [west, east], [Road("w1", [(-60, 0), (-10, 0)]), Road("w2", [(-60, 9), (-10, 9)])])
    after = register([street], [west, east], [Road("w1", [(-60, 0), (-10, 0)]), Road("w2", [(10, 9), (60, 9)])])
    assert before["granted_for"].tolist() == ["boundary:W"]
    assert sorted(after["granted_for"]) == ["boundary:E", "boundary:W"]


def test_bridges_are_granted_by_way_and_stretches_by_connected_run():
    roads = [Road("w1", [(-50, 0), (0, 0)], bridge=True), Road("w2", [(0, 0), (50, 0)], bridge=True)]
    found = register([rule("B", "bridge", "on_bridge")], [], roads)
    assert sorted(found["granted_for"]) == ["bridge:w1", "bridge:w2"]
    assert found["crossings"].tolist() == [1, 1]


def test_an_empty_network_needs_no_permits():
    graph, inputs = make_graph(ROADS), make_inputs(ROADS, [RAIL], [rule(), DIG])
    network = make_network(graph)
    network.spans = network.spans.iloc[:0]
    permits = register_permits(study(), inputs, graph, find_triggers(study(), inputs, graph), network)
    assert len(permits.table) == 0


def test_shuffled_features_and_rules_give_the_same_register():
    features = [RAIL, Feature("a1", "protected", box(-20, -5, 20, 40), name="Marsh")]
    rules = [rule(), rule("A", "protected", "inside"), DIG]
    graph, inputs = make_graph(ROADS), make_inputs(ROADS, features, rules)
    shuffled = replace(inputs, features=inputs.features.iloc[::-1], roads=inputs.roads.iloc[::-1])
    tables = [
        register_permits(study(), one, graph, find_triggers(study(), one, graph), make_network(graph)).table
        for one in (inputs, shuffled)
    ]
    assert tables[0].to_json() == tables[1].to_json()


def test_two_waters_of_one_name_far_apart_are_two_permits_and_pieces_near_each_other_one():
    """
    w1 ──┼──  Mill Creek in two pieces, 300 m apart      w2 ──┼──  another Mill Creek, 9 km east
    """
    creeks = [
        Feature("s1", "water", [(0, -90), (0, 90)], "stream", "Mill Creek"),
        Feature("s2", "water", [(0, 390), (0, 590)], "stream", "Mill Creek"),
        Feature("s9", "water", [(9000, -90), (9000, 90)], "stream", "Mill Creek"),
    ]
    roads = [
        Road("w1", [(-50, 0), (50, 0)]), Road("w2", [(-50, 500), (50, 500)]), Road("w3", [(8950, 0), (9050, 0)]),
    ]  # fmt: skip
    found = register([rule("W", "water")], creeks, roads)
    assert dict(zip(found["granted_for"], found["crossings"], strict=True)) == {
        "water:Mill Creek": 2,
        "water:Mill Creek (s9)": 1,
    }
