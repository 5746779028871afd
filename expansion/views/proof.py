"""Proof: how good each optimized result is known to be, in words and money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from expansion.markup import safe
from expansion.plan.saved import SavedPlan
from expansion.views.locks import show_prices
from expansion.views.words import money
from expansion.wording import certified, count, percent, within

_MEANINGS = {
    "optimal": "nothing better exists",
    "feasible": "searching longer may find better",
    "time_limit": "searching longer may find better",
    "infeasible": "the limits contradict each other",
    "empty": "there was nothing to optimize",
}


def show_proof(saved: SavedPlan) -> None:
    """Show what was optimized, what it is at least, and how far it can be from the best."""
    document = saved.document
    currency = document["cost"]["currency"]
    st.caption(
        "Each result below comes with a bound: a figure that no plan under the same rules and prices can beat. The "
        "difference is the most that a perfect plan could still gain."
    )
    rows = [
        _route(document["route"], currency), _network(document["network"], currency),
        _choice(document["portfolio"], currency), _schedule(document["schedule"]),
    ]  # fmt: skip
    head = "".join(f"<th>{name}</th>" for name in ("Result", "This plan", "No plan can beat", "So it is"))
    st.html(f"<table class='proof'><tr>{head}</tr>{''.join(rows)}</table>")
    show_prices(saved)
    st.caption(
        "Run `expansion verify` on the plan's folder to have all of it checked by other code than the planner's."
    )


def _row(what: str, about: str, figures: tuple[str, str], verdict: str, status: str) -> str:
    """Write one result; every value passes `safe`."""
    return (
        f"<tr><td><b>{safe(what)}</b><div class='quiet'>{safe(about)}</div></td><td class='figure'>{safe(figures[0])}"
        f"</td><td class='figure'>{safe(figures[1])}</td><td>{safe(verdict)}<div class='quiet'>"
        f"{safe(_MEANINGS.get(status, status))}</div></td></tr>"
    )


def _route(route: Mapping[str, Any], currency: str) -> str:
    again = certified(route["cost"], route["certified_lower_bound"])
    about = f"new build, as designed before areas were chosen; {again}"
    figures = money(route["cost"], currency), money(route["lower_bound"], currency)
    return _row("Route to every location asked for", about, figures, within(route["gap"]), route["status"])


def _network(network: Mapping[str, Any], currency: str) -> str:
    figures = money(network["civil_cost"], currency), money(network["civil_lower_bound"], currency)
    status = "optimal" if network["civil_gap"] == 0 else "feasible"
    status = status if network["route_m"] else "empty"
    about = "civil works that join the connected locations of the chosen areas"
    return _row("Route of this plan", about, figures, within(network["civil_gap"]), status)


def _choice(portfolio: Mapping[str, Any], currency: str) -> str:
    limit = "without a budget" if portfolio["budget"] is None else f"within {money(portfolio['budget'], currency)}"
    figures = _number(portfolio["benefit"]), _number(portfolio["upper_bound"])
    gap = portfolio["gap"]
    verdict = "the best possible benefit" if not gap else f"within {percent(gap)} of the best possible benefit"
    return _row("Choice of areas", f"weighted locations {limit}", figures, verdict, portfolio["status"])


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _schedule(schedule: Mapping[str, Any]) -> str:
    figures = count(schedule["makespan_days"], "day"), count(schedule["lower_bound_days"], "day")
    gap = schedule["gap"]
    verdict = "the shortest possible" if not gap else f"within {percent(gap)} of the shortest possible"
    return _row("Schedule", "with these crews, calendars and permits", figures, verdict, schedule["status"])
