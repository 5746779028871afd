"""Locks: what the planner fixes about the route, by clicks on the map and from lists, and what each of them costs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st
from shapely import Point

from expansion.figures.layers import SentLayer, send_layer
from expansion.figures.locked import lock_layer
from expansion.plan.saved import SavedPlan
from expansion.runs.steering import Kind, LockWish, changes_of
from expansion.views.desk import OpenStudy
from expansion.views.tables import show_table
from expansion.views.words import money, plain

CLICKS = {"areas": "Areas", "pin": "Pin road", "avoid": "Avoid road", "hub": "Hub"}
_WORDS: dict[Kind, str] = {
    "pin": "use road", "avoid": "avoid road", "road": "avoid class", "rule": "avoid permit rule", "hub": "hub",
}  # fmt: skip
_TROUBLES = frozenset({"W_AVOID_CUTS", "W_LOCK_IDLE", "W_HUB_IDLE"})


def locks() -> tuple[LockWish, ...]:
    """Return what is fixed now."""
    found: tuple[LockWish, ...] = st.session_state.get("locks", ())
    return found


def lock_changes(study: OpenStudy) -> tuple[str, ...]:
    """Write the locks as changes over the study file."""
    return changes_of(locks(), study.surveyed.study)


def click_mode() -> str:
    """Return what a click on the map does: a key of `CLICKS`."""
    return str(st.session_state.get("click_mode") or "areas")


def show_locks(study: OpenStudy) -> None:
    """Let the reader steer the route; nothing is planned before the Plan button is pressed."""
    with st.expander("Steer the route", icon=":material/alt_route:", expanded=bool(locks())):
        st.segmented_control(
            "A click on the map",
            list(CLICKS),
            format_func=CLICKS.__getitem__,
            default="areas",
            key="click_mode",
            help="Chooses areas, or fixes something: a road to use or to avoid, a place where a hub stands",
        )
        _choose("road", "Avoid road classes", _classes(study))
        _choose("rule", "Avoid permits of a rule", _rules(study))
        _drawn()
        st.caption("Locks hold for the next plan. It says what each of them costs; nothing is ever routed against one.")


def _choose(kind: Kind, label: str, options: dict[str, str]) -> None:
    """Show one list of things to avoid."""
    key = f"lock_{kind}"
    st.session_state[key] = [wish.name for wish in locks() if wish.kind == kind and wish.name in options]
    st.multiselect(
        label, list(options), key=key, format_func=options.__getitem__, placeholder="None",
        on_change=lambda: _replace(kind, [LockWish(kind, name) for name in st.session_state[key]]),
    )  # fmt: skip


def _drawn() -> None:
    """List what was fixed on the map, to be taken away again."""
    drawn = {f"{_WORDS[wish.kind]} {wish.name}": wish for wish in locks() if wish.kind in ("pin", "avoid", "hub")}
    if not drawn:
        return
    st.session_state["lock_drawn"] = list(drawn)
    st.multiselect(
        "Fixed on the map", list(drawn), key="lock_drawn",
        on_change=lambda: _keep([drawn[name] for name in st.session_state["lock_drawn"]]),
    )  # fmt: skip


def _replace(kind: Kind, wishes: Iterable[LockWish]) -> None:
    st.session_state["locks"] = tuple(sorted({*(wish for wish in locks() if wish.kind != kind), *wishes}))


def _keep(wishes: Iterable[LockWish]) -> None:
    left = (wish for wish in locks() if wish.kind in ("road", "rule"))
    st.session_state["locks"] = tuple(sorted({*left, *wishes}))


def _classes(study: OpenStudy) -> dict[str, str]:
    names = sorted(set(study.surveyed.survey.inputs.roads["highway"].dropna()))
    return {name: name.replace("_", " ") for name in names}


def _rules(study: OpenStudy) -> dict[str, str]:
    """Rules that some route could avoid; those that hold wherever work is done are left out."""
    held = set(study.surveyed.study.permits.disable)
    rules = study.surveyed.survey.inputs.rulebook.permit_rules
    return {
        rule.rule_id: f"{rule.rule_id} · {rule.permit}"
        for rule in rules
        if rule.test != "any" and rule.grant != "area" and rule.rule_id not in held
    }


def take_place(study: OpenStudy, event: dict[str, Any]) -> None:
    """Fix what a click on the map means: the nearest edge of the graph, or a hub's place; again takes it away."""
    values = [event.get(name) for name in ("latitude", "longitude", "meters")]
    if event.get("kind") != "place" or not all(isinstance(value, int | float) for value in values):
        return
    latitude, longitude, meters = (float(value) for value in values)  # type: ignore[arg-type]
    mode = click_mode()
    if mode == "hub":
        numbers = [int(wish.name.removeprefix("map-")) for wish in locks() if wish.kind == "hub"]
        _toggle(LockWish("hub", f"map-{max(numbers, default=0) + 1}", round(longitude, 7), round(latitude, 7)))
        return
    edge = nearest_edge(study.surveyed.survey.graph.edges, latitude, longitude, meters)
    if edge and mode in ("pin", "avoid"):
        other: Kind = "avoid" if mode == "pin" else "pin"
        _replace(other, [wish for wish in locks() if wish.kind == other and wish.name != edge])
        _toggle(LockWish("pin" if mode == "pin" else "avoid", edge))


