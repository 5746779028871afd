"""Place every task in every draw: the pass forward, what was critical in it, and what each risk did to the end."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from expansion.compiled import compile_loop
from expansion.schedule.dispatch import Crews, finish_of, make_turns, place_to_end, take_turns
from expansion.schedule.weather import Clocks
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]
FlagArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
ShareArray = NDArray[np.float32]


class Work(NamedTuple):
    """Tasks as the compiled loops read them; names as in `WorkGraph`, links in the order of the task that they end at.

    `clock` is the row of a task in `days` (working days in order) and `counted` (working days before each day), which
    each draw fills anew, as it fills `duration`.
    """

    duration: IntArray
    clock: IntArray
    earliest: IntArray
    days: IntArray
    counted: IntArray
    in_start: IntArray
    in_before: IntArray
    in_kind: IntArray
    in_lag: IntArray
    out_start: IntArray
    out_after: IntArray
    out_kind: IntArray
    out_lag: IntArray


class Chances(NamedTuple):
    """What a draw says.

    Attributes
    ----------
    drawn
        Duration of each task before risks, shape ``(tasks, draws)``.
    floor
        Per task the days on top of which risks come where they come late rather than long: a permit lasts as long as
        drawn, or `floor` and the days of its risks where that is more. -1 for tasks that risks lengthen as drawn.
    fired
        Whether a risk happens, shape ``(risks, draws)``.
    impact
        Days of each risk.
    risk_start, risk_tasks
        Risk r delays tasks ``risk_tasks[risk_start[r]:risk_start[r + 1]]``.
    """

    drawn: IntArray
    floor: IntArray
    fired: FlagArray
    impact: IntArray
    risk_start: IntArray
    risk_tasks: IntArray


class Worth(NamedTuple):
    """What tasks are worth, to be added up by month.

    Attributes
    ----------
    tasks, group, share
        Tasks that cost something, the row of `Found.earned` that each counts for, and its share of that row's cost.
    month
        Per day of the calendars the number of its month.
    ends
        Per month the day after its last one, at most the horizon.
    """

    tasks: IntArray
    group: IntArray
    share: FloatArray
    month: IntArray
    ends: IntArray


class Found(NamedTuple):
    """What the draws give.

    Last days per group, end of all, end without each risk, how often each task is critical, and per group, month and
    draw the share of its cost that is worked off by the end of the month.
    """

    last: IntArray
    end: IntArray
    without: IntArray
    critical: IntArray
    earned: ShareArray


class Season(NamedTuple):
    """Clocks as the compiled loop reads them, the working days that they are cut from, and whether weather does."""

    base: IntArray
    is_wet: FlagArray
    first: IntArray
    lost: IntArray


def place_draws(
    graph: WorkGraph, crews: Crews, clocks: Clocks, chances: Chances, group: IntArray, worth: Worth
) -> Found | None:
    """Place all tasks in each draw as they become ready, and each risk's draws once more without it.

    Parameters
    ----------
    graph
        Tasks and links.
    crews
        Who does them, and whose turn it is.
    clocks
        Working days of each task, less what the weather takes.
    chances
        Durations and risks per draw.
    group
        Per task the row of `Found.last` that its last day counts for, -1 for none.
    worth
        What tasks cost, and the months.

    Returns
    -------
    Found or None
        None where a draw does not fit the calendars.
    """
    size, horizon = len(clocks.calendar), graph.calendars.horizon
    into, out = graph.in_links, graph.out_links
    work = Work(
        np.zeros(graph.count, dtype=np.int64), clocks.of_task, graph.earliest,
        np.zeros((size, horizon + 1), dtype=np.int64), np.zeros((size, horizon + 1), dtype=np.int64),
        graph.in_start, graph.before[into], graph.kind[into], graph.lag[into],
        graph.out_start, graph.after[out], graph.kind[out], graph.lag[out],
    )  # fmt: skip
    draws = chances.drawn.shape[1]
    base = np.ascontiguousarray(graph.calendars.days[clocks.calendar])
    is_wet = np.array([lost.any() for lost in clocks.lost], dtype=np.bool_)
    season = Season(base, is_wet, clocks.first, clocks.lost)
    groups = int(group.max(initial=-1)) + 1
    found = Found(
        np.zeros((groups, draws), dtype=np.int64), np.zeros(draws, dtype=np.int64),
        np.zeros((len(chances.impact), draws), dtype=np.int64), np.zeros(graph.count, dtype=np.int64),
        np.zeros((groups, len(worth.ends), draws), dtype=np.float32),
    )  # fmt: skip
    return found if _run(work, crews, make_turns(crews), season, chances, group, worth, found) else None


@compile_loop
def _run(work: Any, crews: Any, turns: Any, season: Any, chances: Any, group: IntArray, worth: Any, found: Any) -> bool:
    """Fill `found`; whether every draw fits the calendars."""
    count, draws = chances.drawn.shape
    place, start = np.zeros((2, count), dtype=np.int64), np.zeros((2, count), dtype=np.int64)
    finish = np.zeros((2, count), dtype=np.int64)
    extra, driving = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.bool_)
    for draw in range(draws):
        _set_clocks(work.days, work.counted, season, draw)
        _set_durations(work.duration, chances, draw, extra)
        if not take_turns(work, crews, turns, place[0], start[0], finish[0]):
            return False
        end = finish[0].max()
        found.end[draw] = end
        _keep_last(work.duration, group, finish[0], found.last, draw)
        _earn(work, worth, place[0], start[0], found.earned, draw)
        _count_critical(work, turns, place[0], end, start[1], finish[1], found.critical)
        _mark_driving(work, turns, place[0], start[0], finish[0], driving)
        for risk in range(len(chances.impact)):
            found.without[risk, draw] = end
            if chances.fired[risk, draw] and _shorten(work.duration, chances, draw, risk, extra, driving):
                if take_turns(work, crews, turns, place[1], start[1], finish[1]):
                    found.without[risk, draw] = min(end, finish[1].max())
                _restore(work.duration, chances, draw, risk, extra)
    return True


@compile_loop
def _keep_last(duration: IntArray, group: IntArray, finish: IntArray, last: IntArray, draw: int) -> None:
    """Keep the last day of each group: a milestone lies on its finish point, other work ends the day before."""
    for task in range(len(group)):
        if group[task] >= 0:
            day = finish[task] - (1 if duration[task] > 0 else 0)
            last[group[task], draw] = max(last[group[task], draw], day)


@compile_loop
def _earn(work: Any, worth: Any, place: IntArray, start: IntArray, earned: Any, draw: int) -> None:
    """Add up by month what tasks are worth, each spread evenly over its working days; then make it cumulative."""
    tasks, group, share, month, ends = worth
    for number in range(len(tasks)):
        task = tasks[number]
        clock, length = work.clock[task], max(work.duration[task], 1)
        now, before = month[start[task]], np.int64(0)
        while before < length and now < len(ends):
            done = min(work.counted[clock, ends[now]] - place[task], length)
            earned[group[number], now, draw] += share[number] * (done - before) / length
            before, now = done, now + 1
    for row in range(earned.shape[0]):
        for now in range(1, earned.shape[1]):
            earned[row, now, draw] += earned[row, now - 1, draw]


@compile_loop
def _set_clocks(days: IntArray, counted: IntArray, season: Any, draw: int) -> None:
    """Cut the days that this draw's weather takes out of each clock's working days."""
    base, is_wet, first_of, lost_of = season
    horizon = counted.shape[1] - 1
    for clock in range(len(base)):
        if draw > 0 and not is_wet[clock]:
            continue
        kept, day = 0, 0
        for month in range(lost_of.shape[1]):
            first = first_of[clock, month]
            worked, lost = first_of[clock, month + 1] - first, lost_of[clock, month, draw]
            for number in range(worked):
                if (number + 1) * lost // worked > number * lost // worked:
                    continue
                stands = base[clock, first + number]
                counted[clock, day : stands + 1] = kept
                days[clock, kept] = stands
                day, kept = stands + 1, kept + 1
        counted[clock, day:] = kept
        days[clock, kept:] = horizon


@compile_loop
def _lengthened(drawn: int, floor: int, extra: int) -> int:
    """Duration of a task whose risks bring `extra` days."""
    if extra <= 0:
        return drawn
    return max(drawn, floor + extra) if floor >= 0 else drawn + extra


@compile_loop
def _set_durations(duration: IntArray, chances: Any, draw: int, extra: IntArray) -> None:
    """Durations of this draw with the risks that happen in it; `extra` gets the days that they bring."""
    drawn, floor, fired, impact, first, tasks = chances
    extra[:] = 0
    for risk in range(len(impact)):
        if fired[risk, draw]:
            for number in range(first[risk], first[risk + 1]):
                extra[tasks[number]] += impact[risk]
    for task in range(len(extra)):
        duration[task] = _lengthened(drawn[task, draw], floor[task], extra[task])


@compile_loop
def _count_critical(
    work: Any, turns: Any, place: IntArray, end: int, start: IntArray, finish: IntArray, critical: IntArray
) -> None:
    """Count the tasks that cannot start a day later without moving the end; `start` and `finish` become late points."""
    duration, clock, _, days, counted = work[:5]
    out_start, out_after, out_kind, out_lag = work[9:]
    order, held_by = turns[:2]
    freed = np.full(len(place), end)
    for number in range(len(order) - 1, -1, -1):
        task = order[number]
        row, length = clock[task], duration[task]
        by_start, by_finish = end, freed[task]
        for link in range(out_start[task], out_start[task + 1]):
            after, kind = out_after[link], out_kind[link]
            point = (start[after] if kind <= 1 else finish[after]) - out_lag[link]
            if kind == 1 or kind == 3:
                by_start = min(by_start, point)
            else:
                by_finish = min(by_finish, point)
        last = counted[row, by_finish] - length if length > 0 else counted[row, by_finish + 1] - 1
        where = min(counted[row, by_start + 1] - 1, last)
        start[task], finish[task] = days[row, where], finish_of(days, row, length, where)
        critical[task] += 1 if where == place[task] else 0
        for crew in range(held_by.shape[1]):
            if held_by[task, crew] >= 0:
                freed[held_by[task, crew]] = min(freed[held_by[task, crew]], start[task])


@compile_loop
def _mark_driving(
    work: Any, turns: Any, place: IntArray, start: IntArray, finish: IntArray, driving: FlagArray
) -> None:
    """Mark the tasks that may move the end if they get shorter: back from the end along links that hold."""
    duration, clock, _, _, counted, in_start, in_before, in_kind, in_lag = work[:9]
    order, held_by = turns[:2]
    end = finish.max()
    for task in range(len(order)):
        driving[task] = finish[task] == end
    for number in range(len(order) - 1, -1, -1):
        task = order[number]
        if not driving[task]:
            continue
        row, length = clock[task], duration[task]
        for crew in range(held_by.shape[1]):
            before = held_by[task, crew]
            if before >= 0 and counted[row, finish[before]] == place[task]:
                driving[before] = True
        for link in range(in_start[task], in_start[task + 1]):
            before, kind = in_before[link], in_kind[link]
            point = (start[before] if kind == 1 or kind == 3 else finish[before]) + in_lag[link]
            held = counted[row, point] if kind <= 1 else place_to_end(counted, row, length, max(point, 1))
            if held == place[task]:
                driving[before] = True


@compile_loop
def _shorten(duration: IntArray, chances: Any, draw: int, risk: int, extra: IntArray, driving: FlagArray) -> bool:
    """Take a risk out of the durations where one of its tasks drives the end; whether one does."""
    drawn, floor, _, impact, first, tasks = chances
    matters = False
    for number in range(first[risk], first[risk + 1]):
        matters = matters or driving[tasks[number]]
    for number in range(first[risk], first[risk + 1] if matters else first[risk]):
        task = tasks[number]
        duration[task] = _lengthened(drawn[task, draw], floor[task], extra[task] - impact[risk])
    return matters


@compile_loop
def _restore(duration: IntArray, chances: Any, draw: int, risk: int, extra: IntArray) -> None:
    """Put the durations of a risk's tasks back."""
    drawn, floor, _, _, first, tasks = chances
    for number in range(first[risk], first[risk + 1]):
        task = tasks[number]
        duration[task] = _lengthened(drawn[task, draw], floor[task], extra[task])
