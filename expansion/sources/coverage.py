"""Read who offers which service where: FCC availability as published, or our own columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from expansion.errors import SourceError
from expansion.sources.csv_file import CsvStream
from expansion.sources.exchange import Reading, make_table
from expansion.sources.gate import AREAS, POINTS, pass_gate
from expansion.sources.locations import LON_NAMES, with_geometry
from expansion.sources.rawtable import RawTable, missing_column

BDC_HEADER: Final = (
    "frn", "provider_id", "brand_name", "location_id", "technology", "max_advertised_download_speed",
    "max_advertised_upload_speed", "low_latency", "business_residential_code",
    "state_usps", "block_geoid", "h3_res8_id",
)  # fmt: skip
_KEYS = {"location_id": "location_id", "h3": "h3_res8_id", "block": "block_geoid"}
_GENERIC = ("location_id", "technology", "down_mbps", "up_mbps", "low_latency")
_YES = pa.array(["1", "true", "True", "TRUE", "yes", "t", "1.0"])
_NO = pa.array(["0", "false", "False", "FALSE", "no", "f", "0.0"])
MOST_ROWS: Final = 40_000_000


def bdc_table(stream: CsvStream, join: str, reading: Reading) -> pa.Table:
    """Read an FCC Broadband Data Collection file.

    Parameters
    ----------
    stream
        The CSV; its header must be the FCC's, in any order.
    join
        ``location_id``, ``h3`` or ``block``: the column that becomes `key`.
    reading
        Takes errors by row.
    """
    missing = [name for name in BDC_HEADER if name not in stream.header]
    if missing:
        raise SourceError(
            f"no FCC availability file: columns missing: {', '.join(missing)}",
            code="E_COLUMN",
            where=[stream.name],
            hint='use the file as published, or kind = "generic"',
        )
    columns = {
        "key": _KEYS[join],
        "technology": "technology",
        "down_mbps": "max_advertised_download_speed",
        "up_mbps": "max_advertised_upload_speed",
        "low_latency": "low_latency",
        "customers": "business_residential_code",
        "brand": "brand_name",
        "provider": "provider_id",
    }
    return _read_stream(stream, columns, reading)


def generic_table(stream: CsvStream, renamed: Mapping[str, str], reading: Reading) -> pa.Table:
    """Read a CSV of location_id, technology, down_mbps, up_mbps and, where known, low_latency, provider, customers."""
    columns = {}
    for ours in (*_GENERIC, "provider", "customers"):
        theirs = renamed.get(ours, ours)
        if theirs in stream.header:
            columns["key" if ours == "location_id" else ours] = theirs
        elif ours in renamed or ours in _GENERIC[:4]:
            raise missing_column(stream.name, theirs, dict.fromkeys(stream.header))
    return _read_stream(stream, columns, reading)


def _read_stream(stream: CsvStream, columns: Mapping[str, str], reading: Reading) -> pa.Table:
    """Read block by block, so that ten million rows need no more memory than their result."""
    made, first = [], 2
    try:
        for batch in stream.batches(list(columns.values())):
            named = dict(zip(columns, batch.columns, strict=True))
            made.append(_offers(named, np.arange(first, first + batch.num_rows), stream.name, reading))
            first += batch.num_rows
            if first > MOST_ROWS:
                raise SourceError(f"more than {MOST_ROWS} rows", code="E_TOO_MANY_ROWS", where=[stream.name])
    except pa.ArrowInvalid as error:
        raise stream.explain(error) from error
    return (
        pa.concat_tables(made).unify_dictionaries()
        if made
        else _offers({}, np.zeros(0, dtype=np.int64), stream.name, reading)
    )


def _offers(columns: Mapping[str, pa.Array], rows: NDArray[np.int64], name: str, reading: Reading) -> pa.Table:
    """Check one block of offers, every cell still text."""
    blank = pa.nulls(len(rows), pa.string())
    cells = {ours: pc.utf8_trim_whitespace(columns.get(ours, blank)) for ours in (*_FIELDS, "brand")}
    technology = _number(cells["technology"], "technology", rows, name, reading, most=999)
    down = _number(cells["down_mbps"], "down_mbps", rows, name, reading, most=1e6)
    up = _number(cells["up_mbps"], "up_mbps", rows, name, reading, most=1e6)
    _require(
        pc.is_valid(cells["key"]),
        "E_MISSING_ID",
        "the column that joins offers to locations is blank",
        rows,
        name,
        reading,
    )
    _require(pc.is_valid(technology), "E_COVERAGE", "technology is blank or no number", rows, name, reading)
    customers = pc.fill_null(cells["customers"], "X")
    known = pc.is_in(customers, value_set=pa.array(["B", "R", "X"]))
    _require(known, "E_RANGE", "customers is not B, R or X", rows, name, reading)
    return pa.table(
        {
            "key": pc.fill_null(_identifiers(cells["key"]), ""),
            "technology": pc.fill_null(technology, 0).cast(pa.float64()).cast(pa.int64(), safe=False),
            "down_mbps": down,
            "up_mbps": up,
            "low_latency": _latency(cells["low_latency"], "low_latency" in columns, rows, name, reading),
            "customers": pc.dictionary_encode(pc.if_else(known, customers, "X")),
            "provider": pc.dictionary_encode(pc.coalesce(cells["brand"], cells["provider"])),
            "row": pa.array(rows),
        }
    )


_FIELDS = ("key", "technology", "down_mbps", "up_mbps", "low_latency", "customers", "provider")


def _identifiers(cells: pa.Array) -> pa.Array:
    """Write ``7.0`` as ``7``; leading zeros stay."""
    return pc.replace_substring_regex(cells, pattern=r"^(\d+)\.0+$", replacement=r"\1")


def _number(
    cells: pa.Array, column: str, rows: NDArray[np.int64], name: str, reading: Reading, *, most: float
) -> pa.Array:
    """Read numbers; blanks stay blank, the rest must be finite and within 0 and `most`."""
    blank = pc.equal(pc.utf8_length(pc.fill_null(cells, "")), 0)
    fits = pc.match_substring_regex(pc.fill_null(cells, ""), r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")
    words = pc.match_substring_regex(pc.fill_null(cells, ""), r"(?i)^[+-]?(nan|inf|infinity)$")
    _require(pc.invert(words), "E_NONFINITE", f"{column} is not finite", rows, name, reading)
    _require(pc.or_(pc.or_(blank, fits), words), "E_NUMBER", f"{column} is not a number", rows, name, reading)
    values = pc.if_else(fits, cells, pa.scalar(None, pa.string())).cast(pa.float64())
    finite = pc.fill_null(pc.is_finite(values), True)
    _require(finite, "E_NONFINITE", f"{column} is not finite", rows, name, reading)
    within = pc.fill_null(pc.and_(pc.greater_equal(values, 0), pc.less_equal(values, most)), True)
    _require(pc.or_(within, pc.invert(finite)), "E_RANGE", f"{column} is outside 0 to {most:g}", rows, name, reading)
    return values


def _latency(cells: pa.Array, present: bool, rows: NDArray[np.int64], name: str, reading: Reading) -> pa.Array:
    """Read the latency flag; a file without the column means low, as terrestrial offers are."""
    if not present:
        return pa.array(np.ones(len(rows), dtype=bool))
    yes, no = pc.is_in(cells, value_set=_YES), pc.is_in(cells, value_set=_NO)
    blank = pc.is_null(cells)
    _require(pc.or_(pc.or_(yes, no), blank), "E_RANGE", "low_latency is not 0 or 1", rows, name, reading)
    return yes


def _require(ok: pa.Array, code: str, text: str, rows: NDArray[np.int64], name: str, reading: Reading) -> None:
    """Name the rows that break a rule, at most a hundred of a block."""
    if pc.all(ok).as_py() in (True, None):
        return
    bad = rows[~np.asarray(ok)][:100]
    reading.fail(code, text, [f"{name}:{row}" for row in bad.tolist()], hint="correct these rows")


def coverage_areas(raw: RawTable, reading: Reading, crs: str = "") -> pa.Table:
    """Read polygons (or points) of generic coverage: technology, down_mbps, up_mbps, low_latency."""
    raw = pass_gate(with_geometry(raw, reading, crs), AREAS | POINTS, reading)
    cells: dict[str, pa.Array] = {"key": pa.array([str(row) for row in raw.rows.tolist()], pa.string())}
    for ours in _FIELDS[1:]:
        if raw.column_of(ours) is not None:
            cells[ours] = pa.array(raw.texts(ours), pa.string())
        elif ours in _GENERIC[:4]:
            raise missing_column(raw.name, ours, raw.columns)
    offers = _offers(cells, raw.rows, raw.name, reading)
    shapes = make_table({}, raw.geometry) if len(raw) else pa.table({"geometry": pa.array([], pa.binary())})
    return offers.append_column("geometry", shapes["geometry"])


def has_coordinates(header: Sequence[str]) -> bool:
    """Say whether a CSV of coverage places its rows itself."""
    return any(name.strip().lower() in LON_NAMES for name in header)
