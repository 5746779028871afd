"""Choose on which side of a road the cable lies, and reach the houses on the other side across the carriageway.

The side is chosen before anything is routed, stretch by stretch between junctions, so that the carriageway crossed is
least: each place with houses on the other side costs one crossing, and so does a change of sides. Along a stretch that
is a shortest path over two states, so the choice is optimal for it. `docs/methods/design.md` says what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.network.snap import Snaps
from expansion.plan.graph import FloatArray, IntArray

LEFT, RIGHT = 1, -1
# Directions of a road are taken over this many meters on either side of a place.
_LOOK_M = 0.5


@dataclass(frozen=True, slots=True)
class Roadway:
    """Pieces of road as the choice sees them: end nodes, row of the road, width in whole millimeters (0: no sides).

    `may_turn` tells where the cable may change sides: not on bridges and in tunnels.
    """

    u: IntArray
    v: IntArray
    road: IntArray
    width_mm: IntArray
    may_turn: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sides:
    """The choice: per piece its side (`LEFT`, `RIGHT` of its line, 0 where no house asks) and whether it turns there.

    `of_place` is the side of the cable, seen along the road, per node and road at which houses stand.
    """

    side: IntArray
    turns: NDArray[np.bool_]
    of_place: dict[tuple[int, int], int]


def house_sides(points: NDArray[np.object_], lines: NDArray[np.object_], snaps: Snaps, width_m: FloatArray) -> IntArray:
    """Say on which side of the road that it is snapped to each location lies.

    Parameters
    ----------
    points, lines
        Locations and roads, study CRS.
    snaps
        Where the locations meet the roads.
    width_m
        Carriageway per road, meters.

    Returns
    -------
    IntArray
        `LEFT`, `RIGHT`, or 0: not snapped, a road without width, or ahead of a road's end by less than half its width.
    """
    side = np.zeros(len(points), dtype=np.int64)
    rows = np.nonzero(snaps.road >= 0)[0]
    road = lines[snaps.road[rows]]
    along, length = snaps.along_m[rows], shapely.length(road)
    back = shapely.get_coordinates(shapely.line_interpolate_point(road, np.maximum(along - _LOOK_M, 0.0)))
    on = shapely.get_coordinates(shapely.line_interpolate_point(road, np.minimum(along + _LOOK_M, length)))
    way, house = on - back, shapely.get_coordinates(points[rows]) - back
    away = (way[:, 0] * house[:, 1] - way[:, 1] * house[:, 0]) / np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)
    width = width_m[snaps.road[rows]]
    side[rows] = np.where((width > 0) & (np.abs(away) >= width / 2), np.where(away > 0, LEFT, RIGHT), 0)
    return side


def choose_sides(roadway: Roadway, houses: dict[tuple[int, int], set[int]]) -> Sides:
    """Choose the side of the cable along every piece so that each stretch crosses the least carriageway.

    Parameters
    ----------
    roadway
        All pieces of road; ids of nodes are shared where roads join.
    houses
        Per node and row of road: sides on which houses stand there, seen along the road.

    Returns
    -------
    Sides
        Of equal choices the one with the fewest changes, then the left side of the stretch.
    """
    sides = Sides(np.zeros(len(roadway.u), np.int64), np.zeros(len(roadway.u), bool), {})
    for stretch in _stretches(roadway):
        places = _places(roadway, houses, stretch)
        if any(places):
            _choose_along(roadway, stretch, places, sides)
    return sides


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Pieces in a row, whether each runs with the row (1) or against it (-1), and the nodes between them.

    A ring that no other road joins ends where it begins, so that the cable has to come back on the side it left on.
    """

    pieces: list[int]
    along: list[int]
    nodes: list[int]
    is_ring: bool = False


def _stretches(roadway: Roadway) -> Iterator[_Stretch]:
    """Walk every stretch between nodes at which not exactly two pieces end."""
    u, v = roadway.u.tolist(), roadway.v.tolist()
    ends: dict[int, list[int]] = {}
    for piece, nodes in enumerate(zip(u, v, strict=True)):
        for node in nodes:
            ends.setdefault(node, []).append(piece)

    def beyond(piece: int, node: int) -> int:
        if len(ends[node]) != 2 or ends[node][0] == ends[node][1]:
            return -1
        return sum(ends[node]) - piece

    seen = [False] * len(u)
    for first in range(len(u)):
        if seen[first]:
            continue
        piece, node = first, u[first]
        while (before := beyond(piece, node)) not in (-1, first):
            piece, node = before, u[before] + v[before] - node
        stretch, start = _Stretch([], [], [node]), piece
        while piece != -1:
            seen[piece] = True
            stretch.pieces.append(piece)
            stretch.along.append(1 if u[piece] == node else -1)
            node = u[piece] + v[piece] - node
            stretch.nodes.append(node)
            piece = beyond(piece, node)
            if piece == start:
                stretch = replace(stretch, is_ring=True)
                break
        yield stretch


