"""Elements of Microsoft's project XML in the order of its published schema, and how their values are written.

The schema (mspdi_pj12, Project 2007) is made of sequences: a reader may refuse elements out of order, so that every
element is written through `element`, which puts its children in order. Active and Manual came with Project 2010 and
stand where that version writes them.

References
----------
Microsoft, Project XML Data Interchange Schema Reference, 2007.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from expansion.markup import safe

HOURS_PER_DAY = 8
SHIFTS = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))
BEGIN, END = SHIFTS[0][0], SHIFTS[-1][1]
TENTHS_PER_DAY = HOURS_PER_DAY * 60 * 10
TENTHS_PER_ELAPSED_DAY = 24 * 60 * 10
LINK_TYPES = {"FF": 0, "FS": 1, "SF": 2, "SS": 3}
DAYS, ELAPSED_DAYS = 7, 8  # formats of durations and lags

ORDER: dict[str, tuple[str, ...]] = {
    "Project": (
        "SaveVersion", "Name", "Title", "Subject", "CreationDate", "ScheduleFromStart", "StartDate", "FinishDate",
        "CriticalSlackLimit", "CurrencyDigits", "CurrencySymbol", "CurrencyCode", "CurrencySymbolPosition",
        "CalendarUID", "DefaultStartTime", "DefaultFinishTime", "MinutesPerDay", "MinutesPerWeek", "DaysPerMonth",
        "DefaultTaskType", "DefaultFixedCostAccrual", "DurationFormat", "WorkFormat", "HonorConstraints",
        "NewTasksEffortDriven", "NewTasksEstimated", "WeekStartDay", "BaselineForEarnedValue", "ExtendedAttributes",
        "Calendars", "Tasks", "Resources", "Assignments",
    ),
    "ExtendedAttributes": ("ExtendedAttribute",),
    "Calendars": ("Calendar",),
    "Calendar": ("UID", "Name", "IsBaseCalendar", "BaseCalendarUID", "WeekDays", "Exceptions"),
    "WeekDays": ("WeekDay",),
    "WeekDay": ("DayType", "DayWorking", "WorkingTimes"),
    "WorkingTimes": ("WorkingTime",),
    "WorkingTime": ("FromTime", "ToTime"),
    "Exceptions": ("Exception",),
    "Exception": ("EnteredByOccurrences", "TimePeriod", "Occurrences", "Name", "Type", "DayWorking"),
    "TimePeriod": ("FromDate", "ToDate"),
    "Tasks": ("Task",),
    "Task": (
        "UID", "ID", "Name", "Active", "Manual", "Type", "IsNull", "Contact", "WBS", "OutlineNumber", "OutlineLevel",
        "Priority", "Start", "Finish", "Duration", "DurationFormat", "Work", "EffortDriven", "Recurring", "Estimated",
        "Milestone", "Summary", "Critical", "FreeSlack", "TotalSlack", "FixedCost", "FixedCostAccrual",
        "PercentComplete", "PercentWorkComplete", "Cost", "ActualDuration", "ActualCost", "ActualWork", "RegularWork",
        "RemainingDuration", "RemainingCost", "RemainingWork", "ConstraintType", "CalendarUID", "ConstraintDate",
        "LevelAssignments", "LevelingCanSplit", "IgnoreResourceCalendar", "Notes", "PredecessorLink",
        "ExtendedAttribute", "Baseline",
    ),
    "PredecessorLink": ("PredecessorUID", "Type", "CrossProject", "LinkLag", "LagFormat"),
    "ExtendedAttribute": ("FieldID", "FieldName", "Alias", "Value"),
    "Baseline": (
        "Number", "Start", "Finish", "Duration", "DurationFormat", "EstimatedDuration", "Work", "Cost", "FixedCost",
    ),
    "Resources": ("Resource",),
    "Resource": (
        "UID", "ID", "Name", "Type", "IsNull", "Group", "MaxUnits", "PeakUnits", "OverAllocated", "CanLevel",
        "AccrueAt", "Work", "RegularWork", "ActualWork", "RemainingWork", "PercentWorkComplete", "StandardRate",
        "StandardRateFormat", "Cost", "CostPerUse", "CalendarUID", "Notes", "IsGeneric", "AvailabilityPeriods",
    ),
    "AvailabilityPeriods": ("AvailabilityPeriod",),
    "AvailabilityPeriod": ("AvailableFrom", "AvailableTo", "AvailableUnits"),
    "Assignments": ("Assignment",),
    "Assignment": (
        "UID", "TaskUID", "ResourceUID", "PercentWorkComplete", "ActualWork", "Cost", "Finish", "RegularWork",
        "RemainingCost", "RemainingWork", "Start", "Units", "Work", "WorkContour", "Baseline",
    ),
}  # fmt: skip

Value = object | Iterable[str]


def element(name: str, children: Mapping[str, object]) -> str:
    """Write an element with its children in the order of the schema.

    Parameters
    ----------
    name
        Element, a key of `ORDER`.
    children
        Values by child. None is left out; a flag becomes 0 or 1; a tuple or list holds children that are written.

    Raises
    ------
    KeyError
        If a child is none of the element's.

    Examples
    --------
    >>> element("TimePeriod", {"ToDate": "b", "FromDate": "a"})
    '<TimePeriod><FromDate>a</FromDate><ToDate>b</ToDate></TimePeriod>'
    """
    unknown = sorted(set(children) - set(ORDER[name]))
    if unknown:
        raise KeyError(f"{name} has no {', '.join(unknown)}")
    return f"<{name}>{''.join(child(one, children.get(one)) for one in ORDER[name])}</{name}>"


def child(name: str, value: object) -> str:
    """Write one child: its text, or elements that are written already."""
    if value is None:
        return ""
    if isinstance(value, (tuple, list)):
        return "".join(value)
    return f"<{name}>{safe(int(value) if isinstance(value, bool) else value)}</{name}>"


def wrapped(name: str, parts: Iterable[str]) -> list[str]:
    """Put elements that are written already into one that holds a list; nothing where there are none."""
    held = list(parts)
    return [f"<{name}>", *held, f"</{name}>"] if held else []


def morning(day: dt.date) -> str:
    """Write the moment at which work begins on a day."""
    return f"{day.isoformat()}T{BEGIN}"


def evening(day: dt.date) -> str:
    """Write the moment at which work ends on a day."""
    return f"{day.isoformat()}T{END}"


def hours(days: float) -> str:
    """Write days of work as a duration: whole minutes, never days, never negative."""
    minutes = round(days * HOURS_PER_DAY * 60)
    return f"PT{minutes // 60}H{minutes % 60}M0S"


def hundredths(amount: float) -> int:
    """Write money as the schema's readers take it: in hundredths."""
    return round(amount * 100)
