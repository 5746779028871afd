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
CountArray = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where each task stands: place of its first working day on its calendar, start and finish point in days."""

    place: IntArray
    start: IntArray
    finish: IntArray


class Loops(NamedTuple):
    """What the compiled passes read of a `WorkGraph`; names as there, `days` and `counted` (`index`) of its days.

    `room` and `left` have shape ``(horizon + 1, kinds)``. A pass counts what is `left` of the room on each day while it
    places, and fills it up again before it returns.
    """

    duration: IntArray
    calendar: IntArray
    earliest: IntArray
    days: IntArray
    counted: IntArray
    need_start: IntArray
    need_kind: IntArray
    need_count: IntArray
    room: CountArray
    left: CountArray
    in_start: IntArray
    in_before: IntArray
    in_kind: IntArray
    in_lag: IntArray
    out_start: IntArray
    out_after: IntArray
    out_kind: IntArray
    out_lag: IntArray


def loops_of(graph: WorkGraph, *, crews: bool = True) -> Loops:
    """Arrays of a graph for the compiled passes, without crews where their limits shall not hold."""
    none = np.zeros(graph.count + 1, dtype=np.int64)
    room = np.ascontiguousarray(graph.room.T, dtype=np.int32)
    into, out = graph.in_links, graph.out_links
    return Loops(
        graph.duration, graph.calendar, graph.earliest, graph.calendars.days, graph.calendars.index,
        graph.need_start if crews else none, graph.need_kind, graph.need_count, room, room.copy(),
        graph.in_start, graph.before[into], graph.kind[into], graph.lag[into],
        graph.out_start, graph.after[out], graph.kind[out], graph.lag[out],
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
    duration, calendar, earliest, days, counted = loops[:5]
    need_start, need_kind, need_count, room, left = loops[5:10]
    in_start, in_before, in_kind, in_lag, out_start, out_after, _, _ = loops[10:]
    waiting = in_start[1:] - in_start[:-1]
    ready = np.empty(len(duration), dtype=np.int64)
    ready_count = _first_ready(waiting, ready)
    while ready_count > 0:
        task = _take(ready, ready_count, key, 1.0)
        ready_count -= 1
        row, length = calendar[task], duration[task]
        first, last = in_start[task], in_start[task + 1]
        from_start, from_finish = _reached(first, last, in_before, in_kind, in_lag, start, finish, earliest[task])
        where = _first_place(counted, row, length, from_start, from_finish)
        first, last = need_start[task], need_start[task + 1]
        if first < last:
            where = _fit(left, days, row, counted[row, -1], length, need_kind, need_count, first, last, where)
            if where < 0:
                left[:] = room
                return False
            _occupy(left, days, row, where, length, need_kind, need_count, first, last)
        place[task] = where
        start[task] = days[row, where]
        finish[task] = days[row, where + length - 1] + 1 if length > 0 else start[task]
        ready_count = _release(out_start[task], out_start[task + 1], out_after, waiting, ready, ready_count)
    after = finish.max() if len(finish) > 0 else 0
    left[:after] = room[:after]
    return True


@compile_loop
def _first_ready(waiting: IntArray, ready: IntArray) -> Any:
    """Put the tasks that wait for none into `ready`; their number."""
    count = np.int64(0)  # a plain 0 would make numba compile the callees twice
    for task in range(len(waiting)):
        if waiting[task] == 0:
            ready[count] = task
            count += 1
    return count


@compile_loop
def _release(first: int, last: int, ends: IntArray, waiting: IntArray, ready: IntArray, ready_count: int) -> Any:
    """Let the tasks at the other ends of some links wait for one less; the number that are ready then."""
    for link in range(first, last):
        waiting[ends[link]] -= 1
        if waiting[ends[link]] == 0:
            ready[ready_count] = ends[link]
            ready_count += 1
    return ready_count


@compile_loop
def _take(ready: IntArray, count: int, key: FloatArray, sign: float) -> Any:
    """Take the ready task of the smallest key times sign, then row times sign; the last one takes its slot."""
    best = 0
    for slot in range(1, count):
        first, second = ready[slot], ready[best]
        difference = sign * (key[first] - key[second])
        if difference < 0 or (difference == 0 and sign * (first - second) < 0):
            best = slot
    task = ready[best]
    ready[best] = ready[count - 1]
    return task


@compile_loop
def _occupy(
    left: CountArray,
    days: IntArray,
    row: int,
    where: int,
    length: int,
    kinds: IntArray,
    counts: IntArray,
    first: int,
    last: int,
) -> None:
    """Take the crews of the needs from first to last on working days from a place on."""
    for number in range(where, where + length):
        for need in range(first, last):
            left[days[row, number], kinds[need]] -= counts[need]


@compile_loop
def _is_short(left: CountArray, day: int, kinds: IntArray, counts: IntArray, first: int, last: int) -> bool:
    """Whether a day has too few crews left for the needs from first to last."""
    for need in range(first, last):  # noqa: SIM110 - numba has no generators in any()
        if left[day, kinds[need]] < counts[need]:
            return True
    return False


@compile_loop
def _reached(
    first: int,
    last: int,
    ends: IntArray,
    kinds: IntArray,
    lags: IntArray,
    start: IntArray,
    finish: IntArray,
    earliest: int,
) -> Any:
    """Start point and finish point (-1: none) that a task's first day and its links in allow."""
    from_start, from_finish = earliest, np.int64(-1)
    for link in range(first, last):
        before, kind = ends[link], kinds[link]
        point = (start[before] if kind == 1 or kind == 3 else finish[before]) + lags[link]
        if kind <= 1:
            from_start = max(from_start, point)
        else:
            from_finish = max(from_finish, point)
    return from_start, from_finish


