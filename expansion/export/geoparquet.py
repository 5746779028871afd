"""GeoParquet: one file per table, those with geometry in longitude and latitude."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from expansion.figures.leaves import leaf_table
from expansion.plan.saved import SavedPlan


def write_geoparquet(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of Parquet files; geometry is WKB in EPSG:4326, with its bounding box as metadata.

    Beside the tables ``plan.parquet`` holds every value of plan.json by key.

    References
    ----------
    OGC GeoParquet 1.1.
    """
    path.mkdir(parents=True, exist_ok=True)
    for name, table in sorted((plan.tables | {"plan": leaf_table(plan.document)}).items()):
        shown = table.to_crs(4326) if isinstance(table, gpd.GeoDataFrame) else table
        shown.to_parquet(path / f"{name}.parquet", compression="zstd", index=False)
    return path
