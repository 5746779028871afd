"""The risk register: one row per risk, those that the study keeps, in order of what each does to P80."""

from __future__ import annotations

import numpy as np
import pandas as pd

from expansion.errors import StudyError
from expansion.plan.specs_delivery import RISKS
from expansion.plan.uncertainty import DrawnCosts, DrawnDates, rank_of
from expansion.rulebook import RiskRule, Rulebook
from expansion.study import Study
from expansion.wording import meant

P80 = 0.8


def risk_row(rule: RiskRule, area_id: str | None, cause: str, base: float) -> dict[str, object]:
    """Make one row; `base` is the cost that the rule's share is taken of. What it does to P80 is not known yet."""
    impact = round(rule.impact_cost_share * base, 2)
    return {
        "risk_id": f"{rule.rule_id}-{area_id or 'program'}",
        "rule_id": rule.rule_id,
        "category": rule.category,
        "area_id": area_id,
        "risk": rule.risk,
        "cause": cause,
        "probability": rule.probability,
        "impact_days": rule.impact_days,
        "impact_cost": impact,
        "exposure_cost": round(rule.probability * impact, 2),
        "p80_days": 0,
        "p80_cost": 0.0,
        "trigger": rule.trigger,
        "response": rule.response,
        "owner_role": rule.owner_role,
        "task_ids": None,
        "source": rule.source,
        "status": rule.status,
    }


def left_by_study(study: Study, rulebook: Rulebook, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Leave out the risks that the study removes, by rule or one by one.

    Raises
    ------
    StudyError
        ``E_RULE_UNKNOWN`` where ``risks.remove`` names neither a rule of the rule book nor a risk of one.
    """
    known = {rule.rule_id for rule in rulebook.risks}
    removed = set(study.risks.remove)
    strays = sorted(name for name in removed if name not in known and name.partition("-")[0] not in known)
    if strays:
        hint = meant(strays[0], sorted(known)) or "take an id of the register, or of expansion rates show --of risks"
        raise StudyError("no such risk", code="E_RULE_UNKNOWN", where=[f"risks.remove {n}" for n in strays], hint=hint)
    return [row for row in rows if not {row["risk_id"], row["rule_id"]} & removed]


def rank_risks(risks: pd.DataFrame, dates: DrawnDates, money: DrawnCosts) -> pd.DataFrame:
    """Say what each risk does to P80, and order the register by it.

    `p80_days` and `p80_cost` are what P80 of the program's finish and of its cost lose when the risk is taken out of
    all draws and nothing else changes.

    Parameters
    ----------
    risks
        As `identify_risks` gives it.
    dates, money
        What was drawn; its rows are those of `risks`.

    Returns
    -------
    DataFrame
        After `RISKS`, by ``p80_days / days to the P80 finish + p80_cost / P80 of the cost``, then expected cost, then
        expected days, then id.
    """
    if not len(risks) or not len(dates.program):
        return risks
    place = rank_of(P80, len(dates.program))
    finish, total = int(np.sort(dates.program)[place]), money.program
    cost = float(np.quantile(total, P80))
    days = [finish - int(np.sort(other)[place]) for other in dates.without]
    saved = [round(cost - float(np.quantile(total - own, P80)), 2) + 0.0 for own in money.risks]
    rows: list[dict[str, object]] = [
        dict(zip(risks.columns, values, strict=True)) for values in risks.itertuples(index=False)
    ]
    for row, late, dear, tasks in zip(rows, days, saved, dates.delayed, strict=True):
        row |= {"p80_days": late, "p80_cost": dear, "task_ids": ",".join(tasks) or None}
    return ranked(rows, max(finish, 1), max(cost, 1.0))


def ranked(rows: list[dict[str, object]], days: float = 1.0, cost: float = 1.0) -> pd.DataFrame:
    """Rank rows by what each does to P80, in shares of `days` and `cost`, then by expected cost, expected days, id."""

    def order(row: dict[str, object]) -> tuple[float, float, float, str]:
        late, dear, chance, length = (
            float(str(row[name])) for name in ("p80_days", "p80_cost", "probability", "impact_days")
        )
        share = round(late / days + dear / cost, 9)
        return (-share, -float(str(row["exposure_cost"])), -round(chance * length, 6), str(row["risk_id"]))

    rows = sorted(rows, key=order)
    names = [column.name for column in RISKS.columns if column.name != "rank"]
    columns: dict[str, object] = {name: [row[name] for row in rows] for name in names}
    return RISKS.build(columns | {"rank": list(range(1, len(rows) + 1))})
