"""What the business case needs to know of each chosen area."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.cost.bom import TO_CONNECT
from expansion.cost.fees import rents_by_area
from expansion.plan.plan import Areas, Cost, Eligibility, Network, Permits, Portfolio, Schedule

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ACCEPTANCE = "quality control"
"""Phase of work whose end makes an area ready for orders."""
WIRED, WIRELESS = ("fiber", "dsl"), ("fixed_wireless",)


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """Chosen areas, by area_id; money in whole cents.

    Attributes
    ----------
    year
        Build year, in which the capital to pass is spent.
    accepted, accepted_day
        When customers may order: as a year with its fraction gone by, and as ISO text.
    wired, wireless
        Units that can order fiber or DSL, and fixed wireless or satellite.
    to_pass, to_connect
        The area's bill; to connect if all units ordered.
    electronics, customer
        Of `to_pass` what electronics cost, of `to_connect` what customer equipment costs.
    poles
        Utility poles used.
    permit_rent
        Rent of permits in a year, the area's share.
    """

    ids: tuple[str, ...]
    phase: IntArray
    year: IntArray
    accepted: FloatArray
    accepted_day: tuple[str, ...]
    locations: IntArray
    wired: IntArray
    wireless: IntArray
    to_pass: IntArray
    to_connect: IntArray
    electronics: IntArray
    customer: IntArray
    poles: FloatArray
    permit_rent: IntArray

    @property
    def units(self) -> IntArray:
        """Units passed."""
        return self.wired + self.wireless


def gather_facts(
    areas: Areas, eligibility: Eligibility, portfolio: Portfolio, network: Network, cost: Cost, schedule: Schedule,
    permits: Permits | None = None,
) -> AreaFacts:  # fmt: skip
    """Gather the facts of the chosen areas; without `permits` no rent of them."""
    rows = np.nonzero(portfolio.year >= 0)[0]
    ids = areas.table["area_id"].to_numpy(dtype=object)[rows]
    order = np.argsort(ids.astype(str), kind="stable")
    rows, ids = rows[order], ids[order]
    bom = cost.bom
    category = bom["category"].to_numpy().astype(str)
    days = _acceptance(schedule, [str(name) for name in ids], portfolio.year[rows])
    spent = np.rint(bom["cost"].to_numpy() * 100).astype(np.int64)
    connect, rents = np.isin(category, TO_CONNECT), rents_by_area(permits.table) if permits else {}
    return AreaFacts(
        ids=tuple(str(name) for name in ids),
        phase=np.asarray(portfolio.phase[rows], dtype=np.int64),
        year=np.asarray(portfolio.year[rows], dtype=np.int64),
        accepted=np.array([year_of(day) for day in days], dtype=float),
        accepted_day=days,
        locations=areas.table["locations"].to_numpy(dtype=np.int64)[rows],
        wired=_units(areas, eligibility, network, WIRED)[rows],
        wireless=_units(areas, eligibility, network, WIRELESS)[rows],
        to_pass=_by_area(bom, spent, ~connect, ids),
        to_connect=_by_area(bom, spent, connect, ids),
        electronics=_by_area(bom, spent, category == "electronics", ids),
        customer=_by_area(bom, spent, category == "customer", ids),
        poles=_by_area(network.spans, network.spans["pole_count"].to_numpy(dtype=float), _is_hung(network), ids),
        permit_rent=np.array([rents.get(str(name), 0) for name in ids], dtype=np.int64),
    )


def _units(areas: Areas, eligibility: Eligibility, network: Network, outcomes: tuple[str, ...]) -> IntArray:
    """Units per area whose location is served in one of these ways."""
    home = areas.of_location
    served = np.isin(network.location_outcome.astype(str), outcomes) & (home >= 0)
    units = eligibility.table["units"].to_numpy(dtype=np.int64)
    found = np.bincount(home[served], weights=units[served], minlength=len(areas.table))
    return np.rint(found).astype(np.int64)


def _is_hung(network: Network) -> NDArray[np.bool_]:
    """Mark the spans that are built on poles."""
    spans = network.spans
    return np.asarray((spans["placement"] == "aerial") & ~spans["is_existing"], dtype=bool)


def _by_area(lines: pd.DataFrame, values: NDArray[Any], wanted: NDArray[np.bool_], ids: NDArray[Any]) -> NDArray[Any]:
    """Add the values of some rows per area."""
    summed = pd.Series(values[wanted]).groupby(lines["area_id"].to_numpy()[wanted]).sum()
    return np.asarray(summed.reindex(ids).fillna(0).to_numpy(), dtype=values.dtype)


def _acceptance(schedule: Schedule, ids: list[str], years: IntArray) -> tuple[str, ...]:
    """Day on which each area is accepted: the end of its quality control, else of its build year."""
    tasks = schedule.tasks
    ends: dict[str, str] = {}
    if len(tasks):
        tested = tasks[(tasks["wbs_phase"] == ACCEPTANCE).to_numpy(dtype=bool)]
        ends = tested.groupby("area_id")["finish"].max().to_dict()
    return tuple(ends.get(name) or f"{year}-12-31" for name, year in zip(ids, years.tolist(), strict=True))


def year_of(day: str) -> float:
    """Write the end of a day as a year with its fraction gone by.

    Examples
    --------
    >>> year_of("2027-12-31")
    2028.0
    """
    date = dt.date.fromisoformat(day)
    first, last = dt.date(date.year, 1, 1), dt.date(date.year, 12, 31)
    return date.year + ((date - first).days + 1) / ((last - first).days + 1)
