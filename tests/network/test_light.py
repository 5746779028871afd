"""Feeder and distribution cables, and the meters and splices of the light, by hand."""

import pytest

from expansion.network.hubs import Hub
from expansion.network.light import follow, lay_bundle, lay_distribution, lay_feeders
from expansion.network.offices import Offices
from expansion.network.terminals import Terminal
from tests.villages import SIZES, ground, road_graph

#   office    hub
#   0 ──1000── 1 ──200── 2 ──100── 3
#              └───50─── 4
STREET = road_graph((0, 1, 1000), (1, 2, 200), (2, 3, 100), (1, 4, 50), homes=[3, 4])


def hub_at(node, number=1, splitters=1):
    return Hub(f"A1-H{number}", 0, node, (0,), 4, 144, splitters)


def terminal(node, used):
    return Terminal(node, 4, used, (), (), ())


def test_each_unit_has_a_fiber_from_the_hub_and_terminals_need_no_order():
    bundle = lay_distribution(ground(STREET, 0), hub_at(1), [terminal(4, 1), terminal(3, 3)], ["T1", "T2"], SIZES)
    assert [(sheath.nodes, sheath.used_fibers) for sheath in bundle.sheaths] == [((1, 2, 3), 3), ((1, 4), 1)]
    assert (bundle.source_site, bundle.sites, bundle.new_closures) == ("A1-H1", {1: "A1-H1", 3: "T2", 4: "T1"}, [])


def test_the_light_runs_sag_and_slack_longer_than_the_road():
    land = ground(STREET, 0)
    bundle = lay_distribution(land, hub_at(1), [terminal(3, 3)], ["T1"], SIZES)
    leg = follow(bundle, 3)
    assert leg.cable_m == pytest.approx(300 * 1.01 + 2 * 10)
    assert (leg.splices, leg.cables) == (1, ("A1-H1-D-K1",))


def test_on_poles_cable_sags_more():
    land = ground(STREET, 0, placement="aerial")
    assert land.stretch([1, 2, 3]) == pytest.approx(300 * 1.02)


#   a terminal at 2 and one at 3 on a hub at 0: cable 0-1-2-3; the branch 1-4 leaves it at a closure
def test_a_branch_leaves_at_a_closure_with_a_splice_and_slack_of_its_own():
    land = ground(STREET, 0)
    bundle = lay_bundle(land, "distribution", 0, "H", {3: [("T1", 5)], 2: [("T2", 1)], 4: [("T3", 1)]}, SIZES, "H-D")
    assert bundle.new_closures == [("H-D-C1", 1)]
    leg = follow(bundle, 4)
    assert leg.cable_m == pytest.approx(1050 * 1.01 + 10 + 5 + 2 * 10)  # end, coil at the closure, two ends
    assert (leg.splices, leg.cables) == (2, ("H-D-K1", "H-D-K2"))


def test_every_4000_meters_of_cable_cost_a_splice():
    land = ground(road_graph((0, 1, 9000)), 0)
    leg = follow(lay_bundle(land, "feeder", 0, "co", {1: [("H", 1)]}, SIZES, "F"), 1)
    assert leg.splices == 1 + 2
    assert leg.cable_m == pytest.approx(9090 + 3 * 2 * 10)  # three pieces, slack at both ends of each


def test_a_terminal_at_the_hub_needs_no_cable():
    land = ground(STREET, 0)
    bundle = lay_distribution(land, hub_at(1), [terminal(1, 2)], ["T1"], SIZES)
    assert bundle.sheaths == []
    assert follow(bundle, 1).cable_m == 0


def test_a_hub_in_the_middle_feeds_up_the_road_and_down():
    bundle = lay_distribution(ground(STREET, 0), hub_at(2), [terminal(1, 1), terminal(3, 1)], ["T1", "T2"], SIZES)
    assert sorted(sheath.nodes for sheath in bundle.sheaths) == [(2, 1), (2, 3)]


#   0 ══f══ 1 ──── 2      new cable starts where the way meets the operator's fiber
def test_a_feeder_starts_at_the_tap():
    graph = road_graph((0, 1, 100), (1, 2, 100))
    hubs, office = [hub_at(2, splitters=3)], Offices({0: "co-0"}, [], [0])
    (bundle,), of_hub = lay_feeders(ground(graph, 0, existing={0: "f"}), office, hubs, SIZES, 4)
    assert (bundle.source, bundle.source_site, bundle.sheaths[0].nodes) == (1, "tap-n1", (1, 2))
    assert (bundle.sheaths[0].used_fibers, of_hub) == (3, {0: 0})


def test_a_hut_takes_its_fibers_from_the_office_and_feeds_the_hub_below():
    hubs, office = [hub_at(3, splitters=9)], Offices({0: "co-0", 1: "hut-1"}, [1], [1])
    bundles, of_hub = lay_feeders(ground(STREET, 0), office, hubs, SIZES, 4)
    assert [(b.source_site, b.sheaths[0].nodes, b.sheaths[0].used_fibers) for b in bundles] == [
        ("co-0", (0, 1), 4), ("hut-1", (1, 2, 3), 9)
    ]  # fmt: skip
    assert of_hub == {0: 1}


def test_hubs_of_one_office_share_its_cable():
    hubs, office = [hub_at(3, 1, 2), hub_at(4, 2, 1)], Offices({0: "co-0"}, [], [0, 0])
    (bundle,), of_hub = lay_feeders(ground(STREET, 0), office, hubs, SIZES, 4)
    assert bundle.sheaths[0].used_fibers == 3
    assert of_hub == {0: 0, 1: 0}
