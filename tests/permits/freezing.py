"""Freeze the route of a saved plan, so that permits can be read from a map that no later planner changes.

``python -m tests.permits.freezing PLAN_DIR FILE.parquet`` writes every edge of the road graph, in longitude and
latitude to 7 decimals (the precision of OpenStreetMap's nodes), with the span that is built on it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

EDGE_COLUMNS = [
    "edge_id",
    "u",
    "v",
    "kind",
    "road_id",
    "highway",
    "surface",
    "surface_tag",
    "name",
    "ref",
    "is_bridge",
    "is_tunnel",
    "length_m",
    "side",
    "carriageway_m",
    "geometry",
]
SPAN_COLUMNS = ["span_id", "placement", "is_existing", "area_id", "tier", "pole_owners"]
PRECISION = 1e-7


def freeze_route(plan: Path) -> gpd.GeoDataFrame:
    """Lay the spans of a saved plan on the edges of its graph, EPSG:4326; `span_id` is empty where nothing is built."""
    edges = gpd.read_parquet(plan / "tables" / "edges.parquet")[EDGE_COLUMNS].to_crs(4326)
    spans = pd.read_parquet(plan / "tables" / "spans.parquet", columns=[*SPAN_COLUMNS, "edge_ids"])
    built = spans.assign(edge_id=spans["edge_ids"].str.split(",")).explode("edge_id").drop(columns="edge_ids")
    frozen = edges.merge(built, on="edge_id", how="left", validate="one_to_one")
    frozen["geometry"] = shapely.set_precision(frozen.geometry.to_numpy(), PRECISION, mode="pointwise")
    frozen["osm_way"] = frozen["road_id"].str.extract(r"^w(\d+)", expand=False)
    return frozen.sort_values("edge_id", ignore_index=True)


def main() -> None:
    """Write the frozen copy."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("file", type=Path)
    chosen = parser.parse_args()
    freeze_route(chosen.plan).to_parquet(chosen.file, compression="zstd", index=False)


if __name__ == "__main__":
    main()
