"""Who is promised to which locked hub or terminal: what drops, ports and the way of the light allow, and what not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.site_locks import some_locations, unmet
from expansion.network.terminals import Terminal
from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray
from expansion.plan.locks import Lock, Locks
from expansion.wording import count

_WHY = {
    "drop": ("the drop would be {most}{over:.0f} m longer than network.drop_max_m", "m",
             "move the terminal toward them, or assign fewer"),
    "way": ("no new route leads from it to them", "", "assign them to a place on their own road"),
    "idle": ("it cannot stand there", "", "move the terminal's lock, or remove the assignment"),
    "ports": ("its ports are taken, {most}{over:.0f} more would be needed", "ports",
              "assign fewer, lock a larger hub, or a second terminal"),
    "span": ("{most}{over:.0f} m farther along the route than it may feed", "m",
             "move the hub toward them, or assign fewer"),
    "area": ("they lie in another area than it", "", "join the areas by areas.together"),
    "hub": ("they are fed from another hub than the others on it", "", "assign them to the same hub"),
}  # fmt: skip
"""Per reason: in words, the unit of what is too much, and what to do."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A location that a lock cannot have: the lock and the one that was to feed it, the reason, and by how much."""

    lock_id: str
    to: str
    reason: str
    row: int
    over: float = 0.0


@dataclass(frozen=True, slots=True)
class Pledges:
    """What locks promise to the locations of one design.

    Attributes
    ----------
    at
        Node of the terminal that serves a location, per row of the study's locations.
    to
        Lock of the hub that feeds a location, per row.
    lock_of
        Id of the assignment per row and id of the lock that feeds it; a terminal's own id where it chose the row.
    """

    at: Mapping[int, int] = field(default_factory=dict)
    to: Mapping[int, Lock] = field(default_factory=dict)
    lock_of: Mapping[tuple[int, str], str] = field(default_factory=dict)
    terminal_at: Mapping[int, str] = field(default_factory=dict)

    def kin(self, row: int) -> tuple[int, ...]:
        """Rows that one terminal serves by its lock, and so one hub: the row itself at least."""
        node = self.at.get(row)
        return (row,) if node is None else tuple(sorted(other for other, place in self.at.items() if place == node))

    def held_by(self, hub: Hub) -> dict[int, int]:
        """Rows of a hub with the node of the terminal that a lock wants for each; a terminal has one hub."""
        mine = {row: self.at[row] for row in hub.rows if row in self.at}
        return {row: node for row, node in mine.items() if self.kin(row)[0] in mine}


def make_pledges(
    ground: Ground, locks: Locks, rows: IntArray, units: Sequence[int], *, drop_max_m: float, ports: int
) -> tuple[Pledges, list[Miss], list[Finding]]:
    """Choose the locations that each locked terminal serves, and list those pledged to hubs.

    A terminal serves the locations assigned to it, nearest first, as far as the longest drop and its ports allow; one
    to which none is assigned serves the nearest location in its reach that no other terminal's lock names.

    Parameters
    ----------
    ground
        The forest with all its locations.
    locks
        Of the study.
    rows, units
        Rows of the locations to be served; units per row of the study's locations.
    drop_max_m, ports
        Longest drop; ports of the largest terminal on offer.

    Returns
    -------
    tuple
        Pledges; locations that a terminal's lock cannot have; a finding per locked terminal that nobody needs.
    """
    served = set(rows.tolist())
    lock_of = {
        (row, lock.target): lock.lock_id for lock in locks.of("assignment") for row in lock.rows if row in served
    }
    hubs = {row: lock for lock in locks.hubs for row, target in lock_of if target == lock.lock_id}
    named = {row for row, target in lock_of if target not in {lock.lock_id for lock in locks.hubs}}
    filling = _Filling(ground, units, drop_max_m, ports)
    idle: list[Finding] = []
    for lock in locks.of("terminal"):
        mine = sorted(row for row, target in lock_of if target == lock.lock_id)
        for drop, row in sorted((filling.drop_m(lock, row), row) for row in mine):
            filling.serve(lock, row, drop, lock_of[row, lock.lock_id])
    for lock in locks.of("terminal"):
        if lock.node >= 0 and lock.node not in filling.used:
            free = [row for row in rows.tolist() if row not in named]
            idle += filling.serve_nearest(lock, free)
    terminal_at = {lock.node: lock.lock_id for lock in locks.of("terminal") if lock.node in filling.used}
    lock_of |= {(row, terminal_at[node]): terminal_at[node] for row, node in filling.at.items() if row not in named}
    return Pledges(filling.at, hubs, lock_of, terminal_at), filling.misses, idle


