"""Check that the planner's locks hold: from study.json and the tables alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from expansion.audit.access import Meeting, components, is_existing, is_road, node_places, plant_nodes
from expansion.audit.design_locks import check_design_locks
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering
from expansion.audit.site_locks import Nodes, check_site_locks

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_CENT = 0.0051
_METER = 1.0
_BEYOND = 2**62


@dataclass(frozen=True, slots=True)
class Held:
    """Per row of the edges table: must be used, must not be; and per locked hub, terminal and hut its node."""

    pinned: BoolArray
    avoided: BoolArray
    site_nodes: IntArray

    def weights(self, cents: IntArray) -> IntArray:
        """Prices as the route is judged by them: pinned edges cost nothing more, avoided ones more than anything."""
        weighed = np.where(self.pinned, 0, cents)
        return np.where(self.avoided, _BEYOND, weighed).astype(np.int64)


def read_held(saved: SavedPlan) -> Held:
    """Read which edges and nodes the locks hold, once per plan; a plan without locks holds none."""
    held: Held = saved.once("held", _make_held)
    return held


def _make_held(saved: SavedPlan) -> Held:
    edges = saved.table("edges")
    word = np.array(texts(edges, "lock"), dtype=object) if "lock" in edges else np.full(len(edges), "", dtype=object)
    hubs = np.zeros(0, dtype=np.int64)
    if "route_locks" in saved.table_names():
        locks = saved.table("route_locks")
        nodes = numbers(locks, "node")[np.array(texts(locks, "kind"), dtype=object) == "hub"]
        hubs = nodes.astype(np.int64)
    if "design_locks" in saved.table_names():
        nodes = numbers(saved.table("design_locks"), "node")
        hubs = np.append(hubs, nodes[np.isfinite(nodes)].astype(np.int64))
    return Held(word == "pin", word == "avoid", hubs)


def lock_nodes(saved: SavedPlan, met: Meeting, wanted: BoolArray) -> IntArray:
    """Nodes that a network for the wanted locations has to join because of locks; none where it is for nobody.

    Both ends of each pinned edge, and each locked site to whose node a wanted location's area lies nearest.
    """
    held, edges = read_held(saved), saved.table("edges")
    if not wanted.any():
        return np.zeros(0, dtype=np.int64)
    areas = np.array(texts(saved.table("locations"), "area_id"), dtype=object)
    asked = set(areas[wanted])
    sites = [node for node, near in _site_areas(saved, met, areas, held).items() if near & asked]
    ends = [integers(edges, "u")[held.pinned], integers(edges, "v")[held.pinned], np.array(sites, dtype=np.int64)]
    return np.unique(np.concatenate(ends))


def _site_areas(saved: SavedPlan, met: Meeting, areas: NDArray[np.object_], held: Held) -> dict[int, set[str]]:
    """Per locked site the areas of the locations whose nodes lie nearest to it; several where they are equally near."""
    places, nodes = node_places(saved.table("edges"))
    at = dict(zip(nodes.tolist(), places, strict=True))
    points = np.array([at[node] for node in met.node.tolist()], dtype=object)
    found: dict[int, set[str]] = {}
    for node in np.unique(held.site_nodes).tolist():
        away = shapely.distance(points, at[node])
        near = away <= away.min(initial=np.inf) + 0.002
        found[node] = set(areas[met.location[near]])
    return found


def cut_nodes(saved: SavedPlan) -> tuple[NDArray[np.object_], BoolArray]:
    """Points of all nodes, and which of them no way without an avoided edge joins to plant."""
    edges, held = saved.table("edges"), read_held(saved)
    places, nodes = node_places(edges)
    u, v, plant = integers(edges, "u"), integers(edges, "v"), plant_nodes(saved)
    kept = ~held.avoided
    label = components(u[kept], v[kept], int(max([-1, u.max(initial=-1), v.max(initial=-1), *plant.tolist()])) + 1)
    return places, ~np.isin(label[nodes], label[plant])


def check_locks(saved: SavedPlan) -> Check:
    """Check that locks are those of the study, hold what they say, are kept, and are priced between their bounds."""
    ledger = Ledger("locks")
    route, locks, edges = saved.study["study"]["network"]["route"], saved.table("route_locks"), saved.table("edges")
    held, ids = read_held(saved), np.array(texts(edges, "edge_id"), dtype=object)
    rows_of = _rows_of_locks(ledger, locks, ids)
    _check_word(ledger, locks, rows_of, held, ids)
    _check_named(ledger, saved, route, held, ids)
    _check_drawn(ledger, saved, locks, rows_of)
    _check_permits(ledger, saved, route)
    _check_hubs(ledger, saved, locks)
    _check_kept(ledger, saved, held, ids)
    _check_prices(ledger, saved, locks)
    check_design_locks(ledger, saved)
    places, cut = cut_nodes(saved)
    numbered = node_places(edges)[1]
    check_site_locks(ledger, saved, Nodes(places, numbered, ~cut, _usable_nodes(saved)[1]))
    return ledger.close()


def _rows_of_locks(ledger: Ledger, locks: Any, ids: NDArray[np.object_]) -> dict[str, IntArray]:
    """Rows of the edges that each lock names; edges that do not exist are a breach."""
    row_of = {name: row for row, name in enumerate(ids)}
    found: dict[str, IntArray] = {}
    for lock, text in zip(texts(locks, "lock_id"), texts(locks, "edge_ids"), strict=True):
        names = split_ids(text)
        ledger.nothing([name for name in names if name not in row_of], f"{lock}: unknown edges", len(names))
        found[lock] = np.array([row_of[name] for name in names if name in row_of], dtype=np.int64)
    counts = [len(found[name]) for name in texts(locks, "lock_id")]
    ledger.none(
        integers(locks, "edges") != np.array(counts, dtype=np.int64), texts(locks, "lock_id"), "edges miscounted"
    )
    return found


def _check_word(ledger: Ledger, locks: Any, rows_of: dict[str, IntArray], held: Held, ids: NDArray[np.object_]) -> None:
    """Check that edges say pin or avoid exactly where a lock holds them."""
    for kind, mask in (("pin", held.pinned), ("avoid", held.avoided)):
        own = np.zeros(len(ids), dtype=bool)
        for name, word in zip(texts(locks, "lock_id"), texts(locks, "kind"), strict=True):
            if word == kind:
                own[rows_of[name]] = True
        ledger.none(own != mask, ids, f"edges.lock says {kind} where no lock does, or does not where one does")


def _check_named(ledger: Ledger, saved: SavedPlan, route: dict[str, Any], held: Held, ids: NDArray[np.object_]) -> None:
    """Check that edges and road classes named in the study are held, existing fiber apart."""
    edges = saved.table("edges")
    new, highway = ~is_existing(edges), np.array(texts(edges, "highway"), dtype=object)
    for key, mask in (("pin_edges", held.pinned), ("avoid_edges", held.avoided)):
        named = np.isin(ids, list(route.get(key) or []))
        ledger.none(named & new & ~mask, ids, f"edges of network.route.{key} are not held")
    roads = np.isin(highway, list(route.get("avoid_roads") or []))
    ledger.none(roads & new & ~held.avoided, ids, "edges of avoided road classes are not held")


def _check_drawn(ledger: Ledger, saved: SavedPlan, locks: Any, rows_of: dict[str, IntArray]) -> None:
    """Check that drawn pins run along their edges and that drawn polygons hold every edge that enters them."""
    edges = saved.table("edges")
    lines, new = np.asarray(edges.geometry.array, dtype=object), ~is_existing(edges)
    within = engineering(saved, "plant_match_m")
    route, told = saved.study["study"]["network"]["route"], saved.document["inputs"]
    drawn = {kind: _drawn_rows(locks, kind, route) for kind in ("pin", "avoid")}
    for kind, key in (("pin", "pins"), ("avoid", "avoid")):
        read = sum(row["rows"] for row in told if row["name"] == f"{kind} {route[key]}")
        held = len(drawn[kind])
        ledger.that(held == read, f"{held} of {read} features of network.route.{key} are locks")
    shapes, names = np.asarray(locks.geometry.array, dtype=object), texts(locks, "lock_id")
    for row in drawn["avoid"]:
        inside = shapely.length(shapely.intersection(lines, shapes[row]))
        mine = np.isin(np.arange(len(lines)), rows_of[names[row]])
        ledger.that(not (mine & (inside <= 0)).any(), f"{names[row]} holds edges that do not enter it")
        ledger.that(not (new & ~mine & (inside > _METER + 0.01)).any(), f"{names[row]} leaves out edges that enter it")
    for row in drawn["pin"]:
        mine = lines[rows_of[names[row]]]
        apart = shapely.distance(shapely.line_interpolate_point(mine, 0.5, normalized=True), shapes[row])
        whole = [shapely.hausdorff_distance(line, shapely.intersection(line, shapes[row].buffer(within + 0.5)))
                 for line in mine]  # fmt: skip
        far = len(mine) > 1 and any(not value <= 0.5 for value in whole)
        ledger.that(not far and not (apart > 2 * within).any(), f"{names[row]} does not run along its edges")


def _drawn_rows(locks: Any, kind: str, route: dict[str, Any]) -> list[int]:
    """Rows of the locks that come from a file: those whose id names no study key."""
    words = {"pin": ("pin-edge-",), "avoid": ("avoid-edge-", "avoid-road-", "avoid-rule-", "avoid-permit-")}[kind]
    file = route["pins" if kind == "pin" else "avoid"].rsplit("/", 1)[-1]
    pairs = enumerate(zip(texts(locks, "lock_id"), texts(locks, "kind"), strict=True))
    own = [row for row, (name, word) in pairs if word == kind and name.startswith(f"{kind}-{file}:")] if file else []
    others = [name for name in texts(locks, "lock_id") if name.startswith(words)]
    return [row for row in own if texts(locks, "lock_id")[row] not in others]


def _check_permits(ledger: Ledger, saved: SavedPlan, route: dict[str, Any]) -> None:
    """Check that no permit is needed that the study avoids."""
    permits = saved.table("permits")
    ids = texts(permits, "permit_id")
    for key, column in (("avoid_rules", "rule_id"), ("avoid_permits", "permit_id")):
        named = np.isin(np.array(texts(permits, column), dtype=object), list(route.get(key) or []))
        ledger.none(named, ids, f"permits of network.route.{key} are needed")


def _check_hubs(ledger: Ledger, saved: SavedPlan, locks: Any) -> None:
    """Check that every locked hub stands at the nearest node of a road that may be used, with its capacity."""
    asked = {
        f"hub-{hub['name']}": hub for hub in (saved.study["study"]["network"].get("locks") or {}).get("hubs") or []
    }
    names, kinds = texts(locks, "lock_id"), texts(locks, "kind")
    told = {name: row for row, (name, kind) in enumerate(zip(names, kinds, strict=True)) if kind == "hub"}
    ledger.nothing(sorted(set(asked) ^ set(told)), "locked hubs of the study and of the plan differ", len(asked))
    places, usable = _usable_nodes(saved)
    move = Transformer.from_crs(4326, saved.crs, always_xy=True)
    sites = saved.table("sites").set_index("site_id")
    for name in sorted(set(asked) & set(told)):
        hub, row = asked[name], told[name]
        spot = shapely.Point(move.transform(hub["longitude"], hub["latitude"]))
        least = float(shapely.distance(places[usable], spot).min(initial=np.inf))
        own = np.asarray(locks.geometry.array, dtype=object)[row]
        ledger.that(
            float(shapely.distance(own, spot)) <= least + 0.01, f"{name} does not stand at the nearest road node"
        )
        site = texts(locks, "hub_id")[row]
        if site:
            same = (
                sites.loc[site, "capacity"] == hub["capacity"]
                and sites.loc[site, "node"] == integers(locks.iloc[[row]], "node")[0]
            )
            ledger.that(bool(same), f"{name}: hub {site} has another place or capacity")
    built = {int(node) for node in integers(saved.table("sites"), "node")[_are_hubs(saved)]}
    claimed = [row for name, row in told.items() if integers(locks.iloc[[row]], "node")[0] in built]
    ledger.nothing([names[row] for row in claimed if not texts(locks, "hub_id")[row]], "hubs stand at locks unnamed")


def _are_hubs(saved: SavedPlan) -> BoolArray:
    return np.isin(np.array(texts(saved.table("sites"), "kind"), dtype=object), "hub")


def _usable_nodes(saved: SavedPlan) -> tuple[NDArray[np.object_], BoolArray]:
    """Points of all nodes, and which of them lie on a road that may lead to plant."""
    edges = saved.table("edges")
    places, cut = cut_nodes(saved)
    _, nodes = node_places(edges)
    road = is_road(edges)
    on_road = np.unique(np.concatenate([integers(edges, "u")[road], integers(edges, "v")[road]]))
    return places, ~cut & np.isin(nodes, on_road)


def _check_kept(ledger: Ledger, saved: SavedPlan, held: Held, ids: NDArray[np.object_]) -> None:
    """Check that pinned edges are built wherever anything is, and avoided ones nowhere."""
    edges = saved.table("edges")
    ledger.none((held.pinned | held.avoided) & is_existing(edges), ids, "existing fiber is pinned or avoided")
    for column in ("in_route", "in_network"):
        used = flags(edges, column)
        ledger.none(used & held.avoided, ids, f"avoided edges are {column}")
        if used.any():
            ledger.none(held.pinned & ~used, ids, f"pinned edges are not {column}")


def _check_prices(ledger: Ledger, saved: SavedPlan, locks: Any) -> None:
    """Check the price of each lock against the route's cost and bound."""
    ids = texts(locks, "lock_id")
    names = ("cost_with", "cost_without", "price", "price_low", "price_high")
    with_, free, price, low, high = (numbers(locks, name) for name in names)
    told = np.isfinite(price)
    cost, bound = saved.document["route"]["cost"], saved.document["route"]["lower_bound"]
    ledger.none(told & ~(np.abs(with_ - cost) <= _CENT), ids, "locks priced against another route")
    ledger.none(told & ~(np.abs(with_ - free - price) <= _CENT), ids, "price is not what the route costs more")
    ledger.none(told & ~(np.abs(np.maximum(bound - free, 0) - low) <= _CENT), ids, "price_low is not bound less cost")
    ledger.none(told & ~((low <= price + _CENT) & (price <= high + _CENT)), ids, "prices outside their bounds")


def leads_to_pin(saved: SavedPlan, spans: Iterable[IntArray]) -> list[bool]:
    """Tell per span without a cable, given as rows of its edges, whether such spans join it to a pinned edge."""
    edges, held = saved.table("edges"), read_held(saved)
    u, v, parts = integers(edges, "u"), integers(edges, "v"), list(spans)
    rows = np.concatenate([np.zeros(0, dtype=np.int64), *parts])
    label = components(u[rows], v[rows], int(max(u.max(initial=-1), v.max(initial=-1))) + 1)
    pins = rows[held.pinned[rows]]
    served = set(label[u[pins]].tolist())
    return [len(part) > 0 and int(label[u[part[0]]]) in served for part in parts]
