"""Apply a choice of technologies to the areas that are built: outcomes, and who hangs from what."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.graph import IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Areas
from expansion.plan.technology import CONNECTIONS, Technology


def apply_technology(outcome: NDArray[np.object_], technology: Technology | None) -> NDArray[np.object_]:
    """Give everyone who was asked for the technology that was chosen; without a choice all have fiber."""
    if technology is None:
        return outcome
    asked = np.isin(outcome, ("fiber", "none"))
    return np.where(asked, technology.outcome, outcome)


def connection_table(
    inputs: Inputs, areas: Areas, outcome: NDArray[np.object_], technology: Technology | None
) -> pd.DataFrame:
    """List who is served otherwise than by fiber, by location id."""
    rows: IntArray = np.flatnonzero(np.isin(outcome, ("dsl", "fixed_wireless", "satellite")))
    if technology is None or not len(rows):
        return CONNECTIONS.build({column.name: [] for column in CONNECTIONS.columns})
    ids = inputs.locations["location_id"].to_numpy()
    rows = rows[np.argsort(ids[rows].astype(str), kind="stable")]
    names = np.array([station.site_id for station in technology.stations] + [None], dtype=object)
    sector = technology.sector[rows]
    port = technology.port[rows]
    return CONNECTIONS.build({
        "location_id": ids[rows], "technology": outcome[rows].astype(str), "site_id": names[technology.station[rows]],
        "sector": [int(one) if one > 0 else None for one in sector], "port": [str(one) or None for one in port],
        "distance_m": technology.distance_m[rows], "down_mbps": technology.down_mbps[rows],
        "up_mbps": technology.up_mbps[rows], "meets_served": technology.meets[rows],
        "units": inputs.locations["units"].to_numpy()[rows],
        "area_id": areas.table["area_id"].to_numpy()[areas.of_location[rows]],
    })  # fmt: skip
