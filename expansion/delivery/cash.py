"""When the money of a plan is earned by work and when it is paid, month by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.delivery.days import TaskDays
from expansion.delivery.payments import Books, MonthSpread, Payments
from expansion.plan.plan import Cost
from expansion.plan.specs_supply import S_CURVE
from expansion.plan.uncertainty import ForecastCurve


def s_curve(
    days: TaskDays,
    tasks: pd.DataFrame,
    cost: Cost,
    payments: Payments,
    phase_of: dict[str, int],
    curve: ForecastCurve,
) -> pd.DataFrame:
    """Add up by month what the work is worth and what is paid, for the program, its phases and its areas.

    A task's cost is spread evenly over its days of work. What is paid when, `payments` says; initiatives are paid as
    they are worked on, and no risk and no reserve is added to them.

    Parameters
    ----------
    days, tasks
        Tasks with the days on which they are worked, and with their cost.
    cost
        Bill; contingency of the program and per area.
    payments
        Payment terms laid over the schedule.
    phase_of
        Build phase per chosen area.
    curve
        What is spent by month over the draws; where it is empty, P50 and P80 are.

    Returns
    -------
    DataFrame
        After `S_CURVE`: from the first month with money to the last in which the plan or a percentile still moves, the
        same months for all.
    """
    earned, paid = _earned(days, tasks), payments.by_area(cost.bom)
    extra = tasks[tasks["initiative_id"].notna().to_numpy()]
    certain = _earned(days, extra).get("", {})
    for month, cents in certain.items():
        own = paid.setdefault("", {})
        own[month] = own.get(month, 0) + cents
    months = [month for book in (earned, paid) for own in book.values() for month in own]
    if not months:
        return S_CURVE.empty()
    span = range(min(months), max(max(months), _last_change(curve)) + 1)
    parts = []
    for scope, name, areas in _scopes(phase_of, earned, paid):
        worth, out = (_cents(book, areas, span) for book in (earned, paid))
        sure = _cents({"": certain}, [""] if scope == "program" else [], span)
        reserve = {"contingency": _grown(worth, _reserve(cost, scope, areas))}
        parts.append(_rows(scope, name, span, worth, out) | reserve | _forecast(curve, scope, name, span, sure))
    return S_CURVE.build({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _scopes(phase_of: dict[str, int], earned: Books, paid: Books) -> list[tuple[str, str, list[str]]]:
    """List what is added up: everything, each phase, each area."""
    everything = sorted(set(earned) | set(paid))
    phases = sorted(set(phase_of.values()))
    found = [("program", "program", everything)]
    found += [("phase", str(phase), [area for area in everything if phase_of.get(area) == phase]) for phase in phases]
    return found + [("area", area, [area]) for area in sorted(phase_of)]


def _cents(book: Books, areas: Iterable[str], span: range) -> NDArray[np.int64]:
    """Cents per month of these areas together."""
    found = np.zeros(len(span), dtype=np.int64)
    for area in areas:
        for month, cents in book.get(area, {}).items():
            found[month - span.start] += cents
    return found


def _reserve(cost: Cost, scope: str, areas: list[str]) -> int:
    """Contingency of a scope in cents."""
    if scope == "program":
        return round(cost.contingency * 100)
    if "contingency" not in cost.per_area:
        return 0
    kept = dict(zip(cost.per_area["area_id"], cost.per_area["contingency"], strict=True))
    return sum(round(float(kept[area]) * 100) for area in areas if area in kept)


def _grown(worth: NDArray[np.int64], reserve: int) -> NDArray[np.float64]:
    """Let the reserve grow with the value planned, and end whole."""
    so_far = np.cumsum(worth)
    total = max(int(so_far[-1]), 1)
    return np.array([reserve * int(cents) // total for cents in so_far]) / 100


def _last_change(curve: ForecastCurve) -> int:
    """Month, counted from year 0, from which on no percentile moves; 0 without a curve."""
    if not curve.months:
        return 0
    moves = (np.diff(np.concatenate([curve.p50, curve.p80]), axis=1) != 0).any(axis=0)
    last = int(np.flatnonzero(moves).max(initial=-1)) + 1
    return _month(curve.months[last])


def _forecast(
    curve: ForecastCurve, scope: str, name: str, span: range, sure: NDArray[np.int64]
) -> dict[str, NDArray[np.generic]]:
    """Read P50 and P80 of a scope over the months of the table; empty where nothing is drawn.

    `sure` is what is spent without a doubt in each month, in cents: the money of initiatives, which no draw moves.
    """
    if (scope, name) not in curve.scopes or not curve.months:
        return {key: np.full(len(span), np.nan) for key in ("p50", "p80")}
    row, first = curve.scopes.index((scope, name)), _month(curve.months[0])
    places = np.array(span) - first
    known = np.clip(places, 0, len(curve.months) - 1)
    lines, added = (("p50", curve.p50), ("p80", curve.p80)), np.cumsum(sure) / 100
    return {key: np.round(np.where(places < 0, 0.0, values[row, known]) + added, 2) for key, values in lines}


def _month(day: str) -> int:
    """Count the month of an ISO date from year 0."""
    return 12 * int(day[:4]) + int(day[5:7]) - 1


def _rows(
    scope: str, name: str, span: range, worth: NDArray[np.int64], out: NDArray[np.int64]
) -> dict[str, NDArray[np.generic]]:
    """Make the columns of one scope: value of the work and payments."""
    return {
        "scope": np.full(len(span), scope, dtype=object),
        "id": np.full(len(span), name, dtype=object),
        "date": np.array([_last_day(month) for month in span], dtype=object),
        "planned": worth / 100,
        "cumulative": np.cumsum(worth) / 100,
        "paid": out / 100,
        "cumulative_paid": np.cumsum(out) / 100,
    }


def _last_day(month: int) -> str:
    """Last day of a month counted from year 0."""
    return (dt.date((month + 1) // 12, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).isoformat()


def _earned(days: TaskDays, tasks: pd.DataFrame) -> Books:
    """Value of the work by month: each task's cost, evenly over its days."""
    months = MonthSpread(days)
    book: Books = {}
    for task_id, cost in zip(tasks["task_id"].to_list(), tasks["cost"].to_list(), strict=True):
        task = days.tasks[str(task_id)]
        months.spread(book.setdefault(task.area_id, {}), round(float(cost) * 100), [(task, 1)], 0)
    return book
