"""Phases: who builds what when under which budgets and crews, month by month, and what other limits would give."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from expansion.figures import gantt
from expansion.figures.layers import bounds_of, send_layer
from expansion.figures.months import STATES, area_states, month_layer, plan_months
from expansion.figures.time_charts import frontier_chart, money_chart, resource_chart
from expansion.plan.saved import SavedPlan
from expansion.runs.jobs import Job
from expansion.views.limits import show_limits
from expansion.views.map_widget import show_map
from expansion.views.opening import open_plan
from expansion.views.plans import route_map, saved_base_map, saved_plan
from expansion.views.selection import areas_inside
from expansion.views.tables import show_table
from expansion.views.words import plain
from expansion.wording import count, within

_LEAST_POINTS = 2
_DEPTHS = ("phases", "areas", "crews")
_PICKS = "phase-picks"


def show_phases() -> None:
    """Show the page."""
    words = "Budgets, crews and rules; what stands by the end of each month; what other limits would give."
    entry, job = open_plan("Phases", words)
    if job is None:
        return
    saved = saved_plan(job)
    if not len(saved.tables["tasks"]):
        st.info("Nothing is built under this plan: raise its budgets below and plan again.", icon=":material/info:")
    limits, shown = st.columns([1, 2.6], gap="large")
    with limits:
        show_limits(entry, job, saved)
    with shown:
        st.fragment(_months)(job, saved)
    _frontier(saved)


def _months(job: Job, saved: SavedPlan) -> None:
    """Show map, Gantt chart and curves at the end of a month that the reader moves, for the areas picked."""
    months = plan_months(saved.tables["tasks"])
    if not months:
        return
    by_name = {f"{pd.Timestamp(day):%b %Y}": day for day in months}
    names = list(by_name)
    left, right = st.columns([2.2, 1], gap="large")
    if len(names) > 1:
        name = left.select_slider("By the end of", names, value=names[len(names) // 2], key=f"month-{job.job_id}")
    else:
        name = names[0]
    day = by_name[str(name)]
    areas = gpd.GeoDataFrame(saved.tables["areas"])
    built = sorted(map(str, areas.loc[areas["chosen"].to_numpy(dtype=bool), "area_id"]))
    st.session_state[_PICKS] = [one for one in st.session_state.get(_PICKS, []) if one in built]
    picks = right.multiselect(
        "Areas to look at", built, key=_PICKS, placeholder="all; or click them on the map",
        help="They are ringed on the map, and the schedule by area or crew shows them alone",
    )  # fmt: skip
    _counts(saved, day)
    spans = saved.tables["spans"]
    layers = (*saved_base_map(job), send_layer(month_layer(saved.tables, day)), *route_map(job))
    shapes = spans.geometry if len(spans) else areas.geometry
    show_map(
        layers, key="phase-map", bounds=bounds_of([shapes]), view_key=job.job_id, height=430, selected=picks,
        on_event=lambda event: _pick(event, areas, built),
    )  # fmt: skip
    _gantt(saved, day, picks)
    _curves(saved, day)


def _pick(event: dict[str, Any], areas: gpd.GeoDataFrame, built: list[str]) -> None:
    """Take an area that was clicked on the map among those looked at, or out of them; a box adds what lies in it."""
    picks = set(st.session_state.get(_PICKS, []))
    if event.get("kind") == "click":
        picks ^= {str(event.get("id", ""))}
    elif event.get("kind") == "box":
        picks |= set(areas_inside(areas, event))
    st.session_state[_PICKS] = sorted(picks & set(built))


def _counts(saved: SavedPlan, day: str) -> None:
    """Say how many areas and locations are how far."""
    states, areas = area_states(saved.tables, day), saved.tables["areas"]
    many = areas["locations"].groupby(areas["area_id"].map(states.to_dict())).sum().to_dict()
    row = st.columns(4)
    for column, (name, (words, _)) in zip(row, list(STATES.items())[:4], strict=True):
        column.metric(words.capitalize(), count(int((states == name).sum()), "area"),
                      help=f"{int(many.get(name, 0)):,} locations")  # fmt: skip


def _gantt(saved: SavedPlan, day: str, picks: list[str]) -> None:
    """Show the schedule by phase, area or crew, with a line at the month; by area or crew of the areas picked."""
    tasks = saved.tables["tasks"]
    depth = st.segmented_control("Schedule by", _DEPTHS, default="phases", key="phase-depth")
    mine = tasks[tasks["area_id"].isin(picks)] if picks else tasks
    if depth == "areas":
        bars = gantt.area_bars(mine)
    elif depth == "crews":
        bars = gantt.crew_bars(mine)
    else:
        bars = gantt.phase_bars(tasks, saved.tables["areas"])
    if len(bars):
        st.altair_chart(gantt.gantt_chart(bars, day, lanes=depth != "crews"), width="stretch")


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
    """Show what other budgets would buy beside what ranking by ratio reaches, and what each choice costs."""
    frontier, choices = saved.tables.get("frontier"), saved.tables.get("choices")
    currency = saved.document["cost"]["currency"]
    st.subheader("What other budgets would buy", anchor=False)
    if frontier is not None and len(frontier) >= _LEAST_POINTS:
        left, right = st.columns([1.5, 1], gap="large")
        with left:
            st.altair_chart(frontier_chart(frontier, currency, _own_point(saved)), width="stretch")
        with right:
            _points(frontier, currency)
            st.caption("The diamond is this plan at what it costs. The points take what areas cost as foreseen one by "
                       "one; the plan was then designed as one network, and holds every budget.")  # fmt: skip
    else:
        st.caption("This plan traces no other budgets. Set Other budgets in the form of limits, and plan again.")
    if choices is not None and len(choices):
        st.subheader("Why these areas, and what the opposite would cost", anchor=False)
        _choices(choices, currency)


def _own_point(saved: SavedPlan) -> tuple[float, float] | None:
    """Return what the plan costs with its initiatives and what it is worth; None where nothing is chosen."""
    own = saved.document["portfolio"]
    cost = float(own["spent"]) + float(own.get("initiatives_cost") or 0.0)
    return (cost, float(own["benefit"])) if own["phases"] and own.get("benefit") is not None else None


def _points(frontier: pd.DataFrame, currency: str) -> None:
    """List the budgets, with what the best choice and the ranking reach."""
    rows = frontier.sort_values("budget")
    show_table(
        pd.DataFrame({
            f"budget, {currency}": rows["budget"].round(), "areas": rows["areas"], "locations": rows["locations"],
            "benefit": rows["value"].round(1), "at most": rows["bound"].round(1),
            "by ranking": rows["ranking_value"].round(1),
        })
    )  # fmt: skip
    worst, lost = float(rows["gap"].max()), (rows["value"] - rows["ranking_value"]).max()
    best = "" if worst != worst else f"Each point is proven {within(worst, 'best')}."
    behind = f" Ranking areas by benefit for money loses up to {lost:,.1f}: they share feeder." if lost > 0 else ""
    st.caption(f"{best}{behind}")


def _choices(choices: pd.DataFrame, currency: str) -> None:
    """List each choice with the benefit that is lost where it is forced the other way, the dearest first."""
    rows = choices.sort_values(["force_price", "area_id"], ascending=[False, True], na_position="last")
    show_table(
        pd.DataFrame({
            "area": rows["area_id"], "chosen": rows["chosen"], "year": rows["year"],
            "opposite loses": rows["force_price"].round(1), f"and costs more, {currency}": rows["cost_change"].round(),
            "why": rows["reason"],
        }),
        wide=("why",),
    )  # fmt: skip
    st.caption(f"Benefit of the best plan less that of the best with the choice forced; money in {plain(currency)}.")
