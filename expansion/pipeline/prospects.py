"""What is known of each area before any is chosen: business case, crew-days, anchor institutions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from expansion.cost.business import expect_worth
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Ground
from expansion.plan.plan import Cost, Network, Permits, Portfolio
from expansion.plan.selection import Prospects
from expansion.portfolio import build_years
from expansion.schedule import expect_crew_days, no_schedule, offer_crew_days, sum_crew_days
from expansion.study import Study


def find_prospects(
    study: Study, inputs: Inputs, ground: Ground, network: Network, permits: Permits, cost: Cost
) -> Prospects:
    """Gather what the choice may weigh or limit beside need and money.

    Parameters
    ----------
    study, inputs, ground
        As in `make_plan`.
    network, permits, cost
        The candidates.

    Returns
    -------
    Prospects
        Crew-days only where `portfolio.crew_share` is set.
    """
    areas, eligibility, book = ground.areas, ground.eligibility, inputs.rulebook
    count, years = len(areas.table), build_years(study)
    first = np.full(count, study.study.start.year, dtype=np.int64)
    every = Portfolio(first, np.ones_like(first), np.zeros(count), ("",) * count, None, 0.0, 0.0, 0.0, "empty", ())
    table = expect_worth(study, book, areas, eligibility, every, network, permits, cost, no_schedule(network))
    anchors = _anchors(study, inputs, ground, network)
    table = table.assign(anchors=anchors)
    found = Prospects(table["npv"].to_numpy(dtype=np.float64), {}, anchors.astype(np.float64), {}, table)
    if study.portfolio.crew_share is None:
        return found
    days = expect_crew_days(study, book, areas, every, network, permits, cost)
    offered = offer_crew_days(study, book, years)
    return replace(found, crew_days=sum_crew_days(study, areas, days), offered=offered, days_table=days)


def _anchors(study: Study, inputs: Inputs, ground: Ground, network: Network) -> NDArray[np.int64]:
    """Count, per area, the eligible locations of kinds that are anchor institutions."""
    kinds = (
        inputs.locations["kind"].fillna("").str.lower().isin([kind.lower() for kind in study.portfolio.anchor_kinds])
    )
    area, eligible = ground.areas.of_location, ground.eligibility.table["eligible"].to_numpy(dtype=bool)
    counts = kinds.to_numpy(dtype=bool) & eligible & (area >= 0) & (network.location_outcome != "unreachable")
    return np.bincount(area[counts], minlength=len(ground.areas.table)).astype(np.int64)
