"""Check the register of permits: its figures against the rules, its spans and features against each other."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import numpy as np
import shapely

from expansion.audit.built_edges import BuiltEdges, read_built
from expansion.audit.folder import SavedPlan, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.permit_rules import Rule, read_rules
from expansion.audit.station_permits import check_station_permits

_REPEATED = {
    "permit": "permit",
    "authority_kind": "authority_kind",
    "source": "source",
    "status": "status",
    "documents": "documents",
    "blocks": "blocks",
}
_LEADS = {"lead_time_min": "lead_min", "lead_time_calendar_days": "lead_typical", "lead_time_max": "lead_max"}
POLE_REACH_M = 15.0
STATES = ("approved", "filed", "refused", "to_file")


def check_register(saved: SavedPlan) -> Check:
    """Check ids, lead times, fees, lots, areas and counts of all permits against the rules in force."""
    ledger = Ledger("permits")
    permits, rules = saved.table("permits"), {rule.rule_id: rule for rule in read_rules(saved)}
    ids, rule_ids = texts(permits, "permit_id"), texts(permits, "rule_id")
    ledger.that(len(set(ids)) == len(ids), "permit ids are not unique")
    ledger.none([name not in rules for name in rule_ids], ids, "permits of rules that are not in force")
    ledger.none(_named_otherwise(permits), ids, "permit ids do not come from rule, authority and what is granted")
    known = np.array([name in rules for name in rule_ids], dtype=bool)
    asked = [rules[name].row if name in rules else {} for name in rule_ids]
    for column, key in _REPEATED.items():
        told = texts(permits, column)
        differs = np.array([row.get(key) != text for row, text in zip(asked, told, strict=True)], dtype=bool)
        ledger.none(known & differs, ids, f"{column} is not that of the rule")
    for column, key in _LEADS.items():
        days = integers(permits, column)
        differs = np.array([row.get(key) != value for row, value in zip(asked, days, strict=True)], dtype=bool)
        ledger.none(known & differs, ids, f"{column} is not that of the rule")
    _check_fees(ledger, permits, asked, ids)
    _check_places(ledger, saved, permits, ids)
    _check_counts(ledger, saved, rule_ids)
    check_station_permits(ledger, saved)
    return ledger.close()


def _named_otherwise(permits: Any) -> list[bool]:
    """Flag the permits whose id is not the hash of what makes it."""
    columns = [texts(permits, name) for name in ("permit_id", "rule_id", "authority", "granted_for")]
    wrong = []
    for name, rule, authority, grant in zip(*columns, strict=True):
        digest = hashlib.sha256(f"{rule}|{authority}|{grant}".encode()).hexdigest()
        wrong.append(name != f"{rule}-{digest[:10]}")
    return wrong


def _check_fees(ledger: Ledger, permits: Any, asked: list[dict[str, Any]], ids: list[str]) -> None:
    """Recompute lots and fees, and whether the number of crossings is one that the rule covers."""
    crossings, length = integers(permits, "crossings"), numbers(permits, "length_m")
    lots, fees, range_of = [], [], []
    for row, count, meters in zip(asked, crossings, length, strict=True):
        size = int(row.get("lot_size") or 0)
        lots.append(-(-int(count) // size) if size else 1)
        fixed, each, meter = (float(row.get(name) or 0) for name in ("fee_fixed", "fee_crossing", "fee_meter"))
        fees.append(round(fixed * lots[-1] + each * int(count) + meter * float(meters), 2))
        most = int(row.get("most_count") or 0)
        range_of.append(int(row.get("least_count") or 0) <= count and (most == 0 or count <= most))
    ledger.none(integers(permits, "lots") != lots, ids, "lots are not crossings over the lot size")
    ledger.none(np.abs(numbers(permits, "fee") - fees) > 0.011, ids, "fees are not those of the rule")
    ledger.none(
        ~np.array(range_of, dtype=bool), ids, "permits with a number of crossings that their rule does not cover"
    )


def _check_places(ledger: Ledger, saved: SavedPlan, permits: Any, ids: list[str]) -> None:
    """Check that spans and features exist, and that areas are those of the spans."""
    spans = saved.table("spans")
    area = dict(zip(texts(spans, "span_id"), texts(spans, "area_id"), strict=True))
    known = set(texts(saved.table("triggers"), "trigger_id"))
    alone = _of_stations(saved, permits)
    members = [split_ids(text) for text in texts(permits, "span_ids")]
    ledger.none(
        [not (names or own) or not set(names) <= set(area) for names, own in zip(members, alone, strict=True)],
        ids,
        "permits name no span that exists",
    )
    found = [sorted({area.get(name, "") for name in names}) for names in members]
    told = [split_ids(text) for text in texts(permits, "area_ids")]
    ledger.none(
        [a != b and not own for a, b, own in zip(found, told, alone, strict=True)],
        ids,
        "areas are not those of the permit's spans",
    )
    features = [set(split_ids(text)) <= known for text in texts(permits, "trigger_ids")]
    ledger.none(~np.array(features, dtype=bool), ids, "permits name features that triggers lack")


def _of_stations(saved: SavedPlan, permits: Any) -> list[bool]:
    """Tell which permits are for towers and cabinets: these have no span, `check_station_permits` looks at them."""
    rules = {rule.rule_id for rule in read_rules(saved) if "station" in rule.layers}
    return [rule in rules for rule in texts(permits, "rule_id")]


def _check_counts(ledger: Ledger, saved: SavedPlan, rule_ids: list[str]) -> None:
    """Compare what plan.json says of permits with the rows."""
    told, permits = saved.document["permits"], saved.table("permits")
    ledger.equal(told["count"], len(rule_ids), "permits.count")
    ledger.equal(saved.document["counts"]["permits"], len(rule_ids), "counts.permits")
    ledger.equal(told["by_rule"], dict(sorted(Counter(rule_ids).items())), "permits.by_rule")
    states = Counter(texts(permits, "state"))
    ledger.equal(told["by_state"], {name: states[name] for name in sorted(STATES)}, "permits.by_state")
    ledger.equal(told["rent_year"], round(float(numbers(permits, "rent_year").sum()), 2), "permits.rent_year")
    longest = int(integers(permits, "lead_time_calendar_days").max(initial=0))
    ledger.equal(told["longest_lead_calendar_days"] or 0, longest, "permits.longest_lead_calendar_days")


def check_reach(saved: SavedPlan) -> Check:
    """Check that every permit touches its spans, and every span of it a feature that asks for it."""
    ledger = Ledger("permit reach")
    built, permits = read_built(saved), saved.table("permits")
    rules = {rule.rule_id: rule for rule in read_rules(saved)}
    shapes = _trigger_shapes(saved)
    columns = [texts(permits, name) for name in ("permit_id", "rule_id", "span_ids", "trigger_ids")]
    geometry = np.asarray(permits.geometry.array, dtype=object)
    edges_of = _by_span(built)
    astray: list[str] = []
    loose: list[str] = []
    for name, rule_id, spans, triggers, shape in zip(*columns, geometry, strict=True):
        rule = rules.get(rule_id)
        rows = np.array([row for span in split_ids(spans) for row in edges_of.get(span, [])], dtype=np.int64)
        if rule is not None and "station" in rule.layers:
            continue
        if rule is None or len(rows) == 0:
            astray.append(name)
            continue
        within = reach_of(rule) + 1.5
        corners = shapely.points(shapely.get_coordinates(shape))
        if len(corners) == 0 or shapely.distance(corners, shapely.union_all(built.line[rows])).max() > within:
            astray.append(name)
        if rule.test != "any":
            loose += _loose_spans(
                rule, name, built, rows, [shapes[t] for t in split_ids(triggers) if t in shapes], within
            )
    ledger.nothing(astray, "permits that do not touch their spans", len(permits))
    ledger.nothing(loose, "spans of a permit that no feature of it touches", len(permits))
    return ledger.close()


def reach_of(rule: Rule) -> float:
    """Distance within which a rule's features are met."""
    own = float(rule.row["within_m"])
    if rule.test == "uses":
        return own or POLE_REACH_M
    return own if rule.test == "along" else 0.0


def _by_span(built: BuiltEdges) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, span in enumerate(built.span):
        rows.setdefault(span, []).append(row)
    return rows


def _trigger_shapes(saved: SavedPlan) -> dict[str, Any]:
    triggers = saved.table("triggers")
    shapes = np.array(shapely.force_2d(np.asarray(triggers.geometry.array, dtype=object)), dtype=object)
    return dict(zip(texts(triggers, "trigger_id"), shapes, strict=True))


def _loose_spans(rule: Rule, name: str, built: BuiltEdges, rows: Any, shapes: list[Any], within: float) -> list[str]:
    """Name the spans of a permit that its features do not come near, or whose placement it does not concern."""
    if not shapes:
        return [f"{name} (no feature)"]
    near = np.array(shapely.STRtree(shapes).query(built.line[rows], predicate="dwithin", distance=within))[0]
    touched = {built.span[row] for row in rows[np.unique(near)] if rule.concerns(built.placement[row])}
    return [f"{name} {span}" for span in sorted(set(built.span[rows]) - touched)]
