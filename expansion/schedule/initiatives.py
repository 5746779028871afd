"""Initiatives without a map as tasks: what it takes to have one in place, who works on it, and what waits for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.errors import InfeasibleError
from expansion.plan.findings import Finding, find
from expansion.plan.plan import Portfolio
from expansion.plan.selection import ChosenInitiative
from expansion.schedule.calendars import WORKDAYS
from expansion.schedule.chosen import ChosenArea
from expansion.schedule.packages import INITIATIVE
from expansion.schedule.tasks import Draft, Task
from expansion.study import Study

PHASE, OWNER, ACCEPTANCE = "resource allocation", "PMO", "G3"
FIRST_NUMBER = 3
"""Number in the program's part of the WBS of the first task of an initiative; its start and finish come before."""


@dataclass(frozen=True, slots=True)
class Undertaking:
    """An initiative that is carried out: cents in each of its years, and the work of an area that waits for it."""

    known: ChosenInitiative
    cents: int
    years: tuple[int, ...]
    work: str

    @property
    def task_id(self) -> str:
        """Task that puts it in place."""
        return f"initiative-{self.known.initiative_id}"

    @property
    def ready_id(self) -> str:
        """Milestone at which it is in place."""
        return f"{self.task_id}.ready"


def read_undertakings(study: Study, portfolio: Portfolio) -> list[Undertaking]:
    """List the initiatives of a choice with the study's words, by start year and id."""
    asked = {row.id: row for row in study.portfolio.initiatives}
    found = []
    for one in portfolio.selection.carried_out:
        row, years = asked[one.initiative_id], portfolio.selection.build_years(one.start_year, one.years)
        found.append(Undertaking(one, round(row.cost_per_year * 100), years, row.holds))
    return found


def initiative_tasks(study: Study, undertakings: list[Undertaking]) -> list[Task]:
    """Write the tasks of initiatives, numbered after the program's start and finish.

    One puts it in place, with the money of the first year; one per role or crew kind and year is its people's work; one
    per later year holds that year's money.

    Parameters
    ----------
    study
        Start and crews.
    undertakings
        In the order of their tasks.
    """
    made = [task for one in undertakings for task in _tasks_of(study, one)]
    return [replace(task, wbs=f"1.{number}") for number, task in enumerate(made, FIRST_NUMBER)]


def _tasks_of(study: Study, one: Undertaking) -> Iterator[Task]:
    known = one.known
    first = one.years[0] if one.years else known.start_year
    whole = Task(
        one.task_id, "", "", "", PHASE, known.name, known.duration_days, WORKDAYS, _january(study, first), role=OWNER,
        cents=one.cents, initiative_id=known.initiative_id,
    )  # fmt: skip
    yield whole
    yield from _people(study, one, whole, known.duration_days, "")
    ready = replace(whole, task_id=one.ready_id, name=f"{known.name} is in place", duration=0, cents=0)
    yield ready
    for year in one.years[1:]:
        base = replace(whole, not_before=_january(study, year))
        workdays = max(study.schedule.calendar.days_in(year), 1)
        crewed = list(_people(study, one, base, workdays, f".{year}"))
        days = max((task.duration for task in crewed if not task.crew_kind), default=1)
        yield replace(base, task_id=f"{one.task_id}.{year}", name=f"{known.name}, {year}", duration=days)
        yield from crewed


def _january(study: Study, year: int) -> dt.date:
    return max(study.study.start, dt.date(year, 1, 1))


