"""Measure permits again: crossings, meters, and the areas that permits for any digging cover."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.built_edges import BuiltEdges, read_built
from expansion.audit.crossings import count_crossings
from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.permit_meetings import Features, read_features
from expansion.audit.permit_rules import Rule, read_rules

OWN = {"road", "bridge", "lateral"}
_SHARED_M = 25.0
_DUG = ("buried", "bore")
_PLACED = {"build": (*_DUG, "aerial", "duct"), "excavation": _DUG, "duct": ("duct",)}


def check_measures(saved: SavedPlan) -> Check:
    """Check number of crossings and meters of every permit against its spans and features."""
    ledger = Ledger("permit measures")
    built, features = read_built(saved), read_features(saved)
    _check_areas(ledger, saved)
    _check_crossings(ledger, saved, built, features)
    _check_meters(ledger, saved, built, features)
    return ledger.close()


def _check_areas(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that permits for any digging or building stand one per area with enough of it, over all its spans."""
    spans, permits = saved.table("spans"), saved.table("permits")
    columns = (texts(spans, "span_id"), texts(spans, "area_id"), texts(spans, "placement"), numbers(spans, "length_m"))
    rows = [row for row, lit in zip(zip(*columns, strict=True), flags(spans, "is_existing"), strict=True) if not lit]
    told = {
        (rule, grant): (set(split_ids(names)), length)
        for rule, grant, names, length in zip(
            texts(permits, "rule_id"), texts(permits, "granted_for"), texts(permits, "span_ids"),
            numbers(permits, "length_m"), strict=True,
        )
    }  # fmt: skip
    for rule in read_rules(saved):
        if rule.test != "any" or not set(_PLACED) & set(rule.layers):
            continue
        members: dict[str, set[str]] = defaultdict(set)
        meters: dict[str, float] = defaultdict(float)
        for span, area, placement, length in rows:
            if any(placement in _PLACED.get(layer, ()) for layer in rule.layers):
                members[f"area:{area}"].add(span)
                meters[f"area:{area}"] += float(length)
        least = max(float(rule.row["least_m"]), 0.001)
        wanted = {grant: names for grant, names in members.items() if meters[grant] >= least}
        mine = {grant: names for (own, grant), (names, _) in told.items() if own == rule.rule_id}
        ledger.nothing(sorted(set(wanted) ^ set(mine)), f"{rule.rule_id}: other areas than those built in", len(wanted))
        wrong = [
            g
            for g in wanted
            if g in mine and (wanted[g] != mine[g] or abs(told[rule.rule_id, g][1] - meters[g]) > 0.01)
        ]
        ledger.nothing(wrong, f"{rule.rule_id}: other spans or meters than the area's", len(wanted))


def _check_crossings(ledger: Ledger, saved: SavedPlan, built: BuiltEdges, features: Features) -> None:
    """Count the crossings of each permit that are beyond doubt, and those that could be: its number lies between."""
    permits = saved.table("permits")
    rules = {rule.rule_id: rule for rule in read_rules(saved)}
    row_of = {name: row for row, name in enumerate(features.ids)}
    rows_of_span: dict[str, list[int]] = defaultdict(list)
    for row, span in enumerate(built.span):
        rows_of_span[span].append(row)
    columns = [texts(permits, name) for name in ("permit_id", "rule_id", "span_ids", "trigger_ids")]
    wrong = []
    for name, rule_id, spans, triggers, told in zip(*columns, integers(permits, "crossings"), strict=True):
        rule = rules.get(rule_id)
        if rule is None:
            continue
        if rule.test == "any" and told != 1:
            wrong.append(f"{name} ({told} for an area)")
        if rule.test != "crosses" or "road" in rule.layers:
            continue
        edges = [row for span in split_ids(spans) for row in rows_of_span[span]]
        shapes = [features.shape[row_of[trigger]] for trigger in split_ids(triggers) if trigger in row_of]
        least, most = count_crossings(built.line[np.array(edges, dtype=np.int64)], shapes)
        merged = float(rule.row["merge_m"]) > 0
        if not (min(least, 1) if merged else least) <= told <= max(most, 1):
            wrong.append(f"{name} ({told}, found {least} to {most})")
    ledger.nothing(wrong, "crossings are not those of the permit's spans and features", len(permits))


