"""Plan: what is built, when, for how much, under which permits, and what may go wrong."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from expansion.figures import charts, curves, gantt
from expansion.figures.layers import bounds_of
from expansion.figures.palette import CATEGORIES
from expansion.figures.spending import spending_years
from expansion.figures.svg_risks import draw_risks
from expansion.plan.saved import SavedPlan
from expansion.runs.jobs import Job
from expansion.views.business import show_business
from expansion.views.compare import name_of, show_comparison
from expansion.views.desk import begin_page, choice_map, choose_study, require_open, write_link
from expansion.views.governance import show_governance
from expansion.views.map_widget import show_map
from expansion.views.permits import show_permits
from expansion.views.plans import plan_map, saved_base_map, saved_plan
from expansion.views.proof import show_proof
from expansion.views.running import show_run, start_run
from expansion.views.shelf import StudyEntry, find_job, finished_jobs
from expansion.views.tables import show_findings, show_table
from expansion.views.words import money, plain, title
from expansion.wording import count, percent, proven

_LEAST_POINTS = 2
_BASE = ("land", "roads", "plant-lines", "plant-sites")


def show_plan() -> None:
    """Show the page."""
    entry = begin_page()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        title("Plan", "Cost with its range, permits, phases, dates and risks of one plan.")
    with right:
        choose_study(entry)
    job = open_job(entry)
    show_run(entry)
    if job is None:
        _way_on(entry)
        return
    saved = saved_plan(job)
    _figures(saved.document)
    names = ["Map and phases", "Schedule", "Cost", "Business", "Budget curve", "Permits", "Risks", "Gates", "Proof",
             "Findings", "Compare"]  # fmt: skip
    tabs = st.tabs(names)
    with tabs[0]:
        _map_and_phases(entry, job, saved)

    def permits(saved: SavedPlan) -> None:
        show_permits(job, saved)

    def comparison(saved: SavedPlan) -> None:
        show_comparison(entry, job, saved)

    shown = (
        _schedule, _cost, show_business, _curve, permits, _risks, show_governance, show_proof, _findings, comparison,
    )  # fmt: skip
    for tab, show in zip(tabs[1:], shown, strict=True):
        with tab:
            show(saved)


def open_job(entry: StudyEntry) -> Job | None:
    """Let the reader choose among the study's plans; the one in the link is open, else the newest."""
    state = st.session_state
    done = finished_jobs(entry.study_id)
    if not done:
        return None
    ids, wanted = [job.job_id for job in done], find_job(state["plan"])
    if wanted is None and state["plan"]:
        st.warning("The link names a plan that is not here; the newest one is shown.", icon=":material/info:")
    shown = state["plan"] if state["plan"] in ids else ids[0]
    if wanted is None or wanted.study != entry.study_id or wanted.state in ("done", "cancelled"):
        state["plan"] = shown  # a run that works or has failed stays the open one, for show_run to tell of it
        write_link()
    by_id = {job.job_id: job for job in done}
    if len(ids) > 1:
        state["plan_box"] = shown
        st.selectbox(
            "Plan", ids, format_func=lambda job_id: name_of(by_id[job_id]), key="plan_box",
            on_change=lambda: state.update(plan=state["plan_box"]),
        )  # fmt: skip
    return by_id[shown]


def _way_on(entry: StudyEntry) -> None:
    """Offer the two ways to a plan."""
    with st.container(border=True):
        st.markdown(
            "**No plan of this study is open.** Choose areas on the map, or let the budget choose among all of them."
        )
        with st.container(horizontal=True):
            st.button(
                "Plan within the budgets",
                type="primary",
                icon=":material/savings:",
                on_click=start_run,
                args=(entry, ()),
            )
            page = st.session_state.get("pages", {}).get("areas")
            if page is not None:
                st.page_link(page, label="Choose areas on the map", icon=":material/route:")


def _figures(document: dict[str, Any]) -> None:
    """Show the numbers that everyone asks for first."""
    cost, schedule, network = document["cost"], document["schedule"], document["network"]
    row = st.columns(6)
    row[0].metric("Cost P50", money(cost["p50"], cost["currency"]), help="Half of the draws cost less")
    row[1].metric("Cost P80", money(cost["p80"], cost["currency"]), help="80 of 100 draws cost less")
    row[2].metric(
        "Locations", f"{document['counts']['locations_chosen']:,}", help="Eligible locations in the areas built"
    )
    row[3].metric(
        "Route", f"{network['route_m'] / 1000:,.1f} km", help="Meters of route; cables in one trench count once"
    )
    row[4].metric("Permits", f"{document['permits']['count']:,}")
    row[5].metric(
        "Finish as scheduled",
        schedule["finish"] or "–",
        help=f"P80, with what may go wrong: {schedule['finish_p80'] or '–'}",
    )


