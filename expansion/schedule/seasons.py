"""Say where work is scheduled in a season in which its permit does not allow it."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from expansion.plan.findings import Finding, find
from expansion.wording import count

BUILD = ("buried", "bore", "aerial")


def out_of_season(tasks: pd.DataFrame, links: pd.DataFrame, permits: pd.DataFrame) -> list[Finding]:
    """Name the permits whose window the work that they block leaves.

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
    build = tasks[tasks["crew_kind"].isin(BUILD).to_numpy()].set_index("task_id")
    tasks_of = tasks.dropna(subset="permit_id").groupby("permit_id")["task_id"].apply(set)
    found: dict[str, int] = {}
    for name, first, last in zip(limited["permit_id"], limited["season_from"], limited["season_to"], strict=True):
        blocked = links.loc[links["predecessor_id"].isin(tasks_of.get(name, set())).to_numpy(), "successor_id"]
        rows = build.loc[build.index.intersection(blocked.to_list())]
        days = [days_outside(a, b, first, last) for a, b in zip(rows["start"], rows["finish"], strict=True)]
        if max(days, default=0):
            found[str(name)] = max(days)
    if not found:
        return []
    many = count(len(found), "permit allows", "permits allow")
    text = f"{many} work in a part of the year only, and the schedule goes beyond it"
    repair = "move the area to a year or start that fits, add crews, or ask the authority for other dates"
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
