"""When the chosen areas are built, what may go wrong, what they then cost and are worth, and how they are delivered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from expansion.cost import appraise_cost
from expansion.cost.business import judge_business, spend_by_year
from expansion.delivery import identify_risks, plan_delivery, write_papers
from expansion.pipeline.chosen import Trial
from expansion.pipeline.uncertainty import draw_uncertainty
from expansion.plan.findings import ordered
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Built, Candidates, Ground
from expansion.plan.permit_comparison import empty_comparison
from expansion.plan.plan import Draws, Portfolio
from expansion.plan.rules import Rules
from expansion.portfolio import check_milestones
from expansion.schedule import schedule_build
from expansion.study import Study


def plan_works(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, chosen: Trial, rules: Rules, draws: Draws,
    begin: Callable[[str], None],
) -> tuple[Portfolio, Built]:  # fmt: skip
    """Schedule the chosen areas, draw dates and costs together, judge the business and plan the delivery.

    Returns
    -------
    tuple
        The portfolio with its milestones held against the schedule, and all that is built, no route compared.
    """
    book, areas, eligibility = inputs.rulebook, ground.areas, ground.eligibility
    portfolio, network, permits, cost = chosen.portfolio, chosen.network, chosen.permits, chosen.cost
    begin("schedule_build")
    schedule = schedule_build(study, book, areas, portfolio, network, permits, cost, ground.graph)
    grant, late = check_milestones(study, areas, eligibility, candidates.network, portfolio, schedule)
    selection = replace(portfolio.selection, milestones=grant)
    portfolio = replace(portfolio, selection=selection, findings=ordered((*portfolio.findings, *late)))
    begin("identify_risks")
    risks = identify_risks(study, book, areas, portfolio, network, permits, cost, schedule.resources)
    begin("draw_uncertainty")
    schedule, cost, risks, told = draw_uncertainty(study, book, areas, portfolio, permits, cost, schedule, risks, draws)
    cost = appraise_cost(study, book, cost, network, permits, draws)
    spent = spend_by_year(study, book, areas, eligibility, portfolio, network, permits, cost, schedule)
    cost = replace(cost, spending=spent)
    begin("judge_business")
    business = judge_business(study, book, areas, eligibility, portfolio, network, permits, cost, schedule, draws)
    begin("plan_delivery")
    delivery = plan_delivery(study, book, areas, portfolio, network, permits, cost, schedule, risks, told)
    delivery = write_papers(
        study, book, inputs.locations, areas, portfolio, network, permits, cost, schedule, business, risks, delivery,
        told,
    )  # fmt: skip
    results = Built(network, permits, cost, schedule, risks, delivery, rules, business, empty_comparison(), told)
    return portfolio, results
