"""Design: how full the hubs are, a drawing of each, how much light is left, which rules hold, who gets what."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from expansion.figures import charts, curves, design_facts
from expansion.plan.saved import SavedPlan
from expansion.runs.jobs import Job
from expansion.views.opening import open_plan
from expansion.views.plans import plan_drawing, saved_plan
from expansion.views.tables import show_reading, show_table
from expansion.views.words import money
from expansion.wording import count

_NETWORK = "the whole network"


def show_design() -> None:
    """Show the page."""
    _, job = open_plan("Design", "Hubs, splitters, cables and light of one plan, and the rules that they keep.")
    if job is None:
        return
    saved = saved_plan(job)
    parts: dict[str, Callable[[Job, SavedPlan], None]] = {
        "Hubs": _hubs, "Drawings": _drawings, "Optical budget": _light, "Rules": _rules, "Technology": _technology,
    }  # fmt: skip
    names = [name for name in parts if name != "Rules" or len(saved.tables.get("rules", ()))]
    wanted = st.segmented_control("Show", names, default=names[0], key="design_part", label_visibility="collapsed")
    parts[wanted or names[0]](job, saved)


def _hubs(job: Job, saved: SavedPlan) -> None:  # noqa: ARG001
    """Show how full every hub is."""
    hubs = design_facts.hub_fill(saved.tables)
    if not len(hubs):
        st.info("This plan builds no hub.")
        return
    network = saved.document["network"]
    row = st.columns(4)
    row[0].metric("Hubs", f"{len(hubs):,}")
    row[1].metric("Ports in use", f"{int(hubs['used'].sum()):,}", help="Over all hubs")
    row[2].metric("Fullest", f"{hubs['fill'].max():.0%}", help=str(hubs["hub_id"].iloc[0]))
    row[3].metric("Terminals", f"{network['terminals']:,}", help=f"{count(network['drops'], 'drop')} start from them")
    columns = {
        "hub_id": "hub", "area_id": "area", "capacity": "ports", "used": "in use", "fill": "fill",
        "fill_target": "target", "splitters": "splitters", "outputs_free": "free outputs", "locations": "locations",
        "terminals": "terminals", "farthest_m": "farthest, m", "worst_db": "largest loss, dB",
        "binds": "why not more on it",
    }  # fmt: skip
    if "binds" in hubs:
        hubs = hubs.assign(binds=design_facts.limit_words(hubs["binds"]))
    shown = hubs[[name for name in columns if name in hubs]].rename(columns=columns)
    rounded = {name: shown[name].round(digits) for name, digits in _DIGITS.items() if name in shown}
    fill = st.column_config.ProgressColumn(format="percent", min_value=0.0, max_value=1.0)
    target = st.column_config.NumberColumn(format="percent")
    loss, meters = (st.column_config.NumberColumn(format=kind) for kind in ("%.1f", "localized"))
    st.dataframe(
        shown.assign(**rounded), hide_index=True, height=min(38 + 35 * len(shown), 560),
        column_config={"fill": fill, "target": target, "largest loss, dB": loss, "farthest, m": meters},
    )  # fmt: skip


_DIGITS = {"farthest, m": 0, "largest loss, dB": 1, "fill": 3}


def _drawings(job: Job, saved: SavedPlan) -> None:
    """Show one sheet at a time: the network, a hub's schematic, or cables unrolled along the route."""
    hubs = design_facts.hub_fill(saved.tables)["hub_id"].tolist()
    left, right = st.columns([1.6, 1], vertical_alignment="bottom")
    kinds = ["schematic", "straight line"]
    chosen = left.selectbox("Of", [_NETWORK, *hubs], key="drawn_site")
    kind = right.segmented_control("As", kinds, default=kinds[0], key="drawn_as", disabled=chosen == _NETWORK)
    site, kind = ("", "network") if chosen == _NETWORK else (chosen, "line" if kind == kinds[1] else "hub")
    sheets = plan_drawing(job, kind, site)
    if not sheets:
        st.info("The cables of this hub lie in no span: everything stands at one place.")
        return
    number = 1
    if len(sheets) > 1:
        number = st.segmented_control("Sheet", list(range(1, len(sheets) + 1)), default=1, key=f"sheet-{site}") or 1
    sheet = sheets[number - 1]
    st.image(sheet.svg, width="stretch")
    st.download_button(
        "Download this sheet (SVG, A3)", sheet.svg.encode(), f"{kind}-{number}.svg", "image/svg+xml",
        key="download-sheet", on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    st.caption("Export, format Drawings, writes every sheet: offices and huts unrolled too.")


def _light(job: Job, saved: SavedPlan) -> None:  # noqa: ARG001
    """Show how much light is lost on the way, and which limit is met first."""
    paths, network = saved.tables["paths"], saved.document["network"]
    if not len(paths):
        st.info("No location is connected by fiber under this plan.")
        return
    row = st.columns(4)
    row[0].metric("Largest loss", f"{network['worst_loss_db']:.1f} dB", help="Of the weakest light path")
    row[1].metric("May be lost", f"{network['loss_budget_db']:.1f} dB", help="Class of the optics less aging margin")
    row[2].metric("Longest way", f"{paths['reach_m'].max() / 1000:,.1f} km", help="Cable from OLT to ONT")
    row[3].metric("Light paths", f"{len(paths):,}")
    left, right = st.columns([1.3, 1], gap="large")
    with left:
        st.markdown("**Light paths by their loss**")
        st.altair_chart(
            charts.loss_chart(design_facts.loss_steps(paths), float(network["loss_budget_db"])), width="stretch"
        )
    with right:
        st.markdown("**Limit that is met first**", help="With how much light and how many meters of fiber to spare")
        limits = design_facts.light_limits(paths)
        limits = limits.assign(binds=design_facts.limit_words(limits["binds"]))
        show_table(
            limits.rename(columns={"binds": "limit", "margin_db": "least margin, dB", "headroom_m": "least room, m"})
        )
    columns = ["location_id", "hub_id", "terminal_id", "loss_db", "loss_min_db", "margin_db", "reach_m", "binds"]
    with st.expander("The weakest light paths"):
        shown = paths.sort_values(["loss_db", "location_id"], ascending=[False, True]).head(200)
        if "binds" in shown:
            shown = shown.assign(binds=design_facts.limit_words(shown["binds"]))
        show_table(shown[[name for name in columns if name in shown]].rename(columns=_LIGHT), height=360)


_LIGHT = {
    "location_id": "location", "hub_id": "hub", "terminal_id": "terminal", "loss_db": "loss, dB",
    "loss_min_db": "least loss, dB", "margin_db": "margin, dB", "reach_m": "fiber to the OLT, m",
    "binds": "limit met first",
}  # fmt: skip


def _rules(job: Job, saved: SavedPlan) -> None:  # noqa: ARG001
    """Show the rules ledger."""
    rules = design_facts.ledger_rows(saved.tables["rules"])
    broken = int((rules["broken"] > 0).sum())
    words = f"{count(broken, 'rule is', 'rules are')} broken" if broken else "No rule is broken"
    st.caption(f"{words}. Each was checked by code that shares nothing with the designer, at every place it concerns.")
    rules = rules.assign(kept=["broken" if many else "holds" for many in rules["broken"]])
    for name, unit in (("worst", "nearest to the limit"), ("limit", "limit")):
        told = zip(rules[name], rules["unit"].fillna(""), strict=True)
        rules[unit] = [design_facts.measured(value, word) for value, word in told]
    columns = ["kept", "rule", "checked", "broken", "nearest to the limit", "limit", "worst_place", "set_by"]
    if broken:
        columns[4:4] = ["repair", "repair_cost"]
    show_table(rules.rename(columns={"sentence": "rule"})[columns], wide=("rule", "repair"), height=560)


def _technology(job: Job, saved: SavedPlan) -> None:  # noqa: ARG001
    """Show who gets what and why, and what another threshold would cost."""
    reasons = design_facts.reason_kinds(saved.tables["locations"])
    currency = saved.document["cost"]["currency"]
    left, right = st.columns([1, 2.6], gap="large")
    with left:
        st.markdown("**Eligible locations by outcome**")
        counts = reasons.groupby("outcome")["locations"].sum().to_dict()
        st.altair_chart(charts.bar_chart(curves.largest_first(counts), "locations"), width="stretch")
    with right:
        st.markdown("**Why**", help="Reasons that differ in figures alone are one row, with the most frequent of them")
        show_reading(reasons.assign(outcome=reasons["outcome"].str.replace("_", " ")))
    curve = saved.tables.get("technology_curve")
    if curve is not None and len(curve) > 1:
        st.markdown("**What another threshold would cost**")
        st.altair_chart(charts.threshold_chart(design_facts.telling_rows(curve), currency), width="stretch")
        shown = pd.DataFrame(curve).drop(columns=["row_id", "value_cost", "lower_bound"])
        show_table(shown.round({"fiber_cost": 0, "capital": 0, "lifetime_cost": 0, "gap": 4}))
    threshold = saved.study_document.get("study", {}).get("technology", {}).get("threshold_per_location")
    if threshold:
        st.caption(f"Fiber is built up to {money(float(threshold), currency)} per location.")
