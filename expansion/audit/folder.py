"""Read a saved plan folder, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from expansion.errors import SourceError


class SavedPlan:
    """The files of one plan, each read once, when first asked for.

    Parameters
    ----------
    folder
        Holds plan.json, study.json, tables/ and certificate/.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._tables: dict[str, Any] = {}
        self._made: dict[str, Any] = {}

    @cached_property
    def document(self) -> dict[str, Any]:
        """The content of plan.json."""
        return read_object(self.folder / "plan.json")

    @cached_property
    def study(self) -> dict[str, Any]:
        """The content of study.json: the resolved study and the rules in force."""
        return read_object(self.folder / "study.json")

    @cached_property
    def crs(self) -> Any:
        """The study's projected CRS, as the locations table carries it."""
        crs = self.table("locations").crs
        if crs is None or not crs.is_projected:
            raise SourceError("the locations table has no projected CRS", code="E_NO_CRS", where=["locations"])
        return crs

    def table(self, name: str) -> Any:
        """Return a saved table: a GeoDataFrame where the file carries geometry.

        Raises
        ------
        SourceError
            If the file is missing or cannot be read.
        """
        if name not in self._tables:
            self._tables[name] = read_table(self.folder / "tables" / f"{name}.parquet")
        return self._tables[name]

    def once(self, name: str, make: Callable[[SavedPlan], Any]) -> Any:
        """Return what `make` derives from this plan, made at the first call only."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    def arrays(self, name: str) -> dict[str, Any]:
        """Return the arrays of a certificate; pickled ones are refused.

        Raises
        ------
        SourceError
            If the file is missing or cannot be read.
        """
        path = self.folder / "certificate" / f"{name}.npz"
        try:
            with np.load(path, allow_pickle=False) as archive:
                return {key: archive[key] for key in archive.files}
        except Exception as error:  # numpy raises several unrelated classes on a damaged file
            raise _unreadable(path, f"certificate/{path.name}", error) from error

    def table_names(self) -> list[str]:
        """Names of all saved tables, ascending."""
        return sorted(path.stem for path in (self.folder / "tables").glob("*.parquet"))


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object; NaN and infinities are refused."""
    try:
        content = json.loads(path.read_text("utf-8"), parse_constant=_refuse)
    except (OSError, ValueError) as error:
        raise _unreadable(path, path.name, error) from error
    if not isinstance(content, dict):
        raise SourceError(f"{path.name} does not hold an object", where=[path.name])
    return content


def _refuse(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


def read_table(path: Path) -> Any:
    """Read a Parquet file, with geometry where it carries any."""
    try:
        content = pq.read_table(path)
        rows = content.to_pandas()
        geo = (content.schema.metadata or {}).get(b"geo")
        return rows if geo is None else _with_geometry(rows, json.loads(geo))
    except Exception as error:  # pyarrow raises several unrelated classes on a damaged file
        raise _unreadable(path, f"tables/{path.name}", error) from error


def _unreadable(path: Path, name: str, error: Exception) -> SourceError:
    """Say in one line why a file of the plan cannot be read."""
    if not path.exists():
        return SourceError(f"{name} is missing")
    reason = " ".join(str(error).replace(str(path), name).split())
    kind = "not JSON" if isinstance(error, json.JSONDecodeError) else "damaged"
    return SourceError(f"{name} is {kind}: {reason}")


def _with_geometry(rows: Any, geo: dict[str, Any]) -> Any:
    """Read the shapes of a GeoParquet table, which stand in its primary column as WKB."""
    name = geo["primary_column"]
    crs = geo["columns"][name]["crs"]
    shapes = shapely.from_wkb(rows[name].to_numpy(dtype=object))
    return gpd.GeoDataFrame(rows.drop(columns=[name]), geometry=shapes, crs=_crs_of(json.dumps(crs)))


@lru_cache(maxsize=8)
def _crs_of(text: str) -> Any:
    """Read a CRS from PROJJSON; tables of one plan share it."""
    content = json.loads(text)
    return None if content is None else CRS.from_json_dict(content)


def texts(table: Any, column: str) -> list[str]:
    """Return a text column as plain strings, "" where it is empty."""
    return [str(value) for value in _cells(table, column).to_numpy(dtype=object, na_value="")]


def numbers(table: Any, column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return a numeric column as floats, NaN where it is empty."""
    return np.asarray(pd.to_numeric(_cells(table, column)).astype("Float64").to_numpy(dtype=float, na_value=np.nan))


def integers(table: Any, column: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return a column of whole numbers; an empty one or a fraction is an error."""
    values = numbers(table, column)
    if not np.isfinite(values).all() or (values != np.round(values)).any():
        raise SourceError(f"{column} holds empty or fractional values", where=[column])
    return values.astype(np.int64)


def flags(table: Any, column: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return a column of true and false."""
    return np.asarray(_cells(table, column).fillna(False).to_numpy(dtype=bool))


def _cells(table: Any, column: str) -> Any:
    """Return a column; a table of no rows may lack it."""
    return table[column] if column in table or len(table) else pd.Series([], dtype="str")


def split_ids(text: str) -> list[str]:
    """Split ids that were joined by commas; empty text is no id."""
    return [part for part in text.split(",") if part]
