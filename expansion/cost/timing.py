"""Bring the bill from prices of the price year to prices of the year in which each area is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.cost.uncertainty import percentiles, triangular
from expansion.plan.plan import Areas, Cost, Draws, Portfolio
from expansion.plan.specs_cost import BOM
from expansion.plan.uncertainty import DrawnCosts
from expansion.rulebook import Rulebook
from expansion.rulebook.escalation import yearly_escalation
from expansion.study import Study

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
FACTOR = "escalation"


def escalate_cost(
    study: Study, rulebook: Rulebook, cost: Cost, areas: Areas, portfolio: Portfolio, draws: Draws, money: DrawnCosts,
    picked: IntArray,
) -> Cost:  # fmt: skip
    """Price every line in money of the year in which its area is built.

    Parameters
    ----------
    study
        Price year, and the rise of prices where the study sets it.
    rulebook
        Range of the rise of prices in a year.
    cost
        The bill in prices of the price year.
    areas, portfolio
        Build year per area.
    draws
        Scores of all factors; ``escalation`` moves the rise of prices.
    money, picked
        What areas cost in prices of the price year, with the risks that happen, and in which of the draws.

    Returns
    -------
    Cost
        The same with `cost_escalated` per line and per area at the likely rise, their sum, and P50 and P80 of the total
        in money of the years of build. `base` and the percentiles stay in prices of the price year.
    """
    years = _years_ahead(study, areas, portfolio)
    yearly = yearly_escalation(rulebook, study.cost.escalation)
    ahead = cost.bom["area_id"].map(years).fillna(0.0).to_numpy(dtype=np.float64)
    cents = np.rint(cost.bom["cost"].to_numpy() * 100 * (1.0 + yearly[1]) ** ahead).astype(np.int64)
    bom = cost.bom.assign(cost_escalated=cents / 100)
    per_area = cost.per_area.assign(escalated=_per_area(cost.per_area["area_id"], bom["area_id"], cents))
    p50, p80 = _drawn(money, draws, picked, years, yearly) if len(bom) else (0.0, 0.0)
    return replace(
        cost, bom=BOM.check(bom), per_area=per_area, escalation=yearly[1],
        escalated=int(cents.sum()) / 100, escalated_p50=p50, escalated_p80=p80,
    )  # fmt: skip


def _years_ahead(study: Study, areas: Areas, portfolio: Portfolio) -> dict[str, int]:
    """Years from the price year to the year of build, per chosen area; below 0 where it lies before."""
    ids = areas.table["area_id"].to_list()
    return {
        name: int(year) - study.study.price_year for name, year in zip(ids, portfolio.year, strict=True) if year >= 0
    }


def _per_area(names: pd.Series, of_line: pd.Series, cents: NDArray[np.int64]) -> FloatArray:
    """Money per area."""
    sums = pd.Series(cents).groupby(of_line.to_numpy()).sum()
    return np.asarray(sums.reindex(names.to_numpy()).fillna(0).to_numpy(dtype=np.float64) / 100)


def _drawn(
    money: DrawnCosts, draws: Draws, picked: IntArray, years: Mapping[str, int], yearly: tuple[float, float, float]
) -> tuple[float, float]:
    """P50 and P80 of the total in money of the years of build."""
    score = draws.scores[FACTOR][picked] if FACTOR in draws.scores else np.zeros(len(picked))
    rise = triangular(ndtr(score), *yearly)
    ahead = np.array([years.get(area, 0) for area in money.area_ids])
    levels = percentiles((money.areas * (1.0 + rise) ** ahead[:, None]).sum(axis=0))
    return float(levels[1]), float(levels[2])
