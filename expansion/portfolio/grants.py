"""Milestones of a grant against build years and the leveled schedule."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray
from expansion.plan.plan import Areas, Eligibility, Network, Portfolio, Schedule
from expansion.plan.selection import MILESTONES
from expansion.portfolio.criteria import connectable
from expansion.portfolio.posing import milestones
from expansion.study import Study

ACCEPTANCE = "quality control"
"""Phase of work whose end makes the locations of an area count."""


def check_milestones(
    study: Study, areas: Areas, eligibility: Eligibility, network: Network, portfolio: Portfolio, schedule: Schedule
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Hold the milestones of the grant against the plan.

    Parameters
    ----------
    study
        `[[portfolio.milestones]]`.
    areas, eligibility, network
        Candidates: who may be connected in which area.
    portfolio, schedule
        Build years, and the days on which areas are accepted.

    Returns
    -------
    tuple
        Table after `MILESTONES`, and ``W_MILESTONE_LATE`` where the schedule accepts too few locations in time.
    """
    asked = milestones(study)
    counts = connectable(areas, eligibility, network)
    homes = np.bincount(areas.of_location[counts], minlength=len(areas.table)).astype(np.int64)
    chosen = portfolio.year >= 0
    every = {"chosen": int(homes[chosen].sum()), "eligible": int(homes.sum())}
    ends = [f"{year}-12-31" if year >= 0 else "9999-12-31" for year in portfolio.year.tolist()]
    done = _accepted(areas, portfolio, schedule)
    needed = [math.ceil(round(row.share * every[row.of], 6)) for row in asked]
    built = [_by(homes, ends, row.by.isoformat()) for row in asked]
    accepted = [_by(homes, done, row.by.isoformat()) for row in asked]
    columns: dict[str, object] = {
        "milestone_id": [f"M{number:02d}" for number in range(1, len(asked) + 1)],
        "share": [row.share for row in asked], "of": [row.of for row in asked],
        "date": [row.by.isoformat() for row in asked], "needed": needed, "locations": built, "accepted": accepted,
        "met": [a >= n for a, n in zip(accepted, needed, strict=True)],
    }  # fmt: skip
    late = {
        row.by.isoformat(): n - a for row, a, n in zip(asked, accepted, needed, strict=True) if a < n and chosen.any()
    }
    if not late:
        return MILESTONES.build(columns), ()
    words = "the schedule accepts fewer locations by the days of milestones than they ask for"
    repair = "ask for them a year earlier under [[portfolio.milestones]], add crews, or set portfolio.crew_share"
    finding = find(
        "W_MILESTONE_LATE", "warning", words, late, amount=max(late.values()), unit="locations", repair=repair
    )
    return MILESTONES.build(columns), (finding,)


def _by(homes: IntArray, ends: list[str], day: str) -> int:
    """Locations of areas that are ready by the end of a day."""
    return sum(count for count, end in zip(homes.tolist(), ends, strict=True) if end <= day)


def _accepted(areas: Areas, portfolio: Portfolio, schedule: Schedule) -> list[str]:
    """Day on which each area passes its quality control; the end of time where it is not built."""
    tasks = schedule.tasks
    tested = tasks[(tasks["wbs_phase"] == ACCEPTANCE).to_numpy(dtype=bool)] if len(tasks) else tasks
    ends = tested.groupby("area_id")["finish"].max().to_dict() if len(tasks) else {}
    ids, years = [str(name) for name in areas.table["area_id"]], portfolio.year.tolist()
    return [
        str(ends.get(name, "9999-12-31")) if year >= 0 else "9999-12-31" for name, year in zip(ids, years, strict=True)
    ]