def _people(study: Study, one: Undertaking, base: Task, within: int, ending: str) -> Iterator[Task]:
    """Write the work of each role in a year: as many people, or crews of those there are, as do it within some days."""
    crews = study.schedule.lasting_crews()
    for place, (role, days) in enumerate(one.known.roles, 1):
        if days <= 0:
            continue
        whole_days = int(np.ceil(round(days, 6)))
        count = -(-whole_days // within)
        count = min(count, max(crews[role], 1)) if role in crews else count
        yield replace(
            base, task_id=f"{one.task_id}{ending}.p{place}", name=f"{base.name}{ending.replace('.', ', ')}: {role}",
            duration=-(-whole_days // count), calendar=role if role in crews else WORKDAYS, role=role, cents=0,
            crew_kind=role if role in crews else "", crew_count=count,
        )  # fmt: skip


def link_initiatives(draft: Draft, undertakings: list[Undertaking], chosen: list[ChosenArea]) -> None:
    """Tie initiatives together, to the work of areas that waits for them, and to the areas that they wait for."""
    areas, known = {area.area_id: area for area in chosen}, {one.known.initiative_id: one for one in undertakings}
    people: dict[str, list[Task]] = {}
    for task in draft.tasks:
        if task.initiative_id:
            people.setdefault(task.initiative_id, []).append(task)
    for one in undertakings:
        _link_people(draft, one, people[one.known.initiative_id])
        for name in one.known.holds:
            if name in known:
                draft.join(one.ready_id, known[name].task_id)
            for after in _held(areas[name], one.work) if name in areas else ():
                draft.join(one.ready_id, after)
        for name in one.known.after:
            if name in known:
                draft.join(known[name].ready_id, one.task_id)
            for before in _accepted(areas[name]) if name in areas else ():
                draft.join(before, one.task_id)


def _link_people(draft: Draft, one: Undertaking, tasks: list[Task]) -> None:
    """Begin people's work with that of their year; it is in place when all of the first year's is done."""
    for task in tasks:
        above = task.task_id.rpartition(".")[0]
        if task.task_id == one.task_id:
            draft.join(one.task_id, one.ready_id)
        elif task.task_id != one.ready_id:
            draft.join(above, task.task_id, "SS")
            if above == one.task_id and ".p" in task.task_id:
                draft.join(task.task_id, one.ready_id)


def _held(area: ChosenArea, word: str) -> list[str]:
    """Tasks of an area that wait for initiatives of this word, in its sections too.

    They are those of the packages that name it; where the area has none of them, those that it is handed on to.
    """
    named: list[str] = []
    handed: list[str] = []
    for package in area.packages.values():
        parts = area.parts_with(package.code) if package.row.per == "section" else [None]
        for part in parts:
            own = package if part is None else part.packages[package.code]
            if any(link.scope == INITIATIVE and link.code == word for link in own.before):
                (named if f"{INITIATIVE}:{word}" in package.row.predecessors else handed).extend(
                    area.task_ids(package.code, part)
                )
    return named or handed


def _accepted(area: ChosenArea) -> list[str]:
    """Tasks with which an area is accepted."""
    return [name for code, one in area.packages.items() if one.row.gate == ACCEPTANCE for name in area.task_ids(code)]


def refuse_circles(draft: Draft, undertakings: list[Undertaking]) -> None:
    """Refuse initiatives that turn the links of the whole program in a circle.

    Raises
    ------
    InfeasibleError
        ``E_RULES`` with the initiatives of the circle.
    """
    if not undertakings:
        return
    row = {task.task_id: number for number, task in enumerate(draft.tasks)}
    pairs = np.array([(row[before], row[after]) for before, after, _ in draft.links], dtype=np.int64)
    matrix = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(row), len(row)))
    circle = connected_components(matrix, directed=True, connection="strong")[1]
    many = np.bincount(circle)
    turned = [one.known.initiative_id for one in undertakings if many[circle[row[one.task_id]]] > 1]
    if turned:
        raise InfeasibleError(
            "initiatives hold back areas for whose acceptance they wait",
            code="E_RULES",
            where=turned,
            hint="drop one of their before and after",
        )


def late_initiatives(
    undertakings: list[Undertaking], chosen: list[ChosenArea], tasks: pd.DataFrame, links: pd.DataFrame
) -> list[Finding]:
    """Name the initiatives for which work of an area waits beyond January 1 of the area's year, and how long."""
    start = dict(zip(tasks["task_id"], tasks["start"], strict=True))
    year = {area.area_id: area.year for area in chosen}
    area_of = dict(zip(tasks["task_id"], tasks["area_id"], strict=True))
    ready = {one.ready_id: one.known.initiative_id for one in undertakings}
    late: dict[str, int] = {}
    for before, after in zip(links["predecessor_id"], links["successor_id"], strict=True):
        if before not in ready or area_of[after] not in year or start[after] != start[before]:
            continue
        days = (dt.date.fromisoformat(start[before]) - dt.date(year[area_of[after]], 1, 1)).days
        late[ready[before]] = max(late.get(ready[before], 0), days)
    late = {name: days for name, days in sorted(late.items()) if days > 0}
    if not late:
        return []
    message = "work of areas begins on the day on which an initiative is in place, not on the first of its year"
    repair = "begin the initiative a year earlier, shorten it, or give it more of the people that it lacks"
    worst = max(late.values())
    return [find("W_INITIATIVE", "info", message, late, amount=worst, unit="days, the longest", repair=repair)]
