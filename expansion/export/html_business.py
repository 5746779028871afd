"""Sections of the HTML summary on money beside the bill: spending by year, worth of surveys, business case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expansion.export.html_parts import amount, section, table
from expansion.figures.design_facts import cash_flow
from expansion.figures.palette import TIERS
from expansion.figures.paper import CRITICAL
from expansion.figures.spending import spending_years
from expansion.figures.svg_chart import Series, draw_chart
from expansion.plan.saved import SavedPlan
from expansion.wording import count, percent

_FLOWS = {
    "revenue": "Revenue", "subsidy": "Grants", "opex": "Operation", "capital_to_pass": "Build, to pass",
    "capital_to_connect": "Build, to connect", "replacement": "Replacement", "terminal_value": "Left at the end",
    "net": "Net", "cumulated": "Net so far",
}  # fmt: skip
_RARE = ("subsidy", "replacement", "terminal_value")
_MOST = 15


def business_section(plan: SavedPlan) -> str:
    """Write the business case: cash flow per year, and what each area is worth; "" where the plan has none."""
    business, told = plan.tables.get("business"), plan.document.get("business")
    if business is None or not len(business) or not isinstance(told, Mapping):
        return ""
    money = plan.document["cost"]["currency"]
    years = cash_flow(business)
    body = f"{_chart(years, money)}{_terms(told, money)}<h3>Cash flow, {money}</h3>{_years(years)}{_areas(plan, money)}"
    return section("business", "Business case", _lead(told, money), body)


def _lead(told: Mapping[str, Any], money: str) -> str:
    """Say what the plan is worth to who builds it."""
    rate = "no rate of return" if told["irr"] is None else f"internal rate of return {percent(told['irr'])}"
    back = (
        "never pays back" if told["payback_years"] is None else f"pays back in {amount(told['payback_years'], 1)} years"
    )
    many = int(told["areas_paying"])
    pay = "No area pays for itself" if not many else count(many, "area pays for itself", "areas pay for themselves")
    return (
        f"Net present value {amount(told['npv'])} {money} at {percent(told['discount_rate'])}, {rate}; it {back} "
        f"within {told['horizon_years']} years. {pay} without more grants."
    )


def _chart(years: Any, money: str) -> str:
    """Draw net per year as bars, and what it adds up to as a line."""
    at = years["year"].tolist()
    bars = Series("net of the year", TIERS["drop"], list(zip(at, years["net"].tolist(), strict=True)), bar_width=0.7)
    line = Series("net so far", TIERS["feeder"], list(zip(at, years["cumulated"].tolist(), strict=True)))
    discounted = list(zip(at, years["discounted_sum"].tolist(), strict=True))
    third = Series("discounted so far", CRITICAL, discounted, dash="6 4")
    return draw_chart([bars, line, third], title="Cash flow", x_words="year", y_words=money, plain_x=True)


def _terms(told: Mapping[str, Any], money: str) -> str:
    """Write what the case rests on, and where it would break even."""
    take, arpu = told["break_even_take_rate"], told["break_even_arpu"]
    rows = [
        ("Revenue per subscriber and month", f"{amount(told['arpu_per_month'], 2)} {money}"),
        ("… at which it breaks even", "none" if arpu is None else f"{amount(arpu, 2)} {money}"),
        ("Take rate at which it breaks even", "none up to 100 %" if take is None else percent(take)),
        ("Grant needed", f"{amount(told['subsidy_needed'])} {money}"),
        ("… per location", f"{amount(told['subsidy_needed_per_location'])} {money}"),
    ]
    worth = [
        (f"P{level}", amount(told[f"npv_p{level}"])) for level in (10, 50, 90) if told.get(f"npv_p{level}") is not None
    ]
    left = table(("Break even", ""), rows, right=(1,))
    right = table((f"Net present value, {money}", ""), worth, right=(1,)) if worth else ""
    return f'<div class="two"><div>{left}</div><div>{right}</div></div>'


def _years(years: Any) -> str:
    """Write the flows of each year."""
    names = [name for name in _FLOWS if name not in _RARE or bool((years[name] != 0).any())]
    rows = [(str(row.year), *(amount(getattr(row, name)) for name in names)) for row in years.itertuples(index=False)]
    return table(("Year", *(_FLOWS[name] for name in names)), rows, right=tuple(range(1, len(names) + 1)))


def _areas(plan: SavedPlan, money: str) -> str:
    """Write what each area is worth, the least first."""
    areas = plan.tables.get("business_areas")
    if areas is None or not len(areas):
        return ""
    ordered = areas.sort_values(["npv", "area_id"])
    rows = [
        (row.area_id, amount(row.locations), amount(row.npv), "–" if row.irr != row.irr else percent(row.irr),
         "never" if row.payback_years != row.payback_years else amount(row.payback_years, 1),
         amount(row.subsidy_needed), amount(row.subsidy_needed_per_location))
        for row in ordered.head(_MOST).itertuples(index=False)
    ]  # fmt: skip
    heads = ("Area", "Locations", "Present value", "Return", "Years to pay back", "Grant needed", "… per location")
    more = f" ({_MOST} of {len(areas)}, the others in the table business_areas)" if len(areas) > _MOST else ""
    return f"<h3>By area, the least worth first{more}; {money}</h3>{table(heads, rows, right=tuple(range(1, 7)))}"


def spending_section(plan: SavedPlan) -> str:
    """Write what is spent in which year; "" where the plan does not say."""
    years = spending_years(plan.tables.get("spending"))
    if not len(years):
        return ""
    names = {"year": "Year", "pass": "To pass", "connect": "To connect", "total": "Sum", "escalated": "In its prices"}
    heads = [names.get(name, name.capitalize()) for name in years.columns]
    rows = [(row[0], *map(amount, row[1:])) for row in years.itertuples(index=False, name=None)]
    lead = (
        f"Base cost in {plan.document['cost']['currency']}. What passes an area is spent in its build year; drops and "
        "customer equipment as units order. What nobody orders within the horizon of the business case is not spent. "
        "The last column is in prices of the year."
    )
    return section("spending", "What is spent when", lead, table(heads, rows, right=tuple(range(1, len(heads)))))


def surveys_section(plan: SavedPlan) -> str:
    """Write what each survey would be worth; "" where the plan has none."""
    surveys = plan.tables.get("surveys")
    if surveys is None or not len(surveys):
        return ""
    money = plan.document["cost"]["currency"]
    rows = [
        (row.name, str(row.factor).replace("_", " "), _quantity(row.quantity, row.unit), amount(row.cost),
         amount(row.reserve_before), amount(row.reserve_after), amount(row.freed), "yes" if row.is_worth_it else "no")
        for row in surveys.itertuples(index=False)
    ]  # fmt: skip
    heads = ("Survey", "Tells of", "How much", f"Cost, {money}", "Reserve now", "Reserve after", "Freed", "Worth it")
    lead = (
        "The reserve is P80 less P50: what a survey tells narrows it. A survey is worth it where it frees more than it "
        "costs."
    )
    return section("surveys", "What surveys are worth", lead, table(heads, rows, right=(2, 3, 4, 5, 6)))


def _quantity(number: float, unit: str) -> str:
    """Write how much is surveyed: ``82 km``, ``86 permits``, ``1``."""
    if unit == "each":
        return amount(number)
    return f"{amount(number)} km" if unit == "km" else count(round(number), unit)
