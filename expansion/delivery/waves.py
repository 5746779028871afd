"""Onboarding waves: how many customers are connected when, and what limits the pace."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pandas as pd

from expansion.delivery.counting import AreaWork
from expansion.delivery.days import working_dates
from expansion.delivery.tables import make_table
from expansion.plan.specs_delivery import WAVES
from expansion.rulebook import Rulebook
from expansion.study import Study

PHASE = "customer onboarding"


def plan_waves(study: Study, rulebook: Rulebook, work: list[AreaWork], tasks: pd.DataFrame) -> pd.DataFrame:
    """Cut the installs of each area into waves of ``wave_days`` working days.

    Orders are dealt out by the day at what the crews of the install task can do; locations in proportion to orders.

    Parameters
    ----------
    study, rulebook
        Calendar; orders per crew and day, days per wave, days of marketing before.
    work
        Chosen areas with their orders.
    tasks
        Tasks of the schedule; the waves lie within the area's install task.
    """
    onboarding = tasks[(tasks["wbs_phase"] == PHASE).to_numpy(dtype=bool)]
    presales = onboarding.groupby("area_id")["start"].min().to_dict()
    installs = onboarding[(onboarding["crew_kind"] == "install").to_numpy(dtype=bool)]
    by_area = {area.area_id: area for area in work}
    rows: list[tuple[object, ...]] = []
    for task in installs.itertuples():
        area, first = by_area[str(task.area_id)], str(presales[task.area_id])
        rows += _area_waves(study, rulebook, area, str(task.start), str(task.finish), int(task.crew_count), first)
    return make_table(WAVES, rows)


def _area_waves(
    study: Study, rulebook: Rulebook, area: AreaWork, start: str, finish: str, crews: int, presales: str
) -> list[tuple[object, ...]]:
    """Deal the orders of an area out over its working days."""
    dates = working_dates(study, "install", dt.date.fromisoformat(start), dt.date.fromisoformat(finish))
    per_day = rulebook.production_rate("install_day").per_day * crews
    length = max(int(rulebook.engineering_value("wave_days")), 1)
    lead = dt.timedelta(days=rulebook.engineering_value("marketing_lead_days"))
    first_message = dt.date.fromisoformat(presales)
    orders, locations = area.counts["orders"], int(area.counts["locations"])
    marks = [*range(0, len(dates), length), len(dates)]
    done = [min(day * per_day, orders) for day in marks[:-1]] + [orders]
    invited = [round(locations * share / orders) if orders else 0 for share in done]
    rows: list[tuple[object, ...]] = []
    for number, (first, after) in enumerate(pairwise(marks)):
        begin, end = dates[first], dates[after - 1]
        rows.append(
            (
                f"{area.area_id}-W{number + 1:02d}", area.area_id, area.phase, begin.isoformat(), end.isoformat(),
                invited[number + 1] - invited[number], round(done[number + 1] - done[number], 3),
                max(first_message, begin - lead).isoformat(), _limit(study, crews, per_day, orders),
            )
        )  # fmt: skip
    return rows


def _limit(study: Study, crews: int, per_day: float, orders: float) -> str:
    """Say what sets the pace."""
    if orders <= per_day:
        return "orders: all fit in a day"
    have = study.schedule.crew_counts().get("install", 0)
    return f"install crews: {crews} of {have} at {per_day / max(crews, 1):g} orders a day each"
