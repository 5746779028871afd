"""Check that cables run along spans from site to site, are long enough, and hold the fibers that light uses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, integers, numbers, split_ids, texts
from expansion.audit.geodesy import ellipsoid_lengths
from expansion.audit.ledger import Check, Ledger
from expansion.audit.locks import leads_to_pin
from expansion.audit.rules import engineering, excused, section

SIZES = (12, 24, 48, 72, 96, 144, 192, 288, 432, 864)
TIERS = ("feeder", "distribution", "drop")
_MILLIMETER = 0.0011


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span as cable sees it: end nodes, route meters, and cable meters before slack."""

    u: int
    v: int
    route_m: float
    cable_m: float


@dataclass(frozen=True, slots=True)
class Run:
    """A cable laid out: its nodes from the core outward and, per step, the cable meters before slack."""

    tier: str
    from_site: str
    to_site: str
    nodes: tuple[int, ...]
    steps: tuple[float, ...]


def stretches(saved: SavedPlan) -> dict[str, Stretch]:
    """Read the spans, with the sag of poles or of ground added."""
    spans = saved.table("spans")
    aerial, buried = engineering(saved, "sag_aerial"), engineering(saved, "sag_buried")
    columns = (texts(spans, "span_id"), integers(spans, "u"), integers(spans, "v"), numbers(spans, "length_m"))
    found = {}
    for name, u, v, length, placement in zip(*columns, texts(spans, "placement"), strict=True):
        sag = aerial if placement == "aerial" else buried
        found[name] = Stretch(int(u), int(v), float(length), float(length) * (1 + sag))
    return found


def site_nodes(saved: SavedPlan) -> dict[str, int]:
    """Node of each site."""
    sites = saved.table("sites")
    return dict(zip(texts(sites, "site_id"), (int(node) for node in integers(sites, "node")), strict=True))


def lay_out(saved: SavedPlan, ledger: Ledger) -> dict[str, Run]:
    """Walk every cable along its spans; those that break off are breaches and are left out."""
    spans, nodes, cables = stretches(saved), site_nodes(saved), saved.table("cables")
    columns = [texts(cables, name) for name in ("cable_id", "tier", "from_site", "to_site", "span_ids")]
    runs, broken = {}, []
    for cable, tier, start, end, names in zip(*columns, strict=True):
        way = _walk([spans.get(name) for name in split_ids(names)], nodes.get(start))
        if way is None or (tier != "drop" and way[0][-1] != nodes.get(end)):
            broken.append(cable)
        else:
            runs[cable] = Run(tier, start, end, *way)
    ledger.nothing(broken, "cables do not run along their spans from site to site", len(cables))
    return runs


def _walk(way: list[Stretch | None], start: int | None) -> tuple[tuple[int, ...], tuple[float, ...]] | None:
    """Nodes and steps of a walk over spans from a node; None where it breaks off."""
    if start is None:
        return None
    nodes, steps = [start], []
    for span in way:
        if span is None or nodes[-1] not in (span.u, span.v):
            return None
        nodes.append(span.u + span.v - nodes[-1])
        steps.append(span.cable_m)
    return tuple(nodes), tuple(steps)


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
    """Recompute cable meters of trunks: route with sag, slack at both ends and at every site passed."""
    cables = saved.table("cables")
    end_m, through_m = engineering(saved, "slack_end_m"), engineering(saved, "slack_through_m")
    passable = _passable(saved)
    wrong = []
    for cable, told in zip(texts(cables, "cable_id"), numbers(cables, "length_m"), strict=True):
        run = runs.get(cable)
        if run is None or run.tier == "drop":
            continue
        source = passable.source.get(run.from_site, run.from_site)
        least = sum(run.steps) + 2 * end_m
        inside = set(run.nodes[1:-1])
        sure = len(inside & passable.sites.get(source, set()))
        maybe = len(inside & (passable.sites.get(source, set()) | passable.huts))
        slack = _MILLIMETER * (1 + len(run.steps))
        if not least + sure * through_m - slack <= told <= least + maybe * through_m + slack:
            wrong.append(f"{cable} ({told:.3f} m, expected {least + sure * through_m:.3f})")
    ledger.nothing(wrong, "cable length is not route, sag and slack", len(cables))


@dataclass(frozen=True, slots=True)
class Passable:
    """Per source site the nodes of the sites and closures it feeds; nodes of huts; and per closure its source."""

    sites: dict[str, set[int]]
    huts: set[int]
    source: dict[str, str]


def _passable(saved: SavedPlan) -> Passable:
    sites = saved.table("sites")
    columns = [texts(sites, name) for name in ("site_id", "kind", "parent_site_id")]
    fed: dict[str, set[int]] = defaultdict(set)
    huts: set[int] = set()
    source: dict[str, str] = {}
    for site, kind, parent, node in zip(*columns, integers(sites, "node"), strict=True):
        fed[parent].add(int(node))
        if kind == "hut":
            huts.add(int(node))
        if kind == "closure":
            source[site] = parent
    return Passable(dict(fed), huts, source)


def _check_sizes(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that a sheath holds what is used and the spare."""
    cables = saved.table("cables")
    ids, tier = texts(cables, "cable_id"), np.array(texts(cables, "tier"), dtype=object)
    fibers, used = integers(cables, "fibers"), integers(cables, "used_fibers")
    ledger.none(used < 1, ids, "cables of which nothing is used")
    ledger.none(fibers < used, ids, "cables with fewer fibers than are used")
    wanted = used + (used * engineering(saved, "spare_fiber_share")).astype(np.int64)
    ledger.none((tier != "drop") & (fibers < wanted), ids, "cables without the spare fibers asked for")
    sold = np.isin(fibers, SIZES) | (fibers % SIZES[-1] == 0)
    ledger.none((tier != "drop") & ~sold, ids, "cables of a size that nobody sells")


def _check_use(ledger: Ledger, saved: SavedPlan) -> None:
    """Count the fibers that light paths use in each cable; huts take more in feeders."""
    cables, paths = saved.table("cables"), saved.table("paths")
    ratio = int(section(saved, "network")["split_ratio"])
    light: dict[str, int] = defaultdict(int)
    splitters: dict[str, set[tuple[str, int]]] = defaultdict(set)
    columns = (texts(paths, "cable_ids"), texts(paths, "hub_id"), integers(paths, "splitter_output"))
    for text, hub, output, units in zip(*columns, integers(paths, "units"), strict=True):
        for cable in split_ids(text):
            light[cable] += int(units)
            splitters[cable] |= {(hub, (int(output) - 1 + unit) // ratio) for unit in range(int(units))}
    names, tier = texts(cables, "cable_id"), np.array(texts(cables, "tier"), dtype=object)
    used = integers(cables, "used_fibers")
    ledger.nothing(sorted(set(light) - set(names)), "light paths name cables that do not exist", len(light))
    found = np.array([len(splitters[n]) if t == "feeder" else light[n] for n, t in zip(names, tier, strict=True)])
    huts = "hut" in texts(saved.table("sites"), "kind")
    loose = (tier == "feeder") & huts
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
    ledger.none(~(np.abs(found - total) <= 0.01), ids, "drop_m is not the geodesic length of the drop")
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
