"""The operator's fiber that a plan hangs on, as a layer: without it a network of taps and huts looks disconnected."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.tables import Column, TableSpec

EXISTING_FIBER = TableSpec(
    name="existing_fiber",
    key="plant_id",
    geometry="LineString|MultiLineString",
    about="Fiber that stands already, as it lies along the graph; taps and huts reach their office through it.",
    columns=(
        Column("plant_id", "text", "Identifier of the fiber in the operator's plant"),
        Column("length_m", "number", "Length on the ellipsoid", unit="m", least=0),
        Column(
            "used_m", "number", "Of which spans of the plan; uplinks use strands of it, not spans", unit="m", least=0
        ),
        Column("site_ids", "text", "Offices, huts and taps of the plan on it, joined by commas"),
    ),
)
_ON_FIBER = ("co", "hut", "fiber_tap")


def existing_fiber(tables: Mapping[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """Join the edges of each existing fiber to one line, by `plant_id`.

    Parameters
    ----------
    tables
        Tables of a plan: `edges` with the column `existing`, `spans`, `sites`. A plan whose edges have no such column
        gives an empty layer.
    """
    edges = tables["edges"]
    mine = edges[(edges["existing"].fillna("") != "").to_numpy(dtype=bool)] if "existing" in edges else edges[:0]
    rows = [_row(name, fiber, tables) for name, fiber in mine.groupby("existing", sort=True)] if len(mine) else []
    lines = [shapely.normalize(shapely.line_merge(shapely.union_all(part.geometry.to_numpy()))) for _, part, _ in rows]
    columns = {
        "plant_id": [name for name, _, _ in rows],
        "length_m": [round(float(part["length_m"].sum()), 3) for _, part, _ in rows],
        "used_m": [_used(name, tables["spans"]) for name, _, _ in rows],
        "site_ids": [sites for _, _, sites in rows],
    }
    return gpd.GeoDataFrame(
        EXISTING_FIBER.build(columns, geometry=np.array(lines, dtype=object), crs=tables["edges"].crs)
    )


def _row(
    name: object, fiber: gpd.GeoDataFrame, tables: Mapping[str, pd.DataFrame]
) -> tuple[str, gpd.GeoDataFrame, str]:
    """Name a fiber and the sites that stand on it."""
    sites = tables["sites"]
    nodes = set(fiber["u"].tolist()) | set(fiber["v"].tolist())
    on = sites["kind"].isin(list(_ON_FIBER)) & sites["node"].isin(nodes)
    return str(name), fiber, ",".join(sorted(sites.loc[on, "site_id"]))


def _used(name: str, spans: pd.DataFrame) -> float:
    """Meters of spans in a fiber."""
    return round(float(spans.loc[(spans["plant_id"] == name).to_numpy(dtype=bool), "length_m"].sum()), 3)
