"""Make the study `three-rivers`: a real Michigan town inside a seeded synthetic township, with availability.

Run from anywhere: ``python data/make_three_rivers.py EXTRACT`` where EXTRACT is the town's `three_rivers_mi.osm`;
without it the real part is taken back out of `region.osm`, where it lies unchanged. Equal inputs give equal bytes.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from availability import BDC_HEADER, Served, block_of, distance_to, list_rows, number_location
from scipy.spatial import cKDTree
from section_map import FIRST_ID, Sketch, draw_house, draw_street, insert_crossings, insert_vertex
from shapely.geometry import LineString, MultiPoint, Point, Polygon, box, mapping
from synthesis import (
    Extract,
    Floats,
    Projection,
    RoadNet,
    address_of,
    count_units,
    feature,
    lines_of,
    read_extract,
    served_buildings,
    stamp_readme,
    write_features,
    write_table,
)
from township import (
    MILE_M,
    RANKS,
    TOWN_MARGIN_M,
    Draw,
    Grid,
    House,
    Land,
    Spot,
    Street,
    bend,
    lay_sections,
    make_lake,
    ring_lake,
    settle,
    survey,
    wind,
)

FOLDER = Path(__file__).parent / "three-rivers"
UTM = 32616
SEED = 1836
# Nodes at which the town's roads, rivers and railroad end.
WEST_END, EAST_END, NORTH_END, SOUTH_END, SOUTHEAST_END = 1642, 4865, 2747, 2080, 2994
ROCKY_END, JOSEPH_LOWER, JOSEPH_UPPER, PORTAGE_END = 2213, 2239, 2232, 2987
RAIL_NORTH, RAIL_SOUTH = 2083, 3018
OFFICE_NODE = 2748
COLUMNS, ROWS = range(-5, 6), range(-2, 4)
COUNTY_LINE_M = -7000.0
COUNTIES = ("Cass County", "St. Joseph County")
LAKES = (((-2.5, 2.5), (430.0, 290.0)), ((3.5, 2.5), (360.0, 330.0)), ((-3.5, -1.5), (400.0, 260.0)))
HAMLETS = ((-3, 0), (-2, -1), (3, 2), (4, -1), (-4, 2))
AWARD = (3.15, 1.6, 5.2, 3.2)  # miles from the grid's origin: west, south, east, north
WETLANDS = ((-4.4, 1.2), (-1.4, 0.9), (1.6, 2.4), (2.6, -0.5), (4.4, -0.4), (-2.6, -1.6), (-0.5, 2.5), (1.5, -1.6))
CABINETS = ((-2, -1), (-4, 2), (4, -1), (3, 2), (-1, 2))
EXCHANGES = ((-3, 0), (-4, -2))
TOWERS = {72: (-1.6, -1.3), 71: (-2.4, 2.3), 70: (2.5, -1.5)}
IOU, COOP = "Confluence Power Company", "Prairie Ronde Electric Cooperative"
POLE_SPACING_M = 48.0


@dataclass(frozen=True, slots=True)
class Scene:
    """The real town with its projection, and where the grid of sections begins."""

    real: Extract
    projection: Projection
    origin: Spot

    def real_spot(self, node: int, nodes: dict[int, Spot]) -> Spot:
        """Position of a real node, meters."""
        x, y = self.projection.meters([nodes[node]])[0].tolist()
        return x, y

    def miles(self, column: float, row: float) -> Spot:
        """Point in miles from the grid's origin, in meters."""
        return self.origin[0] + column * MILE_M, self.origin[1] + row * MILE_M


def read_nodes(path: Path) -> dict[int, Spot]:
    """Longitude and latitude of every node."""
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE)
    return {node.id: (node.location.lon, node.location.lat) for node in nodes}


def lay_land(scene: Scene, nodes: dict[int, Spot], draw: Draw) -> Land:
    """Lay rivers on from the town's, the railroad through the township, and lakes into sections."""
    at, mile = (lambda node: scene.real_spot(node, nodes)), scene.miles
    rivers = (
        wind([mile(-5.5, 1.5), mile(-3.2, 1.15), mile(-1.2, 0.7), at(ROCKY_END)], 150, 900, draw),
        wind([at(JOSEPH_LOWER), mile(0.55, -1.2), mile(0.75, -2.5)], 110, 1100, draw),
        wind([at(JOSEPH_UPPER), mile(1.9, -0.42), mile(3.5, -0.55), mile(5.6, -0.3)], 150, 1300, draw),
        wind([at(PORTAGE_END), mile(1.45, 1.8), mile(2.1, 3.5)], 130, 800, draw),
    )
    rail = (
        wind([mile(-0.2, 3.6), mile(0.15, 1.6), at(RAIL_NORTH)], 25, 2600, draw),
        wind([at(RAIL_SOUTH), mile(1.2, -0.8), mile(1.5, -2.6)], 25, 2600, draw),
    )
    hull = MultiPoint(scene.projection.meters(sorted(scene.real.position.values()))).convex_hull
    lakes = tuple(make_lake(mile(*center), radii, draw) for center, radii in LAKES)
    return Land(hull.buffer(TOWN_MARGIN_M), rivers, rail, lakes)


