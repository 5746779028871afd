"""The opening lines of pages that show one plan: title, study, plan, and how the open run stands."""

from __future__ import annotations

import streamlit as st

from expansion.runs.jobs import Job
from expansion.views.desk import begin_page, choose_study
from expansion.views.plan import open_job
from expansion.views.running import show_run
from expansion.views.shelf import StudyEntry
from expansion.views.words import title


def open_plan(name: str, words: str) -> tuple[StudyEntry, Job | None]:
    """Head a page and let the reader choose study and plan; without a plan, offer a way to one.

    Parameters
    ----------
    name, words
        Title of the page, and what it shows.

    Returns
    -------
    tuple
        The open study, and its open plan; None where it has none.
    """
    entry = begin_page()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        title(name, words)
    with right:
        choose_study(entry)
    job = open_job(entry)
    show_run(entry)
    if job is None:
        st.info("There is no finished plan of this study. Plan some areas first.", icon=":material/info:")
        page = st.session_state.get("pages", {}).get("areas")
        if page is not None:
            st.page_link(page, label="Choose areas on the map", icon=":material/route:")
    return entry, job
