"""Place tasks one by one on their calendars and crews: forward as early, or backward as late as each fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from expansion.compiled import compile_loop
from expansion.schedule.packing import WordArray, pack_crews
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
    """What the compiled passes read of a `WorkGraph`; names as there, `days` and `counted` (`index`) of its days.

    Needs, `guard` and `room` are packed, see `packing`. A pass counts what is `left` of the room on each day while it
    places, and fills it up again before it returns.
    """

    duration: IntArray
    calendar: IntArray
    earliest: IntArray
    days: IntArray
    counted: IntArray
    need_start: IntArray
    need_word: IntArray
    need_units: WordArray
    guard: WordArray
    room: WordArray
    left: WordArray
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
    packed = pack_crews(graph)
    into, out = graph.in_links, graph.out_links
    return Loops(
        graph.duration, graph.calendar, graph.earliest, graph.calendars.days, graph.calendars.index,
        packed.need_start if crews else none, *packed[1:], packed.room.copy(),
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
    if not place_forward(loops, np.argsort(key, kind="stable"), place, start, finish):
        raise ValueError("a task never finds its crews before the calendars end")
    return Placement(place, start, finish)


def placement_at(graph: WorkGraph, place: IntArray) -> Placement:
    """Start and finish points of tasks at places of their calendars."""
    days = graph.calendars.days
    start = days[graph.calendar, place]
    last = days[graph.calendar, place + np.maximum(graph.duration, 1) - 1] + 1
    return Placement(place, start, np.where(graph.duration > 0, last, start))


@compile_loop
def place_forward(loops: Any, order: IntArray, place: IntArray, start: IntArray, finish: IntArray) -> bool:
    """Place all tasks, the first in order among those whose predecessors stand; whether each found its crews."""
    duration, calendar, earliest, days, counted = loops[:5]
    need_start, room, left = loops.need_start, loops.room, loops.left
    in_start, in_before, in_kind, in_lag, out_start, out_after, _, _ = loops[11:]
    waiting, turn, at = in_start[1:] - in_start[:-1], turns_of(order), 0
    while at < len(order):
        task = order[at]
        at += 1
        if waiting[task] != 0:
            continue
        row, length = calendar[task], duration[task]
        first, last = in_start[task], in_start[task + 1]
        from_start, from_finish = _reached(first, last, in_before, in_kind, in_lag, start, finish, earliest[task])
        where = _first_place(counted, row, length, from_start, from_finish)
        if need_start[task] < need_start[task + 1]:
            where = _fit(loops, task, where)
            if where < 0:
                left[:] = room
                return False
            _occupy(loops, task, where)
        place[task] = where
        start[task] = days[row, where]
        finish[task] = days[row, where + length - 1] + 1 if length > 0 else start[task]
        waiting[task] = -1
        for link in range(out_start[task], out_start[task + 1]):
            after = out_after[link]
            waiting[after] -= 1
            if waiting[after] == 0:
                at = min(at, turn[after])
    after = finish.max() if len(finish) > 0 else 0
    left[:, :after] = room[:, :after]
    return True


@compile_loop
def turns_of(order: IntArray) -> Any:
    """Place of each task in an order."""
    turn = np.empty(len(order), dtype=np.int64)
    for number in range(len(order)):
        turn[order[number]] = number
    return turn


@compile_loop
def _occupy(loops: Any, task: int, where: int) -> None:
    """Take a task's crews on its working days from a place on."""
    days = loops.days[loops.calendar[task]]
    for need in range(loops.need_start[task], loops.need_start[task + 1]):
        left, units = loops.left[loops.need_word[need]], loops.need_units[need]
        for number in range(where, where + loops.duration[task]):
            left[days[number]] -= units


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
def _fit(loops: Any, task: int, where: int) -> Any:
    """First place from `where` at which no day has too few crews left for a task; -1 if there is none."""
    row, length = loops.calendar[task], loops.duration[task]
    first, last, most = loops.need_start[task], loops.need_start[task + 1], loops.counted[row, -1]
    tried: Any = np.int64(-1)
    while tried != where and where >= 0:
        tried = where
        for need in range(first, last):
            word, units = loops.need_word[need], loops.need_units[need]
            if where >= 0:
                where = _fit_word(loops.left[word], loops.days[row], units, loops.guard[word], length, most, where)
        if last == first + 1:
            return where
    return where


@compile_loop
def _fit_word(left: WordArray, days: IntArray, units: int, guard: int, length: int, most: int, where: int) -> Any:
    """First place from `where` at which no day has too few crews of one word left; -1 if there is none.

    A window is read from its end: a short day moves it past that day, and of the next only the new days are read.
    """
    unread, number = where, where + length - 1
    while number < most:
        if number < unread:
            return where
        if (left[days[number]] - units) & guard != guard:
            unread = where + length
            where = number + 1
            number = where + length
        number -= 1
    return np.int64(-1)


@compile_loop
def place_backward(loops: Any, order: IntArray, deadline: int, start: IntArray, finish: IntArray) -> bool:
    """Place all tasks from the end, the last in order among those whose successors stand, each as late as it fits.

    First days are not kept. A task that no longer fits after day 0 gets a start below 0 that keeps the order of
    placing, so that the starts order a forward pass in any case.

    Parameters
    ----------
    loops
        From `loops_of`.
    order
        Rows of the tasks.
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
    need_start, room, left = loops.need_start, loops.room, loops.left
    in_start, in_before, _, _, out_start, out_after, out_kind, out_lag = loops[11:]
    waiting, turn, at, missed = out_start[1:] - out_start[:-1], turns_of(order), len(order) - 1, 0
    while at >= 0:
        task = order[at]
        at -= 1
        if waiting[task] != 0:
            continue
        row, length = calendar[task], duration[task]
        first, last = out_start[task], out_start[task + 1]
        by_start, by_finish = _allowed(first, last, out_after, out_kind, out_lag, start, finish, deadline)
        where = _last_place(counted, row, length, by_start, by_finish)
        if need_start[task] < need_start[task + 1]:
            where = _fit_back(loops, task, where)
            if where >= 0:
                _occupy(loops, task, where)
        if where < 0:
            missed += 1
            start[task] = finish[task] = -missed
        else:
            start[task] = days[row, where]
            finish[task] = days[row, where + length - 1] + 1 if length > 0 else start[task]
        waiting[task] = -1
        for link in range(in_start[task], in_start[task + 1]):
            before = in_before[link]
            waiting[before] -= 1
            if waiting[before] == 0:
                at = max(at, turn[before])
    left[:, :deadline] = room[:, :deadline]
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
def _fit_back(loops: Any, task: int, where: int) -> Any:
    """Last place up to `where` at which no day has too few crews left for a task; below 0 if there is none."""
    row, length = loops.calendar[task], loops.duration[task]
    first, last = loops.need_start[task], loops.need_start[task + 1]
    tried: Any = np.int64(-1)
    while tried != where and where >= 0:
        tried = where
        for need in range(first, last):
            word, units = loops.need_word[need], loops.need_units[need]
            where = _fit_word_back(loops.left[word], loops.days[row], units, loops.guard[word], length, where)
        if last == first + 1:
            return where
    return where


@compile_loop
def _fit_word_back(left: WordArray, days: IntArray, units: int, guard: int, length: int, where: int) -> Any:
    """Last place up to `where` at which no day has too few crews of one word left; below 0 if there is none."""
    number, unread = where, where + length - 1
    while number <= unread and where >= 0:
        if (left[days[number]] - units) & guard != guard:
            unread = where - 1
            where = number - length
            number = where - 1
        number += 1
    return where
