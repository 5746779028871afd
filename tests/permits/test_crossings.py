"""Each drawing shows north up; roads are ─ and │, the feature ═, ║ or ~."""

from expansion.permits import find_triggers
from tests.permits.maps import Feature, Road, box, make_graph, make_inputs, met, rule, study

RAIL = Feature("r1", "rail", [(0, -100), (0, 100)], "rail", "Valley Line", "Valley Railway")


def crossings(roads, features, *rules):
    graph = make_graph(roads)
    return met(find_triggers(study(), make_inputs(roads, features, rules or (rule(),)), graph), graph)


def test_a_road_across_a_railway_crosses_it_once():
    """
         ║
    ─────╫───── w1
         ║
    """
    assert crossings([Road("w1", [(-50, 0), (50, 0)])], [RAIL]) == [("w1-0.0", "r1", "R", "crosses", 1)]


def test_a_road_along_a_railway_does_not_cross_it():
    """
    ║ │
    ║ │ w1
    ║ │
    """
    assert crossings([Road("w1", [(5, -50), (5, 50)])], [RAIL]) == []


def test_a_road_that_ends_on_a_railway_does_not_cross_it():
    """
         ║
    ─────╢ w1
         ║
    """
    assert crossings([Road("w1", [(-50, 0), (0, 0)])], [RAIL]) == []


def test_two_roads_that_meet_on_a_railway_cross_it_once_on_the_smaller_id():
    """
          ║
    ── w1 ╫ w2 ──
          ║
    """
    roads = [Road("w2", [(0, 0), (50, 0)]), Road("w1", [(-50, 0), (0, 0)])]
    assert crossings(roads, [RAIL]) == [("w1-0.0", "r1", "R", "crosses", 1)]


def test_a_fork_on_a_railway_puts_the_crossing_on_the_lone_side():
    """Whichever two roads a route takes through the node, it pays for a crossing exactly where it makes one.

          ║╱ w1
    ── w3 ╫
          ║╲ w2
    """
    roads = [Road("w1", [(0, 0), (50, 40)]), Road("w2", [(0, 0), (50, -40)]), Road("w3", [(-50, 0), (0, 0)])]
    assert crossings(roads, [RAIL]) == [("w3-0.0", "r1", "R", "crosses", 1)]


def test_two_roads_that_meet_on_a_railway_on_one_side_do_not_cross_it():
    """
    ║╱ w1
    ╟
    ║╲ w2
    """
    assert crossings([Road("w1", [(0, 0), (50, 40)]), Road("w2", [(0, 0), (50, -40)])], [RAIL]) == []


def test_a_road_that_touches_a_railway_with_a_bend_does_not_cross_it():
    """
     ╱ ║
    ╱  ║
    ╲──╢  (the bend lies on the rail)
    """
    assert crossings([Road("w1", [(-50, 50), (0, 0), (-50, -50)])], [RAIL]) == []


def test_a_level_crossing_at_a_shared_node_inside_the_road_counts():
    line = Feature("r1", "rail", [(0, -100), (0, 0), (0, 100)], "rail")
    assert crossings([Road("w1", [(-50, 0), (0, 0), (50, 0)])], [line]) == [("w1-0.0", "r1", "R", "crosses", 1)]


def test_a_stream_crossed_three_times_counts_three_crossings_of_one_permit():
    """
    ~~╮ ╭~~
    ──┼─┼──┼── w1
      ╰~╯  ╰~~
    """
    stream = Feature(
        "s1", "water", [(-40, 20), (-30, 20), (-30, -20), (0, -20), (0, 20), (30, 20), (30, -20)], "stream"
    )
    assert crossings([Road("w1", [(-50, 0), (50, 0)])], [stream], rule(layer="water")) == [
        ("w1-0.0", "s1", "R", "crosses", 3)
    ]


def test_a_bridge_over_a_river_is_attached_to_and_the_water_is_not_crossed():
    """
         ~
    ──╞═════╡── w0 w1 w2
         ~
    """
    roads = [
        Road("w0", [(-50, 0), (-10, 0)]), Road("w1", [(-10, 0), (10, 0)], bridge=True), Road("w2", [(10, 0), (50, 0)]),
    ]  # fmt: skip
    river = Feature("s1", "water", [(0, -90), (0, 90)], "river", "Rhine")
    rules = rule(layer="water"), rule("B", "bridge", "on_bridge")
    assert crossings(roads, [river], *rules) == [("w1-0.0", "bridge:w1-0", "B", "on_bridge", 1)]


def test_the_banks_beside_a_bridge_are_not_a_crossing_of_the_water_area():
    roads = [
        Road("w0", [(-50, 0), (-10, 0)]), Road("w1", [(-10, 0), (10, 0)], bridge=True), Road("w2", [(10, 0), (50, 0)]),
    ]  # fmt: skip
    river = Feature("s1", "water", box(-14, -90, 14, 90), "river")
    assert crossings(roads, [river], rule(layer="water")) == []


def test_a_tunnel_crosses_nothing_above_it():
    assert crossings([Road("w1", [(-50, 0), (50, 0)], tunnel=True)], [RAIL]) == []


