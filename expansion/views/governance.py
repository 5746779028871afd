"""Gates of a plan: who decides what when on which papers, and what another kind of project office would rule."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from expansion.plan.saved import SavedPlan
from expansion.views.tables import show_reading, show_table
from expansion.views.words import plain

_TYPES = ("supportive", "controlling", "directive")


def show_governance(saved: SavedPlan) -> None:
    """Show gates with their papers, the dates by area, and the kinds of project office side by side."""
    gates = saved.tables.get("gates")
    if gates is None or not len(gates):
        st.info("Nothing is built under this plan, so that no gate is to be passed.")
        return
    kind = saved.study_document.get("study", {}).get("governance", {}).get("pmo", "")
    if kind:
        st.caption(f"The project office is {plain(kind)}. No area passes a gate without its papers.")
    _gates(gates)
    _papers(saved.tables.get("gate_artifacts"))
    with st.expander("Dates of every gate by area"):
        show_table(gates.sort_values(["date", "gate_row_id"])[["date", "gate", "name", "area_id", "approver_role"]])
    _types(saved.tables.get("pmo_types"))


def _gates(gates: pd.DataFrame) -> None:
    """Show each gate once: who approves it, how, and from when to when areas pass it."""
    by = ["gate", "name", "approver_role", "mode"]
    rows = gates.groupby(by, sort=True, as_index=False).agg(
        areas=("area_id", "nunique"), first=("date", "min"), last=("date", "max")
    )
    show_reading(rows.rename(columns={"approver_role": "approved by", "mode": "how", "first": "first area on",
                                      "last": "last area on"}), many=True)  # fmt: skip


def _papers(papers: pd.DataFrame | None) -> None:
    """Show what each gate asks for, who brings it, and where this plan holds it."""
    if papers is None or not len(papers):
        return
    st.markdown("**Papers that each gate asks for**")
    held = [f"{kind} {name}" if isinstance(name, str) and name else str(kind)
            for kind, name in zip(papers["held_in"], papers["name"], strict=True)]  # fmt: skip
    shown = papers.assign(held=held)[["gate", "artifact", "role", "held", "template"]]
    names = {"artifact": "paper", "role": "brought by", "held": "held in", "template": "its template is"}
    show_table(shown.rename(columns=names), wide=("paper",))


def _types(types: pd.DataFrame | None) -> None:
    """Show the three kinds of project office side by side."""
    if types is None or not len(types):
        return
    with st.expander("What another kind of project office would rule"):
        rows = types[types["differs"].to_numpy(dtype=bool)]
        own = str(types["chosen"].iloc[0])
        names = {one: f"{one} (this plan)" if one == own else one for one in _TYPES}
        show_reading(
            rows[["subject", "item", *_TYPES]].rename(columns={"subject": "what", "item": "of", **names}), many=True
        )
