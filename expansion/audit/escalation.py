"""Check that rates were brought to the price year, and lines to the years of build, as the study asks."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, flags, numbers, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import escalation, rows_of, section

_HALF_CENT = 0.005 + 1e-6


def check_escalation(ledger: Ledger, saved: SavedPlan, bom: Any, cents: NDArray[np.int64]) -> None:
    """Check the index behind every rate, the escalated cost of every line, and their sums.

    Parameters
    ----------
    bom
        The bill.
    cents
        Its cost per line in prices of the price year.
    """
    yearly = escalation(saved)[1]
    _check_rates(ledger, saved, yearly)
    told, areas = saved.document["cost"], saved.table("areas")
    ledger.equal(told["escalation_per_year"], round(yearly, 6), "cost.escalation_per_year", 1e-9)
    start = int(section(saved, "study")["price_year"])
    years = dict(zip(texts(areas, "area_id"), numbers(areas, "year"), strict=True))
    payer = texts(bom, "area_id")
    ahead = np.nan_to_num(np.array([years.get(area, np.nan) for area in payer], dtype=float) - start)
    wanted = cents / 100 * (1 + yearly) ** ahead
    escalated = numbers(bom, "cost_escalated")
    names = [f"{area}/{item}" for area, item in zip(payer, texts(bom, "item"), strict=True)]
    ledger.none(~(np.abs(escalated - wanted) <= _HALF_CENT + 1e-9 * wanted), names, "BOM cost_escalated is off")
    ledger.equal(told["base_escalated"], round(float(escalated.sum()), 2), "cost.base_escalated", _HALF_CENT)
    sums: dict[str, float] = defaultdict(float)
    for area, amount in zip(payer, escalated, strict=True):
        sums[area] += float(amount)
    chosen, ids = flags(areas, "chosen"), np.array(texts(areas, "area_id"), dtype=object)
    apart = np.abs(numbers(areas, "cost_escalated") - np.array([sums[area] for area in ids]))
    ledger.none(chosen & ~(apart <= _HALF_CENT), ids, "areas.cost_escalated is not the sum of its lines")
    ledger.none(~chosen & np.isfinite(numbers(areas, "cost_escalated")), ids, "areas that are not built are escalated")


def _check_rates(ledger: Ledger, saved: SavedPlan, yearly: float) -> None:
    """Check that every rate is the stated one, brought to the price year."""
    year = int(section(saved, "study")["price_year"])
    stated = {row["rate_id"]: row for row in rows_of(saved, "rates_as_stated")}
    rates = rows_of(saved, "rates")
    ledger.that({row["rate_id"] for row in rates} == set(stated), "rates_as_stated are not the rates in force")
    wrong = []
    for row in rates:
        origin = stated.get(row["rate_id"], row)
        steps = year - int(origin["price_year"]) if origin["currency"] and yearly else 0
        index = (1 + yearly) ** steps
        if any(abs(row[k] - origin[k] * index) > 0.0001 for k in ("low", "likely", "high")):
            wrong.append(row["rate_id"])
        if steps and row["price_year"] != year:
            wrong.append(row["rate_id"])
    ledger.nothing(wrong, "rates are not the stated ones in prices of the price year", len(rates))
