"""The program that bounds the placement of terminals, against every placement of tiny streets."""

from itertools import product

import pytest
from hypothesis import given, settings

from benchmarks.terminals.__main__ import measure
from benchmarks.terminals.program import write_program
from expansion.network.terminals.bill import bill
from expansion.network.terminals.place import stand_all
from expansion.network.terminals.street import reach_of
from tests.network.terminals.streets import BILLED, drawn_streets, street_of
from tests.villages import road_graph


def least_bill(street):
    """Cheapest of all ways to serve every location from a node in its reach."""
    reach = reach_of(street, BILLED)
    rows = sorted(reach)
    return min(
        bill(street, BILLED, stand_all(street, BILLED, dict(zip(rows, places, strict=True))))
        for places in product(*(reach[row] for row in rows))
    )


@settings(max_examples=15)
@given(drawn_streets(most_nodes=6, most_homes=4, most_units=3))
def test_the_program_finds_the_cheapest_placement_of_all(case):
    graph, units = case
    street = street_of(graph, units, rules=BILLED, on_poles=[1])
    solved = write_program(street, BILLED).solve()
    assert bill(street, BILLED, stand_all(street, BILLED, solved.place_of)) == pytest.approx(least_bill(street))


@settings(max_examples=10)
@given(drawn_streets(most_nodes=6, most_homes=4, most_units=3))
def test_the_relaxation_lies_under_the_program_and_a_given_placement_over_it(case):
    program = write_program(street_of(*case, rules=BILLED), BILLED)
    solved, relaxed = program.solve(), program.solve(nodes=0)
    assert relaxed.cost <= solved.cost + 1e-6
    assert program.solve(at=solved.place_of).cost == pytest.approx(solved.cost, abs=1e-3)


def test_bills_and_bounds_add_up_over_hubs():
    street = street_of(road_graph((0, 1, 500), (1, 2, 60), (1, 3, 60), homes=[1, 2, 3]), rules=BILLED)
    one, two = measure([(street, BILLED)]), measure([(street, BILLED)] * 2)
    assert (two["hubs"], two["terminals"], two["units"]) == (2, 2 * one["terminals"], 6)
    assert 0 < one["lower_bound"] <= one["bill"] <= one["bill_plain"]
    assert measure([(street, BILLED)], exact=3)["gap"] == pytest.approx(0, abs=1e-4)
