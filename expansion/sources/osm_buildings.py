"""Turn buildings and addresses into serviceable locations by a stated rule.

A building is a location when

1. its outline closes, its tag ``building`` is not among `NOT_SERVED` (garages, sheds, barns, ruins …) and it is not
   tagged as disused, abandoned, ruined or a power installation;
2. its footprint is at least the study's ``demand.min_building_m2``;
3. it is no outbuilding: a plain ``building=yes`` under 60 m² without an address of its own, within 25 m of a building
   of at least 60 m² that meets 1 and 2.

Its units are, in this order: the tags ``building:flats``, ``building:units``, ``addr:flats``; for apartments one per
100 m² of floor (footprint × ``building:levels``, 2 where unknown), at least 2 and at most 500; else the number of
address nodes inside, at least 1. Its point is the centroid where that lies inside, else a point on its surface.

An address node inside a location's outline, or within 20 m of one that has no address, gives that location its address;
any other address node is a location of its own (a house that nobody has drawn yet).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from expansion.sources.exchange import GeometryArray, Reading, make_table
from expansion.sources.gate import make_areas
from expansion.sources.limits import repair_time
from expansion.sources.osm_roads import origin_of
from expansion.sources.osm_scan import FloatArray, IntArray, Nodes, Relations, Scan, Tags, Ways

NOT_SERVED = frozenset(
    {
        "no", "garage", "garages", "carport", "shed", "roof", "greenhouse", "barn", "ruins", "construction", "cowshed",
        "sty", "stable", "farm_auxiliary", "silo", "storage_tank",
        "tank", "container", "digester", "bunker", "collapsed",
        "transformer_tower", "service", "toilets", "grandstand", "parking",
        "hangar", "bridge", "ship", "tent", "proposed",
        "demolished", "abandoned", "disused", "allotment_house", "boathouse", "outbuilding", "slurry_tank", "pylon",
        "water_tower", "chimney", "wall", "shrine", "wayside_shrine", "hut", "chapel", "kiosk", "gazebo", "pavilion",
        "sports_hall_roof", "mobile_toilet", "tower", "cellar", "storage", "static_caravan_shed", "animal_shelter",
        "canopy", "lock_house", "pumping_station", "substation", "technical", "carports", "conservatory",
    }
)  # fmt: skip
_STATES = ("abandoned", "disused", "ruins", "demolished")
OUTBUILDING_M2 = 60.0
OUTBUILDING_NEAR_M = 25.0
ADDRESS_NEAR_M = 20.0
M2_PER_FLAT = 100.0
MOST_UNITS = 500


@dataclass(frozen=True, slots=True)
class _Buildings:
    """Outlines that close, with their element id, tags and footprint in m²; `meters` is the outline in meters."""

    ids: list[str]
    tags: list[Tags]
    outlines: GeometryArray
    meters: GeometryArray
    area_m2: FloatArray

    def take(self, keep: NDArray[np.bool_]) -> _Buildings:
        rows = np.flatnonzero(keep).tolist()
        ids, tags = [self.ids[row] for row in rows], [self.tags[row] for row in rows]
        return _Buildings(ids, tags, self.outlines[keep], self.meters[keep], self.area_m2[keep])


def read_building_locations(scan: Scan, name: str, min_area_m2: float, reading: Reading) -> pa.Table:
    """Make the table of locations from buildings and address nodes, in EPSG:4326.

    Parameters
    ----------
    scan
        The extract.
    name
        Its name, for findings.
    min_area_m2
        Smallest footprint that counts.
    reading
        Takes the findings: outlines that do not close.
    """
    addresses = _address_nodes(scan.nodes)
    meters = _equal_area(scan)
    buildings = _outlines(scan, name, meters, reading)
    served = buildings.take(_is_served(buildings, min_area_m2))
    points = _points_inside(served.outlines)
    inside, owner = _join_addresses(served, addresses, meters)
    locations = _building_rows(served, addresses, owner, inside)
    lone = np.flatnonzero(owner < 0)
    places = np.r_[points, shapely.points(addresses.lon[lone], addresses.lat[lone])]
    for row in lone.tolist():
        tags = addresses.tags[row]
        locations.append((f"n{addresses.ids[row]}", _stated_units(tags) or 1, None, address_of(tags), origin_of(tags)))
    return _table(locations, places)


def _table(rows: list[tuple[str, int, str | None, str | None, str]], places: GeometryArray) -> pa.Table:
    names = (
        ("location_id", pa.string()),
        ("units", pa.int64()),
        ("kind", pa.string()),
        ("address", pa.string()),
        ("origin", pa.string()),
    )
    columns = {label: pa.array([row[at] for row in rows], kind) for at, (label, kind) in enumerate(names)}
    return make_table(columns, places)


def _equal_area(scan: Scan) -> Transformer:
    """Lambert's equal-area projection about the extract's middle degree: true areas, near-true short distances."""
    lon, lat = scan.ways.lon[~np.isnan(scan.ways.lon)], scan.ways.lat[~np.isnan(scan.ways.lat)]
    west, south = (lon.min(), lat.min()) if len(lon) else (0.0, 0.0)
    east, north = (lon.max(), lat.max()) if len(lon) else (0.0, 0.0)
    center = f"+lat_0={round((south + north) / 2)} +lon_0={round((west + east) / 2)}"
    return Transformer.from_crs("EPSG:4326", f"+proj=laea {center} +ellps=WGS84 +units=m", always_xy=True)


def _outlines(scan: Scan, name: str, meters: Transformer, reading: Reading) -> _Buildings:
    """Collect the outlines of building ways and relations."""
    ways = scan.ways.where(lambda tags: "building" in tags)
    closed = _is_closed(ways)
    _tell_open(ways, closed, name, reading)
    ways = ways.take(np.flatnonzero(closed).astype(np.int64))
    rings = _rings(ways)
    of_relation = _building_relations(scan.relations)
    ids = [f"w{way}" for way in ways.ids.tolist()] + [f"r{scan.relations.ids[row]}" for row in of_relation]
    tags = ways.tags + [scan.relations.tags[row] for row in of_relation]
    outlines = np.r_[rings, scan.relations.shapes[of_relation]]
    broken = ~shapely.is_valid(outlines)
    with repair_time():
        outlines[broken] = make_areas(outlines[broken])
    in_meters = shapely.transform(outlines, lambda x, y: meters.transform(x, y), interleaved=False)
    return _Buildings(ids, tags, outlines, in_meters, shapely.area(in_meters))


def _is_closed(ways: Ways) -> NDArray[np.bool_]:
    """Mark ways that end where they start, have a ring's four nodes and miss none."""
    missing = (
        np.add.reduceat(np.r_[np.isnan(ways.lon), False].astype(int), ways.starts[:-1])
        if len(ways.ids)
        else np.zeros(0)
    )
    first, last = ways.starts[:-1], ways.starts[1:] - 1
    return np.asarray((np.diff(ways.starts) >= 4) & (ways.refs[first] == ways.refs[last]) & (missing == 0))


