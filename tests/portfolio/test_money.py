"""Shared feeder is taken out of the area it is charged to, and nothing is lost on the way."""

from dataclasses import replace

import numpy as np
import pytest

from expansion.portfolio.money import UNLIMITED, Limits, separate_costs
from tests.portfolio.cases import case


def separate(made, **changes):
    areas, _, network, cost = made
    return separate_costs(areas, network, replace(cost, **changes))


def test_own_costs_and_segments_add_to_the_base():
    made = case([1, 1, 1], [30.1, 20.2, 10.3], [(-1, 50.05, [0, 1, 2]), (0, 7.77, [1, 2])])
    costs = separate(made)
    assert costs.own.tolist() == [3010, 2020, 1030]
    assert costs.own.sum() + costs.segment.sum() == round(made[3].base * 100)


def test_segments_carry_the_soft_costs_of_their_owner():
    costs = separate(case([1, 1], [30, 30], [(-1, 100, [0, 1])]), by_category={"civil": 200.0, "soft": 20.0})
    assert costs.segment.tolist() == [11_000]
    assert costs.own.tolist() == [2_000, 3_000]


def test_segments_dearer_than_their_owner_are_scaled_down():
    made = case([1, 1], [30, 30], [(-1, 100, [0, 1])])
    made[3].per_area.loc[0, "base"] = 60.0
    costs = separate(made)
    assert (costs.own[0], costs.segment[0]) == (0, 6_000)


def test_a_set_of_areas_costs_less_than_its_parts():
    costs = separate(case([1, 1], [30, 30], [(-1, 100, [0, 1])]))
    assert costs.together([0, 1]) == 16_000 < costs.together([0]) + costs.together([1])


@pytest.mark.parametrize(
    ("when", "spent"), [([0, 1], [13_000, 3_000]), ([1, 0], [13_000, 3_000]), ([-1, 1], [0, 13_000])]
)
def test_spending_per_year(when, spent):
    costs = separate(case([1, 1], [30, 30], [(-1, 100, [0, 1])]))
    assert costs.spend(np.array(when), 2).tolist() == spent


def test_room_minds_later_years():
    limits = Limits((2027, 2028), np.array([100, 100]), np.array([150, 150]))
    assert limits.room(np.array([20, 90])).tolist() == [40, 10]
    assert limits.total == 150


def test_an_area_on_two_branches_needs_both():
    """Two branches from the root, the first used by A0 and A1, the second by A0 and A2."""
    costs = separate(case([1, 1, 1], [30, 30, 30], [(-1, 100, [0, 1]), (-1, 40, [0, 2])]))
    assert costs.ways == ((0, 1), (0,), (1,))
    assert costs.hangs(0) == [0, 1]
    assert costs.together([0]) == 3_000 + 14_000


def test_an_area_hangs_from_the_far_end_of_its_way():
    costs = separate(case([1, 1, 1], [30, 30, 30], [(-1, 100, [0, 1, 2]), (0, 40, [1, 2])]))
    assert (costs.hangs(0), costs.hangs(1)) == ([0], [1])


def test_what_is_held_back_lowers_years_and_total():
    limits = Limits((2027, 2028), np.array([100, 100]), np.array([150, 150]))
    less = limits.less(np.array([30, -10, 20]))
    assert (less.yearly.tolist(), less.cumulative.tolist()) == ([70, 110], [130, 130])


def test_holding_back_leaves_no_limit_unlimited_and_the_pace_alone():
    limits = Limits((2027, 2028), np.array([UNLIMITED, UNLIMITED]), np.array([60, 150]))
    less = limits.less(np.array([30, 30, 20]))
    assert (less.yearly.tolist(), less.cumulative.tolist()) == ([UNLIMITED, UNLIMITED], [60, 130])


def test_a_budget_is_told_with_what_is_held_back_of_it():
    limits = Limits((2027, 2028), np.array([5_000, UNLIMITED]), np.array([50_000, 50_000]))
    assert limits.told(-1, "USD") == "500.00 USD"
    less = limits.less(np.array([-10, 0, 60_000]))
    assert less.told(-1, "USD") == "500.00 USD, 500.00 of it held back: designs cost more than was foreseen"
    assert less.told(0, "USD") == "50.00 USD"
