"""Find again, on the network that is built, which area each area's feeder comes through."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from expansion.audit.access import is_existing
from expansion.audit.certificate import read_proof
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.laid import lay_out, stretches
from expansion.audit.ledger import Ledger

IntArray = NDArray[np.int64]


def built_parents(saved: SavedPlan) -> dict[str, str]:
    """Per built area the area of the first location that its feeder passes on the way to the root, "" for none."""
    above, _ = hang_built(saved)
    area_at, nodes_of = _access(saved)
    parents = {}
    for area, nodes in nodes_of.items():
        node = _common_top(above, sorted(nodes))
        parents[area] = ""
        while node in above and not parents[area]:
            node = above[node]
            first = area_at.get(node, area)
            parents[area] = first if first != area else ""
    return parents


def hang_built(saved: SavedPlan) -> tuple[dict[int, int], dict[int, float]]:
    """Per node of spans and existing fiber the next node toward the root, which roots lack, and the meters to it."""
    spans, roots, edges = list(stretches(saved).values()), read_proof(saved, "network").roots, saved.table("edges")
    lit = is_existing(edges)
    u = np.concatenate([np.array([span.u for span in spans], dtype=np.int64), integers(edges, "u")[lit]])
    v = np.concatenate([np.array([span.v for span in spans], dtype=np.int64), integers(edges, "v")[lit]])
    route_m = np.concatenate([[span.route_m for span in spans], numbers(edges, "length_m")[lit]])
    if len(u) == 0 or len(roots) == 0:
        return {}, {}
    size = int(max(u.max(), v.max(), roots.max())) + 1
    # an edge of fiber may lie in a span as well: of several ways between two nodes the shortest counts
    low, high = np.minimum(u, v), np.maximum(u, v)
    order = np.lexsort((route_m, high, low))
    _, first = np.unique(low[order] * size + high[order], return_index=True)
    kept = order[first]
    meters = np.maximum(route_m[kept], 1e-6)
    matrix = coo_array((meters, (low[kept], high[kept])), shape=(size, size)).tocsr()
    far, before, _ = dijkstra(matrix, directed=False, indices=roots, min_only=True, return_predecessors=True)
    meters_of = {int(node): float(far[node]) for node in np.flatnonzero(np.isfinite(far))}
    return {node: int(above) for node, above in enumerate(before) if above >= 0}, meters_of


def _access(saved: SavedPlan) -> tuple[dict[int, str], dict[str, set[int]]]:
    """Per node the first area with a location at it, and per area the nodes of its locations."""
    drops = saved.table("drops")
    home = dict(zip(texts(drops, "location_id"), texts(drops, "area_id"), strict=True))
    first: dict[int, str] = {}
    nodes: dict[str, set[int]] = {}
    for run in lay_out(saved, Ledger("cables")).values():
        if run.tier == "drop" and run.to_site in home:
            node, area = run.nodes[-1], home[run.to_site]
            first[node] = min(first.get(node, area), area)
            nodes.setdefault(area, set()).add(node)
    return first, nodes


def _way_up(above: dict[int, int], node: int) -> list[int]:
    way = [node]
    while way[-1] in above:
        way.append(above[way[-1]])
    return way


def _common_top(above: dict[int, int], nodes: list[int]) -> int:
    """Lowest node that lies on the way up of all nodes; the root of the first where there is none."""
    way = _way_up(above, nodes[0])
    rank = {node: place for place, node in enumerate(way)}
    best = 0
    for node in nodes[1:]:
        meeting = next((rank[other] for other in _way_up(above, node) if other in rank), len(way) - 1)
        best = max(best, meeting)
    return way[best]
