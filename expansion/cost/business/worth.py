"""What yearly flows of money are worth: present value, rate of return, payback, the grant that is needed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from expansion.plan.business import Worth

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
LOWEST, HIGHEST = -0.99, 10.0
"""Range in which a rate of return is looked for."""
_GRID = 2001
_HALVINGS = 80


def discount_factors(years: IntArray, rate: float, base_year: int, discounting: str) -> FloatArray:
    """Say what money of each year is worth on 1 January of `base_year`.

    Parameters
    ----------
    years
        Calendar years.
    rate
        Per year, at least 0.
    discounting
        ``mid-year``: money of a year flows on its 1 July; ``year-end``: on its 31 December, as in a spreadsheet's NPV.

    Examples
    --------
    >>> discount_factors(np.array([2027, 2028]), 0.25, 2027, "year-end").tolist()
    [0.8, 0.64]
    """
    passed = years - base_year + (0.5 if discounting == "mid-year" else 1.0)
    return np.asarray((1.0 + rate) ** -passed)


def discount(net: IntArray, factors: FloatArray) -> IntArray:
    """Discount flows in cents, each to the cent; last axis is the years."""
    return np.asarray(np.rint(net * factors), dtype=np.int64)


def weigh(net: IntArray, discounted: IntArray) -> Worth:
    """Judge one series of flows.

    Parameters
    ----------
    net, discounted
        Whole cents per year, in consecutive years from the first in which money may flow.
    """
    irr, reason = rate_of_return(net)
    return Worth(int(discounted.sum()) / 100, irr, reason, payback(net), payback(discounted))


def rate_of_return(net: IntArray) -> tuple[float | None, str]:
    """Find the rate at which flows are worth nothing; a reason instead where there is none, or more than one.

    Returns
    -------
    tuple
        The rate to six decimals and "", or None and the reason.

    Examples
    --------
    >>> rate_of_return(np.array([-10000, 11000]))
    (0.1, '')
    """
    if not (net < 0).any():
        return None, "no year costs more than it brings"
    if not (net > 0).any():
        return None, "no year brings more than it costs"
    steps = np.linspace(math.log1p(LOWEST), math.log1p(HIGHEST), _GRID)
    value = (np.exp(-np.outer(steps, np.arange(len(net)))) * net).sum(axis=1)
    signs = np.sign(value)
    known = np.nonzero(signs)[0]
    turns = np.nonzero(signs[known][1:] != signs[known][:-1])[0]
    if len(turns) == 0:
        return None, f"no rate from {LOWEST:.0%} to {HIGHEST:.0%} makes it worth nothing".replace("%", " %")
    if len(turns) > 1:
        return None, f"{len(turns)} rates make it worth nothing, for net turns more than once"
    low, high = float(steps[known[turns[0]]]), float(steps[known[turns[0] + 1]])
    return round(math.expm1(_bisect(net.astype(float), low, high)), 6) + 0.0, ""


def _bisect(net: FloatArray, low: float, high: float) -> float:
    """Halve an interval of log(1 + rate) in which the value changes sign."""
    first = _value(net, low) > 0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (_value(net, middle) > 0) == first:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _value(net: FloatArray, step: float) -> float:
    return math.fsum(amount * math.exp(-step * year) for year, amount in enumerate(net.tolist()))


def payback(flows: IntArray) -> float | None:
    """Years from the start of the first until the running sum never falls below 0 again; None where it stays below.

    Money of a year flows evenly over it. Flows that are never below 0 in sum are paid back at once.

    Examples
    --------
    >>> payback(np.array([-300, 200, 200]))
    2.5
    """
    sums = np.cumsum(flows)
    below = np.nonzero(sums < 0)[0]
    if len(below) == 0:
        return 0.0
    last = int(below[-1])
    if last == len(flows) - 1:
        return None
    return round(last + 1 - int(sums[last]) / int(flows[last + 1]), 2)


def grant_needed(net: IntArray, factors: FloatArray, year: int) -> int:
    """Find the least grant, in cents and paid in `year`, with which flows without one are worth 0 to the cent.

    Parameters
    ----------
    net
        Cents per year, without any grant.
    factors
        Discount factors, at most 1, so that every present value can be met.
    year
        Place of the year that the grant is paid in.
    """
    discounted = discount(net, factors)
    if discounted.sum() >= 0:
        return 0
    others = int(discounted.sum() - discounted[year])
    factor, own = float(factors[year]), int(net[year])
    guess = math.ceil((-others - 0.5) / factor) - own
    grant = max(guess - 2, 0)
    while others + int(np.rint((own + grant) * factor)) < 0:
        grant += 1
    return grant


def equal_grant(worth: int, locations: IntArray, factors: FloatArray) -> int:
    """Find the least grant per location, in cents, with which areas that are worth `worth` together reach 0.

    Parameters
    ----------
    worth
        Present value in cents without grants.
    locations, factors
        Of each area, and of its build year.
    """
    weight = math.fsum((locations * factors).tolist())
    return max(math.ceil(-worth / weight - 1e-9), 0) if weight else 0


def break_even(at_none: float, at_one: float, most: float = math.inf) -> float | None:
    """Find where a present value that is linear in some assumption is 0.

    Parameters
    ----------
    at_none, at_one
        Present value where the assumption is 0 and where it is 1.
    most
        Largest value that makes sense.

    Returns
    -------
    float or None
        0 where nothing of it is needed; None where no value up to `most` is enough.
    """
    if at_none >= 0:
        return 0.0
    slope = at_one - at_none
    found = -at_none / slope if slope > 0 else math.inf
    return found if found <= most and math.isfinite(found) else None
