"""The bill of a placement, by hand."""

import pytest

from expansion.network.terminals.bill import bill
from expansion.network.terminals.place import stand_all
from tests.network.terminals.streets import BILLED, street_of
from tests.villages import road_graph

#              4
#              │20
#   hub 0 ─100─ 1 ─40─ 2 ─40─ 3        a house at each of 2, 3 and 4; sag 0.01
FORK = road_graph((0, 1, 100), (1, 2, 40), (2, 3, 40), (1, 4, 20), homes=[2, 3, 4])


def price(place_of, **more):
    street = street_of(FORK, rules=BILLED, **more)
    return bill(street, BILLED, stand_all(street, BILLED, place_of))


def test_one_terminal_at_the_fork_pays_its_site_one_cable_and_the_drops():
    cable = 101 + 2 * 10
    assert price({0: 1, 1: 1, 2: 1}) == pytest.approx(100 + 80 + 120 + 2.0 * cable + 2 * 3 * 7 + 0.5 * (40 + 80 + 20))


def test_a_branch_starts_a_cable_with_a_closure_and_splices_of_its_own():
    main, branch = 101 + 1.01 * 80 + 20 + 2 * 5, 1.01 * 20 + 20
    sites = 3 * (100 + 80 + 120) + 80
    assert price({0: 2, 1: 3, 2: 4}) == pytest.approx(sites + 2.0 * (main + branch) + 7 * (3 + 1 + 3))


def test_a_terminal_at_the_branch_shares_its_closure():
    main, branch = 101 + 1.01 * 40 + 20 + 5, 1.01 * 20 + 20
    sites = 3 * (100 + 80 + 120)
    found = price({0: 1, 1: 2, 2: 4})
    assert found == pytest.approx(sites + 2.0 * (main + branch) + 7 * (3 + 1 + 3) + 0.5 * (40 + 40))


def test_no_handhole_is_paid_on_poles():
    assert price({0: 1, 1: 1, 2: 1}) - price({0: 1, 1: 1, 2: 1}, on_poles=[1]) == 120


def test_two_terminals_at_a_place_share_closure_and_handhole():
    graph = road_graph((0, 1, 100), homes=[1] * 9)
    street = street_of(graph, rules=BILLED)
    found = stand_all(street, BILLED, dict.fromkeys(range(9), 1))
    assert [terminal.used for terminal in found] == [8, 1]
    assert bill(street, BILLED, found) == pytest.approx(150 + 100 + 80 + 120 + 2.0 * 121 + 2 * 9 * 7)
