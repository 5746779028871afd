"""The edges of new spans, as permit rules look at them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.folder import SavedPlan, flags, numbers, split_ids, texts

UNDER_BRIDGES = ("rail", "water", "wetland", "pipeline", "road")
PRIVATE_ROADS = ("track", "service")


@dataclass(frozen=True, slots=True)
class BuiltEdges:
    """One row per edge of a new span: what it is, where it lies, and which span and area it belongs to."""

    edge_id: NDArray[np.object_]
    span: NDArray[np.object_]
    area: NDArray[np.object_]
    placement: NDArray[np.object_]
    road: NDArray[np.object_]
    highway: NDArray[np.object_]
    label: list[dict[str, str]]
    bridge: NDArray[np.bool_]
    tunnel: NDArray[np.bool_]
    lateral: NDArray[np.bool_]
    line: NDArray[np.object_]
    length_m: NDArray[np.float64]

    def may_meet(self, layer: str, test: str) -> NDArray[np.bool_]:
        """Flag the edges that may meet a layer: none in a tunnel, none on a bridge over what lies below."""
        under = layer in UNDER_BRIDGES and test in ("crosses", "inside")
        allowed = ~self.tunnel & ~(self.bridge & under)
        if layer == "parcel":
            allowed &= self.lateral | np.isin(self.highway, PRIVATE_ROADS)
        return np.asarray(allowed)


def read_built(saved: SavedPlan) -> BuiltEdges:
    """Read the edges of all spans that are not there yet, once per plan; edges that do not exist are left out."""
    built: BuiltEdges = saved.once("built", _make_built)
    return built


def _make_built(saved: SavedPlan) -> BuiltEdges:
    spans, edges = saved.table("spans"), saved.table("edges")
    row_of = {name: row for row, name in enumerate(texts(edges, "edge_id"))}
    columns = [texts(spans, name) for name in ("span_id", "area_id", "placement", "edge_ids")]
    found: list[tuple[str, str, str, int]] = []
    for span, area, placement, names, lit in zip(*columns, flags(spans, "is_existing"), strict=True):
        if not lit:
            found += [(span, area, placement, row_of[name]) for name in split_ids(names) if name in row_of]
    rows = np.array([row for *_, row in found], dtype=np.int64)
    picked = edges.iloc[rows]
    return BuiltEdges(
        edge_id=_column(picked, "edge_id"),
        span=np.array([span for span, *_ in found], dtype=object),
        area=np.array([area for _, area, *_ in found], dtype=object),
        placement=np.array([placement for *_, placement, _ in found], dtype=object),
        road=_column(picked, "road_id"),
        highway=_column(picked, "highway"),
        label=_labels(picked),
        bridge=flags(picked, "is_bridge"),
        tunnel=flags(picked, "is_tunnel"),
        lateral=_column(picked, "kind") == "lateral",
        line=np.array(shapely.force_2d(np.asarray(picked.geometry.array, dtype=object)), dtype=object),
        length_m=numbers(picked, "length_m"),
    )


def _column(table: Any, name: str) -> NDArray[np.object_]:
    return np.array(texts(table, name), dtype=object)


def _labels(edges: Any) -> list[dict[str, str]]:
    """Tags of the road of each edge, as far as the edges table holds them."""
    names = ("highway", "surface", "name", "ref")
    columns = [[text.strip().lower() for text in texts(edges, name)] for name in names]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    return [{key: value for key, value in row.items() if value} | {"subtype": row["highway"]} for row in rows]
