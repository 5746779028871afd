"""Check the frontier, the prices of forcing and the milestones of the grant."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import section

NEVER = "9999-12-31"


def check_frontier(saved: SavedPlan) -> Check:
    """Check frontier, choices and milestones."""
    ledger = Ledger("frontier")
    rules = section(saved, "portfolio")
    _check_points(ledger, saved.table("frontier"), rules)
    _check_budgets(ledger, saved, rules)
    _check_choices(ledger, saved, rules)
    _check_milestones(ledger, saved, rules)
    return ledger.close()


def _check_points(ledger: Ledger, table: Any, rules: dict[str, Any]) -> None:
    """Check that the frontier rises, keeps its budgets, and lies between ranking and bound."""
    ledger.that(len(table) <= rules["frontier"], "the frontier has more points than the study asks for")
    names = [f"point {number}" for number in integers(table, "point").tolist()]
    ledger.that(integers(table, "point").tolist() == list(range(1, len(table) + 1)), "frontier.point is no numbering")
    budget, value, bound, ranked = (numbers(table, name) for name in ("budget", "value", "bound", "ranking_value"))
    for name in ("share", "budget", "value", "bound"):
        ledger.that(bool((np.diff(numbers(table, name)) >= -1e-9).all()), f"frontier.{name} falls")
    ledger.none(~(numbers(table, "cost") <= budget + 0.006), names, "the frontier costs more than its budget")
    ledger.none(~(value <= bound + 1e-6), names, "frontier.value is over its bound")
    ledger.none(np.nan_to_num(ranked) > value + 1e-6, names, "ranking is better than the frontier")
    gap = np.divide(bound - value, bound, out=np.zeros_like(bound), where=bound > 0)
    ledger.none(~(np.abs(gap - numbers(table, "gap")) <= 2e-6), names, "frontier.gap is not (bound - value) / bound")


def _check_budgets(ledger: Ledger, saved: SavedPlan, rules: dict[str, Any]) -> None:
    """Check that budgets are their share of one sum, the study's where it names one, and that choices fit areas."""
    table, areas = saved.table("frontier"), saved.table("areas")
    if not len(table):
        return
    names = [f"point {number}" for number in integers(table, "point").tolist()]
    share, budget = numbers(table, "share"), numbers(table, "budget")
    years = [row["amount"] for row in rules["budgets"] if row["year"] >= int(section(saved, "study")["start"][:4])]
    named = [sum(years)] if years else []
    limits = [*named, rules["total_budget"]] if rules["total_budget"] is not None else named
    whole = min(limits) if limits else float(budget[-1] / share[-1])
    ledger.none(~(np.abs(share * whole - budget) <= 0.01 + 1e-6 * whole), names, "frontier.budget is not its share")
    count, homes, cost = integers(table, "areas"), integers(table, "locations"), numbers(table, "cost")
    ledger.none(count > len(areas), names, "the frontier chooses more areas than there are")
    largest = np.sort(integers(areas, "locations"))[::-1].cumsum()
    most = np.append(0, largest)[np.minimum(count, len(areas))]
    ledger.none((homes > most) | ((count > 0) & (homes == 0)), names, "frontier.locations do not fit its areas")
    ledger.none((count == 0) & (homes > 0), names, "frontier.locations without an area")
    bare = (count == 0) & ~bool(len(saved.table("initiatives")))
    ledger.none(bare & (cost > 0), names, "the frontier spends on nothing")


def _check_choices(ledger: Ledger, saved: SavedPlan, rules: dict[str, Any]) -> None:
    """Check that every area has its price, none below 0, and that none is better than all there could be."""
    table, areas = saved.table("choices"), saved.table("areas")
    ids = texts(table, "area_id")
    wanted = texts(areas, "area_id") if rules["force_prices"] and (flags(areas, "chosen").any() or len(ids)) else []
    ledger.equal(sorted(ids), sorted(wanted), "choices are priced for every area or none")
    year = dict(zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True))
    told = zip(ids, flags(table, "chosen"), numbers(table, "year"), strict=True)
    wrong = [area for area, chosen, own in told if chosen == np.isnan(year.get(area, np.nan)) or
             (chosen and own != year.get(area))]  # fmt: skip
    ledger.nothing(wrong, "choices.year is not the area's", len(ids))
    price, low = numbers(table, "force_price"), numbers(table, "force_price_low")
    ledger.none((price < 0) | (low < 0) | (low > price + 1e-6), ids, "choices.force_price is out of order")
    ledger.none(np.isnan(price) != np.isnan(numbers(table, "value")), ids, "choices lack price or value")
    ledger.none([not text.strip() for text in texts(table, "reason")], ids, "choices without a reason")
    forced = np.nan_to_num(price) > 0
    sums = (numbers(table, "value") + price)[forced]
    ledger.that(
        not len(sums) or float(np.ptp(sums)) <= 1e-4, "values and prices of forcing start from different choices"
    )


def _check_milestones(ledger: Ledger, saved: SavedPlan, rules: dict[str, Any]) -> None:
    """Count the locations of each milestone again, by build year and by the dates of tasks."""
    table = saved.table("milestones").to_dict("records")
    asked = sorted((row["by"], row["share"], row["of"]) for row in rules["milestones"])
    ledger.equal([(row["date"], row["share"], row["of"]) for row in table], asked, "milestones are those of the study")
    areas, locations = saved.table("areas"), saved.table("locations")
    counts = flags(locations, "eligible") & ~np.isin(texts(locations, "outcome"), "unreachable")
    of = np.array(texts(locations, "area_id"), dtype=object)
    ids, chosen = texts(areas, "area_id"), flags(areas, "chosen")
    homes = np.array([int((counts & (of == area)).sum()) for area in ids])
    ends = [f"{year:.0f}-12-31" if not np.isnan(year) else NEVER for year in numbers(areas, "year")]
    accepted = _accepted(saved, ids, chosen)
    for row in table:
        day, every = row["date"], int(homes.sum() if row["of"] == "eligible" else homes[chosen].sum())
        needed = math.ceil(round(row["share"] * every, 6))
        by_year = sum(int(n) for n, end in zip(homes, ends, strict=True) if end <= day)
        by_task = sum(int(n) for n, end in zip(homes, accepted, strict=True) if end <= day)
        name = row["milestone_id"]
        ledger.equal((row["needed"], row["locations"]), (needed, by_year), f"{name}: locations needed and built")
        ledger.equal((row["accepted"], bool(row["met"])), (by_task, by_task >= needed), f"{name}: locations accepted")


def _accepted(saved: SavedPlan, ids: list[str], chosen: Any) -> list[str]:
    """Last day of quality control of each chosen area."""
    tasks, last = saved.table("tasks"), dict.fromkeys(ids, "")
    columns = (texts(tasks, name) for name in ("area_id", "wbs_phase", "finish"))
    for area, phase, finish in zip(*columns, strict=True):
        if phase == "quality control" and area in last:
            last[area] = max(last[area], finish)
    return [last[area] or NEVER if is_chosen else NEVER for area, is_chosen in zip(ids, chosen, strict=True)]
