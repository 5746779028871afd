"""Design the chosen areas as one network, and choose again with what that teaches about their cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from expansion.cost import estimate_cost
from expansion.network import design_network, restate_route
from expansion.permits import register_permits
from expansion.pipeline.permit_bill import make_bill
from expansion.pipeline.permit_route import area_waits, over_budgets
from expansion.pipeline.permit_turns import find_turns, free_route, turn_route
from expansion.plan.findings import find
from expansion.plan.graph import FloatArray, IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Candidates, Ground
from expansion.plan.plan import Cost, Draws, Network, Permits, Portfolio, Route
from expansion.plan.selection import Prospects
from expansion.portfolio import choose_areas, compare_spending, fit_budgets
from expansion.scale import Mapper
from expansion.study import Study

# Times that a choice is made again with what its design taught, and gap of the benefit at which that stops.
LEARNING_ROUNDS = 3
GOOD_ENOUGH = 0.01
# Share of the budgets left unspent, and more at each turn, while areas move or drop out to fit.
BUDGET_RESERVE = 0.002
# Share by which what a choice reckons with may miss what its design costs; beyond it areas are chosen again.
RECKONED_WITHIN = 0.01
OPTIMAL = 1e-6


@dataclass(frozen=True, slots=True)
class Trial:
    """A choice designed as one: what it costs per area, and by how much it breaks budgets.

    `missed` is what the design costs beyond what the choice reckoned with, in the study's currency.
    """

    portfolio: Portfolio
    network: Network
    permits: Permits
    cost: Cost
    spent: FloatArray
    over: dict[str, float]
    missed: float = 0.0

    @property
    def is_reckoned(self) -> bool:
        """Tell whether the choice reckoned with what its design costs."""
        return abs(self.missed) <= RECKONED_WITHIN * float(self.spent.sum())


def design_chosen(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, portfolio: Portfolio, draws: Draws,
    only: tuple[str, ...], mapper: Mapper, prospects: Prospects,
) -> Trial:  # fmt: skip
    """Design the chosen areas as one, and choose again with what they then cost, until budgets hold.

    As one, areas cost a little more or less than as candidates (huts, cable sizes, who pays for shared feeder). What a
    year's design costs beyond what was foreseen is held back from its budget, and areas are chosen again; the best
    choice that keeps all budgets wins, held against those made with what its own design costs wherever the choice
    had reckoned wrong. Where none keeps budgets, areas move or drop out until they hold.
    """

    def attempt(choice: Portfolio, before: Route = candidates.network.route) -> Trial:
        return design_choice(study, inputs, ground, candidates, choice, before, few, mapper)

    few = Draws({name: scores[:2] for name, scores in draws.scores.items()})
    rooms = (inputs.rulebook, ground.areas, ground.eligibility, candidates.network, candidates.cost)
    trial = attempt(portfolio)
    reserve = compare_spending(study, *rooms, portfolio, trial.spent, prospects=prospects)
    trial = replace(trial, missed=float(reserve[-1]) / 100)
    best, seen = None if trial.over else trial, [portfolio.year.tolist()]
    for _ in range(LEARNING_ROUNDS):
        if only or (best is not None and best.portfolio.gap <= GOOD_ENOUGH and best.is_reckoned):
            break
        choice = _bounded_by(
            portfolio, choose_areas(study, *rooms, reserve=reserve, prospects=prospects, near=trial.portfolio)
        )
        best = _confirmed(best, trial)
        if choice.year.tolist() in seen:
            break
        seen.append(choice.year.tolist())
        trial = attempt(choice)
        more = compare_spending(study, *rooms, choice, trial.spent, prospects=prospects)
        trial = replace(trial, missed=float(more[-1] - reserve[-1]) / 100)
        reserve = np.maximum(reserve, more) if trial.over else more
        if not trial.over and (best is None or trial.portfolio.value > best.portfolio.value):
            best = trial
    for turn in range(1, LEARNING_ROUNDS + 1):
        if best is not None or not trial.over or only:
            break
        held = BUDGET_RESERVE * turn
        fitted = fit_budgets(study, *rooms, trial.portfolio, trial.spent, reserve=held, prospects=prospects)
        if fitted.year.tolist() == trial.portfolio.year.tolist():
            break
        trial = attempt(fitted)
    chosen = best or trial
    if study.permits.delay_cost_per_day and len(chosen.network.route.edges):
        chosen = _weigh_waits(study, inputs, ground, chosen, lambda route: attempt(chosen.portfolio, route))
    cost = estimate_cost(study, inputs.rulebook, chosen.network, chosen.permits, draws)
    told = _report_missed(_report_overshoot(chosen.portfolio, chosen.over, study.study.currency), best or trial, study)
    return replace(chosen, cost=cost, portfolio=told)


def _confirmed(best: Trial | None, last: Trial) -> Trial | None:
    """Take a choice as reckoned with its design's cost where others were now sought at just that and it stood."""
    return replace(best, missed=0.0) if best is not None and best is last else best


