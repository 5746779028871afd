"""Where locks want huts, and where they want none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.offices import Offices
from expansion.network.site_locks import unmet
from expansion.plan.findings import Finding
from expansion.plan.locks import Lock, Locks


def hut_nodes(
    ground: Ground, locks: Locks, hubs: Sequence[Hub], offices: Sequence[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Find the nodes at which a hut stands by a lock, and those at which none may.

    A locked hut stands where some hub lies at or below it on the way from the core, and no office stands there.
    """
    supply = ground.supply
    standing = [
        lock.node
        for lock in locks.of("hut")
        if supply.above[lock.node] >= 0
        and lock.node not in offices
        and any(supply.begin[lock.node] <= supply.begin[hub.node] < supply.end[lock.node] for hub in hubs)
    ]
    barred = [near for lock in locks.of("no_hut") for near in _within(ground, lock)]
    return frozenset(standing), frozenset(barred)


def _within(ground: Ground, lock: Lock) -> list[int]:
    """Nodes near enough to the place of a lock."""
    spot = shapely.get_coordinates(lock.shape)[0]
    away = np.hypot(ground.graph.x - spot[0], ground.graph.y - spot[1])
    return [int(node) for node in np.flatnonzero(away <= lock.within_m)]


def missed_huts(ground: Ground, locks: Locks, offices: Offices) -> list[Finding]:
    """Say which huts stand where none may, as nothing else keeps the rules, and which locked ones stand nowhere."""
    supply, found = ground.supply, []
    for lock in locks.of("hut"):
        if lock.node not in offices.hut_nodes and supply.above[lock.node] >= 0:
            is_office = lock.node in offices.site_of_node
            why = "an office stands there" if is_office else "no hub lies beyond it on the way from the core"
            repair = "move it along the route toward the office, lock a hub beyond it, or remove it"
            found.append(unmet(lock.lock_id, f"{lock.what} would feed nobody: {why}", repair))
    for lock in locks.of("no_hut"):
        if set(offices.hut_nodes) & set(_within(ground, lock)):
            text = f"{lock.what} cannot be kept: no hut elsewhere keeps the locations within reach, strands and ports"
            found.append(unmet(lock.lock_id, text, "lock a hut at another place, or make within_m smaller"))
    return found
