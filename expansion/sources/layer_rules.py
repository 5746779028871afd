"""Say of everything that is wrong with a layer which permit rules it leaves untested."""

from __future__ import annotations

from dataclasses import replace

from expansion.errors import PlanningError
from expansion.plan.findings import Finding
from expansion.rulebook import PermitRule, Rulebook

_DIVIDED = ("boundary", "road_boundary")


def rules_of_layer(rulebook: Rulebook | None, kind: str) -> str:
    """Name the permit rules that test a kind of layer, or are divided by it, joined by commas."""
    rules = rulebook.permit_rules if rulebook else ()
    return ", ".join(rule.rule_id for rule in rules if _asks(rule, kind))


def _asks(rule: PermitRule, kind: str) -> bool:
    """Tell whether a rule needs a kind of layer."""
    named = kind in (word.strip() for word in rule.layer.lower().split("|"))
    divides = rule.grant in _DIVIDED or bool(rule.authority_levels)
    return named or (kind == "boundary" and divides)


def tested_by(kind: str, rules: str) -> str:
    """Say which rules test a layer."""
    return f"the layer {kind} is tested by permit rules {rules}"


def error_with_rules(error: PlanningError, kind: str, rules: str) -> PlanningError:
    """Say of an error in a layer which permit rules it leaves untested; as it is where no rule asks for the layer."""
    if not rules:
        return error
    hint = "; ".join(filter(None, (error.hint, tested_by(kind, rules))))
    return type(error)(error.message, code=error.code, where=error.where, hint=hint)


def finding_with_rules(finding: Finding, kind: str, rules: str) -> Finding:
    """Say of what was left out or repaired in a layer which permit rules it touches."""
    if not rules:
        return finding
    return replace(finding, repair="; ".join(filter(None, (finding.repair, tested_by(kind, rules)))))
