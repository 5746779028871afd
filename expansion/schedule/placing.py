"""Place tasks one by one on their calendars and crews: forward as early, or backward as late as each fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from expansion.compiled import compile_loop
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where each task stands: place of its first working day on its calendar, start and finish point in days."""

    place: IntArray
    start: IntArray
    finish: IntArray


class Loops(NamedTuple):
    """What the compiled passes read of a `WorkGraph`; names as there, `days` and `counted` (`index`) of its days."""

    duration: IntArray
    calendar: IntArray
    earliest: IntArray
    need_start: IntArray
    need_kind: IntArray
    need_count: IntArray
    room: IntArray
    before: IntArray
    after: IntArray
    kind: IntArray
    lag: IntArray
    in_start: IntArray
    in_links: IntArray
    out_start: IntArray
    out_links: IntArray
    days: IntArray
    counted: IntArray


def loops_of(graph: WorkGraph, *, crews: bool = True) -> Loops:
    """Arrays of a graph for the compiled passes, without crews where their limits shall not hold."""
    none = np.zeros(graph.count + 1, dtype=np.int64)
    return Loops(
        graph.duration, graph.calendar, graph.earliest, graph.need_start if crews else none, graph.need_kind,
        graph.need_count, graph.room, graph.before, graph.after, graph.kind, graph.lag, graph.in_start,
        graph.in_links, graph.out_start, graph.out_links, graph.calendars.days, graph.calendars.index,
    )  # fmt: skip


def place_by_priority(graph: WorkGraph, key: FloatArray, *, crews: bool = True) -> Placement:
    """Place tasks one by one, the smallest key among those whose predecessors stand first, each as early as it fits.

    The result is active: no task could start a day earlier with everything else fixed.

    Parameters
    ----------
    graph
        Tasks, links, calendars, crews.
    key
        Priority per task, small first; ties by row.
    crews
        Whether crew limits hold; without them the placement is the early start of the critical path method.

    Raises
    ------
    ValueError
        If a task never finds its crews within the horizon of the calendars.

    References
    ----------
    R. Kolisch, "Serial and parallel resource-constrained project scheduling methods revisited", European Journal of
    Operational Research 90 (1996) 320-333.
    """
    place = np.zeros(graph.count, dtype=np.int64)
    start, finish = place.copy(), place.copy()
    loops = loops_of(graph, crews=crews)
    if not place_forward(loops, np.asarray(key, dtype=np.float64), place, start, finish):
        raise ValueError("a task never finds its crews before the calendars end")
    return Placement(place, start, finish)


def placement_at(graph: WorkGraph, place: IntArray) -> Placement:
    """Start and finish points of tasks at places of their calendars."""
    days = graph.calendars.days
    start = days[graph.calendar, place]
    last = days[graph.calendar, place + np.maximum(graph.duration, 1) - 1] + 1
    return Placement(place, start, np.where(graph.duration > 0, last, start))


@compile_loop
def place_forward(loops: Any, key: FloatArray, place: IntArray, start: IntArray, finish: IntArray) -> bool:
    """Place all tasks as `place_by_priority`; whether each found its crews before the calendars end."""
    count = len(loops.duration)
    used = np.zeros_like(loops.room)
    waiting = loops.in_start[1:] - loops.in_start[:-1]
    ready = np.empty(count, dtype=np.int64)
    ready_count = np.int64(0)  # a plain 0 would make numba compile the callees twice
    for task in range(count):
        if waiting[task] == 0:
            ready[ready_count] = task
            ready_count += 1
    while ready_count > 0:
        task = _take(ready, ready_count, key, 1.0)
        ready_count -= 1
        row, length = loops.calendar[task], loops.duration[task]
        where = _earliest(loops, task, start, finish)
        where = _fit(loops, used, task, where)
        if where < 0:
            return False
        _occupy(loops, used, task, where)
        place[task] = where
        start[task] = loops.days[row, where]
        finish[task] = loops.days[row, where + length - 1] + 1 if length > 0 else start[task]
        for link in loops.out_links[loops.out_start[task] : loops.out_start[task + 1]]:
            waiting[loops.after[link]] -= 1
            if waiting[loops.after[link]] == 0:
                ready[ready_count] = loops.after[link]
                ready_count += 1
    return True


@compile_loop
def _take(ready: IntArray, count: int, key: FloatArray, sign: float) -> int:
    """Take the ready task of the smallest key times sign, then row times sign; the last one takes its slot."""
    best = 0
    for slot in range(1, count):
        first, second = ready[slot], ready[best]
        difference = sign * (key[first] - key[second])
        if difference < 0 or (difference == 0 and sign * (first - second) < 0):
            best = slot
    task = ready[best]
    ready[best] = ready[count - 1]
    return int(task)


@compile_loop
def _occupy(loops: Any, used: IntArray, task: int, where: int) -> None:
    """Count a task's crews on its working days from a place on."""
    row = loops.calendar[task]
    for need in range(loops.need_start[task], loops.need_start[task + 1]):
        for number in range(where, where + loops.duration[task]):
            used[loops.need_kind[need], loops.days[row, number]] += loops.need_count[need]


