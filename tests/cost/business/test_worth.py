"""Present value, rate of return, payback and grants, against hand-worked cases and an independent solver."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from expansion.cost.business.worth import (
    break_even,
    discount,
    discount_factors,
    equal_grant,
    grant_needed,
    payback,
    rate_of_return,
)

YEARS = np.arange(2027, 2031)
INVESTMENT = st.integers(-(10**9), -(10**4))
EARNINGS = st.lists(st.integers(0, 10**8), min_size=1, max_size=25)


def cents(*money):
    return np.array(money, dtype=np.int64) * 100


def test_year_end_discounting_is_that_of_a_spreadsheet():
    factors = discount_factors(YEARS, 0.1, 2027, "year-end")
    assert discount(cents(-1000, 500, 500, 500), factors).sum() / 100 == pytest.approx(221.29, abs=0.011)


def test_mid_year_discounting_is_worth_half_a_year_of_interest_more():
    late, middle = (discount_factors(YEARS, 0.1, 2027, when) for when in ("year-end", "mid-year"))
    assert middle / late == pytest.approx([1.1**0.5] * 4)


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ((-100, 110), 0.1),
        ((-1000, 500, 500, 500), 0.233752),
        ((-100, 60, 60), 0.130662),
        ((-100, 50, 40), -0.069926),
        ((0, 0, -400, 500), 0.25),
    ],
)
def test_rates_of_return_worked_by_hand(flows, rate):
    assert rate_of_return(cents(*flows)) == (rate, "")


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        ((100, 50), "no year costs"),
        ((-100, -1), "no year brings"),
        ((0, 0), "no year costs"),
        ((-100, 230, -132), "2 rates"),  # 10 % and 20 %
        ((100, -210, 120), "no rate from"),
    ],
)
def test_where_no_single_rate_fits_the_reason_is_said(flows, reason):
    rate, said = rate_of_return(cents(*flows))
    assert rate is None
    assert said.startswith(reason)


@given(INVESTMENT, EARNINGS)
def test_the_rate_of_return_is_the_root_that_a_polynomial_solver_finds(invested, earned):
    flows = np.array([invested, *earned])
    rate, _ = rate_of_return(flows)
    assume(rate is not None)
    roots = np.roots(flows.astype(float))  # in 1 + rate
    real = roots[(abs(roots.imag) < 1e-7) & (roots.real > 0)].real - 1
    assert np.abs(real - rate).min() < 2e-6


@given(INVESTMENT, EARNINGS)
def test_an_investment_that_earns_later_is_worth_less_the_higher_the_rate(invested, earned):
    flows = np.array([invested, *earned])
    years = np.arange(2027, 2027 + len(flows))
    worth = [(flows[1:] * discount_factors(years, rate, 2027, "mid-year")[1:]).sum() for rate in (0.0, 0.05, 0.2)]
    assert worth == sorted(worth, reverse=True)


@pytest.mark.parametrize(
    ("flows", "years"),
    [
        ((-300, 200, 200), 2.5),
        ((-300, 300), 2.0),
        ((-300, 100, 100), None),
        ((100, -50), 0.0),
        ((-100, 200, -150, 100), 3.5),  # paid back, then not, then for good
    ],
)
def test_paybacks_worked_by_hand(flows, years):
    assert payback(cents(*flows)) == years


@given(st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=25), st.floats(0, 0.5), st.data())
def test_with_the_grant_that_is_needed_flows_are_worth_nothing_to_the_cent(flows, rate, draw):
    net, years = np.array(flows), np.arange(2027, 2027 + len(flows))
    factors = discount_factors(years, rate, 2027, draw.draw(st.sampled_from(["mid-year", "year-end"])))
    place = draw.draw(st.integers(0, len(flows) - 1))
    before = discount(net, factors).sum()
    net[place] += grant_needed(net, factors, place)
    assert discount(net, factors).sum() == max(before, 0)


def test_the_least_equal_grant_makes_up_what_is_missing():
    each = equal_grant(-100_000, np.array([10, 30]), np.array([1.0, 0.5]))
    assert each == 4000  # 10 + 15 locations' worth of today


def test_nothing_is_granted_to_what_earns():
    assert equal_grant(5, np.array([10]), np.array([1.0])) == 0


def test_break_even_is_where_the_line_crosses_zero():
    assert break_even(-50.0, 150.0) == 0.25
    assert break_even(10.0, 20.0) == 0.0
    assert break_even(-50.0, -20.0, 1.0) is None
    assert break_even(-50.0, -60.0) is None
