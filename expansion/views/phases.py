"""Phases: who builds what when under which budgets and crews, month by month, and what other limits would give."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from expansion.figures import gantt
from expansion.figures.layers import bounds_of, send_layer
from expansion.figures.months import STATES, area_states, month_layer, plan_months
from expansion.figures.time_charts import frontier_chart, money_chart, resource_chart
from expansion.plan.saved import SavedPlan
from expansion.runs.jobs import Job
from expansion.runs.rephasing import PhaseWish, phase_changes, wish_of
from expansion.views.desk import begin_page, choose_study
from expansion.views.map_widget import show_map
from expansion.views.plan import open_job
from expansion.views.plans import route_map, saved_base_map, saved_plan
from expansion.views.running import show_run, start_run
from expansion.views.shelf import StudyEntry
from expansion.views.tables import show_table
from expansion.views.words import money, plain, title
from expansion.wording import count, percent

_LEAST_POINTS = 2
_DEPTHS = ("phases", "areas", "crews")


def show_phases() -> None:
    """Show the page."""
    entry = begin_page()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        title("Phases", "Budgets, crews and rules; what stands by the end of each month; what other limits would give.")
    with right:
        choose_study(entry)
    job = open_job(entry)
    show_run(entry)
    if job is None:
        st.info("There is no finished plan of this study. Plan some areas first.", icon=":material/info:")
        page = st.session_state.get("pages", {}).get("areas")
        if page is not None:
            st.page_link(page, label="Choose areas on the map", icon=":material/route:")
        return
    saved = saved_plan(job)
    if not len(saved.tables["tasks"]):
        st.info("Nothing is built under this plan: raise its budgets below and plan again.", icon=":material/info:")
    limits, shown = st.columns([1, 2.6], gap="large")
    with limits:
        _limits(entry, saved)
    with shown:
        st.fragment(_months)(job, saved)
    _frontier(saved)


def _limits(entry: StudyEntry, saved: SavedPlan) -> None:
    """Show budgets, crews and rules in a form, and plan again under what it then holds."""
    before = wish_of(saved.study_document.get("study", {}), saved.study_document.get("crews", {}))
    currency = saved.document["cost"]["currency"]
    st.subheader("Limits", anchor=False)
    if entry.origin == "plan":
        st.caption("Only a plan is here, not its study, so it cannot be planned again.")
    with st.form("limits", border=True):
        wanted = _fields(before, saved, currency)
        pressed = st.form_submit_button(
            "Plan again", type="primary", icon=":material/refresh:", width="stretch", disabled=entry.origin == "plan"
        )
    if pressed:
        changes = phase_changes(before, wanted)
        if not changes:
            st.info("Nothing was changed.", icon=":material/info:")
        else:
            start_run(entry, (), changes)
            st.rerun()


def _fields(before: PhaseWish, saved: SavedPlan, currency: str) -> PhaseWish:
    """Show the fields of the form and return what they hold."""
    total = st.number_input(
        f"Total budget, {currency}", min_value=0.0, value=before.total_budget, step=100_000.0, format="%.0f",
        placeholder="no limit",
    )  # fmt: skip
    st.caption(f"Budget by year, {currency}; no rows pace the spending evenly")
    years = st.data_editor(
        pd.DataFrame({"year": list(before.budgets), "amount": list(before.budgets.values())}).astype(
            {"year": "Int64", "amount": "float64"}
        ),
        num_rows="dynamic", hide_index=True, width="stretch", key="budget-rows",
        column_config={
            "year": st.column_config.NumberColumn(format="%d", min_value=2000, max_value=2200, step=1),
            "amount": st.column_config.NumberColumn(format="localized", min_value=0.0),
        },
    )  # fmt: skip
    st.caption("Crews that can work at the same time")
    crews = st.data_editor(
        pd.DataFrame({"crew": list(before.crews), "count": list(before.crews.values())}), hide_index=True,
        width="stretch", disabled=("crew",), key="crew-rows", height=250,
        column_config={"count": st.column_config.NumberColumn(min_value=0, max_value=1_000, step=1)},
    )  # fmt: skip
    areas = sorted(map(str, saved.tables["areas"]["area_id"]))
    must = st.multiselect("Must be built", areas, default=[one for one in before.must if one in areas])
    never = st.multiselect("Must not be built", areas, default=[one for one in before.never if one in areas])
    kept = years.dropna()
    return PhaseWish(
        total_budget=None if total is None else float(total),
        budgets={int(year): float(amount) for year, amount in zip(kept["year"], kept["amount"], strict=True)},
        crews={str(kind): int(many) for kind, many in zip(crews["crew"], crews["count"], strict=True)},
        must=tuple(must), never=tuple(never),
    )  # fmt: skip


def _months(job: Job, saved: SavedPlan) -> None:
    """Show map, Gantt chart and curves at the end of a month that the reader moves."""
    months = plan_months(saved.tables["tasks"])
    if not months:
        return
    by_name = {f"{pd.Timestamp(day):%b %Y}": day for day in months}
    names = list(by_name)
    if len(names) > 1:
        name = st.select_slider("By the end of", names, value=names[len(names) // 2], key=f"month-{job.job_id}")
    else:
        name = names[0]
    day = by_name[str(name)]
    _counts(saved, day)
    spans = saved.tables["spans"]
    layers = (*saved_base_map(job), send_layer(month_layer(saved.tables, day)), *route_map(job))
    shapes = spans.geometry if len(spans) else saved.tables["areas"].geometry
    show_map(layers, key="phase-map", bounds=bounds_of([shapes]), view_key=job.job_id, height=430)
    _gantt(saved, day)
    _curves(saved, day)


def _counts(saved: SavedPlan, day: str) -> None:
    """Say how many areas and locations are how far."""
    states, areas = area_states(saved.tables, day), saved.tables["areas"]
    many = areas["locations"].groupby(areas["area_id"].map(states.to_dict())).sum().to_dict()
    row = st.columns(4)
    for column, (name, (words, _)) in zip(row, list(STATES.items())[:4], strict=True):
        column.metric(words.capitalize(), count(int((states == name).sum()), "area"),
                      help=f"{int(many.get(name, 0)):,} locations")  # fmt: skip


def _gantt(saved: SavedPlan, day: str) -> None:
    """Show the schedule by phase, area or crew, with a line at the month."""
    tasks = saved.tables["tasks"]
    depth = st.segmented_control("Schedule by", _DEPTHS, default="phases", key="phase-depth")
    if depth == "areas":
        bars = gantt.area_bars(tasks)
    elif depth == "crews":
        bars = gantt.crew_bars(tasks)
    else:
        bars = gantt.phase_bars(tasks, saved.tables["areas"])
    if len(bars):
        st.altair_chart(gantt.gantt_chart(bars, day), width="stretch")


def _curves(saved: SavedPlan, day: str) -> None:
    """Show crews per week and money by month side by side."""
    weeks, curve = saved.tables.get("resource_weeks"), saved.tables.get("s_curve")
    left, right = st.columns(2, gap="large")
    if weeks is not None and len(weeks):
        with left:
            sums = weeks.groupby("resource")["demand"].sum()
            own = weeks[weeks["kind"] == "crew"]["resource"] if "kind" in weeks else weeks["resource"]
            names = sorted(set(own), key=lambda name: (-sums[name], name))
            resource = st.selectbox("Crews per week", names or sorted(set(weeks["resource"])), key="phase-resource")
            st.altair_chart(resource_chart(weeks, str(resource), day), width="stretch")
    if curve is not None and len(curve):
        with right:
            st.markdown("**Money by the end of each month**")
            st.altair_chart(money_chart(curve, saved.document["cost"]["currency"], day), width="stretch")


def _frontier(saved: SavedPlan) -> None:
    """Show what other budgets would buy, and what each choice costs."""
    frontier, choices = saved.tables.get("frontier"), saved.tables.get("choices")
    currency = saved.document["cost"]["currency"]
    if frontier is not None and len(frontier) >= _LEAST_POINTS:
        st.subheader("What other budgets would buy", anchor=False)
        st.altair_chart(frontier_chart(frontier, currency), width="stretch")
        st.caption(_frontier_words(frontier.sort_values("budget").iloc[-1].to_dict(), currency))
    if choices is not None and len(choices):
        with st.expander("Why these areas, and what the opposite would cost"):
            columns = ("area_id", "chosen", "year", "value", "force_price", "reason")
            show_table(choices[[name for name in columns if name in choices]], wide=("reason",))


def _frontier_words(last: dict[str, Any], currency: str) -> str:
    """Say how good the points are."""
    gap = f", proven within {percent(float(last['gap']))} of the best" if last.get("gap") is not None else ""
    return f"The last point spends up to {plain(money(float(last['budget']), currency))}{gap}."
