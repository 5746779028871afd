"""The search for a choice: the program, ratio greedy and improvement together, with one bound."""

from __future__ import annotations

from expansion.plan.graph import IntArray
from expansion.portfolio.diving import dive
from expansion.portfolio.greedy import choose_greedily, fill_up, prune
from expansion.portfolio.problem import Problem
from expansion.portfolio.program import EXACT_UP_TO, Answer, relax, solve
from expansion.portfolio.swapping import swap_areas


def search(problem: Problem, *known: IntArray) -> Answer:
    """Find a choice and a bound on what any could be worth.

    Parameters
    ----------
    problem
        What to choose from; at least one year.
    known
        Choices to compare with; those that break a limit are passed over.

    Returns
    -------
    Answer
        The best of the program's choice, ratio greedy and `known`, filled up with what still fits; None where none
        keeps every limit.
    """
    answer = _dive(problem) if _is_hard(problem) else solve(problem)
    found = [answer.when, choose_greedily(problem), *known]
    kept = [when for when in found if when is not None and problem.keeps(when)]
    if not kept:
        return Answer(None, answer.upper_bound, answer.is_infeasible)
    best = max(kept, key=problem.value)
    return Answer(fill_up(problem, prune(problem, best)), answer.upper_bound, False)


def _is_hard(problem: Problem) -> bool:
    """Tell whether a problem is so large and so bound by people and floors that branching finds nothing in minutes."""
    return len(problem.benefit) * problem.years > EXACT_UP_TO and bool(problem.people.kinds or problem.floors)


def _dive(problem: Problem) -> Answer:
    """Dive into the relaxation and exchange areas; where that breaks a floor, branch after all."""
    when, bound = dive(problem, relax(problem))
    if when is None:
        answer = solve(problem)
        return Answer(answer.when, min(answer.upper_bound, bound), answer.is_infeasible)
    return Answer(swap_areas(problem, prune(problem, when)), bound, False)
