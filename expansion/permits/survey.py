"""The features of a study against its edges: each geometry test runs once per kind, whatever the number of rules."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from expansion.permits.crossings import find_contacts, find_crossings
from expansion.permits.grants import Names, name_features
from expansion.permits.ground import (
    LEAST_STRETCH_M,
    TOUCH_M,
    BoolArray,
    Ground,
    empty_stretches,
    join_stretches,
    lay_ground,
    stretches_inside,
)
from expansion.permits.jurisdictions import Jurisdictions, divide_edges
from expansion.permits.rules import features_of, words
from expansion.plan.graph import IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.specs_inputs import FEATURES
from expansion.rulebook import PermitRule

# What lies below a bridge is not crossed by the cable on it; wires pass above bridges too.
UNDER_BRIDGES = frozenset({"rail", "water", "wetland", "pipeline", "road"})
_NO = ("", "no", "false", "0")


@dataclass(frozen=True, slots=True)
class Survey:
    """Edges, features and jurisdictions of one study.

    Attributes
    ----------
    graph, ground
        Edges.
    features
        After `FEATURES`, by feature id; boundaries, awards and poles included, poles of the plant as well.
    roads
        Road segments as features of kind road, by id.
    keys, road_keys
        What each feature, and each road, is part of.
    owners
        Authority per feature, "" where unknown.
    jurisdictions
        Boundaries that hold the edges.
    """

    graph: RoadGraph
    ground: Ground
    features: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame
    keys: Names
    owners: Names
    road_keys: Names
    jurisdictions: Jurisdictions
    _contacts: dict[str, tuple[NDArray[np.object_], IntArray, pd.DataFrame]] = field(default_factory=dict)
    _inside: dict[str, pd.DataFrame] = field(default_factory=dict)

    def matching(self, rule: PermitRule, layer: str) -> IntArray:
        """Rows of the features (of the roads, for layer ``road``) of one layer that the rule names."""
        table = self.roads if layer == "road" else self.features
        fits = features_of(rule, table) & (table["kind"] == layer).to_numpy(dtype=bool)
        return np.nonzero(fits)[0].astype(np.int64)

    def allowed(self, layer: str, test: str) -> BoolArray:
        """Edges that may meet a layer: none in a tunnel; none on a bridge for what lies below it."""
        under = layer in UNDER_BRIDGES and test in ("crosses", "inside")
        result: BoolArray = ~self.ground.tunnel & ~(self.ground.bridge & under)
        return result

    def crossings(self, layer: str, rows: IntArray, allowed: BoolArray) -> pd.DataFrame:
        """Crossings of lines and areas of one layer: edge, feature, at; by edge, at and feature."""
        lines, owner, contacts = self._layer_contacts(layer)
        concerned = np.isin(owner, rows)
        picked = contacts[concerned[contacts["feature"].to_numpy()] & allowed[contacts["edge"].to_numpy()]]
        found = find_crossings(self.ground, lines, picked, allowed)
        found["feature"] = owner[found["feature"].to_numpy()]
        areas = self._area_crossings(layer, rows, allowed, found)
        both = pd.concat([found, areas], ignore_index=True) if len(areas) else found
        return both.sort_values(["edge", "at", "feature"], kind="stable", ignore_index=True)

    def _layer_contacts(self, layer: str) -> tuple[NDArray[np.object_], IntArray, pd.DataFrame]:
        """Lines of a layer, the feature of each, and where edges touch them."""
        if layer not in self._contacts:
            table = self.roads if layer == "road" else self.features
            rows = np.nonzero((table["kind"] == layer).to_numpy(dtype=bool) & ~_underground(table, layer))[0]
            parts, which = shapely.get_parts(table.geometry.to_numpy()[rows], return_index=True)
            is_line = shapely.get_type_id(parts) == 1
            lines, owner = parts[is_line], rows[which[is_line]].astype(np.int64)
            contacts = find_contacts(self.ground, lines, self.allowed(layer, "crosses"))
            self._contacts[layer] = (lines, owner, contacts)
        return self._contacts[layer]

    def _area_crossings(self, layer: str, rows: IntArray, allowed: BoolArray, found: pd.DataFrame) -> pd.DataFrame:
        """Passages through areas that no crossing of a line stands for and that no bridge takes over."""
        if layer == "road":
            return found.iloc[:0]
        inside = self.inside(layer, rows, allowed)
        inside = inside[~self._ends_at_bridge(inside)]
        near = inside.reset_index(names="stretch").merge(found[["edge", "at"]], on="edge")
        held = near[(near["at"] >= near["start"] - 1.0) & (near["at"] <= near["end"] + 1.0)]["stretch"]
        free = inside.drop(index=held.unique())
        at = ((free["start"] + free["end"]) / 2).to_numpy()
        return pd.DataFrame({"edge": free["edge"].to_numpy(), "feature": free["feature"].to_numpy(), "at": at})

    def _ends_at_bridge(self, inside: pd.DataFrame) -> BoolArray:
        """Say which stretches reach a node where a bridge or tunnel begins: the water there belongs to the bridge."""
        ground = self.ground
        over = ground.bridge | ground.tunnel
        at_bridge = np.zeros(self.graph.node_count, dtype=bool)
        at_bridge[np.r_[ground.u[over], ground.v[over]]] = True
        edge = inside["edge"].to_numpy()
        from_u = (inside["start"].to_numpy() <= TOUCH_M) & at_bridge[ground.u[edge]]
        from_v = (inside["end"].to_numpy() >= ground.length[edge] - TOUCH_M) & at_bridge[ground.v[edge]]
        result: BoolArray = from_u | from_v
        return result

    def inside(self, layer: str, rows: IntArray, allowed: BoolArray) -> pd.DataFrame:
        """Stretches of a meter or more inside areas of one layer: edge, feature, start, end."""
        if layer not in self._inside:
            shapes = self.features.geometry.to_numpy()
            kind = (self.features["kind"] == layer).to_numpy(dtype=bool)
            areas = np.nonzero(kind & np.isin(shapely.get_type_id(shapes), (3, 6)))[0]
            found = stretches_inside(self.ground, shapes[areas], self.allowed(layer, "inside"))
            found["feature"] = areas[found["feature"].to_numpy(dtype=np.int64)]
            self._inside[layer] = found[(found["end"] - found["start"]) >= LEAST_STRETCH_M]
        found = self._inside[layer]
        return found[found["feature"].isin(rows) & allowed[found["edge"].to_numpy(dtype=np.int64)]].reset_index(
            drop=True
        )

    def along(self, layer: str, rows: IntArray, within_m: float) -> pd.DataFrame:
        """Stretches of a meter or more within a distance of features of one layer: edge, feature, start, end."""
        if len(rows) == 0:
            return empty_stretches()
        near = np.array(shapely.buffer(self.features.geometry.to_numpy()[rows], within_m, quad_segs=16), dtype=object)
        found = stretches_inside(self.ground, near, self.allowed(layer, "along"))
        found["feature"] = rows[found["feature"].to_numpy(dtype=np.int64)]
        return found[(found["end"] - found["start"]) >= LEAST_STRETCH_M].reset_index(drop=True)

    def joined(self, stretches: pd.DataFrame, key: Names) -> pd.DataFrame:
        """Unite the stretches of one edge under one key; `feature` becomes the smallest of them."""
        table = stretches.assign(key=key)
        first = table.groupby(["edge", "key"])["feature"].transform("min")
        return join_stretches(table.assign(feature=first), ["edge", "key"])


def _underground(table: gpd.GeoDataFrame, layer: str) -> BoolArray:
    """Say which railways and roads run in a tunnel of their own, where a road above does not meet them."""
    if layer not in ("rail", "road") or len(table) == 0:
        return np.zeros(len(table), dtype=bool)
    if layer == "road":
        return np.array(table["is_tunnel"], dtype=bool)
    tunnel = table["attributes"].str.extract(r'"tunnel":\s*"([^"]*)"', expand=False).fillna("")
    return np.array(~tunnel.str.lower().isin(_NO), dtype=bool)


def make_survey(inputs: Inputs, graph: RoadGraph) -> Survey:
    """Put edges, features and jurisdictions side by side."""
    ground = lay_ground(graph)
    features = _all_features(inputs)
    roads = _roads_as_features(inputs)
    boundaries = features[features["kind"] == "boundary"].reset_index(drop=True)
    keys, owners = name_features(features, inputs.rulebook.engineering_value("same_water_gap_m"))
    return Survey(
        graph=graph,
        ground=ground,
        features=features,
        roads=roads,
        keys=keys,
        owners=owners,
        road_keys=_road_keys(roads),
        jurisdictions=divide_edges(ground, boundaries),
    )


def _all_features(inputs: Inputs) -> gpd.GeoDataFrame:
    """Features by id, and the poles of the plant among them."""
    poles = inputs.plant[inputs.plant["kind"] == "pole"]
    tables = [inputs.features]
    if len(poles):
        count = len(poles)
        tables.append(
            FEATURES.build(
                {
                    "feature_id": [f"plant:{name}" for name in poles["plant_id"]], "kind": ["pole"] * count,
                    "subtype": [None] * count, "name": [None] * count, "authority": poles["owner"].to_numpy(),
                    "attributes": ["{}"] * count, "source": ["plant"] * count, "confidence": ["high"] * count,
                },
                geometry=poles.geometry.to_numpy(),
                crs=inputs.crs,
            )
        )  # fmt: skip
    stacked = pd.concat(tables, ignore_index=True) if len(tables) > 1 else inputs.features
    ordered = stacked.sort_values("feature_id", kind="stable", ignore_index=True)
    return gpd.GeoDataFrame(ordered, geometry="geometry", crs=inputs.crs)


def _roads_as_features(inputs: Inputs) -> gpd.GeoDataFrame:
    """Road segments with the columns that rules ask features for."""
    roads = inputs.roads.sort_values("road_id", kind="stable", ignore_index=True)
    return roads.assign(kind="road", subtype=roads["highway"])


def _road_keys(roads: gpd.GeoDataFrame) -> Names:
    """Name each road: its number, else its name, else its class."""
    ref = roads["ref"].fillna("").astype(str).str.strip().to_numpy(dtype=object)
    name = roads["name"].fillna("").astype(str).str.strip().to_numpy(dtype=object)
    blank = np.array([f"unnamed {kind}" for kind in roads["highway"]], dtype=object)
    called = np.where(ref != "", ref, np.where(name != "", name, blank))
    return np.array([f"road:{which}" for which in called], dtype=object)


def layers_of(rule: PermitRule) -> tuple[str, ...]:
    """Layers that a rule names, in its order."""
    return words(rule.layer)
