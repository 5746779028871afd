"""Rules on how spans are built: aerial on utility poles only, nothing dug on a bridge or in a tunnel."""

from __future__ import annotations

from math import ceil

import numpy as np

from expansion.ledger.evidence import Evidence
from expansion.ledger.verdicts import Rule, Verdict, at_most, hold


def check_placement(evidence: Evidence) -> list[Verdict]:
    """Check the spans that are built."""
    return [_poles(evidence), _bridges(evidence)]


def _poles(evidence: Evidence) -> Verdict:
    """Hold the mean distance between the poles of each road with aerial spans against the longest allowed."""
    limit, graph = evidence.book.engineering_value("pole_spacing_m"), evidence.ground.graph
    rule = Rule(
        "aerial_poles", "W_NO_POLES", "error",
        f"Cable hangs only on roads with a utility pole every {limit:g} m on average", "span hangs", "spans hang",
        f"on a road with less than a pole every {limit:g} m", "engineering.csv pole_spacing_m", "m",
    )  # fmt: skip
    roads = graph.edges["road_id"].fillna("").to_numpy(dtype=object)
    is_road = (graph.edges["kind"] == "road").to_numpy(dtype=bool)
    meters: dict[str, float] = {}
    poles: dict[str, int] = {}
    for row, road in enumerate(roads.tolist()):
        poles[road] = poles.get(road, 0) + int(evidence.ground.triggers.pole_count[row])
        meters[road] = meters.get(road, 0.0) + (float(graph.length_m[row]) if is_road[row] else 0.0)
    apart = {road: meters[road] / poles[road] if poles[road] and road else np.inf for road in poles}
    spans = evidence.spans
    hung = ((spans["placement"] == "aerial") & ~spans["is_existing"]).to_numpy(dtype=bool)
    names = spans.loc[hung, "span_id"].tolist()
    worst = [max(apart[roads[edge]] for edge in evidence.edges_of_span[row]) for row in np.flatnonzero(hung).tolist()]
    found = at_most(rule, names, np.minimum(worst, 1e6), limit)
    length = spans.set_index("span_id")["length_m"]
    missing = sum(ceil(float(length[name]) / limit) for name in found.places)
    return found.repaired("set the poles that lack, or bury it", missing * evidence.book.rate("crossing_pole").likely)


def _bridges(evidence: Evidence) -> Verdict:
    """Find spans that would be dug or bored on a bridge or in a tunnel."""
    edges, spans = evidence.ground.graph.edges, evidence.spans
    rule = Rule(
        "bridges", "W_BRIDGE_DUG", "error", "Nothing is dug or bored on a bridge or in a tunnel", "span is",
        "spans are", "dug on a bridge or in a tunnel", "rates.csv bridge_duct",
    )  # fmt: skip
    over = (edges["is_bridge"] | edges["is_tunnel"]).to_numpy(dtype=bool)
    rows = [row for row, mine in enumerate(evidence.edges_of_span) if over[mine].any()]
    mine = spans.iloc[rows]
    dug = mine["placement"].isin(["buried", "bore"]) | (mine["bore_m"] > 0)
    holds = ~dug.to_numpy(dtype=bool) | mine["is_existing"].to_numpy(dtype=bool)
    found = hold(rule, mine["span_id"].tolist(), holds)
    price = evidence.book.rate("bridge_duct").likely * float(mine.loc[~holds, "length_m"].sum())
    return found.repaired("hang a duct on the bridge", price)
