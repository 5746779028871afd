"""Rules on items: what must or may be built, together, in which order, and what waits for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.plan.graph import IntArray


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules on items: rows of areas, then of initiatives.

    Attributes
    ----------
    names
        Ids of the items.
    parent
        Per item its parent area, -1 for none; built in the same year or earlier.
    required
        Items that must be built: asked for, or needed by those.
    asked
        Of which the planner asked for by name.
    allowed
        Items that may be built at all.
    groups
        Items that are built in the same year or not at all.
    before
        Pairs: the second is built only in a year after the first.
    waits
        Triples: the second begins at least so many years after the first, 0 in the same year, and not without it.
    phases
        Triples of an initiative, a phase and years: areas of that phase, the so-maniest year in which any is built,
        and of later ones are built at least so many years after the initiative begins.
    after_phase
        Pairs of an initiative and a phase, which is reached when the initiative begins.
    initiatives
        How many of the items, the last ones, are initiatives.
    """

    names: tuple[str, ...]
    parent: IntArray
    required: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    allowed: NDArray[np.bool_]
    groups: tuple[tuple[int, ...], ...]
    before: tuple[tuple[int, int], ...]
    waits: tuple[tuple[int, int, int], ...] = ()
    phases: tuple[tuple[int, int, int], ...] = ()
    after_phase: tuple[tuple[int, int], ...] = ()
    initiatives: int = 0

    def needs(self, item: int) -> set[int]:
        """Items that an item brings along in its own year at the latest: parents, companions, what it waits for."""
        return self.bundles([item])[0]

    def bundles(self, items: Iterable[int]) -> list[set[int]]:
        """Per item what it brings along in its own year at the latest, itself included."""
        along = _mates(self.groups)
        for first, second, lag in self.waits:
            if lag == 0:
                along.setdefault(second, []).append(first)
        return [self._bundle(item, along) for item in items]

    def _bundle(self, item: int, along: dict[int, list[int]]) -> set[int]:
        found, waiting = {item}, [item]
        while waiting:
            member = waiting.pop()
            above = [int(self.parent[member])] if self.parent[member] >= 0 else []
            for other in [*above, *along.get(member, ())]:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return found

    def everything_needed(self, items: Iterable[int]) -> set[int]:
        """Items with all that they cannot stand without, whenever it is built."""
        return _closure(_needed_by(self), items)

    def needing(self, item: int) -> NDArray[np.bool_]:
        """Mark the items that cannot stand without one, itself included."""
        return ~self.reachable({item})

    def reachable(self, never: set[int]) -> NDArray[np.bool_]:
        """Mark items that may be built: not excluded, and needing none that is."""
        needed = _needed_by(self)
        return np.array([not (_closure(needed, [item]) & never) for item in range(len(self.names))], dtype=bool)

    @property
    def later(self) -> tuple[tuple[int, int, int], ...]:
        """Triples of items of which the second begins a year or more after the first, and by how many at least."""
        ordered = [(first, second, 1) for first, second in self.before]
        return (*ordered, *((first, second, lag) for first, second, lag in self.waits if lag))

    def hold(self, when: IntArray) -> bool:
        """Say whether years per area (-1 is never) keep all rules."""
        chosen = when >= 0
        if (chosen & ~self.allowed).any() or (self.required & ~chosen).any():
            return False
        child = np.nonzero(chosen & (self.parent >= 0))[0]
        above = when[self.parent[child]]
        if ((above < 0) | (above > when[child])).any():
            return False
        if any(len({int(when[area]) for area in group}) > 1 for group in self.groups):
            return False
        order = (*self.later, *(wait for wait in self.waits if not wait[2]))
        if any(when[second] >= 0 and not 0 <= when[first] <= when[second] - lag for first, second, lag in order):
            return False
        return not (self.phases or self.after_phase) or self.phases_hold(when)

    def phases_hold(self, when: IntArray) -> bool:
        """Say whether phases wait for initiatives, and initiatives for phases."""
        areas = when[: len(when) - self.initiatives]
        used = sorted(set(areas[areas >= 0].tolist()))
        for item, phase, lag in self.phases:
            if len(used) >= phase and not 0 <= when[item] <= used[phase - 1] - lag:
                return False
        return all(
            when[item] < 0 or (len(used) >= phase and used[phase - 1] <= when[item]) for item, phase in self.after_phase
        )


def _mates(groups: Iterable[tuple[int, ...]]) -> dict[int, list[int]]:
    """Per area the others of its groups."""
    found: dict[int, list[int]] = {}
    for group in groups:
        for area in group:
            found.setdefault(area, []).extend(other for other in group if other != area)
    return found


def _needed_by(rules: Rules) -> dict[int, list[int]]:
    """Per item those that it cannot stand without."""
    found = _mates(rules.groups)
    for item, above in enumerate(rules.parent.tolist()):
        if above >= 0:
            found.setdefault(item, []).append(above)
    for first, second in (*rules.before, *((first, second) for first, second, _ in rules.waits)):
        found.setdefault(second, []).append(first)
    return found


def _closure(needed: dict[int, list[int]], items: Iterable[int]) -> set[int]:
    found, waiting = set(items), list(items)
    while waiting:
        for other in needed.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
