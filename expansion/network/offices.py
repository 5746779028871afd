"""Decide which office feeds each hub, and open huts where reach, loss, strands or OLT ports ask for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from expansion.network.hubs import Hub
from expansion.network.siting.cover import CoverRules, Load, force_huts
from expansion.network.supply import Roots, Supply
from expansion.plan.findings import Finding, find
from expansion.plan.graph import EdgePrices, RoadGraph
from expansion.wording import count


@dataclass(slots=True)
class Offices:
    """Offices in use.

    `site_of_node` names offices and huts by node; `of_hub` gives per hub the node of its office, -1 where none can be
    had; `strands` counts per plant id the most strands in use side by side on any stretch of it; `rules` are those by
    which huts were opened.
    """

    site_of_node: dict[int, str]
    hut_nodes: list[int]
    of_hub: list[int]
    strands: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    rules: CoverRules | None = None

    def copy(self) -> Offices:
        """Return a copy in which huts can be tried."""
        return replace(self, site_of_node=dict(self.site_of_node), hut_nodes=[*self.hut_nodes], of_hub=[*self.of_hub])


def assign_offices(
    supply: Supply,
    graph: RoadGraph,
    prices: EdgePrices,
    roots: Roots,
    hubs: list[Hub],
    rules: CoverRules,
    open_paying: Callable[[Offices], list[float]] | None = None,
    currency: str = "",
    stations: Sequence[int] = (),
) -> Offices:
    """Feed every hub from an office within reach, with as few huts as rules allow, and those that pay.

    Parameters
    ----------
    rules
        Reach, spare strands, OLT ports, prices and locks; see `siting.cover.force_huts`.
    open_paying, currency
        Opens the huts that save more than they cost, and says what each saves in cents; see `huts.open_paying_huts`.
    stations
        Nodes of towers and cabinets: they take strands, and force no hut.
    """
    offices = Offices(dict(zip(roots.office_node.tolist(), roots.office_id, strict=True)), [], [], rules=rules)
    loads = [Load(hub.node, hub.splitters, farthest_m(supply, graph, hub)) for hub in hubs]
    far = [load.far_m for load in loads]
    offices.of_hub = [_office_above(supply, offices, hub.node) for hub in hubs]
    for node in force_huts(supply, prices, loads, roots.office_node.tolist(), rules):
        open_hut(supply, offices, hubs, node)
    _count_strands(supply, prices, offices, hubs, rules, stations)
    offices.findings += [
        _short_finding(plant, used, rules.spare[plant])
        for plant, used in offices.strands.items()
        if used > rules.spare.get(plant, used)
    ]
    _report(supply, offices, hubs, far, rules)
    needed = len(offices.hut_nodes)
    saved = open_paying(offices) if open_paying is not None else []
    if saved:
        _count_strands(supply, prices, offices, hubs, rules, stations)
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


def open_hut(supply: Supply, offices: Offices, hubs: list[Hub], node: int) -> None:
    """Open a hut at a node; hubs below it that no nearer office feeds are fed from it."""
    offices.hut_nodes.append(node)
    offices.site_of_node[node] = f"hut-{len(offices.hut_nodes)}"
    for i, hub in enumerate(hubs):
        office = offices.of_hub[i]
        nearer = office < 0 or supply.away_m[office] < supply.away_m[node]
        if nearer and supply.begin[node] <= supply.begin[hub.node] < supply.end[node]:
            offices.of_hub[i] = node


def _count_strands(
    supply: Supply, prices: EdgePrices, offices: Offices, hubs: list[Hub], rules: CoverRules, stations: Sequence[int]
) -> None:
    """Count per plant id the most strands that lie side by side on any stretch of it."""
    loads = [(hub.node, offices.of_hub[i], hub.splitters) for i, hub in enumerate(hubs)]
    loads += [(node, _office_above(supply, offices, node), rules.station_fibers) for node in stations]
    loads += [
        (node, _office_above(supply, offices, supply.above[node]), rules.hut_fibers) for node in offices.hut_nodes
    ]
    used: dict[int, int] = {}
    for node, office, fibers in loads:
        while node not in (office, supply.top):
            edge = supply.up_edge[node]
            if edge >= 0 and prices.existing[edge]:
                used[edge] = used.get(edge, 0) + fibers
            node = supply.above[node]
    most: dict[str, int] = {}
    for edge, fibers in sorted(used.items()):
        plant = str(prices.existing[edge])
        most[plant] = max(most.get(plant, 0), fibers)
    offices.strands = dict(sorted(most.items()))


def _short_finding(plant: str, used: int, spare: int) -> Finding:
    """Say that a fiber has too few spare strands even with huts."""
    return find(
        "W_STRANDS_SHORT", "error", f"fiber {plant} would carry {used} strands and has {spare} to spare", [plant],
        amount=float(used - spare), unit="strands", repair="free strands on it, or lay a new feeder cable beside it",
    )  # fmt: skip


def _report(supply: Supply, offices: Offices, hubs: list[Hub], far: list[float], rules: CoverRules) -> None:
    """Add findings on huts opened and on paths that stay too long."""
    for node in offices.hut_nodes:
        offices.findings.append(_opened(supply, offices, hubs, far, rules, node))
    for i, hub in enumerate(hubs):
        reach = _reach(supply, offices.of_hub[i], hub, far[i])
        if reach > rules.reach_m:
            offices.findings.append(
                find(
                    "W_REACH", "error", f"locations of {hub.hub_id} lie {reach:.0f} route meters from an OLT",
                    [hub.hub_id], amount=round(reach - rules.reach_m, 3) if np.isfinite(reach) else None, unit="m",
                    repair="choose a PON class with more budget, or a smaller split ratio",
                )
            )  # fmt: skip


def _opened(
    supply: Supply, offices: Offices, hubs: list[Hub], far: list[float], rules: CoverRules, node: int
) -> Finding:
    """Say why a hut stands: whom it feeds, and who would be beyond reach without it."""
    fed = [i for i in range(len(hubs)) if offices.of_hub[i] == node]
    if node in rules.standing:
        text = f"hut with an OLT for {count(len(fed), 'hub')}: the study locks it there"
        return find("W_HUT_OPENED", "info", text, [offices.site_of_node[node]])
    above = _office_above(supply, offices, supply.above[node])
    lost = [(_reach(supply, above, hubs[i], far[i]), hubs[i].hub_id) for i in fed]
    beyond = sorted(pair for pair in lost if pair[0] > rules.reach_m)
    who = f"hut with an OLT opened for {count(len(fed), 'hub')} of {sum(hubs[i].splitters for i in fed)} splitters"
    if not beyond:
        why = f"without it {_lacking(offices, hubs, rules, node, above)}"
    elif above < 0:
        why = "their fiber leads to no office of the study"
    else:
        meters, worst = beyond[-1]
        lie = count(len(beyond), "lies", "lie")
        why = f"without it {lie} beyond {rules.reach_m:.0f} route meters, {worst} at {meters:.0f}"
    return find("W_HUT_OPENED", "info", f"{who}: {why}", [offices.site_of_node[node]])


def _lacking(offices: Offices, hubs: list[Hub], rules: CoverRules, node: int, above: int) -> str:
    """Say what would not suffice without a hut that reach does not ask for: ports above it, or strands."""
    needed = ports_at(offices, hubs).get(above, 0) + ports_at(offices, hubs).get(node, 0)
    limit = rules.hut_ports if above in offices.hut_nodes else rules.office_ports.get(above, np.inf)
    if needed > limit:
        return f"{offices.site_of_node[above]} would need {needed} OLT ports and has {limit:.0f}"
    return "a fiber would have too few strands"


def ports_at(offices: Offices, hubs: list[Hub]) -> dict[int, int]:
    """OLT ports in use per node of an office or hut: one per splitter."""
    ports: dict[int, int] = {}
    for hub, node in zip(hubs, offices.of_hub, strict=True):
        ports[node] = ports.get(node, 0) + hub.splitters
    return ports
