"""What the planner asked for about areas: must, never, together, before, only; and whether it can hold at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.choosing import PortfolioRules
from expansion.errors import InfeasibleError, PlanningError, StudyError, raise_all
from expansion.plan.graph import IntArray
from expansion.wording import count


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules on rows of areas.

    Attributes
    ----------
    names
        Ids of the areas.
    parent
        Per area its parent, -1 for none; built in the same year or earlier.
    required
        Areas that must be built: asked for, or needed by those.
    asked
        Of which the planner asked for by name.
    allowed
        Areas that may be built at all.
    groups
        Areas that are built in the same year or not at all.
    before
        Pairs: the second is built only in a year after the first.
    """

    names: tuple[str, ...]
    parent: IntArray
    required: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    allowed: NDArray[np.bool_]
    groups: tuple[tuple[int, ...], ...]
    before: tuple[tuple[int, int], ...]

    def needs(self, area: int) -> set[int]:
        """Areas that an area brings along in its own year at the latest: parents and companions, itself included."""
        mates = _mates(self.groups)
        found, waiting = {area}, [area]
        while waiting:
            member = waiting.pop()
            above = [int(self.parent[member])] if self.parent[member] >= 0 else []
            for other in [*above, *mates.get(member, ())]:
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return found

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
        return all(when[second] < 0 or 0 <= when[first] < when[second] for first, second in self.before)


def _mates(groups: Iterable[tuple[int, ...]]) -> dict[int, list[int]]:
    """Per area the others of its groups."""
    found: dict[int, list[int]] = {}
    for group in groups:
        for area in group:
            found.setdefault(area, []).extend(other for other in group if other != area)
    return found


def read_rules(wishes: PortfolioRules, names: tuple[str, ...], parent: IntArray, only: tuple[str, ...]) -> Rules:
    """Turn the study's wishes into rules on rows, and refuse those that contradict each other.

    Parameters
    ----------
    wishes
        The study's `[portfolio]` section.
    names, parent
        Ids of all areas, and per area the row of its parent (-1 for none).
    only
        Ids of the areas to plan; empty plans freely. They and what they need are then required, all others excluded.

    Raises
    ------
    StudyError
        ``E_AREA_UNKNOWN`` for ids that no area has.
    InfeasibleError
        ``E_RULES`` where must (or only) needs an area that never excludes, or before runs in a circle.
    """
    row = {name: place for place, name in enumerate(names)}
    _require_known(wishes, only, row)
    never = {row[name] for name in wishes.never}
    asked = sorted({row[name] for name in (only or wishes.must)})
    groups = tuple(tuple(sorted({row[name] for name in group})) for group in wishes.together)
    before = tuple(sorted({(row[first], row[second]) for first, second in wishes.before}))
    rules = Rules(
        names=names,
        parent=parent,
        required=np.zeros(len(names), dtype=bool),
        asked=_mask(asked, len(names)),
        allowed=np.ones(len(names), dtype=bool),
        groups=groups,
        before=before,
    )
    _require_no_circle(rules)
    required = _everything_needed(rules, asked)
    raise_all(_clashes(rules, asked, never, required))
    allowed = _mask(required, len(names)) if only else _reachable(rules, never)
    return Rules(names, parent, _mask(required, len(names)), rules.asked, allowed, groups, before)


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


def _before_needed(rules: Rules, areas: Iterable[int]) -> list[int]:
    """Areas that must stand in an earlier year than some of `areas`."""
    members = set(areas)
    return [first for first, second in rules.before if second in members]


def _everything_needed(rules: Rules, areas: Iterable[int]) -> set[int]:
    """Areas with all parents, companions and those that must come before."""
    found: set[int] = set()
    waiting = list(areas)
    while waiting:
        area = waiting.pop()
        if area in found:
            continue
        bundle = rules.needs(area)
        waiting += _before_needed(rules, bundle)
        waiting += sorted(bundle - {area} - found)
        found.add(area)
    return found


def _reachable(rules: Rules, never: set[int]) -> NDArray[np.bool_]:
    """Areas that may be built: not excluded, and needing none that is."""
    every = range(len(rules.names))
    return np.array([not (_everything_needed(rules, [area]) & never) for area in every], dtype=bool)


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


def _require_no_circle(rules: Rules) -> None:
    """Refuse a `before` that parents, companions or other `before` rules turn around."""
    if not rules.before:
        return
    arcs = [(int(above), area) for area, above in enumerate(rules.parent.tolist()) if above >= 0]
    arcs += [(a, b) for group in rules.groups for a in group for b in group if a != b]
    arcs += rules.before
    size = len(rules.names)
    tail, head = zip(*arcs, strict=True)
    matrix = coo_matrix((np.ones(len(arcs)), (tail, head)), shape=(size, size))
    _, label = connected_components(matrix.tocsr(), directed=True, connection="strong")
    turned = [(first, second) for first, second in rules.before if label[first] == label[second]]
    if turned:
        first, second = turned[0]
        circle = [rules.names[area] for area in np.nonzero(label == label[first])[0]]
        raise InfeasibleError(
            f"{rules.names[first]} cannot come before {rules.names[second]}: parents, together and before form a ring",
            code="E_RULES",
            where=circle,
            hint="drop one of the rules that name these areas",
        )
