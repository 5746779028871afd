"""Follow the money through the drawn dates: what is spent by the end of each month at P50 and P80."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.program import Program
from expansion.audit.weather import DrawnCalendar

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_NEAR = 5e-5  # single precision of the shares, and draws whose rank step differs on another machine


def months_of(saved: SavedPlan) -> list[str]:
    """Months of the S-curve, by their last days."""
    return sorted(set(texts(saved.table("s_curve"), "date")))


def worked_off(
    saved: SavedPlan, program: Program, calendars: list[DrawnCalendar], durations: IntArray, start: IntArray
) -> dict[str, FloatArray]:
    """Share of each area's cost that is worked off by the end of each month, shape ``(months, draws)``.

    A task is worth its cost, evenly over its working days.
    """
    edges = [(dt.date.fromisoformat(day) - program.first).days + 1 for day in months_of(saved)]
    tasks, draws = saved.table("tasks"), np.arange(durations.shape[1])
    found: dict[str, FloatArray] = {}
    total: dict[str, float] = {}
    for row, (area, cost) in enumerate(zip(texts(tasks, "area_id"), numbers(tasks, "cost"), strict=True)):
        if not cost or not area:
            continue
        mine = found.setdefault(area, np.zeros((len(edges), len(draws))))
        total[area] = total.get(area, 0.0) + float(cost)
        first, length = calendars[row].place_of(start[row], draws), np.maximum(durations[row], 1)
        most = calendars[row].before.shape[1] - 1
        for number, edge in enumerate(edges):
            done = calendars[row].place_of(np.full(len(draws), min(max(edge, 0), most)), draws) - first
            mine[number] += float(cost) * np.clip(done, 0, length) / length
    return {area: values / total[area] for area, values in found.items()}


def check_spent(
    ledger: Ledger, saved: SavedPlan, earned: dict[str, FloatArray], spent: dict[str, FloatArray], draws: int
) -> None:
    """Check P50 and P80 of the S-curve: work done in each draw, at what its area costs there.

    Parameters
    ----------
    earned
        As `worked_off` gives it; an area without costly work is spent from the first month on.
    spent
        Cost per draw of each area with the risks that happen.
    draws
        How many there are.
    """
    curve, areas = saved.table("s_curve"), saved.table("areas")
    phase = dict(zip(texts(areas, "area_id"), numbers(areas, "phase"), strict=True))
    whole = np.ones((len(months_of(saved)), draws))
    flow = {name: cost * earned.get(name, whole) for name, cost in spent.items()}
    scopes, ids = texts(curve, "scope"), texts(curve, "id")
    told = {name: numbers(curve, name) for name in ("p50", "p80")}
    for scope, own in sorted(set(zip(scopes, ids, strict=True))):
        mine = [name for name in flow if scope == "program" or own in (name, f"{phase.get(name, 0):.0f}")]
        total = np.sum([flow[name] for name in mine], axis=0) if mine else 0 * whole
        total = total + (_certain(saved)[:, None] if scope == "program" else 0.0)
        rows = [row for row, key in enumerate(zip(scopes, ids, strict=True)) if key == (scope, own)]
        for name, share in (("p50", 0.5), ("p80", 0.8)):
            wanted = np.quantile(total, share, axis=1)
            apart = np.abs(told[name][rows] - wanted) > 0.02 + _NEAR * max(float(wanted[-1]), 1.0)
            ledger.none(apart, [f"{own} {texts(curve, 'date')[row]}" for row in rows], f"s_curve.{name} of {scope}")


def _certain(saved: SavedPlan) -> FloatArray:
    """Money of initiatives by the end of each month, which no draw moves: the program's less that of its areas."""
    curve = saved.table("s_curve")
    columns = (texts(curve, "scope"), texts(curve, "date"), numbers(curve, "cumulative"))
    found = dict.fromkeys(months_of(saved), 0.0)
    for scope, day, money in zip(*columns, strict=True):
        found[day] += {"program": 1.0, "area": -1.0}.get(scope, 0.0) * float(money)
    return np.array([found[day] for day in months_of(saved)])
