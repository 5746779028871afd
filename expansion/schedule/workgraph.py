"""Tasks and links as arrays, and the pass that places tasks one by one on their calendars and crews.

Time is counted in days from the study's start. A task of n >= 1 days that starts on day s works on n working days of
its calendar, the first being s; its finish point is the day after its last working day. A milestone (n = 0) lies at
the start of a working day, which is both its start and its finish point. Links compare points in calendar days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.compiled import compile_loop
from expansion.schedule.calendars import Calendars

IntArray = NDArray[np.int64]

KINDS = ("FS", "SS", "FF", "SF")


@dataclass(frozen=True, slots=True)
class WorkGraph:
    """Tasks as rows of arrays.

    Attributes
    ----------
    calendars
        Working days.
    duration, calendar, demand, earliest
        Per task: working days, row of its calendar, crews at once (0 for none), first day asked for.
    capacity
        Per calendar: crews of that kind, -1 where nothing is limited.
    before, after, kind, lag
        Per link: predecessor, successor, place in `KINDS`, calendar days. The links hold no circle.
    order
        Tasks with every predecessor before its successor; ties by row.
    in_start, in_links
        Links into task t are ``in_links[in_start[t]:in_start[t + 1]]``.
    out_start, out_links
        The same for links out of it.
    """

    calendars: Calendars
    duration: IntArray
    calendar: IntArray
    demand: IntArray
    earliest: IntArray
    capacity: IntArray
    before: IntArray
    after: IntArray
    kind: IntArray
    lag: IntArray
    order: IntArray
    in_start: IntArray
    in_links: IntArray
    out_start: IntArray
    out_links: IntArray

    @property
    def count(self) -> int:
        """Number of tasks."""
        return len(self.duration)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where each task stands: place of its first working day on its calendar, start and finish point in days."""

    place: IntArray
    start: IntArray
    finish: IntArray


def make_graph(
    calendars: Calendars,
    duration: IntArray,
    calendar: IntArray,
    demand: IntArray,
    earliest: IntArray,
    capacity: IntArray,
    links: IntArray,
) -> WorkGraph:
    """Index links both ways and order the tasks.

    Parameters
    ----------
    calendars, duration, calendar, demand, earliest, capacity
        As in `WorkGraph`.
    links
        Shape ``(links, 4)``: predecessor, successor, kind, lag.

    Raises
    ------
    ValueError
        If the links hold a circle.
    """
    table = links.reshape(-1, 4).astype(np.int64)
    before, after, kind, lag = (np.ascontiguousarray(table[:, column]) for column in range(4))
    in_start, in_links = _grouped(after, len(duration))
    out_start, out_links = _grouped(before, len(duration))
    order = _topological(before, after, len(duration))
    return WorkGraph(
        calendars, duration, calendar, demand, earliest, capacity, before, after, kind, lag, order,
        in_start, in_links, out_start, out_links,
    )  # fmt: skip


