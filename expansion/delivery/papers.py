"""The papers that need all results of a plan: customers by wave, charters, targets and lessons of the review."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd

from expansion.delivery.charters import write_charters
from expansion.delivery.counting import count_work
from expansion.delivery.onboarding import onboard
from expansion.delivery.review import Built, rows_by_area
from expansion.delivery.targets import ask_lessons, set_targets
from expansion.plan.business import Business
from expansion.plan.plan import Areas, Cost, Delivery, Network, Permits, Portfolio, Schedule
from expansion.plan.specs_governance import CHARTERS, LESSONS, REVIEW_TARGETS
from expansion.plan.specs_supply import ONBOARDING
from expansion.plan.uncertainty import Forecast
from expansion.rulebook import Rulebook
from expansion.study import Study


def write_papers(
    study: Study,
    rulebook: Rulebook,
    locations: gpd.GeoDataFrame,
    areas: Areas,
    portfolio: Portfolio,
    network: Network,
    permits: Permits,
    cost: Cost,
    schedule: Schedule,
    business: Business,
    risks: pd.DataFrame,
    delivery: Delivery,
    told: Forecast,
) -> Delivery:
    """Add charters, targets of the review and the list of customers to a delivery plan.

    Parameters
    ----------
    study, rulebook
        Governance, currency; review targets, equipment by technology.
    locations
        All locations of the study, with addresses where known.
    areas, portfolio, network, permits, cost, schedule, business, risks
        Results of the plan, as its tables hold them.
    delivery
        What `plan_delivery` made.
    told
        When areas end with which confidence.

    Returns
    -------
    Delivery
        With tables ``charters``, ``review_targets``, ``lessons`` and ``onboarding``; empty where nothing is chosen.
    """
    work = tuple(count_work(rulebook, areas, portfolio, network, permits, cost))
    reasons = dict(zip(areas.table["area_id"].to_list(), portfolio.reason, strict=True))
    built = Built(
        study, rulebook, areas, network, permits, cost, schedule, business, risks, delivery, work, reasons,
        portfolio.selection,
        rows_by_area(areas, network, permits, cost, schedule, business, delivery, risks, told.table),
    )  # fmt: skip
    targets = set_targets(built) if work else REVIEW_TARGETS.empty()
    added = {
        CHARTERS.name: write_charters(built) if work else CHARTERS.empty(),
        REVIEW_TARGETS.name: targets,
        LESSONS.name: ask_lessons(built, targets) if work else LESSONS.empty(),
        ONBOARDING.name: onboard(rulebook, locations, network, delivery.waves),
    }
    return replace(delivery, tables=delivery.tables | added)
