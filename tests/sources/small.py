"""A small study on disk: a crossing of two roads, three houses, an office. Every part may be replaced.

      4
      |            way 11, a track
1 --- 2 --- 3      way 10, a residential street
      |
      5
"""

import json
from pathlib import Path

from expansion.sources import read_inputs
from expansion.study import parse_study

HEAD = '<osm version="0.6">'
SPOTS = {1: (9.500, 47.100), 2: (9.502, 47.100), 3: (9.504, 47.100), 4: (9.502, 47.102), 5: (9.502, 47.098)}
HOUSES = "location_id,longitude,latitude\na,9.5005,47.1001\nb,9.5030,47.1002\nc,9.5021,47.1015\n"
OFFERS = "location_id,technology,down_mbps,up_mbps,low_latency\na,50,1000,500,1\nb,10,8,1,1\n"


def node(number, lon, lat, **tags):
    return f'<node id="{number}" lon="{lon}" lat="{lat}">{tag_xml(tags)}</node>'


def tag_xml(tags):
    return "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())


def way(number, refs, **tags):
    members = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    return f'<way id="{number}">{members}{tag_xml(tags)}</way>'


def relation(number, members, **tags):
    ways = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
    return f'<relation id="{number}">{ways}{tag_xml(tags)}</relation>'


def nodes(spots):
    return "".join(node(number, *place) for number, place in spots.items())


ROADS = way(10, [1, 2, 3], highway="residential", surface="asphalt") + way(11, [4, 2, 5], highway="track")


def house(first, lon, lat, side=0.0002, **tags):
    """Four corners from `first` on and the way with their number: about 15 m by 22 m at this latitude."""
    corners = [(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side)]
    refs = list(range(first, first + 4))
    spots = nodes(dict(zip(refs, corners, strict=True)))
    return spots + way(first, [*refs, first], **({"building": "yes"} | tags))


def extract(*elements):
    return f"{HEAD}{nodes(SPOTS)}{ROADS}{''.join(elements)}</osm>"


def collection(*features, **members):
    rows = [{"type": "Feature", "properties": cells, "geometry": shape} for cells, shape in features]
    return json.dumps({"type": "FeatureCollection", "features": rows} | members)


def point(lon, lat):
    return {"type": "Point", "coordinates": [lon, lat]}


def square(lon, lat, side=0.001):
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


OFFICE = collection(({"plant_id": "co1", "kind": "co", "capacity": 96}, point(9.5, 47.1)))


def read(folder: Path, files: dict | None = None, **inputs):
    """Write the small study with `files` laid over it and read it with `inputs` named in [inputs]."""
    made = {"region.osm": extract()} | (files or {})
    for name, content in made.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    study = inputs.pop("study", {})
    demand, network = inputs.pop("demand", {}), inputs.pop("network", {})
    rulebook = inputs.pop("rulebook", None)
    given = {"osm": {"file": "region.osm"}} | inputs
    document = {
        "study": {"name": "small", "crs": "EPSG:32632"} | study,
        "inputs": given,
        "demand": demand,
        "network": network,
    }
    return read_inputs(parse_study(document), folder, rulebook=rulebook)


def read_houses(folder: Path, files: dict | None = None, **inputs):
    """Read the small study with its file of three houses."""
    name = inputs.pop("locations", {"file": "houses.csv"})
    return read(folder, {"houses.csv": HOUSES} | (files or {}), locations=name, **inputs)


def hashes(inputs):
    return {record.name: record.sha256 for record in inputs.records}


def codes(inputs):
    return {finding.code for finding in inputs.findings}
