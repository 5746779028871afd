"""What is chosen from: areas and initiatives with benefit, money, people, rules and floors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.plan.graph import FloatArray, IntArray
from expansion.portfolio.limits import NOBODY, Floor, People
from expansion.portfolio.money import Costs, Limits
from expansion.portfolio.rules import Rules


@dataclass(frozen=True, slots=True)
class Problem:
    """Items with benefit and cost, rules and limits; `weight` discounts the benefit of each year.

    Items are the areas and, after them, the initiatives: rows of `benefit`, of `costs.own` and of `rules.names`.
    """

    benefit: FloatArray
    weight: FloatArray
    costs: Costs
    rules: Rules
    limits: Limits
    people: People = NOBODY
    floors: tuple[Floor, ...] = ()

    @property
    def years(self) -> int:
        """Number of build years."""
        return len(self.limits.years)

    @property
    def areas(self) -> int:
        """Number of areas: the first rows of all items."""
        return self.costs.areas

    def may_begin(self) -> NDArray[np.bool_]:
        """Mark by item and year where the item, all by itself, takes no more money and people than there are."""
        found = np.ones((len(self.benefit), self.years), dtype=bool)
        each = np.append(self.costs.own, self.costs.yearly)
        for item, run in enumerate(self.costs.length.tolist()):
            for year in range(self.years):
                spent = np.zeros(self.years, dtype=np.int64)
                spent[year : year + run] = each[item]
                staffed = self.people.suffice(self.people.demand[item], year, run) if self.people.kinds else True
                found[item, year] = staffed and self.limits.allow(spent)
        return found

    def value(self, when: IntArray) -> float:
        """Discounted benefit of years per item; -1 is never."""
        chosen = when >= 0
        return float(np.round((self.benefit[chosen] * self.weight[when[chosen]]).sum(), 9))

    def keeps(self, when: IntArray) -> bool:
        """Say whether years per item keep rules, limits and floors, exactly."""
        return self.limits.allow(self.costs.spend(when, self.years)) and self.keeps_beside_money(when)

    def keeps_beside_money(self, when: IntArray) -> bool:
        """Say whether years per item keep rules, people and floors."""
        staffed = self.people.allow(when, self.costs.length)
        return staffed and self.rules.hold(when) and all(floor.holds(when) for floor in self.floors)
