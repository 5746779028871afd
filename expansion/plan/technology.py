"""Technology per location: what each could get, what it gets, and how that moves with the threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.findings import Finding
from expansion.plan.graph import IntArray
from expansion.tables import Column, TableSpec

TECHNOLOGIES = ("fiber", "dsl", "fixed_wireless", "satellite")
_AMONG = frozenset(TECHNOLOGIES)

OPTIONS = TableSpec(
    name="options",
    key="option_id",
    geometry="",
    about="What every eligible location could get, one row per technology.",
    columns=(
        Column("option_id", "text", "Location and technology"),
        Column("location_id", "text", "Location"),
        Column("technology", "text", "Technology", among=_AMONG),
        Column("is_best", "flag", "What the location gets where its area is built"),
        Column("is_available", "flag", "Could be had here"),
        Column("why_not", "text", "Why it cannot be had", nullable=True),
        Column("meets_served", "flag", "Speed, latency and technology count as served under the program"),
        Column("down_mbps", "number", "Download", unit="Mbit/s", least=0, nullable=True),
        Column("up_mbps", "number", "Upload", unit="Mbit/s", least=0, nullable=True),
        Column("low_latency", "flag", "At or under 100 ms round trip"),
        Column(
            "capital", "number",
            "To connect the location; for fiber with its share of the route, as one of those with whom it is built "
            "most cheaply or, where it gets fiber, most dearly", least=0, nullable=True,
        ),
        Column("site_capital", "number", "To open its site, shared by all there", least=0, nullable=True),
        Column("operating_cost_per_year", "number", "For the location, without the site", least=0, nullable=True),
        Column(
            "lifetime_cost", "number",
            "Capital, operation and replacement of equipment over technology.years, discounted; without the site",
            least=0, nullable=True,
        ),
        Column("site_id", "text", "Tower, cabinet or exchange that it would hang from", nullable=True),
        Column("distance_m", "number", "To that site; of copper for DSL", unit="m", least=0, nullable=True),
        Column("source", "text", "Where speeds and costs of operation come from"),
        Column("status", "text", "How far they were seen in the source"),
    ),
)  # fmt: skip

TECHNOLOGY_CURVE = TableSpec(
    name="technology_curve",
    key="row_id",
    geometry="",
    about="Who gets what as the threshold rises, over all eligible locations that a road reaches.",
    columns=(
        Column("row_id", "text", "Running number"),
        Column("threshold", "number", "Cost per location from which fiber is not built", least=0),
        *(Column(name, "integer", f"Locations with {name}", least=0) for name in (*TECHNOLOGIES, "none")),
        Column("fiber_cost", "number", "Route, drops and shares of equipment of those with fiber", least=0),
        Column("capital", "number", "The same, and what the others and their sites cost to build", least=0),
        Column("lifetime_cost", "number", "Capital, operation and replacement, discounted", least=0),
        Column("value_cost", "number", "Fiber's cost, and the threshold for each location without it", least=0),
        Column("lower_bound", "number", "No choice of locations and route has less of that", least=0),
        Column("gap", "number", "(value_cost - lower_bound) / value_cost, 0 where that is 0", least=0),
    ),
)

CONNECTIONS = TableSpec(
    name="connections",
    key="location_id",
    geometry="",
    about="Locations of chosen areas that get another technology than fiber.",
    columns=(
        Column("location_id", "text", "Location"),
        Column("technology", "text", "Technology", among=_AMONG - {"fiber"}),
        Column("site_id", "text", "Tower, cabinet or exchange; empty for satellite", nullable=True),
        Column("sector", "integer", "Sector of the tower, from 1, clockwise from north", least=1, nullable=True),
        Column("port", "text", "Rate id of the DSL port", nullable=True),
        Column("distance_m", "number", "To the site; of copper for DSL", unit="m", least=0, nullable=True),
        Column("down_mbps", "number", "Download", unit="Mbit/s", least=0),
        Column("up_mbps", "number", "Upload", unit="Mbit/s", least=0),
        Column("meets_served", "flag", "Counts as served under the program"),
        Column("units", "integer", "Units, and so terminals, radios or lines", least=1),
        Column("area_id", "text", "Area that pays for it"),
    ),
)


STRUCTURES = frozenset({"new_tower", "tower", "cabinet", "exchange"})

STATIONS = TableSpec(
    name="stations",
    key="site_id",
    geometry="",
    about="Towers, cabinets and exchanges from which chosen locations are served otherwise than by fiber.",
    columns=(
        Column("site_id", "text", "Site"),
        Column("kind", "text", "What it is", among=frozenset({"tower", "cabinet"})),
        Column("structure", "text", "Where its equipment stands", among=STRUCTURES),
        Column("is_new", "flag", "Built under this plan; else what stands there is fitted out"),
        Column("units", "integer", "Units served", unit="count", least=1),
        Column("capacity", "integer", "Units that a sector, or the cabinet, can carry", unit="count", least=1),
        Column("sectors", "integer", "Sectors in use; 0 for a cabinet", least=0),
        Column("backhaul_fibers", "integer", "Feeder fibers that end there", unit="count", least=1),
        Column("backhaul_m", "number", "Route meters of these fibers to their office, hut or fiber", unit="m", least=0),
        Column("backhaul_node", "integer", "Graph node of that office, hut or end of fiber", least=0),
        Column("node", "integer", "Graph node of the station", least=0),
        Column("area_id", "text", "Area that pays for it: the first one served"),
    ),
)


@dataclass(frozen=True, slots=True)
class Station:
    """A tower, cabinet or exchange from which locations are served.

    Attributes
    ----------
    site_id, kind, node
        Name, ``tower`` or ``cabinet``, and the graph node where it stands.
    is_new
        Built under this plan; else what stands there is fitted out.
    capacity
        Units that a sector or the cabinet can carry.
    in_exchange
        Whether the equipment of a cabinet stands in an exchange.
    """

    site_id: str
    kind: str
    node: int
    is_new: bool
    capacity: int
    in_exchange: bool = False

    @property
    def structure(self) -> str:
        """Where its equipment stands: a word of `STRUCTURES`, by which permit rules name stations."""
        if self.kind == "tower":
            return "new_tower" if self.is_new else "tower"
        return "exchange" if self.in_exchange else "cabinet"


@dataclass(frozen=True, slots=True)
class Decision:
    """Cost of a choice with its bound: ``lower_bound <= optimum <= cost``; money in the study's currency."""

    cost: float
    lower_bound: float
    status: str