def _map_and_phases(entry: StudyEntry, job: Job, saved: SavedPlan) -> None:
    """Show the route and what each phase builds."""
    if entry.origin == "plan":
        base, bounds, mark = saved_base_map(job), bounds_of([saved.tables["locations"].geometry]), job.job_id
    else:
        study = require_open(entry)
        base = tuple(layer for layer in choice_map(study) if layer.layer_id in _BASE)
        bounds, mark = _bounds_of_built(saved) or study.bounds, study.stamp
    show_map((*base, *plan_map(job)), key="plan-map", bounds=bounds, view_key=f"{mark}-{job.job_id}", height=520)
    portfolio, currency = saved.document["portfolio"], saved.document["cost"]["currency"]
    if not portfolio["phases"]:
        st.info("Nothing is built under this plan: no area fits its budgets. Raise them, or choose areas on the map.")
        _reasons(saved.tables["areas"])
        return
    phases = pd.DataFrame(portfolio["phases"])
    table = pd.DataFrame(
        {
            "phase": phases["phase"],
            "year": phases["year"].astype(str),
            "areas": phases["areas"],
            "locations": phases["locations"],
            f"cost, {currency}": phases["cost"].round().astype(int),
        }
    )
    show_table(table)
    _reasons(saved.tables["areas"])
    st.caption(f"Route: {proven(saved.document['network']['civil_gap'])} for these locations. See Proof for the rest.")


def _reasons(areas: pd.DataFrame) -> None:
    """List every area with its phase and the reason, chosen ones first."""
    rows = areas.sort_values(["chosen", "phase", "area_id"], ascending=[False, True, True])
    phases = ["not chosen" if phase != phase else f"phase {int(phase)}" for phase in rows["phase"].astype("float")]
    shown = {"area": rows["area_id"], "built in": phases, "locations": rows["locations"], "why": rows["reason"]}
    with st.expander("Why each area was or was not chosen; the map says it too, where the pointer rests"):
        show_table(pd.DataFrame(shown), wide=("why",))


def _bounds_of_built(saved: SavedPlan) -> list[list[float]] | None:
    """Corners of what the plan builds; None where that is nothing."""
    spans = saved.tables["spans"]
    return bounds_of([spans.geometry]) if len(spans) else None


def _schedule(saved: SavedPlan) -> None:
    """Show the Gantt chart at three depths."""
    tasks, schedule = saved.tables["tasks"], saved.document["schedule"]
    if not len(tasks):
        st.info("There is no work to schedule.")
        return
    st.caption(
        f"{schedule['start']} to {schedule['finish']}; P50 {schedule['finish_p50']}, P80 {schedule['finish_p80']}. "
        f"{count(schedule['makespan_days'], 'day')}; with these crews none is shorter than "
        f"{schedule['lower_bound_days']:,}."
    )
    area_ids = sorted(tasks["area_id"].dropna().unique())
    left, right = st.columns([1.4, 1], vertical_alignment="bottom")
    depth = left.segmented_control("Show", ["areas", "critical tasks", "one area"], default="areas", key="gantt_depth")
    if depth == "one area":
        area = right.selectbox("Area", area_ids)
        bars = gantt.task_bars(tasks[tasks["area_id"] == area])
    elif depth == "critical tasks":
        bars = gantt.task_bars(tasks[tasks["is_critical"]])
    else:
        bars = gantt.area_bars(tasks)
    st.altair_chart(gantt.gantt_chart(bars, lanes=depth in (None, "areas")), width="stretch")
    with st.expander("Crews"):
        show_table(saved.tables["resources"])


