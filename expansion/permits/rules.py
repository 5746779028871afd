"""Which permit rules are in force, which features each one names, and which of them have nothing to go by."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.errors import StudyError
from expansion.plan.findings import Finding, find
from expansion.plan.specs_inputs import FEATURE_KINDS
from expansion.rulebook import PermitRule, Rulebook
from expansion.rulebook.permit_rule import CONDITION
from expansion.study import Study
from expansion.wording import meant

BoolArray = NDArray[np.bool_]

# Layers that the graph and the design give by themselves.
OWN_LAYERS = frozenset({"road", "bridge", "lateral", "excavation", "build", "station"})
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
_COLUMNS = ("subtype", "name", "authority", "source", "confidence", "highway", "surface", "ref", "operator", "in_level")


def rules_in_force(study: Study, book: Rulebook) -> tuple[PermitRule, ...]:
    """Return the permit rules that are on and that the study does not disable, by `rule_id` ascending.

    Raises
    ------
    StudyError
        ``E_RULE_UNKNOWN`` where ``permits.disable`` or ``permits.enable`` names a rule that the rule book lacks.
    """
    known = {rule.rule_id for rule in book.permit_rules}
    for key, named in (("disable", study.permits.disable), ("enable", study.permits.enable)):
        _refuse_strange(key, sorted(set(named) - known), known, book)
    on = [rule for rule in book.permit_rules if rule.enabled or rule.rule_id in study.permits.enable]
    left = [rule for rule in on if rule.rule_id not in study.permits.disable]
    return tuple(sorted(left, key=lambda rule: rule.rule_id))


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
    if key in _COLUMNS and key in table:
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
    """Name each rule whose layer is missing, so that silence never reads as "no permit".

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
        ``W_NO_LAYER`` per rule: a warning where only a layer of the user's could tell, information where the OSM
        extract was searched and shows none.
    """
    given = {layer.kind for layer in study.inputs.layers} | kinds
    found = []
    for rule in rules:
        layers = [name for name in words(rule.layer) if name not in OWN_LAYERS]
        absent = [name for name in layers if name not in given]
        if absent:
            found.append(_no_layer(rule, absent, len(absent) < len(words(rule.layer))))
        divides = rule.grant in ("boundary", "road_boundary") or (bool(rule.authority_levels) and rule.test != "any")
        if divides and "boundary" not in given and "boundary" not in absent:
            found.append(_no_layer(rule, ["boundary"], True))
    return found


def _no_layer(rule: PermitRule, absent: list[str], partly: bool) -> Finding:
    """Word the finding for one rule; `partly` where other layers of the rule could be tested."""
    names = " or ".join(absent)
    how = "tested only in part" if partly else "not tested"
    mapped = all(name in MAPPED_KINDS for name in absent)
    unknown = [name for name in absent if name not in FEATURE_KINDS]
    seen = (
        "the extract was searched and shows none, which is weak evidence"
        if mapped
        else "nothing that was read could show one"
    )
    if unknown:
        seen = "no layer of this kind can be read yet"
    return find(
        "W_NO_LAYER",
        "info" if mapped else "warning",
        f"rule {rule.rule_id} ({rule.permit}) was {how}: layer {names} is missing; {seen}",
        [rule.rule_id, *absent],
        count=1,
        repair=f"add [[inputs.layers]] of kind {absent[0]}, or disable the rule"
        if not unknown
        else "ask the authority",
    )
