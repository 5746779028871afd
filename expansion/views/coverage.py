"""Coverage map: who is served, underserved and unserved, and why."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from expansion.plan.findings import ordered
from expansion.runs.checking import finding_row
from expansion.views.desk import OpenStudy, begin_page, choose_study, coverage_map, require_open
from expansion.views.map_widget import show_map
from expansion.views.tables import show_findings, show_table
from expansion.views.words import plain, title
from expansion.wording import count


def show_coverage() -> None:
    """Show the page."""
    entry = begin_page()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        title("Coverage map", "Hexagons from far, single locations from near. Hover for the reason behind each status.")
    with right:
        choose_study(entry)
    study = require_open(entry)
    _figures(study)
    show_map(coverage_map(study), key="coverage-map", bounds=study.bounds, view_key=study.stamp, height=540)
    why, seen = st.columns([1, 1.4], gap="large")
    with why:
        _reason(study)
    with seen:
        _findings(study)


def _figures(study: OpenStudy) -> None:
    """Show the counts on one line."""
    table = study.surveyed.survey.eligibility.table
    counts = Counter(table["status"])
    eligible = int(table["eligible"].sum())
    columns = st.columns(5)
    units = int(table["units"].sum())
    columns[0].metric("Locations", f"{len(table):,}", count(units, "unit"), delta_color="off", delta_arrow="off")
    for column, name in zip(columns[1:4], ("unserved", "underserved", "served"), strict=True):
        share = counts[name] / len(table) if len(table) else 0
        column.metric(
            name.capitalize(), f"{counts[name]:,}", f"{share:.0%} of all", delta_color="off", delta_arrow="off"
        )
    areas = len(study.surveyed.survey.areas.table)
    columns[4].metric(
        "May be funded", f"{eligible:,}", f"in {count(areas, 'area')}", delta_color="off", delta_arrow="off"
    )


def _reason(study: OpenStudy) -> None:
    """Look one location up."""
    st.subheader("Why this status?", anchor=False)
    seen = study.surveyed.survey
    table = seen.eligibility.table
    wanted = st.text_input("Location id", placeholder=f"such as {table['location_id'].iloc[0]}" if len(table) else "")
    if not wanted:
        st.caption("Type the id of a location; its tooltip on the map shows it.")
        return
    found = table[table["location_id"] == wanted.strip()]
    if not len(found):
        st.warning(
            "No location of this study has that id. Hover over a point on the map to see its id.",
            icon=":material/search_off:",
        )
        return
    row = found.iloc[0]
    funded = "may be funded" if row["eligible"] else "not eligible"
    st.markdown(f"**{row['status']}**, {count(int(row['units']), 'unit')}, {funded}  \n{plain(row['reason'])}")
    offers = seen.inputs.coverage[seen.inputs.coverage["location_id"] == row["location_id"]]
    shown = offers[["provider", "technology", "down_mbps", "up_mbps", "row"]]
    show_table(shown)


def _findings(study: OpenStudy) -> None:
    """Show what the readers and the law of eligibility said."""
    st.subheader("What was found on reading", anchor=False)
    seen = study.surveyed.survey
    found = ordered([*seen.inputs.findings, *seen.eligibility.findings, *seen.areas.findings])
    show_findings([finding_row(finding) for finding in found])