def _tell_open(ways: Ways, closed: NDArray[np.bool_], name: str, reading: Reading) -> None:
    if not closed.all():
        places = [f"w{way}" for way in ways.ids[~closed].tolist()]
        reading.tell("W_BUILDING_OPEN", f"{name}: building outlines that do not close were left out", places)


def _rings(ways: Ways) -> GeometryArray:
    owner = np.repeat(np.arange(len(ways.ids)), np.diff(ways.starts))
    coords = np.column_stack([ways.lon, ways.lat])
    return np.asarray(shapely.polygons(shapely.linearrings(coords, indices=owner)), dtype=object)


def _building_relations(relations: Relations) -> list[int]:
    """Rows of relations that are buildings and whose area was assembled."""
    whole = [shape is not None for shape in relations.shapes]
    return [row for row, tags in enumerate(relations.tags) if whole[row] and "building" in tags]


def _is_served(buildings: _Buildings, min_area_m2: float) -> NDArray[np.bool_]:
    """Apply the three rules of the module's docstring."""
    right_kind = np.array([_has_service(tags) for tags in buildings.tags], dtype=bool)
    served = right_kind & (buildings.area_m2 >= min_area_m2) & (buildings.area_m2 > 0)
    plain = np.array([tags["building"] == "yes" and not address_of(tags) for tags in buildings.tags], dtype=bool)
    small = np.flatnonzero(served & plain & (buildings.area_m2 < OUTBUILDING_M2))
    main = np.flatnonzero(served & (buildings.area_m2 >= OUTBUILDING_M2))
    tree = shapely.STRtree(buildings.meters[main])
    near = tree.query(buildings.meters[small], predicate="dwithin", distance=OUTBUILDING_NEAR_M)[0]
    served[small[np.unique(near)]] = False
    return served


def _has_service(tags: Tags) -> bool:
    """Say whether a building of this kind is one that a provider could serve."""
    if tags["building"] in NOT_SERVED or "power" in tags or tags.get("man_made") in {"storage_tank", "silo", "tower"}:
        return False
    return not any(tags.get(state, "no") != "no" for state in _STATES)


def _points_inside(outlines: GeometryArray) -> GeometryArray:
    """Return the centroid where it lies inside, else a point on the surface; rounded as OSM coordinates are."""
    points = np.asarray(shapely.centroid(outlines), dtype=object)
    outside = ~shapely.contains(outlines, points)
    points[outside] = shapely.point_on_surface(outlines[outside])
    return np.asarray(shapely.points(np.round(shapely.get_coordinates(points), 8)), dtype=object)


