"""DSL from the plant's cabinets and exchanges: copper along roads, and what a line of that length carries."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from expansion.network.plant import nearest_nodes
from expansion.network.technology.offers import Offers, counts_as_served, joined, no_offers
from expansion.plan.graph import FloatArray, IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.technology import Station
from expansion.rulebook import CopperReach, Rulebook
from expansion.study import Demand


def find_cabinets(inputs: Inputs, graph: RoadGraph) -> list[Station]:
    """List the cabinets and exchanges of the plant by id, each at the nearest node of a road, with new ports."""
    rows = inputs.plant[inputs.plant["kind"].isin(["cabinet", "exchange"]).to_numpy()].sort_values("plant_id")
    nodes = stand_at(graph, rows.geometry.to_numpy())
    most = int(inputs.rulebook.engineering_value("dslam_ports"))
    return [
        Station(str(name), "cabinet", node, False, most, kind == "exchange")
        for name, kind, node in zip(rows["plant_id"], rows["kind"], nodes.tolist(), strict=True)
    ]


def stand_at(graph: RoadGraph, points: NDArray[np.object_]) -> IntArray:
    """Nearest node of the roads' own, which come first, to each point."""
    count = sum(1 for name in graph.node_ids if str(name).startswith("n"))
    return nearest_nodes(shapely.get_coordinates(points), graph.x[:count], graph.y[:count])


def copper_offers(
    inputs: Inputs, demand: Demand, graph: RoadGraph, stations: list[Station], running: int, rows: IntArray
) -> Offers:
    """Offer DSL to each of `rows` from each cabinet whose copper reaches it.

    Copper is as long as the way along roads and the drop, times ``copper_factor``. Of the variants that reach so far
    the one that counts as served comes first, then the fastest down, then the cheapest port.
    """
    book = inputs.rulebook
    longest = max((point.distance_m for point in book.copper_reach), default=0.0)
    if not stations or not len(rows) or not longest:
        return no_offers()
    factor = book.engineering_value("copper_factor")
    nodes = np.array([station.node for station in stations])
    far = dijkstra(graph.matrix(graph.length_m), directed=False, indices=nodes, limit=longest / factor)
    copper = np.round((far[:, graph.location_node[rows]] + graph.drop_m[rows]) * factor, 1)
    site, place = np.nonzero(copper <= longest)
    return _lines(inputs, demand, copper[site, place], rows[place], site.astype(np.int64), running)


def _lines(inputs: Inputs, demand: Demand, copper_m: FloatArray, row: IntArray, site: IntArray, running: int) -> Offers:
    book, rule = inputs.rulebook, inputs.rulebook.technology("dsl")
    units = inputs.locations["units"].to_numpy()[row]
    modem = book.rate(rule.equipment).likely
    parts = []
    for curve in variants(book):
        port = curve[0].port
        down, up = line_rate(curve, copper_m)
        capital = np.rint(100 * units * (modem + book.rate(port).likely)).astype(np.int64)
        parts.append(
            Offers(
                row, site, np.zeros(len(row), dtype=np.int64), capital, capital + units * running,
                counts_as_served(demand, rule.fcc_code, down, up, low_latency=rule.low_latency), copper_m, down, up,
                np.full(len(row), port, dtype=object),
            )
        )  # fmt: skip
    every = joined(parts)
    every = every.take(every.down_mbps > 0)
    order = np.lexsort((every.lifetime, -every.down_mbps, ~every.meets, every.site, every.row))
    every = every.take(order)
    first = np.ones(len(every.row), dtype=bool)
    first[1:] = (every.row[1:] != every.row[:-1]) | (every.site[1:] != every.site[:-1])
    return every.take(first)


def variants(book: Rulebook) -> list[list[CopperReach]]:
    """Group the points of the reach table by variant, each by distance."""
    names = sorted({point.variant for point in book.copper_reach})
    return [
        sorted((p for p in book.copper_reach if p.variant == name), key=lambda point: point.distance_m)
        for name in names
    ]


def line_rate(curve: list[CopperReach], copper_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Speeds of lines of these lengths, Mbit/s: straight between the points of the curve.

    Shorter than the first point a line carries what that says, never more; beyond the last it carries nothing.
    """
    at = [point.distance_m for point in curve]
    down = np.interp(copper_m, at, [point.down_mbps for point in curve], right=0.0)
    up = np.interp(copper_m, at, [point.up_mbps for point in curve], right=0.0)
    return np.round(down, 3), np.round(up, 3)
