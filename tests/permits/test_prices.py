"""What permits add to the price of an edge."""

from expansion.permits import find_triggers
from tests.permits.maps import Feature, Road, box, make_graph, make_inputs, rule, study

ROADS = [Road("w1", [(-50, 0), (50, 0)])]
RAIL = Feature("r1", "rail", [(0, -90), (0, 90)])


def triggers(features, *rules, **permits):
    return find_triggers(study(**permits), make_inputs(ROADS, features, rules), make_graph(ROADS))


def test_a_crossing_costs_its_fees_and_its_wait():
    found = triggers([RAIL], rule(fee_fixed=100, fee_crossing=40), delay_cost_per_day=5)
    assert found.permit_cost_cents.tolist() == [100_00 + 40_00 + 20 * 5_00]


def test_permits_that_run_side_by_side_wait_as_long_as_the_longest():
    rules = rule("A"), rule("B", lead_typical=30)
    assert triggers([RAIL], *rules, delay_cost_per_day=1).permit_cost_cents.tolist() == [30_00]


def test_a_permit_that_blocks_nothing_costs_no_wait():
    assert triggers([RAIL], rule(blocks="none"), delay_cost_per_day=1).permit_cost_cents.tolist() == [0]


def test_meters_inside_an_area_cost_by_the_meter_and_share_the_fixed_fee():
    park = Feature("a1", "protected", box(0, -20, 40, 20))
    inside = rule(layer="protected", test="inside", fee_fixed=500, fee_meter=0.25)
    assert triggers([park], inside).permit_cost_cents.tolist() == [10_00]


def test_a_crossing_is_bored_once_however_many_rules_name_it():
    assert triggers([RAIL], rule("A", bore_m=30), rule("B", bore_m=20)).crossing_m.tolist() == [30.0]


def test_two_crossings_are_bored_twice():
    other = Feature("r2", "rail", [(30, -90), (30, 90)])
    assert triggers([RAIL, other], rule(bore_m=30)).crossing_m.tolist() == [60.0]


#   ──┼──┼──   two tracks 10 m apart: one bore of 40 m goes under both
def test_bores_that_overlap_are_bored_once():
    other = Feature("r2", "rail", [(10, -90), (10, 90)])
    assert triggers([RAIL, other], rule(bore_m=30)).crossing_m.tolist() == [40.0]


def test_a_bore_may_reach_beyond_its_edge():
    assert triggers([RAIL], rule(bore_m=150)).crossing_m.tolist() == [150.0]