def _cost(saved: SavedPlan) -> None:
    """Show the range, where the money goes, what drives it, and the cost curve over areas."""
    cost = saved.document["cost"]
    currency = cost["currency"]
    row = st.columns(5)
    for column, name in zip(row, ("base", "p10", "p50", "p80", "p90"), strict=True):
        column.metric("At likely rates" if name == "base" else name.upper(), money(cost[name], currency))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Where the money goes**")
        named = {CATEGORIES.get(name, name): value for name, value in cost["by_category"].items()}
        st.altair_chart(charts.bar_chart(curves.largest_first(named), currency), width="stretch")
        if cost.get("by_component"):
            st.markdown("**What it buys**", help="Each price, split into labor, material, conduit, cable, …")
            st.altair_chart(charts.bar_chart(curves.largest_first(cost["by_component"]), currency), width="stretch")
        st.markdown("**Spent by the end of each month**")
        st.altair_chart(charts.spending_chart(curves.spending(saved.tables["tasks"]), currency), width="stretch")
    with right:
        drivers = saved.tables["cost_drivers"]
        st.markdown("**What drives P80**", help="P80 with the factor at its P10 and at its P90; dashed: as drawn")
        st.altair_chart(charts.tornado_chart(drivers, cost["p80"], currency), width="stretch")
        st.markdown("**Cost curve over areas**")
        st.altair_chart(charts.cost_curve_chart(curves.cost_curve(saved.tables["areas"]), currency), width="stretch")
    _spending(saved)
    surveys = saved.tables.get("surveys")
    if surveys is not None and len(surveys):
        st.markdown("**What surveys are worth**", help="How much of the reserve, P80 less P50, they would free")
        columns = [
            "name",
            "factor",
            "quantity",
            "unit",
            "cost",
            "reserve_before",
            "reserve_after",
            "freed",
            "is_worth_it",
        ]
        rounded = surveys[columns].round({"quantity": 1, "reserve_before": 0, "reserve_after": 0})
        rounded = rounded.assign(factor=surveys["factor"].str.replace("_", " "), freed=surveys["freed"].round() + 0.0)
        show_table(rounded, wide=("name",))
    with st.expander("Bill of materials, with the source of every rate"):
        show_table(saved.tables["bom"])


def _spending(saved: SavedPlan) -> None:
    """Show what is spent in which year, by component or by phase."""
    if not len(spending_years(saved.tables.get("spending"))):
        return
    st.markdown("**Spent by year**", help="To pass in the build year, to connect as units order; adds to the base cost")
    by = st.segmented_control(
        "Columns", ("component", "phase"), default="component", key="spending-by", label_visibility="collapsed"
    )
    show_table(spending_years(saved.tables["spending"], by=by or "component").round())


def _curve(saved: SavedPlan) -> None:
    """Show how many locations the route reaches at which cost, and where the expensive tail begins."""
    curve, currency = saved.tables.get("curve"), saved.document["cost"]["currency"]
    if curve is None or len(curve) < _LEAST_POINTS:
        st.info("This plan has no budget curve: nothing is to be reached, or network.route.curve is off.")
        return
    left, right = st.columns([2.2, 1], gap="large")
    with left:
        st.altair_chart(charts.budget_curve_chart(curve, currency), width="stretch")
    with right:
        st.markdown("**Where the expensive tail begins**")
        tail = curves.expensive_tail(curve)
        if tail is not None:
            cost, beyond, each = tail
            st.markdown(
                f"Nine of ten locations can be reached for **{plain(money(cost, currency))}**. Each of the last "
                f"{beyond:,} adds **{plain(money(each, currency))}**."
            )
        gap = float(curve["gap"].max())
        words = (
            f"the gray band is what may still be gained, at most {percent(gap)} at any point"
            if gap
            else "no network reaches as many for less"
        )
        st.caption(
            "Civil works and permits of the route, over all eligible locations asked for. Each point is a network; "
            f"{words}. `expansion verify` proves the bound again from the saved certificate."
        )


def _risks(saved: SavedPlan) -> None:
    """Show risks by rank."""
    risks = saved.tables["risks"]
    columns = [
        "rank",
        "risk",
        "cause",
        "area_id",
        "probability",
        "impact_days",
        "exposure_cost",
        "p80_days",
        "p80_cost",
        "response",
        "owner_role",
    ]
    columns = [name for name in columns if name in risks]
    if len(risks):
        drawing = draw_risks(risks, currency=saved.document["cost"]["currency"], title="What each risk does to the P80")
        if drawing:
            st.image(drawing, width="stretch")
        show_table(risks.sort_values("rank")[columns], wide=("cause", "response"))
    else:
        st.info("No rule raised a risk on this plan.")


def _findings(saved: SavedPlan) -> None:
    """Show findings, and the plan's fingerprint."""
    show_findings(saved.document["findings"])
    st.caption(f"Fingerprint {plain(saved.document['fingerprint'])}")
