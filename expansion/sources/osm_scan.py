"""Scan an OSM extract, one element type after another, into flat arrays: nodes, ways, areas of relations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from expansion.errors import SourceError
from expansion.sources.exchange import GeometryArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Tags = dict[str, str]

_WAY_KEYS = (
    "highway", "building", "railway", "waterway", "natural", "landuse", "leisure", "boundary", "military", "aeroway",
    "man_made", "power", "historic", "flood_prone",
)  # fmt: skip
_NODE_KEYS = ("addr:housenumber", "addr:housename", "power", "man_made", "historic", "aeroway")
_WKB_HEADER = 9
HALF_TURN = 180.0


@dataclass(frozen=True, slots=True)
class Nodes:
    """Tagged nodes, by id ascending."""

    ids: IntArray
    lon: FloatArray
    lat: FloatArray
    tags: list[Tags]


@dataclass(frozen=True, slots=True)
class Ways:
    """Tagged ways by id ascending; the nodes of way i are ``refs[starts[i]:starts[i + 1]]``.

    A node that the extract lacks has NaN coordinates.
    """

    ids: IntArray
    tags: list[Tags]
    starts: IntArray
    refs: IntArray
    lon: FloatArray
    lat: FloatArray

    def take(self, rows: IntArray) -> Ways:
        """Return the ways in `rows`, in that order."""
        counts = np.diff(self.starts)[rows]
        starts = np.r_[0, np.cumsum(counts)].astype(np.int64)
        index = np.repeat(self.starts[rows] - starts[:-1], counts) + np.arange(starts[-1])
        tags = [self.tags[row] for row in rows.tolist()]
        return Ways(self.ids[rows], tags, starts, self.refs[index], self.lon[index], self.lat[index])

    def where(self, wanted: Callable[[Tags], bool]) -> Ways:
        """Return the ways whose tags are `wanted`."""
        return self.take(np.flatnonzero([wanted(tags) for tags in self.tags]).astype(np.int64))


@dataclass(frozen=True, slots=True)
class Relations:
    """Tagged relations by id ascending; `shape` is None where the extract's members do not close into an area."""

    ids: IntArray
    tags: list[Tags]
    shapes: GeometryArray


@dataclass(frozen=True, slots=True)
class Scan:
    """All that planning may need from an extract, in EPSG:4326, whatever the order of its elements."""

    nodes: Nodes
    ways: Ways
    relations: Relations


def scan_extract(path: Path, name: str, file_format: str, scratch: Path) -> Scan:
    """Scan an extract.

    Parameters
    ----------
    path
        Checked path of the file.
    name
        Name to show in errors.
    file_format
        ``pbf``, ``xml`` or ``xml.gz``; never guessed from the name.
    scratch
        Folder for a sorted copy, where the extract's elements are in no order.

    Raises
    ------
    SourceError
        ``E_OSM_CORRUPT`` where the file ends early or is not what it says.
    """
    try:
        try:
            return _scan(osmium.io.File(str(path), file_format))
        except RuntimeError as error:
            if "out of order" not in str(error):
                raise
        return _scan(_sorted(path, file_format, scratch))
    except (RuntimeError, ValueError, OverflowError, UnicodeDecodeError) as error:
        if isinstance(error, RecursionError):
            raise
        raise SourceError(
            f"the OSM extract cannot be read: {str(error)[:120]}",
            code="E_OSM_CORRUPT",
            where=[name],
            hint="download it again",
        ) from error


def _sorted(path: Path, file_format: str, scratch: Path) -> Any:
    """Write the elements by type and id: areas are assembled from an ordered stream only."""
    merged, out = osmium.MergeInputReader(), scratch / "sorted.osm.pbf"
    merged.add_buffer(path.read_bytes(), file_format)
    with osmium.SimpleWriter(str(out)) as writer:
        merged.apply(writer)
    return osmium.io.File(str(out), "pbf")


def _scan(file: Any) -> Scan:
    """Nodes first, whatever the file's order: their coordinates are needed for the ways."""
    locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
    locations.ignore_errors()
    osmium.apply(osmium.io.Reader(file, osmium.osm.NODE), locations)
    nodes = _scan_nodes(file)
    ways = _scan_ways(file, locations)
    return _unwrapped(Scan(nodes, ways, _scan_relations(file, locations)))


def _unwrapped(scan: Scan) -> Scan:
    """Let longitudes continue beyond 180 degrees where the extract lies on both sides of the antimeridian."""
    lon = np.r_[scan.ways.lon, scan.nodes.lon]
    lon = lon[~np.isnan(lon)]
    if not len(lon) or lon.max() - lon.min() <= HALF_TURN:
        return scan
    shapes = shapely.transform(scan.relations.shapes, lambda x, y: (_eastward(x), y), interleaved=False)
    return Scan(
        replace(scan.nodes, lon=_eastward(scan.nodes.lon)),
        replace(scan.ways, lon=_eastward(scan.ways.lon)),
        replace(scan.relations, shapes=shapes),
    )


def _eastward(lon: FloatArray) -> FloatArray:
    return np.where(lon < 0, lon + 2 * HALF_TURN, lon)


