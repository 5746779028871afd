"""The optical budget, computed by hand from the rows of the rule book."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.network.optics import Budget
from tests.villages import BOOK, study


def budget(**network):
    return Budget.from_rules(study(network=network), BOOK)


def test_a_path_loses_fiber_splices_connectors_and_splitter():
    # 10 km x 0.4 + 6 splices x 0.1 + 4 connectors x 0.5 + 1:32 splitter 17.5
    assert budget().loss_db(10_000, 6) == pytest.approx(4 + 0.6 + 2 + 17.5)


@pytest.mark.parametrize(("pon_class", "most"), [("B+", 25), ("C+", 29), ("N1", 26), ("E2", 32)])
def test_the_budget_is_the_class_less_three_decibels_of_margin(pon_class, most):
    assert budget(pon_class=pon_class).budget_db == most


@pytest.mark.parametrize(
    ("rules", "reach_m"),
    [({}, 20_000), ({"reach_max_m": 7_000}, 7_000), ({"reach_max_m": 60_000}, 20_000),
     ({"reach_max_m": 60_000, "pon_class": "E2"}, 40_000)],
)  # fmt: skip
def test_reach_is_the_smaller_of_class_and_study(rules, reach_m):
    assert budget(**rules).reach_max_m == reach_m


def test_route_meters_leave_room_for_sag_and_slack():
    # by loss: (25 - 2 - 17.5 - 0.8) / 0.4 = 11.75 km of cable
    assert budget().route_reach_m(8, 1.02, 300) == pytest.approx((11_750 - 300) / 1.02)


def test_a_split_that_the_class_cannot_carry_has_no_reach():
    assert budget(split_ratio=128).route_reach_m(8, 1.02, 300) == 0


RULES = {"pon_class": st.sampled_from(["B+", "C+", "E1"]), "split_ratio": st.sampled_from([8, 16, 32, 64])}


@given(st.fixed_dictionaries(RULES), st.integers(0, 20))
def test_a_route_within_reach_stays_within_the_budget(rules, splices):
    mine = budget(**rules)
    route_m = mine.route_reach_m(splices, 1.02, 300)
    assert route_m == 0 or mine.loss_db(route_m * 1.02 + 300, splices) <= mine.budget_db + 1e-9
    assert route_m * 1.02 + (300 if route_m else 0) <= mine.reach_max_m + 1e-6


@given(st.floats(0, 50_000), st.floats(0, 50_000), st.integers(0, 9), st.integers(0, 9))
def test_farther_and_more_splices_never_lose_less(near, far, few, many):
    (near, far), (few, many) = sorted([near, far]), sorted([few, many])
    assert budget().loss_db(near, few) <= budget().loss_db(far, many)
