"""Tiny studies and road graphs, drawn in text or written as edges.

A drawing is read cell by cell, 25 m a cell, north up:

    +   junction or end of a road          h   house          2-9   house with that many units
    - | road between junctions             C   central office

    >>> village('''
    ... C
    ... +--+
    ...  h
    ... ''').locations["location_id"].tolist()
    ['h1']
"""

import re
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely import LineString, Point

from expansion.crs import geodesic_lengths
from expansion.demand import assume_plant, delineate_areas, find_eligible
from expansion.network import build_graph, cut_off_locations, design_network, find_locks, price_edges
from expansion.network.cables import CableSizes, Slack
from expansion.network.ground import Ground
from expansion.network.supply import Roots, hang_supply
from expansion.plan.graph import EDGES, MEETINGS, TRIGGERS, EdgePrices, RoadGraph, Triggers, Works
from expansion.plan.inputs import InputRecord, Inputs
from expansion.plan.locks import Locks
from expansion.plan.plan import Areas, Eligibility, Network
from expansion.plan.specs_inputs import COVERAGE, FEATURES, LOCATIONS_IN, MARKS, PLANT, ROADS
from expansion.rulebook import load_rulebook
from expansion.rulebook.escalation import at_prices_of
from expansion.study import Study, parse_study

UTM = CRS.from_epsg(32632)
CELL_M = 25.0
EAST, NORTH = 540_000.0, 5_220_000.0
BOOK = at_prices_of(load_rulebook("generic"), 2026, 0.0)  # rates as they stand, so that sums are done by hand


def study(**sections):
    """Build a study of which only the given sections matter."""
    fixed = {"study": {"name": "village"}, "inputs": {"osm": {"file": "x.osm"}}}
    fixed["cost"] = {"draws": 100, "escalation": 0}
    fixed["technology"] = {"threshold_per_location": 1e6}  # fiber for all, whatever a tiny village costs
    return parse_study(fixed | sections)


def point(x, y):
    """Place a point, meters east and north of the drawing's south-west corner."""
    return Point(EAST + x, NORTH + y)


def line(*xy):
    return LineString([(EAST + x, NORTH + y) for x, y in xy])


def village(drawing="", **tables):
    """Read a drawing as inputs; tables that are given take the place of those drawn."""
    cells = _cells(drawing)
    houses = [(f"h{n}", x, y, int(sign) if sign.isdigit() else 1) for n, (sign, x, y) in enumerate(_houses(cells), 1)]
    offices = [("co", "co", None, point(x, y)) for sign, x, y in cells if sign == "C"]
    drawn = {
        "roads": roads(*_streets(drawing)), "locations": locations(*houses), "coverage": coverage(),
        "plant": plant(*offices), "features": features(),
    }  # fmt: skip
    read = drawn | tables
    records = tuple(InputRecord(name, "0" * 64, len(read[name]), "synthetic", True) for name in sorted(read))
    return Inputs(crs=UTM, **read, rulebook=BOOK, records=records, findings=())


def _cells(drawing):
    """Signs of a drawing with the meters east and north of its south-west corner."""
    rows = [row for row in drawing.split("\n") if row.strip()]
    return [
        (sign, column * CELL_M, (len(rows) - 1 - number) * CELL_M)
        for number, row in enumerate(rows)
        for column, sign in enumerate(row)
        if sign != " "
    ]


def _houses(cells):
    return [cell for cell in cells if cell[0] == "h" or cell[0].isdigit()]


def _streets(drawing):
    """Runs of road between junctions, along rows and along columns."""
    rows = [row for row in drawing.split("\n") if row.strip()]
    wide = max((len(row) for row in rows), default=0)
    rows = [row.ljust(wide) for row in rows]
    top = len(rows) - 1
    found = []
    for number, row in enumerate(rows):
        for start, end in _runs(row, "-"):
            found.append([(start * CELL_M, (top - number) * CELL_M), (end * CELL_M, (top - number) * CELL_M)])
    for column in range(wide):
        text = "".join(row[column] for row in rows)
        for start, end in _runs(text, r"\|"):
            found.append([(column * CELL_M, (top - start) * CELL_M), (column * CELL_M, (top - end) * CELL_M)])
    return found


