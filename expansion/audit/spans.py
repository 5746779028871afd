"""Check that lengths are true, and that spans are made of the edges they name, each edge once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.access import node_places
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.geodesy import ellipsoid_lengths
from expansion.audit.ledger import Check, Ledger

PLACEMENTS = ("aerial", "buried", "duct", "bore")
_MILLIMETER = 0.001
_ROUNDING = 0.0005
_CENT = 0.0051


def check_lengths(saved: SavedPlan) -> Check:
    """Measure every edge and span on the ellipsoid, and compare the lengths saved."""
    ledger = Ledger("lengths")
    for name, key in (("edges", "edge_id"), ("spans", "span_id")):
        table = saved.table(name)
        told = numbers(table, "length_m")
        found = ellipsoid_lengths(table.geometry.array, saved.crs)
        ids = texts(table, key)
        ledger.that(len(set(ids)) == len(ids), f"{name}: {key} is not unique")
        ledger.that(table.crs == saved.crs, f"{name} are not in the study's CRS")
        parts = [len(split_ids(text)) for text in texts(table, "edge_ids")] if name == "spans" else 1
        within = _MILLIMETER + _ROUNDING * np.asarray(parts)
        ledger.none(~(np.abs(told - found) <= within), ids, f"{name}: length_m is not the geodesic length")
    _check_nodes(ledger, saved.table("edges"))
    _check_sites(ledger, saved)
    return ledger.close()


def _check_nodes(ledger: Ledger, edges: Any) -> None:
    """Check that every node lies in one place, whichever edge ends at it, and that edge ids tell laterals."""
    lines = np.asarray(edges.geometry.array, dtype=object)
    node = np.concatenate([integers(edges, "u"), integers(edges, "v")])
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    names, kinds = texts(edges, "edge_id"), texts(edges, "kind")
    strange = [
        kind != next((word for word in ("lateral", "crossing") if name.startswith(f"{word}-")), "road")
        for name, kind in zip(names, kinds, strict=True)
    ]
    ledger.none(strange, names, "edges of another kind than their id tells")
    own = [road != "" and not _is_piece(name, road) for name, road in zip(names, texts(edges, "road_id"), strict=True)]
    ledger.none(own, names, "edges are not pieces of the road that they name")
    ids = np.array(names * 2, dtype=object)
    _, first, place = np.unique(node, return_index=True, return_inverse=True)
    ledger.none(~(shapely.distance(ends, ends[first][place]) <= 0.002), ids, "edges end elsewhere than their node")


def _is_piece(name: str, road: str) -> bool:
    """Tell whether an edge's id says that it is a piece of a road, or a crossing of it."""
    number = name.removeprefix(f"{road}.")
    return name.startswith(f"crossing-{road}@") or (number != name and number.isdigit())


