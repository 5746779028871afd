"""Price every edge before anything is routed.

Placement, surface and ground, slope, crossings, the side of the road, poles, permits and existing plant are all in the
price, so that the route that is optimized is the route that is cheap to build.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.network.plant import match_lines
from expansion.network.slope import Slopes, measure_slopes
from expansion.network.surface import ground_words, is_built_up, rules_of, surface_words
from expansion.plan.graph import EdgePrices, FloatArray, IntArray, RoadGraph, Triggers, Works
from expansion.plan.inputs import Inputs
from expansion.rulebook import Rulebook

Names = NDArray[np.object_]
BoolArray = NDArray[np.bool_]

_WORDS = {
    "plow": ("buried", "plowed into the verge"),
    "plow_hard": ("buried", "plowed into hard ground"),
    "trench": ("buried", "trenched on private ground"),
    "trench_paved": ("buried", "trenched in a street"),
    "trench_stone": ("buried", "trenched in a street of stones"),
    "trench_rock": ("buried", "trenched in rock"),
    "aerial": ("aerial", "on utility poles along the road"),
    "duct_pull": ("duct", "pulled into existing duct"),
    "bridge_duct": ("duct", "in a duct on the bridge or in the tunnel"),
    "crossing_bore": ("bore", "bored under the carriageway to the houses on its other side"),
    "crossing_aerial": ("aerial", "hung over the carriageway to the houses on its other side"),
}

POLE_ITEMS = ("make_ready_pole", "pole_application")
"""What every utility pole used costs beside the cable's placement."""


def price_edges(inputs: Inputs, graph: RoadGraph, triggers: Triggers) -> EdgePrices:
    """Price every edge at likely rates, in integer cents.

    Civil works are the method's rate, on a slope times its factor, over the length that is not bored; bores under what
    is crossed; the carriageway crossed to the houses on the other side or where the cable changes sides; make-ready of
    the poles used. The expected permit fees and the price of permit delay come with `triggers`. An edge along which the
    operator's fiber lies with spare strands costs nothing.

    Parameters
    ----------
    inputs
        Plant (fiber, duct), ground and elevation in the study CRS, and the rule book.
    graph
        Edges to price.
    triggers
        What each edge meets.

    Returns
    -------
    EdgePrices
        `works` holds the quantities that the price is made of; the bill of materials buys the same.
    """
    book, edges = inputs.rulebook, graph.edges
    within = book.engineering_value("plant_match_m")
    lines = edges.geometry.to_numpy()
    plant = inputs.plant
    spare = plant["capacity"].fillna(1).to_numpy() > 0
    fiber = match_lines(plant[(plant["kind"] == "fiber").to_numpy() & spare], lines, within)
    duct = match_lines(plant[(plant["kind"] == "duct").to_numpy() & spare], lines, within)
    off_road = (edges["kind"] != "road").to_numpy()
    fiber[off_road], duct[off_road] = "", ""

    words = surface_words(graph, book, ground_words(inputs, graph))
    slopes = measure_slopes(inputs, graph)
    dug = _methods(graph, duct != "", words, np.zeros(len(edges), dtype=bool), book)
    hung = _methods(graph, duct != "", words, _along_poles(graph, triggers, book), book)

    def build(method: Names) -> tuple[Names, Works, IntArray]:
        placement = np.array([_WORDS[name][0] for name in method], dtype=object)
        works = _works(graph, triggers, method, placement, words, slopes, fiber != "", book)
        return placement, works, _civil_cents(works, book)

    method = np.where(_cheaper_roads(graph, build(hung)[2], build(dug)[2]), hung, dug)
    placement, works, civil = build(method)
    permit = np.where(fiber != "", 0, triggers.permit_cost_cents).astype(np.int64)
    return EdgePrices(
        build_cost=civil + permit, civil_cost=civil, permit_cost=permit, placement=placement, method=method,
        surface=words,        reason=_reasons(graph, method, words, works, fiber != ""), existing=fiber, works=works,
        slope_mean_percent=slopes.mean_percent, slope_max_percent=slopes.max_percent,
    )  # fmt: skip


def _methods(graph: RoadGraph, in_duct: BoolArray, words: Names, on_poles: BoolArray, book: Rulebook) -> Names:
    """Name the civil method per edge, given which hang on poles; a later line overrules an earlier one."""
    edges = graph.edges
    rules, street = rules_of(book, words), is_built_up(graph, book)
    pairs = zip(words, street, strict=True)
    method = np.array([rules[word].in_street if built else rules[word].beside for word, built in pairs], dtype=object)
    method[on_poles] = "aerial"
    over = (edges["kind"] == "crossing").to_numpy()
    method[over] = np.where(method[over] == "aerial", "crossing_aerial", "crossing_bore")
    method[in_duct] = "duct_pull"
    method[(edges["is_bridge"] | edges["is_tunnel"]).to_numpy()] = "bridge_duct"
    return method


def _along_poles(graph: RoadGraph, triggers: Triggers, book: Rulebook) -> BoolArray:
    """Tell which edges belong to a road with poles close enough together along its whole length."""
    names, which = _roads(graph)
    meters = np.where((graph.edges["kind"] == "road").to_numpy(), graph.length_m, 0.0)
    poles = np.bincount(which, weights=triggers.pole_count, minlength=len(names))
    length = np.bincount(which, weights=meters, minlength=len(names))
    spacing_m = book.engineering_value("pole_spacing_m")
    enough = (poles > 0) & (length <= spacing_m * np.maximum(poles, 1)) & (names != "")
    result: BoolArray = enough[which]
    return result


