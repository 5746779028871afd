"""The efficient frontier: what a portfolio can be worth at every budget, beside what ranking by ratio reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from expansion.plan.graph import IntArray
from expansion.portfolio.greedy import choose_greedily
from expansion.portfolio.money import UNLIMITED
from expansion.portfolio.problem import Problem
from expansion.portfolio.program import relax
from expansion.portfolio.search import search

BISECTIONS = 5
"""Of the share of the budgets at which floors come within reach."""
ENOUGH = 5e-3
"""Gap at which a point of a large frontier is good enough."""


@dataclass(frozen=True, slots=True)
class Point:
    """A budget and the best choice that was found for it: rows of its areas; money in cents.

    `value` is 0 with nothing chosen; `ranking_value` is None where ranking by ratio breaks a limit.
    """

    share: float
    budget: int
    value: float
    bound: float
    gap: float
    ranking_value: float | None
    chosen: tuple[int, ...]
    initiatives: int
    cost: int


def spread(points: int) -> tuple[float, ...]:
    """Shares of the budgets at which the frontier is traced: even steps, the last of them 1.

    Examples
    --------
    >>> spread(4)
    (0.25, 0.5, 0.75, 1.0)
    """
    return tuple((k + 1) / points for k in range(points))


def reachable(problem: Problem, shares: Sequence[float]) -> tuple[float, ...]:
    """Spread as many shares evenly over those of the budgets at which floors and required items are within reach.

    Where the least share stands against them even in part, shares begin just above the largest one that does, as far
    as a few bisections tell; where all do, they stay as they are.
    """
    least, most = 0.0, shares[-1] if shares else 0.0
    if not shares or not _is_out_of_reach(problem, shares[0]) or _is_out_of_reach(problem, most):
        return tuple(shares)
    for _ in range(BISECTIONS):
        middle = (least + most) / 2
        least, most = (middle, most) if _is_out_of_reach(problem, middle) else (least, middle)
    step = (shares[-1] - most) / len(shares)
    return tuple(round(most + step * (k + 1), 6) for k in range(len(shares)))


def _is_out_of_reach(problem: Problem, share: float) -> bool:
    """Tell whether not even the relaxation keeps every limit at a share of the budgets."""
    program = relax(scaled(problem, share))
    return program.relaxed(np.asarray(program.bounds.lb), np.asarray(program.bounds.ub))[0] is None


def scaled(problem: Problem, share: float) -> Problem:
    """Take a share of all budgets: years, pace and total."""
    limits = problem.limits

    def part(cents: IntArray) -> IntArray:
        return np.where(cents < UNLIMITED, np.floor(cents * share).astype(np.int64), cents)

    return replace(problem, limits=replace(limits, yearly=part(limits.yearly), cumulative=part(limits.cumulative)))


def trace_frontier(problem: Problem, shares: Sequence[float]) -> list[Point]:
    """Trace the frontier, from the largest budget down, and lift each point by those below it.

    Parameters
    ----------
    problem
        What to choose from.
    shares
        Of the budgets, ascending; moved closer where the least of them is out of reach, see `reachable`.

    Returns
    -------
    list of Point
        Ascending; budgets at which no choice keeps every rule and floor are left out. Values and bounds never fall,
        and no value lies below its ranking value.
    """
    solved = []
    best: IntArray | None = None
    for share in reachable(problem, shares):
        here = scaled(problem, share)
        known = [] if best is None else [best]
        answer = search(here, *known, gap=ENOUGH)
        best = answer.when if answer.when is not None else best
        solved.append((share, here, answer))
    bound = np.inf
    points: list[Point] = []
    for share, here, answer in reversed(solved):
        bound = min(bound, answer.upper_bound)
        if answer.when is not None:
            points.append(_point(share, here, answer.when, bound))
    return points[::-1]


def _point(share: float, problem: Problem, when: IntArray, bound: float) -> Point:
    value, limits, ranked = problem.value(when), problem.limits, choose_greedily(problem)
    bound = max(bound, value)
    return Point(
        share=round(share, 6),
        budget=limits.total,
        value=round(value, 6) + 0.0,
        bound=round(bound, 6) + 0.0,
        gap=round((bound - value) / bound, 6) if bound > 0 else 0.0,
        ranking_value=None if ranked is None else round(problem.value(ranked), 6),
        chosen=tuple(np.nonzero(when[: problem.areas] >= 0)[0].tolist()),
        initiatives=int((when[problem.areas :] >= 0).sum()),
        cost=int(problem.costs.spend(when, problem.years).sum()),
    )
