"""Compare: the open plan beside another one of the same study."""

from __future__ import annotations

import streamlit as st

from expansion.figures.comparing import compare_areas, compare_figures
from expansion.plan.diff import diff_findings
from expansion.plan.saved import SavedPlan
from expansion.runs.jobs import Job
from expansion.views.plans import plan_document, saved_plan
from expansion.views.shelf import StudyEntry, finished_jobs
from expansion.views.tables import show_findings, show_reading
from expansion.views.words import plain
from expansion.wording import count

_MOST = 40


def show_comparison(entry: StudyEntry, job: Job, saved: SavedPlan) -> None:
    """Let the reader choose another plan of the study, and show what differs; nothing is read before."""
    others = {one.job_id: one for one in finished_jobs(entry.study_id) if one.job_id != job.job_id}
    if not others:
        st.info(
            "This study has one plan. Change limits on the page Phases and plan again: then both stand here.",
            icon=":material/info:",
        )
        return
    key = st.selectbox(
        "Compare with", list(others), index=None, format_func=lambda one: name_of(others[one]),
        placeholder="Choose another plan of this study", key=f"compare-{job.job_id}",
    )  # fmt: skip
    if key is None:
        st.caption("The other plan stands on the left, the open one on the right; differences are open less other.")
        return
    other = saved_plan(others[key])
    _figures(other, saved)
    _areas(other, saved)
    _findings(other, saved)


def name_of(job: Job) -> str:
    """Name a plan by when it was made, and its folder or areas."""
    made = f"{job.started[:16].replace('T', ' ')} UTC"
    if job.name:
        return f"{made} · in {job.name}"
    shown = ", ".join(job.areas[:6]) + (" …" if len(job.areas) > 6 else "")
    served = plan_document(job)["counts"]["locations_chosen"]
    return f"{made} · {shown or 'areas that the budget allows'} · {count(served, 'location')}"


def _figures(other: SavedPlan, own: SavedPlan) -> None:
    """Show the headline figures of both."""
    rows = compare_figures(other.document, own.document)
    money = own.document["cost"]["currency"]
    show_reading(rows.rename(columns={"figure": f"figure, money in {money}", "first": "other plan",
                                      "second": "open plan"}), many=True)  # fmt: skip


def _areas(other: SavedPlan, own: SavedPlan) -> None:
    """Show the areas that came, went or moved to another year."""
    st.markdown("**Areas that came, went or moved**")
    rows = compare_areas(other.tables["areas"], own.tables["areas"])
    if not len(rows):
        st.caption("Both plans build the same areas in the same years.")
        return
    show_reading(rows.head(_MOST).rename(columns={"first": "other plan", "second": "open plan"}), many=True)
    if len(rows) > _MOST:
        st.caption(f"The {_MOST} of most locations; {count(len(rows) - _MOST, 'area')} more differ.")


def _findings(other: SavedPlan, own: SavedPlan) -> None:
    """Show the findings that came, and name those that went."""
    rows = diff_findings(other.document["findings"], own.document["findings"])
    came = [row["after"] for row in rows if row["after"] is not None]
    gone = [row["before"]["message"] for row in rows if row["after"] is None]
    st.markdown("**Findings that are new or say something else**")
    show_findings(came)
    if gone:
        st.caption(f"Gone: {plain('; '.join(gone))}.")
