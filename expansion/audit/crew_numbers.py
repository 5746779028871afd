"""How many crews there are on each day, and in which seasons permits let them work."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from expansion.audit.calendars import worked_days
from expansion.audit.folder import SavedPlan, texts
from expansion.audit.rules import engineering, rows_of, section

IntArray = NDArray[np.int64]
_YEAR = 366
_ANY = 1_000_000


def most_crews(saved: SavedPlan) -> dict[str, int]:
    """Most crews per kind that may be called on any day."""
    return {str(kind): min(int(count), _kept_up(saved, kind)) for kind, count in saved.study["crews"].items()}


def support_a_day(saved: SavedPlan) -> float:
    """Count the new customers that support takes on in a working day."""
    tickets, closed, agents = (
        engineering(saved, name) for name in ("support_tickets", "agent_tickets_day", "support_agents")
    )
    return agents * closed / tickets if tickets else math.inf


def install_pace(saved: SavedPlan) -> float:
    """Look up the orders that one install crew connects in a day, without regard to support."""
    return float(next(row["per_day"] for row in rows_of(saved, "production") if row["production_id"] == "install_day"))


def _kept_up(saved: SavedPlan, kind: str) -> int:
    """Crews of a kind that others keep up with: of install crews those for whose customers support has room."""
    room = support_a_day(saved) if kind == "install" else math.inf
    if math.isinf(room):
        return _ANY
    return max(int(room / install_pace(saved) + 1e-9), 1)


def crews_by_day(saved: SavedPlan, kind: str, length: int) -> IntArray:
    """Crews of a kind on each day from the study's start."""
    start = dt.date.fromisoformat(str(section(saved, "study")["start"]))
    first, changes = _numbers(saved, kind)
    found = np.full(length, first, dtype=np.int64)
    for date, count in changes:
        found[max((dt.date.fromisoformat(date) - start).days, 0) :] = count
    return found


def crews_on(saved: SavedPlan, kind: str, day: dt.date) -> int:
    """Crews of a kind on a day."""
    return _on(_numbers(saved, kind), day)


def own_crews_on(saved: SavedPlan, kind: str, day: dt.date) -> int:
    """Crews of a kind that the study has on a day, called or not."""
    return _on(_own_numbers(saved, kind), day)


def _on(numbers: tuple[int, list[tuple[str, int]]], day: dt.date) -> int:
    first, changes = numbers
    return next((count for date, count in reversed(changes) if date <= day.isoformat()), first)


def _numbers(saved: SavedPlan, kind: str) -> tuple[int, list[tuple[str, int]]]:
    """Crews of a kind that may be called at first, and from which days on others."""
    first, changes = _own_numbers(saved, kind)
    most = _kept_up(saved, kind)
    return min(first, most), [(day, min(count, most)) for day, count in changes]


def _own_numbers(saved: SavedPlan, kind: str) -> tuple[int, list[tuple[str, int]]]:
    """Crews of a kind that the study has at first, and from which days on others."""
    for row in section(saved, "schedule")["crews"]:
        if row["kind"] == kind:
            return int(row["count"]), [(str(change["from"]), int(change["count"])) for change in row["changes"]]
    return int(saved.study["crews"].get(kind, 0)), []


def lasting_crews(saved: SavedPlan, kind: str) -> int:
    """Crews of a kind after the last change of their number."""
    first, changes = _numbers(saved, kind)
    return changes[-1][1] if changes else first


def calendars_asked(saved: SavedPlan) -> list[str]:
    """Name the calendar on which each task with a crew has to run; "" for tasks without one.

    It is the crew's own in the seasons of all permits that the task is linked to; the crew's own alone where that
    leaves no day in some year.
    """
    tasks, permits, links = saved.table("tasks"), saved.table("permits"), saved.table("task_links")
    columns = (texts(permits, name) for name in ("permit_id", "season_from", "season_to"))
    season = {name: f"{first}/{last}" for name, first, last in zip(*columns, strict=True) if first}
    of_task = {
        task: season[name]
        for task, name in zip(texts(tasks, "task_id"), texts(tasks, "permit_id"), strict=True)
        if name in season
    }
    held: dict[str, set[str]] = defaultdict(set)
    for before, after in zip(texts(links, "predecessor_id"), texts(links, "successor_id"), strict=True):
        if before in of_task:
            held[after].add(of_task[before])
    rows = zip(texts(tasks, "task_id"), texts(tasks, "crew_kind"), strict=True)
    return [_asked(saved, kind, held[name]) if kind else "" for name, kind in rows]


def _asked(saved: SavedPlan, kind: str, seasons: set[str]) -> str:
    name = " ".join([kind, *sorted(seasons)])
    first = dt.date.fromisoformat(str(section(saved, "study")["start"]))
    worked = worked_days(section(saved, "schedule")["calendar"], name, first, 6 * _YEAR).reshape(6, _YEAR)
    return name if worked[1:].any(axis=1).all() else kind
