"""Other ways to build one area: routes that differ in kind, and a second way to each hub, looked for on demand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from expansion.errors import PlanningError
from expansion.figures.layers import SentLayer, send_layer
from expansion.figures.variants import KINDS, variant_layer
from expansion.markup import safe
from expansion.runs.jobs import VARIANTS, Job, ask_job, cancel_job, look_at_job
from expansion.views.desk import OpenStudy
from expansion.views.locks import lock_changes
from expansion.views.shelf import own_folder, owner
from expansion.views.words import money, plain, show_error
from expansion.wording import count, percent, within

_POLL_SECONDS = 0.8


def show_variants(study: OpenStudy, area: str) -> None:
    """Offer to look for other ways to build an area, and show those that were found."""
    job = _open_job(area)
    with st.expander(f"Other ways to build {area}", icon=":material/compare_arrows:", expanded=job is not None):
        if job is None or job.state == "cancelled":
            st.caption("Fewest permits, shortest time to permit, mostly aerial or buried; a second way to its hubs.")
            st.button("Compare", on_click=_ask, args=(study, area), icon=":material/compare_arrows:", width="stretch")
        elif job.state == "running":
            st.fragment(_wait, run_every=_POLL_SECONDS)(area)
        elif job.state == "failed":
            st.error("  \n".join(map(plain, job.errors[-3:])) or "The search ended without a word.")
            st.button("Try again", on_click=_ask, args=(study, area), key="ask-again")
        else:
            _answer(study, job)


def _desk() -> Path:
    return own_folder() / "questions"


def _open_job(area: str) -> Job | None:
    """Return the question that is open, if it is about this area."""
    try:
        job = look_at_job(_desk(), st.session_state.get("question", ""))
    except PlanningError:
        return None
    return job if job.areas == (area,) and job.study == st.session_state["study"] else None


def _ask(study: OpenStudy, area: str) -> None:
    try:
        job = ask_job(_desk(), study.entry.study_id, study.entry.folder, area, lock_changes(study))
    except PlanningError as error:
        show_error(error)
        return
    st.session_state["question"] = job.job_id


def _wait(area: str) -> None:
    """Say that the search runs; the page is drawn again once it has ended."""
    job = _open_job(area)
    if job is None or job.state != "running":
        st.rerun()
    st.caption(f"Looking for other ways to build {plain(area)} …")
    st.button("Stop", on_click=_stop, key="stop-question")


def _stop() -> None:
    cancel_job(_desk(), st.session_state["question"])


def _answer(study: OpenStudy, job: Job) -> None:
    features = _features(owner(), str(job.plan.parent / VARIANTS))
    rows = [feature["properties"] for feature in features]
    options = [row for row in rows if row["kind"] != "protection"]
    ways = [row for row in rows if row["kind"] == "protection" and row["length_m"]]
    currency = study.surveyed.study.study.currency
    st.html(f"<table class='ways'>{''.join(_option(row, currency) for row in options)}</table>")
    if ways:
        total = sum(row["added_cost"] for row in ways)
        st.markdown(f"A second way to {count(len(ways), 'hub')} adds **{plain(money(total, currency))}**.")
        shared = [row["hub_id"] for row in ways if not row["is_disjoint"]]
        if shared:
            st.caption(f"No second way avoids every edge of the first for {plain(', '.join(shared[:5]))}.")
    drawn = [row["kind"] for row in options if not row["same_as"]] + (["protection"] if ways else [])
    st.selectbox("Show on the map", ["", *drawn], format_func=lambda kind: KINDS.get(kind, "Nothing"), key="variant")
    st.caption("Routes to this area alone, beside fiber that lies there; a plan of several areas may share more.")


def _option(row: Mapping[str, Any], currency: str) -> str:
    """Write one way as a row; a route that equals an earlier one says only that. Every value passes `safe`."""
    name = safe(KINDS[row["kind"]])
    if row["same_as"]:
        return f"<tr><td>{name}</td><td class='quiet'>the same route as {safe(KINDS[row['same_as']].lower())}</td></tr>"
    slow = count(row["longest_lead_calendar_days"], "day")
    facts = (
        f"{count(row['permits'], 'permit')}, the slowest {slow}; {percent(row['aerial_share'])} on poles; "
        f"{row['length_m'] / 1000:,.1f} km; {within(row['gap'])}"
    )
    cost = safe(money(row["cost"], currency))
    return f"<tr><td>{name}</td><td><b>{cost}</b><div class='quiet'>{safe(facts)}</div></td></tr>"


def variant_map(area: str) -> tuple[SentLayer, ...]:
    """Draw the variant that the reader wants to see."""
    job, kind = _open_job(area), st.session_state.get("variant") or ""
    if job is None or job.state != "done" or kind not in KINDS:
        return ()
    layer = variant_layer(_features(owner(), str(job.plan.parent / VARIANTS)), kind)
    return (send_layer(layer),) if layer.features else ()


@st.cache_resource(max_entries=20, show_spinner=False)
def _features(owner_id: str, path: str) -> list[dict[str, Any]]:  # noqa: ARG001 - the owner is part of the key
    found: list[dict[str, Any]] = json.loads(Path(path).read_text("utf-8"))["features"]
    return found
