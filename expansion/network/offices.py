"""Decide which office feeds each hub, and open huts where reach, loss or strands ask for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from expansion.network.hubs import Hub
from expansion.network.supply import Roots, Supply
from expansion.plan.findings import Finding, find
from expansion.plan.graph import EdgePrices, RoadGraph
from expansion.wording import count


@dataclass(slots=True)
class Offices:
    """Offices in use.

    `site_of_node` names offices and huts by node; `of_hub` gives per hub the node of its office, -1 where none can be
    had; `strands` counts per plant id the spare fibers in use.
    """

    site_of_node: dict[int, str]
    hut_nodes: list[int]
    of_hub: list[int]
    strands: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def copy(self) -> Offices:
        """Return a copy in which huts can be tried."""
        return replace(self, site_of_node=dict(self.site_of_node), hut_nodes=[*self.hut_nodes], of_hub=[*self.of_hub])


@dataclass(frozen=True, slots=True)
class Limits:
    """What a light path may be: route meters between OLT and ONT, and fibers that a hut takes."""

    reach_m: float
    hut_fibers: int


def assign_offices(
    supply: Supply,
    graph: RoadGraph,
    prices: EdgePrices,
    roots: Roots,
    hubs: list[Hub],
    spare: dict[str, int],
    limits: Limits,
    open_paying: Callable[[Offices], list[float]] | None = None,
    currency: str = "",
) -> Offices:
    """Feed every hub from an office within reach, opening huts on the way where needed, and where they pay.

    Reach: the hub that lies farthest beyond it gets a hut as far up its way as reach allows, but not above the tap, so
    that the hut serves as many other hubs as it can; again until every hub is within reach. A hub under a fiber that
    leads to no office of the study counts as infinitely far. Strands: while a fiber has too few to spare, the tap with
    the largest demand gets a hut.

    Parameters
    ----------
    spare
        Spare strands per plant id of existing fiber; ids that are missing are unlimited.
    limits
        Reach and the strands of a hut.
    open_paying, currency
        Opens the huts that save more than they cost, and says what each saves in cents; see `huts.open_paying_huts`.
    """
    offices = Offices(dict(zip(roots.office_node.tolist(), roots.office_id, strict=True)), [], [])
    far = [farthest_m(supply, graph, hub) for hub in hubs]
    offices.of_hub = [_office_above(supply, offices, hub.node) for hub in hubs]
    for _ in hubs:
        over = [(_reach(supply, offices.of_hub[i], hub, far[i]), -i) for i, hub in enumerate(hubs)]
        worst = max((pair for pair in over if pair[0] > limits.reach_m), default=None)
        if worst is None or not _open_for_reach(supply, offices, hubs, far, -worst[1], limits.reach_m):
            break
    _keep_strands(supply, prices, offices, hubs, spare, limits)
    _report(supply, offices, hubs, far, limits)
    needed = len(offices.hut_nodes)
    saved = open_paying(offices) if open_paying is not None else []
    if saved:
        offices.strands = dict(sorted(_demand(supply, prices, offices, hubs, limits)[0].items()))
        offices.findings += _paying(offices, saved, needed, currency)
    return offices


def _paying(offices: Offices, saved: list[float], needed: int, currency: str) -> list[Finding]:
    """Say what each hut that was opened because it pays saves beyond its price."""
    return [
        find(
            "W_HUT_PAYS", "info", f"a hut saves {cents / 100:,.2f} {currency} of feeder beyond its price",
            [offices.site_of_node[node]], amount=round(cents / 100, 2), unit=currency,
        )
        for node, cents in zip(offices.hut_nodes[needed:], saved, strict=True)
    ]  # fmt: skip


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


def farthest_m(supply: Supply, graph: RoadGraph, hub: Hub) -> float:
    """Route meters from a hub to its farthest location, drop included."""
    nodes = graph.location_node[list(hub.rows)].tolist()
    drops = graph.drop_m[list(hub.rows)].tolist()
    return float(max(supply.between_m(node, hub.node) + drop for node, drop in zip(nodes, drops, strict=True)))


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


def open_hut(supply: Supply, offices: Offices, hubs: list[Hub], node: int) -> None:
    """Open a hut at a node; hubs below it that no nearer office feeds are fed from it."""
    offices.hut_nodes.append(node)
    offices.site_of_node[node] = f"hut-{len(offices.hut_nodes)}"
    for i, hub in enumerate(hubs):
        office = offices.of_hub[i]
        nearer = office < 0 or supply.away_m[office] < supply.away_m[node]
        if nearer and supply.begin[node] <= supply.begin[hub.node] < supply.end[node]:
            offices.of_hub[i] = node


def _demand(
    supply: Supply, prices: EdgePrices, offices: Offices, hubs: list[Hub], limits: Limits
) -> tuple[dict[str, int], dict[str, dict[int, int]]]:
    """Strands per plant id, and per plant id and tap."""
    total: dict[str, int] = {}
    by_tap: dict[str, dict[int, int]] = {}
    loads = [(hub.node, offices.of_hub[i], hub.splitters) for i, hub in enumerate(hubs)]
    loads += [
        (node, _office_above(supply, offices, supply.above[node]), limits.hut_fibers) for node in offices.hut_nodes
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


def _keep_strands(
    supply: Supply, prices: EdgePrices, offices: Offices, hubs: list[Hub], spare: dict[str, int], limits: Limits
) -> None:
    """Open huts at taps until no fiber carries more strands than it has to spare."""
    for _ in range(len(hubs) + 1):
        total, by_tap = _demand(supply, prices, offices, hubs, limits)
        offices.strands = dict(sorted(total.items()))
        short = [plant for plant in sorted(total) if plant in spare and total[plant] > spare[plant]]
        places = [
            (fibers, -tap)
            for plant in short
            for tap, fibers in by_tap[plant].items()
            if tap not in offices.site_of_node and fibers > limits.hut_fibers
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


def _report(supply: Supply, offices: Offices, hubs: list[Hub], far: list[float], limits: Limits) -> None:
    """Add findings on huts opened and on paths that stay too long."""
    if offices.hut_nodes:
        names = [offices.site_of_node[node] for node in offices.hut_nodes]
        opened = count(len(names), "hut")
        offices.findings.append(
            find("W_HUT_OPENED", "info", f"{opened} with an OLT opened for reach, loss or strands", names)
        )
    for i, hub in enumerate(hubs):
        reach = _reach(supply, offices.of_hub[i], hub, far[i])
        if reach > limits.reach_m:
            offices.findings.append(
                find(
                    "W_REACH", "error", f"locations of {hub.hub_id} lie {reach:.0f} route meters from an OLT",
                    [hub.hub_id], amount=round(reach - limits.reach_m, 3) if np.isfinite(reach) else None, unit="m",
                    repair="choose a PON class with more budget, or a smaller split ratio",
                )
            )  # fmt: skip