def _runs(text, sign):
    return [(found.start(), found.end(1)) for found in re.finditer(rf"\+(?=({sign}+)\+)", text)]


def roads(*streets, **changes):
    """Roads from lists of corners; equal ends share a node. `changes` are columns, one value or one per road."""
    lines = [line(*street) for street in streets]
    ends = sorted({tuple(street[end]) for street in streets for end in (0, -1)})
    ref = {end: number for number, end in enumerate(ends, 1)}
    count = len(lines)
    columns = {
        "road_id": [f"w{n}-0" for n in range(count)], "way_id": [f"w{n}" for n in range(count)],
        "u_ref": [ref[tuple(street[0])] for street in streets], "v_ref": [ref[tuple(street[-1])] for street in streets],
        "highway": ["unclassified"] * count, "is_bridge": [False] * count, "is_tunnel": [False] * count,
        "origin": ["synthetic"] * count, "length_m": geodesic_lengths(np.array(lines, dtype=object), UTM),
    }  # fmt: skip
    wide = {name: value if isinstance(value, list) else [value] * count for name, value in changes.items()}
    return gpd.GeoDataFrame(ROADS.build(columns | wide, geometry=lines, crs=UTM))


def locations(*houses):
    """Locations from (id, x, y) or (id, x, y, units), by id."""
    houses = sorted((*house, 1)[:4] for house in houses)
    columns = {
        "location_id": [house[0] for house in houses], "units": [house[3] for house in houses],
        "origin": ["synthetic"] * len(houses),
    }  # fmt: skip
    return gpd.GeoDataFrame(LOCATIONS_IN.build(columns, geometry=[point(*house[1:3]) for house in houses], crs=UTM))


def plant(*items):
    """Plant from (id, kind, capacity, geometry), by id."""
    items = sorted(items, key=lambda item: item[0])
    columns = {
        "plant_id": [item[0] for item in items], "kind": [item[1] for item in items],
        "capacity": [item[2] for item in items], "origin": ["synthetic"] * len(items),
    }  # fmt: skip
    return gpd.GeoDataFrame(PLANT.build(columns, geometry=[item[3] for item in items], crs=UTM))


OFFER = "location_id technology down_mbps up_mbps low_latency customers provider"


def coverage(*offers):
    """Offers from (location, technology, down, up[, low latency[, customers[, provider]]])."""
    full = [(*offer, *(True, "X", None)[len(offer) - 4 :]) for offer in offers]
    columns = {name: [offer[i] for offer in full] for i, name in enumerate(OFFER.split())}
    return COVERAGE.build(columns | {"row": [f"offers.csv:{n}" for n in range(2, len(full) + 2)]})


def features(*items):
    """Features from (id, kind, name, attributes as JSON, geometry), by id."""
    items = sorted(items, key=lambda item: item[0])
    names = ("feature_id", "kind", "name", "attributes")
    columns = {name: [item[i] for item in items] for i, name in enumerate(names)}
    columns |= {"source": ["osm"] * len(items), "confidence": ["high"] * len(items)}
    return gpd.GeoDataFrame(FEATURES.build(columns, geometry=[item[4] for item in items], crs=UTM))


def served(inputs, *names):
    """Give the named locations, or all, a fast offer over fiber."""
    names = names or tuple(inputs.locations["location_id"])
    return replace(inputs, coverage=coverage(*((name, 50, 1000, 1000) for name in names)))


def shuffled(inputs, seed):
    """The same inputs with the rows of coverage in another order: the only table without a canonical one."""
    order = np.random.default_rng(seed).permutation(len(inputs.coverage))
    return replace(inputs, coverage=inputs.coverage.iloc[order].reset_index(drop=True))


