"""Check what the register says of each permit beside its place: lots, rent, season, order, state, evidence."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.permit_rules import Rule, read_rules
from expansion.audit.rules import rows_of

_CARRIED = ("state", "filed", "decided", "contact", "reference", "note")
_TRUST = {"low": 0, "medium": 1, "high": 2}


def check_terms(saved: SavedPlan) -> Check:
    """Check lots, rents, seasons, predecessors, states and evidence of all permits."""
    ledger = Ledger("permit terms")
    permits, rules = saved.table("permits"), {rule.rule_id: rule for rule in read_rules(saved)}
    asked = [rules.get(name) for name in texts(permits, "rule_id")]
    _check_terms(ledger, permits, asked)
    _check_order(ledger, saved, permits)
    _check_states(ledger, saved, permits)
    _check_evidence(ledger, saved, permits)
    return ledger.close()


def _check_terms(ledger: Ledger, permits: pd.DataFrame, asked: list[Rule | None]) -> None:
    """Check what follows from the rule alone."""
    ids, lots, rents = texts(permits, "permit_id"), [], []
    for rule, count, meters in zip(asked, integers(permits, "crossings"), numbers(permits, "length_m"), strict=True):
        row = rule.row if rule else {}
        size, left, parts = int(row.get("lot_size") or 0), int(count), []
        while size and left > 0:
            parts.append(str(min(size, left)))
            left -= size
        lots.append(",".join(parts))
        rents.append(float(row.get("rent_year") or 0) + float(row.get("rent_meter_year") or 0) * float(meters))
    ledger.none([a != b for a, b in zip(texts(permits, "lot"), lots, strict=True)], ids, "lots hold other numbers")
    ledger.none(np.abs(numbers(permits, "rent_year") - np.array(rents)) > 0.011, ids, "rents are not those of the rule")
    for name in ("season_from", "season_to"):
        told = texts(permits, name)
        differs = [bool(rule) and rule.row.get(name, "") != text for rule, text in zip(asked, told, strict=True)]  # type: ignore[union-attr]
        ledger.none(differs, ids, f"{name} is not that of the rule")


def _check_order(ledger: Ledger, saved: SavedPlan, permits: pd.DataFrame) -> None:
    """Check that a permit waits for all those, and only those, of the rules before that share a span or a grant."""
    every = rows_of(saved, "permit_rules")
    first = {row["rule_id"]: _named_before(row, every) for row in every}
    ids, of_rule = texts(permits, "permit_id"), texts(permits, "rule_id")
    spans = [set(split_ids(text)) for text in texts(permits, "span_ids")]
    grants = texts(permits, "granted_for")
    rows: dict[str, list[int]] = defaultdict(list)
    for row, rule in enumerate(of_rule):
        rows[rule].append(row)
    wrong = []
    for row, told in enumerate(texts(permits, "after_permit_ids")):
        others = [other for rule in sorted(first.get(of_rule[row], ())) for other in rows[rule]]
        wanted = {ids[o] for o in others if grants[o] == grants[row] or not spans[o].isdisjoint(spans[row])}
        wrong += [ids[row]] if wanted != set(split_ids(told)) else []
    ledger.nothing(wrong, "permits wait for others than their rules say", len(ids))


def _named_before(row: dict[str, Any], every: list[dict[str, Any]]) -> set[str]:
    """Rules that the column `after` of a rule names, by id or by kind of authority."""
    words = {word.strip() for word in (row.get("after") or "").split("|") if word.strip()}
    small = {word.lower() for word in words}
    known = {other["rule_id"] for other in every}
    kinds = {o["rule_id"] for o in every if o["authority_kind"].lower() in small - {k.lower() for k in known}}
    return ((words & known) | kinds) - {row["rule_id"]}


def _check_states(ledger: Ledger, saved: SavedPlan, permits: pd.DataFrame) -> None:
    """Check that states and dates fit, are those that the study was given, and that every refusal is a finding."""
    ids, told = texts(permits, "permit_id"), saved.table("permit_states")
    given = {name: row for name, *row in zip(*(texts(told, c) for c in ("permit_id", *_CARRIED)), strict=True)}
    mine = [list(row) for row in zip(*(texts(permits, name) for name in _CARRIED), strict=True)]
    untouched = ["to_file", "", "", "", "", ""]
    wrong = [row != given.get(name, untouched) for name, row in zip(ids, mine, strict=True)]
    ledger.none(wrong, ids, "states are not those that the study was given")
    ledger.none(flags(told, "is_needed") != np.isin(list(given), ids), list(given), "rows are needed or not otherwise")
    refused = {name for name, row in zip(ids, mine, strict=True) if row[0] == "refused"}
    found = [row["where"][0] for row in saved.document["findings"] if row["code"] == "W_PERMIT_REFUSED"]
    ledger.that(sorted(found) == sorted(refused), "refused permits are not those of the findings")
    columns = [texts(permits, name) for name in ("state", "filed", "decided")]
    ledger.none([not _holds_together(*row) for row in zip(*columns, strict=True)], ids, "states and dates do not fit")


def _holds_together(state: str, filed: str, decided: str) -> bool:
    """Tell whether state and ISO dates fit."""
    if state in ("approved", "refused"):
        return bool(decided) and (not filed or filed <= decided)
    return not decided and bool(filed) == (state == "filed") and state in ("to_file", "filed")


def _check_evidence(ledger: Ledger, saved: SavedPlan, permits: pd.DataFrame) -> None:
    """Check sources and confidence against the features that a permit names."""
    triggers = saved.table("triggers")
    columns = [texts(triggers, name) for name in ("trigger_id", "source", "attributes")]
    said = {name: _read(source, text) for name, source, text in zip(*columns, strict=True)}
    wrong = []
    names = ("permit_id", "granted_for", "trigger_ids", "evidence", "confidence")
    for name, grant, ids, told, confidence in zip(*(texts(permits, column) for column in names), strict=True):
        found = [said[one] for one in split_ids(ids) if one in said]
        least = min((level for _, level in found), key=_TRUST.__getitem__, default="high")
        if found and grant.endswith(("|unknown", ":unknown")):
            least = "low"
        sources = ",".join(sorted({source for source, _ in found})) or "design"
        wrong += [name] if (sources, least) != (told, confidence) else []
    ledger.nothing(wrong, "evidence or confidence is not that of the permit's features", len(permits))


def _read(source: str, attributes: str) -> tuple[str, str]:
    """Source and confidence of a feature."""
    try:
        level = json.loads(attributes).get("confidence", "medium")
    except (ValueError, AttributeError):
        level = "medium"
    return ("inferred", "low") if source == "derived" else (source, level if level in _TRUST else "medium")
