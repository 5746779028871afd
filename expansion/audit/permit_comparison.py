"""Check the comparison with the route that ignores permits: its own side from the plan, the other as far as it goes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import section
from expansion.audit.selection import spent_on_initiatives

_SIDES = ("aware", "ignoring")
_ADDED = ("length_m", "base_cost", "wait_days")
_SUMMED = (
    "length_m", "permits", "edge_cost", "base_cost", "fee", "wait_cost", "total", "lead_time_sum", "wait_days",
    "over_budget",
)  # fmt: skip


def check_permit_comparison(saved: SavedPlan) -> Check:
    """Check every figure of the plan's own side, sums and edges of both, and what plan.json tells of them."""
    ledger = Ledger("permit comparison")
    table, told = saved.table("permit_comparison"), saved.document["permit_comparison"]
    ledger.that((told is None) == (len(table) == 0), "permit_comparison of plan.json and its table do not fit")
    if told is None or not len(table):
        return ledger.close()
    rows = _read(table)
    areas = saved.table("areas")
    chosen = [a for a, c in zip(texts(areas, "area_id"), flags(areas, "chosen"), strict=True) if c]
    wanted = {(area, side) for area in ("", *chosen) for side in _SIDES}
    if ledger.that(
        set(rows) == wanted and len(table) == len(wanted), "rows of other areas than those chosen, or twice"
    ):
        _check_own(ledger, saved, rows)
        _check_edges(ledger, saved, rows)
        _check_sums(ledger, saved, rows, chosen)
        _check_budgets(ledger, saved, rows)
        _check_document(ledger, told, rows, chosen)
    return ledger.close()


def _read(table: Any) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows by area ("" for the study) and side."""
    words = {name: texts(table, name) for name in ("finish", "permit_ids", "edge_ids")}
    figures = {name: numbers(table, name) for name in _SUMMED}
    keys = zip(texts(table, "area_id"), texts(table, "route"), strict=True)
    return {
        key: {name: column[row] for name, column in (words | figures).items()} for row, key in enumerate(keys)
    }  # fmt: skip


def _check_own(ledger: Ledger, saved: SavedPlan, rows: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Recompute the side `aware` from spans, permits, areas and tasks."""
    found = _own_figures(saved)
    for (area, side), row in rows.items():
        if side == "aware":
            mine = found[area]
            for name in ("length_m", "base_cost", "fee"):
                ledger.equal(float(row[name]), mine[name], f"{name} of {area or 'the study'}", 0.0101)
            for name in ("permits", "lead_time_sum"):
                ledger.equal(int(row[name]), mine[name], f"{name} of {area or 'the study'}")
            ledger.equal(row["finish"], mine["finish"], f"finish of {area or 'the study'}")
            ledger.equal(set(split_ids(row["permit_ids"])), mine["permit_ids"], f"permits of {area or 'the study'}")
            ledger.equal(set(split_ids(row["edge_ids"])), mine["edge_ids"], f"edges of {area or 'the study'}")
            if area:
                ledger.equal(int(row["wait_days"]), mine["wait_days"], f"wait_days of {area}")


def _own_figures(saved: SavedPlan) -> dict[str, dict[str, Any]]:
    """Figures of the plan by area, and "" for all."""
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {
            "length_m": 0.0, "base_cost": 0.0, "fee": 0.0, "permits": 0, "lead_time_sum": 0, "wait_days": 0,
            "finish": "", "permit_ids": set(), "edge_ids": set(),
        }
    )  # fmt: skip
    spans, permits, areas, tasks = (saved.table(name) for name in ("spans", "permits", "areas", "tasks"))
    columns = (
        texts(spans, "area_id"),
        texts(spans, "edge_ids"),
        numbers(spans, "length_m"),
        flags(spans, "is_existing"),
    )
    for area, edges, length, lit in zip(*columns, strict=True):
        for place in () if lit else (area, ""):
            found[place]["length_m"] += float(length)
            found[place]["edge_ids"] |= set(split_ids(edges))
    needed = (texts(permits, name) for name in ("permit_id", "area_ids", "blocks", "state"))
    leads = integers(permits, "lead_time_calendar_days")
    for name, where, blocks, state, fee, days in zip(*needed, numbers(permits, "fee"), leads, strict=True):
        for place in (*split_ids(where), ""):
            mine = found[place]
            mine["fee"] += float(fee)
            mine["permits"] += 1
            mine["lead_time_sum"] += int(days)
            mine["permit_ids"].add(name)
            mine["wait_days"] = max(mine["wait_days"], 0 if blocks == "none" or state == "approved" else int(days))
    for area, base in zip(texts(areas, "area_id"), numbers(areas, "cost_base"), strict=True):
        found[area]["base_cost"] = float(base)
    found[""]["base_cost"] = float(saved.document["cost"]["base"])
    for area, phase, last in zip(*(texts(tasks, n) for n in ("area_id", "wbs_phase", "finish")), strict=True):
        if phase == "quality control":
            found[area]["finish"] = max(found[area]["finish"], last)
    found[""]["finish"] = saved.document["schedule"]["finish"] or ""
    return found


