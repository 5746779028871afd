"""Limits that contradict each other: which they are, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from expansion.errors import InfeasibleError
from expansion.plan.graph import IntArray
from expansion.portfolio.limits import NOBODY, Floor
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
        raise _contradiction(problem, study)
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


def _contradiction(problem: Problem, study: Study) -> InfeasibleError:
    """Name limits that contradict each other."""
    kept, rest = _needed_limits(problem, study)
    rules, asked = rest.rules, np.nonzero(rest.rules.asked)[0].tolist()
    needed = [rules.names[item] for item in asked]
    for words, mine in (
        ("must be built", [item for item in asked if item < problem.areas]),
        ("must be carried out", [item for item in asked if item >= problem.areas]),
    ):
        kept += [f"that {', '.join(rules.names[item] for item in mine[:5])} {words}"] if mine else []
    told = "; ".join(kept)
    return InfeasibleError(
        f"these limits cannot hold together: {told}" if kept else "no choice keeps every limit",
        code="E_LIMITS",
        where=needed,
        hint="lower a floor or move its day, add money, people or years, or drop a rule: any one of them may do",
    )


def bars_every_area(problem: Problem, study: Study) -> list[str]:
    """Name limits beside which no area at all can be built; none where one can.

    Parameters
    ----------
    problem
        A choice from which nothing was chosen; a year at least.
    study
        Currency, and ids that are never chosen.
    """
    if not problem.years:
        return []
    areas = (np.arange(len(problem.benefit)) < problem.areas).astype(np.int64)
    some = Floor("", areas, problem.years - 1, 1)
    asked = replace(problem, floors=(*problem.floors, some))
    return _needed_limits(asked, study)[0] if solve(asked).is_infeasible else []


def _needed_limits(problem: Problem, study: Study) -> tuple[list[str], Problem]:
    """Leave each limit out in turn, and keep out those that do not matter; what is left contradicts itself."""
    kept = [limit for limit, _ in _without_each(problem, study) if limit]
    rest = problem
    for limit in list(kept):
        fewer = dict(_without_each(rest, study)).get(limit)
        if fewer is not None and (not fewer.years or solve(fewer).is_infeasible):
            rest, kept = fewer, [other for other in kept if other != limit]
    return kept, rest


def _without_each(problem: Problem, study: Study) -> Iterator[tuple[str, Problem]]:
    """Leave out one limit at a time; its name in words comes first."""
    rules = problem.rules
    never = [name for name in rules.names if name in study.portfolio.never]
    if never and (rules.allowed & ~rules.required).any():  # where only some areas are asked for, no others may come
        words = f"that {', '.join(never[:5])} must never be built"
        yield words, replace(problem, rules=replace(rules, allowed=np.ones_like(rules.allowed)))
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
    yield from _without_money(problem, study.study.currency)


def _ruled(problem: Problem, rules: Rules) -> Problem:
    """Take other rules, and require only what these still need."""
    required = np.zeros_like(rules.required)
    required[sorted(rules.everything_needed(np.nonzero(rules.asked)[0].tolist()))] = True
    return replace(problem, rules=replace(rules, required=required))


def _without_money(problem: Problem, currency: str) -> Iterator[tuple[str, Problem]]:
    """Leave out the budget of each year, and the total."""
    limits = problem.limits
    for place, year in enumerate(limits.years):
        if limits.yearly[place] < UNLIMITED:
            yearly = limits.yearly.copy()
            yearly[place] = UNLIMITED
            words = f"the budget of {year} ({limits.told(place, currency)})"
            yield words, replace(problem, limits=replace(limits, yearly=yearly))
    if len(limits.years) and limits.cumulative[-1] < UNLIMITED:
        flat = np.full_like(limits.cumulative, UNLIMITED)
        words = f"the budget in all ({limits.told(-1, currency)})"
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