def all_eligible(inputs):
    """Everyone may be funded, whatever the coverage."""
    table = inputs.locations.assign(status="unserved", reason="unserved: no offer", eligible=True)
    return Eligibility(table, ())


# ---- graphs written as edges: (u, v, meters) ---------------------------------------------------------------------


def road_graph(*edges, homes=(), drops=None, at=None, kind="road"):
    """Road graph of edges ``(u, v, meters)``; `homes` are the nodes of the locations, `drops` their setbacks."""
    u, v = (np.array([edge[i] for edge in edges], dtype=np.int64) for i in (0, 1))
    count = int(max(u.max(initial=0), v.max(initial=0), max(homes, default=0))) + 1
    xy = np.array(at if at is not None else [(10.0 * node, node % 2) for node in range(count)], dtype=float)
    xy = xy + np.array([EAST, NORTH])
    length = np.array([edge[2] for edge in edges], dtype=float)
    columns = {
        "edge_id": [f"e{n}" for n in range(len(edges))], "u": u, "v": v, "kind": [kind] * len(edges),
        "road_id": [f"w{n}" for n in range(len(edges))], "highway": ["unclassified"] * len(edges),
        "is_bridge": [False] * len(edges), "is_tunnel": [False] * len(edges), "length_m": length,
        "carriageway_m": np.zeros(len(edges)),
    }  # fmt: skip
    lines = shapely.linestrings(np.stack([xy[u], xy[v]], axis=1)) if len(edges) else []
    table = gpd.GeoDataFrame(EDGES.build(columns, geometry=lines, crs=UTM))
    drop = np.full(len(homes), 10.0) if drops is None else np.array(drops, dtype=float)
    return RoadGraph(
        crs=UTM, x=xy[:, 0], y=xy[:, 1], node_ids=np.array([f"n{n}" for n in range(count)], dtype=object),
        edges=table, u=u, v=v, length_m=length, location_node=np.array(homes, dtype=np.int64), drop_m=drop,
        nearest_road_m=drop.copy(), component=np.zeros(count, dtype=np.int64),
    )  # fmt: skip


def prices(graph, cents=None, existing=None, placement="buried", bored=(), poles=()):
    """Prices of a graph: a cent a meter unless given; `existing` maps edges to the fiber along them."""
    count = len(graph.u)
    fiber = np.full(count, "", dtype=object)
    for edge, name in (existing or {}).items():
        fiber[edge] = name
    cost = np.array(cents if cents is not None else np.round(graph.length_m), dtype=np.int64)
    cost[fiber != ""] = 0
    words = {"buried": "plow", "aerial": "aerial", "duct": "duct_pull"}
    placed = np.array([placement] * count if isinstance(placement, str) else placement, dtype=object)
    method = np.array([words[word] for word in placed], dtype=object)
    flat = np.full(count, np.nan)
    return EdgePrices(
        cost, cost.copy(), np.zeros(count, dtype=np.int64), placed, method, np.full(count, "unknown", dtype=object),
        method.copy(), fiber,
        works(graph, method, fiber, bored, poles), flat, flat,
    )  # fmt: skip


def works(graph, method, fiber, bored=(), poles=()):
    """Works of a graph at the method's rate, with meters to bore and poles from pairs (edge, amount)."""
    count = len(graph.u)
    bore, pole = np.zeros(count), np.zeros(count, dtype=np.int64)
    for edge, meters in bored:
        bore[edge] = meters
    for edge, number in poles:
        pole[edge] = number
    named = [np.full(count, name, dtype=object) for name in ("bore", "crossing_bore")]
    bore[fiber != ""] = 0
    item_m = np.where(fiber == "", np.maximum(graph.length_m - bore, 0), 0.0)
    none = np.zeros(count, dtype=np.int64)
    return Works(
        method, item_m, named[0], bore, named[1], np.zeros(count), none, pole, np.full(count, "", dtype=object)
    )


