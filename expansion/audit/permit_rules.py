"""Which permit rules are in force, and which features and roads each of them names."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from expansion.audit.folder import SavedPlan
from expansion.audit.rules import rows_of, section

_CONDITION = re.compile(r"(?:(\w+)\.)?([\w:]+)\s*(!=|!~|>=|<=|=|~)\s*(.+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A permit rule with its lists taken apart; `row` holds what the register repeats and prices."""

    rule_id: str
    layers: tuple[str, ...]
    subtypes: tuple[str, ...]
    conditions: tuple[str, ...]
    test: str
    row: dict[str, Any]

    @property
    def is_open(self) -> bool:
        """Whether a condition asks for what the saved tables do not hold (the boundaries around an edge)."""
        return any("in_level" in part for part in self.conditions)

    def concerns(self, placement: str) -> bool:
        """Tell whether what is built in this way needs the permit."""
        dug, blocks = placement in ("buried", "bore"), self.row["blocks"]
        if self.test == "uses" or blocks == "aerial":
            return placement == "aerial"
        return dug if blocks in ("buried", "dig") or self.layers == ("excavation",) else True

    def names(self, layer: str, tags: dict[str, str]) -> bool:
        """Tell whether the rule names a feature of a layer; what is not known may need the permit."""
        if layer not in self.layers:
            return False
        subtype = tags.get("subtype", "")
        if self.subtypes and subtype and subtype not in self.subtypes:
            return False
        return all(_holds(part, layer, tags) for part in self.conditions)


def read_rules(saved: SavedPlan) -> list[Rule]:
    """Read the rules that the study leaves on, by id."""
    asked = section(saved, "permits")
    off, on = set(asked["disable"]), set(asked.get("enable") or ())
    rules = [
        Rule(
            rule_id=row["rule_id"],
            layers=_words(row["layer"]),
            subtypes=_words(row["subtypes"]),
            conditions=tuple(part.strip() for part in row["conditions"].split(";") if part.strip()),
            test=row["test"],
            row=row,
        )
        for row in rows_of(saved, "permit_rules")
        if row["rule_id"] not in off and (row.get("enabled", True) or row["rule_id"] in on)
    ]
    gone = {name.strip() for rule in rules for name in (rule.row.get("replaces") or "").split("|")}
    return sorted((rule for rule in rules if rule.rule_id not in gone), key=lambda rule: rule.rule_id)


def read_tags(text: str) -> dict[str, str]:
    """Read a feature's attributes as lower-case text; what is no object holds none."""
    try:
        tags = json.loads(text)
    except json.JSONDecodeError:
        return {}
    if not isinstance(tags, dict):
        return {}
    return {str(key): str(value).strip().lower() for key, value in tags.items()}


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip().lower() for part in text.split("|") if part.strip())


def _holds(part: str, layer: str, tags: dict[str, str]) -> bool:
    """Evaluate one condition; one on another layer, or on the boundaries around an edge, is left open."""
    found = _CONDITION.fullmatch(part)
    if found is None or found[1] not in (None, layer) or found[2] == "in_level":
        return True
    value, operator, wanted = tags.get(found[2], ""), found[3], _words(found[4])
    if not value:
        return "?" in wanted or operator in ("!=", "!~")
    if operator in (">=", "<="):
        largest = max((float(number) for number in re.findall(r"\d+(?:\.\d+)?", value)), default=float("nan"))
        limit = float(wanted[0])
        return largest >= limit if operator == ">=" else largest <= limit
    hit = any(word in value for word in wanted) if operator.endswith("~") else value in wanted
    return hit is not operator.startswith("!")
