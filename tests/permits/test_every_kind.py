"""Every kind of feature that the shipped rules know, by hand: across, along, touched at an end, under a bridge."""

import pytest

from expansion.permits import find_triggers, register_permits
from tests.permits.maps import GENERIC, Feature, Road, box, make_graph, make_inputs, make_network, study

RULES = {one.rule_id: one.model_copy(update={"after": ""}) for one in GENERIC.permit_rules}
LINES = {
    "RAIL-X": ("rail", "rail", "{}"), "WATER-X": ("water", "stream", "{}"), "PIPELINE-X": ("pipeline", "gas", "{}"),
    "POWERLINE-X": ("powerline", None, '{"voltage": "110000"}'),
}  # fmt: skip
AREAS = {
    "WETLAND": "wetland", "PROTECTED": "protected", "AIRPORT": "airport", "MILITARY": "military", "FLOOD": "flood",
    "PUBLIC-LAND": "federal",
}  # fmt: skip
UNDER_BRIDGES = ("rail", "water", "pipeline", "wetland")
lines = pytest.mark.parametrize("rule_id", sorted(LINES))
areas = pytest.mark.parametrize("rule_id", sorted(AREAS))
STREET = [Road("w1", [(-100, 0), (100, 0)])]


def line(rule_id, at):
    kind, subtype, attributes = LINES[rule_id]
    return Feature("f1", kind, at, subtype, attributes=attributes)


def crossings(rule_id, feature, roads=STREET):
    """Crossings, or stretches, of the permits that one shipped rule asks for."""
    graph, inputs = make_graph(roads), make_inputs(roads, [feature], [RULES[rule_id]])
    triggers = find_triggers(study(), inputs, graph)
    return register_permits(study(), inputs, graph, triggers, make_network(graph)).table["crossings"].tolist()


@lines
def test_a_line_across_the_road_is_crossed_once(rule_id):
    """
           │ f1
    ───────┼─────── w1
           │
    """
    assert crossings(rule_id, line(rule_id, [(0, -50), (3, 50)])) == [1]


@lines
def test_a_line_along_the_road_is_not_crossed(rule_id):
    """
    ═══════════════ f1
    ─────────────── w1   5 m apart
    """
    assert crossings(rule_id, line(rule_id, [(-90, 5), (90, 5)])) == []


@lines
def test_a_line_drawn_on_the_road_is_not_crossed(rule_id):
    assert crossings(rule_id, line(rule_id, [(-100, 0), (100, 0)])) == []


@lines
def test_a_line_that_the_road_only_ends_on_is_not_crossed(rule_id):
    """
                   │
    ───────────────┤ f1
    w1             │
    """
    assert crossings(rule_id, line(rule_id, [(100, -50), (100, 50)])) == []


@lines
def test_a_line_that_itself_ends_on_the_road_is_not_crossed(rule_id):
    """
           │ f1
    ───────┴─────── w1
    """
    assert crossings(rule_id, line(rule_id, [(0, 50), (0, 0)])) == []


@lines
def test_a_line_that_winds_over_the_road_is_crossed_three_times_by_one_permit(rule_id):
    """
          ╭──╮   │ f1
    ──────┼──┼───┼── w1     60 m apart: farther than any double track
          │  ╰───╯
    """
    wave = [(-60, -30), (-60, 30), (0, 30), (0, -30), (60, -30), (60, 30)]
    assert crossings(rule_id, line(rule_id, wave)) == [3]


@lines
def test_under_a_bridge_only_wires_are_crossed(rule_id):
    """
           │ f1
    ──────╞╪╡────── w1 on a bridge
           │
    """
    over = [Road("w1", [(-100, 0), (100, 0)], bridge=True)]
    count = crossings(rule_id, line(rule_id, [(0, -50), (3, 50)]), over)
    assert count == ([] if LINES[rule_id][0] in UNDER_BRIDGES else [1])


@areas
def test_an_area_that_the_road_runs_through_is_entered(rule_id):
    """
         ┌───┐
    ─────┼───┼───── w1
         └───┘ f1
    """
    assert crossings(rule_id, Feature("f1", AREAS[rule_id], box(-20, -20, 20, 20))) == [1]


@areas
def test_an_area_beside_the_road_or_touched_at_its_end_is_not_entered(rule_id):
    """
         ┌───┐       ┌───┐
         └───┘ 5 m   │   │
    ─────────────────┤   │
    w1               └───┘
    """
    assert crossings(rule_id, Feature("f1", AREAS[rule_id], box(-20, 5, 20, 45))) == []
    assert crossings(rule_id, Feature("f1", AREAS[rule_id], box(100, -20, 140, 20))) == []


@areas
def test_from_a_bridge_wetland_is_not_entered_but_all_other_land_is(rule_id):
    over = [Road("w1", [(-100, 0), (100, 0)], bridge=True)]
    count = crossings(rule_id, Feature("f1", AREAS[rule_id], box(-20, -20, 20, 20)), over)
    assert count == ([] if AREAS[rule_id] in UNDER_BRIDGES else [1])


def test_a_historic_site_counts_within_its_distance_and_not_past_it():
    assert crossings("HISTORIC", Feature("f1", "historic", [(0, 20)])) == [1]
    assert crossings("HISTORIC", Feature("f1", "historic", [(0, 31)])) == []


def test_a_double_track_is_one_crossing_by_the_shipped_rule():
    """
         ║ ║ r1 r2, 5 m apart, of one company
    ─────╫─╫───── w1
         ║ ║
    """
    tracks = [Feature(f"r{x}", "rail", [(x, -50), (x, 50)], "rail", authority="ÖBB") for x in (0, 5)]
    graph, inputs = make_graph(STREET), make_inputs(STREET, tracks, [RULES["RAIL-X"]])
    found = register_permits(study(), inputs, graph, find_triggers(study(), inputs, graph), make_network(graph)).table
    assert found[["granted_for", "crossings"]].to_numpy().tolist() == [["owner:ÖBB", 1]]


def test_a_cable_on_a_bridge_over_a_river_asks_for_the_bridge_and_not_for_the_water():
    """
           ≈ f1
    ─w0─╞══╪══╡─w2─     w1 is the bridge
           ≈
    """
    roads = [
        Road("w0", [(-100, 0), (-20, 0)]), Road("w1", [(-20, 0), (20, 0)], bridge=True), Road("w2", [(20, 0), (99, 0)]),
    ]  # fmt: skip
    river = Feature("f1", "water", [(0, -90), (0, 90)], "river", "Rhein")
    rules = [RULES["WATER-X"], RULES["BRIDGE"]]
    graph, inputs = make_graph(roads), make_inputs(roads, [river], rules)
    found = register_permits(study(), inputs, graph, find_triggers(study(), inputs, graph), make_network(graph)).table
    assert found["granted_for"].tolist() == ["bridge:w1"]


def test_a_street_on_the_boundary_asks_one_municipality_and_a_street_through_both_asks_both():
    """
        W    ┆w1  E
    ─────────┼───────── w2
             ┆
    """
    sides = [
        Feature(name, "boundary", box(x, -200, x + 200, 200), "level 8", name) for name, x in (("W", -200), ("E", 0))
    ]
    for street, asked in ([(0, -90), (0, 90)], 1), ([(-90, 0), (90, 0)], 2):
        roads = [Road("w1", street)]
        graph, inputs = make_graph(roads), make_inputs(roads, sides, [RULES["ROAD-MUNICIPAL"]])
        triggers = find_triggers(study(), inputs, graph)
        assert len(register_permits(study(), inputs, graph, triggers, make_network(graph)).table) == asked
