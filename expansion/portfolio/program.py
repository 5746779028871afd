"""The choice of areas and years as a mixed-integer linear program, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, milp

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.money import UNLIMITED, Costs, Limits
from expansion.portfolio.rules import Rules
from expansion.programs import Rows, silenced

GAP = 1e-6
EXACT_UP_TO, GAP_BEYOND = 300, 1e-3
"""Areas x years up to which the optimum is proven; larger choices stop at this gap, which takes seconds, not hours."""
WORK = 500_000
"""Branch-and-bound nodes x variables at which the search stops: a measure of work, so that no clock decides."""
CENTS = 1e-5
"""Money stands in the program in thousands of currency; what the solver finds is checked again in whole cents."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Areas with benefit and cost, rules and limits; `weight` discounts the benefit of each year."""

    benefit: FloatArray
    weight: FloatArray
    costs: Costs
    rules: Rules
    limits: Limits

    def value(self, when: IntArray) -> float:
        """Discounted benefit of years per area; -1 is never."""
        chosen = when >= 0
        return float(np.round((self.benefit[chosen] * self.weight[when[chosen]]).sum(), 9))

    def keeps(self, when: IntArray) -> bool:
        """Say whether years per area keep rules and limits, exactly."""
        return self.rules.hold(when) and self.limits.allow(self.costs.spend(when, len(self.limits.years)))


@dataclass(frozen=True, slots=True)
class Answer:
    """Years per area (None where none was found), a bound on the value, and whether the program has no solution."""

    when: IntArray | None
    upper_bound: float
    is_infeasible: bool


class Layout:
    """Places the variables: areas x years built so far, segments x years built so far, then one slack per limit."""

    def __init__(self, problem: Problem, *, elastic: bool) -> None:
        self.years = len(problem.limits.years)
        self.areas = len(problem.benefit)
        self.segments = len(problem.costs.segment)
        self.binary = self.areas * self.years
        self.slack = self.binary + self.segments * self.years
        self.size = self.slack + (2 * self.years if elastic else 0)

    def area(self, area: int, year: int) -> int:
        """Column of an area built by the end of a year."""
        return area * self.years + year

    def segment(self, segment: int, year: int) -> int:
        """Column of a segment built by the end of a year."""
        return self.binary + segment * self.years + year


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
    _logic(rows, layout, problem)
    _shared(rows, layout, problem.costs)
    _limits(rows, layout, problem, elastic=elastic)
    goal = _shortfall(layout) if elastic else _goal(layout, problem)
    if floor is not None:
        rows.add({column: entry for column, entry in enumerate(goal.tolist()) if entry}, -floor + GAP * abs(floor))
        goal = _price(layout, problem.costs)
    gap = GAP if layout.binary <= EXACT_UP_TO else GAP_BEYOND
    options = {"mip_rel_gap": gap, "node_limit": max(WORK // max(layout.size, 1), 20), "disp": False}
    with silenced():
        result = milp(
            goal,
            integrality=(np.arange(layout.size) < layout.binary).astype(np.int64),
            bounds=_bounds(layout, problem, elastic=elastic),
            constraints=rows.constraint(),
            options=options,
        )
    when = None if result.x is None else _years(layout, result.x)
    bound = getattr(result, "mip_dual_bound", None)
    return Answer(when, np.inf if bound is None else -float(bound), result.status == 2)


def _years(layout: Layout, solution: FloatArray) -> IntArray:
    """Read the year of each area, -1 for never."""
    built = np.rint(solution[: layout.binary]).reshape(layout.areas, layout.years)
    when = layout.years - built.sum(axis=1).astype(np.int64)
    return np.where(when == layout.years, -1, when)


def _goal(layout: Layout, problem: Problem) -> FloatArray:
    """Minus the benefit, each year's built-so-far weighted by what the discount takes in the year after."""
    goal = np.zeros(layout.size)
    step = problem.weight - np.r_[problem.weight[1:], 0.0]
    goal[: layout.binary] = -np.outer(problem.benefit, step).ravel()
    return goal


def _shortfall(layout: Layout) -> FloatArray:
    goal = np.zeros(layout.size)
    goal[layout.slack :] = 1.0
    return goal


def _price(layout: Layout, costs: Costs) -> FloatArray:
    """Money in all, in thousands: of what stands at the end of the last year."""
    goal = np.zeros(layout.size)
    for area, cents in enumerate(costs.own.tolist()):
        goal[layout.area(area, layout.years - 1)] = cents * CENTS
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
    most[: layout.binary][barred] = 0.0
    least[np.nonzero(problem.rules.required)[0] * layout.years + layout.years - 1] = 1.0
    return Bounds(least, most)


def _logic(rows: Rows, layout: Layout, problem: Problem) -> None:
    """Keep what is built built, parents no later, companions in the same year, `before` a year earlier."""
    rules = problem.rules
    for year in range(layout.years):
        for area in range(layout.areas):
            if year:
                rows.add({layout.area(area, year - 1): 1.0, layout.area(area, year): -1.0}, 0.0)
            above = int(rules.parent[area])
            if above >= 0:
                rows.add({layout.area(area, year): 1.0, layout.area(above, year): -1.0}, 0.0)
        for group in rules.groups:
            for first, second in pairwise(group):
                rows.add({layout.area(first, year): 1.0, layout.area(second, year): -1.0}, 0.0, 0.0)
        for first, second in rules.before:
            earlier = {layout.area(first, year - 1): -1.0} if year else {}
            rows.add({layout.area(second, year): 1.0} | earlier, 0.0)


def _shared(rows: Rows, layout: Layout, costs: Costs) -> None:
    """Build a segment exactly when something that hangs from it is built: no earlier, no later, never in part."""
    hanging: list[list[tuple[str, int]]] = [[] for _ in range(layout.segments)]
    for area in range(layout.areas):
        for segment in costs.hangs(area):
            hanging[segment].append(("area", area))
    for below, segment in enumerate(costs.above.tolist()):
        if segment >= 0:
            hanging[segment].append(("segment", below))
    for segment, members in enumerate(hanging):
        for year in range(layout.years):
            here = layout.segment(segment, year)
            columns = [layout.area(k, year) if kind == "area" else layout.segment(k, year) for kind, k in members]
            for column in columns:
                rows.add({column: 1.0, here: -1.0}, 0.0)
            rows.add({here: 1.0} | dict.fromkeys(columns, -1.0), 0.0)


def _limits(rows: Rows, layout: Layout, problem: Problem, *, elastic: bool) -> None:
    """Spending of each year and up to each year, in thousands."""
    costs, limits = problem.costs, problem.limits
    by_year: list[dict[int, float]] = []
    for year in range(layout.years):
        terms = {layout.area(area, year): cents * CENTS for area, cents in enumerate(costs.own.tolist())}
        terms |= {layout.segment(part, year): cents * CENTS for part, cents in enumerate(costs.segment.tolist())}
        by_year.append(terms)
    for year in range(layout.years):
        slack = {layout.slack + year: -1.0} if elastic else {}
        more = {layout.slack + layout.years + year: -1.0} if elastic else {}
        earlier = {column - 1: -entry for column, entry in by_year[year].items()} if year else {}
        if limits.yearly[year] < UNLIMITED:
            rows.add(by_year[year] | earlier | slack, int(limits.yearly[year]) * CENTS)
        if limits.cumulative[year] < UNLIMITED:
            rows.add(by_year[year] | more, int(limits.cumulative[year]) * CENTS)
