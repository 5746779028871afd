"""Numbers as people read them; what is unknown is a dash."""

from __future__ import annotations

UNKNOWN = "-"


def count(number: int | None, noun: str = "") -> str:
    """Write a count with its noun: ``1 hub``, ``1,200 hubs``."""
    if number is None:
        return UNKNOWN
    plural = "" if number == 1 else "s"
    return f"{number:,} {noun}{plural}" if noun else f"{number:,}"


def amount(value: float | None, currency: str) -> str:
    """Write money in whole units of its currency."""
    return UNKNOWN if value is None else f"{value:,.0f} {currency}".strip()


def kilometers(meters: float | None) -> str:
    """Write a length of meters in kilometers."""
    return UNKNOWN if meters is None else f"{meters / 1000:,.1f} km"


def percent(share: float | None) -> str:
    """Write a fraction in percent."""
    return UNKNOWN if share is None else f"{share:.2%}".replace("%", " %")


def decibels(value: float | None) -> str:
    """Write a loss."""
    return UNKNOWN if value is None else f"{value:.1f}"


def dated(day: str | None) -> str:
    """Write a date."""
    return day or UNKNOWN
