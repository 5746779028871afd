"""Pole sheets: a CSV per owner with every pole in use and its application lot, and the lots with their sums."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from expansion.export.file_names import file_name
from expansion.export.text import csv_table
from expansion.figures.poles import POLES, plan_poles
from expansion.plan.saved import SavedPlan

_SHEET = tuple(column.name for column in POLES.columns)


def write_poles(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of pole sheets; equal plans give equal bytes.

    A file per owner lists the poles in the order of the walk, lot by lot. ``lots.csv`` has a row per application:
    owner, permit, lot, poles, make-ready (low, likely, high) and application cost. A lot holds as many poles as the
    permit rule of that owner lets one application hold (`lot_size`).
    """
    path.mkdir(parents=True, exist_ok=True)
    poles = plan.tables.get(POLES.name)
    if poles is None:
        poles = plan_poles(plan.tables, plan.study_document.get("rules", {}))
    table = pd.DataFrame(poles)[list(_SHEET)].sort_values(["owner", "permit_id", "lot", "place"], kind="stable")
    taken = {"lots"}
    for owner, mine in table.groupby("owner", sort=True):
        _write(mine, path / f"{file_name(str(owner), taken)}.csv")
    _write(pole_lots(table), path / "lots.csv")
    return path


def pole_lots(poles: pd.DataFrame) -> pd.DataFrame:
    """Sum poles up by application: owner, permit and lot; poles that no permit covers stand without one."""
    keys = ["owner", "permit_id", "lot"]
    money = ["make_ready_low", "make_ready_likely", "make_ready_high", "application_cost"]
    grouped = poles.groupby(keys, sort=True, dropna=False)
    lots = grouped[money].sum().round(2)
    lots.insert(0, "poles", grouped.size())
    return lots.reset_index().astype({"owner": "str", "permit_id": "str"})


def _write(table: pd.DataFrame, path: Path) -> None:
    csv_table(table).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
