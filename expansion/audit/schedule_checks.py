"""Judge the schedule by the fourteen points again and compare with what its own audit tells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from expansion.audit.calendars import WorkCalendar
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.program import Program, earliest_start, finish_point, read_program, topological, with_crew_sequence
from expansion.audit.rules import rows_of, section

_SHOWN = 20


def check_schedule_checks(saved: SavedPlan) -> Check:
    """Recompute value and verdict of every point, and which tasks offend."""
    ledger = Ledger("schedule checks")
    table = saved.table("schedule_checks")
    rules = {row["check_id"]: row for row in rows_of(saved, "schedule_checks")}
    program = read_program(saved)
    ids = texts(table, "check_id")
    ledger.that(ids == (list(rules) if program.ids else []), "schedule_checks do not list every point once, in order")
    verdicts = texts(table, "verdict")
    told = saved.document["schedule"]["checks"]
    for word in ("pass", "fail", "not_applicable"):
        ledger.equal(told.get(word), verdicts.count(word), f"schedule.checks.{word}")
    found = _points(saved, program, rules) if program.ids else {}
    for place, name in enumerate(ids):
        if name in found:
            _compare(ledger, table.iloc[place], rules[name], *found[name])
    return ledger.close()


def _compare(ledger: Ledger, row: Any, rule: dict[str, Any], value: float | None, checked: int, bad: list[str]) -> None:
    """Compare one row with what it should say."""
    name = rule["check_id"]
    told = None if np.isnan(row["value"]) else float(row["value"])
    ledger.equal(told, value if value is None else round(value, 6), f"{name}.value", 2e-6)
    verdict = "not_applicable"
    if value is not None:
        limit = rule["threshold"]
        verdict = "pass" if (value <= limit if rule["better"] == "lower" else value >= limit) else "fail"
    ledger.equal(row["verdict"], verdict, f"{name}.verdict")
    ledger.equal(float(row["threshold"]), float(rule["threshold"]), f"{name}.threshold")
    ledger.equal(int(row["checked"]), checked, f"{name}.checked")
    ledger.equal(int(row["found"]), len(bad), f"{name}.found")
    named = row["task_ids"] if isinstance(row["task_ids"], str) else ""
    ledger.equal(named, ",".join(bad[:_SHOWN]), f"{name}.task_ids")
    ledger.that(str(row["reason"]).strip() != "", f"{name} gives no reason")


def _points(
    saved: SavedPlan, program: Program, rules: dict[str, Any]
) -> dict[str, tuple[float | None, int, list[str]]]:
    """Value, number looked at and offending tasks per point."""
    tasks = saved.table("tasks")
    links = program.links()
    lasts = program.duration > 0
    every = np.ones(len(program.ids), dtype=bool)
    led = np.array([bool(program.into.get(r)) or name == "program-start" for r, name in enumerate(program.ids)])
    followed = np.array([bool(program.out.get(r)) or name == "program-finish" for r, name in enumerate(program.ids)])
    bare = (np.array(texts(tasks, "crew_kind")) == "") & (np.array(texts(tasks, "agency")) == "")
    slack = integers(tasks, "total_float_days")
    asked = {name: int(rules[name]["days"] or 0) for name in ("high_float", "high_duration", "critical_path_test")}
    early = (program.start < 0) | (program.last < 0)
    found = {
        "logic": _tasks(program, every, ~(led & followed)),
        "hard_constraints": _tasks(program, every, ~every),
        "high_float": _tasks(program, every, _worked(saved, slack) > asked["high_float"]),
        "negative_float": _tasks(program, every, slack < 0),
        "high_duration": _tasks(program, lasts, _worked(saved, program.duration) > asked["high_duration"]),
        "invalid_dates": _tasks(program, every, early),
        "resources": _tasks(program, lasts, bare & (numbers(tasks, "cost") <= 0) & ~_counted(saved)),
        "leads": _links(program, [link for link in links if link.lag < 0]),
        "lags": _links(program, [link for link in links if link.lag > 0]),
        **dict.fromkeys(("missed_tasks", "cpli", "bei"), (None, 0, [])),
        "critical_path_test": _delayed(saved, program, asked["critical_path_test"]),
    }
    plain, checked, bad = _links(program, [link for link in links if link.kind != "FS"])
    found["relationship_types"] = (None if plain is None else 1 - plain, checked, bad)
    return found


def _counted(saved: SavedPlan) -> Any:
    """Whether the role of each task stands among the resources."""
    resources = saved.table("resources")
    rows = zip(texts(resources, "resource_id"), texts(resources, "kind"), strict=True)
    known = {name.removeprefix("role ") for name, kind in rows if kind == "role"}
    return np.isin(np.array(texts(saved.table("tasks"), "role"), dtype=object), sorted(known))


def _tasks(program: Program, among: Any, offends: Any) -> tuple[float | None, int, list[str]]:
    """Share of some tasks that offend."""
    bad = [program.ids[row] for row in np.flatnonzero(among & offends)]
    checked = int(np.count_nonzero(among))
    return (len(bad) / checked if checked else None), checked, bad


def _links(program: Program, offending: list[Any]) -> tuple[float | None, int, list[str]]:
    """Share of links that offend, and the tasks that they lead to."""
    checked = len(program.links())
    bad = sorted({program.ids[link.after] for link in offending})
    return (len(offending) / checked if checked else None), checked, bad


def _worked(saved: SavedPlan, days: Any) -> Any:
    """Calendar days as the working days of so many weeks; working days as they are."""
    share = len(section(saved, "schedule")["calendar"]["workdays"]) / 7
    every_day = np.array(texts(saved.table("tasks"), "calendar")) == "calendar"
    return np.where(every_day, np.asarray(days) * share, days)


def _delayed(saved: SavedPlan, program: Program, days: int) -> tuple[float | None, int, list[str]]:
    """How much of a delay of the first critical task arrives at the finish."""
    critical = np.flatnonzero(flags(saved.table("tasks"), "is_critical") & (program.duration > 0))
    if not len(critical):
        return None, 0, []
    row = min(critical.tolist(), key=lambda task: (int(program.start[task]), program.ids[task]))
    tied = with_crew_sequence(saved, program)
    longer = program.duration.copy()
    longer[row] += days
    order = topological(tied)
    slip = _finishes(replace(tied, duration=longer), order) - _finishes(tied, order)
    pause = max(_longest_pause(calendar) for calendar in {id(found): found for found in program.calendar}.values())
    reach = int(slip[program.ids.index("program-finish")])
    value = min(1.0, max(reach + pause, 0) / int(slip[row])) if reach > 0 else 0.0
    return value, 1, ([] if value >= 1 else [program.ids[row]])


def _finishes(program: Program, order: list[int]) -> Any:
    """Finish points when each task starts as early as links and crew order allow."""
    start, finish = np.zeros_like(program.start), np.zeros_like(program.start)
    for row in order:
        start[row] = earliest_start(program, row, start, finish)
        finish[row] = finish_point(program, row, int(start[row]))
    return finish


def _longest_pause(calendar: WorkCalendar) -> int:
    """Longest run of days that a calendar does not work, between days that it works."""
    return int(np.diff(calendar.worked).max(initial=1)) - 1
