"""Assume a central office where the study brings no plant, and say so."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.demand.settlements import find_settlements
from expansion.plan.findings import find
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Eligibility
from expansion.plan.specs_inputs import PLANT
from expansion.study import Study


def assume_plant(study: Study, inputs: Inputs, eligibility: Eligibility) -> Inputs:
    """Return the inputs with an office, where they bring neither office nor fiber.

    The office stands at a road node nearest the most central settlement: the one from which the units of all
    settlements are nearest in sum of straight distances. Only nodes of one connected part of the roads count: the part
    that most units lie near, within `network.snap_max_m`, and of equals the one with the most meters.
    """
    if inputs.plant["kind"].isin(["co", "fiber"]).any():
        return inputs
    table = eligibility.table
    chosen = table[table["eligible"]] if table["eligible"].any() else table
    xy = shapely.get_coordinates(chosen.geometry.to_numpy())
    center = _central_settlement(xy, chosen["units"].to_numpy(), study.areas.settlement_distance_m)
    nodes = _main_nodes(inputs.roads, chosen, study.network.snap_max_m)
    away = np.hypot(nodes[:, 0] - center[0], nodes[:, 1] - center[1])
    point = shapely.Point(nodes[np.lexsort((nodes[:, 1], nodes[:, 0], np.round(away, 3)))[0]])
    columns: dict[str, object] = {
        "plant_id": ["assumed-co"], "kind": ["co"], "capacity": [None], "name": ["assumed central office"],
        "owner": [None], "origin": ["assumed"],
    }  # fmt: skip
    office = PLANT.build(columns, geometry=[point], crs=inputs.crs)
    finding = find(
        "W_ASSUMED_PLANT",
        "warning",
        "no office or fiber is given: one central office is assumed at the middle of demand",
        ["assumed-co"], repair="give the operator's plant as inputs.plant",
    )  # fmt: skip
    return replace(inputs, plant=gpd.GeoDataFrame(office), findings=(*inputs.findings, finding))


def _central_settlement(xy: NDArray[np.float64], units: NDArray[np.int64], distance_m: float) -> NDArray[np.float64]:
    """Center of the settlement nearest to all units."""
    label = find_settlements(xy, distance_m)
    weight = np.bincount(label, weights=units)
    centers = np.stack([np.bincount(label, weights=xy[:, axis] * units) / weight for axis in (0, 1)], axis=1)
    sums = [float(np.sum(weight * np.hypot(*(centers - center).T))) for center in centers]
    best: NDArray[np.float64] = centers[int(np.argmin(np.round(sums, 3)))]
    return best


def _main_nodes(roads: gpd.GeoDataFrame, locations: gpd.GeoDataFrame, snap_max_m: float) -> NDArray[np.float64]:
    """Coordinates of the road ends in the part of the network near the most units, then with the most meters."""
    refs, ends = np.unique(np.r_[roads["u_ref"].to_numpy(), roads["v_ref"].to_numpy()], return_inverse=True)
    u, v = ends[: len(roads)], ends[len(roads) :]
    matrix = coo_matrix((np.ones(len(u)), (u, v)), shape=(len(refs), len(refs)))
    count, label = connected_components(matrix, directed=False)
    lines = roads.geometry.to_numpy()
    near = np.zeros(count, dtype=np.int64)
    points, units = locations.geometry.to_numpy(), locations["units"].to_numpy()
    location, road = shapely.STRtree(lines).query(points, predicate="dwithin", distance=snap_max_m)
    pairs = np.unique(np.stack([location, label[u[road]]]), axis=1)
    np.add.at(near, pairs[1], units[pairs[0]])
    meters = np.bincount(label[u], weights=roads["length_m"].to_numpy(), minlength=count)
    main = np.lexsort((-np.round(meters, 3), -near))[0]
    ours = lines[label[u] == main]
    return np.unique(shapely.get_coordinates(np.r_[shapely.get_point(ours, 0), shapely.get_point(ours, -1)]), axis=0)
