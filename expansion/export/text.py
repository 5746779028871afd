"""CSV: one file per table, safe to open in a spreadsheet, geometry as WKT in longitude and latitude."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pandas.api import types as dtypes

from expansion.figures.leaves import leaf_table
from expansion.plan.saved import SavedPlan

_LIVE = ("=", "+", "-", "@", "\t", "\r")


def write_csv(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of CSV files, UTF-8, one header line.

    Beside the tables ``plan.csv`` holds every value of plan.json by key. A text cell
    that a spreadsheet would run as a formula is prefixed with an apostrophe.

    References
    ----------
    OWASP, CSV Injection.
    """
    path.mkdir(parents=True, exist_ok=True)
    for name, table in sorted((plan.tables | {"plan": leaf_table(plan.document)}).items()):
        csv_table(table).to_csv(path / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")
    return path


def csv_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it stands in a CSV: geometry as WKT, text made harmless."""
    plain = pd.DataFrame(table.copy())
    if isinstance(table, gpd.GeoDataFrame):
        shapes = table.to_crs(4326).geometry.to_numpy()
        plain[table.geometry.name] = shapely.to_wkt(shapes, rounding_precision=7, trim=True)
    for name in plain.columns:
        if dtypes.is_string_dtype(plain[name].dtype):
            plain[name] = harmless(plain[name])
    return plain


def harmless(values: pd.Series) -> pd.Series:
    """Prefix an apostrophe to text that starts like a formula, leading spaces set aside."""
    live = values.str.lstrip(" ").str.startswith(_LIVE).fillna(False).astype(bool)
    return values.mask(live, "'" + values)