def _grouped(ends: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Group link numbers by the task at one end."""
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=count), out=start[1:])
    return start, np.argsort(ends, kind="stable").astype(np.int64)


def _topological(before: IntArray, after: IntArray, count: int) -> IntArray:
    """Order tasks by longest chain of links before them, then by row."""
    level = np.zeros(count, dtype=np.int64)
    for _ in range(count + 1):
        raised = level.copy()
        np.maximum.at(raised, after, level[before] + 1)
        if np.array_equal(raised, level):
            return np.lexsort((np.arange(count), level)).astype(np.int64)
        level = raised
    raise ValueError("the links hold a circle")


def place_by_priority(graph: WorkGraph, key: NDArray[np.float64], *, crews: bool = True) -> Placement:
    """Place tasks one by one, the smallest key among those whose predecessors stand first, each as early as it fits.

    The result is active: no task could start a day earlier with everything else fixed.

    Parameters
    ----------
    graph
        Tasks, links, calendars.
    key
        Priority per task, small first; ties by row.
    crews
        Whether crew limits hold; without them the placement is the early start of the critical path method.

    References
    ----------
    R. Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", European Journal of
    Operational Research 90 (1996) 320-333.
    """
    capacity = graph.capacity if crews else np.full_like(graph.capacity, -1)
    place, start, finish = _place(
        np.asarray(key, dtype=np.float64), graph.duration, graph.calendar, graph.demand, graph.earliest, capacity,
        graph.before, graph.after, graph.kind, graph.lag, graph.in_start, graph.in_links, graph.out_start,
        graph.out_links, graph.calendars.days, graph.calendars.index,
    )  # fmt: skip
    return Placement(place, start, finish)


@compile_loop
def _place(
    key: NDArray[np.float64],
    duration: IntArray,
    calendar: IntArray,
    demand: IntArray,
    earliest: IntArray,
    capacity: IntArray,
    before: IntArray,
    after: IntArray,
    kind: IntArray,
    lag: IntArray,
    in_start: IntArray,
    in_links: IntArray,
    out_start: IntArray,
    out_links: IntArray,
    days: IntArray,
    index: IntArray,
) -> tuple[IntArray, IntArray, IntArray]:
    """Place all tasks; see `place_by_priority`."""
    count = len(duration)
    place = np.zeros(count, dtype=np.int64)
    start = np.zeros(count, dtype=np.int64)
    finish = np.zeros(count, dtype=np.int64)
    used = np.zeros(days.shape, dtype=np.int32)
    waiting = in_start[1:] - in_start[:-1]
    ready = np.empty(count, dtype=np.int64)
    ready_count = 0
    for task in range(count):
        if waiting[task] == 0:
            ready[ready_count] = task
            ready_count += 1
    while ready_count > 0:
        best = 0
        for slot in range(1, ready_count):
            first, second = ready[slot], ready[best]
            if key[first] < key[second] or (key[first] == key[second] and first < second):
                best = slot
        task = ready[best]
        ready_count -= 1
        ready[best] = ready[ready_count]
        row, length = calendar[task], duration[task]
        where = _earliest(
            task, row, length, earliest[task], before, kind, lag, in_start, in_links, start, finish, index
        )
        if capacity[row] >= 0 and demand[task] > 0:
            where = _fit(used[row], where, length, capacity[row] - demand[task])
            used[row, where : where + length] += demand[task]
        place[task] = where
        start[task] = days[row, where]
        finish[task] = days[row, where + length - 1] + 1 if length > 0 else start[task]
        for link in out_links[out_start[task] : out_start[task + 1]]:
            waiting[after[link]] -= 1
            if waiting[after[link]] == 0:
                ready[ready_count] = after[link]
                ready_count += 1
    return place, start, finish


@compile_loop
def _earliest(
    task: int,
    row: int,
    length: int,
    first_day: int,
    before: IntArray,
    kind: IntArray,
    lag: IntArray,
    in_start: IntArray,
    in_links: IntArray,
    start: IntArray,
    finish: IntArray,
    index: IntArray,
) -> int:
    """Place on the task's calendar that its own first day and its links allow."""
    from_start, from_finish = first_day, -1
    for link in in_links[in_start[task] : in_start[task + 1]]:
        point = start[before[link]] if kind[link] == 1 or kind[link] == 3 else finish[before[link]]
        point += lag[link]
        if kind[link] <= 1:
            from_start = max(from_start, point)
        else:
            from_finish = max(from_finish, point)
    where = index[row, from_start]
    if from_finish > 0:
        by_finish = index[row, from_finish - 1] - length + 1 if length > 0 else index[row, from_finish]
        where = max(where, by_finish)
    return int(where)


@compile_loop
def _fit(used: NDArray[np.int32], where: int, length: int, room: int) -> int:
    """First place from `where` at which no day has more than `room` crews at work."""
    day = where
    while day < where + length:
        if used[day] > room:
            where = day + 1
        day += 1
    return int(where)
