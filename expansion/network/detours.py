"""Ways that areas take only while others, whose houses lie along, are built: without these a shorter link serves them.

A═══b b b b═══A          ═ of area A alone, b houses of area B, ┄ a road that the route to both leaves out
┄             │
A══ … root … ═╧          With B the way of A leads past B. Without B the link ┄ is cheaper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from expansion.network.ground import Ground
from expansion.plan.graph import IntArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
_MOST_LINKS = 400
"""Links that are looked at, those whose circle costs most beyond them first: a measure of work."""
_MOST_ABSENT, _MOST_ALONG = 2, 20
"""Areas along a stretch that are left out together, and areas on a side of a circle beyond which it is passed over."""
_LEAST_SHARE = 0.0003
"""Share of the route's cost below which a detour is not worth a line."""


@dataclass(frozen=True, slots=True)
class Detour:
    """A stretch that a cheaper link replaces while none of some areas is built.

    `nodes` are those whose edge upward belongs to it, `cents` what the link saves, `areas` the rows of areas any of
    which keeps the stretch, ascending.
    """

    nodes: tuple[int, ...]
    cents: float
    areas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Land:
    """The forest as detours see it.

    Attributes
    ----------
    needing
        Per node the areas that need its edge upward, ascending.
    live
        Per node what hangs from it: areas by the node below, and by -1 those with locations there.
    cents
        Per node: cost of its edge upward with the feeder cable on it; 0 along what stands.
    kept
        Nodes whose edge upward is pinned.
    parents
        Per area the area that is built before it, -1 for none: with an area come all above it.
    """

    needing: Mapping[int, tuple[int, ...]]
    live: Mapping[int, Mapping[int, tuple[int, ...]]]
    cents: FloatArray
    kept: frozenset[int]
    parents: Mapping[int, int]

    def may_lack(self, area: int, absent: set[int]) -> bool:
        """Tell whether an area may be built while others are not."""
        while area >= 0 and area not in absent:
            area = self.parents.get(area, -1)
        return area < 0


def survey_land(
    ground: Ground, needing: Mapping[int, tuple[int, ...]], homes: Mapping[int, tuple[int, ...]], along: FloatArray,
    pinned: IntArray, parents: Mapping[int, int],
) -> Land:  # fmt: skip
    """Put together what detours look at; `homes` are the areas of the locations per node, `along` cents of cable."""
    supply, live = ground.supply, {node: {-1: areas} for node, areas in homes.items()}
    cents, pins = np.zeros(len(along)), set(pinned.tolist())
    for node, areas in needing.items():
        live.setdefault(supply.above[node], {})[node] = areas
        edge = supply.up_edge[node]
        if edge >= 0 and not supply.is_existing[edge]:
            cents[node] = float(ground.prices.build_cost[edge]) + float(along[node])
    return Land(needing, live, cents, frozenset(node for node in needing if supply.up_edge[node] in pins), parents)


def find_detours(ground: Ground, land: Land, avoided: BoolArray) -> list[Detour]:
    """Find detours: each a stretch of a circle that one link closes, no two with an edge in common, best first.

    A stretch counts where all areas beyond it need the rest of the circle anyway, so that only the link comes in new;
    of areas that do not, any one keeps it too. `avoided` masks edges that no link may use.
    """
    least = _LEAST_SHARE * float(land.cents.sum())
    found: list[Detour] = []
    for a, b, cents in _links(ground, land, avoided, least):
        top = ground.supply.meet(a, b)
        for near, far in ((a, b), (b, a)):
            found += _stretches(ground, land, near, far, top, cents, least)
    taken: set[int] = set()
    chosen = []
    for detour in sorted(found, key=lambda one: (-one.cents / 2.0 ** len(one.areas), one.nodes)):
        if taken.isdisjoint(detour.nodes):
            taken.update(detour.nodes)
            chosen.append(detour)
    return chosen


