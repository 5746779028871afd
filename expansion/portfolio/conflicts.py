"""Limits that contradict each other: which they are, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from expansion.errors import InfeasibleError
from expansion.plan.graph import IntArray
from expansion.portfolio.limits import NOBODY
from expansion.portfolio.money import UNLIMITED
from expansion.portfolio.problem import Problem
from expansion.portfolio.program import solve
from expansion.portfolio.rules import Rules
from expansion.study import Study


def require_possible(problem: Problem, study: Study) -> IntArray:
    """Fit the required items alone, or raise with what stands against them.

    Raises
    ------
    InfeasibleError
        ``E_BUDGET`` with the money that is missing, ``E_RULES`` where orders need more years than there are,
        ``E_LIMITS`` with a set of limits that contradict each other, of which none can be left out.
    """
    if _is_more_than_money(problem):
        raise _contradiction(problem)
    rules, limits = problem.rules, problem.limits
    required = np.nonzero(rules.required)[0]
    none = np.full(len(problem.benefit), -1, dtype=np.int64)
    if not len(required):
        return none
    need = problem.costs.together(required.tolist())
    short, when = need - min(limits.total, need), none
    if limits.years:
        elastic = solve(problem, elastic=True)
        if elastic.is_infeasible:
            raise _too_few_years(problem)
        when = none if elastic.when is None else elastic.when
        short = max(short, round(-elastic.upper_bound * 1e5) if np.isfinite(elastic.upper_bound) else 0)
        if problem.keeps(when):
            return when
    raise _shortfall(problem, study, need, short)


def _is_more_than_money(problem: Problem) -> bool:
    """Tell whether limits beside money and order are set, and money and order are not what stands against the rest."""
    if not (problem.floors or problem.people.kinds or problem.costs.runs.size) or not problem.years:
        return bool(problem.floors)
    rules = replace(problem.rules, phases=(), after_phase=())
    if rules.initiatives and any(rules.required[problem.areas :]):
        return True
    return not solve(replace(problem, floors=(), people=NOBODY, rules=rules)).is_infeasible


def _contradiction(problem: Problem) -> InfeasibleError:
    """Name limits that contradict each other: leave each out in turn, and keep out those that do not matter."""
    kept = [limit for limit, _ in _without_each(problem)]
    rest = problem
    for limit in list(kept):
        fewer = dict(_without_each(rest)).get(limit)
        if fewer is not None and (not fewer.years or solve(fewer).is_infeasible):
            rest, kept = fewer, [other for other in kept if other != limit]
    needed = [rest.rules.names[item] for item in np.nonzero(rest.rules.asked)[0]]
    asked = [f"that {', '.join(needed[:5])} must be built"] if needed else []
    told = "; ".join([*kept, *asked])
    return InfeasibleError(
        f"these limits cannot hold together: {told}" if kept else f"no choice keeps every limit {told}".rstrip(),
        code="E_LIMITS",
        where=needed,
        hint="lower a floor or move its day, add money, people or years, or drop a rule: any one of them may do",
    )


def _without_each(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Leave out one limit at a time; its name in words comes first."""
    rules = problem.rules
    for place, floor in enumerate(problem.floors):
        yield floor.name, replace(problem, floors=(*problem.floors[:place], *problem.floors[place + 1 :]))
    for kind, name in enumerate(problem.people.kinds):
        if (problem.people.offered[kind] < UNLIMITED).any():
            offered = problem.people.offered.copy()
            offered[kind] = UNLIMITED
            yield f"the days of {name} in each year", replace(problem, people=replace(problem.people, offered=offered))
    for item in sorted({item for item, _, _ in rules.waits if item >= problem.areas}):
        left = tuple(wait for wait in rules.waits if wait[0] != item)
        yield f"what waits for {rules.names[item]}", _ruled(problem, replace(rules, waits=left))
    for item, phase, _ in rules.phases:
        left = tuple(row for row in rules.phases if row[0] != item)
        yield f"that phase {phase} waits for {rules.names[item]}", replace(problem, rules=replace(rules, phases=left))
    for item, phase in rules.after_phase:
        kept = tuple(row for row in rules.after_phase if row[0] != item)
        words = f"that {rules.names[item]} waits for phase {phase}"
        yield words, replace(problem, rules=replace(rules, after_phase=kept))
    for pair in rules.before:
        others = tuple(row for row in rules.before if row != pair)
        words = f"that {rules.names[pair[0]]} comes before {rules.names[pair[1]]}"
        yield words, _ruled(problem, replace(rules, before=others))
    yield from _without_money(problem)


def _ruled(problem: Problem, rules: Rules) -> Problem:
    """Take other rules, and require only what these still need."""
    required = np.zeros_like(rules.required)
    required[sorted(rules.everything_needed(np.nonzero(rules.asked)[0].tolist()))] = True
    return replace(problem, rules=replace(rules, required=required))


def _without_money(problem: Problem) -> Iterator[tuple[str, Problem]]:
    """Leave out the budget of each year, and the total."""
    limits = problem.limits
    for place, year in enumerate(limits.years):
        cents = int(limits.yearly[place])
        if cents < UNLIMITED:
            yearly = limits.yearly.copy()
            yearly[place] = UNLIMITED
            yield f"the budget of {year} ({cents / 100:,.2f})", replace(problem, limits=replace(limits, yearly=yearly))
    if len(limits.years) and limits.cumulative[-1] < UNLIMITED:
        flat = np.full_like(limits.cumulative, UNLIMITED)
        words = f"the budget in all ({int(limits.cumulative[-1]) / 100:,.2f})"
        yield words, replace(problem, limits=replace(limits, cumulative=flat))


def _too_few_years(problem: Problem) -> InfeasibleError:
    """Say that rules of order need more years than there are."""
    return InfeasibleError(
        f"portfolio.before asks for more years than there are ({len(problem.limits.years)})",
        code="E_RULES",
        where=[problem.rules.names[area] for pair in problem.rules.before for area in pair],
        hint="add years or budgets, or drop a rule",
    )


def _shortfall(problem: Problem, study: Study, need: int, short: int) -> InfeasibleError:
    """Name what required areas cost, what budgets hold and what is missing."""
    rules, limits, currency = problem.rules, problem.limits, study.study.currency
    budgets = ", ".join(
        f"{year}: {cents / 100:,.2f}"
        for year, cents in zip(limits.years, limits.yearly.tolist(), strict=True)
        if cents < UNLIMITED
    )
    held = f"{min(limits.total, UNLIMITED) / 100:,.2f} {currency}" + (f" ({budgets})" if budgets else "")
    if limits.total >= UNLIMITED:
        held = "no limit in all"
    return InfeasibleError(
        f"areas that must be built cost {need / 100:,.2f} {currency} with the feeder and parents they need and budgets "
        f"hold {held}: at least {short / 100:,.2f} {currency} short",
        code="E_BUDGET",
        where=[rules.names[area] for area in np.nonzero(rules.required)[0]],
        hint="raise the budgets, add years, or ask for fewer areas",
    )
