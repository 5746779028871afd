"""Collect what a route may cross, enter or use from an OSM extract: rail, water, land, lines, poles, boundaries."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from expansion.sources.exchange import GeometryArray, Reading, make_table
from expansion.sources.gate import make_areas
from expansion.sources.limits import repair_time
from expansion.sources.osm_roads import way_lines
from expansion.sources.osm_scan import Nodes, Scan, Tags

_RAILWAYS = frozenset({"rail", "light_rail", "narrow_gauge", "disused", "abandoned", "preserved", "subway"})
_WATERWAYS = frozenset({"river", "stream", "canal", "drain", "ditch", "tidal_channel", "fairway"})
_WATER_LAND = frozenset({"reservoir", "basin", "salt_pond"})
_UNDERGROUND = frozenset({"underground", "underwater", "indoor"})
_HARD_GROUND = frozenset({"bare_rock", "scree", "shingle"})
_MATTERS = (
    "access", "admin_level", "aeroway", "amenity", "boat",
    "border_type", "boundary", "bridge", "designation", "electrified",
    "flood_prone", "heritage", "highway", "historic", "intermittent",
    "landuse", "layer", "leisure", "location", "man_made",
    "military", "natural", "navigable", "network", "operator", "operator:type", "origin", "owner", "ownership", "power",
    "protect_class", "protection_title", "railway", "railway:preserved",
    "ref", "ref:fips", "ref:nrhp", "ref:tiger", "service",
    "source", "substance", "tidal", "tracks", "tunnel", "type",
    "usage", "voltage", "water", "waterway", "wetland", "width",
    "wikidata",
)  # fmt: skip

# A kind, its subtype, and whether a closed way of it is an area.
Sort = tuple[str, str | None, bool]


def sort_of(tags: Tags) -> list[Sort]:
    """Say what an element is to a planner: kind, subtype, and whether a closed outline of it is an area."""
    found: list[Sort] = []
    for rule in (_rail, _water, _land, _ground, _lines, _historic, _boundary):
        sort = rule(tags)
        if sort is not None:
            found.append(sort)
    return found


def _rail(tags: Tags) -> Sort | None:
    railway = tags.get("railway", "")
    return ("rail", railway, False) if railway in _RAILWAYS else None


def _water(tags: Tags) -> Sort | None:
    waterway = tags.get("waterway", "")
    if waterway in _WATERWAYS:
        return "water", waterway, tags.get("area") == "yes"
    if tags.get("natural") == "wetland":
        return "wetland", tags.get("wetland"), True
    if waterway == "riverbank" or tags.get("natural") == "water":
        return "water", tags.get("water") or ("river" if waterway else "water"), True
    if tags.get("landuse") in _WATER_LAND:
        return "water", tags["landuse"], True
    return ("flood", "flood_prone", True) if tags.get("flood_prone") == "yes" else None


def _land(tags: Tags) -> Sort | None:
    boundary = tags.get("boundary", "")
    if boundary in {"protected_area", "national_park"} or tags.get("leisure") == "nature_reserve":
        return "protected", tags.get("protect_class") or boundary or "nature_reserve", True
    if boundary in {"aboriginal_lands", "indigenous_administration"}:
        return "tribal", boundary, True
    if tags.get("landuse") == "military" or "military" in tags:
        return "military", tags.get("military"), True
    if tags.get("aeroway") == "aerodrome":
        return "airport", tags.get("aerodrome:type") or tags.get("aerodrome"), True
    return None


def _ground(tags: Tags) -> Sort | None:
    """Sort ground that is hard to dig in, so far as it is mapped as an area."""
    natural = tags.get("natural", "")
    return ("ground", natural, True) if natural in _HARD_GROUND else None


def _lines(tags: Tags) -> Sort | None:
    """Sort lines and poles. A ``power=tower`` carries transmission and is crossed, never used: it is no pole."""
    if tags.get("man_made") == "pipeline" and "waterway" not in tags:  # a stream in a pipe is a stream
        return "pipeline", tags.get("substance"), False
    if tags.get("power") == "line":
        return "powerline", f"{tags['voltage']} V" if "voltage" in tags else None, False
    if tags.get("power") == "pole" or tags.get("man_made") == "utility_pole":
        return "pole", tags.get("power") or "utility_pole", False
    return None


def _historic(tags: Tags) -> Sort | None:
    historic = tags.get("historic", "no")
    return ("historic", historic, True) if historic != "no" else None


def _boundary(tags: Tags) -> Sort | None:
    if tags.get("boundary") != "administrative":
        return None
    level = tags.get("admin_level", "")
    return "boundary", f"level {level}" if level else None, True


def read_features(scan: Scan, name: str, reading: Reading) -> pa.Table:
    """Make the table of features in EPSG:4326.

    Parameters
    ----------
    scan
        The extract.
    name
        Its name, for findings.
    reading
        Takes the findings: boundaries and areas that do not close.
    """
    rows: list[tuple[str, Sort, Tags, object]] = [
        *_node_features(scan.nodes), *_line_poles(scan), *_way_features(scan),
    ]  # fmt: skip
    open_relations: list[str] = []
    for number, tags, shape in zip(
        scan.relations.ids.tolist(), scan.relations.tags, scan.relations.shapes, strict=True
    ):
        for sort in sort_of(tags):
            if shape is None:
                open_relations.append(f"r{number}")
            else:
                rows.append((f"r{number}", sort, tags, shape))
    if open_relations:
        text = f"{name}: areas and boundaries do not close within the extract; they were left out"
        reading.warn(
            "W_BOUNDARY_OPEN", text, sorted(set(open_relations)), repair="take an extract that holds them whole"
        )
    return _table(rows)


def _node_features(nodes: Nodes) -> Iterable[tuple[str, Sort, Tags, object]]:
    kinds = {"pole", "historic", "airport"}
    for number, lon, lat, tags in zip(
        nodes.ids.tolist(), nodes.lon.tolist(), nodes.lat.tolist(), nodes.tags, strict=True
    ):
        for sort in sort_of(tags):
            if sort[0] in kinds:
                yield f"n{number}", sort, tags, shapely.Point(lon, lat)


def _line_poles(scan: Scan) -> Iterable[tuple[str, Sort, Tags, object]]:
    """Nodes of ``power=minor_line``, which stand for its poles, each once, with the line's tags and owner.

    A node that says of itself what it is (a pole, a tower, a transformer, a house) is left to its own tags.
    """
    told, last = set(scan.nodes.ids.tolist()), ("pole", "minor_line", False)
    lines = scan.ways.where(_is_overhead)
    for row, tags in enumerate(lines.tags):
        here = slice(int(lines.starts[row]), int(lines.starts[row + 1]))
        places = zip(lines.refs[here].tolist(), lines.lon[here].tolist(), lines.lat[here].tolist(), strict=True)
        for node, lon, lat in places:
            if node not in told and np.isfinite(lon):
                told.add(node)
                yield f"n{node}", last, {key: tags[key] for key in tags if key != "name"}, shapely.Point(lon, lat)


def _is_overhead(tags: Tags) -> bool:
    """Tell whether a way is a line on poles that cable may hang on."""
    buried = tags.get("location") in _UNDERGROUND or tags.get("tunnel", "no") != "no"
    return tags.get("power") == "minor_line" and not buried


def _way_features(scan: Scan) -> Iterable[tuple[str, Sort, Tags, object]]:
    """Ways of interest: an area where the way closes and its kind is one, else a line.

    A boundary that is only a line belongs to relations and is no feature of its own; nor is a closed one without a
    name, which is the ring of an exclave.
    """
    ways = scan.ways.where(lambda tags: bool(sort_of(tags)))
    lines, _ = way_lines(ways)
    closed = shapely.is_closed(lines) & (shapely.get_num_points(lines) >= 4)
    for row, (number, tags) in enumerate(zip(ways.ids.tolist(), ways.tags, strict=True)):
        for sort in sort_of(tags):
            shape = _way_shape(lines[row], sort, tags, is_ring=bool(closed[row]))
            if shape is not None:
                yield f"w{number}", sort, tags, shape


def _way_shape(line: Any, sort: Sort, tags: Tags, *, is_ring: bool) -> Any:
    """Return the area or line of a way, None where it is no feature of this kind by itself."""
    kind, _, may_be_area = sort
    if kind == "boundary" and "name" not in tags:
        return None
    if is_ring and may_be_area:
        return shapely.Polygon(line)
    is_line = line is not None and shapely.length(line) > 0
    return line if is_line and kind not in {"boundary", "tribal", "protected"} else None


def _table(rows: list[tuple[str, Sort, Tags, object]]) -> pa.Table:
    """Lay the rows as a table; an element of two kinds keeps its id for the first and adds the kind to the others.

    Outlines that enclose nothing are no features.
    """
    shapes = _canonical([shape for *_, shape in rows])
    keep = ~shapely.is_empty(shapes)
    shapes, rows = shapes[keep], [rows[row] for row in np.flatnonzero(keep).tolist()]
    seen: set[str] = set()
    ids = []
    for element, sort, _, _ in rows:
        ids.append(element if element not in seen else f"{element}-{sort[0]}")
        seen.add(element)
    columns = {
        "feature_id": pa.array(ids, pa.string()),
        "kind": pa.array([sort[0] for _, sort, _, _ in rows], pa.string()),
        "subtype": pa.array([sort[1] for _, sort, _, _ in rows], pa.string()),
        "name": pa.array([tags.get("name") for _, _, tags, _ in rows], pa.string()),
        "authority": pa.array([tags.get("operator") or tags.get("owner") for _, _, tags, _ in rows], pa.string()),
        "attributes": pa.array([attributes_of(tags) for _, _, tags, _ in rows], pa.string()),
        "source": pa.array(["osm"] * len(rows), pa.string()),
        "confidence": pa.array(["medium"] * len(rows), pa.string()),
    }
    return make_table(columns, shapes)


def _canonical(shapes: list[object]) -> GeometryArray:
    """Repair areas and start every ring at the same corner, whatever the order of nodes; lines keep their direction."""
    made = np.array([*shapes, None], dtype=object)[:-1]
    areas = shapely.get_dimensions(made) == 2
    broken = areas & ~shapely.is_valid(made)
    with repair_time():
        made[broken] = make_areas(made[broken])
    made[areas] = shapely.normalize(made[areas])
    single = areas & (shapely.get_type_id(made) == 6) & (shapely.get_num_geometries(made) == 1)
    made[single] = shapely.get_geometry(made[single], 0)
    return made


def attributes_of(tags: Tags) -> str:
    """Keep the tags that matter to permits as JSON with sorted keys."""
    return json.dumps({key: tags[key] for key in _MATTERS if key in tags}, sort_keys=True, ensure_ascii=False)
