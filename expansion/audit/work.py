"""Check that tasks are those of the template, as long as the work takes, and that their cost adds to the area's."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.initiatives import check_initiative_tasks
from expansion.audit.ledger import Check, Ledger
from expansion.audit.measured_work import Work, chosen_areas, days_and_crews, measure_work, terms_of
from expansion.audit.rules import engineering, lead_days, rows_of
from expansion.audit.sections import is_stretch, parts_of, task_names, task_parts, tickets_of
from expansion.audit.ways import travel_days


def check_work(saved: SavedPlan) -> Check:
    """Check presence, duration and crews of every package of every area, and what is spent on them."""
    ledger = Ledger("work")
    tasks, bom = saved.table("tasks"), saved.table("bom")
    row_of = {name: row for row, name in enumerate(texts(tasks, "task_id"))}
    duration, crews = integers(tasks, "duration_days"), integers(tasks, "crew_count")
    wanted: set[str] = {"program-start", "program-finish"} if chosen_areas(saved) else set()
    lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for area, category, item in zip(*(texts(bom, name) for name in ("area_id", "category", "item")), strict=True):
        lines[area].append((category, item))
    for name, package, area, work in _asked(saved):
        wanted.add(name)
        if not ledger.that(name in row_of, f"the schedule lacks {name}"):
            continue
        days, count = _size(saved, package, work, lines[area], travel_days(saved).get(area, 0.0))
        stretches = _stretches(saved, package, days)
        for number, part in enumerate(stretches[:-1], 1):
            wanted.add(f"{name}-W{number}")
            row = row_of.get(f"{name}-W{number}", -1)
            ledger.that(row >= 0 and duration[row] == part, f"{name} lacks its stretch {number} of {part} days")
        days = stretches[-1]
        told = (int(duration[row_of[name]]), int(crews[row_of[name]]))
        ledger.that(told == (days, count), f"{name} takes {told} days and crews, the work asks for {(days, count)}")
    _check_words(ledger, saved, tasks)
    wanted |= check_initiative_tasks(ledger, saved)
    permits = {ticket.task for ticket in tickets_of(saved)}
    ledger.nothing(sorted(set(row_of) - wanted - permits), "tasks that nothing asks for", len(row_of))
    _check_spending(ledger, saved, tasks)
    ledger.equal(saved.document["counts"]["tasks"], len(tasks), "counts.tasks")
    return ledger.close()


def _asked(saved: SavedPlan) -> Iterator[tuple[str, dict[str, Any], str, Work]]:
    """List the tasks that work asks for: id, package, area, and what is to do."""
    for area, work in measure_work(saved).items():
        for package in rows_of(saved, "work_packages"):
            if package["kind"] != "summary" and package["per"] != "section":
                yield from ((name, package, area, work) for name in task_names(saved, area, package))
            for part in parts_of(saved)[area] if package["per"] == "section" else ():
                yield from ((name, package, area, part.work) for name in task_names(saved, area, package, part))


def _check_words(ledger: Ledger, saved: SavedPlan, tasks: Any) -> None:
    """Check that WBS code, phase, name, role and gate of a task are those of its package."""
    number = {area: place for place, area in enumerate(chosen_areas(saved), start=2)}
    asked = {row[0]: row for row in _titles(saved, number)}
    columns = [texts(tasks, name) for name in ("task_id", "area_id", "wbs", "wbs_phase", "name", "role", "gate")]
    wrong = [row[0] for row in zip(*columns, strict=True) if row[1] and row != asked.get(row[0])]
    ledger.nothing(wrong, "tasks in other words than those of their package", len(tasks))
    codes = columns[2]
    ledger.that(len(set(codes)) == len(codes), "WBS codes are not unique")


def _titles(saved: SavedPlan, number: dict[str, int]) -> Iterator[tuple[str, ...]]:
    """Id, area, WBS code, phase, name, role and gate of every task that work or a permit asks for."""
    parts = task_parts(saved)
    stretched = Counter(name.rpartition("-W")[0] for name in texts(saved.table("tasks"), "task_id") if is_stretch(name))
    for area, packages in groupby(_asked(saved), key=lambda one: one[2]):
        for code, group in groupby(packages, key=lambda one: one[1]["wbs"]):
            mine = [(name, package) for name, package, *_ in group]
            for place, (name, package) in enumerate(mine, 1):
                many = len(mine) > 1
                wbs = f"{number[area]}.{code}" + (f".{place}" if many else "")
                title = package["name"] + (f", section {parts[name].number}" if many else "")
                words = (package["phase"], package["responsible"], package["gate"])
                ways = stretched.get(name, 0)
                for stretch in range(1, ways + 2):
                    own = f"{name}-W{stretch}" if stretch <= ways else name
                    further = (f".{stretch}", f", stretch {stretch} of {ways + 1}") if ways else ("", "")
                    yield own, area, wbs + further[0], words[0], title + further[1], *words[1:]
    yield from _permit_titles(saved, number)


def _permit_titles(saved: SavedPlan, number: dict[str, int]) -> Iterator[tuple[str, ...]]:
    """Tell the same of the tasks that wait for permits, numbered by area and package in the order of their ids."""
    permits, packages = saved.table("permits"), rows_of(saved, "work_packages")
    rows = zip(*(texts(permits, name) for name in ("permit_id", "permit", "granted_for")), strict=True)
    title = {name: f"{permit}: {grant}" for name, permit, grant in rows}
    order = {name: place for place, name in enumerate(sorted(title))}
    tickets = sorted(tickets_of(saved), key=lambda one: order[one.permit])
    many = Counter(ticket.permit for ticket in tickets)
    place: Counter[tuple[str, str]] = Counter()
    for ticket in tickets:
        duration = "permit:dig" if ticket.word == "dig" else "permit"
        package = next(row for row in packages if row["duration"] == duration)
        place[ticket.area, duration] += 1
        wbs = f"{number.get(ticket.area)}.{package['wbs']}.{place[ticket.area, duration]}"
        section = f", section {ticket.part.number}" if ticket.part and many[ticket.permit] > 1 else ""
        words = (package["phase"], title[ticket.permit] + section, package["responsible"], "")
        yield ticket.task, ticket.area, wbs, *words


def _size(
    saved: SavedPlan, package: dict[str, Any], work: Work, lines: list[tuple[str, str]], travel: float
) -> tuple[int, int]:
    """Days and crews that a package takes."""
    text, kind = package["duration"], package["crew_kind"]
    if package["kind"] == "milestone":
        return 0, 0
    if text.startswith("lead:"):
        asked = [part.strip() for part in text.removeprefix("lead:").split(",")]
        waits = [lead_days(saved, item) or 0 for category, item in lines if category in asked]
        return max(waits, default=0), 1 if kind else 0
    if "/" not in text:
        return int(text.removeprefix("wait:")), 1 if kind else 0
    return days_and_crews(saved, package, [work[quantity] for quantity, _ in terms_of(package)], travel)


def _stretches(saved: SavedPlan, package: dict[str, Any], days: int) -> list[int]:
    """Days of the stretches of a delivery that is followed up on the way, the longer first; else the whole."""
    if not package["duration"].startswith("lead:") or not days:
        return [days]
    count = math.ceil(days / max(int(engineering(saved, "follow_up_days")), 1))
    return [len(range(place, days, count)) for place in range(count)]


def _check_spending(ledger: Ledger, saved: SavedPlan, tasks: Any) -> None:
    """Check that the cost of an area's tasks adds to its base cost."""
    areas = saved.table("areas")
    spent: dict[str, int] = defaultdict(int)
    columns = (texts(tasks, "area_id"), texts(tasks, "initiative_id"), numbers(tasks, "cost"))
    for area, initiative, cost in zip(*columns, strict=True):
        spent[area or (initiative and "initiatives")] += round(float(cost) * 100)
    ids, base = texts(areas, "area_id"), np.round(numbers(areas, "cost_base") * 100)
    off = np.array([spent[area] != cents for area, cents in zip(ids, base, strict=True)], dtype=bool)
    ledger.none(flags(areas, "chosen") & off, ids, "costs of tasks do not add to the area's base cost")
    ledger.that(spent[""] == 0, "tasks of no area and no initiative cost money")
    told = round(saved.document["portfolio"]["initiatives_cost"] * 100) if len(tasks) else 0
    ledger.equal(spent["initiatives"], told, "cost of the tasks of initiatives")
