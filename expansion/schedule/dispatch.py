"""Give work to crews in a draw as it becomes ready: whose turn it is, who did what before, and which crews leave."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from expansion.compiled import compile_loop

IntArray = NDArray[np.int64]

NEVER = np.iinfo(np.int64).max // 4
"""Day on which a crew that has left is free again."""


class Crews(NamedTuple):
    """Crews, and places at agencies, that tasks share.

    Attributes
    ----------
    of_task
        Kind that each task takes crews of, -1 for none.
    need
        Crews that it takes.
    rank
        Turn of each task in the plan: of two that could start on the same day, the lower one goes first.
    there
        Per kind the days from which its crews are there, ascending, shape ``(kinds, most)``; `NEVER` beyond the last.
    leaves
        Per kind the days from which there is one crew fewer, ascending, `NEVER` beyond the last.
    filed
        Kind of which a task holds a place from the first day, before any other; -1 for none.
    """

    of_task: IntArray
    need: IntArray
    rank: IntArray
    there: IntArray
    leaves: IntArray
    filed: IntArray


class Turns(NamedTuple):
    """In which order a draw placed its tasks, and from whom crews came; below that what only the loop writes.

    Attributes
    ----------
    order
        Tasks as they were placed, each after all that it waits for.
    held
        Per task the last tasks of the crews that it takes, -1 where such a crew has done nothing before.
    since
        Day on which the last of its crews that had done nothing before is there.
    """

    order: IntArray
    held: IntArray
    since: IntArray
    by_start: IntArray
    by_finish: IntArray
    free: IntArray
    holder: IntArray
    gone: IntArray
    size: IntArray
    best: IntArray
    day: IntArray
    waiting: IntArray
    left: IntArray
    ready: IntArray


def make_turns(crews: Crews) -> Turns:
    """Make room for the turns of a draw."""
    count, (kinds, most) = len(crews.of_task), crews.there.shape
    line = int(np.bincount(crews.of_task[crews.of_task >= 0], minlength=1).max())
    shapes = (
        count, (count, max(int(crews.need.max(initial=0)), 1)), count, count, count, (kinds, most), (kinds, most),
        kinds, kinds, kinds, kinds, (kinds, line), count, count,
    )  # fmt: skip
    return Turns(*(np.zeros(shape, dtype=np.int64) for shape in shapes))


@compile_loop
def take_turns(work: Any, crews: Any, turns: Any, place: IntArray, start: IntArray, finish: IntArray) -> bool:
    """Place all tasks of a draw: those without crews when they are ready, of the others the one that can start soonest.

    A crew that is free is never kept for work that is not ready. False where a draw does not fit the calendars.
    """
    duration, clock, _, days, counted, _, _, _, in_lag = work[:9]
    out_start, out_after, out_kind, out_lag = work[9:]
    order, of_task, left, ready, lines = turns.order, crews.of_task, turns.left, turns.ready, turns[3:12]
    by_start, by_finish, dates = lines[0], lines[1], work[:5]
    horizon = counted.shape[1] - 1
    longest = in_lag.max() if len(in_lag) else 0
    depth = _begin(work, crews, turns)
    for number in range(len(order)):
        if depth > 0:
            depth -= 1
            task = ready[depth]
        else:
            task = _call(dates, crews, turns.held, turns.since, lines)
            if task < 0:
                return False
        row, length = clock[task], duration[task]
        where = first_place(counted, row, length, by_start[task], by_finish[task])
        if where + max(length, 1) > counted[row, horizon]:
            return False
        place[task], start[task], finish[task] = where, days[row, where], finish_of(days, row, length, where)
        if finish[task] + longest > horizon:
            return False
        order[number] = task
        if of_task[task] >= 0:
            _set_free(dates, crews, lines, task, finish[task])
        for link in range(out_start[task], out_start[task + 1]):
            after, kind = out_after[link], out_kind[link]
            point = (start[task] if kind == 1 or kind == 3 else finish[task]) + out_lag[link]
            limit = by_start if kind <= 1 else by_finish
            limit[after] = max(limit[after], point)
            left[after] -= 1
            if left[after] == 0 and of_task[after] < 0:
                ready[depth] = after
                depth += 1
            elif left[after] == 0:
                _line_up(dates, crews, lines, after)
    return True


@compile_loop
def first_place(counted: IntArray, row: int, length: int, by_start: int, by_finish: int) -> Any:
    """First place on a clock where a task starts and finishes no earlier than two points."""
    where = counted[row, min(by_start, counted.shape[1] - 1)]
    return max(where, place_to_end(counted, row, length, by_finish)) if by_finish > 0 else where


@compile_loop
def place_to_end(counted: IntArray, row: int, length: int, point: int) -> Any:
    """First place from which a task finishes no earlier than a point."""
    return counted[row, point - 1] - length + 1 if length > 0 else counted[row, point]


@compile_loop
def finish_of(days: IntArray, row: int, length: int, where: int) -> Any:
    """Finish point of a task at a place."""
    return days[row, where + length - 1] + 1 if length > 0 else days[row, where]


@compile_loop
def _begin(work: Any, crews: Any, turns: Any) -> int:
    """Clear what the last draw left, let filed work hold its places, and line up what waits for nothing."""
    turns.by_start[:], turns.by_finish[:], turns.since[:], turns.held[:] = work.earliest, -1, 0, -1
    turns.free[:], turns.holder[:], turns.gone[:], turns.size[:] = crews.there, -1, 0, 0
    turns.best[:], turns.day[:] = -1, NEVER
    for task in range(len(crews.filed)):
        kind = crews.filed[task]
        if kind >= 0:
            _take(turns.free[kind], turns.holder[kind], 1, work.duration[task], -1)
    depth = 0
    for task in range(len(turns.left)):
        turns.left[task] = work.in_start[task + 1] - work.in_start[task]
        if turns.left[task] == 0 and crews.of_task[task] < 0:
            turns.ready[depth] = task
            depth += 1
        elif turns.left[task] == 0:
            _line_up(work[:5], crews, turns[3:12], task)
    return depth


@compile_loop
def _line_up(dates: Any, crews: Any, lines: Any, task: int) -> None:
    """Put a task that waits for no other in line; it is the next of its kind where it can start sooner."""
    duration, clock, _, days, counted = dates
    by_start, by_finish, free, _, _, size, best, day, waiting = lines
    kind, row = crews.of_task[task], clock[task]
    waiting[kind, size[kind]] = task
    size[kind] += 1
    point = max(by_start[task], free[kind, crews.need[task] - 1])
    soonest = days[row, first_place(counted, row, duration[task], point, by_finish[task])]
    if best[kind] < 0 or (soonest, crews.rank[task]) < (day[kind], crews.rank[best[kind]]):
        best[kind], day[kind] = task, soonest


@compile_loop
def _call(dates: Any, crews: Any, held: IntArray, since: IntArray, lines: Any) -> Any:
    """Take the task whose turn it is out of its line, with its crews; -1 where none can start."""
    by_start, _, free, holder, gone, size, best, day, waiting = lines
    leaves, horizon = crews.leaves, dates[4].shape[1] - 1
    while True:
        kind = _soonest(best, day, crews.rank)
        if kind < 0 or day[kind] >= horizon:
            return np.int64(-1)
        if gone[kind] == leaves.shape[1] or day[kind] < leaves[kind, gone[kind]]:
            break
        gone[kind] += 1
        _take(free[kind], holder[kind], 1, NEVER, -1)
        _find_best(dates, crews, lines, kind)
    task = best[kind]
    for crew in range(crews.need[task]):
        held[task, crew] = holder[kind, crew]
        by_start[task] = max(by_start[task], free[kind, crew])
        if holder[kind, crew] < 0:
            since[task] = max(since[task], free[kind, crew])
    _leave_line(waiting[kind, : size[kind]], task)
    size[kind] -= 1
    return task


@compile_loop
def _set_free(dates: Any, crews: Any, lines: Any, task: int, finish: int) -> None:
    """Set the crews of a placed task free at its finish, and see who is next."""
    kind = crews.of_task[task]
    _take(lines[2][kind], lines[3][kind], crews.need[task], finish, task)
    _find_best(dates, crews, lines, kind)


@compile_loop
def _soonest(best: IntArray, day: IntArray, rank: IntArray) -> int:
    """Kind whose next task can start soonest; of several that of the lower rank."""
    found = -1
    for kind in range(len(best)):
        task = best[kind]
        if task < 0:
            continue
        if found < 0 or day[kind] < day[found] or (day[kind] == day[found] and rank[task] < rank[best[found]]):
            found = kind
    return found


@compile_loop
def _find_best(dates: Any, crews: Any, lines: Any, kind: int) -> None:
    """Find the next task of a kind anew."""
    duration, clock, _, days, counted = dates
    need, rank, by_start, by_finish, free = crews.need, crews.rank, lines[0], lines[1], lines[2][kind]
    best, soonest, earliest = np.int64(-1), np.int64(NEVER), np.int64(NEVER)
    for task in lines[8][kind, : lines[5][kind]]:
        point, row = max(by_start[task], free[need[task] - 1]), clock[task]
        if point > soonest or (best >= 0 and point >= earliest and row == clock[best] and rank[task] > rank[best]):
            continue
        day = days[row, first_place(counted, row, duration[task], point, by_finish[task])]
        if best < 0 or day < soonest or (day == soonest and rank[task] < rank[best]):
            best, soonest = task, day
            earliest = point if by_finish[task] <= 0 else np.int64(NEVER)
    lines[6][kind], lines[7][kind] = best, soonest


@compile_loop
def _leave_line(line: IntArray, task: int) -> None:
    """Put the last of a line where a task stood."""
    for number in range(len(line)):
        if line[number] == task:
            line[number] = line[-1]


@compile_loop
def _take(free: IntArray, holder: IntArray, count: int, until: int, task: int) -> None:
    """Take the crews that are free first, and put them where they are free again, behind all that are by then."""
    number = count
    while number < len(free) and free[number] <= until:
        free[number - count], holder[number - count] = free[number], holder[number]
        number += 1
    free[number - count : number], holder[number - count : number] = until, task