class _Filling:
    """Fills locked terminals with the locations that drops and ports allow."""

    def __init__(self, ground: Ground, units: Sequence[int], drop_max_m: float, ports: int) -> None:
        self.ground, self.units, self.drop_max_m, self.ports = ground, units, drop_max_m, ports
        self.at: dict[int, int] = {}
        self.used: dict[int, int] = {}
        self.misses: list[Miss] = []

    def drop_m(self, lock: Lock, row: int) -> float:
        """Drop from a locked terminal to a location along the route; infinite where no new route joins them."""
        supply, graph = self.ground.supply, self.ground.graph
        home = int(graph.location_node[row])
        if lock.node < 0 or supply.above[lock.node] < 0 or supply.root(home) != supply.root(lock.node):
            return float("inf")
        way = supply.way(lock.node, home)
        if any(supply.is_existing[self.ground.edge_between(a, b)] for a, b in pairwise(way)):
            return float("inf")
        return round(round(supply.between_m(lock.node, home), 3) + float(graph.drop_m[row]), 3)

    def serve(self, lock: Lock, row: int, drop_m: float, assignment: str) -> None:
        """Serve a location that is assigned, or say why not."""
        held = self.used.get(lock.node, 0)
        lacking = held + self.units[row] - self.ports if held else 0
        if lock.node < 0:
            self.misses.append(Miss(assignment, lock.lock_id, "idle", row))
        elif not np.isfinite(drop_m):
            self.misses.append(Miss(assignment, lock.lock_id, "way", row))
        elif drop_m > self.drop_max_m:
            self.misses.append(Miss(assignment, lock.lock_id, "drop", row, round(drop_m - self.drop_max_m, 3)))
        elif lacking > 0:
            self.misses.append(Miss(assignment, lock.lock_id, "ports", row, float(lacking)))
        else:
            self._take(lock, row)

    def serve_nearest(self, lock: Lock, rows: Iterable[int]) -> list[Finding]:
        """Serve the location with the shortest drop; a finding where locations lie near and none in reach."""
        near = [row for row in rows if row not in self.at and self._is_near(lock, row)]
        drop, row = min(((self.drop_m(lock, row), row) for row in near), default=(float("inf"), -1))
        if drop <= self.drop_max_m:
            self._take(lock, row)
        elif near:
            text = f"no location lies within a drop of {self.drop_max_m:g} m of {lock.what} along the route"
            return [unmet(lock.lock_id, text, "move the lock toward a location, or remove it")]
        return []

    def _is_near(self, lock: Lock, row: int) -> bool:
        graph = self.ground.graph
        home = int(graph.location_node[row])
        away = np.hypot(graph.x[home] - graph.x[lock.node], graph.y[home] - graph.y[lock.node])
        return bool(away <= self.drop_max_m)

    def _take(self, lock: Lock, row: int) -> None:
        self.at[row] = lock.node
        self.used[lock.node] = self.used.get(lock.node, 0) + self.units[row]


def missed_by_hubs(
    ground: Ground, pledges: Pledges, hubs: Sequence[Hub], units: Sequence[int], area_of: IntArray, reach_m: float
) -> list[Miss]:
    """List the locations that a locked hub does not feed although they are assigned to it, with the reason."""
    hub_of = {row: hub for hub in hubs for row in hub.rows}
    stood = {(hub.node, hub.capacity): hub for hub in hubs if hub.binds == "lock"}
    misses = []
    for row, lock in sorted(pledges.to.items()):
        own, asked = hub_of[row], stood.get((lock.node, lock.capacity))
        if own is asked:
            continue
        reason, over = _why_not(ground, lock, asked, row, units, area_of, reach_m)
        misses.append(Miss(pledges.lock_of[row, lock.lock_id], lock.lock_id, reason, row, over))
    return misses


def _why_not(
    ground: Ground, lock: Lock, hub: Hub | None, row: int, units: Sequence[int], area_of: IntArray, reach_m: float
) -> tuple[str, float]:
    """Say why a locked hub cannot feed a location, and by how much."""
    supply, home = ground.supply, int(ground.graph.location_node[row])
    if hub is not None and area_of[row] != hub.area:
        return "area", 0.0
    if supply.above[lock.node] < 0 or supply.root(home) != supply.root(lock.node):
        return "way", 0.0
    far = supply.between_m(home, lock.node) - reach_m
    if far > 0:
        return "span", round(far, 3)
    lacking = (hub.units if hub is not None else 0) + units[row] - lock.capacity
    return ("ports", float(lacking)) if lacking > 0 else ("area" if hub is None else "hub", 0.0)


def missed_by_terminals(pledges: Pledges, terminals: Iterable[Sequence[Terminal]]) -> list[Miss]:
    """List the locations whose hub is another than that of the locked terminal which was to serve them."""
    node_of = {row: terminal.node for mine in terminals for terminal in mine for row in terminal.rows}
    return [
        Miss(pledges.lock_of[row, pledges.terminal_at[node]], pledges.terminal_at[node], "hub", row)
        for row, node in sorted(pledges.at.items())
        if node_of[row] != node
    ]


def missed_findings(misses: Iterable[Miss], ids: Sequence[str]) -> list[Finding]:
    """Say per lock and reason which locations it cannot have."""
    groups: dict[tuple[str, str, str], list[Miss]] = {}
    for miss in misses:
        groups.setdefault((miss.lock_id, miss.to, miss.reason), []).append(miss)
    found = []
    for (lock_id, to, reason), mine in sorted(groups.items()):
        words, unit, repair = _WHY[reason]
        over = max(miss.over for miss in mine)
        names = some_locations([ids[miss.row] for miss in mine])
        text = f"{names} cannot be fed from {to}: {words.format(over=over, most='up to ' if len(mine) > 1 else '')}"
        found.append(unmet(lock_id, text, repair, over if unit else None, unit))
    return found


def idle_hubs(hubs: Iterable[Hub], locked: Mapping[int, Sequence[Lock]]) -> list[Finding]:
    """Name the locked hubs that serve nobody: too far along the route from all of their area, or too small."""
    used = {(hub.node, hub.capacity) for hub in hubs}
    idle = [lock.lock_id for held in locked.values() for lock in held if (lock.node, lock.capacity) not in used]
    if not idle:
        return []
    many = count(len(idle), "locked hub serves", "locked hubs serve")
    text = f"{many} nobody: too far along the route, or too small"
    return [find("W_HUB_IDLE", "warning", text, idle, repair="move the lock, raise its capacity, or remove it")]