def triggers(graph, bored=(), poles=()):
    """What edges meet: meters to bore and poles per edge, from pairs (edge, amount)."""
    count = len(graph.u)
    crossing, pole_count = np.zeros(count), np.zeros(count, dtype=np.int64)
    for edge, meters in bored:
        crossing[edge] = meters
    for edge, number in poles:
        pole_count[edge] = number
    seen = TRIGGERS.build({column.name: [] for column in TRIGGERS.columns}, geometry=[], crs=UTM)
    met = MEETINGS.build({column.name: [] for column in MEETINGS.columns})
    owner = np.full(count, "", dtype=object)
    return Triggers(gpd.GeoDataFrame(seen), met, crossing, pole_count, owner, np.zeros(count, dtype=np.int64))


def offices(*nodes):
    """Roots at these nodes, named co-<node>."""
    array = np.array(nodes, dtype=np.int64)
    return Roots(array, tuple(f"co-{node}" for node in nodes), array)


def supply(graph, *nodes, existing=None):
    """Hang all edges of a tree from offices at `nodes`."""
    return hang_supply(graph, prices(graph, existing=existing), offices(*nodes), np.arange(len(graph.u)))


SIZES = CableSizes((12, 24, 48, 72, 96, 144, 192, 288, 432, 864), 0.1)
SLACK = Slack(aerial=0.02, buried=0.01, end_m=10.0, through_m=5.0, drop_m=5.0, reel_m=4000.0)


def ground(graph, *nodes, existing=None, placement="buried", bored=(), poles=()):
    """Forest, graph, prices, the shipped slack rules and the lines."""
    hung = supply(graph, *nodes, existing=existing)
    priced = prices(graph, None, existing, placement, bored, poles)
    return Ground(hung, graph, priced, SLACK, graph.edges.geometry.to_numpy())


@dataclass(frozen=True)
class Drawn:
    """A designed village and what the design stands on."""

    study: Study
    inputs: Inputs
    eligibility: Eligibility
    graph: RoadGraph
    prices: EdgePrices
    areas: Areas
    network: Network
    locks: Locks


def edge_permits(*rows):
    """Permits that edges would need, from (edge, rule, permit[, lead])."""
    full = [(*row, 30)[:4] for row in rows]
    columns = {name: [row[i] for row in full] for i, name in enumerate(("edge", "rule_id", "permit_id", "lead_days"))}
    return pd.DataFrame(columns).astype({"edge": "int64", "lead_days": "int64"})


def marks(*items):
    """What a planner drew, from (id, pin or avoid, geometry)."""
    columns = {"mark_id": [item[0] for item in items], "kind": [item[1] for item in items]}
    return gpd.GeoDataFrame(MARKS.build(columns, geometry=[item[2] for item in items], crs=UTM))


def design(inputs, phase=None, bored=(), before=None, permits=(), **sections):
    """Design a village on edges that meet nothing; `phase` per area, all alike unless given."""
    asked = study(**sections)
    eligibility = find_eligible(asked, inputs)
    inputs = assume_plant(asked, inputs, eligibility)
    graph = build_graph(asked, inputs, eligibility)
    met = triggers(graph, bored)
    priced = price_edges(inputs, graph, met)
    locks = find_locks(asked, inputs, graph, priced, edge_permits(*permits))
    graph = cut_off_locations(graph, locks)
    areas = delineate_areas(asked, inputs, eligibility, graph)
    phases = np.zeros(len(areas.table), dtype=np.int64) if phase is None else np.array(phase, dtype=np.int64)
    network = design_network(asked, inputs, graph, priced, areas, eligibility, phase=phases, before=before, locks=locks)
    return Drawn(asked, inputs, eligibility, graph, priced, areas, network, locks)
