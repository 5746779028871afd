"""The layer of a route that could be built instead, or of second ways to hubs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from expansion.figures.layers import LegendEntry, MapLayer, tip
from expansion.figures.looks import stroke

KINDS = {
    "cheapest": "Cheapest", "fewest_permits": "Fewest permits", "soonest_permits": "Shortest time to permit",
    "mostly_aerial": "Mostly aerial", "mostly_buried": "Mostly buried", "protection": "Second ways to hubs",
}  # fmt: skip


def variant_layer(features: Sequence[Mapping[str, Any]], kind: str) -> MapLayer:
    """Draw one kind of variant.

    Parameters
    ----------
    features
        GeoJSON features in EPSG:4326 as `expansion route --out` writes them; `kind` is a property of each.
    kind
        The one to draw, a key of `KINDS`.
    """
    shown = [feature for feature in features if feature["properties"]["kind"] == kind and feature["geometry"]]
    return MapLayer(
        layer_id="variant",
        title="What could be built instead" if kind != "protection" else KINDS[kind],
        shape="line",
        features=tuple(_drawn(feature, kind, number) for number, feature in enumerate(shown)),
        styles=(stroke("#D55E00", 4.5, dash="10 5"),),
        legend=(LegendEntry(0, KINDS[kind], None),) if shown else (),
    )


def _drawn(feature: Mapping[str, Any], kind: str, number: int) -> dict[str, Any]:
    row = feature["properties"]
    rows = {"hub": row.get("hub_id"), "length": f"{row['length_m'] / 1000:,.1f} km", "cost": f"{row['cost']:,.0f}"}
    properties = {"style": 0, "tip": tip(KINDS[kind], rows)}
    return {"type": "Feature", "id": f"{kind}-{number}", "geometry": feature["geometry"], "properties": properties}
