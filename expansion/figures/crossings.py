"""Where the route crosses rail, water, pipes and lines, or passes through ground that is protected or flooded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.figures.cable_runs import Run

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

    def met_by(self, run: Run) -> list[Crossing]:
        """List what a run crosses or passes through, by chainage."""
        if not run.stretches or not len(self._shapes):
            return []
        line = shapely.line_merge(shapely.union_all([stretch.shape for stretch in run.stretches]))
        found = [
            crossing
            for row in np.unique(self._tree.query(line, predicate="intersects")).tolist()
            for crossing in self._meetings(run, row)
        ]
        return sorted(found, key=lambda one: (one.start_m, one.layer, one.name))

    def _meetings(self, run: Run, row: int) -> list[Crossing]:
        """Say where a run meets one feature; meetings that touch are one."""
        feature, shape = self._rows[row], self._shapes[row]
        reaches = sorted(
            reach for stretch in run.stretches if shape.intersects(stretch.shape) for reach in _reaches(stretch, shape)
        )
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
    try:
        attributes = json.loads(feature.attributes)
    except (TypeError, ValueError):
        return ""
    if not isinstance(attributes, Mapping):
        return ""
    return str(next((attributes[key] for key in ("name", "ref", "operator", "zone") if attributes.get(key)), ""))


def _reaches(stretch: Any, shape: Any) -> list[tuple[float, float]]:
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
