"""Service areas: settlements, parted along roads until each fits its hub."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from expansion.demand.area_locks import hold_areas
from expansion.demand.settlements import find_settlements
from expansion.plan.findings import Finding, find
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.partition import outline_owners
from expansion.plan.plan import Areas, Eligibility
from expansion.study import Study
from expansion.trees import RootedTree, group_by_capacity
from expansion.wording import count


def delineate_areas(study: Study, inputs: Inputs, eligibility: Eligibility, graph: RoadGraph) -> Areas:
    """Group the eligible locations that a road reaches into service areas.

    Settlements (groups with neighbors within `areas.settlement_distance_m`) are followed along the roads from their
    middle: a settlement is parted where roads do not join it, where a stretch without locations is longer than
    `area_gap_factor` (rule book) settlement distances, and where it would hold more units than `areas.max_locations`.
    No location is lost: far ones are small areas of their own. Then `areas.together` and `areas.apart` are held.

    Parameters
    ----------
    study
        `areas`.
    inputs, eligibility
        Locations and which of them are eligible.
    graph
        Road graph with the node of every location that a road reaches.

    Returns
    -------
    Areas
        Named A001, A002 … from the most units to the fewest. Polygons do not overlap.

    Raises
    ------
    PlanningErrors
        Where area locks cannot be held; see `hold_areas`.
    """
    rows = np.nonzero(eligibility.table["eligible"].to_numpy() & (graph.location_node >= 0))[0]
    of_location = np.full(len(eligibility.table), -1, dtype=np.int64)
    units = np.minimum(inputs.locations["units"].to_numpy(), study.areas.max_locations)
    xy = shapely.get_coordinates(inputs.locations.geometry.to_numpy())
    settlement = find_settlements(xy[rows], study.areas.settlement_distance_m)
    matrix = graph.matrix(graph.length_m)
    graph = replace(graph, location_node=_on_road(graph))
    gap_m = inputs.rulebook.engineering_value("area_gap_factor") * study.areas.settlement_distance_m
    groups: list[tuple[int, IntArray]] = []
    for label in range(int(settlement.max(initial=-1)) + 1):
        mine = rows[settlement == label]
        groups += [(label, part) for part in _part(study, graph, matrix, mine, units, xy, gap_m)]
    ids = inputs.locations["location_id"].to_numpy(dtype=object)
    whole = inputs.locations["units"].to_numpy()
    groups, told = hold_areas(study.areas, ids, whole, graph.location_node, matrix, groups)
    table, order = _table(inputs, groups, eligibility)
    for area, group in enumerate(order):
        of_location[groups[group][1]] = area
    inside = of_location >= 0
    polygons = outline_owners(xy[inside], of_location[inside], len(order), study.areas.settlement_distance_m / 2)
    table = gpd.GeoDataFrame(table, geometry=polygons, crs=inputs.crs)
    return Areas(table, of_location, (*_findings(table), *told))


def _on_road(graph: RoadGraph) -> IntArray:
    """Node of each location on its own road, before any crossing: a house across the road leaves no gap along it."""
    over = (graph.edges["kind"] == "crossing").to_numpy()
    node = np.arange(graph.node_count + 1)
    node[graph.v[over]] = graph.u[over]
    found: IntArray = np.where(graph.location_node >= 0, node[graph.location_node], -1).astype(np.int64)
    return found


def _part(
    study: Study,
    graph: RoadGraph,
    matrix: csr_matrix,
    rows: IntArray,
    units: IntArray,
    xy: NDArray[np.float64],
    gap_m: float,
) -> list[IntArray]:
    """Part one settlement along roads; rows ascending in each part."""
    if len(rows) == 1:
        return [rows]
    parts: list[IntArray] = []
    left = rows
    while len(left):
        nodes = graph.location_node[left]
        center = np.average(xy[left], axis=0, weights=units[left])
        away = np.round(np.hypot(*(xy[left] - center).T), 3)
        start = int(nodes[np.lexsort((left, away))[0]])
        distance, above = dijkstra(matrix, indices=start, return_predecessors=True)
        reached = np.isfinite(distance[nodes])
        parts += _cut(study, graph, left[reached], units, start, distance, above, gap_m)
        left = left[~reached]
    return parts


def _cut(
    study: Study,
    graph: RoadGraph,
    rows: IntArray,
    units: IntArray,
    start: int,
    distance: NDArray[np.float64],
    above: NDArray[np.int32],
    gap_m: float,
) -> list[IntArray]:
    """Cut the tree of shortest ways at long gaps and at the capacity."""
    tree, step_m, place = _ways(graph, rows, start, distance, above)
    at = np.array([place[int(node)] for node in graph.location_node[rows]], dtype=np.int64)
    load = np.zeros(len(tree.parent), dtype=np.int64)
    np.add.at(load, at, units[rows])
    island = _islands(tree, step_m, load > 0, gap_m)[at]
    parts = []
    for number in np.unique(island).tolist():
        inside = island == number
        group = group_by_capacity(tree, at[inside], units[rows[inside]], study.areas.max_locations)
        parts += [np.sort(rows[inside][group == one]) for one in np.unique(group).tolist()]
    return parts


def _ways(
    graph: RoadGraph, rows: IntArray, start: int, distance: NDArray[np.float64], above: NDArray[np.int32]
) -> tuple[RootedTree, NDArray[np.float64], dict[int, int]]:
    """Tree of the shortest ways to the locations, renumbered from 0 by distance, with the meters of each step up."""
    members = {start}
    for node in graph.location_node[rows].tolist():
        while node not in members:
            members.add(node)
            node = int(above[node])
    nodes = sorted(members, key=lambda n: (n != start, distance[n], n))
    place = {node: i for i, node in enumerate(nodes)}
    parent = np.array([-1] + [place[int(above[n])] for n in nodes[1:]], dtype=np.int64)
    step_m = np.array([0.0] + [distance[n] - distance[above[n]] for n in nodes[1:]])
    order = np.arange(len(nodes), dtype=np.int64)
    return RootedTree(0, parent, order, order), step_m, place


def _islands(tree: RootedTree, step_m: NDArray[np.float64], is_location: NDArray[np.bool_], gap_m: float) -> IntArray:
    """Give numbers to the groups of locations that no gap longer than `gap_m` parts; -1 on nodes without a location."""
    last = np.full(len(step_m), -1, dtype=np.int64)
    since = np.zeros(len(step_m))
    island = np.full(len(step_m), -1, dtype=np.int64)
    count = 0
    for node in tree.order.tolist():
        above = int(tree.parent[node])
        last[node] = last[above] if above >= 0 else -1
        since[node] = since[above] + step_m[node] if above >= 0 else 0.0
        if is_location[node]:
            if last[node] >= 0 and since[node] <= gap_m:
                island[node] = island[last[node]]
            else:
                island[node], count = count, count + 1
            last[node], since[node] = node, 0.0
    return island


def _table(
    inputs: Inputs, groups: list[tuple[int, IntArray]], eligibility: Eligibility
) -> tuple[pd.DataFrame, list[int]]:
    """Area rows from the most units to the fewest, and the group behind each."""
    ids = inputs.locations["location_id"].to_numpy()
    units = inputs.locations["units"].to_numpy()
    order = sorted(range(len(groups)), key=lambda g: (-int(units[groups[g][1]].sum()), ids[groups[g][1][0]]))
    status = eligibility.table["status"].to_numpy()
    table = pd.DataFrame(
        {
            "area_id": pd.array([f"A{number:03d}" for number in range(1, len(order) + 1)], dtype="str"),
            "settlement_id": pd.array([f"S{groups[g][0] + 1:03d}" for g in order], dtype="str"),
            "locations": np.array([len(groups[g][1]) for g in order], dtype=np.int64),
            "units": np.array([units[groups[g][1]].sum() for g in order], dtype=np.int64),
            "unserved": np.array([(status[groups[g][1]] == "unserved").sum() for g in order], dtype=np.int64),
        }
    )
    return table, order


def _findings(table: gpd.GeoDataFrame) -> list[Finding]:
    """Point at far outliers."""
    lonely = table[table["locations"] == 1]
    if len(lonely) == 0:
        return []
    alone = count(len(lonely), "area holds", "areas hold")
    return [
        find(
            "W_OUTLIER", "info", f"{alone} a single location far from any neighbor", lonely["area_id"],
            repair="compare with radio or satellite before fiber is chosen",
        )
    ]  # fmt: skip
