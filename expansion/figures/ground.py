"""Layers of a study before it is planned: roads, water, plant, locations by status, areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from expansion.figures.hexagons import NEAR_ZOOM
from expansion.figures.layers import LegendEntry, MapLayer, counted, make_features, tip
from expansion.figures.looks import Style, dot, fill, stroke
from expansion.figures.palette import EXISTING, STATUSES

_TINTS = ("#0F8A76", "#3B6FB5", "#8A7A1F", "#8A5FA8", "#B5652B")  # only to tell neighbors apart
_SMOOTH_M = 4.0
_MANY_ROADS = 6000
_STATUSES = {"unserved": "unserved", "underserved": "underserved", "served": "served"}
_MAIN_ROADS = {"motorway", "trunk", "primary", "secondary", "tertiary"}
_LAND = {
    "water": ("water", fill("#A9CCE3", opacity=0.75, outline="#7FB3D5", weight=1.5)),
    "wetland": ("wetland", fill("#B7DDD0", opacity=0.6, outline="#7DBFA8", weight=1, dash="3 3")),
    "protected": ("protected area", fill("#CFE3C0", opacity=0.6, outline="#8DB36F", weight=1, dash="6 3")),
    "federal": ("federal land", fill("#DDE3C0", opacity=0.6, outline="#A3A965", weight=1, dash="6 3")),
    "state_land": ("state land", fill("#E3DFC0", opacity=0.6, outline="#A99E65", weight=1, dash="6 3")),
    "tribal": ("tribal land", fill("#E5D4E3", opacity=0.6, outline="#A97BA3", weight=1, dash="6 3")),
    "flood": ("flood zone", fill("#C9DDF0", opacity=0.5, outline="#8FB2D6", weight=1, dash="2 4")),
    "award": ("other award", fill("#EAD9F2", opacity=0.45, outline="#9B72B0", weight=1.5, dash="8 4")),
    "boundary": ("boundary", stroke("#8C8C8C", 1.2, dash="10 4 2 4")),
    "rail": ("railway", stroke("#6E5A4E", 2, dash="6 4")),
    "powerline": ("power line", stroke("#9A8B3F", 1, dash="1 4")),
    "pipeline": ("pipeline", stroke("#8A6D3B", 1, dash="4 4")),
}
_PLANT_LINES = {
    "fiber": ("existing fiber", stroke(EXISTING, 3)),
    "duct": ("existing duct", stroke(EXISTING, 3, dash="2 5")),
}
_PLANT_SITES = {
    "co": ("central office", dot(EXISTING, 8, weight=2)),
    "exchange": ("exchange", dot("#5B4A8A", 6)),
    "cabinet": ("cabinet", dot("#8A7BB5", 4.5)),
    "hub": ("hub", dot("#8A5A00", 6)),
    "pole": ("pole", dot("#8B8B8B", 1.8, weight=0)),
}


def status_layer(locations: gpd.GeoDataFrame, *, is_far: bool = False) -> MapLayer:
    """Locations as points by status, seen from near.

    Parameters
    ----------
    locations
        location_id, status, reason, eligible, units and points.
    is_far
        Whether to draw them at every zoom.
    """
    order = list(_STATUSES)
    tips = [
        tip(row.location_id, {"status": row.status, "units": row.units, "eligible": _yes(row.eligible)}, row.reason)
        for row in locations.itertuples()
    ]
    return MapLayer(
        layer_id="locations",
        title="Locations by status",
        shape="dot",
        features=make_features(
            locations["location_id"].tolist(), locations.geometry, [order.index(s) for s in locations["status"]], tips
        ),
        styles=tuple(dot(STATUSES[name], 4.2 if name != "served" else 3.2) for name in order),
        legend=counted(locations["status"], _STATUSES),
        min_zoom=0.0 if is_far else NEAR_ZOOM,
    )


def _yes(flag: object) -> str:
    return "yes" if flag else "no"


def road_layers(roads: gpd.GeoDataFrame) -> list[MapLayer]:
    """Roads as one layer; of many, main roads at every zoom and minor ones from near."""
    if len(roads) <= _MANY_ROADS:
        return [road_layer(roads)]
    is_main = roads["highway"].str.removesuffix("_link").isin(_MAIN_ROADS)
    minor = replace(road_layer(roads[~is_main]), layer_id="minor-roads", title="Minor roads", min_zoom=NEAR_ZOOM - 1)
    return [minor, replace(road_layer(roads[is_main]), title="Main roads")]


def road_layer(roads: gpd.GeoDataFrame) -> MapLayer:
    """Roads in two weights, without tooltips: the map's background."""
    is_main = roads["highway"].str.removesuffix("_link").isin(_MAIN_ROADS)
    ordered = pd.concat([roads[~is_main], roads[is_main]])
    styles = [0] * int((~is_main).sum()) + [1] * int(is_main.sum())
    kilometers = [round(float(roads.loc[mask, "length_m"].sum()) / 1000) for mask in (~is_main, is_main)]
    labels = ("minor road, km", "main road, km")
    return MapLayer(
        layer_id="roads",
        title="Roads",
        shape="line",
        features=make_features(ordered["road_id"].tolist(), ordered.geometry, styles),
        styles=(stroke("#C9CFCA", 1.1), stroke("#AEB8B1", 2.4)),
        legend=tuple(LegendEntry(row, labels[row], kilometers[row]) for row in (1, 0) if kilometers[row]),
        is_interactive=False,
    )


