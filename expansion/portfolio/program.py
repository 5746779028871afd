"""The choice of areas and years as a mixed-integer linear program, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, milp

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.diving import Program
from expansion.portfolio.money import Costs
from expansion.portfolio.problem import Problem
from expansion.portfolio.rows import CENTS, Layout, write_rows
from expansion.programs import Rows, silenced

GAP = 1e-6
EXACT_UP_TO, GAP_BEYOND = 300, 1e-3
"""Items x years up to which the optimum is proven; larger choices stop at this gap, which takes seconds, not hours."""
WORK = 500_000
"""Branch-and-bound nodes x variables at which the search stops: a measure of work, so that no clock decides."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Years per area (None where none was found), a bound on the value, and whether the program has no solution."""

    when: IntArray | None
    upper_bound: float
    is_infeasible: bool


def solve(problem: Problem, *, elastic: bool = False, floor: float | None = None) -> Answer:
    """Solve the program.

    Variables count "built by the end of year t", so that precedence is one comparison per year.

    Parameters
    ----------
    problem
        What to choose from; at least one year.
    elastic
        Ask instead for the least money beyond the limits with which all required areas fit; nothing else is built.
    floor
        Ask instead for the cheapest choice whose value is not below this.
    """
    layout = Layout(problem, elastic=elastic)
    rows = Rows(layout.size)
    write_rows(rows, layout, problem)
    goal = _shortfall(layout) if elastic else _goal(layout, problem)
    if floor is not None:
        rows.add({column: entry for column, entry in enumerate(goal.tolist()) if entry}, -floor + GAP * abs(floor))
        goal = _price(layout, problem.costs)
    gap = GAP if layout.spread <= EXACT_UP_TO else GAP_BEYOND
    options = {"mip_rel_gap": gap, "node_limit": max(WORK // max(layout.size, 1), 20), "disp": False}
    with silenced():
        result = milp(
            goal,
            integrality=(np.arange(layout.size) < layout.binary).astype(np.int64),
            bounds=_bounds(layout, problem, elastic=elastic),
            constraints=rows.constraint(),
            options=options,
        )
    when = None if result.x is None else layout.years_of(result.x)
    bound = getattr(result, "mip_dual_bound", None)
    return Answer(when, np.inf if bound is None else -float(bound), result.status == 2)


def relax(problem: Problem) -> Program:
    """Write the program of a problem, for its linear relaxation."""
    layout = Layout(problem, elastic=False)
    rows = Rows(layout.size)
    write_rows(rows, layout, problem)
    return Program(layout, _goal(layout, problem), rows.constraint(), _bounds(layout, problem, elastic=False))


def _goal(layout: Layout, problem: Problem) -> FloatArray:
    """Minus the benefit, each year's built-so-far weighted by what the discount takes in the year after."""
    goal = np.zeros(layout.size)
    step = problem.weight - np.r_[problem.weight[1:], 0.0]
    goal[: layout.spread] = -np.outer(problem.benefit, step).ravel()
    return goal


def _shortfall(layout: Layout) -> FloatArray:
    goal = np.zeros(layout.size)
    goal[layout.slack :] = 1.0
    return goal


def _price(layout: Layout, costs: Costs) -> FloatArray:
    """Money in all, in thousands: of what stands at the end of the last year, and of the years that initiatives run."""
    goal = np.zeros(layout.size)
    for area, cents in enumerate(costs.own.tolist()):
        goal[layout.item(area, layout.years - 1)] = cents * CENTS
    for row, (cents, run) in enumerate(zip(costs.yearly.tolist(), costs.runs.tolist(), strict=True)):
        for year in range(max(layout.years - run, 0), layout.years):
            goal[layout.item(costs.areas + row, year)] = cents * CENTS
    for part, cents in enumerate(costs.segment.tolist()):
        goal[layout.segment(part, layout.years - 1)] = cents * CENTS
    return goal


def cheapest(problem: Problem, when: IntArray) -> IntArray:
    """Among choices of equal value take the cheapest that is found; `when` itself where none is cheaper."""

    def money(choice: IntArray) -> int:
        return int(problem.costs.spend(choice, len(problem.limits.years)).sum())

    value = problem.value(when)
    other = solve(problem, floor=value).when
    if other is None or not problem.keeps(other) or problem.value(other) < value:
        return when
    return other if money(other) < money(when) else when


def _bounds(layout: Layout, problem: Problem, *, elastic: bool) -> Bounds:
    """Fix required areas by the last year, exclude those not allowed; an elastic program builds the required only."""
    least, most = np.zeros(layout.size), np.ones(layout.size)
    most[layout.slack :] = np.inf
    allowed = problem.rules.required if elastic else problem.rules.allowed
    barred = np.repeat(~allowed, layout.years)
    most[: layout.spread][barred] = 0.0
    least[np.nonzero(problem.rules.required)[0] * layout.years + layout.years - 1] = 1.0
    return Bounds(least, most)
