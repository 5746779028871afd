"""The form of limits on the page of phases: budgets, crews, forced areas, and every other rule of the portfolio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from expansion.errors import PlanningError
from expansion.plan.saved import SavedPlan
from expansion.runs.jobs import Job
from expansion.runs.phase_rules import rule_table, rule_value
from expansion.runs.rephasing import PhaseWish, changes_to, wish_of
from expansion.views.running import start_run
from expansion.views.shelf import StudyEntry
from expansion.views.words import plain, show_error
from expansion.wording import count

_INITIATIVES = (
    "They compete for the same money and people. Before and after name areas, initiatives or phase:1, parted by "
    "commas; staff is written as design=10, splice=5, days a year"
)
_GROUPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Areas that belong together": (
        ("together", "Built in one year or not at all: areas of a group, parted by commas"),
        ("before", "The second area only in a later year than the first, and not without it"),
    ),
    "What must be reached": (
        ("floors", "Least benefit, locations or net present value, by the end of a year; no year is the last one"),
        ("milestones", "Share of locations passed by a day, as grants ask: 0.4 is 40 %"),
    ),
    "Initiatives without a map": (
        ("initiatives", _INITIATIVES),
    ),
}  # fmt: skip
_COLUMNS: dict[str, Any] = {
    "measure": st.column_config.SelectboxColumn(options=["benefit", "locations", "npv"]),
    "of": st.column_config.SelectboxColumn(options=["chosen", "eligible"], default="chosen"),
    "holds": st.column_config.SelectboxColumn(options=["build", "sales", "installs"], default="build"),
    "least": st.column_config.NumberColumn(format="localized"),
    "share": st.column_config.NumberColumn(format="percent", min_value=0.01, max_value=1.0),
    "cost_per_year": st.column_config.NumberColumn("cost per year", format="localized", min_value=0.0),
    "duration_days": st.column_config.NumberColumn("working days", min_value=1, step=1, default=20),
    "years": st.column_config.NumberColumn(min_value=1, step=1, default=1),
}  # fmt: skip


def show_limits(entry: StudyEntry, job: Job, saved: SavedPlan) -> None:
    """Show what the plan was made under in a form, and plan again under what it then holds."""
    before = wish_of(saved.study_document.get("study", {}), saved.study_document.get("crews", {}))
    st.subheader("Limits", anchor=False)
    if entry.origin == "plan":
        st.caption("Only a plan is here, not its study, so it cannot be planned again.")
    if job.areas:
        st.caption(f"Among the {count(len(job.areas), 'area')} that this plan was asked for.")
    with st.form("limits", border=True):
        wanted = _fields(before, saved, job.job_id)
        pressed = st.form_submit_button(
            "Plan again", type="primary", icon=":material/refresh:", width="stretch", disabled=entry.origin == "plan"
        )
    if pressed and wanted is not None:
        _plan_again(entry, job, saved, before, wanted)


def _plan_again(entry: StudyEntry, job: Job, saved: SavedPlan, before: PhaseWish, wanted: PhaseWish) -> None:
    """Begin a run under the limits of the form; what else this plan was laid over stays."""
    try:
        changes = changes_to(entry.folder, job.changes, saved.study_document.get("study", {}), before, wanted)
    except PlanningError as error:
        show_error(error)
        return
    if not changes:
        st.info("Nothing was changed.", icon=":material/info:")
        return
    start_run(entry, job.areas, (*job.changes, *changes))
    st.rerun()


def _fields(before: PhaseWish, saved: SavedPlan, mark: str) -> PhaseWish | None:
    """Show the fields of the form and return what they hold; None where that cannot be read."""
    currency = saved.document["cost"]["currency"]
    total = st.number_input(
        f"Total budget, {currency}", min_value=0.0, value=before.total_budget or 0.0, step=100_000.0, format="%.0f",
        key=f"total-{mark}",
    )  # fmt: skip
    free = st.checkbox(
        "No total budget", before.total_budget is None, key=f"free-{mark}", help="The years' budgets alone limit"
    )
    budgets, crews = _budgets(before, currency, mark), _crews(before, mark)
    areas = sorted(map(str, saved.tables["areas"]["area_id"]))
    must = st.multiselect("Must be built", areas, [one for one in before.must if one in areas], key=f"must-{mark}")
    never = st.multiselect(
        "Must not be built", areas, [one for one in before.never if one in areas], key=f"never-{mark}"
    )
    rules = _rules(before, mark)
    if rules is None:
        return None
    points = st.number_input(
        "Other budgets", min_value=0, max_value=50, value=int(before.rules["frontier"]), step=1, key=f"points-{mark}",
        help="At how many budgets to trace the best choice of areas, evenly up to this one; 0 for none",
    )  # fmt: skip
    prices = st.checkbox(
        "Price each choice", bool(before.rules["force_prices"]), key=f"prices-{mark}",
        help="Choose again with each area forced in, or out where it is chosen, and say what that loses",
    )  # fmt: skip
    more = {"frontier": int(points), "force_prices": type(before.rules["force_prices"])(prices)}
    return PhaseWish(
        total_budget=None if free else float(total), budgets=budgets, crews=crews, must=tuple(sorted(must)),
        never=tuple(sorted(never)), rules=rules | more,
    )  # fmt: skip


def _budgets(before: PhaseWish, currency: str, mark: str) -> dict[int, float]:
    """Show and read the money of each year."""
    st.caption(f"Budget by year, {currency}; no rows pace the spending evenly")
    years = st.data_editor(
        pd.DataFrame({"year": list(before.budgets), "amount": list(before.budgets.values())}).astype(
            {"year": "Int64", "amount": "float64"}
        ),
        num_rows="dynamic", hide_index=True, width="stretch", key=f"budget-rows-{mark}",
        column_config={
            "year": st.column_config.NumberColumn(format="%d", min_value=2000, max_value=2100, step=1),
            "amount": st.column_config.NumberColumn(format="localized", min_value=0.0),
        },
    )  # fmt: skip
    kept = years.dropna()
    return {int(year): float(amount) for year, amount in zip(kept["year"], kept["amount"], strict=True)}


def _crews(before: PhaseWish, mark: str) -> dict[str, int]:
    """Show and read how many crews of each kind there are."""
    st.caption("Crews that can work at the same time")
    crews = st.data_editor(
        pd.DataFrame({"crew": list(before.crews), "count": list(before.crews.values())}), hide_index=True,
        width="stretch", disabled=("crew",), key=f"crew-rows-{mark}", height=250,
        column_config={"count": st.column_config.NumberColumn(min_value=0, max_value=1_000, step=1)},
    )  # fmt: skip
    return {str(kind): int(many) for kind, many in zip(crews["crew"], crews["count"], strict=True)}


def _rules(before: PhaseWish, mark: str) -> dict[str, Any] | None:
    """Show and read the other rules, each group folded until it is wanted; None where one cannot be read."""
    found: dict[str, Any] = {}
    for group, rules in _GROUPS.items():
        held = sum(len(before.rules[name]) for name, _ in rules)
        with st.expander(f"{group} ({held})" if held else group):
            for name, words in rules:
                st.caption(words)
                edited = st.data_editor(
                    rule_table(name, before.rules[name]), num_rows="dynamic", hide_index=True, width="stretch",
                    key=f"{name}-{mark}", column_config=_COLUMNS | _own(name),
                )  # fmt: skip
                try:
                    found[name] = rule_value(name, edited)
                except ValueError as error:
                    st.error(plain(str(error)), icon=":material/error:")
    return found if len(found) == sum(map(len, _GROUPS.values())) else None


def _own(name: str) -> dict[str, Any]:
    """Columns that mean something else under another rule."""
    if name == "milestones":
        return {"by": st.column_config.DateColumn(format="YYYY-MM-DD")}
    return {"by": st.column_config.NumberColumn("by the end of", format="%d", step=1)} if name == "floors" else {}
