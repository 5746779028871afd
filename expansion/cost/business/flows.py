"""The yearly flows of money of each area, before they are rounded to cents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.cost.business.facts import AreaFacts
from expansion.cost.business.terms import Terms

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
OUT = ("opex", "capital_to_pass", "capital_to_connect", "replacement")
IN = ("revenue", "subsidy", "terminal_value")
_DIGITS = 6  # of expected units


@dataclass(frozen=True, slots=True)
class Flows:
    """Flows in cents by name, each of shape (areas, years); nothing flows beyond an area's horizon.

    Attributes
    ----------
    years
        Calendar years, consecutive.
    inside
        Years over which an area is judged.
    connected, subscribers
        Units expected at the end of the year, and on average over it.
    new, again
        Share of the units that are connected in the year, and whose ONT is bought again in it.
    bought
        Whether electronics are bought again.
    dear
        Price of capital in each year over that in the price year.
    pole_rental
        Part of `opex` that is rent of poles.
    permit_rent
        Part of `opex` that is rent of permits.
    money
        By name of `IN` and `OUT`.
    """

    years: IntArray
    inside: NDArray[np.bool_]
    connected: FloatArray
    subscribers: FloatArray
    new: FloatArray
    again: FloatArray
    bought: NDArray[np.bool_]
    dear: FloatArray
    pole_rental: FloatArray
    permit_rent: FloatArray
    money: dict[str, FloatArray]

    def net(self) -> FloatArray:
        """Net of each year, in cents."""
        return np.asarray(sum(self.money[name] for name in IN) - sum(self.money[name] for name in OUT))


def ordered_share(age: FloatArray, curve: tuple[float, ...]) -> FloatArray:
    """Share of the final orders reached `age` years after acceptance: straight lines between the curve's years."""
    return np.interp(age, np.arange(len(curve) + 1.0), [0.0, *curve])


def ordered_years(age: FloatArray, curve: tuple[float, ...]) -> FloatArray:
    """Integrate `ordered_share` from acceptance to `age`: years of subscription per final order."""
    points = np.array([0.0, *curve])
    whole = np.clip(np.floor(age), 0, len(curve)).astype(np.int64)
    before = np.concatenate(([0.0], np.cumsum((points[1:] + points[:-1]) / 2)))[whole]
    rest = np.maximum(age - whole, 0.0)
    slope = np.append(np.diff(points), 0.0)[whole]
    return np.asarray(np.where(age > 0, before + rest * (points[whole] + slope * rest / 2), 0.0))


def make_flows(facts: AreaFacts, terms: Terms) -> Flows:
    """Lay out what each area earns and costs per year.

    Parameters
    ----------
    facts
        Chosen areas, at least one.
    terms
        What is assumed.

    Returns
    -------
    Flows
        For the years from the first build year to the last horizon.

    Notes
    -----
    `docs/methods/business.md` gives the formulas.
    """
    years = np.arange(int(facts.year.min()), int(facts.year.max()) + terms.horizon_years)
    built, units, age = facts.year[:, None], facts.units[:, None], years - facts.accepted[:, None]
    inside = (years >= built) & (years < built + terms.horizon_years)
    share = terms.take_rate * ordered_share(age + 1.0, terms.curve) * inside
    mean = terms.take_rate * (ordered_years(age + 1.0, terms.curve) - ordered_years(age, terms.curve)) * inside
    new = (share - _later(share, 1)) * inside
    subscribers = np.round(units * mean, _DIGITS)
    grown = (1 + terms.opex_growth) ** (years - terms.price_year)
    rental = 100 * terms.pole_rental * facts.poles[:, None] * grown * inside
    rent = facts.permit_rent[:, None] * grown * inside
    again, bought = _bought_again(facts, terms, years, new, inside)
    first, dear = years == built, _dear(terms, years)
    money = {
        "revenue": 1200 * terms.arpu_per_month * (1 + terms.arpu_growth) ** (years - terms.price_year) * subscribers,
        "opex": 100 * grown * subscribers * _opex_each(facts, terms)[:, None] + rental + rent,
        "capital_to_pass": facts.to_pass[:, None] * dear * first,
        "capital_to_connect": facts.to_connect[:, None] * dear * new,
        "replacement": dear * (facts.electronics[:, None] * bought + facts.customer[:, None] * again),
        "subsidy": _grants(facts, terms)[:, None] * first,
    }
    money["terminal_value"] = _terminal(facts, terms, years, money, share)
    connected = np.round(units * share, _DIGITS)
    return Flows(years, inside, connected, subscribers, new, again, bought, dear, rental, rent, money)


