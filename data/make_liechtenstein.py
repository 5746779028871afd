"""Make the study `liechtenstein`: locations from the real extract, and synthetic coverage, plant and poles beside them.

Run from anywhere: ``python data/make_liechtenstein.py``. The extract itself is not touched. Coverage follows three
rules and no coin: cable where the houses stand densely in the valley towns, fiber along the served core of the trunk,
and copper whose speed falls with the road distance to the cabinet. Equal inputs give equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree
from synthesis import (
    ADDRESS_NEAR_M,
    Extract,
    Floats,
    Footprint,
    Ints,
    Projection,
    RoadNet,
    address_of,
    count_units,
    feature,
    interpolate,
    lines_of,
    read_extract,
    served_buildings,
    stamp_readme,
    write_features,
    write_table,
)

FOLDER = Path(__file__).parent / "liechtenstein"
UTM = 32632
OFFICE = (9.5096, 47.1671)  # Schaan, Bahnhofstrasse
TRUNK = {
    "F1": ("trunk south", 48, [(9.5222, 47.1367), (9.5239, 47.1162), (9.5141, 47.0793), (9.5083, 47.0730)]),
    "F2": ("trunk north", 24, [(9.5216, 47.1784), (9.5429, 47.2016), (9.5273, 47.2079), (9.5031, 47.2099)]),
}
DUCT = ("D1", "empty duct Meierhofstrasse", 2, [(9.5231, 47.1289), (9.5285, 47.1225), (9.5327, 47.1110)])
MAIN_ROADS = {"primary": 1.0, "secondary": 1.3, "tertiary": 2.0, "residential": 3.0, "unclassified": 3.0}
SETTLEMENTS = {
    "Balzers": (9.5000, 47.0667), "Triesen": (9.5275, 47.1070), "Vaduz": (9.5228, 47.1393),
    "Schaan": (9.5103, 47.1663), "Eschen": (9.5205, 47.2108), "Bendern": (9.5062, 47.2122),
    "Mauren": (9.5435, 47.2180), "Schaanwald": (9.5700, 47.2165), "Nendeln": (9.5430, 47.1974),
    "Ruggell": (9.5263, 47.2398), "Planken": (9.5452, 47.1859), "Schellenberg": (9.5458, 47.2312),
    "Triesenberg": (9.5434, 47.1186), "Rotenboden": (9.5387, 47.1276), "Steg": (9.5766, 47.1118),
    "Malbun": (9.6084, 47.1028),
}  # fmt: skip
CABLE_TOWNS = frozenset({"Balzers", "Triesen", "Vaduz", "Schaan", "Bendern", "Eschen"})
VECTORED_TOWNS = frozenset({"Balzers", "Triesen", "Vaduz", "Schaan"})
VDSL_TOWNS = frozenset({"Nendeln", "Bendern", "Ruggell", "Planken", "Eschen", "Mauren"})
NO_SKY = frozenset({"Steg"})  # a side valley too deep for the satellite
EXCHANGES = ("Schellenberg", "Triesenberg", "Malbun", "Planken", "Ruggell")
DENSITY_RADIUS_M = 250.0
CABLE_DENSITY = 34
FIBER_DENSITY = 8
FIBER_NEAR_M = 150.0
CABINET_SERVES_M = 400.0
CABINET_LEAST = 20
POLE_SPACING_M = 45.0
POLE_ROADS = frozenset({"secondary", "tertiary", "unclassified", "residential"})
POLE_SETTLEMENTS = {
    "Planken": "Alpstrom", "Schellenberg": "Rheintal Netze", "Malbun": "Alpstrom", "Steg": "Alpstrom",
    "Rotenboden": "Alpstrom", "Triesenberg": "Alpstrom", "Ruggell": "Rheintal Netze", "Nendeln": "Rheintal Netze",
}  # fmt: skip
POLE_DENSITY = 14
# Reach curves (meters of line, Mbit/s down, up): ADSL2+ 0.40 mm, VDSL2 17a without and with vectoring.
ADSL = ((300, 25, 1), (900, 23, 1), (1500, 21, 1), (2100, 16, 1), (3000, 8, 0.7), (4500, 3, 0.7), (5200, 1.5, 0.7))
VDSL = ((200, 80, 20), (600, 51, 10), (1200, 24.5, 3), (1800, 18, 3), (2400, 13.3, 3), (3000, 8.7, 3), (3600, 4.1, 3))
VECTORED = ((300, 100, 40), (500, 80, 40), (700, 60, 20), (1000, 40, 20), (1500, 21, 1))
MASTS = (("licensed", 71, (9.5230, 47.2440), 1500.0, 50, 8), ("unlicensed", 70, (9.5330, 47.0750), 4000.0, 20, 2))
CLOSE_M = 200.0


@dataclass(frozen=True, slots=True)
class Town:
    """The locations of the extract: rows for the table, positions in meters, settlement and density of each."""

    ids: list[str]
    rows: list[tuple[object, ...]]
    xy: Floats
    settlement: list[str]
    density: Ints


@dataclass(frozen=True, slots=True)
class Cabinet:
    """A copper cabinet or exchange, at a road node in meters, with the reach curve of its lines."""

    plant_id: str
    kind: str
    at: tuple[float, float]
    curve: tuple[tuple[float, float, float], ...]


def find_locations(extract: Extract, projection: Projection) -> Town:
    """Turn buildings and free addresses into locations."""
    counted = served_buildings(extract.buildings, projection)
    addresses = shapely.points([(lon, lat) for _, lon, lat, _ in extract.addresses])
    rows = [_building_row(building, area, extract, addresses) for building, area in counted]
    houses = shapely.STRtree([projection.shape(building.shape) for building, _ in counted])
    doors = [projection.shape(point) for point in addresses]
    rows += [
        (f"n{node}", round(lon, 7), round(lat, 7), count_units(tags, 0.0), address_of(tags), "address", "osm")
        for (node, lon, lat, tags), door in zip(extract.addresses, doors, strict=True)
        if len(houses.query(door, predicate="dwithin", distance=ADDRESS_NEAR_M)) == 0
    ]
    rows.sort(key=_by_id)
    xy = projection.meters([(float(str(row[1])), float(str(row[2]))) for row in rows])
    names = list(SETTLEMENTS)
    _, nearest = cKDTree(projection.meters(list(SETTLEMENTS.values()))).query(xy)
    density = cKDTree(xy).query_ball_point(xy, DENSITY_RADIUS_M, return_length=True)
    return Town([str(row[0]) for row in rows], rows, xy, [names[row] for row in nearest], density)


def _building_row(building: Footprint, area_m2: float, extract: Extract, addresses: np.ndarray) -> tuple[object, ...]:
    """Table row of a building: a point inside it, units, address."""
    middle = building.shape.centroid
    at = middle if building.shape.contains(middle) else building.shape.representative_point()
    address = address_of(building.tags)
    if not address:
        within = np.flatnonzero(shapely.intersects(building.shape, addresses))
        address = address_of(extract.addresses[within[0]][3]) if len(within) else ""
    units = count_units(building.tags, area_m2)
    return (building.ref, round(at.x, 7), round(at.y, 7), units, address, building.tags["building"], "osm")


def place_cabinets(town: Town, net: RoadNet, projection: Projection) -> list[Cabinet]:
    """Place cabinets where most uncovered houses are within reach, and exchanges in the villages."""
    found = []
    names = np.array(town.settlement)
    for prefix, towns, curve in (("V", VECTORED_TOWNS, VECTORED), ("C", VDSL_TOWNS, VDSL)):
        xy = town.xy[np.isin(names, sorted(towns))]
        spots = net.xy[np.unique(net.nearest(xy)[1])]
        for number, spot in enumerate(_cover(spots, xy), start=1):
            found.append(Cabinet(f"{prefix}{number:02d}", "cabinet", spot, curve))
    for number, name in enumerate(EXCHANGES, start=1):
        node = net.xy[net.nearest(projection.meters([SETTLEMENTS[name]]))[1][0]]
        found.append(Cabinet(f"E{number:02d}", "exchange", (float(node[0]), float(node[1])), ADSL))
    return found


def _cover(spots: Floats, xy: Floats) -> list[tuple[float, float]]:
    """Greedy cover: the spot with most uncovered houses, again, until too few are left."""
    reach = [frozenset(rows) for rows in cKDTree(xy).query_ball_point(spots, CABINET_SERVES_M)]
    open_rows, chosen = set(range(len(xy))), []
    while True:
        best = max(range(len(spots)), key=lambda spot: (len(reach[spot] & open_rows), -spot))
        if len(reach[best] & open_rows) < CABINET_LEAST:
            return chosen
        open_rows -= reach[best]
        chosen.append((float(spots[best][0]), float(spots[best][1])))


def offer_service(
    town: Town, cabinets: list[Cabinet], trunk: shapely.Geometry, net: RoadNet, projection: Projection
) -> list[tuple[object, ...]]:
    """List what every location can order, by technology."""
    offers: list[tuple[object, ...]] = []
    near_trunk = shapely.distance(trunk, shapely.points(town.xy))
    for row, name in enumerate(town.ids):
        if town.settlement[row] in CABLE_TOWNS and town.density[row] >= CABLE_DENSITY:
            offers.append((name, 40, 300, 50, 1))
        if near_trunk[row] <= FIBER_NEAR_M and town.density[row] >= FIBER_DENSITY:
            offers.append((name, 50, 1000, 1000, 1))
        if town.settlement[row] not in NO_SKY:
            offers.append((name, 60, 20, 2, 0))
    offers += _copper(town, cabinets, net)
    for _, technology, mast, reach_m, down, up in MASTS:
        away = np.hypot(*(town.xy - projection.meters([mast])).T)
        offers += [(town.ids[row], technology, down, up, 1) for row in np.nonzero(away <= reach_m)[0]]
    return sorted(((*offer, "synthetic") for offer in offers), key=lambda offer: (_by_id(offer), offer[1]))


def _by_id(row: tuple[object, ...]) -> tuple[str, int]:
    """Sort key of a row that begins with an id such as w123."""
    return str(row[0])[0], int(str(row[0])[1:])


def _copper(town: Town, cabinets: list[Cabinet], net: RoadNet) -> list[tuple[object, ...]]:
    """Best copper line per location: for each kind of cabinet the speed at its road distance."""
    best: dict[str, tuple[float, float]] = {}
    for curve in (VECTORED, VDSL, ADSL):
        sources = np.array([cabinet.at for cabinet in cabinets if cabinet.curve is curve])
        meters = net.distances(town.xy, sources)
        for name, distance in zip(town.ids, meters, strict=True):
            speed = interpolate(curve, float(distance))
            if speed is not None and speed > best.get(name, (0.0, 0.0)):
                best[name] = speed
    return [(name, 10, down, up, 1) for name, (down, up) in best.items()]


def lay_plant(extract: Extract, projection: Projection) -> list[dict[str, Any]]:
    """Lay the office, the trunk fibers and the duct on road vertices."""
    net = RoadNet(extract, projection, {"service": 6.0, "track": 9.0} | MAIN_ROADS)
    start = tuple(projection.meters([OFFICE])[0])
    owner = {"owner": "Landnetz AG", "origin": "synthetic"}
    lines = []
    for plant_id, (name, strands, stops) in TRUNK.items():
        path = net.path(start, [tuple(stop) for stop in projection.meters(stops)])
        lines.append(_line(extract, path, plant_id=plant_id, kind="fiber", capacity=strands, name=name, **owner))
    first, *stops = (tuple(stop) for stop in projection.meters(DUCT[3]))
    path = net.path(first, stops)
    lines.append(_line(extract, path, plant_id=DUCT[0], kind="duct", capacity=DUCT[2], name=DUCT[1], **owner))
    office = lines[0]["geometry"]["coordinates"][0]
    about = {"plant_id": "CO1", "kind": "co", "capacity": 96, "name": "Central office Schaan", **owner}
    return [feature("Point", office, **about), *lines]


def _line(extract: Extract, path: list[int], **properties: object) -> dict[str, object]:
    """Feature along road nodes, with the extract's own coordinates."""
    return feature("LineString", [[round(x, 7) for x in extract.position[ref]] for ref in path], **properties)