def design_choice(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, portfolio: Portfolio, before: Route,
    draws: Draws, mapper: Mapper,
) -> Trial:  # fmt: skip
    """Design and price one choice, over what it can use of a route from before."""
    phase = np.where(portfolio.year >= 0, portfolio.phase, -1)
    network = design_network(
        study, inputs, ground.graph, ground.prices, ground.areas, ground.eligibility,
        phase=phase, before=before, mapper=mapper, locks=ground.locks,
        technology=candidates.technology,
    )  # fmt: skip
    permits = register_permits(study, inputs, ground.graph, ground.triggers, network)
    cost = estimate_cost(study, inputs.rulebook, network, permits, draws)
    spent = cost.per_area.set_index("area_id")["base"].reindex(ground.areas.table["area_id"]).fillna(0.0).to_numpy()
    return Trial(portfolio, network, permits, cost, spent, over_budgets(study, portfolio, spent))


def _weigh_waits(
    study: Study, inputs: Inputs, ground: Ground, trial: Trial, redesign: Callable[[Route], Trial]
) -> Trial:
    """Design again on a route whose turns lower works, fees and waits together, and on the one that ignores permits.

    The best in total, by the register and the bill of their designs, is kept; none that breaks a budget by more. Where
    none of the two serves, the turns are tried one by one. So a plan is never dearer in total than the route that
    ignores permits, where the budgets allow that route.
    """
    price, route = study.permits.delay_cost_per_day, trial.network.route
    bill = make_bill(study, inputs, ground, trial.network, trial.permits, trial.cost)
    free = free_route(study, ground, route)
    turned = turn_route(study, ground, route, bill, free)

    def better(best: Trial, edges: IntArray) -> Trial:
        stated = restate_route(ground.graph, ground.prices, route, edges)
        if stated is None or np.array_equal(stated.edges, best.network.route.edges):
            return best
        other = redesign(stated)
        fits = sum(other.over.values()) <= sum(trial.over.values())
        return other if fits and _total(other, price) < _total(best, price) else best

    best = better(trial, turned)
    best = best if np.array_equal(free, turned) else better(best, free)
    turns = find_turns(ground, route, route.edges, turned) if best is trial else []
    for leaving, coming in turns if len(turns) > 1 else ():
        best = better(best, np.union1d(np.setdiff1d(best.network.route.edges, leaving), coming))
    return best if best is trial else _with_turns_told(best, trial, study)


def _total(trial: Trial, price: float) -> float:
    """Add base cost and the wait of every area."""
    return round(trial.cost.base + price * sum(area_waits(trial.permits.table).values()), 2)


def _with_turns_told(best: Trial, trial: Trial, study: Study) -> Trial:
    """Say in which areas the route departs from the cheapest at edge prices, and what for."""
    price, money = study.permits.delay_cost_per_day, study.study.currency
    sides = (trial.network.spans, best.network.spans)
    used = [set(zip(spans["area_id"], spans["edge_ids"], strict=True)) for spans in sides]
    areas = sorted({str(area) for area, _ in used[0] ^ used[1]})
    more = best.network.route.cost - trial.network.route.cost
    saved = round(_total(trial, price) - _total(best, price), 2)
    words = (
        f"the route leaves the cheapest at edge prices ({more:,.2f} {money} more), because with fees once per permit"
    )
    words += " and each area's longest wait alone it is cheaper in total"
    finding = find("W_PERMIT_TURNS", "info", words, areas, amount=saved, unit=f"{money} saved")
    return replace(best, permits=replace(best.permits, findings=(*best.permits.findings, finding)))


def _bounded_by(first: Portfolio, later: Portfolio) -> Portfolio:
    """Measure a later choice against bound and budget of the first, for which nothing was held back."""
    bound = max(first.upper_bound, later.value)
    gap = round((bound - later.value) / bound, 6) if bound else 0.0
    status = "empty" if later.status == "empty" else "optimal" if gap <= OPTIMAL else "feasible"
    return replace(later, upper_bound=bound, gap=gap, status=status, total_budget=first.total_budget)


def _report_missed(portfolio: Portfolio, trial: Trial, study: Study) -> Portfolio:
    """Say by how much the choice missed what its areas cost as designed, where that stays beyond what is let pass."""
    if trial.is_reckoned:
        return portfolio
    spent, money = float(trial.spent.sum()), study.study.currency
    words = f"the choice reckoned with {spent - trial.missed:,.2f} {money} for its areas; designed as one they cost"
    words += f" {spent:,.2f} {money}, {abs(trial.missed) / spent:.1%} {'more' if trial.missed > 0 else 'less'}"
    finding = find(
        "W_COST_RECKONED", "info", words, amount=round(abs(trial.missed), 2), unit=money,
        repair="compare with plan --areas and other sets of areas before you rely on what was left out",
    )  # fmt: skip
    return replace(portfolio, findings=(*portfolio.findings, finding))


def _report_overshoot(portfolio: Portfolio, over: dict[str, float], currency: str) -> Portfolio:
    """Say that the design costs more than a budget and that no area can give way; nothing to say where all hold."""
    if not over:
        return portfolio
    finding = find(
        "W_BUDGET_EXCEEDED", "error", "the chosen areas, designed as one, cost more than a budget", over,
        amount=max(over.values()), unit=currency, repair="raise the budget, or drop an area that must be built",
    )  # fmt: skip
    return replace(portfolio, findings=(*portfolio.findings, finding))
