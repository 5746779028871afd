"""GeoJSON: one file per table with geometry, in longitude and latitude."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from expansion.plan.saved import SavedPlan

_DECIMALS = 7  # about 1 cm
_ESCAPED = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029\x7f"}


def write_geojson(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of GeoJSON files, EPSG:4326, 7 decimals; rows keep their order.

    References
    ----------
    RFC 7946.
    """
    path.mkdir(parents=True, exist_ok=True)
    for name in sorted(plan.tables):
        table = plan.tables[name]
        if isinstance(table, gpd.GeoDataFrame):
            (path / f"{name}.geojson").write_text(collection_text(table, name), encoding="utf-8")
    return path


def collection_text(table: gpd.GeoDataFrame, name: str) -> str:
    """Write one table as a FeatureCollection, a feature a line."""
    shapes = shapely.transform(
        shapely.force_2d(table.to_crs(4326).geometry.to_numpy()), lambda xy: xy.round(_DECIMALS), include_z=False
    )
    rings = shapely.orient_polygons(shapes)
    properties = plain_rows(pd.DataFrame(table.drop(columns=table.geometry.name)))
    lines = [_feature_text(row, geometry) for row, geometry in zip(properties, map(_mapping, rings), strict=True)]
    head = json.dumps({"type": "FeatureCollection", "name": name}, ensure_ascii=False)[:-1]
    return f'{head}, "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _feature_text(properties: dict[str, Any], geometry: Any) -> str:
    """Write a feature; what would open a tag or end a script in a page is escaped, and parses to the same value."""
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(feature, ensure_ascii=False, allow_nan=False).translate(_ESCAPED)


def _mapping(shape: Any) -> Any:
    """Return a geometry as GeoJSON, None where there is none."""
    return None if shape is None or shape.is_empty else shapely.geometry.mapping(shape)


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain Python values; what is missing is None."""
    columns = {name: table[name].astype(object).where(table[name].notna(), None).tolist() for name in table.columns}
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
