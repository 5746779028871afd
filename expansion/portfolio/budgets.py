"""Years and the money of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray
from expansion.portfolio.money import UNLIMITED, Costs, Limits
from expansion.portfolio.problem import Problem
from expansion.portfolio.rules import Rules
from expansion.study import Study


def set_limits(study: Study, costs: Costs, rules: Rules) -> tuple[Limits, list[Finding]]:
    """Set the years and what may be spent in each and up to each.

    With yearly budgets these are the years, each budget is strict and what is left of it is lost. Without, the years
    run from the study's start and work is paced evenly: by the end of the k-th of n years at most k/n of what can be
    spent in all, or the dearest single area with all it needs where that is more, so that no area is too large for the
    pace.

    Parameters
    ----------
    study
        Budgets and first year.
    costs, rules
        Of all areas; what is not allowed does not count toward the pace.
    """
    total = UNLIMITED if study.portfolio.total_budget is None else round(study.portfolio.total_budget * 100)
    if study.portfolio.budgets:
        return _from_budgets(study, total)
    count, first = study.portfolio.years, study.study.start.year
    years = tuple(range(first, first + count))
    limits = Limits(years, np.full(count, UNLIMITED), _pace(costs, rules, count, total))
    words = f"no yearly budgets: spending is paced evenly over {years[0]} to {years[-1]}"
    repair = "set portfolio.budgets for strict years, or portfolio.years for another number of them"
    return limits, [find("W_PACED", "info", words, repair=repair)]


def build_years(study: Study) -> tuple[int, ...]:
    """Years in which areas may be built: those of the budgets that are not over, else from the study's start on."""
    first = study.study.start.year
    if study.portfolio.budgets:
        return tuple(sorted(row.year for row in study.portfolio.budgets if row.year >= first))
    return tuple(range(first, first + study.portfolio.years))


def _from_budgets(study: Study, total: int) -> tuple[Limits, list[Finding]]:
    """Take years and strict limits from the study's yearly budgets."""
    first = study.study.start.year
    budgets = sorted((row.year, round(row.amount * 100)) for row in study.portfolio.budgets)
    past = [year for year, _ in budgets if year < first]
    kept = [(year, cents) for year, cents in budgets if year >= first]
    limits = Limits(
        tuple(year for year, _ in kept),
        np.array([cents for _, cents in kept], dtype=np.int64),
        np.full(len(kept), total, dtype=np.int64),
    )
    if not past:
        return limits, []
    words = f"budgets of years before the study's start ({first}) cannot be spent"
    return limits, [find("W_BUDGET_PAST", "warning", words, past, repair="move the budget or the start")]


def _pace(costs: Costs, rules: Rules, count: int, total: int) -> IntArray:
    """Cents that may be spent by the end of each year under an even pace."""
    allowed = np.nonzero(rules.allowed)[0].tolist()
    every = min(costs.together(allowed), total)
    dearest = max((costs.together(rules.needs(area)) for area in allowed), default=0)
    steps = np.array([-(-every * (step + 1) // count) for step in range(count)], dtype=np.int64)
    pace = np.minimum(np.maximum(steps, dearest), total)
    pace[-1] = total
    return pace


def unpaced(problem: Problem) -> Problem:
    """Drop the even pace: only the total still limits."""
    limits = problem.limits
    flat = np.full(len(limits.years), limits.cumulative[-1], dtype=np.int64)
    return replace(problem, limits=replace(limits, cumulative=flat))
