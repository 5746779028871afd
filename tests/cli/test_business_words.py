"""What show says of the business case."""

from expansion.cli.business import business_lines

CASE = {
    "npv": -1000.0, "npv_p10": -2000.0, "npv_p90": 500.0, "npv_positive_share": 0.25, "horizon_years": 20,
    "discount_rate": 0.07, "areas": 3, "areas_paying": 1, "irr": 0.05, "irr_reason": None, "payback_years": 12.5,
    "discounted_payback_years": None, "subsidy": 0.0, "subsidy_needed": 1200.0, "subsidy_needed_per_location": 12.0,
    "subsidy_pooled_per_location": 10.0, "break_even_take_rate": 0.6, "break_even_arpu": 80.5, "take_rate": 0.5,
    "arpu_per_month": 68.54,
}  # fmt: skip


def test_worth_return_grants_and_break_even_have_a_line_each():
    worth, returns, grants, break_even = business_lines(CASE, "USD")
    assert worth == (
        "net present value -1,000 USD (P10 -2,000 USD, P90 500 USD; at least 0 in 25.00 % of draws) over 20 years at "
        "7.00 %; 1 area pays of 3"
    )
    assert returns == "return 5.00 % a year; paid back after 12.5 years, discounted never"
    assert grants == (
        "to be worth 0, areas need 1,200 USD of grants in all, 12 USD per location; 10 USD each where areas that earn "
        "carry the others"
    )
    assert break_even == (
        "breaks even at a take rate of 60.00 % (assumed 50.00 %), or at 80.50 USD a month per subscriber "
        "(assumed 68.54)"
    )


def test_where_there_is_no_rate_the_reason_stands():
    assert business_lines(CASE | {"irr": None, "irr_reason": "two fit"}, "USD")[1].startswith("no rate of return: two")


def test_areas_that_earn_need_no_grant():
    assert business_lines(CASE | {"subsidy_needed": 0.0}, "USD")[2] == "no area needs a grant"


def test_without_a_case_nothing_is_said():
    assert business_lines({}, "USD") == business_lines({"npv": None}, "USD") == []
