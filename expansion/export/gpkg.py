"""GeoPackage: every table of the plan a layer or attribute table, its columns described."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from expansion.export.specs import SPECS, column_notes
from expansion.plan.saved import SavedPlan

_DATE = "1980-01-01T00:00:00.000Z"


def write_gpkg(plan: SavedPlan, path: Path) -> Path:
    """Write one GeoPackage in the study CRS; equal plans give equal bytes.

    Parameters
    ----------
    plan
        The saved plan.
    path
        File to write; replaced if it exists.

    References
    ----------
    OGC 12-128r18, GeoPackage Encoding Standard; column descriptions by its Schema extension.
    """
    path.unlink(missing_ok=True)
    with _fixed_date():
        for name in sorted(plan.tables):
            _write_layer(plan.tables[name], name, path)
    _describe(path, sorted(plan.tables))
    return path


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Let GDAL stamp every layer with one date, so that equal content gives equal files."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layer(table: pd.DataFrame, name: str, path: Path) -> None:
    """Write one table as a layer; `fid` and `geom` are the format's own names and get a trailing underscore."""
    renamed = table.rename(columns={column: f"{column}_" for column in ("fid", "geom") if column in table})
    kind = _geometry_kind(renamed)
    about = SPECS[name].about if name in SPECS else ""
    pyogrio.write_dataframe(
        renamed,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_type=kind,
        layer_options={"DESCRIPTION": about},
    )


def _geometry_kind(table: pd.DataFrame) -> str | None:
    """Geometry type of the layer: the one that all rows share, else any; None for a plain table."""
    if not isinstance(table, gpd.GeoDataFrame):
        return None
    kinds = sorted(set(table.geom_type.dropna()))
    return str(kinds[0]) if len(kinds) == 1 else "Unknown"


def _describe(path: Path, names: list[str]) -> None:
    """Write what each column holds into the GeoPackage's schema extension."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, "
            "name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT, "
            "CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), "
            "CONSTRAINT gdc_tn UNIQUE (table_name, name))"
        )
        base.executemany(
            "INSERT OR IGNORE INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
            [("gpkg_data_columns", "http://www.geopackage.org/spec121/#extension_schema")],
        )
        for name in names:
            base.executemany(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name, description) VALUES (?, ?, ?, ?)",
                [(name, column, column, note) for column, note in column_notes(name).items()],
            )
