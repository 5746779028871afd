"""H3 hexagons over locations, for maps seen from far out."""

from __future__ import annotations

import geopandas as gpd
import h3
import pandas as pd
from shapely import Polygon

from expansion.figures.layers import LegendEntry, MapLayer, make_features, tip
from expansion.figures.looks import CIVIDIS, fill, ramp
from expansion.wording import count

NEAR_ZOOM = 13.0  # from here on points take over


def hexagon_layer(locations: gpd.GeoDataFrame, resolution: int) -> MapLayer:
    """Count locations per H3 cell, colored by the share of them that lacks good service.

    Parameters
    ----------
    locations
        With ``status`` and points in any CRS.
    resolution
        H3 resolution, 0 to 15; 8 is about 460 m from center to corner.
    """
    cells = count_cells(locations, resolution)
    shares = ((cells["unserved"] + cells["underserved"]) / cells["locations"]).tolist()
    shapes = gpd.GeoSeries([_outline(cell) for cell in cells["cell"]], crs="EPSG:4326")
    tips = [
        tip(count(row.locations, "location"), {"unserved": row.unserved, "underserved": row.underserved})
        for row in cells.itertuples()
    ]
    labels = ["0–17 % lack service", "17–33 %", "33–50 %", "50–67 %", "67–83 %", "83–100 %"]
    classes = [ramp(share) for share in shares]
    return MapLayer(
        layer_id="hexagons",
        title="Locations by hexagon",
        shape="fill",
        features=make_features(cells["cell"].tolist(), shapes, classes, tips),
        styles=tuple(fill(color, opacity=0.62, outline="#ffffff", weight=0.8) for color in CIVIDIS),
        legend=tuple(LegendEntry(row, label, classes.count(row)) for row, label in enumerate(labels)),
        max_zoom=NEAR_ZOOM,
    )


def count_cells(locations: gpd.GeoDataFrame, resolution: int) -> pd.DataFrame:
    """Locations, unserved and underserved per H3 cell, by cell."""
    points = locations.geometry.to_crs("EPSG:4326")
    cells = [h3.latlng_to_cell(y, x, resolution) for x, y in zip(points.x, points.y, strict=True)]
    status = locations["status"].to_numpy()
    rows = pd.DataFrame({"cell": cells, "locations": 1, "unserved": status == "unserved"})
    rows["underserved"] = status == "underserved"
    return rows.groupby("cell", sort=True).sum().astype(int).reset_index()


def _outline(cell: str) -> Polygon:
    return Polygon([(longitude, latitude) for latitude, longitude in h3.cell_to_boundary(cell)])
