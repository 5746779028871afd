"""What several areas use and the bill charges to one: huts, stations, and what feeder cable costs by its size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from expansion.network.detours import Detour, Land, find_detours, survey_land
from expansion.network.ground import Ground
from expansion.network.huts import FeederRates
from expansion.network.light import Bundle
from expansion.network.offices import farthest_m, ports_at
from expansion.network.records import Design
from expansion.network.shared import Sharing, all_who_need, cut_segments
from expansion.network.siting.cover import Load
from expansion.network.siting.needs import HutNeeds, areas_of_huts
from expansion.network.uplinks import Uplink
from expansion.plan.locks import Locks
from expansion.plan.plan import Segment
from expansion.rulebook import Rulebook

Moved = dict[tuple[int, tuple[int, ...], tuple[int, ...]], float]
"""Cents by the area that the bill charges, the areas of which any one causes them, and those that pay them too."""
Part = tuple[float, tuple[int, ...], int, tuple[int, ...]]
"""Cents, areas of which any one causes them, area that the bill charges, and areas that pay them too."""


def share_costs(
    ground: Ground, design: Design, sharing: Sharing, book: Rulebook, locks: Locks | None
) -> tuple[Segment, ...]:
    """Name what areas share: segments of the route, and what else one area is charged and others need.

    Parameters
    ----------
    ground, design, sharing
        The design, its owners of nodes known.
    locks
        What detours must mind; None leaves detours out, which only sets of areas that lack some ask for.
    """
    stations = [(uplink.node, uplink.users) for uplink in design.uplinks]
    needing = all_who_need(ground.supply, sharing, stations)
    needs = find_hut_needs(ground, design, sharing)
    along, moved = size_feeders(ground, design, book, needs, needing)
    if locks is not None:
        homes = _homes(ground, design, stations)
        land = survey_land(ground, needing, homes, along, locks.pinned, sharing.parent_of_area)
        for detour in find_detours(ground, land, locks.avoided):
            _leave_out(detour, land, design, along, moved)
    parts = charge_parts(design, book, needs, needing, moved)
    return cut_segments(ground.supply, ground.prices, sharing, along, needing) + parts


def find_hut_needs(ground: Ground, design: Design, sharing: Sharing) -> HutNeeds:
    """Find which areas cause which hut of a design."""
    offices, hubs = design.offices, design.hubs
    if offices.rules is None or not offices.hut_nodes:
        return HutNeeds({})
    loads = [Load(hub.node, hub.splitters, farthest_m(ground.supply, ground.graph, hub)) for hub in hubs]
    return areas_of_huts(
        ground.supply, ground.prices, loads, [hub.area for hub in hubs], offices.of_hub, offices.site_of_node,
        offices.hut_nodes, offices.rules, sharing.parent_of_area,
    )  # fmt: skip


def _homes(
    ground: Ground, design: Design, stations: Sequence[tuple[int, tuple[int, ...]]]
) -> dict[int, tuple[int, ...]]:
    """Areas with a location or station per node."""
    homes: dict[int, set[int]] = {node: set(users) for node, users in stations}
    for hub in design.hubs:
        for node in ground.graph.location_node[list(hub.rows)].tolist():
            homes.setdefault(node, set()).add(hub.area)
    return {node: tuple(sorted(areas)) for node, areas in homes.items()}


def _leave_out(detour: Detour, land: Land, design: Design, along: NDArray[np.float64], moved: Moved) -> None:
    """Charge what a detour's link would save to the areas without which there is no saving."""
    nodes = list(detour.nodes)
    share = land.cents[nodes] * (detour.cents / float(land.cents[nodes].sum()))
    along[nodes] -= share
    for node, cents in zip(nodes, share.tolist(), strict=True):
        key = design.owner_of_node[node], detour.areas, land.needing[node]
        moved[key] = moved.get(key, 0.0) + cents


def charge_parts(
    design: Design, book: Rulebook, needs: HutNeeds, needing: Mapping[int, tuple[int, ...]], moved: Moved
) -> tuple[Segment, ...]:
    """List costs that are spent once when any of some areas needs them, or for another area than the one charged.

    Parameters
    ----------
    design
        Hubs, offices and stations, its owners of nodes known.
    needs, needing
        Which areas cause which hut, and per node those that need its edge upward.
    moved
        What else is spent for another area than the one charged, as `size_feeders` finds it.

    Returns
    -------
    tuple of Segment
        Huts and stations, then what moves from an area to another; none hangs from a segment.
    """
    parts = [*_huts(design, book, needs, needing), *_stations(design.uplinks, book)]
    parts += [(cents, areas, owner, also) for (owner, areas, also), cents in sorted(moved.items())]
    return tuple(
        Segment(parent=-1, cost=round(cents / 100, 2), areas=areas, owner=owner, also=also)
        for cents, areas, owner, also in parts
        if {owner} != {*areas, *also} and round(cents)
    )


