"""Turn quantities into priced lines that add up to the cent."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from expansion.cost.catalog import Price, price_item
from expansion.cost.components import Part, split_price
from expansion.cost.fees import fee_lines, fee_range
from expansion.plan.plan import Permits
from expansion.plan.specs_cost import BOM
from expansion.rulebook import Rulebook

BUILD = ("cable", "civil", "electronics", "make_ready", "passive", "site")
"""Categories that soft costs are a share of."""
TO_CONNECT = ("customer", "drop")
"""Categories that are spent when a location orders; all others are spent to pass it."""

Line = tuple[str, str, str, str, float, str, float, float, float, float, str, str, str]
_NAMES = [*(column.name for column in BOM.columns if column.name != "cost_escalated"), "factor"]


def price_lines(rulebook: Rulebook, quantities: pd.DataFrame, permits: Permits, currency: str) -> pd.DataFrame:
    """Price every quantity, add permit fees and soft costs.

    Parameters
    ----------
    rulebook
        Rates in force.
    quantities
        area_id, item, thousandths, as `measure_quantities` gives them.
    permits
        Permits of the same network.
    currency
        Names the unit of soft costs.

    Returns
    -------
    DataFrame
        After `BOM`, one line per component of an item, each with the quantity of the item and the correlated `factor`
        that moves it; by area, category, item, component.

    Raises
    ------
    StudyError
        ``E_NO_RATE`` for an item without a rate.
    """
    prices = {item: _parts(rulebook, item) for item in sorted(set(quantities["item"]))}
    lines: list[Line] = []
    build: dict[str, int] = {}
    for area, item, thousandths in quantities.itertuples(index=False, name=None):
        for line in _lines(area, item, thousandths / 1000, *prices[item]):
            lines.append(line)
            if line[1] in BUILD:
                build[area] = build.get(area, 0) + round(line[9] * 100)
    lines.extend(_soft(rulebook, build, currency))
    lines.extend(_fees(rulebook, permits, sorted({line[0] for line in lines})))
    return _table(lines)


def _parts(rulebook: Rulebook, item: str) -> tuple[Price, tuple[Part, ...]]:
    """Price an item and split the price."""
    price = price_item(rulebook, item)
    return price, split_price(rulebook, item, price)


def _lines(area: str, item: str, quantity: float, price: Price, parts: tuple[Part, ...]) -> Iterable[Line]:
    """One line per component, each with the whole quantity."""
    for part in parts:
        cost = round(quantity * part.likely, 2)
        rates = (part.low, part.likely, part.high)
        origin = (price.source, price.status, part.factor)
        yield area, price.category, item, part.component, quantity, price.unit, *rates, cost, *origin


def _soft(rulebook: Rulebook, build: dict[str, int], currency: str) -> Iterable[Line]:
    """Soft costs as shares of what is built in the area."""
    for rate in rulebook.rates:
        if rate.category != "soft":
            continue
        priced = _parts(rulebook, rate.rate_id)
        for area, cents in sorted(build.items()):
            for line in _lines(area, rate.rate_id, cents / 100, *priced):
                yield (*line[:5], f"{currency} of build", *line[6:])


def _fees(rulebook: Rulebook, permits: Permits, areas: list[str]) -> Iterable[Line]:
    """One line per permit and area that needs it."""
    low, _, high = fee_range(rulebook)
    for area, permit_id, cents, unit, source, status in fee_lines(permits.table, areas):
        fee = cents / 100
        rates = (round(fee * low, 4), fee, round(fee * high, 4))
        words = f"{source}; range {low:g} to {high:g} x the expected fee is a planning value"
        yield area, "permits", permit_id, "fee", 1.0, unit, *rates, fee, words, status, "permits"


def _table(lines: list[Line]) -> pd.DataFrame:
    """Sort lines by area, category, item and component, and check them."""
    lines.sort(key=lambda line: line[:4])
    columns: dict[str, object] = {name: [line[column] for line in lines] for column, name in enumerate(_NAMES)}
    columns["factor"] = pd.array([line[-1] for line in lines], dtype="str")
    columns["cost_escalated"] = columns["cost"]  # until the years of build are known
    return BOM.build(columns)