@dataclass(frozen=True, slots=True)
class _Place:
    """Houses at a node of a stretch: key of node and road, direction of the road in the stretch, width, their sides."""

    key: tuple[int, int]
    along: int
    width_mm: int
    sides: set[int]

    def cost(self, side: int) -> int:
        """Millimeters of carriageway crossed where the cable lies on a side of the stretch."""
        return self.width_mm if -side * self.along in self.sides else 0


def _places(roadway: Roadway, houses: dict[tuple[int, int], set[int]], stretch: _Stretch) -> list[list[_Place]]:
    """Places with houses at each node of a stretch; those at the node of a ring stand at its beginning only."""
    found: list[list[_Place]] = []
    seen: set[tuple[int, int]] = set()
    last = len(stretch.pieces)
    for i, node in enumerate(stretch.nodes):
        here = []
        for at in (i - 1, i):
            key = (node, int(roadway.road[stretch.pieces[at]])) if 0 <= at < last else (-1, -1)
            if key in houses and key not in seen:
                seen.add(key)
                width = int(roadway.width_mm[stretch.pieces[at]])
                here.append(_Place(key, stretch.along[at], width, houses[key]))
        found.append(here)
    return found


def _choose_along(roadway: Roadway, stretch: _Stretch, places: list[list[_Place]], sides: Sides) -> None:
    """Find the cheapest sides along one stretch, node after node, and write them down."""
    if stretch.is_ring:
        chosen = min((_cheapest(roadway, stretch, places, side) for side in (LEFT, RIGHT)), key=lambda way: way[0])[1]
    else:
        chosen = _cheapest(roadway, stretch, places, 0)[1]
    for piece, along, (before_side, side) in zip(stretch.pieces, stretch.along, pairwise(chosen), strict=True):
        sides.side[piece], sides.turns[piece] = side * along, before_side != side
    for side, here in zip(chosen, places, strict=True):
        sides.of_place.update({place.key: side * place.along for place in here})


def _cheapest(roadway: Roadway, stretch: _Stretch, places: list[list[_Place]], both_ends: int) -> tuple[int, list[int]]:
    """Cost and side at each node of the cheapest choice; where `both_ends` is a side, it begins and ends there."""
    never = 1 << 40
    best = [{side: sum(place.cost(side) for place in places[0]) for side in (LEFT, RIGHT)}]
    if both_ends:
        best[0][-both_ends] += never
    from_side: list[dict[int, int]] = []
    for piece, here in zip(stretch.pieces, places[1:], strict=True):
        turn = int(roadway.width_mm[piece]) if roadway.may_turn[piece] else never
        before = best[-1]
        came = {side: side if before[side] <= before[-side] + turn else -side for side in (LEFT, RIGHT)}
        ways = {side: before[came[side]] + (turn if came[side] != side else 0) for side in (LEFT, RIGHT)}
        best.append({side: ways[side] + sum(place.cost(side) for place in here) for side in (LEFT, RIGHT)})
        from_side.append(came)
    side = both_ends or (LEFT if best[-1][LEFT] <= best[-1][RIGHT] else RIGHT)
    cost, chosen = best[-1][side], [side]
    for came in reversed(from_side):
        side = came[side]
        chosen.append(side)
    return cost, chosen[::-1]


@dataclass(frozen=True, slots=True)
class Crossings:
    """Ways over the carriageway to houses on the other side: one per node and road.

    Per crossing: node and row of the road that it leaves, and its new end `x`, `y`, which becomes a node. Per location
    that was asked about: `node`, the end of its crossing, else the node given.
    """

    base: IntArray
    road: IntArray
    x: FloatArray
    y: FloatArray
    node: IntArray


def cross_over(
    points: NDArray[np.object_],
    node: IntArray,
    road: IntArray,
    side: IntArray,
    sides: Sides,
    width_m: FloatArray,
    xy: FloatArray,
) -> Crossings:
    """Lead the houses on the other side of the road across the carriageway, those at one node together.

    Parameters
    ----------
    points, node, road, side
        Per location, by id: place, node, row of its road, and side as from `house_sides`.
    sides
        Where the cable lies.
    width_m
        Carriageway per road, meters.
    xy
        Coordinates of all nodes, shape ``(nodes, 2)``; new nodes are numbered from there.

    Returns
    -------
    Crossings
        By node and road. A crossing leads toward the first house that needs it and is as long as the carriageway is
        wide, or ends at the house.
    """
    place = [sides.of_place.get(key, 0) for key in zip(node.tolist(), road.tolist(), strict=True)]
    far = np.nonzero((side != 0) & (np.array(place, dtype=np.int64) == -side))[0]
    keys, first, which = np.unique(
        np.stack([node[far], road[far]], axis=1), axis=0, return_index=True, return_inverse=True
    )
    base, of_road = keys[:, 0].astype(np.int64), keys[:, 1].astype(np.int64)
    way = shapely.get_coordinates(points[far[first]]) - xy[base]
    away = np.hypot(way[:, 0], way[:, 1])
    end = xy[base] + way * (np.minimum(width_m[of_road], away) / np.maximum(away, 1e-9))[:, None]
    moved = node.copy()
    moved[far] = len(xy) + which.ravel()
    return Crossings(base, of_road, end[:, 0], end[:, 1], moved)
