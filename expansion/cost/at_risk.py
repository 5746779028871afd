"""Draw what areas cost, with the risks that happen, in the draws that also say when they end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.cost.timing import FACTOR as ESCALATION
from expansion.cost.uncertainty import Bill, draw_areas, draw_rates, tabulate, total_draws, triangular
from expansion.plan.plan import Cost, Draws
from expansion.plan.uncertainty import MOST_DRAWS, DrawnCosts, Events
from expansion.rulebook import Rulebook

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


def pick_draws(rulebook: Rulebook, cost: Cost, draws: Draws) -> IntArray:
    """Pick the draws in which dates and costs are drawn together: at most `MOST_DRAWS`, evenly by cost.

    The draws are put in order of what the bill costs in them and parted into strata of equal number, of each of which
    the middle one is taken: few draws then have the percentiles of all.

    Parameters
    ----------
    rulebook
        Ranges.
    cost
        The bill; one of nothing costs the same in every draw.
    draws
        Scores of all factors.

    Returns
    -------
    IntArray
        Rows of the draws, ascending.
    """
    count = len(next(iter(draws.scores.values())))
    most = min(MOST_DRAWS, count)
    total = total_draws(tabulate(cost.bom, rulebook), draws.scores) if len(cost.bom) else np.zeros(count)
    middles = (2 * np.arange(most, dtype=np.int64) + 1) * count // (2 * most)
    return np.sort(np.argsort(total, kind="stable")[middles])


def draw_costs(rulebook: Rulebook, cost: Cost, draws: Draws, risks: pd.DataFrame, events: Events) -> DrawnCosts:
    """Draw the cost of each area, and what each risk adds to it.

    A risk that happens adds its impact to its area; one of the program adds it to all areas in proportion to base cost.
    Where the rule book says that the price ranges of a factor hold part of it already (`held_by`), only what the draw
    does not hold is added: impact less what the lines of that factor cost above likely in this draw. What prices rise
    until the year of build is no money of the price year, and is drawn with the escalated percentiles instead.

    Parameters
    ----------
    rulebook
        Ranges, and what holds each risk.
    cost
        The bill.
    draws
        Scores of all factors.
    risks
        The register: ``rule_id``, ``area_id``, ``impact_cost``.
    events
        The draws to use, and which risks happen in them.

    Returns
    -------
    DrawnCosts
        In prices of the price year.
    """
    scores = {name: values[events.draws] for name, values in draws.scores.items()}
    if not len(cost.bom):
        nothing = np.zeros((0, len(events.draws)))
        return DrawnCosts((), nothing, np.zeros((len(risks), len(events.draws))))
    bill = tabulate(cost.bom, rulebook)
    drawn = _Drawn(bill, draw_rates(bill, scores), scores)
    spent = draw_areas(bill, drawn.rates, slice(0, len(bill.areas)))
    base = cost.bom.groupby("area_id")["cost"].sum().reindex(list(bill.areas)).to_numpy(dtype=np.float64)
    share = base / base.sum() if base.sum() else np.full(len(base), 1 / len(base))
    money = np.zeros((len(risks), len(events.draws)))
    held_by = {rule.rule_id: rule.held_by for rule in rulebook.risks}
    columns = (risks[name].to_list() for name in ("rule_id", "area_id", "impact_cost"))
    for row, (rule_id, area, impact) in enumerate(zip(*columns, strict=True)):
        here = bill.areas.index(area) if isinstance(area, str) else None
        money[row] = events.fired[row] * drawn.left_of(impact, here, held_by.get(rule_id, ""))
        if here is None:
            spent += share[:, None] * money[row]
        else:
            spent[here] += money[row]
    return DrawnCosts(bill.areas, spent, money)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A bill with its rates per draw; `above` keeps, per factor, what a unit of each line costs above likely."""

    bill: Bill
    rates: FloatArray
    scores: dict[str, FloatArray]
    above: dict[str, FloatArray] = field(default_factory=dict)

    def left_of(self, impact: float, area: int | None, factor: str) -> FloatArray:
        """Tell what the draws do not hold yet of an impact, per draw; `area` None is all areas."""
        if factor == ESCALATION:
            return np.zeros(self.rates.shape[1])
        if not factor:
            return np.full(self.rates.shape[1], impact)
        if factor not in self.above:
            self.above[factor] = self._above_likely(factor)
        quantity = self.bill.quantity.sum(axis=0) if area is None else self.bill.quantity[area]
        held = np.einsum("i,id->d", quantity, self.above[factor])
        return np.asarray(np.clip(impact - np.maximum(held, 0.0), 0.0, impact), dtype=np.float64)

    def _above_likely(self, factor: str) -> FloatArray:
        """Tell how much dearer a unit of each line is than with the factor at its likely value, soft costs aside.

        A line's rate is its price times the growth of its quantity; the factor may move either or both.
        """
        found = np.zeros_like(self.rates)
        for row, growth in enumerate(self.bill.growth):
            grown = np.ones(self.rates.shape[1])
            if growth is not None:
                grown = triangular(ndtr(self.scores[growth.factor]), growth.low, growth.likely, growth.high)
            price = self.rates[row] / grown
            own_price = self.bill.likely[row] if self.bill.factor[row] == factor else price
            own_growth = growth.likely if growth is not None and growth.factor == factor else grown
            found[row] = self.rates[row] - own_price * own_growth
        return found
