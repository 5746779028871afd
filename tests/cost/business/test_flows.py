"""Yearly flows of one area, worked by hand (see `cases`)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expansion.cost.business.facts import year_of
from expansion.cost.business.flows import make_flows, ordered_share, ordered_years
from tests.cost.business.cases import areas, terms

CURVE = (0.35, 0.6, 0.78, 0.9, 1.0)


def flow(name, facts=None, **changes):
    """Yearly flow of the first area, in the currency."""
    return (make_flows(facts or areas(), terms(**changes)).money[name][0] / 100).round(2).tolist()


def test_orders_come_evenly_between_the_years_of_the_curve():
    assert ordered_share(np.array([-1.0, 0.0, 0.5, 1.0, 1.5, 9.0]), CURVE).tolist() == pytest.approx(
        [0, 0, 0.175, 0.35, 0.475, 1.0]
    )


def test_subscribers_of_a_year_are_the_mean_of_its_two_ends():
    made = make_flows(areas(), terms())
    assert made.connected[0].tolist() == [0, 2, 4, 4]
    assert made.subscribers[0].tolist() == [0, 1, 3, 4]


def test_revenue_is_twelve_months_of_every_subscriber():
    assert flow("revenue") == [0, 600, 1800, 2400]


def test_operating_cost_follows_subscribers_and_poles_are_rented_from_the_first_year():
    assert flow("opex", areas(poles=20), pole_rental=5.0) == [100, 200, 400, 500]


def test_wireless_subscribers_cost_what_wireless_costs():
    assert flow("opex", areas(wired=5, wireless=5)) == [0, 150, 450, 600]


def test_each_subscriber_who_leaves_is_won_again():
    assert flow("opex", churn_per_month=0.01)[3] == 4 * (100 + 12 * 0.01 * 100)


def test_capital_to_pass_falls_in_the_build_year_and_to_connect_with_the_orders():
    assert flow("capital_to_pass") == [6000, 0, 0, 0]
    assert flow("capital_to_connect") == [0, 200, 200, 0]  # 1,000 if all ten ordered


def test_electronics_and_customer_equipment_are_bought_again_after_their_life():
    again = flow("replacement", horizon_years=7, electronics_life_years=3)
    assert again == [0, 0, 0, 500, 80, 80, 500]  # ONTs of 2028 and 2029: 400 x 0.2 each, in 2031 and 2032


def test_nothing_is_bought_again_where_electronics_last_for_ever():
    assert flow("replacement", horizon_years=30) == [0.0] * 30


def test_grants_are_paid_in_the_build_year():
    told = flow("subsidy", subsidy_per_location=100.0, subsidy_share=0.5, grants={"A001": 7.0})
    assert told == [100 * 8 + 3000 + 7, 0, 0, 0]


def test_book_value_is_the_unworn_part_of_the_capital_to_pass():
    assert flow("terminal_value", terminal_value="book") == [0, 0, 0, 3000]  # 4 of 8 years


def test_a_perpetuity_earns_the_last_year_for_ever_less_wear():
    wear = 5500 / 8 + (500 + 400 * 0.4) / 8
    assert flow("terminal_value", terminal_value="perpetuity")[3] == pytest.approx((2400 - 400 - wear) / 0.1, abs=0.01)


def test_prices_grow_from_the_price_year():
    assert flow("revenue", arpu_growth=0.1, price_year=2029)[1:] == [545.45, 1800.0, 2640.0]


def test_customers_of_an_area_accepted_in_summer_begin_to_come_in_that_year():
    made = make_flows(areas(days=["2027-07-02"]), terms())  # 182.5 days before the end of 2027, to half a day
    age = 2028 - year_of("2027-07-02")
    assert made.connected[0, 0] == pytest.approx(4 * 0.5 * age, abs=1e-6)
    assert made.subscribers[0, 0] == pytest.approx(4 * 0.5 * age * age / 2, abs=1e-6)


def test_each_area_is_judged_over_as_many_years_from_its_build_year():
    made = make_flows(areas(years=(2027, 2029)), terms())
    assert made.years.tolist() == list(range(2027, 2033))
    assert made.inside.sum(axis=1).tolist() == [4, 4]
    assert (made.money["revenue"][0, :4] == made.money["revenue"][1, 2:]).all()


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=8).map(sorted), st.floats(-2, 12), st.floats(0, 6)
)  # fmt: skip
def test_years_of_subscription_are_the_area_under_the_curve(curve, first, length):
    ages = np.linspace(first, first + length, 2_001)
    under = np.trapezoid(ordered_share(ages, tuple(curve)), ages)
    between = ordered_years(np.array([first + length]), tuple(curve)) - ordered_years(np.array([first]), tuple(curve))
    assert between[0] == pytest.approx(under, abs=1e-2)


def test_satellite_customers_get_their_terminal_and_belong_to_another_operator():
    facts = areas(wired=0, to_connect=120_000)
    assert flow("revenue", facts) == flow("opex", facts) == [0, 0, 0, 0]
    assert flow("capital_to_connect", facts) == [0, 240, 240, 0]


def test_capital_grows_dearer_from_the_price_year():
    told = {"capital_growth": 0.1, "price_year": 2026}
    assert flow("capital_to_pass", **told)[0] == 6600
    assert flow("capital_to_connect", **told)[1] == 242
    assert flow("subsidy", subsidy_share=0.5, **told)[0] == 3300
    assert flow("terminal_value", terminal_value="book", **told)[3] == 3300


def test_rent_of_permits_is_paid_every_year_and_grows_like_operation():
    flows = make_flows(areas(permit_rent=5_000), terms(opex_growth=0.1))
    plain = make_flows(areas(), terms(opex_growth=0.1))
    assert np.allclose(flows.permit_rent, 5_000 * 1.1 ** np.arange(4))
    assert np.allclose(flows.money["opex"] - plain.money["opex"], flows.permit_rent)
