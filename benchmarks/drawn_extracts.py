"""Extracts drawn by hand, each at an edge of what an extract may be, and how planning them must end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.sketches import Point, Sketch

_UNKNOWN = 900  # ids of nodes that no sketch holds
BUDGETS_OF_NOTHING = "portfolio.budgets=[{year=2027,amount=0}]"


@dataclass(frozen=True, slots=True)
class Drawn:
    """An extract drawn by hand and how its plan ends.

    Attributes
    ----------
    draw
        Makes the sketch.
    expected
        ``ok`` or the code of the error.
    outcomes
        Outcomes of locations that the plan must count, where it is ``ok``.
    finding
        Code of a finding that the plan must hold; "" for none.
    files
        Further inputs by the option of init that takes them: file name and content.
    words
        Further words of the plan command.
    """

    draw: Callable[[], Sketch]
    expected: str = "ok"
    outcomes: dict[str, int] = field(default_factory=dict)
    finding: str = ""
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def street(origin: Point = (9.5, 47.1), **tags: str) -> Sketch:
    """Draw a street of 400 m eastward."""
    return Sketch(origin=origin).road((0, 0), (400, 0), **tags)


def village(origin: Point = (9.5, 47.1), **tags: str) -> Sketch:
    """Draw ten houses along a street."""
    return street(origin, **tags).houses(10, 30, 20)


def hamlets() -> Sketch:
    """Draw three hamlets along one road, 1.5 km apart, the largest in the west."""
    row = Sketch().road((0, 0), (1500, 0), (3000, 0), (4500, 0), highway="secondary")
    return row.houses(6, 0, 20).houses(8, 3000, 20).houses(4, 4400, 20)


def _one(sketch: Sketch, *houses: Point) -> Sketch:
    for x, y in houses:
        sketch.house(x, y)
    return sketch


def _joined() -> Sketch:
    """Draw a road over a river and a railway by bridge."""
    sketch = Sketch().road((0, 0), (100, 0)).road((100, 0), (200, 0), bridge="yes").road((200, 0), (400, 0))
    sketch.way((130, -300), (130, 300), waterway="river").way((170, -300), (170, 300), railway="rail")
    return _one(sketch, (30, 20), (350, 20))


def _tunnel() -> Sketch:
    sketch = Sketch().road((0, 0), (100, 0)).road((100, 0), (200, 0), tunnel="yes").road((200, 0), (400, 0))
    return _one(sketch, (30, 20), (350, 20), (150, 10))


def _overpass() -> Sketch:
    sketch = street().road((200, -200), (200, 200), bridge="yes", layer="1")
    return _one(sketch.houses(4, 50, 20), (220, 150))


def _twice_the_same_node() -> Sketch:
    sketch = Sketch()
    a, b = sketch.node((0, 0)), sketch.node((400, 0))
    return sketch.chain([a, a, b, b, a], highway="residential").house(200, 20)


def _two_nodes_at_one_place() -> Sketch:
    sketch = Sketch()
    a, b, d = (sketch.node((x, 0)) for x in (0, 200, 400))
    c = sketch.node((200, 0), fresh=True)
    sketch.chain([a, b], highway="residential").chain([c, d], highway="residential")
    return _one(sketch, (100, 20), (300, 20))


def _missing_nodes() -> Sketch:
    sketch = Sketch()
    a, b, far = sketch.node((0, 0)), sketch.node((400, 0)), _UNKNOWN
    sketch.chain([far, a, b, far + 1, far + 2], highway="residential").house(200, 20)
    return sketch.chain([far + 3, a, far + 4, far + 3], building="yes")


def _only_missing_nodes() -> Sketch:
    far = _UNKNOWN
    return Sketch().chain([far, far + 1], highway="residential").house(200, 20)


def _without_nodes() -> Sketch:
    return street().house(200, 20).chain([], highway="residential").chain([], building="yes")


def _addressed() -> Sketch:
    sketch = street()
    sketch.node((200, 20), **{"addr:housenumber": "5"})
    return sketch


def _stacked(count: int) -> Sketch:
    return _one(street(), *[(200, 20)] * count)


def _line(*points: Point, **tags: str) -> Callable[[], Sketch]:
    """Five houses along a road."""
    return lambda: Sketch().road(*points, **tags).houses(5, 50, 20)


def _pair() -> Sketch:
    return _one(street(), (100, 20), (300, 20))


def _places(sketch: Sketch, *rows: tuple[Point, str]) -> str:
    """Write locations as CSV: points, and units."""
    lines = ["location_id,longitude,latitude,units"]
    for number, (point, units) in enumerate(rows, start=1):
        lon, lat = sketch.place(point)
        lines.append(f"h{number},{lon},{lat},{units}")
    return "\n".join(lines) + "\n"


def _plant(*rows: tuple[str, str, list[Point]], capacity: int | None = None) -> dict[str, tuple[str, str]]:
    """Write plant as GeoJSON: id, kind, points."""
    sketch, features = Sketch(), []
    for name, kind, points in rows:
        places = [list(sketch.place(point)) for point in points]
        shape = {"type": "Point", "coordinates": places[0]}
        if len(places) > 1:
            shape = {"type": "LineString", "coordinates": places}
        said = {"plant_id": name, "kind": kind, "capacity": capacity}
        features.append({"type": "Feature", "properties": said, "geometry": shape})
    return {"--plant": ("plant.geojson", json.dumps({"type": "FeatureCollection", "features": features}))}


def _offers(*rows: str) -> dict[str, tuple[str, str]]:
    """Two locations, and offers to them."""
    places = _places(Sketch(), ((100, 20), "1"), ((300, 20), "2"))
    offers = "\n".join(["location_id,technology,down_mbps,up_mbps,low_latency", *rows]) + "\n"
    return {"--locations": ("locations.csv", places), "--coverage": ("coverage.csv", offers)}


def _set(*changes: str) -> tuple[str, ...]:
    return ("--set", *changes)


_ON_FIBER = _set("technology.threshold_per_location=1000000")
_SERVED = _offers("h1,50,1000,100,1", "h2,50,100,20,1")
_OFFICE = ("co-1", "co", [(0.0, 0.0)])
_FIBER: tuple[str, str, list[Point]] = ("f-1", "fiber", [(0.0, 0.0), (200.0, 0.0)])
_ACROSS: list[Point] = [(0, 0), (300, 0), (300, 200), (100, 200), (100, -200)]
_EIGHT: list[Point] = [(0, 0), (100, 0), (200, 0), (200, 100), (100, 100), (100, 0), (100, -200)]

DRAWN: dict[str, Drawn] = {
    "one house": Drawn(lambda: _one(street(), (200, 20)), outcomes={"fiber": 1}, finding="W_ASSUMED_PLANT"),
    "two houses": Drawn(_pair, outcomes={"fiber": 2}, finding="W_NO_COVERAGE"),
    "house at the end of the road": Drawn(lambda: _one(street(), (400, 20))),
    "house on the road": Drawn(lambda: _one(street(), (200, 0)), outcomes={"fiber": 1}),
    "address without a building": Drawn(_addressed, outcomes={"fiber": 1}),
    "fifty houses at one point": Drawn(lambda: _stacked(50), outcomes={"fiber": 50}),
    "house of 500 units": Drawn(
        lambda: street().house(200, 20, "apartments", building_flats="500"),
        outcomes={"satellite": 1},
        finding="W_UNITS",
    ),
    "houses at 499 m and 501 m": Drawn(
        lambda: _one(street(), (100, 499), (300, 501)), outcomes={"fiber": 1, "unreachable": 1}, finding="W_UNREACHABLE"
    ),
    "houses on both parts of the roads": Drawn(
        lambda: _one(street().road((0, 900), (400, 900)).houses(6, 30, 20), (200, 920)),
        outcomes={"fiber": 6, "unreachable": 1},
    ),
    "houses on the smaller part only": Drawn(
        lambda: Sketch().road((0, 0), (900, 0)).road((0, 1500), (100, 1500)).houses(3, 10, 1520), outcomes={"fiber": 3}
    ),
    "houses far from any road": Drawn(lambda: street().houses(3, 0, 800), outcomes={"unreachable": 3}),
    "office on the part without houses": Drawn(
        lambda: street().road((0, 900), (400, 900)).houses(3, 50, 920),
        outcomes={"unreachable": 3},
        files=_plant(_OFFICE),
    ),
    "an office on each part": Drawn(
        lambda: _one(street().road((0, 900), (400, 900)).houses(6, 30, 20), (200, 920)),
        outcomes={"fiber": 7},
        files=_plant(_OFFICE, ("co-2", "co", [(400, 900)])),
    ),
    "an office that nobody needs": Drawn(
        _pair,
        outcomes={"fiber": 2},
        files=_plant(_OFFICE, ("co-2", "co", [(399, 0)]), ("co-3", "co", [(398, 1)])),
        words=_ON_FIBER,
    ),
    "an office beside no road": Drawn(_pair, outcomes={"fiber": 2}, files=_plant(("co-1", "co", [(0, 3000)]))),
    "fiber without an office": Drawn(_pair, outcomes={"fiber": 2}, files=_plant(_FIBER), words=_ON_FIBER),
    "fiber that no road meets": Drawn(
        _pair, outcomes={"unreachable": 2}, files=_plant(("f-1", "fiber", [(0.0, 900.0), (400.0, 900.0)]))
    ),
    "two fibers that do not meet": Drawn(
        hamlets,
        outcomes={"fiber": 18},
        files=_plant(_FIBER, ("f-2", "fiber", [(4450.0, 0.0), (4500.0, 0.0)]), ("co-1", "co", [(1500.0, 0.0)])),
    ),
    "office and fiber of no strand": Drawn(_pair, files=_plant(_OFFICE, _FIBER, capacity=0)),
    "office of one port": Drawn(village, outcomes={"fiber": 10}, files=_plant(_OFFICE, capacity=1)),
    "loop": Drawn(_line((0, 0), (300, 0), (300, 300), (0, 300), (0, 0)), outcomes={"fiber": 5}),
    "way that crosses itself": Drawn(_line(*_ACROSS), outcomes={"fiber": 5}),
    "way through its own node": Drawn(_line(*_EIGHT), outcomes={"fiber": 5}),
    "two ways between two nodes": Drawn(
        lambda: Sketch().road((0, 0), (150, 80), (300, 0)).road((0, 0), (150, -80), (300, 0)).houses(5, 50, 20)
    ),
    "two ways on one line": Drawn(lambda: village().road((0, 0), (400, 0), highway="service")),
    "bridge over river and railway": Drawn(_joined, outcomes={"fiber": 2}),
    "bridge over a road": Drawn(_overpass, outcomes={"fiber": 5}),
    "tunnel": Drawn(_tunnel, outcomes={"fiber": 3}),
    "tunnel only": Drawn(lambda: _one(street(tunnel="yes"), (200, 20)), outcomes={"fiber": 1}),
    "motorway only": Drawn(lambda: _one(street(highway="motorway"), (200, 20)), outcomes={"fiber": 1}),
    "track only": Drawn(lambda: _one(street(highway="track"), (200, 20)), outcomes={"fiber": 1}),
    "road of half a meter": Drawn(lambda: _one(Sketch().road((0, 0), (0.5, 0)), (0, 20)), outcomes={"fiber": 1}),
    "road without length": Drawn(lambda: _one(street().road((200, 200), (200, 200)), (200, 20))),
    "node twice in a row": Drawn(_twice_the_same_node),
    "two nodes at one place": Drawn(_two_nodes_at_one_place),
    "ways that name missing nodes": Drawn(_missing_nodes, finding="W_OSM_CLIPPED"),
    "ways without nodes": Drawn(_without_nodes),
    "equator": Drawn(lambda: village((36.8, -0.0001)), outcomes={"fiber": 10}),
    "southern hemisphere": Drawn(lambda: village((-70.0, -33.4)), outcomes={"fiber": 10}),
    "widened zone of Norway": Drawn(lambda: village((5.9, 60.0)), outcomes={"fiber": 10}),
    "zones of Svalbard": Drawn(lambda: village((20.999, 78.2)), outcomes={"fiber": 10}),
    "edge of two zones": Drawn(lambda: village((11.998, 47.0)), outcomes={"fiber": 10}),
    "Greenwich": Drawn(lambda: village((-0.002, 51.5)), outcomes={"fiber": 10}),
    "antimeridian": Drawn(lambda: village((179.998, -16.8)), outcomes={"fiber": 10}),
    "near the North Pole": Drawn(lambda: village((20.0, 88.0)), outcomes={"fiber": 10}),
    "near the South Pole": Drawn(lambda: village((-140.0, -88.0)), outcomes={"fiber": 10}),
    "no road": Drawn(lambda: _one(Sketch(), (200, 20)), "E_NO_ROADS"),
    "footpath only": Drawn(lambda: _one(street(highway="path"), (200, 20)), "E_NO_ROADS"),
    "road of missing nodes": Drawn(_only_missing_nodes, "E_NO_ROADS"),
    "road without length only": Drawn(lambda: _one(Sketch().road((0, 0), (0, 0)), (0, 20)), "E_NO_ROADS"),
    "no building": Drawn(street, "E_NO_LOCATIONS"),
    "shed only": Drawn(lambda: street().house(200, 20, "shed"), "E_NO_LOCATIONS"),
    "building that does not close": Drawn(lambda: street().way((0, 9), (9, 9), building="yes"), "E_NO_LOCATIONS"),
    "nothing": Drawn(Sketch, "E_NO_ROADS"),
    "buildings too small": Drawn(village, "E_NO_LOCATIONS", words=_set("demand.min_building_m2=10000")),
    "everything served": Drawn(_pair, outcomes={"fiber": 0, "none": 0}, finding="W_ALL_SERVED", files=_SERVED),
    "one of two served": Drawn(_pair, outcomes={"fiber": 1}, files=_offers("h1,50,1000,100,1", "h2,10,10,1,1")),
    "total budget of zero": Drawn(village, outcomes={"not_chosen": 10}, words=_set("portfolio.total_budget=0")),
    "yearly budget of zero": Drawn(village, outcomes={"not_chosen": 10}, words=_set(BUDGETS_OF_NOTHING)),
    "an area that is not there": Drawn(village, "E_AREA_UNKNOWN", words=("--areas", "A999")),
    "the one area by name": Drawn(village, outcomes={"fiber": 10}, words=("--areas", "A001")),
    "a far area by name": Drawn(hamlets, words=("--areas", "A003")),
    "a named area without money": Drawn(hamlets, "E_BUDGET", words=("--areas", "A003", *_set(BUDGETS_OF_NOTHING))),
    "a wish for an area that is not there": Drawn(village, "E_AREA_UNKNOWN", words=_set('portfolio.must=["A999"]')),
    "must and no money": Drawn(village, "E_BUDGET", words=_set('portfolio.must=["A001"]', "portfolio.total_budget=0")),
    "CRS in feet": Drawn(village, "E_CRS", words=_set("study.crs=EPSG:2263")),
    "CRS in degrees": Drawn(village, "E_CRS", words=_set("study.crs=EPSG:4326")),
    "CRS that is none": Drawn(village, "E_CRS", words=_set("study.crs=EPSG:99999")),
    "CRS of the user": Drawn(village, outcomes={"fiber": 10}, words=_set("study.crs=EPSG:31254")),
    "drops of 10 m": Drawn(village, outcomes={"fiber": 10}, words=_set("network.drop_max_m=10")),
    "snapping within 1 m": Drawn(village, outcomes={"unreachable": 10}, words=_set("network.snap_max_m=1")),
    "hubs and areas of one": Drawn(
        village, outcomes={"fiber": 10}, words=_set("network.hub_capacity=1", "areas.max_locations=1")
    ),
    "reach of 600 m": Drawn(hamlets, words=_set("network.reach_max_m=600")),
    "terminals of two ports": Drawn(
        village, outcomes={"fiber": 10}, words=_set("network.terminal_ports=[2]", "network.split_ratio=8")
    ),
    "terminals without a rate": Drawn(village, "E_NO_RATE", words=_set("network.terminal_ports=[1]")),
    "first tree only": Drawn(hamlets, outcomes={"fiber": 18}, words=_set("network.route.effort=0")),
    "fiber never worth it": Drawn(village, words=_set("technology.threshold_per_location=0")),
    "no crew": Drawn(village, "E_CREW", words=_set('schedule.crews=[{kind="buried",count=0}]')),
    "an unknown key": Drawn(village, "E_STUDY_KEY", words=_set("network.drop_m=10")),
    "a number that is none": Drawn(village, "E_NONFINITE", words=_set("portfolio.total_budget=nan")),
}
