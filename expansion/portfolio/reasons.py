"""Say in words, with numbers, why each area was chosen or not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from expansion.plan.graph import IntArray
from expansion.portfolio.greedy import Greedy
from expansion.portfolio.program import Problem


def explain(problem: Problem, when: IntArray, never: frozenset[str], currency: str) -> tuple[str, ...]:
    """Give the reason of each area.

    Parameters
    ----------
    problem
        What was chosen from.
    when
        Year index per area, -1 for never.
    never
        Ids that the study excludes.
    currency
        Of the amounts.
    """
    grown = Greedy(problem, when)

    def money(cents: int) -> str:
        return f"{cents / 100:,.0f} {currency}"

    return tuple(
        _chosen(problem, when, area, money) if when[area] >= 0 else _left(problem, grown, area, never, money)
        for area in range(len(when))
    )


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


def _left(problem: Problem, grown: Greedy, area: int, never: frozenset[str], money: Callable[[int], str]) -> str:
    """Say what stands against an area that was not chosen."""
    rules, name = problem.rules, problem.rules.names[area]
    if name in never:
        return "not chosen: excluded by portfolio.never"
    if not rules.allowed[area]:
        barred = sorted(rules.names[other] for other in rules.needs(area) if rules.names[other] in never)
        return f"not chosen: needs {', '.join(barred)}, which is excluded" if barred else "not chosen: not asked for"
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
    words = f"needs {money(price)}{with_them}, feeder included ({each} per unit of benefit)"
    if price > room[best]:
        return (
            f"{words}, {limits.years[best]} has {money(int(room[best]))} left: {money(price - int(room[best]))} short"
        )
    return f"{words}; the rules leave it no year in which it fits"
