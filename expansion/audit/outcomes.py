"""Check that every eligible location has one outcome with a reason, and that none is called unreachable wrongly."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.access import is_road, leads_to_plant, meet_rows, node_places
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.locks import cut_nodes

OUTCOMES = ("fiber", "fixed_wireless", "dsl", "satellite", "not_chosen", "unreachable", "none")
STATUSES = ("served", "underserved", "unserved")
_MAP_SCALE = 0.002


def check_outcomes(saved: SavedPlan) -> Check:
    """Check status, eligibility, outcome and area of every location, and what plan.json counts of them."""
    ledger = Ledger("outcomes")
    locations = saved.table("locations")
    ids, outcome, eligible = texts(locations, "location_id"), texts(locations, "outcome"), flags(locations, "eligible")
    kind = np.array(outcome, dtype=object)
    ledger.that(len(set(ids)) == len(ids), "location ids are not unique")
    ledger.none(eligible & ~np.isin(kind, OUTCOMES), ids, "eligible locations without one outcome")
    ledger.none(~eligible & (kind != ""), ids, "locations that are not eligible have an outcome")
    ledger.none(eligible & _empty(locations, "outcome_reason"), ids, "outcomes without a reason")
    ledger.none(_empty(locations, "reason"), ids, "locations whose status has no reason")
    _check_status(ledger, locations, ids, eligible)
    _check_counts(ledger, saved.document, locations, kind, eligible)
    _check_areas(ledger, saved, locations, kind, eligible)
    _check_connected(ledger, saved, locations, kind)
    _check_reach(ledger, saved, locations, kind, eligible)
    return ledger.close()


def _empty(table: Any, column: str) -> NDArray[np.bool_]:
    return np.array([not text.strip() for text in texts(table, column)], dtype=bool)


def _check_status(ledger: Ledger, locations: Any, ids: list[str], eligible: NDArray[np.bool_]) -> None:
    """Who is served is never funded; units and points are sound."""
    status = np.array(texts(locations, "status"), dtype=object)
    ledger.none(~np.isin(status, STATUSES), ids, "unknown status")
    ledger.none(eligible & (status == "served"), ids, "served locations are funded")
    ledger.none(integers(locations, "units") < 1, ids, "locations without a unit")
    points = np.asarray(locations.geometry.array, dtype=object)
    ledger.none(~np.isfinite(shapely.get_x(points)), ids, "locations without a point")


def _check_counts(
    ledger: Ledger, plan: dict[str, Any], locations: Any, kind: NDArray[np.object_], eligible: NDArray[np.bool_]
) -> None:
    """Compare the counts of plan.json with the rows."""
    status = texts(locations, "status")
    counts = plan["counts"]
    ledger.equal(counts["locations"], len(locations), "counts.locations")
    for name in STATUSES:
        ledger.equal(counts[name], status.count(name), f"counts.{name}")
    ledger.equal(counts["eligible"], int(eligible.sum()), "counts.eligible")
    ledger.equal(counts["unreachable"], int((kind == "unreachable").sum()), "counts.unreachable")
    for name in OUTCOMES:
        ledger.equal(plan["outcomes"][name], int((kind == name).sum()), f"outcomes.{name}")
    ledger.equal(sum(plan["outcomes"].values()), int(eligible.sum()), "sum of outcomes")
    for name in ("fiber", "dsl", "fixed_wireless", "satellite", "none"):
        ledger.equal(plan["technology"][name], int((kind == name).sum()), f"technology.{name}")


def _check_areas(
    ledger: Ledger, saved: SavedPlan, locations: Any, kind: NDArray[np.object_], eligible: NDArray[np.bool_]
) -> None:
    """Compare outcome and area: who is reachable lies in one area, who is built for in a chosen one."""
    areas, ids = saved.table("areas"), texts(locations, "location_id")
    of = np.array(texts(locations, "area_id"), dtype=object)
    known = set(texts(areas, "area_id"))
    chosen = set(np.array(texts(areas, "area_id"), dtype=object)[flags(areas, "chosen")])
    in_chosen = np.array([area in chosen for area in of], dtype=bool)
    ledger.none([area not in known and area != "" for area in of], ids, "locations in an unknown area")
    ledger.none(eligible & (kind != "unreachable") & (of == ""), ids, "reachable locations without an area")
    ledger.none(~eligible & (of != ""), ids, "locations that are not eligible lie in an area")
    ledger.none((kind == "not_chosen") & in_chosen, ids, "locations of chosen areas are not chosen")
    served = eligible & ~np.isin(kind, ("not_chosen", "unreachable"))
    ledger.none(served & ~in_chosen, ids, "locations outside the chosen areas are built for")
    ledger.equal(saved.document["counts"]["locations_chosen"], int((eligible & in_chosen).sum()), "locations_chosen")


def _check_connected(ledger: Ledger, saved: SavedPlan, locations: Any, kind: NDArray[np.object_]) -> None:
    """Compare the outcome fiber with the light paths, column by column."""
    ids, fiber = texts(locations, "location_id"), kind == "fiber"
    paths = saved.table("paths").set_index("location_id")
    ledger.nothing(sorted(set(paths.index) ^ set(np.array(ids, dtype=object)[fiber])), "fiber without a path or back")
    told = locations.set_index("location_id").loc[[name for name in ids if name in paths.index]]
    for column in ("hub_id", "terminal_id"):
        same = np.array(texts(told, column)) == np.array(texts(paths.loc[told.index], column))
        ledger.none(~same, told.index, f"locations and paths differ in {column}")
    apart = np.abs(numbers(told, "loss_db") - numbers(paths.loc[told.index], "loss_db"))
    ledger.none(~(apart <= 0.0005), told.index, "locations and paths differ in loss_db")
    for column in ("hub_id", "terminal_id", "drop_m", "loss_db"):
        ledger.none(~fiber & ~locations[column].isna().to_numpy(), ids, f"{column} without fiber")


def _check_reach(
    ledger: Ledger, saved: SavedPlan, locations: Any, kind: NDArray[np.object_], eligible: NDArray[np.bool_]
) -> None:
    """Check by brute force that the unreachable are those far from every road that leads to a root."""
    edges = saved.table("edges")
    roads = np.asarray(edges.geometry.array, dtype=object)[leads_to_plant(saved) & is_road(edges)]
    limit = float(saved.study["study"]["network"]["snap_max_m"])
    ids = np.array(texts(locations, "location_id"), dtype=object)
    points = np.asarray(locations.geometry.array, dtype=object)
    near = np.zeros(len(points), dtype=bool)
    far = np.ones(len(points), dtype=bool)
    if len(roads):
        index, distance = shapely.STRtree(roads).query_nearest(points, return_distance=True, all_matches=False)
        near[index[0]] = distance <= limit * (1 - _MAP_SCALE)
        far[index[0]] = distance > limit * (1 + _MAP_SCALE)
    stranded = eligible & near & (kind == "unreachable")
    stranded[stranded] = ~_is_cut(saved, np.flatnonzero(stranded))
    ledger.none(stranded, ids, "locations near a road to a root are unreachable")
    ledger.none(eligible & far & (kind != "unreachable"), ids, "locations far from every road are not unreachable")


def _is_cut(saved: SavedPlan, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which locations stand at nodes from which every way to plant holds an avoided edge."""
    _, cut = cut_nodes(saved)
    if not cut.any() or not len(rows):
        return np.zeros(len(rows), dtype=bool)
    _, nodes = node_places(saved.table("edges"))
    met = meet_rows(saved, rows)
    return np.isin(rows, met.location[np.isin(met.node, nodes[cut])])
