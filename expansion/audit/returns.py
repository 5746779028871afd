"""Check present values, rates of return and paybacks of yearly flows."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from expansion.audit.ledger import Ledger

Series = dict[int, int]


def factor(told: dict[str, Any], year: int) -> float:
    """Value of money of a year on 1 January of the base year."""
    passed = year - told["base_year"] + (0.5 if told["discounting"] == "mid-year" else 1)
    return math.exp(-passed * math.log1p(told["discount_rate"]))


def check_worth(ledger: Ledger, label: str, one: dict[str, Any], net: Series, now: Series) -> None:
    """Check present value, rate of return and paybacks of one series."""
    ledger.equal(one["npv"], sum(now.values()) / 100, f"{label}: npv", 0.001)
    _check_rate(ledger, label, one, [net[year] for year in sorted(net)])
    for key, series in (("payback_years", net), ("discounted_payback_years", now)):
        ledger.equal(one[key], paid_back([series[year] for year in sorted(series)]), f"{label}: {key}", 0.0051)


def _check_rate(ledger: Ledger, label: str, one: dict[str, Any], net: list[int]) -> None:
    """Check that the present value changes sign at the rate; where none is told, that there is none or several."""
    if one["irr"] is not None:
        low, high = (_worth(net, one["irr"] + step) for step in (-2e-6, 2e-6))
        ledger.that(low * high <= 0, f"{label}: the present value does not change sign at irr {one['irr']}")
        ledger.that(one["irr_reason"] is None, f"{label}: a rate and a reason why there is none")
        return
    ledger.that(bool(one["irr_reason"]), f"{label}: no rate and no reason")
    signs = [sign for sign in (np.sign(_worth(net, rate)) for rate in np.geomspace(0.01, 11.0, 997) - 1) if sign]
    turns = sum(a != b for a, b in itertools.pairwise(signs))
    ledger.that(turns != 1, f"{label}: one rate makes it worth nothing, and none is told")


def _worth(net: list[int], rate: float) -> float:
    """Present value by Horner's rule."""
    value = 0.0
    for amount in reversed(net):
        value = value / (1 + rate) + amount
    return value


def paid_back(flows: list[int]) -> float | None:
    """Years until the running sum stays at or above 0; within a year money flows evenly."""
    sums = np.cumsum(flows)
    if (sums >= 0).all():
        return 0.0
    if sums[-1] < 0:
        return None
    year = max(place for place, value in enumerate(sums) if value < 0) + 1
    return round(float(year - sums[year - 1] / flows[year]), 2)
