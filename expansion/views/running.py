"""A run while it works: start, progress, cancel, and a sentence for every way in which it can end."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from expansion.errors import PlanningError
from expansion.runs.jobs import Job, cancel_job, start_job
from expansion.views.desk import write_link
from expansion.views.shelf import StudyEntry, find_job, runs_folder
from expansion.views.words import plain, show_error

_POLL_SECONDS = 0.6
_SHOWN_LINES = 4


def start_run(entry: StudyEntry, areas: Sequence[str], changes: Sequence[str] = ()) -> None:
    """Begin to plan and make the run the open one."""
    try:
        job = start_job(runs_folder(), entry.study_id, entry.folder, areas, changes)
    except PlanningError as error:
        st.session_state["refused"] = error
        return
    st.session_state["plan_before"] = st.session_state["plan"]
    st.session_state["plan"] = job.job_id
    write_link()


def show_run(entry: StudyEntry) -> None:
    """Show how the open run stands; it asks again only while the run works."""
    refused = st.session_state.pop("refused", None)
    if refused is not None:
        show_error(refused)
    if st.session_state.pop("was_cancelled", False):
        st.info("Cancelled. Nothing was changed.", icon=":material/stop_circle:")
        write_link()
    wanted = st.session_state["plan"]
    job = find_job(wanted)
    if job is None and wanted:
        st.warning(
            "The link names a plan that is not here. Plan areas, or choose a plan on the Plan page.",
            icon=":material/info:",
        )
        st.session_state["plan"] = ""
        write_link()
    elif job is not None and job.study == entry.study_id and job.state != "done":
        running = job.state == "running"
        st.fragment(_progress, run_every=_POLL_SECONDS if running else None)(entry, job.job_id, running)


def _progress(entry: StudyEntry, job_id: str, was_running: bool) -> None:
    """Show one run; the page is drawn again once it has ended."""
    job = find_job(job_id)
    if job is None:
        st.rerun()
    elif job.state == "running":
        st.progress(job.share, f"{plain(job.stage.replace('_', ' ')).capitalize()} … {job.share:.0%}")
        st.button(
            "Cancel",
            on_click=_cancel,
            args=(job_id,),
            icon=":material/stop_circle:",
            width="stretch",
            key=f"cancel-{job_id}",
        )
    elif job.state == "cancelled":
        st.info("Cancelled. Nothing was changed.", icon=":material/stop_circle:")
    elif job.state == "failed":
        _failed(entry, job)
    if was_running and job is not None and job.state != "running":
        st.rerun()


def _cancel(job_id: str) -> None:
    """Stop a run; the plan that was open before it is open again."""
    cancel_job(runs_folder(), job_id)
    st.session_state["plan"] = st.session_state.pop("plan_before", "")
    st.session_state["was_cancelled"] = True


def _failed(entry: StudyEntry, job: Job) -> None:
    """Say why a run failed, in the planner's own words, and offer to try again."""
    lines = [line for line in job.errors if line.strip()][-_SHOWN_LINES:]
    said = "  \n".join(plain(line) for line in lines) or "The planner ended without a word, as when memory runs out."
    st.error(f"The plan could not be made.  \n{said}", icon=":material/error:")
    st.button(
        "Try again", on_click=start_run, args=(entry, job.areas, job.changes), icon=":material/refresh:",
        key=f"again-{job.job_id}",
    )  # fmt: skip


def show_trouble() -> None:
    """Say that the program itself has failed, and offer a way on; the server's log holds the rest."""
    st.error(
        "This page met an error of the program itself; your studies and plans are not harmed. The server's log says "
        "more. Reload the page, or go on from Home.", icon=":material/error:",
    )  # fmt: skip
    page = st.session_state.get("pages", {}).get("home")
    if page is not None:
        st.page_link(page, label="Home", icon=":material/home:")
