"""Check how much each agency and role is asked to do, and that no agency works on more than the study lets it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.program import Program
from expansion.audit.rules import section
from expansion.audit.sections import days_filed

IntArray = NDArray[np.int64]
_DESK = "desk "


@dataclass(frozen=True, slots=True)
class Asked:
    """Agency or role: its calendar, applications at a time (0 is any number), and its tasks by row with people."""

    kind: str
    calendar: str
    limit: int
    work: list[tuple[int, int]]


def agency_limits(saved: SavedPlan) -> dict[str, int]:
    """Applications at a time of each agency that has a limit: its own row, else that of its kind."""
    rows, permits = section(saved, "schedule")["agencies"], saved.table("permits")
    columns = (texts(permits, "authority"), texts(permits, "authority_kind"))
    own, of_kind = ({row[key]: row["count"] for row in rows if row[key]} for key in ("name", "kind"))
    pairs = {(who or kind, kind) for who, kind in zip(*columns, strict=True)}
    found = {name: own.get(name, of_kind.get(kind)) for name, kind in sorted(pairs)}
    return {name: int(count) for name, count in found.items() if count}


def desks_of(saved: SavedPlan, program: Program) -> list[str]:
    """Per task the desk at which its permit needs a place: that of an agency with a limit, "" for all others.

    What was filed before the first day has its place already.
    """
    limits, filed, tasks = agency_limits(saved), days_filed(saved), saved.table("tasks")
    rows = zip(texts(tasks, "agency"), texts(tasks, "permit_id"), program.duration.tolist(), strict=True)
    return [_DESK + who if who in limits and days and filed[permit] < 0 else "" for who, permit, days in rows]


def desk_room(saved: SavedPlan, program: Program, length: int) -> dict[str, IntArray]:
    """Places of each desk per day that what was filed before leaves."""
    limits, filed, tasks = agency_limits(saved), days_filed(saved), saved.table("tasks")
    room = {_DESK + name: np.full(length, count, dtype=np.int64) for name, count in limits.items()}
    rows = zip(texts(tasks, "agency"), texts(tasks, "permit_id"), program.duration.tolist(), strict=True)
    for agency, permit, days in rows:
        if agency in limits and filed[permit] >= 0:
            room[_DESK + agency][:days] -= 1
    return {name: np.maximum(places, 0) for name, places in room.items()}


def check_desks(ledger: Ledger, saved: SavedPlan, program: Program) -> None:
    """Check that no agency has more applications on a day than places, and that each one has a place of its own."""
    desks, numbered = desks_of(saved, program), texts(saved.table("tasks"), "crews")
    length = len(program.calendar[0].before) if program.calendar else 0
    room = desk_room(saved, program, length)
    load = {desk: np.zeros(length, dtype=np.int64) for desk in room}
    crewed = texts(saved.table("tasks"), "crew_kind")
    odd = [program.ids[row] for row, desk in enumerate(desks) if not crewed[row] and bool(numbered[row]) != bool(desk)]
    places: set[tuple[str, str, int]] = set()
    for row, desk in enumerate(desks):
        days = range(int(program.start[row]), int(program.last[row]) + 1) if desk else ()
        for day in days:
            load[desk][day] += 1
        taken = {(desk, numbered[row], day) for day in days}
        odd += [program.ids[row]] if taken & places else []
        places |= taken
    ledger.nothing(odd, "applications without a place of their own at an agency with a limit", len(desks))
    over = sorted(desk for desk, used in load.items() if (used > room[desk]).any())
    ledger.nothing(over, "agencies work on more applications than they can", len(room) + 1)


def check_other_rows(ledger: Ledger, saved: SavedPlan, program: Program, rows: Any) -> None:
    """Count the days of permits at each agency, and of office work by each role, again: in all, at most, in share."""
    wanted = _spans(saved, program)
    names = texts(rows, "resource_id")
    ledger.nothing(sorted(set(names) ^ set(wanted)), "resources do not list every agency and role at work", len(wanted))
    ledger.that(len(set(names)) == len(names), "agencies or roles stand twice in resources")
    found = [wanted.get(name) for name in names]
    days = np.array([_measure(saved, program, one) for one in found], dtype=np.float64).reshape(-1, 4)
    for place, name in enumerate(("crew_days", "peak", "count")):
        ledger.none(numbers(rows, name) != days[:, place], names, f"resources.{name} of agencies and roles")
    ledger.none(np.abs(numbers(rows, "utilization") - days[:, 3]) > 2e-6, names, "resources.utilization of these")
    told = zip(texts(rows, "kind"), texts(rows, "calendar"), strict=True)
    wrong = [asked is None or one != (asked.kind, asked.calendar) for one, asked in zip(told, found, strict=True)]
    ledger.none(wrong, names, "resources.kind or resources.calendar of agencies and roles")


def _spans(saved: SavedPlan, program: Program) -> dict[str, Asked]:
    """List what each agency and role is asked to do, by the name that it bears among the resources."""
    tasks, limits = saved.table("tasks"), agency_limits(saved)
    columns = [texts(tasks, name) for name in ("agency", "crew_kind", "role", "calendar")]
    held: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    every_day: set[tuple[str, str]] = set()
    for row, (agency, crew, role, calendar) in enumerate(zip(*columns, strict=True)):
        key = ("agency", agency) if agency else ("role", role)
        if program.duration[row] and (agency or (role and not crew)):
            held[key].append((row, 1 if agency else max(int(tasks["crew_count"].iloc[row]), 1)))
            every_day |= {key} if calendar != "workdays" else set()
    found: dict[str, Asked] = {}
    taken = set(saved.study["crews"])
    for kind, name in sorted(held):
        own = name if name not in taken else f"{kind} {name}"
        taken |= {name} if kind == "agency" else set()
        limit = limits.get(name, 0) if kind == "agency" else 0
        calendar = "calendar" if (kind, name) in every_day else "workdays"
        found[own] = Asked(kind, calendar, limit, held[kind, name])
    return found


def _measure(saved: SavedPlan, program: Program, asked: Asked | None) -> tuple[float, float, float, float]:
    """Days of all work, the most at once, the number, and the share of that number between first and last."""
    if asked is None:
        return 0.0, 0.0, 0.0, 0.0
    load = np.zeros(len(program.calendar[0].before), dtype=np.int64)
    for row, people in asked.work:
        load[program.calendar[row].days(int(program.start[row]), int(program.duration[row]))] += people
    busy = np.flatnonzero(load)
    names = texts(saved.table("tasks"), "calendar")
    days = np.arange(len(load)) if asked.calendar == "calendar" else program.calendar[names.index("workdays")].worked
    count = asked.limit or int(load.max())
    offered = int(((days >= busy[0]) & (days <= busy[-1])).sum()) * count
    return float(load.sum()), float(load.max()), float(count), float(load.sum()) / offered
