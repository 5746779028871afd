"""Huts as a plain design opens them: one at a time, for the hub that lies farthest beyond reach, then at taps.

This is what the project did before huts were sited together; it stays as it was, so that what siting gains can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from expansion.network.hubs import Hub
from expansion.network.offices import Offices, farthest_m, open_hut
from expansion.network.siting.cover import CoverRules
from expansion.network.supply import Roots, Supply
from expansion.plan.findings import Finding, find
from expansion.plan.graph import EdgePrices, RoadGraph


def open_one_by_one(
    supply: Supply,
    graph: RoadGraph,
    prices: EdgePrices,
    roots: Roots,
    hubs: list[Hub],
    rules: CoverRules,
    open_paying: Callable[[Offices], list[float]] | None = None,
    _currency: str = "",
    *,
    stations: Sequence[int] = (),
) -> Offices:
    """Feed every hub from an office within reach, opening huts on the way where needed, and where they pay."""
    if stations:
        raise ValueError("a plain design is fiber to every location and joins no towers or cabinets")
    offices = Offices(dict(zip(roots.office_node.tolist(), roots.office_id, strict=True)), [], [])
    far = [farthest_m(supply, graph, hub) for hub in hubs]
    offices.of_hub = [_office_above(supply, offices, hub.node) for hub in hubs]
    for _ in hubs:
        over = [(_reach(supply, offices.of_hub[i], hub, far[i]), -i) for i, hub in enumerate(hubs)]
        worst = max((pair for pair in over if pair[0] > rules.reach_m), default=None)
        if worst is None or not _open_for_reach(supply, offices, hubs, far, -worst[1], rules.reach_m):
            break
    _keep_strands(supply, prices, offices, hubs, rules)
    over_reach = [
        hub.hub_id for i, hub in enumerate(hubs) if _reach(supply, offices.of_hub[i], hub, far[i]) > rules.reach_m
    ]
    if over_reach:
        offices.findings.append(find("W_REACH", "error", "hubs too far from an OLT", over_reach))
    if open_paying is not None:
        open_paying(offices)
    return offices


def _office_above(supply: Supply, offices: Offices, node: int) -> int:
    """Node of the first office on the way up, -1 for none."""
    while node != supply.top:
        if node in offices.site_of_node:
            return node
        node = supply.above[node]
    return -1


def _reach(supply: Supply, office: int, hub: Hub, far_m: float) -> float:
    """Route meters from the office through the hub to its farthest location, drop included; infinite without office."""
    feeder = supply.away_m[hub.node] - supply.away_m[office] if office >= 0 else float("inf")
    return feeder + far_m


def _open_for_reach(
    supply: Supply, offices: Offices, hubs: list[Hub], far: list[float], worst: int, reach_m: float
) -> bool:
    """Open a hut for the worst hub, as far up as reach allows; False where that would change nothing."""
    hub = hubs[worst]
    tap = supply.tap(hub.node)
    place = hub.node
    while place != tap and supply.away_m[hub.node] - supply.away_m[supply.above[place]] + far[worst] <= reach_m:
        place = supply.above[place]
    if place in offices.site_of_node:
        return False
    open_hut(supply, offices, hubs, place)
    return True


def _demand(
    supply: Supply, prices: EdgePrices, offices: Offices, hubs: list[Hub], rules: CoverRules
) -> tuple[dict[str, int], dict[str, dict[int, int]]]:
    """Strands per plant id, and per plant id and tap."""
    total: dict[str, int] = {}
    by_tap: dict[str, dict[int, int]] = {}
    loads = [(hub.node, offices.of_hub[i], hub.splitters) for i, hub in enumerate(hubs)]
    loads += [
        (node, _office_above(supply, offices, supply.above[node]), rules.hut_fibers) for node in offices.hut_nodes
    ]
    for start, office, fibers in loads:
        tap = supply.tap(start)
        for plant in _plants_on(supply, prices, start, tap, office):
            total[plant] = total.get(plant, 0) + fibers
            by_tap.setdefault(plant, {})[tap] = by_tap.get(plant, {}).get(tap, 0) + fibers
    return total, by_tap


def _plants_on(supply: Supply, prices: EdgePrices, start: int, tap: int, office: int) -> set[str]:
    """Ids of the existing fibers between a tap and the office above it; none where the office lies below the tap."""
    found: set[str] = set()
    if office >= 0 and supply.away_m[office] > supply.away_m[tap]:
        return found
    node = tap if supply.away_m[tap] <= supply.away_m[start] else start
    while node not in (office, supply.top):
        if supply.up_edge[node] >= 0:
            found.add(str(prices.existing[supply.up_edge[node]]))
        node = supply.above[node]
    return found - {""}


def _keep_strands(supply: Supply, prices: EdgePrices, offices: Offices, hubs: list[Hub], rules: CoverRules) -> None:
    """Open huts at taps until no fiber carries more strands than it has to spare."""
    spare = rules.spare
    for _ in range(len(hubs) + 1):
        total, by_tap = _demand(supply, prices, offices, hubs, rules)
        offices.strands = dict(sorted(total.items()))
        short = [plant for plant in sorted(total) if plant in spare and total[plant] > spare[plant]]
        places = [
            (fibers, -tap)
            for plant in short
            for tap, fibers in by_tap[plant].items()
            if tap not in offices.site_of_node and fibers > rules.hut_fibers
        ]
        if not places:
            offices.findings += [_short_finding(plant, total[plant], spare[plant]) for plant in short]
            return
        open_hut(supply, offices, hubs, -max(places)[1])


def _short_finding(plant: str, used: int, spare: int) -> Finding:
    """Say that a fiber has too few spare strands even with huts."""
    return find(
        "W_STRANDS_SHORT", "error", f"fiber {plant} would carry {used} strands and has {spare} to spare", [plant],
        amount=float(used - spare), unit="strands", repair="free strands on it, or lay a new feeder cable beside it",
    )  # fmt: skip
