"""Numbers as people read them; what is unknown is a dash."""

from __future__ import annotations

from typing import Any

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


def value_words(value: Any, *, plain: bool = False) -> str:
    """Write a value; `plain` sets no thousands apart, for years and seeds."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if plain or not isinstance(value, int | float):
        return str(value)
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def signed(number: float) -> str:
    """Write a difference with its sign."""
    return f"{'+' if number > 0 else '-' if number < 0 else ''}{value_words(round(abs(number), 3))}"


def by_how_much(before: Any, after: Any) -> str:
    """Write the difference of two numbers, with its percentage where there is something to compare it with."""
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (before, after)):
        return ""
    share = f", {(after - before) / abs(before):+.1%}".replace("%", " %") if before else ""
    return f" ({signed(after - before)}{share})"
