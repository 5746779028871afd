"""Snap locations to the nearest road: osmnx, and this project."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely

from benchmarks.peers.answer import Answer, timed
from benchmarks.peers.ground import StudyGround


def by_osmnx(path: Path) -> Answer:
    """osmnx.distance.nearest_edges on a projected graph of the same roads."""
    import networkx as nx
    import osmnx as ox

    ground = StudyGround.load(path)
    began = time.process_time()
    roads = ground.inputs.roads
    graph = nx.MultiDiGraph(crs=ground.inputs.crs)
    for u, v, line in zip(roads["u_ref"].tolist(), roads["v_ref"].tolist(), roads.geometry, strict=True):
        (ax, ay), (bx, by) = line.coords[0], line.coords[-1]
        graph.add_node(u, x=ax, y=ay)
        graph.add_node(v, x=bx, y=by)
        graph.add_edge(u, v, geometry=line, length=line.length)
    points = _points(ground)
    prepared = time.process_time() - began
    x, y = shapely.get_x(points), shapely.get_y(points)
    (_, away), seconds = timed(lambda: ox.distance.nearest_edges(graph, x, y, return_dist=True))
    return Answer(round(float(np.sum(away)), 1), seconds, prepared, note=f"{len(points)} locations")


def by_this_project(path: Path) -> Answer:
    """Run the snapping of `build_graph`, which gives the place along the road too."""
    from expansion.network.snap import snap_points

    ground = StudyGround.load(path)
    points, lines = _points(ground), ground.inputs.roads.geometry.to_numpy()
    everywhere = np.ones(len(lines), dtype=bool)
    snaps, seconds = timed(lambda: snap_points(points, lines, everywhere, np.inf))
    return Answer(round(float(snaps.away_m.sum()), 1), seconds, note=f"{len(points)} locations")


def _points(ground: StudyGround) -> np.ndarray:
    return ground.inputs.locations.geometry.to_numpy()


DOERS: dict[str, Callable[[Path], Answer]] = {"expansion": by_this_project, "osmnx": by_osmnx}