def rank_of(way: str, i: int, j: int) -> str:
    """Rank of a section road: the highway west and east of the town, four county roads, the rest local."""
    if way == "row" and ((j == 0 and i < 0) or (j == 1 and i >= 4)):
        return "state"
    if (way, i) in {("column", -3), ("column", 1), ("column", 4)} or (way, j) in {("row", -1), ("row", 2)}:
        return "county"
    return "local"


def join_town(scene: Scene, grid: Grid, nodes: dict[int, Spot], draw: Draw) -> list[Street]:
    """Lead the town's road ends to section corners."""
    leads = (
        (WEST_END, (0, 0), "state", "State Highway 60"),
        (EAST_END, (4, 1), "state", "State Highway 60"),
        (NORTH_END, (1, 2), "county", "North Main Road"),
        (SOUTH_END, (0, -1), "county", "Constantine Road"),
        (SOUTHEAST_END, (2, -1), "county", "South Main Road"),
    )
    return [
        Street(name, dict(RANKS[rank]), bend(scene.real_spot(node, nodes), grid.corners[corner], draw), 9.0)
        for node, corner, rank, name in leads
    ]


def draw_region(scene: Scene, nodes: dict[int, Spot], source: Path) -> tuple[Land, list[Street], dict[str, House]]:
    """Draw the township and write it, with the town, to `region.osm`; houses are named by their OSM reference."""
    draw = Draw(SEED)
    land = lay_land(scene, nodes, draw)
    grid = survey(scene.origin, COLUMNS, ROWS, draw)
    streets = join_town(scene, grid, nodes, draw) + lay_sections(grid, land, rank_of, draw)
    for number, lake in enumerate(land.lakes, start=1):
        streets += ring_lake(lake, streets, number)
    shared = (WEST_END, EAST_END, NORTH_END, SOUTH_END, SOUTHEAST_END, ROCKY_END, JOSEPH_LOWER, JOSEPH_UPPER,
              PORTAGE_END, RAIL_NORTH, RAIL_SOUTH)  # fmt: skip
    sketch = Sketch(scene.projection, {nodes[node]: node for node in shared})
    _draw_land(sketch, land, streets)
    houses = settle(streets, land, [grid.corners[corner] for corner in HAMLETS], draw)
    _draw_driveways(sketch, houses, streets)
    for street in streets:
        draw_street(sketch, street)
    built = {
        f"w{draw_house(sketch, house, 100 + 2 * row, house.tags['building'] == 'farm')}": house
        for row, house in enumerate(houses)
    }
    sketch.write(source, FOLDER / "region.osm")
    return land, streets, built


def _draw_land(sketch: Sketch, land: Land, streets: list[Street]) -> None:
    """Draw rivers, lakes and the railroad with its level crossings."""
    names = ("Rocky River", "Saint Joseph River", "Saint Joseph River", "Portage River")
    for name, river in zip(names, land.rivers, strict=True):
        sketch.add_way(list(river.coords), {"waterway": "river", "name": name})
    for number, lake in enumerate(land.lakes, start=1):
        tags = {"natural": "water", "water": "lake", "name": f"Section Lake {number}"}
        sketch.add_way(list(lake.exterior.coords), tags)
    for track in land.rail:
        xy, crossings = insert_crossings(streets, track)
        sketch.add_way(xy, {"railway": "rail", "name": "Conrail Railroad", "operator": "Prairie Ronde Short Line"})
        for spot in crossings:
            sketch.tag_node(sketch.node(spot), {"railway": "level_crossing"})


def _draw_driveways(sketch: Sketch, houses: list[House], streets: list[Street]) -> None:
    """Draw a private driveway to every house that stands more than 120 m from its road."""
    lines = shapely.STRtree([street.line for street in streets])
    for house in houses:
        door = Point(house.door)
        street = streets[int(lines.query_nearest(door).min())]
        line = street.line
        if line.distance(door) > 120:
            gate = line.interpolate(line.project(door))
            street.xy = insert_vertex(street.xy, (gate.x, gate.y))
            end = LineString([(gate.x, gate.y), house.door]).interpolate(-12.0)
            tags = {"highway": "service", "service": "driveway", "surface": "gravel", "access": "private"}
            sketch.add_way([_same(street.xy, (gate.x, gate.y)), (end.x, end.y)], tags)


