"""Check that cables run along spans from site to site, are long enough, and hold the fibers that light uses."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, integers, numbers, split_ids, texts
from expansion.audit.geodesy import ellipsoid_lengths
from expansion.audit.laid import Run, hub_fibers, lay_out
from expansion.audit.ledger import Check, Ledger
from expansion.audit.locks import leads_to_pin
from expansion.audit.rules import catalog, engineering, excused, section, split_stages

TIERS = ("feeder", "distribution", "drop")
_MILLIMETER = 0.0011
_ROUNDING = 0.0005  # of each stretch of road that a drop runs along


def check_cables(saved: SavedPlan) -> Check:
    """Check way, length, size and use of every cable."""
    ledger = Ledger("cables")
    cables, spans = saved.table("cables"), saved.table("spans")
    ids = texts(cables, "cable_id")
    ledger.that(len(set(ids)) == len(ids), "cable ids are not unique")
    ledger.none(~np.isin(texts(cables, "tier"), TIERS), ids, "cables of an unknown tier")
    runs = lay_out(saved, ledger)
    laid = {name for text in texts(cables, "span_ids") for name in split_ids(text)}
    idle = [
        span not in laid and not lit for span, lit in zip(texts(spans, "span_id"), spans["is_existing"], strict=True)
    ]
    _check_idle(ledger, saved, np.array(idle, dtype=bool))
    _check_tiers(ledger, cables, spans)
    _check_lengths(ledger, saved, runs)
    _check_sizes(ledger, saved)
    _check_use(ledger, saved)
    _check_taps(ledger, saved)
    ledger.none(~np.isin(texts(spans, "tier"), TIERS), texts(spans, "span_id"), "spans of an unknown tier")
    return ledger.close()


def _check_idle(ledger: Ledger, saved: SavedPlan, idle: NDArray[np.bool_]) -> None:
    """Check that new spans without a cable are, or lead to, what a pin asks for."""
    spans, rows = saved.table("spans"), np.flatnonzero(idle)
    row_of = {name: row for row, name in enumerate(texts(saved.table("edges"), "edge_id"))}
    edges = [split_ids(text) for text in texts(spans, "edge_ids")]
    parts = [np.array([row_of[name] for name in edges[row] if name in row_of], dtype=np.int64) for row in rows]
    loose = idle.copy()
    loose[rows] = [not served for served in leads_to_pin(saved, parts)]
    ledger.none(loose, texts(spans, "span_id"), "new spans in which no cable lies")


def _check_tiers(ledger: Ledger, cables: Any, spans: Any) -> None:
    """Check that a new span bears the highest tier of the cables in it."""
    best: dict[str, int] = {}
    for tier, text in zip(texts(cables, "tier"), texts(cables, "span_ids"), strict=True):
        for name in split_ids(text):
            best[name] = min(best.get(name, 9), TIERS.index(tier) if tier in TIERS else 9)
    rows = zip(texts(spans, "span_id"), texts(spans, "tier"), spans["is_existing"], strict=True)
    wrong = [name for name, tier, lit in rows if not lit and name in best and TIERS[best[name] % 3] != tier]
    ledger.nothing(wrong, "spans bear another tier than the highest of their cables", len(spans))


def _check_taps(ledger: Ledger, saved: SavedPlan) -> None:
    """Check what sites use that no light path names: fibers that leave taps, and nothing at closures."""
    sites, cables = saved.table("sites"), saved.table("cables")
    leaving: dict[str, int] = defaultdict(int)
    for site, used in zip(texts(cables, "from_site"), integers(cables, "used_fibers"), strict=True):
        leaving[site] += int(used)
    names, kinds, used = texts(sites, "site_id"), texts(sites, "kind"), integers(sites, "used")
    taps = [
        kind == "fiber_tap" and leaving[name] != count for name, kind, count in zip(names, kinds, used, strict=True)
    ]
    ledger.none(taps, names, "taps use other fibers than leave them")
    ledger.none((np.array(kinds, dtype=object) == "closure") & (used != 0), names, "closures use something")


def _check_lengths(ledger: Ledger, saved: SavedPlan, runs: dict[str, Run]) -> None:
    """Recompute cable meters of trunks: route with sag, slack at the ends of its pieces and wherever it is opened."""
    cables, wrong = saved.table("cables"), []
    for cable, told in zip(texts(cables, "cable_id"), numbers(cables, "length_m"), strict=True):
        run = runs.get(cable)
        if run is None or run.tier == "drop":
            continue
        found = run.bare(len(run.nodes) - 1) + run.end_m * (1 + 2 * max(len(run.pieces) - 1, 0))
        if not abs(found - told) <= _MILLIMETER * (1 + len(run.steps)):
            wrong.append(f"{cable} ({told:.3f} m, expected {found:.3f})")
    ledger.nothing(wrong, "cable length is not route, sag and slack", len(cables))


def _check_sizes(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that a sheath holds what is used and the spare."""
    cables = saved.table("cables")
    ids, tier = texts(cables, "cable_id"), np.array(texts(cables, "tier"), dtype=object)
    fibers, used = integers(cables, "fibers"), integers(cables, "used_fibers")
    ledger.none(used < 1, ids, "cables of which nothing is used")
    ledger.none(fibers < used, ids, "cables with fewer fibers than are used")
    wanted = used + (used * engineering(saved, "spare_fiber_share")).astype(np.int64)
    ledger.none((tier != "drop") & (fibers < wanted), ids, "cables without the spare fibers asked for")
    sizes = catalog(saved, "cable")
    sold = np.isin(fibers, sizes) | (fibers % sizes[-1] == 0)
    ledger.none((tier != "drop") & ~sold, ids, "cables of a size that nobody sells")


