"""GeoPackage: every table of the plan a layer or attribute table, its columns described, its layers drawn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from expansion.export.qgis_project import write_project
from expansion.export.qgis_symbols import Style, layer_styles, style_document
from expansion.export.specs import SPECS, column_notes
from expansion.figures.leaves import leaf_table
from expansion.plan.saved import SavedPlan

_DATE = "1980-01-01T00:00:00.000Z"
_SCHEMA_PAGE = "http://www.geopackage.org/spec121/#extension_schema"
_ABOUT = {"plan": "Every value of plan.json under its key: a number or a text, and its unit"}


def write_gpkg(plan: SavedPlan, path: Path) -> Path:
    """Write one GeoPackage in the study CRS, and a QGIS project beside it; equal plans give equal bytes.

    The table ``plan`` holds every value of plan.json by key; ``layer_styles`` the drawing that QGIS takes by itself.

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
    tables = plan.tables | {"plan": leaf_table(plan.document)}
    styles = [style for style in layer_styles(_phase_count(plan)) if style.table in plan.tables]
    with _fixed_date():
        for name in sorted(tables):
            _write_layer(tables[name], name, path)
    _describe(path, sorted(tables))
    _store_styles(path, styles)
    write_project(plan, path, styles)
    return path


def _phase_count(plan: SavedPlan) -> int:
    """Count the build phases."""
    return len(plan.document["portfolio"]["phases"])


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
    about = SPECS[name].about if name in SPECS else _ABOUT.get(name, "")
    pyogrio.write_dataframe(
        renamed,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_type=kind,
        layer_options={"DESCRIPTION": about},
        dataset_options=None if path.exists() else {"VERSION": "1.3"},
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
        base.execute(
            "CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (constraint_name TEXT NOT NULL, "
            "constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, "
            "max_is_inclusive BOOLEAN, description TEXT, "
            "CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))"
        )
        base.executemany(
            "INSERT OR IGNORE INTO gpkg_extensions VALUES (?, NULL, 'gpkg_schema', ?, 'read-write')",
            [(table, _SCHEMA_PAGE) for table in ("gpkg_data_columns", "gpkg_data_column_constraints")],
        )
        for name in names:
            base.executemany(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name, description) VALUES (?, ?, ?, ?)",
                [(name, column, column, note) for column, note in column_notes(name).items()],
            )


def _store_styles(path: Path, styles: Sequence[Style]) -> None:
    """Write the table `layer_styles`, as QGIS keeps it: the first style of a layer is the one it opens with."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), "
            "f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), "
            "styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
            "update_time DATETIME DEFAULT CURRENT_TIMESTAMP)"
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', 'How QGIS draws the layers', ?)",
            [_DATE],
        )
        named: set[str] = set()
        for style in styles:
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
                "VALUES ('', '', ?, 'geom', ?, ?, '', ?, ?, '', '', ?)",
                [
                    style.table, style.title[:30], style_document(style), style.table not in named, style.title, _DATE,
                ],
            )  # fmt: skip
            named.add(style.table)
