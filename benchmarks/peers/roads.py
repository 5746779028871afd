"""Read an extract of roads into a graph: osmnx, and this project's reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.peers.answer import Answer, timed


def by_osmnx(path: Path) -> Answer:
    """osmnx.graph_from_xml, simplified, with every component."""
    import osmnx as ox

    def read() -> tuple[float, str]:
        graph = ox.graph_from_xml(path, bidirectional=True, simplify=True, retain_all=True)
        streets = ox.convert.to_undirected(graph)
        meters = sum(length for _, _, length in streets.edges(data="length"))
        return meters, f"{len(graph)} nodes, {streets.number_of_edges()} edges"

    (meters, note), seconds = timed(read, times=1)
    return Answer(round(meters, 1), seconds, note=note)


def by_this_project(path: Path) -> Answer:
    """Run the reader of `expansion plan`, with lengths on the ellipsoid."""
    import shapely
    from pyproj import Geod

    from expansion.sources.exchange import Reading
    from expansion.sources.osm_roads import read_roads
    from expansion.sources.osm_scan import scan_extract

    def read() -> tuple[float, str]:
        table = read_roads(scan_extract(path, path.name, "xml", path.parent).ways, path.name, Reading())
        lines = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
        coords, owner = shapely.get_coordinates(lines, return_index=True)
        _, _, step = Geod(ellps="WGS84").inv(*coords[:-1].T, *coords[1:].T)
        meters = float(step[np.diff(owner) == 0].sum())
        ends = np.unique(np.r_[table.column("u_ref").to_numpy(), table.column("v_ref").to_numpy()])
        return meters, f"{len(ends)} nodes, {table.num_rows} edges"

    (meters, note), seconds = timed(read)
    return Answer(round(meters, 1), seconds, note=note)


DOERS: dict[str, Callable[[Path], Answer]] = {"expansion": by_this_project, "osmnx": by_osmnx}
