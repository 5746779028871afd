"""Which areas force which hut: a hut costs a set of areas only where one of them lies beyond reach without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.network.siting.cover import CoverRules, Load, Ways, highest_place, places_up_to
from expansion.network.supply import Supply
from expansion.plan.graph import EdgePrices, IntArray

BoolArray = NDArray[np.bool_]
_EVERY_SET = 8
"""Areas beyond reach up to which lists are held against every set of them; beyond against `_SAMPLES` drawn ones."""
_SAMPLES = 512
_SWEEPS, _MOST_NEAR = 10, 4
Either = dict[tuple[int, int], BoolArray]
Place = tuple[list[int], tuple[int, int] | None]


@dataclass(frozen=True, slots=True)
class HutNeeds:
    """Which areas cause which huts.

    Attributes
    ----------
    of_hut
        Per hut the areas of which any one needs it, ascending; none for a hut that feeds no hub.
    either
        Two huts, and areas that need one of the two, whichever stands for others anyway; ascending.
    """

    of_hut: dict[int, tuple[int, ...]]
    either: tuple[tuple[int, int, tuple[int, ...]], ...] = ()


def areas_of_huts(
    supply: Supply,
    prices: EdgePrices,
    loads: Sequence[Load],
    area_of: Sequence[int],
    of_hub: Sequence[int],
    offices: Iterable[int],
    huts: Sequence[int],
    rules: CoverRules,
    parents: Mapping[int, int],
) -> HutNeeds:
    """List the areas of which any one needs a hut, for every hut of a design.

    Of the hubs that a hut feeds, those in reach of an office anyway do not need it. Where one hut may stand for another
    once some areas are left out, the lists are changed, area by area, as long as what they say of a set of areas comes
    nearer to the least number of huts that reach asks of the set, over all sets of a few areas or over drawn ones. A
    hut that reach does not force (strands, ports, a lock, or because it pays) is needed by all that it feeds.

    Parameters
    ----------
    loads, area_of, of_hub
        Per hub: what huts see of it, the row of its area, and the node of the office or hut that feeds it.
    offices, huts
        Nodes of the operator's offices and of the huts.
    parents
        Per area the one that is built before it, -1 for none: no set has an area without all above it.
    """
    standing = set(offices) - set(huts)
    tops, places = _far_places(supply, prices, loads, standing, rules)
    fed = {hut: [hub for hub, node in enumerate(of_hub) if node == hut] for hut in huts}
    lists = {hut: {area_of[hub] for hub in fed[hut] if hub in tops} for hut in huts}
    forced = [hut for hut in huts if lists[hut]]
    either: tuple[tuple[int, int, tuple[int, ...]], ...] = ()
    if len(forced) > 1:
        fitted = _fitted({hut: lists[hut] for hut in forced}, area_of, tops, places, supply, parents)
        lists, either = lists | {hut: set(mine) for hut, mine in fitted.of_hut.items()}, fitted.either
    return HutNeeds({hut: tuple(sorted(lists[hut] or {area_of[hub] for hub in fed[hut]})) for hut in huts}, either)


def _far_places(
    supply: Supply, prices: EdgePrices, loads: Sequence[Load], offices: set[int], rules: CoverRules
) -> tuple[dict[int, int], dict[int, set[int]]]:
    """Per hub that no office reaches: the highest place for its hut, and all places up to there."""
    tops: dict[int, int] = {}
    places: dict[int, set[int]] = {}
    roots = [supply.root(load.node) for load in loads]
    for root in sorted(set(roots)):
        mine = [hub for hub, other in enumerate(roots) if other == root]
        ways = Ways(supply, prices, [loads[hub] for hub in mine], root, offices)
        for row, hub in enumerate(mine):
            top = highest_place(ways, row, rules)
            if top >= 0:
                tops[hub], places[hub] = top, set(places_up_to(ways, row, top))
    return tops, places


def _fitted(
    lists: dict[int, set[int]], area_of: Sequence[int], tops: dict[int, int], places: dict[int, set[int]],
    supply: Supply, parents: Mapping[int, int],
) -> HutNeeds:  # fmt: skip
    """Change lists until no area that joins, leaves or moves brings the number of huts of sets nearer to the least."""
    hubs = sorted(tops, key=lambda hub: (-supply.away_m[tops[hub]], hub))
    areas, huts = sorted({area_of[hub] for hub in hubs}), list(lists)
    column = {area: place for place, area in enumerate(areas)}
    serves, mine = _serves(hubs, tops, places), [column[area_of[hub]] for hub in hubs]
    sets = _sets_of(areas, parents)
    least = least_of_sets(sets[:, mine], serves)
    member = np.array([[area in lists[hut] for area in areas] for hut in huts])
    if least[-1] != len(huts):
        return HutNeeds({hut: tuple(sorted(found)) for hut, found in lists.items()})
    pairs = np.eye(len(areas), dtype=bool)[:, None] | np.eye(len(areas), dtype=bool)[None]
    together = least_of_sets(pairs.reshape(-1, len(areas))[:, mine], serves).reshape(len(areas), -1)
    alone = np.diag(together)
    member, either = fit_lists(member, sets, least, together < alone[:, None] + alone)
    named = {
        (huts[a], huts[b]): tuple(areas[place] for place in np.flatnonzero(row).tolist())
        for (a, b), row in sorted(either.items())
    }
    return HutNeeds(
        {
            hut: tuple(areas[place] for place in np.flatnonzero(row).tolist())
            for hut, row in zip(huts, member, strict=True)
        },
        tuple((a, b, found) for (a, b), found in named.items() if found),
    )


def _serves(hubs: Sequence[int], tops: dict[int, int], places: dict[int, set[int]]) -> BoolArray:
    """Mark by two hubs whether a hut at the highest place of the first serves the second."""
    return np.array([[tops[first] in places[second] for second in hubs] for first in hubs])


def _sets_of(areas: Sequence[int], parents: Mapping[int, int]) -> BoolArray:
    """Write down sets of so many areas, one a row: all there are, or as many drawn ones; the last is all."""
    count = len(areas)
    if count <= _EVERY_SET:
        drawn = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(bool)
    else:
        random = np.random.default_rng(count)
        drawn = random.random((_SAMPLES, count)) < random.uniform(0.1, 0.9, size=(_SAMPLES, 1))
        drawn[-1] = True
    brought = np.array([[other in _line(area, parents) for other in areas] for area in areas])
    return np.asarray(drawn.astype(np.int64) @ brought.astype(np.int64) > 0)


def _line(area: int, parents: Mapping[int, int]) -> list[int]:
    """List an area and all above it."""
    line = [area]
    while parents.get(line[-1], -1) >= 0:
        line.append(parents[line[-1]])
    return line


def least_of_sets(asked: BoolArray, serves: BoolArray) -> IntArray:
    """Least number of huts for each set of hubs: no two of those counted can share one, and all others share theirs.

    Parameters
    ----------
    asked
        By set and hub: the hub is in the set; hubs whose highest place lies lowest come first.
    serves
        By two hubs: a hut at the highest place of the first serves the second.

    References
    ----------
    Stabbing vertical paths of a tree, lowest end first, is optimal: the paths counted are disjoint.
    """
    opened = np.zeros_like(asked)
    for hub in range(asked.shape[1]):
        opened[:, hub] = asked[:, hub] & ~(opened & serves[:, hub]).any(axis=1)
    return np.asarray(opened.sum(axis=1), dtype=np.int64)


def fit_lists(member: BoolArray, sets: BoolArray, least: IntArray, shares: BoolArray) -> tuple[BoolArray, Either]:
    """Let areas join, leave or move between lists while the number of huts that they say comes nearer to the least.

    Parameters
    ----------
    member
        By list and area; no list is ever emptied.
    sets, least
        By set and area who is in the set; per set the number of huts aimed at.
    shares
        By two areas: one hut may serve something of both. An area joins lists of those with whom it shares.

    Returns
    -------
    tuple
        The lists, and by two lists the areas that need a hut of their own only where nobody of both lists is there.
    """
    fit = _Fit(member.copy(), {}, sets, least)
    fit.improve(shares)
    return fit.member, fit.either


@dataclass(slots=True)
class _Fit:
    """Lists as they are being fitted; see `fit_lists`."""

    member: BoolArray
    either: Either
    sets: BoolArray
    least: IntArray

    def only(self, area: int) -> BoolArray:
        """Mark an area."""
        return np.asarray(np.arange(self.member.shape[1]) == area)

    def miss(self) -> int:
        """Huts by which the lists are wrong, over all sets; more than any other where a list is empty."""
        if not self.member.any(axis=1).all():
            return len(self.sets) * (len(self.member) + 1)
        hit = self.sets.astype(np.int64) @ self.member.T.astype(np.int64) > 0
        told = hit.sum(axis=1)
        for (a, b), row in self.either.items():
            told = told + ((self.sets & row).any(axis=1) & ~hit[:, a] & ~hit[:, b])
        return int(abs(told - self.least).sum())

    def improve(self, shares: BoolArray) -> None:
        """Settle area after area while that helps."""
        miss = self.miss()
        for _ in range(_SWEEPS):
            before = miss
            for area in range(self.member.shape[1]):
                near = np.flatnonzero((self.member & (shares[area] | self.only(area))).any(axis=1)).tolist()
                miss = self.settle(area, near[:_MOST_NEAR], miss)
            if miss in (0, before):
                break

    def settle(self, area: int, near: list[int], miss: int) -> int:
        """Put one area where the lists come nearest: nowhere, into one or two lists, or with either of two."""
        pairs = [(a, b) for a in near for b in near if a < b]
        places: list[Place] = [([], None), *(([row], None) for row in near)]
        places += [([*pair], None) for pair in pairs]
        places += [([], pair) for pair in pairs]
        before = self._taken_out(area)
        best = (miss, before)
        for place in places:
            self._put(area, place)
            best = min(best, (self.miss(), place), key=lambda one: one[0])
            self._taken_out(area)
        self._put(area, best[1])
        return best[0]

    def _taken_out(self, area: int) -> Place:
        """Take an area out of all lists, and say where it was."""
        rows = np.flatnonzero(self.member[:, area]).tolist()
        pair = next((pair for pair, row in self.either.items() if row[area]), None)
        self.member[:, area] = False
        if pair is not None:
            self.either[pair][area] = False
        return rows, pair

    def _put(self, area: int, place: Place) -> None:
        """Put an area that is nowhere into lists, or with either of two."""
        rows, pair = place
        self.member[rows, area] = True
        if pair is not None:
            self.either.setdefault(pair, np.zeros(self.member.shape[1], dtype=bool))[area] = True
