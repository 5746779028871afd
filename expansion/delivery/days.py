"""Working days of a crew between two dates, and the days on which each task is worked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.rulebook import Rulebook
from expansion.study import Study

IntArray = NDArray[np.int64]
EVERY_DAY = "calendar"


def working_dates(study: Study, kind: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """List the days from `first` to `last`, both included, on which crews of a kind work."""
    dates = (first + dt.timedelta(days=day) for day in range((last - first).days + 1))
    return [date for date in dates if is_worked(study, kind, date)]


def is_worked(study: Study, kind: str, date: dt.date) -> bool:
    """Whether crews of a kind work on a date."""
    rules = study.schedule.calendar
    if date.isoweekday() not in rules.workdays or date in rules.holidays:
        return False
    closure = rules.winter_closure
    if closure is None or kind not in closure.methods:
        return True
    day = date.isoformat()[5:]
    if closure.start <= closure.end:
        return not closure.start <= day <= closure.end
    return closure.end < day < closure.start


@dataclass(frozen=True, slots=True)
class TaskDays:
    """On which days the tasks of a schedule are worked.

    Attributes
    ----------
    first
        Day 0: the Monday on or before the first day of any task.
    open_days
        Per kind of crew (and "" for work without one) whether each day is worked.
    tasks
        The tasks with their days, by id: days from `first`, ascending, and the kind of crew and crews at once.
    """

    first: dt.date
    open_days: dict[str, NDArray[np.bool_]]
    tasks: dict[str, WorkedTask]

    def on_packages(self, area_id: str, codes: Iterable[str]) -> list[WorkedTask]:
        """List the tasks of an area under these work packages, by id."""
        wanted = set(codes)
        return [task for task in self.tasks.values() if task.area_id == area_id and task.wbs in wanted]

    def day(self, date: str) -> int:
        """Count the days from `first` to an ISO date."""
        return (dt.date.fromisoformat(date) - self.first).days

    def date(self, day: int) -> dt.date:
        """Give the date of a day."""
        return self.first + dt.timedelta(days=int(day))


@dataclass(frozen=True, slots=True)
class WorkedTask:
    """A task with the days on which it is worked; `share` is crew-days of one crew on each of them.

    A milestone has its one day, and no crew-days. `share` is below 1 where the task pauses on days that its crew's
    calendar leaves open, as in a closed season of its permit.
    """

    task_id: str
    area_id: str
    wbs: str
    crew_kind: str
    crews: int
    days: IntArray
    share: float
    permit_id: str
    is_initiative: bool = False

    @property
    def weight(self) -> int:
        """Crew-days by which tasks share what is spent on several of them."""
        return round(self.share * len(self.days)) * max(self.crews, 1)


def task_days(study: Study, rulebook: Rulebook, tasks: pd.DataFrame) -> TaskDays:
    """Lay every task over the days on which it is worked.

    Parameters
    ----------
    study, rulebook
        Workdays, holidays, winter closure; the codes of the WBS template.
    tasks
        Of the schedule; not empty.
    """
    first = dt.date.fromisoformat(min(tasks["start"]))
    first -= dt.timedelta(days=first.weekday())
    count = (dt.date.fromisoformat(max(tasks["finish"])) - first).days + 8
    kinds = sorted({str(kind) for kind in tasks["crew_kind"].dropna()} | set(study.schedule.crew_counts()) | {""})
    dates = [first + dt.timedelta(days=day) for day in range(count)]
    open_days = {kind: np.array([is_worked(study, kind, date) for date in dates], dtype=bool) for kind in kinds}
    codes = sorted((row.wbs for row in rulebook.work_packages if row.kind != "summary"), key=len, reverse=True)
    found: dict[str, WorkedTask] = {}
    for row in tasks.sort_values("task_id").itertuples():
        kind = _text(row.crew_kind)
        begin, end = ((dt.date.fromisoformat(str(text)) - first).days for text in (row.start, row.finish))
        days = np.arange(begin, end + 1)
        if row.duration_days and row.calendar != EVERY_DAY and open_days[kind][begin : end + 1].any():
            days = days[open_days[kind][begin : end + 1]]
        found[str(row.task_id)] = WorkedTask(
            str(row.task_id), _text(row.area_id), _code(codes, str(row.wbs)), kind,
            int(row.crew_count), days, int(row.duration_days) / len(days), _text(row.permit_id),
            bool(_text(row.initiative_id)),
        )  # fmt: skip
    return TaskDays(first, open_days, found)


def _code(codes: list[str], wbs: str) -> str:
    """Find the work package of a task: its WBS code, less the number of the area, begins with that of the package."""
    inside = wbs.partition(".")[2]
    return next((code for code in codes if inside == code or inside.startswith(f"{code}.")), "")


def _text(value: object) -> str:
    """Text, "" where it is empty."""
    return value if isinstance(value, str) else ""
