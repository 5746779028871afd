"""What permits do to the route: the same plan, designed again on a route that permits cost nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from expansion.cost import estimate_cost
from expansion.network import design_network
from expansion.permits import register_permits
from expansion.plan.graph import FloatArray
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Candidates, Ground
from expansion.plan.permit_comparison import PERMIT_COMPARISON, ROUTES
from expansion.plan.plan import Cost, Draws, Network, Permits, Portfolio, Schedule
from expansion.scale import Mapper
from expansion.schedule import schedule_build
from expansion.study import Study

_ACCEPTANCE = "quality control"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One network with its permits, cost and schedule."""

    network: Network
    permits: Permits
    cost: Cost
    schedule: Schedule


def ignore_permits(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, portfolio: Portfolio, draws: Draws,
    mapper: Mapper,
) -> Outcome:  # fmt: skip
    """Plan the chosen areas again on a route for which permits, their fees and their waits cost nothing.

    Areas, their years, technologies and locks are those of the plan. What is then designed needs its permits like any
    other network: they are registered, paid and waited for.
    """
    prices = ground.prices
    free = replace(prices, build_cost=prices.civil_cost, permit_cost=np.zeros_like(prices.permit_cost))
    network = design_network(
        study, inputs, ground.graph, free, ground.areas, ground.eligibility,
        phase=np.where(portfolio.year >= 0, portfolio.phase, -1), mapper=mapper, locks=ground.locks,
        technology=candidates.technology,
    )  # fmt: skip
    permits = register_permits(study, inputs, ground.graph, ground.triggers, network)
    cost = estimate_cost(study, inputs.rulebook, network, permits, draws)
    schedule = schedule_build(study, inputs.rulebook, ground.areas, portfolio, network, permits, cost, ground.graph)
    return Outcome(network, permits, cost, schedule)


def compare_permits(
    study: Study, ground: Ground, portfolio: Portfolio, aware: Outcome, ignoring: Outcome
) -> pd.DataFrame:
    """Lay the plan and the one that ignores permits side by side, per study and area.

    Parameters
    ----------
    study
        ``permits.delay_cost_per_day``.
    ground, portfolio
        Prices of the edges, and the chosen areas.
    aware, ignoring
        The plan, and what `ignore_permits` made.

    Returns
    -------
    DataFrame
        After `PERMIT_COMPARISON`: the study's rows first, then areas by id, `aware` before `ignoring`.
    """
    chosen = ground.areas.table["area_id"].to_numpy()[portfolio.year >= 0]
    sides = dict(zip(ROUTES, (aware, ignoring), strict=True))
    by_side = {name: _rows(study, ground, portfolio, one, sorted(map(str, chosen))) for name, one in sides.items()}
    records = [by_side[name][place] for place in range(len(chosen) + 1) for name in ROUTES]
    named = [
        {"row_id": f"{row['area_id'] or 'study'}-{name}", "route": name, **row}
        for row, name in zip(records, list(ROUTES) * (len(chosen) + 1), strict=True)
    ]
    return PERMIT_COMPARISON.build({c.name: [row[c.name] for row in named] for c in PERMIT_COMPARISON.columns})


def _rows(
    study: Study, ground: Ground, portfolio: Portfolio, one: Outcome, areas: list[str]
) -> list[dict[str, object]]:
    """Figures of one plan: of the study, then of each area."""
    each = [_area_row(study, ground, one, area) for area in areas]
    waits = sum(int(str(row["wait_days"])) for row in each)
    new = one.network.spans[~one.network.spans["is_existing"].to_numpy(dtype=bool)]
    permits = one.permits.table
    whole = _row(study, ground, new, permits, one.cost.base, waits)
    spent = one.cost.per_area.set_index("area_id")["base"].reindex(ground.areas.table["area_id"]).fillna(0.0).to_numpy()
    whole["over_budget"] = max(over_budgets(study, portfolio, spent).values(), default=0.0)
    return [{"area_id": None, "finish": one.schedule.finish or None, **whole}, *each]


def over_budgets(study: Study, portfolio: Portfolio, spent: FloatArray) -> dict[str, float]:
    """Say what is over budget by year and in total, given the cost per area; empty when all budgets hold."""
    extra = portfolio.selection.spent
    over = {
        str(year.year): round(
            float(spent[portfolio.year == year.year].sum()) + extra.get(year.year, 0.0) - year.amount, 2
        )
        for year in study.portfolio.budgets
    }
    if study.portfolio.total_budget is not None:
        whole = float(spent[portfolio.year >= 0].sum()) + sum(extra.values())
        over["total"] = round(whole - study.portfolio.total_budget, 2)
    return {place: amount for place, amount in sorted(over.items()) if amount > 0}


def _area_row(study: Study, ground: Ground, one: Outcome, area: str) -> dict[str, object]:
    """Figures of one area."""
    spans, permits = one.network.spans, one.permits.table
    new = spans[(~spans["is_existing"] & (spans["area_id"] == area)).to_numpy(dtype=bool)]
    mine = permits[np.array([area in str(text).split(",") for text in permits["area_ids"]], dtype=bool)]
    base = one.cost.per_area.set_index("area_id")["base"].get(area, 0.0)
    tasks = one.schedule.tasks
    accepted = tasks[((tasks["area_id"] == area) & (tasks["wbs_phase"] == _ACCEPTANCE)).to_numpy(dtype=bool)]["finish"]
    figures = _row(study, ground, new, mine, float(base), area_waits(permits).get(area, 0))
    return {"area_id": area, "finish": max(accepted.to_list(), default=None), **figures}


def area_waits(permits: pd.DataFrame) -> dict[str, int]:
    """Longest typical lead time per area, calendar days, of the permits that hold up work and are not approved yet."""
    waits: dict[str, int] = {}
    holding = permits[((permits["blocks"] != "none") & (permits["state"] != "approved")).to_numpy(dtype=bool)]
    for names, days in zip(holding["area_ids"], holding["lead_time_calendar_days"].to_list(), strict=True):
        for area in str(names).split(","):
            waits[area] = max(waits.get(area, 0), int(days))
    return waits


def _row(
    study: Study, ground: Ground, spans: pd.DataFrame, permits: pd.DataFrame, base: float, wait: int
) -> dict[str, object]:
    """Figures of some spans and permits."""
    edges = sorted({edge for text in spans["edge_ids"] for edge in str(text).split(",")})
    rows = pd.Index(ground.graph.edges["edge_id"]).get_indexer(pd.Index(edges))
    money = round(wait * study.permits.delay_cost_per_day, 2)
    return {
        "length_m": round(float(spans["length_m"].sum()), 3),
        "edge_cost": int(ground.prices.build_cost[rows].sum()) / 100,
        "base_cost": round(base, 2),
        "permits": len(permits),
        "fee": round(float(permits["fee"].sum()), 2),
        "lead_time_sum": int(permits["lead_time_calendar_days"].sum()),
        "wait_days": wait,
        "wait_cost": money,
        "total": round(base + money, 2),
        "over_budget": 0.0,
        "permit_ids": _joined(permits["permit_id"]),
        "edge_ids": _joined(edges),
    }


def _joined(names: Iterable[str]) -> str | None:
    """Join ids by commas, ascending; None for none."""
    return ",".join(sorted(names)) or None
