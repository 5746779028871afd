"""Better a large choice core by core: what the relaxation's prices leave in doubt is free, all else stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.diving import WHOLE, Program
from expansion.portfolio.greedy import fill_up
from expansion.portfolio.problem import Problem
from expansion.portfolio.rows import Layout
from expansion.programs import silenced

BoolArray = NDArray[np.bool_]

AROUND = (300, 450)
"""Item-years that are free around the relaxation: as many, or more where no choice is among them."""
SIZES = range(200, 501, 50)
"""Item-years that are free around a choice: one core after the other, the next size where one betters nothing."""
STEP = 1e-4
"""Share of its worth that a core has to better a choice by: to look for less takes longest where there is none."""
HALF = 0.5
"""Of an item in the last year of the relaxation, from which on it counts as chosen."""
NODES, GAP = 1, 2e-4
"""Where the program of one core stops: nodes and gap, so that no clock decides."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a relaxation leans to: its values by item and year, and what each beginning loses against the best.

    `regret` has a column for each year and a last one for never: benefit that beginning an item then gives away at
    the prices of money, people, feeder and rules that the relaxation sets.
    """

    values: FloatArray
    regret: FloatArray


def lean(program: Program, least: FloatArray, most: FloatArray) -> Leaning | None:
    """Solve the relaxation within bounds and price every beginning by its duals; None where it has no solution."""
    layout, rows = program.layout, program.rows
    matrix, same = rows.A.tocsr(), rows.lb == rows.ub
    with silenced():
        result = linprog(
            program.goal, A_ub=matrix[~same], b_ub=rows.ub[~same], A_eq=matrix[same], b_eq=rows.ub[same],
            bounds=np.column_stack([least, most]), method="highs-ds",
        )  # fmt: skip
    if result.x is None:
        return None
    prices = np.zeros(len(same))
    prices[~same], prices[same] = result.ineqlin.marginals, result.eqlin.marginals
    prices[_staying(layout, matrix)] = 0.0  # kept by every beginning
    worth = (matrix.T @ prices - program.goal)[: layout.spread].reshape(layout.items, layout.years)
    gain = np.column_stack([np.cumsum(worth[:, ::-1], axis=1)[:, ::-1], np.zeros(layout.items)])
    regret = np.round(gain.max(axis=1)[:, None] - gain, 6)
    return Leaning(result.x[: layout.spread].reshape(layout.items, layout.years), regret)


def _staying(layout: Layout, matrix: csr_matrix) -> IntArray:
    """Rows that say of one item that what stands at the end of a year stands a year later."""
    two = np.nonzero(np.diff(matrix.indptr) == 2)[0]
    first, second = matrix.indptr[two], matrix.indptr[two] + 1
    later = np.maximum(matrix.indices[first], matrix.indices[second])
    next_to = np.abs(matrix.indices[first] - matrix.indices[second]) == 1
    return np.asarray(two[next_to & (later < layout.spread) & (later % layout.years > 0)], dtype=np.int64)


def differing(leaning: Leaning, when: IntArray) -> BoolArray:
    """Mark item-years that a choice and the relaxation see differently."""
    return np.asarray(np.abs(leaning.values - standing(when, leaning.values.shape[1])) > WHOLE)


def standing(when: IntArray, years: int) -> FloatArray:
    """By item and year 1 where it stands by the end of it."""
    return ((when[:, None] >= 0) & (when[:, None] <= np.arange(years))).astype(float)


def nearest(problem: Problem, leaning: Leaning, when: IntArray, count: int) -> BoolArray:
    """Mark about `count` item-years between the beginnings of a choice and others of least regret."""
    years = problem.years
    now = np.where(when < 0, years, when)
    regret = np.where(problem.rules.allowed[:, None], leaning.regret, np.inf)
    regret[np.arange(len(now)), now] = np.inf
    free = np.zeros((len(now), years), dtype=bool)
    for place in np.argsort(regret, axis=None, kind="stable").tolist():
        item, year = divmod(place, years + 1)
        if count <= 0 or not np.isfinite(regret[item, year]):
            break
        part = free[item, min(year, now[item]) : max(year, now[item])]
        count -= int((~part).sum())
        part[:] = True
    return free


def start_core(problem: Problem, program: Program, leaning: Leaning) -> IntArray | None:
    """Choose in a core around the relaxation: what it has in parts and what it nearly does otherwise is free.

    Returns
    -------
    array or None
        Years per item; None where the cores hold no choice that keeps every limit.
    """
    values = leaning.values
    near = np.where(values[:, -1] > HALF, (values < HALF).sum(axis=1), -1)
    for count in AROUND:
        free = nearest(problem, leaning, near, count) | differing(leaning, near)
        when = choose_core(program, np.rint(values), free)
        if when is not None and problem.keeps(when):
            return when
    return None


def improve_cores(problem: Problem, program: Program, leaning: Leaning, when: IntArray, *, goal: float) -> IntArray:
    """Choose again in core after core, as long as one of them makes the choice worth more.

    Parameters
    ----------
    problem, program, leaning
        What is chosen from, its program and what the relaxation leans to.
    when
        A choice that keeps every limit.
    goal
        Value at which it is good enough.
    """
    best = when
    if problem.value(best) < goal:
        best = _taken(problem, program, best, differing(leaning, best), None)
    for count in SIZES:
        free = nearest(problem, leaning, best, count)
        while problem.value(best) < goal:
            value = problem.value(best)
            best = _taken(problem, program, best, free, (1.0 + STEP) * value)
            if problem.value(best) <= value:
                break
            free = nearest(problem, leaning, best, count)
        if free.all():
            break
    return best


def _taken(problem: Problem, program: Program, when: IntArray, free: BoolArray, least: float | None) -> IntArray:
    """Take what a core around a choice offers, filled up, where it is worth more and keeps every limit."""
    trial = choose_core(program, standing(when, problem.years), free, least=least)
    if trial is None or not problem.keeps(trial) or problem.value(trial) <= problem.value(when):
        return when
    return fill_up(problem, trial)


def choose_core(program: Program, base: FloatArray, free: BoolArray, *, least: float | None = None) -> IntArray | None:
    """Solve the program with only the marked item-years free; the others are as in `base`, 0 or 1.

    Parameters
    ----------
    program
        Of which problem.
    base, free
        By item and year: what stands, and what may be chosen again.
    least
        Value that the choice has to reach.
    """
    layout, rows = program.layout, program.rows
    low, high = np.array(program.bounds.lb, dtype=float), np.array(program.bounds.ub, dtype=float)
    for bound in (low, high):
        bound[: layout.spread] = np.where(free, bound[: layout.spread].reshape(free.shape), base).ravel()
    open_columns = np.nonzero(low < high)[0]
    settled = np.where(low < high, 0.0, low)
    matrix, shift = rows.A.tocsr()[:, open_columns], rows.A @ settled
    used, goal = np.diff(matrix.indptr) > 0, program.goal[open_columns]
    limits = [LinearConstraint(matrix[used], (rows.lb - shift)[used], (rows.ub - shift)[used])]
    if least is not None:
        limits.append(LinearConstraint(csr_matrix(goal), -np.inf, -least - float(program.goal @ settled)))
    with silenced():
        result = milp(
            goal, integrality=(open_columns < layout.binary).astype(np.int64),
            bounds=Bounds(low[open_columns], high[open_columns]), constraints=limits,
            options={"mip_rel_gap": GAP, "node_limit": NODES, "disp": False},
        )  # fmt: skip
    if result.x is None:
        return None
    settled[open_columns] = result.x
    return layout.years_of(settled)
