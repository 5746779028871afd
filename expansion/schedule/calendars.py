"""Working calendars: which days of the plan each crew kind works, counted from the study's start as day 0."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
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
        less its winter closure), ascending; then those of crew kinds within seasons, see `season_calendar`.
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


def season_calendar(kind: str, windows: Iterable[str]) -> str:
    """Name the calendar of a crew kind within seasons, MM-DD/MM-DD both included: the days that all of them allow.

    Examples
    --------
    >>> season_calendar("buried", ["06-01/09-30", "04-15/11-15"])
    'buried 04-15/11-15 06-01/09-30'
    """
    return " ".join([kind, *sorted(set(windows))])


def make_calendars(study: Study, horizon: int, further: Iterable[str] = ()) -> Calendars:
    """Lay the study's workdays, holidays and winter closure over `horizon` days from its start.

    `further` names calendars, among them seasons.
    """
    own = (EVERY_DAY, WORKDAYS, *study.schedule.crew_counts())
    names = (*own, *sorted(set(further) - set(own)))
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
    rule = rules.winter_closure
    closed = _within(dates, rule.start, rule.end) if rule else np.zeros(len(dates), dtype=bool)
    methods = rules.winter_closure.methods if rules.winter_closure else ()
    working = np.tile(open_days, (len(names), 1))
    for row, name in enumerate(names):
        kind, *windows = name.split(" ")
        if name == EVERY_DAY:
            working[row] = True
        elif kind in methods:
            working[row] &= ~closed
        for window in windows:
            working[row] &= _within(dates, *window.split("/"))
    return working


def _within(dates: NDArray[np.datetime64], first: str, last: str) -> NDArray[np.bool_]:
    """Days of the year from first to last, MM-DD, both included, over the new year where first lies after last."""
    months = dates.astype("datetime64[M]")
    month_day = (months.astype(np.int64) % 12 + 1) * 100 + (dates - months).astype(np.int64) + 1
    begin, end = (int(text[:2]) * 100 + int(text[3:]) for text in (first, last))
    if begin <= end:
        return np.asarray((month_day >= begin) & (month_day <= end), dtype=bool)
    return np.asarray((month_day >= begin) | (month_day <= end), dtype=bool)


def least_days(study: Study, names: tuple[str, ...]) -> IntArray:
    """Fewest days that each calendar works in any of the five years after the first."""
    worked = working_days(study, names, 6 * YEAR_DAYS).reshape(len(names), 6, YEAR_DAYS)
    return np.asarray(worked.sum(axis=2)[:, 1:].min(axis=1), dtype=np.int64)


def crews_on_days(study: Study, kind: str, count: int) -> IntArray:
    """Crews of a kind on each of the first days of the study."""
    crew = study.schedule.all_crews()[kind]
    found = np.full(count, crew.count, dtype=np.int64)
    for change in crew.changes:
        found[min(max((change.start - study.study.start).days, 0), count) :] = change.count
    return found


def crew_room(study: Study, calendars: Calendars) -> IntArray:
    """Crews there are on each day, shape ``(calendars, horizon + 1)``; -1 in rows that are no crew's."""
    room = np.full((len(calendars.names), calendars.horizon + 1), -1, dtype=np.int64)
    for kind in study.schedule.all_crews():
        room[calendars.place(kind)] = crews_on_days(study, kind, calendars.horizon + 1)
    return room


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
    least = least_days(study, names) if names else np.array([], dtype=np.int64)
    idle = [name for name, count in zip(names, least.tolist(), strict=True) if count == 0]
    if not idle:
        years = sum(-(-work_days[name] // int(count)) + 1 for name, count in zip(names, least, strict=True))
        changes = [one.start for crew in study.schedule.all_crews().values() for one in crew.changes]
        other_days += max((day - study.study.start).days for day in [study.study.start, *changes])
        horizon = int(other_days + len(study.schedule.calendar.holidays) + (years + 2) * YEAR_DAYS)
        if (study.study.start - dt.date(1, 1, 1)).days + horizon < LAST_DAY:
            return horizon
    raise InfeasibleError(
        "the calendar leaves too few working days",
        code="E_CALENDAR",
        where=idle or ["schedule.calendar"],
        hint="add workdays, shorten the winter closure, or take the method out of it",
    )
