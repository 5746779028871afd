"""Microsoft Project XML: tasks as an outline with links, calendars, resources, assignments, money and a baseline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from expansion.export import mspdi_schema as xml
from expansion.export.mspdi_tasks import field_lines, task_lines
from expansion.export.mspdi_work import (
    Resource,
    Work,
    assignment_lines,
    availability,
    own_calendar,
    resource_lines,
    resources_of,
    works_of,
)
from expansion.export.work_calendars import EVERY_DAY, WORKDAYS, WorkCalendar, plan_calendars
from expansion.plan.saved import SavedPlan

_OPENING = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Project xmlns="http://schemas.microsoft.com/project">'
)
SAVE_VERSION = 14


def write_mspdi(plan: SavedPlan, path: Path) -> Path:
    """Write a project file that Microsoft Project and others open; equal plans give equal bytes.

    All calendars work 8 hours a day at the same hours, also those that count every day, so that a day is a day on each
    of them. A task that starts later than links and calendars alone would place it (crews, seasons, the year of its
    area) holds its start as start-no-earlier-than, and so does every milestone, which lies at the morning of its day.
    Baseline 0 is the plan. Money is the fixed cost of tasks, in hundredths; resources have no rate.

    References
    ----------
    Microsoft, Project XML Data Interchange Schema Reference (mspdi_pj12), 2007.
    """
    path.write_text("\n".join(project_lines(plan)) + "\n", encoding="utf-8", newline="\n")
    return path


def project_lines(plan: SavedPlan) -> Iterator[str]:
    """Write the document line by line, in the order of the schema."""
    calendars = plan_calendars(plan)
    works = works_of(plan.tables["tasks"])
    resources = resources_of(plan, works)
    uid = _calendar_uids(calendars, resources)
    held = {
        "ExtendedAttributes": field_lines(),
        "Calendars": _calendar_lines(calendars, resources, uid),
        "Tasks": task_lines(plan, calendars, uid, _work_days(plan, works)) if len(plan.tables["tasks"]) else [],
        "Resources": resource_lines(resources, uid, availability(plan)),
        "Assignments": assignment_lines(plan, works, resources),
    }
    yield _OPENING
    values = _properties(plan, uid)
    for name in xml.ORDER["Project"]:
        if name in held:
            yield from xml.wrapped(name, held[name])
        elif values.get(name) is not None:
            yield xml.child(name, values[name])
    yield "</Project>"


def _work_days(plan: SavedPlan, works: Sequence[Work]) -> list[int]:
    """Days of work on each task: its own, times those who work on it."""
    days = [0] * len(plan.tables["tasks"])
    for work in works:
        days[work.row] += int(plan.tables["tasks"]["duration_days"].iloc[work.row]) * work.units
    return days


def _properties(plan: SavedPlan, uid: Mapping[str, int]) -> dict[str, object]:
    """Properties of the project."""
    study, tasks = plan.document["study"], plan.tables["tasks"]
    start = dt.date.fromisoformat(str(plan.study_document["study"]["study"]["start"]))
    finish = dt.date.fromisoformat(str(tasks["finish"].max())) if len(tasks) else start
    return {
        "SaveVersion": SAVE_VERSION,
        "Name": "plan.xml",
        "Title": study["name"],
        "Subject": plan.document["fingerprint"],
        "CreationDate": xml.morning(start),
        "ScheduleFromStart": True,
        "StartDate": xml.morning(start),
        "FinishDate": xml.evening(finish),
        "CriticalSlackLimit": 0,
        "CurrencyDigits": 2,
        "CurrencySymbol": study["currency"],
        "CurrencyCode": study["currency"],
        "CurrencySymbolPosition": 3,
        "CalendarUID": uid[WORKDAYS],
        "DefaultStartTime": xml.BEGIN,
        "DefaultFinishTime": xml.END,
        "MinutesPerDay": xml.HOURS_PER_DAY * 60,
        "MinutesPerWeek": xml.HOURS_PER_DAY
        * 60
        * len(plan.study_document["study"]["schedule"]["calendar"]["workdays"]),
        "DaysPerMonth": 20,
        "DefaultTaskType": 1,
        "DefaultFixedCostAccrual": 2,
        "DurationFormat": xml.DAYS,
        "WorkFormat": 2,
        "HonorConstraints": True,
        "NewTasksEffortDriven": False,
        "NewTasksEstimated": False,
        "WeekStartDay": 1,
        "BaselineForEarnedValue": 0,
    }


def _calendar_uids(calendars: Mapping[str, WorkCalendar], resources: Sequence[Resource]) -> dict[str, int]:
    """Give each calendar a number: workdays first, every day, those of crews, then the own one of each resource."""
    names = [WORKDAYS, EVERY_DAY, *(name for name in calendars if name not in (WORKDAYS, EVERY_DAY))]
    return {name: number for number, name in enumerate([*names, *map(own_calendar, resources)], start=1)}


def _calendar_lines(
    calendars: Mapping[str, WorkCalendar], resources: Sequence[Resource], uid: Mapping[str, int]
) -> list[str]:
    """Write base calendars, then those of resources, which add nothing to their base."""
    own = [
        xml.element(
            "Calendar",
            {
                "UID": uid[own_calendar(one)], "Name": own_calendar(one), "IsBaseCalendar": False,
                "BaseCalendarUID": uid[one.calendar],
            },
        )
        for one in resources
    ]  # fmt: skip
    return [_base_calendar(calendars[name], uid[name]) for name in uid if name in calendars] + own


def _base_calendar(calendar: WorkCalendar, uid: int) -> str:
    """Write the week of a calendar and its closures."""
    weekdays = [_weekday(number, calendar.weekdays) for number in range(1, 8)]
    closures = [
        xml.element(
            "Exception",
            {
                "EnteredByOccurrences": False,
                "TimePeriod": [
                    xml.element(
                        "TimePeriod",
                        {"FromDate": f"{one.first.isoformat()}T00:00:00", "ToDate": f"{one.last.isoformat()}T23:59:00"},
                    )
                ],
                "Occurrences": (one.last - one.first).days + 1,
                "Name": one.name,
                "Type": 1,
                "DayWorking": False,
            },
        )
        for one in calendar.closures
    ]
    return xml.element(
        "Calendar",
        {
            "UID": uid, "Name": calendar.name, "IsBaseCalendar": True, "BaseCalendarUID": -1,
            "WeekDays": xml.wrapped("WeekDays", weekdays), "Exceptions": xml.wrapped("Exceptions", closures),
        },
    )  # fmt: skip


def _weekday(number: int, worked: Sequence[int]) -> str:
    """Write a day of the week, 1 Sunday to 7 Saturday as the schema counts, with its hours."""
    is_worked = ((number + 5) % 7) + 1 in worked
    times = [xml.element("WorkingTime", {"FromTime": begin, "ToTime": end}) for begin, end in xml.SHIFTS]
    values: dict[str, object] = {"DayType": number, "DayWorking": is_worked}
    if is_worked:
        values["WorkingTimes"] = xml.wrapped("WorkingTimes", times)
    return xml.element("WeekDay", values)
