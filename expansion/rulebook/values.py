"""Numbers of the rule book that a study may change, each with its range, unit, source and status."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from expansion.rulebook.book import Rulebook
from expansion.rulebook.rows import Rate, Row

RATES, BUSINESS, ENGINEERING, LOSSES, PRODUCTION, RANGES = (
    "rates", "business", "engineering", "losses", "production", "ranges",
)  # fmt: skip
KINDS = {
    RATES: "prices: inputs.rates, expansion rates set",
    BUSINESS: "the business case: keys of [business]",
    ENGINEERING: "design: keys of [network.engineering]",
    LOSSES: "light: shipped",
    PRODUCTION: "crews: shipped",
    RANGES: "how far quantities and fees move: shipped",
}
"""Kinds of values, and how a study changes them."""


@dataclass(frozen=True, slots=True)
class Value:
    """One number of the rule book.

    Attributes
    ----------
    kind, name
        Which table, and its id there.
    category
        Group of a rate; "" elsewhere.
    low, likely, high
        Its range; all equal where the table gives one number.
    currency, unit
        What it is counted in; currency "" for what is no money.
    about
        In words.
    price_year
        Year of the price; None for what is none.
    source, status
        Where it comes from, and how far that was seen.
    """

    kind: str
    name: str
    category: str
    low: float
    likely: float
    high: float
    currency: str
    unit: str
    about: str
    price_year: int | None
    source: str
    status: str


def values_of(book: Rulebook, own_business: Mapping[str, Any] | None = None) -> tuple[Value, ...]:
    """List the numbers of a rule book, by kind and in the order of its tables.

    Parameters
    ----------
    book
        The rules in force.
    own_business
        What the study's `[business]` sets, by key; these stand in place of the shipped rows, with status USER.
    """
    return (*map(rate_value, book.rates), *_business(book, own_business or {}), *_others(book))


def rate_value(row: Rate) -> Value:
    """Make a value of a rate."""
    money = (row.low, row.likely, row.high, row.currency, row.unit)
    return Value(RATES, row.rate_id, row.category, *money, row.item, row.price_year, row.source, row.status)


def _business(book: Rulebook, own: Mapping[str, Any]) -> Iterator[Value]:
    for row in book.business:
        value = own.get(row.parameter)
        if value is None:
            numbers, origin = (row.low, row.likely, row.high), (row.source, row.status)
        else:
            numbers, origin = (float(value),) * 3, ("[business] of study.toml", "USER")
        yield Value(BUSINESS, row.parameter, "", *numbers, row.currency, row.unit, row.about, None, *origin)


def _others(book: Rulebook) -> Iterator[Value]:
    for rule in book.engineering:
        yield _single(ENGINEERING, rule.parameter, (rule.value,) * 3, rule.unit, rule.about, rule)
    for loss in book.optical_losses:
        numbers = (loss.low_db, loss.loss_db, loss.loss_db)
        yield _single(LOSSES, loss.parameter, numbers, loss.unit, "Least and planned loss", loss)
    for pace in book.production:
        yield _single(PRODUCTION, pace.production_id, (pace.per_day,) * 3, f"{pace.unit} per crew and day", "", pace)
    for span in book.ranges:
        name = f"{span.range_id}/{span.category}"
        yield _single(RANGES, name, (span.low, span.likely, span.high), span.unit, span.about, span)


def _single(kind: str, name: str, numbers: tuple[float, float, float], unit: str, about: str, row: Row) -> Value:
    """Make a value that is no money."""
    return Value(kind, name, "", *numbers, "", unit, about, None, row.source, row.status)
