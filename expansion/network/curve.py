"""Trace the budget curve: locations reached against the cost of the route, each point with its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from expansion.network.steiner.certificate import Certificate
from expansion.network.steiner.envelope import Envelope, Reach, trace_envelope
from expansion.network.steiner.graph import component_labels
from expansion.plan.curve import CURVE, Curve, empty_curve
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.locks import Locks
from expansion.plan.plan import Route

SOLVES = 12
"""Prize-collecting problems solved at most."""
EDGES_IN_ALL = 150_000
"""Edges that these problems may have together; at least `FEWEST` are solved."""
FEWEST = 4
LIGHT = 10_000_000
"""Edges times locations up to which a curve is traced without being asked for: a few seconds of work."""
TOLERANCE = 0.001
"""Share of the whole route's cost to which networks and bound are brought together."""


def wants_curve(asked: bool | None, graph: RoadGraph, rows: IntArray) -> bool:
    """Tell whether to trace the curve: as `asked`, or where it is light if the study leaves that open."""
    return len(graph.u) * len(rows) <= LIGHT if asked is None else asked


@dataclass(frozen=True, slots=True)
class _Field:
    """The graph of the curve: edges that may be used, all roots one node, and the locations at each node."""

    graph: RoadGraph
    prices: EdgePrices
    kept: IntArray
    merged: IntArray
    root: int
    weight: IntArray


def trace_curve(
    graph: RoadGraph,
    prices: EdgePrices,
    rows: IntArray,
    units: IntArray,
    route: Route,
    *,
    locks: Locks | None = None,
) -> Curve:
    """Find networks that reach many locations at little cost, from what is free to the route over all.

    Where every location is worth a value, the network of least cost and value missed is a point of the curve, and the
    bound of that problem holds for any number of locations. The values are chosen where networks and bound lie
    farthest apart.

    Parameters
    ----------
    graph
        Road graph.
    prices
        Build cost per edge, integer cents.
    rows
        Rows of the study's locations that count: eligible, and reached by the route. Empty gives an empty curve.
    units
        Units per row of the study's locations.
    route
        Over all these locations, with the roots that count as joined to one another: the last point.
    locks
        Avoided edges are used by no point. Pinned edges and locked hubs are held by the last point alone, as its route
        holds them; the bounds hold with and without them.

    Returns
    -------
    Curve
        Points of rising cost per location; ``certified_lower_bound <= lower_bound <= cost`` in every row.
    """
    roots = route.duals["roots"]
    if len(rows) == 0 or len(roots) == 0:
        return empty_curve()
    field = _make_field(graph, prices, roots, rows, locks)
    u, v = field.merged[graph.u[field.kept]], field.merged[graph.v[field.kept]]
    whole = np.flatnonzero(np.isin(field.kept, route.edges) | (prices.existing[field.kept] != ""))
    envelope = trace_envelope(
        graph.node_count, u, v, prices.build_cost[field.kept], field.weight, field.root, whole,
        certified=round(route.certified_lower_bound * 100), proven=round(route.lower_bound * 100),
        solves=max(FEWEST, min(SOLVES, EDGES_IN_ALL // max(1, len(field.kept)))), tolerance=TOLERANCE,
    )  # fmt: skip
    points = [_new_build(field, point) for point in envelope.points[:-1]]
    points.append(np.sort(route.edges))
    return Curve(
        CURVE.build(_columns(field, envelope, points, rows, units)), _arrays(field, envelope, points, rows, roots)
    )


def _make_field(graph: RoadGraph, prices: EdgePrices, roots: IntArray, rows: IntArray, locks: Locks | None) -> _Field:
    merged = np.arange(graph.node_count, dtype=np.int64)
    root = int(roots.min())
    merged[roots] = root
    kept = np.arange(len(graph.u)) if locks is None else np.flatnonzero(~locks.avoided)
    weight = np.bincount(merged[graph.location_node[rows]], minlength=graph.node_count)
    return _Field(graph, prices, kept, merged, root, weight.astype(np.int64))


def _new_build(field: _Field, point: Reach) -> IntArray:
    """Rows of the edges that a point builds, ascending."""
    edges = field.kept[point.edges]
    new: IntArray = np.sort(edges[field.prices.existing[edges] == ""])
    return new


def _columns(
    field: _Field, envelope: Envelope, points: list[IntArray], rows: IntArray, units: IntArray
) -> dict[str, object]:
    """Columns of the table; money in the study's currency."""
    reached = [_reached(field, edges, rows) for edges in points]
    count = np.array([int(mask.sum()) for mask in reached])
    cents = np.array([int(field.prices.build_cost[edges].sum()) for edges in points])
    certified, proven = np.minimum(envelope.certified[count], cents), np.minimum(envelope.proven[count], cents)
    last = len(envelope.certified) - 1
    before = envelope.certified[count] - envelope.certified[np.maximum(count - 1, 0)]
    after = envelope.certified[np.minimum(count + 1, last)] - envelope.certified[count]
    values = [point.value / 100 if point.value >= 0 else None for point in envelope.points]
    marginal = [None, *(np.diff(cents) / np.diff(count)).tolist()]
    return {
        "point_id": [f"C{number:02d}" for number in range(1, len(points) + 1)],
        "locations": count,
        "locations_share": np.round(count / len(rows), 6),
        "units": [int(units[rows[mask]].sum()) for mask in reached],
        "length_m": [round(float(field.graph.length_m[edges].sum()), 3) for edges in points],
        "cost": cents / 100,
        "lower_bound": proven / 100,
        "certified_lower_bound": certified / 100,
        "gap": np.round((cents - proven) / np.maximum(cents, 1), 6),
        "marginal_cost": [None if value is None else round(value / 100, 2) for value in marginal],
        "value_per_location": values,
        "locations_most": np.searchsorted(envelope.certified, cents, side="right") - 1,
        "bound_before": before / 100,
        "bound_after": after / 100,
    }


def _reached(field: _Field, edges: IntArray, rows: IntArray) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Flag the locations that new build and existing fiber join to a root."""
    graph = field.graph
    used = np.union1d(edges, np.flatnonzero(field.prices.existing != ""))
    label = component_labels(graph.node_count, field.merged[graph.u[used]], field.merged[graph.v[used]])
    return np.asarray(label[field.merged[graph.location_node[rows]]] == label[field.root])


def _arrays(
    field: _Field, envelope: Envelope, points: list[IntArray], rows: IntArray, roots: IntArray
) -> dict[str, IntArray]:
    """Edges of the points, where the locations stand, and the certificates, one after another."""
    proofs = envelope.proofs
    arrays = {
        "root": np.array([field.root]),
        "roots": np.sort(roots),
        "rows": rows,
        "nodes_of_rows": field.graph.location_node[rows],
        "point_offsets": np.array([0, *accumulate(len(edges) for edges in points)]),
        "point_edges": np.concatenate(points),
        "proof_offsets": np.array([0, *accumulate(len(proof.terminals) for proof in proofs)]),
        "terminals": _joined(proofs, "terminals"),
        "counts": np.concatenate([np.zeros(0, np.int64), *(np.diff(proof.offsets) for proof in proofs)]),
        "nodes": _joined(proofs, "nodes"),
        "potentials": _joined(proofs, "potentials"),
    }
    return {name: np.asarray(values, dtype=np.int64) for name, values in arrays.items()}


def _joined(proofs: tuple[Certificate, ...], name: str) -> IntArray:
    """One array of all certificates, one after another."""
    parts: list[IntArray] = [np.zeros(0, dtype=np.int64), *(getattr(proof, name) for proof in proofs)]
    return np.concatenate(parts)
