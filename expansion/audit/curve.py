"""Check the budget curve: that its networks reach what they say at their cost, and that none does so at less."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from expansion.audit.access import components, is_existing, meet_roads
from expansion.audit.certificate import (
    Graph,
    Proof,
    asked_locations,
    check_rises,
    is_sound,
    merge_roots,
    read_proof,
)
from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger

IntArray = np.ndarray[Any, np.dtype[np.int64]]
_CENT = 0.0051
_SLOPE = 0.0151
_LIGHT = 10_000_000
_ARRAYS = (
    "root", "roots", "rows", "nodes_of_rows", "point_offsets", "point_edges", "proof_offsets", "terminals", "counts",
    "nodes", "potentials",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Saved:
    """The arrays of the curve: edges of its points, where locations stand, and its proofs one after another."""

    root: IntArray
    roots: IntArray
    rows: IntArray
    nodes_of_rows: IntArray
    point_offsets: IntArray
    point_edges: IntArray
    proof_offsets: IntArray
    terminals: IntArray
    counts: IntArray
    nodes: IntArray
    potentials: IntArray


def check_curve(saved: SavedPlan) -> Check:
    """Check every point of the curve, and compute what the saved proofs say about all other networks.

    A study that asks for no curve, or a plan that reaches nobody, has none.
    """
    ledger = Ledger("curve")
    table = saved.table("curve")
    own = Saved(*(np.atleast_1d(saved.arrays("curve")[name]).astype(np.int64) for name in _ARRAYS))
    asked = np.flatnonzero(asked_locations(saved))
    told = saved.study["study"]["network"]["route"].get("curve")
    light = len(saved.table("edges")) * len(asked) <= _LIGHT
    wants = (light if told is None else told) and len(asked) > 0
    if not ledger.that(bool(len(table)) == bool(wants), "the curve is not there, or there without being asked for"):
        return ledger.close()
    _check_told(ledger, saved.document.get("curve") or {}, table)
    if not len(table):
        return ledger.close()
    route = read_proof(saved, "route")
    graph = merge_roots(saved, route)
    ledger.that(np.array_equal(own.roots, np.sort(route.roots)), "the roots are not those of the route")
    if _check_standing(ledger, saved, own, asked):
        _check_points(ledger, saved, own, graph, table)
        _check_bounds(ledger, saved, own, graph, table)
    return ledger.close()


def _check_told(ledger: Ledger, told: dict[str, Any], table: Any) -> None:
    """Recompute what plan.json says of the curve; its tail begins where a location costs twice the average."""
    ledger.equal(told.get("points"), len(table), "curve.points")
    locations, cost = integers(table, "locations"), numbers(table, "cost")
    marginal = np.nan_to_num(numbers(table, "marginal_cost"))
    average = cost[-1] / locations[-1] if len(table) else 0.0
    dear = np.flatnonzero(marginal > 2 * average)
    start = int(dear[0]) - 1 if len(dear) else -1
    found = {
        "largest_gap": float(numbers(table, "gap").max()) if len(table) else None,
        "tail_locations": int(locations[-1] - locations[start]) if len(dear) else None,
        "tail_locations_share": float(1 - locations[start] / locations[-1]) if len(dear) else None,
        "tail_cost": float(cost[-1] - cost[start]) if len(dear) else None,
        "tail_cost_share": float(1 - cost[start] / cost[-1]) if len(dear) else None,
    }
    for name, value in found.items():
        ledger.equal(told.get(name), value, f"curve.{name}", _CENT if name == "tail_cost" else 2e-6)


def _check_standing(ledger: Ledger, saved: SavedPlan, own: Saved, asked: IntArray) -> bool:
    """Check that the curve counts every location that was asked for, at a node where it meets its road."""
    met = meet_roads(saved)
    pairs = set(zip(met.location.tolist(), met.node.tolist(), strict=True))
    here = zip(own.rows.tolist(), own.nodes_of_rows.tolist(), strict=False)
    ids = texts(saved.table("locations"), "location_id")
    fits = ledger.that(np.array_equal(own.rows, asked), "the curve counts other locations than the route reaches")
    fits &= ledger.that(len(own.rows) == len(own.nodes_of_rows), "locations and nodes differ in number")
    strange = [ids[row] for row, node in here if (row, node) not in pairs] if fits else []
    return ledger.nothing(strange, "locations counted at a node where they do not meet the road", len(asked)) and fits


def _check_points(ledger: Ledger, saved: SavedPlan, own: Saved, graph: Graph, table: Any) -> None:
    """Recompute what each point reaches and costs; the last one is the route."""
    edges, existing = saved.table("edges"), is_existing(saved.table("edges"))
    spots = own.point_offsets
    fits = len(spots) == len(table) + 1 and spots[0] == 0 and spots[-1] == len(own.point_edges)
    inside = (own.point_edges >= 0) & (own.point_edges < len(edges))
    if not ledger.that(bool(fits and (np.diff(spots) >= 0).all() and inside.all()), "edges of the points do not fit"):
        return
    barred = existing | (graph.held.avoided if graph.held is not None else False)
    units, length = integers(saved.table("locations"), "units"), numbers(edges, "length_m")
    node = graph.merged[own.nodes_of_rows]
    for row, (start, end) in enumerate(pairwise(spots.tolist())):
        name, used = texts(table, "point_id")[row], own.point_edges[start:end]
        ledger.that(len(np.unique(used)) == len(used) and not barred[used].any(), f"{name}: edges that it cannot build")
        built = np.union1d(used, np.flatnonzero(existing))
        label = components(graph.u[built], graph.v[built], graph.size)
        reached = label[node] == label[graph.merged[own.roots[0]]]
        ledger.equal(integers(table, "locations")[row], int(reached.sum()), f"{name}.locations")
        ledger.equal(integers(table, "units")[row], int(units[own.rows[reached]].sum()), f"{name}.units")
        ledger.equal(numbers(table, "cost")[row], int(graph.cents[used].sum()) / 100, f"{name}.cost", _CENT)
        ledger.equal(numbers(table, "length_m")[row], float(length[used].sum()), f"{name}.length_m", 0.0015)
    last = np.sort(own.point_edges[spots[-2] :])
    ledger.that(np.array_equal(last, np.flatnonzero(flags(edges, "in_route"))), "the last point is not the route")
    _check_steps(ledger, table, len(own.rows))


def _check_steps(ledger: Ledger, table: Any, total: int) -> None:
    """Check that points rise, and their marginal costs with them."""
    locations, cost, names = integers(table, "locations"), numbers(table, "cost"), texts(table, "point_id")
    ledger.that(bool((np.diff(locations) > 0).all() and (np.diff(cost) > 0).all()), "points do not rise")
    ledger.that(int(locations[-1]) == total, "the last point does not reach all")
    for row, share in enumerate(numbers(table, "locations_share")):
        ledger.equal(share, locations[row] / total, f"{names[row]}.locations_share", 1e-6)
    marginal = numbers(table, "marginal_cost")
    ledger.that(bool(np.isnan(marginal[0])), "the first point has a marginal cost")
    for row in range(1, len(table)):
        step = (cost[row] - cost[row - 1]) / max(1, locations[row] - locations[row - 1])
        ledger.equal(marginal[row], step, f"{names[row]}.marginal_cost", _CENT)


def _check_bounds(ledger: Ledger, saved: SavedPlan, own: Saved, graph: Graph, table: Any) -> None:
    """Recompute the certified bounds and what follows from them."""
    weight = np.bincount(graph.merged[own.nodes_of_rows], minlength=graph.size)
    bound = np.zeros(len(own.rows) + 1, dtype=np.int64)
    for number, proof in enumerate(_proofs(own)):
        bound = np.maximum(bound, _proven(ledger, f"proof {number}", graph, proof, weight))
    bound[-1] = max(int(bound[-1]), round(saved.document["route"]["certified_lower_bound"] * 100))
    count, cost = integers(table, "locations").clip(0, len(bound) - 1), numbers(table, "cost")
    cents, names = np.round(cost * 100).astype(np.int64), texts(table, "point_id")
    found = {
        "certified_lower_bound": np.minimum(bound[count], cents) / 100,
        "bound_before": (bound[count] - bound[np.maximum(count - 1, 0)]) / 100,
        "bound_after": (bound[np.minimum(count + 1, len(bound) - 1)] - bound[count]) / 100,
        "locations_most": np.searchsorted(bound, cents, side="right") - 1,
    }
    for column, values in found.items():
        for name, told, value in zip(names, numbers(table, column), values, strict=True):
            ledger.equal(told, float(value), f"{name}.{column}", _SLOPE)
    lower, certified = numbers(table, "lower_bound"), numbers(table, "certified_lower_bound")
    ledger.none((certified > lower + _CENT) | (lower > cost + _CENT), names, "bounds and cost are not in order")
    ledger.none(abs(numbers(table, "gap") - (cost - lower) / np.maximum(cost, 0.01)) > 2e-6, names, "wrong gap")
    ledger.equal(lower[-1], saved.document["route"]["lower_bound"], "lower bound of the last point", _CENT)


def _proofs(own: Saved) -> list[Proof]:
    """Cut the proofs apart; what does not fit makes one that is not sound."""
    none = np.zeros(0, dtype=np.int64)
    ends = np.concatenate([[0], np.cumsum(own.counts)]).astype(np.int64)
    found = []
    for first, last in pairwise(own.proof_offsets.tolist()):
        part = slice(int(ends[first]), int(ends[last]))
        offsets = ends[first : last + 1] - ends[first]
        found.append(
            Proof(int(own.root[0]), own.terminals[first:last], offsets, own.nodes[part], own.potentials[part],
                  own.roots, none, none)
        )  # fmt: skip
    return found


def _proven(ledger: Ledger, name: str, graph: Graph, proof: Proof, weight: IntArray) -> IntArray:
    """Return the cents that a proof shows for reaching each number of locations; 0 where it shows nothing.

    A network pays the potentials of all terminals that it reaches. Locations at one node come together; counting parts
    of a node in proportion only lowers the sum, so the cheapest locations first are a bound.
    """
    nothing = np.zeros(int(weight.sum()) + 1, dtype=np.int64)
    root = int(graph.merged[proof.roots[0]])
    held = graph.cents if graph.held is None else np.where(graph.held.avoided, 2**62, graph.cents)
    if not ledger.that(proof.root == root, f"{name}: it is not rooted at the plant"):
        return nothing
    if not is_sound(ledger, name, graph, proof) or not check_rises(ledger, name, graph, proof, held):
        return nothing
    owner = np.repeat(proof.terminals, np.diff(proof.offsets))
    price = np.zeros(graph.size, dtype=np.int64)
    np.add.at(price, owner[owner == proof.nodes], proof.potentials[owner == proof.nodes])
    there = np.flatnonzero(weight)
    there = there[np.argsort(price[there] / weight[there], kind="stable")]
    sums = np.concatenate([[0], np.cumsum(price[there])])
    whole = np.concatenate([[0], np.cumsum(weight[there])])
    bound = nothing.copy()
    for spot, node in enumerate(there.tolist()):
        part = np.arange(1, weight[node] + 1)
        bound[whole[spot] + part] = sums[spot] + part * price[node] // weight[node]
    return bound
