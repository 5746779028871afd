"""How far the net present value may move: capital under the common factors, customers and prices under their own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.cost.bom import TO_CONNECT
from expansion.cost.business.facts import AreaFacts
from expansion.cost.business.flows import Flows
from expansion.cost.business.terms import Terms
from expansion.cost.uncertainty import tabulate, total_draws, triangular
from expansion.plan.plan import Draws
from expansion.rulebook import Rulebook

FloatArray = NDArray[np.float64]
STREAM = 14
"""Random stream of the business case, apart from those of the stages."""
DRAWN = ("take_rate", "arpu_per_month", "opex_per_subscriber", "pole_rental")
"""Assumptions that are drawn, each for itself; the two operating costs move together."""
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Weights:
    """What a unit of each kind of capital, spent in an area, takes off the present value; shape (areas,)."""

    to_pass: FloatArray
    to_connect: FloatArray
    electronics: FloatArray
    customer: FloatArray


def draw_worth(
    facts: AreaFacts, terms: Terms, flows: Flows, factors: FloatArray, bom: pd.DataFrame, rulebook: Rulebook,
    draws: Draws, seed: int,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Draw the net present value of all areas together.

    Returns
    -------
    tuple
        P10, P50 and P90 to the cent, and the share of the draws in which it is at least 0.
    """
    count = len(next(iter(draws.scores.values())))
    ratio = _draw_ratios(terms, count, seed)
    present = {name: float((values * factors).sum()) / 100 for name, values in flows.money.items()}
    rental = float((flows.pole_rental * factors).sum()) / 100
    rent = float((flows.permit_rent * factors).sum()) / 100
    churned = _churned(terms, flows, factors)
    take = ratio["take_rate"]
    running = present["opex"] - rental - rent - churned
    worth = take * (present["revenue"] * ratio["arpu_per_month"] - running * ratio["opex_per_subscriber"] - churned)
    worth = worth - rent - rental * ratio["pole_rental"] + present["subsidy"] + present["terminal_value"]
    worth = worth - _drawn_capital(_weights(facts, flows, factors), facts, bom, rulebook, draws, take)
    p10, p50, p90 = np.round(np.quantile(worth, LEVELS), 2).tolist()
    return p10, p50, p90, round(float((worth >= 0).mean()), 6)


def _draw_ratios(terms: Terms, count: int, seed: int) -> dict[str, FloatArray]:
    """Draw each assumption over its likely value, one draw per stratum of equal probability."""
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(STREAM,))))
    found = {}
    for name in DRAWN:
        chance = (random.permutation(count) + random.uniform(0.0, 1.0, count)) / count
        low, likely, high = terms.ranges[name]
        found[name] = triangular(chance, low, likely, high) / likely if likely else np.ones(count)
    return found


def _churned(terms: Terms, flows: Flows, factors: FloatArray) -> float:
    """Present value of winning subscribers who replace others."""
    grown = (1 + terms.opex_growth) ** (flows.years - terms.price_year)
    each = 12 * terms.churn_per_month * terms.reconnect_cost
    return float((flows.subscribers * grown * factors).sum()) * each


def _weights(facts: AreaFacts, flows: Flows, factors: FloatArray) -> Weights:
    """Divide what each kind of capital takes off the present value by what is spent on it at likely rates."""
    paid = factors * flows.dear
    first = paid[facts.year - flows.years[0]]
    present = [(values * paid).sum(axis=1) for values in (flows.new, flows.bought, flows.again)]
    return Weights(first, *present)


def _drawn_capital(
    weights: Weights, facts: AreaFacts, bom: pd.DataFrame, rulebook: Rulebook, draws: Draws, take: FloatArray
) -> FloatArray:
    """Present value of capital per draw; what follows orders moves with the take rate."""
    category = bom["category"].to_numpy().astype(str)
    connect = np.isin(category, TO_CONNECT)
    fixed = _drawn(bom[~connect], rulebook, weights.to_pass, facts, draws)
    fixed = fixed + _drawn(bom[category == "electronics"], rulebook, weights.electronics, facts, draws)
    ordered = _drawn(bom[connect], rulebook, weights.to_connect, facts, draws)
    ordered = ordered + _drawn(bom[category == "customer"], rulebook, weights.customer, facts, draws)
    return np.asarray(fixed + take * ordered)


def _drawn(lines: pd.DataFrame, rulebook: Rulebook, weight: FloatArray, facts: AreaFacts, draws: Draws) -> FloatArray:
    """Draw some lines of the bill, each area times its weight, shape (draws,)."""
    count = len(next(iter(draws.scores.values())))
    if not len(lines) or not weight.any():
        return np.zeros(count)
    bill = tabulate(lines, rulebook)
    of_area = dict(zip(facts.ids, weight.tolist(), strict=True))
    scale = np.array([of_area[name] for name in bill.areas])[:, None]
    return total_draws(replace(bill, quantity=bill.quantity * scale), draws.scores)
