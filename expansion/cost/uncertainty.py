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
from expansion.rulebook import Rulebook, Spread

FloatArray = NDArray[np.float64]

LEVELS = (0.1, 0.5, 0.8, 0.9)
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
    chance = {name: ndtr(score) for name, score in scores.items()}
    growth = {row: triangular(chance[row.factor], row.low, row.likely, row.high) for row in bill.growth if row}
    rates = np.empty((len(bill.low), len(next(iter(chance.values())))))
    for row, (factor, moving) in enumerate(zip(bill.factor, bill.growth, strict=True)):
        rates[row] = triangular(chance[factor], bill.low[row], bill.likely[row], bill.high[row])
        if moving is not None:
            rates[row] *= growth[moving]
    return rates


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


def area_percentiles(bill: Bill, draws: Draws) -> FloatArray:
    """P10, P50, P80, P90 of each area, shape (areas, 4); worked off in chunks of bounded memory."""
    rates = draw_rates(bill, draws.scores)
    step = max(_CELLS // max(rates.shape[1], 1), 1)
    found = np.zeros((len(bill.areas), len(LEVELS)))
    for start in range(0, len(bill.areas), step):
        rows = slice(start, start + step)
        found[rows] = percentiles(draw_areas(bill, rates, rows)).T
    return found


def find_drivers(bill: Bill, draws: Draws, p80: float) -> pd.DataFrame:
    """List by how much P80 falls when one factor is held at its median, the largest first.

    Returns
    -------
    DataFrame
        factor, p80_change (currency; negative where the factor's likely value lies above its median).
    """
    known = []
    for factor in sorted(draws.scores):
        held = draws.scores | {factor: np.zeros_like(draws.scores[factor])}
        without = float(percentiles(total_draws(bill, held))[2])
        known.append((factor, round(p80 - without, 2)))
    known.sort(key=lambda pair: (-pair[1], pair[0]))
    names = pd.array([factor for factor, _ in known], dtype="str")
    return pd.DataFrame({"factor": names, "p80_change": [change for _, change in known]})
