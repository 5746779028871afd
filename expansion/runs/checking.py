"""Read and check every input of a study, and write nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from expansion.errors import PlanningError, PlanningErrors
from expansion.plan.findings import Finding, ordered
from expansion.runs.loading import load_inputs
from expansion.runs.studies import read_study


def check_study(path: Path, changes: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Read everything that the study names and return what the readers saw, worst first.

    Raises
    ------
    PlanningError
        If the study or an input cannot be used.
    """
    study, folder = read_study(path, changes)
    return ordered(load_inputs(study, folder).findings)


def finding_row(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain values, with up to five places, as plan.json shows it."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "where": list(finding.where[:5]),
        "count": finding.count,
        "message": finding.message,
        "amount": finding.amount,
        "unit": finding.unit,
        "repair": finding.repair,
    }


def error_rows(error: PlanningError) -> list[dict[str, Any]]:
    """Return an error as findings of severity error, one per breach."""
    errors = error.errors if isinstance(error, PlanningErrors) else (error,)
    return [
        {
            "code": one.code,
            "severity": "error",
            "where": list(one.where[:5]),
            "count": max(len(one.where), 1),
            "message": one.message,
            "amount": None,
            "unit": "",
            "repair": one.hint,
        }
        for one in errors
    ]