@compile_loop
def _earliest(loops: Any, task: int, start: IntArray, finish: IntArray) -> int:
    """Place on the task's calendar that its own first day and its links allow."""
    row, length = loops.calendar[task], loops.duration[task]
    from_start, from_finish = loops.earliest[task], -1
    for link in loops.in_links[loops.in_start[task] : loops.in_start[task + 1]]:
        before, kind = loops.before[link], loops.kind[link]
        point = (start[before] if kind == 1 or kind == 3 else finish[before]) + loops.lag[link]
        if kind <= 1:
            from_start = max(from_start, point)
        else:
            from_finish = max(from_finish, point)
    where = loops.counted[row, from_start]
    if from_finish > 0:
        by_finish = loops.counted[row, from_finish - 1] - length + 1 if length > 0 else loops.counted[row, from_finish]
        where = max(where, by_finish)
    return int(where)


@compile_loop
def _fit(loops: Any, used: IntArray, task: int, where: int) -> int:
    """First place from `where` at which no day has too few crews left; -1 if there is none."""
    first, last = loops.need_start[task], loops.need_start[task + 1]
    length = loops.duration[task]
    if first == last:
        return where
    row = loops.calendar[task]
    most = loops.counted[row, -1]
    number = where
    while number < where + length:
        if where + length > most:
            return -1
        day = loops.days[row, number]
        for need in range(first, last):
            kind = loops.need_kind[need]
            if used[kind, day] + loops.need_count[need] > loops.room[kind, day]:
                where = number + 1
                break
        number += 1
    return where


@compile_loop
def place_backward(loops: Any, key: FloatArray, deadline: int, start: IntArray, finish: IntArray) -> bool:
    """Place all tasks from the end, the largest key among those whose successors stand first, each as late as it fits.

    First days are not kept. A task that no longer fits after day 0 gets a start below 0 that keeps the order of
    placing, so that the starts order a forward pass in any case.

    Parameters
    ----------
    loops
        From `loops_of`.
    key
        Priority per task, large first; ties by row, last first.
    deadline
        Last finish point allowed.
    start, finish
        Filled with the points of each task.

    Returns
    -------
    bool
        Whether all tasks fit.
    """
    count = len(loops.duration)
    used = np.zeros_like(loops.room)
    waiting = loops.out_start[1:] - loops.out_start[:-1]
    ready = np.empty(count, dtype=np.int64)
    ready_count, missed = np.int64(0), 0
    for task in range(count):
        if waiting[task] == 0:
            ready[ready_count] = task
            ready_count += 1
    while ready_count > 0:
        task = _take(ready, ready_count, key, -1.0)
        ready_count -= 1
        row, length = loops.calendar[task], loops.duration[task]
        where = _fit_back(loops, used, task, _latest(loops, task, deadline, start, finish))
        if where < 0:
            missed += 1
            start[task] = finish[task] = -missed
        else:
            _occupy(loops, used, task, where)
            start[task] = loops.days[row, where]
            finish[task] = loops.days[row, where + length - 1] + 1 if length > 0 else start[task]
        for link in loops.in_links[loops.in_start[task] : loops.in_start[task + 1]]:
            waiting[loops.before[link]] -= 1
            if waiting[loops.before[link]] == 0:
                ready[ready_count] = loops.before[link]
                ready_count += 1
    return missed == 0


@compile_loop
def _latest(loops: Any, task: int, deadline: int, start: IntArray, finish: IntArray) -> int:
    """Last place on the task's calendar that the deadline and its successors allow; below 0 if there is none."""
    row, length = loops.calendar[task], loops.duration[task]
    by_start, by_finish = deadline, deadline
    for link in loops.out_links[loops.out_start[task] : loops.out_start[task + 1]]:
        after, kind = loops.after[link], loops.kind[link]
        point = (start[after] if kind <= 1 else finish[after]) - loops.lag[link]
        if kind == 1 or kind == 3:
            by_start = min(by_start, point)
        else:
            by_finish = min(by_finish, point)
    if min(by_start, by_finish) < 0:
        return -1
    horizon = loops.counted.shape[1] - 1
    where = loops.counted[row, by_start + 1] - 1 if by_start < horizon else horizon
    if length > 0:
        return int(min(where, loops.counted[row, by_finish] - length))
    return int(min(where, loops.counted[row, by_finish + 1] - 1 if by_finish < horizon else horizon))


@compile_loop
def _fit_back(loops: Any, used: IntArray, task: int, where: int) -> int:
    """Last place up to `where` at which no day has too few crews left; below 0 if there is none."""
    first, last = loops.need_start[task], loops.need_start[task + 1]
    length = loops.duration[task]
    if first == last or where < 0:
        return where
    row = loops.calendar[task]
    number = where + length - 1
    while number >= where and where >= 0:
        day = loops.days[row, number]
        for need in range(first, last):
            kind = loops.need_kind[need]
            if used[kind, day] + loops.need_count[need] > loops.room[kind, day]:
                where = number - length
                break
        number -= 1
    return where