def land_layer(features: gpd.GeoDataFrame) -> MapLayer:
    """Water, land and lines that a route may meet."""
    shown = features[features["kind"].isin(list(_LAND))]
    return _kinds_layer("land", "Water and land", shown, _LAND, "feature_id", "fill")


def plant_lines_layer(plant: gpd.GeoDataFrame) -> MapLayer:
    """Fiber and duct that already lie there."""
    shown = plant[plant["kind"].isin(list(_PLANT_LINES))]
    return _kinds_layer("plant-lines", "Existing cable", shown, _PLANT_LINES, "plant_id", "line")


def plant_sites_layer(plant: gpd.GeoDataFrame) -> MapLayer:
    """Offices, exchanges, cabinets and hubs that already stand there."""
    kinds = {name: look for name, look in _PLANT_SITES.items() if name != "pole"}
    return _kinds_layer(
        "plant-sites", "Existing sites", plant[plant["kind"].isin(list(kinds))], kinds, "plant_id", "dot"
    )


def pole_layer(features: gpd.GeoDataFrame) -> MapLayer:
    """Draw utility poles, seen from near."""
    shown = features[features["kind"] == "pole"]
    layer = _kinds_layer("poles", "Poles", shown, {"pole": _PLANT_SITES["pole"]}, "feature_id", "dot")
    return replace(layer, min_zoom=14.0, is_hidden=True)


def _kinds_layer(
    layer_id: str, title: str, rows: gpd.GeoDataFrame, looks: Mapping[str, tuple[str, Style]], key: str, shape: str
) -> MapLayer:
    """Draw rows by kind, each with a tooltip of what it is and what it is called."""
    order = list(looks)
    lines = rows["kind"].isin([kind for kind, (_, style) in looks.items() if not style["fill"]])
    is_outline = lines & rows.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    shapes = rows.geometry.where(~is_outline, rows.geometry.boundary)  # else the tooltip would cover all that it holds
    tips = [tip(looks[row.kind][0], {"name": getattr(row, "name", None)}) for row in rows.itertuples(index=False)]
    return MapLayer(
        layer_id=layer_id,
        title=title,
        shape=shape,  # type: ignore[arg-type]
        features=make_features(rows[key].tolist(), shapes, [order.index(kind) for kind in rows["kind"]], tips),
        styles=tuple(style for _, style in looks.values()),
        legend=counted(rows["kind"], {name: label for name, (label, _) in looks.items()}),
    )


def area_layer(areas: gpd.GeoDataFrame) -> MapLayer:
    """Service areas, to be chosen by a click."""
    tips = [
        tip(
            row.area_id,
            {
                "settlement": row.settlement_id, "eligible locations": f"{row.locations:,}", "units": f"{row.units:,}",
                "of them unserved": f"{row.unserved:,}",
            },
        )
        for row in areas.itertuples()
    ]  # fmt: skip
    return MapLayer(
        layer_id="areas",
        title="Service areas",
        shape="fill",
        features=make_features(
            areas["area_id"].tolist(),
            areas.geometry.simplify(_SMOOTH_M),
            [row % len(_TINTS) for row in range(len(areas))],
            tips,
        ),
        styles=tuple(fill(color, opacity=0.32, outline=color, weight=1.2) for color in _TINTS),
        legend=(LegendEntry(0, "tints tell neighbors apart", len(areas)),) if len(areas) else (),
        is_selectable=True,
    )
