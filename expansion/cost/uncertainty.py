"""Draw the cost of a bill under the common factors: percentiles in total and per area, and what drives them.

In a draw, the rate of a line is the quantile of its triangular distribution (low, likely, high) at the probability of
its factor's score; what is measured on a map also grows or shrinks with the factor ``quantity``; soft costs are a drawn
share of the drawn build. Lines of one rate move together everywhere: a dear year for splicers is dear in every area.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.cost.bom import BUILD
from expansion.cost.fees import fee_range
from expansion.plan.plan import Draws
from expansion.plan.specs_cost import DRIVERS
from expansion.rulebook import Rulebook, Spread

FloatArray = NDArray[np.float64]

LEVELS = (0.1, 0.5, 0.8, 0.9)
SWING = 1.2815515655446004
"""Score of a factor at its P90; at its P10 it is the negative of that."""
_CELLS = 4_000_000  # numbers of one chunk of areas x draws, 32 MB


@dataclass(frozen=True, slots=True)
class Bill:
    """A bill as matrices: per area and rate the quantity, per rate its range and factor.

    A rate is one component of an item. `quantity` has shape (areas, rates). `is_build` marks what soft costs are a
    share of, `is_soft` the shares themselves (their quantity is 0 here). `growth` says per rate how far its quantity
    may grow or shrink, None where it is counted and not measured.
    """

    areas: tuple[str, ...]
    quantity: FloatArray
    low: FloatArray
    likely: FloatArray
    high: FloatArray
    factor: tuple[str, ...]
    is_build: NDArray[np.bool_]
    is_soft: NDArray[np.bool_]
    growth: tuple[Spread | None, ...]


def tabulate(bom: pd.DataFrame, rulebook: Rulebook) -> Bill:
    """Turn priced lines into a `Bill`; all permit fees become one rate with the fees as quantity."""
    fees = (bom["category"] == "permits").to_numpy()
    item = np.where(fees, "permits", (bom["item"] + "/" + bom["component"]).to_numpy())
    names, first, column = np.unique(item.astype(str), return_index=True, return_inverse=True)
    areas, row = np.unique(bom["area_id"].to_numpy().astype(str), return_inverse=True)
    soft = (bom["category"] == "soft").to_numpy()
    value = np.where(soft, 0.0, np.where(fees, bom["cost"].to_numpy(), bom["quantity"].to_numpy()))
    quantity = np.zeros((len(areas), len(names)))
    np.add.at(quantity, (row, column), value)
    ranges = [bom[f"rate_{level}"].to_numpy()[first].copy() for level in ("low", "likely", "high")]
    for values, fee_level in zip(ranges, fee_range(rulebook), strict=True):
        values[names == "permits"] = fee_level
    category = bom["category"].to_numpy()[first].astype(str)
    moving = {row.category: row for row in rulebook.ranges if row.range_id == "quantity"}
    return Bill(
        areas=tuple(areas.tolist()),
        quantity=quantity,
        low=ranges[0], likely=ranges[1], high=ranges[2],
        factor=tuple(bom["factor"].to_numpy()[first].tolist()),
        is_build=np.isin(category, BUILD), is_soft=category == "soft",
        growth=tuple(moving.get(name) for name in category.tolist()),
    )  # fmt: skip


def triangular(probability: FloatArray, low: float, likely: float, high: float) -> FloatArray:
    """Quantiles of the triangular distribution; a constant where low equals high."""
    width = high - low
    if width <= 0:
        return np.full_like(probability, likely)
    turn = (likely - low) / width
    rising = low + np.sqrt(probability * width * (likely - low))
    falling = high - np.sqrt((1.0 - probability) * width * (high - likely))
    return np.where(probability < turn, rising, falling)


def draw_rates(bill: Bill, scores: dict[str, FloatArray]) -> FloatArray:
    """Rate of each item in each draw, shape (rates, draws); measured ones include the growth of their quantity."""
    return _draw_rows(bill, scores, list(range(len(bill.low))))


def _draw_rows(bill: Bill, scores: dict[str, FloatArray], rows: list[int]) -> FloatArray:
    """Rates of some items in each draw, shape (rows, draws)."""
    chance = {name: ndtr(score) for name, score in scores.items()}
    used = dict.fromkeys(moving for row in rows if (moving := bill.growth[row]) is not None)
    growth = {moving: triangular(chance[moving.factor], moving.low, moving.likely, moving.high) for moving in used}
    rates = np.empty((len(rows), len(next(iter(chance.values())))))
    for place, row in enumerate(rows):
        rates[place] = triangular(chance[bill.factor[row]], bill.low[row], bill.likely[row], bill.high[row])
        moving = bill.growth[row]
        if moving is not None:
            rates[place] *= growth[moving]
    return rates


@dataclass(frozen=True, slots=True)
class HeldTotals:
    """Draws of the cost of all areas together, in which one factor at a time may take other scores."""

    bill: Bill
    scores: dict[str, FloatArray]
    rates: FloatArray

    @classmethod
    def of(cls, bill: Bill, scores: dict[str, FloatArray]) -> HeldTotals:
        """Draw every rate once."""
        whole = replace(bill, areas=("all",), quantity=bill.quantity.sum(axis=0, keepdims=True))
        return cls(whole, scores, draw_rates(whole, scores))

    def total(self, factor: str, score: FloatArray | float) -> FloatArray:
        """Cost per draw with other scores of one factor, all other factors as drawn; shape (draws,)."""
        growth = [row.factor if row else "" for row in self.bill.growth]
        pairs = enumerate(zip(self.bill.factor, growth, strict=True))
        moved = [place for place, names in pairs if factor in names]
        rates = self.rates.copy()
        held = np.broadcast_to(np.asarray(score, dtype=np.float64), self.scores[factor].shape)
        rates[moved] = _draw_rows(self.bill, self.scores | {factor: held}, moved)
        return np.asarray(draw_areas(self.bill, rates, slice(0, 1))[0])


def draw_areas(bill: Bill, rates: FloatArray, rows: slice) -> FloatArray:
    """Cost of some areas in each draw, shape (areas, draws)."""
    # einsum without optimize never calls BLAS: the sums are the same under any number of threads.
    build, other = bill.is_build, ~bill.is_build & ~bill.is_soft
    spent = np.einsum("ai,id->ad", bill.quantity[rows][:, build], rates[build])
    spent *= 1.0 + rates[bill.is_soft].sum(axis=0)
    return np.asarray(spent + np.einsum("ai,id->ad", bill.quantity[rows][:, other], rates[other]))


def total_draws(bill: Bill, scores: dict[str, FloatArray]) -> FloatArray:
    """Cost of all areas together in each draw, shape (draws,)."""
    whole = replace(bill, areas=("all",), quantity=bill.quantity.sum(axis=0, keepdims=True))
    return np.asarray(draw_areas(whole, draw_rates(whole, scores), slice(0, 1))[0])


def percentiles(draws: FloatArray) -> FloatArray:
    """P10, P50, P80, P90 along the last axis, to the cent; shape (4, …)."""
    return np.asarray(np.round(np.quantile(draws, LEVELS, axis=-1), 2))


def area_levels(bill: Bill, draws: Draws) -> tuple[FloatArray, FloatArray]:
    """P10, P50, P80, P90 of each area, shape (areas, 4), and the covariance of its cost with that of all areas.

    Worked off in chunks of bounded memory. The covariances add to the variance of the total.
    """
    rates = draw_rates(bill, draws.scores)
    total = total_draws(bill, draws.scores)
    away = (total - total.mean()) / max(len(total), 1)
    step = max(_CELLS // max(rates.shape[1], 1), 1)
    found, shared = np.zeros((len(bill.areas), len(LEVELS))), np.zeros(len(bill.areas))
    for start in range(0, len(bill.areas), step):
        rows = slice(start, start + step)
        spent = draw_areas(bill, rates, rows)
        found[rows] = percentiles(spent).T
        shared[rows] = np.einsum("ad,d->a", spent, away)
    return found, shared


def find_drivers(
    bill: Bill, scores: dict[str, FloatArray], p80: float, beside: FloatArray | float = 0.0
) -> pd.DataFrame:
    """List how P80 moves when one factor is held at a value and the others vary as drawn, the widest swing first.

    Parameters
    ----------
    bill, scores
        What is drawn.
    p80
        With all factors as drawn.
    beside
        What each draw costs beside the bill; it stays as drawn.

    Returns
    -------
    DataFrame
        After `expansion.plan.specs_cost.DRIVERS`. A factor that moves no line swings by 0.
    """
    known, totals = [], HeldTotals.of(bill, scores)
    for factor in sorted(scores):
        held = (totals.total(factor, score) + beside for score in (-SWING, 0.0, SWING))
        low, middle, high = (float(percentiles(total)[2]) for total in held)
        known.append((factor, round(p80 - middle, 2), low, high, round(high - low, 2)))
    known.sort(key=lambda row: (-row[4], row[0]))
    return DRIVERS.build({column.name: [row[n] for row in known] for n, column in enumerate(DRIVERS.columns)})
