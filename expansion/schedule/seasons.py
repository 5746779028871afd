"""Keep work within the seasons of its permits, and say where that cannot be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pandas as pd

from expansion.plan.findings import Finding, find
from expansion.schedule.calendars import least_days, season_calendar
from expansion.schedule.tasks import Draft, Task
from expansion.study import Study
from expansion.wording import count


def keep_seasons(study: Study, draft: Draft, permits: pd.DataFrame) -> list[Task]:
    """Give work with crews the calendar of the seasons in which all permits that it waits for allow it.

    Where these seasons and the crew's own calendar leave no day in some year, the work keeps the crew's calendar;
    `out_of_season` then tells.

    Parameters
    ----------
    study
        Calendar.
    draft
        Tasks and links.
    permits
        `season_from` and `season_to`, MM-DD, both included; empty is all year.
    """
    limited = permits.dropna(subset=["season_from", "season_to"])
    names = zip(limited["permit_id"], limited["season_from"], limited["season_to"], strict=True)
    window = {str(name): f"{first}/{last}" for name, first, last in names}
    by_task = {task.task_id: window[task.permit_id] for task in draft.tasks if task.permit_id in window}
    held: dict[str, set[str]] = {}
    for before, after, _ in draft.links:
        if before in by_task:
            held.setdefault(after, set()).add(by_task[before])
    return [_in_season(study, task, held.get(task.task_id, set())) for task in draft.tasks]


def _in_season(study: Study, task: Task, windows: set[str]) -> Task:
    if not task.crew_kind or not windows:
        return task
    name = season_calendar(task.crew_kind, windows)
    return replace(task, calendar=name) if least_days(study, (name,))[0] > 0 else task


def out_of_season(tasks: pd.DataFrame, links: pd.DataFrame, permits: pd.DataFrame) -> list[Finding]:
    """Name the permits whose window the work that they block leaves, because no season fits all of its permits.

    Parameters
    ----------
    tasks, links
        Of the schedule.
    permits
        `season_from` and `season_to`, MM-DD, both included; a window that begins after it ends runs over the new year.
        Empty is all year.

    Returns
    -------
    list
        ``W_SEASON`` with the calendar days, first to last day of the task that leaves its window furthest, on which
        nothing may be done under the permit; empty where all work fits.
    """
    limited = permits.dropna(subset=["season_from", "season_to"])
    if not len(limited):
        return []
    work = tasks[(tasks["crew_kind"] == tasks["calendar"]).to_numpy(dtype=bool)].set_index("task_id")
    tasks_of = tasks.dropna(subset="permit_id").groupby("permit_id")["task_id"].apply(set)
    found: dict[str, int] = {}
    for name, first, last in zip(limited["permit_id"], limited["season_from"], limited["season_to"], strict=True):
        blocked = links.loc[links["predecessor_id"].isin(tasks_of.get(name, set())).to_numpy(), "successor_id"]
        rows = work.loc[work.index.intersection(blocked.to_list())]
        days = [days_outside(a, b, first, last) for a, b in zip(rows["start"], rows["finish"], strict=True)]
        if max(days, default=0):
            found[str(name)] = max(days)
    if not found:
        return []
    many = count(len(found), "permit allows", "permits allow")
    text = f"{many} work in a part of the year only, in which the crews or other permits of that work allow none"
    repair = "shorten the winter closure, ask the authorities for dates that overlap, or route around one of them"
    return [find("W_SEASON", "warning", text, found, amount=max(found.values()), unit="days, the worst", repair=repair)]


def days_outside(start: str, finish: str, first: str, last: str) -> int:
    """Count the days from start to finish, ISO dates, both included, that lie outside a window of month and day.

    Examples
    --------
    >>> days_outside("2027-03-30", "2027-04-03", "04-01", "10-31")
    2
    >>> days_outside("2027-03-30", "2027-04-03", "11-01", "03-31")
    3
    """
    begin, end = dt.date.fromisoformat(start), dt.date.fromisoformat(finish)
    outside = 0
    for number in range((end - begin).days + 1):
        day = (begin + dt.timedelta(days=number)).isoformat()[5:]
        within = first <= day <= last if first <= last else day >= first or day <= last
        outside += not within
    return outside
