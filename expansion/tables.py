"""Declared tables: the columns, units and geometry that every stage may rely on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from pandas.api import types as dtypes
from pyproj import CRS

from expansion.errors import CRSError, TableError

Kind = Literal["text", "integer", "number", "flag", "date"]

_IS_KIND = {
    "text": dtypes.is_string_dtype,
    "integer": dtypes.is_integer_dtype,
    "number": dtypes.is_numeric_dtype,
    "flag": dtypes.is_bool_dtype,
    "date": dtypes.is_string_dtype,
}
_DTYPES = {"text": "str", "integer": "int64", "number": "float64", "flag": "bool", "date": "str"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, in which unit, within which limits.

    `kind` ``date`` is ISO text (``2027-03-01``), so that a table reads the same in every format.
    A nullable integer is stored as pandas ``Int64``.
    """

    name: str
    kind: Kind
    about: str
    unit: str = ""
    least: float = -np.inf
    most: float = np.inf
    among: frozenset[str] = frozenset()
    nullable: bool = False

    @property
    def dtype(self) -> str:
        """The pandas dtype of this column."""
        return "Int64" if self.kind == "integer" and self.nullable else _DTYPES[self.kind]

    def breaches(self, table: pd.DataFrame) -> list[str]:
        """Say, in one line each, how `table` breaks this column's rules."""
        if self.name not in table:
            return [f"{self.name}: missing"]
        values = table[self.name]
        if len(values) and not _IS_KIND[self.kind](values.dtype):
            return [f"{self.name}: expected {self.kind}, found {values.dtype}"]
        found = []
        if not self.nullable and values.isna().any():
            found.append(f"{self.name}: {int(values.isna().sum())} empty")
        return found + self._limits(values.dropna())

    def _limits(self, present: pd.Series) -> list[str]:
        found = []
        if self.kind in ("integer", "number") and len(present):
            numbers = present.to_numpy(dtype=float)
            if not np.isfinite(numbers).all() or not ((numbers >= self.least) & (numbers <= self.most)).all():
                found.append(f"{self.name}: outside [{self.least:g}, {self.most:g}] {self.unit}".rstrip())
        if self.among and not present.isin(self.among).all():
            strays = sorted(set(present) - self.among)[:3]
            found.append(f"{self.name}: unknown value {strays}")
        return found


@dataclass(frozen=True, slots=True)
class TableSpec:
    """The shape of one table. `key` is unique and never empty ("" where rows have no id).

    `geometry` is "" for a plain table, else the geometry types that rows may have, joined by ``|``.
    """

    name: str
    key: str
    geometry: str
    columns: tuple[Column, ...]
    about: str = ""

    def check(self, table: pd.DataFrame, crs: CRS | None = None) -> pd.DataFrame:
        """Return `table` unchanged, or raise with every breach found.

        Raises
        ------
        CRSError
            If a table with geometry is not in `crs`. Nothing is ever reprojected here.
        TableError
            If a column, key or geometry breaks the spec.
        """
        found = [line for column in self.columns for line in column.breaches(table)]
        if self.key and self.key in table and table[self.key].duplicated().any():
            repeated = sorted(set(table.loc[table[self.key].duplicated(), self.key].astype(str)))[:5]
            found.append(f"{self.key}: not unique {repeated}")
        if self.geometry:
            found += self._geometry_breaches(table, crs)
        if found:
            raise TableError(f"{self.name}: " + "; ".join(found))
        return table

    def _geometry_breaches(self, table: pd.DataFrame, crs: CRS | None) -> list[str]:
        if not isinstance(table, gpd.GeoDataFrame):
            return ["geometry: missing"]
        if crs is not None and table.crs != crs:
            raise CRSError(f"{self.name}: expected {crs.to_string()}, found {table.crs}")
        allowed = set(self.geometry.split("|"))
        kinds = set(table.geom_type.dropna())
        if table.geometry.isna().any() or not kinds <= allowed:
            return [f"geometry: expected {self.geometry}, found {sorted(kinds - allowed) or 'empty'}"]
        return []

    def build(self, columns: Mapping[str, object], *, geometry: object = None, crs: CRS | None = None) -> pd.DataFrame:
        """Make a checked table in this spec's column order and dtypes; extra columns follow in their order.

        Parameters
        ----------
        columns
            Column name to array-like, all of one length. A declared nullable column may be left out.
        geometry
            Shapely geometries, where the spec has geometry.
        crs
            CRS of `geometry`.
        """
        count = max((len(values) for values in columns.values() if hasattr(values, "__len__")), default=0)
        made: dict[str, object] = {}
        for column in self.columns:
            values = columns.get(column.name, [None] * count if column.nullable else None)
            if values is None:
                raise TableError(f"{self.name}: {column.name}: missing")
            made[column.name] = (
                pd.Series(values, dtype=column.dtype).to_numpy()
                if column.kind == "flag"
                else (
                    pd.array(
                        np.asarray(values, dtype=object) if column.dtype in ("str", "Int64") else values,
                        dtype=column.dtype,
                    )
                )
            )
        for name, values in columns.items():
            made.setdefault(name, values)
        if not self.geometry:
            return self.check(pd.DataFrame(made))
        table = gpd.GeoDataFrame(made, geometry=geometry, crs=crs)
        return self.check(table, crs)

    def empty(self, crs: CRS | None = None) -> pd.DataFrame:
        """Make a table without rows; geometry, where the spec has it, in `crs`."""
        return self.build({column.name: [] for column in self.columns}, geometry=[], crs=crs)
