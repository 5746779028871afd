"""Split ways into road segments at the nodes they share: topology by node id, never by crossing lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from expansion.sources.exchange import GeometryArray, Reading, make_table
from expansion.sources.osm_scan import FloatArray, IntArray, Tags, Ways

USABLE = frozenset(
    {
        "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
        "tertiary", "tertiary_link", "unclassified", "residential", "living_street", "pedestrian", "service", "track",
        "road",
    }
)  # fmt: skip
_PAVED = frozenset(
    {
        "paved", "asphalt", "concrete", "concrete:plates", "concrete:lanes", "paving_stones", "sett", "cobblestone",
        "unhewn_cobblestone", "bricks", "brick", "metal", "chipseal", "tartan",
    }
)  # fmt: skip
_UNPAVED = frozenset(
    {
        "unpaved", "gravel", "fine_gravel", "compacted", "dirt", "earth", "ground", "grass", "grass_paver", "sand",
        "mud", "pebblestone", "woodchips", "rock", "stone", "clay", "snow", "ice",
    }
)  # fmt: skip
_NO = frozenset({None, "no", "false", "0"})


def is_road(tags: Tags) -> bool:
    """Say whether a way is a road along which cable can be laid.

    Motorway to track and service road, whoever may drive there: a right of way is asked for, not a right to drive, so
    ``access=private`` stays. Left out: foot-, cycle- and bridleways, paths and steps (no equipment passes), roads
    proposed or under construction, and squares mapped as areas.
    """
    return tags.get("highway") in USABLE and tags.get("area") != "yes"


def surface_of(tags: Tags) -> str | None:
    """Normalize the surface to paved, unpaved or None; a track's grade stands in where no surface is tagged."""
    surface = tags.get("surface", "")
    if surface in _PAVED:
        return "paved"
    if surface in _UNPAVED:
        return "unpaved"
    grade = tags.get("tracktype", "")
    if grade == "grade1":
        return "paved"
    return "unpaved" if grade in {"grade2", "grade3", "grade4", "grade5"} else None


def origin_of(tags: Tags) -> str:
    """Say where an element comes from: ``osm``, or ``synthetic`` where its own tags say so."""
    said = f"{tags.get('origin', '')} {tags.get('source', '')}".lower()
    return "synthetic" if "synthetic" in said else "osm"


@dataclass(frozen=True, slots=True)
class _Segments:
    """Segments between cuts: node positions ``first`` to ``last``, both included, of way `way`."""

    way: IntArray
    first: IntArray
    last: IntArray


def read_roads(ways: Ways, name: str, reading: Reading) -> pa.Table:
    """Make the table of road segments, without lengths, in EPSG:4326.

    Parameters
    ----------
    ways
        Ways of the extract; those that are no roads are ignored.
    name
        Name of the extract, for findings.
    reading
        Takes the findings: ways cut by the border, segments without length, segments that lie twice.
    """
    roads = _without_repeats(ways.where(is_road))
    whole = ~np.isnan(roads.lon)
    cut = np.unique(_way_of_node(roads)[~whole])
    if len(cut):
        places = [f"w{way}" for way in roads.ids[cut].tolist()]
        reading.warn("W_OSM_CLIPPED", f"{name}: ways name nodes that the extract lacks; they were trimmed", places)
    segments = _split(roads, whole)
    lines = _lines(roads, segments)
    keep = _keep(roads, segments, lines, reading)
    return _table(roads, segments, lines, keep)


def _way_of_node(ways: Ways) -> IntArray:
    """Per node position: row of its way."""
    return np.repeat(np.arange(len(ways.ids)), np.diff(ways.starts)).astype(np.int64)


def _without_repeats(ways: Ways) -> Ways:
    """Drop a node that directly follows itself in a way."""
    owner = _way_of_node(ways)
    keep = np.ones(len(ways.refs), dtype=bool)
    keep[1:] = (ways.refs[1:] != ways.refs[:-1]) | (owner[1:] != owner[:-1])
    counts = np.bincount(owner[keep], minlength=len(ways.ids))
    starts = np.r_[0, np.cumsum(counts)].astype(np.int64)
    return Ways(ways.ids, ways.tags, starts, ways.refs[keep], ways.lon[keep], ways.lat[keep])


def _split(ways: Ways, whole: NDArray[np.bool_]) -> _Segments:
    """Cut each run of known nodes at its ends and at every node that roads use more than once."""
    owner = _way_of_node(ways)
    runs_on = np.zeros(len(owner), dtype=bool)  # this position and the next belong to one run
    runs_on[:-1] = (owner[1:] == owner[:-1]) & whole[1:] & whole[:-1]
    runs_from = np.r_[False, runs_on[:-1]]
    _, inverse, uses = np.unique(ways.refs, return_inverse=True, return_counts=True)
    used_twice = uses[inverse] > 1
    starts = np.flatnonzero(runs_on & (~runs_from | used_twice))
    ends = np.flatnonzero(runs_from & (~runs_on | used_twice))
    return _Segments(owner[starts], starts.astype(np.int64), ends.astype(np.int64))


