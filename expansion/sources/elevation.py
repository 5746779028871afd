"""Take the heights that the reader's process found into the planner, and say where the roads have none."""

from __future__ import annotations

import hashlib

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from pyproj import CRS, Transformer

from expansion.plan.findings import Finding, find
from expansion.plan.inputs import Elevation, InputRecord


def make_elevation(table: pa.Table, name: str) -> Elevation:
    """Make the grid of heights from the table of `expansion.sources.dem`."""
    told = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    heights = table["height_m"].to_numpy().reshape(int(told["rows"]), int(told["columns"]))
    west, north, step_x, step_y = (float(told[key]) for key in ("west", "north", "step_x", "step_y"))
    grid = np.asarray(heights, dtype=np.float32)
    return Elevation(grid, CRS.from_wkt(told["crs"]), west, north, step_x, step_y, name)


def record_elevation(elevation: Elevation, license_text: str) -> InputRecord:
    """Describe the heights around the study: SHA-256 over the grid to the centimeter and where it lies."""
    cells = np.where(np.isnan(elevation.height_m), -32768.0, np.round(elevation.height_m.astype(np.float64), 2) + 0.0)
    place = (elevation.west, elevation.north, elevation.step_x, elevation.step_y)
    digest = hashlib.sha256(f"{elevation.crs.to_wkt()} {[round(value, 9) for value in place]}".encode())
    digest.update(f"{cells.shape}".encode() + cells.astype("<f8").tobytes())
    made_up = "synthetic" in license_text.lower()
    return InputRecord(f"layer dem {elevation.name}", digest.hexdigest(), cells.size, license_text, made_up)


def find_gaps(elevation: Elevation, roads: gpd.GeoDataFrame) -> list[Finding]:
    """Find the roads of which some corner lies where no height is known."""
    lines = np.asarray(roads.geometry.to_numpy(), dtype=object)
    corners, road = shapely.get_coordinates(lines, return_index=True)
    move = Transformer.from_crs(roads.crs, elevation.crs, always_xy=True)
    x, y = move.transform(corners[:, 0], corners[:, 1])
    column = np.round((np.asarray(x) - elevation.west) / elevation.step_x)
    row = np.round((np.asarray(y) - elevation.north) / elevation.step_y)
    rows, columns = elevation.height_m.shape
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    at = np.where(inside, row, 0).astype(np.int64), np.where(inside, column, 0).astype(np.int64)
    lacks = np.unique(road[~inside | np.isnan(elevation.height_m[at])])
    if len(lacks) == 0:
        return []
    text = f"{elevation.name}: {len(lacks)} of {len(lines)} roads lie where it has no height; they count as flat there"
    names = [str(roads["road_id"].iloc[row]) for row in lacks.tolist()]
    repair = "give a DEM that covers the roads"
    return [find("W_DEM_GAPS", "warning", text, names, amount=100 * len(lacks) / len(lines), unit="%", repair=repair)]
