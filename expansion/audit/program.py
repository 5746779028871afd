"""The tasks of a plan as points in time, and where links let each of them stand.

Time counts days from the study's start. A task of n >= 1 days works n days of its calendar; its start point is the
first of them, its finish point the day after the last. A milestone stands at the start of a worked day, which is both
its points. A link asks a point of the successor to lie no earlier than a point of the predecessor plus its lag.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from expansion.audit.calendars import WorkCalendar, make_calendar, worked_days
from expansion.audit.folder import SavedPlan, integers, split_ids, texts
from expansion.audit.rules import section
from expansion.errors import SourceError

IntArray = NDArray[np.int64]

CREWS = ("survey", "design", "permit", "aerial", "buried", "bore", "splice", "test", "install", "technician", "tower")
_BEYOND = 8 * 366
_SEASON = re.compile(r"\d\d-\d\d/\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Link:
    """A link between rows of tasks; `kind` names the points: F or S of the predecessor, then of the successor."""

    before: int
    after: int
    kind: str
    lag: int


@dataclass(frozen=True, slots=True)
class Program:
    """Tasks by row: ids, points, duration, calendar, first day asked for; and the links into and out of each."""

    first: dt.date
    ids: list[str]
    start: IntArray
    last: IntArray
    duration: IntArray
    calendar: list[WorkCalendar]
    not_before: IntArray
    into: dict[int, list[Link]]
    out: dict[int, list[Link]]

    @property
    def finish(self) -> IntArray:
        """Finish points."""
        return np.where(self.duration > 0, self.last + 1, self.start)

    def links(self) -> list[Link]:
        """All links."""
        return [link for group in self.into.values() for link in group]


def read_program(saved: SavedPlan) -> Program:
    """Read tasks and links, once per plan.

    Raises
    ------
    SourceError
        If a date cannot be read, a calendar is unknown, or a link names a task that does not exist.
    """
    program: Program = saved.once("program", _make_program)
    return program


def _make_program(saved: SavedPlan) -> Program:
    tasks = saved.table("tasks")
    first = dt.date.fromisoformat(section(saved, "study")["start"])
    ids = texts(tasks, "task_id")
    start, last, asked = (_days(texts(tasks, name), first) for name in ("start", "finish", "not_before"))
    length = int(max([0, *start, *last, *asked])) + _BEYOND
    rules = section(saved, "schedule")["calendar"]
    names = texts(tasks, "calendar")
    strange = sorted(name for name in set(names) if not _is_calendar(name))
    if strange:
        raise SourceError(f"unknown calendars {strange}", where=["tasks"])
    known = {
        name: make_calendar(worked_days(rules, name, first, length)) for name in sorted({*names, "workdays", *CREWS})
    }
    known["calendar"] = make_calendar(np.ones(length, dtype=bool))
    into, out = _read_links(saved, ids)
    calendars = [known[name] for name in names]
    return Program(first, ids, start, last, integers(tasks, "duration_days"), calendars, asked, into, out)


def _is_calendar(name: str) -> bool:
    """Tell whether a name is that of a calendar: every day, workdays, or a crew kind with seasons of permits."""
    kind, *seasons = name.split(" ")
    return name in ("calendar", "workdays") or (kind in CREWS and all(_SEASON.fullmatch(one) for one in seasons))


def _days(dates: list[str], first: dt.date) -> IntArray:
    """Days between the study's start and ISO dates."""
    return np.array([(dt.date.fromisoformat(date) - first).days for date in dates], dtype=np.int64)


def _read_links(saved: SavedPlan, ids: list[str]) -> tuple[dict[int, list[Link]], dict[int, list[Link]]]:
    links = saved.table("task_links")
    row = {name: number for number, name in enumerate(ids)}
    into: dict[int, list[Link]] = defaultdict(list)
    out: dict[int, list[Link]] = defaultdict(list)
    columns = [texts(links, name) for name in ("predecessor_id", "successor_id", "kind")]
    for before, after, kind, lag in zip(*columns, integers(links, "lag_days"), strict=True):
        if before not in row or after not in row or kind not in ("FS", "SS", "FF", "SF"):
            raise SourceError(f"link {before} {kind} {after} names no task or kind", where=["task_links"])
        link = Link(row[before], row[after], kind, int(lag))
        into[link.after].append(link)
        out[link.before].append(link)
    return dict(into), dict(out)


