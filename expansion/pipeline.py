"""The straight line from inputs to a plan: pure, one stage after another, no file, socket or clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from expansion.cost import draw_factors, estimate_cost
from expansion.delivery import identify_risks, plan_delivery
from expansion.demand import assume_plant, delineate_areas, find_eligible
from expansion.network import build_graph, design_network, price_edges
from expansion.permits import find_triggers, register_permits
from expansion.plan.assembly import Built, Candidates, Ground, Survey, assemble
from expansion.plan.findings import find
from expansion.plan.graph import FloatArray
from expansion.plan.inputs import Inputs
from expansion.plan.plan import Cost, Draws, Network, Permits, Plan, Portfolio
from expansion.portfolio import choose_areas, fit_budgets, learn_costs
from expansion.scale import Mapper, map_serial
from expansion.schedule import draw_dates, schedule_build
from expansion.study import Study

Progress = Callable[[str, int, int], None]
STAGES = (
    "find_eligible", "build_graph", "find_triggers", "price_edges", "delineate_areas", "design_network",
    "register_permits", "estimate_cost", "choose_areas", "design_chosen", "schedule_build", "draw_uncertainty",
    "identify_risks", "plan_delivery", "assemble",
)  # fmt: skip
# Times that a choice is made again with what its design taught, and gap of the benefit at which that stops.
LEARNING_ROUNDS = 3
GOOD_ENOUGH = 0.01
# Share of the budgets left unspent, and more at each turn, while areas move or drop out to fit.
BUDGET_RESERVE = 0.002
OPTIMAL = 1e-6


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
    built = _design_chosen(study, inputs, ground, candidates, portfolio, draws, only, mapper)
    portfolio, network, permits, cost = built.portfolio, built.network, built.permits, built.cost
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
    results = Built(network, permits, cost, schedule, risks, delivery)
    asked = int((portfolio.year >= 0).sum()) if only else len(areas.table)
    return assemble(study, inputs, ground, candidates, portfolio, results, asked=asked)


def survey_study(study: Study, inputs: Inputs) -> Survey:
    """Look at a study before it is planned: who lacks service, and which areas there are.

    Parameters
    ----------
    study, inputs
        As for `make_plan`, whose first stages these are.

    Returns
    -------
    Survey
        The areas are those that `make_plan` would plan; nothing is routed or priced.
    """
    eligibility = find_eligible(study, inputs)
    inputs = assume_plant(study, inputs, eligibility)
    graph = build_graph(study, inputs, eligibility)
    return Survey(inputs, eligibility, graph, delineate_areas(study, inputs, eligibility, graph))


def _announcer(progress: Progress | None) -> Callable[[str], None]:
    """Tell `progress` of each stage with its place in the line."""

    def begin(stage: str) -> None:
        if progress is not None:
            progress(stage, STAGES.index(stage), len(STAGES))

    return begin


@dataclass(frozen=True, slots=True)
class _Trial:
    """A choice designed as one: what it costs per area, and by how much it breaks budgets."""

    portfolio: Portfolio
    network: Network
    permits: Permits
    cost: Cost
    spent: FloatArray
    over: dict[str, float]


def _design_chosen(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, portfolio: Portfolio, draws: Draws,
    only: tuple[str, ...], mapper: Mapper,
) -> _Trial:  # fmt: skip
    """Design the chosen areas as one, and choose again with what they then cost, until budgets hold.

    As one, areas cost a little more or less than as candidates (huts, cable sizes, who pays for shared feeder). What is
    learned goes back into the choice; the best choice that keeps all budgets wins. Where none does, areas move or drop
    out until budgets hold.
    """

    def attempt(choice: Portfolio) -> _Trial:
        return _design(study, inputs, ground, candidates, choice, few, mapper)

    few = Draws({name: scores[:2] for name, scores in draws.scores.items()})
    rooms = (ground.areas, ground.eligibility, candidates.network, candidates.cost)
    learned = np.zeros(len(ground.areas.table), dtype=np.int64)
    trial = attempt(portfolio)
    best, seen = None if trial.over else trial, [portfolio.year.tolist()]
    for _ in range(LEARNING_ROUNDS):
        if only or (best is not None and best.portfolio.gap <= GOOD_ENOUGH):
            break
        learned = learn_costs(study, *rooms, trial.portfolio, trial.spent, learned)
        choice = _bounded_by(portfolio, choose_areas(study, *rooms, learned=learned))
        if choice.year.tolist() in seen:
            break
        seen.append(choice.year.tolist())
        trial = attempt(choice)
        if not trial.over and (best is None or trial.portfolio.value > best.portfolio.value):
            best = trial
    for turn in range(1, LEARNING_ROUNDS + 1):
        if best is not None or not trial.over or only:
            break
        fitted = fit_budgets(study, *rooms, trial.portfolio, trial.spent, reserve=BUDGET_RESERVE * turn)
        if fitted.year.tolist() == trial.portfolio.year.tolist():
            break
        trial = attempt(fitted)
    chosen = best or trial
    cost = estimate_cost(study, inputs.rulebook, chosen.network, chosen.permits, draws)
    return replace(chosen, cost=cost, portfolio=_report_overshoot(chosen.portfolio, chosen.over, study.study.currency))


def _design(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, portfolio: Portfolio, draws: Draws,
    mapper: Mapper,
) -> _Trial:  # fmt: skip
    """Design and price one choice."""
    phase = np.where(portfolio.year >= 0, portfolio.phase, -1)
    network = design_network(
        study, inputs, ground.graph, ground.triggers, ground.prices, ground.areas, ground.eligibility,
        phase=phase, before=candidates.network.route, mapper=mapper,
    )  # fmt: skip
    permits = register_permits(study, inputs, ground.graph, ground.triggers, network)
    cost = estimate_cost(study, inputs.rulebook, network, permits, draws)
    spent = cost.per_area.set_index("area_id")["base"].reindex(ground.areas.table["area_id"]).fillna(0.0).to_numpy()
    return _Trial(portfolio, network, permits, cost, spent, _overshoot(study, portfolio, spent))


def _bounded_by(first: Portfolio, later: Portfolio) -> Portfolio:
    """Measure a later choice against the bound of the first, which knew only the candidates' costs."""
    bound = max(first.upper_bound, later.value)
    gap = round((bound - later.value) / bound, 6) if bound else 0.0
    status = "empty" if later.status == "empty" else "optimal" if gap <= OPTIMAL else "feasible"
    return replace(later, upper_bound=bound, gap=gap, status=status)


def _overshoot(study: Study, portfolio: Portfolio, spent: FloatArray) -> dict[str, float]:
    """Money over budget by year and in total; empty when all budgets hold."""
    over = {
        str(budget.year): round(float(spent[portfolio.year == budget.year].sum()) - budget.amount, 2)
        for budget in study.portfolio.budgets
    }
    if study.portfolio.total_budget is not None:
        over["total"] = round(float(spent[portfolio.year >= 0].sum()) - study.portfolio.total_budget, 2)
    return {place: amount for place, amount in sorted(over.items()) if amount > 0}


def _report_overshoot(portfolio: Portfolio, over: dict[str, float], currency: str) -> Portfolio:
    """Say that the design costs more than a budget and that no area can give way; nothing to say where all hold."""
    if not over:
        return portfolio
    finding = find(
        "W_BUDGET_EXCEEDED", "error", "the chosen areas, designed as one, cost more than a budget", over,
        amount=max(over.values()), unit=currency, repair="raise the budget, or drop an area that must be built",
    )  # fmt: skip
    return replace(portfolio, findings=(*portfolio.findings, finding))
