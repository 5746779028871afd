"""Numbers as people read them; what is unknown is a dash."""

from __future__ import annotations

from expansion.wording import UNKNOWN


def amount(value: float | None, currency: str) -> str:
    """Write money in whole units of its currency."""
    return UNKNOWN if value is None else f"{value:,.0f} {currency}".strip()


def kilometers(meters: float | None) -> str:
    """Write a length of meters in kilometers."""
    return UNKNOWN if meters is None else f"{meters / 1000:,.1f} km"


def decibels(value: float | None) -> str:
    """Write a loss."""
    return UNKNOWN if value is None else f"{value:.1f}"


def dated(day: str | None) -> str:
    """Write a date."""
    return day or UNKNOWN
