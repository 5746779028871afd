"""A small map for each permit: what is crossed, the roads, the route, and the spans that need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.figures.paper import INK, MAJOR_ROAD, RAIL, WATER, WOODS
from expansion.figures.svg_map import DrawnLayer, draw_map
from expansion.figures.svg_paths import Frame, area_path, dot_path, fit_frame, line_path

ASKED, ROUTE = "#D55E00", "#0072B2"
_STREET = "#b9b2a3"
_WIDTH, _TALLEST = 430, 330
Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class PermitMaps:
    """The shapes of a plan with their search trees, read once for all maps."""

    roads: Shapes
    route: Shapes
    ground: Shapes
    kinds: NDArray[np.object_]
    spans: dict[str, int]
    near_roads: shapely.STRtree
    near_ground: shapely.STRtree
    near_route: shapely.STRtree

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame]) -> PermitMaps:
        """Read edges, spans and triggers of a plan."""
        edges, spans, triggers = tables["edges"], tables["spans"], tables["triggers"]
        if "kind" in edges:
            edges = edges[(edges["kind"] == "road").to_numpy(dtype=bool)]
        roads, route, ground = (_shapes(table) for table in (edges, spans, triggers))
        return cls(
            roads, route, ground, triggers["layer"].to_numpy(dtype=object),
            {str(name): row for row, name in enumerate(spans["span_id"])},
            shapely.STRtree(roads), shapely.STRtree(ground), shapely.STRtree(route),
        )  # fmt: skip

    def draw(self, shape: shapely.Geometry, span_ids: str, title: str) -> str:
        """Draw one permit.

        Parameters
        ----------
        shape
            Its geometry, study CRS.
        span_ids
            Spans that need it, joined by commas.
        title
            Read out to those who cannot see the map.
        """
        frame = fit_frame(shape.bounds, width_px=_WIDTH, tallest_px=_TALLEST, least_m=350.0)
        window = shapely.box(*frame.bounds)
        own = np.array([self.spans[one] for one in span_ids.split(",") if one in self.spans], dtype=np.int64)
        layers = (
            self._ground_layer(frame, window),
            DrawnLayer(
                "road", "", 0, "", _stroke(line_path(_hit(self.near_roads, self.roads, window), frame), _STREET, 22)
            ),
            DrawnLayer(
                "route", "", 0, "", _stroke(line_path(_hit(self.near_route, self.route, window), frame), ROUTE, 24)
            ),
            DrawnLayer("asked", "", 0, "", _stroke(line_path(self.route[own], frame), ASKED, 42)),
            DrawnLayer("permit", "", 0, "", _mark(shape, frame)),
        )
        return draw_map(layers, frame, title=title).replace('class="map"', 'class="permit-map"', 1)

    def _ground_layer(self, frame: Frame, window: shapely.Geometry) -> DrawnLayer:
        """Draw water, protected land and rail."""
        rows = np.sort(self.near_ground.query(window, predicate="intersects"))
        shapes, kinds = self.ground[rows], self.kinds[rows]
        areal = np.isin(shapely.get_type_id(shapes), (3, 6))
        wet, green = (
            np.isin(kinds, ("water", "wetland", "flood")),
            np.isin(kinds, ("protected", "federal", "state_land")),
        )
        body = _fill(area_path(shapes[green & areal], frame), WOODS) + _fill(
            area_path(shapes[wet & areal], frame), WATER
        )
        body += _stroke(line_path(shapes[wet & ~areal], frame), "#5b9bd1", 26)
        body += _stroke(line_path(shapes[(kinds == "rail") & ~areal], frame), RAIL, 30, ' stroke-dasharray="50 26"')
        body += _stroke(line_path(shapes[np.isin(kinds, ("pipeline", "powerline")) & ~areal], frame), MAJOR_ROAD, 14)
        return DrawnLayer("ground", "", 0, "", body)


def _shapes(table: pd.DataFrame) -> Shapes:
    found: Shapes = np.asarray(shapely.force_2d(table.geometry.to_numpy()), dtype=object)
    return found


def _hit(tree: shapely.STRtree, shapes: Shapes, window: shapely.Geometry) -> Shapes:
    """Shapes that the window sees, in their order."""
    found: Shapes = shapes[np.sort(tree.query(window, predicate="intersects"))]
    return found


def _stroke(path: str, color: str, width: int, extra: str = "") -> str:
    return f'<path d="{path}" stroke="{color}" stroke-width="{width}"{extra}/>' if path else ""


def _fill(path: str, color: str) -> str:
    return f'<path d="{path}" fill="{color}" fill-rule="evenodd"/>' if path else ""


def _mark(shape: shapely.Geometry, frame: Frame) -> str:
    """Ring the places of a permit for crossings; a stretch is seen by its spans."""
    parts = shapely.get_parts(np.array([shape], dtype=object))
    parts = parts[shapely.get_type_id(parts) == 0]
    dots = dot_path(parts, frame)
    return _stroke(dots, INK, 130) + _stroke(dots, "#F0E442", 90) if dots else ""
