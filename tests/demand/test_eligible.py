"""Who lacks service under the rules of the study, row by row, and who may be funded."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from expansion.demand import find_eligible
from tests.villages import EAST, NORTH, coverage, features, locations, shuffled, study, village

HOME = locations(("home", 0, 0))


def verdict(*offers, **demand):
    """Status, reason and eligibility of one home with these offers (technology, down, up, …)."""
    inputs = village(locations=HOME, coverage=coverage(*(("home", *offer) for offer in offers)))
    row = find_eligible(study(demand=demand), inputs).table.iloc[0]
    return row["status"], row["reason"], bool(row["eligible"])


# technology, down, up, low latency, customers: 10 copper, 40 cable, 50 fiber, 60 61 satellite, 70 unlicensed radio,
# 71 licensed radio, 72 licensed by rule
BEAD = [
    ((50, 1000, 1000, True, "X"), "served"),
    ((50, 100, 20, True, "X"), "served"),
    ((50, 99.9, 20, True, "X"), "underserved"),
    ((50, 100, 19.9, True, "X"), "underserved"),
    ((40, 25, 3, True, "R"), "underserved"),
    ((40, 24.9, 3, True, "R"), "unserved"),
    ((40, 1000, 2.9, True, "R"), "unserved"),
    ((10, 100, 20, True, "X"), "served"),
    ((71, 100, 20, True, "X"), "served"),
    ((72, 100, 20, True, "X"), "served"),
    ((70, 1000, 1000, True, "X"), "unserved"),  # unlicensed spectrum is not reliable
    ((60, 1000, 1000, False, "X"), "unserved"),  # geostationary satellite
    ((61, 1000, 1000, True, "X"), "unserved"),  # low orbit: fast, low latency, still not reliable
    ((0, 1000, 1000, True, "X"), "unserved"),
    ((50, 1000, 1000, False, "X"), "unserved"),  # latency over 100 ms
    ((50, 1000, 1000, True, "B"), "unserved"),  # sold to businesses only
    ((50, None, None, True, "X"), "unserved"),
]


@pytest.mark.parametrize(("offer", "status"), BEAD)
def test_the_bead_rule_row_by_row(offer, status):
    seen, reason, eligible = verdict(offer)
    assert (seen, eligible) == (status, status != "served")
    assert reason.startswith(f"{status}: ")


@pytest.mark.parametrize("offer", [(70, 1000, 1000), (60, 100, 20, False), (50, 100, 20, True, "B")])
def test_under_the_threshold_rule_every_offer_counts(offer):
    assert verdict(offer, rule="threshold")[0] == "served"


def test_download_of_one_row_and_upload_of_another_do_not_add_up():
    assert verdict((50, 1000, 1), (40, 5, 1000))[0] == "unserved"


def test_the_best_row_decides_and_is_named():
    status, reason, _ = verdict((70, 1000, 1000), (40, 50, 5, True, "X", "Cable & Co"), (10, 6, 1))
    assert (status, reason) == (
        "underserved", "underserved: best offer 50/5 Mbit/s by technology 40 of Cable & Co (offers.csv)"
    )  # fmt: skip


def test_no_offer_at_all_is_said():
    assert verdict() == ("unserved", "unserved: no offer", True)


def test_an_offer_without_speed_is_said():
    assert verdict((50, None, None))[1] == "unserved: best offer no stated speed by technology 50 (offers.csv)"


def test_the_thresholds_are_those_of_the_study():
    assert verdict((50, 50, 10), served_down_mbps=50, served_up_mbps=10)[0] == "served"


@pytest.mark.parametrize(
    ("offers", "status"),
    [
        ([(10, 100, 20)], "underserved"),
        ([(10, 1000, 100)], "underserved"),
        ([(10, 20, 2)], "unserved"),
        ([(10, 100, 20), (40, 100, 20)], "served"),
        ([(10, 100, 20), (70, 100, 20)], "underserved"),
    ],
)
def test_a_state_may_take_copper_for_underserved(offers, status):
    assert verdict(*offers, dsl_counts_as_underserved=True)[0] == status


def test_when_all_are_served_there_is_nothing_to_plan_and_that_is_said():
    inputs = village(locations=HOME, coverage=coverage(("home", 50, 100, 20)))
    assert [finding.code for finding in find_eligible(study(), inputs).findings] == ["W_ALL_SERVED"]


OFFERS = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from([10, 40, 50, 60, 70]),
    st.sampled_from([None, 1, 25, 100, 1000]),
    st.sampled_from([None, 1, 3, 20, 1000]),
    st.booleans(),
    st.sampled_from("BRX"),
    st.sampled_from(["P", "Q", None]),
)
HOMES = locations(("a", 0, 0), ("b", 10, 0), ("c", 20, 0))


def by_hand(offers, name):
    """Status as the law words it: the best reliable offer, both speeds in one row."""
    kept = [
        (down or 0, up or 0)
        for home, technology, down, up, low, customers, _ in offers
        if home == name and technology in (10, 40, 50, 71, 72) and low and customers != "B"
    ]
    if any(down >= 100 and up >= 20 for down, up in kept):
        return "served"
    return "underserved" if any(down >= 25 and up >= 3 for down, up in kept) else "unserved"


@settings(max_examples=15)
@given(st.lists(OFFERS, max_size=8))
def test_the_status_is_what_the_law_says(offers):
    table = find_eligible(study(), village(locations=HOMES, coverage=coverage(*offers))).table
    assert table["status"].tolist() == [by_hand(offers, name) for name in "abc"]


@settings(max_examples=8)
@given(st.lists(OFFERS, min_size=2, max_size=8), st.integers(0, 10**6))
def test_the_order_of_the_rows_changes_nothing_not_even_the_reason(offers, seed):
    inputs = village(locations=HOMES, coverage=coverage(*offers))
    first, second = (find_eligible(study(), one).table for one in (inputs, shuffled(inputs, seed)))
    assert first.equals(second)


def awarded(*awards):
    return find_eligible(study(), village(locations=HOMES, features=features(*awards)))


def test_an_award_takes_what_lies_in_it_out_of_the_plan():
    ground = box(EAST - 1, NORTH - 1, EAST + 11, NORTH + 1)  # a and b, not c
    found = awarded(("award:1", "award", "RDOF", "{}", ground))
    assert found.table["eligible"].tolist() == [False, False, True]
    assert found.table["reason"].iloc[0] == "unserved: no offer; not eligible: covered by award RDOF"
    (finding,) = found.findings
    assert (finding.code, finding.where, finding.count) == ("W_AWARD", ("a", "b"), 2)


def test_an_award_may_list_its_locations_wherever_it_is_drawn():
    ground = box(EAST - 1, NORTH - 1, EAST + 11, NORTH + 1)
    found = awarded(("award:1", "award", None, json.dumps({"location_ids": ["c", "stranger"]}), ground))
    assert found.table["eligible"].tolist() == [True, True, False]
    assert "covered by award award:1" in found.table["reason"].iloc[2]


def test_of_two_awards_the_first_by_id_is_named():
    ground = box(EAST - 1, NORTH - 1, EAST + 1, NORTH + 1)
    found = awarded(("award:2", "award", "second", "{}", ground), ("award:1", "award", "first", "{}", ground))
    assert found.table["reason"].iloc[0].endswith("covered by award first")


def test_a_served_location_in_an_award_keeps_its_plain_reason():
    ground = box(EAST - 1, NORTH - 1, EAST + 1, NORTH + 1)
    inputs = village(
        locations=HOME,
        coverage=coverage(("home", 50, 100, 20)),
        features=features(("award:1", "award", "X", "{}", ground)),
    )
    assert "award" not in find_eligible(study(), inputs).table["reason"].iloc[0]
