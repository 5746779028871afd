"""Look around a choice: the frontier over budgets, and the price of forcing each area in or out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from expansion.plan.graph import FloatArray, IntArray
from expansion.plan.plan import Areas, Cost, Eligibility, Network, Portfolio
from expansion.plan.selection import CHOICES, FRONTIER, Prospects, Selection
from expansion.portfolio.frontier import spread, trace_frontier
from expansion.portfolio.money import UNLIMITED
from expansion.portfolio.posing import pose
from expansion.portfolio.problem import Problem
from expansion.portfolio.program import Answer
from expansion.portfolio.search import search
from expansion.rulebook import Rulebook
from expansion.study import Study


def explore_choice(
    study: Study, rulebook: Rulebook, areas: Areas, eligibility: Eligibility, network: Network, cost: Cost,
    portfolio: Portfolio, *, only: tuple[str, ...], prospects: Prospects,
) -> Selection:  # fmt: skip
    """Trace the frontier and price each area, as far as the study asks for either.

    Parameters
    ----------
    study
        `portfolio.frontier` and `portfolio.force_prices`.
    rulebook, areas, eligibility, network, cost, only, prospects
        As for `choose_areas`: the candidates, at whose costs all is compared.
    portfolio
        The choice that was made.

    Returns
    -------
    Selection
        That of the choice, with the tables `frontier` and `choices`.
    """
    selection = portfolio.selection
    if not (study.portfolio.frontier or study.portfolio.force_prices) or not selection.years:
        return selection
    posed = pose(study, rulebook, areas, eligibility, network, cost, only, prospects)
    homes = posed.worth.measures["locations"]
    if study.portfolio.frontier:
        points = spread(study.portfolio.frontier)
        selection = replace(selection, frontier=_frontier(posed.problem, points, homes))
    if study.portfolio.force_prices:
        selection = replace(selection, choices=_choices(posed.problem, portfolio))
    return selection


def _frontier(problem: Problem, shares: tuple[float, ...], homes: FloatArray) -> pd.DataFrame:
    """Trace the frontier; without any budget, over shares of what everything costs."""
    limits = problem.limits
    if limits.total >= UNLIMITED:
        every = problem.costs.together(np.nonzero(problem.rules.allowed)[0].tolist())
        problem = replace(problem, limits=replace(limits, cumulative=np.minimum(limits.cumulative, every)))
    points = trace_frontier(problem, shares)
    columns: dict[str, object] = {
        "point": np.arange(1, len(points) + 1), "share": [point.share for point in points],
        "budget": [point.budget / 100 for point in points], "value": [point.value for point in points],
        "bound": [point.bound for point in points], "gap": [point.gap for point in points],
        "ranking_value": [np.nan if point.ranking_value is None else point.ranking_value for point in points],
        "areas": [len(point.chosen) for point in points],
        "locations": [int(homes[list(point.chosen)].sum()) for point in points],
        "cost": [point.cost / 100 for point in points],
    }  # fmt: skip
    return FRONTIER.build(columns)


def _choices(problem: Problem, portfolio: Portfolio) -> pd.DataFrame:
    """Force each area out where it is chosen, else in, and choose again."""
    base = search(problem)
    names, chosen = problem.rules.names, portfolio.year >= 0
    none: IntArray = np.full(len(problem.benefit), -1, dtype=np.int64)
    before = none if base.when is None else base.when
    rows = [
        _forced(problem, before, area, search(_with(problem, area, forced_in=not chosen[area])), bool(chosen[area]))
        for area in range(problem.areas)
    ]
    columns: dict[str, object] = {
        "area_id": list(names[: problem.areas]), "chosen": chosen,
        "year": [year if year >= 0 else None for year in portfolio.year.tolist()],
    }  # fmt: skip
    for place, name in enumerate(("value", "force_price", "force_price_low", "cost_change", "reason")):
        columns[name] = [row[place] for row in rows]
    return CHOICES.build(columns)


def _with(problem: Problem, area: int, *, forced_in: bool) -> Problem:
    """Require an area with all that it needs, or exclude it with all that needs it."""
    rules = problem.rules
    if forced_in:
        required = rules.required.copy()
        required[sorted(rules.everything_needed([area]))] = True
        return replace(problem, rules=replace(rules, required=required))
    return replace(problem, rules=replace(rules, allowed=rules.allowed & ~rules.needing(area)))


def _forced(
    problem: Problem, before: IntArray, area: int, answer: Answer, chosen: bool
) -> tuple[float, float, float, float, str]:
    """Compare the best choice with an area forced against the best without."""
    rules, verb = problem.rules, "out" if chosen else "in"
    required, allowed = rules.required[area], rules.allowed[area]
    if answer.when is None or (required if chosen else not allowed):
        words = f"cannot be forced {verb}: the study's rules and limits leave no choice with that"
        return np.nan, np.nan, np.nan, np.nan, words
    value, after = problem.value(answer.when), answer.when
    price = round(max(problem.value(before) - value, 0.0), 6) + 0.0
    low = round(max(problem.value(before) - answer.upper_bound, 0.0), 6) + 0.0
    change = int((problem.costs.spend(after, problem.years) - problem.costs.spend(before, problem.years)).sum()) / 100
    gone = [rules.names[k] for k in np.nonzero((before >= 0) & (after < 0))[0] if k != area]
    come = [rules.names[k] for k in np.nonzero((before < 0) & (after >= 0))[0] if k != area]
    words = f"forced {verb}: benefit falls by {price:g}" if price else f"forced {verb}: costs no benefit"
    words += f"; {', '.join(come[:3])} come{'s' if len(come) == 1 else ''} in" if come else ""
    words += f"; {', '.join(gone[:3])} give{'s' if len(gone) == 1 else ''} way" if gone else ""
    return round(value, 6), price, min(low, price), change, words
