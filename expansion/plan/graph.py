"""The road graph with its access points, and what its edges meet and cost."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import CRS
from scipy.sparse import coo_matrix, csr_matrix

from expansion.tables import Column, TableSpec

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

EDGE_KINDS = frozenset({"road", "crossing", "lateral"})

EDGES = TableSpec(
    name="edges",
    key="edge_id",
    geometry="LineString",
    about="Edges of the graph that is routed: road pieces between nodes and access points, crossings to the houses on "
    "the other side of the road, and laterals to far houses.",
    columns=(
        Column("edge_id", "text", "Road segment and running number of the piece, or lateral and location"),
        Column("u", "integer", "Node at the start", least=0),
        Column("v", "integer", "Node at the end", least=0),
        Column(
            "kind",
            "text",
            "road; crossing: over the carriageway to houses on the other side; lateral: private ground toward a house "
            "beyond the longest drop",
            among=EDGE_KINDS,
        ),
        Column("road_id", "text", "Road segment that it is a piece of", nullable=True),
        Column("highway", "text", "OSM road class; lateral for laterals"),
        Column("surface", "text", "paved, unpaved or empty", nullable=True),
        Column("surface_tag", "text", "Surface as OSM tags it", nullable=True),
        Column("name", "text", "Street name", nullable=True),
        Column("ref", "text", "Road number", nullable=True),
        Column("is_bridge", "flag", "On a bridge"),
        Column("is_tunnel", "flag", "In a tunnel"),
        Column("length_m", "number", "Length on the ellipsoid", unit="m", least=0),
        Column(
            "side",
            "text",
            "Side on which the cable lies, seen from u; both where it changes; empty where no house asks",
            among=frozenset({"left", "right", "both"}),
            nullable=True,
        ),
        Column("carriageway_m", "number", "Width of its own road that a cable has to cross here", unit="m", least=0),
    ),
)


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """Roads as an undirected graph, with every location snapped to an access node.

    Nodes are numbered from 0; edges are the rows of `edges`. Parallel edges and loops may occur.

    Attributes
    ----------
    crs
        Projected meter CRS of `edges`, `x` and `y`.
    x, y
        Node coordinates, meters, shape ``(nodes,)``.
    node_ids
        Stable name per node: ``n<osm node>``, ``a<road_id>@<meters>`` for an access point,
        ``p<road_id>@<meters>`` for a place between houses, where a terminal may stand,
        ``x<road_id>@<node>`` for the other side of the road there, ``t<location>`` for a lateral's end.
    edges
        After `EDGES`.
    u, v, length_m
        The same as the columns, as arrays.
    location_node
        Per row of the study's locations: node at which a terminal would stand for it, -1 where none can be reached.
    drop_m
        Per location: straight distance from that node to the structure, meters; NaN where there is no node.
    nearest_road_m
        Per location: distance to the nearest road, meters.
    component
        Per node: connected component, numbered by its smallest node.
    """

    crs: CRS
    x: FloatArray
    y: FloatArray
    node_ids: NDArray[np.object_]
    edges: gpd.GeoDataFrame
    u: IntArray
    v: IntArray
    length_m: FloatArray
    location_node: IntArray
    drop_m: FloatArray
    nearest_road_m: FloatArray
    component: IntArray

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.x)

    def matrix(self, weight: FloatArray | IntArray) -> csr_matrix:
        """Symmetric sparse matrix of the cheapest edge between each pair of nodes.

        A weight of 0 is raised to a billionth: sparse graph routines take 0 for "no edge".
        """
        low, high = np.minimum(self.u, self.v), np.maximum(self.u, self.v)
        value = np.maximum(weight.astype(np.float64), 1e-9)
        order = np.lexsort((value, high, low))
        low, high, value = low[order], high[order], value[order]
        first = np.ones(len(low), dtype=bool)
        first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        first &= low != high
        low, high, value = low[first], high[first], value[first]
        size = self.node_count
        return coo_matrix((np.r_[value, value], (np.r_[low, high], np.r_[high, low])), shape=(size, size)).tocsr()


TRIGGERS = TableSpec(
    name="triggers",
    key="trigger_id",
    geometry="Point|LineString|Polygon|MultiPoint|MultiLineString|MultiPolygon",
    about="Features that edges cross, enter, follow or use.",
    columns=(
        Column("trigger_id", "text", "Id of the feature, or road:<road_id> for a road that is its own trigger"),
        Column("kind", "text", "Kind of feature"),
        Column("source", "text", "osm, or the layer's file name"),
        Column("layer", "text", "Layer that the rule names"),
        Column("attributes", "text", "Tags that matter, JSON"),
    ),
)

MEETINGS = TableSpec(
    name="meetings",
    key="",
    geometry="",
    about="Which edge meets which feature under which permit rule.",
    columns=(
        Column("edge", "integer", "Row of the edge", least=0),
        Column("trigger_id", "text", "Feature that is met"),
        Column("rule_id", "text", "Permit rule that fits"),
        Column(
            "relation",
            "text",
            "How they meet",
            among=frozenset({"crosses", "inside", "along", "on_bridge", "uses"}),
        ),
        Column("count", "integer", "Crossings, or poles used", least=1),
        Column("length_m", "number", "Length of the edge inside or along; 0 for a crossing", unit="m", least=0),
        Column(
            "grant_key",
            "text",
            "What one permit is granted for: road and county, water body, parcel, owner …",
        ),
        Column("authority", "text", "Authority's name, where known", nullable=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Triggers:
    """What edges meet: `features` after `TRIGGERS` and `meetings` after `MEETINGS`.

    `crossing_m` says per edge how many meters have to be bored (rail, water, major road), `pole_count` how many
    usable poles stand along it, `pole_owner` who owns most of them ("" for none). `permit_cost_cents` is per edge the
    fee and the price of the delay that permits are expected to add when that edge is built, in integer cents.
    """

    features: gpd.GeoDataFrame
    meetings: pd.DataFrame
    crossing_m: FloatArray
    pole_count: IntArray
    pole_owner: NDArray[np.object_]
    permit_cost_cents: IntArray


PLACEMENTS = ("aerial", "buried", "duct", "bore")


@dataclass(frozen=True, slots=True)
class Works:
    """Civil works along each edge, as the bill counts them; all 0 where the operator's fiber already lies.

    Attributes
    ----------
    item, item_m
        Rate id of the method, with ``_slope_<percent>`` on a slope, and the meters built so: along the slope where
        elevation is known, without what is bored.
    bore_item, bore_m
        Rate id and meters of bores under rail, water and other roads. A bore may reach beyond the ends of its edge.
    over_item, over_m, over_poles
        Rate id and meters of the carriageway of its own road that is crossed here, and poles set for that.
    poles, pole_owner
        Utility poles used, and who owns most of them; "" where none is used.
    """

    item: NDArray[np.object_]
    item_m: FloatArray
    bore_item: NDArray[np.object_]
    bore_m: FloatArray
    over_item: NDArray[np.object_]
    over_m: FloatArray
    over_poles: IntArray
    poles: IntArray
    pole_owner: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class EdgePrices:
    """What it costs to build along each edge, in integer cents of the study's currency.

    Attributes
    ----------
    build_cost
        Civil works, crossings, permit fees and the price of permit delay; 0 where the operator's fiber already lies.
    civil_cost, permit_cost
        Its parts; `build_cost` is their sum.
    placement
        Per edge: aerial, buried, duct or bore.
    method
        Per edge: rate id of the civil works, such as ``plow`` or ``trench_paved``.
    surface
        Per edge: word of the rule book's surfaces by which it is built.
    reason
        Per edge: why that placement, in words.
    existing
        Per edge: plant_id of the fiber that already lies there, else "".
    works
        The quantities that `civil_cost` is made of.
    slope_mean_percent, slope_max_percent
        Per edge: mean and steepest slope along it, percent; NaN where elevation is not known.
    """

    build_cost: IntArray
    civil_cost: IntArray
    permit_cost: IntArray
    placement: NDArray[np.object_]
    method: NDArray[np.object_]
    surface: NDArray[np.object_]
    reason: NDArray[np.object_]
    existing: NDArray[np.object_]
    works: Works
    slope_mean_percent: FloatArray
    slope_max_percent: FloatArray