def _objects(file: Any, entity: Any, *handlers: Any) -> Iterator[Any]:
    """Iterate over objects of one type. The reader is held: pyosmium's iterators keep no reference to it."""
    reader = osmium.io.Reader(file, entity)
    yield from osmium.OsmFileIterator(reader, *handlers)


def _newest(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Sort by id; where an id stands twice, keep its highest version. Rows start with id, version."""
    rows.sort(key=lambda row: (row[0], row[1]))
    return list({row[0]: row for row in rows}.values())


def _scan_nodes(file: Any) -> Nodes:
    wanted = osmium.filter.KeyFilter(*_NODE_KEYS)
    found = []
    for node in _objects(file, osmium.osm.NODE, wanted):
        place = node.location
        if place.valid():
            found.append((node.id, node.version, place.lon, place.lat, dict(node.tags)))
    rows = _newest(found)
    return Nodes(
        ids=np.array([row[0] for row in rows], dtype=np.int64),
        lon=np.array([row[2] for row in rows], dtype=np.float64),
        lat=np.array([row[3] for row in rows], dtype=np.float64),
        tags=[row[4] for row in rows],
    )


def _scan_ways(file: Any, locations: Any) -> Ways:
    """Collect ways; coordinates come as one WKB per way, made in C++, which is cheaper than asking node by node."""
    wanted, factory, every = osmium.filter.KeyFilter(*_WAY_KEYS), osmium.geom.WKBFactory(), osmium.geom.ALL
    found = []
    for way in _objects(file, osmium.osm.WAY, locations, wanted):
        nodes = way.nodes
        try:
            places = bytes.fromhex(factory.create_linestring(nodes, every))[_WKB_HEADER:]
        except (osmium.InvalidLocationError, RuntimeError):
            places = _coordinates_one_by_one(nodes)
        found.append((way.id, way.version, [node.ref for node in nodes], places, dict(way.tags)))
    rows = [row for row in _newest(found) if row[2]]  # a way may have lost all its nodes
    counts = [len(row[2]) for row in rows]
    refs = np.array([ref for row in rows for ref in row[2]], dtype=np.int64)
    coords = np.frombuffer(b"".join(row[3] for row in rows), dtype="<f8").reshape(-1, 2).copy()
    if (refs < 0).any():
        _place_negative(file, refs, coords)
    return Ways(
        ids=np.array([row[0] for row in rows], dtype=np.int64),
        tags=[row[4] for row in rows],
        starts=np.r_[0, np.cumsum(counts)].astype(np.int64),
        refs=refs,
        lon=coords[:, 0],
        lat=coords[:, 1],
    )


def _place_negative(file: Any, refs: IntArray, coords: FloatArray) -> None:
    """Fill in nodes that an editor made and never uploaded: libosmium's index holds positive ids only."""
    places = {}
    for node in _objects(file, osmium.osm.NODE):
        if node.id < 0 and node.location.valid():
            places[node.id] = (node.location.lon, node.location.lat)
    rows = np.flatnonzero(refs < 0)
    coords[rows] = [places.get(ref, (np.nan, np.nan)) for ref in refs[rows].tolist()]


def _coordinates_one_by_one(nodes: Any) -> bytes:
    """Coordinates of a way that the extract's border cuts: NaN for nodes that are missing."""
    pairs = [(node.lon, node.lat) if node.location.valid() else (np.nan, np.nan) for node in nodes]
    return np.array(pairs, dtype="<f8").tobytes()


class _Areas(osmium.SimpleHandler):
    """Takes the areas that libosmium assembles from relations."""

    def __init__(self) -> None:
        super().__init__()
        self.shapes: dict[int, str] = {}
        self._factory = osmium.geom.WKBFactory()

    def area(self, area: Any) -> None:
        """Keep a relation's area as WKB; areas of closed ways are made elsewhere."""
        if not area.from_way():
            try:
                self.shapes[area.orig_id()] = self._factory.create_multipolygon(area)
            except (RuntimeError, osmium.InvalidLocationError):
                return


def _scan_relations(file: Any, locations: Any) -> Relations:
    wanted = osmium.filter.KeyFilter(*_WAY_KEYS)
    kinds = ("multipolygon", "boundary")
    found = []
    for relation in _objects(file, osmium.osm.RELATION, wanted):
        tags = dict(relation.tags)
        if tags.get("type") in kinds:
            found.append((relation.id, relation.version, tags))
    rows = _newest(found)
    shapes = _assemble(file, locations, wanted) if rows else {}
    made = shapely.from_wkb([shapes.get(row[0]) for row in rows])
    return Relations(
        ids=np.array([row[0] for row in rows], dtype=np.int64),
        tags=[row[2] for row in rows],
        shapes=np.asarray(made, dtype=object),
    )


def _assemble(file: Any, locations: Any, wanted: Any) -> dict[int, str]:
    """Let libosmium assemble areas: one pass over relations, one over their ways."""
    manager, areas = osmium.area.AreaManager(), _Areas()
    osmium.apply(osmium.io.Reader(file, osmium.osm.RELATION), wanted, manager.first_pass_handler())
    osmium.apply(osmium.io.Reader(file, osmium.osm.WAY), locations, manager.second_pass_handler(areas))
    return areas.shapes
