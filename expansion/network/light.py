"""Lay feeder and distribution cables, and follow the light from every location to its OLT."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from expansion.network.cables import Sheath, Slack, chain_of, lay_cables
from expansion.network.hubs import Hub
from expansion.network.offices import Offices
from expansion.network.supply import Supply
from expansion.network.terminals import Terminal
from expansion.plan.graph import EdgePrices, RoadGraph


@dataclass(slots=True)
class Bundle:
    """The cables that leave one source: an office, a tap or a hub.

    `sites` names the site at a node for this bundle: the source, the ends, and closures where cables branch.
    """

    tier: str
    source: int
    source_site: str
    sheaths: list[Sheath]
    sites: dict[int, str]
    new_closures: list[tuple[str, int]]
    label: str
    fibers_on: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """Forest, graph, prices and slack rules: what every run of cable is measured on."""

    supply: Supply
    graph: RoadGraph
    prices: EdgePrices
    slack: Slack

    def edge_between(self, a: int, b: int) -> int:
        """Edge of the forest between two neighboring nodes."""
        tree = self.supply.tree
        return int(tree.parent_edge[a] if tree.parent[a] == b else tree.parent_edge[b])

    def lower(self, a: int, b: int) -> int:
        """Of two neighbors in the forest, the one farther from the root."""
        return a if self.supply.tree.parent[a] == b else b

    def stretch(self, nodes: tuple[int, ...]) -> float:
        """Cable meters along a way of nodes, before slack."""
        total = 0.0
        for a, b in pairwise(nodes):
            edge = self.edge_between(a, b)
            total += self.slack.stretch(float(self.graph.length_m[edge]), str(self.prices.placement[edge]))
        return total

    def way(self, start: int, end: int) -> tuple[int, ...]:
        """Nodes of the forest from `start` to `end`."""
        up = {node: place for place, node in enumerate(self.supply.tree.path_up(start))}
        tail = []
        node = end
        while node not in up:
            tail.append(node)
            node = int(self.supply.tree.parent[node])
        head = sorted(up, key=lambda n: up[n])[: up[node] + 1]
        return tuple(head) + tuple(reversed(tail))


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
    parent: dict[int, int] = {}
    order: list[int] = []
    for end in sorted(ends):
        way = ground.way(source, end)
        for above, node in pairwise(way):
            if node not in parent:
                parent[node] = above
                order.append(node)
    need = {node: fibers for node, (_, fibers) in ends.items() if node != source}
    sheaths = lay_cables(source, parent, order, need, spare)
    sites = {node: site for node, (site, _) in ends.items()} | {source: source_site}
    closures: list[tuple[str, int]] = []
    for sheath in sheaths:
        start = sheath.nodes[0]
        if start != source and start not in {node for _, node in closures}:
            closures.append((f"{label}-C{len(closures) + 1}", start))
    fibers = dict(need)
    for node in reversed(order):
        if parent[node] != source:
            fibers[parent[node]] = fibers.get(parent[node], 0) + fibers.get(node, 0)
    return Bundle(tier, source, source_site, sheaths, sites, closures, label, fibers)


@dataclass(frozen=True, slots=True)
class Leg:
    """Part of a light path: cable meters and splices between a bundle's source and one of its ends."""

    cable_m: float
    splices: int
    cables: tuple[str, ...]


def follow(ground: Ground, bundle: Bundle, node: int) -> Leg:
    """Measure the light's way from the bundle's source to a node."""
    chain = chain_of(bundle.sheaths, node)
    run = ground.stretch(ground.way(bundle.source, node))
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
    below = node
    node = int(supply.tree.parent[node])
    while node != supply.top:
        if node in offices.site_of_node:
            return node
        below, node = node, int(supply.tree.parent[node])
    return below


def _source(supply: Supply, node: int, office: int) -> int:
    """Where new feeder cable for `node` starts: at its office, or where the way to the office meets existing fiber."""
    while node != office and supply.tree.parent[node] != supply.top:
        edge = int(supply.tree.parent_edge[node])
        if supply.is_existing[edge]:
            return node
        node = int(supply.tree.parent[node])
    return node
