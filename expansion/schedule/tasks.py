"""Expand the template over the chosen areas: tasks, permits and logic, in canonical order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from expansion.errors import InfeasibleError
from expansion.rulebook import Rulebook
from expansion.schedule.applications import Applications, Ticket
from expansion.schedule.calendars import EVERY_DAY, WORKDAYS
from expansion.schedule.chosen import ChosenArea
from expansion.schedule.packages import Package, work_of
from expansion.study import Study

START, FINISH = "program-start", "program-finish"
TRAVEL = "travel_days"
"""Days of the way of a crew to an area and back, among its quantities where the study names a depot."""
EARLY_PHASES = ("planning", "resource allocation")


@dataclass(frozen=True, slots=True)
class Task:
    """A task or milestone before it has dates. `not_before` is a date; `code` the WBS code within the area.

    `crew_count` counts people where there is a role and no crew; `cents` is its own money, beside what the bill spends.
    """

    task_id: str
    wbs: str
    code: str
    area_id: str
    wbs_phase: str
    name: str
    duration: int
    calendar: str
    not_before: dt.date
    crew_kind: str = ""
    crew_count: int = 0
    permit_id: str = ""
    agency: str = ""
    role: str = ""
    gate: str = ""
    costs: tuple[str, ...] = ()
    section_id: str = ""
    initiative_id: str = ""
    cents: int = 0
    is_delivery: bool = False
    is_filed: bool = False


@dataclass(slots=True)
class Draft:
    """Tasks in canonical order and links between them, growing; a link's key is predecessor, successor and kind."""

    tasks: list[Task] = field(default_factory=list)
    links: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def join(self, before: str, after: str, kind: str = "FS", lag: int = 0) -> None:
        """Add a link; of equal ones the longest lag stays."""
        key = (before, after, kind)
        self.links[key] = max(self.links.get(key, 0), lag)


def draft_tasks(
    study: Study,
    rulebook: Rulebook,
    chosen: list[ChosenArea],
    made: Applications,
    permits: pd.DataFrame,
    bom: pd.DataFrame,
    further: Sequence[Task] = (),
) -> Draft:
    """Write every task of the program, without links: start, `further`, area by area in template order, finish.

    Raises
    ------
    InfeasibleError
        ``E_CREW`` where a crew kind is needed and the study has none of it.
    """
    start = study.study.start
    draft = Draft([Task(START, "1.1", "", "", "planning", "Program starts", 0, WORKDAYS, start, role="PMO"), *further])
    leads = {material.item: material.lead_time_calendar_days for material in rulebook.materials}
    categories = _categories(bom)
    told = ["permit_id", "permit", "granted_for", "authority", "authority_kind"]
    records = [{str(key): value for key, value in row.items()} for row in permits[told].to_dict("records")]
    for area in chosen:
        items = categories.get(area.area_id, {})
        for package in area.packages.values():
            if package.is_permit:
                mine = [one for one in made.tickets if one.area is area and package.obtains(made.words[one.row])]
                draft.tasks += [_permit_task(study, package, records[one.row], n, one) for n, one in enumerate(mine, 1)]
            else:
                draft.tasks += _tasks(study, rulebook, area, package, items, leads)
    closing = "post-implementation review"
    draft.tasks.append(Task(FINISH, "1.2", "", "", closing, "Program is complete", 0, WORKDAYS, start, role="PMO"))
    _refuse_missing_crews(study, draft.tasks)
    return draft


def _categories(bom: pd.DataFrame) -> dict[str, dict[str, set[str]]]:
    """Items per area and BOM category."""
    found: dict[str, dict[str, set[str]]] = {}
    for area, category, item in zip(bom["area_id"], bom["category"], bom["item"], strict=True):
        found.setdefault(str(area), {}).setdefault(str(category), set()).add(str(item))
    return found


def not_before(study: Study, area: ChosenArea, wbs_phase: str) -> dt.date:
    """Earliest start: planning and procurement one calendar year before the area's year, all else on its January 1."""
    year = area.year - 1 if wbs_phase in EARLY_PHASES else area.year
    return max(study.study.start, dt.date(min(max(year, 1), 9999), 1, 1))


def _tasks(
    study: Study,
    rulebook: Rulebook,
    area: ChosenArea,
    package: Package,
    items: dict[str, set[str]],
    leads: dict[str, int],
) -> list[Task]:
    """Make the task of a package in an area, or one per section that has it."""
    whole = _task(study, rulebook, area, package, items, leads)
    if package.row.per != "section":
        return [whole]
    parts = area.parts_with(package.code)
    made = []
    for number, part in enumerate(parts, 1):
        task = replace(whole, task_id=area.task_ids(package.code, part)[0], section_id=part.section.section_id)
        if package.terms:
            days, crews = _size(study, rulebook, package, part.quantities)
            task = replace(task, duration=days, crew_count=crews)
        if len(parts) > 1:
            task = replace(task, wbs=f"{whole.wbs}.{number}", name=f"{whole.name}, section {part.section.number}")
        made.append(task)
    return made


