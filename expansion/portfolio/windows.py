"""Better a large choice window by window: some years and all that is not chosen are free, all else stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.diving import Program
from expansion.portfolio.problem import Problem
from expansion.portfolio.rows import Layout
from expansion.programs import silenced

BoolArray = NDArray[np.bool_]

WIDTH = 3
"""Years that are free at a time."""
ROUNDS = 2
"""Times that the window passes over all years."""
NODES, GAP = 5, 2e-4
"""Where the program of one window stops: nodes and gap, so that no clock decides."""


def improve_windows(problem: Problem, program: Program, when: IntArray, *, goal: float) -> IntArray:
    """Choose the items of a few years again, window after window, as long as the choice becomes worth more.

    Parameters
    ----------
    problem, program
        What is chosen from, and its program.
    when
        A choice that keeps every limit.
    goal
        Value at which it is good enough.
    """
    best, value = when, problem.value(when)
    for _ in range(ROUNDS):
        before = value
        for first in range(max(problem.years - WIDTH, 0), -1, -1):
            if value >= goal:
                return best
            trial = _choose_again(problem, program, best, first, min(first + WIDTH, problem.years))
            if trial is not None and problem.keeps(trial) and problem.value(trial) > value:
                best, value = trial, problem.value(trial)
        if value <= before:
            break
    return best


@dataclass(frozen=True, slots=True)
class Part:
    """Part of a program: per column its place among those left free, -1 where it is settled, and its value there."""

    place: IntArray
    settled: FloatArray

    @property
    def free(self) -> IntArray:
        """One column for each place: the first that has it."""
        return np.unique(self.place, return_index=True)[1][int((self.place < 0).any()) :]


def _choose_again(problem: Problem, program: Program, when: IntArray, first: int, after: int) -> IntArray | None:
    """Solve the program with only items of the years from `first` to before `after`, and those not chosen, free."""
    part, layout, rows = _part(problem, program.layout, when, first, after), program.layout, program.rows
    open_columns = np.nonzero(part.place >= 0)[0]
    places, free = part.place[open_columns], part.free
    least, most = np.zeros(len(free)), np.ones(len(free))
    np.maximum.at(least, places, np.asarray(program.bounds.lb)[open_columns])
    np.minimum.at(most, places, np.asarray(program.bounds.ub)[open_columns])
    made_of = csr_matrix((np.ones(len(places)), (open_columns, places)), shape=(layout.size, len(free)))
    matrix = (rows.A @ made_of).tocsr()
    matrix.eliminate_zeros()
    used, shift = np.diff(matrix.indptr) > 0, rows.A @ part.settled
    with silenced():
        result = milp(
            program.goal @ made_of,
            integrality=(free < layout.binary).astype(np.int64),
            bounds=Bounds(least, most),
            constraints=LinearConstraint(matrix[used], (rows.lb - shift)[used], (rows.ub - shift)[used]),
            options={"mip_rel_gap": GAP, "node_limit": NODES, "disp": False},
        )
    return None if result.x is None else layout.years_of(part.settled + made_of @ result.x)


def _part(problem: Problem, layout: Layout, when: IntArray, first: int, after: int) -> Part:
    """Settle what a window leaves as it is; what is free in it and not begun by its end is never begun."""
    free = np.where(when < 0, problem.rules.allowed, (when >= first) & (when < after))
    stands = (when[:, None] >= 0) & (when[:, None] <= np.arange(layout.years))
    settled = np.full(layout.size, np.nan)
    same = np.arange(layout.size)
    items = same[: layout.spread].reshape(layout.items, layout.years)
    settled[items[~free]] = stands[~free]
    settled[items[free, :first]] = 0.0
    same[items[free, after:]] = items[free, after - 1 : after]
    built, may = _segments(problem, when, free, first)
    segments = np.arange(layout.segment(0, 0), layout.counted).reshape(layout.segments, layout.years)
    settled[segments[~may]] = 0.0
    settled[segments[built]] = 1.0
    known = ~np.isnan(settled)
    columns = np.nonzero(~known & (same == np.arange(layout.size)))[0]
    place = np.full(layout.size, -1, dtype=np.int64)
    place[columns] = np.arange(len(columns))
    return Part(np.where(known, -1, place[same]), np.where(known, settled, 0.0))


def _segments(problem: Problem, when: IntArray, free: BoolArray, first: int) -> tuple[BoolArray, BoolArray]:
    """Mark segments by year: those that stand for items that are settled, and those that may stand."""
    built = np.zeros((len(problem.costs.segment), problem.years), dtype=bool)
    may = built.copy()
    for area, way in enumerate(problem.costs.ways):
        if free[area]:
            may[list(way), first:] = True
        elif when[area] >= 0:
            built[list(way), int(when[area]) :] = True
    return built, may | built
