"""Areas entered, lines followed, roads and their boundaries."""

import pytest

from expansion.permits import find_triggers
from tests.permits.maps import Feature, Road, box, make_graph, make_inputs, rule, study

PARK = Feature("a1", "protected", box(0, -20, 40, 20), name="Marsh", authority="Nature office")
MUNICIPAL = {"layer": "road", "test": "inside", "grant": "boundary", "boundary_levels": "8", "authority_levels": "8"}
WEST = Feature("b1", "boundary", box(-100, -100, 0, 100), "level 8", "Westdorf")
EAST = Feature("b2", "boundary", box(0, -100, 100, 100), "level 8", "Ostdorf")


def meetings(roads, features, *rules):
    return find_triggers(study(), make_inputs(roads, features, rules), make_graph(roads)).meetings


def test_length_inside_an_area_is_measured():
    """
         ┌────┐
    ─────┼────┼── w1
         └────┘
    """
    found = meetings([Road("w1", [(-50, 0), (50, 0)])], [PARK], rule(layer="protected", test="inside"))
    assert found["length_m"].tolist() == [40.0]
    assert found["grant_key"].tolist() == ["protected:Marsh"]
    assert found["places"].tolist() == ["50.000-90.000"]


def test_a_road_that_only_touches_an_area_does_not_enter_it():
    assert meetings([Road("w1", [(-50, 0), (0, 0)])], [PARK], rule(layer="protected", test="inside")).empty


def test_two_areas_of_one_name_are_one_grant_and_measured_once():
    twin = Feature("a2", "protected", box(20, -20, 50, 20), name="Marsh")
    found = meetings([Road("w1", [(-50, 0), (50, 0)])], [PARK, twin], rule(layer="protected", test="inside"))
    assert found["length_m"].tolist() == [50.0]


def test_a_road_beside_a_railway_for_long_enough_runs_along_it():
    """
    ══════════ r1
    ────────── w1   10 m apart
    """
    rail = Feature("r1", "rail", [(-200, 10), (200, 10)], "rail")
    along = rule(test="along", within_m=15, least_m=100)
    assert meetings([Road("w1", [(-75, 0), (75, 0)])], [rail], along)["length_m"].tolist() == [150.0]


def test_a_road_across_a_railway_does_not_run_along_it():
    rail = Feature("r1", "rail", [(-200, 0), (200, 0)], "rail")
    assert meetings([Road("w1", [(0, -90), (0, 90)])], [rail], rule(test="along", within_m=15, least_m=100)).empty


def test_short_pieces_of_one_road_run_along_together():
    rail = Feature("r1", "rail", [(-200, 10), (200, 10)], "rail")
    pieces = [Road(f"w{row}", [(40 * row, 0), (40 * row + 40, 0)]) for row in range(3)]
    assert len(meetings(pieces, [rail], rule(test="along", within_m=15, least_m=100))) == 3


def test_a_road_over_a_boundary_needs_both_municipalities():
    """
    Westdorf │ Ostdorf
    ─────────┼──────── w1
    """
    found = meetings([Road("w1", [(-60, 0), (40, 0)])], [WEST, EAST], rule(**MUNICIPAL))
    assert found["grant_key"].tolist() == ["boundary:Ostdorf", "boundary:Westdorf"]
    assert found["length_m"].tolist() == pytest.approx([39.0, 61.0])
    assert found["authority"].tolist() == ["Ostdorf", "Westdorf"]


def test_a_road_that_barely_reaches_over_a_boundary_needs_one():
    found = meetings([Road("w1", [(-60, 0), (20, 0)])], [WEST, EAST], rule(**MUNICIPAL))
    assert found["grant_key"].tolist() == ["boundary:Westdorf"]


def test_a_road_on_the_boundary_belongs_to_the_smaller_id():
    found = meetings([Road("w1", [(0, -50), (0, 50)])], [WEST, EAST], rule(**MUNICIPAL))
    assert found["grant_key"].tolist() == ["boundary:Westdorf"]


def test_the_first_level_that_holds_the_road_divides_the_permit():
    county = Feature("c1", "boundary", box(-500, -500, 500, 500), "level 6", "Oberland")
    by = rule(**MUNICIPAL | {"boundary_levels": "8|6", "authority_levels": "8|6"})
    roads = [Road("w1", [(-60, 0), (-10, 0)]), Road("w2", [(200, 0), (300, 0)])]
    assert meetings(roads, [WEST, county], by)["grant_key"].tolist() == ["boundary:Westdorf", "boundary:Oberland"]


def test_the_level_may_stand_in_the_attributes():
    plain = Feature("c1", "boundary", box(-500, -500, 500, 500), None, "Oberland", attributes='{"admin_level": "6"}')
    by = rule(**MUNICIPAL | {"boundary_levels": "6"})
    assert meetings([Road("w1", [(0, 0), (50, 0)])], [plain], by)["grant_key"].tolist() == ["boundary:Oberland"]


