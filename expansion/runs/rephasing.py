"""What a reader changes about phases in the app, as changes laid over the study file: budgets, crews, forced areas."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class PhaseWish:
    """Budgets, crews and rules as they stand in the form.

    Attributes
    ----------
    total_budget
        Most that may be spent; None is no limit.
    budgets
        Money by year; empty paces spending evenly.
    crews
        Crews by kind.
    must, never
        Areas that must and that must not be built.
    """

    total_budget: float | None
    budgets: Mapping[int, float]
    crews: Mapping[str, int]
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = field(default=())


def wish_of(study: Mapping[str, Any], crews: Mapping[str, int]) -> PhaseWish:
    """Read what a plan was made under.

    Parameters
    ----------
    study
        The resolved study of the plan: ``study`` in study.json.
    crews
        Crews in force by kind: ``crews`` there.
    """
    portfolio = study.get("portfolio", {})
    total = portfolio.get("total_budget")
    return PhaseWish(
        total_budget=None if total is None else float(total),
        budgets={int(one["year"]): float(one["amount"]) for one in portfolio.get("budgets", [])},
        crews={str(kind): int(many) for kind, many in sorted(crews.items())},
        must=tuple(sorted(portfolio.get("must", []))),
        never=tuple(sorted(portfolio.get("never", []))),
    )


def phase_changes(before: PhaseWish, wanted: PhaseWish) -> tuple[str, ...]:
    """Write as ``key=value`` for `PlanOptions.changes` what a reader altered; nothing where nothing differs.

    A limit that is taken away becomes one too large to bind, because a key cannot be left out of a study that has it.
    """
    changes = []
    if wanted.total_budget != before.total_budget:
        changes.append(f"portfolio.total_budget={_NO_LIMIT if wanted.total_budget is None else wanted.total_budget}")
    if dict(wanted.budgets) != dict(before.budgets):
        rows = ", ".join(f"{{ year = {year}, amount = {money} }}" for year, money in sorted(wanted.budgets.items()))
        changes.append(f"portfolio.budgets=[{rows}]")
    if dict(wanted.crews) != dict(before.crews):
        rows = ", ".join(
            f"{{ kind = {json.dumps(kind)}, count = {many} }}" for kind, many in sorted(wanted.crews.items())
        )
        changes.append(f"schedule.crews=[{rows}]")
    pairs: tuple[tuple[str, Sequence[str], Sequence[str]], ...] = (
        ("must", wanted.must, before.must), ("never", wanted.never, before.never),
    )  # fmt: skip
    changes += [f"portfolio.{name}={json.dumps(sorted(mine))}" for name, mine, old in pairs if set(mine) != set(old)]
    return tuple(changes)


_NO_LIMIT = 1e12
