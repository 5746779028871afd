"""Check that edges are priced by the rates in force."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.audit.access import is_existing
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import rows_of

FloatArray = NDArray[np.float64]
PLACED = {
    "plow": "buried",
    "plow_hard": "buried",
    "trench": "buried",
    "trench_paved": "buried",
    "aerial": "aerial",
    "duct_pull": "duct",
    "bridge_duct": "duct",
}
_CENT = 0.0051


def check_prices(saved: SavedPlan) -> Check:
    """Check the parts of every edge's price, and civil works of every span: meters, bores and poles at likely rates."""
    ledger = Ledger("prices")
    edges = saved.table("edges")
    ids = texts(edges, "edge_id")
    whole, civil, permit = (numbers(edges, f"{part}_cost") for part in ("build", "civil", "permit"))
    ledger.none(~(np.abs(whole - civil - permit) <= _CENT), ids, "build_cost is not civil works and permits")
    ledger.none(~((civil >= 0) & (permit >= 0)), ids, "negative prices")
    ledger.none(is_existing(edges) & (whole != 0), ids, "existing fiber is priced")
    rates = {row["rate_id"]: float(row["likely"]) for row in rows_of(saved, "rates")}
    method = texts(edges, "method")
    ledger.none([name not in PLACED or name not in rates for name in method], ids, "edges of an unknown method")
    placed = [PLACED.get(name) != told for name, told in zip(method, texts(edges, "placement"), strict=True)]
    ledger.none(placed, ids, "placement is not that of the method")
    _check_methods(ledger, edges, ids, method)
    rate = np.array([rates.get(name, np.nan) for name in method])
    cheapest = numbers(edges, "length_m") * np.where(
        np.array(method) == "aerial", rate, np.minimum(rate, rates["bore"])
    )
    ledger.none(~is_existing(edges) & ~(civil >= cheapest - 0.02), ids, "civil works cost less than their meters")
    _check_spans(ledger, saved, rates, dict(zip(ids, civil, strict=True)))
    return ledger.close()


def _check_methods(ledger: Ledger, edges: Any, ids: list[str], method: list[str]) -> None:
    """Check that bridges and tunnels are crossed in ducts, and laterals plowed."""
    over = flags(edges, "is_bridge") | flags(edges, "is_tunnel")
    named = np.array(method, dtype=object)
    ledger.none(over & (named != "bridge_duct"), ids, "bridges and tunnels without a duct on them")
    lateral = np.isin(np.array(texts(edges, "kind"), dtype=object), "lateral")
    ledger.none(lateral & (named != "plow"), ids, "laterals that are not plowed")


def _check_spans(ledger: Ledger, saved: SavedPlan, rates: dict[str, float], civil: dict[str, float]) -> None:
    """Price the civil works of every new span again; how a bore lies over its edges leaves a range."""
    spans = saved.table("spans")
    ids, method, placement = (texts(spans, name) for name in ("span_id", "method", "placement"))
    members = [split_ids(text) for text in texts(spans, "edge_ids")]
    told = np.array([sum(civil.get(name, 0.0) for name in names) for names in members])
    rate = np.array([rates.get(name, np.nan) for name in method])
    length, bore = numbers(spans, "length_m"), numbers(spans, "bore_m")
    poles = np.where(np.array(placement) == "aerial", integers(spans, "pole_count"), 0) * rates["make_ready_pole"]
    plain = length * rate + poles + bore * rates["bore"]
    within = plain - np.minimum(bore, length) * rate
    slack = np.array([0.006 * len(names) for names in members]) + 0.02 + 0.0015 * rate
    low, high = np.minimum(plain, within) - slack, np.maximum(plain, within) + slack
    built = ~flags(spans, "is_existing")
    ledger.none(built & ~((told >= low) & (told <= high)), ids, "civil works are not meters, bores and poles at rates")