def _cheaper_roads(graph: RoadGraph, first: IntArray, second: IntArray) -> BoolArray:
    """Tell which edges belong to a road that is cheaper, crossings to its houses included, at the first cents."""
    names, which = _roads(graph)
    saved = np.zeros(len(names), dtype=np.int64)
    np.add.at(saved, which, second - first)
    result: BoolArray = (saved > 0)[which]
    return result


def _roads(graph: RoadGraph) -> tuple[Names, IntArray]:
    """Road ids, "" for edges of none, and the row of each edge's road among them."""
    names, which = np.unique(graph.edges["road_id"].fillna("").to_numpy().astype(str), return_inverse=True)
    return names, which


def _works(
    graph: RoadGraph,
    triggers: Triggers,
    method: Names,
    placement: Names,
    words: Names,
    slopes: Slopes,
    is_free: BoolArray,
    book: Rulebook,
) -> Works:
    """Quantities per edge, rounded as the bill counts them: whole millimeters and whole poles."""
    dug = np.isin(placement, ("buried", "bore")) & ~is_free
    crossing = (graph.edges["kind"] == "crossing").to_numpy()
    bore = np.where(dug, triggers.crossing_m, 0.0)
    plain = (graph.length_m - np.minimum(bore, graph.length_m)) * slopes.stretch
    over = np.where((dug | crossing) & ~is_free, graph.edges["carriageway_m"].to_numpy(dtype=np.float64), 0.0)
    hung = crossing & (placement == "aerial")
    rules = rules_of(book, words)
    bore_item = np.array([rules[word].bore for word in words], dtype=object)
    over_item = np.where(hung, "crossing_aerial", np.where(bore_item == "bore", "crossing_bore", bore_item))
    on_slope = (slopes.least_percent > 0) & (placement == "buried")
    steep = np.array([f"{a}_slope_{b}" for a, b in zip(method, slopes.least_percent, strict=True)], dtype=object)
    return Works(
        item=np.where(on_slope, steep, method).astype(object),
        item_m=_milli(np.where(crossing | is_free, 0.0, plain)),
        bore_item=bore_item,
        bore_m=_milli(bore),
        over_item=over_item.astype(object),
        over_m=_milli(over),
        over_poles=np.where(hung, _far_poles(graph, book.engineering_value("free_span_max_m")), 0).astype(np.int64),
        poles=np.where((placement == "aerial") & ~is_free, triggers.pole_count, 0).astype(np.int64),
        pole_owner=np.where((placement == "aerial") & ~is_free, triggers.pole_owner, "").astype(object),
    )


def _milli(meters: Any) -> FloatArray:
    """Round to whole millimeters."""
    return np.asarray(np.round(meters, 3), dtype=np.float64)


def _far_poles(graph: RoadGraph, longest_m: float) -> IntArray:
    """One pole at the end of each crossing from which a drop would hang free too far, or a lateral leaves."""
    hangs = np.zeros(graph.node_count)
    at = np.nonzero(graph.location_node >= 0)[0]
    np.maximum.at(hangs, graph.location_node[at], graph.drop_m[at])
    lateral = (graph.edges["kind"] == "lateral").to_numpy()
    hangs[graph.u[lateral]] = np.inf
    poles: IntArray = (graph.length_m + hangs[graph.v] > longest_m).astype(np.int64)
    return poles


def _civil_cents(works: Works, book: Rulebook) -> IntArray:
    """Cents of civil works per edge."""

    def at_rate(item: Names, quantity: FloatArray | IntArray) -> FloatArray:
        rate = {name: book.rate(name).likely for name in sorted(set(item[quantity > 0].tolist()))}
        return np.array([rate.get(name, 0.0) for name in item], dtype=np.float64) * quantity

    money = at_rate(works.item, works.item_m) + at_rate(works.bore_item, works.bore_m)
    money = money + at_rate(works.over_item, works.over_m)
    for item, count in (("crossing_pole", works.over_poles), *((item, works.poles) for item in POLE_ITEMS)):
        money = money + at_rate(np.full(len(count), item, dtype=object), count)
    cents: IntArray = np.round(money * 100).astype(np.int64)
    return cents


def _reasons(graph: RoadGraph, method: Names, words: Names, works: Works, is_free: BoolArray) -> Names:
    """Say in words why each edge is built as it is: road and surface, slope, carriageway crossed."""
    edges = graph.edges
    told = []
    for kind, highway, name, word, item, over, poles, free in zip(
        edges["kind"], edges["highway"], method, words, works.item, works.over_m, works.over_poles, is_free, strict=True
    ):
        text = _WORDS[name][1]
        if name.startswith(("plow", "trench")):
            text += f" ({word} ground)" if kind == "lateral" else f" ({highway}, {word})"
        text += f", on a slope of {item.partition('_slope_')[2]} % or more" if item != name else ""
        if kind == "crossing":
            text += f", {over:g} m" + (" with a pole there" if poles else "")
        elif over > 0:
            text += f", changes sides under {over:g} m of carriageway"
        told.append("existing fiber with spare strands" if free else text)
    return np.array(told, dtype=object)
