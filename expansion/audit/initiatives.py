"""Tasks, links and money that the initiatives of a choice ask for, from the study's own words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from expansion.audit.crew_numbers import lasting_crews
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.measured_work import chosen_areas
from expansion.audit.rules import rows_of, section
from expansion.audit.selection import carried_out, days_of_year, running_years

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A task that an initiative asks for; `count` crews or people, `above` the task with which it may begin."""

    name: str
    initiative: str
    title: str
    year: int
    days: int
    calendar: str
    crew: str
    count: int
    role: str
    cents: int
    above: str = ""


def asked_tasks(saved: SavedPlan) -> list[Asked]:
    """List the tasks of all initiatives that are carried out, in the order of their WBS codes."""
    found: list[Asked] = saved.once("tasks of initiatives", _make_asked)
    return found


def _make_asked(saved: SavedPlan) -> list[Asked]:
    if not chosen_areas(saved):
        return []
    given = {row["id"]: row for row in section(saved, "portfolio")["initiatives"]}
    rows = sorted(carried_out(saved), key=lambda row: (row["start_year"], row["initiative_id"]))
    return [task for row in rows for task in _of_one(saved, given[row["initiative_id"]], running_years(saved, row))]


def _of_one(saved: SavedPlan, row: dict[str, Any], years: list[int]) -> Iterator[Asked]:
    name, title = f"initiative-{row['id']}", row["name"] or row["id"]
    cents, days = round(row["cost_per_year"] * 100), int(row["duration_days"])
    yield Asked(name, row["id"], title, years[0], days, "workdays", "", 0, "PMO", cents)
    yield from _people(saved, row, name, title, years[0], days)
    yield Asked(f"{name}.ready", row["id"], f"{title} is in place", years[0], 0, "workdays", "", 0, "PMO", 0)
    for year in years[1:]:
        mine = list(_people(saved, row, f"{name}.{year}", f"{title}, {year}", year, days_of_year(saved, year)))
        longest = max((one.days for one in mine if not one.crew), default=1)
        yield Asked(
            f"{name}.{year}", row["id"], f"{title}, {year}", year, longest, "workdays", "", 0, "PMO", cents, name
        )
        yield from mine


def _people(saved: SavedPlan, row: dict[str, Any], above: str, title: str, year: int, within: int) -> Iterator[Asked]:
    """Ask for so many of a role, or of the crews that there are, that their days fit into the time."""
    for place, (role, days) in enumerate(sorted(row["staff"].items()), 1):
        whole = math.ceil(round(days, 6))
        if whole <= 0:
            continue
        count, crew = math.ceil(whole / within), role if role in saved.study["crews"] else ""
        count = min(count, max(lasting_crews(saved, crew), 1)) if crew else count
        yield Asked(
            f"{above}.p{place}", row["id"], f"{title}: {role}", year, math.ceil(whole / count), crew or "workdays",
            crew, count, role, 0, above,
        )  # fmt: skip


def check_initiative_tasks(ledger: Ledger, saved: SavedPlan) -> set[str]:
    """Compare the tasks of initiatives with what they should be; returns the ids that they should have."""
    tasks = saved.table("tasks")
    columns = [
        texts(tasks, name)
        for name in (
            "task_id",
            "initiative_id",
            "wbs",
            "wbs_phase",
            "name",
            "calendar",
            "crew_kind",
            "role",
            "not_before",
        )
    ]
    counts = (integers(tasks, "duration_days").tolist(), integers(tasks, "crew_count").tolist())
    cents = np.round(numbers(tasks, "cost") * 100).astype(np.int64).tolist()
    told = {row[0]: row[1:] for row in zip(*columns, *counts, cents, strict=True) if row[1]}
    first = str(section(saved, "study")["start"])
    wanted = {
        one.name: (
            one.initiative, f"1.{place}", "resource allocation", one.title, one.calendar, one.crew, one.role,
            max(first, f"{one.year:04d}-01-01"), one.days, one.count, one.cents,
        )
        for place, one in enumerate(asked_tasks(saved), 3)
    }  # fmt: skip
    ledger.nothing(sorted(set(told) ^ set(wanted)), "tasks of initiatives missing, or of none", len(wanted) + 1)
    wrong = [name for name in sorted(set(told) & set(wanted)) if told[name] != wanted[name]]
    ledger.nothing(wrong, "tasks of initiatives are not as long, late, dear or manned as asked", len(wanted))
    return set(wanted)


def initiative_links(saved: SavedPlan, held: dict[tuple[str, str], list[str]]) -> set[Key]:
    """Links of initiatives: among their own tasks, to what they hold back, and from what they wait for.

    `held` has the tasks of an area that wait for a word.
    """
    links: set[Key] = set()
    for one in asked_tasks(saved):
        own = f"initiative-{one.initiative}"
        if one.above:
            links.add((one.above, one.name, "SS"))
        if one.name == own or (one.above == own and ".p" in one.name):
            links.add((one.name, f"{own}.ready", "FS"))
    given = {row["id"]: row for row in section(saved, "portfolio")["initiatives"]}
    known = {row["initiative_id"] for row in carried_out(saved)} if chosen_areas(saved) else set()
    for name in known:
        for before, after, kind in _orders(saved, given[name], known, held):
            links.add((before, after, kind))
    return links


def _orders(
    saved: SavedPlan, row: dict[str, Any], known: set[str], held: dict[tuple[str, str], list[str]]
) -> Iterator[Key]:
    """Links from an initiative to what waits for it, and to it from what it waits for."""
    own = f"initiative-{row['id']}"
    for word in row["before"]:
        for area in _areas(saved, word, later=True):
            yield from ((f"{own}.ready", task, "FS") for task in held.get((area, row["holds"]), []))
        if word in known:
            yield f"{own}.ready", f"initiative-{word}", "FS"
    for word in row["after"]:
        for area in _areas(saved, word, later=False):
            yield from ((f"{area}-{code}", own, "FS") for code in _accepted(saved))
        if word in known:
            yield f"initiative-{word}.ready", own, "FS"


def _areas(saved: SavedPlan, word: str, *, later: bool) -> list[str]:
    """Chosen areas that a word names: one of them, or all from a phase on, or all up to it."""
    chosen = chosen_areas(saved)
    if not word.startswith("phase:"):
        return [word] if word in chosen else []
    areas = saved.table("areas")
    year = {
        area: int(value)
        for area, value in zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True)
        if area in chosen
    }
    number, used = int(word.removeprefix("phase:")), sorted(set(year.values()))
    if len(used) < number:
        return []
    turn = used[number - 1]
    return [area for area, own in year.items() if (own >= turn if later else own <= turn)]


def _accepted(saved: SavedPlan) -> list[str]:
    return [row["wbs"] for row in rows_of(saved, "work_packages") if row["gate"] == "G3"]
