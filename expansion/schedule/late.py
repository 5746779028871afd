"""Late dates and floats: how far each task may slip before it moves another or the finish."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from expansion.schedule.placing import Placement
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]

NEVER = -1  # place of a task that would have to start before the calendar begins


def late_places(graph: WorkGraph, deadline: int) -> Placement:
    """Place every task as late as links allow when nothing may finish after `deadline`, crews aside.

    Parameters
    ----------
    graph
        Tasks and links.
    deadline
        Latest finish point of any task, days from the start.

    Returns
    -------
    Placement
        `place` is negative, and start and finish with it, where a task would have to begin before day 0.
    """
    place = np.zeros(graph.count, dtype=np.int64)
    start = np.zeros(graph.count, dtype=np.int64)
    finish = np.zeros(graph.count, dtype=np.int64)
    for task in graph.order[::-1].tolist():
        limits = start_limit(graph, task, start, finish, deadline)
        place[task], start[task], finish[task] = _last_place(graph, task, *limits)
    return Placement(place, start, finish)


def start_limit(graph: WorkGraph, task: int, start: IntArray, finish: IntArray, deadline: int) -> tuple[int, int]:
    """Latest start point and finish point of a task that its successors at `start` and `finish` allow."""
    by_start, by_finish = deadline, deadline
    for link in graph.out_links[graph.out_start[task] : graph.out_start[task + 1]].tolist():
        kind, after = int(graph.kind[link]), graph.after[link]
        point = int(start[after] if kind <= 1 else finish[after]) - int(graph.lag[link])
        if kind in (1, 3):
            by_start = min(by_start, point)
        else:
            by_finish = min(by_finish, point)
    return by_start, by_finish


def _last_place(graph: WorkGraph, task: int, by_start: int, by_finish: int) -> tuple[int, int, int]:
    """Last place at which a task starts by one point and finishes by another; its start and finish points."""
    calendars, row, length = graph.calendars, int(graph.calendar[task]), int(graph.duration[task])
    if min(by_start, by_finish) < 0:
        return NEVER, NEVER, NEVER
    where = int(calendars.index[row, by_start + 1]) - 1 if by_start < calendars.horizon else calendars.horizon
    if length:
        where = min(where, int(calendars.index[row, by_finish]) - length)
    else:
        where = min(where, int(calendars.index[row, by_finish + 1]) - 1)
    if where < 0:
        return NEVER, NEVER, NEVER
    begin = int(calendars.days[row, where])
    return where, begin, int(calendars.days[row, where + length - 1]) + 1 if length else begin


def total_float(graph: WorkGraph, placed: Placement) -> IntArray:
    """Working days, on each task's own calendar, that it may start later without moving the last finish point."""
    return late_places(graph, int(placed.finish.max(initial=0))).place - placed.place


def free_float(graph: WorkGraph, placed: Placement) -> IntArray:
    """Working days that each task may start later while every task after it stays where it is."""
    deadline = int(placed.finish.max(initial=0))
    found = np.zeros(graph.count, dtype=np.int64)
    for task in range(graph.count):
        limits = start_limit(graph, task, placed.start, placed.finish, deadline)
        found[task] = _last_place(graph, task, *limits)[0] - placed.place[task]
    return found
