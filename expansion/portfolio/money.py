"""What a set of areas and initiatives costs in which year: shared feeder once, in the first year that needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from expansion.plan.graph import IntArray
from expansion.plan.plan import Areas, Cost, Network, Segment

UNLIMITED = 1 << 60
"""Cents that no plan reaches: stands for "no limit" in integer arithmetic."""
NOT_BUILD = ("customer", "drop", "permits", "soft")
"""Cost categories that carry no soft costs."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs of areas and of the feeder that they share, in integer cents.

    Attributes
    ----------
    own
        Per area: its base cost without the shared segments that are charged to it.
    segment
        Per segment: cost, paid once.
    above
        Per segment: the segment toward the root, -1 at the root; never a cycle.
    ways
        Per area: the segments that it needs, ascending. An area with locations on several branches needs several
        ways to the root.
    yearly, runs
        Per initiative: cents in each year that it runs, and how many years it runs. What it costs after the last
        build year is no money of the plan.
    """

    own: IntArray
    segment: IntArray
    above: IntArray
    ways: tuple[tuple[int, ...], ...]
    yearly: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    runs: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def areas(self) -> int:
        """Number of areas."""
        return len(self.own)

    @property
    def length(self) -> IntArray:
        """Years that each item, area or initiative, runs."""
        return np.concatenate([np.ones(len(self.own), dtype=np.int64), self.runs])

    def extra(self, when: IntArray, years: int) -> IntArray:
        """Cents per year of the initiatives alone: each year that they run, up to the last."""
        spent = np.zeros(years, dtype=np.int64)
        for row, start in enumerate(when[self.areas :].tolist()):
            if start >= 0:
                spent[start : start + int(self.runs[row])] += self.yearly[row]
        return spent

    def hangs(self, area: int) -> list[int]:
        """Segments that an area's own spans hang from: those of its ways that lead to no other of them."""
        passed = {int(self.above[segment]) for segment in self.ways[area]}
        return [segment for segment in self.ways[area] if segment not in passed]

    def spend(self, when: IntArray, years: int) -> IntArray:
        """Cents per year of items built or begun in years `when` (-1 is never): exact, each segment once."""
        spent = self.extra(when, years)
        built = np.zeros(len(self.segment), dtype=bool)
        chosen = np.nonzero(when[: self.areas] >= 0)[0]
        for area in chosen[np.argsort(when[chosen], kind="stable")].tolist():
            year = int(when[area])
            spent[year] += self.own[area]
            new = [segment for segment in self.ways[area] if not built[segment]]
            built[new] = True
            spent[year] += self.segment[new].sum()
        return spent

    def together(self, members: Sequence[int] | set[int]) -> int:
        """Cents for a set of items by itself, with all feeder that it needs; an initiative costs all its years."""
        areas = [item for item in members if item < self.areas]
        segments = {segment for area in areas for segment in self.ways[area]}
        run = sum(self.whole(item) for item in members if item >= self.areas)
        return run + sum(int(self.own[area]) for area in areas) + sum(int(self.segment[s]) for s in segments)

    def whole(self, item: int) -> int:
        """Cents of an item by itself: own cost of an area, all years of an initiative."""
        if item < self.areas:
            return int(self.own[item])
        return int(self.yearly[item - self.areas] * self.runs[item - self.areas])

    def way(self, item: int) -> tuple[int, ...]:
        """Segments that an item needs; none where it is an initiative."""
        return self.ways[item] if item < self.areas else ()


def separate_costs(areas: Areas, network: Network, cost: Cost, built: IntArray | None = None) -> Costs:
    """Take the shared segments out of the areas that they are charged to.

    The own costs and the segments add to the base cost of all areas, to the cent. Segments are priced as civil works
    and cable; the soft costs that the bill puts on top are added in the bill's own ratio. Where segments are priced
    higher than the whole base of their owner, they are scaled down to it.

    Parameters
    ----------
    areas, network, cost
        All areas, their candidate network and its cost.
    built
        Year per area of a choice, -1 for none, near which costs are asked for: what its areas cause is then paid with
        the first area that lies along, as the bill has it, for it is built anyway. Sums over all years are the same.
    """
    base = dict(zip(cost.per_area["area_id"], cost.per_area["base"], strict=True))
    own = np.array([round(float(base.get(name, 0.0)) * 100) for name in areas.table["area_id"]], dtype=np.int64)
    markup = 1.0 + _soft_share(cost.by_category)
    cents = np.array([round(part.cost * markup * 100) for part in network.segments], dtype=np.int64)
    owner = np.array([part.owner for part in network.segments], dtype=np.int64)
    for area in np.unique(owner).tolist():
        mine = np.nonzero(owner == area)[0]
        charged = int(cents[mine].sum())
        if charged > own[area]:
            cents[mine] = cents[mine] * int(own[area]) // charged
        own[area] -= cents[mine].sum()
    parts = [part if built is None else _paid_with(part, built) for part in network.segments]
    for row, part in enumerate(parts):
        if len(part.areas) == 1:
            own[part.areas[0]] += cents[row]
    return _merged(parts, own, cents)


