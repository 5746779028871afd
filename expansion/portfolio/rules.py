"""What the planner asked for: must, never, together, before, only; what waits for what; and whether it can hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from expansion.choosing import PortfolioRules
from expansion.errors import InfeasibleError, PlanningError, StudyError, raise_all
from expansion.plan.graph import IntArray
from expansion.portfolio.circles import require_no_circle
from expansion.portfolio.money import padded
from expansion.wording import count


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
        return _everything_needed(self, items)

    def needing(self, item: int) -> NDArray[np.bool_]:
        """Mark the items that cannot stand without one, itself included."""
        return ~_reachable(self, {item})

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


@dataclass(frozen=True, slots=True)
class Links:
    """What initiatives wait for and what waits for them, by item as in `Rules`; `must` names those that must be."""

    waits: tuple[tuple[int, int, int], ...] = ()
    phases: tuple[tuple[int, int, int], ...] = ()
    after_phase: tuple[tuple[int, int], ...] = ()
    initiatives: int = 0
    must: tuple[str, ...] = ()


def _mates(groups: Iterable[tuple[int, ...]]) -> dict[int, list[int]]:
    """Per area the others of its groups."""
    found: dict[int, list[int]] = {}
    for group in groups:
        for area in group:
            found.setdefault(area, []).extend(other for other in group if other != area)
    return found


def read_rules(
    wishes: PortfolioRules, names: tuple[str, ...], parent: IntArray, only: tuple[str, ...], links: Links | None = None
) -> Rules:
    """Turn the study's wishes into rules on rows, and refuse those that contradict each other.

    Parameters
    ----------
    wishes
        The study's `[portfolio]` section.
    names, parent
        Ids of all items, areas first, and per item the row of its parent area (-1 for none).
    only
        Ids of the areas to plan; empty plans freely. They and what they need are then required, all others excluded.
    links
        What initiatives wait for and what waits for them; without it there are no initiatives.

    Raises
    ------
    StudyError
        ``E_AREA_UNKNOWN`` for ids that no area has.
    InfeasibleError
        ``E_RULES`` where must (or only) needs an area that never excludes, or before runs in a circle.
    """
    links = links or Links()
    row = {name: place for place, name in enumerate(names)}
    _require_known(wishes, only, row)
    never = {row[name] for name in wishes.never}
    asked = sorted({row[name] for name in (only or wishes.must)} | {row[name] for name in links.must})
    none = np.zeros(len(names), dtype=bool)
    rules = Rules(
        names=names,
        parent=padded(parent, len(names)),
        required=none,
        asked=_mask(asked, len(names)),
        allowed=~none,
        groups=tuple(tuple(sorted({row[name] for name in group})) for group in wishes.together),
        before=tuple(sorted({(row[first], row[second]) for first, second in wishes.before})),
        waits=links.waits,
        phases=links.phases,
        after_phase=links.after_phase,
        initiatives=links.initiatives,
    )
    require_no_circle(rules)
    required = _everything_needed(rules, asked)
    raise_all(_clashes(rules, asked, never, required))
    allowed = _mask(required, len(names)) if only else _reachable(rules, never)
    return replace(rules, required=_mask(required, len(names)), allowed=allowed)


def _mask(rows: Iterable[int], count: int) -> NDArray[np.bool_]:
    mask = np.zeros(count, dtype=bool)
    mask[sorted(rows)] = True
    return mask


def _require_known(wishes: PortfolioRules, only: tuple[str, ...], row: dict[str, int]) -> None:
    """Refuse ids that no area has."""
    named = {
        "portfolio.must": wishes.must,
        "portfolio.never": wishes.never,
        "portfolio.together": [name for group in wishes.together for name in group],
        "portfolio.before": [name for pair in wishes.before for name in pair],
        "--areas": only,
    }
    errors: list[PlanningError] = []
    for place, ids in named.items():
        strays = sorted(set(ids) - row.keys())
        if strays:
            known = f"the study has {count(len(row), 'area')}, such as {', '.join(sorted(row)[:3]) or 'none'}"
            errors.append(StudyError(f"{place} names unknown areas", code="E_AREA_UNKNOWN", where=strays, hint=known))
    raise_all(errors)


def _everything_needed(rules: Rules, items: Iterable[int]) -> set[int]:
    """Items with all parents, companions and those that must come before."""
    return _closure(_needed_by(rules), items)


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


def _reachable(rules: Rules, never: set[int]) -> NDArray[np.bool_]:
    """Items that may be built: not excluded, and needing none that is."""
    needed = _needed_by(rules)
    return np.array([not (_closure(needed, [item]) & never) for item in range(len(rules.names))], dtype=bool)


def _clashes(rules: Rules, asked: list[int], never: set[int], required: set[int]) -> list[InfeasibleError]:
    """Name each area that was asked for and needs one that is excluded."""
    if not required & never:
        return []
    found = []
    for area in asked:
        barred = sorted(_everything_needed(rules, [area]) & never)
        if barred:
            ids = [rules.names[other] for other in barred]
            words = f"area {rules.names[area]} is asked for and needs areas that portfolio.never excludes"
            hint = "take them out of never, or stop asking for the area"
            found.append(InfeasibleError(words, code="E_RULES", where=ids, hint=hint))
    return found
