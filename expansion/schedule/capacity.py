"""What areas would take of each crew, and what the crews of a year have, before anything is scheduled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from expansion.plan.graph import FloatArray
from expansion.plan.plan import Areas, Cost, Network, Permits, Portfolio
from expansion.plan.selection import PROSPECT_DAYS
from expansion.rulebook import Rulebook
from expansion.schedule.calendars import crews_on_days, working_days
from expansion.schedule.chosen import ChosenArea, chosen_areas
from expansion.schedule.support import within_support
from expansion.schedule.tasks import crew_days_of
from expansion.study import Study


def expect_crew_days(
    study: Study, rulebook: Rulebook, areas: Areas, portfolio: Portfolio, network: Network, permits: Permits, cost: Cost
) -> pd.DataFrame:
    """Count the crew-days that each work package of every area takes, all in the area's own year.

    Survey, design and permits of an area are often done a year before; here they count in the year of its build. Days
    on which a crew travels or waits for another are not counted: the schedule knows them, the choice does not.

    Parameters
    ----------
    study, rulebook
        Crews, packages and production rates.
    areas, portfolio
        All areas, as if all were built in one phase.
    network, permits, cost
        The candidates.

    Returns
    -------
    DataFrame
        After `PROSPECT_DAYS`, by area and WBS code.
    """
    study, rulebook = within_support(study, rulebook)
    granted = permits.table.sort_values("permit_id", ignore_index=True)
    every = replace(portfolio, phase=np.ones_like(portfolio.phase))
    rows = [
        row
        for area in chosen_areas(rulebook, areas, every, network, granted, cost.bom)
        for row in _days(study, rulebook, area)
    ]
    names = [column.name for column in PROSPECT_DAYS.columns]
    return PROSPECT_DAYS.build({name: [row[place] for row in rows] for place, name in enumerate(names)})


def _days(study: Study, rulebook: Rulebook, area: ChosenArea) -> Iterator[tuple[str, str, str, str | None, float]]:
    """List the packages of an area that bind crews: its id, code, crew kind, amounts and crew-days."""
    for package in area.packages.values():
        kind = package.row.crew_kind
        if kind in study.schedule.crew_counts() and package.row.kind != "milestone":
            days = crew_days_of(study, rulebook, package, area.quantities)
            amounts = " ".join(f"{area.quantities[name]:.3f}" for name, _ in package.terms)
            yield area.area_id, package.code, kind, amounts or None, days


def sum_crew_days(study: Study, areas: Areas, days: pd.DataFrame) -> dict[str, FloatArray]:
    """Add the days of `expect_crew_days` per area row, by crew kind in ascending order."""
    row = {str(name): place for place, name in enumerate(areas.table["area_id"])}
    found = {kind: np.zeros(len(row)) for kind in study.schedule.crew_counts()}
    for area, kind, amount in zip(days["area_id"], days["crew_kind"], days["crew_days"], strict=True):
        found[kind][row[area]] += amount
    return found


def offer_crew_days(study: Study, rulebook: Rulebook, years: Sequence[int]) -> dict[tuple[str, int], float]:
    """Count the days that the crews of each kind can work in each year, from the study's start on.

    Install crews count as far as support keeps up with them.

    Parameters
    ----------
    study, rulebook
        Crews, workdays, holidays and winter closure; support.
    years
        Calendar years.
    """
    study, _ = within_support(study, rulebook)
    counts, start = study.schedule.crew_counts(), study.study.start
    kinds = tuple(counts)
    horizon = max(((dt.date(year, 12, 31) - start).days + 1 for year in years), default=0)
    worked = working_days(study, kinds, max(horizon, 0))
    year_of = (np.datetime64(start, "D") + np.arange(max(horizon, 0))).astype("datetime64[Y]").astype(np.int64) + 1970
    return {
        (kind, year): float((worked[row] * crews_on_days(study, kind, len(year_of)))[year_of == year].sum())
        for row, kind in enumerate(kinds)
        for year in years
    }
