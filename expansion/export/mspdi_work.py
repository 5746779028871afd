"""Who works on what: crews, authorities and roles as resources of a project file, and their assignments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from expansion.export import mspdi_schema as xml
from expansion.export.work_calendars import EVERY_DAY, WORKDAYS
from expansion.plan.saved import SavedPlan

CREW, AGENCY, ROLE = "crew", "agency", "role"
ALWAYS, NEVER = "1984-01-01T00:00:00", "2049-12-31T23:59:00"  # the first and last moment that readers know


@dataclass(frozen=True, slots=True)
class Work:
    """One resource on one task: its name and group, and how many of it are there at once."""

    row: int
    group: str
    name: str
    units: int


def works_of(tasks: pd.DataFrame) -> list[Work]:
    """Say who works on each task that lasts: its crews, else the authority that decides, else the role responsible."""
    found = []
    columns = [tasks[name].to_list() for name in ("duration_days", "crew_kind", "crew_count", "agency", "role")]
    for row, (days, crew, count, agency, role) in enumerate(zip(*columns, strict=True)):
        if not days:
            continue
        if isinstance(crew, str) and crew:
            found.append(Work(row, CREW, crew, int(count)))
        elif isinstance(agency, str) and agency:
            found.append(Work(row, AGENCY, agency, 1))
        elif isinstance(role, str) and role:
            found.append(Work(row, ROLE, role, max(int(count), 1)))
    return found


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource: how many there are, how many are at work on the busiest day, on which calendar, for how long."""

    uid: int
    group: str
    name: str
    count: int
    peak: int
    calendar: str
    work_days: int


def resources_of(plan: SavedPlan, works: Sequence[Work]) -> list[Resource]:
    """List crews as the plan has them, then authorities and roles; of these as many as work at once.

    Crews are limited, the plan is leveled over them. How many cases an authority or a role can take at once no source
    says: as many as the plan asks for.
    """
    tasks = plan.tables["tasks"]
    by_name: dict[tuple[str, str], list[Work]] = {}
    for work in works:
        by_name.setdefault((work.group, work.name), []).append(work)
    stated = plan.tables["resources"]
    counts = {str(name): int(count) for name, count in zip(stated["resource_id"], stated["count"], strict=True)}
    calendars = dict(zip(stated["resource_id"].map(str), stated["calendar"].map(str), strict=True))
    for name in counts:
        if _kind(stated, name) in (CREW, AGENCY):
            by_name.setdefault((_kind(stated, name), name), [])
    found = []
    for uid, (group, name) in enumerate(sorted(by_name, key=lambda key: ((CREW, AGENCY, ROLE).index(key[0]), key[1]))):
        mine = by_name[group, name]
        peak = _peak(tasks, mine)
        default = EVERY_DAY if group == AGENCY else WORKDAYS
        days = sum(int(tasks["duration_days"].iloc[work.row]) * work.units for work in mine)
        count = counts.get(name, peak) if group != ROLE else peak
        calendar = calendars.get(name, default) if group != ROLE else default
        found.append(Resource(uid + 1, group, name, max(count, 1) if group != CREW else count, peak, calendar, days))
    return found


def _kind(stated: pd.DataFrame, name: str) -> str:
    """Tell what the plan's own table calls a resource."""
    if "kind" not in stated:
        return CREW
    return str(stated.loc[stated["resource_id"] == name, "kind"].iloc[0])


def _peak(tasks: pd.DataFrame, works: Sequence[Work]) -> int:
    """Most units on one day, over the days from each task's start to its finish."""
    changes: dict[dt.date, int] = {}
    for work in works:
        first, last = (dt.date.fromisoformat(str(tasks[name].iloc[work.row])) for name in ("start", "finish"))
        after = last + dt.timedelta(days=1)
        changes[first] = changes.get(first, 0) + work.units
        changes[after] = changes.get(after, 0) - work.units
    now = most = 0
    for day in sorted(changes):
        now += changes[day]
        most = max(most, now)
    return most


def availability(plan: SavedPlan) -> dict[str, list[str]]:
    """Write the numbers of each crew kind that change, as the study states them: from which day to which so many."""
    found = {}
    for crew in plan.study_document["study"]["schedule"]["crews"]:
        changes = crew.get("changes") or []
        days = [dt.date.fromisoformat(str(one["from"])) for one in changes]
        firsts = [ALWAYS, *(f"{day.isoformat()}T00:00:00" for day in days)]
        lasts = [*(f"{(day - dt.timedelta(days=1)).isoformat()}T23:59:00" for day in days), NEVER]
        counts = [crew["count"], *(one["count"] for one in changes)]
        if changes:
            found[str(crew["kind"])] = [
                xml.element(
                    "AvailabilityPeriod", {"AvailableFrom": first, "AvailableTo": last, "AvailableUnits": count}
                )
                for first, last, count in zip(firsts, lasts, counts, strict=True)
            ]
    return found


def resource_lines(
    resources: Sequence[Resource], calendar_uid: Mapping[str, int], periods: Mapping[str, Sequence[str]]
) -> list[str]:
    """Write the resources; their calendar is their own, see `own_calendar`; crews that change have `periods`."""
    return [
        xml.element(
            "Resource",
            {
                "UID": one.uid, "ID": one.uid, "Name": one.name, "Type": 1, "IsNull": False, "Group": one.group,
                "MaxUnits": one.count, "PeakUnits": one.peak, "OverAllocated": one.peak > one.count,
                "CanLevel": one.group == CREW, "AccrueAt": 3, "Work": xml.hours(one.work_days),
                "RegularWork": xml.hours(one.work_days), "ActualWork": xml.hours(0),
                "RemainingWork": xml.hours(one.work_days), "PercentWorkComplete": 0, "StandardRate": 0,
                "StandardRateFormat": 2, "Cost": 0, "CostPerUse": 0,
                "CalendarUID": calendar_uid[own_calendar(one)], "IsGeneric": True,
                "AvailabilityPeriods": xml.wrapped(
                    "AvailabilityPeriods", periods.get(one.name, ()) if one.group == CREW else ()
                ),
            },
        )
        for one in resources
    ]  # fmt: skip


def own_calendar(resource: Resource) -> str:
    """Name the calendar of a resource: its own, so that leave can be entered, after the one that it works by."""
    return f"{resource.group}: {resource.name}"


def assignment_lines(plan: SavedPlan, works: Sequence[Work], resources: Sequence[Resource]) -> list[str]:
    """Write the assignments: units, hours, dates; the money of a task is its fixed cost, so that none stands here."""
    tasks = plan.tables["tasks"]
    uid = {(one.group, one.name): one.uid for one in resources}
    lines = []
    for number, work in enumerate(works, start=1):
        days = int(tasks["duration_days"].iloc[work.row])
        first, last = (dt.date.fromisoformat(str(tasks[name].iloc[work.row])) for name in ("start", "finish"))
        hours = xml.hours(days * work.units)
        start, finish = xml.morning(first), xml.evening(last)
        baseline = {"Number": 0, "Start": start, "Finish": finish, "Work": hours, "Cost": 0}
        values = {
            "UID": number, "TaskUID": work.row + 1, "ResourceUID": uid[work.group, work.name],
            "PercentWorkComplete": 0, "ActualWork": xml.hours(0), "Cost": 0, "Finish": finish, "RegularWork": hours,
            "RemainingCost": 0, "RemainingWork": hours, "Start": start, "Units": work.units, "Work": hours,
            "WorkContour": 0, "Baseline": [xml.element("Baseline", baseline)],
        }  # fmt: skip
        lines.append(xml.element("Assignment", values))
    return lines