@compile_loop
def _first_place(counted: IntArray, row: int, length: int, from_start: int, from_finish: int) -> Any:
    """First place on a calendar at which a task starts and finishes no earlier than two points."""
    where = counted[row, from_start]
    if from_finish > 0:
        by_finish = counted[row, from_finish - 1] - length + 1 if length > 0 else counted[row, from_finish]
        where = max(where, by_finish)
    return where


@compile_loop
def _fit(
    left: CountArray,
    days: IntArray,
    row: int,
    most: int,
    length: int,
    kinds: IntArray,
    counts: IntArray,
    first: int,
    last: int,
    where: int,
) -> Any:
    """First place from `where` at which no day has too few crews left; -1 if there is none.

    A window is read from its end: a short day moves it past that day, and of the next only the new days are read.
    """
    unread, number = where, where + length - 1
    while number < most:
        if number < unread:
            return where
        if _is_short(left, days[row, number], kinds, counts, first, last):
            unread = where + length
            where = number + 1
            number = where + length
        number -= 1
    return np.int64(-1)


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
    duration, calendar, _, days, counted = loops[:5]
    need_start, need_kind, need_count, room, left = loops[5:10]
    in_start, in_before, _, _, out_start, out_after, out_kind, out_lag = loops[10:]
    waiting, missed = out_start[1:] - out_start[:-1], 0
    ready = np.empty(len(duration), dtype=np.int64)
    ready_count = _first_ready(waiting, ready)
    while ready_count > 0:
        task = _take(ready, ready_count, key, -1.0)
        ready_count -= 1
        row, length = calendar[task], duration[task]
        first, last = out_start[task], out_start[task + 1]
        by_start, by_finish = _allowed(first, last, out_after, out_kind, out_lag, start, finish, deadline)
        where = _last_place(counted, row, length, by_start, by_finish)
        first, last = need_start[task], need_start[task + 1]
        if first < last:
            where = _fit_back(left, days, row, length, need_kind, need_count, first, last, where)
            _occupy(left, days, row, where, length if where >= 0 else 0, need_kind, need_count, first, last)
        if where < 0:
            missed += 1
            start[task] = finish[task] = -missed
        else:
            start[task] = days[row, where]
            finish[task] = days[row, where + length - 1] + 1 if length > 0 else start[task]
        ready_count = _release(in_start[task], in_start[task + 1], in_before, waiting, ready, ready_count)
    left[:deadline] = room[:deadline]
    return missed == 0


@compile_loop
def _allowed(
    first: int,
    last: int,
    ends: IntArray,
    kinds: IntArray,
    lags: IntArray,
    start: IntArray,
    finish: IntArray,
    deadline: int,
) -> Any:
    """Start point and finish point that the deadline and a task's links out allow."""
    by_start, by_finish = np.int64(deadline), np.int64(deadline)
    for link in range(first, last):
        after, kind = ends[link], kinds[link]
        point = (start[after] if kind <= 1 else finish[after]) - lags[link]
        if kind == 1 or kind == 3:
            by_start = min(by_start, point)
        else:
            by_finish = min(by_finish, point)
    return by_start, by_finish


@compile_loop
def _last_place(counted: IntArray, row: int, length: int, by_start: int, by_finish: int) -> Any:
    """Last place on a calendar at which a task starts and finishes by two points; below 0 if there is none."""
    if min(by_start, by_finish) < 0:
        return np.int64(-1)
    horizon = counted.shape[1] - 1
    where = counted[row, by_start + 1] - 1 if by_start < horizon else np.int64(horizon)
    if length > 0:
        return min(where, counted[row, by_finish] - length)
    return min(where, counted[row, by_finish + 1] - 1 if by_finish < horizon else np.int64(horizon))


@compile_loop
def _fit_back(
    left: CountArray,
    days: IntArray,
    row: int,
    length: int,
    kinds: IntArray,
    counts: IntArray,
    first: int,
    last: int,
    where: int,
) -> Any:
    """Last place up to `where` at which no day has too few crews left; below 0 if there is none."""
    number, unread = where, where + length - 1
    while number <= unread and where >= 0:
        if _is_short(left, days[row, number], kinds, counts, first, last):
            unread = where - 1
            where = number - length
            number = where - 1
        number += 1
    return where
