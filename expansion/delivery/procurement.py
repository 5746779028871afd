"""What to buy in which lot, when it is first used and by when it must be ordered."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.days import TaskDays
from expansion.delivery.risks import material_of
from expansion.delivery.tables import make_table
from expansion.delivery.uses import Uses
from expansion.plan.findings import Finding, find
from expansion.plan.specs_delivery import PROCUREMENT
from expansion.rulebook import Material, Rulebook
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
    uses = Uses(rulebook, days)
    lots = _collect(rulebook, {area.area_id: area.phase for area in work}, bom)
    spend = {key: sum(round(use.cost * 100) for use in mine) for key, mine in lots.items()}
    by_phase: dict[int, int] = {}
    for (_, phase), cents in spend.items():
        by_phase[phase] = by_phase.get(phase, 0) + cents
    rows: list[tuple[object, ...]] = []
    for (item, phase), mine in sorted(lots.items(), key=lambda lot: (lot[0][1], lot[0][0])):
        material = mine[0].material
        tasks = (task for use in mine for task in uses.of_goods(use.area_id, item, use.category))
        need_by = days.date(min(int(task.days[0]) for task in tasks))
        order_by = need_by - dt.timedelta(days=material.lead_time_calendar_days)
        share = spend[item, phase] / by_phase[phase] if by_phase[phase] else 0.0
        rows.append(
            (
                f"{item}-P{phase}", item, phase, round(math.fsum(use.quantity for use in mine), 3), mine[0].unit,
                spend[item, phase] / 100, material.lead_time_calendar_days, need_by.isoformat(), order_by.isoformat(),
                order_by < study.study.start, _package(material, phase), material.supplier or None,
                material.contract or None, material.second_source or None, not material.second_source,
                *_second(material, need_by, spend[item, phase]), round(share, 6), material.source, material.status,
            )
        )  # fmt: skip
    return make_table(PROCUREMENT, rows)


def _second(material: Material, need_by: dt.date, cents: int) -> tuple[int | None, str | None, float | None]:
    """Tell days, last day and cost of a turn to the second source; nothing where there is none."""
    days = material.second_lead_time_calendar_days
    if not material.second_source or days is None:
        return None, None, None
    last = need_by - dt.timedelta(days=days)
    return days, last.isoformat(), round(cents * (1 + material.second_extra_cost_share)) / 100


@dataclass(frozen=True, slots=True)
class Use:
    """A line of the bill that goes into a lot."""

    area_id: str
    category: str
    quantity: float
    unit: str
    cost: float
    material: Material


def _collect(rulebook: Rulebook, phase_of: dict[str, int], bom: pd.DataFrame) -> dict[tuple[str, int], list[Use]]:
    """Group the lines of bought items by item and phase; an item's quantity counts once, its cost on each line."""
    bought = {item: material_of(rulebook, str(item)) for item in set(bom["item"].to_list())}
    first = (~bom.duplicated(["area_id", "item"])).to_list()
    lines = (bom[name].to_list() for name in ("area_id", "category", "item", "quantity", "unit", "cost"))
    lots: dict[tuple[str, int], list[Use]] = {}
    for is_first, area_id, category, item, quantity, unit, cost in zip(first, *lines, strict=True):
        material = bought[item]
        if area_id in phase_of and material is not None:
            use = Use(area_id, category, quantity if is_first else 0.0, unit, cost, material)
            lots.setdefault((item, phase_of[area_id]), []).append(use)
    return lots


def _package(material: Material, phase: int) -> str:
    """Name what is ordered together: goods of one kind of supplier with one lead time, for one phase."""
    return f"P{phase} {material.supplier or 'other'} {material.lead_time_calendar_days} days"


def single_sources(rulebook: Rulebook, procurement: pd.DataFrame) -> list[Finding]:
    """Tell of large lots that nobody else could supply."""
    least = rulebook.engineering_value("single_source_share")
    large = procurement[(procurement["is_single_source"] & (procurement["spend_share"] >= least)).to_numpy(dtype=bool)]
    if not len(large):
        return []
    message = f"lots of {100 * least:g} % or more of a phase's spend on goods have no second source"
    repair = "qualify a second supplier before the order, or hold stock; see risk R22"
    share = 100 * float(large["spend_share"].max())
    unit = "% of the phase's goods, the largest"
    return [find("W_SINGLE_SOURCE", "info", message, large["lot_id"], amount=round(share, 1), unit=unit, repair=repair)]


def late_orders(procurement: pd.DataFrame, study: Study) -> list[Finding]:
    """Tell of lots that would have had to be ordered before the study starts."""
    late = procurement[procurement["is_late"].to_numpy(dtype=bool)]
    if not len(late):
        return []
    worst = max((study.study.start - dt.date.fromisoformat(text)).days for text in late["order_by"].to_list())
    message = "lots would have to be ordered before the plan starts"
    repair = "order at once from stock or a second source, or start the build later"
    return [find("W_ORDER_LATE", "warning", message, late["lot_id"], amount=worst, unit="days", repair=repair)]
