"""Who works here and on what: the studies on offer, the one that is open, and the ids in the page's address."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from expansion.errors import PlanningError
from expansion.figures.layers import SentLayer, bounds_of, send_layer
from expansion.figures.sets import choice_layers, coverage_layers
from expansion.runs.embedded import DEFAULT_STUDY
from expansion.runs.stamps import stamp_study
from expansion.runs.standby import STANDBY
from expansion.runs.surveying import SurveyedStudy, survey
from expansion.views.shelf import StudyEntry, library, owner
from expansion.views.words import show_error


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """The study that is open, surveyed, with what its maps draw."""

    entry: StudyEntry
    surveyed: SurveyedStudy
    stamp: str
    bounds: list[list[float]]


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
        state.update(study=study_id, chosen=(), undo=[], plan="", locks=())


def turn_to(name: str) -> None:
    """Turn to a page where the app's navigation knows it; a page run alone stays where it is."""
    page = st.session_state.get("pages", {}).get(name)
    if page is not None:
        st.switch_page(page)
    st.rerun()


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
    if entry.origin == "plan":
        st.info(
            "Only a plan is here, not the study it was made of. Its pages Plan and Export show all that there is.",
            icon=":material/info:",
        )
        page = st.session_state.get("pages", {}).get("plan")
        if page is not None:
            st.page_link(page, label="See the plan", icon=":material/assignment:")
        st.stop()
    try:
        stamp, surveyed = survey_entry(entry)
    except PlanningError as error:
        show_error(error)
        st.button("Open the demo instead", on_click=open_study, args=(DEFAULT_STUDY,), icon=":material/map:")
        st.stop()
    inputs = surveyed.survey.inputs
    shapes = [inputs.locations.geometry] if len(inputs.locations) > 1 else [inputs.roads.geometry]
    return OpenStudy(entry, surveyed, stamp, bounds_of(shapes))


def survey_entry(entry: StudyEntry) -> tuple[str, SurveyedStudy]:
    """Survey a study once, and have a planner read it that then stands by.

    Returns
    -------
    tuple
        The state of the study's files, and what was seen.

    Raises
    ------
    PlanningError
        Whatever is wrong with the study or its inputs.
    """
    stamp = stamp_study(entry.folder)
    surveyed = _survey(owner(), str(entry.folder), stamp)
    STANDBY.hold(entry.folder, stamp)
    return stamp, surveyed


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
