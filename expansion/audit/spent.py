"""Draw again what areas cost, with the risks that happen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.audit.draws import Line, draw_lines, draw_scores, read_lines, spend, triangular
from expansion.audit.events import draw_events, picked_draws
from expansion.audit.folder import SavedPlan, flags, numbers, texts
from expansion.audit.rules import rows_of

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spent:
    """Money per draw: of each area with its risks, and what each risk adds."""

    areas: dict[str, FloatArray]
    risks: FloatArray

    @property
    def total(self) -> FloatArray:
        """Cost of everything."""
        return np.asarray(np.sum(list(self.areas.values()), axis=0))


def draw_money(saved: SavedPlan) -> Spent:
    """Draw the cost of every area again, and add what the risks bring; once per plan."""
    found: Spent = saved.once("drawn money", _draw_money)
    return found


def _draw_money(saved: SavedPlan) -> Spent:
    picked = picked_draws(saved)
    chance = {name: ndtr(score[picked]) for name, score in draw_scores(saved).items()}
    lines, risks, fired = read_lines(saved), saved.table("risks"), draw_events(saved)
    rates = draw_lines(lines, chance)
    areas = saved.table("areas")
    built = {area for area, chosen in zip(texts(areas, "area_id"), flags(areas, "chosen"), strict=True) if chosen}
    names = sorted({area for line in lines for area in line.quantity}.union(built))
    money = {name: spend(lines, chance, name, rates) for name in names}
    bom = saved.table("bom")
    base: dict[str, int] = {}
    for name, cost in zip(texts(bom, "area_id"), numbers(bom, "cost"), strict=True):
        base[name] = base.get(name, 0) + round(float(cost) * 100)
    whole = max(sum(base.values()), 1)
    holder = {row["rule_id"]: row["held_by"] for row in rows_of(saved, "risks")}
    added = np.zeros((len(risks), len(picked)))
    columns = zip(texts(risks, "rule_id"), texts(risks, "area_id"), numbers(risks, "impact_cost"), strict=True)
    for row, (rule, area, impact) in enumerate(columns):
        held = _held(lines, chance, rates, area, holder[rule])
        added[row] = fired[row] * np.clip(impact - np.maximum(held, 0), 0, impact)
        for name in [area] if area else names:
            money[name] = money[name] + added[row] * (1 if area else base.get(name, 0) / whole)
    return Spent(money, added)


def _held(
    lines: list[Line], chance: dict[str, FloatArray], rates: list[FloatArray], area: str, factor: str
) -> FloatArray:
    """Find what lines that a factor moves cost per draw above their likely values; endless for escalation."""
    none = np.zeros(len(next(iter(chance.values()))))
    if factor == "escalation":
        return none + np.inf
    found = none.copy()
    for line, rate in zip(lines, rates, strict=True) if factor else ():
        amount = line.quantity.get(area, 0.0) if area else sum(line.quantity.values())
        if line.category == "soft" or not amount:
            continue
        grown = triangular(chance[line.growth[0]], *line.growth[1:]) if line.growth else none + 1
        price = none + line.levels[1] if line.factor == factor else rate / grown
        steady = line.growth[2] if line.growth and line.growth[0] == factor else grown
        found += amount * (rate - price * steady)
    return found
