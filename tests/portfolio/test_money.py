"""Shared feeder is taken out of the area it is charged to, and nothing is lost on the way."""

from dataclasses import replace

import numpy as np
import pytest

from expansion.plan.plan import Segment
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


def parted(*parts, base=(100, 100, 100)):
    """Three areas of a base each, and parts (parent, cost, areas, owner)."""
    made = case([1, 1, 1], list(base))
    return separate_costs(made[0], replace(made[2], segments=tuple(Segment(*part) for part in parts)), made[3])


def test_a_hut_that_one_area_is_charged_for_costs_any_set_that_needs_it_and_no_other():
    """A0 is charged 60 for a hut that A1 and A2 need."""
    costs = parted((-1, 60.0, (1, 2), 0))
    sets = [[0], [1], [2], [1, 2], [0, 1, 2]]
    assert [costs.together(members) for members in sets] == [4_000, 16_000, 16_000, 26_000, 30_000]


def test_what_is_spent_for_one_other_area_becomes_its_own():
    costs = parted((-1, 25.0, (2,), 0))
    assert (costs.own.tolist(), len(costs.segment)) == ([7_500, 10_000, 12_500], 0)


@pytest.mark.parametrize(
    ("near", "spent"), [(None, [10_000, 4_000]), ([0, 1, -1], [16_000, -2_000]), ([0, -1, 1], [10_000, 4_000])]
)
def test_near_a_choice_that_causes_it_a_hut_is_paid_with_the_first_area_that_lies_along(near, spent):
    """A0 is charged 60 for a hut that A1 alone causes; A0 lies along and is built a year before A1."""
    made = case([1, 1, 1], [160, 40, 100])
    part = Segment(-1, 60.0, (1,), 0, also=(0, 1))
    costs = separate_costs(
        made[0], replace(made[2], segments=(part,)), made[3], None if near is None else np.array(near)
    )
    assert costs.spend(np.array([0, 1, -1]), 2).tolist() == [spent[0], spent[1] + 6_000]


def test_parts_that_the_same_areas_need_are_one_and_what_hangs_from_them_stays_there():
    costs = parted((-1, 30.0, (0, 1, 2), 0), (0, 20.0, (1, 2), 1), (-1, 5.0, (0, 1, 2), 1), (-1, 8.0, (1, 2), 1))
    assert (costs.segment.tolist(), costs.above.tolist()) == ([3_500, 2_800], [-1, 0])
    assert costs.ways == ((0,), (0, 1), (0, 1))


def test_of_two_huts_one_is_enough_for_who_may_use_either():
    """A0 and A1 need a hut each, A2 either: alone it needs one, with another none more."""
    costs = parted((-1, 50.0, (0, 1, 2), 0), (-1, -50.0, (0, 1), 0), (-1, 50.0, (0,), 0), (-1, 50.0, (1,), 1))
    sets = [[2], [0, 2], [1, 2], [0, 1], [0, 1, 2]]
    own = [sum(int(costs.own[k]) for k in members) for members in sets]
    huts = [costs.together(members) for members in sets]
    assert [round((paid - mine) / 100) for paid, mine in zip(huts, own, strict=True)] == [50, 0, 0, 0, 0]
    assert costs.own.tolist() == [10_000, 10_000, 10_000]
