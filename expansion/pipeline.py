"""The straight line from inputs to a plan: pure, one stage after another, no file, socket or clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from expansion.cost import draw_factors, estimate_cost
from expansion.delivery import identify_risks, plan_delivery
from expansion.demand import assume_plant, delineate_areas, find_eligible
from expansion.network import build_graph, design_network, price_edges
from expansion.permits import find_triggers, register_permits
from expansion.plan.assembly import Built, Candidates, Ground, assemble
from expansion.plan.findings import find
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Cost, Draws, Network, Permits, Plan, Portfolio
from expansion.portfolio import choose_areas
from expansion.scale import Mapper, map_serial
from expansion.schedule import draw_dates, schedule_build
from expansion.study import Study

Progress = Callable[[str, int, int], None]
STAGES = (
    "find_eligible", "build_graph", "find_triggers", "price_edges", "delineate_areas", "design_network",
    "register_permits", "estimate_cost", "choose_areas", "design_chosen", "schedule_build", "draw_uncertainty",
    "identify_risks", "plan_delivery", "assemble",
)  # fmt: skip
# The chosen areas are designed again as one; where that breaks a budget, they are chosen again under less money.
BUDGET_ROUNDS = 4


def make_plan(
    study: Study,
    inputs: Inputs,
    *,
    only: tuple[str, ...] = (),
    mapper: Mapper = map_serial,
    progress: Progress | None = None,
) -> Plan:
    """Plan a study.

    Parameters
    ----------
    study
        What the planner asks for.
    inputs
        Checked tables in the study CRS, in canonical order, and the rule book.
    only
        Areas to plan, exactly these and the parents they need; empty leaves the choice to the budgets.
    mapper
        Runs independent parts; equal results whichever is given.
    progress
        Told the name of each stage as it begins, how many are done and how many there are.

    Returns
    -------
    Plan
        Equal arguments give an equal plan.

    Raises
    ------
    StudyError
        For an unknown area or rule.
    InfeasibleError
        Where limits that the user gave contradict each other.
    """
    begin = _announcer(progress)
    begin("find_eligible")
    eligibility = find_eligible(study, inputs)
    inputs = assume_plant(study, inputs, eligibility)
    begin("build_graph")
    graph = build_graph(study, inputs, eligibility)
    begin("find_triggers")
    triggers = find_triggers(study, inputs, graph)
    begin("price_edges")
    prices = price_edges(inputs, graph, triggers)
    begin("delineate_areas")
    areas = delineate_areas(study, inputs, eligibility, graph)
    ground = Ground(eligibility, graph, triggers, prices, areas)

    draws = draw_factors(study)
    begin("design_network")
    everywhere = np.zeros(len(areas.table), dtype=np.int64)
    network = design_network(
        study, inputs, graph, triggers, prices, areas, eligibility, phase=everywhere, mapper=mapper
    )
    begin("register_permits")
    permits = register_permits(study, inputs, graph, triggers, network)
    begin("estimate_cost")
    cost = estimate_cost(study, inputs.rulebook, network, permits, draws)
    begin("choose_areas")
    candidates = Candidates(network, cost)
    portfolio = choose_areas(study, areas, eligibility, network, cost, only=only)
    begin("design_chosen")
    portfolio, network, permits, cost = _design_chosen(
        study, inputs, ground, candidates, portfolio, draws, only, mapper
    )
    if only:
        candidates = Candidates(replace(network, area_parent=candidates.network.area_parent), cost)

    book = inputs.rulebook
    begin("schedule_build")
    schedule = schedule_build(study, book, areas, portfolio, network, permits, cost)
    begin("draw_uncertainty")
    schedule = draw_dates(study, book, schedule, permits, draws)
    begin("identify_risks")
    risks = identify_risks(study, book, areas, portfolio, network, permits, cost)
    begin("plan_delivery")
    delivery = plan_delivery(study, book, areas, portfolio, network, permits, cost, schedule, risks)
    begin("assemble")
    built = Built(network, permits, cost, schedule, risks, delivery)
    asked = int((portfolio.year >= 0).sum()) if only else len(areas.table)
    return assemble(study, inputs, ground, candidates, portfolio, built, asked=asked)


def _announcer(progress: Progress | None) -> Callable[[str], None]:
    """Tell `progress` of each stage with its place in the line."""

    def begin(stage: str) -> None:
        if progress is not None:
            progress(stage, STAGES.index(stage), len(STAGES))

    return begin


def _design_chosen(
    study: Study,
    inputs: Inputs,
    ground: Ground,
    candidates: Candidates,
    portfolio: Portfolio,
    draws: Draws,
    only: tuple[str, ...],
    mapper: Mapper,
) -> tuple[Portfolio, Network, Permits, Cost]:
    """Design the chosen areas as one and price them; choose again under less money while that breaks a budget."""
    asked, first = study, portfolio
    for _ in range(BUDGET_ROUNDS):
        phase = np.where(portfolio.year >= 0, portfolio.phase, -1)
        network = design_network(
            study, inputs, ground.graph, ground.triggers, ground.prices, ground.areas, ground.eligibility,
            phase=phase, before=candidates.network.route, mapper=mapper,
        )  # fmt: skip
        permits = register_permits(study, inputs, ground.graph, ground.triggers, network)
        cost = estimate_cost(study, inputs.rulebook, network, permits, draws)
        over = _overshoot(study, ground, portfolio, cost)
        if not over or only:
            break
        asked = _less_money(asked, over)
        portfolio = _bounded_by(
            first, choose_areas(asked, ground.areas, ground.eligibility, candidates.network, candidates.cost)
        )
    else:
        portfolio = _report_overshoot(portfolio, over)
    return portfolio, network, permits, cost


def _overshoot(study: Study, ground: Ground, portfolio: Portfolio, cost: Cost) -> dict[int, float]:
    """Money over budget by year, and under year 0 over the total budget; empty when all budgets hold."""
    spent = cost.per_area.set_index("area_id")["base"].reindex(ground.areas.table["area_id"]).fillna(0.0).to_numpy()
    over = {
        budget.year: round(float(spent[portfolio.year == budget.year].sum()) - budget.amount, 2)
        for budget in study.portfolio.budgets
    }
    if study.portfolio.total_budget is not None:
        over[0] = round(float(spent[portfolio.year >= 0].sum()) - study.portfolio.total_budget, 2)
    return {year: amount for year, amount in sorted(over.items()) if amount > 0}


def _less_money(study: Study, over: dict[int, float]) -> Study:
    """Take the overshoot off the budgets of a study."""
    rules = study.portfolio
    budgets = tuple(
        budget.model_copy(update={"amount": max(budget.amount - over.get(budget.year, 0.0), 0.0)})
        for budget in rules.budgets
    )
    total = None if rules.total_budget is None else max(rules.total_budget - over.get(0, 0.0), 0.0)
    return study.model_copy(update={"portfolio": rules.model_copy(update={"budgets": budgets, "total_budget": total})})


def _bounded_by(first: Portfolio, later: Portfolio) -> Portfolio:
    """Measure a later choice, made under less money, against the bound of the first choice under all of it."""
    gap = (first.upper_bound - later.value) / first.upper_bound if first.upper_bound else 0.0
    return replace(later, upper_bound=first.upper_bound, gap=max(gap, 0.0), total_budget=first.total_budget)


def _report_overshoot(portfolio: Portfolio, over: dict[int, float]) -> Portfolio:
    """Say that the design costs more than a budget although less money was planned with."""
    places = ["total" if year == 0 else year for year in over]
    finding = find(
        "W_BUDGET_EXCEEDED", "error", "the chosen areas, designed as one, cost more than a budget", places,
        amount=max(over.values()), unit="currency",
        repair="lower the budget that areas are chosen under, or drop an area",
    )  # fmt: skip
    return replace(portfolio, findings=(*portfolio.findings, finding))
