"""Bring rates that stand in prices of different years to the prices of one year."""

from __future__ import annotations

from dataclasses import replace

from expansion.rulebook.book import Rulebook
from expansion.rulebook.rows import Rate


def yearly_escalation(book: Rulebook, asked: float | None) -> tuple[float, float, float]:
    """Low, likely and high rise of prices in a year, as a share.

    Parameters
    ----------
    book
        `ranges`: row ``escalation``; without it prices stand still.
    asked
        What the study says: a certain value, which takes the place of the row. None for the row.
    """
    if asked is not None:
        return asked, asked, asked
    row = next((row for row in book.ranges if row.range_id == "escalation"), None)
    return (row.low, row.likely, row.high) if row else (0.0, 0.0, 0.0)


def at_prices_of(book: Rulebook, year: int, yearly: float) -> Rulebook:
    """Return the rule book with every rate in prices of one year; what was published stays in `rates_as_stated`.

    Parameters
    ----------
    year
        Year of the prices wanted. Rates of later years are brought back to it.
    yearly
        Rise of prices in a year, as a share; 0 leaves every rate as it stands.
    """
    if not yearly:
        return replace(book, rates_as_stated=book.rates)
    return replace(book, rates=tuple(_moved(row, year, yearly) for row in book.rates), rates_as_stated=book.rates)


def _moved(row: Rate, year: int, yearly: float) -> Rate:
    """Bring one rate to prices of `year`; shares of the build have no price year."""
    years = year - row.price_year
    if not row.currency or not years:
        return row
    index = (1.0 + yearly) ** years
    money = {name: round(getattr(row, name) * index, 4) for name in ("low", "likely", "high")}
    words = f"{row.price_year} price x {1 + yearly:g}^{years}; {row.source}"
    return row.model_copy(update={**money, "price_year": year, "source": words})
