"""Read land, pole, award and other layers into features of their kind."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePosixPath

import pyarrow as pa
import shapely

from expansion.sources.exchange import Reading, make_table
from expansion.sources.gate import AREAS, LINES, POINTS, pass_gate
from expansion.sources.locations import LON_NAMES, with_geometry
from expansion.sources.rawtable import RawTable, as_identifier, numbers

_ANY = POINTS | LINES | AREAS | {"MultiPoint"}
_ALLOWED = {
    "pole": POINTS,
    "award": AREAS | POINTS | {"MultiPoint"},
    "boundary": AREAS,
    "parcel": AREAS,
    "ground": AREAS,
    "rail": LINES | AREAS,
    "pipeline": LINES,
    "powerline": LINES,
    "road": LINES,
}
_CELL_LIMIT = 400


def layer_tables(raw: RawTable, kind: str, reading: Reading, crs: str = "") -> dict[str, pa.Table]:
    """Make a layer's features in EPSG:4326: table ``features``, or ``award_ids`` for a plain list of location ids.

    Columns that matter: name, subtype, authority (owner or operator), confidence; the rest goes into `attributes`.
    """
    if kind == "award" and raw.geometry is None and raw.column_of(*LON_NAMES) is None:
        return {"award_ids": _award_ids(raw, reading)}
    raw = pass_gate(with_geometry(raw, reading, crs), _ALLOWED.get(kind, _ANY), reading, split_multi=True)
    _require_lengths(raw, reading)
    stem = PurePosixPath(raw.name).name
    count = len(raw)
    columns = {
        "feature_id": pa.array(feature_ids(raw, stem, reading), pa.string()),
        "kind": pa.array([kind] * count, pa.string()),
        "subtype": pa.array(raw.texts("subtype", "class", "type"), pa.string()),
        "name": pa.array(raw.texts("name"), pa.string()),
        "authority": pa.array(raw.texts("authority", "owner", "operator"), pa.string()),
        "attributes": pa.array(attributes(raw), pa.string()),
        "source": pa.array([stem] * count, pa.string()),
        "confidence": pa.array(_confidences(raw, reading), pa.string()),
    }
    return {"features": make_table(columns, raw.geometry)}


def _require_lengths(raw: RawTable, reading: Reading) -> None:
    """Require that a length or cost that a layer states is at least 0."""
    for column in ("length_m", "length", "cost"):
        if raw.column_of(column) is not None:
            numbers(raw, column, reading=reading, least=0, most=1e12)


def feature_ids(raw: RawTable, stem: str, reading: Reading) -> list[str]:
    """Return the ids of features: of the column feature_id, ``<kind>_id`` or id, else made from the content.

    An id from the content (the first 16 hex digits of a SHA-256 over shape and cells) is the same in every row order.
    """
    given = [as_identifier(text) for text in raw.texts("feature_id", "pole_id", "parcel_id", "fid_id", "id")]
    if all(given) and len(set(given)) == len(given):
        return [f"{stem}:{name}" for name in given]
    if any(given) and len({name for name in given if name}) < sum(name is not None for name in given):
        reading.tell("W_DUP_KEY", f"{raw.name}: feature ids stand twice; ids were made from the content", [raw.name])
    shapes = shapely.to_wkb(shapely.normalize(raw.geometry)) if len(raw) else []
    made: list[str] = []
    seen: dict[str, int] = {}
    for shape, cells in zip(shapes, attributes(raw), strict=True):
        digest = hashlib.sha256(shape + cells.encode()).hexdigest()[:16]
        seen[digest] = seen.get(digest, 0) + 1
        made.append(f"{stem}:{digest}" + (f"-{seen[digest]}" if seen[digest] > 1 else ""))
    return made


def attributes(raw: RawTable) -> list[str]:
    """Return the file's columns as JSON with sorted keys, blanks left out, long cells cut."""
    lists = {name: raw.texts(name) for name in sorted(raw.columns)}
    lists |= {ours: raw.texts(ours) for ours in sorted(raw.renamed)}
    rows = []
    for row in range(len(raw)):
        present = ((name, values[row]) for name, values in lists.items())
        cells = {name: text[:_CELL_LIMIT] for name, text in present if text is not None}
        rows.append(json.dumps(cells, sort_keys=True, ensure_ascii=False))
    return rows


def _confidences(raw: RawTable, reading: Reading) -> list[str]:
    said = [text or "high" for text in raw.texts("confidence")]
    wrong = [raw.place(row) for row, text in enumerate(said) if text not in {"high", "medium", "low"}]
    if wrong:
        reading.fail("E_RANGE", "confidence is not high, medium or low", wrong)
    return said


def _award_ids(raw: RawTable, reading: Reading) -> pa.Table:
    """Return location ids under an award, with its name."""
    ids = [as_identifier(text) for text in raw.texts("location_id")]
    missing = [raw.place(row) for row, name in enumerate(ids) if name is None]
    if missing:
        reading.fail("E_MISSING_ID", "location_id is missing", missing, hint="give every row an id")
    names = raw.texts("name", "award", "program")
    owners = raw.texts("authority", "owner", "provider", "operator")
    return pa.table(
        {
            "location_id": pa.array(ids, pa.string()),
            "name": pa.array(names, pa.string()),
            "authority": pa.array(owners, pa.string()),
        }
    )
