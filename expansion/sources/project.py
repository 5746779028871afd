"""Turn what the reader's process left into checked tables in the study CRS, in canonical order."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import CRS, Transformer

from expansion.crs import WGS84, geodesic_lengths
from expansion.errors import CRSError
from expansion.plan.specs_inputs import ROADS
from expansion.sources.exchange import GeometryArray, geometries
from expansion.tables import TableSpec

_MILLIMETER = 3
_MOST_DISTORTION = 0.02


def project_shapes(shapes: GeometryArray, crs: CRS) -> GeometryArray:
    """Project geometries from EPSG:4326 and round coordinates to 1 mm; areas that rounding breaks are repaired."""
    if not len(shapes):
        return shapes
    move = Transformer.from_crs(WGS84, crs, always_xy=True)
    coords = shapely.get_coordinates(shapes)
    x, y = move.transform(coords[:, 0], coords[:, 1])
    rounded = np.round(np.column_stack([x, y]), _MILLIMETER) + 0.0
    made = np.asarray(shapely.set_coordinates(shapes.copy(), rounded), dtype=object)
    broken = (shapely.get_dimensions(made) == 2) & ~shapely.is_valid(made)
    made[broken] = shapely.buffer(made[broken], 0)
    return made


def project_table(table: pa.Table, spec: TableSpec, crs: CRS, *, drop: tuple[str, ...] = ()) -> gpd.GeoDataFrame:
    """Check a table against its spec, in the study CRS, sorted by its key.

    Parameters
    ----------
    table
        Columns of the spec and a WKB column ``geometry`` in EPSG:4326.
    spec
        What the table must be.
    crs
        The study's projected CRS.
    drop
        Columns that the spec lacks and that are no longer needed.
    """
    shapes = geometries(table)
    columns = {name: table[name].to_pylist() for name in table.column_names if name != "geometry" and name not in drop}
    if spec is ROADS:
        columns["length_m"] = np.round(geodesic_lengths(shapes, WGS84), 6)
    order = (
        np.argsort(np.array(columns[spec.key], dtype=object), kind="stable") if len(shapes) else np.zeros(0, dtype=int)
    )
    ordered = {name: _take(values, order) for name, values in columns.items()}
    return spec.build(ordered, geometry=project_shapes(shapes[order], crs), crs=crs)


def require_true_lengths(roads: gpd.GeoDataFrame, wish: str) -> None:
    """Refuse a CRS in which roads are not as long as they are on the ground, within 2 %.

    Raises
    ------
    CRSError
        For a CRS of another part of the world, and for Web Mercator.
    """
    measured, true = float(roads.length.sum()), float(roads["length_m"].sum())
    if not abs(measured - true) <= _MOST_DISTORTION * true:
        raise CRSError(
            f"in {wish} the roads measure {measured:.0f} m instead of {true:.0f} m",
            where=["study.crs"],
            hint='use crs = "auto" or a CRS made for this region',
        )


def _take(values: Any, order: Any) -> Any:
    return values[order] if isinstance(values, np.ndarray) else [values[row] for row in order.tolist()]


def empty_table(spec: TableSpec, crs: CRS) -> pd.DataFrame:
    """Return a table of this spec without rows."""
    columns: dict[str, object] = {column.name: [] for column in spec.columns}
    return spec.build(columns, geometry=[] if spec.geometry else None, crs=crs if spec.geometry else None)
