"""Splice report: a CSV per hub, office and tap with every splice below it, colors and places, as a splicer works."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.export.file_names import file_name
from expansion.export.text import csv_table
from expansion.plan.saved import SavedPlan
from expansion.plan.specs_network import FUSED, REELS, SPLICES

_HEADS = ("co", "hut", "fiber_tap", "hub")
COLUMNS = (
    "head", "site_id", "site_kind", "longitude", "latitude", "splice_id", "kind", "tray", "place", "in_cable",
    "in_fiber", "in_tube_color", "in_fiber_color", "in_port", "out_cable", "out_fiber", "out_tube_color",
    "out_fiber_color", "out_port", "carries", "area_id",
)  # fmt: skip


def write_splice(plan: SavedPlan, path: Path) -> Path:
    """Write a folder of splice reports; equal plans give equal bytes.

    A file per hub, office, hut and tap lists the splices there and at the closures, terminals and joints of the cables
    that it feeds: site by site, in the order in which they lie in the trays. ``sites.csv`` has a row per site: its
    file, kind, place, fusion splices, trays and cables; ``cut_list.csv`` the pieces of cable and their reels.

    References
    ----------
    TIA-598-D, Optical Fiber Cable Color Coding; OWASP, CSV Injection.
    """
    path.mkdir(parents=True, exist_ok=True)
    report = splice_report(plan.tables)
    taken, files = {"sites", "cut_list"}, {}
    for head, mine in report.groupby("head", sort=True):
        files[str(head)] = f"{file_name(str(head), taken)}.csv"
        _write(mine, path / files[str(head)])
    _write(site_list(report, files), path / "sites.csv")
    _write(plan.tables.get(REELS.name, REELS.empty()), path / "cut_list.csv")
    return path


def splice_report(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """List every splice of a plan with the head of its cables and its place, in the order of the files.

    Parameters
    ----------
    tables
        Tables of the plan; one without splices gives no rows.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; longitude and latitude in EPSG:4326, to 7 digits.
    """
    splices = tables.get(SPLICES.name, SPLICES.empty())
    sites, reels = tables["sites"], tables.get(REELS.name, REELS.empty())
    kind = dict(zip(sites["site_id"], sites["kind"], strict=True))
    places = _places(sites, "site_id") | (_places(reels, "to_site", kind) if len(reels) else {})
    heads = _heads(tables)
    site = splices["site_id"].to_numpy(dtype=object)
    found = pd.DataFrame(splices).assign(
        head=[heads.get(name, name) for name in site],
        site_kind=[kind.get(name, "joint") for name in site],
        longitude=[places.get(name, (np.nan, np.nan))[0] for name in site],
        latitude=[places.get(name, (np.nan, np.nan))[1] for name in site],
    )
    number = [
        int(text) if text.isdigit() else 0 for text in (str(name).rpartition("/")[2] for name in found["splice_id"])
    ]
    found = found.assign(number=number, first=found["head"] != found["site_id"])
    return found.sort_values(["head", "first", "site_id", "number"], kind="stable")[list(COLUMNS)].reset_index(
        drop=True
    )


def site_list(report: pd.DataFrame, files: Mapping[str, str]) -> pd.DataFrame:
    """List the sites of a report: file, place, splices, trays and the cables that meet there."""
    rows = []
    for (head, site), mine in report.groupby(["head", "site_id"], sort=True):
        cables = sorted({*mine["in_cable"].dropna(), *mine["out_cable"].dropna()})
        rows.append(
            {
                "site_id": site, "site_kind": mine["site_kind"].iloc[0], "file": files[str(head)],
                "longitude": mine["longitude"].iloc[0], "latitude": mine["latitude"].iloc[0],
                "fusion_splices": int(mine["kind"].isin(FUSED).sum()), "trays": int(mine["tray"].fillna(0).max()),
                "connectors": int((mine["kind"] == "connector").sum()), "cables": ",".join(cables),
            }
        )  # fmt: skip
    names = ["site_id", "site_kind", "file", "longitude", "latitude", "fusion_splices", "trays", "connectors", "cables"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(("site_id", "site_kind", "file", "cables"), "str"))


def _heads(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Hub, office, hut or tap whose file each site and joint belongs to."""
    sites, cables = tables["sites"], tables["cables"]
    columns = (sites["site_id"], sites["kind"], sites["parent_site_id"])
    heads = {name: name if kind in _HEADS else str(parent) for name, kind, parent in zip(*columns, strict=True)}
    source = {
        name: heads.get(start, start) for name, start in zip(cables["cable_id"], cables["from_site"], strict=True)
    }
    reels = tables.get(REELS.name, REELS.empty())
    for cable, joint in zip(reels["cable_id"], reels["to_site"], strict=True):
        heads.setdefault(joint, source.get(cable, joint))
    return heads


def _places(table: pd.DataFrame, name: str, known: Mapping[str, str] | None = None) -> dict[str, tuple[float, float]]:
    """Longitude and latitude per name; of those already `known` none."""
    points = gpd.GeoSeries(table.geometry).to_crs(4326).to_numpy()
    degrees = zip(shapely.get_x(points).round(7).tolist(), shapely.get_y(points).round(7).tolist(), strict=True)
    return {name: at for name, at in zip(table[name], degrees, strict=True) if name not in (known or {})}


def _write(table: pd.DataFrame, path: Path) -> None:
    csv_table(table).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
