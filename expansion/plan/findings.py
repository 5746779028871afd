"""Findings: everything a reader must know that is not a number of the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was seen, decided or could not be met.

    Attributes
    ----------
    code
        Stable identifier, ``W_…`` for what continues.
    severity
        ``error`` where a rule is broken in the result, ``warning`` where a person should look, ``info`` otherwise.
    where
        Ids of the places, all of them; files show five.
    message
        One sentence.
    amount, unit
        By how much, where that has a number.
    repair
        The cheapest thing to do about it; "" where nothing needs doing.
    """

    code: str
    severity: Severity
    message: str
    where: tuple[str, ...] = ()
    count: int = 1
    amount: float | None = None
    unit: str = ""
    repair: str = ""


def find(
    code: str,
    severity: Severity,
    message: str,
    where: Iterable[object] = (),
    *,
    count: int | None = None,
    amount: float | None = None,
    unit: str = "",
    repair: str = "",
) -> Finding:
    """Make a finding; places are sorted as text so that equal inputs give equal findings."""
    places = tuple(sorted(str(place) for place in where))
    total = count if count is not None else max(len(places), 1)
    return Finding(code, severity, message, places, total, amount, unit, repair)


_ORDER = {"error": 0, "warning": 1, "info": 2}


def ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Sort findings by severity, code, place and message."""
    return tuple(sorted(findings, key=lambda f: (_ORDER[f.severity], f.code, f.where, f.message)))
