"""Split a price into what it buys: labor, material, conduit, cable, electronics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from expansion.cost.catalog import Price
from expansion.rulebook import ComponentShare, Rulebook


@dataclass(frozen=True, slots=True)
class Part:
    """What one component of an item costs per unit, and the factor that moves it."""

    component: str
    low: float
    likely: float
    high: float
    factor: str


def split_price(rulebook: Rulebook, item: str, price: Price) -> tuple[Part, ...]:
    """Split a price into its components by the shares of the rule book.

    Parameters
    ----------
    rulebook
        `components`: rows of the item (on a slope, of its method), else of the longest prefix that fits, else of its
        category. Without any row the price is labor, or material where the factor ``material`` moves it.
    item
        Rate id.
    price
        Its price; shares are the same at low, likely and high.

    Returns
    -------
    tuple of Part
        Rates in ten-thousandths of a unit of money that add up to low, likely and high of the price exactly.
    """
    rows = _rows(rulebook.components, item.partition("_slope_")[0], price.category)
    if not rows:
        whole = "material" if price.factor == "material" else "labor"
        return (Part(whole, price.low, price.likely, price.high, price.factor),)
    shares = [row.share for row in rows]
    columns = zip(rows, *(_split(value, shares) for value in (price.low, price.likely, price.high)), strict=True)
    return tuple(
        Part(row.component, low, likely, high, row.factor or price.factor) for row, low, likely, high in columns
    )


def _rows(components: Sequence[ComponentShare], item: str, category: str) -> list[ComponentShare]:
    """Rows that say how an item is split."""
    own = [row for row in components if row.item == item]
    fitting = [row for row in components if row.item.endswith("*") and item.startswith(row.item[:-1])]
    longest = max((len(row.item) for row in fitting), default=0)
    family = [row for row in fitting if len(row.item) == longest]
    return own or family or [row for row in components if row.category and row.category == category]


def _split(value: float, shares: Sequence[float]) -> list[float]:
    """Split an amount by shares into ten-thousandths; the last part takes what is left."""
    whole = round(value * 10_000)
    parts = [round(whole * share) for share in shares[:-1]]
    return [part / 10_000 for part in (*parts, whole - sum(parts))]
