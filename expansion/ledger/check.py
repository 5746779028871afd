"""Check every design rule and write the ledger: a row per rule, a finding per broken one."""

from __future__ import annotations

from expansion.ledger.cables import check_cables
from expansion.ledger.capacity import check_capacity
from expansion.ledger.drops import check_drops
from expansion.ledger.evidence import Evidence
from expansion.ledger.numbering import check_numbering
from expansion.ledger.optics import check_optics, list_ports
from expansion.ledger.placement import check_placement
from expansion.ledger.spread import check_spread
from expansion.ledger.strands import check_strands
from expansion.ledger.verdicts import Verdict
from expansion.plan.findings import Finding, find
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Ground
from expansion.plan.plan import Network
from expansion.plan.rules import RULES, Rules
from expansion.study import Study
from expansion.wording import count

_CHECKS = (
    check_drops, check_optics, check_capacity, check_numbering, check_cables, check_placement, check_spread,
    check_strands,
)  # fmt: skip


def check_rules(study: Study, inputs: Inputs, ground: Ground, network: Network) -> Rules:
    """Check a designed network against every design rule.

    Parameters
    ----------
    study, inputs
        Rules in force, locations and plant.
    ground
        The graph with prices and what its edges meet, and the areas.
    network
        Tables of the design; nothing of them is changed.

    Returns
    -------
    Rules
        A row per rule, also where there was nothing to check; a finding per rule that is broken.
    """
    evidence = Evidence(study, inputs, ground, network)
    verdicts = sorted(
        (verdict for check in _CHECKS for verdict in check(evidence)), key=lambda verdict: verdict.rule.rule_id
    )
    findings = tuple(_finding(verdict, study.study.currency) for verdict in verdicts if verdict.places)
    columns = {column.name: [_row(verdict)[column.name] for verdict in verdicts] for column in RULES.columns}
    codes = frozenset(verdict.rule.code for verdict in verdicts)
    return Rules(RULES.build(columns), list_ports(evidence), findings, codes)


def _row(verdict: Verdict) -> dict[str, object]:
    """One row of the ledger."""
    rule = verdict.rule
    return {
        "rule_id": rule.rule_id, "sentence": rule.sentence, "limit": verdict.limit, "unit": rule.unit or None,
        "checked": verdict.checked, "broken": len(verdict.places), "worst": verdict.worst,
        "worst_place": verdict.worst_place, "set_by": rule.set_by, "severity": rule.severity, "code": rule.code,
        "places": ",".join(sorted(verdict.places)) or None, "repair": verdict.repair or None,
        "repair_cost": verdict.repair_cost,
    }  # fmt: skip


def _finding(verdict: Verdict, currency: str) -> Finding:
    """Say which rule is broken, where, by how much, and the cheapest repair with its price."""
    rule = verdict.rule
    price = "" if verdict.repair_cost is None else f" (about {verdict.repair_cost:,.0f} {currency})"
    return find(
        rule.code, rule.severity, f"{count(len(verdict.places), rule.one, rule.many)} {rule.breach}", verdict.places,
        amount=verdict.excess, unit=rule.unit, repair=f"{verdict.repair}{price}" if verdict.repair else "",
    )  # fmt: skip
