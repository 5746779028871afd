"""Which permit rules are in force, which features each one names, and which of them have nothing to go by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.errors import StudyError, raise_all
from expansion.plan.findings import Finding, Severity
from expansion.plan.specs_inputs import FEATURE_KINDS
from expansion.rulebook import PermitRule, Rulebook
from expansion.rulebook.permit_rule import CONDITION
from expansion.study import Study
from expansion.wording import meant

BoolArray = NDArray[np.bool_]

# Layers that the graph and the design give by themselves.
OWN_LAYERS = frozenset({"road", "bridge", "lateral", "excavation", "build", "duct", "station"})
# Layers of what is built at all, whatever it meets, and the placements that each stands for.
PLACED = {
    "build": ("aerial", "buried", "duct", "bore"), "excavation": ("buried", "bore"), "duct": ("duct",),
}  # fmt: skip
_FITS = {"any": frozenset(PLACED) | {"station"}, "on_bridge": frozenset({"bridge"}), "uses": frozenset({"pole"})}
# Kinds that an OSM extract holds where there are any; for the others an extract says next to nothing.
MAPPED_KINDS = frozenset(
    {
        "rail",
        "water",
        "wetland",
        "protected",
        "military",
        "pipeline",
        "powerline",
        "airport",
        "boundary",
        "pole",
        "road",
    }
)
FEATURE_COLUMNS = (
    "subtype",
    "name",
    "authority",
    "source",
    "confidence",
    "highway",
    "surface",
    "ref",
    "operator",
    "in_level",
)


def rules_in_force(study: Study, book: Rulebook) -> tuple[PermitRule, ...]:
    """Return the permit rules that are on and that the study does not disable, by `rule_id` ascending.

    Raises
    ------
    StudyError
        ``E_RULE_UNKNOWN`` where ``permits.disable`` or ``permits.enable`` names a rule that the rule book lacks.
    """
    known = {rule.rule_id for rule in book.permit_rules}
    _refuse_misfits(book.permit_rules)
    for key, named in (("disable", study.permits.disable), ("enable", study.permits.enable)):
        _refuse_strange(key, sorted(set(named) - known), known, book)
    on = [rule for rule in book.permit_rules if rule.enabled or rule.rule_id in study.permits.enable]
    left = [rule for rule in on if rule.rule_id not in study.permits.disable]
    return tuple(sorted(_unreplaced(left, known), key=lambda rule: rule.rule_id))


def _unreplaced(rules: list[PermitRule], known: set[str]) -> list[PermitRule]:
    """Leave out the rules in whose place another stands that is on."""
    stands_for = {rule.rule_id: {part.strip() for part in rule.replaces.split("|") if part.strip()} for rule in rules}
    strays = [f"{rule} replaces {name}" for rule, names in stands_for.items() for name in sorted(names - known)]
    if strays:
        hint = "name ids of rules, joined by |"
        raise StudyError("column replaces names no rule", code="E_RULE_UNKNOWN", where=sorted(strays), hint=hint)
    mutual = sorted(rule for rule, names in stands_for.items() if any(rule in stands_for.get(n, ()) for n in names))
    if mutual:
        hint = "leave column replaces of one of them empty"
        raise StudyError("permit rules stand in place of each other", code="E_RULE_ORDER", where=mutual, hint=hint)
    gone = {name for names in stands_for.values() for name in names}
    return [rule for rule in rules if rule.rule_id not in gone]


def _refuse_misfits(rules: Iterable[PermitRule]) -> None:
    """Refuse rules whose layer is no word that there is, or does not fit their test; each with rule and layer."""
    errors = []
    for rule in rules:
        errors += [_misfit(rule, layer) for layer in words(rule.layer) if layer not in _layers_of_test(rule.test)]
        errors += _strange_conditions(rule)
        if rule.test == "along" and not rule.within_m:
            where = [f"{rule.rule_id} within_m"]
            hint = "give the distance that counts as alongside, in meters"
            errors.append(StudyError("the distance is missing", code="E_RULE_ROW", where=where, hint=hint))
    raise_all(errors)


def _strange_conditions(rule: PermitRule) -> list[StudyError]:
    """Refuse conditions bound to a layer that the rule does not name: they would hold everywhere, unseen."""
    parts = [CONDITION.fullmatch(piece.strip()) for piece in rule.conditions.split(";") if piece.strip()]
    bound = sorted({found[1] for found in parts if found and found[1]} - set(words(rule.layer)))
    hint = f"bind conditions to {' or '.join(words(rule.layer))}"
    return [
        StudyError("a condition is bound to a layer that its rule does not name", code="E_RULE_LAYER",
                   where=[f"{rule.rule_id} {layer}"], hint=hint)
        for layer in bound
    ]  # fmt: skip


def _layers_of_test(test: str) -> frozenset[str]:
    """Layers on which a test can be made."""
    return _FITS.get(test, (FEATURE_KINDS | OWN_LAYERS) - frozenset(PLACED) - {"bridge", "station"})


def _misfit(rule: PermitRule, layer: str) -> StudyError:
    """Word what is wrong with one layer of a rule."""
    known, where = FEATURE_KINDS | OWN_LAYERS, [f"{rule.rule_id} {layer}"]
    if layer not in known:
        hint = meant(layer, known) or f"use one of {', '.join(sorted(known))}"
        return StudyError("no such layer", code="E_RULE_LAYER", where=where, hint=hint)
    fits = _layers_of_test(rule.test)
    hint = f"with test {rule.test} name {' or '.join(sorted(fits))}" if len(fits) < 5 else "choose another test"
    return StudyError(f"test {rule.test} cannot be made on this layer", code="E_RULE_LAYER", where=where, hint=hint)


def _refuse_strange(key: str, strange: list[str], known: set[str], book: Rulebook) -> None:
    """Refuse ids that the rule book lacks, with the nearest that it has."""
    if strange:
        example = f"use ids of the profile {book.profile}, such as {min(known, default='none')}"
        hint = "; ".join(f"{name}: {meant(name, known) or example}" for name in strange[:5])
        words = f"permits.{key} names rules that the rule book lacks"
        raise StudyError(words, code="E_RULE_UNKNOWN", where=strange, hint=hint)


@lru_cache(maxsize=1024)
def words(text: str) -> tuple[str, ...]:
    """Split a cell at ``|``; words are compared in lower case."""
    return tuple(part for part in (piece.strip().lower() for piece in text.split("|")) if part)


def features_of(rule: PermitRule, table: pd.DataFrame) -> BoolArray:
    """Say which rows of `table` the rule names.

    Parameters
    ----------
    rule
        Its `layer`, `subtypes` and `conditions` are read.
    table
        Columns `kind` and `subtype`, and whatever the conditions ask for as columns or in `attributes` (JSON).

    Returns
    -------
    BoolArray
        Shape ``(rows,)``. A row without a subtype is taken for every subtype: what is not known may need the permit.
    """
    fits: BoolArray = table["kind"].isin(words(rule.layer)).to_numpy(dtype=bool).copy()
    wanted = words(rule.subtypes)
    if wanted and fits.any():
        subtype = table["subtype"].fillna("").str.strip().str.lower()
        fits &= (subtype.isin(wanted) | (subtype == "")).to_numpy(dtype=bool)
    for part in filter(None, (piece.strip() for piece in rule.conditions.split(";"))):
        if fits.any():
            fits &= _condition(part, table, fits)
    return fits


def _condition(part: str, table: pd.DataFrame, asked: BoolArray) -> BoolArray:
    """Evaluate one condition on the rows asked for; rows of another layer than the one it names pass."""
    found = CONDITION.fullmatch(part)
    if found is None:  # the row model refuses such a cell; a rule made in code may still hold one
        raise StudyError(f"the condition {part!r} cannot be read", code="E_RULE_ROW", where=[part])
    layer, key, operator, text = found.groups()
    concerned = asked & (table["kind"] == layer).to_numpy(dtype=bool) if layer else asked
    result = np.ones(len(table), dtype=bool)
    rows = np.nonzero(concerned)[0]
    codes, values = pd.factorize(_values(key, table, rows))
    fits = np.array([_holds(value, operator, words(text)) for value in values], dtype=bool)
    result[rows] = fits[codes] if len(rows) else True
    return result


def _values(key: str, table: pd.DataFrame, rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the value of a key per row, in lower case; "" where it is not known."""
    if key in FEATURE_COLUMNS and key in table:
        return _lower(table[key].to_numpy(dtype=object)[rows], lambda value: value)
    if "attributes" not in table:
        return np.full(len(rows), "", dtype=object)
    return _lower(table["attributes"].to_numpy(dtype=object)[rows], lambda text: _tags(text).get(key, ""))


