"""Which areas force which hut: a hut costs a set of areas only where one of them lies beyond reach without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from expansion.network.siting.cover import CoverRules, Load, Ways, highest_place, places_up_to
from expansion.network.supply import Supply
from expansion.plan.graph import EdgePrices, IntArray

BoolArray = NDArray[np.bool_]
_EVERY_SET = 8
"""Areas beyond reach up to which lists are held against every set of them; beyond against `_SAMPLES` drawn ones."""
_SAMPLES = 256
_SWEEPS = 3


def areas_of_huts(
    supply: Supply,
    prices: EdgePrices,
    loads: Sequence[Load],
    area_of: Sequence[int],
    of_hub: Sequence[int],
    offices: Iterable[int],
    huts: Sequence[int],
    rules: CoverRules,
) -> dict[int, tuple[int, ...]]:
    """List the areas of which any one needs a hut, for every hut of a design.

    Of the hubs that a hut feeds, those in reach of an office anyway do not need it. Where one hut may stand for another
    once some areas are left out, the lists are changed, area by area, as long as the number of lists that a set of
    areas touches comes nearer to the least number of huts that reach asks of the set, over all sets of a few areas or
    over drawn ones. A hut that reach does not force (strands, ports, a lock, or because it pays) is needed by all that
    it feeds.

    Parameters
    ----------
    loads, area_of, of_hub
        Per hub: what huts see of it, the row of its area, and the node of the office or hut that feeds it.
    offices, huts
        Nodes of the operator's offices and of the huts.

    Returns
    -------
    dict
        Per hut its areas, ascending; none for a hut that feeds no hub.
    """
    standing = set(offices) - set(huts)
    tops, places = _far_places(supply, prices, loads, standing, rules)
    fed = {hut: [hub for hub, node in enumerate(of_hub) if node == hut] for hut in huts}
    lists = {hut: {area_of[hub] for hub in fed[hut] if hub in tops} for hut in huts}
    forced = [hut for hut in huts if lists[hut]]
    if forced:
        lists |= _fitted({hut: lists[hut] for hut in forced}, area_of, tops, places, supply)
    return {hut: tuple(sorted(lists[hut] or {area_of[hub] for hub in fed[hut]})) for hut in huts}


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
    supply: Supply,
) -> dict[int, set[int]]:  # fmt: skip
    """Change lists until no area that joins, leaves or moves brings the number of huts of sets nearer to the least."""
    hubs = sorted(tops, key=lambda hub: (-supply.away_m[tops[hub]], hub))
    areas = sorted({area_of[hub] for hub in hubs})
    sets = _sets_of(len(areas))
    column = {area: place for place, area in enumerate(areas)}
    least = least_of_sets(sets[:, [column[area_of[hub]] for hub in hubs]], _serves(hubs, tops, places))
    huts = list(lists)
    member = np.array([[area in lists[hut] for area in areas] for hut in huts])
    if least[-1] != len(huts):
        return lists
    member = fit_lists(member, sets, least)
    return {
        hut: {areas[place] for place in np.flatnonzero(row).tolist()} for hut, row in zip(huts, member, strict=True)
    }


def _serves(hubs: Sequence[int], tops: dict[int, int], places: dict[int, set[int]]) -> BoolArray:
    """Mark by two hubs whether a hut at the highest place of the first serves the second."""
    return np.array([[tops[first] in places[second] for second in hubs] for first in hubs])


def _sets_of(count: int) -> BoolArray:
    """Write down sets of so many areas, one a row: all there are, or as many drawn ones; the last is all areas."""
    if count <= _EVERY_SET:
        return (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(bool)
    random = np.random.default_rng(count)
    drawn = random.random((_SAMPLES, count)) < random.uniform(0.1, 0.9, size=(_SAMPLES, 1))
    drawn[-1] = True
    return np.asarray(drawn, dtype=bool)


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


def fit_lists(member: BoolArray, sets: BoolArray, least: IntArray) -> BoolArray:
    """Let areas join, leave or move between lists while the number of lists touched comes nearer to the least.

    Parameters
    ----------
    member
        By list and area; no list is ever emptied.
    sets, least
        By set and area who is in the set; per set the number of huts aimed at.
    """
    touched = (sets.astype(np.int64) @ member.T.astype(np.int64)).T
    miss = int(abs((touched > 0).sum(axis=0) - least).sum())
    for _ in range(_SWEEPS):
        before = miss
        for area in range(member.shape[1]):
            member, touched, miss = _settle(member, touched, miss, sets[:, area], area, least)
        if miss == before:
            break
    return member


def _settle(
    member: BoolArray, touched: IntArray, miss: int, inside: BoolArray, area: int, least: IntArray
) -> tuple[BoolArray, IntArray, int]:
    """Put one area into no, one or two lists, whichever comes nearest; as it is where nothing is better."""
    without = touched - np.outer(member[:, area], inside)
    hits, alone = (without > 0).sum(axis=0), (without == 0) & inside
    filled = member.sum(axis=1) > member[:, area]
    count, best = len(member), (miss, np.flatnonzero(member[:, area]).tolist())
    choices = [[], *([row] for row in range(count)), *([a, b] for a in range(count) for b in range(a))]
    for rows in choices:
        now = int(abs(hits + alone[rows].sum(axis=0) - least).sum())
        if now < best[0] and all(filled[row] or row in rows for row in range(count)):
            best = (now, rows)
    changed = member.copy()
    changed[:, area] = False
    changed[best[1], area] = True
    return changed, without + np.outer(changed[:, area], inside), best[0]
