"""The inspection and test plan of each area, with the number of checks counted from its network."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.tables import make_table
from expansion.errors import StudyError
from expansion.plan.package_tasks import last_tasks
from expansion.plan.specs_delivery import QUALITY
from expansion.rulebook import QualityCheck, Rulebook


def plan_quality(rulebook: Rulebook, work: list[AreaWork], tasks: pd.DataFrame) -> pd.DataFrame:
    """List every check that is due in each area.

    Parameters
    ----------
    rulebook
        Checks; each names what there is one of it for, its work package and its gate.
    work
        Chosen areas with their counts.
    tasks
        Tasks of the schedule; a check belongs to its area's task of that work package, where sections have one each to
        that which ends last, or to none where there is none.

    Raises
    ------
    StudyError
        ``E_RULE_ROW`` where a check counts something unknown.
    """
    known = last_tasks(tasks)
    rows: list[tuple[object, ...]] = []
    for area in work:
        for check in rulebook.quality:
            quantity = _quantity(check, area)
            if quantity:
                rows.append(_row(check, area, quantity, known))
    return make_table(QUALITY, rows)


def _quantity(check: QualityCheck, area: AreaWork) -> int:
    if check.counts not in area.counts:
        raise StudyError(
            f"quality check counts an unknown quantity {check.counts!r}",
            code="E_RULE_ROW",
            where=[check.check_id],
            hint=f"use one of {', '.join(sorted(area.counts))}",
        )
    return math.ceil(round(area.counts[check.counts], 6))


def _row(check: QualityCheck, area: AreaWork, quantity: int, known: Mapping[str, str]) -> tuple[object, ...]:
    return (
        f"{check.check_id}-{area.area_id}", check.check_id, area.area_id, check.stage, f"{check.object}: {check.check}",
        check.method, check.acceptance, check.sample, quantity, known.get(f"{area.area_id}-{check.wbs}"),
        check.gate or None, check.source, check.status,
    )  # fmt: skip
