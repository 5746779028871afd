"""The inspection and test plan of each area, with the number of checks counted from its network."""

from __future__ import annotations

import math

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.days import TaskDays
from expansion.delivery.tables import make_table
from expansion.errors import StudyError
from expansion.plan.plan import Network
from expansion.plan.specs_delivery import QUALITY
from expansion.rulebook import QualityCheck, Rulebook
from expansion.rulebook.delivery_rows import InspectionPoint
from expansion.study import Study


def plan_quality(
    study: Study, rulebook: Rulebook, work: list[AreaWork], network: Network, days: TaskDays
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
    days
        Tasks of the schedule; a check belongs to its area's last task of that work package, or to none.

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
    rows: list[tuple[object, ...]] = []
    for area in work:
        for check in rulebook.quality:
            quantity = _quantity(check, area)
            if quantity:
                last = _last_task(days, area.area_id, check.wbs)
                rows.append(_row(check, points[check.stage], area, quantity, figures, last))
    return make_table(QUALITY, rows)


def _last_task(days: TaskDays, area_id: str, code: str) -> tuple[str, str] | None:
    """Find the task that ends last of a package in an area, with its last day."""
    found = days.on_packages(area_id, [code])
    if not found:
        return None
    last = max(found, key=lambda task: (int(task.days[-1]), task.task_id))
    return last.task_id, days.date(int(last.days[-1])).isoformat()


def _quantity(check: QualityCheck, area: AreaWork) -> int:
    if check.counts not in area.counts:
        raise StudyError(
            f"quality check counts an unknown quantity {check.counts!r}",
            code="E_RULE_ROW",
            where=[check.check_id],
            hint=f"use one of {', '.join(sorted(area.counts))}",
        )
    return math.ceil(round(area.counts[check.counts], 6))


def _row(
    check: QualityCheck,
    point: InspectionPoint,
    area: AreaWork,
    quantity: int,
    figures: dict[str, float],
    task: tuple[str, str] | None,
) -> tuple[object, ...]:
    """Make a row of the inspection and test plan."""
    most = figures[check.most_from] if check.most_from else check.most
    planned = area.counts[check.planned] if check.planned else None
    return (
        f"{check.check_id}-{area.area_id}", check.check_id, area.area_id, check.stage, f"{check.object}: {check.check}",
        check.method, check.acceptance, check.sample, quantity, task[0] if task else None, check.gate or None,
        check.record, check.least, most, check.unit or None, planned, point.point, point.inspector_role,
        math.ceil(round(quantity * point.audit_share, 6)), point.holds_payment, task[1] if task else None,
        check.source, check.status,
    )  # fmt: skip
