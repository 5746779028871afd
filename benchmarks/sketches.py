"""Draw small extracts by hand: roads and houses in meters around a place, written as any OSM format."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm import Location
from pyproj import Geod

_GEOD = Geod(ellps="WGS84")
HOUSE_M = 10.0
Point = tuple[float, float]


@dataclass(slots=True)
class Sketch:
    """An extract in the making; points are meters east and north of `origin` (longitude, latitude)."""

    origin: Point = (9.5, 47.1)
    nodes: dict[int, tuple[float, float, dict[str, str]]] = field(default_factory=dict)
    ways: list[tuple[int, list[int], dict[str, str]]] = field(default_factory=list)
    _known: dict[Point, int] = field(default_factory=dict)

    def node(self, point: Point, *, fresh: bool = False, **tags: str) -> int:
        """Id of the node at a point, made when it is first asked for; a `fresh` one is made in any case."""
        if fresh or tags or point not in self._known:
            number = len(self.nodes) + 1
            self.nodes[number] = (*self.place(point), tags)
            self._known.setdefault(point, number)
            return number
        return self._known[point]

    def place(self, point: Point) -> Point:
        """Longitude and latitude of a point: first along the parallel's start, then north."""
        lon, lat, _ = _GEOD.fwd(*self.origin, 90 if point[0] >= 0 else 270, abs(point[0]))
        lon, lat, _ = _GEOD.fwd(lon, lat, 0 if point[1] >= 0 else 180, abs(point[1]))
        return round(lon, 7), round(lat, 7)

    def way(self, *points: Point, **tags: str) -> Sketch:
        """Add a way through points; underscores in keys stand for colons."""
        return self.chain([self.node(point) for point in points], **tags)

    def chain(self, refs: list[int], **tags: str) -> Sketch:
        """Add a way through nodes, whether or not the extract holds them."""
        self.ways.append((len(self.ways) + 1, refs, {key.replace("_", ":"): value for key, value in tags.items()}))
        return self

    def road(self, *points: Point, highway: str = "residential", **tags: str) -> Sketch:
        """Add a road through points."""
        return self.way(*points, highway=highway, **tags)

    def house(self, x: float, y: float, building: str = "house", **tags: str) -> Sketch:
        """Add a house of 10 m by 10 m around a point, on nodes of its own."""
        half = HOUSE_M / 2
        corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
        ring = [self.node(corner, fresh=True) for corner in corners]
        return self.chain([*ring, ring[0]], building=building, **tags)

    def houses(self, count: int, x: float, y: float, step: float = 30.0) -> Sketch:
        """Add a row of houses eastward."""
        for number in range(count):
            self.house(x + number * step, y)
        return self

    def write(self, target: Path) -> Path:
        """Write the extract in the format of the file's name."""
        return write_extract(target, self.nodes, self.ways)


def write_extract(
    target: Path,
    nodes: dict[int, tuple[float, float, dict[str, str]]],
    ways: list[tuple[int, list[int], dict[str, str]]],
    relations: list[tuple[int, list[tuple[str, int, str]], dict[str, str]]] | None = None,
) -> Path:
    """Write nodes, ways and relations in the order given, in the format of the file's name."""
    things = osmium.osm.mutable
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for key, (lon, lat, tags) in nodes.items():
            writer.add_node(things.Node(id=key, location=Location(lon, lat), tags=tags, version=1))
        for key, refs, tags in ways:
            writer.add_way(things.Way(id=key, nodes=refs, tags=tags, version=1))
        for key, members, tags in relations or []:
            writer.add_relation(things.Relation(id=key, members=members, tags=tags, version=1))
    return target
