"""Say in words what a plan is worth as a business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expansion.cli.layout import Lines
from expansion.cli.words import amount
from expansion.wording import count, percent


def business_lines(business: Mapping[str, Any], money: str) -> Lines:
    """Write what the chosen areas are worth, what they would need, and where they break even.

    Parameters
    ----------
    business
        `business` of plan.json; empty, or without a present value, gives no line.
    money
        Currency.
    """
    if business.get("npv") is None:
        return []
    return [_worth(business, money), _returns(business), _grants(business, money), _break_even(business, money)]


def _worth(business: Mapping[str, Any], money: str) -> str:
    rate = percent(business["discount_rate"])
    range_ = f"P10 {amount(business['npv_p10'], money)}, P90 {amount(business['npv_p90'], money)}"
    return (
        f"net present value {amount(business['npv'], money)} ({range_}; at least 0 in "
        f"{percent(business['npv_positive_share'])} of draws) over {business['horizon_years']:g} years at {rate}; "
        f"{count(business['areas_paying'], 'area pays', 'areas pay')} of {count(business['areas'])}"
    )


def _returns(business: Mapping[str, Any]) -> str:
    irr, payback = business["irr"], business["payback_years"]
    rate = f"return {percent(irr)} a year" if irr is not None else f"no rate of return: {business['irr_reason']}"
    back = "not paid back" if payback is None else f"paid back after {payback:g} years"
    later = business["discounted_payback_years"]
    return f"{rate}; {back}, " + ("discounted never" if later is None else f"discounted after {later:g}")


def _grants(business: Mapping[str, Any], money: str) -> str:
    granted = f"{amount(business['subsidy'], money)} granted; " if business["subsidy"] else ""
    if not business["subsidy_needed"]:
        return f"{granted}no area needs a grant"
    each = amount(business["subsidy_needed_per_location"], money)
    pooled = f"; {amount(business['subsidy_pooled_per_location'], money)} each where areas that earn carry the others"
    return (
        f"{granted}to be worth 0, areas need {amount(business['subsidy_needed'], money)} of grants in all, {each} per "
        f"location"
        f"{pooled if business['areas_paying'] else ''}"
    )


def _break_even(business: Mapping[str, Any], money: str) -> str:
    take, price = business["break_even_take_rate"], business["break_even_arpu"]
    orders = "no take rate up to 100 %" if take is None else f"a take rate of {percent(take)}"
    month = "no price" if price is None else f"{price:,.2f} {money} a month"
    return (
        f"breaks even at {orders} (assumed {percent(business['take_rate'])}), or at {month} per subscriber "
        f"(assumed {business['arpu_per_month']:,.2f})"
    )
