"""The fingerprint of a plan: SHA-256 over its canonical content, whatever the order of rows or columns.

The exact text that is hashed stands in docs/methods/fingerprint.md, so that anyone can compute it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pandas.api import types as dtypes

_BETWEEN = "\x1f"


def table_text(table: pd.DataFrame) -> str:
    """Canonical text of a table: a line of column names in ascending order, then the rows in ascending order.

    Cells are joined by the unit separator. Empty is the empty text; flags are true and false; whole numbers have no
    point; other numbers have six decimals; geometry is WKT with three decimals.
    """
    names = sorted(table.columns)
    cells = [_column_text(table[name]) for name in names]
    rows = sorted(_BETWEEN.join(row) for row in zip(*cells, strict=True)) if cells else []
    return "\n".join([_BETWEEN.join(names), *rows])


def _column_text(column: pd.Series) -> list[str]:
    """Canonical text per cell of one column."""
    if isinstance(column, gpd.GeoSeries):
        texts = shapely.to_wkt(column.to_numpy(), rounding_precision=3, trim=False)
        return ["" if text is None else str(text) for text in texts]
    empty = column.isna().to_numpy()
    if dtypes.is_bool_dtype(column.dtype):
        made = np.where(column.to_numpy(), "true", "false").astype(object)
    elif dtypes.is_integer_dtype(column.dtype):
        made = np.array([str(value) for value in column.fillna(0).astype("int64").tolist()], dtype=object)
    elif dtypes.is_float_dtype(column.dtype):
        made = np.array([_number(value) for value in column.fillna(0).tolist()], dtype=object)
    else:
        made = column.astype(object).where(~empty, "").astype(str).to_numpy(dtype=object)
    return ["" if is_empty else str(text) for text, is_empty in zip(made, empty, strict=True)]


def _number(value: float) -> str:
    """Six decimals, and no negative zero."""
    text = f"{value:.6f}"
    return "0.000000" if text == "-0.000000" else text


def table_hash(table: pd.DataFrame) -> str:
    """SHA-256 of a table's canonical text, in hexadecimal."""
    return hashlib.sha256(table_text(table).encode()).hexdigest()


def fingerprint(
    document: Mapping[str, Any],
    study_document: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    certificates: Mapping[str, Mapping[str, NDArray[np.int64]]],
) -> str:
    """Fingerprint of a plan, ``sha256:…``.

    Parameters
    ----------
    document
        plan.json; a fingerprint in it is left out.
    study_document
        study.json.
    tables, certificates
        What stands in tables/ and certificate/, by name.
    """
    total = hashlib.sha256()
    content = {key: value for key, value in document.items() if key != "fingerprint"}
    for part in (content, study_document):
        total.update(json.dumps(part, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())
        total.update(b"\n")
    for name in sorted(tables):
        total.update(f"{name} {table_hash(tables[name])}\n".encode())
    for name in sorted(certificates):
        for array in sorted(certificates[name]):
            values = np.ascontiguousarray(certificates[name][array], dtype="<i8")
            digest = hashlib.sha256(values.tobytes()).hexdigest()
            total.update(f"{name}/{array} {digest}\n".encode())
    return f"sha256:{total.hexdigest()}"
