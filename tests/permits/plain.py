"""A study's tables and a frozen route as the plain dicts that brute force takes, and the register beside them."""

import json
from pathlib import Path

import expansion.rulebook
from expansion.permits import find_triggers, register_permits
from tests.permits.brute_force import Map, expected_permits
from tests.permits.brute_rules import read_rules
from tests.permits.frozen import graph_of, network_of

PROFILES = Path(expansion.rulebook.__file__).parent / "profiles"


def register(study, inputs, frozen):
    """Permits of the planner's register for a frozen route."""
    graph = graph_of(frozen)
    return register_permits(study, inputs, graph, find_triggers(study, inputs, graph), network_of(frozen)).table


def by_brute_force(study, inputs, frozen):
    """Permits of a frozen route by brute force: {(rule, granted for): (crossings, meters, spans)}."""
    rules = read_rules(PROFILES / study.study.profile.replace("-", "_") / "permit_rules.csv")
    return expected_permits(plain_map(inputs, frozen), rules)


def disagreements(by_hand, table):
    """Permits that one of both lacks, or whose crossings, meters (to 2 mm per span) or spans differ."""
    registered = {
        (one.rule_id, one.granted_for): (one.crossings, one.length_m, frozenset(one.span_ids.split(",")))
        for one in table.itertuples()
    }
    wrong = [(*one, "register only") for one in sorted(set(registered) - set(by_hand))]
    wrong += [(*one, "brute force only") for one in sorted(set(by_hand) - set(registered))]
    for one in sorted(set(by_hand) & set(registered)):
        (count, meters, spans), (told, length, held) = by_hand[one], registered[one]
        if count != told:
            wrong.append((*one, f"crossings {count}, register {told}"))
        if abs(meters - length) > 0.002 * max(len(spans), 1):
            wrong.append((*one, f"meters {meters:.3f}, register {length:.3f}"))
        if spans != held:
            wrong.append((*one, f"spans {sorted(spans ^ held)[:3]}"))
    return wrong


def plain_map(inputs, frozen):
    """Edges, features, roads and spans as dicts."""
    roads = {one.road_id: one for one in inputs.roads.itertuples()}
    edges, spans = [], []
    for one in frozen.itertuples():
        road = roads.get(one.road_id)
        edges.append(
            {
                "id": one.edge_id, "line": one.geometry, "u": one.u, "v": one.v, "kind": one.kind,
                "road": text(one.road_id), "way": road.way_id if road else "unknown", "highway": one.highway,
                "surface": text(one.surface), "name": text(one.name), "ref": text(one.ref),
                "operator": text(road.operator) if road else "", "bridge": one.is_bridge, "tunnel": one.is_tunnel,
                "length_m": one.length_m,
            }
        )  # fmt: skip
        if text(one.span_id) and not one.is_existing:
            spans.append(
                {
                    "edge": one.edge_id, "span": one.span_id, "area": one.area_id, "placement": one.placement,
                    "length_m": one.length_m,
                }
            )  # fmt: skip
    return Map(edges, plain_features(inputs), plain_roads(inputs), spans)


def plain_features(inputs):
    features = [
        {
            "id": one.feature_id, "kind": one.kind, "subtype": text(one.subtype), "name": text(one.name).strip(),
            "authority": text(one.authority).strip(), "tags": json.loads(one.attributes), "source": one.source,
            "confidence": one.confidence, "shape": one.geometry,
        }
        for one in inputs.features.itertuples()
    ]  # fmt: skip
    poles = inputs.plant[inputs.plant["kind"] == "pole"]
    return features + [
        {
            "id": f"plant:{one.plant_id}", "kind": "pole", "subtype": "", "name": "", "authority": text(one.owner),
            "tags": {}, "source": "plant", "confidence": "high", "shape": one.geometry,
        }
        for one in poles.itertuples()
    ]  # fmt: skip


def plain_roads(inputs):
    return [
        {
            "id": one.road_id, "kind": "road", "subtype": one.highway, "highway": one.highway,
            "surface": text(one.surface), "name": text(one.name), "ref": text(one.ref),
            "operator": text(one.operator), "tunnel": one.is_tunnel, "tags": {}, "shape": one.geometry,
        }
        for one in inputs.roads.itertuples()
    ]  # fmt: skip


def text(value):
    """Text of a cell, "" where it is empty."""
    return value if isinstance(value, str) else ""
