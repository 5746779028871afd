"""Working calendars: which days of the plan each crew kind works, counted from the study's start as day 0."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.errors import InfeasibleError
from expansion.study import Study

IntArray = NDArray[np.int64]

EVERY_DAY = "calendar"
WORKDAYS = "workdays"
YEAR_DAYS = 366
LAST_DAY = (dt.date(9999, 12, 31) - dt.date(1, 1, 1)).days


@dataclass(frozen=True, slots=True)
class Calendars:
    """Working days per calendar over a horizon.

    Attributes
    ----------
    start
        Date of day 0.
    names
        ``calendar`` (every day), ``workdays`` (workdays less holidays), then one per crew kind (workdays less holidays
        less its winter closure), ascending.
    days
        Row per calendar: its working days in order, counted from `start`; padded with `horizon` beyond the last.
    index
        Row per calendar, shape ``(calendars, horizon + 1)``: number of working days before a day, which is the place
        in `days` of the first working day on or after it.
    horizon
        Days covered.
    """

    start: dt.date
    names: tuple[str, ...]
    days: IntArray
    index: IntArray
    horizon: int

    def place(self, name: str) -> int:
        """Row of a calendar."""
        return self.names.index(name)

    def date(self, day: int) -> str:
        """ISO date of a day."""
        return (self.start + dt.timedelta(days=int(day))).isoformat()

    def day(self, date: str) -> int:
        """Day of an ISO date."""
        return (dt.date.fromisoformat(date) - self.start).days


def make_calendars(study: Study, horizon: int) -> Calendars:
    """Lay the study's workdays, holidays and winter closure over `horizon` days from its start."""
    names = (EVERY_DAY, WORKDAYS, *study.schedule.crew_counts())
    working = working_days(study, names, horizon)
    index = np.zeros((len(names), horizon + 1), dtype=np.int64)
    np.cumsum(working, axis=1, out=index[:, 1:])
    days = np.full((len(names), horizon + 1), horizon, dtype=np.int64)
    for row, is_worked in enumerate(working):
        found = np.flatnonzero(is_worked)
        days[row, : len(found)] = found
    return Calendars(study.study.start, names, days, index, horizon)


def working_days(study: Study, names: tuple[str, ...], horizon: int) -> NDArray[np.bool_]:
    """Whether each day is worked, shape ``(len(names), horizon)``."""
    dates = np.datetime64(study.study.start, "D") + np.arange(horizon)
    rules = study.schedule.calendar
    weekday = (dates.astype(np.int64) + 3) % 7 + 1  # 1970-01-01 was a Thursday
    open_days = np.isin(weekday, rules.workdays)
    open_days &= ~np.isin(dates, np.array(rules.holidays, dtype="datetime64[D]"))
    closed = _closure(study, dates)
    methods = rules.winter_closure.methods if rules.winter_closure else ()
    working = np.tile(open_days, (len(names), 1))
    for row, name in enumerate(names):
        if name == EVERY_DAY:
            working[row] = True
        elif name in methods:
            working[row] &= ~closed
    return working


def _closure(study: Study, dates: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Days inside the winter closure, both ends included; one that starts after it ends runs over the new year."""
    rule = study.schedule.calendar.winter_closure
    if rule is None:
        return np.zeros(len(dates), dtype=bool)
    months = dates.astype("datetime64[M]")
    month_day = (months.astype(np.int64) % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    first, last = (int(text[:2]) * 100 + int(text[3:]) for text in (rule.start, rule.end))
    if first <= last:
        return np.asarray((month_day >= first) & (month_day <= last), dtype=bool)
    return np.asarray((month_day >= first) | (month_day <= last), dtype=bool)


def enough_days(study: Study, work_days: dict[str, int], other_days: int) -> int:
    """Count the days after which all tasks are surely done, even one after another.

    Parameters
    ----------
    study
        Start, calendar and crews.
    work_days
        Sum of durations per calendar.
    other_days
        Sum of lags and of the latest day on which a task may start.

    Raises
    ------
    InfeasibleError
        ``E_CALENDAR`` where a crew kind that is needed never works, or the work would not end before the year 10000.
    """
    names = tuple(sorted(name for name, days in work_days.items() if days))
    per_year = working_days(study, names, 6 * YEAR_DAYS).reshape(len(names), 6, YEAR_DAYS).sum(axis=2)[:, 1:]
    least = per_year.min(axis=1) if names else np.array([], dtype=np.int64)
    idle = [name for name, count in zip(names, least.tolist(), strict=True) if count == 0]
    if not idle:
        years = sum(-(-work_days[name] // int(count)) + 1 for name, count in zip(names, least, strict=True))
        horizon = int(other_days + len(study.schedule.calendar.holidays) + (years + 2) * YEAR_DAYS)
        if (study.study.start - dt.date(1, 1, 1)).days + horizon < LAST_DAY:
            return horizon
    raise InfeasibleError(
        "the calendar leaves too few working days",
        code="E_CALENDAR",
        where=idle or ["schedule.calendar"],
        hint="add workdays, shorten the winter closure, or take the method out of it",
    )
