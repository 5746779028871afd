"""The rate book as a catalog: sizes that it lacks are priced between or beyond those that it holds."""

from __future__ import annotations

from dataclasses import dataclass

from expansion.rulebook import Rate, Rulebook
from expansion.rulebook.own_rates import SIZED


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit of an item costs, and where that comes from."""

    category: str
    unit: str
    low: float
    likely: float
    high: float
    factor: str
    source: str
    status: str


def price_item(rulebook: Rulebook, item: str) -> Price:
    """Look up the price of an item; a size between catalog sizes is interpolated and marked DERIVED.

    Below the smallest size the smallest is bought; beyond the largest the price grows in proportion to size.

    Parameters
    ----------
    rulebook
        Rates in force.
    item
        Rate id, or a family (cable, splitter, hub, terminal) and a size, such as ``cable_36``.

    Raises
    ------
    StudyError
        ``E_NO_RATE`` where neither the item nor its family has a rate.
    """
    match = SIZED.fullmatch(item)
    if match is None or any(row.rate_id == item for row in rulebook.rates):
        return _from_rate(rulebook.rate(item))
    family, size = match.group(1), int(match.group(2))
    sizes = _family(rulebook, family)
    return _between(sizes, size) if sizes else _from_rate(rulebook.rate(item))


def _from_rate(rate: Rate) -> Price:
    return Price(rate.category, rate.unit, rate.low, rate.likely, rate.high, rate.factor, rate.source, rate.status)


def _family(rulebook: Rulebook, family: str) -> list[tuple[int, Rate]]:
    """Sizes of a family with their rates, ascending."""
    found = []
    for row in rulebook.rates:
        match = SIZED.fullmatch(row.rate_id)
        if match is not None and match.group(1) == family:
            found.append((int(match.group(2)), row))
    return sorted(found, key=lambda pair: pair[0])


def _between(sizes: list[tuple[int, Rate]], size: int) -> Price:
    """Price a size that stands between, below or beyond the sizes of its family."""
    below = [pair for pair in sizes if pair[0] < size]
    above = [pair for pair in sizes if pair[0] > size]
    if not below:
        return _blend(above[0][1], above[0][1], 0.0, f"smallest size {above[0][1].rate_id}")
    (least, small) = below[-1]
    if not above:
        return _blend(small, small, size / least - 1.0, f"{small.rate_id} x {size}/{least}", beyond=True)
    (most, large) = above[0]
    words = f"linear in size between {small.rate_id} and {large.rate_id}"
    return _blend(small, large, (size - least) / (most - least), words)


def _blend(small: Rate, large: Rate, share: float, words: str, *, beyond: bool = False) -> Price:
    """Mix two rates; `beyond` adds `share` of the rate to itself."""

    def mix(first: float, second: float) -> float:
        return round(first + share * (second if beyond else second - first), 4)

    low, likely, high = mix(small.low, large.low), mix(small.likely, large.likely), mix(small.high, large.high)
    return Price(small.category, small.unit, low, likely, high, small.factor, f"{words}; {small.source}", "DERIVED")
