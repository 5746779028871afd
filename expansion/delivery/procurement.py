"""What to buy in which lot, when it is first used and by when it must be ordered."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.days import TaskDays
from expansion.delivery.risks import lead_time
from expansion.delivery.tables import make_table
from expansion.delivery.uses import Uses
from expansion.plan.findings import Finding, find
from expansion.plan.specs_delivery import PROCUREMENT
from expansion.rulebook import Rulebook
from expansion.study import Study


def plan_procurement(
    study: Study, rulebook: Rulebook, work: list[AreaWork], bom: pd.DataFrame, days: TaskDays
) -> pd.DataFrame:
    """Make one lot per bought item and phase.

    An item is bought where the rule book has a lead time for it. It is needed by the first day on which any area of the
    phase uses it: in a work package that names it, else in execution, else in any task of the area.

    Parameters
    ----------
    study
        Start: an order that would have to go out before is late.
    rulebook
        Lead times, and what is spent on which work package.
    work
        Chosen areas with their phases.
    bom
        Bill of materials.
    days
        Tasks of the schedule with their days.
    """
    found = Uses(rulebook, days)
    phase_of = {area.area_id: area.phase for area in work}
    source_of: dict[str, tuple[str, str]] = {
        material.item: (material.source, material.status) for material in rulebook.materials
    }
    lots: dict[tuple[str, int], list[tuple[str, str, float, str, float]]] = {}
    # An item has a line per component: its quantity counts once, its cost on each of them.
    first = (~bom.duplicated(["area_id", "item"])).to_list()
    lines = (bom[name].to_list() for name in ("area_id", "category", "item", "quantity", "unit", "cost"))
    for is_first, area_id, category, item, amount, unit, cost in zip(first, *lines, strict=True):
        quantity = amount if is_first else 0.0
        if area_id in phase_of and lead_time(rulebook, item) is not None:
            lots.setdefault((item, phase_of[area_id]), []).append((area_id, category, quantity, unit, cost))
    rows: list[tuple[object, ...]] = []
    for (item, phase), uses in sorted(lots.items(), key=lambda lot: (lot[0][1], lot[0][0])):
        lead = lead_time(rulebook, item) or 0
        first_day = min(int(task.days[0]) for use in uses for task in found.of_goods(use[0], item, use[1]))
        need_by = days.date(first_day)
        order_by = need_by - dt.timedelta(days=lead)
        quantity, spend = math.fsum(use[2] for use in uses), sum(round(use[4] * 100) for use in uses) / 100
        rows.append(
            (
                f"{item}-P{phase}", item, phase, round(quantity, 3), uses[0][3], spend, lead, need_by.isoformat(),
                order_by.isoformat(), order_by < study.study.start, *_source(source_of, item),
            )
        )  # fmt: skip
    return make_table(PROCUREMENT, rows)


def _source(source_of: dict[str, tuple[str, str]], item: str) -> tuple[str, str]:
    """Origin of the lead time."""
    names = [name for name in source_of if name == item or (name.endswith("*") and item.startswith(name[:-1]))]
    return source_of[max(names, key=lambda name: (name == item, len(name), name))]


def late_orders(procurement: pd.DataFrame, study: Study) -> list[Finding]:
    """Tell of lots that would have had to be ordered before the study starts."""
    late = procurement[procurement["is_late"].to_numpy(dtype=bool)]
    if not len(late):
        return []
    worst = max((study.study.start - dt.date.fromisoformat(text)).days for text in late["order_by"].to_list())
    message = "lots would have to be ordered before the plan starts"
    repair = "order at once from stock or a second source, or start the build later"
    return [find("W_ORDER_LATE", "warning", message, late["lot_id"], amount=worst, unit="days", repair=repair)]
