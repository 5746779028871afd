"""Home: what can be opened, what has been planned, and how to bring one's own data."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from expansion.errors import PlanningError
from expansion.markup import safe
from expansion.runs import StudyParts, init_study
from expansion.runs.checking import finding_row
from expansion.runs.jobs import Job
from expansion.runs.surveying import survey
from expansion.views.desk import begin_page, open_study
from expansion.views.shelf import StudyEntry, all_jobs, library, own_folder
from expansion.views.tables import show_findings
from expansion.views.words import plain, show_error
from expansion.wording import count

_ABOUT = {
    "liechtenstein": (
        "All of Liechtenstein in 2013: 3,420 locations on real roads, with rivers and a railway; coverage, plant and "
        "poles are synthetic."
    ),
    "three-rivers": (
        "A Michigan town inside a synthetic township: coverage as the FCC publishes it, federal permits, wetlands, a "
        "flood zone, another award."
    ),
}
_ORIGINS = {
    "embedded": "comes with the program", "data": "from the data folder", "uploaded": "uploaded by you",
    "plan": "a plan from the data folder; its study is not here",
}  # fmt: skip
_MOST_RUNS = 6
_STATES = {"done": "done", "running": "being planned", "failed": "failed", "cancelled": "cancelled"}
_EXTRACTS = ["pbf", "osm", "gz"]
_TABLES = ["csv", "zip", "geojson", "gpkg", "parquet", "kml", "kmz"]


def show_home() -> None:
    """Show the page."""
    entry = begin_page()
    st.html(
        "<div class='hero'><h1>Rural fiber, from coverage map to project plan</h1><p>See who lacks service, choose "
        "areas, and get a routed, costed and phased plan with permits, crews and dates. Every number says how good it "
        "can be and where it comes from.</p></div>"
    )
    _studies(entry)
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        _upload()
    with right:
        _runs()


def _studies(open_now: StudyEntry) -> None:
    """Show a card per study."""
    st.subheader("Studies", anchor=False)
    entries = list(library().values())
    wide = 2 if len(entries) in (2, 4) else 3
    for start in range(0, len(entries), wide):
        for column, entry in zip(st.columns(wide), entries[start : start + wide], strict=False):
            with column.container(border=True, height="stretch", vertical_alignment="distribute"):
                _card(entry, is_open=entry.study_id == open_now.study_id)


def _card(entry: StudyEntry, *, is_open: bool) -> None:
    """Show one study."""
    about = _ABOUT.get(entry.study_id, "") if entry.origin == "embedded" else ""
    mark = "<span class='chip'>open</span>" if is_open else ""
    st.html(
        f"<div class='card'><h3>{safe(entry.title)} {mark}</h3><p>{safe(about)}</p>"
        f"<p class='quiet'>{safe(_ORIGINS[entry.origin])}</p></div>"
    )
    is_plan = entry.origin == "plan"
    label = "See the plan" if is_plan else "See its coverage" if is_open else "Open"
    kind: Any = "primary" if is_open else "secondary"
    if st.button(label, key=f"open-{entry.study_id}", type=kind, icon=":material/map:", width="stretch"):
        open_study(entry.study_id)
        _turn_to("plan" if is_plan else "coverage")


def _turn_to(name: str) -> None:
    """Turn to a page where the app's navigation knows it; a page run alone stays where it is."""
    page = st.session_state.get("pages", {}).get(name)
    if page is not None:
        st.switch_page(page)
    st.rerun()


def _runs() -> None:
    """List the latest plans: the owner's, and those in the data folder."""
    st.subheader("Latest plans", anchor=False)
    jobs = all_jobs()
    if not jobs:
        st.caption("None yet. Open a study, choose areas on its map, and plan them.")
    titles = {entry.study_id: entry.title for entry in library().values()}
    for job in jobs[:_MOST_RUNS]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            began = f" · {plain(job.started[:16].replace('T', ' '))} UTC" if job.started else ""
            st.markdown(f"**{plain(titles.get(job.study, job.study))}**, {_about(job)}  \n{_STATES[job.state]}{began}")
            if job.study in titles and job.state in ("done", "running"):
                st.button("Open", key=f"run-{job.job_id}", on_click=_open_run, args=(job.study, job.job_id, job.areas))
    if len(jobs) > _MOST_RUNS:
        st.caption(f"{len(jobs) - _MOST_RUNS} older ones are on the Plan page of their study.")


