"""A hub and the locations that it feeds; which area a locked site belongs to."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.locks import Lock, Locks
from expansion.plan.plan import Areas


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub and the locations that it feeds.

    `rows` are rows of the study's locations, ascending; `splitters` is the number of splitters in use, which is also
    the number of feeder fibers; `binds` names what decides that these locations, and no more, are on it.
    """

    hub_id: str
    area: int
    node: int
    rows: tuple[int, ...]
    units: int
    capacity: int
    splitters: int
    binds: str = "cost"


def areas_of_sites(graph: RoadGraph, locks: Locks, area_of: IntArray) -> dict[int, list[Lock]]:
    """Give every locked site to the area of the location whose access node lies nearest in a straight line."""
    rows = np.flatnonzero((graph.location_node >= 0) & (area_of >= 0))
    found: dict[int, list[Lock]] = {}
    for lock in locks.sites if len(rows) else ():
        at = graph.location_node[rows]
        away = np.round(np.hypot(graph.x[at] - graph.x[lock.node], graph.y[at] - graph.y[lock.node]), 3)
        found.setdefault(int(area_of[rows[int(np.argmin(away))]]), []).append(lock)
    return found


def locked_nodes(graph: RoadGraph, locks: Locks, areas: Areas, asked: Container[int]) -> IntArray:
    """Nodes of the locked sites that belong to the areas asked for."""
    held = areas_of_sites(graph, locks, areas.of_location)
    return np.array([lock.node for area in sorted(held) if area in asked for lock in held[area]], dtype=np.int64)
