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


def s_curve(
    days: TaskDays, tasks: pd.DataFrame, cost: Cost, payments: Payments, phase_of: dict[str, int]
) -> pd.DataFrame:
    """Add up by month what the work is worth and what is paid, for the program, its phases and its areas.

    A task's cost is spread evenly over its days of work. What is paid when, `payments` says; initiatives are paid as
    they are worked on, and no risk and no reserve is added to them.

    Parameters
    ----------
    days, tasks
        Tasks with the days on which they are worked, and with their cost.
    cost
        Bill; percentiles and contingency of the program and per area.
    payments
        Payment terms laid over the schedule.
    phase_of
        Build phase per chosen area.

    Returns
    -------
    DataFrame
        After `S_CURVE`: from the first month with money to the last, the same months for all.
    """
    earned, paid = _earned(days, tasks), payments.by_area(cost.bom)
    extra = tasks[tasks["initiative_id"].notna().to_numpy()]
    for month, cents in _earned(days, extra).get("", {}).items():
        own = paid.setdefault("", {})
        own[month] = own.get(month, 0) + cents
    certain = sum(round(float(cost) * 100) for cost in extra["cost"])
    months = [month for book in (earned, paid) for own in book.values() for month in own]
    if not months:
        return S_CURVE.empty()
    span = range(min(months), max(months) + 1)
    parts = []
    for scope, name, areas in _scopes(phase_of, earned, paid):
        worth, out = (_cents(book, areas, span) for book in (earned, paid))
        parts.append(_rows(scope, name, span, worth, out, _reserve(cost, scope, areas, int(worth.sum()), certain)))
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


def _reserve(cost: Cost, scope: str, areas: list[str], base: int, certain: int) -> tuple[int, int, int]:
    """Contingency, P50 and P80 of a scope in cents; a phase has its share of the program's percentiles.

    What is `certain`, the money of initiatives, is the program's alone.
    """
    if scope == "program":
        return round(cost.contingency * 100), round(cost.p50 * 100) + certain, round(cost.p80 * 100) + certain
    table = cost.per_area.set_index("area_id")
    mine = [area for area in areas if area in table.index]
    kept = sum(round(float(table["contingency"][area]) * 100) for area in mine) if "contingency" in table else 0
    if scope == "area" and mine:
        return kept, round(float(table["p50"][mine[0]]) * 100), round(float(table["p80"][mine[0]]) * 100)
    share = base / round(cost.base * 100) if cost.base else 0.0
    return kept, round(cost.p50 * 100 * share), round(cost.p80 * 100 * share)


def _rows(
    scope: str, name: str, span: range, worth: NDArray[np.int64], out: NDArray[np.int64], reserve: tuple[int, int, int]
) -> dict[str, NDArray[np.generic]]:
    """Make the columns of one scope; contingency and percentiles grow with the value planned, and end whole."""
    so_far = np.cumsum(worth)
    total = max(int(so_far[-1]), 1)
    lines = {
        key: np.array([amount * int(cents) // total for cents in so_far]) / 100
        for key, amount in zip(("contingency", "p50", "p80"), reserve, strict=True)
    }
    return {
        "scope": np.full(len(span), scope, dtype=object),
        "id": np.full(len(span), name, dtype=object),
        "date": np.array([_last_day(month) for month in span], dtype=object),
        "planned": worth / 100,
        "cumulative": so_far / 100,
        "paid": out / 100,
        "cumulative_paid": np.cumsum(out) / 100,
        **lines,
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
