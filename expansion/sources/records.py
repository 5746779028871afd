"""Fingerprint a checked table: the same for the same content, whatever order its rows and columns were read in."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api import types as dtypes

from expansion.plan.inputs import InputRecord

# Says where in a file a row stood; two files with the same rows in another order hold the same data.
_NOT_CONTENT = frozenset({"row"})


def make_record(name: str, table: pd.DataFrame, license_text: str) -> InputRecord:
    """Describe a checked table in canonical order.

    Parameters
    ----------
    name
        Name of the input.
    table
        Table sorted by its key; coordinates already rounded to 1 mm.
    license_text
        License as the study states it. Where it says ``synthetic``, or a row's origin does, the record says so too.
    """
    made_up = "synthetic" in license_text.lower()
    if "origin" in table and len(table):
        made_up = made_up or bool((table["origin"] == "synthetic").any())
    return InputRecord(name, hash_table(table), len(table), license_text, made_up)


def hash_table(table: pd.DataFrame) -> str:
    """SHA-256 over the columns by name: text as JSON, numbers rounded to 6 decimals, geometry as little-endian WKB."""
    digest = hashlib.sha256()
    for column in sorted(str(name) for name in table.columns):
        if column in _NOT_CONTENT:
            continue
        values = table[column]
        digest.update(f"\n{column}:{len(values)}:".encode())
        digest.update(_column_bytes(values))
    return digest.hexdigest()


def _column_bytes(values: Any) -> bytes:
    if isinstance(values, gpd.GeoSeries):
        return b"".join(shapely.to_wkb(values.to_numpy(), byte_order=1, output_dimension=2))
    if dtypes.is_bool_dtype(values.dtype):
        return bytes(values.to_numpy(dtype=np.uint8).tobytes())
    if dtypes.is_float_dtype(values.dtype):
        numbers = np.round(values.to_numpy(dtype="<f8"), 6) + 0.0
        return bytes(np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes())
    listed = [None if value is pd.NA or value != value else value for value in values.tolist()]
    return json.dumps(listed, ensure_ascii=False, default=int).encode()
