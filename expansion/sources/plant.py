"""Read what the operator already has: offices, hubs, cabinets, fiber, duct, poles."""

from __future__ import annotations

import pyarrow as pa

from expansion.sources.exchange import Reading, make_table
from expansion.sources.gate import pass_gate
from expansion.sources.locations import origins, with_geometry
from expansion.sources.rawtable import RawTable, identifiers, numbers
from expansion.sources.vocabulary import PLANT_KINDS

_LINES = frozenset({"fiber", "duct"})


def plant_table(raw: RawTable, reading: Reading, crs: str = "") -> pa.Table:
    """Make the table of plant in EPSG:4326.

    Columns: plant_id, kind; capacity (blank is unlimited), name, owner, origin. Fiber and duct are lines, the rest
    points. Without an office or fiber nothing can be connected: ``E_NO_PLANT``.
    """
    raw = with_geometry(raw, reading, crs)
    identifiers(raw, "plant_id", reading)
    raw = pass_gate(raw, frozenset({"Point", "LineString"}), reading, split_multi=True)
    kinds = [text or "" for text in raw.texts("kind")]
    _require_kinds(raw, kinds, reading)
    capacity = numbers(raw, "capacity", reading=reading, least=0, most=1e9)
    columns = {
        "plant_id": pa.array(identifiers(raw, "plant_id", Reading()), pa.string()),
        "kind": pa.array(kinds, pa.string()),
        "capacity": pa.array([None if value != value else int(value) for value in capacity.tolist()], pa.int64()),
        "name": pa.array(raw.texts("name"), pa.string()),
        "owner": pa.array(raw.texts("owner", "operator"), pa.string()),
        "origin": pa.array(origins(raw, reading), pa.string()),
    }
    return make_table(columns, raw.geometry)


def _require_kinds(raw: RawTable, kinds: list[str], reading: Reading) -> None:
    """Require known kinds, lines for fiber and duct, points for the rest, and something to start from."""
    known = ", ".join(sorted(PLANT_KINDS))
    strays = [raw.place(row) for row, kind in enumerate(kinds) if kind not in PLANT_KINDS]
    if strays:
        reading.fail("E_PLANT_KIND", f"kind is not among {known}", strays, hint="correct these rows")
    shapes = [] if raw.geometry is None else raw.geometry.tolist()
    pairs = list(zip(kinds, shapes, strict=True))
    wrong = [
        raw.place(row)
        for row, (kind, shape) in enumerate(pairs)
        if (kind in _LINES) != (shape.geom_type == "LineString")
    ]
    wrong = [place for place in wrong if place not in strays]
    if wrong:
        reading.fail("E_GEOM_TYPE", "fiber and duct are lines, other plant is points", wrong, hint="correct these rows")
    if not set(kinds) & {"co", "fiber"} and not reading.errors:
        reading.fail(
            "E_NO_PLANT",
            "no central office and no fiber to start from",
            [raw.name],
            hint="add a row of kind co or fiber",
        )