def _huts(design: Design, book: Rulebook, needs: HutNeeds, needing: Mapping[int, tuple[int, ...]]) -> Iterator[Part]:
    """Yield every hut that feeds hubs.

    What either of two huts may serve asks for one where nobody needs the two: it joins all who need any of them, and
    takes back what those would pay twice.
    """
    ports, most = ports_at(design.offices, design.hubs), int(book.engineering_value("hut_capacity"))
    price = 100 * book.rate("hut").likely
    payer = {node: design.owner_of_node.get(node, areas[0]) for node, areas in needs.of_hut.items() if areas}
    for node, owner in payer.items():
        modules = max(-(-ports.get(node, 0) // most), 1)
        yield price * modules, needs.of_hut[node], owner, needing.get(node, ())
    for one, other, areas in needs.either:
        both = {*needs.of_hut[one], *needs.of_hut[other]}
        also = tuple(sorted({*needing.get(one, ()), *needing.get(other, ())}))
        yield price, tuple(sorted(both | set(areas))), payer[one], also
        yield -price, tuple(sorted(both)), payer[one], also


def _stations(uplinks: Sequence[Uplink], book: Rulebook) -> Iterator[Part]:
    """Yield every tower and cabinet: fitting it out and its port; its radios are left with who pays."""
    for uplink in uplinks:
        station = uplink.station
        item = "cabinet_upgrade"
        if station.kind == "tower":
            item = "tower" if station.is_new else "tower_upgrade"
        yield 100 * (book.rate(item).likely + book.rate("backhaul_port").likely), uplink.users, uplink.area, ()


def size_feeders(
    ground: Ground, design: Design, book: Rulebook, needs: HutNeeds, needing: Mapping[int, tuple[int, ...]]
) -> tuple[NDArray[np.float64], Moved]:
    """Split what feeder cable costs into what any of its ends asks for and what grows with the fibers in it.

    Any end at all takes the smallest cable: cents per node, on its edge upward, with the handholes there, and moved
    where not all that need the edge are ends. What a larger cable costs beyond that is spent for the areas whose fibers
    are in it, in their proportion.
    """
    rates, along, moved = FeederRates.from_book(book), _handholes(ground, book, needing), Moved()
    areas_of, least = _areas_of_sites(design, needs), rates.meter(rates.sizes.fit(1))
    for bundle in design.feeders:
        for row, (sheath, layout) in enumerate(zip(bundle.sheaths, bundle.layouts, strict=True)):
            edges = [(ground.lower(a, b), ground.edge_between(a, b)) for a, b in pairwise(sheath.nodes)]
            meters = [float(ground.graph.length_m[edge]) for _, edge in edges]
            longer = layout.length_mm / 1000 / max(sum(meters), 1e-6)
            fibers, beyond = _ends(bundle, row, areas_of)
            for place, ((node, _), length) in enumerate(zip(edges, meters, strict=True)):
                asking, owner = tuple(sorted(set().union(*beyond[place:]))), design.owner_of_node[node]
                if asking == needing.get(node) or not asking:
                    along[node] += least * longer * length
                else:
                    _move(moved, owner, {asking: 1}, least * longer * length, needing.get(node, ()))
                more = (rates.meter(sheath.fibers) - least) * longer * length
                shares: dict[tuple[int, ...], int] = {(area,): count for area, count in fibers.items()}
                shares = shares or {asking or (owner,): 1}
                _move(moved, owner, shares, more, needing.get(node, ()))
    return along, moved


def _handholes(ground: Ground, book: Rulebook, nodes: Iterable[int]) -> NDArray[np.float64]:
    """Cents of the handholes on the edge above each node, where it is new and buried."""
    supply, cents = ground.supply, np.zeros(ground.graph.node_count + 1)
    each = book.rate("handhole").likely * 100 / book.engineering_value("handhole_spacing_m")
    for node in nodes:
        edge = supply.up_edge[node]
        if edge >= 0 and not supply.is_existing[edge] and ground.prices.placement[edge] == "buried":
            cents[node] = each * float(ground.graph.length_m[edge])
    return cents


def _areas_of_sites(design: Design, needs: HutNeeds) -> dict[str, dict[int, int]]:
    """Per site that a feeder ends at: the areas that ask for it, with the fibers that grow with them."""
    found = {hub.hub_id: {hub.area: hub.splitters} for hub in design.hubs}
    found |= {uplink.station.site_id: dict.fromkeys(uplink.users, 0) for uplink in design.uplinks}
    for node, areas in needs.of_hut.items():
        found[design.offices.site_of_node[node]] = dict.fromkeys(areas, 0)
    return found


def _ends(bundle: Bundle, row: int, areas_of: Mapping[str, Mapping[int, int]]) -> tuple[dict[int, int], list[set[int]]]:
    """Find the fibers by area in a cable, and per stretch of it the areas of the ends at which light leaves there."""
    fibers: dict[int, int] = {}
    beyond: list[set[int]] = [set() for _ in bundle.sheaths[row].nodes[1:]]
    for node, sites in sorted(bundle.ends.items()):
        chain = bundle.chain.get(node, ())
        if row not in chain:
            continue
        onward = (*chain[1:], -1)[chain.index(row)]
        for site, _ in sites:
            for area, count in sorted(areas_of.get(site, {}).items()):
                beyond[bundle.place_of(row, onward, node) - 1].add(area)
                fibers[area] = fibers.get(area, 0) + count
    return {area: count for area, count in sorted(fibers.items()) if count}, beyond


def _move(
    moved: Moved, owner: int, weights: Mapping[tuple[int, ...], int], cents: float, also: tuple[int, ...]
) -> None:
    """Charge cents to areas in proportion to weights, instead of the area that the bill charges."""
    total = sum(weights.values())
    for areas, weight in weights.items():
        moved[owner, areas, also] = moved.get((owner, areas, also), 0.0) + cents * weight / total
