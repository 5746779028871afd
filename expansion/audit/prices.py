"""Check that edges are priced by the rates in force, and that the bill buys what they were priced for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.access import is_existing
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import rows_of, slope_rate

FloatArray = NDArray[np.float64]
PLACED = {
    "plow": "buried",
    "plow_hard": "buried",
    "trench": "buried",
    "trench_paved": "buried",
    "trench_stone": "buried",
    "trench_rock": "buried",
    "aerial": "aerial",
    "duct_pull": "duct",
    "bridge_duct": "duct",
    "crossing_bore": "bore",
    "crossing_aerial": "aerial",
}
_CENT = 0.0051
_MILLIMETER = 0.00101


def check_prices(saved: SavedPlan) -> Check:
    """Check the parts of every edge's price: method and slope, meters, bores, carriageway and poles at likely rates."""
    ledger = Ledger("prices")
    edges = saved.table("edges")
    ids = texts(edges, "edge_id")
    whole, civil, permit = (numbers(edges, f"{part}_cost") for part in ("build", "civil", "permit"))
    ledger.none(~(np.abs(whole - civil - permit) <= _CENT), ids, "build_cost is not civil works and permits")
    ledger.none(~((civil >= 0) & (permit >= 0)), ids, "negative prices")
    ledger.none(is_existing(edges) & (whole != 0), ids, "existing fiber is priced")
    method = texts(edges, "method")
    ledger.none([name not in PLACED for name in method], ids, "edges of an unknown method")
    placed = [PLACED.get(name) != told for name, told in zip(method, texts(edges, "placement"), strict=True)]
    ledger.none(placed, ids, "placement is not that of the method")
    _check_methods(ledger, saved, edges, ids)
    _check_items(ledger, saved, edges, ids)
    _check_meters(ledger, edges, ids)
    _check_money(ledger, saved, edges, ids)
    _check_bill(ledger, saved, edges)
    return ledger.close()


def _check_methods(ledger: Ledger, saved: SavedPlan, edges: Any, ids: list[str]) -> None:
    """Check that what is dug is dug as the surface and the road's class ask, and bridges are crossed in ducts."""
    surfaces = {row["surface"]: row for row in rows_of(saved, "surfaces")}
    built = {row["highway"] for row in rows_of(saved, "road_classes") if row["verge"] == "built"}
    over = flags(edges, "is_bridge") | flags(edges, "is_tunnel")
    columns = [texts(edges, name) for name in ("kind", "highway", "surface_word", "method")]
    wrong = []
    for (kind, highway, word, method), bridge in zip(zip(*columns, strict=True), over, strict=True):
        rule = surfaces.get(word, surfaces["unknown"])
        dug = rule["in_street" if highway in built and kind != "lateral" else "beside"]
        ways = {"road": {dug, "aerial", "duct_pull"}, "crossing": {"crossing_bore", "crossing_aerial"}}.get(kind, {dug})
        wrong.append(method not in ({"bridge_duct"} if bridge else ways))
    ledger.none(wrong, ids, "method is not that of surface, street, bridge or lateral")
    _check_surfaces(ledger, edges, ids, surfaces)


def _check_surfaces(ledger: Ledger, edges: Any, ids: list[str], surfaces: dict[str, Any]) -> None:
    """Check that the surface used is the one tagged, unless it is a word for ground that a layer may give."""
    columns = [texts(edges, name) for name in ("kind", "surface_tag", "surface", "surface_word")]
    plain = {word for word, row in surfaces.items() if row["beside"] == "plow" and row["in_street"] == "trench_paved"}
    wrong = []
    for kind, tag, paved, word in zip(*columns, strict=True):
        own = "soft" if kind == "lateral" else tag if tag in surfaces else paved or "unknown"
        wrong.append(word != own and (word not in surfaces or word in plain))
    ledger.none(wrong, ids, "surface_word is neither what is tagged nor a kind of ground")


