"""Check dates, links, crews, left-justification, floats and permits of the schedule."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.agencies import check_desks, check_other_rows, desk_room, desks_of
from expansion.audit.calendars import worked_days
from expansion.audit.crew_numbers import calendars_asked, crews_by_day, crews_on, most_crews
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.program import (
    Program,
    earliest_start,
    finish_point,
    latest_start,
    read_program,
    topological,
    with_crew_sequence,
)
from expansion.audit.rules import section
from expansion.audit.sections import days_filed, tickets_of

IntArray = NDArray[np.int64]
Load = dict[str, NDArray[np.int64]]


def check_dates(saved: SavedPlan) -> Check:
    """Check durations on the calendars, first days, and that every link holds without a negative lag."""
    ledger = Ledger("dates")
    program, tasks = read_program(saved), saved.table("tasks")
    ids = program.ids
    ledger.that(len(set(ids)) == len(ids), "task ids are not unique")
    ledger.none(program.start < 0, ids, "tasks start before the study")
    ledger.none(program.start < program.not_before, ids, "tasks start before their first day")
    rows = range(len(ids))
    idle = [not program.calendar[r].is_worked(int(program.start[r])) for r in rows]
    ledger.none(idle, ids, "tasks start on a day that is not worked")
    counted = [program.calendar[r].count(int(program.start[r]), int(program.last[r])) for r in rows]
    milestone = program.duration == 0
    ledger.none(~milestone & (counted != program.duration), ids, "duration is not the worked days between the dates")
    ended = [program.calendar[r].is_worked(int(program.last[r])) for r in rows]
    ledger.none(~np.array(ended, dtype=bool), ids, "tasks finish on a day that is not worked")
    ledger.none(milestone & (program.start != program.last), ids, "milestones take more than a point in time")
    ledger.none(milestone & (integers(tasks, "crew_count") > 0), ids, "milestones take crews")
    _check_links(ledger, program, saved.table("task_links"))
    _check_calendars(ledger, saved, tasks)
    _check_first_days(ledger, saved, tasks)
    return ledger.close()


def _check_calendars(ledger: Ledger, saved: SavedPlan, tasks: Any) -> None:
    """Check that work with a crew runs on the crew's calendar."""
    crew, asked = (np.array(names, dtype=object) for names in (texts(tasks, "crew_kind"), calendars_asked(saved)))
    told = np.array(texts(tasks, "calendar"), dtype=object)
    wrong = (crew != "") & (asked != told)
    ledger.none(wrong, texts(tasks, "task_id"), "crews work on another calendar than theirs in the permits' seasons")
    ledger.none((crew != "") & (integers(tasks, "crew_count") < 1), texts(tasks, "task_id"), "crew work without a crew")


def _check_first_days(ledger: Ledger, saved: SavedPlan, tasks: Any) -> None:
    """Recompute the first day asked for: January 1 of the area's year, of the year before for planning and buying."""
    areas = saved.table("areas")
    year = dict(zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True))
    begin = str(section(saved, "study")["start"])
    wrong = []
    tasks = tasks[
        np.array(texts(tasks, "initiative_id"), dtype=object) == ""
    ]  # those of initiatives are checked as work
    columns = [texts(tasks, name) for name in ("task_id", "area_id", "wbs_phase", "not_before", "permit_id")]
    filed = days_filed(saved)
    for name, area, phase, told, permit in zip(*columns, strict=True):
        first = begin
        if area and filed.get(permit, -1) < 0:
            built = int(np.nan_to_num(year.get(area, 0.0))) - (phase in ("planning", "resource allocation"))
            first = max(begin, f"{built:04d}-01-01")
        if told != first:
            wrong.append(f"{name} ({told}, expected {first})")
    ledger.nothing(wrong, "not_before is not the year that the money is for", len(tasks))


def _check_links(ledger: Ledger, program: Program, table: Any) -> None:
    """Compare both points of every link."""
    names = list(zip(texts(table, "predecessor_id"), texts(table, "successor_id"), texts(table, "kind"), strict=True))
    ledger.that(len(set(names)) == len(names), "a link stands twice")
    links, finish = program.links(), program.finish
    broken = []
    for link in links:
        point = int((program.start if link.kind[0] == "S" else finish)[link.before])
        if int((program.start if link.kind[1] == "S" else finish)[link.after]) < point + link.lag:
            broken.append(f"{program.ids[link.before]} {link.kind}+{link.lag} {program.ids[link.after]}")
    ledger.nothing(broken, "links are broken", len(links))
    ledger.nothing([program.ids[k.after] for k in links if k.lag < 0], "links with a negative lag", len(links))
    ledger.nothing(
        [program.ids[k.after] for k in links if k.before == k.after], "tasks wait for themselves", len(links)
    )


