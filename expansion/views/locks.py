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
from expansion.runs.steering import Kind, LockWish, changes_of, feeding_locks
from expansion.views.desk import OpenStudy
from expansion.views.plans import saved_plan
from expansion.views.shelf import find_job
from expansion.views.tables import show_table
from expansion.views.words import money, plain

CLICKS = {
    "areas": "Areas", "pin": "Pin road", "avoid": "Avoid road", "hub": "Hub", "terminal": "Terminal", "hut": "Hut",
    "no_hut": "No hut", "assign": "Assign location",
}  # fmt: skip
_WORDS: dict[Kind, str] = {
    "pin": "use road", "avoid": "avoid road", "road": "avoid class", "rule": "avoid permit rule", "hub": "hub",
    "terminal": "terminal", "hut": "hut", "no_hut": "no hut at", "assign": "location",
}  # fmt: skip
_SITES: tuple[Kind, ...] = ("hub", "terminal", "hut", "no_hut")
_TROUBLES = frozenset({"W_AVOID_CUTS", "W_LOCK_IDLE", "W_HUB_IDLE", "W_LOCK_UNMET"})


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
            help="Chooses areas, or fixes something: a road to use or to avoid, a place where a hub, terminal or hut "
            "stands or no hut may, a location to be fed from a locked hub or terminal. Near a site of the open plan, "
            "the lock takes its place",
        )
        if click_mode() == "assign":
            _choose_feed(study)
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


def _choose_feed(study: OpenStudy) -> None:
    """Let the reader say what the clicked locations are fed from."""
    targets = feeding_locks(locks(), study.surveyed.study)
    if targets:
        st.selectbox("Feed from", targets, key="lock_feed", help="A locked hub or terminal")
    else:
        st.caption("Lock a hub or a terminal first, then click the locations that it feeds.")


def _drawn() -> None:
    """List what was fixed on the map, to be taken away again."""
    drawn = {_name(wish): wish for wish in locks() if wish.kind in ("pin", "avoid", "assign", *_SITES)}
    if not drawn:
        return
    st.session_state["lock_drawn"] = list(drawn)
    st.multiselect(
        "Fixed on the map", list(drawn), key="lock_drawn",
        on_change=lambda: _keep([drawn[name] for name in st.session_state["lock_drawn"]]),
    )  # fmt: skip


def _name(wish: LockWish) -> str:
    """Say one lock in words."""
    return f"{_WORDS[wish.kind]} {wish.name}" + (f" fed from {wish.target}" if wish.target else "")


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
    """Fix what a click on the map means: the nearest edge or location, or a site's place; again takes it away."""
    values = [event.get(name) for name in ("latitude", "longitude", "meters")]
    if event.get("kind") != "place" or not all(isinstance(value, int | float) for value in values):
        return
    latitude, longitude, meters = (float(value) for value in values)  # type: ignore[arg-type]
    mode = click_mode()
    if mode in _SITES:
        _stand(mode, *nearest_site(mode, latitude, longitude, meters))
    elif mode == "assign":
        _assign(study, latitude, longitude, meters)
    elif mode in ("pin", "avoid"):
        edge = nearest_edge(study.surveyed.survey.graph.edges, latitude, longitude, meters)
        other: Kind = "avoid" if mode == "pin" else "pin"
        if edge:
            _replace(other, [wish for wish in locks() if wish.kind == other and wish.name != edge])
            _toggle(LockWish("pin" if mode == "pin" else "avoid", edge))


def _stand(kind: Kind, latitude: float, longitude: float) -> None:
    """Stand a site at a place, numbered on; a lock of its kind that stands there is taken away with its locations."""
    place = (round(longitude, 7), round(latitude, 7))
    same = [wish for wish in locks() if wish.kind == kind and (wish.longitude, wish.latitude) == place]
    if same:
        gone = {f"{kind}-{wish.name}" for wish in same}
        st.session_state["locks"] = tuple(w for w in locks() if w not in same and w.target not in gone)
        return
    word = "map" if kind != "no_hut" else "not"
    numbers = [int(wish.name.removeprefix(f"{word}-")) for wish in locks() if wish.kind == kind]
    _toggle(LockWish(kind, f"{word}-{max(numbers, default=0) + 1}", *place))


