"""Draw the cost again from the seed, as docs/methods/cost.md describes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from expansion.audit.folder import SavedPlan, numbers, texts
from expansion.audit.quantities import BUILD
from expansion.audit.rules import rows_of, section

FloatArray = NDArray[np.float64]

STREAM = 8


@dataclass(frozen=True, slots=True)
class Line:
    """All lines of one item's component: rate range, factor, how far its quantity moves, group, quantity per area."""

    levels: tuple[float, float, float]
    factor: str
    growth: tuple[str, float, float, float] | None
    category: str
    quantity: dict[str, float]


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
