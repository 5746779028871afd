"""The business case: what each area earns and costs per year, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from expansion.plan.findings import Finding
from expansion.tables import Column, TableSpec

BUSINESS = TableSpec(
    name="business",
    key="",
    geometry="",
    about="Cash flow of each chosen area per year; each row adds up to the cent, and so does every sum of rows.",
    columns=(
        Column("area_id", "text", "Chosen area"),
        Column("year", "integer", "Calendar year, from the area's build year to its horizon"),
        Column("passed", "integer", "Units that can order at the end of the year", unit="count", least=0),
        Column("connected", "number", "Units expected to be connected at the end of the year", unit="count", least=0),
        Column("subscribers", "number", "Mean of the connected units over the year", unit="count", least=0),
        Column("revenue", "number", "What subscribers pay", least=0),
        Column("opex", "number", "Operating cost: per subscriber, of replaced subscribers, rents", least=0),
        Column("pole_rental", "number", "Of which rent of poles", least=0),
        Column("permit_rent", "number", "Of which rent of permits", least=0),
        Column("capital_to_pass", "number", "Bill of the area without drops and customer equipment", least=0),
        Column("capital_to_connect", "number", "Drops and customer equipment of those who order", least=0),
        Column("replacement", "number", "Electronics and customer equipment bought again", least=0),
        Column("subsidy", "number", "Grants", least=0),
        Column("terminal_value", "number", "What is left at the horizon, in its last year; may be negative"),
        Column(
            "net", "number",
            "revenue + subsidy + terminal_value - opex - capital_to_pass - capital_to_connect - replacement",
        ),
        Column("discounted", "number", "Net, discounted to 1 January of the base year"),
    ),
)  # fmt: skip

BUSINESS_AREAS = TableSpec(
    name="business_areas",
    key="area_id",
    geometry="",
    about="What the cash flow of each chosen area is worth.",
    columns=(
        Column("area_id", "text", "Chosen area"),
        Column("phase", "integer", "Build phase", least=1),
        Column("locations", "integer", "Eligible locations in it", unit="count", least=1),
        Column("units", "integer", "Units passed", unit="count", least=0),
        Column("accepted", "date", "Day of acceptance, from which customers order"),
        Column("npv", "number", "Net present value: sum of its discounted rows"),
        Column("irr", "number", "Internal rate of return", unit="fraction", nullable=True),
        Column("irr_reason", "text", "Why there is no rate of return", nullable=True),
        Column("payback_years", "number", "From the build year until net never falls below 0 again", unit="years",
               least=0, nullable=True),
        Column("discounted_payback_years", "number", "The same of discounted money", unit="years", least=0,
               nullable=True),
        Column("subsidy", "number", "Grants that the study states", least=0),
        Column("subsidy_needed", "number", "Grant in the build year with which the area is worth exactly 0", least=0),
        Column("subsidy_needed_per_location", "number", "The same per location", least=0),
        Column("break_even_take_rate", "number", "Final take rate at which it is worth 0; empty where none up to 1",
               unit="fraction", least=0, most=1, nullable=True),
        Column("break_even_arpu", "number", "Revenue per subscriber and month at which it is worth 0; empty: none",
               least=0, nullable=True),
    ),
)  # fmt: skip

FLOWS = (
    "revenue", "opex", "capital_to_pass", "capital_to_connect", "replacement", "subsidy", "terminal_value", "net",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worth:
    """What a series of yearly flows is worth. Unknown is None; `irr_reason` says why there is no rate."""

    npv: float
    irr: float | None
    irr_reason: str
    payback_years: float | None
    discounted_payback_years: float | None


@dataclass(frozen=True, slots=True)
class Together:
    """Several areas judged as one.

    `pooled` is the least equal grant per location, in each area's build year, with which all together are worth 0;
    areas that earn then carry others. `needed` adds up what each area needs on its own.
    """

    worth: Worth
    flows: dict[str, float]
    passed: int
    connected: float
    locations: int
    areas: int
    areas_paying: int
    needed: float
    pooled: float
    break_even_take_rate: float | None
    break_even_arpu: float | None


@dataclass(frozen=True, slots=True)
class Business:
    """The business case of the chosen areas.

    Attributes
    ----------
    table, per_area
        After `BUSINESS` and `BUSINESS_AREAS`; empty where nothing is chosen or nothing can be said.
    terms
        What was assumed, by name, for plan.json.
    whole
        All areas; None where no case can be made.
    phases
        Phase, year and its areas, ascending.
    npv_levels
        P10, P50 and P90 of the net present value and the share of draws in which it is at least 0.
    """

    table: pd.DataFrame
    per_area: pd.DataFrame
    terms: dict[str, Any]
    whole: Together | None
    phases: tuple[tuple[int, int, Together], ...]
    npv_levels: tuple[float | None, float | None, float | None, float | None]
    findings: tuple[Finding, ...]


def no_business(terms: dict[str, Any], findings: tuple[Finding, ...]) -> Business:
    """Return the business case of nothing."""
    table, per_area = (spec.build({column.name: [] for column in spec.columns}) for spec in (BUSINESS, BUSINESS_AREAS))
    return Business(table, per_area, terms, None, (), (None, None, None, None), findings)


def area_columns(business: Business, area_ids: np.ndarray) -> dict[str, Any]:
    """Return the columns that the areas table shows: npv, subsidy_needed, payback_years; empty where not chosen."""
    table = business.per_area.set_index("area_id")
    return {
        name: table[name].reindex(area_ids).to_numpy(dtype=float) for name in ("npv", "subsidy_needed", "payback_years")
    }


def business_section(business: Business) -> dict[str, Any]:
    """Build `business` of plan.json: assumptions, sums, what they are worth, and the same per phase."""
    p10, p50, p90, share = business.npv_levels
    return {
        **business.terms,
        **_together(business.whole),
        "npv_p10": p10, "npv_p50": p50, "npv_p90": p90, "npv_positive_share": share,
        "phases": [{"phase": phase, "year": year, **_together(one)} for phase, year, one in business.phases],
    }  # fmt: skip


def _together(one: Together | None) -> dict[str, Any]:
    """Write figures of several areas; all null where there is no case."""
    if one is None:
        return dict.fromkeys((*_FIGURES, *FLOWS))
    worth = one.worth
    figures = (
        one.areas, one.areas_paying, one.locations, one.passed, one.connected, worth.npv, worth.irr,
        worth.irr_reason or None, worth.payback_years, worth.discounted_payback_years, one.needed,
        round(one.needed / one.locations, 2) if one.locations else None, one.pooled, one.break_even_take_rate,
        one.break_even_arpu,
    )  # fmt: skip
    return dict(zip(_FIGURES, figures, strict=True)) | one.flows


_FIGURES = (
    "areas", "areas_paying", "locations", "passed", "connected", "npv", "irr", "irr_reason", "payback_years",
    "discounted_payback_years", "subsidy_needed", "subsidy_needed_per_location", "subsidy_pooled_per_location",
    "break_even_take_rate", "break_even_arpu",
)  # fmt: skip
