"""Areas and routes: choose areas on the map or in the list, plan them in the background, see what they cost."""

from __future__ import annotations

import streamlit as st

from expansion.runs.jobs import Job
from expansion.views.desk import OpenStudy, begin_page, choice_map, choose_study, require_open
from expansion.views.locks import click_mode, lock_changes, locked_map, show_locks, show_prices, take_place
from expansion.views.map_widget import show_map
from expansion.views.plans import plan_document, route_map, saved_plan
from expansion.views.running import show_run, start_run
from expansion.views.selection import choose, chosen_areas, take_event, undo
from expansion.views.shelf import find_job
from expansion.views.variants import show_variants, variant_map
from expansion.views.words import money, title
from expansion.wording import count, proven

_MAP_HEIGHT = 620


def show_areas() -> None:
    """Show the page."""
    entry = begin_page()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        title("Areas and routes", "Click areas, draw a box, or use the list. Then plan exactly these areas.")
    with right:
        choose_study(entry)
    study = require_open(entry)
    job = find_job(st.session_state["plan"])
    job = job if job is not None and job.study == entry.study_id else None
    shown, side = st.columns([2.35, 1], gap="medium")
    with side:
        _choice(study)
        show_locks(study)
        if len(st.session_state["chosen"]) == 1:
            show_variants(study, st.session_state["chosen"][0])
        _plan_them(study, job)
        show_run(study.entry)
        if job is not None and job.state == "done":
            _result(job)
    with shown:
        _map(study, job)


def _map(study: OpenStudy, job: Job | None) -> None:
    """Show areas, and the route of the plan that is open."""
    layers = choice_map(study)
    if job is not None and job.state == "done":
        layers += route_map(job)
    if len(st.session_state["chosen"]) == 1:
        layers += variant_map(st.session_state["chosen"][0])
    is_placing = click_mode() != "areas"
    take = take_place if is_placing else take_event
    show_map(
        layers + locked_map(study), key="area-map", bounds=study.bounds, view_key=study.stamp, height=_MAP_HEIGHT,
        selected=st.session_state["chosen"], on_event=lambda event: take(study, event), picks_places=is_placing,
    )  # fmt: skip


def _choice(study: OpenStudy) -> None:
    """Show the list that does by keyboard what the map does by mouse."""
    areas = study.surveyed.survey.areas.table.set_index("area_id")
    chosen = chosen_areas(study)
    st.session_state["area_list"] = list(chosen)
    st.multiselect(
        "Chosen areas", areas.index.tolist(), key="area_list", placeholder="Click on the map, or type an id",
        format_func=lambda name: f"{name} · {areas.at[name, 'locations']} loc.",
        on_change=lambda: choose(st.session_state["area_list"]),
    )  # fmt: skip
    picked = areas.loc[list(chosen)]
    first, second, third = st.columns(3)
    first.metric("Areas", f"{len(picked):,}")
    second.metric("Locations", f"{int(picked['locations'].sum()):,}")
    third.metric("Unserved", f"{int(picked['unserved'].sum()):,}")
    with st.container(horizontal=True):
        st.button("Undo", on_click=undo, disabled=not st.session_state["undo"], icon=":material/undo:")
        st.button("Clear", on_click=choose, args=((),), disabled=not chosen, icon=":material/close:")
        st.button(
            "All",
            on_click=choose,
            args=(tuple(areas.index),),
            disabled=len(picked) == len(areas),
            icon=":material/select_all:",
        )


def _plan_them(study: OpenStudy, job: Job | None) -> None:
    """Offer to plan what is chosen."""
    chosen = st.session_state["chosen"]
    is_busy = job is not None and job.state == "running"
    label = f"Plan {count(len(chosen), 'area')}" if chosen else "Plan the chosen areas"
    st.button(
        label, type="primary", width="stretch", icon=":material/route:", disabled=not chosen or is_busy,
        on_click=start_run, args=(study.entry, chosen, lock_changes(study)),
    )  # fmt: skip
    if not chosen:
        st.caption("Nothing is chosen yet. Parents that an area's feeder comes through are planned with it.")


def _result(job: Job) -> None:
    """Show what the plan of the chosen areas costs."""
    document = plan_document(job)
    cost, network, currency = document["cost"], document["network"], document["cost"]["currency"]
    with st.container(border=True):
        built = document["counts"]["areas_chosen"]
        more = f" and {built - len(job.areas)} that feeder comes through" if 0 < len(job.areas) < built else ""
        st.markdown(f"**Plan of {count(len(job.areas) or built, 'area')}{more}**")
        left, right = st.columns(2)
        left.metric("Cost P50", money(cost["p50"], currency))
        right.metric("Cost P80", money(cost["p80"], currency))
        left.metric("Per location", money(cost["per_location_p50"], currency))
        right.metric("Route", f"{network['route_m'] / 1000:,.1f} km")
        left.metric("Permits", f"{document['permits']['count']:,}")
        right.metric("Finish", document["schedule"]["finish"] or "–")
        show_prices(saved_plan(job), is_short=True)
        st.caption(f"The route's civil works are {proven(network['civil_gap'])} for these locations.")
        if job.areas and set(job.areas) != set(st.session_state["chosen"]):
            st.caption("The choice has changed since this plan was made.")
        page = st.session_state.get("pages", {}).get("plan")
        if page is not None and st.button("See the whole plan", icon=":material/assignment:", width="stretch"):
            st.switch_page(page)