def _lower(cells: NDArray[np.object_], read: Callable[[object], object]) -> NDArray[np.object_]:
    """Read cells, equal ones once, in lower case; "" for empty ones."""
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    values = [str(read(cell)).strip().lower() if isinstance(cell, str) else "" for cell in distinct]
    found: NDArray[np.object_] = np.array([*values, ""], dtype=object)[codes]
    return found


def _tags(text: object) -> dict[str, object]:
    """Read a JSON cell; what is no object holds no tags."""
    try:
        tags = json.loads(str(text))
    except json.JSONDecodeError:
        return {}
    return tags if isinstance(tags, dict) else {}


def _holds(value: str, operator: str, wanted: tuple[str, ...]) -> bool:
    """Compare one value; what is not known fits ``?`` and every denial."""
    if not value:
        return "?" in wanted or operator in ("!=", "!~")
    if operator in (">=", "<="):
        number, limit = _number(value), _number(wanted[0])
        return (number >= limit) if operator == ">=" else (number <= limit)
    hit = any(part in value for part in wanted) if operator.endswith("~") else value in wanted
    return hit != operator.startswith("!")


def _number(text: str) -> float:
    """Return the largest number in a text, such as a list of voltages; NaN where there is none."""
    return max((float(part) for part in re.findall(r"\d+(?:\.\d+)?", text)), default=float("nan"))