def _about(job: Job) -> str:
    """Say which areas a run plans, or where a found plan lies."""
    if job.name:
        return f"in {plain(job.name)}"
    return count(len(job.areas), "chosen area") if job.areas else "within its budgets"


def _open_run(study_id: str, job_id: str, areas: tuple[str, ...]) -> None:
    open_study(study_id)
    st.session_state.update(plan=job_id, chosen=areas, turn_to="plan")


def _upload() -> None:
    """Make a study out of uploaded files."""
    st.subheader("Your own region", anchor=False)
    with st.form("upload", border=True):
        name = st.text_input("Name", placeholder="north-valley", max_chars=40)
        extract = st.file_uploader("OpenStreetMap extract (.osm.pbf, .osm, .osm.gz)", type=_EXTRACTS)
        with st.expander("Locations, coverage, plant (all optional)"):
            locations = st.file_uploader("Locations that a provider could serve", type=_TABLES)
            coverage = st.file_uploader("Coverage: who offers which service", type=_TABLES, accept_multiple_files=True)
            plant = st.file_uploader("Existing plant: offices, fiber, duct", type=_TABLES)
            profile = st.segmented_control("Rules", ["generic", "us-bead"], default="generic")
        st.caption(
            "Without locations, buildings count; without coverage, all are unserved; without plant, an office is "
            "assumed."
        )
        sent = st.form_submit_button("Check and open", type="primary", icon=":material/upload:")
    if sent and extract is None:
        st.warning("Add an OpenStreetMap extract first; everything else is optional.", icon=":material/info:")
    elif sent:
        with st.spinner("Reading and checking …"):
            _make(
                name,
                {"osm": [extract], "locations": [locations], "coverage": coverage, "plant": [plant]},
                profile or "generic",
            )
    _uploaded_findings()


def _make(name: str, files: dict[str, Sequence[Any]], profile: str) -> None:
    """Put the files where `init_study` finds them, make the study, and look at it once to see what it says."""
    slug = (
        "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name.lower()).strip("-")
        or "region"
    )
    folder = own_folder() / "studies" / f"{slug[:40]}-{secrets.token_hex(2)}"
    try:
        with tempfile.TemporaryDirectory() as scratch:
            paths = {kind: _store(kind, sent, Path(scratch)) for kind, sent in files.items()}
            first = {kind: (found[0] if found else None) for kind, found in paths.items()}
            parts = StudyParts(
                osm=first["osm"], locations=first["locations"], coverage=tuple(paths["coverage"]), plant=first["plant"]
            )
            init_study(folder, parts, profile=profile)
        found = survey(folder).survey
    except PlanningError as error:
        shutil.rmtree(folder, ignore_errors=True)
        show_error(error)
        return
    entry = next(one for one in library().values() if one.folder == folder)
    findings = [*found.inputs.findings, *found.eligibility.findings, *found.areas.findings]
    open_study(entry.study_id)
    st.session_state["uploaded"] = (entry.title, [finding_row(finding) for finding in findings])
    st.rerun()


def _store(kind: str, sent: Sequence[Any], scratch: Path) -> list[Path]:
    """Write uploads under plain names that keep their endings."""
    paths = []
    for number, file in enumerate(one for one in sent if one is not None):
        endings = [part for part in Path(file.name).suffixes[-2:] if part[1:].isalnum()]
        path = scratch / f"{kind}-{number}{''.join(endings)}"
        path.write_bytes(file.getbuffer())
        paths.append(path)
    return paths


def _uploaded_findings() -> None:
    """Show what the readers said about the study that was uploaded last."""
    if "uploaded" not in st.session_state:
        return
    title, rows = st.session_state["uploaded"]
    st.success(f"{plain(title)} is open.", icon=":material/check_circle:")
    show_findings(rows)