def _address_nodes(nodes: Nodes) -> Nodes:
    rows = [row for row, tags in enumerate(nodes.tags) if address_of(tags) and "highway" not in tags]
    index = np.array(rows, dtype=np.int64)
    return Nodes(nodes.ids[index], nodes.lon[index], nodes.lat[index], [nodes.tags[row] for row in rows])


def _join_addresses(served: _Buildings, nodes: Nodes, meters: Transformer) -> tuple[NDArray[np.bool_], IntArray]:
    """Per address node: does it lie inside a building, and which building it belongs to (-1 for none)."""
    owner = np.full(len(nodes.ids), -1, dtype=np.int64)
    points = shapely.points(*meters.transform(nodes.lon, nodes.lat))
    node, building = shapely.STRtree(served.meters).query(points, predicate="intersects")
    order = np.lexsort((-building, node))  # a node on a shared wall goes to the first building
    owner[node[order]] = building[order]
    inside = owner >= 0
    bare = np.array([not address_of(tags) for tags in served.tags], dtype=bool)
    bare[owner[inside]] = False
    rows, loose = np.flatnonzero(bare), np.flatnonzero(~inside)
    near = shapely.STRtree(served.meters[rows]).query(points[loose], predicate="dwithin", distance=ADDRESS_NEAR_M)
    _pair_nearest(loose[near[0]], rows[near[1]], points, served.meters, owner)
    return inside, owner


def _pair_nearest(
    node: IntArray, building: IntArray, points: GeometryArray, outlines: GeometryArray, owner: IntArray
) -> None:
    """Give each loose address node the nearest bare building, each building one node, nearest pairs first."""
    distance = np.round(shapely.distance(points[node], outlines[building]), 3)
    taken: set[int] = set()
    for pair in np.lexsort((building, node, distance)).tolist():
        who, what = int(node[pair]), int(building[pair])
        if owner[who] < 0 and what not in taken:
            owner[who] = what
            taken.add(what)


def _building_rows(
    served: _Buildings, nodes: Nodes, owner: IntArray, inside: NDArray[np.bool_]
) -> list[tuple[str, int, str | None, str | None, str]]:
    """Return id, units, kind, address, origin per building."""
    first: dict[int, str | None] = {}
    for row in np.flatnonzero(owner >= 0).tolist():
        first.setdefault(int(owner[row]), address_of(nodes.tags[row]))
    doors = np.bincount(owner[inside], minlength=len(served.ids))
    rows = []
    for row, (name, tags) in enumerate(zip(served.ids, served.tags, strict=True)):
        kind = tags["building"] if tags["building"] != "yes" else None
        units = units_of(tags, float(served.area_m2[row]), int(doors[row]))
        rows.append((name, units, kind, address_of(tags) or first.get(row), origin_of(tags)))
    return rows


def address_of(tags: Tags) -> str | None:
    """Write the street address of an element in one line, or None where it has none."""
    door = tags.get("addr:housenumber") or tags.get("addr:housename")
    if not door:
        return None
    street = tags.get("addr:street") or tags.get("addr:place") or ""
    town = " ".join(part for part in (tags.get("addr:postcode"), tags.get("addr:city")) if part)
    return ", ".join(part for part in (f"{street} {door}".strip(), town) if part)


def units_of(tags: Tags, area_m2: float, doors: int) -> int:
    """Count the units of a building by the rule of the module's docstring."""
    stated = _stated_units(tags)
    if stated:
        return stated
    if tags.get("building") == "apartments":
        floors = _positive(tags.get("building:levels", "")) or 2.0
        return int(min(max(round(area_m2 * floors / M2_PER_FLAT), 2, doors), MOST_UNITS))
    return min(max(doors, 1), MOST_UNITS)


def _stated_units(tags: Tags) -> int:
    """Units that the tags state; 0 where they state none."""
    for key in ("building:flats", "building:units"):
        number = int(_positive(tags.get(key, "")))
        if number:
            return min(number, 100_000)
    return min(count_flats(tags.get("addr:flats", "")), 100_000)


def count_flats(text: str) -> int:
    """Count flats in ``1-10``, ``1;2;7`` or ``A-C``: a range of numbers counts its members, anything else one."""
    total = 0
    for part in filter(None, (piece.strip() for piece in re.split(r"[;,]", text))):
        ends = re.fullmatch(r"(\d{1,6})\s*-\s*(\d{1,6})", part)
        total += max(int(ends[2]) - int(ends[1]) + 1, 1) if ends else 1
    return total


def _positive(text: str) -> float:
    """Read a positive number with no sign or exponent; 0 where the text is none."""
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text.strip()) else 0.0
