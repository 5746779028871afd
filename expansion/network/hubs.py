"""Place hubs: cut each area's part of the tree under the hub capacity and stand the hub at its weighted middle."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from expansion.network.supply import Supply
from expansion.plan.graph import FloatArray, IntArray, RoadGraph
from expansion.plan.locks import Lock, Locks
from expansion.plan.plan import Areas
from expansion.trees import RootedTree, group_by_capacity

CATALOG = (144, 288, 432, 576)


@dataclass(frozen=True, slots=True)
class Hub:
    """A hub and the locations that it feeds.

    `rows` are rows of the study's locations, ascending; `splitters` is the number of splitters in use, which is also
    the number of feeder fibers.
    """

    hub_id: str
    area: int
    node: int
    rows: tuple[int, ...]
    units: int
    capacity: int
    splitters: int


def place_hubs(
    supply: Supply,
    graph: RoadGraph,
    area_of: IntArray,
    rows: IntArray,
    units: IntArray,
    area_ids: list[str],
    *,
    capacity: int,
    split_ratio: int,
    span_max_m: float,
    locked: Mapping[int, Sequence[Lock]] | None = None,
) -> list[Hub]:
    """Group the locations of every area under hubs.

    A locked hub takes the locations of its area that lie nearest to it along the route, as many as its capacity holds;
    the others are grouped as if it were not there.

    Parameters
    ----------
    supply
        The forest from the roots down to every location.
    area_of, units
        Per row of the study's locations: row of its area, and its units.
    rows
        Locations to serve; none has more units than `capacity`.
    area_ids
        Names of the areas, for the hubs' names.
    capacity
        Most units under one hub.
    split_ratio
        Locations per splitter.
    span_max_m
        Longest way along the route between two locations of one hub.
    locked
        Per row of an area the hubs that stand at a place there, by id.

    Returns
    -------
    list of Hub
        By area; its locked hubs first, then in the order of the tree.
    """
    hubs: list[Hub] = []
    for area in np.unique(area_of[rows]).tolist():
        groups: list[list[int]] = []
        left, first = rows[area_of[rows] == area], len(hubs)
        for lock in (locked or {}).get(area, ()):
            taken = _nearest_under(supply, graph, left, units, lock, span_max_m)
            if len(taken):
                hubs.append(
                    _locked_hub(f"{area_ids[area]}-H{len(hubs) - first + 1}", area, taken, units, lock, split_ratio)
                )
                left = left[~np.isin(left, taken)]
        for mine in _by_root(supply, graph, left) if len(left) else ():
            tree, _, local_nodes, step_m = _area_tree(supply, graph, mine, units)
            place = {node: i for i, node in enumerate(local_nodes.tolist())}
            at = np.array([place[node] for node in graph.location_node[mine].tolist()], dtype=np.int64)
            group = group_by_capacity(tree, at, units[mine], capacity, step_m=step_m, span_max=span_max_m)
            groups += [mine[group == key].tolist() for key in np.unique(group).tolist()]
        for number, members in enumerate(groups, start=len(hubs) - first + 1):
            hubs.append(
                _make_hub(supply, graph, area, f"{area_ids[area]}-H{number}", members, units, capacity, split_ratio)
            )
    return hubs


def areas_of_hubs(graph: RoadGraph, locks: Locks, area_of: IntArray) -> dict[int, list[Lock]]:
    """Give every locked hub to the area of the location whose access node lies nearest in a straight line."""
    rows = np.flatnonzero((graph.location_node >= 0) & (area_of >= 0))
    found: dict[int, list[Lock]] = {}
    for lock in locks.hubs if len(rows) else ():
        at = graph.location_node[rows]
        away = np.round(np.hypot(graph.x[at] - graph.x[lock.node], graph.y[at] - graph.y[lock.node]), 3)
        found.setdefault(int(area_of[rows[int(np.argmin(away))]]), []).append(lock)
    return found


def locked_nodes(graph: RoadGraph, locks: Locks, areas: Areas, asked: Container[int]) -> IntArray:
    """Nodes of the locked hubs that belong to the areas asked for."""
    held = areas_of_hubs(graph, locks, areas.of_location)
    return np.array([lock.node for area in sorted(held) if area in asked for lock in held[area]], dtype=np.int64)


def _nearest_under(
    supply: Supply, graph: RoadGraph, rows: IntArray, units: IntArray, lock: Lock, span_max_m: float
) -> IntArray:
    """Rows that a locked hub serves, ascending: the nearest along the route, within half the span and its capacity."""
    root = supply.root(lock.node)
    nodes = graph.location_node[rows].tolist()
    away = [
        (supply.between_m(node, lock.node) if supply.root(node) == root else np.inf, row)
        for node, row in zip(nodes, rows.tolist(), strict=True)
    ]
    taken: list[int] = []
    load = 0
    for meters, row in sorted(away):
        if meters > span_max_m / 2 or load + int(units[row]) > lock.capacity:
            break
        taken.append(row)
        load += int(units[row])
    return np.array(sorted(taken), dtype=np.int64)


def _locked_hub(hub_id: str, area: int, rows: IntArray, units: IntArray, lock: Lock, split_ratio: int) -> Hub:
    """Make the hub that stands at a place."""
    total = int(units[rows].sum())
    return Hub(hub_id, area, lock.node, tuple(rows.tolist()), total, lock.capacity, -(-total // split_ratio))


def _by_root(supply: Supply, graph: RoadGraph, rows: IntArray) -> list[IntArray]:
    """Part locations by the root that their light comes from: no hub can be fed from two."""
    nodes = graph.location_node[rows].tolist()
    if supply.common_top(nodes) != supply.top:
        return [rows]
    roots = np.array([supply.root(node) for node in nodes], dtype=np.int64)
    return [rows[roots == root] for root in np.unique(roots).tolist()]


def _area_tree(
    supply: Supply, graph: RoadGraph, rows: IntArray, units: IntArray
) -> tuple[RootedTree, IntArray, IntArray, FloatArray]:
    """Smallest part of the forest that joins an area's locations, renumbered: tree, load, node and meters up."""
    nodes = graph.location_node[rows].tolist()
    top = supply.common_top(nodes)
    away = supply.away_m
    members = sorted(supply.union_below(nodes, top), key=lambda n: (away[n], n))
    local_nodes = [top, *members]
    place = {node: i for i, node in enumerate(local_nodes)}
    parent = np.array([-1, *(place[supply.above[n]] for n in members)], dtype=np.int64)
    edge = np.array([-1, *(supply.up_edge[n] for n in members)], dtype=np.int64)
    step_m = np.array([0.0, *(away[n] - away[supply.above[n]] for n in members)])
    load = np.zeros(len(local_nodes), dtype=np.int64)
    np.add.at(load, [place[n] for n in nodes], units[rows])
    tree = RootedTree(0, parent, edge, np.arange(len(local_nodes), dtype=np.int64))
    return tree, load, np.array(local_nodes, dtype=np.int64), step_m


def _make_hub(
    supply: Supply,
    graph: RoadGraph,
    area: int,
    hub_id: str,
    rows: list[int],
    units: IntArray,
    capacity: int,
    split_ratio: int,
) -> Hub:
    """Stand a hub where fiber meters are least: the weighted middle, drawn up by the feeder's own weight."""
    mine = np.array(sorted(rows), dtype=np.int64)
    tree, load, nodes, _ = _area_tree(supply, graph, mine, units)
    below = tree.sum_below(load)
    total = int(load.sum())
    feeder = -(-total // split_ratio)
    children: dict[int, list[int]] = {}
    for node in tree.order[1:].tolist():
        children.setdefault(int(tree.parent[node]), []).append(node)
    at = 0
    while True:
        heavy = [child for child in children.get(at, []) if 2 * below[child] > total + feeder]
        if not heavy:
            break
        at = heavy[0]
    size = next((size for size in CATALOG if size >= total), total)
    return Hub(hub_id, area, int(nodes[at]), tuple(mine.tolist()), total, min(size, capacity), feeder)
