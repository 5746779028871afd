"""Hubs as a plain design places them: each area's part of the tree split under the capacity, each hub at its middle.

This is what the project did before hubs were sited by cost; it stays as it was, so that what siting gains can be seen.
"""

from __future__ import annotations

import numpy as np

from expansion.network.hubs import Hub
from expansion.network.siting.catalog import HubRules
from expansion.network.supply import Supply
from expansion.plan.graph import FloatArray, IntArray, RoadGraph
from expansion.trees import RootedTree, group_by_capacity


def split_tree(
    supply: Supply, graph: RoadGraph, area_of: IntArray, rows: IntArray, units: IntArray, area_ids: list[str],
    rules: HubRules,
) -> list[Hub]:  # fmt: skip
    """Cut every area's part of the tree bottom-up under the capacity and the span."""
    hubs: list[Hub] = []
    for area in np.unique(area_of[rows]).tolist():
        here = rows[area_of[rows] == area]
        groups = [[row] for row in here[units[here] > rules.most].tolist()]
        here = here[units[here] <= rules.most]
        for mine in by_root(supply, graph, here) if len(here) else ():
            tree, _, local_nodes, step_m = _area_tree(supply, graph, mine, units)
            place = {node: i for i, node in enumerate(local_nodes.tolist())}
            at = np.array([place[node] for node in graph.location_node[mine].tolist()], dtype=np.int64)
            group = group_by_capacity(tree, at, units[mine], rules.most, step_m=step_m, span_max=rules.span_max_m)
            groups += [mine[group == key].tolist() for key in np.unique(group).tolist()]
        for number, members in enumerate(groups, start=1):
            name = f"{area_ids[area]}-H{number}"
            hubs.append(hub_at_middle(supply, graph, area, name, members, units, rules))
    return hubs


def by_root(supply: Supply, graph: RoadGraph, rows: IntArray) -> list[IntArray]:
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


def hub_at_middle(
    supply: Supply,
    graph: RoadGraph,
    area: int,
    hub_id: str,
    rows: list[int],
    units: IntArray,
    rules: HubRules,
) -> Hub:
    """Stand a hub where fiber meters are least: the weighted middle, drawn up by the feeder's own weight."""
    mine = np.array(sorted(rows), dtype=np.int64)
    tree, load, nodes, _ = _area_tree(supply, graph, mine, units)
    below = tree.sum_below(load)
    total = int(load.sum())
    feeder = rules.splitters(total)
    children: dict[int, list[int]] = {}
    for node in tree.order[1:].tolist():
        children.setdefault(int(tree.parent[node]), []).append(node)
    at = 0
    while True:
        heavy = [child for child in children.get(at, []) if 2 * below[child] > total + feeder]
        if not heavy:
            break
        at = heavy[0]
    return Hub(hub_id, area, int(nodes[at]), tuple(mine.tolist()), total, rules.size_for(total)[0], feeder)
