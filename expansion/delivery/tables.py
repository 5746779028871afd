"""Rows into declared tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from expansion.tables import TableSpec


def make_table(spec: TableSpec, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """Make a checked table of rows given in the spec's column order; no rows give an empty table."""
    names = [column.name for column in spec.columns]
    if rows:
        return spec.build({name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)})
    return spec.build({column.name: pd.array([], dtype=column.dtype) for column in spec.columns})
