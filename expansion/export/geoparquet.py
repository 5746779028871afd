"""GeoParquet: one file per table, those with geometry in longitude and latitude."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from expansion.plan.saved import SavedPlan


def write_geoparquet(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of Parquet files; geometry is WKB in EPSG:4326, with its bounding box as metadata.

    References
    ----------
    OGC GeoParquet 1.1.
    """
    path.mkdir(parents=True, exist_ok=True)
    for name in sorted(plan.tables):
        table = plan.tables[name]
        shown = table.to_crs(4326) if isinstance(table, gpd.GeoDataFrame) else table
        shown.to_parquet(path / f"{name}.parquet", compression="zstd", index=False)
    return path
