"""The search for a choice: the program, ratio greedy and improvement together, with one bound."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from expansion.plan.graph import IntArray
from expansion.portfolio.branching import settle_initiatives
from expansion.portfolio.cores import improve_cores, lean, start_core
from expansion.portfolio.diving import dive
from expansion.portfolio.greedy import choose_greedily, fill_up, prune
from expansion.portfolio.problem import Problem
from expansion.portfolio.program import EXACT_UP_TO, Answer, relax, solve
from expansion.portfolio.windows import improve_windows

ENOUGH = 3e-3
"""Gap at which a large choice that people and floors bind is good enough."""
TOLERABLE = 5e-3
"""Gap beyond which windows over the years, which take longest, are tried where no core betters a choice."""

BRANCH_UP_TO = 2000
"""Items x years up to which branching is tried where more than that is left: its bound is better, but takes long."""


def search(problem: Problem, *known: IntArray, gap: float = ENOUGH) -> Answer:
    """Find a choice and a bound on what any could be worth.

    Parameters
    ----------
    problem
        What to choose from; at least one year.
    known
        Choices to begin from and to compare with; those that break a limit are passed over.
    gap
        At which a large choice is good enough.

    Returns
    -------
    Answer
        The best that is found, not below ratio greedy and `known`, filled up with what still fits; None where none
        keeps every limit.
    """
    if _is_hard(problem):
        return _search_large(problem, known, gap)
    answer = solve(problem)
    best = _best(problem, [answer.when, choose_greedily(problem), *known])
    if best is None:
        return Answer(None, answer.upper_bound, answer.is_infeasible)
    return Answer(fill_up(problem, prune(problem, best)), answer.upper_bound, False)


def _is_hard(problem: Problem) -> bool:
    """Tell whether a problem is so large and so bound by people and floors that branching finds nothing in minutes."""
    return len(problem.benefit) * problem.years > EXACT_UP_TO and bool(problem.people.kinds or problem.floors)


def _search_large(problem: Problem, known: Sequence[IntArray], gap: float) -> Answer:
    """Settle initiatives, choose around the relaxation and better that core by core; branch where nothing is found."""
    program = relax(problem)
    branch = settle_initiatives(program, problem.areas)
    leaning = None if branch is None else lean(program, branch.least, branch.most)
    if branch is None or leaning is None:
        return Answer(None, -np.inf, True)
    begun = start_core(problem, program, leaning)
    if begun is None:
        begun = dive(problem, program, branch.least, branch.most)
    best, bound = _best(problem, [begun, choose_greedily(problem), *known]), branch.bound
    if best is None:
        answer = solve(problem)
        best, bound = _best(problem, [answer.when]), min(answer.upper_bound, bound)
        if best is None:
            return Answer(None, bound, answer.is_infeasible)
    best = fill_up(problem, prune(problem, best))
    best = improve_cores(problem, program, leaning, best, goal=(1.0 - gap) * bound)
    enough = 1.0 - max(gap, TOLERABLE)
    if problem.value(best) < enough * bound and len(problem.benefit) * problem.years <= BRANCH_UP_TO:
        answer = solve(problem)
        best = max((one for one in (best, answer.when) if one is not None and problem.keeps(one)), key=problem.value)
        bound = min(bound, answer.upper_bound)
    best = improve_windows(problem, program, best, goal=enough * bound)
    return Answer(fill_up(problem, prune(problem, best)), bound, False)


def _best(problem: Problem, found: Sequence[IntArray | None]) -> IntArray | None:
    """Take the choice that is worth most of those that keep every limit."""
    kept = [when for when in found if when is not None and problem.keeps(when)]
    return max(kept, key=problem.value) if kept else None
