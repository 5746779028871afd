"""Business: what the plan earns and costs per year, and what each area is worth."""

from __future__ import annotations

import streamlit as st

from expansion.figures import charts, design_facts
from expansion.plan.saved import SavedPlan
from expansion.views.tables import show_table
from expansion.views.words import money
from expansion.wording import percent

_COLUMNS = {
    "area_id": "area", "locations": "locations", "npv": "present value", "irr": "return",
    "payback_years": "years to pay back", "subsidy": "grants", "subsidy_needed": "grant needed",
    "subsidy_needed_per_location": "per location", "break_even_arpu": "break-even revenue per month",
}  # fmt: skip


def show_business(saved: SavedPlan) -> None:
    """Show the business case."""
    business, told = saved.tables.get("business"), saved.document.get("business")
    if business is None or not len(business) or not told:
        st.info("Nothing is built under this plan, so there is no business case.")
        return
    currency = saved.document["cost"]["currency"]
    back = told["payback_years"]
    row = st.columns(5)
    row[0].metric("Net present value", money(told["npv"], currency), help=f"At {percent(told['discount_rate'])}")
    row[1].metric("Rate of return", percent(told["irr"]) if told["irr"] is not None else "none")
    row[2].metric("Pays back after", f"{back:.1f} years" if back is not None else "never")
    row[3].metric("Grant needed", money(told["subsidy_needed"], currency), help="Beyond those that the study states")
    row[4].metric("Per location", money(told["subsidy_needed_per_location"], currency))
    years = design_facts.cash_flow(business)
    st.altair_chart(charts.cash_chart(years, currency), width="stretch")
    st.caption(
        f"Bars: net of the year. Line: net so far; dashed: discounted. {told['horizon_years']} years, "
        f"{money(told['arpu_per_month'], currency)} per subscriber and month. The section [business] of the study "
        "sets these terms."
    )
    areas = saved.tables.get("business_areas")
    if areas is not None and len(areas):
        st.markdown("**What each area is worth**")
        shown = areas.sort_values(["npv", "area_id"])[[name for name in _COLUMNS if name in areas]]
        rounded = {name: shown[name].round() for name in shown if name in _MONEY}
        words = {"irr": [percent(one) if one == one else "none" for one in shown["irr"]]}
        words["payback_years"] = [f"{one:.1f}" if one == one else "never" for one in shown["payback_years"]]
        show_table(shown.assign(**rounded, **words).rename(columns=_COLUMNS))
    with st.expander("Cash flow per year"):
        show_table(years.assign(year=years["year"].astype(str)))


_MONEY = ("npv", "subsidy", "subsidy_needed", "subsidy_needed_per_location")
