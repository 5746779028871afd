"""What the business case assumes: the study's `[business]` over the rule book's rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from expansion.commerce import BusinessRules
from expansion.errors import StudyError
from expansion.rulebook import Rulebook
from expansion.study import Study

Range = tuple[float, float, float]
SCALARS = (
    "take_rate", "arpu_per_month", "opex_per_subscriber", "opex_fixed_wireless", "pole_rental", "churn_per_month",
    "reconnect_cost", "arpu_growth", "opex_growth", "capital_growth", "discount_rate", "horizon_years",
    "plant_life_years", "electronics_life_years",
)  # fmt: skip
"""Rows of business.csv and keys of `[business]` that hold one number."""
CURVE = "take_curve_"


@dataclass(frozen=True, slots=True)
class Terms:
    """Assumptions of a business case; money in the study's currency, growth and rates per year.

    Attributes
    ----------
    curve
        Share of the final orders reached 1, 2 … years after acceptance, never falling.
    base_year
        Money is discounted to 1 January of this year.
    price_year
        Year in whose money all amounts are given; growth counts from it.
    ranges
        Low, likely, high of every number that has a range.
    """

    take_rate: float
    curve: tuple[float, ...]
    arpu_per_month: float
    opex_per_subscriber: float
    opex_fixed_wireless: float
    pole_rental: float
    churn_per_month: float
    reconnect_cost: float
    arpu_growth: float
    opex_growth: float
    capital_growth: float
    discount_rate: float
    discounting: Literal["mid-year", "year-end"]
    horizon_years: int
    terminal_value: Literal["none", "book", "perpetuity"]
    plant_life_years: int
    electronics_life_years: int
    subsidy_per_location: float
    subsidy_share: float
    grants: dict[str, float]
    base_year: int
    price_year: int
    ranges: dict[str, Range]


def find_terms(study: Study, rulebook: Rulebook, base_year: int) -> Terms:
    """Lay the study's own values over those of the rule book.

    Raises
    ------
    StudyError
        ``E_BUSINESS_TERMS`` where a perpetuity would grow as fast as it is discounted, ``E_NO_RATE`` for a row that
        the rule book lacks.
    """
    own = study.business
    values: dict[str, Any] = {name: scalar(own, rulebook, name) for name in SCALARS}
    for name in ("horizon_years", "plant_life_years", "electronics_life_years"):
        values[name] = round(values[name])
    if own.terminal_value == "perpetuity" and values["discount_rate"] <= values["arpu_growth"]:
        raise StudyError(
            "a perpetuity that grows as fast as it is discounted is worth without end",
            code="E_BUSINESS_TERMS", where=["business.discount_rate", "business.arpu_growth"],
            hint="raise discount_rate above arpu_growth, or choose another terminal_value",
        )  # fmt: skip
    return Terms(
        **values,
        curve=own.take_curve or shipped_curve(rulebook),
        discounting=own.discounting,
        terminal_value=own.terminal_value,
        subsidy_per_location=own.subsidy_per_location,
        subsidy_share=own.subsidy_share,
        grants={grant.area: grant.amount for grant in own.grants},
        base_year=base_year,
        price_year=study.study.price_year,
        ranges={name: _range(own, rulebook, name) for name in SCALARS},
    )


def scalar(own: BusinessRules, rulebook: Rulebook, name: str) -> float:
    """Return the study's value, or the likely one of the rule book."""
    value = getattr(own, name)
    return float(rulebook.business_rule(name).likely if value is None else value)


def shipped_curve(rulebook: Rulebook) -> tuple[float, ...]:
    """Return the take-rate curve of the rule book, by year."""
    rows = {
        int(row.parameter.removeprefix(CURVE)): row.likely
        for row in rulebook.business
        if row.parameter.startswith(CURVE)
    }
    return tuple(rows[year] for year in sorted(rows))


def _range(own: BusinessRules, rulebook: Rulebook, name: str) -> Range:
    """Return the range of a number; a value of the study keeps the shipped range in proportion."""
    row, value = rulebook.business_rule(name), scalar(own, rulebook, name)
    if value == row.likely or not row.likely:
        return (row.low, row.likely, row.high) if value == row.likely else (value, value, value)
    most = 1.0 if row.unit == "ratio" else float("inf")
    return (value * row.low / row.likely, value, max(min(value * row.high / row.likely, most), value))


def foreign_money(study: Study, rulebook: Rulebook) -> list[str]:
    """Name the keys of `[business]` that the study leaves to rows of another currency than its own."""
    return [
        row.parameter
        for row in rulebook.business
        if row.currency not in ("", study.study.currency) and getattr(study.business, row.parameter) is None
    ]


def general_terms(study: Study, rulebook: Rulebook) -> list[str]:
    """Name the assumptions that rest on planning values of the rule book."""
    own = study.business
    names = {row.parameter: row.status for row in rulebook.business}
    found = [name for name in SCALARS if names.get(name) == "GENERAL" and getattr(own, name) is None]
    return sorted([*found, *(["take_curve"] if not own.take_curve else [])])
