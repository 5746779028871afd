"""Towers and cabinets as layers: where they stand, and whom each serves."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.figures.layers import MapLayer, counted, make_features, tip
from expansion.figures.looks import dot, fill, stroke
from expansion.figures.palette import OUTCOMES, SITES
from expansion.tables import Column, TableSpec
from expansion.wording import count

STATION_REACH = TableSpec(
    name="station_reach",
    key="reach_id",
    geometry="Polygon|MultiLineString",
    about="Sectors of towers out to the farthest location served, and lines from each cabinet to those on its copper.",
    columns=(
        Column("reach_id", "text", "Station, and its sector"),
        Column("site_id", "text", "Tower, cabinet or exchange"),
        Column("structure", "text", "Where its equipment stands"),
        Column("sector", "integer", "Sector of a tower, from 1, clockwise from north", least=1, nullable=True),
        Column("locations", "integer", "Locations served", unit="count", least=1),
        Column("units", "integer", "Units served", unit="count", least=1),
        Column("capacity", "integer", "Units that the sector or the cabinet can carry", unit="count", least=1),
        Column("farthest_m", "number", "To the farthest served: straight for radio, of copper for DSL", unit="m"),
        Column("area_id", "text", "Area that pays for the station"),
    ),
)
Ground = tuple[tuple[object, ...], shapely.Geometry]
SECTORS = 3
_ARC = 25
_WORDS = {
    "new_tower": "new tower", "tower": "tower that stands", "cabinet": "cabinet with DSL",
    "exchange": "exchange with DSL",
}  # fmt: skip


def station_reach(tables: Mapping[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """Draw where stations serve somebody.

    Parameters
    ----------
    tables
        Tables of a plan: `stations`, `connections`, `sites`, `locations`. A plan that lacks the first two gives an
        empty layer.

    Returns
    -------
    GeoDataFrame
        After `STATION_REACH`, by id. The ground of a tower's sector is a third of a circle around it, as far as the
        farthest location that it serves, and not all in it need be served; a cabinet has straight lines to the
        locations on its copper.
    """
    sites = tables["sites"] if "sites" in tables else tables["locations"]
    rows, shapes = [], []
    for row, shape in _grounds(tables) if {"stations", "connections", "sites"} <= set(tables) else ():
        rows.append(row)
        shapes.append(shape)
    names = [column.name for column in STATION_REACH.columns]
    columns = {name: [row[number] for row in rows] for number, name in enumerate(names)}
    table = STATION_REACH.build(columns, geometry=np.array(shapes, dtype=object), crs=sites.crs)
    return gpd.GeoDataFrame(table)


def _grounds(tables: Mapping[str, pd.DataFrame]) -> list[Ground]:
    """Row and shape per station and sector that serves somebody, by station and sector."""
    stations = tables["stations"].set_index("site_id")
    place = tables["sites"].set_index("site_id").geometry
    home = tables["locations"].set_index("location_id").geometry
    served = tables["connections"].dropna(subset=["site_id"])
    served = served.assign(ray=served["sector"].fillna(0).astype("int64"))
    found: list[Ground] = []
    for (site, ray), mine in served.groupby(["site_id", "ray"], sort=True):
        station, at, far = stations.loc[site], place[site], float(mine["distance_m"].max())
        homes = home[mine["location_id"]].to_numpy()
        shape = _third(at, int(ray), far) if ray else _lines(at, homes)
        row = (
            f"{site}-{ray}" if ray else str(site), str(site), str(station["structure"]), int(ray) or None, len(mine),
            int(mine["units"].sum()), int(station["capacity"]), round(far, 1), str(station["area_id"]),
        )  # fmt: skip
        found.append((row, shape))
    return found


def _third(at: shapely.Point, sector: int, radius_m: float) -> shapely.Polygon:
    """Third of a circle, clockwise from north."""
    width = 2 * np.pi / SECTORS
    bearing = np.linspace((sector - 1) * width, sector * width, _ARC)
    arc = np.column_stack([at.x + radius_m * np.sin(bearing), at.y + radius_m * np.cos(bearing)])
    return shapely.Polygon([(at.x, at.y), *map(tuple, np.round(arc, 3)[::-1])])


def _lines(at: shapely.Point, homes: np.ndarray[tuple[int], np.dtype[np.object_]]) -> shapely.Geometry:
    """Straight lines from a cabinet to its homes; copper itself follows the roads."""
    ends = sorted({(float(home.x), float(home.y)) for home in homes})
    return shapely.multilinestrings([[(at.x, at.y), end] for end in ends])


def reach_layer(reach: gpd.GeoDataFrame) -> MapLayer:
    """Draw the ground of sectors and the lines of cabinets."""
    technology = np.where(reach["sector"].isna(), "dsl", "fixed_wireless").tolist()
    order = {"fixed_wireless": "reach of a sector in use", "dsl": "lines of a cabinet"}
    styles = [list(order).index(name) for name in technology]
    tips = [
        tip(
            f"{row.site_id}, sector {int(row.sector)}" if name == "fixed_wireless" else row.site_id,
            {"serves": count(row.locations, "location"), "units": f"{row.units:,} of {row.capacity:,}",
             "farthest": f"{row.farthest_m:,.0f} m", "area": row.area_id},
        )
        for row, name in zip(reach.itertuples(), technology, strict=True)
    ]  # fmt: skip
    return MapLayer(
        layer_id="station_reach",
        title="Where towers and cabinets serve",
        shape="fill",
        features=make_features(reach["reach_id"].tolist(), reach.geometry, styles, tips),
        styles=(
            fill(OUTCOMES["fixed_wireless"], opacity=0.14, weight=1.2, dash="6 4"), stroke(OUTCOMES["dsl"], 1.4),
        ),
        legend=counted(technology, order),
    )  # fmt: skip


def station_layer(stations: pd.DataFrame, sites: gpd.GeoDataFrame) -> MapLayer:
    """Draw towers and cabinets in use."""
    place = sites.set_index("site_id").geometry
    shapes = gpd.GeoSeries([place[name] for name in stations["site_id"]], crs=sites.crs)
    order = list(_WORDS)
    tips = [
        tip(
            row.site_id,
            {"stands in": _WORDS[row.structure], "serves": count(row.units, "unit"), "sectors": row.sectors or None,
             "fibers": row.backhaul_fibers, "their way": f"{row.backhaul_m:,.0f} m", "area": row.area_id},
        )
        for row in stations.itertuples()
    ]  # fmt: skip
    colors = {"new_tower": SITES["tower"], "tower": "#ffffff", "cabinet": SITES["cabinet"], "exchange": "#ffffff"}
    rims = {"tower": SITES["tower"], "exchange": SITES["cabinet"]}
    return MapLayer(
        layer_id="stations",
        title="Towers and cabinets",
        shape="dot",
        features=make_features(
            stations["site_id"].tolist(), shapes, [order.index(name) for name in stations["structure"]], tips
        ),
        styles=tuple(dot(colors[name], 9, outline=rims.get(name, "#ffffff"), weight=2.5) for name in order),
        legend=counted(stations["structure"], _WORDS),
    )
