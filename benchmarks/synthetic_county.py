"""Write a made-up county as a study: section-line roads, towns, houses, coverage, an office and a fiber."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

SECTION_M = 1609.0
BLOCK_M = 110.0
TOWN_EVERY = 8
TOWN_BLOCKS = 10
WEST, SOUTH = -93.6, 42.0
_STUDY = """schema = 1
[study]
name = "county-{name}"
profile = "generic"
seed = {seed}
[inputs.osm]
file = "region.osm.pbf"
license = "synthetic"
[inputs.locations]
file = "locations.csv"
license = "synthetic"
[inputs.coverage]
kind = "generic"
files = ["coverage.csv"]
license = "synthetic"
[inputs.plant]
file = "plant.geojson"
license = "synthetic"
[cost]
draws = 1000
[portfolio]
years = 3
"""


@dataclass(slots=True)
class _Roads:
    """Nodes by grid key, and ways as lists of node ids with a class; coordinates are meters from the southwest."""

    xy: list[tuple[float, float]]
    ids: dict[tuple[object, ...], int]
    ways: list[tuple[list[int], str, str]]

    def node(self, key: tuple[object, ...], x: float, y: float) -> int:
        """Id of a node, made when it is first asked for."""
        if key not in self.ids:
            self.xy.append((x, y))
            self.ids[key] = len(self.xy)
        return self.ids[key]


def write_county(folder: Path, locations: int, seed: int) -> None:
    """Write a study of about 1,000 locations per 60 square kilometers into a folder.

    Parameters
    ----------
    folder
        Made if missing.
    locations
        How many; two in five stand in towns with cable, the others along section roads.
    seed
        Equal seeds give equal files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(locations,)))
    side = max(int(np.ceil(np.sqrt(locations * 60 / 1000) * 1000 / SECTION_M)), 3)
    roads = _roads(side, rng)
    _write_osm(folder / "region.osm.pbf", roads)
    points, in_town = _houses(roads, locations, rng)
    _write_locations(folder, points, in_town, rng)
    _write_plant(folder / "plant.geojson", roads, side)
    (folder / "study.toml").write_text(_STUDY.format(name=locations, seed=seed), encoding="utf-8")


