"""Cut-outs of the embedded studies."""

import csv
import shutil
from pathlib import Path

import osmium
from osmium.osm import Location

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"

Bounds = tuple[float, float, float, float]

# The south of Three Rivers, a quarter of the study: areas A001 to A003, the office, a railway, flood plain, a bridge.
SOUTH: Bounds = (-85.668, 41.905, -85.596, 41.945)


def cut_extract(source: Path, bounds: Bounds, target: Path) -> Path:
    """Write the ways that enter `bounds` (west, south, east, north), whole, with their nodes, in order of id."""
    west, south, east, north = bounds
    places: dict[int, tuple[float, float, dict[str, str]]] = {}
    ways: list[tuple[int, list[int], dict[str, str]]] = []
    for thing in osmium.FileProcessor(str(source)):
        if thing.is_node():
            places[thing.id] = (thing.location.lon, thing.location.lat, dict(thing.tags))
        elif thing.is_way():
            ways.append((thing.id, [node.ref for node in thing.nodes], dict(thing.tags)))
    inside = {key for key, (lon, lat, _) in places.items() if west <= lon <= east and south <= lat <= north}
    kept = [way for way in ways if inside.intersection(way[1])]
    needed = inside | {ref for _, refs, _ in kept for ref in refs if ref in places}
    return write_extract(target, {key: places[key] for key in sorted(needed)}, sorted(kept, key=lambda way: way[0]))


def write_extract(target: Path, places: dict, ways: list) -> Path:
    """Write nodes and ways in the order given."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for key, (lon, lat, tags) in places.items():
            writer.add_node(osmium.osm.mutable.Node(id=key, location=Location(lon, lat), tags=tags, version=1))
        for key, refs, tags in ways:
            writer.add_way(osmium.osm.mutable.Way(id=key, nodes=refs, tags=tags, version=1))
    return target


def cut_study(name: str, bounds: Bounds, folder: Path) -> Path:
    """Copy an embedded study whose extract is cut to `bounds`; its other inputs are cut to the same window."""
    west, south, east, north = bounds
    shutil.copytree(DATA / name, folder)
    (extract,) = folder.glob("region.*")
    cut_extract(DATA / name / extract.name, bounds, extract)
    for path in folder.glob("*.csv"):
        rows = read_rows(path)
        if "longitude" in rows[0]:
            x, y = rows[0].index("longitude"), rows[0].index("latitude")
            inside = [row for row in rows[1:] if west <= float(row[x]) <= east and south <= float(row[y]) <= north]
            write_rows(path, [rows[0], *inside])
    return folder


def read_rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
