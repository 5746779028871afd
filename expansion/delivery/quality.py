"""The inspection and test plan of each area, with the number of checks counted from its network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from expansion.delivery.counting import BY_SECTION, AreaWork
from expansion.delivery.days import TaskDays
from expansion.delivery.hold_points import Waiting
from expansion.delivery.tables import make_table
from expansion.errors import StudyError
from expansion.plan.plan import Network
from expansion.plan.specs_delivery import QUALITY
from expansion.rulebook import QualityCheck, Rulebook
from expansion.rulebook.delivery_rows import InspectionPoint
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Places:
    """Where and when checks are made.

    `sections` holds the counts of each section by area, `section_of` the section of each task; `waiting` knows what
    waits for a hold point.
    """

    days: TaskDays
    sections: dict[str, list[tuple[str, dict[str, float]]]]
    section_of: dict[str, str]
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class Sample:
    """So many checks of a kind in an area or a section, on a task that ends on a day; `held` waits for them."""

    area: AreaWork
    section_id: str | None
    quantity: int
    task_id: str | None
    due: str | None
    held: str | None


def plan_quality(
    study: Study, rulebook: Rulebook, work: list[AreaWork], network: Network, places: Places
) -> pd.DataFrame:
    """List every check that is due in each area, with its limits and who inspects it under the study's kind of PMO.

    Parameters
    ----------
    study, rulebook
        Kind of PMO; checks, each naming what there is one of it for, its work package and its gate; inspection points.
    work
        Chosen areas with their counts.
    network
        The loss budget.
    places
        Tasks and sections; a check belongs to its area's last task of that work package, or to none. Where an area is
        built in several sections, what is counted span by span is checked section by section.

    Raises
    ------
    StudyError
        ``E_RULE_ROW`` where a check counts something unknown, or its stage has no inspection point.
    """
    points = {row.stage: row for row in rulebook.inspection_points if row.pmo == study.governance.pmo}
    lost = [check.check_id for check in rulebook.quality if check.stage not in points]
    if lost:
        hint = f"use one of {', '.join(sorted(points))}"
        raise StudyError(
            "quality checks of a stage without an inspection point", code="E_RULE_ROW", where=lost, hint=hint
        )
    figures = {"loss_budget_db": round(network.loss_budget_db, 3)}
    parted = {row.wbs for row in rulebook.work_packages if row.per == "section"}
    rows = [
        _row(check, points[check.stage], sample, figures)
        for area in work
        for check in rulebook.quality
        for sample in _samples(check, points[check.stage], area, places, check.wbs in parted)
    ]
    return make_table(QUALITY, rows)


def _samples(
    check: QualityCheck, point: InspectionPoint, area: AreaWork, places: Places, is_parted: bool
) -> Iterator[Sample]:
    """Take the samples of an area: one, or one per section where it is built in several."""
    whole = _quantity(check, area)
    if not whole:
        return
    sections = places.sections.get(area.area_id, []) if is_parted and check.counts in BY_SECTION else []
    parts = [(name, math.ceil(round(counts[check.counts], 6))) for name, counts in sections if counts[check.counts]]
    for name, quantity in parts if len(parts) > 1 else [(None, whole)]:
        task_id, due = _last_task(places, area.area_id, check.wbs, name)
        held = places.waiting.task(area.area_id, check.gate) if point.point == "hold" and task_id else None
        yield Sample(area, name, quantity, task_id, due, held)


def _last_task(places: Places, area_id: str, code: str, section: str | None) -> tuple[str | None, str | None]:
    """Find the task that ends last of a package in an area, of its section where that has one, with its last day."""
    found = places.days.on_packages(area_id, [code])
    found = [task for task in found if places.section_of.get(task.task_id) == section] or found if section else found
    if not found:
        return None, None
    last = max(found, key=lambda task: (int(task.days[-1]), task.task_id))
    return last.task_id, places.days.date(int(last.days[-1])).isoformat()


def _quantity(check: QualityCheck, area: AreaWork) -> int:
    if check.counts not in area.counts:
        raise StudyError(
            f"quality check counts an unknown quantity {check.counts!r}",
            code="E_RULE_ROW",
            where=[check.check_id],
            hint=f"use one of {', '.join(sorted(area.counts))}",
        )
    return math.ceil(round(area.counts[check.counts], 6))


def _row(check: QualityCheck, point: InspectionPoint, sample: Sample, figures: dict[str, float]) -> tuple[object, ...]:
    """Make a row of the inspection and test plan."""
    most = figures[check.most_from] if check.most_from else check.most
    planned = sample.area.counts[check.planned] if check.planned else None
    area, audits = sample.area.area_id, math.ceil(round(sample.quantity * point.audit_share, 6))
    return (
        f"{check.check_id}-{sample.section_id or area}", check.check_id, area, sample.section_id, check.stage,
        f"{check.object}: {check.check}", check.method, check.acceptance, check.sample, sample.quantity,
        sample.task_id, sample.held, check.gate or None, check.record, check.least, most, check.unit or None, planned,
        point.point, point.inspector_role, audits, point.holds_payment, sample.due, check.source, check.status,
    )  # fmt: skip
