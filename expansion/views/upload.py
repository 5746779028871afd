"""One's own region: uploaded files made into a study, and what the readers say about them."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import streamlit as st

from expansion.errors import PlanningError
from expansion.runs import StudyParts, init_study
from expansion.runs.checking import finding_row
from expansion.views.desk import open_study, survey_entry, turn_to
from expansion.views.shelf import StudyEntry, library, own_folder
from expansion.views.tables import show_findings
from expansion.views.words import plain, show_error

_EXTRACTS = ["pbf", "osm", "gz"]
_TABLES = ["csv", "zip", "geojson", "gpkg", "parquet", "kml", "kmz"]
_PROFILES = {
    "generic": "Any country",
    "us-bead": "United States, BEAD",
    "uk": "United Kingdom",
    "eu": "European Union",
}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the form asks for: a name, files by kind, and a rule book."""

    name: str
    files: Mapping[str, Sequence[Any]]
    profile: str
    shown_names: dict[str, str] = field(default_factory=dict)


def show_upload() -> None:
    """Make a study out of uploaded files."""
    st.subheader("Your own region", anchor=False)
    with st.form("upload", border=True):
        name = st.text_input("Name", placeholder="north-valley", max_chars=40)
        extract = st.file_uploader("OpenStreetMap extract (.osm.pbf, .osm, .osm.gz)", type=_EXTRACTS)
        files, profile = _optional_files()
        st.caption(
            "Without locations, buildings count; without coverage, all are unserved; without plant, an office is "
            "assumed."
        )
        said = st.container()
        sent = st.form_submit_button("Check and open", type="primary", icon=":material/upload:")
    with said:
        if sent and extract is None:
            st.warning("Add an OpenStreetMap extract first; everything else is optional.", icon=":material/info:")
        elif sent:
            with st.spinner("Reading and checking …"):
                _make(_Wish(name, {"osm": [extract], **files}, profile))
    _uploaded_findings()


def _optional_files() -> tuple[dict[str, Sequence[Any]], str]:
    """Ask for what a study can do without."""
    with st.expander("Locations, coverage, plant (all optional)"):
        locations = st.file_uploader("Locations that a provider could serve", type=_TABLES)
        coverage = st.file_uploader("Coverage: who offers which service", type=_TABLES, accept_multiple_files=True)
        plant = st.file_uploader("Existing plant: offices, fiber, duct", type=_TABLES)
        profile = st.segmented_control(
            "Rules: who may be funded, which permits, what work costs", list(_PROFILES), default="generic",
            format_func=_PROFILES.__getitem__,
        )  # fmt: skip
    return {"locations": [locations], "coverage": coverage, "plant": [plant]}, profile or "generic"


def _make(wish: _Wish) -> None:
    """Put the files where `init_study` finds them, make the study, and look at it once to see what it says."""
    folder = _free_folder(own_folder() / "studies", wish.name)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            init_study(folder, _store(wish, Path(scratch)), profile=wish.profile)
        entry = next(one for one in library().values() if one.folder == folder)
        seen = survey_entry(entry)[1].survey
    except PlanningError as error:
        shutil.rmtree(folder, ignore_errors=True)
        show_error(error, wish.shown_names)
        return
    findings = [*seen.inputs.findings, *seen.eligibility.findings, *seen.areas.findings]
    open_study(entry.study_id)
    st.session_state["uploaded"] = (entry, [finding_row(finding) for finding in findings])
    st.rerun()


def _free_folder(studies: Path, name: str) -> Path:
    """Return a folder that is not there yet, called as the region where that can be."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "region"
    names = (slug if number == 1 else f"{slug}-{number}" for number in count(1))
    return next(studies / one for one in names if not (studies / one).exists())


def _store(wish: _Wish, scratch: Path) -> StudyParts:
    """Write uploads under plain names that keep their endings, and remember what their owner calls them."""
    paths: dict[str, list[Path]] = {}
    for kind, sent in wish.files.items():
        files = [one for one in sent if one is not None]
        paths[kind] = [_write(file, scratch / f"{kind}-{number}") for number, file in enumerate(files)]
        stems = [_stem(kind, number, len(files)) for number in range(len(files))]
        wish.shown_names.update({stem: file.name for stem, file in zip(stems, files, strict=True)})
    osm, locations, plant = (next(iter(paths[kind]), None) for kind in ("osm", "locations", "plant"))
    return StudyParts(osm=osm, locations=locations, plant=plant, coverage=tuple(paths["coverage"]))


def _stem(kind: str, number: int, several: int) -> str:
    """Name without ending that `init_study` gives a file."""
    stem = "region" if kind == "osm" else kind
    return f"{stem}-{number + 1}" if kind == "coverage" and several > 1 else stem


def _write(file: Any, stem: Path) -> Path:
    """Write one upload beside `stem`, with at most two endings of its name."""
    endings = [part for part in Path(file.name).suffixes[-2:] if part[1:].isalnum() and part.isascii()]
    path = stem.with_name(stem.name + "".join(endings))
    path.write_bytes(file.getbuffer())
    return path


def _uploaded_findings() -> None:
    """Show what the readers said about the study that was uploaded last."""
    if "uploaded" not in st.session_state:
        return
    entry: StudyEntry = st.session_state["uploaded"][0]
    st.success(f"{plain(entry.title)} is open.", icon=":material/check_circle:")
    if st.button("See its coverage", key="see-uploaded", icon=":material/map:", type="primary"):
        open_study(entry.study_id)
        turn_to("coverage")
    show_findings(st.session_state["uploaded"][1])