def missing_layers(study: Study, rules: tuple[PermitRule, ...], kinds: frozenset[str]) -> list[Finding]:
    """Name each layer that is missing with the rules that ask for it, so that silence never reads as "no permit".

    Parameters
    ----------
    study
        ``inputs.layers`` says which layers were given, even where they turn out empty here.
    rules
        Rules in force.
    kinds
        Kinds of which at least one feature was read.

    Returns
    -------
    list
        ``W_NO_LAYER`` per missing layer, naming all its rules: a warning where only a layer of the user's could tell,
        information where the OSM extract was searched and shows none. ``W_LAYER_EMPTY`` per layer that the study gives
        and that holds nothing near it.
    """
    given = {layer.kind for layer in study.inputs.layers}
    lacking: dict[str, dict[str, bool]] = {}
    for rule in rules:
        layers = words(rule.layer)
        absent = [name for name in layers if name not in OWN_LAYERS and name not in kinds]
        for name in absent:
            lacking.setdefault(name, {})[rule.rule_id] = len(absent) < len(layers)
        divides = rule.grant in ("boundary", "road_boundary") or (bool(rule.authority_levels) and rule.test != "any")
        if divides and "boundary" not in kinds:
            lacking.setdefault("boundary", {}).setdefault(rule.rule_id, True)
    titles = {rule.rule_id: f"{rule.rule_id} ({rule.permit})" for rule in rules}
    said = {True: _empty_layer, False: _no_layer}
    return [said[name in given](name, lacking[name], titles) for name in sorted(lacking)]


def _no_layer(layer: str, rules: dict[str, bool], titles: dict[str, str]) -> Finding:
    """Word the finding for one layer; per rule whether other layers of it could be tested."""
    mapped = layer in MAPPED_KINDS
    seen = "nothing that was read could show one"
    if mapped:
        seen = "the extract was searched and shows none, which is weak evidence"
    wholly = ", ".join(titles[name] for name in sorted(rules) if not rules[name])
    partly = ", ".join(titles[name] for name in sorted(rules) if rules[name])
    told = [f"not tested: {wholly}"] * bool(wholly) + [f"tested only in part: {partly}"] * bool(partly)
    if layer == "boundary":
        told = [f"not divided by it, and without the name of an authority: {partly}"]
    repair = f"add [[inputs.layers]] of kind {layer}, or disable the rules where you know that there is none"
    text = f"layer {layer} is missing; {'; '.join(told)}; {seen}"
    severity: Severity = "info" if mapped else "warning"
    return Finding("W_NO_LAYER", severity, text, (layer, *sorted(rules)), len(rules), repair=repair)


def _empty_layer(layer: str, rules: dict[str, bool], titles: dict[str, str]) -> Finding:
    """Word the finding for a layer that was given and holds nothing near the study."""
    asked = ", ".join(titles[name] for name in sorted(rules))
    text = f"the layer {layer} that the study gives holds nothing near it, so that these rules find nothing: {asked}"
    repair = "check that the file covers the study, and its CRS"
    return Finding("W_LAYER_EMPTY", "info", text, (layer, *sorted(rules)), len(rules), repair=repair)
