"""Say what each survey is worth: how far it narrows the reserve that the cost needs, against what it costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from expansion.cost.catalog import price_item
from expansion.cost.factors import STAGE
from expansion.cost.uncertainty import HeldTotals, tabulate
from expansion.plan.plan import Cost, Draws, Network, Permits
from expansion.plan.specs_cost import SURVEYS
from expansion.rulebook import Rulebook, Survey
from expansion.study import Study

FloatArray = NDArray[np.float64]

FINDINGS = 9
"""What a survey may find is followed at this many signals, the middles of strata of equal probability."""


def value_surveys(
    study: Study, rulebook: Rulebook, network: Network, permits: Permits, cost: Cost, draws: Draws
) -> pd.DataFrame:
    """Value every survey of the rule book for a designed network.

    A survey shows a signal of its factor and leaves noise: ``score = sqrt(r) x signal + sqrt(1 - r) x noise``, where r
    is the share of the variance that it resolves. The reserve to expect once it is done is the mean of P80 - P50 over
    what it may find. All other factors vary as drawn: a pole survey says nothing of the price of labor.

    Parameters
    ----------
    study
        Seed of the noise: ``SeedSequence(seed, spawn_key=(8, 1 + number of the survey's row))``.
    rulebook
        `surveys` and their rates.
    network, permits
        What there is to survey.
    cost
        The bill.
    draws
        Scores of the factors.

    Returns
    -------
    DataFrame
        After `SURVEYS`, in the order of the rule book; empty where nothing is built.
    """
    rows: list[tuple[object, ...]] = []
    if len(cost.bom):
        totals = HeldTotals.of(tabulate(cost.bom, rulebook), draws.scores)
        amounts = count_objects(network, permits)
        for number, survey in enumerate(rulebook.surveys):
            score = draws.scores[survey.factor]
            before = reserve(totals.total(survey.factor, score))
            noise = _noise(study.study.seed, 1 + number, len(score))
            after = reserve_known(totals, survey, noise)
            rows.append(_row(rulebook, survey, amounts[survey.counts], before, after))
    columns = [column.name for column in SURVEYS.columns]
    return SURVEYS.build({name: [row[place] for row in rows] for place, name in enumerate(columns)})


def _row(rulebook: Rulebook, survey: Survey, quantity: float, before: float, after: float) -> tuple[object, ...]:
    """One survey with its cost."""
    price = price_item(rulebook, survey.rate_id)
    cost, freed = round(quantity * price.likely, 2), round(before - after, 2)
    worth = freed > cost and quantity > 0
    shares = (
        survey.factor,
        survey.resolves,
        quantity,
        price.unit,
        cost,
        round(before, 2),
        round(after, 2),
        freed,
        worth,
    )
    return survey.survey_id, survey.name, *shares, survey.source, survey.status


def count_objects(network: Network, permits: Permits) -> dict[str, float]:
    """Count what surveys are paid by: km of new route, km of it in the ground, poles, permits, and one."""
    new = network.spans[~network.spans["is_existing"].to_numpy(dtype=bool)]
    aerial = (new["placement"] == "aerial").to_numpy(dtype=bool)
    meters = new["length_m"].to_numpy(dtype=np.float64)
    return {
        "route_km": round(float(meters.sum()) / 1000, 3),
        "dug_km": round(float(meters[~aerial].sum()) / 1000, 3),
        "poles": float(new["pole_count"].to_numpy()[aerial].sum()),
        "permits": float(len(permits.table)),
        "one": 1.0,
    }


def reserve(total: FloatArray) -> float:
    """P80 - P50 of draws."""
    middle, high = np.quantile(total, (0.5, 0.8))
    return float(high - middle)


def reserve_known(totals: HeldTotals, survey: Survey, noise: FloatArray) -> float:
    """Mean of P80 - P50 over what a survey may find."""
    signals = ndtri((np.arange(FINDINGS) + 0.5) / FINDINGS)
    told, left = np.sqrt(survey.resolves), np.sqrt(1.0 - survey.resolves)
    return sum(reserve(totals.total(survey.factor, told * signal + left * noise)) for signal in signals) / FINDINGS


def _noise(seed: int, number: int, draws: int) -> FloatArray:
    """Draw standard normal noise, one value per stratum of equal probability, in random order."""
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(STAGE, number))))
    return np.asarray(ndtri((random.permutation(draws) + 0.5) / draws), dtype=np.float64)
