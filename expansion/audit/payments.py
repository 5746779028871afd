"""Lay the payment terms over the dates of the plan again: what each area pays in each month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.calendars import worked_days
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.rules import rows_of, section

Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Work:
    """A task: its id and work package, the days on which it is worked, and its share in what several tasks spend."""

    task_id: str
    package: str
    days: Days
    weight: float


def payments_of_areas(
    saved: SavedPlan, phase: dict[str, int], origin: dt.date, months: int
) -> dict[str, tuple[NDArray[np.float64], int]]:
    """Per area the cents paid in each month from `origin` on, and the number of parts that were rounded to cents."""
    work, lots = _work_by_area(saved), _lots(saved)
    terms: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows_of(saved, "payment_terms"), key=lambda row: row["part"]):
        terms.setdefault(row["component"], []).append(row)
    gates = saved.table("gates")
    accepted = {
        area: day
        for area, gate, day in zip(*(texts(gates, name) for name in ("area_id", "gate", "date")), strict=True)
        if gate == "G3" and day
    }
    packages, bom = rows_of(saved, "work_packages"), saved.table("bom")
    found: dict[str, tuple[NDArray[np.float64], int]] = {}
    columns = (texts(bom, name) for name in ("area_id", "category", "item", "component"))
    for area, category, item, component, cost in zip(*columns, numbers(bom, "cost"), strict=True):
        if area not in work:
            continue
        tasks = _spent_on(packages, work[area], item, category)
        paid, parts = found.get(area, (np.zeros(months), 0))
        for term in terms.get(component, [{"due": "work", "days": 0, "share": 1.0}]):
            day = _due(term["due"], accepted.get(area), lots.get((item, phase.get(area, 0))), tasks)
            share = np.zeros(months)
            for days, weight in [(day, 1.0)] if day is not None else _shares(tasks):
                share += weight * _by_month(days + np.timedelta64(int(term["days"]), "D"), origin, months)
            paid = paid + round(float(cost) * 100) * float(term["share"]) * share
            parts += 1 + (0 if day is not None else len(tasks))
        found[area] = (paid, parts)
    return found


def _work_by_area(saved: SavedPlan) -> dict[str, list[Work]]:
    tasks, calendar, permits = saved.table("tasks"), section(saved, "schedule")["calendar"], saved.table("permits")
    fee = dict(zip(texts(permits, "permit_id"), numbers(permits, "fee").tolist(), strict=True))
    codes = {row["wbs"] for row in rows_of(saved, "work_packages")}
    found: dict[str, list[Work]] = {}
    columns = [texts(tasks, name) for name in ("task_id", "area_id", "wbs", "crew_kind", "calendar", "permit_id")]
    dates = (texts(tasks, "start"), texts(tasks, "finish"))
    sizes = (integers(tasks, "duration_days").tolist(), integers(tasks, "crew_count").tolist())
    for name, area, wbs, kind, own, permit, start, finish, duration, crews in zip(
        *columns, *dates, *sizes, strict=True
    ):
        days = np.arange(np.datetime64(start, "D"), np.datetime64(finish, "D") + 1)
        if duration and own != "calendar":
            worked = worked_days(calendar, kind, dt.date.fromisoformat(start), len(days))
            days = days[worked] if worked.any() else days
        weight = round(100 * float(np.nan_to_num(fee.get(permit, 0.0)))) if permit else duration * max(crews, 1)
        found.setdefault(area, []).append(Work(name, _package(wbs, codes), days, float(weight)))
    return found


def _package(wbs: str, codes: set[str]) -> str:
    """Longest code of the template with which the task's code goes on after the number of its area."""
    parts = wbs.split(".")[1:]
    return next((code for n in range(len(parts), 0, -1) if (code := ".".join(parts[:n])) in codes), "")


def _lots(saved: SavedPlan) -> dict[tuple[str, int], dict[str, Days]]:
    """Days of order and delivery of each lot; none lies before the start of the plan."""
    lots, start = saved.table("procurement"), section(saved, "study")["start"]
    rows = zip(
        texts(lots, "item"), integers(lots, "phase").tolist(), texts(lots, "order_by"), texts(lots, "need_by"),
        strict=True,
    )  # fmt: skip
    return {
        (item, phase): {"order": _day(max(order, start)), "delivery": _day(max(need, start))}
        for item, phase, order, need in rows
    }


def _day(text: str) -> Days:
    return np.array([text], dtype="datetime64[D]")


def _spent_on(packages: list[dict[str, Any]], tasks: list[Work], item: str, category: str) -> list[Work]:
    """Tasks of packages that name the item, or else its category; where there is none, the first task of the area."""

    def naming(word: str) -> set[str]:
        named = set()
        for row in packages:
            words = [part.strip() for part in row["costs"].split(";") if part.strip()]
            if any(word.startswith(one[:-1]) if one.endswith("*") else word == one for one in words):
                named.add(row["wbs"])
        return named

    codes = naming(item) or naming(category)
    mine = [task for task in tasks if task.package in codes]
    return mine or [min(tasks, key=lambda task: (task.days[0], task.task_id))]


def _due(due: str, accepted: str | None, lot: dict[str, Days] | None, tasks: list[Work]) -> Days | None:
    """Day on which a part falls due, None where it goes with the work."""
    if due == "acceptance" and accepted:
        return _day(accepted)
    if due in ("order", "delivery") and lot:
        return lot[due]
    return min(task.days[:1] for task in tasks) if due == "order" else None


def _shares(tasks: list[Work]) -> list[tuple[Days, float]]:
    """Days of each task with its share; equal shares where none has a weight."""
    total = sum(task.weight for task in tasks)
    return [(task.days, task.weight / total if total else 1 / len(tasks)) for task in tasks]


def _by_month(days: Days, origin: dt.date, months: int) -> NDArray[np.float64]:
    """Share of the days in each month; days outside all months have none."""
    places = (days.astype("datetime64[M]") - np.datetime64(origin, "M")).astype(np.int64)
    inside = places[(places >= 0) & (places < months)]
    return np.bincount(inside, minlength=months)[:months] / len(days)
