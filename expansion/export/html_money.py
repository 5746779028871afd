"""Sections of the proposal on money: what it costs and may cost, when it is spent, what other budgets would buy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from expansion.export.html_parts import amount, bar_table, plain_table, section, table
from expansion.figures.curves import spending
from expansion.figures.palette import CATEGORIES, NOT_CHOSEN, OUTCOMES, TIERS
from expansion.figures.paper import CRITICAL
from expansion.figures.svg_chart import Series, draw_chart
from expansion.figures.svg_tornado import draw_tornado
from expansion.plan.saved import SavedPlan
from expansion.wording import count, within

_COSTS = {
    "base": "Base", "cost_to_pass": "Cost to pass", "cost_to_connect": "Cost to connect",
    "reserve_estimate": "From base to P80: prices and quantities", "reserve_risks": "From base to P80: risks",
    "contingency": "Contingency: P80 − P50", "base_escalated": "Base, in prices of the build years",
    "p80_escalated": "P80, in prices of the build years",
}  # fmt: skip
_FRONTIER = {
    "budget": "Budget", "areas": "Areas", "locations": "Locations", "cost": "Cost", "value": "Value",
    "bound": "No more than", "gap": "Gap", "ranking_value": "Value by ranking",
}  # fmt: skip


def money_section(plan: SavedPlan) -> str:
    """Write cost by category and by phase, percentiles, and what moves the P80."""
    cost, portfolio, money = plan.document["cost"], plan.document["portfolio"], plan.document["cost"]["currency"]
    limit = portfolio["budget"]
    budget = "no budget is set" if limit is None else f"the budget is {money} {amount(limit)}"
    chosen = (
        f"The choice of areas is {within(portfolio['gap'], 'best')}." if portfolio["phases"] else "Nothing is spent."
    )
    more = portfolio.get("initiatives_cost") or 0.0
    beside = f", initiatives {amount(more)} beside it" if more else ""
    lead = f"Base cost {money} {amount(portfolio['spent'])}{beside}; {budget}. {chosen} Percentiles do not add up."
    if not portfolio["phases"]:
        return section("money", "What it costs", lead, "")
    ranked = sorted(cost["by_category"].items(), key=lambda item: (-item[1], item[0]))
    parts = sorted(cost.get("by_component", {}).items(), key=lambda item: (-item[1], item[0]))
    named = [(CATEGORIES.get(name, name), value) for name, value in ranked]
    left = (
        f"<h3>By phase</h3>{_phase_table(portfolio, money)}"
        f"<h3>Range</h3>{table(('Cost', money), _range(cost), right=(1,))}"
    )
    right = f"<h3>By category</h3>{_bars(('Category', f'Base, {money}'), named)}" + (
        f"<h3>By component</h3>{_bars(('Component', f'Base, {money}'), parts)}" if parts else ""
    )
    body = f'<div class="two"><div>{left}</div><div>{right}</div></div>{_tornado(plan)}'
    return section("money", "What it costs", lead, body, own_page=True)


def _range(cost: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Write percentiles and parts of the cost."""
    names = ["base", "p10", "p50", "p80", "p90", "cost_to_pass", "cost_to_connect"]
    further = ("reserve_estimate", "reserve_risks", "contingency", "base_escalated", "p80_escalated")
    names += [name for name in further if cost.get(name) is not None]
    return [(_COSTS.get(name, name.upper()), amount(cost[name])) for name in names]


def _tornado(plan: SavedPlan) -> str:
    """Draw what moves the P80."""
    cost, drivers = plan.document["cost"], plan.tables["cost_drivers"]
    drawing = draw_tornado(drivers, cost["p80"], currency=cost["currency"], title="What moves the P80")
    if not drawing:
        return ""
    words = "Each bar runs from the P80 with the factor at its P10 to the P80 with it at its P90."
    return f'<h3>What moves the P80</h3><p class="quiet">{words}</p>{drawing}'


def _bars(heads: tuple[str, str], rows: Iterable[tuple[str, float]]) -> str:
    """Write named money as bars."""
    return bar_table(heads, [(str(name).replace("_", " "), float(value), amount(value)) for name, value in rows])


def _phase_table(portfolio: Mapping[str, Any], money: str) -> str:
    """Write the build phases and their sum."""
    phases = portfolio["phases"]
    rows = [
        (f"Phase {one['phase']}", str(one["year"]), amount(one["areas"]), amount(one["locations"]),
         amount(one["cost"]))
        for one in phases
    ]  # fmt: skip
    areas, locations = (sum(one[name] for one in phases) for name in ("areas", "locations"))
    rows.append(("Together", "", amount(areas), amount(locations), amount(portfolio["spent"])))
    heads = ("Phase", "Year", "Areas", "Locations", f"Base, {money}")
    return table(heads, rows, right=(2, 3, 4), total=True)


