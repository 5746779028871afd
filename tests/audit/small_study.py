"""A small study made by hand: three villages on a road, a railway, a stream, poles, an island that no road reaches.

y                      (house on an island of road, 3 km north)
|
|   A |||          B |||             C |||||        ||| streets with houses on both sides
|  ---+----#--------+-----~-----------+----         # railway   ~ stream
 office x=0    2000  3000    4300    5500
"""

import json
import math

ORIGIN = (9.5, 47.15)
STREETS = {"A": (800, 12), "B": (3000, 10), "C": (5500, 14)}


def place(x, y):
    longitude = ORIGIN[0] + x / (111_320 * math.cos(math.radians(ORIGIN[1])))
    return round(longitude, 7), round(ORIGIN[1] + y / 111_190, 7)


class Extract:
    """Nodes and ways of an OSM file, numbered as they come."""

    def __init__(self):
        self.nodes, self.ways, self.by_place = [], [], {}

    def node(self, x, y):
        if (x, y) not in self.by_place:
            self.by_place[x, y] = len(self.nodes) + 1
            self.nodes.append(place(x, y))
        return self.by_place[x, y]

    def way(self, points, **tags):
        self.ways.append(([self.node(*point) for point in points], tags))

    def house(self, x, y, **tags):
        corners = [(x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10), (x, y)]
        self.way(corners, **({"building": "house"} | tags))

    def text(self):
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
        for number, (longitude, latitude) in enumerate(self.nodes, start=1):
            lines.append(f'<node id="{number}" lat="{latitude}" lon="{longitude}" version="1"/>')
        for number, (refs, tags) in enumerate(self.ways, start=1):
            lines.append(f'<way id="{number}" version="1">')
            lines += [f'<nd ref="{ref}"/>' for ref in refs]
            lines += [f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items()]
            lines.append("</way>")
        return "\n".join([*lines, "</osm>"])


def extract():
    region = Extract()
    region.way([(x, 0) for x in range(0, 6001, 100)], highway="tertiary", name="Valley Road", surface="unpaved")
    for name, (x, count) in STREETS.items():
        surface = "asphalt" if name == "C" else "unpaved"  # on poles, which is cheaper than to cut it
        region.way([(x, y) for y in range(0, 401, 50)], highway="residential", name=f"{name} Street", surface=surface)
        for number in range(count):
            flats = {"building": "apartments", "building__flats": "5"} if number == 3 else {}
            region.house(x + (25 if number % 2 else -40), 30 + 28 * number, **flats)
    region.house(300, 420)
    region.way([(x, 3000) for x in range(2800, 3201, 100)], highway="residential", name="Island Street")
    region.house(3010, 3030)
    region.way(
        [(2050, -500), (2050, -40), (2050, 40), (2050, 500)], railway="rail", name="Valley Railway", operator="VR"
    )
    region.way([(4350, -500), (4350, -40), (4350, 40), (4350, 500)], waterway="river", name="Cold River")
    return region.text()


def plant():
    office = {"plant_id": "CO1", "kind": "co", "capacity": 64}
    fiber = {"plant_id": "F1", "kind": "fiber", "capacity": 48}
    line = [list(place(x, 0)) for x in range(0, 401, 100)]
    features = [
        {"type": "Feature", "properties": office, "geometry": {"type": "Point", "coordinates": line[0]}},
        {"type": "Feature", "properties": fiber, "geometry": {"type": "LineString", "coordinates": line}},
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def poles():
    rows = ["pole_id,longitude,latitude,owner"]
    for number, y in enumerate(range(5, 400, 40)):
        longitude, latitude = place(5506, y)
        rows.append(f"P{number:03d},{longitude},{latitude},Valley Power")
    return "\n".join(rows) + "\n"


STUDY = """
schema = 1
[study]
name = "small"
profile = "generic"
start = 2027-03-01
seed = 3
[inputs.osm]
file = "region.osm"
[inputs.plant]
file = "plant.geojson"
[[inputs.layers]]
kind = "pole"
file = "poles.csv"
[areas]
max_locations = 20
settlement_distance_m = 300
[network]
hub_capacity = 20
split_ratio = 8
[network.engineering]
support_agents = 1
support_tickets = 4
crew_local_km = 1
crew_speed_kmh = 5
[cost]
draws = 500
[portfolio]
total_budget = 470000
never = ["A004"]
budgets = [ { year = 2027, amount = 152000 }, { year = 2028, amount = 320000 } ]
staff = { trainer = 30 }
frontier = 3
crew_share = 0.9
anchor_kinds = ["apartments"]
force_prices = true
criteria = [ { name = "homes", measure = "locations", weight = 0.1, sentence = "Every home counts" } ]
milestones = [ { share = 0.2, by = 2027-12-31 } ]
[[portfolio.initiatives]]
id = "training"
cost_per_year = 2000
staff = { trainer = 20 }
before = ["phase:1"]
[[portfolio.initiatives]]
id = "launch"
cost_per_year = 900000
benefit = 5
[permits]
rules = "own.csv"
[[schedule.crews]]
kind = "splice"
count = 1
changes = [ { from = 2028-06-01, count = 2 } ]
[[schedule.agencies]]
kind = "utility locate service"
count = 1
[schedule.calendar]
winter_closure = { from = "12-15", to = "03-01", methods = ["buried", "bore"] }
"""


def write_small_study(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "region.osm": extract(), "plant.geojson": plant(), "poles.csv": poles(), "study.toml": STUDY,
        "own.csv": "rule_id,season_from,season_to\nWATER-X,06-01,10-15\n",
    }.items():  # fmt: skip
        (folder / name).write_text(text, encoding="utf-8")
    return folder
