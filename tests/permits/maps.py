"""Small maps drawn by hand: roads become a graph, features and rules the inputs."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from expansion.plan.graph import EDGES, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.specs_inputs import FEATURES, LOCATIONS_IN, PLANT, ROADS
from expansion.plan.technology import STATIONS
from expansion.rulebook import PermitRule, load_rulebook
from expansion.study import parse_study

METERS = CRS.from_epsg(32632)
GENERIC = load_rulebook("generic")
ORIGIN = np.array([500_000.0, 5_200_000.0])


@dataclass(frozen=True)
class Road:
    """A road; each is one edge of the graph."""

    name: str
    line: list
    highway: str = "residential"
    ref: str | None = None
    operator: str | None = None
    surface: str | None = "paved"
    bridge: bool = False
    tunnel: bool = False
    lateral: bool = False


@dataclass(frozen=True)
class Feature:
    """A feature: two or more positions make a line, a closed ring of four or more an area, one a point."""

    id: str
    kind: str
    at: list
    subtype: str | None = None
    name: str | None = None
    authority: str | None = None
    attributes: str = "{}"

    def shape(self):
        at = np.array(self.at, dtype=float).reshape(-1, 2) + ORIGIN
        if len(at) == 1:
            return shapely.Point(at[0])
        closed = len(at) > 3 and (at[0] == at[-1]).all()
        return shapely.Polygon(at) if closed and self.kind not in ("rail",) else shapely.LineString(at)


def box(west, south, east, north):
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def rule(rule_id="R", layer="rail", test="crosses", grant="feature", **more):
    settings = {
        "permit": "Permit", "authority_kind": "authority", "lead_min": 10, "lead_typical": 20, "lead_max": 40,
        "source": "planning value", "status": "GENERAL",
    }  # fmt: skip
    return PermitRule(rule_id=rule_id, layer=layer, test=test, grant=grant, **(settings | more))


def study(**permits):
    return parse_study({"study": {"name": "t"}, "inputs": {"osm": {"file": "x.osm"}}, "permits": permits})


def make_graph(roads):
    lines = [shapely.LineString(np.array(road.line, dtype=float) + ORIGIN) for road in roads]
    ends = sorted({line.coords[at] for line in lines for at in (0, -1)})
    number = {end: row for row, end in enumerate(ends)}
    flat = [road.lateral for road in roads]
    edges = EDGES.build(
        {
            "edge_id": [f"lateral-{road.name}" if road.lateral else f"{road.name}-0.0" for road in roads],
            "u": [number[line.coords[0]] for line in lines], "v": [number[line.coords[-1]] for line in lines],
            "kind": ["lateral" if lateral else "road" for lateral in flat],
            "road_id": [None if road.lateral else f"{road.name}-0" for road in roads],
            "highway": ["lateral" if road.lateral else road.highway for road in roads],
            "surface": [road.surface for road in roads],
            "name": [road.name for road in roads], "ref": [road.ref for road in roads],
            "is_bridge": [road.bridge for road in roads], "is_tunnel": [road.tunnel for road in roads],
            "length_m": np.round([line.length for line in lines], 3), "carriageway_m": np.zeros(len(lines)),
        },
        geometry=lines,
        crs=METERS,
    )  # fmt: skip
    x, y = np.array([end[0] for end in ends]), np.array([end[1] for end in ends])
    none = np.zeros(0)
    return RoadGraph(
        crs=METERS, x=x, y=y, node_ids=np.array([f"n{row}" for row in range(len(ends))], dtype=object), edges=edges,
        u=edges["u"].to_numpy().astype(np.int64), v=edges["v"].to_numpy().astype(np.int64),
        length_m=edges["length_m"].to_numpy(), location_node=none.astype(np.int64), drop_m=none, nearest_road_m=none,
        component=np.zeros(len(ends), dtype=np.int64),
    )  # fmt: skip


def make_inputs(roads, features, rules):
    real = [road for road in roads if not road.lateral]
    count = len(real)
    road_table = ROADS.build(
        {
            "road_id": [f"{road.name}-0" for road in real], "way_id": [road.name for road in real],
            "u_ref": np.arange(count), "v_ref": np.arange(count), "highway": [road.highway for road in real],
            "surface": [road.surface for road in real], "name": [road.name for road in real],
            "ref": [road.ref for road in real], "operator": [road.operator for road in real],
            "is_bridge": [road.bridge for road in real], "is_tunnel": [road.tunnel for road in real],
            "origin": ["osm"] * count, "length_m": np.zeros(count),
        },
        geometry=[shapely.LineString(np.array(road.line, dtype=float) + ORIGIN) for road in real],
        crs=METERS,
    )  # fmt: skip
    feature_table = FEATURES.build(
        {
            "feature_id": [one.id for one in features], "kind": [one.kind for one in features],
            "subtype": [one.subtype for one in features], "name": [one.name for one in features],
            "authority": [one.authority for one in features], "attributes": [one.attributes for one in features],
            "source": ["osm"] * len(features), "confidence": ["medium"] * len(features),
        },
        geometry=[one.shape() for one in features],
        crs=METERS,
    )  # fmt: skip
    empty = PLANT.build({"plant_id": [], "kind": [], "origin": []}, geometry=[], crs=METERS)
    locations = LOCATIONS_IN.build({"location_id": [], "units": [], "origin": []}, geometry=[], crs=METERS)
    book = replace(GENERIC, permit_rules=tuple(rules))
    return Inputs(METERS, road_table, locations, empty[["plant_id"]], empty, feature_table, book, (), ())


def make_stations(*rows):
    """Stations (site, structure, node), the areas of which are A1."""
    sites, structures, nodes = zip(*rows, strict=True) if rows else ((), (), ())
    count = len(rows)
    return STATIONS.build(
        {
            "site_id": list(sites), "kind": ["tower" if "tower" in one else "cabinet" for one in structures],
            "structure": list(structures), "is_new": np.array([one == "new_tower" for one in structures], dtype=bool),
            "units": [1] * count, "capacity": [9] * count, "sectors": [0] * count, "backhaul_fibers": [2] * count,
            "backhaul_m": [0.0] * count, "backhaul_node": [0] * count, "node": list(nodes), "area_id": ["A1"] * count,
        }
    )  # fmt: skip


def make_network(graph, placements=None, *, area=None, existing=(), stations=()):
    """One span per edge that is named in `placements` (all buried where None), each in the area that `area` says."""
    ids = graph.edges["edge_id"].tolist()
    placements = placements or dict.fromkeys(ids, "buried")
    rows = [ids.index(edge) for edge in placements]
    spans = gpd.GeoDataFrame(
        {
            "span_id": [f"s-{edge}" for edge in placements], "placement": list(placements.values()),
            "is_existing": np.array([edge in existing for edge in placements], dtype=bool),
            "length_m": graph.length_m[rows], "area_id": [(area or {}).get(edge, "A1") for edge in placements],
            "edge_ids": list(placements),
        },
        geometry=graph.edges.geometry.to_numpy()[rows],
        crs=METERS,
    )  # fmt: skip
    return SimpleNamespace(spans=spans, stations=make_stations(*stations))


def met(triggers, graph):
    """Meetings as (edge, trigger, rule, relation, count)."""
    ids = graph.edges["edge_id"].to_numpy()
    table = triggers.meetings
    columns = (table[name] for name in ("trigger_id", "rule_id", "relation", "count"))
    return [(ids[edge], *rest) for edge, *rest in zip(table["edge"], *columns, strict=True)]