@dataclass(frozen=True, slots=True)
class Technology:
    """What every location gets if its area is built.

    Attributes
    ----------
    outcome, reason
        Per row of the study's locations: a technology, none, or "" for who is not eligible or not reached; and why.
    station
        Per row: place in `stations`, -1 for none.
    sector
        Per row: sector of its tower from 1, 0 for none.
    port
        Per row: rate id of the DSL port, or "".
    distance_m, down_mbps, up_mbps
        Per row: to its station, and speeds; NaN where nothing is served.
    meets
        Per row: counts as served.
    stations
        Those that serve somebody.
    fiber, others
        The choice of who gets fiber, with its bound; and that among the others.
    """

    options: pd.DataFrame
    outcome: NDArray[np.object_]
    reason: NDArray[np.object_]
    station: IntArray
    sector: IntArray
    port: NDArray[np.object_]
    distance_m: NDArray[np.float64]
    down_mbps: NDArray[np.float64]
    up_mbps: NDArray[np.float64]
    meets: NDArray[np.bool_]
    stations: tuple[Station, ...]
    fiber: Decision
    others: Decision
    curve: pd.DataFrame
    findings: tuple[Finding, ...]


def empty_connections() -> pd.DataFrame:
    """Return the table of a network in which all have fiber."""
    return CONNECTIONS.build({column.name: [] for column in CONNECTIONS.columns})


def empty_technology_curve() -> pd.DataFrame:
    """Return the curve of a plan that has none."""
    return TECHNOLOGY_CURVE.build({column.name: [] for column in TECHNOLOGY_CURVE.columns})


def empty_stations() -> pd.DataFrame:
    """Return the table of a network without stations."""
    return STATIONS.build({column.name: [] for column in STATIONS.columns})
