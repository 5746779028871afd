"""The rows of the program: logic, shared feeder, phases, money, people and floors."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.limits import Floor
from expansion.portfolio.money import UNLIMITED, Costs
from expansion.portfolio.problem import Problem
from expansion.programs import Rows

CENTS = 1e-5
"""Money stands in the program in thousands of currency; what the solver finds is checked again in whole cents."""
DAYS = 1e-4
"""People stand in it in tens of days, of thousandths of a day."""


class Layout:
    """Places the variables: begun by item and year, used years, built by segment and year, phases reached, slack."""

    def __init__(self, problem: Problem, *, elastic: bool) -> None:
        self.years = problem.years
        self.items = len(problem.benefit)
        self.segments = len(problem.costs.segment)
        self.spread = self.items * self.years
        self.binary = self.spread + (self.years if problem.rules.phases or problem.rules.after_phase else 0)
        self.counted = self.binary + self.segments * self.years
        self.depth = max((phase for _, phase, _ in problem.rules.phases), default=0)
        self.slack = self.counted + self.depth * self.years
        self.elastic = elastic
        self.size = self.slack + (2 * self.years if elastic else 0)

    def item(self, item: int, year: int) -> int:
        """Column of an item built or begun by the end of a year."""
        return item * self.years + year

    def used(self, year: int) -> int:
        """Column of a year in which some area is built."""
        return self.spread + year

    def segment(self, segment: int, year: int) -> int:
        """Column of a segment built by the end of a year."""
        return self.binary + segment * self.years + year

    def reached(self, phase: int, year: int) -> int:
        """Column of areas having been built in so many years by the end of one."""
        return self.counted + (phase - 1) * self.years + year

    def begun(self, item: int, year: int, sign: float = 1.0) -> dict[int, float]:
        """Terms of an item begun by the end of a year; none before the first."""
        return {self.item(item, year): sign} if year >= 0 else {}

    def running(self, item: int, year: int, run: int, amount: float) -> dict[int, float]:
        """Terms of an item that runs in a year, having begun in it or at most `run` - 1 years before."""
        return self.begun(item, year, amount) | self.begun(item, year - run, -amount)

    def years_of(self, solution: FloatArray) -> IntArray:
        """Read the year of each item from values of all columns, -1 for never."""
        built = np.rint(solution[: self.spread]).reshape(self.items, self.years)
        when = self.years - built.sum(axis=1).astype(np.int64)
        return np.where(when == self.years, -1, when)


def write_rows(rows: Rows, layout: Layout, problem: Problem) -> None:
    """Write all rows of the program."""
    _logic(rows, layout, problem)
    _starts(rows, layout, problem)
    _order(rows, layout, problem)
    if layout.binary > layout.spread:
        _phases(rows, layout, problem)
    _shared(rows, layout, problem.costs)
    _limits(rows, layout, problem)
    _people(rows, layout, problem)
    for floor in problem.floors:
        _floor(rows, layout, floor)


def _logic(rows: Rows, layout: Layout, problem: Problem) -> None:
    """Keep what is built built, parents no later, companions in the same year."""
    rules = problem.rules
    for year in range(layout.years):
        for item in range(layout.items):
            if year:
                rows.add({layout.item(item, year - 1): 1.0, layout.item(item, year): -1.0}, 0.0)
            above = int(rules.parent[item])
            if above >= 0:
                rows.add({layout.item(item, year): 1.0, layout.item(above, year): -1.0}, 0.0)
        for group in rules.groups:
            for first, second in pairwise(group):
                rows.add({layout.item(first, year): 1.0, layout.item(second, year): -1.0}, 0.0, 0.0)


def _starts(rows: Rows, layout: Layout, problem: Problem) -> None:
    """Begin nothing in a year in which it asks for more than there is: in part it would never be whole."""
    if layout.elastic:
        return
    for item, year in zip(*np.nonzero(~problem.may_begin()), strict=True):
        rows.add(layout.running(int(item), int(year), 1, 1.0), 0.0)


def _order(rows: Rows, layout: Layout, problem: Problem) -> None:
    """Begin the second of two not before the first, or some years later."""
    rules = problem.rules
    for first, second, lag in (*rules.later, *(wait for wait in rules.waits if not wait[2])):
        for year in range(layout.years):
            rows.add(layout.begun(second, year) | layout.begun(first, year - lag, -1.0), 0.0)


def _phases(rows: Rows, layout: Layout, problem: Problem) -> None:
    """Mark the years in which areas are built, and count them against what waits for the so-maniest."""
    areas, years = range(problem.areas), range(layout.years)
    for year in years:
        new = {k: v for area in areas for k, v in layout.running(area, year, 1, -1.0).items()}
        rows.add({layout.used(year): 1.0} | new, 0.0)
        for area in areas:
            rows.add({layout.used(year): -1.0} | layout.running(area, year, 1, 1.0), 0.0)
        so_far = {layout.used(one): 1.0 for one in range(year + 1)}
        for item, phase in problem.rules.after_phase:
            rows.add(dict.fromkeys(so_far, -1.0) | layout.begun(item, year, float(phase)), 0.0)
    _count_phases(rows, layout)
    for item, phase, lag in problem.rules.phases:
        for year in years:
            rows.add({layout.reached(phase, year): 1.0} | layout.begun(item, year - lag, -1.0), 0.0)


def _count_phases(rows: Rows, layout: Layout) -> None:
    """Reach a phase in the year in which areas are built for the so-maniest time, and stay beyond it."""
    for phase in range(1, layout.depth + 1):
        for year in range(layout.years):
            here = layout.reached(phase, year)
            if year:
                rows.add({layout.reached(phase, year - 1): 1.0, here: -1.0}, 0.0)
            if phase == 1:
                rows.add({layout.used(year): 1.0, here: -1.0}, 0.0)
            elif year:
                rows.add({layout.reached(phase - 1, year - 1): 1.0, layout.used(year): 1.0, here: -1.0}, 1.0)


def _shared(rows: Rows, layout: Layout, costs: Costs) -> None:
    """Build a segment exactly when something that hangs from it is built: no earlier, no later, never in part."""
    hanging: list[list[tuple[str, int]]] = [[] for _ in range(layout.segments)]
    for area in range(costs.areas):
        for segment in costs.hangs(area):
            hanging[segment].append(("area", area))
    for below, segment in enumerate(costs.above.tolist()):
        if segment >= 0:
            hanging[segment].append(("segment", below))
    for segment, members in enumerate(hanging):
        for year in range(layout.years):
            here = layout.segment(segment, year)
            columns = [layout.item(k, year) if kind == "area" else layout.segment(k, year) for kind, k in members]
            for column in columns:
                rows.add({column: 1.0, here: -1.0}, 0.0)
            rows.add({here: 1.0} | dict.fromkeys(columns, -1.0), 0.0)


def _standing(layout: Layout, costs: Costs, year: int) -> dict[int, float]:
    """Terms of what areas and segments cost that stand by the end of a year, in thousands."""
    if year < 0:
        return {}
    terms = {layout.item(area, year): cents * CENTS for area, cents in enumerate(costs.own.tolist())}
    return terms | {layout.segment(part, year): cents * CENTS for part, cents in enumerate(costs.segment.tolist())}


def _running(layout: Layout, costs: Costs, years: range) -> dict[int, float]:
    """Terms of what initiatives cost in some years, in thousands."""
    terms: dict[int, float] = {}
    for row, (cents, run) in enumerate(zip(costs.yearly.tolist(), costs.runs.tolist(), strict=True)):
        for year in years:
            for column, entry in layout.running(costs.areas + row, year, run, cents * CENTS).items():
                terms[column] = terms.get(column, 0.0) + entry
    return terms


def _limits(rows: Rows, layout: Layout, problem: Problem) -> None:
    """Spending of each year and up to each year, in thousands."""
    costs, limits = problem.costs, problem.limits
    for year in range(layout.years):
        slack = {layout.slack + year: -1.0} if layout.elastic else {}
        more = {layout.slack + layout.years + year: -1.0} if layout.elastic else {}
        here = _standing(layout, costs, year)
        earlier = {column: -entry for column, entry in _standing(layout, costs, year - 1).items()}
        if limits.yearly[year] < UNLIMITED:
            run = _running(layout, costs, range(year, year + 1))
            rows.add(here | earlier | run | slack, int(limits.yearly[year]) * CENTS)
        if limits.cumulative[year] < UNLIMITED:
            rows.add(here | _running(layout, costs, range(year + 1)) | more, int(limits.cumulative[year]) * CENTS)


def _people(rows: Rows, layout: Layout, problem: Problem) -> None:
    """Days of each kind in each year."""
    people, length = problem.people, problem.costs.length.tolist()
    for kind in range(len(people.kinds)):
        takers = [(item, days * DAYS) for item, days in enumerate(people.demand[:, kind].tolist()) if days]
        for year in range(layout.years):
            if people.offered[kind, year] >= UNLIMITED:
                continue
            terms: dict[int, float] = {}
            for item, days in takers:
                terms |= layout.running(item, year, length[item], days)
            rows.add(terms, float(people.offered[kind, year]) * DAYS)


def _floor(rows: Rows, layout: Layout, floor: Floor) -> None:
    """Reach an amount, and a share of all that is chosen, by the end of a year; in shares of the largest amount."""
    scale = 1.0 / max(int(abs(floor.amount).max(initial=1)), 1)
    share, last = floor.share / 1e6, layout.years - 1
    terms: dict[int, float] = {}
    for item, amount in enumerate((floor.amount * scale).tolist()):
        if amount:
            terms[layout.item(item, last)] = amount * share
            if floor.year >= 0:
                column = layout.item(item, floor.year)
                terms[column] = terms.get(column, 0.0) - amount
    rows.add(terms, -floor.least * scale)