def list_cabinets(cabinets: list[Cabinet], projection: Projection) -> list[dict[str, Any]]:
    """Features of the cabinets and exchanges."""
    kinds = {VECTORED: "VDSL2 vectored", VDSL: "VDSL2 17a", ADSL: "ADSL2+"}
    return [
        feature(
            "Point", projection.degrees([cabinet.at])[0].tolist(), plant_id=cabinet.plant_id, kind=cabinet.kind,
            capacity=0, name=f"{kinds[cabinet.curve]} {cabinet.plant_id}", owner="Landnetz AG", origin="synthetic",
        )
        for cabinet in cabinets
    ]  # fmt: skip


def set_poles(extract: Extract, town: Town, projection: Projection) -> list[tuple[object, ...]]:
    """Set wooden distribution poles beside rural roads, every 45 m, 6 to 10 m off the middle of the road."""
    houses = cKDTree(town.xy)
    names, centers = list(SETTLEMENTS), cKDTree(projection.meters(list(SETTLEMENTS.values())))
    found: list[tuple[float, float, str]] = []
    for road in sorted(extract.roads, key=lambda road: road.way_id):
        line = shapely.LineString(projection.meters([extract.position[ref] for ref in road.nodes]))
        middle = line.interpolate(0.5, normalized=True)
        owner = POLE_SETTLEMENTS.get(names[centers.query((middle.x, middle.y))[1]])
        if owner and _carries_poles(road.tags, line, houses):
            found += [(*spot, owner) for spot in _beside(line, road.way_id)]
    return [
        (f"P{number:04d}", *projection.degrees([(x, y)])[0].tolist(), owner, "synthetic")
        for number, (x, y, owner) in enumerate(found, start=1)
    ]


