"""Draw the cost again from the seed, as docs/methods/cost.md describes it, and compare the percentiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from expansion.audit.folder import SavedPlan, flags, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.quantities import BUILD
from expansion.audit.rules import escalation, rows_of, section

FloatArray = NDArray[np.float64]

STREAM = 8
_SHARE = 2e-6


@dataclass(frozen=True, slots=True)
class Line:
    """All lines of one item's component: rate range, factor, how far its quantity moves, group, quantity per area."""

    levels: tuple[float, float, float]
    factor: str
    growth: tuple[str, float, float, float] | None
    category: str
    quantity: dict[str, float]


def check_draws(saved: SavedPlan) -> Check:
    """Check percentiles of the total and of every chosen area, and the drivers, against draws of our own."""
    ledger = Ledger("draws")
    told, areas = saved.document["cost"], saved.table("areas")
    lines = read_lines(saved)
    if not lines:
        ledger.that(not any(told[name] for name in ("p10", "p50", "p80", "p90")), "a bill of nothing has percentiles")
        return ledger.close()
    chance = {name: ndtr(score) for name, score in draw_scores(saved).items()}
    total = _levels(spend(lines, chance, None))
    for name, value in zip(("p10", "p50", "p80", "p90"), total, strict=True):
        ledger.equal(told[name], round(float(value), 2), f"cost.{name}", 0.011 + _SHARE * float(value))
    _check_areas(ledger, areas, lines, chance)
    _check_drivers(ledger, saved, lines, chance, float(total[2]))
    _check_contingency(ledger, saved, lines, chance)
    _check_years(ledger, saved, lines, chance)
    return ledger.close()


def _check_contingency(ledger: Ledger, saved: SavedPlan, lines: list[Line], chance: dict[str, FloatArray]) -> None:
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
    rates = draw_lines(lines, chance)
    total = spend(lines, chance, None, rates)
    shared = np.array([max(float(np.cov(spend(lines, chance, area, rates), total)[0, 1]), 0.0) for area in ids])
    if shared.sum() > 0:
        apart = np.abs(held[chosen] - told["contingency"] * shared / shared.sum())
        ledger.none(~(apart <= 0.011 + 1e-5 * told["contingency"]), ids, "areas.contingency is not by covariance")


def _check_years(ledger: Ledger, saved: SavedPlan, lines: list[Line], chance: dict[str, FloatArray]) -> None:
    """Draw the total again in money of the years of build."""
    told, areas = saved.document["cost"], saved.table("areas")
    low, likely, high = escalation(saved)
    rise = triangular(chance.get("escalation", np.full_like(next(iter(chance.values())), 0.5)), low, likely, high)
    price_year = int(section(saved, "study")["price_year"])
    ahead = {
        area: int(year) - price_year
        for area, year, built in zip(
            texts(areas, "area_id"), numbers(areas, "year"), flags(areas, "chosen"), strict=True
        )
        if built
    }
    rates, total = draw_lines(lines, chance), np.zeros_like(rise)
    for area, years in ahead.items():
        total = total + spend(lines, chance, area, rates) * (1 + rise) ** years
    for name, place in (("p50_escalated", 1), ("p80_escalated", 2)):
        value = float(_levels(total)[place])
        ledger.equal(told[name], round(value, 2), f"cost.{name}", 0.011 + _SHARE * value)


def _check_areas(ledger: Ledger, areas: Any, lines: list[Line], chance: dict[str, FloatArray]) -> None:
    """Compare P50 and P80 of each chosen area."""
    chosen = flags(areas, "chosen")
    ids = np.array(texts(areas, "area_id"), dtype=object)[chosen]
    rates = draw_lines(lines, chance)
    found = np.array([_levels(spend(lines, chance, area, rates)) for area in ids]).reshape(-1, 4)
    for column, place in (("cost_p50", 1), ("cost_p80", 2)):
        apart = np.abs(numbers(areas, column)[chosen] - found[:, place])
        ledger.none(~(apart <= 0.011 + _SHARE * found[:, place]), ids, f"areas.{column} is not that of the draws")


def _check_drivers(
    ledger: Ledger, saved: SavedPlan, lines: list[Line], chance: dict[str, FloatArray], p80: float
) -> None:
    """Compare P80 with a factor held at its median, its P10 and its P90."""
    table = saved.table("cost_drivers")
    names = texts(table, "factor")
    ledger.that(sorted(names) == sorted(chance), "cost_drivers does not name every factor once")
    found = []
    for name in names:
        if not ledger.that(name in chance, f"no such factor: {name}"):
            return
        held = [chance | {name: np.full_like(chance[name], at)} for at in (0.1, 0.5, 0.9)]
        found.append([float(_levels(spend(lines, one, None))[2]) for one in held])
    low, middle, high = np.array(found).reshape(-1, 3).T
    columns = {"p80_low": low, "p80_high": high, "p80_change": p80 - middle, "swing": high - low}
    for column, wanted in columns.items():
        apart = np.abs(numbers(table, column) - wanted)
        ledger.none(~(apart <= 0.021 + 2 * _SHARE * p80), names, f"cost_drivers.{column} is not that of the draws")


