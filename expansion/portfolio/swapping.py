"""Better a large choice by small changes: exchange two areas, or bring one forward, where that is worth more."""

from __future__ import annotations

import numpy as np

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.greedy import Greedy, fill_up
from expansion.portfolio.problem import Problem

TRIES = 4_000
"""Changes that are tried in all: a measure of work, so that no clock decides."""
NEXT = 600
"""Most promising changes that are tried in a year before the next year's turn."""


def swap_areas(problem: Problem, when: IntArray, tries: int = TRIES) -> IntArray:
    """Exchange areas between years, or with areas that are not chosen, as long as the choice is worth more.

    A change is first judged by own costs and people alone, then tried with feeder, rules and floors.

    Parameters
    ----------
    problem
        What is chosen from.
    when
        A choice that keeps every limit.
    tries
        Changes that are tried at most.
    """
    best, left, stuck, year = when.copy(), tries, 0, 0
    while left > 0 and stuck < problem.years:
        changes = _changes(problem, best, year)[:NEXT]
        found = next(((n, trial) for n, trial in enumerate(changes, 1) if problem.keeps(trial)), None)
        left -= len(changes) if found is None else found[0]
        if found is None:
            stuck, year = stuck + 1, (year + 1) % problem.years
        else:
            best, stuck = found[1], 0
    return fill_up(problem, best)


def _changes(problem: Problem, when: IntArray, year: int) -> list[IntArray]:
    """List choices with one change for the better in a year, the most promising first."""
    grown, areas = Greedy(problem, when), problem.areas
    here = np.nonzero(when[:areas] == year)[0]
    other = np.nonzero(problem.rules.allowed[:areas] & ((when[:areas] < 0) | (when[:areas] > year)))[0]
    price = np.array([_feeder(grown, area) for area in other.tolist()], dtype=np.int64) + problem.costs.own[other]
    rows, columns, gain = _exchanges(problem, grown, here, other, price, year)
    found: list[tuple[float, int, int]] = [
        (-float(worth), int(here[row]) if row >= 0 else -1, int(other[column]))
        for row, column, worth in zip(rows.tolist(), columns.tolist(), gain.tolist(), strict=True)
    ]
    return [_changed(when, out, into, year) for _, out, into in sorted(found)[:NEXT]]


def _changed(when: IntArray, out: int, into: int, year: int) -> IntArray:
    """Build `into` in a year, and what was there (-1 for nothing) in the year in which that was."""
    trial = when.copy()
    if out >= 0:
        trial[out] = when[into]
    trial[into] = year
    return trial


def _feeder(grown: Greedy, area: int) -> int:
    """Cents of the feeder that an area lacks."""
    return sum(int(grown.problem.costs.segment[part]) for part in grown.ways[area] - grown.built)


def _exchanges(
    problem: Problem, grown: Greedy, here: IntArray, other: IntArray, price: IntArray, year: int
) -> tuple[IntArray, IntArray, FloatArray]:
    """Find who may take whose place by money and people, and what it is worth; row -1 is nobody's place."""
    own, people, worth = problem.costs.own, problem.people, problem.benefit
    out = np.append(here, -1)
    later = np.append(problem.weight, 0.0)[grown.when[other]]
    lost = np.append(worth[here], 0.0)
    gain = (problem.weight[year] - later)[None, :] * (worth[other][None, :] - lost[:, None])
    room = int(problem.limits.room(grown.spent)[year])
    fits = price[None, :] - np.append(own[here], 0)[:, None] <= room
    if people.kinds:
        free = people.offered[:, year] - grown.busy[:, year]
        taken = np.vstack([people.demand[here], np.zeros((1, len(people.kinds)), dtype=np.int64)])
        fits &= (people.demand[other][None, :, :] - taken[:, None, :] <= free).all(axis=2)
    rows, columns = np.nonzero(fits & (gain > 1e-9))
    return np.where(out[rows] >= 0, rows, -1), columns, gain[rows, columns]
