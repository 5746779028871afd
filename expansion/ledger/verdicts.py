"""A rule, and what checking it at every place found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from expansion.plan.findings import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """A design rule.

    Attributes
    ----------
    rule_id, code, severity
        Its name, the code of the finding that a breach becomes, and what a breach means.
    sentence
        What must hold.
    one, many
        What a breach is called, for one place and for several: ``drop is``, ``drops are``.
    breach
        The rest of that sentence: ``longer than 150 m``.
    set_by
        Key of the study, or row of the rule book.
    unit
        Of values and limit.
    """

    rule_id: str
    code: str
    severity: Severity
    sentence: str
    one: str
    many: str
    breach: str
    set_by: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking a rule found: how many places, where it is broken, and the value at the worst place."""

    rule: Rule
    checked: int
    places: tuple[str, ...]
    limit: float | None = None
    worst: float | None = None
    worst_place: str | None = None
    repair: str = ""
    repair_cost: float | None = None

    @property
    def excess(self) -> float | None:
        """By how much the worst place is beyond the limit."""
        if self.worst is None or self.limit is None:
            return None
        return round(abs(self.worst - self.limit), 6)

    def repaired(self, words: str, cost: float | None) -> Verdict:
        """Name the cheapest repair, where the rule is broken."""
        if not self.places:
            return self
        return replace(self, repair=words, repair_cost=None if cost is None else round(cost, 2))


def at_most(rule: Rule, places: Sequence[str], values: Any, limits: Any, slack: float = 1e-6) -> Verdict:
    """Hold values against an upper limit, one for all or one per place; `slack` is for rounding."""
    return _limited(rule, places, values, limits, slack, 1.0)


def at_least(rule: Rule, places: Sequence[str], values: Any, limits: Any, slack: float = 1e-6) -> Verdict:
    """Hold values against a lower limit, one for all or one per place; `slack` is for rounding."""
    return _limited(rule, places, values, limits, slack, -1.0)


def _limited(rule: Rule, places: Sequence[str], values: Any, limits: Any, slack: float, sign: float) -> Verdict:
    value = np.asarray(values, dtype=float)
    limit = np.broadcast_to(np.asarray(limits, dtype=float), value.shape)
    common = float(np.asarray(limits, dtype=float)) if np.ndim(limits) == 0 else None
    if not len(value):
        return Verdict(rule, 0, (), common)
    over = sign * (value - limit)
    worst = int(np.argmax(over))
    broken = tuple(places[row] for row in np.flatnonzero(over > slack).tolist())
    return Verdict(
        rule, len(value), broken, round(float(limit[worst]), 6), round(float(value[worst]), 6), places[worst]
    )


def hold(rule: Rule, places: Sequence[str], holds: Any) -> Verdict:
    """Name the places where a rule without a number does not hold."""
    true = np.asarray(holds, dtype=bool)
    broken = tuple(places[row] for row in np.flatnonzero(~true).tolist())
    return Verdict(rule, len(true), broken, worst_place=broken[0] if broken else None)


def once(rule: Rule, taken: Sequence[tuple[str, int]]) -> Verdict:
    """Name what is taken twice, from pairs of place and number."""
    seen: dict[tuple[str, int], int] = {}
    for pair in taken:
        seen[pair] = seen.get(pair, 0) + 1
    twice = tuple(f"{place} {number}" for (place, number), times in seen.items() if times > 1)
    most = max(seen, key=lambda pair: seen[pair], default=None)
    worst = float(seen[most]) if most is not None else None
    return Verdict(rule, len(seen), twice, 1.0, worst, None if most is None else f"{most[0]} {most[1]}")
