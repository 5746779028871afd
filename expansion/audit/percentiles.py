"""Compare the percentiles of the cost, their parts and what drives them with draws of our own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.audit.draws import Line, draw_scores, read_lines, spend, triangular
from expansion.audit.events import picked_draws
from expansion.audit.folder import SavedPlan, flags, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import escalation, section
from expansion.audit.spent import Spent, draw_money

FloatArray = NDArray[np.float64]
_SHARE = 2e-6


def check_draws(saved: SavedPlan) -> Check:
    """Check percentiles of the total and of every chosen area, their parts and drivers, against draws of our own."""
    ledger = Ledger("draws")
    told, areas = saved.document["cost"], saved.table("areas")
    lines = read_lines(saved)
    if not lines:
        ledger.that(not any(told[name] for name in ("p10", "p50", "p80", "p90")), "a bill of nothing has percentiles")
        return ledger.close()
    spent = draw_money(saved)
    total = _levels(spent.total)
    for name, value in zip(("p10", "p50", "p80", "p90"), total, strict=True):
        ledger.equal(told[name], round(float(value), 2), f"cost.{name}", 0.011 + _SHARE * float(value))
    calm = float(_levels(spent.total - spent.risks.sum(axis=0))[2])
    ledger.equal(told["reserve_estimate"], calm - told["base"], "cost.reserve_estimate", 0.011 + _SHARE * calm)
    parts = told["base"] + told["reserve_estimate"] + told["reserve_risks"]
    ledger.equal(round(parts, 2), told["p80"], "base and reserves against cost.p80", 0.0011)
    _check_areas(ledger, areas, spent)
    _check_drivers(ledger, saved, lines, spent, float(total[2]))
    _check_contingency(ledger, saved, spent)
    _check_years(ledger, saved, spent)
    return ledger.close()


def _check_contingency(ledger: Ledger, saved: SavedPlan, spent: Spent) -> None:
    """Check that areas hold contingency by the covariance of their cost with that of all, and add to it."""
    told, areas = saved.document["cost"], saved.table("areas")
    share = section(saved, "cost")["contingency"]
    whole = told["p80"] - told["p50"] if share is None else told["base"] * share
    ledger.equal(told["contingency"], round(whole, 2), "cost.contingency", 0.0101)
    chosen = flags(areas, "chosen")
    held = numbers(areas, "contingency")
    ledger.that(not np.isfinite(held[~chosen]).any(), "areas that are not built hold contingency")
    ledger.equal(round(float(held[chosen].sum()), 2), told["contingency"], "sum of areas.contingency", 0.001)
    ids = np.array(texts(areas, "area_id"), dtype=object)[chosen]
    shared = np.array([max(float(np.cov(spent.areas[area], spent.total)[0, 1]), 0.0) for area in ids])
    if shared.sum() > 0:
        apart = np.abs(held[chosen] - told["contingency"] * shared / shared.sum())
        ledger.none(~(apart <= 0.011 + 1e-5 * told["contingency"]), ids, "areas.contingency is not by covariance")


def _check_years(ledger: Ledger, saved: SavedPlan, spent: Spent) -> None:
    """Draw the total again in money of the years of build."""
    told, areas = saved.document["cost"], saved.table("areas")
    low, likely, high = escalation(saved)
    picked, scores = picked_draws(saved), draw_scores(saved)
    chance = ndtr(scores["escalation"][picked]) if "escalation" in scores else np.full(len(picked), 0.5)
    rise = triangular(chance, low, likely, high)
    price_year = int(section(saved, "study")["price_year"])
    ahead = {
        area: int(year) - price_year
        for area, year, built in zip(
            texts(areas, "area_id"), numbers(areas, "year"), flags(areas, "chosen"), strict=True
        )
        if built
    }
    total = np.zeros_like(rise)
    for area, years in ahead.items():
        total = total + spent.areas.get(area, 0.0) * (1 + rise) ** years
    for name, place in (("p50_escalated", 1), ("p80_escalated", 2)):
        value = float(_levels(total)[place])
        ledger.equal(told[name], round(value, 2), f"cost.{name}", 0.011 + _SHARE * value)


def _check_areas(ledger: Ledger, areas: Any, spent: Spent) -> None:
    """Compare P50 and P80 of each chosen area."""
    chosen = flags(areas, "chosen")
    ids = np.array(texts(areas, "area_id"), dtype=object)[chosen]
    found = np.array([_levels(spent.areas[area]) for area in ids]).reshape(-1, 4)
    for column, place in (("cost_p50", 1), ("cost_p80", 2)):
        apart = np.abs(numbers(areas, column)[chosen] - found[:, place])
        ledger.none(~(apart <= 0.011 + _SHARE * found[:, place]), ids, f"areas.{column} is not that of the draws")


def _check_drivers(ledger: Ledger, saved: SavedPlan, lines: list[Line], spent: Spent, p80: float) -> None:
    """Compare P80 with a factor held at its median, its P10 and its P90; what risks add stays as drawn."""
    table, picked, risks = saved.table("cost_drivers"), picked_draws(saved), spent.risks.sum(axis=0)
    chance = {name: ndtr(score[picked]) for name, score in draw_scores(saved).items()}
    names = texts(table, "factor")
    ledger.that(sorted(names) == sorted(chance), "cost_drivers does not name every factor once")
    found = []
    for name in names:
        if not ledger.that(name in chance, f"no such factor: {name}"):
            return
        held = [chance | {name: np.full_like(chance[name], at)} for at in (0.1, 0.5, 0.9)]
        found.append([float(_levels(spend(lines, one, None) + risks)[2]) for one in held])
    low, middle, high = np.array(found).reshape(-1, 3).T
    columns = {"p80_low": low, "p80_high": high, "p80_change": p80 - middle, "swing": high - low}
    for column, wanted in columns.items():
        apart = np.abs(numbers(table, column) - wanted)
        ledger.none(~(apart <= 0.021 + 2 * _SHARE * p80), names, f"cost_drivers.{column} is not that of the draws")


def _levels(spent: FloatArray) -> FloatArray:
    return np.asarray(np.quantile(spent, (0.1, 0.5, 0.8, 0.9)))
