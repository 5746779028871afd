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
    settlements are nearest in sum of straight distances. Only nodes of the largest connected part of the roads count.
    """
    if inputs.plant["kind"].isin(["co", "fiber"]).any():
        return inputs
    table = eligibility.table
    chosen = table[table["eligible"]] if table["eligible"].any() else table
    xy = shapely.get_coordinates(chosen.geometry.to_numpy())
    center = _central_settlement(xy, chosen["units"].to_numpy(), study.areas.settlement_distance_m)
    nodes = _main_nodes(inputs.roads)
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


def _main_nodes(roads: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Coordinates of the road ends in the part of the network with the most road meters."""
    refs, ends = np.unique(np.r_[roads["u_ref"].to_numpy(), roads["v_ref"].to_numpy()], return_inverse=True)
    u, v = ends[: len(roads)], ends[len(roads) :]
    matrix = coo_matrix((np.ones(len(u)), (u, v)), shape=(len(refs), len(refs)))
    _, label = connected_components(matrix, directed=False)
    main = np.argmax(np.bincount(label[u], weights=roads["length_m"].to_numpy()))
    lines = roads.geometry.to_numpy()[label[u] == main]
    return np.unique(shapely.get_coordinates(np.r_[shapely.get_point(lines, 0), shapely.get_point(lines, -1)]), axis=0)
