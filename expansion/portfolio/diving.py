"""Large choices: dive into the linear relaxation, and build what it leans to year by year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.greedy import Greedy
from expansion.portfolio.problem import Problem
from expansion.portfolio.rows import Layout
from expansion.programs import silenced

WHOLE = 1e-6
BATCH = 8
"""Share of the items between never and a year, one in so many, that a dive settles before it looks again."""
LOOKS = 12
"""Times that a dive looks again."""


@dataclass(frozen=True, slots=True)
class Program:
    """The program of a problem: goal to be least, rows, bounds."""

    layout: Layout
    goal: FloatArray
    rows: LinearConstraint
    bounds: Bounds

    def relaxed(self, least: FloatArray, most: FloatArray) -> tuple[FloatArray | None, float]:
        """Solve without whole numbers: values by item and year, and the bound; None where there is none."""
        columns, bound = self.solved(least, most)
        if columns is None:
            return None, bound
        return columns[: self.layout.spread].reshape(self.layout.items, self.layout.years), bound

    def solved(self, least: FloatArray, most: FloatArray) -> tuple[FloatArray | None, float]:
        """Solve without whole numbers: values of all columns, and the bound; None where there is none."""
        with silenced():
            result = milp(self.goal, bounds=Bounds(least, most), constraints=self.rows, options={"disp": False})
        return (None, -np.inf) if result.x is None else (result.x, -float(result.fun))


def dive(problem: Problem, program: Program, least: FloatArray, most: FloatArray) -> IntArray | None:
    """Settle item after item as the relaxation leans, looking again after each batch.

    Parameters
    ----------
    problem, program
        What is chosen from, and its program.
    least, most
        Bounds of its columns, within which it is relaxed first.

    Returns
    -------
    array or None
        Years per item; None where they keep not every limit.
    """
    least, most = least.copy(), most.copy()
    values = program.relaxed(least, most)[0]
    last, settled = values, Greedy(problem)
    for _ in range(LOOKS):
        if values is None:
            break
        last = values
        split = np.nonzero(_is_split(values) & (settled.when < 0))[0]
        if not len(split):
            break
        ranked = split[np.lexsort((split, -np.round(values[split, -1], 6)))].tolist()
        count = max(len(split) // BATCH, 1)
        if not _settle(program, settled, values, ranked, count, least, most):
            break
        values = program.relaxed(least, most)[0]
    if last is None:
        return None
    when = _finish(problem, last)
    return when if problem.keeps(when) else None


def _settle(
    program: Program, settled: Greedy, values: FloatArray, ranked: list[int], count: int, least: FloatArray,
    most: FloatArray,
) -> bool:  # fmt: skip
    """Build the first of the ranked items that fit; leave one out for good where none does."""
    done, layout = 0, program.layout
    for item in ranked:
        year = _leaning(values[item])
        room = int(settled.problem.limits.room(settled.spent)[year])
        if settled.when[item] >= 0 or not (settled.affords(item, year, room) and settled.may(item, year)):
            continue
        for other in sorted(settled.new(item)):
            least[layout.item(other, year)] = 1.0
        settled.add(item, year)
        done += 1
        if done >= count:
            break
    if not done and ranked:
        out = ranked[-1]
        most[layout.item(out, 0) : layout.item(out, 0) + layout.years] = 0.0
    return bool(ranked)


def _is_split(values: FloatArray) -> NDArray[np.bool_]:
    """Mark items that stand in part in some year."""
    return np.asarray(((values > WHOLE) & (values < 1 - WHOLE)).any(axis=1), dtype=bool)


def _leaning(values: FloatArray) -> int:
    """Year in which an item stands by more than half of what it ever does."""
    return int(np.argmax(values >= 0.5 * values[-1]))


def _finish(problem: Problem, values: FloatArray) -> IntArray:
    """Take, year by year, what stands whole, then what stands in part, the larger parts first, then what still fits.

    Years are filled in their order, so that feeder is paid in the first year that needs it.
    """
    grown = Greedy(problem)
    leaning = np.array([_leaning(row) for row in values], dtype=np.int64)
    split = _is_split(values)
    worth = np.nonzero(problem.benefit > 0)[0].tolist()
    wanted = np.nonzero(values[:, -1] > WHOLE)[0].tolist()
    ranked = sorted(wanted, key=lambda k: (bool(split[k]), -round(float(values[k, -1]), 6), k))
    for year in range(problem.years):
        for item in ranked:
            room = int(problem.limits.room(grown.spent)[year])
            due = grown.when[item] < 0 and leaning[item] <= year
            if due and grown.affords(item, year, room) and grown.may(item, year):
                grown.add(item, year)
        grown.fill_year(worth, year)
    return grown.when
