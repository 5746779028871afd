"""What people a year has, and what must be reached by when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expansion.plan.graph import IntArray


@dataclass(frozen=True, slots=True)
class People:
    """Crew-days and staff-days, in thousandths.

    Attributes
    ----------
    kinds
        Trades and roles that are limited.
    demand
        Per item and kind, in each year that the item runs.
    offered
        Per kind and year.
    """

    kinds: tuple[str, ...]
    demand: IntArray
    offered: IntArray

    def used(self, when: IntArray, length: IntArray) -> IntArray:
        """Days taken per kind and year by items that start in `when` (-1 is never) and run `length` years."""
        found = np.zeros_like(self.offered)
        if not self.kinds:
            return found
        for item in np.nonzero(when >= 0)[0].tolist():
            start = int(when[item])
            found[:, start : start + int(length[item])] += self.demand[item][:, None]
        return found

    def allow(self, when: IntArray, length: IntArray) -> bool:
        """Say whether no kind is asked for more days than a year offers."""
        return not self.kinds or bool((self.used(when, length) <= self.offered).all())

    def suffice(self, days: IntArray, year: int, run: int) -> bool:
        """Say whether days per kind, in each of `run` years from `year` on, are no more than a year offers."""
        return bool((days[:, None] <= self.offered[:, year : year + run]).all())


NOBODY = People((), np.zeros((0, 0), dtype=np.int64), np.zeros((0, 0), dtype=np.int64))
"""No kind is limited."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What must be reached by the end of a year.

    Attributes
    ----------
    name
        In words, as errors name it.
    amount
        Per item, whole numbers.
    year
        Index of the last year that counts; -1 where the date lies before the end of the first.
    least
        Amount to reach.
    share
        Millionths of all that is chosen to reach, on top of `least`.
    """

    name: str
    amount: IntArray
    year: int
    least: int = 0
    share: int = 0

    def reached(self, when: IntArray) -> int:
        """Amount of what stands by the end of the year."""
        return int(self.amount[(when >= 0) & (when <= self.year)].sum())

    def needed(self, when: IntArray) -> int:
        """Amount that has to stand by then, rounded up."""
        every = int(self.amount[when >= 0].sum())
        return self.least - (-self.share * every // 1_000_000)

    def holds(self, when: IntArray) -> bool:
        """Say whether enough stands by the end of the year."""
        return self.reached(when) >= self.needed(when)
