"""Hold every edge that is built against every feature, by brute force, and ask for the permits that must be there.

Pairs that meet beyond doubt (by a meter) must have their permit; pairs within that meter may have it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from expansion.audit.built_edges import BuiltEdges, read_built
from expansion.audit.crossings import SURE_M, passes_through, sure_crossings
from expansion.audit.folder import SavedPlan, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.permit_rules import Rule, read_rules, read_tags


@dataclass(frozen=True, slots=True)
class Features:
    """What edges near the route meet: id, layer, tags and shape per row."""

    ids: list[str]
    layer: list[str]
    tags: list[dict[str, str]]
    shape: NDArray[np.object_]

    def named_by(self, rule: Rule, layer: str) -> NDArray[np.int64]:
        """Rows of one layer that a rule names, those in a tunnel of their own left out."""
        rows = [
            row
            for row, (own, tags) in enumerate(zip(self.layer, self.tags, strict=True))
            if own == layer and rule.names(layer, tags) and not _is_underground(layer, tags)
        ]
        return np.array(rows, dtype=np.int64)


def _is_underground(layer: str, tags: dict[str, str]) -> bool:
    """Tell whether a railway runs in a tunnel of its own."""
    return layer == "rail" and tags.get("tunnel", "no") not in ("no", "false", "0", "")


def check_meetings(saved: SavedPlan) -> Check:
    """Check that no permit is missing: each pair of built edge and feature that a rule asks about has its permit."""
    ledger = Ledger("permit meetings")
    built, features = read_built(saved), read_features(saved)
    held = _held(saved)
    for rule in read_rules(saved):
        concerned = np.array([rule.concerns(placement) for placement in built.placement], dtype=bool)
        missing = []
        tested = 0
        for row, trigger in _sure_meetings(rule, built, features, concerned):
            tested += 1
            if built.span[row] not in held[rule.rule_id]:
                missing.append(f"{built.span[row]} at {trigger}")
        ledger.nothing(missing, f"{rule.rule_id}: spans without their permit", tested)
    _check_open_rules(ledger, read_rules(saved), built, held)
    return ledger.close()


def read_features(saved: SavedPlan) -> Features:
    """Read the features that edges near the route meet."""
    triggers = saved.table("triggers")
    tags = [
        read_tags(text) | {"source": source}
        for text, source in zip(texts(triggers, "attributes"), texts(triggers, "source"), strict=True)
    ]
    shapes = np.array(shapely.force_2d(np.asarray(triggers.geometry.array, dtype=object)), dtype=object)
    return Features(texts(triggers, "trigger_id"), texts(triggers, "layer"), tags, shapes)


def _check_open_rules(ledger: Ledger, rules: list[Rule], built: BuiltEdges, held: dict[str, set[str]]) -> None:
    """Check road rules that divide between them by boundary: each edge that they name has the permit of one of them."""
    families: dict[tuple[object, ...], list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.is_open and rule.layers == ("road",) and rule.test == "inside" and not rule.row["least_m"]:
            families[rule.subtypes, rule.row["blocks"]].append(rule)
    for family in families.values():
        signs = {
            sign for rule in family for part in rule.conditions for sign in ("!~", "~") if f"in_level{sign}" in part
        }
        if signs != {"!~", "~"}:
            continue
        spans: set[str] = set().union(*(held[rule.rule_id] for rule in family))
        names = ", ".join(rule.rule_id for rule in family)
        asked = [
            row
            for row in np.flatnonzero(~built.lateral)
            if family[0].concerns(built.placement[row]) and family[0].names("road", built.label[row])
        ]
        missing = sorted({built.span[row] for row in asked} - spans)
        ledger.nothing(missing, f"{names}: spans without a permit of either", len(asked))


def _held(saved: SavedPlan) -> dict[str, set[str]]:
    """Spans that hold some permit, per rule."""
    permits = saved.table("permits")
    held: dict[str, set[str]] = defaultdict(set)
    for rule, spans in zip(texts(permits, "rule_id"), texts(permits, "span_ids"), strict=True):
        held[rule] |= set(split_ids(spans))
    return held


def _sure_meetings(
    rule: Rule, built: BuiltEdges, features: Features, concerned: NDArray[np.bool_]
) -> Iterable[tuple[int, str]]:
    """Rows of built edges that meet a feature of the rule beyond doubt."""
    if rule.test in ("any", "uses") or rule.is_open or rule.row["least_count"] > 1 or rule.row["most_count"]:
        return
    for layer in rule.layers:
        if layer in ("road", "bridge", "lateral"):
            yield from _own_meetings(rule, layer, built, features, concerned)
        else:
            rows = np.flatnonzero(concerned & built.may_meet(layer, rule.test))
            yield from _feature_meetings(rule, built, features, features.named_by(rule, layer), rows)


def _own_meetings(
    rule: Rule, layer: str, built: BuiltEdges, features: Features, concerned: NDArray[np.bool_]
) -> Iterable[tuple[int, str]]:
    """Edges whose own road, bridge or private ground the rule names."""
    if rule.test == "crosses" or (layer == "lateral" and "parcel" in features.layer):
        return
    long = built.length_m >= max(float(rule.row["least_m"]), 0.0) + (SURE_M if rule.row["least_m"] else 0.0)
    kind = {"road": ~built.lateral, "bridge": built.bridge, "lateral": built.lateral}[layer]
    for row in np.flatnonzero(concerned & long & kind):
        if layer == "lateral" or rule.names(layer, built.label[row]):
            yield int(row), f"{layer}:{built.road[row] or built.edge_id[row]}"


def _feature_meetings(
    rule: Rule, built: BuiltEdges, features: Features, named: NDArray[np.int64], rows: NDArray[np.int64]
) -> Iterable[tuple[int, str]]:
    """Edges that cross, enter or follow a feature."""
    if len(named) == 0 or len(rows) == 0:
        return
    shapes, lines = features.shape[named], built.line[rows]
    within = max(float(rule.row["within_m"]) - SURE_M, 0.0) if rule.test == "along" else 0.0
    edge, feature = shapely.STRtree(shapes).query(lines, predicate="dwithin", distance=within)
    least = max(float(rule.row["least_m"]), 1.0) + SURE_M
    for one, other in zip(edge, feature, strict=True):
        line, shape = lines[one], shapes[other]
        if rule.test == "crosses":
            sure = bool(sure_crossings(line, shape)) or passes_through(line, shape)
        else:
            ground = shapely.buffer(shape, within) if rule.test == "along" else shape
            sure = shapely.length(shapely.intersection(line, ground)) >= least
        if sure:
            yield int(rows[one]), features.ids[named[other]]
