"""One area's part of the route as a small tree: loads, cable meters, and the feeder fibers that pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expansion.network.ground import Ground
from expansion.network.siting.catalog import HubRules
from expansion.plan.graph import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Part:
    """Locations of an area under one root, on the nodes where they stand, ways meet or the feeder enters.

    No other node is a better place for a hub: between two of them every cost is linear or falls toward an end.
    Rows are nodes, parents before children, row 0 on top.

    Attributes
    ----------
    node, parent
        Graph node; row of the next one up, -1 on top.
    load, rows_at
        Units that stand there, and their rows in the study's locations.
    cable_m, feeder_m
        Cable meters to the parent; those of them in which the feeder needs new cable.
    trunk
        Feeder fibers of other areas that come up through the node's edge, at least.
    up_m
        New feeder cable from the top to where the operator's fiber begins.
    """

    node: IntArray
    parent: IntArray
    load: IntArray
    rows_at: tuple[tuple[int, ...], ...]
    cable_m: FloatArray
    feeder_m: FloatArray
    trunk: IntArray
    up_m: float

    def children(self) -> list[list[int]]:
        """Rows below each row."""
        found: list[list[int]] = [[] for _ in self.parent]
        for row, above in enumerate(self.parent.tolist()):
            if above >= 0:
                found[above].append(row)
        return found

    def below(self) -> IntArray:
        """Units at and below each row."""
        total = self.load.copy()
        for row in range(len(total) - 1, 0, -1):
            total[self.parent[row]] += total[row]
        return total


class Trunks:
    """Feeder fibers that the parts of a forest need at least, by where they pass."""

    def __init__(self, ground: Ground, needs: list[tuple[int, int]]) -> None:
        """Take pairs of the node at the top of a part, and its feeder fibers."""
        self.begin, self.end = ground.supply.begin, ground.supply.end
        order = sorted((self.begin[node], fibers) for node, fibers in needs)
        self.at = [begin for begin, _ in order]
        self.sums = np.r_[0, np.cumsum([fibers for _, fibers in order])].astype(np.int64)

    def through(self, node: int) -> int:
        """Fibers of all parts whose top lies at or below a node."""
        first, last = np.searchsorted(self.at, [self.begin[node], self.end[node]])
        return int(self.sums[last] - self.sums[first])


def anchors(ground: Ground, rows: IntArray, rules: HubRules) -> IntArray:
    """Nodes from which the locations are fed: on the cable's side of the road where the drop reaches over."""
    graph, supply = ground.graph, ground.supply
    kind = graph.edges["kind"].to_numpy(dtype=object)
    found = graph.location_node[rows].copy()
    for i, (row, node) in enumerate(zip(rows.tolist(), found.tolist(), strict=True)):
        edge = supply.up_edge[node]
        if edge < 0 or kind[edge] != "crossing":
            continue
        if float(graph.drop_m[row]) + float(graph.length_m[edge]) <= rules.drop_max_m:
            found[i] = supply.above[node]
    return found


def make_part(ground: Ground, rows: IntArray, at: IntArray, units: IntArray, trunks: Trunks) -> Part:
    """Take the locations' part out of the forest.

    Parameters
    ----------
    rows, at
        Rows of the study's locations, and the node that each is fed from.
    units
        Per row of the study's locations.
    trunks
        Needs of all parts, this one's included, at their tops.
    """
    supply = ground.supply
    top = supply.common_top(at.tolist())
    members = supply.union_below(at.tolist(), top)
    under: dict[int, int] = {}
    for node in members:
        under[supply.above[node]] = under.get(supply.above[node], 0) + 1
    loaded = dict.fromkeys(at.tolist())
    away = supply.away_m
    kept = [node for node in members if node in loaded or under.get(node, 0) > 1]
    kept = [top, *sorted(kept, key=lambda node: (away[node], node))]
    place = {node: row for row, node in enumerate(kept)}
    count = len(kept)
    parent, load = np.full(count, -1, dtype=np.int64), np.zeros(count, dtype=np.int64)
    cable_m, feeder_m = np.zeros(count), np.zeros(count)
    for row, node in enumerate(kept[1:], start=1):
        parent[row], cable_m[row], feeder_m[row] = _climb(ground, node, place)
    rows_at: list[list[int]] = [[] for _ in kept]
    for row, node in zip(rows.tolist(), at.tolist(), strict=True):
        rows_at[place[node]].append(row)
        load[place[node]] += units[row]
    trunk = np.array([0, *(trunks.through(node) for node in kept[1:])], dtype=np.int64)
    return Part(
        np.array(kept, dtype=np.int64), parent, load, tuple(tuple(sorted(some)) for some in rows_at),
        np.round(cable_m, 3), np.round(feeder_m, 3), trunk, round(_up_m(ground, top), 3),
    )  # fmt: skip


def _climb(ground: Ground, node: int, place: dict[int, int]) -> tuple[int, float, float]:
    """Go up to the next node of the part: its row, the cable meters, and those without existing fiber."""
    supply, cable, feeder = ground.supply, 0.0, 0.0
    while True:
        meters = ground.edge_m(node, supply.above[node])
        cable += meters
        feeder += 0.0 if supply.is_existing[supply.up_edge[node]] else meters
        node = supply.above[node]
        if node in place:
            return place[node], cable, feeder


def _up_m(ground: Ground, node: int) -> float:
    """Cable meters from a node up to existing fiber or a root."""
    supply, meters = ground.supply, 0.0
    while supply.above[node] not in (supply.top, -1) and not supply.is_existing[supply.up_edge[node]]:
        meters += ground.edge_m(node, supply.above[node])
        node = supply.above[node]
    return meters
