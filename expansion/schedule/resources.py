"""How much crews, agencies and roles are asked to do, at most at once and in all."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.specs_schedule import RESOURCES
from expansion.schedule.calendars import EVERY_DAY, WORKDAYS
from expansion.schedule.placing import Placement
from expansion.schedule.tasks import Task
from expansion.schedule.workgraph import WorkGraph
from expansion.study import Study

IntArray = NDArray[np.int64]
CREW, AGENCY, ROLE = "crew", "agency", "role"
Row = tuple[object, ...]


def resources_table(
    study: Study, graph: WorkGraph, placed: Placement, tasks: list[Task], limits: dict[str, int]
) -> pd.DataFrame:
    """List crew kinds, then agencies, then roles of work without either, by name, each with load, peak and utilization.

    An agency or role that bears the name of one before it is called by its kind and name. An agency that the study does
    not limit, and a role, can take on what the plan asks for: the number of these is their peak.

    Parameters
    ----------
    study
        Crews.
    graph, placed, tasks
        The leveled program.
    limits
        Applications at a time of the agencies that have a limit, by name.
    """
    rows = [_crew_row(graph, placed, kind, most) for kind, most in study.schedule.crew_counts().items()]
    names = {str(row[0]) for row in rows}
    agencies = [task.agency if task.duration else "" for task in tasks]
    once = np.ones(len(tasks), dtype=np.int64)
    for agency, mine in _grouped(agencies):
        name = agency if agency not in names else f"{AGENCY} {agency}"
        rows.append(_row(graph, placed, name, mine, once, limits.get(agency, 0), AGENCY))
    names |= {str(row[0]) for row in rows}
    roles = [task.role if task.duration and not task.crew_kind and not task.agency else "" for task in tasks]
    people = np.array([max(task.crew_count, 1) for task in tasks], dtype=np.int64)
    for role, mine in _grouped(roles):
        rows.append(_row(graph, placed, role if role not in names else f"{ROLE} {role}", mine, people, 0, ROLE))
    columns = (column.name for column in RESOURCES.columns)
    return RESOURCES.build({name: list(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)})


def _grouped(names: list[str]) -> list[tuple[str, list[int]]]:
    """Rows of tasks by name, ascending; those without a name are left out."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if name:
            found.setdefault(name, []).append(row)
    return sorted(found.items())


def _crew_row(graph: WorkGraph, placed: Placement, kind: str, most: int) -> Row:
    row = graph.calendars.place(kind)
    used = _used(graph, placed, graph.takers(kind=row).tolist(), graph.demand[:, row])
    offered = _offered(graph.calendars.days[row], graph.room[row], used)
    return (kind, most, float(used.sum()), int(used.max()), _share(used, offered), kind, CREW)


def _row(
    graph: WorkGraph, placed: Placement, name: str, mine: list[int], units: IntArray, limit: int, kind: str
) -> Row:
    """Measure an agency or role; its calendar is workdays where all of its tasks keep to them, else every day."""
    used = _used(graph, placed, mine, units)
    peak = int(used.max())
    office = graph.calendars.place(WORKDAYS)
    calendar = WORKDAYS if all(int(graph.calendar[row]) == office for row in mine) else EVERY_DAY
    days = graph.calendars.days[graph.calendars.place(calendar)]
    offered = _offered(days, np.full(len(used), limit or peak), used)
    return (name, limit or peak, float(used.sum()), peak, _share(used, offered), calendar, kind)


def _used(graph: WorkGraph, placed: Placement, tasks: Iterable[int], demand: IntArray) -> IntArray:
    """Count what tasks take on each day."""
    used = np.zeros(graph.calendars.horizon + 1, dtype=np.int64)
    for task in tasks:
        first = placed.place[task]
        used[graph.calendars.days[graph.calendar[task], first : first + graph.duration[task]]] += demand[task]
    return used


def _offered(days: IntArray, room: IntArray, used: IntArray) -> int:
    """Add up what there is on working days between the first day of use and the last."""
    busy = np.flatnonzero(used)
    if not len(busy):
        return 0
    return int(room[days[(days >= busy[0]) & (days <= busy[-1])]].sum())


def _share(used: IntArray, offered: int) -> float:
    return round(float(used.sum()) / offered, 6) if offered else 0.0