def _dear(terms: Terms, years: IntArray) -> FloatArray:
    """Price of capital in some years over that in the price year."""
    return np.asarray((1 + terms.capital_growth) ** (years - terms.price_year), dtype=float)


def _later(share: FloatArray, years: int) -> FloatArray:
    """Move what happens in a year to as many years later."""
    moved = np.zeros(share.shape)
    moved[:, years:] = share[:, :-years]
    return moved


def _opex_each(facts: AreaFacts, terms: Terms) -> FloatArray:
    """Operating cost per subscriber and year, of the area's mix of technologies, with those who are replaced."""
    units = np.maximum(facts.units, 1)
    running = (facts.wired * terms.opex_per_subscriber + facts.wireless * terms.opex_fixed_wireless) / units
    return np.asarray(running + 12 * terms.churn_per_month * terms.reconnect_cost)


def _grants(facts: AreaFacts, terms: Terms) -> FloatArray:
    """Grants that the study states, in cents."""
    own = np.array([terms.grants.get(name, 0.0) for name in facts.ids])
    each = 100 * (terms.subsidy_per_location * facts.locations + own)
    return np.asarray(each + terms.subsidy_share * facts.to_pass * _dear(terms, facts.year))


def _bought_again(
    facts: AreaFacts, terms: Terms, years: IntArray, new: FloatArray, inside: NDArray[np.bool_]
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Share of ONTs bought again as long after their customers came, and years in which electronics are."""
    life = terms.electronics_life_years
    if not life:
        return np.zeros(new.shape), np.zeros(new.shape, dtype=bool)
    age = years - (np.ceil(facts.accepted).astype(np.int64)[:, None] - 1)  # the end of 2027 is 2028.0
    again = sum((_later(new, life * turn) for turn in range(1, -(-len(years) // life))), np.zeros(new.shape))
    return again * inside, (age > 0) & (age % life == 0) & inside


def _terminal(
    facts: AreaFacts, terms: Terms, years: IntArray, money: dict[str, FloatArray], connected: FloatArray
) -> FloatArray:
    """Value what is left in the last year of each area."""
    last = years == facts.year[:, None] + terms.horizon_years - 1
    if terms.terminal_value == "book":
        worn = min(terms.horizon_years / terms.plant_life_years, 1.0)
        return np.asarray((facts.to_pass * _dear(terms, facts.year))[:, None] * (1 - worn) * last)
    if terms.terminal_value == "perpetuity":
        yearly = money["revenue"] - money["opex"] - _dear(terms, years) * _wear(facts, terms, connected)
        growth = terms.arpu_growth
        return np.asarray(yearly * (1 + growth) / (terms.discount_rate - growth) * last)
    return np.zeros(money["revenue"].shape)


def _wear(facts: AreaFacts, terms: Terms, connected: FloatArray) -> FloatArray:
    """Price what wears off in a year: plant over its life, electronics and the ONTs in use over theirs."""
    plant, electronics = facts.to_pass - facts.electronics, facts.electronics
    used = facts.customer[:, None] * connected
    life = terms.electronics_life_years or terms.plant_life_years
    return np.asarray(plant[:, None] / terms.plant_life_years + (electronics[:, None] + used) / life)
