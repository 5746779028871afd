"""The formats a plan can be exported to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from expansion.errors import OutputError
from expansion.export.applications import write_applications
from expansion.export.charters import write_charters
from expansion.export.crm import write_crm
from expansion.export.dxf import write_dxf
from expansion.export.funder import write_funder
from expansion.export.geojson import write_geojson
from expansion.export.geoparquet import write_geoparquet
from expansion.export.gpkg import write_gpkg
from expansion.export.html import write_html
from expansion.export.ics import write_ics
from expansion.export.kmz import write_kmz
from expansion.export.mspdi import write_mspdi
from expansion.export.ofds import write_ofds
from expansion.export.pdf import write_pdf
from expansion.export.pole_sheets import write_poles
from expansion.export.shp import write_shp
from expansion.export.splice_report import write_splice
from expansion.export.stp import write_stp
from expansion.export.svg import write_svg
from expansion.export.text import write_csv
from expansion.export.xlsx import write_xlsx
from expansion.figures.existing import EXISTING_FIBER, existing_fiber
from expansion.figures.poles import POLES, plan_poles
from expansion.figures.stations import STATION_REACH, station_reach
from expansion.plan.saved import SavedPlan

Writer = Callable[[SavedPlan, Path], Path]

EXPORTS: dict[str, tuple[Writer, str]] = {
    "charters": (write_charters, "charters.html"),
    "crm": (write_crm, "crm.csv"),
    "csv": (write_csv, "csv"),
    "dxf": (write_dxf, "plan.dxf"),
    "funder": (write_funder, "funder"),
    "geojson": (write_geojson, "geojson"),
    "geoparquet": (write_geoparquet, "geoparquet"),
    "gpkg": (write_gpkg, "plan.gpkg"),
    "html": (write_html, "plan.html"),
    "ics": (write_ics, "plan.ics"),
    "kmz": (write_kmz, "plan.kmz"),
    "mspdi": (write_mspdi, "plan.xml"),
    "ofds": (write_ofds, "ofds"),
    "pdf": (write_pdf, "plan.pdf"),
    "permits": (write_applications, "permits"),
    "poles": (write_poles, "poles"),
    "shp": (write_shp, "shp"),
    "splice": (write_splice, "splice"),
    "stp": (write_stp, "stp"),
    "svg": (write_svg, "svg"),
    "xlsx": (write_xlsx, "plan.xlsx"),
}


def require_formats(names: Sequence[str]) -> None:
    """Refuse formats that cannot be written, before anything is."""
    unknown = [name for name in names if name not in EXPORTS]
    if unknown or not names:
        hint = f"choose from {', '.join(EXPORTS)}, joined by commas"
        raise OutputError("no such export format", code="E_EXPORT_FORMAT", where=unknown, hint=hint)


def export_plan(plan: SavedPlan, names: Sequence[str], folder: Path) -> list[Path]:
    """Write a plan in several formats below `folder` and return where each one lies.

    Parameters
    ----------
    plan
        The saved plan.
    names
        Formats, out of `EXPORTS`.
    folder
        An existing folder; each format makes its own file or folder in it.

    Raises
    ------
    OutputError
        ``E_EXPORT_FORMAT`` for an unknown format.
    """
    require_formats(names)
    shown = with_layers(plan)
    return [EXPORTS[name][0](shown, folder / EXPORTS[name][1]) for name in dict.fromkeys(names)]


def with_layers(plan: SavedPlan) -> SavedPlan:
    """Add layers that no table of a plan needs: existing fiber, on which huts hang, poles, where stations serve."""
    tables = {**plan.tables, EXISTING_FIBER.name: existing_fiber(plan.tables)}
    if {"spans", "triggers", "permits", "cables", "sites"} <= set(plan.tables):
        tables[POLES.name] = plan_poles(plan.tables, plan.study_document.get("rules", {}))
    if len(plan.tables.get("stations", ())):
        tables[STATION_REACH.name] = station_reach(plan.tables)
    return replace(plan, tables=tables)