def read_lines(saved: SavedPlan) -> list[Line]:
    """Gather the bill by item and component; all permit fees are one item."""
    bom = saved.table("bom")
    moves = {(row["range_id"], row["category"]): row for row in rows_of(saved, "ranges")}
    fees = moves.get(("fee", "permits"), {"low": 1.0, "likely": 1.0, "high": 1.0})
    names = ("category", "item", "component", "area_id", "factor")
    columns = [texts(bom, name) for name in names]
    rates = [numbers(bom, f"rate_{level}") for level in ("low", "likely", "high")]
    found: dict[str, Line] = {}
    rows = zip(*columns, *rates, numbers(bom, "quantity"), numbers(bom, "cost"), strict=True)
    for category, item, part, area, factor, low, likely, high, quantity, cost in rows:
        is_fee = category == "permits"
        key = "permits" if is_fee else f"{item} {part}"
        levels = _range(fees) if is_fee else (float(low), float(likely), float(high))
        move = moves.get(("quantity", category))
        growth = (move["factor"], *_range(move)) if move else None
        line = found.setdefault(key, Line(levels, factor, growth, category, {}))
        line.quantity[area] = line.quantity.get(area, 0.0) + float(cost if is_fee else quantity)
    return [found[key] for key in sorted(found)]


def _range(row: dict[str, Any]) -> tuple[float, float, float]:
    return float(row["low"]), float(row["likely"]), float(row["high"])


def spend(
    lines: list[Line], chance: dict[str, FloatArray], area: str | None, rates: list[FloatArray] | None = None
) -> FloatArray:
    """Cost per draw, of one area or of all; `rates` are those of `draw_lines` for the same chances."""
    drawn = draw_lines(lines, chance) if rates is None else rates
    build, other, share = (np.zeros_like(next(iter(chance.values()))) for _ in range(3))
    for line, rate in zip(lines, drawn, strict=True):
        if line.category == "soft":
            share = share + rate
            continue
        amount = sum(line.quantity.values()) if area is None else line.quantity.get(area, 0.0)
        if line.category in BUILD:
            build = build + amount * rate
        else:
            other = other + amount * rate
    return np.asarray(build * (1 + share) + other)


def draw_lines(lines: list[Line], chance: dict[str, FloatArray]) -> list[FloatArray]:
    """Rate of each line per draw, times the growth of what is measured."""
    drawn = []
    for line in lines:
        rate = triangular(chance[line.factor], *line.levels)
        drawn.append(rate * triangular(chance[line.growth[0]], *line.growth[1:]) if line.growth else rate)
    return drawn


def _levels(spent: FloatArray) -> FloatArray:
    return np.asarray(np.quantile(spent, (0.1, 0.5, 0.8, 0.9)))


def triangular(chance: FloatArray, low: float, likely: float, high: float) -> FloatArray:
    """Quantiles of the triangular distribution."""
    if high <= low:
        return np.full_like(chance, likely)
    left, right = likely - low, high - likely
    rising = low + np.sqrt(chance * (high - low) * left)
    falling = high - np.sqrt((1 - chance) * (high - low) * right)
    return np.where(chance * (high - low) < left, rising, falling)


def draw_scores(saved: SavedPlan) -> dict[str, FloatArray]:
    """Draw correlated normal scores by Latin hypercube, re-ordered so that ranks correlate (Iman and Conover 1982)."""
    factors = [row["factor"] for row in rows_of(saved, "factors")]
    count, size = int(section(saved, "cost")["draws"]), len(factors)
    seed = np.random.SeedSequence(int(section(saved, "study")["seed"]), spawn_key=(STREAM,))
    random = np.random.Generator(np.random.PCG64(seed))
    strata = np.column_stack([random.permutation(count) for _ in range(size)])
    scores = ndtri((strata + random.uniform(0.0, 1.0, strata.shape)) / count)
    wanted = np.eye(size)
    for pair in rows_of(saved, "correlations"):
        row, column = factors.index(pair["factor"]), factors.index(pair["other"])
        wanted[row, column] = wanted[column, row] = float(pair["correlation"])
    unit = scores - scores.mean(axis=0)
    unit = unit / np.sqrt((unit**2).sum(axis=0))
    found = np.einsum("ij,ik->jk", unit, unit)
    mixing = np.linalg.cholesky(wanted) @ np.linalg.inv(np.linalg.cholesky(found))
    target = np.einsum("ij,kj->ik", unit, mixing)
    ranks = target.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    ordered = np.sort(scores, axis=0)
    return {name: ordered[ranks[:, column], column] for column, name in enumerate(factors)}
