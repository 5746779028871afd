"""Working days, counted from the study's calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked, by day number; days and places beyond the horizon raise ``IndexError``.

    ``before[d]`` is the number of worked days before day ``d``; ``worked[k]`` is the worked day at place ``k``.
    """

    before: IntArray
    worked: IntArray

    def before_end(self, day: int) -> int:
        """Count the worked days before `day`."""
        return int(self.before[day])

    def count(self, start: int, last: int) -> int:
        """Count the worked days from `start` to `last`, both included; 0 where `last` lies before `start`."""
        return int(self.before[last + 1] - self.before[start]) if last >= start else 0

    def is_worked(self, day: int) -> bool:
        """Tell whether the day is worked."""
        return bool(self.before[day + 1] > self.before[day])

    def place(self, day: int) -> int:
        """Place of a worked day among all worked days."""
        return int(self.before[day])

    def day(self, place: int) -> int:
        """Worked day at a place."""
        return int(self.worked[place])

    def next_worked(self, day: int) -> int:
        """Find the first worked day at or after `day`."""
        return int(self.worked[self.before[day]])

    def days(self, start: int, duration: int) -> IntArray:
        """List the days on which work of `duration` days is done that starts on a worked day."""
        return self.worked[self.place(start) : self.place(start) + duration]


def make_calendar(is_worked: NDArray[np.bool_]) -> WorkCalendar:
    """Index a row of days."""
    before = np.concatenate([[0], np.cumsum(is_worked)]).astype(np.int64)
    return WorkCalendar(before, np.flatnonzero(is_worked).astype(np.int64))


def worked_days(rules: dict[str, Any], crew_kind: str, first: dt.date, count: int) -> NDArray[np.bool_]:
    """Mark the days that a calendar works, from `first` on: weekdays, without holidays and its winter closure.

    A calendar is a crew kind, and behind it the seasons to which permits hold its work, as ``MM-DD/MM-DD``.

    Parameters
    ----------
    rules
        ``schedule.calendar`` of the resolved study.
    crew_kind
        A name that the closure does not list is not stopped by it.
    first, count
        First day and number of days.
    """
    crew_kind, *seasons = crew_kind.split(" ")
    days = np.datetime64(first, "D") + np.arange(count)
    # 1970-01-01, day 0 of numpy, was a Thursday, the fourth day of the week.
    weekday = (days.astype(np.int64) + 3) % 7 + 1
    worked = np.isin(weekday, rules["workdays"])
    worked &= ~np.isin(days, np.array(list(rules["holidays"]), dtype="datetime64[D]"))
    winter = rules["winter_closure"]
    if winter and crew_kind in winter["methods"]:
        worked &= ~_in_part(days, str(winter.get("from") or winter["start"]), str(winter.get("to") or winter["end"]))
    for season in seasons:
        worked &= _in_part(days, *season.split("/"))
    return worked


def _in_part(days: NDArray[np.datetime64], start: str, end: str) -> NDArray[np.bool_]:
    """Mark the days of a part of the year that may run over its turn, both ends included."""
    month_day = np.array([text[5:] for text in np.datetime_as_string(days)])
    after, before = month_day >= start, month_day <= end
    return np.asarray(after & before if start <= end else after | before)
