"""Read what the planner drew: lines that the route must use, polygons that it must not enter."""

from __future__ import annotations

from pathlib import PurePosixPath

import pyarrow as pa

from expansion.sources.exchange import Reading, make_table
from expansion.sources.gate import AREAS, LINES, pass_gate
from expansion.sources.layers import feature_ids
from expansion.sources.rawtable import RawTable

SHAPES = {"pin": LINES, "avoid": AREAS}


def marks_table(raw: RawTable, kind: str, reading: Reading) -> pa.Table:
    """Make the table of marks in EPSG:4326: mark_id, kind, name.

    Parameters
    ----------
    raw
        Features of the file; pins are lines, what is to be avoided are polygons.
    kind
        ``pin`` or ``avoid``.
    reading
        Takes errors, ``E_NO_FEATURES`` where no feature is left, and findings.
    """
    raw = pass_gate(raw, SHAPES[kind], reading, split_multi=True)
    if not len(raw) and not reading.errors:
        reading.fail("E_NO_FEATURES", "the file holds no feature that counts", [raw.name], hint="draw one, or unset it")
    columns = {
        "mark_id": pa.array(feature_ids(raw, PurePosixPath(raw.name).name, reading), pa.string()),
        "kind": pa.array([kind] * len(raw), pa.string()),
        "name": pa.array(raw.texts("name"), pa.string()),
    }
    return make_table(columns, raw.geometry)
