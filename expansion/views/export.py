"""Export: take a plan away in the formats that other programs read."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import streamlit as st

from expansion.errors import PlanningError
from expansion.export import EXPORTS
from expansion.runs.handing import export_saved
from expansion.runs.jobs import Job
from expansion.views.desk import begin_page, choose_study
from expansion.views.plan import open_job
from expansion.views.plans import plan_document
from expansion.views.running import show_run
from expansion.views.shelf import owner
from expansion.views.words import plain, show_error, title

_ABOUT = {
    "gpkg": ("GeoPackage", "one file for QGIS and ArcGIS, every table a layer, with its styles"),
    "qgis": ("QGIS project", "the GeoPackage with a project that opens it, zipped"),
    "kmz": ("KMZ", "for Google Earth, in folders by phase and area"),
    "shp": ("Shapefile", "for older GIS; names cut to ten letters"),
    "xlsx": ("Excel workbook", "costs by area, phase and category, bill of materials, rates, permits, tasks"),
    "mspdi": (
        "Microsoft Project",
        "XML with outline, links, calendars, crews, costs and a baseline; opens in others too",
    ),
    "ics": ("Calendar", "gates, milestones, orders, permits and waves as days for any calendar program"),
    "ofds": ("Open Fibre Data Standard", "nodes and spans as open data, JSON and GeoJSON"),
    "funder": ("Funder pack", "milestones, locations by milestone, certification, report to fill in"),
    "svg": ("Drawings", "schematic of the network and of every hub, straight-line diagrams; A3, to print"),
    "dxf": ("DXF drawing", "for CAD, in layers with attributes, in meters"),
    "splice": ("Splice report", "every splice with colors and tray, per hub and office, and the cut list of cables"),
    "poles": ("Pole sheets", "poles in use per owner, by application lot"),
    "html": ("Proposal, one page", "what a board reads, with registers behind it; to mail or print"),
    "pdf": ("Proposal, PDF", "the same as pages, with outline and contents"),
    "geojson": ("GeoJSON", "one file per layer, in longitude and latitude"),
    "geoparquet": ("GeoParquet", "for analysts: fast, typed, in the study's projection"),
    "csv": ("CSV", "every table as text"),
    "stp": ("SteinLib", "the route problem, for other solvers"),
}
_MIME = {
    ".gpkg": "application/geopackage+sqlite3", ".kmz": "application/vnd.google-earth.kmz", ".html": "text/html",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".zip": "application/zip",
    ".xml": "application/xml", ".ics": "text/calendar",
}  # fmt: skip


def show_export() -> None:
    """Show the page."""
    entry = begin_page()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        title("Export", "Take the plan into a GIS, a spreadsheet or a report. Every file names the plan's fingerprint.")
    with right:
        choose_study(entry)
    job = open_job(entry)
    show_run(entry)
    if job is None:
        st.info("There is no finished plan of this study to export. Plan some areas first.", icon=":material/info:")
        page = st.session_state.get("pages", {}).get("areas")
        if page is not None:
            st.page_link(page, label="Choose areas on the map", icon=":material/route:")
        return
    formats, made = st.columns([1.3, 1], gap="large")
    with formats:
        wanted = _choose_formats()
    with made:
        _hand_over(job, wanted)


def _choose_formats() -> list[str]:
    """Let the reader choose formats, each with what it is good for."""
    st.subheader("Formats", anchor=False)
    order = [name for name in _ABOUT if _format(name) in EXPORTS] + [name for name in EXPORTS if name not in _ABOUT]
    wanted = []
    for name in order:
        label, about = _ABOUT.get(name, (name, ""))
        if st.checkbox(f"**{label}**  {about}", value=name == "gpkg", key=f"format-{name}"):
            wanted.append(name)
    return wanted


def _format(name: str) -> str:
    """Export format behind an entry of the list: the QGIS project is written beside the GeoPackage."""
    return "gpkg" if name == "qgis" else name


def _hand_over(job: Job, wanted: list[str]) -> None:
    """Write what is asked for and offer it, one button per format."""
    st.subheader("Files", anchor=False)
    if not wanted:
        st.caption("Choose a format to the left.")
    for name in wanted:
        try:
            file_name, content = _made(owner(), str(job.plan), name, job.job_id)
        except PlanningError as error:
            show_error(error)
            continue
        label = _ABOUT.get(name, (name, ""))[0]
        mime = _MIME.get(Path(file_name).suffix, "application/octet-stream")
        st.download_button(
            f"Download {label} ({_size(len(content))})", content, file_name, mime,
            key=f"download-{name}", on_click="ignore", icon=":material/download:", width="stretch", type="primary",
        )  # fmt: skip
    st.caption(f"Plan fingerprint {plain(plan_document(job)['fingerprint'])}")


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.0f} kB"


@st.cache_resource(max_entries=24, show_spinner="Writing the file …")
def _made(owner_id: str, plan: str, name: str, job_id: str) -> tuple[str, bytes]:  # noqa: ARG001
    """Write one format and return a file's name and content; a folder is zipped."""
    with tempfile.TemporaryDirectory() as scratch:
        (written,) = export_saved(Path(plan), [_format(name)], Path(scratch) / "export")
        stem = f"plan-{job_id[:6]}"
        beside = sorted(path for path in written.parent.rglob("*") if path.is_file() and path.name != "export.txt")
        if beside == [written] or name == "gpkg":
            return f"{stem}{written.suffix}", written.read_bytes()
        return f"{stem}-{name}.zip", _zipped(written.parent, beside)


def _zipped(folder: Path, files: list[Path]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder).as_posix())
    return packed.getvalue()
