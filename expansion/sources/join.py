"""Join offers of service to locations: by id, by H3 cell, by census block, or by the area they lie in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import h3
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from expansion.errors import SourceError
from expansion.plan.findings import Finding, find
from expansion.plan.specs_inputs import COVERAGE
from expansion.sources.exchange import GeometryArray, geometries
from expansion.wording import count

_H3_RESOLUTION = 8
_LOW_RATE = 0.5
_ORDER = ("location_id", "technology", "down_mbps", "up_mbps", "low_latency", "customers", "provider", "row")


@dataclass(frozen=True, slots=True)
class Places:
    """Locations as offers see them: id, point in EPSG:4326, census block where the file has one."""

    ids: list[str]
    points: GeometryArray
    blocks: list[str | None]

    def keys(self, join: str) -> list[str | None]:
        """Return, per location, the key that offers are joined by."""
        if join == "h3":
            lon, lat = shapely.get_x(self.points).tolist(), shapely.get_y(self.points).tolist()
            return [h3.latlng_to_cell(y, x, _H3_RESOLUTION) for x, y in zip(lon, lat, strict=True)]
        return list(self.blocks) if join == "block" else list(self.ids)


def join_offers(files: Sequence[tuple[str, pa.Table]], places: Places, join: str) -> tuple[pd.DataFrame, list[Finding]]:
    """Give every location the offers that reach it.

    Parameters
    ----------
    files
        Per file its name and its offers; a table with a ``geometry`` column is joined by place, whatever `join` says.
    places
        The study's locations.
    join
        ``location_id``, ``h3`` or ``block``.

    Returns
    -------
    tuple
        The table of coverage in canonical order, and the join rate as a finding.

    Raises
    ------
    SourceError
        ``E_COLUMN`` where offers are joined by block and no location has one.
    """
    keys = places.keys(join)
    if join == "block" and not any(keys):
        raise SourceError(
            "offers are joined by census block and no location has one",
            code="E_COLUMN",
            where=["inputs.locations"],
            hint="add the column block_geoid, or join by location_id or h3",
        )
    parts, read, used = [], 0, 0
    for name, offers in files:
        read += offers.num_rows
        location, row = _by_area(offers, places) if "geometry" in offers.column_names else _by_key(offers, keys)
        used += len(np.unique(row))
        parts.append(_frame(offers, name, places.ids, location, row))
    coverage = _checked(pd.concat(parts, ignore_index=True))
    return coverage, [_rate(coverage, len(places.ids), read, used, join)]


def _by_key(offers: pa.Table, keys: list[str | None]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair locations with the offers that share their key. Offers that reach no location are dropped first."""
    known = pa.array(sorted({key for key in keys if key}), pa.string())
    met = np.flatnonzero(np.asarray(pc.is_in(offers["key"], value_set=known)))
    code = np.asarray(pc.index_in(offers["key"].take(pa.array(met)), value_set=known).combine_chunks(), dtype=np.int64)
    own = pc.index_in(pa.array(keys, pa.string()), value_set=known).to_numpy(zero_copy_only=False)
    holder = np.flatnonzero(~np.isnan(own.astype(np.float64)))
    order = np.argsort(own[holder].astype(np.int64), kind="stable")
    sorted_keys = own[holder].astype(np.int64)[order]
    first, last = np.searchsorted(sorted_keys, code, "left"), np.searchsorted(sorted_keys, code, "right")
    counts = last - first
    index = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
    return holder[order][index].astype(np.int64), np.repeat(met, counts).astype(np.int64)


def _by_area(offers: pa.Table, places: Places) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair locations with the offers whose area covers them; an offer at a point covers 1e-4 degrees around."""
    shapes = geometries(offers)
    dots = shapely.get_type_id(shapes) == 0
    shapes[dots] = shapely.buffer(shapes[dots], 1e-4)
    row, location = shapely.STRtree(places.points).query(shapes, predicate="intersects")
    return location.astype(np.int64), row.astype(np.int64)


def _frame(
    offers: pa.Table, name: str, ids: list[str], location: NDArray[np.int64], row: NDArray[np.int64]
) -> pd.DataFrame:
    """Lay pairs as rows of coverage."""
    taken = offers.take(pa.array(row))
    columns = {
        "location_id": pd.array(np.array(ids, dtype=object)[location], dtype="str"),
        "provider": pd.array(np.array([*taken["provider"].to_pylist(), None], dtype=object)[:-1], dtype="str"),
        "customers": pd.array(np.array([*taken["customers"].to_pylist(), None], dtype=object)[:-1], dtype="str"),
        "row": pd.array(
            np.array([f"{name}:{number}" for number in taken["row"].to_pylist()], dtype=object), dtype="str"
        ),
    }
    for column in ("technology", "down_mbps", "up_mbps", "low_latency"):
        columns[column] = taken[column].to_numpy()
    return pd.DataFrame(columns)


def _checked(offers: pd.DataFrame) -> pd.DataFrame:
    """Sort offers canonically and check them."""
    ordered = offers.sort_values(list(_ORDER), kind="stable", ignore_index=True)
    return COVERAGE.build({column: ordered[column].to_numpy() for column in _ORDER})


def _rate(coverage: pd.DataFrame, locations: int, read: int, used: int, join: str) -> Finding:
    """Say which share of the locations has an offer and how many offers met none."""
    reached = coverage["location_id"].nunique()
    rate = reached / locations if locations else 0.0
    text = (
        f"coverage joined by {join}: offers for {reached:,} of {count(locations, 'location')}; "
        f"{read - used:,} of {count(read, 'offer')} met no location of the study"
    )
    severity = "warning" if rate < _LOW_RATE else "info"
    repair = "check that both files use the same ids" if severity == "warning" else ""
    return find("W_JOIN_RATE", severity, text, [], amount=round(rate, 6), unit="share", repair=repair)  # type: ignore[arg-type]


def empty_coverage() -> pd.DataFrame:
    """Return a coverage table without rows."""
    return COVERAGE.build({column.name: [] for column in COVERAGE.columns})
