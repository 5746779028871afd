"""In whose municipality, county or state each edge lies."""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.permits.ground import LEAST_STRETCH_M, BoolArray, Ground, empty_stretches, stretches_inside
from expansion.permits.rules import words
from expansion.plan.graph import IntArray

# Boundaries grow by this much first, so that a road drawn on a boundary lies in both whatever the rounding.
GROW_M = 1.0
# A further boundary counts where it holds at least this much of an edge that none before it holds.
LEAST_SHARE_M = 25.0
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Jurisdictions:
    """Boundaries by administrative level, and which of them holds each stretch of each edge.

    Attributes
    ----------
    names
        Per boundary: its name, or its feature id.
    levels
        Levels that were read, ascending.
    held
        Per level: edge, feature (row of the boundaries), start, end; the boundary with most of the edge first.
    within
        Per level the same before edges are shared out: where each boundary holds each edge.
    """

    names: NDArray[np.object_]
    levels: tuple[int, ...]
    held: dict[int, pd.DataFrame]
    within: dict[int, pd.DataFrame]
    edge_count: int

    def primary(self, levels: str) -> IntArray:
        """Per edge the boundary that holds most of it, at the first of `levels` that has one; -1 for none."""
        result = np.full(self.edge_count, -1, dtype=np.int64)
        for level in self._asked(levels):
            rows = self.held[level].drop_duplicates("edge")
            edge = rows["edge"].to_numpy()
            free = result[edge] < 0
            result[edge[free]] = rows["feature"].to_numpy()[free]
        return result

    def at(self, levels: str, places: pd.DataFrame) -> IntArray:
        """Per place (edge, start, end; equal for a point) the boundary that holds most of it; -1 for none.

        The first of `levels` counts at which some boundary holds the point, or a meter or more of the stretch; of
        equals the boundary that holds most of the edge.
        """
        result = np.full(len(places), -1, dtype=np.int64)
        primary = self.primary(levels)[places["edge"].to_numpy(dtype=np.int64)]
        wanted = places[["edge", "start", "end"]].assign(row=np.arange(len(places)), primary=primary)
        for level in self._asked(levels):
            pairs = wanted[result < 0].merge(self.within[level], on="edge", suffixes=("", "_held"))
            low = np.maximum(pairs["start"], pairs["start_held"])
            shared = (np.minimum(pairs["end"], pairs["end_held"]) - low).round(2)
            pairs = pairs.assign(shared=shared, other=pairs["feature"] != pairs["primary"])
            least = np.minimum(LEAST_STRETCH_M, pairs["end"] - pairs["start"]).round(2)
            pairs = pairs[shared >= least].sort_values(
                ["row", "shared", "other", "feature"], ascending=[True, False, True, True], kind="stable"
            )
            best = pairs.drop_duplicates("row")
            result[best["row"].to_numpy(dtype=np.int64)] = best["feature"].to_numpy(dtype=np.int64)
        return result

    def name(self, boundary: IntArray) -> NDArray[np.object_]:
        """Names of boundaries; ``unknown`` for -1."""
        if len(self.names) == 0:
            return np.full(len(boundary), UNKNOWN, dtype=object)
        return np.where(boundary >= 0, self.names[np.maximum(boundary, 0)], UNKNOWN).astype(object)

    def stretches(self, levels: str, edges: IntArray, length: NDArray[np.float64]) -> pd.DataFrame:
        """Divide edges by the boundaries of the first of `levels` that holds them; -1 where none does.

        Returns
        -------
        DataFrame
            edge, feature, start, end.
        """
        left, found = edges, []
        for level in self._asked(levels):
            rows = self.held[level]
            rows = rows[rows["edge"].isin(left)]
            found.append(rows)
            left = left[~np.isin(left, rows["edge"].to_numpy())]
        rest = {"edge": left, "feature": np.full(len(left), -1), "start": np.zeros(len(left)), "end": length[left]}
        parts = [part for part in [*found, pd.DataFrame(rest)] if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else empty_stretches()

    def inside(self, levels: tuple[str, ...]) -> BoolArray:
        """Per edge: whether some boundary of one of these levels holds most of it."""
        return self.primary("|".join(levels)) >= 0 if levels else np.zeros(self.edge_count, dtype=bool)

    def _asked(self, levels: str) -> list[int]:
        """Levels in the order asked for, those that were read only; all, the finest first, where none is named."""
        asked = [int(word) for word in words(levels)] or list(reversed(self.levels))
        return [level for level in asked if level in self.held]


def divide_edges(ground: Ground, boundaries: gpd.GeoDataFrame) -> Jurisdictions:
    """Find the boundary that holds each edge, per administrative level.

    The boundary with the longest overlap comes first (overlaps in whole meters; of equals the smallest feature id); a
    further one counts for what it holds beyond those before it, where that is `LEAST_SHARE_M` or more.

    Parameters
    ----------
    ground
        Edges.
    boundaries
        Features of kind boundary, by feature id; the number in `subtype` is the administrative level, else the one of
        the attribute `admin_level`, else 8. Only areas count.
    """
    shapes = boundaries.geometry.to_numpy()
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    told = zip(boundaries["subtype"], boundaries["attributes"], strict=True)
    level = np.array([_level(subtype, attributes) for subtype, attributes in told], dtype=np.int64)
    name = boundaries["name"].fillna("").str.strip()
    names = np.where(name == "", boundaries["feature_id"], name).astype(object)
    levels = tuple(sorted(set(level[areas].tolist())))
    held, within = {}, {}
    for one in levels:
        rows = np.nonzero(areas & (level == one))[0]
        grown = np.array(shapely.buffer(shapes[rows], GROW_M, quad_segs=2), dtype=object)
        inside = stretches_inside(ground, grown, np.ones(len(ground.lines), dtype=bool))
        inside["feature"] = rows[inside["feature"].to_numpy(dtype=np.int64)]
        held[one], within[one] = _share_out(inside), inside
    return Jurisdictions(names, levels, held, within, len(ground.lines))


def _level(subtype: object, attributes: object) -> int:
    """Read the administrative level."""
    found = re.search(r"()(\d+)", subtype) if isinstance(subtype, str) else None
    found = found or re.search(r'"admin_level":\s*("?)(\d+)', str(attributes))
    return int(found.group(2)) if found else 8


def name_at(boundaries: gpd.GeoDataFrame, levels: str, place: shapely.Point) -> str | None:
    """Name the boundary that holds a place, at the first of `levels` that has one; of equals the smallest feature id.

    Parameters
    ----------
    boundaries
        Features of kind boundary, by feature id.
    levels
        Administrative levels joined by ``|``; empty names nothing.
    """
    shapes = boundaries.geometry.to_numpy()
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    holds = areas & shapely.dwithin(shapes, place, GROW_M) if len(shapes) else areas
    told = [_level(*row) for row in zip(boundaries["subtype"], boundaries["attributes"], strict=True)]
    for level in map(int, words(levels)):
        for row in np.flatnonzero(holds):
            if told[row] == level:
                name = boundaries["name"].iloc[row]
                return (name.strip() if isinstance(name, str) else "") or str(boundaries["feature_id"].iloc[row])
    return None


def _share_out(inside: pd.DataFrame) -> pd.DataFrame:
    """Leave each stretch of an edge to one boundary; rows by edge, the boundary with most of it first."""
    if inside.empty:
        return inside
    alone = (inside.groupby("edge")["feature"].transform("nunique") == 1).to_numpy(dtype=bool)
    held: dict[int, dict[int, list[tuple[float, float]]]] = {}
    for edge, feature, start, end in inside[~alone].itertuples(index=False):
        held.setdefault(edge, {}).setdefault(feature, []).append((start, end))
    rows = [row for edge in sorted(held) for row in _share_edge(edge, held[edge])]
    shared = pd.DataFrame(rows, columns=["edge", "feature", "start", "end"]).astype(inside.dtypes.to_dict())
    both = pd.concat([inside[alone], shared], ignore_index=True) if len(shared) else inside
    return both.sort_values("edge", kind="stable", ignore_index=True)


def _share_edge(edge: int, held: dict[int, list[tuple[float, float]]]) -> list[tuple[int, int, float, float]]:
    """Share out one edge that several boundaries hold."""
    meters = {feature: round(sum(end - start for start, end in held[feature])) for feature in held}
    taken: list[tuple[float, float]] = []
    kept: list[tuple[int, int, float, float]] = []
    for feature in sorted(held, key=lambda one: (-meters[one], one)):
        free = [gap for start, end in held[feature] for gap in _without(start, end, taken)]
        if kept and sum(end - start for start, end in free) < LEAST_SHARE_M:
            continue
        taken = sorted([*taken, *free])
        kept += [(edge, feature, start, end) for start, end in free]
    return kept


def _without(start: float, end: float, taken: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return what is left of a stretch outside others, which are ascending and apart."""
    left, at = [], start
    for low, high in taken:
        if high <= at or low >= end:
            continue
        if low > at:
            left.append((at, low))
        at = max(at, high)
    return [*left, (at, end)] if at < end else left