def test_a_railway_in_a_tunnel_is_not_crossed_by_the_road_above():
    below = Feature("r1", "rail", RAIL.at, "rail", attributes='{"tunnel": "yes"}')
    assert crossings([Road("w1", [(-50, 0), (50, 0)])], [below]) == []


def test_wires_pass_over_a_bridge_too():
    wires = Feature("p1", "powerline", [(0, -90), (0, 90)])
    found = crossings([Road("w1", [(-50, 0), (50, 0)], bridge=True)], [wires], rule(layer="powerline"))
    assert found == [("w1-0.0", "p1", "R", "crosses", 1)]


def test_a_double_track_of_one_railway_is_one_crossing():
    """
        ║ ║
    ────╫─╫──── w1      4 m apart
        ║ ║
    """
    second = Feature("r2", "rail", [(4, -100), (4, 100)], "rail", "Track 2", "Valley Railway")
    found = crossings([Road("w1", [(-50, 0), (50, 0)])], [RAIL, second], rule(merge_m=25))
    assert found == [("w1-0.0", "r1", "R", "crosses", 1)]


def test_tracks_of_two_railways_are_two_crossings():
    other = Feature("r2", "rail", [(4, -100), (4, 100)], "rail", "Hill Line", "Hill Railway")
    found = crossings([Road("w1", [(-50, 0), (50, 0)])], [RAIL, other], rule(merge_m=25))
    assert [row[1] for row in found] == ["r2", "r1"] or [row[1] for row in found] == ["r1", "r2"]


def test_a_stream_drawn_as_two_ways_that_meet_on_the_road_is_crossed_once():
    """
         ~ s1
    ─────┼───── w1     s1 ends where s2 begins
         ~ s2
    """
    north, south = Feature("s1", "water", [(0, 90), (0, 0)]), Feature("s2", "water", [(0, 0), (0, -90)])
    found = crossings([Road("w1", [(-50, 0), (50, 0)])], [north, south], rule(layer="water"))
    assert found == [("w1-0.0", "s1", "R", "crosses", 1)]


def test_a_spring_beside_the_road_is_not_crossed():
    assert (
        crossings([Road("w1", [(-50, 0), (50, 0)])], [Feature("s1", "water", [(0, 90), (0, 0)])], rule(layer="water"))
        == []
    )


def test_a_tributary_that_joins_on_the_road_does_not_hide_the_river():
    """
          ~ s1
    ──────┼────── w1
       s3╱~ s2
    """
    river = [
        Feature("s1", "water", [(0, 90), (0, 0)], name="Rhine"),
        Feature("s2", "water", [(0, 0), (0, -90)], name="Rhine"),
    ]
    brook = Feature("s0", "water", [(-60, -90), (0, 0)], name="Brook")
    found = crossings([Road("w1", [(-50, 0), (50, 0)])], [*river, brook], rule(layer="water"))
    assert found == [("w1-0.0", "s1", "R", "crosses", 1)]


def test_a_river_with_line_and_area_is_crossed_once():
    area = Feature("a1", "water", box(-8, -90, 8, 90), "river")
    line = Feature("s1", "water", [(0, -90), (0, 90)], "river", "Rhine")
    found = crossings([Road("w1", [(-50, 0), (50, 0)])], [area, line], rule(layer="water"))
    assert found == [("w1-0.0", "s1", "R", "crosses", 1)]


def test_a_lake_without_a_line_is_crossed():
    found = crossings(
        [Road("w1", [(-50, 0), (50, 0)])], [Feature("a1", "water", box(-8, -9, 8, 9))], rule(layer="water")
    )
    assert found == [("w1-0.0", "a1", "R", "crosses", 1)]


def test_a_road_drawn_on_a_tramway_runs_along_and_does_not_cross():
    assert crossings([Road("w1", [(0, -50), (0, 50)])], [RAIL]) == []


def test_a_side_street_that_goes_on_across_a_state_road_bores_under_it():
    """
            │ w2
    ═══w3═══╪═══w4═══   state road
            │ w1
    """
    roads = [
        Road("w1", [(0, -50), (0, 0)]), Road("w2", [(0, 0), (0, 50)]),
        Road("w3", [(-50, 0), (0, 0)], "secondary"), Road("w4", [(0, 0), (50, 0)], "secondary"),
    ]  # fmt: skip
    found = crossings(roads, [], rule(layer="road", subtypes="secondary"))
    assert found == [("w1-0.0", "road:w3-0", "R", "crosses", 1)]


def test_a_side_street_that_ends_at_a_state_road_crosses_nothing():
    roads = [
        Road("w1", [(0, -50), (0, 0)]),
        Road("w3", [(-50, 0), (0, 0)], "secondary"),
        Road("w4", [(0, 0), (50, 0)], "secondary"),
    ]
    assert crossings(roads, [], rule(layer="road", subtypes="secondary")) == []


def test_a_road_under_a_motorway_bridge_crosses_the_motorway():
    roads = [Road("w1", [(-50, 0), (50, 0)]), Road("m1", [(0, -90), (0, 90)], "motorway", bridge=True)]
    found = crossings(roads, [], rule(layer="road", subtypes="motorway"))
    assert found == [("w1-0.0", "road:m1-0", "R", "crosses", 1)]