def _task(
    study: Study,
    rulebook: Rulebook,
    area: ChosenArea,
    package: Package,
    items: dict[str, set[str]],
    leads: dict[str, int],
) -> Task:
    """Make the task of a package in an area."""
    row = package.row
    days, crews = package.days, 1 if row.crew_kind else 0
    calendar = row.crew_kind or WORKDAYS
    if package.lead:
        wanted = {item for category in package.lead for item in items.get(category, ())}
        days, calendar = max((lead_days(leads, item) for item in sorted(wanted)), default=0), EVERY_DAY
    elif package.wait:
        days, calendar = package.wait, EVERY_DAY
    elif package.terms:
        days, crews = _size(study, rulebook, package, area.quantities)
    return Task(
        task_id=f"{area.area_id}-{row.wbs}",
        wbs=f"{area.number}.{row.wbs}",
        code=row.wbs,
        area_id=area.area_id,
        wbs_phase=row.phase,
        name=row.name,
        duration=0 if row.kind == "milestone" else days,
        calendar=WORKDAYS if row.kind == "milestone" else calendar,
        not_before=not_before(study, area, row.phase),
        crew_kind="" if row.kind == "milestone" else row.crew_kind,
        crew_count=0 if row.kind == "milestone" else crews,
        role=row.responsible,
        gate=row.gate,
        costs=tuple(part.strip() for part in row.costs.split(";") if part.strip()),
        is_delivery=bool(package.lead),
    )


def _size(study: Study, rulebook: Rulebook, package: Package, quantities: dict[str, float]) -> tuple[int, int]:
    """Duration in working days and crews at once: one crew per `crew_split_days` of work begun, up to all that last."""
    work, setup = work_of(package, quantities, rulebook)
    kind = package.row.crew_kind
    crews = 0
    if kind:
        wanted = int(np.ceil(round(work / rulebook.engineering_value("crew_split_days"), 6)))
        crews = max(1, min(wanted, study.schedule.lasting_crews().get(kind, 0)))
        setup += quantities.get(TRAVEL, 0.0)
    return max(1, int(np.ceil(round(setup + work / max(crews, 1), 6)))), crews


def crew_days_of(study: Study, rulebook: Rulebook, package: Package, quantities: dict[str, float]) -> float:
    """Count the days that a package binds crews, times their number."""
    if not package.terms:
        return float(package.days)
    days, crews = _size(study, rulebook, package, quantities)
    return float(days * crews)


def lead_days(leads: dict[str, int], item: str) -> int:
    """Lead time of an item: its own row, else the longest prefix row (``cable_*``), else 0."""
    if item in leads:
        return leads[item]
    prefixes = [name for name in leads if name.endswith("*") and item.startswith(name[:-1])]
    return leads[max(prefixes, key=lambda name: (len(name), name))] if prefixes else 0


def _permit_task(study: Study, package: Package, permit: dict[str, object], number: int, ticket: Ticket) -> Task:
    """Make the task that waits for one permit: calendar days, every day."""
    area, part = ticket.area, ticket.part
    name = f"{permit['permit']}: {permit['granted_for']}"
    return Task(
        task_id=ticket.task_id,
        wbs=f"{area.number}.{package.code}.{number}",
        code=package.code,
        area_id=area.area_id,
        wbs_phase=package.row.phase,
        name=f"{name}, section {part.section.number}" if part is not None and ticket.is_one_of_many else name,
        duration=ticket.days,
        calendar=EVERY_DAY,
        not_before=study.study.start if ticket.is_filed else not_before(study, area, package.row.phase),
        permit_id=str(permit["permit_id"]),
        agency=agency_of(permit["authority"], permit["authority_kind"]),
        role=package.row.responsible,
        costs=tuple(word.strip() for word in package.row.costs.split(";") if word.strip()),
        section_id=part.section.section_id if part else "",
        is_filed=ticket.is_filed,
    )


def agency_of(authority: object, kind: object) -> str:
    """Name the resource that works on a permit: the authority where a layer names it, else its kind."""
    return str(authority) if isinstance(authority, str) and authority else str(kind)


def _refuse_missing_crews(study: Study, tasks: list[Task]) -> None:
    counts = study.schedule.lasting_crews()
    lacking = sorted({task.crew_kind for task in tasks if task.crew_kind and counts.get(task.crew_kind, 0) == 0})
    if lacking:
        raise InfeasibleError(
            "the plan needs crews of a kind of which the study has none",
            code="E_CREW",
            where=lacking,
            hint="give [[schedule.crews]] a count of at least 1 for each, also after the last of its changes",
        )