def _assign(study: OpenStudy, latitude: float, longitude: float, meters: float) -> None:
    """Feed the nearest location from the chosen lock; from that one already, it is let go."""
    target = st.session_state.get("lock_feed") or next(iter(feeding_locks(locks(), study.surveyed.study)), "")
    found = nearest_location(study, latitude, longitude, meters)
    if not target or found is None:
        return
    name, place = found
    wish = LockWish("assign", name, round(place.x, 7), round(place.y, 7), target)
    word = target.split("-")[0]
    others = {one for one in locks() if one.name == name and one.kind == "assign" and one.target.split("-")[0] == word}
    st.session_state["locks"] = tuple(sorted((set(locks()) - others) | ({wish} - others)))


def nearest_location(study: OpenStudy, latitude: float, longitude: float, meters: float) -> tuple[str, Point] | None:
    """Return the eligible location nearest to a place and within `meters` of it with its place, EPSG:4326."""
    survey = study.surveyed.survey
    eligible = survey.eligibility.table["eligible"].to_numpy(dtype=bool)
    homes = survey.inputs.locations[eligible]
    place = gpd.GeoSeries([Point(longitude, latitude)], crs="EPSG:4326").to_crs(homes.crs)
    found = homes.sindex.nearest(place.array[0], max_distance=max(meters, 1.0), return_all=False)
    if not found.size:
        return None
    row = homes.iloc[[found[1][0]]]
    return str(row["location_id"].iloc[0]), row.to_crs("EPSG:4326").geometry.iloc[0]


def nearest_site(kind: str, latitude: float, longitude: float, meters: float) -> tuple[float, float]:
    """Return latitude and longitude of the open plan's site of a kind near a place; the place where there is none."""
    job = find_job(st.session_state.get("plan", ""))
    if job is None or job.state != "done":
        return latitude, longitude
    sites = saved_plan(job).tables["sites"]
    mine = sites[(sites["kind"] == kind.removeprefix("no_")).to_numpy(dtype=bool)]
    place = gpd.GeoSeries([Point(longitude, latitude)], crs="EPSG:4326").to_crs(sites.crs)
    found = mine.sindex.nearest(place.array[0], max_distance=max(meters, 1.0), return_all=False)
    if not found.size:
        return latitude, longitude
    spot = mine.geometry.iloc[[found[1][0]]].to_crs("EPSG:4326").iloc[0]
    return spot.y, spot.x


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
    currency = saved.document["cost"]["currency"]
    tables = {name: saved.tables.get(name) for name in ("route_locks", "design_locks")}
    held = {name: table for name, table in tables.items() if table is not None and len(table)}
    if not held:
        return
    st.markdown("**What the locks cost**")
    for name, table in held.items():
        rows = pd.DataFrame(table.drop(columns="geometry")).sort_values(["price", "lock_id"], ascending=[False, True])
        where = "the route" if name == "route_locks" else "the design"
        if is_short:
            lines = [f"- {plain(row.what)}: {_adds(row.price, currency, where)}" for row in rows.itertuples()]
            st.markdown("\n".join(lines))
        elif name == "route_locks":
            _price_table(rows, currency)
        else:
            _design_table(rows, currency)
    for finding in saved.document["findings"]:
        if finding["code"] in _TROUBLES:
            advice = f"; {finding['repair']}" if finding["repair"] else ""
            st.warning(plain(finding["message"] + advice), icon=":material/info:")


def _adds(price: float, currency: str, where: str) -> str:
    """Say what a lock adds."""
    if pd.isna(price):
        return "not priced"
    verb = "adds" if price > 0 else "saves"
    return f"{verb} {plain(money(abs(price), currency))} in {where}" if price else "adds nothing"


def _design_table(rows: pd.DataFrame, currency: str) -> None:
    """Show locks of the design: their price, the site that stands there, and who is fed from elsewhere."""
    shown = pd.DataFrame(
        {
            "lock": rows["what"],
            f"adds to the design, {currency}": rows["price"].round(),
            "kept by": rows["site_id"].fillna(""),
            "fed from elsewhere": rows["unmet"].fillna(""),
        }
    )
    show_table(shown)


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
