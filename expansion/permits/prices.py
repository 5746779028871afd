"""What permits are expected to add to the price of an edge: fees, the wait, meters to bore."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from expansion.permits.columns import listed, per_rule
from expansion.permits.ground import BoolArray
from expansion.permits.register import permit_id
from expansion.plan.graph import FloatArray, IntArray
from expansion.rulebook import PermitRule

# A permit of these meetings is needed because of the edge alone; its fixed fee and its wait count on the edge.
CROSSING_RELATIONS = ("crosses", "on_bridge")


def crossing_meters(meetings: pd.DataFrame, rules: Mapping[str, PermitRule], edge_count: int) -> FloatArray:
    """Measure what is bored per edge: `bore_m` of the rule around each crossing, where bores overlap only once.

    A bore may reach beyond the ends of its edge: it is as long as its rule says, whatever piece of road it falls on.
    """
    met = meetings[(meetings["relation"] == "crosses").to_numpy()]
    half = per_rule(met["rule_id"], rules, lambda rule: rule.bore_m) / 2
    bores: dict[int, list[tuple[float, float]]] = {}
    for edge, places, reach in zip(met["edge"].to_list(), listed(met["places"]), half.tolist(), strict=True):
        if reach > 0:
            at = [float(place) for place in str(places).split(";")]
            bores.setdefault(edge, []).extend((place - reach, place + reach) for place in at)
    meters = np.zeros(edge_count, dtype=np.float64)
    for edge, stretches in bores.items():
        meters[edge] = _united_m(stretches)
    return np.round(meters, 3)


def _united_m(stretches: list[tuple[float, float]]) -> float:
    """Length of the union of stretches on a line."""
    total, end = 0.0, -np.inf
    for low, high in sorted(stretches):
        total += max(high - max(low, end), 0.0)
        end = max(end, high)
    return total


def _sum_by_edge(edge: IntArray, values: FloatArray, edge_count: int) -> FloatArray:
    """Sum values per edge."""
    total = np.zeros(edge_count, dtype=np.float64)
    np.add.at(total, edge, values)
    return total


def _settled(meetings: pd.DataFrame, approved: frozenset[str]) -> BoolArray:
    """Say which meetings are under a permit that is approved."""
    if not approved:
        return np.zeros(len(meetings), dtype=bool)
    columns = [listed(meetings[name]) for name in ("rule_id", "authority", "grant_key")]
    keys = ((rule, who if isinstance(who, str) else None, key) for rule, who, key in zip(*columns, strict=True))
    return np.array([permit_id(*each) in approved for each in keys], dtype=bool)


def expected_cents(
    meetings: pd.DataFrame,
    rules: Mapping[str, PermitRule],
    delay_cost_per_day: float,
    edge_count: int,
    approved: frozenset[str] = frozenset(),
) -> IntArray:
    """Price what permits are expected to cost per edge, in integer cents.

    Fees per crossing and per meter count on every meeting; the fixed fee counts where a crossing or a bridge alone asks
    for the permit (once per rule and grant); of the waits of such permits, which run side by side, the longest counts
    at `delay_cost_per_day`. Fixed fees of permits that many edges share (a municipality, a protected area, a pole
    owner) are left to the register. Who waits no more for a permit, because it is `approved` (ids), is not made to
    avoid it.
    """
    if meetings.empty:
        return np.zeros(edge_count, dtype=np.int64)
    asked = meetings["rule_id"]
    edge = meetings["edge"].to_numpy(dtype=np.int64)
    per_crossing = per_rule(asked, rules, lambda rule: rule.fee_crossing) * meetings["count"].to_numpy()
    per_meter = per_rule(asked, rules, lambda rule: rule.fee_meter) * meetings["length_m"].to_numpy()
    cents = _sum_by_edge(edge, np.round((per_crossing + per_meter) * 100), edge_count)

    alone = meetings["relation"].isin(CROSSING_RELATIONS).to_numpy(dtype=bool)
    once = alone & ~meetings.duplicated(["edge", "rule_id", "grant_key"]).to_numpy(dtype=bool)
    fixed = np.round(per_rule(asked, rules, lambda rule: rule.fee_fixed) * 100)
    cents += _sum_by_edge(edge[once], fixed[once], edge_count)

    wait = np.zeros(edge_count)
    days = per_rule(asked, rules, lambda rule: rule.lead_typical if rule.blocks != "none" else 0)
    days[_settled(meetings, approved)] = 0.0
    np.maximum.at(wait, edge[alone], days[alone])
    cents += np.round(wait * delay_cost_per_day * 100)
    result: IntArray = np.round(cents).astype(np.int64)
    return result
