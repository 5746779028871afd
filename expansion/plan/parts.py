"""What stages hand on together: the ground, the candidates, and what is built."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.business import Business
from expansion.plan.curve import Curve
from expansion.plan.graph import EdgePrices, RoadGraph, Triggers
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Locks
from expansion.plan.plan import (
    Areas,
    Cost,
    Delivery,
    Eligibility,
    Network,
    Permits,
    Route,
    Schedule,
)
from expansion.plan.rules import Rules
from expansion.plan.technology import Technology
from expansion.plan.uncertainty import Forecast


@dataclass(frozen=True, slots=True)
class Survey:
    """A first look: demand and areas. `inputs` holds the assumed office where the study names no plant."""

    inputs: Inputs
    eligibility: Eligibility
    graph: RoadGraph
    areas: Areas


@dataclass(frozen=True, slots=True)
class Ground:
    """What the plan stands on: demand, graph, prices and what the edges meet."""

    eligibility: Eligibility
    graph: RoadGraph
    triggers: Triggers
    prices: EdgePrices
    areas: Areas
    locks: Locks


@dataclass(frozen=True, slots=True)
class Candidates:
    """The network over all areas that were asked about, its cost, what each lock of its route costs, and its curve.

    `route` is the tree over all locations that a road reaches (`rows` of the study's locations), whatever they get;
    `technology` says that. `design_locks` is after `DESIGN_LOCKS`.
    """

    network: Network
    cost: Cost
    locks: gpd.GeoDataFrame
    curve: Curve
    route: Route
    rows: NDArray[np.int64]
    technology: Technology
    design_locks: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class Built:
    """The chosen areas, designed again as one, and everything that follows from them."""

    network: Network
    permits: Permits
    cost: Cost
    schedule: Schedule
    risks: pd.DataFrame
    delivery: Delivery
    rules: Rules
    business: Business
    permit_comparison: pd.DataFrame
    forecast: Forecast
