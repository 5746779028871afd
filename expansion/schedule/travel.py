"""The way of crews to each area, as days that their work there takes longer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pyproj import CRS, Transformer

from expansion.plan.plan import Areas
from expansion.rulebook import Rulebook
from expansion.schedule.chosen import ChosenArea
from expansion.schedule.tasks import TRAVEL
from expansion.study import Study


def add_travel(study: Study, rulebook: Rulebook, areas: Areas, chosen: list[ChosenArea]) -> list[ChosenArea]:
    """Add to each area the days of the way from the depot and back; none where the study names no depot.

    The way is the distance from the depot to the centroid of the area, in the plan's projection, times
    ``road_detour``, at ``crew_speed_kmh`` over ``crew_hours`` a day. A crew that goes straight from one area to the
    next drives no farther than by way of the depot, so that this leaves time enough in whatever order areas are built.

    Parameters
    ----------
    study
        Depot.
    rulebook
        Detour, speed and hours.
    areas
        Geometry, with its CRS.
    chosen
        Areas whose work is measured.
    """
    depot = study.schedule.depot
    if depot is None or not chosen:
        return chosen
    to_plan = Transformer.from_crs(CRS.from_epsg(4326), areas.table.crs, always_xy=True)
    east, north = to_plan.transform(depot.longitude, depot.latitude)
    centers = areas.table.geometry.centroid
    km = np.hypot(centers.x.to_numpy() - east, centers.y.to_numpy() - north) / 1000
    value = rulebook.engineering_value
    days = np.round(2 * km * value("road_detour") / (value("crew_speed_kmh") * value("crew_hours")), 2)
    return [_farther(area, float(days[area.row])) for area in chosen]


def _farther(area: ChosenArea, days: float) -> ChosenArea:
    parts = tuple(replace(part, quantities=part.quantities | {TRAVEL: days}) for part in area.parts)
    return replace(area, quantities=area.quantities | {TRAVEL: days}, parts=parts)
