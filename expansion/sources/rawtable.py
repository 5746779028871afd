"""One file's rows as they were read, before they mean anything: columns, geometry, and the row number of each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import CRS

from expansion.errors import SourceError
from expansion.sources.exchange import GeometryArray, Reading

_WHOLE = re.compile(r"([+-]?\d+)\.0+")
_DBF_NAME = 10
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NOT_FINITE = frozenset({"nan", "inf", "infinity", "-inf", "-infinity", "+inf", "+infinity"})


@dataclass(frozen=True, slots=True)
class Named:
    """What the study says about a file: name to show, layer, columns by our names, CRS, pass-through options."""

    name: str
    layer: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of one file.

    Attributes
    ----------
    name
        Name of the file, to show.
    columns
        The file's columns under their own names.
    renamed
        Our column name to the file's, as the study maps them.
    rows
        Number of each row in the file: the line for CSV (the header is line 1), else the feature from 1.
    geometry
        Geometries, or None for a table without.
    crs
        CRS of `geometry`; None where the file names none.
    """

    name: str
    columns: Mapping[str, Sequence[Any] | pa.ChunkedArray]
    renamed: Mapping[str, str]
    rows: NDArray[np.int64]
    geometry: GeometryArray | None = None
    crs: CRS | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, row: int) -> str:
        """Name a row as ``file:row``."""
        return f"{self.name}:{self.rows[row]}"

    def places(self, mask: NDArray[np.bool_]) -> list[str]:
        """Name the marked rows."""
        return [f"{self.name}:{row}" for row in self.rows[mask].tolist()]

    def column_of(self, ours: str, *others: str) -> str | None:
        """Return the file's name of our column: as mapped, else as named, else one of the other usual names."""
        if ours in self.renamed:
            theirs = self.renamed[ours]
            if theirs not in self.columns:
                raise missing_column(self.name, theirs, self.columns)
            return theirs
        if ours in self.columns:
            return ours
        plain = {name.strip().lower(): name for name in reversed(list(self.columns))}
        names = (ours, *others, ours[:_DBF_NAME])  # a Shapefile cuts names to ten characters
        return next((plain[name] for name in names if name in plain), None)

    def texts(self, ours: str, *others: str) -> list[str | None]:
        """Return a column as text, blanks as None; all None where the file has no such column."""
        column = self.column_of(ours, *others)
        if column is None:
            return [None] * len(self)
        values = self.columns[column]
        listed = values.to_pylist() if isinstance(values, pa.ChunkedArray) else values
        return [as_text(value) for value in listed]

    def keep(self, mask: NDArray[np.bool_]) -> RawTable:
        """Return the marked rows."""
        if mask.all():
            return self
        index = np.flatnonzero(mask)
        columns = {
            name: values.take(pa.array(index))
            if isinstance(values, pa.ChunkedArray)
            else [values[row] for row in index.tolist()]
            for name, values in self.columns.items()
        }
        geometry = None if self.geometry is None else self.geometry[mask]
        return replace(self, columns=columns, rows=self.rows[mask], geometry=geometry)


def missing_column(name: str, column: str, seen: Mapping[str, Any]) -> SourceError:
    """Say that a column is not in the file, and which are."""
    listed = ", ".join(list(seen)[:12])
    return SourceError(
        f"no column {column!r}; columns seen: {listed}",
        code="E_COLUMN",
        where=[name],
        hint="correct `columns` in study.toml",
    )


def as_text(value: Any) -> str | None:
    """Write a cell as text: blanks and not-a-number as None, 7.0 as 7."""
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip() or None


def as_identifier(text: str | None) -> str | None:
    """Write ids from a spreadsheet as they were meant: ``7.0`` is ``7``; leading zeros stay."""
    if text is None:
        return None
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def numbers(raw: RawTable, ours: str, *others: str, reading: Reading, least: float, most: float) -> NDArray[np.float64]:
    """Read a column of numbers; blanks are NaN, and anything else that is no number in range is an error by row."""
    texts = raw.texts(ours, *others)
    made = np.full(len(texts), np.nan)
    wrong: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        if text is None:
            continue
        if text.lower() in _NOT_FINITE:
            wrong.setdefault("E_NONFINITE", []).append(row)
        elif not _NUMBER.fullmatch(text):
            wrong.setdefault("E_NUMBER", []).append(row)
        else:
            made[row] = float(text)
            if not np.isfinite(made[row]):
                wrong.setdefault("E_NONFINITE", []).append(row)
            elif not least <= made[row] <= most:
                wrong.setdefault("E_RANGE", []).append(row)
    said = {
        "E_NONFINITE": f"{ours} is not finite",
        "E_NUMBER": f"{ours} is not a number",
        "E_RANGE": f"{ours} is outside {least:g} to {most:g}",
    }
    for code, found in sorted(wrong.items()):
        reading.fail(code, said[code], [raw.place(row) for row in found], hint="correct these rows")
        made[found] = np.nan
    return made


def identifiers(raw: RawTable, ours: str, reading: Reading) -> list[str]:
    """Read the column of ids: none missing, none twice."""
    column = raw.column_of(ours)
    if column is None:
        listed = ", ".join(list(raw.columns)[:12]) or "none"
        text = f"no column {ours}; columns seen: {listed}"
        reading.fail("E_MISSING_ID", text, [raw.name], hint=f"add {ours} or map it under `columns`")
        return [""] * len(raw)
    found = [as_identifier(text) for text in raw.texts(ours)]
    missing = [raw.place(row) for row, name in enumerate(found) if name is None]
    if missing:
        reading.fail("E_MISSING_ID", f"{ours} is missing", missing, hint="give every row an id")
    seen: set[str] = set()
    twice = {name for name in found if name is not None and (name in seen or seen.add(name))}  # type: ignore[func-returns-value]
    if twice:
        reading.fail("E_DUP_ID", f"{ours} stands twice in {raw.name}", sorted(twice), hint="keep one row per id")
    return [name or "" for name in found]
