"""Price every edge before anything is routed: placement, surface, crossings, poles, permits, existing plant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.network.plant import match_lines
from expansion.plan.graph import EdgePrices, FloatArray, IntArray, RoadGraph, Triggers
from expansion.plan.inputs import Inputs
from expansion.rulebook import Rulebook

# Streets whose verge is paved or built over: a trench has to be cut and restored.
STREETS = ("residential", "living_street", "pedestrian", "motorway", "motorway_link", "trunk", "trunk_link")

_WORDS = {
    "plow": ("buried", "plowed into the verge"),
    "plow_hard": ("buried", "plowed into hard ground"),
    "trench": ("buried", "trenched on private ground"),
    "trench_paved": ("buried", "trenched in a street"),
    "aerial": ("aerial", "on utility poles along the road"),
    "duct_pull": ("duct", "pulled into existing duct"),
    "bridge_duct": ("duct", "in a duct on the bridge or in the tunnel"),
}


@dataclass(frozen=True, slots=True)
class _Methods:
    """Rate id of the civil works per edge."""

    method: NDArray[np.object_]

    def words(self, which: int) -> NDArray[np.object_]:
        """Placement (0) or reason (1) per edge."""
        return np.array([_WORDS[name][which] for name in self.method], dtype=object)


def price_edges(inputs: Inputs, graph: RoadGraph, triggers: Triggers) -> EdgePrices:
    """Price every edge at likely rates, in integer cents.

    Civil works are the method's rate times the length that is not bored, plus the bore of crossings, plus make-ready
    of the poles used. The expected permit fees and the price of permit delay come with `triggers`. An edge along which
    the operator's fiber lies with spare strands costs nothing.

    Parameters
    ----------
    inputs
        Plant (fiber, duct) in the study CRS, and the rule book.
    graph
        Edges to price.
    triggers
        What each edge meets.
    """
    book, edges = inputs.rulebook, graph.edges
    within = book.engineering_value("plant_match_m")
    lines = edges.geometry.to_numpy()
    plant = inputs.plant
    spare = plant["capacity"].fillna(1).to_numpy() > 0
    fiber = match_lines(plant[(plant["kind"] == "fiber").to_numpy() & spare], lines, within)
    duct = match_lines(plant[(plant["kind"] == "duct").to_numpy() & spare], lines, within)
    lateral = (edges["kind"] == "lateral").to_numpy()
    fiber[lateral], duct[lateral] = "", ""

    chosen = _Methods(_methods(graph, triggers, duct != "", book))
    civil = _civil_cents(chosen.method, graph, triggers, book)
    permit = np.array(triggers.permit_cost_cents, dtype=np.int64)
    free = fiber != ""
    civil[free], permit[free] = 0, 0
    reason = chosen.words(1)
    reason[free] = "existing fiber with spare strands"
    return EdgePrices(
        build_cost=civil + permit, civil_cost=civil, permit_cost=permit, placement=chosen.words(0),
        method=chosen.method, reason=reason, existing=fiber,
    )  # fmt: skip


def _methods(graph: RoadGraph, triggers: Triggers, in_duct: NDArray[np.bool_], book: Rulebook) -> NDArray[np.object_]:
    """Choose the civil method per edge; a later line overrules an earlier one."""
    edges = graph.edges
    highway = edges["highway"].to_numpy()
    method = np.full(len(edges), "plow", dtype=object)
    paved = (edges["surface"].fillna("paved") == "paved").to_numpy()
    method[np.isin(highway, STREETS) & paved] = "trench_paved"
    method[(highway == "track") & ~paved] = "plow"
    method[(edges["kind"] == "lateral").to_numpy()] = "plow"
    aerial = _along_poles(graph, triggers, book.engineering_value("pole_spacing_m"))
    cheaper = np.array([book.rate("aerial").likely < book.rate(name).likely for name in method], dtype=bool)
    method[aerial & cheaper] = "aerial"
    method[in_duct] = "duct_pull"
    method[(edges["is_bridge"] | edges["is_tunnel"]).to_numpy()] = "bridge_duct"
    return method


def _along_poles(graph: RoadGraph, triggers: Triggers, spacing_m: float) -> NDArray[np.bool_]:
    """Tell which edges belong to a road with poles close enough together along its whole length."""
    road = graph.edges["road_id"].fillna("").to_numpy()
    names, which = np.unique(road.astype(str), return_inverse=True)
    poles = np.bincount(which, weights=triggers.pole_count, minlength=len(names))
    length = np.bincount(which, weights=graph.length_m, minlength=len(names))
    enough = (poles > 0) & (length <= spacing_m * np.maximum(poles, 1)) & (names != "")
    result: NDArray[np.bool_] = enough[which]
    return result


def _civil_cents(method: NDArray[np.object_], graph: RoadGraph, triggers: Triggers, book: Rulebook) -> IntArray:
    """Cents of civil works per edge."""
    rate = {name: book.rate(name).likely for name in sorted(set(method.tolist()))}
    per_meter = np.array([rate[name] for name in method], dtype=np.float64)
    bored = np.where(method == "aerial", 0.0, np.minimum(triggers.crossing_m, graph.length_m))
    extra_bore: FloatArray = np.where(method == "aerial", 0.0, triggers.crossing_m - bored)
    poles = np.where(method == "aerial", triggers.pole_count, 0)
    money = (graph.length_m - bored) * per_meter
    money = money + (bored + extra_bore) * book.rate("bore").likely + poles * book.rate("make_ready_pole").likely
    cents: IntArray = np.round(money * 100).astype(np.int64)
    return cents
