"""Site the hubs of a part: the tree split as seed, the flows that cost least, and programs where hubs meet."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from expansion.network.siting.assign import share_out
from expansion.network.siting.catalog import HubRules
from expansion.network.siting.flows import FlowProgram, Flows
from expansion.network.siting.parts import Part
from expansion.network.siting.regions import Region, best_place, carried_units, price_regions
from expansion.trees import RootedTree, split_by_capacity

_MOVES = 60_000
"""Rows times hubs of a part above which places are not tried one by one."""
_NEAR = 5e-3
"""Share of the bound within which a choice is left as it is."""
_HEAVY, _WHOLE = 4, 60
"""Rows with the largest loads that are tried as places; rows up to which a part is one window."""


@dataclass(frozen=True, slots=True)
class Sited:
    """Hubs of a part: `regions` with what they cost, what the seed cost, and what none can cost less than; cents."""

    regions: tuple[Region, ...]
    cost: int
    seed_cost: int
    lower_bound: int


def site_part(part: Part, rules: HubRules) -> Sited:
    """Choose hubs for a part whose rows each hold no more units than one hub serves.

    The choice is the cheapest of the seed and what the flows suggest, every hub moved where it costs least.
    """
    seed = split_regions(part, rules, list(range(len(part.parent))))
    flows = FlowProgram(part, rules).solve()
    tried = [seed, _settled(part, rules, seed)]
    for regions in (_from_flows(part, rules, flows),):
        tried += [regions, _settled(part, rules, regions)]
    costs = [price_regions(part, rules, regions) for regions in tried]
    best = int(np.argmin(costs))
    regions, cost = tried[best], costs[best]
    if cost > (1 + _NEAR) * flows.bound:
        places = [row for row in range(len(part.parent)) for _ in range(-(-int(flows.served[row]) // rules.most))]
        regions, cost = improve(part, rules, regions, cost, places)
    return Sited(tuple(regions), cost, costs[0], min(flows.bound, cost))


def improve(
    part: Part, rules: HubRules, regions: list[Region], cost: int, places: list[int]
) -> tuple[list[Region], int]:
    """Share neighboring hubs' rows out again, window after window, and keep what costs less.

    Parameters
    ----------
    places
        Rows at which hubs may stand besides those where they do, and those with the largest loads.
    """
    for rows in _windows(part, regions):
        inside = set(rows)
        mine = [region for region in regions if inside.issuperset(region.rows)]
        heavy = sorted((row for row in rows if part.load[row]), key=lambda row: (-part.load[row], row))[:_HEAVY]
        spots = sorted({row for row in places if row in inside} | set(heavy) | {r.at for r in mine if r.at in inside})
        again = share_out(part, rules, rows, spots)
        if again is None or any(span_m(part, region) > rules.span_max_m for region in again):
            continue
        tried = _settled(part, rules, [region for region in regions if region not in mine] + again)
        price = price_regions(part, rules, tried)
        if price < cost:
            regions, cost = tried, price
    return regions, cost


def _windows(part: Part, regions: list[Region]) -> list[list[int]]:
    """List connected rows to share out again: all where they are few, else those of two hubs next to each other."""
    if len(part.parent) <= _WHOLE:
        return [list(range(len(part.parent)))]
    owner: dict[int, int] = {}
    for which, region in enumerate(regions):
        for row in {*carried_units(part, region), region.at, *region.rows}:
            owner.setdefault(row, which)
    pairs = {
        tuple(sorted((owner[row], owner[above])))
        for row, above in enumerate(part.parent.tolist())
        if row in owner and above in owner and owner[row] != owner[above]
    }
    windows = []
    for first, other in sorted(pairs)[: 2 * len(regions)]:
        rows = sorted(row for row, which in owner.items() if which in (first, other))
        tops = [row for row in rows if int(part.parent[row]) not in set(rows)]
        if len(tops) == 1:
            windows.append(rows)
    return windows


def split_regions(part: Part, rules: HubRules, rows: Sequence[int]) -> list[Region]:
    """Cut connected rows bottom-up under capacity and span, each hub at the weighted middle of its piece."""
    place = {row: i for i, row in enumerate(rows)}
    parent = np.array([place.get(int(part.parent[row]), -1) for row in rows], dtype=np.int64)
    order = np.arange(len(rows))
    tree = RootedTree(0, parent, np.full(len(rows), -1), order)
    load = part.load[list(rows)]
    piece = split_by_capacity(tree, load, rules.most, step_m=part.cable_m[list(rows)], span_max=rules.span_max_m)
    held: dict[int, list[int]] = {}
    for row, which in zip(rows, piece.tolist(), strict=True):
        if part.load[row]:
            held.setdefault(which, []).append(row)
    return [Region(_middle(part, rules, mine), tuple(mine)) for mine in held.values()]


def _middle(part: Part, rules: HubRules, rows: Sequence[int]) -> int:
    """Row at which fiber meters are least: the weighted middle, drawn up by the feeder's own weight."""
    below: dict[int, int] = {}
    total = 0
    for start in rows:
        units, row = int(part.load[start]), start
        total += units
        while row >= 0:
            below[row] = below.get(row, 0) + units
            row = int(part.parent[row])
    lowest = max(row for row, units in below.items() if units == total)
    return max([row for row, units in below.items() if 2 * units > total + rules.splitters(total)], default=lowest)


def _from_flows(part: Part, rules: HubRules, flows: Flows) -> list[Region]:
    """Cut the part where nothing flows, and share each piece out among the hubs that stand in it."""
    piece = np.zeros(len(part.parent), dtype=np.int64)
    for row in range(1, len(piece)):
        piece[row] = row if flows.up[row] == 0 else piece[part.parent[row]]
    members: dict[int, list[int]] = {}
    for row, which in enumerate(piece.tolist()):
        members.setdefault(which, []).append(row)
    regions: list[Region] = []
    for rows in members.values():
        if int(part.load[rows].sum()):
            regions += _in_piece(part, rules, flows, rows)
    return regions


def _in_piece(part: Part, rules: HubRules, flows: Flows, rows: list[int]) -> list[Region]:
    """Hubs of one piece."""
    units = int(part.load[rows].sum())
    places = [row for row in rows for _ in range(-(-int(flows.served[row]) // rules.most))]
    held = tuple(row for row in rows if part.load[row])
    if len(places) == 1 and units <= rules.most:
        regions: list[Region] | None = [Region(places[0], held)]
    else:
        regions = share_out(part, rules, rows, places)
    if regions is None or any(span_m(part, region) > rules.span_max_m for region in regions):
        return split_regions(part, rules, rows)
    return regions


def span_m(part: Part, region: Region) -> float:
    """Longest way between two rows of a region."""
    deep = dict.fromkeys(region.rows, 0.0)
    longest = 0.0
    waiting = sorted(region.rows)
    while waiting:
        row = waiting.pop()
        above = int(part.parent[row])
        if above < 0:
            break
        away = deep[row] + float(part.cable_m[row])
        if above in deep:
            longest = max(longest, deep[above] + away)
        else:
            insort(waiting, above)
        deep[above] = max(deep.get(above, 0.0), away)
    return longest


def _settled(part: Part, rules: HubRules, regions: list[Region]) -> list[Region]:
    """Move every hub in turn to where the part costs least."""
    regions = list(regions)
    if len(part.parent) * len(regions) ** 2 > _MOVES:
        return regions
    for _ in range(1 if len(regions) == 1 else 2):  # a hub alone stays where its descent ended
        for which in range(len(regions)):
            regions[which] = best_place(part, rules, regions, which)
    return regions
