"""Lay feeder and distribution cables, and follow the light from every location to its OLT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from expansion.network.cables import CableSizes, Sheath, chains, lay_cables
from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.layout import Layout, lay_out
from expansion.network.offices import Offices
from expansion.network.supply import Supply
from expansion.network.terminals import Terminal
from expansion.network.uplinks import Uplink, feeding_node

End = tuple[str, int]


@dataclass(slots=True)
class Bundle:
    """The cables that leave one source: an office, a tap or a hub.

    `sites` names the site at a node for this bundle: the source, and of the ends there the first; `closures` those at
    which a cable leaves another. `ends` are all sites at a node with the fibers that end at each, `layouts` the cables
    measured out, `chain` per node the rows of the cables that light passes from the source.
    """

    tier: str
    source: int
    source_site: str
    sheaths: list[Sheath]
    sites: dict[int, str]
    closures: dict[int, str]
    label: str
    ends: Mapping[int, Sequence[End]]
    layouts: list[Layout]
    chain: dict[int, tuple[int, ...]]

    @property
    def new_closures(self) -> list[tuple[str, int]]:
        """Names and nodes of the closures."""
        return [(name, node) for node, name in self.closures.items()]

    def cable_id(self, row: int) -> str:
        """Id of a cable of the bundle."""
        return f"{self.label}-K{row + 1}"

    def place_of(self, row: int, onward: int, node: int) -> int:
        """Where on a cable's way light leaves it: for the cable `onward`, or at `node` where that is negative."""
        return self.sheaths[row].nodes.index(self.sheaths[onward].nodes[0] if onward >= 0 else node)


def lay_bundle(
    ground: Ground,
    tier: str,
    source: int,
    source_site: str,
    ends: Mapping[int, Sequence[End]],
    sizes: CableSizes,
    label: str,
) -> Bundle:
    """Lay the cables from a source to the ends that it feeds.

    Parameters
    ----------
    ends
        Per node: the sites there and the fibers that end at each. An end at the source itself needs no cable.
    label
        Prefix of the ids of closures and cables.
    """
    parent, order = _ways_from(ground.supply, source, sorted(ends))
    need = {node: sum(fibers for _, fibers in here) for node, here in ends.items() if node != source}
    sheaths = lay_cables(source, parent, order, need, sizes)
    sites = {node: here[0][0] for node, here in ends.items()} | {source: source_site}
    closures: dict[int, str] = {}
    for sheath in sheaths:
        if sheath.nodes[0] != source and sheath.nodes[0] not in closures:
            closures[sheath.nodes[0]] = f"{label}-C{len(closures) + 1}"
    opened = sites.keys() | closures.keys()
    layouts = [_measure(ground, sheath, opened) for sheath in sheaths]
    return Bundle(tier, source, source_site, sheaths, sites, closures, label, ends, layouts, chains(sheaths))


def _measure(ground: Ground, sheath: Sheath, opened: Set[int]) -> Layout:
    """Measure one cable out along the road."""
    steps = [ground.edge_m(a, b) for a, b in pairwise(sheath.nodes)]
    return lay_out(steps, [node in opened for node in sheath.nodes], ground.slack)


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


def follow(bundle: Bundle, node: int) -> Leg:
    """Measure the light's way from the bundle's source to a node; a splice begins each cable and joins two reels."""
    chain = bundle.chain.get(node, ())
    millimeters, splices = 0, 0
    for row, onward in zip(chain, (*chain[1:], -1), strict=False):
        place = bundle.place_of(row, onward, node)
        millimeters += bundle.layouts[row].at_mm[place]
        splices += 1 + bundle.layouts[row].passed[place]
    return Leg(millimeters / 1000, splices, tuple(bundle.cable_id(row) for row in chain))


def lay_distribution(
    ground: Ground, hub: Hub, terminals: list[Terminal], names: list[str], sizes: CableSizes, per_fiber: int = 1
) -> Bundle:
    """Lay the cables from a hub to its terminals; a fiber for each `per_fiber` units in use begun at a terminal."""
    ends: dict[int, list[End]] = {}
    for terminal, name in zip(terminals, names, strict=True):
        ends.setdefault(terminal.node, []).append((name, -(-terminal.used // per_fiber)))
    return lay_bundle(ground, "distribution", hub.node, hub.hub_id, ends, sizes, f"{hub.hub_id}-D")


def lay_feeders(
    ground: Ground, offices: Offices, hubs: list[Hub], sizes: CableSizes, hut_fibers: int,
    uplinks: Sequence[Uplink] = (), station_fibers: int = 0,
) -> tuple[list[Bundle], dict[int, int]]:  # fmt: skip
    """Lay the feeder cables of all offices and taps.

    One fiber per splitter, `hut_fibers` per hut, `station_fibers` per tower or cabinet.

    Returns
    -------
    tuple
        Bundles by source node; and per hub row the row of its bundle, -1 where it has no office.
    """
    loads = [(hub.node, hub.hub_id, hub.splitters, offices.of_hub[i]) for i, hub in enumerate(hubs)]
    loads += [
        (node, offices.site_of_node[node], hut_fibers, upstream(ground.supply, offices, node))
        for node in offices.hut_nodes
    ]
    loads += [
        (one.node, one.station.site_id, station_fibers, feeding_node(ground.supply, offices, one.node))
        for one in uplinks
    ]
    groups: dict[int, dict[int, list[End]]] = {}
    source_of: list[int] = []
    for node, site, fibers, office in loads:
        source = feeder_source(ground.supply, node, office)
        source_of.append(source)
        groups.setdefault(source, {}).setdefault(node, []).append((site, fibers))
    bundles: list[Bundle] = []
    row_of: dict[int, int] = {}
    for source in sorted(groups):
        name = offices.site_of_node.get(source, f"tap-{ground.graph.node_ids[source] if source >= 0 else 'none'}")
        row_of[source] = len(bundles)
        bundles.append(lay_bundle(ground, "feeder", source, name, groups[source], sizes, f"{name}-F"))
    return bundles, {i: row_of[source_of[i]] for i in range(len(hubs))}


def fed_over_fiber(
    supply: Supply, offices: Offices, feeders: Sequence[Bundle], feeder_of_hub: Mapping[int, int],
    uplinks: Sequence[Uplink],
) -> list[tuple[int, int]]:  # fmt: skip
    """Office, and where new feeder begins, for each hub and station that is fed over existing fiber."""
    pairs = [(office, feeders[feeder_of_hub[i]].source) for i, office in enumerate(offices.of_hub)]
    for uplink in uplinks:
        office = feeding_node(supply, offices, uplink.node)
        pairs.append((office, feeder_source(supply, uplink.node, office)))
    return [(office, source) for office, source in pairs if office >= 0 and office != source]


def upstream(supply: Supply, offices: Offices, node: int) -> int:
    """Office above a hut, or the root that its backhaul comes from."""
    while supply.above[node] != supply.top:
        node = supply.above[node]
        if node in offices.site_of_node:
            break
    return node


def feeder_source(supply: Supply, node: int, office: int) -> int:
    """Where new feeder cable for `node` starts: at its office, or where the way to the office meets existing fiber."""
    while node != office and supply.above[node] != supply.top and not supply.is_existing[supply.up_edge[node]]:
        node = supply.above[node]
    return node
