"""The first sheet of the workbook: headline figures, and what each of the other sheets holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from expansion.export.specs import SPECS
from expansion.plan.saved import SavedPlan

HEADLINES: tuple[tuple[str, str, str], ...] = (  # words, key of plan.json, look
    ("Locations that get service", "counts.locations_chosen", "whole"),
    ("of eligible locations", "counts.eligible", "whole"),
    ("Areas built", "counts.areas_chosen", "whole"),
    ("Cost at likely rates", "cost.base", "money"),
    ("Cost, P50", "cost.p50", "money"),
    ("Cost, P80", "cost.p80", "money"),
    ("From likely rates to P80: prices and quantities", "cost.reserve_estimate", "money"),
    ("From likely rates to P80: risks", "cost.reserve_risks", "money"),
    ("Contingency (P80 less P50)", "cost.contingency", "money"),
    ("P50 per location", "cost.per_location_p50", "money"),
    ("Work begins", "schedule.start", "text"),
    ("Program complete, planned", "schedule.finish", "text"),
    ("Program complete, P80", "schedule.finish_p80", "text"),
    ("P80 of cost and P80 of finish both kept", "forecast.joint_confidence", "share"),
    ("Kept together in 80 of 100 draws: finish", "forecast.joint_finish", "text"),
    ("Kept together in 80 of 100 draws: cost", "forecast.joint_cost", "money"),
    ("Permits to obtain", "permits.count", "whole"),
    ("Longest lead time, calendar days", "permits.longest_lead_calendar_days", "whole"),
    ("New and shared route, m", "network.route_m", "number"),
    ("Net present value", "business.npv", "money"),
    ("Grant with which it is worth 0", "business.subsidy_needed", "money"),
    ("Proven gap of the route", "route.gap", "share"),
    ("Proven gap of the selection", "portfolio.gap", "share"),
    ("Proven gap of the schedule", "schedule.gap", "share"),
)
ABOUT = {
    "summary": "Every value of plan.json by key",
    "by_phase": "Cost by category per phase", "by_area": "Cost by category per area",
    "by_category": "Cost of each category over the phases", "by_component": "Labor, material and fees by category",
    "by_year": "When the money is spent", "by_item": "Quantity, rate and cost of each item, with source",
    "rates": "Every rate in force, with source and status", "phases": "Phases of the portfolio",
    "findings": "What the plan could not do, and the cheapest repair", "inputs": "Files read, with license and hash",
    "applications": "What to file with each authority", "columns": "What each column of each sheet holds",
    "notes": "What had to be cut to fit a workbook",
}  # fmt: skip


def headline_rows(document: Mapping[str, Any]) -> list[tuple[str, object, str]]:
    """Words, value and look of each headline that the plan has, as plan.json says it."""
    rows = [(words, _value(document, key), look) for words, key, look in HEADLINES]
    return [row for row in rows if row[1] is not None]


def _value(document: Mapping[str, Any], key: str) -> object:
    """Look a value of plan.json up; None where it has none."""
    found: Any = document
    for name in key.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def contents_rows(plan: SavedPlan, sheets: Sequence[str]) -> list[tuple[str, str, int | None]]:
    """Sheet, what it holds, and its rows where it is a table of the plan."""
    rows = []
    for sheet in sheets:
        name = "bom" if sheet == "BOM" else sheet
        about = ABOUT.get(sheet) or (SPECS[name].about if name in SPECS else "")
        rows.append((sheet, about, len(plan.tables[name]) if name in plan.tables else None))
    return rows
