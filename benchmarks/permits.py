"""Time the permits of a made-up county: ``python -m benchmarks.permits [--spans N] [--features M] [--seed K]``.

Roads a mile apart (`--mesh` meters), in spans of 200 m, all of them built, under lines, areas and points of every kind
that the profile's rules ask for; poles, parcels and old houses stand beside the roads, all else lies anywhere. Counted
is what a plan does: every edge against every feature, then the register of all spans. Prints JSON: spans, features,
meetings, permits, and the seconds (wall and CPU) of both; making the county is not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from expansion.permits import find_triggers, register_permits
from expansion.plan.graph import EDGES, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.specs_inputs import FEATURES, ROADS
from expansion.rulebook import load_rulebook
from expansion.study import Study, parse_study
from tests.permits.maps import make_inputs, make_network

METERS = CRS.from_epsg(32615)
SPAN_M = 200.0
ORIGIN = (500_000.0, 4_600_000.0)
# Kind, shape, size in meters, share of the features, subtypes.
SORTS: tuple[tuple[str, str, float, float, tuple[str, ...]], ...] = (
    ("parcel", "area", 60, 0.30, ("",)),
    ("pole", "point", 0, 0.25, ("pole",)),
    ("water", "line", 900, 0.12, ("stream", "river", "ditch", "canal")),
    ("water", "area", 120, 0.03, ("pond", "lake")),
    ("wetland", "area", 150, 0.08, ("marsh",)),
    ("historic", "point", 0, 0.05, ("memorial",)),
    ("flood", "area", 400, 0.05, ("AE",)),
    ("powerline", "line", 3000, 0.03, ("115000 V",)),
    ("pipeline", "line", 3000, 0.02, ("gas",)),
    ("rail", "line", 4000, 0.02, ("rail", "disused")),
    ("protected", "area", 500, 0.02, ("4",)),
    ("federal", "area", 800, 0.01, ("BLM",)),
    ("military", "area", 500, 0.005, ("range",)),
    ("airport", "area", 500, 0.005, ("aerodrome",)),
    ("boundary", "area", 1500, 0.01, ("level 8", "level 6")),
)  # fmt: skip
BESIDE_ROADS = ("parcel", "pole", "historic")
CLASSES = ("residential", "unclassified", "tertiary", "secondary", "primary", "track", "service")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.permits", description=__doc__)
    parser.add_argument("--spans", type=int, default=10_000, help="spans, each on an edge of its own (default: 10000)")
    parser.add_argument("--features", type=int, default=100_000, help="features (default: 100000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mesh", type=float, default=1600.0, help="meters between roads, 200 or more (default: 1600)")
    parser.add_argument("--profile", default="us-bead", help="whose rules are in force (default: us-bead)")
    options = parser.parse_args(arguments)
    rng = np.random.default_rng(options.seed)
    graph, roads = make_roads(options.spans, options.mesh, rng)
    inputs = make_county(roads, options.features, options.profile, rng)
    print(json.dumps(measure(_study(options.profile), inputs, graph), indent=1, sort_keys=True))
    return 0


def measure(study: Study, inputs: Inputs, graph: RoadGraph) -> dict[str, Any]:
    """Find what the edges meet and register the permits of all of them."""
    placements = ("buried", "bore", "aerial", "duct")
    ids = graph.edges["edge_id"].tolist()
    network: Any = make_network(graph, {name: placements[row % 4] for row, name in enumerate(ids)})
    clocks = [(time.perf_counter(), time.process_time())]
    triggers = find_triggers(study, inputs, graph)
    clocks.append((time.perf_counter(), time.process_time()))
    permits = register_permits(study, inputs, graph, triggers, network)
    clocks.append((time.perf_counter(), time.process_time()))
    (wall, cpu), (found_wall, found_cpu), (end_wall, end_cpu) = clocks
    return {
        "spans": len(ids), "features": len(inputs.features), "rules": len(inputs.rulebook.permit_rules),
        "meetings": len(triggers.meetings), "permits": len(permits.table),
        "seconds": {
            "find_triggers": round(found_wall - wall, 3), "register_permits": round(end_wall - found_wall, 3),
            "total": round(end_wall - wall, 3),
        },
        "cpu_seconds": {
            "find_triggers": round(found_cpu - cpu, 3), "register_permits": round(end_cpu - found_cpu, 3),
            "total": round(end_cpu - cpu, 3),
        },
    }  # fmt: skip


def _study(profile: str) -> Study:
    layers = sorted({sort[0] for sort in SORTS})
    return parse_study(
        {
            "study": {"name": "made-up", "profile": profile},
            "inputs": {"osm": {"file": "x.osm"}, "layers": [{"kind": kind, "file": "x.gpkg"} for kind in layers]},
        }
    )


def make_roads(count: int, mesh: float, rng: np.random.Generator) -> tuple[RoadGraph, gpd.GeoDataFrame]:
    """Lay a ragged mesh of roads in pieces of 200 m, one road segment and edge each, `count` of them."""
    every = max(round(mesh / SPAN_M), 1)
    side = int(np.ceil(np.sqrt(count * every / 2))) + every + 1
    column, row = (part.ravel() for part in np.meshgrid(np.arange(side), np.arange(side)))
    spot = np.column_stack([column, row]) * SPAN_M + rng.uniform(-40, 40, (side * side, 2)) + ORIGIN
    spot = spot.round(3)
    node = np.arange(side * side).reshape(side, side)
    u = np.r_[node[::every, :-1].ravel(), node[:-1, ::every].ravel()]
    v = np.r_[node[::every, 1:].ravel(), node[1:, ::every].ravel()]
    # The corner of the mesh that holds as many pieces as were asked for.
    picked = np.sort(np.argsort(np.maximum(column[v], row[v]), kind="stable")[:count])
    u, v = u[picked], v[picked]
    lines = shapely.linestrings(np.stack([spot[u], ((spot[u] + spot[v]) / 2 + (8, 5)).round(3), spot[v]], axis=1))
    # A road keeps its class and name along its whole row or column.
    street = np.where(spot[v, 0] - spot[u, 0] > SPAN_M / 2, u // side, side + u % side)
    names = [f"w{number:05}" for number in range(count)]
    length = shapely.length(lines).round(3)
    shared = {
        "highway": [CLASSES[one // every % len(CLASSES)] for one in street], "surface": ["paved"] * count,
        "name": [f"Street {one}" for one in street], "ref": [None] * count,
        "is_bridge": rng.random(count) < 0.02, "is_tunnel": np.zeros(count, dtype=bool), "length_m": length,
        "road_id": [f"{name}-0" for name in names],
    }  # fmt: skip
    roads = ROADS.build(
        shared | {"way_id": names, "u_ref": u, "v_ref": v, "operator": [None] * count, "origin": ["osm"] * count},
        geometry=lines, crs=METERS,
    )  # fmt: skip
    edges = EDGES.build(
        shared | {
            "edge_id": [f"{name}-0.0" for name in names], "u": u, "v": v, "kind": ["road"] * count,
            "carriageway_m": np.zeros(count),
        },
        geometry=lines, crs=METERS,
    )  # fmt: skip
    none = np.zeros(0)
    graph = RoadGraph(
        crs=METERS, x=spot[:, 0], y=spot[:, 1], node_ids=np.array([f"n{one}" for one in node.ravel()], dtype=object),
        edges=edges, u=u.astype(np.int64), v=v.astype(np.int64), length_m=length,
        location_node=none.astype(np.int64), drop_m=none, nearest_road_m=none,
        component=np.zeros(side * side, dtype=np.int64),
    )  # fmt: skip
    return graph, gpd.GeoDataFrame(roads)


def make_county(roads: gpd.GeoDataFrame, count: int, profile: str, rng: np.random.Generator) -> Inputs:
    """Lay `count` features of every sort over the roads."""
    west, south, east, north = roads.total_bounds
    share = np.array([sort[3] for sort in SORTS])
    which = np.sort(rng.choice(len(SORTS), size=count, p=share / share.sum()))
    middle = rng.uniform((west, south), (east, north), (count, 2))
    beside = np.isin([SORTS[one][0] for one in which], BESIDE_ROADS)
    ends = shapely.get_coordinates(shapely.get_point(roads.geometry.to_numpy(), 0))
    middle[beside] = (ends[rng.integers(len(ends), size=beside.sum())]) + rng.uniform(-90, 90, (beside.sum(), 2))
    shapes = np.empty(count, dtype=object)
    for number, (_, shape, size, _, _) in enumerate(SORTS):
        rows = np.flatnonzero(which == number)
        shapes[rows] = _shapes(shape, size, middle[rows], rng)
    ids = [f"f{row:06}" for row in range(count)]
    table = FEATURES.build(
        {
            "feature_id": ids, "kind": [SORTS[one][0] for one in which],
            "subtype": [SORTS[one][4][row % len(SORTS[one][4])] or None for row, one in enumerate(which)],
            "name": [f"Name {row % 5000}" if row % 3 else None for row in range(count)],
            "authority": [f"Owner {row % 40}" if row % 2 else None for row in range(count)],
            "attributes": ['{"voltage": "115000"}' if SORTS[one][0] == "powerline" else "{}" for one in which],
            "source": ["layer.gpkg"] * count, "confidence": ["medium"] * count,
        },
        geometry=shapes, crs=METERS,
    )  # fmt: skip
    return replace(
        make_inputs([], [], []), crs=METERS, roads=roads, features=gpd.GeoDataFrame(table),
        rulebook=load_rulebook(profile),
    )  # fmt: skip


def _shapes(shape: str, size: float, middle: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.object_]:
    """Points; lines that wander over `size` meters; blobs of about `size` meters across."""
    count = len(middle)
    if shape == "point":
        made = shapely.points(middle.round(3))
    elif shape == "line":
        heading = rng.uniform(0, 2 * np.pi, (count, 1)) + np.cumsum(rng.normal(0, 0.4, (count, 12)), axis=1)
        steps = np.stack([np.cos(heading), np.sin(heading)], axis=2) * size / 12
        made = shapely.linestrings((middle[:, None] + np.cumsum(steps, axis=1)).round(3))
    else:
        turn = np.linspace(0, 2 * np.pi, 13)[:-1]
        radius = size / 2 * rng.uniform(0.6, 1.4, (count, 12, 1))
        ring = middle[:, None] + np.stack([np.cos(turn), np.sin(turn)], axis=1) * radius
        made = shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1).round(3))
    return np.asarray(made, dtype=object)


if __name__ == "__main__":
    sys.exit(main())
