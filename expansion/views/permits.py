"""Permits of a plan: on the map and in a list, filtered by authority, lead time and state; one shown whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from expansion.figures.layers import bounds_of, send_layer
from expansion.figures.permit_facts import STATES, WAITS, application_table, permit_facts
from expansion.figures.permit_layer import permit_layer
from expansion.plan.saved import SavedPlan
from expansion.runs.jobs import Job
from expansion.views.map_widget import show_map
from expansion.views.plans import route_map, saved_base_map
from expansion.views.tables import show_table
from expansion.views.words import money, plain
from expansion.wording import against, count

_LISTED = [
    "agency", "permit", "granted_place", "state_words", "lead_time_calendar_days", "lead_time_max", "file_on",
    "expected_on", "fee", "area_ids", "rule_id",
]  # fmt: skip
_HEADINGS = {
    "agency": "authority", "granted_place": "for", "state_words": "state", "file_on": "file on",
    "expected_on": "expected",
}  # fmt: skip


def show_permits(job: Job, saved: SavedPlan) -> None:
    """Show every permit, the filters, the map, and the one that is chosen."""
    facts = permit_facts(saved.tables)
    if not len(facts):
        st.info("The route needs no permit under the rules in force.")
        return
    _summary(saved, facts)
    shown = _filtered(facts)
    left, right = st.columns([1.9, 1], gap="medium")
    with right:
        chosen = _choice(shown)
        if chosen is not None:
            _facts(chosen, saved.document["cost"]["currency"])
    with left:
        _map(job, shown, None if chosen is None else str(chosen["permit_id"]))
    show_table(pd.DataFrame(shown[_LISTED]).rename(columns=_HEADINGS), height=360)
    st.download_button(
        "Applications (CSV)", application_table(saved.tables).to_csv(index=False).encode(), "applications.csv",
        "text/csv", key="download-applications", on_click="ignore", icon=":material/download:",
    )  # fmt: skip


def _summary(saved: SavedPlan, facts: gpd.GeoDataFrame) -> None:
    """Say how many there are, how long the longest takes, and what they do to the route."""
    section, currency = saved.document["permits"], saved.document["cost"]["currency"]
    critical = int(facts["is_critical"].sum())
    st.caption(
        f"{count(section['count'], 'permit')} from {count(facts['agency'].nunique(), 'authority', 'authorities')}, "
        f"the longest takes {count(section['longest_lead_calendar_days'], 'calendar day')}; "
        f"{count(critical, 'is', 'are')} on the critical path; "
        f"expected fees {money(float(facts['fee'].sum()), currency)}."
    )
    told = saved.document.get("permit_comparison")
    if told is not None and told["areas_that_differ"]:
        saving: Mapping[str, Any] = told["saved"]
        st.info(
            f"Against the route that ignores permits: {against(-saving['length_m'], 'm of route')}, "
            f"{against(-saving['permits'], 'permits')}, {against(-saving['base_cost'], currency)} of base cost, "
            f"{against(-saving['wait_days'], 'days')} of waiting in the areas together.",
            icon=":material/alt_route:",
        )


def _filtered(facts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Let the reader narrow the list down; nothing chosen shows all."""
    first, second, third = st.columns(3)
    counts = facts["agency"].value_counts()
    agencies = first.multiselect(
        "Authority", sorted(counts.index), format_func=lambda name: f"{name} ({counts[name]})", key="permit_agencies"
    )
    waits = second.multiselect("Lead time", [w for w in WAITS if (facts["wait"] == w).any()], key="permit_waits")
    states = third.multiselect("State", list(STATES.values()), key="permit_states")
    keep = pd.Series(True, index=facts.index)
    for column, wanted in (("agency", agencies), ("wait", waits), ("state_words", states)):
        keep &= facts[column].isin(wanted) if wanted else True
    return gpd.GeoDataFrame(facts[keep.to_numpy(dtype=bool)])


def _choice(shown: gpd.GeoDataFrame) -> pd.Series | None:
    """Choose one permit: by a click on the map, or in the list."""
    ids = shown["permit_id"].to_list()
    if not ids:
        st.info("No permit fits these filters.")
        return None
    by_id = shown.set_index("permit_id", drop=False)
    if st.session_state.get("permit_box") not in ids:
        st.session_state["permit_box"] = ids[0]
    name = st.selectbox(
        "Permit", ids, key="permit_box",
        format_func=lambda one: f"{by_id.loc[one, 'permit']} · {by_id.loc[one, 'granted_place']}",
    )  # fmt: skip
    return by_id.loc[name]


def _take(event: dict[str, Any]) -> None:
    """Take a click on the map as the choice."""
    if event.get("kind") == "click":
        st.session_state["permit_box"] = str(event["id"])


def _map(job: Job, shown: gpd.GeoDataFrame, chosen: str | None) -> None:
    """Draw roads, the route and the permits that fit the filters."""
    layers = (*saved_base_map(job), *route_map(job), send_layer(permit_layer(shown)))
    show_map(
        layers, key="permit-map", bounds=bounds_of([shown.geometry]), view_key=f"permits-{job.job_id}", height=520,
        selected=(chosen,) if chosen else (), on_event=_take,
    )  # fmt: skip


def _facts(row: pd.Series, currency: str) -> None:
    """Show everything that is known about one permit."""
    days = [int(row[name]) for name in ("lead_time_min", "lead_time_calendar_days", "lead_time_max")]
    critical = " · **critical**" if row["is_critical"] else ""
    lines = {
        "Authority": f"{row['agency']} ({row['authority_kind']})",
        "State": row["state_words"],
        "Lead time": f"{days[1]} calendar days (from {days[0]} to {days[2]})",
        "File on": row["file_on"],
        "Expected": row["expected_on"],
        "Fee": money(float(row["fee"]), currency),
        "Extent": f"{count(int(row['crossings']), 'place')}, {row['length_m']:,.0f} m",
        "Areas": f"{str(row['area_ids']).replace(',', ', ')} (phase {row['phases'] or '–'})",
        "Holds up": str(row["blocks"]),
        "Season": row["season"],
        "Only after": str(row.get("after_permit_ids") or "").replace(",", ", "),
        "Documents": row.get("documents"),
        "Rule": f"{row['rule_id']}, {row['status']}: {row['source']}",
    }
    with st.container(border=True):
        st.markdown(f"**{plain(row['permit'])}**{critical}  \n{plain(row['granted_place'])}")
        told = {name: value for name, value in lines.items() if isinstance(value, str) and value and value != "nan"}
        st.markdown("  \n".join(f"{name}: {plain(value)}" for name, value in told.items()))
        st.caption(f"{plain(row['permit_id'])}. The HTML report holds its sheet with a map, to print and file.")
