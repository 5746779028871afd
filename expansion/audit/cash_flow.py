"""Check the S-curve: work by its days, payments by their terms, and every sum to the cent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from functools import partial
from typing import Any

import numpy as np

from expansion.audit.calendars import worked_days
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.payments import payments_of_areas
from expansion.audit.rules import section

MONEY = ("planned", "cumulative", "paid", "cumulative_paid", "contingency", "p50", "p80")


def check_cash_flow(saved: SavedPlan) -> Check:
    """Check the S-curve of program, phases and areas."""
    ledger = Ledger("cash flow")
    curve = saved.table("s_curve")
    lines: dict[tuple[str, str], dict[str, list[Any]]] = {}
    columns = [texts(curve, name) for name in ("scope", "id", "date")]
    cents = [np.round(np.nan_to_num(numbers(curve, name)) * 100).astype(np.int64).tolist() for name in MONEY]
    for scope, name, date, *money in zip(*columns, *cents, strict=True):
        line = lines.setdefault((scope, name), {key: [] for key in ("date", *MONEY)})
        for key, value in zip(("date", *MONEY), (date, *money), strict=True):
            line[key].append(value)
    _check_scopes(ledger, saved, lines)
    for place, line in lines.items():
        _check_line(ledger, place, line)
    _check_ends(ledger, saved, lines)
    _check_parts(ledger, saved, lines)
    _check_work(ledger, saved, lines)
    return ledger.close()


def _phases(saved: SavedPlan) -> dict[str, int]:
    """Build phase of every chosen area; none where the plan spends nothing, for then no month has money."""
    if not numbers(saved.table("bom"), "cost").any():
        return {}
    areas = saved.table("areas")
    chosen = flags(areas, "chosen")
    ids = np.array(texts(areas, "area_id"), dtype=object)[chosen]
    return {area: int(phase) for area, phase in zip(ids, numbers(areas, "phase")[chosen], strict=True)}


def _check_scopes(ledger: Ledger, saved: SavedPlan, lines: dict[Any, Any]) -> None:
    """Check that there is a line for the program, every phase and every area, all over the same months."""
    phase = _phases(saved)
    wanted = {("phase", str(number)) for number in phase.values()} | {("area", area) for area in phase}
    if phase:
        wanted.add(("program", "program"))
    ledger.nothing(sorted(map(str, set(lines) ^ wanted)), "lines missing or strange", len(wanted) + 1)
    months = {tuple(line["date"]) for line in lines.values()}
    ledger.that(len(months) <= 1, "lines run over different months")
    for dates in months:
        days = [dt.date.fromisoformat(text) for text in dates]
        numbered = [12 * day.year + day.month for day in days]
        ledger.that(numbered == list(range(numbered[0], numbered[0] + len(numbered))), "months are left out")
        ledger.that(all((day + dt.timedelta(days=1)).day == 1 for day in days), "dates are not the last of a month")


def _check_line(ledger: Ledger, key: tuple[str, str], line: dict[str, list[Any]]) -> None:
    """Check that what is cumulative adds up, and that the reserve grows with the value planned."""
    for name, cumulative in (("planned", "cumulative"), ("paid", "cumulative_paid")):
        ledger.that(np.cumsum(line[name]).tolist() == line[cumulative], f"{key}: {cumulative} does not add up")
    total = max(line["cumulative"][-1], 1)
    grown = [line["contingency"][-1] * value // total for value in line["cumulative"]]
    ledger.that(grown == line["contingency"], f"{key}: contingency does not grow with the value planned")
    ledger.that(all(np.diff(line[name]).min(initial=0) >= 0 for name in ("p50", "p80")), f"{key}: percentiles fall")
    ledger.that(line["cumulative"][-1] == line["cumulative_paid"][-1], f"{key}: work and payments end apart")


def _check_ends(ledger: Ledger, saved: SavedPlan, lines: dict[Any, Any]) -> None:
    """Check that lines end with the bill and its reserve, and their percentiles with the forecasts."""
    cost, bom, areas = saved.document["cost"], saved.table("bom"), saved.table("areas")
    bill: dict[str, int] = defaultdict(int)
    for area, amount in zip(texts(bom, "area_id"), numbers(bom, "cost"), strict=True):
        bill[area] += round(float(amount) * 100)
    kept = dict(zip(texts(areas, "area_id"), np.nan_to_num(numbers(areas, "contingency")), strict=True))
    told = saved.table("forecasts")
    levels = np.round(np.stack([numbers(told, name) for name in ("cost_p50", "cost_p80")], axis=1) * 100)
    rows = zip(texts(told, "scope"), texts(told, "id"), levels.astype(np.int64).tolist(), strict=True)
    ends = {(scope, name): tuple(cents) for scope, name, cents in rows}
    extra = round(saved.document["portfolio"]["initiatives_cost"] * 100)
    with_tasks = set(texts(saved.table("tasks"), "area_id"))
    for (scope, name), line in lines.items():
        asked = tuple(cents + (extra if scope == "program" else 0) for cents in ends.get((scope, name), ()))
        ledger.equal((line["p50"][-1], line["p80"][-1]), asked, f"percentiles of {name}")
        if scope == "area":
            ledger.equal(line["cumulative"][-1], bill[name] if name in with_tasks else 0, f"bill of {name}")
            ledger.equal(line["contingency"][-1], round(float(kept[name]) * 100), f"reserve of {name}")
        if scope == "program":
            ledger.equal(line["cumulative"][-1], round(cost["base"] * 100) + extra, "bill of the program")
            ledger.equal(
                line["contingency"][-1], round(float(cost["contingency"] or 0) * 100), "reserve of the program"
            )


def _check_parts(ledger: Ledger, saved: SavedPlan, lines: dict[Any, Any]) -> None:
    """Check that areas add to their phase month by month."""
    phase = _phases(saved)
    for number in sorted(set(phase.values())):
        line = lines.get(("phase", str(number)))
        parts = [lines[("area", area)] for area, own in phase.items() if own == number and ("area", area) in lines]
        for name in ("planned", "paid"):
            added = np.sum([part[name] for part in parts], axis=0).tolist() if parts else []
            ledger.that(line is not None and added == line[name], f"areas do not add to phase {number} in {name}")


def _check_work(ledger: Ledger, saved: SavedPlan, lines: dict[Any, Any]) -> None:
    """Spread every task over its days of work and every payment over its terms, within a cent for each part."""
    if not lines:
        return
    first = lines[("program", "program")]["date"][0]
    origin = dt.date.fromisoformat(first).replace(day=1)
    months = len(lines[("program", "program")]["date"])
    worth = _worth_by_month(saved, origin, months)
    slack = 1.0 + len(saved.table("tasks"))
    for (scope, name), line in lines.items():
        if scope == "area":
            off = float(np.abs(worth[name] - line["planned"]).max())
            ledger.that(off <= slack, f"{name}: value of a month is off by {off / 100:.2f}")
    areas = [line["planned"] for (scope, _), line in lines.items() if scope == "area"]
    off = float(np.abs(np.sum(areas, axis=0) + worth[""] - lines[("program", "program")]["planned"]).max())
    ledger.that(
        off <= slack, f"the program is worth {off / 100:.2f} more or less in a month than areas and initiatives"
    )
    _check_payments(ledger, saved, lines, origin, months)


def _check_payments(ledger: Ledger, saved: SavedPlan, lines: dict[Any, Any], origin: dt.date, months: int) -> None:
    """Compare what each area pays in each month, within a cent for each part that was rounded."""
    for area, (paid, parts) in payments_of_areas(saved, _phases(saved), origin, months).items():
        if ("area", area) in lines:
            off = float(np.abs(paid - lines[("area", area)]["paid"]).max())
            ledger.that(off <= 1.0 + parts, f"{area}: payments of a month are off its terms by {off / 100:.2f}")


def _worth_by_month(saved: SavedPlan, origin: dt.date, months: int) -> dict[str, Any]:
    """Cents per area and month, each task's cost evenly over its days."""
    tasks, rules = saved.table("tasks"), section(saved, "schedule")["calendar"]
    length = (months + 1) * 31
    edges = np.datetime64(origin, "D") + np.arange(length)
    month_of = (edges.astype("datetime64[M]") - np.datetime64(origin, "M")).astype(int)
    calendars: dict[str, Any] = {}
    found: dict[str, Any] = defaultdict(partial(np.zeros, months + 2))
    columns = [texts(tasks, name) for name in ("area_id", "crew_kind", "calendar", "start", "finish")]
    figures = (numbers(tasks, "cost"), integers(tasks, "duration_days"))
    for area, kind, calendar, start, finish, cost, duration in zip(*columns, *figures, strict=True):
        if not cost:  # such a task may end after the last month with money
            continue
        begin, end = ((dt.date.fromisoformat(text) - origin).days for text in (start, finish))
        days = np.arange(max(begin, 0), min(end + 1, length))
        if duration and calendar != "calendar" and len(days):
            if kind not in calendars:
                calendars[kind] = worked_days(rules, kind, origin, length)
            open_days = days[calendars[kind][days]]
            days = open_days if len(open_days) else days
        if len(days):
            found[area] += np.bincount(month_of[days], minlength=months + 2)[: months + 2] * cost * 100 / len(days)
    return defaultdict(partial(np.zeros, months), {area: values[:months] for area, values in found.items()})
