"""What several areas use and the bill charges to one: huts, stations, and what feeder cable costs by its size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from expansion.network.detours import Detour, Land, find_detours, survey_land
from expansion.network.ground import Ground
from expansion.network.huts import FeederRates
from expansion.network.light import Bundle
from expansion.network.offices import ports_at
from expansion.network.records import Design
from expansion.network.shared import Sharing, all_who_need, cut_segments
from expansion.network.uplinks import Uplink
from expansion.plan.locks import Locks
from expansion.plan.plan import Segment
from expansion.rulebook import Rulebook

Moved = dict[tuple[int, tuple[int, ...]], float]
"""Cents by the area that the bill charges and the areas of which any one causes them."""


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
    along, moved = size_feeders(ground, design, book)
    if locks is not None:
        homes = _homes(ground, design, stations)
        land = survey_land(ground, needing, homes, along, locks.pinned, sharing.parent_of_area)
        for detour in find_detours(ground, land, locks.avoided):
            _leave_out(detour, land, design, along, moved)
    return cut_segments(ground.supply, ground.prices, sharing, along, needing) + charge_parts(design, book, moved)


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
        key = design.owner_of_node[node], detour.areas
        moved[key] = moved.get(key, 0.0) + cents


def charge_parts(design: Design, book: Rulebook, moved: Moved) -> tuple[Segment, ...]:
    """List costs that are spent once when any of some areas needs them, or for another area than the one charged.

    Parameters
    ----------
    design
        Hubs, offices and stations, its owners of nodes known.
    moved
        What else is spent for another area than the one charged, as `size_feeders` finds it.

    Returns
    -------
    tuple of Segment
        Huts and stations, then what moves from an area to another; none hangs from a segment.
    """
    parts = [*_huts(design, book), *_stations(design.uplinks, book)]
    parts += [(cents, areas, owner) for (owner, areas), cents in sorted(moved.items())]
    return tuple(
        Segment(parent=-1, cost=round(cents / 100, 2), areas=areas, owner=owner)
        for cents, areas, owner in parts
        if areas != (owner,) and round(cents) > 0
    )


def _huts(design: Design, book: Rulebook) -> Iterator[tuple[float, tuple[int, ...], int]]:
    """Yield cents, areas that need it and area that is charged for it, of every hut that feeds hubs."""
    ports, most = ports_at(design.offices, design.hubs), int(book.engineering_value("hut_capacity"))
    for node in design.offices.hut_nodes:
        needing = design.offices.areas_of_hut.get(node, ())
        if needing:
            modules = max(-(-ports.get(node, 0) // most), 1)
            payer = design.owner_of_node.get(node, needing[0])
            yield 100 * book.rate("hut").likely * modules, needing, payer


def _stations(uplinks: Sequence[Uplink], book: Rulebook) -> Iterator[tuple[float, tuple[int, ...], int]]:
    """Yield the same of every tower and cabinet: fitting it out and its port; its radios are left with who pays."""
    for uplink in uplinks:
        station = uplink.station
        item = "cabinet_upgrade"
        if station.kind == "tower":
            item = "tower" if station.is_new else "tower_upgrade"
        yield 100 * (book.rate(item).likely + book.rate("backhaul_port").likely), uplink.users, uplink.area


def size_feeders(ground: Ground, design: Design, book: Rulebook) -> tuple[NDArray[np.float64], Moved]:
    """Split what feeder cable costs into what any area below needs and what grows with the fibers in it.

    Any need at all takes the smallest cable and its handholes: cents per node, on its edge upward. What a larger cable
    costs beyond that is spent for the areas whose fibers are in it, in their proportion.
    """
    rates = FeederRates.from_book(book)
    along, moved = np.zeros(ground.graph.node_count + 1), Moved()
    buried = book.rate("handhole").likely * 100 / book.engineering_value("handhole_spacing_m")
    for row, bundle in enumerate(design.feeders):
        loads = _loads(design, row, bundle)
        for sheath, layout, fibers in zip(bundle.sheaths, bundle.layouts, loads, strict=True):
            edges = [(ground.lower(a, b), ground.edge_between(a, b)) for a, b in pairwise(sheath.nodes)]
            meters = [float(ground.graph.length_m[edge]) for _, edge in edges]
            longer = layout.length_mm / 1000 / max(sum(meters), 1e-6)
            least = rates.meter(rates.sizes.fit(1))
            for (node, edge), length in zip(edges, meters, strict=True):
                hole = buried if ground.prices.placement[edge] == "buried" else 0.0
                along[node] += (least * longer + hole) * length
                beyond = (rates.meter(sheath.fibers) - least) * longer * length
                _move(moved, design.owner_of_node[node], fibers, beyond, along, node)
    return along, moved


def _move(
    moved: Moved, owner: int, fibers: dict[int, int], cents: float, along: NDArray[np.float64], node: int
) -> None:
    """Charge cents to areas by their fibers; to all who need the node where no hub's fibers are in the cable."""
    total = sum(fibers.values())
    if not total:
        along[node] += cents
    for area, count in fibers.items():
        moved[owner, (area,)] = moved.get((owner, (area,)), 0.0) + cents * count / total


def _loads(design: Design, row: int, bundle: Bundle) -> list[dict[int, int]]:
    """Fibers of hubs by area, per cable of a bundle, ascending by area."""
    found: list[dict[int, int]] = [{} for _ in bundle.sheaths]
    for hub, its in sorted(enumerate(design.hubs), key=lambda pair: (pair[1].area, pair[0])):
        if design.feeder_of_hub.get(hub) != row:
            continue
        for cable in bundle.chain.get(its.node, ()):
            found[cable][its.area] = found[cable].get(its.area, 0) + its.splitters
    return found
