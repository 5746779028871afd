"""Write a real extract and the synthetic things laid around it into one OSM file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import osmium
import shapely
from shapely.geometry import LineString, Point
from shapely.ops import substring
from synthesis import Projection
from township import House, Spot, Street

FIRST_ID = 9_000_000_000
BRIDGE_HALF_M = 30.0


class Sketch:
    """Synthetic nodes and ways in the making; equal coordinates are one node, so roads join where they meet."""

    def __init__(self, projection: Projection, shared: Mapping[Spot, int]) -> None:
        """Start empty; `shared` names real nodes, by longitude and latitude, that synthetic roads join."""
        self._projection = projection
        self._shared = dict(shared)
        self._known = dict(shared)
        self.nodes: list[tuple[int, Spot]] = []
        self.ways: list[tuple[int, list[int], dict[str, str]]] = []
        self._node_tags: dict[int, dict[str, str]] = {}

    def add_way(self, xy: Sequence[Spot], tags: Mapping[str, str]) -> int:
        """Add a way along points in meters and say its id."""
        refs = [self.node(spot) for spot in xy]
        kept = [ref for index, ref in enumerate(refs) if index == 0 or ref != refs[index - 1]]
        self.ways.append((FIRST_ID + len(self.ways), kept, {**tags, "origin": "synthetic"}))
        return self.ways[-1][0]

    def node(self, spot: Spot) -> int:
        """Id of the node at a point in meters, made if new."""
        lon, lat = self._projection.degrees([spot])[0].tolist()
        if (lon, lat) not in self._known:
            self._known[lon, lat] = FIRST_ID + len(self.nodes)
            self.nodes.append((self._known[lon, lat], (lon, lat)))
        return self._known[lon, lat]

    def tag_node(self, ref: int, tags: Mapping[str, str]) -> None:
        """Tag a synthetic node."""
        if ref >= FIRST_ID:
            self._node_tags[ref] = {**tags, "origin": "synthetic"}

    def write(self, real: Path, target: Path) -> None:
        """Write the real extract's nodes, then ours; ways and relations likewise, without user names or times."""
        header = osmium.io.Header()
        header.set("generator", "data/make_three_rivers.py")
        target.unlink(missing_ok=True)
        writer = osmium.SimpleWriter(str(target), header=header)
        for kind in (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION):
            for thing in osmium.FileProcessor(str(real), kind):
                writer.add(thing)
            self._write_ours(writer, kind)
        writer.close()

    def _write_ours(self, writer: osmium.SimpleWriter, kind: osmium.osm.osm_entity_bits) -> None:
        """Write the synthetic nodes or ways."""
        if kind == osmium.osm.NODE:
            for ref, at in self.nodes:
                tags = self._node_tags.get(ref, {})
                writer.add_node(osmium.osm.mutable.Node(id=ref, version=1, location=at, tags=tags))
        if kind == osmium.osm.WAY:
            for way_id, refs, tags in self.ways:
                writer.add_way(osmium.osm.mutable.Way(id=way_id, version=1, nodes=refs, tags=tags))


def insert_crossings(streets: Sequence[Street], track: LineString) -> tuple[list[Spot], list[Spot]]:
    """Give streets and track a common vertex where they cross; hand back the track's vertices and the crossings."""
    found = []
    for street in streets:
        for part in shapely.get_parts(street.line.intersection(track)):
            if part.geom_type == "Point":
                spot = (part.x, part.y)
                street.xy = insert_vertex(street.xy, spot)
                found.append(spot)
    xy = list(track.coords)
    for spot in found:
        xy = insert_vertex(xy, spot)
    return xy, found


def insert_vertex(xy: Sequence[Spot], spot: Spot) -> list[Spot]:
    """Insert a point into the piece of a line that it lies on; a vertex that is already there stays alone."""
    point = Point(spot)
    if min(point.distance(Point(vertex)) for vertex in xy) < 0.05:
        return list(xy)
    pieces = [LineString(pair) for pair in pairwise(xy)]
    nearest = min(range(len(pieces)), key=lambda index: (pieces[index].distance(point), index))
    return [*xy[: nearest + 1], spot, *xy[nearest + 1 :]]


def draw_street(sketch: Sketch, street: Street) -> None:
    """Add a street, cut into a bridge and its approaches where it crosses a river."""
    line, tags = street.line, {**street.tags, "name": street.name}
    cuts = sorted(line.project(Point(spot)) for spot in street.bridges)
    start = 0.0
    for cut in cuts:
        low, high = max(cut - BRIDGE_HALF_M, start + 1), min(cut + BRIDGE_HALF_M, line.length - 1)
        sketch.add_way(_between(line, start, low), tags)
        sketch.add_way(_between(line, low, high), {**tags, "bridge": "yes", "layer": "1"})
        start = high
    sketch.add_way(_between(line, start, line.length), tags)


def _between(line: LineString, low: float, high: float) -> list[Spot]:
    """Vertices of a stretch of a line, its ends exact where they are the line's own."""
    part = substring(line, low, high)
    return list(part.coords)


def draw_house(sketch: Sketch, house: House, number: int, barn: bool) -> int:
    """Add a house with its address, and a barn behind it where wanted; say the house's way id."""
    address = {"addr:housenumber": str(number), "addr:street": house.street}
    corners = [*house.corners, house.corners[0]]
    way_id = sketch.add_way(corners, {**house.tags, **address})
    if barn:
        shift = [(x + 34.0, y + 21.0) for x, y in corners]
        sketch.add_way(shift, {"building": "barn"})
    return way_id
