"""Ratio greedy: year by year the area with most benefit per money that still fits, with the feeder that it needs."""

from __future__ import annotations

import numpy as np

from expansion.plan.graph import IntArray
from expansion.portfolio.program import Problem


class Greedy:
    """A choice that grows area by area; never breaks a rule or limit, and never takes an area back."""

    def __init__(self, problem: Problem, when: IntArray | None = None) -> None:
        self.problem = problem
        years = len(problem.limits.years)
        self.when = np.full(len(problem.benefit), -1, dtype=np.int64) if when is None else when.copy()
        self.spent = problem.costs.spend(self.when, years)
        self.built = {part for area in np.nonzero(self.when >= 0)[0].tolist() for part in problem.costs.ways[area]}
        self.bundles = [problem.rules.needs(area) for area in range(len(problem.benefit))]
        self.ways = [set(way) for way in problem.costs.ways]

    def new(self, area: int) -> set[int]:
        """Areas that choosing `area` would add."""
        return {other for other in self.bundles[area] if self.when[other] < 0}

    def price(self, area: int) -> int:
        """Cents that choosing `area` would add, with parents, companions and feeder."""
        costs, members = self.problem.costs, self.new(area)
        segments = set().union(*(self.ways[other] for other in members)) - self.built
        return sum(int(costs.own[k]) for k in members) + sum(int(costs.segment[s]) for s in segments)

    def may(self, area: int, year: int) -> bool:
        """Say whether rules allow `area` with all it needs in `year`."""
        rules, bundle = self.problem.rules, self.bundles[area]
        if not all(rules.allowed[other] and self.when[other] <= year for other in bundle):
            return False
        for first, second in rules.before:
            if second in bundle and not 0 <= self.when[first] < year:
                return False
            if first in bundle and self.when[first] < 0 and 0 <= self.when[second] <= year:
                return False
        return True

    def rank(self, area: int) -> tuple[float, int]:
        """Sort key: most benefit per cent of money first, then by row."""
        gain = float(sum(self.problem.benefit[other] for other in self.new(area)))
        return -gain / max(self.price(area), 1), area

    def add(self, area: int, year: int) -> None:
        """Choose `area` and all it needs in `year`."""
        self.spent[year] += self.price(area)
        for other in sorted(self.new(area)):
            self.when[other] = year
            self.built |= self.ways[other]

    def fill(self, candidates: list[int]) -> None:
        """Add candidates, best first in each year, until nothing fits any more."""
        for year in range(len(self.problem.limits.years)):
            ranks = {area: self.rank(area) for area in candidates if self.when[area] < 0}
            while ranks:
                room = int(self.problem.limits.room(self.spent)[year])
                fitting = [k for k in ranks if self.may(k, year) and self.price(k) <= room]
                if not fitting:
                    break
                best = min(fitting, key=ranks.__getitem__)
                touched = self.touched_by(best)
                self.add(best, year)
                ranks = {
                    area: self.rank(area) if area in touched else rank
                    for area, rank in ranks.items()
                    if self.when[area] < 0
                }

    def touched_by(self, area: int) -> set[int]:
        """Areas whose price changes when `area` is chosen."""
        members = self.new(area)
        segments = set().union(*(self.ways[other] for other in members)) - self.built
        every = range(len(self.bundles))
        return {k for k in every if self.bundles[k] & members or self.ways[k] & segments}


def prune(problem: Problem, when: IntArray) -> IntArray:
    """Take out areas without benefit that nothing chosen needs."""
    kept = when.copy()
    idle = np.nonzero((kept >= 0) & (problem.benefit <= 0) & ~problem.rules.required)[0].tolist()
    for _ in range(len(idle)):
        for area in idle:
            trial = kept.copy()
            trial[area] = -1
            if kept[area] >= 0 and problem.rules.hold(trial):
                kept = trial
    return kept if problem.keeps(kept) else when


def choose_greedily(problem: Problem) -> IntArray | None:
    """Choose by ratio: first what is required, then the best that fits.

    Parameters
    ----------
    problem
        What to choose from.

    Returns
    -------
    array or None
        Year per area, -1 for never; None where the required areas do not fit this way (others may fit them).
    """
    greedy = Greedy(problem)
    greedy.fill(np.nonzero(problem.rules.required)[0].tolist())
    if (problem.rules.required & (greedy.when < 0)).any():
        return None
    greedy.fill(np.nonzero(problem.benefit > 0)[0].tolist())
    return greedy.when if problem.keeps(greedy.when) else None


def fill_up(problem: Problem, when: IntArray) -> IntArray:
    """Add to a choice whatever still fits.

    Feeder that is already built in a later year than an added area would be charged to that earlier year; all additions
    are checked together and left out where they break a limit.
    """
    greedy = Greedy(problem, when)
    greedy.fill([k for k in np.nonzero(problem.benefit > 0)[0].tolist() if when[k] < 0])
    return greedy.when if problem.keeps(greedy.when) else when
