"""Findings on a designed network: light paths and offices beyond their limits."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from expansion.network.optics import Budget
from expansion.plan.findings import Finding, find
from expansion.wording import count


def optical_breaches(paths: pd.DataFrame, budget: Budget) -> list[Finding]:
    """Paths whose loss or reach breaks the class."""
    found = []
    lossy = paths[paths["loss_db"] > budget.budget_db]
    if len(lossy):
        words = f"{count(len(lossy), 'path loses', 'paths lose')} more than {budget.budget_db:g} dB"
        found.append(
            find(
                "W_LOSS", "error", words, lossy["location_id"],
                amount=round(float(lossy["loss_db"].max()) - budget.budget_db, 3), unit="dB",
                repair="choose a PON class with more budget, or a smaller split ratio",
            )
        )  # fmt: skip
    far = paths[paths["reach_m"] > budget.reach_max_m]
    if len(far):
        words = f"{count(len(far), 'path is', 'paths are')} longer than {budget.reach_max_m:g} m"
        found.append(
            find(
                "W_REACH", "error", words, far["location_id"],
                amount=round(float(far["reach_m"].max()) - budget.reach_max_m, 3), unit="m",
                repair="open a hut, or choose a class with a longer reach",
            )
        )  # fmt: skip
    return found


def port_breaches(sites: gpd.GeoDataFrame) -> list[Finding]:
    """Offices that need more OLT ports than they have."""
    short = sites[sites["kind"].isin(["co", "hut"]) & (sites["used"] > sites["capacity"].fillna(sites["used"]))]
    return [
        find(
            "W_OFFICE_FULL", "error", f"office {row.site_id} needs {row.used} OLT ports and has {row.capacity}",
            [row.site_id], amount=float(row.used - row.capacity), unit="ports",
            repair="add OLT cards or open another office",
        )
        for row in short.itertuples()
    ]  # fmt: skip
