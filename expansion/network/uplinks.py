"""Stations as ends of feeder cable: a tower or cabinet gets its fibers from the office or hut above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.network.offices import Offices
from expansion.network.supply import Supply
from expansion.plan.graph import IntArray
from expansion.plan.plan import Areas
from expansion.plan.technology import Station, Technology


@dataclass(frozen=True, slots=True)
class Uplink:
    """A station that serves somebody of the areas asked for.

    Attributes
    ----------
    station
        The tower or cabinet.
    rows
        Rows of the study's locations that it serves.
    area
        Row of the area that pays for it: the earliest of those served.
    users
        Rows of all areas of which it serves somebody, ascending.
    """

    station: Station
    rows: IntArray
    area: int
    users: tuple[int, ...] = ()

    @property
    def node(self) -> int:
        """Graph node where it stands."""
        return self.station.node


def find_uplinks(
    areas: Areas, outcome: NDArray[np.object_], technology: Technology | None, phase: IntArray
) -> list[Uplink]:
    """List the stations in use by site id."""
    served = np.flatnonzero(np.isin(outcome, ("dsl", "fixed_wireless")))
    if technology is None or not len(served):
        return []
    found = []
    for place in np.unique(technology.station[served]).tolist():
        mine = served[technology.station[served] == place]
        users = sorted(set(areas.of_location[mine].tolist()))
        payer = min(users, key=lambda area: (int(phase[area]), area))
        found.append(Uplink(technology.stations[place], mine, int(payer), tuple(users)))
    return sorted(found, key=lambda uplink: uplink.station.site_id)


def needed_nodes(uplinks: Sequence[Uplink]) -> dict[int, list[int]]:
    """Nodes of stations per area that pays for them."""
    nodes: dict[int, list[int]] = {}
    for uplink in uplinks:
        nodes.setdefault(uplink.area, []).append(uplink.node)
    return nodes


def feeding_node(supply: Supply, offices: Offices, node: int) -> int:
    """Office or hut at or above a station, or the root that its fibers come from."""
    while node not in offices.site_of_node and supply.above[node] != supply.top:
        node = supply.above[node]
    return node


def find_backhauls(supply: Supply, offices: Offices, uplinks: Sequence[Uplink]) -> dict[str, tuple[int, float]]:
    """Per site id the node that a station's fibers come from, and the route meters to it."""
    ends = {uplink.station.site_id: (feeding_node(supply, offices, uplink.node), uplink.node) for uplink in uplinks}
    return {name: (end, round(supply.between_m(node, end), 3)) for name, (end, node) in ends.items()}
