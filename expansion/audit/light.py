"""Follow the light of every connected location from the OLT to its door, and recompute reach and splices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from expansion.audit.folder import SavedPlan, integers, numbers, split_ids, texts
from expansion.audit.laid import Run, lay_out, site_nodes, stretches
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
Leg = tuple[float, int]
_DARK: Leg = (float("nan"), -1)


def check_light(saved: SavedPlan) -> Check:
    """Check way, reach and splices of every light path against cables and rules."""
    ledger = Ledger("light")
    paths = saved.table("paths")
    ids = texts(paths, "location_id")
    reach, splices = _follow_all(saved)
    ledger.none(np.isnan(reach), ids, "light does not arrive along the cables that its path names")
    lit = ~np.isnan(reach)
    ledger.none(lit & ~(np.abs(numbers(paths, "reach_m") - reach) <= 0.01), ids, "reach_m is not the cable to the OLT")
    ledger.none(lit & (integers(paths, "splices") != splices), ids, "splices are not those on the way")
    return ledger.close()


@dataclass(frozen=True, slots=True)
class Plant:
    """What light runs through: cables laid out, node per site, ways along spans."""

    runs: dict[str, Run]
    node: dict[str, int]
    ways: dict[int, FloatArray]

    def chain(self, names: list[str], tier: str) -> tuple[str, ...]:
        """Cables of one tier on a path, the first from the core first."""
        return tuple(name for name in names if name in self.runs and self.runs[name].tier == tier)

    def leg(self, chain: tuple[str, ...], start: int, end: int) -> Leg:
        """Cable meters and splices from node to node along a chain of cables; dark where it does not lead there."""
        if not chain:
            return (0.0, 0) if start == end else _DARK
        cable_m, splices, here = 0.0, 0, start
        for place, name in enumerate(chain):
            run = self.runs[name]
            goal = self.node.get(self.runs[chain[place + 1]].from_site, -1) if place + 1 < len(chain) else end
            if run.nodes[0] != here or goal not in run.nodes:
                return _DARK
            meters, joints = run.light(run.nodes.index(goal))
            cable_m, splices, here = cable_m + meters, splices + 1 + joints, goal
        return cable_m, splices

    def existing(self, office: int, source: int) -> Leg:
        """Cable meters and splices on the operator's own fiber between an office and the tap."""
        if office == source:
            return 0.0, 0
        way = self.ways.get(office)
        if way is None or not 0 <= source < len(way) or not np.isfinite(way[source]):
            return _DARK
        return float(way[source]), 1


def _read_plant(saved: SavedPlan) -> Plant:
    node = site_nodes(saved)
    offices = sorted({node[name] for name in texts(saved.table("paths"), "office_id") if name in node})
    return Plant(
        lay_out(saved, Ledger("cables")),
        node,
        _ways(saved, offices),
    )


def _ways(saved: SavedPlan, offices: list[int]) -> dict[int, FloatArray]:
    """Cable meters along spans from each office to every node."""
    spans = list(stretches(saved).values())
    if not spans or not offices:
        return {}
    u, v = np.array([span.u for span in spans]), np.array([span.v for span in spans])
    meters = np.maximum([span.cable_m for span in spans], 1e-9)
    size = int(max(u.max(), v.max(), *offices)) + 1
    matrix = coo_array((meters, (u, v)), shape=(size, size)).tocsr()
    return dict(zip(offices, dijkstra(matrix, directed=False, indices=offices), strict=True))


def _follow_all(saved: SavedPlan) -> tuple[FloatArray, IntArray]:
    """Cable meters and splices of every path; NaN and -1 where the light does not arrive."""
    plant, paths = _read_plant(saved), saved.table("paths")
    cables = saved.table("cables")
    length = dict(zip(texts(cables, "cable_id"), numbers(cables, "length_m"), strict=True))
    inside = int(engineering(saved, "office_splices"))
    reach, splices = np.full(len(paths), np.nan), np.full(len(paths), -1, dtype=np.int64)
    columns = [texts(paths, name) for name in ("location_id", "cable_ids", "terminal_id", "hub_id", "office_id")]
    known: dict[tuple[Any, ...], tuple[Leg, ...]] = {}
    for row, (location, text, *sites) in enumerate(zip(*columns, strict=True)):
        names = split_ids(text)
        key = (plant.chain(names, "feeder"), plant.chain(names, "distribution"), *sites)
        if key not in known:
            known[key] = _legs(plant, *key)
        drop = plant.chain(names, "drop")
        if len(drop) == 1 and (plant.runs[drop[0]].from_site, plant.runs[drop[0]].to_site) == (sites[0], location):
            reach[row] = length[drop[0]] + sum(leg[0] for leg in known[key])
            splices[row] = inside + sum(leg[1] for leg in known[key])
    return reach, splices


def _legs(
    plant: Plant, feeder: tuple[str, ...], distribution: tuple[str, ...], terminal: str, hub: str, office: str
) -> tuple[Leg, ...]:
    """Legs of a path: on the operator's fiber, in feeder cables, in distribution cables."""
    hub_node = plant.node.get(hub, -1)
    source = plant.runs[feeder[0]].nodes[0] if feeder else hub_node
    return (
        plant.existing(plant.node.get(office, -1), source),
        plant.leg(feeder, source, hub_node),
        plant.leg(distribution, hub_node, plant.node.get(terminal, -1)),
    )
