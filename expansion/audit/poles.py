"""Hold every pole that aerial spans use against the permits of pole owners."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.built_edges import BuiltEdges, read_built
from expansion.audit.folder import SavedPlan, flags, integers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.permit_meetings import Features, read_features
from expansion.audit.permit_rules import Rule, read_rules
from expansion.audit.permits import POLE_REACH_M


def check_poles(saved: SavedPlan) -> Check:
    """Check that every pole in use is in a permit, and that permits count their poles."""
    ledger = Ledger("poles")
    built, features = read_built(saved), read_features(saved)
    poles = np.array([row for row, layer in enumerate(features.layer) if layer == "pole"], dtype=np.int64)
    rules = [rule for rule in read_rules(saved) if rule.test == "uses"]
    permits = saved.table("permits")
    mine = np.isin(np.array(texts(permits, "rule_id"), dtype=object), [rule.rule_id for rule in rules])
    listed = [split_ids(text) for text in texts(permits, "trigger_ids")]
    counted = np.array([len(names) for names in listed])
    ledger.none(
        mine & (integers(permits, "crossings") != counted), texts(permits, "permit_id"), "poles are not counted"
    )
    held = {name for names, own in zip(listed, mine, strict=True) if own for name in names}
    missing: list[str] = []
    tested = 0
    for row, edge in _poles_in_use(saved, built, features, poles):
        covering = [rule for rule in rules if rule.names("pole", features.tags[row]) and _covers_all(rule, rules)]
        if covering:
            tested += 1
            if features.ids[row] not in held:
                missing.append(f"{features.ids[row]} at {built.span[edge]}")
    ledger.nothing(missing, "poles in use without a permit", tested)
    return ledger.close()


def _covers_all(rule: Rule, rules: list[Rule]) -> bool:
    """Tell whether the rules with the same conditions cover every number of poles between them."""
    family = sorted(
        (int(r.row["least_count"]), int(r.row["most_count"])) for r in rules if r.conditions == rule.conditions
    )
    reach = 0
    for least, most in family:
        if least > reach + 1:
            return False
        if most == 0:
            return True
        reach = max(reach, most)
    return False


def _poles_in_use(
    saved: SavedPlan, built: BuiltEdges, features: Features, poles: NDArray[np.int64]
) -> Iterable[tuple[int, int]]:
    """Pairs of pole and aerial built edge, where that edge is the nearest road beyond doubt."""
    edges = saved.table("edges")
    roads = np.isin(np.array(texts(edges, "kind"), dtype=object), "road") & ~flags(edges, "is_tunnel")
    lines = np.array(shapely.force_2d(np.asarray(edges.geometry.array, dtype=object)), dtype=object)[roads]
    names = np.array(texts(edges, "edge_id"), dtype=object)[roads]
    if len(poles) == 0 or len(lines) == 0:
        return
    place, road = shapely.STRtree(lines).query(features.shape[poles], predicate="dwithin", distance=POLE_REACH_M - 0.5)
    away = shapely.distance(features.shape[poles][place], lines[road])
    row_of = {edge: row for row, edge in enumerate(built.edge_id) if built.placement[row] == "aerial"}
    order = np.lexsort((away, place))
    place, road, away = place[order], road[order], away[order]
    first = np.flatnonzero(np.r_[True, place[1:] != place[:-1]]) if len(place) else np.zeros(0, dtype=np.int64)
    for start in first:
        second = start + 1
        is_clear = second >= len(place) or place[second] != place[start] or away[second] > away[start] + 0.01
        if is_clear and names[road[start]] in row_of:
            yield int(poles[place[start]]), row_of[names[road[start]]]
