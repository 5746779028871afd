"""The register as one file that people fill in: a row per permit, with states and dates to be read again."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.errors import OutputError
from expansion.export.text import csv_table
from expansion.export.xlsx import write_sheets
from expansion.plan.saved import SavedPlan
from expansion.plan.specs_inputs import PERMIT_STATES
from expansion.plan.specs_permits import PERMITS

FILLED_IN = ("state", "filed", "decided", "contact", "reference", "note")
_TOLD = (
    "rule_id", "permit", "authority_kind", "authority", "granted_for", "crossings", "length_m", "lots", "lot",
    "lead_time_min", "lead_time_calendar_days", "lead_time_max", "fee", "rent_year", "documents", "after_permit_ids",
    "season_from", "season_to", "area_ids", "span_ids", "evidence", "confidence", "source", "status",
)  # fmt: skip


def write_permit_file(plan: SavedPlan, path: Path) -> Path:
    """Write the register as CSV or XLSX, by the ending of `path`.

    A row per permit: its id, what people fill in (state, filed, decided, contact, reference, note), what the plan says
    of it, where it lies in degrees, and is_needed. Rows of the study's status file that the plan does not need follow
    with is_needed false, so that nothing written once is lost. Read again as ``permits.status`` of the study.

    Raises
    ------
    OutputError
        ``E_EXPORT_FORMAT`` for another ending.
    """
    rows = permit_rows(plan)
    if path.suffix.lower() == ".csv":
        csv_table(rows).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    elif path.suffix.lower() == ".xlsx":
        choices = {"state": sorted(PERMIT_STATES)}
        write_sheets(path, {"permits": rows}, {column.name: column for column in PERMITS.columns}, choices)
    else:
        raise OutputError(
            "the register is written as .csv or .xlsx",
            code="E_EXPORT_FORMAT",
            where=[path.name],
            hint="name such a file",
        )
    return path


def permit_rows(plan: SavedPlan) -> pd.DataFrame:
    """Return the rows of the file: permits of the plan by id, then rows of the status file that it does not need."""
    permits = plan.tables["permits"].sort_values("permit_id", ignore_index=True)
    told = pd.DataFrame(permits)[["permit_id", *FILLED_IN, *_TOLD]]
    middle = gpd.GeoSeries(shapely.point_on_surface(permits.geometry.to_numpy()), crs=permits.crs).to_crs(4326)
    told["longitude"], told["latitude"] = middle.x.round(7), middle.y.round(7)
    told["is_needed"] = np.ones(len(told), dtype=bool)
    kept = plan.tables.get("permit_states")
    if kept is None or kept["is_needed"].all():
        return told
    strays = kept[~kept["is_needed"].to_numpy(dtype=bool)].sort_values("permit_id")
    return pd.concat([told, strays[["permit_id", *FILLED_IN, "is_needed"]]], ignore_index=True)
