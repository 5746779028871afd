"""Check demand and capacity per week against tasks, crews, equipment, goods and support."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.calendars import worked_days
from expansion.audit.crew_numbers import crews_on
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.quantities import bought
from expansion.audit.rules import engineering, lead_days, rows_of, section

Weeks = dict[str, float]


def check_resource_weeks(saved: SavedPlan) -> Check:
    """Check weeks of crews and equipment exactly, goods and support by their sums."""
    ledger = Ledger("resource weeks")
    table = saved.table("resource_weeks")
    told: dict[tuple[str, str], dict[str, tuple[float, float]]] = defaultdict(dict)
    columns = [texts(table, name) for name in ("kind", "resource", "week")]
    for kind, name, week, *amounts in zip(
        *columns, numbers(table, "demand").tolist(), numbers(table, "capacity").tolist(), strict=True
    ):
        told[kind, name][week] = (amounts[0], amounts[1])
    ledger.that(sum(map(len, told.values())) == len(table), "a resource stands twice in a week")
    if len(saved.table("tasks")):
        _check_crews(ledger, saved, told)
        _check_goods(ledger, saved, told)
        _check_support(ledger, saved, told)
    _check_weeks(ledger, told)
    _check_flags(ledger, table, told)
    return ledger.close()


def _check_weeks(ledger: Ledger, told: dict[Any, Any]) -> None:
    """Check that weeks begin on Mondays, are not left out, and begin and end with work."""
    wrong = []
    for (_, name), weeks in told.items():
        days = sorted(dt.date.fromisoformat(week) for week in weeks)
        whole = all(day.weekday() == 0 for day in days) and (days[-1] - days[0]).days == 7 * (len(days) - 1)
        ends = [weeks[day.isoformat()][0] for day in (days[0], days[-1])]
        wrong += [name] if not whole or min(ends) <= 0 else []
    ledger.nothing(wrong, "weeks are left out, or do not begin and end with work", len(told))


def _check_flags(ledger: Ledger, table: Any, told: dict[Any, Any]) -> None:
    """Check that peaks, gaps and overloads are marked, and that nothing is overloaded that the crews rule out."""
    demand, capacity = numbers(table, "demand"), numbers(table, "capacity")
    kinds, names = texts(table, "kind"), texts(table, "resource")
    ledger.none(flags(table, "is_gap") != ((demand == 0) & (capacity > 0)), names, "gaps")
    over = demand > capacity + 1e-6
    ledger.none(flags(table, "is_overload") != over, names, "overloads")
    bound = np.isin(np.array(kinds, dtype=object), ("crew", "equipment", "material"))
    ledger.none(over & bound, names, "more is asked for than there is")
    peaks = defaultdict(list)
    for kind, name, week, is_peak in zip(kinds, names, texts(table, "week"), flags(table, "is_peak"), strict=True):
        if is_peak:
            peaks[kind, name].append(week)
    first = {
        key: min(w for w in weeks if weeks[w][0] == max(d for d, _ in weeks.values())) for key, weeks in told.items()
    }
    ledger.nothing([key[1] for key in told if peaks[key] != [first[key]]], "peaks are marked elsewhere", len(told))


def _check_crews(ledger: Ledger, saved: SavedPlan, told: dict[Any, Any]) -> None:
    """Count crew-days per kind and week from the tasks, and multiply them for equipment."""
    tasks, rules = saved.table("tasks"), section(saved, "schedule")["calendar"]
    asked: dict[str, Weeks] = defaultdict(lambda: defaultdict(float))
    columns = [texts(tasks, name) for name in ("crew_kind", "start", "finish")]
    for kind, start, finish, duration, crews in zip(
        *columns, integers(tasks, "duration_days"), integers(tasks, "crew_count"), strict=True
    ):
        if not kind or not crews or not duration:
            continue
        days = _worked(rules, kind, dt.date.fromisoformat(start), dt.date.fromisoformat(finish))
        for day in days:
            asked[kind][_monday(day)] += crews * duration / len(days)
    offered = {
        kind: {
            week: float(sum(crews_on(saved, kind, day) for day in _worked(rules, kind, *_week(week))))
            for week in _all_weeks(sorted(weeks))
        }
        for kind, weeks in asked.items()
    }
    wanted = {("crew", kind): (asked[kind], offered[kind]) for kind in asked}
    for row in rows_of(saved, "equipment"):
        kind, times = row["crew_kind"], int(row["per_crew"])
        if kind in asked:
            scaled = ({w: n * times for w, n in part[kind].items()} for part in (asked, offered))
            wanted["equipment", row["equipment_id"]] = tuple(scaled)  # type: ignore[assignment]
    mine = {key for key in told if key[0] in ("crew", "equipment")}
    ledger.nothing(sorted(name for _, name in mine ^ set(wanted)), "resources missing, or of no task", len(wanted))
    for key in sorted(mine & set(wanted)):
        demand, capacity = wanted[key]
        right = {week: (round(demand.get(week, 0.0), 3), capacity[week]) for week in capacity}
        close = set(right) == set(told[key]) and all(
            abs(a - b) < 0.0011 for week in right for a, b in zip(right[week], told[key][week], strict=True)
        )
        ledger.that(close, f"weeks of {key[1]} are not those of the tasks")


def _worked(rules: dict[str, Any], kind: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """Days that a crew works from first to last; all of them where its calendar knows none."""
    count = (last - first).days + 1
    days = [first + dt.timedelta(days=number) for number in range(count)]
    is_open = worked_days(rules, kind, first, count)
    return [day for day, worked in zip(days, is_open, strict=True) if worked]


def _monday(day: dt.date) -> str:
    return (day - dt.timedelta(days=day.weekday())).isoformat()


def _week(week: str) -> tuple[dt.date, dt.date]:
    first = dt.date.fromisoformat(week)
    return first, first + dt.timedelta(days=6)


def _all_weeks(weeks: list[str]) -> list[str]:
    first, last = dt.date.fromisoformat(weeks[0]), dt.date.fromisoformat(weeks[-1])
    return [(first + dt.timedelta(days=days)).isoformat() for days in range(0, (last - first).days + 1, 7)]


def _check_goods(ledger: Ledger, saved: SavedPlan, told: dict[Any, Any]) -> None:
    """Check that all goods of the bill are used, and that what is there is what lots brought less what was used."""
    wanted: Weeks = defaultdict(float)
    for (_, item), (_, quantity) in bought(saved.table("bom")).items():
        if lead_days(saved, item) is not None and quantity:
            wanted[item] += round(quantity * 1000) / 1000
    mine = {name: weeks for (kind, name), weeks in told.items() if kind == "material"}
    ledger.nothing(sorted(set(mine) ^ set(wanted)), "goods missing, or of no bill", len(wanted))
    lots = saved.table("procurement")
    rows = list(zip(texts(lots, "item"), texts(lots, "need_by"), numbers(lots, "quantity"), strict=True))
    wrong = []
    for item in sorted(set(mine) & set(wanted)):
        used, stocked = 0.0, True
        for week, (demand, capacity) in sorted(mine[item].items()):
            come = sum(
                float(amount) for name, day, amount in rows if name == item and day <= _week(week)[1].isoformat()
            )
            stocked &= abs(max(come - used, 0.0) - capacity) < 0.002 + 1e-9 * come
            used += demand
        wrong += [item] if not stocked or abs(used - wanted[item]) > 0.002 + 1e-9 * used else []
    ledger.nothing(wrong, "goods are not used as the bill and the lots say", len(wanted))


def _check_support(ledger: Ledger, saved: SavedPlan, told: dict[Any, Any]) -> None:
    """Check that tickets are those of all customers, and that capacity is that of the agents."""
    waves, weeks = saved.table("waves"), told.get(("support", "support"), {})
    tickets = float(numbers(waves, "expected_orders").sum()) * engineering(saved, "support_tickets")
    found = sum(demand for demand, _ in weeks.values())
    ledger.that(abs(found - tickets) <= 0.001 * (len(weeks) + 1), "tickets are not those of all customers")
    rules = section(saved, "schedule")["calendar"]
    a_day = engineering(saved, "support_agents") * engineering(saved, "agent_tickets_day")
    wrong = [w for w, (_, room) in weeks.items() if abs(room - a_day * len(_worked(rules, "", *_week(w)))) > 0.001]
    ledger.nothing(wrong, "capacity is not that of the agents", len(weeks))
