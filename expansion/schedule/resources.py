"""How much crews and agencies are asked to do, at most at once and in all."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.specs_schedule import RESOURCES
from expansion.schedule.calendars import EVERY_DAY
from expansion.schedule.placing import Placement
from expansion.schedule.tasks import Task
from expansion.schedule.workgraph import WorkGraph
from expansion.study import Study

IntArray = NDArray[np.int64]
CREW, AGENCY = "crew", "agency"


def resources_table(study: Study, graph: WorkGraph, placed: Placement, tasks: list[Task]) -> pd.DataFrame:
    """List crew kinds, then agencies by name, each with load, peak and utilization.

    An agency that bears the name of a crew kind is called so.

    No source says how many permits an agency can work on at once: it has no limit, and its number is its peak.

    Parameters
    ----------
    study
        Crews.
    graph, placed, tasks
        The leveled program.
    """
    rows: list[tuple[object, ...]] = []
    crews = study.schedule.crew_counts()
    for kind, most in crews.items():
        row = graph.calendars.place(kind)
        used = _used(graph, placed, graph.takers(kind=row).tolist(), graph.demand[:, row])
        offered = _offered(graph.calendars.days[row], graph.room[row], used)
        rows.append((kind, most, float(used.sum()), int(used.max()), _share(used, offered), kind, CREW))
    of_agency: dict[str, list[int]] = {}
    for number, task in enumerate(tasks):
        if task.agency and task.duration:
            name = task.agency if task.agency not in crews else f"{AGENCY} {task.agency}"
            of_agency.setdefault(name, []).append(number)
    every_day, once = graph.calendars.days[graph.calendars.place(EVERY_DAY)], np.ones(graph.count, dtype=np.int64)
    for agency, mine in sorted(of_agency.items()):
        used = _used(graph, placed, mine, once)
        peak = int(used.max())
        offered = _offered(every_day, np.full(len(used), peak), used)
        rows.append((agency, peak, float(used.sum()), peak, _share(used, offered), EVERY_DAY, AGENCY))
    names = (column.name for column in RESOURCES.columns)
    return RESOURCES.build({name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)})


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