def check_logic(saved: SavedPlan) -> Check:
    """Check that no task hangs loose, that dates are as early as they can be, and that floats and bounds are true."""
    ledger = Ledger("logic")
    program = read_program(saved)
    order = topological(program)
    firsts = [program.ids[row] for row in order if not program.into.get(row)]
    lasts = [program.ids[row] for row in order if not program.out.get(row)]
    ledger.that(len(firsts) <= 1, f"tasks without a predecessor beside the first: {firsts[:5]}")
    ledger.that(len(lasts) <= 1, f"tasks without a successor beside the last: {lasts[:5]}")
    _check_left(ledger, saved, program)
    _check_floats(ledger, saved, with_crew_sequence(saved, program))
    _check_span(ledger, saved, program)
    return ledger.close()


def crew_load(saved: SavedPlan, program: Program) -> Load:
    """Crews at work per kind and day."""
    tasks = saved.table("tasks")
    length = len(program.calendar[0].before) if program.calendar else 0
    load: Load = defaultdict(lambda: np.zeros(length, dtype=np.int64))
    for row, (kind, count) in enumerate(zip(texts(tasks, "crew_kind"), integers(tasks, "crew_count"), strict=True)):
        if kind and program.duration[row]:
            load[kind][program.calendar[row].days(int(program.start[row]), int(program.duration[row]))] += count
    return dict(load)


def check_crews(saved: SavedPlan) -> Check:
    """Check that no crew kind is over its number on any day, and what the resources table tells."""
    ledger = Ledger("crews")
    program = read_program(saved)
    load, most = crew_load(saved, program), most_crews(saved)
    for kind in sorted(load):
        over = np.flatnonzero(load[kind] > crews_by_day(saved, kind, len(load[kind])))
        ledger.nothing([f"{kind} on day {day}" for day in over], "crews over their number", int((load[kind] > 0).sum()))
    _check_crew_numbers(ledger, saved, program)
    _check_resources(ledger, saved, program, load, most)
    return ledger.close()


def _check_resources(ledger: Ledger, saved: SavedPlan, program: Program, load: Load, most: dict[str, int]) -> None:
    """Check what the table of resources tells of crews; agencies are checked apart."""
    resources = saved.table("resources")
    is_crew = np.array(texts(resources, "kind"), dtype=object) == "crew"
    check_other_rows(ledger, saved, program, resources[~is_crew])
    check_desks(ledger, saved, program)
    resources = resources[is_crew]
    names = texts(resources, "resource_id")
    days = [int(load[name].sum()) if name in load else 0 for name in names]
    peak = [int(load[name].max()) if name in load else 0 for name in names]
    ledger.that(sorted(names) == sorted(most) or not names, "resources do not list every crew kind once")
    ledger.nothing(sorted(set(load) - set(names)), "crews at work that resources lack")
    ledger.none(integers(resources, "count") != [most.get(name, -1) for name in names], names, "resources.count")
    ledger.none(np.abs(numbers(resources, "crew_days") - days) > 0.001, names, "resources.crew_days")
    ledger.none(integers(resources, "peak") != peak, names, "resources.peak")
    used = [_utilization(saved, program, name, days, most) for name, days in zip(names, days, strict=True)]
    ledger.none(np.abs(numbers(resources, "utilization") - used) > 2e-6, names, "resources.utilization")
    ledger.none([a != b for a, b in zip(texts(resources, "calendar"), names, strict=True)], names, "resources.calendar")


def _utilization(saved: SavedPlan, program: Program, kind: str, crew_days: int, most: dict[str, int]) -> float:
    """Crew-days over those on offer between the first and the last day of use."""
    tasks = saved.table("tasks")
    kinds = texts(tasks, "crew_kind")
    rows = [row for row, own in enumerate(kinds) if own == kind and program.duration[row]]
    if not rows or not most.get(kind):
        return 0.0
    first, last = min(int(program.start[row]) for row in rows), max(int(program.last[row]) for row in rows)
    rules = section(saved, "schedule")["calendar"]
    worked = worked_days(rules, kind, program.first, last + 1)[first:]
    return crew_days / int(crews_by_day(saved, kind, last + 1)[first:][worked].sum())