def _lines(ways: Ways, segments: _Segments) -> GeometryArray:
    """Make one line per segment."""
    counts = segments.last - segments.first + 1
    owner = np.repeat(np.arange(len(counts)), counts)
    offsets = np.cumsum(counts) - counts
    index = np.repeat(segments.first - offsets, counts) + np.arange(len(owner))
    coords = np.column_stack([ways.lon[index], ways.lat[index]])
    return np.asarray(shapely.linestrings(coords, indices=owner), dtype=object)


def _keep(ways: Ways, segments: _Segments, lines: GeometryArray, reading: Reading) -> NDArray[np.bool_]:
    """Leave out segments without length and the later of two segments over the same nodes."""
    ids = np.char.add("w", ways.ids[segments.way].astype(str)) if len(lines) else np.zeros(0, dtype=str)
    long = shapely.length(lines) > 0
    if not long.all():
        reading.warn("W_ZERO_LENGTH", "road segments without length were left out", sorted(set(ids[~long].tolist())))
    twice = long & _repeated(ways, segments)
    if twice.any():
        places = sorted(set(ids[twice].tolist()))
        reading.tell("W_DUPLICATE_ROAD", "road segments over the same nodes as another were left out", places)
    return np.asarray(long & ~twice)


def _repeated(ways: Ways, segments: _Segments) -> NDArray[np.bool_]:
    """Mark segments whose nodes, in either direction, are those of an earlier segment."""
    low = np.minimum(ways.refs[segments.first], ways.refs[segments.last])
    high = np.maximum(ways.refs[segments.first], ways.refs[segments.last])
    count = segments.last - segments.first
    _, group, sizes = np.unique(np.column_stack([low, high, count]), axis=0, return_inverse=True, return_counts=True)
    repeated = np.zeros(len(low), dtype=bool)
    seen: set[tuple[int, ...]] = set()
    for row in np.flatnonzero(sizes[group.ravel()] > 1).tolist():
        nodes = tuple(ways.refs[segments.first[row] : segments.last[row] + 1].tolist())
        key = min(nodes, nodes[::-1])
        repeated[row] = key in seen
        seen.add(key)
    return repeated


def _numbers_within_way(way: IntArray) -> IntArray:
    """Count segments within their way; segments of a way are neighbors."""
    first = np.ones(len(way), dtype=bool)
    first[1:] = way[1:] != way[:-1]
    position = np.arange(len(way))
    return np.asarray(position - np.maximum.accumulate(np.where(first, position, 0)), dtype=np.int64)


def _table(ways: Ways, segments: _Segments, lines: GeometryArray, keep: NDArray[np.bool_]) -> pa.Table:
    """Lay the segments that stay out as a table."""
    way, tags = segments.way[keep], ways.tags
    numbers = _numbers_within_way(segments.way)[keep]
    ids = ways.ids[way].tolist()

    def by_tag(key: str) -> list[str | None]:
        column = [entry.get(key) for entry in tags]
        return [column[row] for row in way.tolist()]

    surface = [surface_of(entry) for entry in tags]
    origin = [origin_of(entry) for entry in tags]
    bridge = np.array([entry.get("bridge") not in _NO for entry in tags], dtype=bool)
    tunnel = np.array([entry.get("tunnel") not in _NO | {"building_passage", "culvert"} for entry in tags], dtype=bool)
    columns = {
        "road_id": pa.array(
            [f"w{number}-{part}" for number, part in zip(ids, numbers.tolist(), strict=True)], pa.string()
        ),
        "way_id": pa.array([f"w{number}" for number in ids], pa.string()),
        "u_ref": ways.refs[segments.first[keep]],
        "v_ref": ways.refs[segments.last[keep]],
        "highway": pa.array(by_tag("highway"), pa.string()),
        "surface": pa.array([surface[row] for row in way.tolist()], pa.string()),
        "surface_tag": pa.array(by_tag("surface"), pa.string()),
        "name": pa.array(by_tag("name"), pa.string()),
        "ref": pa.array(by_tag("ref"), pa.string()),
        "operator": pa.array([a or b for a, b in zip(by_tag("operator"), by_tag("owner"), strict=True)], pa.string()),
        "is_bridge": bridge[way],
        "is_tunnel": tunnel[way],
        "origin": pa.array([origin[row] for row in way.tolist()], pa.string()),
    }
    return make_table(columns, lines[keep])


def way_lines(ways: Ways) -> tuple[GeometryArray, FloatArray]:
    """Make one line per way from its known nodes (None where fewer than two), and its count of missing nodes."""
    whole = ~np.isnan(ways.lon)
    owner = _way_of_node(ways)
    known = np.bincount(owner[whole], minlength=len(ways.ids))
    use = whole & (known[owner] > 1)
    lines = np.full(len(ways.ids), None, dtype=object)
    rows, dense = np.unique(owner[use], return_inverse=True)
    if len(rows):
        lines[rows] = shapely.linestrings(np.column_stack([ways.lon[use], ways.lat[use]]), indices=dense)
    return lines, np.asarray(np.diff(ways.starts) - known, dtype=np.float64)
