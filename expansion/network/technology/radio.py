"""Fixed wireless: towers that stand or could, what they reach, and whether the ground leaves the path free."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from expansion.network.slope import height_at
from expansion.network.technology.copper import stand_at
from expansion.network.technology.offers import Offers, counts_as_served, joined, no_offers
from expansion.plan.graph import FloatArray, IntArray, RoadGraph
from expansion.plan.inputs import Elevation, Inputs
from expansion.plan.plan import Areas
from expansion.plan.technology import Station
from expansion.rulebook import RadioBand, Rulebook
from expansion.study import Demand

SECTORS = 3
LIGHT_M_PER_S = 299_792_458.0
EARTH_M = 6_371_000.0


def sector_capacity(book: Rulebook, band: RadioBand) -> int:
    """Units that a sector carries in the busy hour."""
    return max(int(band.sector_mbps // book.engineering_value("busy_hour_mbps")), 1)


def find_towers(
    inputs: Inputs, graph: RoadGraph, areas: Areas, rows: IntArray, band: RadioBand, *, may_build: bool
) -> list[Station]:
    """List the towers of the plant by id, and where new ones could stand.

    A new one could stand at the access node nearest to the middle of the locations of an area, and, where heights are
    known, at the highest node within half the radius of it. Towers stand at nodes of the graph.
    """
    capacity = sector_capacity(inputs.rulebook, band)
    plant = inputs.plant[(inputs.plant["kind"] == "tower").to_numpy()].sort_values("plant_id")
    nodes = stand_at(graph, plant.geometry.to_numpy()).tolist()
    found = [
        Station(str(name), "tower", node, False, capacity) for name, node in zip(plant["plant_id"], nodes, strict=True)
    ]
    if may_build and len(rows):
        places = _new_places(inputs, graph, areas, rows, band.radius_m / 2)
        found += [
            Station(f"tower-{graph.node_ids[node]}", "tower", node, True, capacity)
            for node in places
            if node not in nodes
        ]
    return found


def _new_places(inputs: Inputs, graph: RoadGraph, areas: Areas, rows: IntArray, within_m: float) -> list[int]:
    """Nodes at which a tower could be built, ascending."""
    height = node_heights(inputs, graph)
    found: set[int] = set()
    area_of = areas.of_location[rows]
    for area in np.unique(area_of[area_of >= 0]).tolist():
        nodes = np.unique(graph.location_node[rows[area_of == area]])
        x, y = graph.x[nodes].mean(), graph.y[nodes].mean()
        found.add(int(nodes[np.argmin(np.round(np.hypot(graph.x[nodes] - x, graph.y[nodes] - y), 3))]))
        near = np.flatnonzero(np.hypot(graph.x - x, graph.y - y) <= within_m)
        if height is not None and len(near) and not np.isnan(height[near]).all():
            found.add(int(near[np.nanargmax(np.round(height[near], 2))]))
    return sorted(found)


def node_heights(inputs: Inputs, graph: RoadGraph) -> FloatArray | None:
    """Height of the ground at each node, meters; None without a DEM."""
    if inputs.elevation is None:
        return None
    return _heights(inputs, inputs.elevation, graph.x, graph.y)


def _heights(inputs: Inputs, elevation: Elevation, x: FloatArray, y: FloatArray) -> FloatArray:
    move = Transformer.from_crs(inputs.crs, elevation.crs, always_xy=True)
    east, north = move.transform(x, y)
    return height_at(elevation, np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64))


def radio_offers(
    inputs: Inputs, demand: Demand, graph: RoadGraph, stations: list[Station], band: RadioBand, running: int,
    rows: IntArray,
) -> Offers:  # fmt: skip
    """Offer fixed wireless to each of `rows` from each tower that reaches it and, where heights are known, sees it."""
    book, rule = inputs.rulebook, inputs.rulebook.technology("fixed_wireless")
    units = inputs.locations["units"].to_numpy()
    x, y = inputs.locations.geometry.x.to_numpy()[rows], inputs.locations.geometry.y.to_numpy()[rows]
    cpe = round(100 * book.rate(rule.equipment).likely)
    parts = []
    for number, station in enumerate(stations):
        from_x, from_y = float(graph.x[station.node]), float(graph.y[station.node])
        away = np.hypot(x - from_x, y - from_y)
        near = np.flatnonzero(away <= reach_m(inputs, band))
        near = near[units[rows[near]] <= station.capacity]
        near = near[is_clear(inputs, band, (from_x, from_y), x[near], y[near])]
        count, mine = len(near), units[rows[near]]
        down, up = np.full(count, band.down_mbps), np.full(count, band.up_mbps)
        parts.append(
            Offers(
                rows[near], np.full(count, number), sector_of(x[near] - from_x, y[near] - from_y), mine * cpe,
                mine * (cpe + running), counts_as_served(demand, band.fcc_code, down, up, low_latency=rule.low_latency),
                np.round(away[near], 1), down, up, np.full(count, "", dtype=object),
            )
        )  # fmt: skip
    return joined(parts) if parts else no_offers()


def reach_m(inputs: Inputs, band: RadioBand) -> float:
    """Largest distance: what trees and houses leave of it where no heights tell what stands in the way."""
    return band.radius_m if inputs.elevation is not None or not band.needs_sight else band.clutter_radius_m


def sector_of(east: FloatArray, north: FloatArray) -> IntArray:
    """Sector of a direction, from 1, clockwise from north."""
    bearing = np.degrees(np.arctan2(east, north)) % 360.0
    return np.minimum((bearing // (360.0 / SECTORS)).astype(np.int64), SECTORS - 1) + 1


def is_clear(
    inputs: Inputs, band: RadioBand, start: tuple[float, float], x: FloatArray, y: FloatArray
) -> NDArray[np.bool_]:
    """Tell which radio paths from a tower clear the ground.

    The ground is looked at every ``sight_sample_m``; between the ends it is raised by the earth's bulge at
    ``earth_factor`` times its radius, and ``fresnel_share`` of the first Fresnel zone has to stay free. Where heights
    are not known a path counts as clear, as it does without a DEM and in bands that need no sight.

    References
    ----------
    ITU-R P.530, propagation data for terrestrial line-of-sight systems: bulge and first Fresnel zone.
    """
    if inputs.elevation is None or not band.needs_sight or not len(x):
        return np.ones(len(x), dtype=bool)
    book = inputs.rulebook
    away = np.hypot(x - start[0], y - start[1])
    steps = max(int(np.ceil(away.max() / book.engineering_value("sight_sample_m"))), 2)
    share = np.linspace(0.0, 1.0, steps + 1)
    east = start[0] + np.outer(x - start[0], share)
    north = start[1] + np.outer(y - start[1], share)
    ground = _heights(inputs, inputs.elevation, east.ravel(), north.ravel()).reshape(east.shape)
    top = ground[:, 0] + book.engineering_value("tower_height_m")
    end = ground[:, -1] + book.engineering_value("house_radio_height_m")
    ray = top[:, None] + np.outer(end - top, np.ones(steps + 1)) * share[None, :]
    first, second = away[:, None] * share, away[:, None] * (1 - share)
    bulge = first * second / (2 * book.engineering_value("earth_factor") * EARTH_M)
    wave = LIGHT_M_PER_S / (band.frequency_mhz * 1e6)
    zone = np.sqrt(wave * first * second / np.maximum(away[:, None], 1.0))
    blocked = ground + bulge + book.engineering_value("fresnel_share") * zone > ray
    return ~np.asarray(np.nan_to_num(blocked[:, 1:-1]).any(axis=1), dtype=bool)