def _check_use(ledger: Ledger, saved: SavedPlan) -> None:
    """Count the fibers that light paths use in each cable; huts and stations take more in feeders."""
    cables, paths = saved.table("cables"), saved.table("paths")
    ratio = split_stages(saved)[0]
    light: dict[str, int] = defaultdict(int)
    fibers: dict[str, set[tuple[str, int]]] = defaultdict(set)
    splitters: dict[str, set[tuple[str, int]]] = defaultdict(set)
    columns = (texts(paths, "cable_ids"), texts(paths, "hub_id"), hub_fibers(saved))
    for text, hub, taken, units in zip(*columns, integers(paths, "units"), strict=True):
        for cable in split_ids(text):
            light[cable] += int(units)
            fibers[cable] |= {(hub, fiber) for fiber in taken}
            splitters[cable] |= {(hub, (fiber - 1) // ratio) for fiber in taken}
    names, tier = texts(cables, "cable_id"), np.array(texts(cables, "tier"), dtype=object)
    used = integers(cables, "used_fibers")
    ledger.nothing(sorted(set(light) - set(names)), "light paths name cables that do not exist", len(light))
    count = {"feeder": splitters, "distribution": fibers}
    found = np.array([len(count[t][n]) if t in count else light[n] for n, t in zip(names, tier, strict=True)])
    others = bool(np.isin(texts(saved.table("sites"), "kind"), ("hut", "tower", "cabinet")).any())
    loose = (tier == "feeder") & others
    ledger.none(~loose & (used != found), names, "used_fibers is not what light paths use")
    ledger.none(loose & (used < found), names, "used_fibers is less than light paths use")


def check_drops(saved: SavedPlan) -> Check:
    """Check that every connected location has one drop, from its terminal to its door, within the longest allowed."""
    ledger = Ledger("drops")
    drops, locations = saved.table("drops"), saved.table("locations")
    ids = texts(drops, "location_id")
    total = numbers(drops, "drop_m")
    home = locations.set_index("location_id").reindex(ids)
    ledger.nothing(
        sorted(set(ids) ^ set(texts(saved.table("paths"), "location_id"))), "drops and paths differ", len(ids)
    )
    ledger.that(len(set(ids)) == len(ids), "a location has two drops")
    for column in ("terminal_id", "area_id"):
        ledger.none(np.array(texts(home, column)) != np.array(texts(drops, column)), ids, f"drops differ in {column}")
    ledger.none(~(np.abs(numbers(home, "drop_m") - total) <= _MILLIMETER), ids, "locations.drop_m is not the drop's")
    parts = numbers(drops, "along_m") + numbers(drops, "setback_m")
    ledger.none(~(np.abs(parts - total) <= _MILLIMETER), ids, "drop_m is not the way along the road and to the door")
    ledger.none(~np.isin(texts(drops, "placement"), ("aerial", "buried")), ids, "drops of an unknown placement")
    _check_drop_lines(ledger, saved, drops, home)
    longest = float(section(saved, "network")["drop_max_m"])
    over = total > longest + _MILLIMETER
    allowed = excused(saved, "W_DROP", "W_DROP_LONG")
    ledger.none(over & (int(over.sum()) > allowed), ids, f"drops longer than {longest:g} m without a finding")
    return ledger.close()


def _check_drop_lines(ledger: Ledger, saved: SavedPlan, drops: Any, home: Any) -> None:
    """Measure the lines of drops, and the cable in them."""
    ids, total = texts(drops, "location_id"), numbers(drops, "drop_m")
    lines = np.asarray(drops.geometry.array, dtype=object)
    found = ellipsoid_lengths(lines, saved.crs)
    near = 0.01 + _ROUNDING * shapely.get_num_coordinates(lines)
    ledger.none(~(np.abs(found - total) <= near), ids, "drop_m is not the geodesic length of the drop")
    doors = np.asarray(home.geometry.array, dtype=object)
    ledger.none(~(shapely.distance(shapely.get_point(lines, -1), doors) <= 0.01), ids, "drops end away from the door")
    sites = saved.table("sites")
    place = dict(zip(texts(sites, "site_id"), np.asarray(sites.geometry.array, dtype=object), strict=True))
    posts = np.array([place.get(site) for site in texts(drops, "terminal_id")], dtype=object)
    begin = shapely.distance(shapely.get_point(lines, 0), posts)
    ledger.none(~(begin <= 0.01), ids, "drops begin away from their terminal")
    cable = total * (1 + engineering(saved, "sag_buried")) + engineering(saved, "drop_slack_m")
    ledger.none(
        ~(np.abs(numbers(drops, "cable_m") - cable) <= _MILLIMETER), ids, "drop cable is not drop, sag and slack"
    )
    cables = saved.table("cables")
    columns = (texts(cables, "to_site"), numbers(cables, "length_m"), texts(cables, "tier"))
    laid = {site: length for site, length, tier in zip(*columns, strict=True) if tier == "drop"}
    told = np.array([laid.get(name, np.nan) for name in ids])
    ledger.none(
        ~(np.abs(told - numbers(drops, "cable_m")) <= _MILLIMETER), ids, "drops without a cable of their length"
    )
