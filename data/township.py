"""A seeded rural township on the square-mile grid of the Midwest, laid around a real town.

Everything is in meters of one projected CRS. Roads follow section lines, bend away from the river, cross it on a few
bridges; houses stand along them, in hamlets at crossroads and around lakes. Draws come from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point, Polygon

Spot = tuple[float, float]
MILE_M = 1609.344
STEP_M = 100.0
CLEAR_RIVER_M = 140.0
HAMLET_M = 380.0
TOWN_MARGIN_M = 350.0
HAMLET_PER_KM = 46.0


class Draw:
    """Seeded draws from the one generator whose sequence Python guarantees."""

    def __init__(self, seed: int) -> None:
        """Start the sequence."""
        self._next = random.Random(seed).random

    def between(self, low: float, high: float) -> float:
        """Draw evenly from an interval."""
        return low + (high - low) * self._next()

    def chance(self, share: float) -> bool:
        """Tell true with a probability."""
        return self._next() < share

    def pick(self, choices: Sequence[str]) -> str:
        """Choose one of several."""
        return choices[int(self._next() * len(choices))]


@dataclass(slots=True)
class Street:
    """A synthetic road: name, tags, vertices in meters, and how many houses a kilometer it draws."""

    name: str
    tags: dict[str, str]
    xy: list[Spot]
    houses_per_km: float
    setback_m: tuple[float, float] = (15.0, 120.0)
    bridges: list[Spot] = field(default_factory=list)

    @property
    def line(self) -> LineString:
        """Its geometry."""
        return LineString(self.xy)


@dataclass(frozen=True, slots=True)
class House:
    """A synthetic building: corners, tags, the street it faces and where its door stands."""

    door: Spot
    corners: tuple[Spot, ...]
    tags: Mapping[str, str]
    street: str
    units: int = 1


@dataclass(frozen=True, slots=True)
class Land:
    """What roads and houses respect: the real town's hull, rivers, railroad, lakes."""

    town: Polygon
    rivers: tuple[LineString, ...]
    rail: tuple[LineString, ...]
    lakes: tuple[Polygon, ...]


def wind(points: Sequence[Spot], swing_m: float, wave_m: float, draw: Draw) -> LineString:
    """Lay a meandering line through control points, of two waves with drawn phases; its ends stay where they are."""
    base, turn, second = LineString(points), draw.between(0, 6.28), draw.between(0, 6.28)
    count = max(int(base.length / 60.0), 2)
    spots = []
    for index in range(count + 1):
        along = base.length * index / count
        taper = min(1.0, along / 600.0, (base.length - along) / 600.0)
        phase = 2 * np.pi * along / wave_m
        swing = 0.55 * np.sin(phase + turn) + 0.45 * np.sin(phase * 0.43 + second) + 0.25 * np.sin(phase * 2.3 + turn)
        spots.append(_aside(base, along, swing_m * taper * float(swing)))
    return LineString([points[0], *spots[1:-1], points[-1]])


def _aside(line: LineString, along: float, offset: float) -> Spot:
    """Point at a distance along a line, moved to its left."""
    low, high = max(along - 1.0, 0.0), min(along + 1.0, line.length)
    a, b, at = line.interpolate(low), line.interpolate(high), line.interpolate(along)
    run = max(float(np.hypot(b.x - a.x, b.y - a.y)), 1e-9)
    return at.x - (b.y - a.y) / run * offset, at.y + (b.x - a.x) / run * offset


