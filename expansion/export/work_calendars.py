"""The working calendars of a plan as a project file states them: weekdays, and what is closed when and why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from expansion.plan.saved import SavedPlan

EVERY_DAY, WORKDAYS = "calendar", "workdays"
SPARE_YEARS = 3  # stated beyond the last finish, for whoever moves work later
WINTER, OUT_OF_SEASON = "Winter closure", "Out of season"
_SEASON = re.compile(r"\d\d-\d\d/\d\d-\d\d")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which nobody works, both ends included, and why."""

    first: dt.date
    last: dt.date
    name: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Weekdays worked, 1 Monday to 7 Sunday, and closures: ascending, none overlapping another."""

    name: str
    weekdays: tuple[int, ...]
    closures: tuple[Closure, ...]

    def is_open(self, day: dt.date) -> bool:
        """Tell whether a day is worked."""
        return day.isoweekday() in self.weekdays and not any(one.first <= day <= one.last for one in self.closures)

    def next_open(self, day: dt.date) -> dt.date:
        """Return the first working day on or after a day."""
        while not self.is_open(day):
            day += _DAY
        return day

    def days_between(self, first: dt.date, last: dt.date) -> int:
        """Count the working days from one day to another, both included."""
        return sum(self.is_open(first + number * _DAY) for number in range((last - first).days + 1))


def plan_calendars(plan: SavedPlan) -> dict[str, WorkCalendar]:
    """Return the calendars of a plan by name: every day, workdays, and one per name that tasks and crews use.

    Holidays stand as the study has them; winter closures and what lies out of season, which the name of a calendar
    holds, stand for every year from the one before the plan's start to `SPARE_YEARS` after its end.
    """
    rules = plan.study_document["study"]["schedule"]["calendar"]
    names = {str(name) for table in ("tasks", "resources") for name in plan.tables[table]["calendar"]}
    first, last = _years(plan)
    holidays = sorted(dt.date.fromisoformat(str(day)) for day in rules["holidays"])
    made = {EVERY_DAY: WorkCalendar(EVERY_DAY, (1, 2, 3, 4, 5, 6, 7), ())}
    for name in (WORKDAYS, *sorted(names - {EVERY_DAY, WORKDAYS})):
        closed = _closures(name, rules.get("winter_closure"), first, last)
        free = [day for day in holidays if not any(one.first <= day <= one.last for one in closed)]
        all_closed = sorted([*closed, *(Closure(day, day, "Holiday") for day in free)], key=lambda one: one.first)
        made[name] = WorkCalendar(name, tuple(rules["workdays"]), tuple(all_closed))
    return made


def _years(plan: SavedPlan) -> tuple[int, int]:
    """First and last year that calendars are stated for."""
    start = dt.date.fromisoformat(str(plan.study_document["study"]["study"]["start"]))
    finishes = plan.tables["tasks"]["finish"]
    last = int(str(finishes.max())[:4]) if len(finishes) else start.year
    return start.year, last + SPARE_YEARS


def _closures(name: str, rule: Mapping[str, Any] | None, first: int, last: int) -> list[Closure]:
    """List the closures of a calendar that come back each year: its winter closure, and all days out of its seasons."""
    kind, windows = seasons_of(name)
    winter = (str(rule["from"]), str(rule["to"])) if rule is not None and kind in rule["methods"] else None
    if winter is None and not windows:
        return []
    found: list[Closure] = []
    day = dt.date(first - 1, 1, 1)
    while day.year <= last:
        reason = _closed_for(f"{day:%m-%d}", winter, windows)
        if found and reason == found[-1].name and found[-1].last == day - _DAY:
            found[-1] = replace(found[-1], last=day)
        elif reason:
            found.append(Closure(day, day, reason))
        day += _DAY
    return found


def seasons_of(name: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Read the name of a calendar: a crew kind, and the seasons within which it works, MM-DD/MM-DD, both included.

    Examples
    --------
    >>> seasons_of("buried 04-15/11-15 06-01/09-30")
    ('buried', (('04-15', '11-15'), ('06-01', '09-30')))
    """
    kind, *windows = name.split(" ")
    if not windows or not all(_SEASON.fullmatch(window) for window in windows):
        return name, ()
    return kind, tuple((window[:5], window[6:]) for window in windows)


def _closed_for(day: str, winter: tuple[str, str] | None, windows: Sequence[tuple[str, str]]) -> str:
    """Say why a day of the year, MM-DD, is closed; "" where it is not."""
    if winter and _within(day, *winter):
        return WINTER
    return "" if all(_within(day, *window) for window in windows) else OUT_OF_SEASON


def _within(day: str, first: str, last: str) -> bool:
    """Tell whether a day lies from first to last, over the new year where first lies after last."""
    return first <= day <= last if first <= last else day >= first or day <= last