def _check_sites(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that every site stands at its node."""
    sites = saved.table("sites")
    places, nodes = node_places(saved.table("edges"))
    row = {int(node): place for node, place in zip(nodes, places, strict=True)}
    there = np.array([row.get(int(node)) for node in integers(sites, "node")], dtype=object)
    apart = shapely.distance(np.asarray(sites.geometry.array, dtype=object), there) if len(sites) else np.zeros(0)
    ledger.none(~(apart <= 0.002), texts(sites, "site_id"), "sites stand elsewhere than their node")


def check_spans(saved: SavedPlan) -> Check:
    """Check that each span is a chain of edges from u to v whose lengths and prices it adds up."""
    ledger = Ledger("spans")
    spans, edges = saved.table("spans"), saved.table("edges")
    ids = texts(spans, "span_id")
    row_of = {name: row for row, name in enumerate(texts(edges, "edge_id"))}
    members = [split_ids(text) for text in texts(spans, "edge_ids")]
    known = [bool(names) and all(name in row_of for name in names) for names in members]
    ledger.none(~np.array(known, dtype=bool), ids, "spans name no edge, or one that does not exist")
    uses = Counter(name for names in members for name in names)
    ledger.nothing([name for name, count in uses.items() if count > 1], "edges lie in two spans", len(uses))
    ledger.none(~np.isin(texts(spans, "placement"), PLACEMENTS), ids, "unknown placement")
    ledger.none([not reason.strip() for reason in texts(spans, "reason")], ids, "placement without a reason")
    if all(known):
        rows = [np.array([row_of[name] for name in names], dtype=np.int64) for names in members]
        _check_chains(ledger, spans, edges, ids, rows)
        _check_sums(ledger, spans, edges, ids, rows)
        _check_ground(ledger, spans, edges, ids, rows)
        _check_plant(ledger, spans, edges, ids, rows)
    return ledger.close()


def _check_chains(ledger: Ledger, spans: Any, edges: Any, ids: list[str], rows: list[NDArray[np.int64]]) -> None:
    """Walk the edges of each span from its first node to its last."""
    u, v = integers(edges, "u"), integers(edges, "v")
    start, end = integers(spans, "u"), integers(spans, "v")
    broken = [name for name, a, b, row in zip(ids, start, end, rows, strict=True) if not _leads(u, v, row, a, b)]
    ledger.nothing(broken, "edges of a span do not lead from u to v", len(ids))


def _leads(u: NDArray[np.int64], v: NDArray[np.int64], rows: NDArray[np.int64], start: int, end: int) -> bool:
    """Tell whether the edges, in their order, make a walk between two nodes, in either direction."""
    for first, last in ((start, end), (end, start)):
        node = first
        for row in rows:
            if node not in (u[row], v[row]):
                break
            node = u[row] + v[row] - node
        else:
            if node == last:
                return True
    return False


def _check_sums(ledger: Ledger, spans: Any, edges: Any, ids: list[str], rows: list[NDArray[np.int64]]) -> None:
    """Add up lengths, prices and works of the edges of each span."""
    length, price = numbers(edges, "length_m"), numbers(edges, "build_cost")
    meters = np.array([length[row].sum() for row in rows])
    money = np.array([price[row].sum() for row in rows])
    slack = _MILLIMETER + np.array([_ROUNDING * len(row) for row in rows])
    ledger.none(~(np.abs(numbers(spans, "length_m") - meters) <= slack), ids, "span length is not that of its edges")
    ledger.none(~(np.abs(numbers(spans, "build_cost") - money) <= _CENT), ids, "span price is not that of its edges")
    ledger.none(flags(spans, "is_existing") & (money > _CENT), ids, "existing fiber is priced")
    for column in ("item_m", "bore_m", "over_m", "over_poles", "pole_count"):
        parts = numbers(edges, column)
        found = np.array([parts[row].sum() for row in rows])
        ledger.none(~(np.abs(numbers(spans, column) - found) <= slack), ids, f"span {column} is not that of its edges")


def _check_plant(ledger: Ledger, spans: Any, edges: Any, ids: list[str], rows: list[NDArray[np.int64]]) -> None:
    """Check that a span and its edges agree on the fiber that lies there and on how they are built."""
    same = (("plant_id", "existing"), *((name, name) for name in ("placement", "method", "item", "bore_item")))
    for column, other in same:
        own, parts = texts(spans, column), np.array(texts(edges, other), dtype=object)
        wrong = [set(parts[row]) != {word} for word, row in zip(own, rows, strict=True)]
        ledger.none(wrong, ids, f"spans and their edges differ in {column}")
    named = [bool(text) for text in texts(spans, "plant_id")]
    ledger.none(flags(spans, "is_existing") != named, ids, "is_existing does not fit plant_id")
    over, parts = texts(spans, "over_item"), np.array(texts(edges, "over_item"), dtype=object)
    crossed = numbers(spans, "over_m") > 0
    wrong = [bool(word) != told for word, told in zip(over, crossed, strict=True)]
    ledger.none(wrong, ids, "over_item does not fit over_m")
    wrong = [word != "" and set(parts[row]) != {word} for word, row in zip(over, rows, strict=True)]
    ledger.none(wrong, ids, "spans and their edges differ in over_item")
    aerial = np.isin(np.array(texts(spans, "placement"), dtype=object), "aerial")
    ledger.none(~aerial & (integers(spans, "pole_count") != 0), ids, "poles on spans that no pole carries")
    dug = np.isin(np.array(texts(spans, "placement"), dtype=object), ("buried", "bore"))
    idle = ~dug | flags(spans, "is_existing")
    ledger.none(
        idle & (numbers(spans, "bore_m") != 0), ids, "bores under spans on poles, in ducts or along existing fiber"
    )


def _check_ground(ledger: Ledger, spans: Any, edges: Any, ids: list[str], rows: list[NDArray[np.int64]]) -> None:
    """Check that the line of a span is the lines of its edges."""
    lines = np.asarray(edges.geometry.array, dtype=object)
    joined = np.array([shapely.union_all(lines[row]) for row in rows], dtype=object)
    own = np.asarray(spans.geometry.array, dtype=object)
    apart = shapely.hausdorff_distance(own, joined) if len(own) else np.zeros(0)
    ledger.none(~(apart <= 0.01), ids, "span geometry is not that of its edges")


def check_network(saved: SavedPlan) -> Check:
    """Recompute the network's totals in plan.json from the tables."""
    ledger = Ledger("network")
    told, spans, cables = saved.document["network"], saved.table("spans"), saved.table("cables")
    built = ~flags(spans, "is_existing")
    kinds = Counter(texts(saved.table("sites"), "kind"))
    tiers = Counter(texts(cables, "tier"))
    length, fibers = numbers(cables, "length_m"), integers(cables, "fibers")
    ledger.equal(told["route_m"], float(numbers(spans, "length_m")[built].sum()), "network.route_m", 0.0015)
    ledger.equal(told["cable_m"], float(length.sum()), "network.cable_m", 0.0015)
    ledger.equal(told["fiber_m"], float((length * fibers).sum()), "network.fiber_m", 0.0015)
    ledger.equal(told["hubs"], kinds["hub"], "network.hubs")
    ledger.equal(told["terminals"], kinds["terminal"], "network.terminals")
    ledger.equal(told["drops"], tiers["drop"], "network.drops")
    ledger.equal(told["civil_cost"], float(numbers(spans, "build_cost").sum()), "network.civil_cost", 0.006)
    _check_civil_bound(ledger, told)
    return ledger.close()


def _check_civil_bound(ledger: Ledger, told: dict[str, Any]) -> None:
    """Check that the bound lies under the cost, and that the gap is what is between them."""
    cost, bound = told["civil_cost"], told["civil_lower_bound"]
    ledger.that(0 <= bound <= cost + 0.005, "network.civil_lower_bound lies over civil_cost")
    ledger.equal(told["civil_gap"], (cost - bound) / cost if cost else 0.0, "network.civil_gap", 2e-6)