def _check_meters(ledger: Ledger, saved: SavedPlan, built: BuiltEdges, features: Features) -> None:
    """Measure the stretches of each permit; touches that do not count, and shares of boundaries, leave a range."""
    permits = saved.table("permits")
    rules = {rule.rule_id: rule for rule in read_rules(saved)}
    row_of = {name: row for row, name in enumerate(features.ids)}
    rows_of_span: dict[str, list[int]] = defaultdict(list)
    for row, span in enumerate(built.span):
        rows_of_span[span].append(row)
    columns = [texts(permits, name) for name in ("permit_id", "rule_id", "span_ids", "trigger_ids")]
    crossings = integers(permits, "crossings")
    wrong, uncounted = [], []
    for row, (name, rule_id, spans, triggers) in enumerate(zip(*columns, strict=True)):
        rule, told = rules.get(rule_id), float(numbers(permits, "length_m")[row])
        if rule is None or rule.test == "any":
            continue
        if rule.test in ("crosses", "uses"):
            uncounted += [name] if told else []
            continue
        edges = np.array([edge for span in split_ids(spans) for edge in rows_of_span[span]], dtype=np.int64)
        low, high = _meters(rule, built, edges, features, split_ids(triggers), row_of)
        uncounted += [name] if not 1 <= crossings[row] <= 3 * max(len(edges), 1) else []
        if not low <= told <= high:
            wrong.append(f"{name} ({told:.3f} m, measured {low:.3f} to {high:.3f})")
    ledger.nothing(wrong, "meters are not those of the permit's spans and features", len(permits))
    ledger.nothing(uncounted, "permits with meters of a crossing, or stretches without number", len(permits))


def _meters(
    rule: Rule,
    built: BuiltEdges,
    edges: NDArray[np.int64],
    features: Features,
    triggers: list[str],
    row_of: dict[str, int],
) -> tuple[float, float]:
    """Least and most meters that a permit's stretches can have."""
    own = {name.partition(":")[2] for name in triggers if name.partition(":")[0] in OWN}
    mine = [e for e in edges if own & {built.road[e], built.edge_id[e]} and rule.concerns(built.placement[e])]
    whole = float(built.length_m[np.array(mine, dtype=np.int64)].sum())
    divided = bool(rule.row["grant"] in ("boundary", "road_boundary"))
    shapes = [features.shape[row_of[name]] for name in triggers if name in row_of and name.partition(":")[0] not in OWN]
    least, most = 0.0 if divided else whole, whole
    if shapes:
        ground = shapely.union_all(shapes)
        within = float(rule.row["within_m"]) if rule.test == "along" else 0.0
        lines = built.line[edges]
        scale = np.divide(
            built.length_m[edges], shapely.length(lines), out=np.ones(len(edges)), where=shapely.length(lines) > 0
        )
        reach = shapely.buffer(ground, within + 0.05)
        core = shapely.buffer(ground, within - 0.05) if within else ground
        near = shapely.length(shapely.intersection(lines, reach))
        # a stretch that several features share is listed under the first of them only
        near = np.where(near > 0, np.minimum(near + _SHARED_M, shapely.length(lines)), 0.0)
        most += float((near * scale).sum())
        inside = shapely.length(shapely.intersection(lines, core)) * scale
        least += float(inside[inside > 2.0].sum()) if not divided else 0.0
    slack = 0.5 + 0.002 * most + 1.0 * len(edges) * bool(shapes)
    return least - slack, most + slack
