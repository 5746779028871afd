"""Download the roads and buildings of a named place through OSMnx into an .osm file that `read_inputs` reads."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from expansion.errors import SourceError

_LOG = logging.getLogger(__name__)
_FILTER = (
    '["highway"~"motorway|trunk|primary|secondary|tertiary|unclassified|residential|living_street|service|track|road"]'
)
_TIMEOUT_SECONDS = 60
# What OSMnx keeps of a way when it saves OSM XML: all that the readers look at.
_WAY_TAGS = (
    "highway", "name", "ref", "surface", "tracktype", "bridge", "tunnel", "operator", "access", "building",
    "building:levels", "building:flats", "addr:housenumber", "addr:street", "addr:city", "addr:postcode", "railway",
    "waterway", "natural", "boundary", "leisure", "power",
)  # fmt: skip


def download_place(place: str, out: Path) -> Path:
    """Download a place and save it as OSM XML.

    Roads come with their OSM node ids, so that topology stays exact; buildings and the features that permits ask about
    come as closed ways with ids of their own. Answers are cached by OSMnx beside `out`, in ``.osmnx``.

    Parameters
    ----------
    place
        Name that OpenStreetMap's geocoder knows, such as ``"Triesenberg, Liechtenstein"``.
    out
        Path of the file to write; its suffix becomes ``.osm``.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    SourceError
        ``E_PLACE`` where OSMnx is not installed, the network cannot be reached or refuses, or the place is unknown;
        the message names ``--osm FILE`` as the way without a network.
    """
    osmnx = _import_osmnx(place)
    target = out.with_suffix(".osm")
    osmnx.settings.use_cache = True
    osmnx.settings.cache_folder = str(target.parent / ".osmnx")
    osmnx.settings.requests_timeout = _TIMEOUT_SECONDS
    osmnx.settings.useful_tags_way = list(_WAY_TAGS)
    try:
        graph = osmnx.graph_from_place(place, simplify=False, retain_all=True, custom_filter=_FILTER)
        features = osmnx.features_from_place(
            place, tags=dict.fromkeys(("building", "railway", "waterway", "natural"), True)
        )
    except Exception as error:  # requests, OSMnx and its geocoder raise unrelated classes
        raise _no_place(place, f"{type(error).__name__}: {str(error)[:120]}") from error
    target.write_text(_osm_xml(graph, features), "utf-8")
    _LOG.info("downloaded %s: %d road nodes, %d features", place, len(graph), len(features))
    return target


def _import_osmnx(place: str) -> Any:
    try:
        return importlib.import_module("osmnx")
    except ImportError as error:
        raise _no_place(place, "OSMnx is not installed; it comes with the extra `place`") from error


def _no_place(place: str, why: str) -> SourceError:
    return SourceError(
        f"the place cannot be downloaded ({why})",
        code="E_PLACE",
        where=[place],
        hint="download an extract (.osm.pbf) on another machine and use --osm FILE",
    )


def _osm_xml(graph: Any, features: Any) -> str:
    """Write nodes, ways of roads and ways of features as OSM XML."""
    nodes = {int(node): (float(place["x"]), float(place["y"])) for node, place in graph.nodes(data=True)}
    ways = [*_road_ways(graph), *_feature_ways(features, nodes)]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="expansion">']
    lines += [f'<node id="{node}" lon="{x:.7f}" lat="{y:.7f}"/>' for node, (x, y) in sorted(nodes.items())]
    for number, refs, tags in ways:
        lines.append(f'<way id="{number}">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines += [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in sorted(tags.items())]
        lines.append("</way>")
    return "\n".join([*lines, "</osm>", ""])


Way = tuple[int, list[int], dict[str, str]]


def _road_ways(graph: Any) -> list[Way]:
    """Rebuild ways from the graph's edges: each OSM way as the chains of its steps, so that its id stays."""
    steps: dict[int, dict[int, set[int]]] = {}
    tags: dict[int, dict[str, str]] = {}
    for u, v, edge in graph.edges(data=True):
        number = int(edge["osmid"])
        neighbors = steps.setdefault(number, {})
        neighbors.setdefault(int(u), set()).add(int(v))
        neighbors.setdefault(int(v), set()).add(int(u))
        tags.setdefault(number, {key: str(edge[key]) for key in _WAY_TAGS if isinstance(edge.get(key), str)})
    ways, fresh = [], max(steps, default=0)
    for number in sorted(steps):
        for part, refs in enumerate(_chains(steps[number])):
            fresh += part > 0  # a way that visits a node twice comes apart; its later parts get ids of their own
            ways.append((fresh if part else number, refs, tags[number]))
    return ways


def _chains(neighbors: dict[int, set[int]]) -> list[list[int]]:
    """Walk every step once, from ends and crossings first; a closed way starts at its smallest node."""
    left = {node: set(others) for node, others in neighbors.items()}
    chains = []
    for start in sorted(left, key=lambda node: (len(neighbors[node]) == 2, node)):
        while left[start]:
            chain = [start]
            while left[chain[-1]]:
                here, there = chain[-1], min(left[chain[-1]])
                left[here].discard(there)
                left[there].discard(here)
                chain.append(there)
            chains.append(chain)
    return chains


def _feature_ways(features: Any, nodes: dict[int, tuple[float, float]]) -> list[Way]:
    """Outlines and lines as ways over new nodes, numbered above every id of the roads."""
    ways: list[Way] = []
    fresh = max(nodes, default=0)
    names = [name for name in features.columns if name in _WAY_TAGS]
    for number, (_, row) in enumerate(features.sort_index().iterrows(), start=1_000_000_000):
        shape = row.geometry.exterior if row.geometry.geom_type == "Polygon" else row.geometry
        if shape.geom_type not in {"LinearRing", "LineString"}:
            continue
        coords = list(shape.coords)
        closed = coords[0] == coords[-1]
        refs = list(range(fresh + 1, fresh + 1 + len(coords) - closed))
        nodes.update(zip(refs, coords, strict=False))
        fresh += len(refs)
        ways.append(
            (number, refs + refs[:1] if closed else refs, {n: row[n] for n in names if isinstance(row[n], str)})
        )
    return ways
