"""The stage that draws dates and costs together: risks, lead times, weather, production and prices."""

from __future__ import annotations

import pandas as pd

from expansion.cost import draw_costs, pick_draws, settle_cost
from expansion.delivery import fire_risks, forecast, rank_risks
from expansion.plan.plan import Areas, Cost, Draws, Permits, Portfolio, Schedule
from expansion.plan.uncertainty import Forecast
from expansion.rulebook import Rulebook
from expansion.schedule import draw_dates
from expansion.study import Study


def draw_uncertainty(
    study: Study, rulebook: Rulebook, areas: Areas, portfolio: Portfolio, permits: Permits, cost: Cost,
    schedule: Schedule, risks: pd.DataFrame, draws: Draws,
) -> tuple[Schedule, Cost, pd.DataFrame, Forecast]:  # fmt: skip
    """Draw when areas end and what they cost, and say what each risk does to P80.

    Parameters
    ----------
    study, rulebook
        Seed, weather and ranges.
    areas, portfolio, permits, cost, schedule
        What is built when, for how much, and what it waits for.
    risks
        The register as identified.
    draws
        Scores behind the cost percentiles.

    Returns
    -------
    tuple
        The schedule with drawn dates and criticality, the cost with the percentiles of the same draws, the register by
        what each risk does, and the forecast.
    """
    events = fire_risks(study, rulebook, risks, pick_draws(rulebook, cost, draws))
    schedule, dates = draw_dates(study, rulebook, schedule, permits, draws, risks, events)
    money = draw_costs(rulebook, cost, draws, risks, events)
    cost = settle_cost(study, rulebook, cost, areas, portfolio, draws, events, money)
    told = forecast(study, areas, portfolio, cost, schedule, dates, money, events)
    return schedule, cost, rank_risks(risks, dates, money), told
