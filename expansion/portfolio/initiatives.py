"""Initiatives without a map as items of the choice: what they cost, whom they take, what waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from expansion.choosing import Initiative
from expansion.errors import PlanningError, StudyError, raise_all
from expansion.plan.graph import IntArray
from expansion.portfolio.wishes import Links

PHASE = "phase:"


@dataclass(frozen=True, slots=True)
class Programs:
    """Initiatives by row: cents in a year, years that they run, and what they are linked with."""

    rows: tuple[Initiative, ...]
    yearly: IntArray
    runs: IntArray
    links: Links


def read_initiatives(given: Sequence[Initiative], areas: tuple[str, ...], years: int, workdays: int) -> Programs:
    """Read the study's initiatives, in the order of their ids.

    Parameters
    ----------
    given
        Rows of `[[portfolio.initiatives]]`.
    areas
        Ids of the areas, which are the items before the initiatives.
    years
        Number of build years; what runs longer is cut there.
    workdays
        Days after which what waits for an initiative waits for another build year; within one the schedule waits.

    Raises
    ------
    StudyError
        ``E_INITIATIVE`` for an id that an area has, and for what it waits for or holds that is not there.
    """
    rows = tuple(sorted(given, key=lambda row: row.id))
    place = {name: row for row, name in enumerate((*areas, *(row.id for row in rows)))}
    raise_all(_breaches(rows, areas, place))
    links = Links(
        waits=_waits(rows, place, len(areas), workdays),
        phases=tuple(
            (place[row.id], _phase(word), _lag(row, workdays))
            for row in rows
            for word in row.before
            if _phase(word) > 1
        ),
        after_phase=tuple((place[row.id], _phase(word)) for row in rows for word in row.after if _phase(word)),
        initiatives=len(rows),
        must=tuple(row.id for row in rows if row.must),
    )
    yearly = np.array([round(row.cost_per_year * 100) for row in rows], dtype=np.int64)
    return Programs(rows, yearly, np.array([min(row.years, max(years, 1)) for row in rows], dtype=np.int64), links)


def _phase(word: str) -> int:
    """Read the number of a phase; 0 where the word names something else.

    Examples
    --------
    >>> _phase("phase:2"), _phase("A2")
    (2, 0)
    """
    number = word.removeprefix(PHASE)
    return int(number) if word.startswith(PHASE) and number.isascii() and number.isdigit() else 0


def _lag(row: Initiative, workdays: int) -> int:
    """Build years after its beginning in which an initiative is in place: 0 in the same one."""
    return (row.duration_days - 1) // max(workdays, 1)


def _waits(
    rows: tuple[Initiative, ...], place: dict[str, int], areas: int, workdays: int
) -> tuple[tuple[int, int, int], ...]:
    """List who waits for whom, and how many build years at least."""
    lag = {place[row.id]: _lag(row, workdays) for row in rows}
    found = set()
    for row in rows:
        own = place[row.id]
        for word in row.before:
            held = range(areas) if _phase(word) == 1 else [] if _phase(word) else [place[word]]
            found |= {(own, item, lag[own]) for item in held}
        found |= {(place[word], own, lag.get(place[word], 0)) for word in row.after if not _phase(word)}
    return tuple(sorted(found))


def _breaches(rows: tuple[Initiative, ...], areas: tuple[str, ...], place: dict[str, int]) -> list[PlanningError]:
    """Name ids that two things share, and words that name nothing."""
    errors: list[PlanningError] = []
    shared = sorted(set(areas) & {row.id for row in rows})
    if shared:
        hint = "give the initiative another id"
        errors.append(StudyError("initiatives have the id of an area", code="E_INITIATIVE", where=shared, hint=hint))
    named = {"before": [row.before for row in rows], "after": [row.after for row in rows]}
    for key, words in named.items():
        lost = sorted({word for one in words for word in one if not _phase(word) and word not in place})
        if lost:
            hint = 'name areas and initiatives by id, and phases as "phase:1"'
            message = f"portfolio.initiatives.{key} names what is neither area, initiative nor phase"
            errors.append(StudyError(message, code="E_INITIATIVE", where=lost, hint=hint))
    return errors
