"""What towers, cabinets and satellites could offer each location, and what their sites cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from expansion.plan.graph import FloatArray, IntArray
from expansion.plan.technology import Station
from expansion.rulebook import Rulebook
from expansion.study import Demand


@dataclass(frozen=True, slots=True)
class Site:
    """A station that may serve, and what opening it costs in cents.

    Attributes
    ----------
    station
        The tower or cabinet.
    capital, running
        To open it, its fiber included, and to run it over the years, discounted.
    sector
        Cost of each sector that is used.
    link
        Of the capital: fiber from what is built or stands.
    """

    station: Station
    capital: int
    running: int
    sector: int
    link: int = 0

    @property
    def price(self) -> int:
        """Cost over the years, without sectors."""
        return self.capital + self.running


@dataclass(frozen=True, slots=True)
class Offers:
    """Pairs of location and site; parallel arrays.

    Attributes
    ----------
    row, site
        Row of the study's locations, and place among the sites (-1 for satellite).
    sector
        Of the tower, from 1; 0 where there is none.
    capital, lifetime
        Cents for the location, without the site.
    meets
        Counts as served.
    distance_m, down_mbps, up_mbps
        To the site (NaN for satellite), and speeds.
    port
        Rate id of the DSL port, "" for none.
    """

    row: IntArray
    site: IntArray
    sector: IntArray
    capital: IntArray
    lifetime: IntArray
    meets: NDArray[np.bool_]
    distance_m: FloatArray
    down_mbps: FloatArray
    up_mbps: FloatArray
    port: NDArray[np.object_]

    def take(self, kept: NDArray[np.bool_] | IntArray) -> Offers:
        """Return some of the pairs."""
        return Offers(*(getattr(self, one.name)[kept] for one in fields(self)))

    def moved(self, by: int) -> Offers:
        """Return the pairs with sites counted from `by`."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return Offers(**(values | {"site": np.where(self.site < 0, -1, self.site + by)}))


def no_offers() -> Offers:
    """Return no pair."""
    none, far = np.zeros(0, dtype=np.int64), np.zeros(0)
    return Offers(none, none, none, none, none, none.astype(bool), far, far, far, none.astype(object))


def joined(parts: Sequence[Offers]) -> Offers:
    """Put pairs one after another."""
    return Offers(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Offers)))


def counts_as_served(
    demand: Demand, code: int, down: FloatArray, up: FloatArray, *, low_latency: bool
) -> NDArray[np.bool_]:
    """Tell where an offer makes a location served, as the study's program counts: see `demand.find_eligible`."""
    fast = (down >= demand.served_down_mbps) & (up >= demand.served_up_mbps)
    if demand.rule == "bead" and (code not in demand.reliable_technologies or not low_latency):
        return np.zeros(len(fast), dtype=bool)
    if demand.dsl_counts_as_underserved and code == 10:
        return np.zeros(len(fast), dtype=bool)
    return np.asarray(fast)


def satellite_offers(book: Rulebook, demand: Demand, running: int, rows: IntArray, units: IntArray) -> Offers:
    """Offer a terminal to each of `rows`."""
    rule = book.technology("satellite")
    count = len(rows)
    terminal = round(100 * book.rate(rule.equipment).likely)
    down, up = np.full(count, rule.down_mbps), np.full(count, rule.up_mbps)
    meets = counts_as_served(demand, rule.fcc_code, down, up, low_latency=rule.low_latency)
    none = np.zeros(count, dtype=np.int64)
    return Offers(
        rows, none - 1, none, units[rows] * terminal, units[rows] * (terminal + running), meets,
        np.full(count, np.nan), down, up, np.full(count, "", dtype=object),
    )  # fmt: skip