def _check_items(ledger: Ledger, saved: SavedPlan, edges: Any, ids: list[str]) -> None:
    """Check that what is dug on a slope is bought at the rate of its class, and bores at that of the ground."""
    classes = sorted({0, *(int(row["least_percent"]) for row in rows_of(saved, "slopes"))})
    mean, steepest = np.nan_to_num(numbers(edges, "slope_mean_percent")), numbers(edges, "slope_max_percent")
    ledger.none(~(np.isnan(steepest) | (steepest >= mean - 0.01)), ids, "the steepest slope is under the mean")
    surfaces = {row["surface"]: row for row in rows_of(saved, "surfaces")}
    columns = [texts(edges, n) for n in ("method", "placement", "item", "surface_word", "bore_item", "over_item")]
    wrong, strange = [], []
    for (method, placement, item, word, bore, over), slope in zip(zip(*columns, strict=True), mean, strict=True):
        least = max(percent for percent in classes if percent <= slope + 1e-9)
        wrong.append(item != (f"{method}_slope_{least}" if least and placement == "buried" else method))
        asked = surfaces.get(word, surfaces["unknown"])["bore"]
        ground = "crossing_bore" if asked == "bore" else asked
        strange.append(bore != asked or over != ("crossing_aerial" if method == "crossing_aerial" else ground))
    ledger.none(wrong, ids, "item is not the method's rate on the edge's slope")
    ledger.none(strange, ids, "bores at the rate of other ground")


def _check_meters(ledger: Ledger, edges: Any, ids: list[str]) -> None:
    """Check the meters at the method's rate: what is not bored, longer on a slope, none on crossings or on fiber."""
    length, bore = numbers(edges, "length_m"), numbers(edges, "bore_m")
    idle = is_existing(edges) | (np.array(texts(edges, "kind"), dtype=object) == "crossing")
    plain = np.where(idle, 0.0, length - np.minimum(bore, length))
    steepest = np.nan_to_num(numbers(edges, "slope_max_percent")) / 100
    told = numbers(edges, "item_m")
    fits = (told >= plain - _MILLIMETER) & (told <= plain * np.hypot(1.0, steepest) * 1.00001 + _MILLIMETER)
    ledger.none(~fits, ids, "item_m is not the length without bores, along the slope")
    dug = np.isin(np.array(texts(edges, "placement"), dtype=object), ("buried", "bore")) & ~is_existing(edges)
    ledger.none(~((bore >= 0) & (dug | (bore == 0))), ids, "bores where nothing is dug")
    aerial = (np.array(texts(edges, "placement"), dtype=object) == "aerial") & ~is_existing(edges)
    ledger.none(~aerial & (integers(edges, "pole_count") != 0), ids, "poles that no cable hangs on")


def _check_money(ledger: Ledger, saved: SavedPlan, edges: Any, ids: list[str]) -> None:
    """Price every edge again, to the cent."""
    rates = {row["rate_id"]: row for row in rows_of(saved, "rates")}

    def at_rate(items: list[str], quantity: FloatArray) -> FloatArray:
        known = {name: rates.get(name) or slope_rate(saved, rates, name) for name in sorted(set(items))}
        likely = {name: float(row["likely"]) if row else np.nan for name, row in known.items()}
        return np.where(quantity > 0, quantity * np.array([likely[name] for name in items]), 0.0)

    money = np.zeros(len(ids))
    for which in ("item", "bore", "over"):
        items = texts(edges, "item" if which == "item" else f"{which}_item")
        money = money + at_rate(items, numbers(edges, f"{which}_m"))
    for item, column in (
        ("crossing_pole", "over_poles"),
        ("make_ready_pole", "pole_count"),
        ("pole_application", "pole_count"),
    ):
        money = money + at_rate([item] * len(ids), numbers(edges, column))
    ledger.none(~(np.abs(numbers(edges, "civil_cost") - money) <= _CENT), ids, "civil works are not their rates")


def _check_bill(ledger: Ledger, saved: SavedPlan, edges: Any) -> None:
    """Check that the bill's civil works and make-ready cost what the edges of new spans were priced at."""
    civil = dict(zip(texts(edges, "edge_id"), numbers(edges, "civil_cost"), strict=True))
    spans, bom = saved.table("spans"), saved.table("bom")
    built = [split_ids(text) for text in np.array(texts(spans, "edge_ids"), dtype=object)[~flags(spans, "is_existing")]]
    used = [name for names in built for name in names]
    mine = np.isin(np.array(texts(bom, "category"), dtype=object), ("civil", "make_ready"))
    told, priced = float(numbers(bom, "cost")[mine].sum()), sum(float(civil.get(name, 0.0)) for name in used)
    ledger.equal(told, priced, "civil works and make-ready of the bill", 0.0051 * (len(used) + int(mine.sum())) + 0.01)