def _paid_with(part: Segment, built: IntArray) -> Segment:
    """Let a part that a choice causes be paid by all areas that lie along."""
    if not part.also or not (built[list(part.areas)] >= 0).any():
        return part
    return replace(part, areas=tuple(sorted({*part.areas, *part.also})))


def _merged(parts: Sequence[Segment], own: IntArray, cents: IntArray) -> Costs:
    """Take parts that the same areas need, and that hang from nothing, as one; those of a single area are its own."""
    row_of: dict[int, int] = {}
    alike: dict[tuple[int, ...], int] = {}
    above: list[int] = []
    segment: list[int] = []
    ways: list[list[int]] = [[] for _ in own]
    for number, part in enumerate(parts):
        if len(part.areas) == 1:
            continue
        row = alike.get(part.areas, len(segment)) if part.parent < 0 else len(segment)
        row_of[number] = row
        if row == len(segment):
            above.append(row_of.get(part.parent, -1))
            segment.append(0)
            for area in part.areas:
                ways[area].append(row)
        alike.setdefault(part.areas, row)
        segment[row] += int(cents[number])
    whole = np.array(segment, dtype=np.int64), np.array(above, dtype=np.int64)
    return Costs(own, *whole, tuple(tuple(way) for way in ways))


def _soft_share(by_category: dict[str, float]) -> float:
    """Soft costs over the build that they are a share of; 0 without any build."""
    build = sum(amount for name, amount in sorted(by_category.items()) if name not in NOT_BUILD)
    return by_category.get("soft", 0.0) / build if build else 0.0


def padded(values: IntArray, count: int) -> IntArray:
    """Lengthen a per-area array with -1: areas at the end that no feeder reaches."""
    found = np.full(count, -1, dtype=np.int64)
    found[: min(len(values), count)] = values[:count]
    return found


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be spent: per year (what is left over is lost) and from the start to the end of each year, cents.

    `held` are the cents that were held back of each year, and last of the total.
    """

    years: tuple[int, ...]
    yearly: IntArray
    cumulative: IntArray
    held: tuple[int, ...] = ()

    def less(self, reserve: IntArray) -> Limits:
        """Hold back cents of each year, and of the total at the end of `reserve`; below 0 there is more to spend."""
        yearly = np.where(self.yearly < UNLIMITED, np.maximum(self.yearly - reserve[:-1], 0), self.yearly)
        last = self.cumulative[-1:]
        most = np.where(last < UNLIMITED, np.maximum(last - reserve[-1], 0), last)
        cumulative = np.where(self.cumulative == last, most, np.minimum(self.cumulative, most))
        held = (*(self.yearly - yearly).tolist(), *(last - most).tolist())
        return replace(self, yearly=yearly, cumulative=cumulative, held=held)

    def told(self, place: int, currency: str) -> str:
        """Say a year's budget, or with -1 that of all years, and what of it is held back."""
        left, held = int((self.cumulative if place < 0 else self.yearly)[place]), self.held[place] if self.held else 0
        words = f"{(left + held) / 100:,.2f} {currency}"
        if held <= 0:
            return words
        return f"{words}, {held / 100:,.2f} of it held back: designs cost more than was foreseen"

    def allow(self, spent: IntArray) -> bool:
        """Say whether spending per year stays within the limits."""
        return bool((spent <= self.yearly).all() and (np.cumsum(spent) <= self.cumulative).all())

    def room(self, spent: IntArray) -> IntArray:
        """Cents that could still be spent in each year without breaking that year or a later one."""
        slack = self.cumulative - np.cumsum(spent)
        later = np.minimum.accumulate(slack[::-1])[::-1]
        return np.asarray(np.minimum(self.yearly - spent, later), dtype=np.int64)

    @property
    def total(self) -> int:
        """Most that can be spent in all, `UNLIMITED` or more where nothing limits it."""
        if not self.years:
            return 0
        return int(min(int(self.yearly.sum()) if (self.yearly < UNLIMITED).all() else UNLIMITED, self.cumulative[-1]))