def _links(ground: Ground, land: Land, avoided: BoolArray, least: float) -> list[tuple[int, int, float]]:
    """Cheapest ways beside the forest between two of its nodes, with their cents; dearest circles first."""
    graph, supply = ground.graph, ground.supply
    inside = np.array([above >= 0 for above in supply.above[: supply.top]])
    used = np.zeros(len(graph.u), dtype=bool)
    used[[edge for edge in supply.up_edge if edge >= 0]] = True
    free = np.flatnonzero(~used & ~avoided & (graph.u != graph.v))
    if not len(free) or not inside.any():
        return []
    u, v, price = graph.u[free], graph.v[free], ground.prices.build_cost[free].astype(np.float64)
    order = np.lexsort((free, price, np.maximum(u, v), np.minimum(u, v)))
    low, high = np.minimum(u, v)[order], np.maximum(u, v)[order]
    first = np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])]
    low, high, price = low[first], high[first], price[order][first]
    matrix = coo_matrix((price + 1.0, (low, high)), shape=(supply.top, supply.top)).tocsr()
    away, _, source = dijkstra(
        matrix, directed=False, indices=np.flatnonzero(inside), min_only=True, return_predecessors=True
    )
    return _worth_looking(ground, land, low, high, away[low] + price + away[high], source, least)


def _worth_looking(
    ground: Ground, land: Land, low: IntArray, high: IntArray, cents: FloatArray, source: IntArray, least: float
) -> list[tuple[int, int, float]]:
    """Keep the cheapest link of two nodes each, where the circle costs more than the link by what counts."""
    supply, down = ground.supply, np.zeros(ground.supply.top + 1)
    for node in supply.tree.order.tolist():
        if supply.above[node] >= 0:
            down[node] = down[supply.above[node]] + land.cents[node]
    best: dict[tuple[int, int], float] = {}
    for row in np.flatnonzero(np.isfinite(cents)).tolist():
        pair = tuple(sorted((int(source[low[row]]), int(source[high[row]]))))
        if pair[0] != pair[1] and down[pair[0]] + down[pair[1]] > cents[row] + least:
            best[pair[0], pair[1]] = min(float(cents[row]), best.get((pair[0], pair[1]), np.inf))
    gains = []
    for (a, b), price in best.items():
        gain = float(down[a] + down[b] - 2 * down[supply.meet(a, b)]) - price
        if gain > least:
            gains.append((-gain, a, b, price))
    return [(a, b, price) for _, a, b, price in sorted(gains)[:_MOST_LINKS]]


def _stretches(
    ground: Ground, land: Land, near: int, far: int, top: int, link: float, least: float
) -> Iterator[Detour]:
    """Yield the best stretch of one side of a circle for each few areas along it that are left out together."""
    nodes = _side(ground, near, top)
    served = set(land.needing.get(near, ()) or land.live.get(near, {}).get(-1, ())) & _beyond(ground, land, far, top)
    if len(nodes) < 2 or not served:
        return
    along = [_hanging(land, node, below) for below, node in zip([-1, *nodes], nodes, strict=False)]
    areas = sorted(set().union(*along[1:]) - served)
    if not areas or len(areas) > _MOST_ALONG:
        return
    place = {area: 1 << bit for bit, area in enumerate(areas)}
    other = 1 << len(areas)
    marks = np.array([sum({place.get(area, other) for area in here}) for here in along[1:]], dtype=np.int64)
    marks |= np.where([node in land.kept for node in nodes[1:]], other, 0)
    total = np.r_[0.0, np.cumsum(land.cents[nodes])]
    for size in range(1, _MOST_ABSENT + 1):
        for absent in combinations(areas, size):
            ends = np.flatnonzero(marks & ~sum(place[area] for area in absent)) + 1
            cuts = np.r_[0, ends, len(nodes)]
            costs = total[cuts[1:]] - total[cuts[:-1]]
            best = int(np.argmax(costs))
            first, last = int(cuts[best]), int(cuts[best + 1])
            keeping = set(absent) | (set(land.needing[nodes[first]]) - served)
            free = [one for one in land.needing[nodes[first]] if one in served and land.may_lack(one, keeping)]
            if costs[best] - link > least and free:
                yield Detour(tuple(nodes[first:last]), float(costs[best]) - link, tuple(sorted(keeping)))


def _side(ground: Ground, node: int, top: int) -> list[int]:
    """Nodes from one end of a link up to below the node at which both sides meet."""
    side = []
    while node != top:
        side.append(node)
        node = ground.supply.above[node]
    return side


def _beyond(ground: Ground, land: Land, far: int, top: int) -> set[int]:
    """Areas that need all new edges of the other side of the circle."""
    for node in _side(ground, far, top):
        if land.cents[node] > 0:
            return set(land.needing.get(node, ()))
    return {area for areas in land.needing.values() for area in areas}


def _hanging(land: Land, node: int, below: int) -> set[int]:
    """Areas that hang from a node beside the way that comes from below, or have locations there."""
    return {area for child, areas in land.live.get(node, {}).items() if child != below or child < 0 for area in areas}