def _same(xy: list[Spot], spot: Spot) -> Spot:
    """Vertex of a street nearest to a point, so that the driveway shares it."""
    return min(xy, key=lambda vertex: float(np.hypot(vertex[0] - spot[0], vertex[1] - spot[1])))


@dataclass(frozen=True, slots=True)
class People:
    """Locations: ids, table rows and positions in meters."""

    ids: list[str]
    rows: list[tuple[object, ...]]
    xy: Floats


def list_locations(scene: Scene, built: dict[str, House]) -> People:
    """List the real buildings of the town and the synthetic ones of the township as locations."""
    rows = []
    for building, area in served_buildings(scene.real.buildings, scene.projection):
        at = building.shape.representative_point()
        units = count_units(building.tags, area)
        about = (units, address_of(building.tags), building.tags["building"], "real", building.ref)
        rows.append((round(at.x, 7), round(at.y, 7), *about))
    for row, (ref, house) in enumerate(built.items()):
        lon, lat = scene.projection.degrees([house.door])[0].tolist()
        address = f"{100 + 2 * row} {house.street}"
        rows.append((lon, lat, house.units, address, house.tags["building"], "synthetic", ref))
    taken: set[str] = set()
    listed = sorted((number_location(str(row[-1]), taken), *row) for row in rows)
    xy = scene.projection.meters([(row[1], row[2]) for row in listed])
    return People([row[0] for row in listed], listed, xy)


def lay_plant(scene: Scene, whole: Extract) -> list[dict[str, Any]]:
    """Lay office and trunk fibers along the highway, vertex by vertex, and set the copper cabinets."""
    net = RoadNet(whole, scene.projection, {"primary": 0.5, "secondary": 0.5, "service": 5.0})
    start = scene.projection.meters([whole.position[OFFICE_NODE]])[0]
    made = {"owner": "Prairie Ronde Fiber", "origin": "synthetic"}
    lines = []
    for plant_id, strands, name, end in (("F1", 24, "trunk west", (-3, 0)), ("F2", 36, "trunk east", (5, 1))):
        path = net.path((start[0], start[1]), [scene.miles(*end)])
        xy = [list(whole.position[ref]) for ref in path]
        lines.append(feature("LineString", xy, plant_id=plant_id, kind="fiber", capacity=strands, name=name, **made))
    office = feature("Point", list(whole.position[OFFICE_NODE]), plant_id="CO1", kind="co", capacity=96,
                     name="Central office Three Rivers", **made)  # fmt: skip
    return [office, *lines, *_copper_features(scene)]


def _copper_features(scene: Scene) -> list[dict[str, Any]]:
    """Cabinets and exchanges of the telephone company."""
    return [
        feature("Point", scene.projection.degrees([scene.miles(*spot)])[0].tolist(), plant_id=f"{kind[0].upper()}{row}",
                kind=kind, capacity=0, name=f"{kind} {row}", owner="Prairie Ronde Telephone", origin="synthetic")
        for kind, spots in (("cabinet", CABINETS), ("exchange", EXCHANGES))
        for row, spot in enumerate(spots, start=1)
    ]  # fmt: skip


def survey_service(scene: Scene, people: People, whole: Extract, plant: list[dict[str, Any]]) -> Served:
    """Measure what availability depends on: distances by road and straight, and density."""
    net = RoadNet(whole, scene.projection)
    cabinets, exchanges = (np.array([scene.miles(*spot) for spot in spots]) for spots in (CABINETS, EXCHANGES))
    town = scene.projection.meters([whole.position[OFFICE_NODE]])
    fiber = lines_of(plant, "fiber", scene.projection)
    streets = scene.projection.meters(sorted(scene.real.position.values()))
    return Served(
        people.ids, np.array([row[1] for row in people.rows]), np.array([row[2] for row in people.rows]), people.xy,
        cKDTree(people.xy).query_ball_point(people.xy, 250.0, return_length=True),
        [row[5] in {"commercial", "farm", "industrial", "school"} for row in people.rows],
        *(net.distances(people.xy, np.vstack([spots, town])) for spots in (exchanges, cabinets)),
        distance_to(people.xy, fiber), distance_to(people.xy, MultiPoint(streets).convex_hull),
        {code: distance_to(people.xy, Point(scene.miles(*spot))) for code, spot in TOWERS.items()},
    )  # fmt: skip