def _check_edges(ledger: Ledger, saved: SavedPlan, rows: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Sum meters and prices of the edges of both sides; no network costs less than what is proven of all."""
    edges = saved.table("edges")
    price = dict(zip(texts(edges, "edge_id"), np.round(numbers(edges, "build_cost") * 100), strict=True))
    length = dict(zip(texts(edges, "edge_id"), numbers(edges, "length_m"), strict=True))
    for (area, side), row in rows.items():
        mine = split_ids(row["edge_ids"])
        if ledger.that(set(mine) <= set(price), f"edges of {area} {side} that do not exist"):
            cost, meters = sum(price[edge] for edge in mine) / 100, sum(float(length[edge]) for edge in mine)
            ledger.equal(float(row["edge_cost"]), cost, f"edge_cost of {area or 'the study'}, {side}", 0.0051)
            ledger.equal(
                float(row["length_m"]), meters, f"meters of {area or 'the study'}, {side}", 0.01 + 2e-3 * len(mine)
            )
    least = float(saved.document["network"]["civil_lower_bound"])
    ledger.that(rows["", "ignoring"]["edge_cost"] >= least - 0.01, "the route that ignores permits beats the bound")


def _check_sums(
    ledger: Ledger, saved: SavedPlan, rows: dict[tuple[str, str], dict[str, Any]], chosen: list[str]
) -> None:
    """Check that areas add to the study, and money to the total."""
    price = float(section(saved, "permits")["delay_cost_per_day"])
    for side in _SIDES:
        for name in _ADDED:
            every = sum(float(rows[area, side][name]) for area in chosen)
            ledger.equal(float(rows["", side][name]), every, f"{name} of areas, {side}", 0.0101 + 1e-3 * len(chosen))
    for (area, side), row in rows.items():
        ledger.equal(float(row["wait_cost"]), float(row["wait_days"]) * price, f"wait_cost of {area} {side}", 0.0051)
        ledger.equal(float(row["total"]), float(row["base_cost"] + row["wait_cost"]), f"total of {area} {side}", 0.0051)
        ledger.equal(len(split_ids(row["permit_ids"])), int(row["permits"]), f"number of permits of {area} {side}")


def _check_budgets(ledger: Ledger, saved: SavedPlan, rows: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Add the cost of areas and initiatives by year and hold it against the budgets."""
    told, areas = section(saved, "portfolio"), saved.table("areas")
    year_of = dict(zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True))
    limits = {float(one["year"]): float(one["amount"]) for one in told["budgets"]}
    for side in _SIDES:
        spent: dict[float, float] = defaultdict(float, {float(y): m for y, m in spent_on_initiatives(saved).items()})
        for (area, route), row in rows.items():
            if area and route == side:
                spent[float(year_of[area])] += float(row["base_cost"])
        over = [spent[year] - limit for year, limit in limits.items()]
        if told["total_budget"] is not None:
            over.append(sum(spent.values()) - float(told["total_budget"]))
        most = max([0.0, *over])
        ledger.equal(float(rows["", side]["over_budget"]), most, f"over_budget, {side}", 0.0101 + 0.005 * len(rows))
    strays = [area for (area, _), row in rows.items() if area and float(row["over_budget"]) != 0]
    ledger.that(not strays, f"over_budget of areas {strays[:5]}")


def _check_document(
    ledger: Ledger, told: dict[str, Any], rows: dict[tuple[str, str], dict[str, Any]], chosen: list[str]
) -> None:
    """Compare plan.json with the rows of the study."""
    for name in _SUMMED:
        for side in _SIDES:
            ledger.equal(told[side][name], float(rows["", side][name]), f"permit_comparison.{side}.{name}", 0.0051)
        less = float(rows["", "ignoring"][name] - rows["", "aware"][name])
        ledger.equal(told["saved"][name], less, f"permit_comparison.saved.{name}", 0.0051)
    dates = [rows["", side]["finish"] for side in _SIDES]
    ledger.equal([told[side]["finish"] or "" for side in _SIDES], dates, "permit_comparison finishes")
    if all(dates):
        days = (dt.date.fromisoformat(dates[1]) - dt.date.fromisoformat(dates[0])).days
        ledger.equal(told["saved"]["finish_days"], days, "permit_comparison.saved.finish_days")
    sides = [
        {area: [set(split_ids(rows[area, side][name])) for name in ("edge_ids", "permit_ids")] for area in chosen}
        for side in _SIDES
    ]
    differ = sorted(area for area in chosen if sides[0][area] != sides[1][area])
    ledger.equal(told["areas_that_differ"], differ, "permit_comparison.areas_that_differ")
