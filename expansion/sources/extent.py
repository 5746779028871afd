"""Where the study is: the extent of its roads, and what lies too far from it to be meant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.crs import WGS84, geodesic_distances
from expansion.plan.findings import Finding, find
from expansion.sources.exchange import GeometryArray

FAR_M = 50_000.0
OUTSIDE_M = 1_000.0
_MARGIN_DEGREES = 5_000 / 111_000


@dataclass(frozen=True, slots=True)
class Extent:
    """West, south, east, north of the roads, EPSG:4326 degrees; an east over 180 lies beyond the antimeridian."""

    bounds: tuple[float, float, float, float]

    @classmethod
    def of(cls, roads: GeometryArray) -> Extent:
        """Return the extent of roads."""
        west, south, east, north = (float(value) for value in shapely.total_bounds(roads))
        return cls((west, south, east, north))

    def distances(self, shapes: GeometryArray) -> NDArray[np.float64]:
        """Meters from each geometry's box to the extent, 0 inside."""
        west, south, east, north = self.bounds
        box = self._boxes(shapes)
        x = np.clip(west, box[:, 0], box[:, 2]), np.clip(east, box[:, 0], box[:, 2])
        y = np.clip(south, box[:, 1], box[:, 3]), np.clip(north, box[:, 1], box[:, 3])
        near_x = np.where(box[:, 2] < west, x[0], np.where(box[:, 0] > east, x[1], np.clip(box[:, 0], west, east)))
        near_y = np.where(box[:, 3] < south, y[0], np.where(box[:, 1] > north, y[1], np.clip(box[:, 1], south, north)))
        there = np.column_stack([near_x, near_y])
        here = np.column_stack([np.clip(near_x, west, east), np.clip(near_y, south, north)])
        return geodesic_distances(here, there, WGS84)

    def _boxes(self, shapes: GeometryArray) -> NDArray[np.float64]:
        """Box of each geometry; those half a turn west of an extent that crosses 180 degrees move a turn east."""
        box: NDArray[np.float64] = shapely.bounds(shapes).reshape(-1, 4)
        west, _, east, _ = self.bounds
        if east > 180:
            box[:, [0, 2]] += 360.0 * (box[:, 2] < west - 180)[:, None]
        return box

    def near(self, shapes: GeometryArray, ids: list[str], name: str, findings: list[Finding]) -> NDArray[np.bool_]:
        """Mark what may belong to the study. Farther than 1 km outside is said; farther than 50 km is left out."""
        distance = self.distances(shapes)
        far, outside = distance > FAR_M, (distance > OUTSIDE_M) & (distance <= FAR_M)
        for code, mask, text in (
            ("W_FAR", far, f"{name}: farther than 50 km from every road; left out"),
            ("W_OUTSIDE_STUDY_AREA", outside, f"{name}: outside the extent of the roads"),
        ):
            if mask.any():
                where = [ids[row] for row in np.flatnonzero(mask).tolist()]
                amount = round(float(distance[mask].max()), 3)
                repair = "check these coordinates, also whether latitude and longitude are swapped"
                findings.append(find(code, "warning", text, where, amount=amount, unit="m", repair=repair))
        return np.asarray(~far)

    def touches(self, shapes: GeometryArray) -> NDArray[np.bool_]:
        """Mark geometries whose box comes within 5 km of the extent."""
        west, south, east, north = self.bounds
        margin_x = _MARGIN_DEGREES / max(np.cos(np.radians(max(abs(south), abs(north)))), 0.05)
        box = self._boxes(shapes)
        inside_x = (box[:, 0] <= east + margin_x) & (box[:, 2] >= west - margin_x)
        return np.asarray(inside_x & (box[:, 1] <= north + _MARGIN_DEGREES) & (box[:, 3] >= south - _MARGIN_DEGREES))