def _toggle(wish: LockWish) -> None:
    st.session_state["locks"] = tuple(sorted(set(locks()) ^ {wish}))


def nearest_edge(edges: gpd.GeoDataFrame, latitude: float, longitude: float, meters: float) -> str:
    """Return the edge nearest to a place and within `meters` of it; "" where there is none."""
    place = gpd.GeoSeries([Point(longitude, latitude)], crs="EPSG:4326").to_crs(edges.crs)
    found = edges.sindex.nearest(place.array[0], max_distance=max(meters, 1.0), return_all=False)
    return str(edges["edge_id"].iloc[found[1][0]]) if found.size else ""


def locked_map(study: OpenStudy) -> tuple[SentLayer, ...]:
    """Draw what is fixed on the map."""
    wishes = [(wish.kind, wish.name, wish.longitude, wish.latitude) for wish in locks()]
    layer = lock_layer(wishes, study.surveyed.survey.graph.edges)
    return (send_layer(layer),) if layer.features else ()


def show_prices(saved: SavedPlan, *, is_short: bool = False) -> None:
    """Show what each lock of a plan costs.

    Parameters
    ----------
    saved
        The plan.
    is_short
        Whether to write a line per lock instead of a table.
    """
    table = saved.tables.get("route_locks")
    if table is None or not len(table):
        return
    currency = saved.document["cost"]["currency"]
    st.markdown("**What the locks cost**")
    rows = pd.DataFrame(table.drop(columns="geometry")).sort_values(["price", "lock_id"], ascending=[False, True])
    if is_short:
        st.markdown("\n".join(f"- {plain(row.what)}: {_adds(row.price, currency)}" for row in rows.itertuples()))
    else:
        _price_table(rows, currency)
    for finding in saved.document["findings"]:
        if finding["code"] in _TROUBLES:
            st.warning(plain(finding["message"]), icon=":material/info:")


def _adds(price: float, currency: str) -> str:
    """Say what a lock adds to the route."""
    if pd.isna(price):
        return "not priced"
    return f"adds {plain(money(price, currency))}" if price else "adds nothing"


def _price_table(rows: pd.DataFrame, currency: str) -> None:
    shown = pd.DataFrame(
        {
            "lock": rows["what"],
            f"adds to the route, {currency}": rows["price"].round(),
            "at least": rows["price_low"].round(),
            "at most": rows["price_high"].round(),
            "locations cut off": rows["locations_cut_off"],
        }
    )
    show_table(shown)
