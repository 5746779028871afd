"""What a reader changes about phases in the app, as changes laid over the study file: budgets, crews, rules."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from expansion.runs.phase_rules import RULES, rule_table, rule_value
from expansion.runs.studies import read_study

_MORE = ("frontier", "force_prices")


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
    rules
        Other keys of ``[portfolio]`` by name: those of `RULES`, ``frontier`` and ``force_prices``.
    """

    total_budget: float | None
    budgets: Mapping[int, float]
    crews: Mapping[str, int]
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    rules: Mapping[str, Any] = field(default_factory=dict)


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
    # through the table and back, so that what nobody altered is equal to what the form gives
    rules = {name: rule_value(name, rule_table(name, portfolio.get(name, ()))) for name in RULES}
    return PhaseWish(
        total_budget=None if total is None else float(total),
        budgets={int(one["year"]): float(one["amount"]) for one in portfolio.get("budgets", [])},
        crews={str(kind): int(many) for kind, many in sorted(crews.items())},
        must=tuple(sorted(portfolio.get("must", []))),
        never=tuple(sorted(portfolio.get("never", []))),
        rules=rules | {name: portfolio.get(name, 0) for name in _MORE},
    )


def changes_to(
    folder: Path, laid: Sequence[str], saved_study: Mapping[str, Any], made: PhaseWish, wanted: PhaseWish
) -> tuple[str, ...]:
    """Write what has to be laid over a study so that it is planned as wanted; nothing where the plan was made so.

    Parameters
    ----------
    folder, laid
        The study, and changes that are laid over it anyway.
    saved_study
        The resolved study of the plan that the reader saw.
    made, wanted
        What that plan was made under, and what the form holds.

    Raises
    ------
    PlanningError
        Where the study cannot be read.
    """
    if wanted == made:
        return ()
    study = read_study(folder, laid)[0].model_dump(mode="json")
    as_made = study["schedule"]["crews"] == saved_study.get("schedule", {}).get("crews")
    return phase_changes(wish_of(study, made.crews if as_made else {}), wanted)


def phase_changes(before: PhaseWish, wanted: PhaseWish) -> tuple[str, ...]:
    """Write as ``key=value`` for `PlanOptions.changes` what a reader altered; nothing where nothing differs.

    A limit that is taken away is a key without a value, which leaves it out of the study.
    """
    changes = []
    if wanted.total_budget != before.total_budget:
        changes.append(f"portfolio.total_budget={'' if wanted.total_budget is None else wanted.total_budget}")
    if dict(wanted.budgets) != dict(before.budgets):
        rows = [{"year": year, "amount": money} for year, money in sorted(wanted.budgets.items())]
        changes.append(f"portfolio.budgets={_toml(rows)}")
    if dict(wanted.crews) != dict(before.crews):
        crews = [{"kind": kind, "count": many} for kind, many in sorted(wanted.crews.items())]
        changes.append(f"schedule.crews={_toml(crews)}")
    for name, mine, old in (("must", wanted.must, before.must), ("never", wanted.never, before.never)):
        if set(mine) != set(old):
            changes.append(f"portfolio.{name}={_toml(sorted(mine))}")
    for name, value in wanted.rules.items():
        if value != before.rules.get(name):
            changes.append(f"portfolio.{name}={_toml(value)}")
    return tuple(changes)


def _toml(value: Any) -> str:
    """Write plain values as TOML on one line."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
