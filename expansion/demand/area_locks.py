"""Area locks: locations whose areas are one (`areas.together`), and locations that no area holds both of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from expansion.errors import InfeasibleError, PlanningError, StudyError, raise_all
from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray
from expansion.study import AreaRules

Group = tuple[int, IntArray]


def hold_areas(
    rules: AreaRules,
    ids: NDArray[np.object_],
    units: IntArray,
    node: IntArray,
    matrix: csr_matrix,
    groups: list[Group],
) -> tuple[list[Group], list[Finding]]:
    """Join and part areas until the planner's locks hold.

    Areas that a lock joins become one whole; then every area that holds two locations of an `apart` lock is parted:
    each of its locations goes with the nearest of these along roads, and those that a lock joins go as one.

    Parameters
    ----------
    rules
        `together`, `apart` and `max_locations`.
    ids, units, node
        Per row of the study's locations: id, units, and node on the road (-1 where none reaches it).
    matrix
        Meters along the road graph.
    groups
        Settlement and rows of each area; a location lies in one of them at most.

    Returns
    -------
    tuple
        Settlement (of joined areas the first) and rows of each area; findings on locations that lie in no area.

    Raises
    ------
    PlanningErrors
        Every breach at once. As `StudyError`: ``E_LOCK_LOCATION`` unknown location. As `InfeasibleError`:
        ``E_AREA_TOGETHER_APART`` locations both together and apart, ``E_AREA_ROADS`` no road joins them,
        ``E_AREA_FULL`` the joined area holds more units than `areas.max_locations`.
    """
    if not rules.together and not rules.apart:
        return groups, []
    row_of = {str(name): row for row, name in enumerate(ids)}
    _check_known(rules, row_of)
    inside = {row for _, rows in groups for row in rows.tolist()}
    named = [sorted(row_of[name] for name in lock) for lock in (*rules.together, *rules.apart)]
    lost = sorted({row for lock in named for row in lock} - inside)
    held = [[row for row in lock if row in inside] for lock in named]
    together, apart = held[: len(rules.together)], sorted(held[len(rules.together) :])
    leader = _leaders(len(ids), together)
    raise_all(_contradictions(ids, leader, apart) + _roadless(ids, node, matrix, together))
    groups = _join(groups, leader, len(ids))
    for lock in apart:
        groups = [part for group in groups for part in _part(group, leader, lock, node, matrix)]
    raise_all(_too_large(rules.max_locations, ids, units, leader, groups))
    return groups, _lost(ids, lost)


def _check_known(rules: AreaRules, row_of: dict[str, int]) -> None:
    """Refuse ids that no location has."""
    unknown = sorted({name for lock in (*rules.together, *rules.apart) for name in lock if name not in row_of})
    if unknown:
        hint = "take location_id from tables/locations; correct areas.together and areas.apart"
        raise StudyError("no location of this id to lock", code="E_LOCK_LOCATION", where=unknown, hint=hint)


def _leaders(count: int, together: list[list[int]]) -> IntArray:
    """Per location: the first of those that locks join it to, itself where none does."""
    leader = np.arange(count, dtype=np.int64)
    for lock in together:
        known = np.unique(leader[lock])
        leader[np.isin(leader, known)] = known.min(initial=count)
    return leader


def _contradictions(ids: NDArray[np.object_], leader: IntArray, apart: list[list[int]]) -> list[PlanningError]:
    """Name locations that locks both join and part."""
    errors: list[PlanningError] = []
    for lock in apart:
        number = {one: leader[lock].tolist().count(one) for one in leader[lock].tolist()}
        both = [row for row in lock if number[int(leader[row])] > 1]
        if both:
            hint = "remove them from areas.together or from areas.apart"
            text = "locations are to share an area and not to share one"
            errors.append(InfeasibleError(text, code="E_AREA_TOGETHER_APART", where=ids[both], hint=hint))
    return errors


def _roadless(
    ids: NDArray[np.object_], node: IntArray, matrix: csr_matrix, together: list[list[int]]
) -> list[PlanningError]:
    """Name locations that no road joins."""
    errors: list[PlanningError] = []
    _, label = connected_components(matrix, directed=False)
    for lock in together:
        if len(set(label[node[lock]].tolist())) > 1:
            hint = "an area lies along roads that join; correct the road map or remove the lock from areas.together"
            text = "no road joins locations that are to share an area"
            errors.append(InfeasibleError(text, code="E_AREA_ROADS", where=ids[lock], hint=hint))
    return errors


def _join(groups: list[Group], leader: IntArray, count: int) -> list[Group]:
    """Join the areas that locks want as one; the others stay as they are."""
    group_of = np.full(count, -1, dtype=np.int64)
    for number, (_, rows) in enumerate(groups):
        group_of[rows] = number
    first = np.arange(len(groups), dtype=np.int64)
    for row in np.flatnonzero((leader != np.arange(count)) & (group_of >= 0)).tolist():
        pair = first[group_of[[row, int(leader[row])]]]
        first[first == pair.max()] = pair.min()
    joined = []
    for number in np.unique(first).tolist():
        mine = [groups[one] for one in np.flatnonzero(first == number).tolist()]
        joined.append((min(label for label, _ in mine), np.sort(np.concatenate([rows for _, rows in mine]))))
    return joined


def _part(group: Group, leader: IntArray, lock: Sequence[int], node: IntArray, matrix: csr_matrix) -> list[Group]:
    """Part one area so that no two locations of a lock share it; each location goes with the nearest along roads."""
    label, rows = group
    seeds = np.unique(leader[[row for row in lock if row in set(rows.tolist())]].astype(np.int64))
    if len(seeds) < 2:
        return [group]
    kin = leader[rows]
    away = np.stack(
        [dijkstra(matrix, indices=np.unique(node[rows[kin == seed]]), min_only=True)[node[rows]] for seed in seeds]
    )
    side = np.zeros(len(rows), dtype=np.int64)
    for one in np.unique(kin).tolist():
        mine = kin == one
        near = int(np.argmin(np.round(away[:, mine].min(axis=1), 3)))
        side[mine] = np.searchsorted(seeds, one) if one in seeds else near
    return [(label, rows[side == number]) for number in range(len(seeds))]


def _too_large(
    most: int, ids: NDArray[np.object_], units: IntArray, leader: IntArray, groups: list[Group]
) -> list[PlanningError]:
    """Name locations that a lock joins in an area above the largest size."""
    errors: list[PlanningError] = []
    for _, rows in groups:
        kin, number = np.unique(leader[rows], return_counts=True)
        total = int(units[rows].sum())
        if total > most and (number > 1).any():
            asked = ids[rows[np.isin(leader[rows], kin[number > 1])]]
            text = f"joined, the areas of these locations hold {total} units; areas.max_locations is {most}"
            hint = "raise areas.max_locations, keep more apart, or remove the lock from areas.together"
            errors.append(InfeasibleError(text, code="E_AREA_FULL", where=asked, hint=hint))
    return errors


def _lost(ids: NDArray[np.object_], lost: list[int]) -> list[Finding]:
    """Name locked locations that lie in no area."""
    if not lost:
        return []
    text = "area locks name locations that lie in no area: not eligible, or no road reaches them"
    return [find("W_AREA_LOCK_IDLE", "warning", text, ids[lost], repair="remove them from areas.together and apart")]
