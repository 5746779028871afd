"""Proposal: what a board decides on, as it will read it, and the files to hand over."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from expansion.errors import PlanningError
from expansion.export.html_front import asked_money
from expansion.runs.handing import export_saved
from expansion.runs.jobs import Job
from expansion.views.opening import open_plan
from expansion.views.plans import plan_document
from expansion.views.shelf import owner
from expansion.views.words import money, plain, show_error
from expansion.wording import count, percent

_FILES = {"html": ("One page (HTML)", "text/html"), "pdf": ("PDF to print", "application/pdf")}
_TALL = 900


def show_proposal() -> None:
    """Show the page."""
    _, job = open_plan("Proposal", "The plan as a board reads it: what is asked for, what it brings, how sure it is.")
    if job is None:
        return
    document = plan_document(job)
    _summary(document)
    _files(job)


def _summary(document: dict[str, Any]) -> None:
    """Show what is asked for, and whether anything stands in the way of an approval."""
    cost, schedule, counts = document["cost"], document["schedule"], document["counts"]
    row = st.columns(4)
    row[0].metric("Budget asked for (P80)", money(asked_money(document), cost["currency"]),
                  help=f"Half of the draws of the areas cost less than {money(cost['p50'], cost['currency'])}; "
                  "prices, quantities and risks drawn together, initiatives without a map added")  # fmt: skip
    row[1].metric("Locations", f"{counts['locations_chosen']:,}", help=f"of {counts['eligible']:,} eligible")
    row[2].metric("Finish at P80", schedule["finish_p80"] or "–", help=f"As scheduled {schedule['finish'] or '–'}")
    row[3].metric("Phases", f"{len(document['portfolio']['phases'])}", help="Each is released by itself")
    worst = [one for one in document["findings"] if one["severity"] == "error"]
    warned = [one for one in document["findings"] if one["severity"] == "warning"]
    if not document["portfolio"]["phases"]:
        st.info("Nothing is to be approved: under these limits no area is built. Raise them on the page Phases.",
                icon=":material/info:")  # fmt: skip
        return
    if worst:
        st.error(f"Not ready for approval: {count(len(worst), 'finding is an error', 'findings are errors')}. "
                 f"First: {plain(worst[0]['message'])}", icon=":material/error:")  # fmt: skip
    elif warned:
        st.warning(f"Ready for approval with {count(len(warned), 'warning')}; the section Findings tells them.",
                   icon=":material/info:")  # fmt: skip
    else:
        st.success("Ready for approval: no finding warns.", icon=":material/check_circle:")
    gap = document["portfolio"].get("gap")
    proof = f"; the choice of areas is within {percent(gap)} of the best" if gap is not None else ""
    st.caption(f"An approval signs the fingerprint {plain(document['fingerprint'])}{proof}.")


def _files(job: Job) -> None:
    """Offer the page, which is shown below too, and the PDF, which is written once it is asked for."""
    plan, mine = str(job.plan), owner()
    try:
        page = _made(mine, plan, "html")
    except PlanningError as error:
        show_error(error)
        return
    with st.container(horizontal=True):
        label, mime = _FILES["html"]
        _offer(f"{label}, {len(page) / 1e6:,.1f} MB", page, f"proposal-{job.job_id[:6]}.html", mime)
        label, mime = _FILES["pdf"]
        _offer(label, lambda: _made(mine, plan, "pdf"), f"proposal-{job.job_id[:6]}.pdf", mime)
    _preview(page)


def _offer(label: str, content: bytes | Callable[[], bytes], name: str, mime: str) -> None:
    """Show a button that hands out a file."""
    st.download_button(
        label, content, name, mime, key=f"proposal-{mime}", on_click="ignore", icon=":material/download:",
        type="primary",
    )  # fmt: skip


def _preview(content: bytes) -> None:
    """Show the page in a frame, without its sheets per permit; its own policy lets no script run."""
    st.iframe(_SHEETS.sub("", content.decode("utf-8")), height=_TALL)


_SHEETS = re.compile(r'<div id="permit-sheets">.*?</div>(?=\n|</main>)', re.DOTALL)


@st.cache_resource(max_entries=8, show_spinner="Writing the proposal …")
def _made(owner_id: str, plan: str, name: str) -> bytes:  # noqa: ARG001 - the owner is part of the key
    with tempfile.TemporaryDirectory() as scratch:
        (written,) = export_saved(Path(plan), [name], Path(scratch) / "export")
        return written.read_bytes()
