"""The optical budget, computed by hand from the rows of the rule book."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.network.optics import Budget, judge
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


def path(port=1, reach=1000.0, splices=4, **known):
    return {"office_id": "co", "olt_port": port, "reach_m": reach, "splices": splices} | known


def judged(*rows, **network):
    return judge(rows, budget(**network))


def test_each_direction_has_its_own_wavelength_and_the_worse_one_is_the_loss():
    # 10 km; up 1310 nm 0.40, down 1490 nm 0.29 dB/km; 4 splices 0.4, connectors 2, splitter 17.5
    (row,) = judged(path(reach=10_000.0))
    assert (row["loss_up_db"], row["loss_down_db"], row["loss_db"]) == (23.9, 22.8, 23.9)


def test_an_xgs_class_is_judged_at_its_own_wavelengths():
    # 1270 nm 0.42, 1577 nm 0.25 dB/km
    (row,) = judged(path(reach=10_000.0), pon_class="N1")
    assert (row["loss_up_db"], row["loss_down_db"]) == (24.1, 22.4)


def test_the_least_loss_takes_low_values_and_the_direction_that_loses_less():
    # 10 km x 0.25 + 4 x 0.05 + 4 x 0.3 + 16.5
    assert judged(path(reach=10_000.0))[0]["loss_min_db"] == pytest.approx(20.4)


def test_a_coexistence_element_costs_its_loss():
    plain, shared = (judged(path(), coexistence=on)[0] for on in (False, True))
    assert shared["loss_db"] == pytest.approx(plain["loss_db"] + 1.0)
    assert shared["loss_min_db"] == pytest.approx(plain["loss_min_db"] + 0.7)


def test_a_short_path_over_a_small_split_is_padded_up_to_what_the_receiver_stands():
    # 1 km x 0.25 + 4 x 0.05 + 1.2 + 1:8 at least 10.2 = 11.85; class B+ from 13: lacks 1.15, so 2 dB
    (row,) = judged(path(), split_ratio=8)
    assert (row["loss_min_db"], row["attenuator_db"]) == (11.85, 2.0)
    assert row["margin_db"] == pytest.approx(25 - row["loss_db"] - 2.0)


def test_a_path_at_exactly_the_least_loss_needs_no_attenuator():
    assert budget().attenuator_db(13.0) == 0
    assert budget().attenuator_db(12.999) == 1


@pytest.mark.parametrize(
    ("rules", "reaches", "binds", "room_m"),
    [
        # 25 - (17.5 + 2 + 0.4 + 0.4) = 4.7 dB at 0.4 dB/km
        ({}, [1000.0], "loss up", 11_750),
        ({"reach_max_m": 5000}, [1000.0], "reach of the study", 4000),
        ({"split_ratio": 16, "reach_max_m": 90_000, "pon_class": "C++"}, [9000.0], "reach of the class", 11_000),
    ],
)
def test_the_limit_that_would_be_met_first_binds(rules, reaches, binds, room_m):
    row = judged(*(path(reach=reach) for reach in reaches), **rules)[-1]
    assert (row["binds"], row["headroom_m"]) == (binds, pytest.approx(room_m, abs=0.01))


def test_the_nearest_on_a_port_limits_how_far_the_others_may_lie():
    rows = [path(reach=100.0), path(reach=4000.0), path(port=2, reach=4000.0)]
    near, far, alone = judge(rows, replace(budget(), differential_m=5000.0))
    assert (far["binds"], far["headroom_m"]) == ("differential reach", 1100.0)
    assert (near["headroom_m"], alone["headroom_m"]) == (5000.0, 4250.0 if alone["binds"] == "loss up" else 5000.0)


@given(st.floats(0, 30_000), st.integers(0, 9), st.fixed_dictionaries(RULES))
def test_the_least_loss_is_never_above_the_largest(reach, splices, rules):
    found = budget(**rules).figures(reach, splices)
    assert found["loss_min_db"] <= min(found["loss_up_db"], found["loss_down_db"])