def _carries_poles(tags: object, line: shapely.LineString, houses: cKDTree) -> bool:
    """Tell a rural road with houses not too far: no tunnel or bridge, few houses close by."""
    known = dict(tags)  # type: ignore[call-overload]
    if known["highway"] not in POLE_ROADS or "tunnel" in known or "bridge" in known or line.length < 120:
        return False
    middle = line.interpolate(0.5, normalized=True)
    close = len(houses.query_ball_point((middle.x, middle.y), DENSITY_RADIUS_M))
    return close <= POLE_DENSITY or known["highway"] != "residential"


def _beside(line: shapely.LineString, way_id: int) -> list[tuple[float, float]]:
    """Points along one side of a road; side and offset follow from the way's id."""
    side = 1.0 if way_id % 2 else -1.0
    offset = side * (6.0 + way_id % 5)
    spots = []
    for along in np.arange(POLE_SPACING_M / 2, line.length, POLE_SPACING_M):
        ahead, behind = line.interpolate(min(along + 1, line.length)), line.interpolate(max(along - 1, 0))
        at = line.interpolate(along)
        run = max(float(np.hypot(ahead.x - behind.x, ahead.y - behind.y)), 1e-9)
        spots.append((at.x - (ahead.y - behind.y) / run * offset, at.y + (ahead.x - behind.x) / run * offset))
    return spots


def main() -> None:
    """Write every file of the study but study.toml."""
    projection = Projection(UTM)
    extract = read_extract(FOLDER / "region.osm.pbf")
    net = RoadNet(extract, projection)
    town = find_locations(extract, projection)
    cabinets = place_cabinets(town, net, projection)
    plant = lay_plant(extract, projection)
    trunk = lines_of(plant, "fiber", projection)
    columns = ("location_id", "longitude", "latitude", "units", "address", "kind", "origin")
    write_table(FOLDER / "locations.csv", columns, town.rows)
    columns = ("location_id", "technology", "down_mbps", "up_mbps", "low_latency", "origin")
    write_table(FOLDER / "coverage.csv", columns, offer_service(town, cabinets, trunk, net, projection))
    write_features(FOLDER / "plant.geojson", plant + list_cabinets(cabinets, projection))
    columns = ("pole_id", "longitude", "latitude", "owner", "origin")
    write_table(FOLDER / "poles.csv", columns, set_poles(extract, town, projection))
    stamp_readme(FOLDER)


if __name__ == "__main__":
    main()
