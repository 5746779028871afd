"""Rules whose layer is there and that can still see nothing: no feature tells what they ask, or has a shape to test."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from expansion.permits.rules import FEATURE_COLUMNS, OWN_LAYERS, BoolArray, words
from expansion.plan.findings import Finding, Severity
from expansion.rulebook import PermitRule
from expansion.rulebook.permit_rule import CONDITION

# Types of geometry that a test can meet: lines and areas are crossed, areas entered, poles used.
_SHAPES = {"crosses": (1, 2, 3, 5, 6), "inside": (3, 6), "uses": (0,)}
_SHAPE_WORDS = {"crosses": "line or area", "inside": "area", "uses": "point"}
_OWN = "USER"


def blind_rules(rules: tuple[PermitRule, ...], features: gpd.GeoDataFrame) -> list[Finding]:
    """Name the rules that find nothing in a layer because of what its features do not say or what shape they have.

    Parameters
    ----------
    rules
        Rules in force.
    features
        Features of all kinds; layers without any are for `missing_layers` to name.

    Returns
    -------
    list
        ``W_NO_ATTRIBUTE`` per layer and key that a condition asks for and that no feature of the layer tells (a
        condition that holds for what is not known asks nothing); ``W_LAYER_SHAPE`` per layer and test that none of its
        shapes allows. A warning where a rule of the study's own is among them, else information.
    """
    kind = features["kind"].to_numpy(dtype=object)
    found: list[Finding] = []
    for layer in sorted({layer for rule in rules for layer in words(rule.layer) if layer not in OWN_LAYERS}):
        of_layer = kind == layer
        if of_layer.any():
            asking = [rule for rule in rules if layer in words(rule.layer)]
            found += [*_untold(layer, asking, features, of_layer), *_shapeless(layer, asking, features, of_layer)]
    return found


def _untold(layer: str, rules: list[PermitRule], features: gpd.GeoDataFrame, of_layer: BoolArray) -> Iterator[Finding]:
    """Find the keys that no feature of a layer tells."""
    asked: dict[str, list[PermitRule]] = {}
    for rule in rules:
        for key in sorted(_keys(rule, layer)):
            asked.setdefault(key, []).append(rule)
    for key in sorted(asked):
        if not _is_told(key, features, of_layer):
            text = f"no feature of the layer {layer} tells {key}, so that these rules find nothing in it: "
            repair = (
                f"name the column in [[inputs.layers]]: columns = {{ {key} = … }}, or correct the rule's conditions"
            )
            yield _finding("W_NO_ATTRIBUTE", text, layer, asked[key], repair)


def _keys(rule: PermitRule, layer: str) -> set[str]:
    """Keys that a feature of a layer must tell for the rule to name it."""
    keys = set()
    for part in filter(None, (piece.strip() for piece in rule.conditions.split(";"))):
        found = CONDITION.fullmatch(part)
        if found is not None:
            only, key, operator, values = found.groups()
            holds_unknown = operator.startswith("!") or "?" in words(values)
            if only in (None, layer) and not holds_unknown:
                keys.add(key)
    return keys


def _is_told(key: str, features: gpd.GeoDataFrame, of_layer: BoolArray) -> bool:
    """Tell whether some feature says something under a key."""
    if key in FEATURE_COLUMNS and key in features:
        return bool((features[key][of_layer].fillna("").str.strip() != "").any())
    return bool(features["attributes"][of_layer].str.contains(f'"{key}":', regex=False).any())


def _shapeless(
    layer: str, rules: list[PermitRule], features: gpd.GeoDataFrame, of_layer: BoolArray
) -> Iterator[Finding]:
    """Find the tests that no shape of a layer allows."""
    types = np.unique(shapely.get_type_id(features.geometry.to_numpy()[of_layer]))
    for test in sorted({rule.test for rule in rules} & set(_SHAPES)):
        if not np.isin(types, _SHAPES[test]).any():
            text = (
                f"no feature of the layer {layer} is of shape {_SHAPE_WORDS[test]}, which these rules test ({test}): "
            )
            repair = f"give the layer in shapes of {_SHAPE_WORDS[test]}"
            yield _finding("W_LAYER_SHAPE", text, layer, [rule for rule in rules if rule.test == test], repair)


def _finding(code: str, text: str, layer: str, rules: list[PermitRule], repair: str) -> Finding:
    """Word a finding with its layer and rules."""
    severity: Severity = "warning" if any(rule.status == _OWN for rule in rules) else "info"
    names = ", ".join(f"{rule.rule_id} ({rule.permit})" for rule in rules)
    where = (layer, *sorted(rule.rule_id for rule in rules))
    return Finding(code, severity, f"{text}{names}", where, len(rules), repair=repair)
