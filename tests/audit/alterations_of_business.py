"""Planted alterations of the business case."""

from tests.audit.alterations import alteration, first


def _shift(plan, row, amount):
    """Move a flow of one year, with every sum that repeats it."""
    table = plan.table("business")
    for column in ("revenue", "net"):
        table.loc[table.index[row], column] = round(table[column].iloc[row] + amount, 2)
    plan.write("business", table)


@alteration("business")
def revenue_of_a_year_is_raised(plan):
    _shift(plan, 5, 100.0)


@alteration("business")
def a_year_of_the_case_is_lost(plan):
    plan.write("business", plan.table("business").iloc[1:].reset_index(drop=True))


@alteration("business")
def money_of_a_year_is_hardly_discounted(plan):
    plan.change("business", 10, discounted=float(plan.table("business")["net"].iloc[10]))


@alteration("business")
def the_present_value_is_raised(plan):
    plan.document["business"]["npv"] = round(plan.document["business"]["npv"] + 1000, 2)


@alteration("business")
def the_rate_of_return_is_raised(plan):
    plan.document["business"]["irr"] = round(plan.document["business"]["irr"] + 0.001, 6)


@alteration("business")
def a_rate_of_return_is_hidden(plan):
    plan.document["business"] |= {"irr": None, "irr_reason": "several rates"}


@alteration("business")
def an_area_is_paid_back_sooner(plan):
    row = first(plan.table("business_areas")["payback_years"].notna())
    plan.change("business_areas", row, payback_years=plan.table("business_areas")["payback_years"].iloc[row] - 1)


@alteration("business")
def an_area_needs_a_smaller_grant(plan):
    needed = plan.table("business_areas")["subsidy_needed"]
    plan.change("business_areas", 0, subsidy_needed=round(float(needed.iloc[0]) - 5, 2))


@alteration("business")
def an_area_shows_another_present_value(plan):
    row = first(plan.table("areas")["npv"].notna())
    plan.change("areas", row, npv=0.0)


@alteration("business")
def the_pooled_grant_is_lowered(plan):
    plan.document["business"]["subsidy_pooled_per_location"] -= 1


@alteration("business")
def the_price_that_breaks_even_is_lowered(plan):
    plan.document["business"]["break_even_arpu"] -= 0.5


@alteration("business")
def the_lower_end_of_the_present_value_is_raised(plan):
    plan.document["business"]["npv_p10"] += 100


@alteration("business")
def another_discount_rate_is_told(plan):
    plan.document["business"]["discount_rate"] = 0.05


@alteration("business")
def customers_come_before_the_area_is_accepted(plan):
    plan.change("business_areas", 0, accepted="2027-05-01")
