"""Spread the base cost over the years again, and compare."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.cash import area_facts, assumptions, moment, reached
from expansion.audit.folder import SavedPlan, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.money import TO_CONNECT
from expansion.audit.rules import escalation, section

Key = tuple[int, int | None, str, str]
_CENT = 0.0101


def check_spending(saved: SavedPlan) -> Check:
    """Check that spending by phase, component and year adds to the base cost and follows years of build and orders."""
    ledger = Ledger("spending")
    table = saved.table("spending")
    cost = numbers(table, "cost")
    ledger.equal(saved.document["cost"]["base"], float(cost.sum()), "sum of spending", 0.005 + 1e-6)
    years = [None if np.isnan(year) else int(year) for year in numbers(table, "year")]
    phases = [int(phase) for phase in numbers(table, "phase")]
    keys = list(zip(phases, years, texts(table, "part"), texts(table, "component"), strict=True))
    ledger.that(len(set(keys)) == len(keys), "spending names a phase, year, part and component twice")
    told = dict(zip(keys, zip(cost, numbers(table, "cost_escalated"), strict=True), strict=True))
    wanted = _spread(saved)
    for key in sorted(set(told) | set(wanted), key=str):
        amounts, asked = told.get(key, (0.0, 0.0)), wanted.get(key, (0.0, 0.0))
        ledger.equal(amounts[0], asked[0], f"spending of {_words(key)}", _CENT)
        if key[1] is not None:
            ledger.equal(amounts[1], asked[1], f"spending of {_words(key)}, escalated", 3 * _CENT)
    return ledger.close()


def _words(key: Key) -> str:
    return f"phase {key[0]} in {key[1] or 'no year'}, {key[2]}, {key[3]}"


def _spread(saved: SavedPlan) -> dict[Key, tuple[float, float]]:
    """Money per phase, year, part and component, as it stands and escalated."""
    facts, told = area_facts(saved), assumptions(saved)
    rise, start = escalation(saved)[1], int(section(saved, "study")["price_year"])
    shares = {name: _orders(area, told) for name, area in facts.items()}
    found: dict[Key, list[float]] = defaultdict(lambda: [0.0, 0.0])
    bom = saved.table("bom")
    columns = (texts(bom, name) for name in ("area_id", "category", "component"))
    for area, category, component, cost, dear in zip(
        *columns, numbers(bom, "cost"), numbers(bom, "cost_escalated"), strict=True
    ):
        phase, year = facts[area]["phase"], facts[area]["year"]
        if category not in TO_CONNECT:
            found[phase, year, "pass", component][0] += cost
            found[phase, year, "pass", component][1] += dear
            continue
        for ordered, share in shares[area].items():
            part = "not ordered" if ordered is None else "connect"
            line = found[phase, ordered, part, component]
            line[0] += cost * share
            line[1] += cost * share * (1 + rise) ** ((ordered or start) - start)
    return {key: (money, dear) for key, (money, dear) in found.items()}


def _orders(area: dict[str, Any], told: dict[str, Any]) -> dict[int | None, float]:
    """Share of the units that order in each year of the horizon, and never within it."""
    ready, curve, take = moment(area["accepted"]), told["curve"], told["take_rate"]
    found: dict[int | None, float] = {}
    before = 0.0
    for year in range(int(area["year"]), int(area["year"]) + round(told["horizon_years"])):
        share = take * reached(year + 1 - ready, curve)
        found[year], before = share - before, share
    return found | {None: 1.0 - before}
