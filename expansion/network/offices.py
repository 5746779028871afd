"""Decide which office feeds each hub, and open huts where reach, loss or strands ask for one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from expansion.network.hubs import Hub
from expansion.network.supply import Roots, Supply, common_top
from expansion.plan.findings import Finding, find
from expansion.plan.graph import EdgePrices, RoadGraph


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
) -> Offices:
    """Feed every hub from an office within reach, opening huts on the way where needed.

    A hut is opened at the lowest node above all hubs that break the reach below one tap; under a fiber that leads to no
    office of the study; and at the tap with the largest demand while a fiber has too few spare strands.

    Parameters
    ----------
    spare
        Spare strands per plant id of existing fiber; ids that are missing are unlimited.
    limits
        Reach and the strands of a hut.
    """
    offices = Offices(dict(zip(roots.office_node.tolist(), roots.office_id, strict=True)), [], [])
    for _ in range(2 * len(hubs) + 2):
        offices.of_hub = [_office_above(supply, offices, hub.node) for hub in hubs]
        broken = [i for i, hub in enumerate(hubs) if _reach(supply, graph, offices.of_hub[i], hub) > limits.reach_m]
        if not broken or not _open_for_reach(supply, offices, hubs, broken):
            break
    _keep_strands(supply, prices, offices, hubs, spare, limits)
    _report(supply, graph, offices, hubs, limits)
    return offices


def _office_above(supply: Supply, offices: Offices, node: int) -> int:
    """Node of the first office on the way up, -1 for none."""
    while node != supply.top:
        if node in offices.site_of_node:
            return node
        node = int(supply.tree.parent[node])
    return -1


def _reach(supply: Supply, graph: RoadGraph, office: int, hub: Hub) -> float:
    """Route meters from the office through the hub to its farthest location, drop included; infinite without office."""
    if office < 0:
        return float("inf")
    feeder = supply.from_root_m[hub.node] - supply.from_root_m[office]
    return float(feeder + farthest_m(supply, graph, hub))


def farthest_m(supply: Supply, graph: RoadGraph, hub: Hub) -> float:
    """Route meters from a hub to its farthest location, drop included."""
    up = {node: supply.from_root_m[hub.node] - supply.from_root_m[node] for node in supply.tree.path_up(hub.node)}
    worst = 0.0
    for row in hub.rows:
        node = int(graph.location_node[row])
        start = node
        while node not in up:
            node = int(supply.tree.parent[node])
        way = supply.from_root_m[start] - supply.from_root_m[node] + up[node] + graph.drop_m[row]
        worst = max(worst, float(way))
    return worst


def _open_for_reach(supply: Supply, offices: Offices, hubs: list[Hub], broken: list[int]) -> bool:
    """Open one hut for the hubs out of reach below the first tap; False when there is nothing left to try."""
    taps: dict[int, list[int]] = {}
    for i in broken:
        taps.setdefault(supply.tap(hubs[i].node), []).append(i)
    for tap in sorted(taps):
        nodes = np.unique([hubs[i].node for i in taps[tap]])
        places = [common_top(supply.tree, nodes), *sorted({hubs[i].node for i in taps[tap]})]
        for place in places:
            if place != supply.top and place not in offices.site_of_node:
                _open(offices, place)
                return True
    return False


def _open(offices: Offices, node: int) -> None:
    """Open a hut at a node."""
    offices.hut_nodes.append(node)
    offices.site_of_node[node] = f"hut-{len(offices.hut_nodes)}"


def _demand(
    supply: Supply, prices: EdgePrices, offices: Offices, hubs: list[Hub], limits: Limits
) -> tuple[dict[str, int], dict[str, dict[int, int]]]:
    """Strands per plant id, and per plant id and tap."""
    total: dict[str, int] = {}
    by_tap: dict[str, dict[int, int]] = {}
    loads = [(hub.node, offices.of_hub[i], hub.splitters) for i, hub in enumerate(hubs)]
    loads += [
        (node, _office_above(supply, offices, int(supply.tree.parent[node])), limits.hut_fibers)
        for node in offices.hut_nodes
    ]
    for start, office, fibers in loads:
        tap, node, seen = supply.tap(start), start, set()
        while node not in (office, supply.top):
            edge = int(supply.tree.parent_edge[node])
            plant = str(prices.existing[edge]) if edge >= 0 else ""
            if plant and plant not in seen:
                seen.add(plant)
                total[plant] = total.get(plant, 0) + fibers
                by_tap.setdefault(plant, {})[tap] = by_tap.get(plant, {}).get(tap, 0) + fibers
            node = int(supply.tree.parent[node])
    return total, by_tap


def _keep_strands(
    supply: Supply, prices: EdgePrices, offices: Offices, hubs: list[Hub], spare: dict[str, int], limits: Limits
) -> None:
    """Open huts at taps until no fiber carries more strands than it has to spare."""
    for _ in range(len(hubs) + 1):
        offices.of_hub = [_office_above(supply, offices, hub.node) for hub in hubs]
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
        _open(offices, -max(places)[1])


def _short_finding(plant: str, used: int, spare: int) -> Finding:
    """Say that a fiber has too few spare strands even with huts."""
    return find(
        "W_STRANDS_SHORT", "error", f"fiber {plant} would carry {used} strands and has {spare} to spare", [plant],
        amount=float(used - spare), unit="strands", repair="free strands on it, or lay a new feeder cable beside it",
    )  # fmt: skip


def _report(supply: Supply, graph: RoadGraph, offices: Offices, hubs: list[Hub], limits: Limits) -> None:
    """Add findings on huts opened and on paths that stay too long."""
    if offices.hut_nodes:
        names = [offices.site_of_node[node] for node in offices.hut_nodes]
        offices.findings.append(
            find("W_HUT_OPENED", "info", f"{len(names)} huts with an OLT opened for reach, loss or strands", names)
        )
    for i, hub in enumerate(hubs):
        reach = _reach(supply, graph, offices.of_hub[i], hub)
        if reach > limits.reach_m:
            offices.findings.append(
                find(
                    "W_REACH", "error", f"locations of {hub.hub_id} lie {reach:.0f} route meters from an OLT",
                    [hub.hub_id], amount=round(reach - limits.reach_m, 3) if np.isfinite(reach) else None, unit="m",
                    repair="choose a PON class with more budget, or a smaller split ratio",
                )
            )  # fmt: skip
