"""Who pays for a stretch of route, and which areas share which feeder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.network.supply import Supply
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.plan import Segment


@dataclass(frozen=True, slots=True)
class Sharing:
    """Per node of the tree (its edge upward): the areas below it. Per area: its top node, parent area and rank."""

    areas_of_node: dict[int, tuple[int, ...]]
    top_of_area: dict[int, int]
    parent_of_area: dict[int, int]
    owner_of_node: dict[int, int]


def share_route(
    supply: Supply,
    graph: RoadGraph,
    area_of: IntArray,
    rows: IntArray,
    phase: IntArray,
    also: Mapping[int, Sequence[int]] | None = None,
) -> Sharing:
    """Find the areas below every edge, the parent of every area, and the owner of every edge.

    `also` names nodes that an area needs beside those of its locations: its locked hubs, and the stations it pays for.

    An edge belongs to the first area that needs it: smallest phase, then nearest to the root, then first by id. The
    parent of an area is the area of the first location that its feeder passes on the way to the root.
    """
    below: dict[int, list[int]] = {}
    top_of_area: dict[int, int] = {}
    for area in sorted({*area_of[rows].tolist(), *(also or {})}):
        nodes = np.unique(graph.location_node[rows[area_of[rows] == area]]).tolist()
        for node in supply.union_below([*nodes, *(also or {}).get(area, ())], supply.top):
            below.setdefault(node, []).append(area)
        top_of_area[area] = supply.common_top(nodes or (also or {})[area])
    rank = {area: (int(phase[area]), supply.away_m[top], area) for area, top in top_of_area.items()}
    owner = {node: min(areas, key=lambda a: rank[a]) for node, areas in below.items()}
    return Sharing(
        {node: tuple(areas) for node, areas in below.items()},
        top_of_area,
        _parents(supply, graph, area_of, rows, top_of_area),
        owner,
    )


def _parents(
    supply: Supply, graph: RoadGraph, area_of: IntArray, rows: IntArray, top_of_area: dict[int, int]
) -> dict[int, int]:
    """Parent area per area, -1 for none: an area that needs the route for its stations alone has none."""
    at_node: dict[int, int] = {}
    settled = set(area_of[rows].tolist())
    for row in rows.tolist():
        node, area = int(graph.location_node[row]), int(area_of[row])
        at_node[node] = min(area, at_node.get(node, area))
    parents: dict[int, int] = {}
    for area, top in top_of_area.items():
        parents[area] = -1
        node = top if area in settled else supply.top
        while node != supply.top:
            node = supply.above[node]
            if at_node.get(node, area) != area:
                parents[area] = at_node[node]
                break
    return parents


def all_who_need(
    supply: Supply, sharing: Sharing, users_of_node: Iterable[tuple[int, Sequence[int]]]
) -> dict[int, tuple[int, ...]]:
    """List per node of the tree the areas that need its edge upward, with those of which one pays for all.

    `users_of_node` are nodes of stations, each with all areas that it serves.
    """
    needing = {node: set(areas) for node, areas in sharing.areas_of_node.items()}
    for station, users in users_of_node:
        for node in supply.union_below([station], supply.top):
            needing.setdefault(node, set()).update(users)
    return {node: tuple(sorted(areas)) for node, areas in needing.items()}


def cut_segments(
    supply: Supply, prices: EdgePrices, sharing: Sharing, extra_cents: NDArray[np.float64],
    areas_of: Mapping[int, tuple[int, ...]] | None = None,
) -> tuple[Segment, ...]:  # fmt: skip
    """Cut the shared part of the tree into segments that the same areas need.

    Parameters
    ----------
    areas_of
        Per node the areas that need its edge upward, where these are more than `sharing` says.
    extra_cents
        Per node: cents of feeder cable on its edge upward.

    Returns
    -------
    tuple of Segment
        Parents before children.
    """
    areas_of = areas_of or sharing.areas_of_node
    segment_of: dict[int, int] = {}
    parents: list[int] = []
    cents: list[float] = []
    areas: list[tuple[int, ...]] = []
    owners: list[int] = []
    for node in supply.tree.order.tolist():
        edge = supply.up_edge[node]
        mine = areas_of.get(node, ())
        if len(mine) < 2 or edge < 0 or supply.is_existing[edge]:
            continue
        above = supply.above[node]
        if (
            above in segment_of
            and areas[segment_of[above]] == mine
            and owners[segment_of[above]] == sharing.owner_of_node[node]
        ):
            segment = segment_of[above]
        else:
            segment = len(parents)
            parents.append(segment_of.get(above, -1))
            cents.append(0.0)
            areas.append(mine)
            owners.append(sharing.owner_of_node[node])
        segment_of[node] = segment
        cents[segment] += float(prices.build_cost[edge]) + float(extra_cents[node])
    return tuple(
        Segment(parent=p, cost=round(c / 100, 2), areas=a, owner=o)
        for p, c, a, o in zip(parents, cents, areas, owners, strict=True)
    )
