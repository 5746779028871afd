"""Apply a choice of technologies to the areas that are built: outcomes, and who hangs from what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.network.uplinks import Uplink
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Areas, Network
from expansion.plan.specs_network import SITES
from expansion.plan.technology import CONNECTIONS, STATIONS, Technology, empty_stations

Backhauls = Mapping[str, tuple[int, float]]


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


def station_table(
    inputs: Inputs, areas: Areas, technology: Technology | None, uplinks: Sequence[Uplink], backhauls: Backhauls
) -> pd.DataFrame:
    """List the stations that serve somebody of the areas asked for, with the way of their fibers."""
    if technology is None or not uplinks:
        return empty_stations()
    units, rows = inputs.locations["units"].to_numpy(), []
    fibers = int(inputs.rulebook.engineering_value("station_backhaul_fibers"))
    for uplink in uplinks:
        station, sectors = uplink.station, technology.sector[uplink.rows]
        node, meters = backhauls[station.site_id]
        rows.append((
            station.site_id, station.kind, station.structure, station.is_new, int(units[uplink.rows].sum()),
            station.capacity, len(np.unique(sectors[sectors > 0])), fibers, meters, node, station.node,
            areas.table["area_id"].iloc[uplink.area],
        ))  # fmt: skip
    columns = list(zip(*rows, strict=True))
    return STATIONS.build({column.name: list(columns[n]) for n, column in enumerate(STATIONS.columns)})


def with_stations(sites: gpd.GeoDataFrame, stations: pd.DataFrame, graph: RoadGraph) -> gpd.GeoDataFrame:
    """Return the sites with the stations among them; `capacity` is that of all sectors in use, or of the cabinet."""
    if not len(stations):
        return sites
    capacity = stations["capacity"].to_numpy() * np.maximum(stations["sectors"].to_numpy(), 1)
    nodes = stations["node"].to_numpy()
    more = SITES.build(
        {
            "site_id": stations["site_id"], "kind": stations["kind"], "capacity": capacity, "used": stations["units"],
            "area_id": stations["area_id"], "node": nodes, "parent_site_id": [None] * len(stations),
            "is_new": stations["is_new"],
        },
        geometry=shapely.points(graph.x[nodes], graph.y[nodes]), crs=graph.crs,
    )  # fmt: skip
    every = pd.concat([sites, more], ignore_index=True).sort_values("site_id", ignore_index=True)
    return gpd.GeoDataFrame(SITES.check(gpd.GeoDataFrame(every, geometry="geometry", crs=graph.crs), graph.crs))


def add_stations(
    network: Network, inputs: Inputs, graph: RoadGraph, areas: Areas, technology: Technology | None,
    uplinks: Sequence[Uplink], backhauls: Backhauls,
) -> Network:  # fmt: skip
    """Return a network with those who are served otherwise than by fiber, and the stations that serve them."""
    outcome = network.location_outcome
    stations = station_table(inputs, areas, technology, uplinks, backhauls)
    return replace(
        network, connections=connection_table(inputs, areas, outcome, technology), stations=stations,
        sites=with_stations(network.sites, stations, graph),
    )  # fmt: skip
