"""Who works here and on what: the studies on offer, the one that is open, and the ids in the page's address."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from expansion.errors import PlanningError
from expansion.figures.layers import SentLayer, bounds_of, send_layer
from expansion.figures.sets import choice_layers, coverage_layers
from expansion.runs.embedded import DEFAULT_STUDY, embedded_studies, find_embedded
from expansion.runs.jobs import Job, list_jobs
from expansion.runs.stamps import stamp_study
from expansion.runs.standby import STANDBY
from expansion.runs.studies import STUDY_FILE
from expansion.runs.surveying import SurveyedStudy, survey
from expansion.views.words import show_error

DATA_VARIABLE = "EXPANSION_DATA"
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class StudyEntry:
    """A study on offer: `origin` is embedded, data or uploaded."""

    study_id: str
    title: str
    folder: Path
    origin: str


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """The study that is open, surveyed, with what its maps draw."""

    entry: StudyEntry
    surveyed: SurveyedStudy
    stamp: str
    bounds: list[list[float]]


def owner() -> str:
    """Name of the one who is logged in, as a folder name; ``local`` where nobody has to log in."""
    user: Any = st.user
    email = user.get("email") if user.get("is_logged_in") else None
    return hashlib.sha256(str(email).encode()).hexdigest()[:16] if email else "local"


def data_folder() -> Path:
    """Folder of the studies on offer beside the embedded ones; runs and uploads are kept in it."""
    return Path(os.environ.get(DATA_VARIABLE) or "out/app").resolve()


def own_folder() -> Path:
    """Folder of what the owner made: ``runs`` and ``studies``."""
    return data_folder() / ".expansion" / owner()


def runs_folder() -> Path:
    """Folder of the owner's runs."""
    return own_folder() / "runs"


def library() -> dict[str, StudyEntry]:
    """Studies on offer by id: embedded, under the data folder, and uploaded, in this order."""
    found = [
        StudyEntry(name, name.replace("-", " ").title(), find_embedded(name), "embedded") for name in embedded_studies()
    ]
    found += _below(data_folder(), "data") + _below(own_folder() / "studies", "uploaded")
    return {entry.study_id: entry for entry in found}


def _below(folder: Path, origin: str) -> list[StudyEntry]:
    """Studies one level below a folder, by name."""
    entries = []
    for path in sorted(folder.glob(f"*/{STUDY_FILE}")):
        name = path.parent.name
        slug = _SLUG.sub("-", name.lower()).strip("-")[:48]
        if slug != name:
            slug += "-" + hashlib.sha256(name.encode()).hexdigest()[:6]
        entries.append(StudyEntry(f"{origin}-{slug}", name, path.parent, origin))
    return entries


def begin_page() -> StudyEntry:
    """Take over the ids in the page's address, once per session, and keep the address in step after that."""
    state, studies = st.session_state, library()
    if "study" not in state:
        _read_link(studies)
    if state["study"] not in studies:
        _notice(f"The study {state['study'][:60]} is no longer here; the demo is open instead.")
        state["study"] = DEFAULT_STUDY
    write_link()
    for notice in state.pop("notices", []):
        st.warning(notice, icon=":material/info:")
    return studies[state["study"]]


def _read_link(studies: dict[str, StudyEntry]) -> None:
    """Read study, areas and plan from the address; areas and plan are checked where they are used."""
    state, link = st.session_state, st.query_params
    wanted = str(link.get("study", DEFAULT_STUDY))
    if wanted not in studies:
        _notice("The link names a study that is not here; the demo is open instead. Home lists every study on offer.")
        wanted = DEFAULT_STUDY
    state["study"] = wanted
    state["chosen"] = tuple(name for name in str(link.get("areas", "")).split(",") if name)[:500]
    state["plan"] = str(link.get("plan", ""))[:40]
    state["undo"] = []


def _notice(text: str) -> None:
    """Keep a sentence of the program's own words, to be shown on top of the page."""
    st.session_state.setdefault("notices", []).append(text)


def write_link() -> None:
    """Put the ids of what is open into the address."""
    state = st.session_state
    wanted = {"study": state["study"], "areas": ",".join(state["chosen"]), "plan": state["plan"]}
    wanted = {key: value for key, value in wanted.items() if value}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def open_study(study_id: str) -> None:
    """Make a study the open one; what was chosen in another one is put away."""
    state = st.session_state
    if state.get("study") != study_id:
        state.update(study=study_id, chosen=(), undo=[], plan="")


def choose_study(entry: StudyEntry) -> None:
    """Show which study is open and let the reader open another one."""
    studies = library()
    st.session_state["study_box"] = entry.study_id
    st.selectbox(
        "Study", list(studies), format_func=lambda name: studies[name].title, key="study_box",
        on_change=lambda: open_study(st.session_state["study_box"]),
    )  # fmt: skip


def require_open(entry: StudyEntry) -> OpenStudy:
    """Survey the open study; where it cannot be used, say why and offer a way on, and end the page there."""
    try:
        stamp = stamp_study(entry.folder)
        surveyed = _survey(owner(), str(entry.folder), stamp)
        STANDBY.hold(entry.folder, stamp)
    except PlanningError as error:
        show_error(error)
        st.button("Open the demo instead", on_click=open_study, args=(DEFAULT_STUDY,), icon=":material/map:")
        st.stop()
    inputs = surveyed.survey.inputs
    shapes = [inputs.locations.geometry] if len(inputs.locations) > 1 else [inputs.roads.geometry]
    return OpenStudy(entry, surveyed, stamp, bounds_of(shapes))


@st.cache_resource(max_entries=6, show_spinner="Reading the study and looking for areas …")
def _survey(owner_id: str, folder: str, stamp: str) -> SurveyedStudy:  # noqa: ARG001 - the stamp is the key
    return survey(Path(folder))


def coverage_map(study: OpenStudy) -> tuple[SentLayer, ...]:
    """Layers of the coverage map, made once per study."""
    return _layers(owner(), "coverage", study.stamp, study.surveyed)


def choice_map(study: OpenStudy) -> tuple[SentLayer, ...]:
    """Layers of the map on which areas are chosen, made once per study."""
    return _layers(owner(), "choice", study.stamp, study.surveyed)


@st.cache_resource(max_entries=12, show_spinner="Drawing the map …")
def _layers(owner_id: str, which: str, stamp: str, _surveyed: SurveyedStudy) -> tuple[SentLayer, ...]:  # noqa: ARG001
    seen = _surveyed.survey
    if which == "coverage":
        layers = coverage_layers(seen.inputs, seen.eligibility.table)
    else:
        layers = choice_layers(seen.inputs, seen.eligibility.table, seen.areas.table)
    return tuple(send_layer(layer) for layer in layers if layer.features)


def finished_jobs(study_id: str = "") -> list[Job]:
    """List the owner's finished runs, newest first; of one study where one is named."""
    return [job for job in list_jobs(runs_folder()) if job.state == "done" and study_id in ("", job.study)]
