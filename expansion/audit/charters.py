"""Check the charters: each line is what a table of the plan says."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Ledger
from expansion.audit.measured_work import connected

Figures = dict[str, float | str]

_AGREED = ("Grant, ", "Waits for ")
_LABELS = {
    "Locations": "eligible", "Units": "units", "Cost, P50": "cost_p50", "Cost at likely rates": "cost_base",
    "Cost, P80": "cost_p80", "Contingency": "contingency", "Cost at likely rates per location": "cost_per_location",
    "Net present value": "npv", "Grant with which it is worth 0": "subsidy_needed", "New route": "route",
    "Locations connected": "locations", "Orders counted on": "orders", "Share of locations that order": "take_rate",
    "Permits": "permits",
}  # fmt: skip
_ALWAYS = ("Locations", "Cost, P50", "Cost at likely rates", "Cost, P80", "Share of locations that order")


def check_charters(ledger: Ledger, saved: SavedPlan, figures: dict[str, Figures]) -> None:
    """Check that each chosen area has its page, and that its figures, gates, risks and days are those of the tables."""
    table = saved.table("charters")
    ids, areas = texts(table, "charter_row_id"), texts(table, "area_id")
    parts, labels = texts(table, "section"), texts(table, "label")
    told = numbers(table, "number")
    ledger.nothing(sorted(set(areas) ^ (set(figures) - {""})), "charters missing, or of no area", len(figures) + 1)
    held = set(zip(areas, labels, strict=True))
    lost = [f"{area}: {label}" for area in figures if area for label in _ALWAYS if (area, label) not in held]
    ledger.nothing(lost, "charters lack a figure", len(figures) + 1)
    wrong = []
    for area, label, value in zip(areas, labels, told, strict=True):
        asked = figures.get(area, {}).get(_LABELS.get(label, ""), value)
        wrong.append(label in _LABELS and abs(float(value) - float(asked)) > 0.0051)
    ledger.none(wrong, ids, "charters tell other figures than the tables")
    dates = texts(table, "date")
    _check_agreed(ledger, saved, list(zip(areas, labels, dates, told, strict=True)), set(figures) - {""})
    _check_days(ledger, saved, list(zip(ids, areas, parts, labels, texts(table, "text"), dates, strict=True)))
    risks = saved.table("risks")
    known = {
        (of, name, round(float(money), 2))
        for of, name, money in zip(
            texts(risks, "area_id"), texts(risks, "risk"), numbers(risks, "exposure_cost"), strict=True
        )
    }
    rows = zip(parts, areas, labels, told, strict=True)
    strange = [
        part == "risks" and not {(area, name, round(float(v), 2)), ("", name, round(float(v), 2))} & known
        for part, area, name, v in rows
    ]
    ledger.none(strange, ids, "charters name risks that the register does not hold")
    _check_approval(ledger, saved, list(zip(areas, labels, texts(table, "text"), told, strict=True)))


def _check_approval(ledger: Ledger, saved: SavedPlan, rows: list[tuple[str, str, str, float]]) -> None:
    """Check tolerances and who signs."""
    rules, gates = saved.table("governance"), saved.table("gates")
    room = dict(zip(texts(rules, "topic"), numbers(rules, "value"), strict=True))
    named = {"Tolerance of cost": "cost_tolerance", "Tolerance of dates": "date_tolerance"}
    first: dict[str, tuple[str, str]] = {}
    for area, gate, role in zip(*(texts(gates, n) for n in ("area_id", "gate", "approver_role")), strict=True):
        first[area] = min(first.get(area, (gate, role)), (gate, role))
    wanted = {(area, f"Accepted at {gate}", f"{role}: name, date, signature") for area, (gate, role) in first.items()}
    told = {row[:3] for row in rows if row[1].startswith("Accepted at ")}
    ledger.nothing(sorted(row[0] for row in told ^ wanted), "charters are signed by others", len(wanted) + 1)
    off = [area for area, label, _, value in rows if label in named and value != room[named[label]]]
    ledger.nothing(off, "charters allow other tolerances", len(rows) + 1)


def _check_agreed(ledger: Ledger, saved: SavedPlan, rows: list[tuple[str, str, str, float]], chosen: set[str]) -> None:
    """Check what each area brings to the milestones of a grant by their days, and which initiatives it waits for."""
    tasks, homes = saved.table("tasks"), connected(saved)
    accepted: dict[str, str] = {}
    for area, phase, day in zip(*(texts(tasks, name) for name in ("area_id", "wbs_phase", "finish")), strict=True):
        if phase == "quality control":
            accepted[area] = max(accepted.get(area, ""), day)
    wanted: set[tuple[str, str, str, float]] = set()
    grants = saved.table("milestones")
    columns = (numbers(grants, "share"), texts(grants, "of"), texts(grants, "date"))
    for share, of, day in zip(*columns, strict=True):
        label = f"Grant, {100 * float(share):.0f}% of {of} locations"
        wanted |= {(a, label, day, float(homes[a]) if accepted.get(a, "9") <= day else 0.0) for a in chosen}
    wanted |= _waits_for(saved, chosen)
    told = {row for row in rows if row[1].startswith(_AGREED)}
    wrong = sorted({f"{row[0]}: {row[1]}" for row in told ^ wanted})
    ledger.nothing(wrong, "charters tell other milestones or initiatives than the portfolio", len(wanted) + 1)


def _waits_for(saved: SavedPlan, chosen: set[str]) -> set[tuple[str, str, str, float]]:
    """List the initiatives that are carried out and that areas, by name or by phase, have to wait for."""
    areas, table = saved.table("areas"), saved.table("initiatives")
    phase = dict(zip(texts(areas, "area_id"), numbers(areas, "phase"), strict=True))
    columns = (texts(table, "name"), texts(table, "before"), flags(table, "chosen"), numbers(table, "start_year"))
    found = set()
    for name, before, taken, year in zip(*columns, strict=True):
        words = set(split_ids(before.replace(" ", ""))) if taken else set()
        first = min((int(word.partition(":")[2]) for word in words if word.startswith("phase:")), default=10**9)
        held = {area for area in chosen if area in words or phase[area] >= first}
        found |= {(area, f"Waits for {name}", "", float(year)) for area in held}
    return found


def _check_days(ledger: Ledger, saved: SavedPlan, rows: list[tuple[str, ...]]) -> None:
    """Check gates with approver, mode and day, and the first and last days of tasks and waves."""
    gates, tasks, waves = (saved.table(name) for name in ("gates", "tasks", "waves"))
    names = ("area_id", "gate", "name", "approver_role", "mode", "date", "first_date")
    columns = (*(texts(gates, name) for name in names), integers(gates, "releases").tolist())
    wanted = {
        (area, f"{gate} {name}", f"{role}, {mode}" + (f"; {n} releases, the first {first}" if n > 1 else ""), day)
        for area, gate, name, role, mode, day, first, n in zip(*columns, strict=True)
    }
    told = {(area, label, text, day) for _, area, part, label, text, day in rows if part == "gates"}
    ledger.nothing(sorted(row[0] for row in told ^ wanted), "charters tell other gates", len(wanted) + 1)
    days: dict[tuple[str, str], list[str]] = defaultdict(list)
    spans = [texts(tasks, name) for name in ("area_id", "wbs_phase", "crew_kind", "start", "finish")]
    for area, phase, crew, start, finish in zip(*spans, strict=True):
        days[area, "First task"].append(start)
        days[area, "Last task"].append(finish)
        if phase == "execution" and crew:
            days[area, "First day of construction"].append(start)
    told_of = saved.table("forecasts")
    for scope, area, half, most in zip(
        *(texts(told_of, name) for name in ("scope", "id", "finish_p50", "finish_p80")), strict=True
    ):
        if scope == "area":
            days[area, "Last task, P50"].append(half)
            days[area, "Last task, P80"].append(most)
    for area, start, finish in zip(*(texts(waves, name) for name in ("area_id", "start", "finish")), strict=True):
        days[area, "First customers connected"].append(start)
        days[area, "Last customers connected"].append(finish)
    wrong = []
    for name, area, part, label, _, day in rows:
        if part == "milestones" and not label.startswith(_AGREED):
            found = days.get((area, label), [""])
            wrong += [name] if day != (max(found) if label.startswith("Last") else min(found)) else []
    ledger.nothing(wrong, "charters tell other days than the schedule", len(rows) + 1)
    ledger.that(
        all(not day or bool(dt.date.fromisoformat(day)) for *_, day in rows), "charters hold days that are none"
    )
