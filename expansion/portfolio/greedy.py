"""Ratio greedy: year by year the area with most benefit per money that still fits, with the feeder that it needs."""

from __future__ import annotations

import numpy as np

from expansion.plan.graph import IntArray
from expansion.portfolio.problem import Problem


class Greedy:
    """A choice that grows item by item; never breaks a rule or limit, and never takes an item back."""

    def __init__(self, problem: Problem, when: IntArray | None = None) -> None:
        self.problem = problem
        self.length = problem.costs.length
        self.when = np.full(len(problem.benefit), -1, dtype=np.int64) if when is None else when.copy()
        self.spent = problem.costs.spend(self.when, problem.years)
        self.busy = problem.people.used(self.when, self.length)
        self.built = {part for item in np.nonzero(self.when >= 0)[0].tolist() for part in problem.costs.way(item)}
        self.bundles = problem.rules.bundles(range(len(problem.benefit)))
        self.ways = [set(problem.costs.way(item)) for item in range(len(problem.benefit))]
        self.later: dict[int, list[tuple[int, int, int]]] = {}
        for order in problem.rules.later:
            for item in sorted(set(order[:2])):
                self.later.setdefault(item, []).append(order)

    def new(self, item: int) -> set[int]:
        """Items that choosing `item` would add."""
        return {other for other in self.bundles[item] if self.when[other] < 0}

    def price(self, item: int) -> int:
        """Cents that choosing `item` would add, with parents, companions, what it waits for, and feeder."""
        costs, members = self.problem.costs, self.new(item)
        segments = set().union(*(self.ways[other] for other in members)) - self.built
        return sum(costs.whole(k) for k in members) + sum(int(costs.segment[s]) for s in segments)

    def may(self, item: int, year: int) -> bool:
        """Say whether rules allow `item` with all it needs in `year`."""
        rules, bundle = self.problem.rules, self.bundles[item]
        if not all(rules.allowed[other] and self.when[other] <= year for other in bundle):
            return False
        for order in {order for member in bundle for order in self.later.get(member, ())}:
            first, second, lag = order
            if second in bundle and not 0 <= self.when[first] <= year - lag:
                return False
            if first in bundle and self.when[first] < 0 and 0 <= self.when[second] < year + lag:
                return False
        return not (rules.phases or rules.after_phase) or rules.phases_hold(self.with_new(item, year))

    def with_new(self, item: int, year: int) -> IntArray:
        """Years per item with `item` and all it needs in `year`."""
        trial = self.when.copy()
        trial[sorted(self.new(item))] = year
        return trial

    def affords(self, item: int, year: int, room: int) -> bool:
        """Say whether money, of which `room` is left in `year`, and people suffice for `item` in `year`."""
        members = sorted(self.new(item))
        if not self._staffed(members, year):
            return False
        programs = [member for member in members if member >= self.problem.areas]
        price = self.price(item) - sum(self.problem.costs.whole(member) for member in programs)
        if not programs:
            return price <= room
        return self.problem.limits.allow(self.spent + self._spending(price, members, year))

    def _spending(self, price: int, members: list[int], year: int) -> IntArray:
        """Cents per year: areas and feeder at a price in `year`, and from then on the initiatives among `members`."""
        begun = np.full(len(self.when), -1, dtype=np.int64)
        begun[members] = year
        added = self.problem.costs.extra(begun, self.problem.years)
        added[year] += price
        return added

    def _staffed(self, members: list[int], year: int) -> bool:
        people = self.problem.people
        if not people.kinds:
            return True
        if (self.length[members] == 1).all():
            return bool((self.busy[:, year] + people.demand[members].sum(axis=0) <= people.offered[:, year]).all())
        begun = np.full(len(self.when), -1, dtype=np.int64)
        begun[members] = year
        return bool((self.busy + people.used(begun, self.length) <= people.offered).all())

    def rank(self, item: int) -> tuple[float, int]:
        """Sort key: most benefit per cent of money first, then by row."""
        gain = float(sum(self.problem.benefit[other] for other in self.new(item)))
        return -gain / max(self.price(item), 1), item

    def add(self, item: int, year: int) -> None:
        """Choose `item` and all it needs in `year`."""
        members = sorted(self.new(item))
        programs = sum(self.problem.costs.whole(member) for member in members if member >= self.problem.areas)
        self.spent = self.spent + self._spending(self.price(item) - programs, members, year)
        for other in members:
            self.when[other] = year
            self.built |= self.ways[other]
        self.busy = self.problem.people.used(self.when, self.length)

    def fill(self, candidates: list[int]) -> None:
        """Add candidates, best first in each year, until nothing fits any more."""
        for year in range(self.problem.years):
            self.fill_year(candidates, year)

    def prepare(self, year: int) -> None:
        """Begin what is worth nothing by itself and must stand before others may: for a later year, or a phase."""
        rules = self.problem.rules
        due = {first for first, second, _ in rules.later if self.when[second] < 0 and rules.allowed[second]}
        due |= {item for item, phase, lag in rules.phases if phase - 1 - lag <= year}
        for item in sorted(due):
            if self.when[item] >= 0 or self.problem.benefit[item] > 0:
                continue
            if self.affords(item, year, int(self.problem.limits.room(self.spent)[year])) and self.may(item, year):
                self.add(item, year)

    def fill_year(self, candidates: list[int], year: int) -> None:
        """Add candidates in one year, best first, until nothing fits any more."""
        ranks = {item: self.rank(item) for item in candidates if self.when[item] < 0}
        while ranks:
            room = int(self.problem.limits.room(self.spent)[year])
            best = self._first_fitting(sorted(ranks, key=ranks.__getitem__), year, room)
            if best is None:
                break
            touched = self.touched_by(best)
            self.add(best, year)
            ranks = {
                item: self.rank(item) if item in touched else rank
                for item, rank in ranks.items()
                if self.when[item] < 0
            }

    def _first_fitting(self, ordered: list[int], year: int, room: int) -> int | None:
        return next((item for item in ordered if self.affords(item, year, room) and self.may(item, year)), None)

    def touched_by(self, item: int) -> set[int]:
        """Items whose price changes when `item` is chosen."""
        members = self.new(item)
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
    worth = np.nonzero(problem.benefit > 0)[0].tolist()
    for year in range(problem.years):
        greedy.prepare(year)
        greedy.fill_year(worth, year)
    return prune(problem, greedy.when) if problem.keeps(greedy.when) else None


def fill_up(problem: Problem, when: IntArray) -> IntArray:
    """Add to a choice whatever still fits.

    Feeder that is already built in a later year than an added area would be charged to that earlier year; all additions
    are checked together and left out where they break a limit.
    """
    greedy = Greedy(problem, when)
    greedy.fill([k for k in np.nonzero(problem.benefit > 0)[0].tolist() if when[k] < 0])
    return greedy.when if problem.keeps(greedy.when) else when
