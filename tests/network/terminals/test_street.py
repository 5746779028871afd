"""Streets: a hub's part of the forest, hung from the hub; rates by id with the soft share on what is built."""

import pytest

from expansion.network.terminals import TerminalRules
from expansion.network.terminals.street import Street, reach_of
from tests.network.terminals.streets import RULES, street_of
from tests.villages import BOOK, road_graph, study

#   hub 0 ──500── 1 ──40── 2 ──40── 3        one house at each of 1, 2, 3, all drops 10 m
ROW = road_graph((0, 1, 500), (1, 2, 40), (2, 3, 40), homes=[1, 2, 3])


@pytest.mark.parametrize(
    ("units", "fit"), [(1, (4, 100)), (4, (4, 100)), (5, (8, 150)), (8, (8, 150)), (9, (16, 300)), (17, (24, 450))]
)
def test_the_smallest_terminal_or_stack_of_the_largest_is_taken(units, fit):
    assert RULES.fit(units) == fit


def test_what_is_built_costs_its_rate_and_the_soft_share_and_a_drop_its_cable_with_sag():
    soft = 1 + sum(rate.likely for rate in BOOK.rates if rate.category == "soft")
    rules = TerminalRules.from_study(study(network={"terminal_ports": [8, 4]}), BOOK)
    assert (rules.ports, rules.price[0]) == ((4, 8), soft * BOOK.rate("terminal_4").likely)
    assert (rules.closure, rules.meter(24)) == (soft * BOOK.rate("closure").likely, soft * BOOK.rate("cable_24").likely)
    assert rules.drop_cable == pytest.approx(1.01 * BOOK.rate("drop_cable").likely)
    assert rules.meter(2 * 864) == 2 * rules.meter(864)


def test_a_walk_goes_no_farther_than_its_limit():
    street = Street({0: [(1, 5.0)], 1: [(0, 5.0), (2, 5.0)], 2: [(1, 5.0)]}, {}, {}, {}, {}, {})
    assert street.within(0, 9.9) == {0: (0.0, -1), 1: (5.0, 0)}
    assert street.within(0, 10) == {0: (0.0, -1), 1: (5.0, 0), 2: (10.0, 1)}


def test_a_street_hangs_from_its_hub_wherever_that_stands():
    assert street_of(ROW, hub_node=2).above == {1: 2, 0: 1, 3: 2}


def test_cable_has_the_sag_of_its_placement():
    assert street_of(ROW, placement="aerial").cable_m[2] == pytest.approx(40 * 1.02)
    assert street_of(ROW).cable_m[2] == pytest.approx(40 * 1.01)


#   0 ──── 1 ═══f═══ 2       houses at 1 and 2
def test_a_part_behind_existing_fiber_hangs_from_the_hub_without_cable_of_its_own():
    street = street_of(road_graph((0, 1, 500), (1, 2, 40), homes=[1, 2]), existing={1: "f"})
    assert (street.above, street.cable_m[2]) == ({1: 0, 2: 0}, 0.0)


def test_each_place_within_a_drop_of_a_house_may_serve_it():
    assert reach_of(street_of(ROW), TerminalRules((4,), (1.0,), 50.0, 0.0)) == {
        0: {1: 0.0, 2: 40.0}, 1: {1: 40.0, 2: 0.0, 3: 40.0}, 2: {2: 40.0, 3: 0.0},
    }  # fmt: skip


def test_terminals_need_a_handhole_where_nothing_hangs_on_poles():
    assert street_of(ROW, on_poles=[1, 2]).in_ground == {0, 3}
