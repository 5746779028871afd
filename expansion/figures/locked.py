"""The layer of what the planner fixed: roads to use, roads to avoid, places of sites, locations assigned to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
from shapely import Point

from expansion.figures.layers import MapLayer, counted, make_features, tip
from expansion.figures.looks import dot, stroke

_LOOKS = {
    "pin": ("must be used", stroke("#7B1FA2", 6, opacity=0.85)),
    "avoid": ("must be avoided", stroke("#B3261E", 6, dash="2 8", opacity=0.95)),
    "hub": ("hub stands here", dot("#7B1FA2", 7, weight=2.5)),
    "terminal": ("terminal stands here", dot("#7B1FA2", 5, weight=2.0)),
    "hut": ("hut stands here", dot("#4A148C", 9, weight=2.5)),
    "no_hut": ("no hut stands here", dot("#B3261E", 9, weight=2.5)),
    "assign": ("location fed from a lock", dot("#CE93D8", 4, outline="#4A148C", weight=1.5)),
}
_LINES = ("pin", "avoid")


def lock_layer(wishes: Sequence[tuple[str, str, float, float]], edges: gpd.GeoDataFrame) -> MapLayer:
    """Draw locks that have a place.

    Parameters
    ----------
    wishes
        Kind, name, longitude and latitude of each; kinds that have no place, like a road class, are left out.
    edges
        edge_id, name and lines, in the study's CRS; pins and avoided edges that are none of them are left out.
    """
    shapes = edges.set_index("edge_id")
    rows = [wish for wish in wishes if wish[0] in _LOOKS and (wish[0] not in _LINES or wish[1] in shapes.index)]
    drawn = [row for row in rows if row[0] in _LINES], [row for row in rows if row[0] not in _LINES]
    lines = [shapes.geometry[name] for _, name, _, _ in drawn[0]]
    places = [Point(longitude, latitude) for _, _, longitude, latitude in drawn[1]]
    order = list(_LOOKS)
    features: list[dict[str, Any]] = []
    for found, geometries, crs in zip(drawn, (lines, places), (edges.crs, "EPSG:4326"), strict=True):
        tips = [tip(_LOOKS[kind][0], {"name": name}) for kind, name, _, _ in found]
        styles = [order.index(kind) for kind, *_ in found]
        ids = [f"{kind}-{name}" for kind, name, _, _ in found]
        features += make_features(ids, gpd.GeoSeries(geometries, crs=crs), styles, tips)
    return MapLayer(
        layer_id="locks",
        title="Locks",
        shape="line",
        features=tuple(features),
        styles=tuple(style for _, style in _LOOKS.values()),
        legend=counted([kind for kind, *_ in rows], {name: label for name, (label, _) in _LOOKS.items()}),
    )
