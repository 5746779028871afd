"""Home: what can be opened, what has been planned, and how to bring one's own data."""

from __future__ import annotations

from typing import Any

import streamlit as st

from expansion.markup import safe
from expansion.runs.jobs import Job
from expansion.views.desk import begin_page, open_study, turn_to
from expansion.views.shelf import StudyEntry, all_jobs, library
from expansion.views.upload import show_upload
from expansion.views.words import plain
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
        show_upload()
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
        turn_to("plan" if is_plan else "coverage")


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