def cash_section(plan: SavedPlan) -> str:
    """Draw the money over time: value of the work as planned, at P50 and P80, and what is paid by then."""
    told, money = _program(plan.tables.get("s_curve")), plan.document["cost"]["currency"]
    series = _s_curve(told) or _monthly(plan.tables["tasks"])
    drawing = draw_chart(series, title="Money over time", x_words="", y_words=money, plain_x=True)
    if not drawing:
        return ""
    lead = "What is built by the end of each month at likely rates; the curve is steepest where most crews work."
    if len(told):
        lead += " Payment follows the terms of the study; P50 and P80 are what half, and 80 of 100 draws spend by then."
    return section("cash", "When the money is needed", lead, drawing, own_page=True)


def _program(told: pd.DataFrame | None) -> pd.DataFrame:
    """Keep the rows of the whole program."""
    if told is None or not {"date", "cumulative"} <= set(told):
        return pd.DataFrame()
    return told[told["scope"] == "program"].sort_values("date") if "scope" in told else told


def _monthly(tasks: pd.DataFrame) -> list[Series]:
    """Read the planned curve from the tasks."""
    spent = spending(tasks)
    points = [
        (_year(day.date() + dt.timedelta(days=31)), float(value)) for day, value in _rows(spent, "month", "spent")
    ]
    return [Series("as planned", TIERS["feeder"], points, dots=False)] if len(points) > 1 else []


_LINES = (
    ("p80", "P80", CRITICAL, "6 4"), ("p50", "P50", OUTCOMES["fiber"], "6 4"),
    ("cumulative", "as planned", TIERS["feeder"], ""), ("cumulative_paid", "paid", OUTCOMES["dsl"], ""),
)  # fmt: skip


def _s_curve(told: pd.DataFrame) -> list[Series]:
    """Read planned, paid, P50 and P80 money by date; empty where the plan has no such table."""
    return [
        Series(words, color, points, dash=dash, dots=False)
        for name, words, color, dash in _LINES
        if name in told and len(points := _points(told, name)) > 1
    ]


def _points(told: pd.DataFrame, name: str) -> list[tuple[float, float]]:
    """Read one line of the curve."""
    rows = _rows(told, "date", name)
    return [(_year(dt.date.fromisoformat(str(day)[:10])), float(value)) for day, value in rows if value == value]


def _rows(table_: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    """Return columns of a table as rows."""
    return list(table_[list(names)].itertuples(index=False, name=None))


def _year(day: dt.date) -> float:
    """Write a day as a year with its fraction."""
    first, days = dt.date(day.year, 1, 1), 366 if day.year % 4 == 0 else 365
    return day.year + (day - first).days / days


def frontier_section(plan: SavedPlan) -> str:
    """Draw what other budgets would buy, beside the curve of ranking by ratio; "" where the plan does not say."""
    told, money = plan.tables.get("frontier"), plan.document["cost"]["currency"]
    if told is None or len(told) < 2 or not {"budget", "value"} <= set(told):
        return ""
    ordered = told.dropna(subset=["budget", "value"]).sort_values("budget")
    looks = (
        ("bound", "no plan is worth more", NOT_CHOSEN, "3 3"),
        ("ranking_value", "ranking by ratio", CRITICAL, "6 4"),
        ("value", "best found", TIERS["feeder"], ""),
    )
    series = [
        Series(words, color, [(float(x), float(y)) for x, y in _rows(ordered, "budget", name) if y == y], dash=dash)
        for name, words, color, dash in looks
        if name in ordered
    ]
    spent, worth = _own_point(plan)
    if worth:
        series.append(Series("this plan, at what it costs", OUTCOMES["dsl"], [(spent, worth)]))
    drawing = draw_chart(
        series, title="Value over budget", x_words=f"budget, {money}", y_words="value", from_zero=False
    )
    digits = {"value": 1, "bound": 1, "ranking_value": 1, "gap": 4}
    shown = plain_table(ordered, _FRONTIER, decimals=digits, name="frontier", key="point")
    own = count(len(ordered), "budget")
    lead = (
        f"The best choice of areas for each of {own}, with the bound that no choice passes. Areas share feeder, so "
        "ranking them by value for money falls behind. Value is the weighted benefit of the study. Points take what "
        "areas cost as foreseen one by one"
    )
    lead += f"; this plan, worth {amount(worth, 1)}, was then designed as one and holds every budget." if worth else "."
    return section("frontier", "What other budgets would buy", lead, drawing + shown, own_page=True)


def _own_point(plan: SavedPlan) -> tuple[float, float]:
    """Return what the plan costs with its initiatives, and what it is worth; 0 where nothing is chosen."""
    own = plan.document["portfolio"]
    cost = float(own["spent"]) + float(own.get("initiatives_cost") or 0.0)
    return cost, float(own.get("benefit") or 0.0) if own["phases"] else 0.0
