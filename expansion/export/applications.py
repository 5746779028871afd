"""Applications: a CSV per authority with every permit to be filed there, and an index of authorities."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from expansion.export.file_names import file_name
from expansion.export.text import csv_table
from expansion.figures.permit_facts import application_table
from expansion.plan.saved import SavedPlan


def write_applications(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of application tables; equal plans give equal bytes.

    A file per authority lists its permits, the longest lead time first, with empty columns for contact and reference.
    ``index.csv`` has a row per authority: its file, permits, first day to file, last day expected, fees and rents.
    """
    path.mkdir(parents=True, exist_ok=True)
    table = application_table(plan.tables)
    rows, taken = [], {"index"}
    for agency, mine in table.groupby("agency", sort=True):
        name = f"{file_name(str(agency), taken)}.csv"
        _write(mine, path / name)
        rows.append(
            (agency, name, len(mine), min(mine["file_on"].dropna(), default=None),
             max(mine["expected_on"].dropna(), default=None), int(mine["lead_time_calendar_days"].max()),
             round(float(mine["fee"].sum()), 2), _rent(mine))
        )  # fmt: skip
    heads = ("agency", "file", "permits", "file_from", "expected_by", "longest_lead_days", "fees", "rent_year")
    _write(pd.DataFrame(rows, columns=list(heads)).convert_dtypes(), path / "index.csv")
    return path


def _write(table: pd.DataFrame, path: Path) -> None:
    csv_table(table).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _rent(mine: pd.DataFrame) -> float:
    """Rents in a year; none in a plan from before permits had any."""
    return round(float(mine["rent_year"].sum()), 2) if "rent_year" in mine else 0.0
