"""What a choice of hubs costs in a part: every hub with the rows of the part that it serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from expansion.network.siting.catalog import HubRules
from expansion.network.siting.flows import branching
from expansion.network.siting.parts import Part


@dataclass(frozen=True, slots=True)
class Region:
    """A hub: the row of the part at which it stands, and the loaded rows that it serves, ascending."""

    at: int
    rows: tuple[int, ...]


def price_regions(part: Part, rules: HubRules, regions: Sequence[Region]) -> int:
    """Price hubs, splitters, feeder and distribution cable and the splices where cables part, in cents."""
    units = [int(part.load[list(region.rows)].sum()) for region in regions]
    total = _hub_cents(part, rules, units)
    total += _feeder_cents(
        part, rules, [(region.at, rules.splitters(n)) for region, n in zip(regions, units, strict=True)]
    )
    return total + sum(region_cents(part, rules, region) for region in regions)


def _hub_cents(part: Part, rules: HubRules, units: list[int]) -> int:
    """Hubs and their splitters, with the feeder fibers above the part."""
    each = rules.splitter + round(rules.fiber_m() * part.up_m)
    return sum(rules.size_for(n)[1] + each * rules.splitters(n) for n in units)


def _feeder_cents(part: Part, rules: HubRules, needs: list[tuple[int, int]]) -> int:
    """Feeder cable within the part, beyond what passes through it in any case."""
    fibers: dict[int, int] = {}
    for row, splitters in needs:
        while row > 0:
            fibers[row] = fibers.get(row, 0) + splitters
            row = int(part.parent[row])
    rows = np.array(sorted(fibers), dtype=np.int64)
    own, trunk = np.array([fibers[row] for row in rows.tolist()], dtype=np.int64), part.trunk[rows]
    price = rules.meter_cents(trunk + own) - rules.meter_cents(trunk)
    total = int(np.rint(price * part.feeder_m[rows]).astype(np.int64).sum())
    tops = sorted({int(part.parent[row]) for row in fibers})
    children = part.children() if tops else []
    for top in tops:
        passing = [int(part.trunk[row]) for row in children[top]]
        used = [int(part.trunk[row]) + fibers.get(row, 0) for row in children[top]]
        total += branching(used, rules) - branching(passing, rules)
    return total


def region_cents(part: Part, rules: HubRules, region: Region) -> int:
    """Distribution cable of one hub, with the splices where it parts."""
    return _laid_cents(part, rules, region.at, _through(part, region.at, *_below(part, region)))


def _laid_cents(part: Part, rules: HubRules, at: int, carried: dict[int, int]) -> int:
    """Cable that carries so many units per row from a hub at the row `at`, with the splices where it parts."""
    rows = np.array(sorted(carried), dtype=np.int64)
    price = rules.meter_cents(np.array([carried[row] for row in rows.tolist()], dtype=np.int64))
    total = int(np.rint(price * part.cable_m[rows]).astype(np.int64).sum())
    above = _above(part, at)
    out: dict[int, list[int]] = {}
    for row, units in carried.items():
        source = row if row in above else int(part.parent[row])
        if source != at:
            out.setdefault(source, []).append(units)
    return total + sum(branching(some, rules) for some in out.values())


def carried_units(part: Part, region: Region) -> dict[int, int]:
    """Units that a region's cables carry, per row through whose edge upward they go."""
    return _through(part, region.at, *_below(part, region))


def _below(part: Part, region: Region) -> tuple[dict[int, int], int]:
    """Units of a region at or below each row, and all of them; the same wherever its hub stands."""
    total = 0
    below: dict[int, int] = {}
    for row in region.rows:
        units = int(part.load[row])
        total += units
        while row > 0:
            below[row] = below.get(row, 0) + units
            row = int(part.parent[row])
    return below, total


def _through(part: Part, at: int, below: dict[int, int], total: int) -> dict[int, int]:
    """Units through the edge above each row when the hub stands at the row `at`."""
    above = _above(part, at)
    carried = {row: units for row, units in below.items() if row not in above}
    carried |= {row: total - below.get(row, 0) for row in above}
    return {row: units for row, units in carried.items() if units > 0}


def _above(part: Part, at: int) -> dict[int, None]:
    """Rows on the way from a hub to the top, the hub's own included and the top left out."""
    found: dict[int, None] = {}
    while at > 0:
        found[at] = None
        at = int(part.parent[at])
    return found


def best_place(part: Part, rules: HubRules, regions: Sequence[Region], which: int) -> Region:
    """Move one hub of a choice along the rows that its cables pass, downhill, until no neighbor costs less."""
    region = regions[which]
    fibers = [rules.splitters(int(part.load[list(one.rows)].sum())) for one in regions]
    others = [(one.at, fibers[number]) for number, one in enumerate(regions) if number != which]
    below, total = _below(part, region)

    def price_at(row: int) -> int:
        """Cents of what the place decides: this hub's cables and the feeder to all hubs."""
        cables = _laid_cents(part, rules, row, _through(part, row, below, total))
        return cables + _feeder_cents(part, rules, [*others, (row, fibers[which])])

    best, cost = region, price_at(region.at)
    near = _neighbors(part, region, to_top=not others)
    waiting = [region.at]
    seen = {region.at}
    while waiting:
        for row in sorted(near.get(waiting.pop(), ())):
            if row in seen:
                continue
            seen.add(row)
            price = price_at(row)
            if price < cost:
                best, cost = Region(row, region.rows), price
                waiting.append(row)
    return best


def _neighbors(part: Part, region: Region, *, to_top: bool) -> dict[int, list[int]]:
    """Rows next to one another between a region's rows and its hub; where it is alone, also those up to the top."""
    near: dict[int, list[int]] = {}
    to_the_top = {row for held in region.rows for row in _above(part, held)} if to_top else set[int]()
    for row in sorted({*carried_units(part, region), *to_the_top}):
        above = int(part.parent[row])
        near.setdefault(row, []).append(above)
        near.setdefault(above, []).append(row)
    return near
