"""Poles along a road: counted once, hung on where they stand close enough."""

from expansion.permits import find_triggers
from tests.permits.maps import Feature, Road, make_graph, make_inputs, rule, study

USES = rule("P", "pole", "uses", "owner", within_m=15, lot_size=3)


def poles(*at, owner="Power Co"):
    return [Feature(f"p{row}", "pole", [place], authority=owner) for row, place in enumerate(at)]


def triggers(roads, features, *rules):
    return find_triggers(study(), make_inputs(roads, features, rules or (USES,)), make_graph(roads))


def test_poles_within_reach_are_counted_per_owner():
    """
      o    o    o       8 m off the road
    ───────────────── w1
    """
    found = triggers([Road("w1", [(0, 0), (200, 0)])], poles((20, 8), (100, 8), (180, 8)))
    assert found.pole_count.tolist() == [3]
    assert found.pole_owner.tolist() == ["Power Co"]
    assert found.meetings["grant_key"].tolist() == ["owner:Power Co|unknown"] * 3


def test_poles_out_of_reach_are_not_counted():
    found = triggers([Road("w1", [(0, 0), (200, 0)])], poles((20, 16), (100, 40)))
    assert found.pole_count.tolist() == [0]
    assert found.pole_owner.tolist() == [""]


def test_poles_too_far_apart_carry_nothing():
    found = triggers([Road("w1", [(0, 0), (300, 0)])], poles((20, 8), (280, 8)))
    assert found.pole_count.tolist() == [2]
    assert found.meetings.empty


def test_a_pole_at_a_corner_counts_on_the_nearer_road_only():
    roads = [Road("w1", [(0, 0), (80, 0)]), Road("w2", [(0, 0), (0, 80)])]
    assert triggers(roads, poles((6, 5))).pole_count.tolist() == [1, 0]


def test_a_pole_as_near_to_both_roads_counts_on_the_smaller_id():
    roads = [Road("w2", [(0, 0), (80, 0)]), Road("w1", [(0, 0), (0, 80)])]
    assert triggers(roads, poles((6, 6))).pole_count.tolist() == [0, 1]


def test_a_condition_picks_the_owners_of_a_rule():
    coop = rule("COOP", "pole", "uses", "owner", within_m=15, conditions="authority~cooperative")
    other = rule("STD", "pole", "uses", "owner", within_m=15, conditions="authority!~cooperative")
    roads = [Road("w1", [(0, 0), (80, 0)])]
    assert triggers(roads, poles((6, 6), owner="Hill Cooperative"), coop, other).meetings["rule_id"].tolist() == [
        "COOP"
    ]