def test_a_road_outside_every_boundary_is_granted_by_an_unknown_one():
    found = meetings([Road("w1", [(0, 0), (50, 0)])], [], rule(**MUNICIPAL))
    assert found["grant_key"].tolist() == ["boundary:unknown"]
    assert found["authority"].isna().all()


def test_a_state_road_is_granted_by_number_and_boundary():
    state = rule(layer="road", test="inside", grant="road_boundary", subtypes="secondary", boundary_levels="8")
    roads = [Road("w1", [(-60, 0), (-10, 0)], "secondary", "16"), Road("w2", [(-60, 9), (-10, 9)], "residential")]
    assert meetings(roads, [WEST], state)["grant_key"].tolist() == ["road:16|Westdorf"]


def test_in_level_tells_streets_in_town_from_county_roads():
    county = rule("C", "road", "inside", "feature", conditions="in_level!~8")
    town = rule("T", "road", "inside", "feature", conditions="in_level~8")
    roads = [Road("w1", [(-60, 0), (-10, 0)]), Road("w2", [(200, 0), (300, 0)])]
    assert meetings(roads, [WEST], county, town)["rule_id"].tolist() == ["T", "C"]


def test_a_lateral_crosses_private_ground():
    roads = [Road("w1", [(0, 0), (50, 0)]), Road("L7", [(50, 0), (50, 40)], lateral=True)]
    found = meetings(roads, [], rule(layer="parcel|lateral", test="inside", least_m=10))
    assert found["grant_key"].tolist() == ["parcel:L7"]


def test_a_lateral_in_a_parcel_is_the_owners():
    roads = [Road("w1", [(0, 0), (50, 0)]), Road("L7", [(50, 0), (50, 40)], lateral=True)]
    parcel = Feature("p1", "parcel", box(40, 2, 60, 60), authority="J. Smith")
    found = meetings(roads, [parcel], rule(layer="parcel|lateral", test="inside", grant="owner", least_m=10))
    assert found["grant_key"].tolist() == ["owner:J. Smith"]
    assert found["trigger_id"].tolist() == ["p1"]


def test_unnamed_pieces_of_a_stream_take_the_name_of_their_chain():
    stream = [
        Feature("s1", "water", [(0, 90), (0, 10)], name="Esche"), Feature("s2", "water", [(0, 10), (0, -10)]),
        Feature("s3", "water", [(0, -10), (0, -90)], name="Esche"),
    ]  # fmt: skip
    found = meetings([Road("w1", [(-50, 0), (50, 0)])], stream, rule(layer="water"))
    assert found["grant_key"].tolist() == ["water:Esche"]


def test_an_unnamed_line_is_named_by_the_smallest_id_of_its_chain():
    rail = [Feature("r2", "rail", [(0, 90), (0, 10)]), Feature("r1", "rail", [(0, 10), (0, -90)])]
    found = meetings([Road("w1", [(-50, 50), (50, 50)])], rail, rule())
    assert found["grant_key"].tolist() == ["rail:r1"]


def test_a_stretch_belongs_to_the_municipality_that_holds_it_though_another_holds_most_of_its_road():
    """
       Westdorf   │Ostdorf
    ──────────────┼──▒▒▒ w1      the zone lies in the east
    """
    zone = Feature("z1", "flood", box(10, -20, 60, 20))
    asked = rule(layer="flood", test="inside", grant="boundary", boundary_levels="8", authority_levels="8")
    found = meetings([Road("w1", [(-90, 0), (40, 0)])], [WEST, EAST, zone], asked)
    assert found[["grant_key", "authority", "length_m"]].to_numpy().tolist() == [["boundary:Ostdorf", "Ostdorf", 30.0]]


def test_a_crossing_belongs_to_the_municipality_that_holds_the_point():
    side = Road("w2", [(20, -50), (20, 50)], highway="primary", ref="7")
    asked = rule(layer="road", subtypes="primary", grant="road_boundary", boundary_levels="8", authority_levels="8")
    found = meetings([Road("w1", [(-90, 0), (40, 0)]), side], [WEST, EAST], asked)
    assert found[["grant_key", "authority"]].to_numpy().tolist() == [["road:7|Ostdorf", "Ostdorf"]]


def test_past_the_last_municipality_a_stretch_is_asked_of_the_next_level():
    county = Feature("b3", "boundary", box(-500, -500, 500, 500), "level 6", "Land")
    zone = Feature("z1", "flood", box(-60, -20, -20, 20))
    asked = rule(layer="flood", test="inside", grant="boundary", boundary_levels="8|6", authority_levels="8|6")
    found = meetings([Road("w1", [(-90, 0), (90, 0)])], [EAST, county, zone], asked)
    assert found["grant_key"].tolist() == ["boundary:Land"]