def _check_crew_numbers(ledger: Ledger, saved: SavedPlan, program: Program) -> None:
    """Check that each task names as many crews as it takes, of those there then are, none at two places on one day."""
    tasks = saved.table("tasks")
    busy: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    wrong = []
    columns = (texts(tasks, "crew_kind"), texts(tasks, "crews"), integers(tasks, "crew_count"))
    for row, (kind, text, count) in enumerate(zip(*columns, strict=True)):
        if not kind:  # places at agencies are checked with them
            continue
        crews = {int(part) for part in split_ids(text)}
        if len(crews) != count or max(crews, default=0) > _there(saved, program, row, kind):
            wrong.append(program.ids[row])
        for crew in crews:
            busy[kind, crew].append((int(program.start[row]), int(program.last[row])))
    ledger.nothing(wrong, "tasks do not name the crews that they take", len(tasks))
    twice = [
        f"{kind} {crew}"
        for (kind, crew), turns in busy.items()
        if any(later[0] <= earlier[1] for earlier, later in pairwise(sorted(turns)))
    ]
    ledger.nothing(twice, "crews are at two places at once", len(busy))


def _there(saved: SavedPlan, program: Program, row: int, kind: str) -> int:
    """Crews of a kind on the first day of a task."""
    return crews_on(saved, kind, program.first + dt.timedelta(days=int(program.start[row])))


def _takers(saved: SavedPlan, program: Program) -> list[tuple[str, int]]:
    """Tell what each task takes and how much of it: crews, or a place at an agency with a limit."""
    tasks = saved.table("tasks")
    rows = zip(texts(tasks, "crew_kind"), integers(tasks, "crew_count").tolist(), desks_of(saved, program), strict=True)
    return [(kind, count) if kind else (desk, 1) for kind, count, desk in rows]


def _check_left(ledger: Ledger, saved: SavedPlan, program: Program) -> None:
    """Try to start every task on each earlier day with everything else fixed."""
    takes, load = _takers(saved, program), crew_load(saved, program)
    there = {kind: crews_by_day(saved, kind, len(used)) for kind, used in load.items()}
    length = len(program.calendar[0].before) if program.calendar else 0
    for name, room in desk_room(saved, program, length).items():
        there[name], load[name] = room, np.zeros(length, dtype=np.int64)
        for row in [row for row, (taken, _) in enumerate(takes) if taken == name]:
            load[name][program.start[row] : program.last[row] + 1] += 1
    start, finish = program.start, program.finish
    early = []
    for row, (kind, count) in enumerate(takes):
        calendar, length = program.calendar[row], int(program.duration[row])
        own = calendar.place(int(start[row]))
        least = calendar.place(earliest_start(program, row, start, finish))
        if least >= own:
            continue
        if not kind or not length:
            early.append(program.ids[row])
            continue
        busy = load[kind][calendar.worked[least : own + length]].copy()
        busy[own - least :] -= count
        fits = busy + count <= there[kind][calendar.worked[least : own + length]]
        runs = np.convolve(fits, np.ones(length, dtype=np.int64), "valid")
        if (runs[: own - least] == length).any():
            early.append(program.ids[row])
    ledger.nothing(early, "tasks could start earlier with everything else fixed", len(program.ids))


def _check_floats(ledger: Ledger, saved: SavedPlan, program: Program) -> None:
    """Recompute total and free floats in worked days of each task's calendar."""
    order = topological(program)
    tasks, start, finish = saved.table("tasks"), program.start, program.finish
    deadline = int(finish.max(initial=0))
    late_start, late_finish = start.copy(), finish.copy()
    total, free = np.zeros(len(start), dtype=np.int64), np.zeros(len(start), dtype=np.int64)
    for row in reversed(order):
        calendar = program.calendar[row]
        latest = latest_start(program, row, late_start, late_finish, deadline)
        late_start[row] = -1 if latest is None else latest
        late_finish[row] = -1 if latest is None else finish_point(program, row, latest)
        total[row] = -1 if latest is None else calendar.place(latest) - calendar.place(int(start[row]))
        alone = latest_start(program, row, start, finish, deadline)
        free[row] = -1 if alone is None else calendar.place(alone) - calendar.place(int(start[row]))
    ledger.none(integers(tasks, "total_float_days") != total, program.ids, "total_float_days")
    ledger.none(integers(tasks, "free_float_days") != free, program.ids, "free_float_days")
    ledger.none(flags(tasks, "is_critical") != (total <= 0), program.ids, "is_critical does not fit the float")
    ledger.equal(saved.document["schedule"]["critical_tasks"], int((total <= 0).sum()), "schedule.critical_tasks")


