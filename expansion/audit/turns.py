"""Do the work of one draw again: crews take what is ready, and nobody waits for what is not."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from expansion.audit.agencies import agency_limits
from expansion.audit.crew_numbers import crews_by_day, most_crews
from expansion.audit.folder import SavedPlan, integers, texts
from expansion.audit.program import Program
from expansion.audit.sections import days_filed
from expansion.compiled import compile_loop

IntArray = NDArray[np.int64]
FOREVER = 1 << 60


class Logic(NamedTuple):
    """Links by successor: those into task t are ``first[t]`` to ``first[t + 1]``; those out of it, ``out[...]``."""

    first: IntArray
    before: IntArray
    after: IntArray
    from_start: IntArray
    to_finish: IntArray
    lag: IntArray
    first_out: IntArray
    out: IntArray


class Gangs(NamedTuple):
    """Kind of crew or desk of each task, how many it takes, its turn; days on which they come and go; desks taken."""

    kind: IntArray
    need: IntArray
    rank: IntArray
    there: IntArray
    leaves: IntArray
    filed: IntArray


class Dates(NamedTuple):
    """Worked days before each day and worked days in order, a row per clock; clock of each task and day asked for."""

    before: IntArray
    worked: IntArray
    clock: IntArray
    asked: IntArray


class Draw(NamedTuple):
    """What a draw gives: points of each task, the order in which they were placed, and before whom crews were."""

    start: IntArray
    finish: IntArray
    order: IntArray
    held: IntArray


def read_logic(program: Program) -> Logic:
    """Lay the links of the logic side by side."""
    links = sorted(program.links(), key=lambda link: (link.after, link.before, link.kind, link.lag))
    before, after = (np.array([getattr(link, name) for link in links], dtype=np.int64) for name in ("before", "after"))
    starts, ends, lag = (
        np.array(values, dtype=np.int64)
        for values in (
            [link.kind[0] == "S" for link in links],
            [link.kind[1] == "F" for link in links],
            [link.lag for link in links],
        )
    )
    count = len(program.ids)
    edges = np.arange(count + 1)
    out = np.argsort(before, kind="stable").astype(np.int64)
    first, first_out = np.searchsorted(after, edges), np.searchsorted(before[out], edges)
    return Logic(first.astype(np.int64), before, after, starts, ends, lag, first_out.astype(np.int64), out)


def read_gangs(saved: SavedPlan, program: Program) -> Gangs:
    """Read who shares crews, and desks of agencies with a limit, from the study and the tasks."""
    tasks, limits, filed_for = saved.table("tasks"), agency_limits(saved), days_filed(saved)
    kinds = [*sorted(most_crews(saved)), *(f"agency {name}" for name in sorted(limits))]
    there, leaves = [], []
    for name in kinds:
        number = limits.get(name.removeprefix("agency "), 0)
        by_day = crews_by_day(saved, name, len(program.calendar[0].before)) if number == 0 else np.array([number])
        steps = np.diff(by_day, prepend=0)
        there.append(np.repeat(np.arange(len(steps)), np.maximum(steps, 0)))
        leaves.append(np.repeat(np.arange(len(steps)), np.maximum(-steps, 0)))
    kind, filed = np.full((2, len(program.ids)), -1, dtype=np.int64)
    rows = zip(texts(tasks, "crew_kind"), texts(tasks, "agency"), texts(tasks, "permit_id"), strict=True)
    for row, (crew, agency, permit) in enumerate(rows):
        if program.duration[row] and crew:
            kind[row] = kinds.index(crew)
        elif program.duration[row] and agency in limits:
            (filed if filed_for[permit] >= 0 else kind)[row] = kinds.index(f"agency {agency}")
    crewed = np.array([bool(crew) for crew in texts(tasks, "crew_kind")])
    need = np.where(kind >= 0, np.where(crewed, integers(tasks, "crew_count"), 1), 0).astype(np.int64)
    turn = sorted(range(len(kind)), key=lambda row: (int(program.start[row]), row))
    return Gangs(kind, need, np.argsort(turn).astype(np.int64), _padded(there), _padded(leaves), filed)


def _padded(rows: list[NDArray[np.int64]]) -> IntArray:
    table = np.full((len(rows), max([1, *map(len, rows)])), FOREVER, dtype=np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table


def work_off(logic: Logic, gangs: Gangs, dates: Dates, duration: IntArray) -> Draw:
    """Place every task of a draw.

    Raises
    ------
    IndexError
        Where the draw does not end within the days of the clocks.
    """
    count = len(duration)
    held = np.full((count, max(int(gangs.need.max(initial=0)), 1)), -1, dtype=np.int64)
    start, finish, order = np.zeros((3, count), dtype=np.int64)
    draw = Draw(start, finish, order, held)
    if not _work_off(logic, gangs, dates, duration, draw):
        raise IndexError("a draw ends after the last day")
    return draw


@compile_loop
def _work_off(logic: Any, gangs: Any, dates: Any, duration: IntArray, draw: Any) -> bool:
    """Fill a draw; whether it ends within the days of the clocks."""
    free, holder, gone = gangs.there.copy(), np.full(gangs.there.shape, -1), np.zeros(len(gangs.there), dtype=np.int64)
    for task in np.flatnonzero(gangs.filed >= 0):
        _hand_over(free[gangs.filed[task]], holder[gangs.filed[task]], 1, duration[task], -1)
    missing, waits = logic.first[1:] - logic.first[:-1], np.zeros((2, len(duration)), dtype=np.int64)
    line = np.flatnonzero(missing == 0)
    waits[0, line] = dates.asked[line]
    placed = 0
    while placed < len(duration):
        at, day = _next(line, waits, gangs, dates, duration, free)
        if at < 0 or day >= dates.before.shape[1] - 1:
            return False
        task = line[at]
        kind = gangs.kind[task]
        if kind >= 0 and gone[kind] < gangs.leaves.shape[1] and day >= gangs.leaves[kind, gone[kind]]:
            _hand_over(free[kind], holder[kind], 1, FOREVER, -1)
            gone[kind] += 1
            continue
        if not _place(logic, dates, duration, draw, task, day):
            return False
        if kind >= 0:
            draw.held[task, : gangs.need[task]] = holder[kind, : gangs.need[task]]
            _hand_over(free[kind], holder[kind], gangs.need[task], draw.finish[task], task)
        draw.order[placed], placed = task, placed + 1
        line = np.append(np.delete(line, at), _freed(logic, dates, draw, task, missing, waits))
    return True


@compile_loop
def _place(logic: Any, dates: Any, duration: IntArray, draw: Any, task: int, day: int) -> bool:
    """Note the points of a task that starts on a day; whether it fits the days of its clock."""
    clock, length, size = dates.clock[task], duration[task], dates.before.shape[1] - 1
    place = dates.before[clock, day]
    if place + max(length, 1) > dates.before[clock, size]:
        return False
    draw.start[task] = day
    draw.finish[task] = dates.worked[clock, place + length - 1] + 1 if length > 0 else day
    return bool(draw.finish[task] + (logic.lag.max() if len(logic.lag) else 0) <= size)


@compile_loop
def _freed(logic: Any, dates: Any, draw: Any, task: int, missing: IntArray, waits: IntArray) -> Any:
    """Tasks for which the one just placed was the last to wait for."""
    found = np.zeros(logic.first_out[task + 1] - logic.first_out[task], dtype=np.int64)
    count = 0
    for number in range(logic.first_out[task], logic.first_out[task + 1]):
        after = logic.after[logic.out[number]]
        missing[after] -= 1
        if missing[after] == 0:
            waits[0, after], waits[1, after] = _points(logic, dates, draw, after)
            found[count] = after
            count += 1
    return found[:count]


@compile_loop
def _next(line: IntArray, waits: IntArray, gangs: Any, dates: Any, duration: IntArray, free: IntArray) -> Any:
    """Find who in line goes next, and on which day: a task without crews at once, else by day and turn."""
    found, soonest = -1, np.int64(FOREVER)
    kinds, need, rank, before, worked, clocks = gangs.kind, gangs.need, gangs.rank, dates[0], dates[1], dates[2]
    for at in range(len(line)):
        task = line[at]
        kind, clock, length, end = kinds[task], clocks[task], duration[task], waits[1, task]
        day = max(waits[0, task], free[kind, need[task] - 1]) if kind >= 0 else waits[0, task]
        if kind >= 0 and day > soonest:
            continue
        place = before[clock, min(day, before.shape[1] - 1)]
        if end > 0:
            place = max(place, before[clock, end - 1] - length + 1 if length > 0 else before[clock, end])
        day = worked[clock, place]
        if kind < 0:
            return at, day
        if found < 0 or day < soonest or (day == soonest and rank[task] < rank[line[found]]):
            found, soonest = at, day
    return found, soonest


@compile_loop
def _points(logic: Any, dates: Any, draw: Any, task: int) -> Any:
    """Days before which links let a task neither start nor end; 0 where none holds its end."""
    day, end = dates.asked[task], np.int64(0)
    for link in range(logic.first[task], logic.first[task + 1]):
        other = logic.before[link]
        point = (draw.start[other] if logic.from_start[link] else draw.finish[other]) + logic.lag[link]
        if logic.to_finish[link]:
            end = max(end, point)
        else:
            day = max(day, point)
    return day, end


@compile_loop
def _hand_over(free: IntArray, holder: IntArray, number: int, until: int, task: int) -> None:
    """Give the crews that are free first away until a day, behind those that are free by then."""
    free[:number], holder[:number] = until, task
    order = np.argsort(np.roll(free, -number), kind="mergesort")
    free[:], holder[:] = np.roll(free, -number)[order], np.roll(holder, -number)[order]


@compile_loop
def late_starts(logic: Any, dates: Any, duration: IntArray, draw: Any) -> IntArray:
    """Last day on which each task may start if the end is to stay, its crews going on to what they did next."""
    end = draw.finish.max()
    start, finish = np.full(len(duration), end), np.full(len(duration), end)
    freed = np.full(len(duration), end)
    for task in draw.order[::-1]:
        clock, length = dates.clock[task], duration[task]
        by_start, by_finish = end, freed[task]
        for number in range(logic.first_out[task], logic.first_out[task + 1]):
            link = logic.out[number]
            other = logic.after[link]
            point = (finish[other] if logic.to_finish[link] else start[other]) - logic.lag[link]
            if logic.from_start[link]:
                by_start = min(by_start, point)
            else:
                by_finish = min(by_finish, point)
        ending = dates.before[clock, by_finish + (length == 0)] - max(length, 1)
        place = min(dates.before[clock, by_start + 1] - 1, ending)
        start[task] = dates.worked[clock, place]
        finish[task] = dates.worked[clock, place + length - 1] + 1 if length > 0 else start[task]
        for other in draw.held[task]:
            if other >= 0:
                freed[other] = min(freed[other], start[task])
    return start


@compile_loop
def may_move_end(logic: Any, dates: Any, duration: IntArray, draw: Any) -> Any:
    """Whether the end hangs on each task: it ends last, or holds a task on which the end hangs where it stands."""
    found = draw.finish == draw.finish.max()
    for task in draw.order[::-1]:
        if not found[task]:
            continue
        clock = dates.clock[task]
        place = dates.before[clock, draw.start[task]]
        for other in draw.held[task]:
            if other >= 0 and dates.before[clock, draw.finish[other]] == place:
                found[other] = True
        for link in range(logic.first[task], logic.first[task + 1]):
            other = logic.before[link]
            point = (draw.start[other] if logic.from_start[link] else draw.finish[other]) + logic.lag[link]
            if logic.to_finish[link] and duration[task] > 0:
                holds = dates.before[clock, max(point - 1, 0)] - duration[task] + 1 == place
            else:
                holds = dates.before[clock, point] == place
            if holds:
                found[other] = True
    return found
