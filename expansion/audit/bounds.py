"""Prove the lower bound of the schedule again: no schedule can end a day earlier."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.audit.calendars import WorkCalendar, make_calendar, worked_days
from expansion.audit.folder import SavedPlan, integers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.program import (
    Program,
    earliest_start,
    finish_point,
    latest_start,
    read_program,
    topological,
)
from expansion.audit.rules import section

IntArray = NDArray[np.int64]


MANY = 400
"""Tasks of one crew kind up to which parts of tasks are counted too."""


def check_bound(saved: SavedPlan) -> Check:
    """Check that a finish one day before the bound is refuted by the links, or by the crews' load in some window."""
    ledger = Ledger("schedule bound")
    told, program = saved.document["schedule"], read_program(saved)
    if not program.ids:
        ledger.equal(told["lower_bound_days"], 0, "schedule.lower_bound_days")
        return ledger.close()
    bound, order = int(told["lower_bound_days"]), topological(program)
    early, ends = _early(program, order)
    path = int(ends.max())
    ledger.that(path <= bound <= told["makespan_days"], f"bound {bound} is not between {path} and the makespan")
    proven = bound <= path or is_refuted(saved, program, order, early, bound - 1)
    ledger.that(proven, f"nothing proves that no schedule ends before day {bound}")
    gap = (told["makespan_days"] - bound) / told["makespan_days"] if told["makespan_days"] else 0.0
    ledger.equal(told["gap"], gap, "schedule.gap", 2e-6)
    ledger.equal(told["status"], "optimal" if bound == told["makespan_days"] else "feasible", "schedule.status")
    return ledger.close()


def _early(program: Program, order: list[int]) -> tuple[IntArray, IntArray]:
    """Early starts by links and calendars, crews aside, and the finish points that follow."""
    start, finish = program.start.copy(), program.finish.copy()
    for row in order:
        start[row] = earliest_start(program, row, start, finish)
        finish[row] = finish_point(program, row, int(start[row]))
    return start, finish


def is_refuted(saved: SavedPlan, program: Program, order: list[int], early: IntArray, deadline: int) -> bool:
    """Tell whether no schedule can end by a day: a task would be late before it can start, or a window is too full."""
    start, finish = program.start.copy(), program.finish.copy()
    for row in reversed(order):
        latest = latest_start(program, row, start, finish, deadline)
        if latest is None or latest < early[row]:
            return True
        start[row], finish[row] = latest, finish_point(program, row, latest)
    tasks = saved.table("tasks")
    kinds: dict[str, list[int]] = defaultdict(list)
    for row, (kind, count) in enumerate(zip(texts(tasks, "crew_kind"), integers(tasks, "crew_count"), strict=True)):
        if kind and count and program.duration[row]:
            kinds[kind].append(row)
    crews, demand = saved.study["crews"], integers(tasks, "crew_count")
    return any(
        is_overloaded(program, rows, _base(saved, program, kind), early, finish, demand, int(crews[kind]))
        for kind, rows in kinds.items()
    )


def _base(saved: SavedPlan, program: Program, kind: str) -> WorkCalendar:
    """Calendar of a crew kind, whose days hold those of all its seasons."""
    length = len(program.calendar[0].before) - 1
    return make_calendar(worked_days(section(saved, "schedule")["calendar"], kind, program.first, length))


def is_overloaded(
    program: Program,
    rows: list[int],
    calendar: WorkCalendar,
    early: IntArray,
    late_finish: IntArray,
    demand: IntArray,
    crews: int,
) -> bool:
    """Tell whether some window of worked days holds more crew-days than the crews have."""
    head = np.array([calendar.place(int(early[row])) for row in rows])
    due = np.array([calendar.before_end(int(late_finish[row])) for row in rows])
    load = program.duration[rows] * demand[rows]
    for opens in np.unique(head):
        for closes in np.unique(due[due > opens]):
            inside = (head >= opens) & (due <= closes)
            if int(load[inside].sum()) > crews * int(closes - opens):
                return True
    if len(rows) > MANY:
        return False
    own = np.array([program.calendar[row].before for row in rows])
    each = _Tasks(own, early[rows], late_finish[rows], program.duration[rows], demand[rows])
    opens, closes = np.union1d(head, due - each.days), np.union1d(due, head + each.days)
    closes = closes[closes < len(calendar.worked)]
    return any(_holds_too_much(int(place), closes, calendar, each, crews) for place in opens[opens >= 0])


@dataclass(frozen=True, slots=True)
class _Tasks:
    """Tasks of a crew kind: worked days before each day by their own calendars, first start, last finish, work."""

    own: IntArray
    early: IntArray
    late_finish: IntArray
    days: IntArray
    demand: IntArray


def _holds_too_much(opens: int, closes: IntArray, calendar: WorkCalendar, tasks: _Tasks, crews: int) -> bool:
    """Tell whether what no placement can move out of some window from `opens` passes what the crews can do in it.

    A task spends least in a window when it lies as early or as late as it may. Both are counted on its own calendar:
    its season may pause on days on which others work.
    """
    closes = closes[closes > opens]
    row = np.arange(len(tasks.days))
    before = tasks.own[:, calendar.worked[opens]]
    until = tasks.own[:, calendar.worked[closes]].T
    at_left = tasks.own[row, tasks.early] + tasks.days - before
    at_right = until - (tasks.own[row, tasks.late_finish] - tasks.days)
    least = np.minimum(np.minimum(at_left, at_right), np.minimum(tasks.days, until - before))
    need = (np.maximum(least, 0) * tasks.demand).sum(axis=1)
    return bool((need > crews * (closes - opens)).any())
