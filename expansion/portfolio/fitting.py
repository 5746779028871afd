"""Bring a choice back under its budgets when its areas, designed as one, cost more than they did as candidates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.budgets import set_limits
from expansion.portfolio.money import UNLIMITED
from expansion.portfolio.problem import Problem
from expansion.portfolio.rules import Rules
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Ledger:
    """Money by year against budgets, in cents: `spent` per area as designed, budgets per year and in all."""

    problem: Problem
    spent: IntArray
    yearly: IntArray
    total: int

    def by_year(self, when: IntArray) -> IntArray:
        """Sum per year."""
        areas = when[: len(self.spent)]
        chosen = areas >= 0
        sums = np.bincount(areas[chosen], weights=self.spent[chosen], minlength=len(self.yearly))
        found: IntArray = np.rint(sums).astype(np.int64) + self.problem.costs.extra(when, len(self.yearly))
        return found

    def overshoot(self, when: IntArray) -> int:
        """Cents over all budgets together; 0 when all hold."""
        years = self.by_year(when)
        return int(np.maximum(years - self.yearly, 0).sum() + max(int(years.sum()) - self.total, 0))


def fit_choice(study: Study, problem: Problem, when: IntArray, spent: FloatArray, reserve: float) -> IntArray:
    """Move areas to other years or drop them until every budget of the study holds at what they cost as designed.

    At each step the change that keeps all rules and clears the overshoot at the least loss of benefit is taken; while
    none clears it, the one that takes most off it per loss of benefit. Areas keep their cost as designed.

    Parameters
    ----------
    study
        Budgets; without any nothing is changed.
    problem
        Benefit, years and rules of the choice.
    when
        Year per area, -1 for none.
    spent
        Cost per area as designed.
    reserve
        Share of every budget that is left unspent, against what a new design may add.

    Returns
    -------
    IntArray
        Year per area; equal to `when` where nothing had to change or nothing helps.
    """
    given = study.portfolio.budgets or study.portfolio.total_budget is not None
    if not given or not problem.limits.years:
        return when
    limits, _ = set_limits(study, problem.costs, problem.rules)
    keep = 1.0 - reserve
    yearly = limits.yearly if study.portfolio.budgets else np.full_like(limits.yearly, UNLIMITED)
    cents = np.rint(spent * 100).astype(np.int64)
    ledger = Ledger(problem, cents, (yearly * keep).astype(np.int64), int(limits.total * keep))
    when = when.copy()
    while (over := ledger.overshoot(when)) > 0:
        best = _best_change(problem, ledger, when, over)
        if best is None:
            break
        when = best
    return when


def _best_change(problem: Problem, ledger: Ledger, when: IntArray, over: int) -> IntArray | None:
    """Find the change that clears the overshoot at least loss, else takes most off it per loss; None if none helps."""
    value = problem.value(when)
    best: tuple[tuple[float, ...], IntArray] | None = None
    for unit in _units(problem.rules, when):
        for year in range(-1, len(problem.limits.years)):
            changed = when.copy()
            changed[list(unit)] = year
            left = ledger.overshoot(changed)
            if left >= over or not problem.keeps_beside_money(changed):
                continue
            loss = max(value - problem.value(changed), 0.0)
            clears = left == 0
            key = (
                (0.0, round(loss, 9), unit[0], year) if clears else (1.0, -(over - left) / (loss + 1e-3), unit[0], year)
            )
            if best is None or key < best[0]:
                best = (key, changed)
    return None if best is None else best[1]


def _units(rules: Rules, when: IntArray) -> list[tuple[int, ...]]:
    """Chosen items, those that have to stay together as one."""
    grouped = {area: tuple(group) for group in rules.groups for area in group}
    units = {grouped.get(area, (area,)) for area in np.nonzero(when >= 0)[0].tolist()}
    return sorted(units)
