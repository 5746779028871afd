"""Site the hubs of all areas: locked ones first, then those that one place fills alone, then by cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.pledges import Pledges
from expansion.network.siting.catalog import HubRules
from expansion.network.siting.parts import Part, Trunks, anchors, make_part
from expansion.network.siting.regions import Region
from expansion.network.siting.solve import Sited, site_part, span_m
from expansion.network.supply import Supply
from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.locks import Lock
from expansion.plan.siting import Siting, empty_siting
from expansion.wording import count


@dataclass(frozen=True, slots=True)
class Choice:
    """Hubs by area, what they cost with its bound, and findings on those above the fill target."""

    hubs: list[Hub]
    siting: Siting
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class _Lot:
    """Locations that share a hub: where it stands and why."""

    node: int
    rows: tuple[int, ...]
    binds: str


@dataclass(frozen=True, slots=True)
class _Task:
    """Locations of an area under one root that are free to be sited, and the nodes that they are fed from."""

    area: int
    rows: IntArray
    at: IntArray


def site_hubs(
    ground: Ground,
    area_of: IntArray,
    rows: IntArray,
    units: IntArray,
    area_ids: Sequence[str],
    *,
    rules: HubRules,
    locked: Mapping[int, Sequence[Lock]] | None = None,
    pledges: Pledges | None = None,
) -> Choice:
    """Choose places and sizes of hubs, and which locations each feeds.

    A locked hub takes the locations of its area that are pledged to it, then those that lie nearest to it along the
    route, as many as the capacity of the lock holds; the others are sited as if it were not there. Locations that one
    terminal is to serve share a hub. A location that no hub can take within the fill
    target has a hub of its own, and so have the full lots of a node that holds more than one hub can take.

    Parameters
    ----------
    ground
        The forest from the roots down to every location.
    area_of, units
        Per row of the study's locations: row of its area, and its units.
    rows
        Locations to serve; none has more units than the largest hub has ports.
    area_ids
        Names of the areas, for the hubs' names.
    rules
        Hubs on offer, limits and prices.
    locked
        Per row of an area the hubs that stand at a place there, by id.
    pledges
        Who is to be fed from which locked hub or terminal.

    Returns
    -------
    Choice
        Hubs by area, its locked ones first, then by their first location.
    """
    hubs: dict[int, list[Hub]] = {}
    lots: dict[int, list[_Lot]] = {}
    tasks: list[_Task] = []
    pledged = pledges if pledges is not None else Pledges()
    for area in np.unique(area_of[rows]).tolist():
        left = rows[area_of[rows] == area]
        here = (locked or {}).get(area, ())
        hubs[area], left = _stand_locked(ground, left, units, area, area_ids[area], rules, here, pledged)
        lots[area] = []
        for mine in _by_root(ground.supply, ground.graph, left) if len(left) else ():
            alone, task = _set_apart(ground, area, mine, units, rules, pledged)
            lots[area] += alone
            tasks += [task] if len(task.rows) else []
    siting = _site_tasks(ground, tasks, lots, hubs, units, rules)
    for area, some in lots.items():
        for lot in sorted(some, key=lambda lot: lot.rows):
            hubs[area].append(_make_hub(area, f"{area_ids[area]}-H{len(hubs[area]) + 1}", lot, units, rules))
    made = [hub for area in sorted(hubs) for hub in hubs[area]]
    return Choice(made, siting, _overfull(made, rules))


def _stand_locked(
    ground: Ground, rows: IntArray, units: IntArray, area: int, name: str, rules: HubRules, locks: Sequence[Lock],
    pledges: Pledges,
) -> tuple[list[Hub], IntArray]:  # fmt: skip
    """Give locked hubs their locations; also the rows that are left."""
    hubs: list[Hub] = []
    for lock in locks:
        taken = _nearest_under(ground.supply, ground.graph, rows, units, lock, rules, pledges)
        if len(taken):
            total = int(units[taken].sum())
            splitters = rules.splitters(total)
            hub_id = f"{name}-H{len(hubs) + 1}"
            hubs.append(Hub(hub_id, area, lock.node, tuple(taken.tolist()), total, lock.capacity, splitters, "lock"))
            rows = rows[~np.isin(rows, taken)]
    return hubs, rows


def _nearest_under(
    supply: Supply, graph: RoadGraph, rows: IntArray, units: IntArray, lock: Lock, rules: HubRules, pledges: Pledges
) -> IntArray:
    """Rows that a locked hub serves, ascending: those pledged to it, then the nearest along the route.

    None lies farther than half the span, and its capacity holds them; who is pledged to another hub is left to it.
    """
    root, open_rows = supply.root(lock.node), set(rows.tolist())
    away = {
        row: supply.between_m(node, lock.node) if supply.root(node) == root else np.inf
        for node, row in zip(graph.location_node[rows].tolist(), rows.tolist(), strict=True)
    }
    taken: set[int] = set()
    load = 0
    for is_free, _, row in sorted((pledges.to.get(row) is not lock, meters, row) for row, meters in away.items()):
        if row in taken or (is_free and row in pledges.to):
            continue
        lot = [one for one in pledges.kin(row) if one in open_rows and pledges.to.get(one, lock) is lock]
        more = sum(int(units[one]) for one in lot if one not in taken)
        if max(away[one] for one in lot) <= rules.span_max_m / 2 and load + more <= lock.capacity:
            taken.update(lot)
            load += more
        elif is_free:
            break
    return np.array(sorted(taken), dtype=np.int64)


def _by_root(supply: Supply, graph: RoadGraph, rows: IntArray) -> list[IntArray]:
    """Part locations by the root that their light comes from: no hub can be fed from two."""
    nodes = graph.location_node[rows].tolist()
    if supply.common_top(nodes) != supply.top:
        return [rows]
    roots = np.array([supply.root(node) for node in nodes], dtype=np.int64)
    return [rows[roots == root] for root in np.unique(roots).tolist()]


def _set_apart(
    ground: Ground, area: int, rows: IntArray, units: IntArray, rules: HubRules, pledges: Pledges
) -> tuple[list[_Lot], _Task]:
    """Set apart what fills a hub alone: locations beyond the fill target, and full lots of one node."""
    at = anchors(ground, rows, rules)
    at = np.array([pledges.at.get(row, node) for row, node in zip(rows.tolist(), at.tolist(), strict=True)], np.int64)
    alone: list[_Lot] = []
    open_at: dict[int, list[int]] = {}
    load: dict[int, int] = {}
    for row, node in zip(rows.tolist(), at.tolist(), strict=True):
        if units[row] > rules.most:
            alone.append(_Lot(node, (row,), "units"))
            continue
        if load.get(node, 0) + units[row] > rules.most:
            alone.append(_Lot(node, tuple(open_at.pop(node)), "units"))
            load[node] = 0
        open_at.setdefault(node, []).append(row)
        load[node] = load.get(node, 0) + int(units[row])
    left = np.isin(rows, [row for some in open_at.values() for row in some])
    return alone, _Task(area, rows[left], at[left])


def _site_tasks(
    ground: Ground,
    tasks: list[_Task],
    lots: dict[int, list[_Lot]],
    hubs: dict[int, list[Hub]],
    units: IntArray,
    rules: HubRules,
) -> Siting:
    """Site every part; adds to `lots`."""
    supply = ground.supply
    needs = [(supply.common_top(task.at.tolist()), rules.splitters(int(units[task.rows].sum()))) for task in tasks]
    needs += [(lot.node, rules.splitters(int(units[list(lot.rows)].sum()))) for some in lots.values() for lot in some]
    needs += [(hub.node, hub.splitters) for some in hubs.values() for hub in some]
    trunks = Trunks(ground, needs)
    parts = [make_part(ground, task.rows, task.at, units, trunks) for task in tasks]
    sited = [site_part(part, rules) for part in parts]
    for task, part, found in zip(tasks, parts, sited, strict=True):
        binds = _binding(part, rules, found)
        for region in found.regions:
            held = tuple(sorted(row for at in region.rows for row in part.rows_at[at]))
            lots[task.area].append(_Lot(int(part.node[region.at]), held, binds))
    return _sum_up(tasks, parts, sited)


def _binding(part: Part, rules: HubRules, found: Sited) -> str:
    """Name what keeps a part from having fewer hubs."""
    if len(found.regions) == 1:
        return "cost"
    if -(-int(part.load.sum()) // rules.most) >= len(found.regions):
        return "capacity"
    every = Region(0, tuple(np.flatnonzero(part.load).tolist()))
    return "span" if span_m(part, every) > rules.span_max_m else "cost"


def _make_hub(area: int, hub_id: str, lot: _Lot, units: IntArray, rules: HubRules) -> Hub:
    """Stand a hub of the cheapest size that holds its locations."""
    total = int(units[list(lot.rows)].sum())
    return Hub(hub_id, area, lot.node, lot.rows, total, rules.size_for(total)[0], rules.splitters(total), lot.binds)


def _overfull(hubs: list[Hub], rules: HubRules) -> list[Finding]:
    """Name the hubs that hold more than the fill target allows."""
    over = [hub for hub in hubs if hub.units > rules.room(hub.capacity)]
    if not over:
        return []
    worst = max(hub.units / hub.capacity for hub in over)
    words = f"{count(len(over), 'hub is', 'hubs are')} filled beyond {rules.fill_target:.0%}, up to {worst:.0%}"
    return [
        find(
            "W_HUB_FILL", "warning", f"{words}: a single location asks for it, or a lock", [hub.hub_id for hub in over],
            amount=round(worst - rules.fill_target, 6), unit="share of ports",
            repair="raise network.hub_capacity, or lower network.fill_target",
        )
    ]  # fmt: skip


def _hub_of(part: Part, found: Sited) -> IntArray:
    """Give the number of the hub of each loaded row, -1 for rows without load."""
    hub = np.full(len(part.node), -1, dtype=np.int64)
    for number, region in enumerate(found.regions):
        hub[list(region.rows)] = number
    return hub


def _sum_up(tasks: list[_Task], parts: list[Part], sited: list[Sited]) -> Siting:
    """Add up costs and bounds, and keep the parts for whoever checks them."""
    if not parts:
        return empty_siting()
    arrays = {
        "area": [task.area for task in tasks],
        "up_mm": [round(part.up_m * 1000) for part in parts],
        "cost": [found.cost for found in sited],
        "lower_bound": [found.lower_bound for found in sited],
        "seed_cost": [found.seed_cost for found in sited],
        "offsets": np.cumsum([0] + [len(part.node) for part in parts]),
        "node": np.concatenate([part.node for part in parts]),
        "parent": np.concatenate([part.parent for part in parts]),
        "load": np.concatenate([part.load for part in parts]),
        "cable_mm": np.rint(np.concatenate([part.cable_m for part in parts]) * 1000),
        "feeder_mm": np.rint(np.concatenate([part.feeder_m for part in parts]) * 1000),
        "trunk": np.concatenate([part.trunk for part in parts]),
        "stands": [region.at for found in sited for region in found.regions],
        "stand_offsets": np.cumsum([0] + [len(found.regions) for found in sited]),
        "hub": np.concatenate([_hub_of(part, found) for part, found in zip(parts, sited, strict=True)]),
    }
    kept = {name: np.asarray(values, dtype=np.int64) for name, values in arrays.items()}
    sums = [int(kept[name].sum()) / 100 for name in ("cost", "lower_bound", "seed_cost")]
    return Siting(sums[0], sums[1], sums[2], kept)
