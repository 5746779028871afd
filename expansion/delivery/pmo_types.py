"""What each kind of project office would ask of the plan: rules, gates, inspections, and how much work that is."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

import pandas as pd

from expansion.delivery.tables import make_table
from expansion.plan.specs_governance import PMO_TYPES
from expansion.rulebook import Rulebook
from expansion.rulebook.delivery_rows import GovernanceRule, InspectionPoint
from expansion.study import Study

TYPES = ("supportive", "controlling", "directive")
Row = tuple[str, str, dict[str, str]]


def compare_types(
    study: Study, rulebook: Rulebook, quality: pd.DataFrame, gates: pd.DataFrame, finish: str
) -> pd.DataFrame:
    """Lay the three kinds of office side by side.

    Parameters
    ----------
    study
        Start, and the kind that it chooses.
    rulebook
        Rules, gates and inspection points of all kinds; those of the study's kind as it changes them.
    quality, gates
        Checks with their stage and quantity, and the decisions to take.
    finish
        Last day of work, until which reports are written.

    Returns
    -------
    DataFrame
        After `PMO_TYPES`: rules, gates, papers, inspections, numbers.
    """
    numbers = _numbers(study, rulebook, quality, gates, finish)
    rows = (*_rules(rulebook), *_gates(rulebook), *_inspections(rulebook), *numbers)
    told = [
        (f"{subject}-{item}", subject, item, *(cells.get(kind, "") for kind in TYPES), len(set(cells.values())) > 1,
         study.governance.pmo)
        for subject, item, cells in rows
    ]  # fmt: skip
    return make_table(PMO_TYPES, told)


def _rules(rulebook: Rulebook) -> Iterator[Row]:
    found: dict[str, dict[str, str]] = {}
    for row in rulebook.governance:
        found.setdefault(row.topic, {})[row.pmo] = _said(row)
    for topic, cells in sorted(found.items()):
        yield "rule", topic.replace("_", " "), cells


def _said(row: GovernanceRule) -> str:
    """Write a rule with its figure and who acts on it."""
    value = "" if row.value is None else f": {row.value:g} {row.unit}".rstrip()
    return f"{row.rule}{value}" + (f" ({row.role})" if row.role else "")


def _gates(rulebook: Rulebook) -> Iterator[Row]:
    ordered = sorted(rulebook.gates, key=lambda gate: gate.gate)
    for name in sorted({gate.gate for gate in ordered}):
        mine = [gate for gate in ordered if gate.gate == name]
        yield "gate", name, {gate.pmo: f"{gate.name}: {gate.approver_role}, {gate.mode}" for gate in mine}
        yield "papers", name, {gate.pmo: gate.artifacts for gate in mine}


def _inspections(rulebook: Rulebook) -> Iterator[Row]:
    found: dict[str, dict[str, str]] = {}
    for row in rulebook.inspection_points:
        payment = ", payment waits" if row.holds_payment else ""
        words = f"{row.point} by {row.inspector_role}, {row.audit_share:.0%} repeated{payment}"
        found.setdefault(row.stage, {})[row.pmo] = words
    for stage, cells in sorted(found.items()):
        yield "inspection", stage, cells


def _numbers(
    study: Study, rulebook: Rulebook, quality: pd.DataFrame, gates: pd.DataFrame, finish: str
) -> Iterator[Row]:
    """Count what each kind makes of this plan's checks, gates and days."""
    points: dict[tuple[str, str], InspectionPoint] = {(row.pmo, row.stage): row for row in rulebook.inspection_points}
    checks = list(zip(quality["stage"].to_list(), quality["quantity"].to_list(), strict=True))
    taken = gates["gate"].to_list()
    modes: dict[tuple[str, str], str] = {(gate.pmo, gate.gate): gate.mode for gate in rulebook.gates}
    days: dict[str, float] = {row.pmo: row.value or 0.0 for row in rulebook.governance if row.topic == "reporting"}

    def counted(kind: str) -> dict[str, int]:
        mine = [(points[kind, stage], int(n)) for stage, n in checks if (kind, stage) in points]
        return {
            "status reports": _reports(study, finish, max(round(days.get(kind, 0.0)), 1)),
            "decisions at gates that bind": sum(modes.get((kind, gate)) != "advisory" for gate in taken),
            "hold points": sum(point.point == "hold" for point, _ in mine),
            "checks that the inspector repeats": sum(
                math.ceil(round(n * point.audit_share, 6)) for point, n in mine
            ),
            "checks on which payment waits": sum(n for point, n in mine if point.holds_payment),
        }  # fmt: skip

    found = {kind: counted(kind) for kind in TYPES}
    for item in found[TYPES[0]]:
        yield "number", item, {kind: f"{own[item]:,}" for kind, own in found.items()}


def _reports(study: Study, finish: str, every: int) -> int:
    """Count the reports from one rhythm after the start to the last day of work, one at least."""
    first = study.study.start + dt.timedelta(days=every)
    return max((dt.date.fromisoformat(finish) - first).days, 0) // every + 1