def with_crew_sequence(saved: SavedPlan, program: Program) -> Program:
    """Add, per crew, a link from each of its tasks to its next: a crew is at one place at a time.

    So does a place at an agency that works on only so many applications.

    Links between tasks that wait for one another in a circle of logic and crew links are left out.
    """
    tasks = saved.table("tasks")
    turns: dict[tuple[str, str], list[int]] = defaultdict(list)
    columns = (texts(tasks, name) for name in ("crew_kind", "agency", "crews"))
    for row, (kind, agency, crews) in enumerate(zip(*columns, strict=True)):
        for crew in split_ids(crews):
            turns[kind or f"agency {agency}", crew].append(row)
    pairs = set()
    for rows in turns.values():
        ordered = sorted(rows, key=lambda row: (int(program.start[row]), row))
        pairs |= set(pairwise(ordered))
    added = [Link(before, after, "FS", 0) for before, after in sorted(pairs)]
    part = _circles(program, added)
    into = {row: list(links) for row, links in program.into.items()}
    out = {row: list(links) for row, links in program.out.items()}
    for link in added:
        if part[link.before] != part[link.after]:
            into.setdefault(link.after, []).append(link)
            out.setdefault(link.before, []).append(link)
    return replace(program, into=into, out=out)


def _circles(program: Program, added: list[Link]) -> IntArray:
    """Label each task with the circle of links that it lies on, or a label of its own."""
    links = [*program.links(), *added]
    rows, columns = [link.before for link in links], [link.after for link in links]
    size = len(program.ids)
    matrix = coo_array((np.ones(len(links)), (rows, columns)), shape=(size, size))
    return np.asarray(connected_components(matrix, directed=True, connection="strong")[1], dtype=np.int64)


def earliest_start(program: Program, row: int, start: IntArray, finish: IntArray) -> int:
    """First worked day at which a task may start, given the points of its predecessors; crews aside."""
    by_start, by_finish = max(int(program.not_before[row]), 0), -1
    for link in program.into.get(row, []):
        point = int((start if link.kind[0] == "S" else finish)[link.before]) + link.lag
        if link.kind[1] == "S":
            by_start = max(by_start, point)
        else:
            by_finish = max(by_finish, point)
    calendar, length = program.calendar[row], int(program.duration[row])
    day = calendar.next_worked(by_start)
    if by_finish >= 0 and length == 0:
        day = max(day, calendar.next_worked(by_finish))
    elif by_finish > 0:
        place = calendar.place(calendar.next_worked(by_finish - 1)) - length + 1
        day = max(day, calendar.day(max(place, 0)))
    return day


def latest_start(program: Program, row: int, start: IntArray, finish: IntArray, deadline: int) -> int | None:
    """Last worked day at which a task may start, given the points of its successors; None where there is none."""
    by_start, by_finish = deadline, deadline
    for link in program.out.get(row, []):
        point = int((start if link.kind[1] == "S" else finish)[link.after]) - link.lag
        if link.kind[0] == "S":
            by_start = min(by_start, point)
        else:
            by_finish = min(by_finish, point)
    if min(by_start, by_finish) < 0:
        return None
    calendar, length = program.calendar[row], int(program.duration[row])
    place = calendar.before_end(by_start + 1) - 1
    place = min(place, calendar.before_end(by_finish) - length if length else calendar.before_end(by_finish + 1) - 1)
    return calendar.day(place) if place >= 0 else None


def finish_point(program: Program, row: int, start: int) -> int:
    """Finish point of a task that starts on a worked day."""
    calendar, length = program.calendar[row], int(program.duration[row])
    return calendar.day(calendar.place(start) + length - 1) + 1 if length else start


def topological(program: Program) -> list[int]:
    """Rows with every predecessor before its successor.

    Raises
    ------
    SourceError
        If the links run in a circle.
    """
    waiting = {row: len(program.into.get(row, [])) for row in range(len(program.ids))}
    ready = [row for row, count in waiting.items() if count == 0]
    order: list[int] = []
    while ready:
        row = ready.pop()
        order.append(row)
        for link in program.out.get(row, []):
            waiting[link.after] -= 1
            if waiting[link.after] == 0:
                ready.append(link.after)
    if len(order) < len(program.ids):
        raise SourceError("links run in a circle", where=[program.ids[r] for r, n in waiting.items() if n > 0])
    return order