def _roads(side: int, rng: np.random.Generator) -> _Roads:
    """Section lines with bends, some missing, and a street grid in every eighth section."""
    roads = _Roads([], {}, [])
    shift = rng.normal(0, 60, size=(side + 1, side + 1, 2))
    for i in range(side + 1):
        for j in range(side + 1):
            for di, dj in ((1, 0), (0, 1)):
                a, b = (i, j), (i + di, j + dj)
                if max(b) > side or (rng.random() < 0.12 and 0 < i < side and 0 < j < side):
                    continue
                _section(roads, a, b, shift, rng)
    for i in range(TOWN_EVERY // 2, side, TOWN_EVERY):
        for j in range(TOWN_EVERY // 2, side, TOWN_EVERY):
            _town(roads, i, j, shift)
    return roads


def _section(
    roads: _Roads, a: tuple[int, int], b: tuple[int, int], shift: NDArray[np.float64], rng: np.random.Generator
) -> None:
    """One section line, bent, with a farm lane or two."""
    start = np.array(a) * SECTION_M + shift[a]
    end = np.array(b) * SECTION_M + shift[b]
    middle_row = a[1] % TOWN_EVERY == TOWN_EVERY // 2 and a[1] == b[1]
    steps = np.linspace(0, 1, 9)
    bend = rng.normal(0, 12, size=(9, 2)) * np.sin(np.pi * steps)[:, None]
    line = start + (end - start) * steps[:, None] + bend
    nodes = [roads.node(("s", *a), *line[0])]
    nodes += [roads.node(("m", *a, *b, k), *line[k]) for k in range(1, 8)]
    nodes.append(roads.node(("s", *b), *line[8]))
    roads.ways.append((nodes, "secondary" if middle_row else "unclassified", "paved" if middle_row else "unpaved"))
    across = np.array([-(end - start)[1], (end - start)[0]]) / np.hypot(*(end - start))
    for k in rng.choice(np.arange(2, 7), size=int(rng.integers(0, 3)), replace=False).tolist():
        tip = line[k] + across * rng.uniform(150, 500) * rng.choice([-1, 1])
        lane = [roads.node(("m", *a, *b, k), *line[k]), roads.node(("l", *a, *b, k), *tip)]
        roads.ways.append((lane, "track", "unpaved"))


def _town(roads: _Roads, i: int, j: int, shift: NDArray[np.float64]) -> None:
    """Lay a grid of streets whose southwest corner is a section corner."""
    corner = np.array([i, j]) * SECTION_M + shift[i, j]

    def at(p: int, q: int) -> int:
        if (p, q) == (0, 0):
            return roads.node(("s", i, j), *corner)
        return roads.node(("t", i, j, p, q), corner[0] + p * BLOCK_M, corner[1] + q * BLOCK_M)

    for k in range(TOWN_BLOCKS + 1):
        roads.ways.append(([at(p, k) for p in range(TOWN_BLOCKS + 1)], "residential", "paved"))
        roads.ways.append(([at(k, q) for q in range(TOWN_BLOCKS + 1)], "residential", "paved"))


def _lonlat(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Meters to degrees, well enough for a made-up place."""
    lat = SOUTH + xy[:, 1] / 111_000.0
    lon = WEST + xy[:, 0] / (111_320.0 * np.cos(np.radians(SOUTH)))
    return np.round(np.stack([lon, lat], axis=1), 7)


def _write_osm(path: Path, roads: _Roads) -> None:
    """Write nodes and ways."""
    path.unlink(missing_ok=True)
    lonlat = _lonlat(np.array(roads.xy))
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in enumerate(lonlat.tolist(), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=tuple(place), version=1))
        for number, (nodes, highway, surface) in enumerate(roads.ways, start=1):
            tags = {"highway": highway, "surface": surface, "name": f"Road {number}"}
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags, version=1))


def _houses(roads: _Roads, count: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Points beside roads: two in five in towns."""
    xy = np.array(roads.xy)
    pairs = [(a, b, highway == "residential") for nodes, highway, _ in roads.ways for a, b in pairwise(nodes)]
    a, b = np.array([p[0] for p in pairs]) - 1, np.array([p[1] for p in pairs]) - 1
    town = np.array([p[2] for p in pairs])
    length = np.hypot(*(xy[b] - xy[a]).T)
    share = 0.4 if town.any() else 0.0
    in_town = rng.random(count) < share
    picked = np.empty(count, dtype=np.int64)
    for flag in (True, False):
        rows = np.nonzero(town == flag)[0]
        wanted = in_town == flag
        if wanted.any():
            picked[wanted] = rng.choice(rows, size=int(wanted.sum()), p=length[rows] / length[rows].sum())
    along = rng.random(count)[:, None]
    direction = (xy[b] - xy[a])[picked] / length[picked][:, None]
    setback = np.where(in_town, rng.uniform(12, 30, count), rng.gamma(3.0, 18.0, count) + 12)
    side = rng.choice([-1.0, 1.0], size=count)
    across = np.stack([-direction[:, 1], direction[:, 0]], axis=1) * (setback * side)[:, None]
    return xy[a][picked] + (xy[b] - xy[a])[picked] * along + across, in_town


def _write_locations(
    folder: Path, points: NDArray[np.float64], in_town: NDArray[np.bool_], rng: np.random.Generator
) -> None:
    """Locations, and coverage: cable in towns, copper or radio or nothing outside."""
    lonlat = _lonlat(points)
    outside = rng.choice(["copper", "radio", "none"], size=len(points), p=[0.5, 0.3, 0.2])
    with (folder / "locations.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["location_id", "longitude", "latitude", "units"])
        for number, (lon, lat) in enumerate(lonlat.tolist()):
            writer.writerow([f"{1_000_000_000 + number}", lon, lat, 1])
    with (folder / "coverage.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["location_id", "technology", "down_mbps", "up_mbps", "low_latency"])
        for number in range(len(points)):
            name = f"{1_000_000_000 + number}"
            if in_town[number]:
                writer.writerow([name, 40, 500, 50, 1])
            elif outside[number] == "copper":
                writer.writerow([name, 10, 12, 1, 1])
            elif outside[number] == "radio":
                writer.writerow([name, 71, 50, 10, 1])


def _write_plant(path: Path, roads: _Roads, side: int) -> None:
    """Offices on a grid of 16 sections, so that reach holds in a county of any size; each feeds what lies around it."""
    features = []
    for i in range(min(TOWN_EVERY // 2, side), side + 1, 2 * TOWN_EVERY):
        for j in range(min(TOWN_EVERY // 2, side), side + 1, 2 * TOWN_EVERY):
            place = _lonlat(np.array([roads.xy[roads.ids[("s", i, j)] - 1]]))[0].tolist()
            properties = {"plant_id": f"co-{i}-{j}", "kind": "co", "name": f"Office {i}-{j}", "owner": "operator"}
            features.append(
                {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": place}}
            )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