def set_poles(scene: Scene, streets: list[Street]) -> list[tuple[object, ...]]:
    """Set poles along the section roads that have a line; the cooperative owns those of the west and north."""
    found = []
    for number, street in enumerate(streets):
        line, middle = street.line, street.line.interpolate(0.5, normalized=True)
        if number % 8 in {3, 6} or street.tags["highway"] == "residential":
            continue
        far = (middle.x - scene.origin[0]) / MILE_M, (middle.y - scene.origin[1]) / MILE_M
        owner = COOP if far[0] < -2 or far[1] > 2 else IOU
        offset = (7.0 + number % 3) * (1 if number % 2 else -1)
        beside = line.offset_curve(offset)
        found += [(beside.interpolate(s), owner) for s in np.arange(20.0, beside.length, POLE_SPACING_M)]
    spots = scene.projection.degrees([(spot.x, spot.y) for spot, _ in found])
    return [
        (f"P{row:05d}", lon, lat, owner, "coop" if owner == COOP else "iou", "synthetic")
        for row, ((lon, lat), (_, owner)) in enumerate(zip(spots.tolist(), found, strict=True), start=1)
    ]


def write_layers(scene: Scene, land: Land, draw: Draw) -> None:
    """Write flood zone, wetlands, counties and the award."""
    names = ("Rocky River", "Saint Joseph River, lower", "Saint Joseph River, upper", "Portage River")
    floods = [
        (line.buffer(draw.between(80, 130)).simplify(4.0), {"name": f"Zone AE, {name}", "zone": "AE"})
        for line, name in zip(land.rivers, names, strict=True)
    ]
    wet = [
        (make_lake(scene.miles(*spot), (draw.between(120, 260), draw.between(90, 200)), draw), _wetland(row))
        for row, spot in enumerate(WETLANDS, start=1)
    ]
    line, south, north = scene.origin[0] + COUNTY_LINE_M, scene.miles(0, -2.8)[1], scene.miles(0, 3.8)[1]
    west, east = scene.miles(-5.8, 0)[0], scene.miles(5.8, 0)[0]
    counties = [
        (box(*sides), {"name": name, "admin_level": "6", "boundary": "administrative"})
        for name, sides in zip(COUNTIES, ((west, south, line, north), (line, south, east, north)), strict=True)
    ]
    award = box(*scene.miles(*AWARD[:2]), *scene.miles(*AWARD[2:]))
    awards = [(award, {"name": "RDOF support area 17 (synthetic)", "program": "RDOF", "award_id": "RDOF-17"})]
    for file, shapes in (("flood", floods), ("wetlands", wet), ("counties", counties), ("award", awards)):
        write_features(FOLDER / f"{file}.geojson", [_area(scene, shape, about) for shape, about in shapes])


def _wetland(number: int) -> dict[str, str]:
    """Attributes of a wetland, in the words of the national inventory."""
    kind = "Freshwater Forested/Shrub Wetland" if number % 2 else "Freshwater Emergent Wetland"
    return {"name": f"Wetland {number}", "WETLAND_TYPE": kind}


def _area(scene: Scene, shape: Polygon, about: dict[str, str]) -> dict[str, Any]:
    """Feature of a polygon in meters, written in degrees."""
    degrees = shapely.transform(shape, scene.projection.degrees)
    return feature("Polygon", mapping(degrees)["coordinates"], **about, origin="synthetic")


def take_out_real(region: Path, target: Path) -> None:
    """Write the real things of an earlier `region.osm` to a file of their own."""
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(region)):
            if thing.id < FIRST_ID:
                writer.add(thing)


def make(source: Path) -> None:
    """Write every file of the study but study.toml."""
    projection, real, nodes = Projection(UTM), read_extract(source), read_nodes(source)
    x, y = projection.meters([nodes[WEST_END]])[0].tolist()
    scene = Scene(real, projection, (x - 500.0, y))
    land, streets, built = draw_region(scene, nodes, source)
    whole = read_extract(FOLDER / "region.osm")
    people, plant = list_locations(scene, built), lay_plant(scene, whole)
    header = ("location_id", "longitude", "latitude", "units", "address", "kind", "origin", "osm_ref")
    write_table(FOLDER / "locations.csv", header, people.rows)
    line_x = scene.origin[0] + COUNTY_LINE_M
    write_table(FOLDER / "bdc.csv", BDC_HEADER, list_rows(survey_service(scene, people, whole, plant), line_x))
    counties = [block_of(xy, line_x)[:5] for xy in people.xy.tolist()]
    origins = [(row[0], row[6], "synthetic", county) for row, county in zip(people.rows, counties, strict=True)]
    write_table(FOLDER / "bdc_origin.csv", ("location_id", "location_origin", "availability_origin", "county"), origins)
    write_features(FOLDER / "plant.geojson", plant)
    header = ("pole_id", "longitude", "latitude", "owner", "owner_kind", "origin")
    write_table(FOLDER / "poles.csv", header, set_poles(scene, streets))
    write_layers(scene, land, Draw(SEED + 1))
    stamp_readme(FOLDER)


def main() -> None:
    """Make the study from the extract named on the command line, or from the real part of what is there."""
    if len(sys.argv) > 1:
        make(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        real = Path(folder) / "real.osm"
        take_out_real(FOLDER / "region.osm", real)
        make(real)


if __name__ == "__main__":
    main()
