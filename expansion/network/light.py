"""Lay feeder and distribution cables, and follow the light from every location to its OLT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from expansion.network.cables import Sheath, Slack, chains, lay_cables
from expansion.network.hubs import Hub
from expansion.network.offices import Offices
from expansion.network.supply import Supply
from expansion.network.terminals import Terminal
from expansion.plan.graph import EdgePrices, RoadGraph


@dataclass(slots=True)
class Bundle:
    """The cables that leave one source: an office, a tap or a hub.

    `sites` names the site at a node for this bundle: the source, the ends, and closures where cables branch.
    Per node: `run_m` are the cable meters from the source before slack, `chain` the rows of the cables that light
    passes from the source.
    """

    tier: str
    source: int
    source_site: str
    sheaths: list[Sheath]
    sites: dict[int, str]
    new_closures: list[tuple[str, int]]
    label: str
    run_m: dict[int, float]
    chain: dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Ground:
    """Forest, graph, prices, slack rules and the lines of the edges: what every run of cable is measured on."""

    supply: Supply
    graph: RoadGraph
    prices: EdgePrices
    slack: Slack
    lines: NDArray[np.object_]

    def edge_between(self, a: int, b: int) -> int:
        """Edge of the forest between two neighboring nodes."""
        return self.supply.up_edge[a if self.supply.above[a] == b else b]

    def lower(self, a: int, b: int) -> int:
        """Of two neighbors in the forest, the one farther from the root."""
        return a if self.supply.above[a] == b else b

    def edge_m(self, a: int, b: int) -> float:
        """Cable meters along the edge between two neighbors, before slack."""
        edge = self.edge_between(a, b)
        return self.slack.stretch(float(self.graph.length_m[edge]), str(self.prices.placement[edge]))

    def stretch(self, nodes: Sequence[int]) -> float:
        """Cable meters along a way of nodes, before slack."""
        return sum(self.edge_m(a, b) for a, b in pairwise(nodes))


def lay_bundle(
    ground: Ground, tier: str, source: int, source_site: str, ends: dict[int, tuple[str, int]], spare: float, label: str
) -> Bundle:
    """Lay the cables from a source to the ends that it feeds.

    Parameters
    ----------
    ends
        Per node: the site there and the fibers that end there. An end at the source itself needs no cable.
    label
        Prefix of the ids of closures and cables.
    """
    parent, order = _ways_from(ground.supply, source, sorted(ends))
    need = {node: fibers for node, (_, fibers) in ends.items() if node != source}
    sheaths = lay_cables(source, parent, order, need, spare)
    sites = {node: site for node, (site, _) in ends.items()} | {source: source_site}
    closures: dict[int, str] = {}
    for sheath in sheaths:
        if sheath.nodes[0] != source and sheath.nodes[0] not in closures:
            closures[sheath.nodes[0]] = f"{label}-C{len(closures) + 1}"
    run_m = {source: 0.0}
    for node in order:
        run_m[node] = run_m[parent[node]] + ground.edge_m(node, parent[node])
    new = [(name, node) for node, name in closures.items()]
    return Bundle(tier, source, source_site, sheaths, sites, new, label, run_m, chains(sheaths))


def _ways_from(supply: Supply, source: int, ends: list[int]) -> tuple[dict[int, int], list[int]]:
    """Tree of the ways from a source to the ends: per node the next one toward the source; nodes, parents first."""
    top = supply.common_top([source, *ends])
    parent: dict[int, int] = {}
    node = source
    while node != top:
        parent[supply.above[node]] = node
        node = supply.above[node]
    trunk = {source, *parent}
    for end in ends:
        node = end
        while node not in trunk and node not in parent:
            parent[node] = supply.above[node]
            node = supply.above[node]
    outward: dict[int, list[int]] = {}
    for node, toward in parent.items():
        outward.setdefault(toward, []).append(node)
    order: list[int] = []
    waiting = [source]
    while waiting:
        node = waiting.pop()
        further = sorted(outward.get(node, ()))
        order += further
        waiting += further
    return parent, order


@dataclass(frozen=True, slots=True)
class Leg:
    """Part of a light path: cable meters and splices between a bundle's source and one of its ends."""

    cable_m: float
    splices: int
    cables: tuple[str, ...]


def follow(ground: Ground, bundle: Bundle, node: int) -> Leg:
    """Measure the light's way from the bundle's source to a node."""
    chain = bundle.chain.get(node, ())
    run = bundle.run_m[node]
    reels = int(run // ground.slack.reel_m)
    names = tuple(f"{bundle.label}-K{row + 1}" for row in chain)
    return Leg(run + 2 * ground.slack.end_m * len(chain), len(chain) + reels, names)


def lay_distribution(ground: Ground, hub: Hub, terminals: list[Terminal], names: list[str], spare: float) -> Bundle:
    """Lay the cables from a hub to its terminals; one fiber per unit in use."""
    ends: dict[int, tuple[str, int]] = {}
    for terminal, name in zip(terminals, names, strict=True):
        first, fibers = ends.get(terminal.node, (name, 0))
        ends[terminal.node] = (first, fibers + terminal.used)
    return lay_bundle(ground, "distribution", hub.node, hub.hub_id, ends, spare, f"{hub.hub_id}-D")


def lay_feeders(
    ground: Ground, offices: Offices, hubs: list[Hub], spare: float, hut_fibers: int
) -> tuple[list[Bundle], dict[int, int]]:
    """Lay the feeder cables of all offices and taps; one fiber per splitter, `hut_fibers` per hut.

    Returns
    -------
    tuple
        Bundles by source node; and per hub row the row of its bundle, -1 where it has no office.
    """
    loads = [(hub.node, hub.hub_id, hub.splitters, offices.of_hub[i]) for i, hub in enumerate(hubs)]
    loads += [
        (node, offices.site_of_node[node], hut_fibers, _upstream(ground.supply, offices, node))
        for node in offices.hut_nodes
    ]
    groups: dict[int, dict[int, tuple[str, int]]] = {}
    source_of: list[int] = []
    for node, site, fibers, office in loads:
        source = _source(ground.supply, node, office)
        source_of.append(source)
        first, sum_fibers = groups.setdefault(source, {}).get(node, (site, 0))
        groups[source][node] = (first, sum_fibers + fibers)
    bundles: list[Bundle] = []
    row_of: dict[int, int] = {}
    for source in sorted(groups):
        name = offices.site_of_node.get(source, f"tap-{ground.graph.node_ids[source] if source >= 0 else 'none'}")
        row_of[source] = len(bundles)
        bundles.append(lay_bundle(ground, "feeder", source, name, groups[source], spare, f"{name}-F"))
    return bundles, {i: row_of[source_of[i]] for i in range(len(hubs))}


def _upstream(supply: Supply, offices: Offices, node: int) -> int:
    """Office above a hut, or the root that its backhaul comes from."""
    while supply.above[node] != supply.top:
        node = supply.above[node]
        if node in offices.site_of_node:
            break
    return node


def _source(supply: Supply, node: int, office: int) -> int:
    """Where new feeder cable for `node` starts: at its office, or where the way to the office meets existing fiber."""
    while node != office and supply.above[node] != supply.top and not supply.is_existing[supply.up_edge[node]]:
        node = supply.above[node]
    return node
