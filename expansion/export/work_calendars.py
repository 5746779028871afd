"""The working calendars of a plan as a project file states them: weekdays, and what is closed when and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from expansion.plan.saved import SavedPlan

EVERY_DAY, WORKDAYS = "calendar", "workdays"
SPARE_YEARS = 3  # stated beyond the last finish, for whoever moves work later
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

    Holidays stand as the study has them; the winter closure stands for every winter from the start of the plan to
    `SPARE_YEARS` after its end.
    """
    rules = plan.study_document["study"]["schedule"]["calendar"]
    names = {str(name) for table in ("tasks", "resources") for name in plan.tables[table]["calendar"]}
    first, last = _years(plan)
    holidays = sorted(dt.date.fromisoformat(str(day)) for day in rules["holidays"])
    made = {EVERY_DAY: WorkCalendar(EVERY_DAY, (1, 2, 3, 4, 5, 6, 7), ())}
    for name in (WORKDAYS, *sorted(names - {EVERY_DAY, WORKDAYS})):
        closed = _winters(rules.get("winter_closure"), name, first, last)
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


def _winters(rule: dict[str, Any] | None, name: str, first: int, last: int) -> list[Closure]:
    """List the winter closures of a calendar; one that ends before it starts runs over the new year."""
    if rule is None or name not in rule["methods"]:
        return []
    over = int(rule["to"] < rule["from"])
    return [
        Closure(_on(year, rule["from"], 1), _on(year + over, rule["to"], -1), "Winter closure")
        for year in range(first - 1, last + 1)
    ]


def _on(year: int, month_day: str, step: int) -> dt.date:
    """Return a day of a year; for 29 February, where there is none, the day after (`step` 1) or before it (-1)."""
    month, day = int(month_day[:2]), int(month_day[3:])
    try:
        return dt.date(year, month, day)
    except ValueError:
        return dt.date(year, 3, 1) if step > 0 else dt.date(year, 2, 28)