def make_lake(center: Spot, radii: Spot, draw: Draw) -> Polygon:
    """Draw an irregular lake."""
    lobes = [(draw.between(0.04, 0.14), draw.between(0, 2 * np.pi)) for _ in range(3)]
    angles = np.arange(36) * 2 * np.pi / 36
    grow = 1 + sum(size * np.cos((order + 2) * angles + turn) for order, (size, turn) in enumerate(lobes))
    xs, ys = center[0] + radii[0] * grow * np.cos(angles), center[1] + radii[1] * grow * np.sin(angles)
    return Polygon(list(zip(xs.tolist(), ys.tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class Grid:
    """Section corners by column and row, in meters."""

    corners: Mapping[tuple[int, int], Spot]
    columns: range
    rows: range


def survey(origin: Spot, columns: range, rows: range, draw: Draw) -> Grid:
    """Survey section corners a mile apart, each up to 30 m off, as the old surveys were."""
    corners = {
        (i, j): (origin[0] + i * MILE_M + draw.between(-30, 30), origin[1] + j * MILE_M + draw.between(-30, 30))
        for i in columns
        for j in rows
    }
    return Grid(corners, columns, rows)


def bend(a: Spot, b: Spot, draw: Draw) -> list[Spot]:
    """Draw a road between two points with a slight bow."""
    length = float(np.hypot(b[0] - a[0], b[1] - a[1]))
    count, bow = max(int(length / STEP_M), 1), draw.between(-14, 14)
    straight = LineString([a, b])
    inner = [_aside(straight, length * k / count, bow * np.sin(np.pi * k / count)) for k in range(1, count)]
    return [a, *inner, b]


def keep_off(xy: list[Spot], rivers: Sequence[LineString]) -> list[Spot]:
    """Push the inner vertices of a road away from the river until they are clear of it."""
    river = shapely.union_all(list(rivers))
    pushed = [xy[0]]
    for x, y in xy[1:-1]:
        near = shapely.shortest_line(river, Point(x, y))
        grow = CLEAR_RIVER_M / near.length if 1.0 < near.length < CLEAR_RIVER_M else 1.0
        from_x, from_y = near.coords[0]
        pushed.append((from_x + (x - from_x) * grow, from_y + (y - from_y) * grow))
    return [*pushed, xy[-1]]


def lay_sections(grid: Grid, land: Land, rank_of: Callable[[str, int, int], str], draw: Draw) -> list[Street]:
    """Lay a road on every section line that meets no lake or town and needs no bridge it cannot have.

    About one local road in eight is missing, as long as what is left stays connected. `rank_of` says state, county or
    local for a row or column road from a corner on.
    """
    found: dict[tuple[tuple[int, int], tuple[int, int]], Street] = {}
    for i in grid.columns:
        for j in grid.rows:
            for way, other in (("row", (i + 1, j)), ("column", (i, j + 1))):
                if other in grid.corners:
                    street = _section_road(grid, (i, j), other, (way, rank_of(way, i, j)), land, draw)
                    if street is not None:
                        found[(i, j), other] = street
    return _thin_out(found, draw)


def _section_road(
    grid: Grid, a: tuple[int, int], b: tuple[int, int], kind: tuple[str, str], land: Land, draw: Draw
) -> Street | None:
    """Lay one mile of road, or none where land forbids it."""
    way, rank = kind
    xy = bend(grid.corners[a], grid.corners[b], draw)
    gravel, spare = draw.chance(0.45), draw.chance(0.35)
    line = LineString(xy)
    if line.intersects(land.town) or any(line.intersects(lake.buffer(60)) for lake in land.lakes):
        return None
    crossings = [p for river in land.rivers for p in _points(line.intersection(river))]
    if crossings and rank == "local" and not spare:
        return None
    if not crossings:
        xy = keep_off(xy, land.rivers)
    number = a[1] - grid.rows[0] + 1 if way == "row" else a[0] - grid.columns[0] + 1
    name = f"{'Section Line' if way == 'row' else 'Range'} Road {number}"
    street = Street(name, dict(RANKS[rank]), xy, PER_KM[rank], bridges=crossings)
    if rank == "local" and gravel:
        street.tags |= {"highway": "unclassified", "surface": "gravel"}
        street.houses_per_km = PER_KM["gravel"]
    if rank == "state":
        street.name = "State Highway 60"
    return street


RANKS = {
    "state": {"highway": "primary", "ref": "M 60", "surface": "asphalt", "maxspeed": "55 mph"},
    "county": {"highway": "tertiary", "surface": "asphalt", "maxspeed": "55 mph"},
    "local": {"highway": "unclassified", "surface": "asphalt"},
}
PER_KM = {"state": 7.0, "county": 9.0, "local": 7.5, "gravel": 4.5}


def _points(geometry: shapely.Geometry) -> list[Spot]:
    """Point coordinates of an intersection."""
    return [(p.x, p.y) for p in shapely.get_parts(geometry) if p.geom_type == "Point"]


def _thin_out(found: dict[tuple[tuple[int, int], tuple[int, int]], Street], draw: Draw) -> list[Street]:
    """Drop some local roads where that cuts nobody off."""
    graph: nx.Graph[tuple[int, int]] = nx.Graph(list(found))
    for a, b in sorted(found):
        if draw.chance(0.12) and found[a, b].tags["highway"] == "unclassified":
            graph.remove_edge(a, b)
            if nx.has_path(graph, a, b):
                del found[a, b]
            else:
                graph.add_edge(a, b)
    return [found[key] for key in sorted(found)]


def ring_lake(lake: Polygon, streets: Sequence[Street], number: int) -> list[Street]:
    """Lay a cottage road around a lake, and a road from it to the nearest vertex of a section road."""
    ring = LineString(shapely.get_coordinates(lake.buffer(48.0).simplify(6.0).exterior).tolist())
    corners = list(ring.coords)
    vertices = [spot for street in streets if street.houses_per_km > 0 for spot in street.xy[1:-1]]
    gate = min(corners, key=lambda c: min(np.hypot(c[0] - x, c[1] - y) for x, y in vertices))
    joint = min(vertices, key=lambda v: np.hypot(v[0] - gate[0], v[1] - gate[1]))
    tags = {"highway": "residential", "surface": "asphalt"}
    around = Street(f"Lake Drive {number}", dict(tags), corners, 33.0, (17.0, 26.0))
    lead = Street(f"Landing Road {number}", dict(tags), [joint, gate], 8.0, (15.0, 40.0))
    return [around, lead]


def settle(streets: Sequence[Street], land: Land, hamlets: Sequence[Spot], draw: Draw) -> list[House]:
    """Put houses beside the streets: more near the town, most around the hamlets' crossroads, none in water."""
    builder = _Builder(streets, land)
    houses = []
    for street in streets:
        line, along = street.line, draw.between(20, 70)
        while along < line.length - 15:
            spot = line.interpolate(along)
            in_hamlet = any(np.hypot(spot.x - x, spot.y - y) < HAMLET_M for x, y in hamlets)
            far_km = spot.distance(land.town) / 1000
            rural = street.houses_per_km * float(np.interp(far_km, [1, 4, 8], [1.5, 1.0, 0.7]))
            house = builder.build(street, along, "hamlet" if in_hamlet else "rural", draw)
            houses += [house] if house else []
            along += 1000 / (HAMLET_PER_KM if in_hamlet else rural) * draw.between(0.45, 1.55)
    return houses


class _Builder:
    """Places one house at a time and remembers where the others stand."""

    def __init__(self, streets: Sequence[Street], land: Land) -> None:
        self._roads = shapely.STRtree([street.line for street in streets])
        wet_or_track = [line.buffer(35) for line in (*land.rivers, *land.rail)] + [
            lake.buffer(12) for lake in land.lakes
        ]
        self._forbidden = shapely.union_all([*wet_or_track, land.town.buffer(20 - TOWN_MARGIN_M)])
        shapely.prepare(self._forbidden)
        self._doors: NDArray[np.float64] = np.empty((0, 2))

    def build(self, street: Street, along: float, place: str, draw: Draw) -> House | None:
        """Build at a distance along a street, or not at all where the ground is taken."""
        side, size = (1 if draw.chance(0.5) else -1), (draw.between(10, 17), draw.between(8, 12))
        low, high = (14.0, 26.0) if place == "hamlet" else street.setback_m
        setback = low + (high - low) * draw.between(0, 1) ** 1.8
        if place == "rural" and high > 100 and draw.chance(0.05):
            setback = draw.between(140, 300)
        door = _aside(street.line, along, side * setback)
        if not self._free(door):
            return None
        self._doors = np.vstack([self._doors, door])
        tags, units = _kind_of(place, setback, draw)
        return House(door, _rectangle(street.line, along, door, size), tags, street.name, units)

    def _free(self, door: Spot) -> bool:
        """Tell whether a house fits: off the roads, the water, the track and the neighbors."""
        point = Point(door)
        if self._forbidden.intersects(point) or len(self._roads.query(point, predicate="dwithin", distance=12.5)):
            return False
        return not len(self._doors) or float(np.min(np.hypot(*(self._doors - door).T))) > 21.0


def _kind_of(place: str, setback: float, draw: Draw) -> tuple[dict[str, str], int]:
    """Choose what is built: mostly houses; in hamlets a shop or a few flats; farms far from the road."""
    if place == "hamlet" and draw.chance(0.06):
        units = int(draw.between(4, 13))
        return {"building": "apartments", "building:flats": str(units)}, units
    if place == "hamlet" and draw.chance(0.07):
        return {"building": "commercial"}, 1
    if place == "rural" and setback > 70 and draw.chance(0.5):
        return {"building": "farm"}, 1
    return {"building": "house"}, 1


def _rectangle(line: LineString, along: float, middle: Spot, size: Spot) -> tuple[Spot, ...]:
    """Footprint parallel to the street."""
    a, b = _aside(line, along, 0.0), _aside(line, along, 1.0)
    out_x, out_y = b[0] - a[0], b[1] - a[1]
    half, deep = size[0] / 2, size[1] / 2
    turns = [(s * half, t * deep) for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return tuple((middle[0] + s * out_y + t * out_x, middle[1] - s * out_x + t * out_y) for s, t in turns)