def _check_span(ledger: Ledger, saved: SavedPlan, program: Program) -> None:
    """Check start, finish and makespan in plan.json, and the order of the drawn dates."""
    told = saved.document["schedule"]
    if not program.ids:
        ledger.that(told["start"] is None and told["makespan_days"] == 0, "a schedule of nothing has dates")
        return
    starts, ends = texts(saved.table("tasks"), "start"), texts(saved.table("tasks"), "finish")
    ledger.equal(told["start"], min(starts), "schedule.start")
    ledger.equal(told["finish"], max(ends), "schedule.finish")
    ledger.equal(told["makespan_days"], int(program.finish.max()), "schedule.makespan_days")
    dates = [told[name] for name in ("finish_p50", "finish_p80", "finish_p90")]
    ledger.that(
        dates == sorted(dates) and dates[0] >= told["start"], "finish_p50, finish_p80 and finish_p90 are out of order"
    )


def check_permit_tasks(saved: SavedPlan) -> Check:
    """Check that each permit has its task of its lead time, and that what it blocks starts after it."""
    ledger = Ledger("permit tasks")
    program, permits = read_program(saved), saved.table("permits")
    row = {name: number for number, name in enumerate(program.ids)}
    of = defaultdict(list)
    for number, permit in enumerate(texts(saved.table("tasks"), "permit_id")):
        if permit:
            of[permit].append(number)
    ids = texts(permits, "permit_id")
    ledger.nothing(sorted(set(of) - set(ids)), "tasks of permits that do not exist", len(of))
    asked: dict[str, set[str]] = defaultdict(set)
    for ticket in tickets_of(saved):
        asked[ticket.permit].add(ticket.task)
    lacking = [{program.ids[task] for task in of[name]} != asked[name] for name in ids]
    ledger.none(lacking, ids, "permits without a task of their own")
    granted = np.array([state == "approved" for state in texts(permits, "state")], dtype=bool)
    gone = np.array([days_filed(saved)[name] for name in ids])
    lead = integers(permits, "lead_time_calendar_days")
    lead = np.where(granted, 0, np.where(gone >= 0, np.maximum(lead - gone, 1), lead))
    wrong = [any(program.duration[task] != days for task in of[name]) for name, days in zip(ids, lead, strict=True)]
    ledger.none(wrong, ids, "permit tasks are not as long as the lead time")
    early, lost = [], []
    for name, text in zip(ids, texts(permits, "blocks_task_ids"), strict=True):
        for blocked in split_ids(text):
            if blocked not in row:
                lost.append(f"{name} {blocked}")
            elif _is_early(program, row[blocked], of[name]):
                early.append(f"{name} {blocked}")
    ledger.nothing(lost, "permits block tasks that do not exist", len(ids))
    ledger.nothing(early, "blocked tasks start before their permit", len(ids))
    _check_agencies(ledger, saved)
    _check_blocking_links(ledger, program, permits, of)
    return ledger.close()


def _is_early(program: Program, blocked: int, tasks: list[int]) -> bool:
    """Tell whether work starts before the permit that it is linked to, of several calls before its own."""
    linked = {link.before for link in program.into.get(blocked, [])} & set(tasks)
    return any(program.start[blocked] < program.finish[task] for task in linked or tasks)


def _check_agencies(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that each permit's task names the agency: the authority, else its kind."""
    permits, tasks = saved.table("permits"), saved.table("tasks")
    columns = (texts(permits, name) for name in ("permit_id", "authority", "authority_kind"))
    agency = {name: who or kind for name, who, kind in zip(*columns, strict=True)}
    pairs = list(zip(texts(tasks, "permit_id"), texts(tasks, "agency"), strict=True))
    wrong = [name or who for name, who in pairs if who != agency.get(name, "")]
    ledger.nothing(wrong, "tasks of another agency than the permit's authority", len(pairs))


def _check_blocking_links(ledger: Ledger, program: Program, permits: Any, of: dict[str, list[int]]) -> None:
    """Compare the tasks that a permit blocks with the links out of its task."""
    wrong = []
    for name, text in zip(texts(permits, "permit_id"), texts(permits, "blocks_task_ids"), strict=True):
        after = {
            program.ids[link.after] for task in of[name] for link in program.out.get(task, []) if link.kind == "FS"
        }
        if not set(split_ids(text)) <= after:
            wrong.append(name)
    ledger.nothing(wrong, "tasks that a permit blocks are not linked to it", len(permits))
