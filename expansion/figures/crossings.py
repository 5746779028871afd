"""Where the route crosses rail, water, pipes and lines, or passes through ground that is protected or flooded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.figures.cable_runs import Stretch

_NOT_MET = frozenset({"pole", "road", "bridge", "lateral", "boundary", "parcel", "award"})
_LEAST_M = 0.5


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a run meets.

    Attributes
    ----------
    start_m, end_m
        Chainages; equal where a line is crossed.
    layer, name
        Kind of feature and what it is called, "" where unknown.
    permit_ids
        Permits of the plan that cover it.
    """

    start_m: float
    end_m: float
    layer: str
    name: str
    permit_ids: tuple[str, ...]


class Ground:
    """Features that a route may meet, indexed once for all runs of a plan.

    Parameters
    ----------
    triggers, permits
        Tables of a plan in one meter CRS. Roads, bridges, poles, parcels and boundaries are left out: a straight-line
        diagram shows roads and placement anyway.
    """

    def __init__(self, triggers: gpd.GeoDataFrame, permits: pd.DataFrame) -> None:
        kept = triggers[~triggers["layer"].isin(list(_NOT_MET)).to_numpy(dtype=bool)]
        kept = kept[shapely.get_dimensions(kept.geometry.to_numpy()) > 0].sort_values("trigger_id")
        self._rows = list(kept.itertuples(index=False))
        self._shapes = shapely.force_2d(kept.geometry.to_numpy())
        self._tree = shapely.STRtree(self._shapes)
        self._permits = _permits_by_trigger(permits)

    def met_by(self, stretches: Sequence[Stretch]) -> list[Crossing]:
        """List what the stretches of one run cross or pass through, by chainage."""
        shapes = np.array([stretch.shape for stretch in stretches], dtype=object)
        met: dict[int, list[Stretch]] = {}
        for at, row in self._tree.query(shapes, predicate="intersects").T.tolist() if len(shapes) else ():
            met.setdefault(row, []).append(stretches[at])
        found = [crossing for row, mine in met.items() for crossing in self._meetings(mine, row)]
        return sorted(found, key=lambda one: (one.start_m, one.layer, one.name))

    def _meetings(self, stretches: Sequence[Stretch], row: int) -> list[Crossing]:
        """Say where stretches meet one feature; meetings that touch are one."""
        feature, shape = self._rows[row], self._shapes[row]
        reaches = sorted(reach for stretch in stretches for reach in _reaches(stretch, shape))
        name, permits = _name(feature), self._permits.get(str(feature.trigger_id), ())
        return [Crossing(low, high, str(feature.layer), name, permits) for low, high in _joined(reaches)]


def _permits_by_trigger(permits: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Permits by the feature that asks for them."""
    found: dict[str, list[str]] = {}
    for permit_id, triggers in sorted(zip(permits["permit_id"], permits["trigger_ids"].fillna(""), strict=True)):
        for trigger in str(triggers).split(","):
            found.setdefault(trigger, []).append(str(permit_id))
    return {trigger: tuple(ids) for trigger, ids in found.items()}


def _name(feature: Any) -> str:
    """Read what a feature is called."""
    attributes = read_attributes(feature.attributes)
    return str(next((attributes[key] for key in ("name", "ref", "operator", "zone") if attributes.get(key)), ""))


def read_attributes(text: object) -> dict[str, Any]:
    """Read the attributes of a trigger; nothing where the cell holds no JSON object."""
    try:
        attributes = json.loads(str(text))
    except ValueError:
        return {}
    return attributes if isinstance(attributes, dict) else {}


def _reaches(stretch: Stretch, shape: Any) -> list[tuple[float, float]]:
    """Chainages between which a stretch lies in, or at which it crosses, a feature."""
    parts = shapely.get_parts(shapely.intersection(stretch.shape, shape))
    length = stretch.shape.length or 1.0
    scale = (stretch.end_m - stretch.start_m) / length
    reaches = []
    for part in parts:
        ends = shapely.points(shapely.get_coordinates(part)[[0, -1]])
        at = np.sort(shapely.line_locate_point(stretch.shape, ends)) * scale + stretch.start_m
        reaches.append((round(float(at[0]), 1), round(float(at[1]), 1)))
    return reaches


def _joined(reaches: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Join reaches that touch; they come in order."""
    joined: list[tuple[float, float]] = []
    for low, high in reaches:
        if joined and low <= joined[-1][1] + _LEAST_M:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined
