"""Shared parts of the scripts that make the embedded studies: reading extracts, road distances, seeded draws, writing.

Everything is deterministic: equal inputs and seed give equal bytes. Draws come from `random.Random.random`, whose
sequence Python guarantees; coordinates are written with seven decimals.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRIVABLE = frozenset({
    "motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential", "living_street", "service",
    "track", "road", "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link",
})  # fmt: skip
NOT_SERVED = frozenset({
    "no", "garage", "garages", "carport", "shed", "roof", "greenhouse", "glasshouse", "barn", "ruins", "construction",
    "cowshed", "sty", "stable", "farm_auxiliary", "silo", "storage_tank", "tank", "bunker", "collapsed",
    "transformer_tower", "service", "toilets", "hangar", "bridge", "disused", "boathouse", "outbuilding", "hut",
    "chapel", "kiosk", "entrance",
})  # fmt: skip
MIN_BUILDING_M2 = 30.0
OUTBUILDING_M2 = 60.0
OUTBUILDING_NEAR_M = 25.0
ADDRESS_NEAR_M = 20.0
DWELLING_M2 = 100.0
DEFAULT_LEVELS = 2


@dataclass(frozen=True, slots=True)
class Road:
    """A drivable OSM way: its id, tags and node ids in order."""

    way_id: int
    tags: Mapping[str, str]
    nodes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Footprint:
    """A building: id as the readers name it, tags, polygon in degrees."""

    ref: str
    tags: Mapping[str, str]
    shape: shapely.Geometry


@dataclass(slots=True)
class Extract:
    """What the scripts need of an OSM extract; `position` holds longitude and latitude per road node."""

    roads: list[Road] = field(default_factory=list)
    buildings: list[Footprint] = field(default_factory=list)
    addresses: list[tuple[int, float, float, Mapping[str, str]]] = field(default_factory=list)
    position: dict[int, tuple[float, float]] = field(default_factory=dict)


def read_extract(path: Path) -> Extract:
    """Read roads, building footprints and address nodes of an extract."""
    found = Extract()
    wkb = osmium.geom.WKBFactory()
    for thing in osmium.FileProcessor(str(path)).with_locations().with_areas():
        tags = dict(thing.tags)
        if thing.is_node() and "addr:housenumber" in tags:
            found.addresses.append((thing.id, thing.location.lon, thing.location.lat, tags))
        elif thing.is_way() and tags.get("highway") in DRIVABLE:
            _take_road(found, thing, tags)
        elif thing.is_area() and "building" in tags:
            ref = f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}"
            found.buildings.append(Footprint(ref, tags, shapely.from_wkb(wkb.create_multipolygon(thing))))
    return found


def _take_road(found: Extract, way: osmium.osm.Way, tags: Mapping[str, str]) -> None:
    """Keep the nodes of a road that lie inside the extract."""
    kept = [(node.ref, node.lon, node.lat) for node in way.nodes if node.location.valid()]
    found.position.update({ref: (lon, lat) for ref, lon, lat in kept})
    if len(kept) > 1:
        found.roads.append(Road(way.id, tags, tuple(ref for ref, _, _ in kept)))


class Projection:
    """Degrees to meters of one UTM zone and back."""

    def __init__(self, epsg: int) -> None:
        """Prepare both directions between WGS 84 and EPSG:`epsg`."""
        self._there = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
        self._back = pyproj.Transformer.from_crs(epsg, 4326, always_xy=True)

    def meters(self, lonlat: Sequence[tuple[float, float]] | Floats) -> Floats:
        """Project an ``(n, 2)`` array of longitude and latitude."""
        points = np.asarray(lonlat, dtype=float).reshape(-1, 2)
        return np.column_stack(self._there.transform(points[:, 0], points[:, 1]))

    def degrees(self, xy: Sequence[tuple[float, float]] | Floats) -> Floats:
        """Turn an ``(n, 2)`` array of meters into longitude and latitude with seven decimals."""
        points = np.asarray(xy, dtype=float).reshape(-1, 2)
        return np.round(np.column_stack(self._back.transform(points[:, 0], points[:, 1])), 7)

    def shape(self, geometry: shapely.Geometry) -> shapely.Geometry:
        """Project a geometry from degrees to meters."""
        return shapely.transform(geometry, self.meters)


class RoadNet:
    """Roads as a graph of OSM nodes in meters, for distances and shortest paths."""

    def __init__(self, extract: Extract, projection: Projection, preference: Mapping[str, float] | None = None) -> None:
        """Index the nodes; `preference` multiplies the length of a road class when a path is sought."""
        self.refs = sorted({ref for road in extract.roads for ref in road.nodes})
        row = {ref: index for index, ref in enumerate(self.refs)}
        self.xy = projection.meters([extract.position[ref] for ref in self.refs])
        self._tree = cKDTree(self.xy)
        pairs = [
            (row[a], row[b], (preference or {}).get(road.tags["highway"], 1.0))
            for road in extract.roads
            for a, b in pairwise(road.nodes)
            if a != b
        ]
        u, v, factor = (np.array(column) for column in zip(*pairs, strict=True))
        lengths = np.maximum(np.hypot(*(self.xy[u] - self.xy[v]).T), 0.01) * factor
        order = np.lexsort((lengths, v, u))
        self._matrix = _symmetric(u[order], v[order], lengths[order], len(self.refs))

    def nearest(self, points: Floats) -> tuple[Floats, Ints]:
        """Distance to, and row of, the nearest road node of every point."""
        away, rows = self._tree.query(points)
        return away, rows.astype(np.int64)

    def distances(self, points: Floats, sources: Floats) -> Floats:
        """Road distance from every point to its nearest source, meters, both ends walked to their nearest node."""
        away, rows = self.nearest(points)
        _, starts = self.nearest(sources)
        along = dijkstra(self._matrix, directed=False, indices=np.unique(starts), min_only=True)
        return away + along[rows]

    def path(self, start: tuple[float, float], stops: Sequence[tuple[float, float]]) -> list[int]:
        """OSM node ids along the shortest path from `start` through every stop, all in meters."""
        _, rows = self.nearest(np.array([start, *stops]))
        refs = [self.refs[int(rows[0])]]
        for a, b in pairwise(rows):
            _, before = dijkstra(self._matrix, directed=False, indices=int(a), return_predecessors=True)
            leg = [int(b)]
            while leg[-1] != a:
                leg.append(int(before[leg[-1]]))
            refs.extend(self.refs[node] for node in reversed(leg[:-1]))
        return refs


def _symmetric(u: Ints, v: Ints, lengths: Floats, size: int) -> csr_matrix:
    """Sparse symmetric matrix that keeps the shortest of parallel edges."""
    best: dict[tuple[int, int], float] = {}
    for a, b, length in zip(u.tolist(), v.tolist(), lengths.tolist(), strict=True):
        pair = (min(a, b), max(a, b))
        best[pair] = min(length, best.get(pair, np.inf))
    pairs = sorted(best)
    rows, columns = zip(*pairs, strict=True)
    half = csr_matrix(([best[pair] for pair in pairs], (rows, columns)), shape=(size, size))
    return half + half.T


def served_buildings(buildings: Iterable[Footprint], projection: Projection) -> list[tuple[Footprint, float]]:
    """Choose the buildings that are locations, with their area in square meters, by reference.

    A building counts when its tag is not one of `NOT_SERVED` and its footprint is at least 30 m²; a plain
    `building=yes` under 60 m² without an address, within 25 m of such a building of 60 m² or more, is an outbuilding.
    """
    known = sorted(buildings, key=lambda building: (building.ref[0], int(building.ref[1:])))
    shapes = [projection.shape(building.shape) for building in known]
    counted = [
        (building, shape)
        for building, shape in zip(known, shapes, strict=True)
        if building.tags["building"] not in NOT_SERVED and shape.area >= MIN_BUILDING_M2
    ]
    main = shapely.STRtree([shape for _, shape in counted if shape.area >= OUTBUILDING_M2])
    return [(building, shape.area) for building, shape in counted if not _is_outbuilding(building, shape, main)]


def _is_outbuilding(building: Footprint, shape: shapely.Geometry, main: shapely.STRtree) -> bool:
    """Tell a shed that nobody tagged as one."""
    if building.tags["building"] != "yes" or address_of(building.tags) or shape.area >= OUTBUILDING_M2:
        return False
    return len(main.query(shape, predicate="dwithin", distance=OUTBUILDING_NEAR_M)) > 0


def count_units(tags: Mapping[str, str], area_m2: float) -> int:
    """Units of a building: as tagged, else one; apartments by floor area over 100 m² a dwelling."""
    for key in ("building:flats", "building:units"):
        if tags.get(key, "").isdigit() and int(tags[key]) > 0:
            return int(tags[key])
    if tags.get("building") != "apartments":
        return 1
    levels = int(tags["building:levels"]) if tags.get("building:levels", "").isdigit() else DEFAULT_LEVELS
    return max(2, int(area_m2 * levels / DWELLING_M2))


def address_of(tags: Mapping[str, str]) -> str:
    """Street and number on one line, as far as they are tagged, the number last."""
    return " ".join(part for part in (tags.get("addr:street", ""), tags.get("addr:housenumber", "")) if part)


def interpolate(curve: Sequence[tuple[float, float, float]], distance_m: float) -> tuple[float, float] | None:
    """Down and up speed at a distance on a reach curve of ``(meters, down, up)``, none past its end."""
    if not distance_m <= curve[-1][0]:
        return None
    meters, down, up = zip(*curve, strict=True)
    return round(float(np.interp(distance_m, meters, down)), 1), round(float(np.interp(distance_m, meters, up)), 1)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def feature(shape: str, coordinates: object, **properties: object) -> dict[str, Any]:
    """Make a GeoJSON feature."""
    return {"type": "Feature", "geometry": {"type": shape, "coordinates": coordinates}, "properties": properties}


def lines_of(features: Iterable[Mapping[str, Any]], kind: str, projection: Projection) -> shapely.Geometry:
    """Join the lines of one kind of plant, in meters."""
    lines = [item["geometry"]["coordinates"] for item in features if item["properties"]["kind"] == kind]
    return shapely.union_all([shapely.LineString(projection.meters(line)) for line in lines])


def write_features(path: Path, features: Sequence[Mapping[str, object]]) -> None:
    """Write GeoJSON with one feature a line, so that changes can be read in a diff."""
    lines = ",\n".join(json.dumps(item, sort_keys=True, ensure_ascii=False) for item in features)
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8")


def hash_table(folder: Path) -> str:
    """Markdown table of the size and SHA-256 of every input file of a study."""
    names = sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix not in {".md", ".toml"})
    rows = [f"| {name} | {(folder / name).stat().st_size:,} | `{_digest(folder / name)}` |" for name in names]
    return "\n".join(["| file | bytes | SHA-256 |", "|---|---|---|", *rows])


def _digest(path: Path) -> str:
    """Hex SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stamp_readme(folder: Path) -> None:
    """Replace the hash table between the markers of the study's README."""
    readme = folder / "README.md"
    head, _, rest = readme.read_text(encoding="utf-8").partition("<!-- hashes -->")
    _, _, tail = rest.partition("<!-- /hashes -->")
    text = f"{head}<!-- hashes -->\n{hash_table(folder)}\n<!-- /hashes -->{tail}"
    readme.write_text(text, encoding="utf-8")
