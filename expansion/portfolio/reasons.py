"""Say in words, with numbers, why each area and initiative was chosen or not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from expansion.plan.graph import IntArray
from expansion.portfolio.greedy import Greedy
from expansion.portfolio.problem import Problem
from expansion.wording import count


def explain(problem: Problem, when: IntArray, never: frozenset[str], currency: str) -> tuple[str, ...]:
    """Give the reason of each item.

    Parameters
    ----------
    problem
        What was chosen from.
    when
        Year index per item, -1 for never.
    never
        Ids that the study excludes.
    currency
        Of the amounts.
    """
    grown = Greedy(problem, when)

    def money(cents: int) -> str:
        return f"{cents / 100:,.0f} {currency}"

    def reason(item: int) -> str:
        if when[item] < 0:
            return _left(problem, grown, item, never, money)
        return (_chosen if item < problem.areas else _carried_out)(problem, when, item, money)

    return tuple(reason(item) for item in range(len(when)))


def _chosen(problem: Problem, when: IntArray, area: int, money: Callable[[int], str]) -> str:
    """Year, worth and price of a chosen area, and the rule that asked for it."""
    rules, gain, own = problem.rules, float(problem.benefit[area]), int(problem.costs.own[area])
    each = f", {money(round(own / gain))} each" if gain else ""
    words = f"chosen in {problem.limits.years[when[area]]}: benefit {gain:g} for {money(own)} of its own{each}"
    if rules.asked[area]:
        return f"{words}; asked for"
    if rules.required[area]:
        return f"{words}; needed by an area that was asked for"
    children = [rules.names[child] for child in np.nonzero((rules.parent == area) & (when >= 0))[0]]
    return f"{words}; also carries {', '.join(children[:3])}" if children else words


def _carried_out(problem: Problem, when: IntArray, item: int, money: Callable[[int], str]) -> str:
    """Year, worth and price of an initiative, and who waits for it."""
    rules, gain, row = problem.rules, float(problem.benefit[item]), item - problem.areas
    run = count(min(int(problem.costs.runs[row]), problem.years - int(when[item])), "year")
    each = money(int(problem.costs.yearly[row]))
    words = f"begins in {problem.limits.years[when[item]]}: benefit {gain:g} for {each} a year, {run}"
    if rules.asked[item]:
        return f"{words}; asked for"
    waiting = sorted({rules.names[second] for first, second, _ in rules.waits if first == item and when[second] >= 0})
    first = ", ".join(waiting[:3])
    return f"{words}; {len(waiting)} wait for it, such as {first}" if waiting else words


def _left(problem: Problem, grown: Greedy, area: int, never: frozenset[str], money: Callable[[int], str]) -> str:
    """Say what stands against an area that was not chosen."""
    rules, name = problem.rules, problem.rules.names[area]
    if name in never:
        return "not chosen: excluded by portfolio.never"
    if not rules.allowed[area]:
        barred = sorted(rules.names[other] for other in rules.needs(area) if rules.names[other] in never)
        return f"not chosen: needs {', '.join(barred)}, which is excluded" if barred else "not chosen: not asked for"
    if area >= problem.areas and problem.benefit[area] <= 0:
        return "not chosen: worth nothing by itself, and nothing that is chosen needs it"
    if problem.benefit[area] <= 0:
        return "not chosen: no eligible location in it can be connected"
    others = sorted(rules.names[other] for other in grown.new(area) - {area})
    with_them = f" with {', '.join(others[:3])}" if others else ""
    return f"not chosen: {_gap(problem, grown, area, with_them, money)}"


def _gap(problem: Problem, grown: Greedy, area: int, with_them: str, money: Callable[[int], str]) -> str:
    """Say how much money is missing in the year with most room."""
    limits = problem.limits
    if not limits.years:
        return "no year has money"
    room = np.maximum(limits.room(grown.spent), 0)
    best = int(np.argmax(room))
    price = grown.price(area)
    each = money(round(price / float(problem.benefit[area])))
    feeder = ", feeder included" if area < problem.areas else ""
    words = f"needs {money(price)}{with_them}{feeder} ({each} per unit of benefit)"
    if price > room[best]:
        return (
            f"{words}, {limits.years[best]} has {money(int(room[best]))} left: {money(price - int(room[best]))} short"
        )
    short = _people_missing(problem, grown, area)
    return f"{words}; {short or 'the rules leave it no year in which it fits'}"


def _people_missing(problem: Problem, grown: Greedy, item: int) -> str:
    """Name the crew or role that lacks most days in the year that comes nearest to suffice; "" where none does."""
    people, members = problem.people, sorted(grown.new(item))
    if not people.kinds or not members:
        return ""
    lacking = people.demand[members].sum(axis=0)[:, None] - (people.offered - grown.busy)
    year = int(np.argmin(lacking.max(axis=0)))
    kind = int(np.argmax(lacking[:, year]))
    if lacking[kind, year] <= 0:
        return ""
    asked = people.demand[members, kind].sum() / 1000
    left = max((people.offered - grown.busy)[kind, year], 0) / 1000
    words = f"it takes {asked:,.1f} days of {people.kinds[kind]}, and even {problem.limits.years[year]} has"
    return f"{words} {left:,.1f} left"
