"""Authorities that handle only so many applications at a time: what each has room for, and who waits for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.findings import Finding, find
from expansion.schedule.calendars import EVERY_DAY, Calendars
from expansion.schedule.tasks import Task, agency_of
from expansion.study import Study

IntArray = NDArray[np.int64]


def limited_agencies(study: Study, permits: pd.DataFrame) -> dict[str, int]:
    """Applications that each agency of the permits handles at a time, by name; those without a limit are left out.

    A row that names the agency comes before one of its kind.
    """
    by_name = {one.name: one.count for one in study.schedule.agencies if one.name}
    by_kind = {one.kind: one.count for one in study.schedule.agencies if one.kind}
    found = {}
    for authority, kind in zip(permits["authority"].to_list(), permits["authority_kind"].to_list(), strict=True):
        name = agency_of(authority, kind)
        most = by_name.get(name, by_kind.get(str(kind), 0))
        if most:
            found[name] = most
    return dict(sorted(found.items()))


def unknown_agencies(study: Study, permits: pd.DataFrame) -> list[Finding]:
    """Name the limits that no agency of this plan has."""
    kinds = {str(kind) for kind in permits["authority_kind"].to_list()}
    known = limited_agencies(study, permits)
    lost = [one.name or one.kind for one in study.schedule.agencies if one.name not in known and one.kind not in kinds]
    if not lost:
        return []
    message = "agencies are limited to which no permit of this plan goes"
    repair = "name them as table tasks does in agency, or take the rows out of schedule.agencies"
    return [find("W_AGENCY", "info", message, sorted(lost), repair=repair)]


@dataclass(frozen=True, slots=True)
class Desks:
    """What agencies with a limit have room for: columns of demand beside those of the crews, and room per day."""

    demand: IntArray
    room: IntArray
    base: IntArray


def open_desks(tasks: list[Task], limits: dict[str, int], calendars: Calendars) -> Desks:
    """Lay out the room that is left beside what was filed before the first day, which is being worked on.

    Returns
    -------
    Desks
        Demand, shape ``(tasks, agencies)``; room, ``(agencies, horizon + 1)``; the calendar of each.
    """
    names = list(limits)
    demand = np.zeros((len(tasks), len(names)), dtype=np.int64)
    room = np.repeat(np.array(list(limits.values()), dtype=np.int64)[:, None], calendars.horizon + 1, axis=1)
    for row, task in enumerate(tasks):
        if task.agency in limits:
            column = names.index(task.agency)
            if task.is_filed:
                room[column, : task.duration] -= 1
            else:
                demand[row, column] = 1
    base = np.full(len(names), calendars.place(EVERY_DAY), dtype=np.int64)
    return Desks(demand, np.maximum(room, 0), base)


def sequence_desks(agencies: list[str], crews: list[str], numbers: list[tuple[int, ...]]) -> IntArray:
    """Demand of permits that have a place at an agency, a column per agency, as the table of tasks tells it."""
    held = [name if place and not crew else "" for name, crew, place in zip(agencies, crews, numbers, strict=True)]
    names = sorted(set(held) - {""})
    demand = np.zeros((len(held), len(names)), dtype=np.int64)
    for row, name in enumerate(held):
        if name:
            demand[row, names.index(name)] = 1
    return demand
