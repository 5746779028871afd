"""The straight line from inputs to a plan: pure, one stage after another, no file, socket or clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from expansion.cost import appraise_cost, draw_factors, estimate_cost
from expansion.cost.business import judge_business, spend_by_year
from expansion.delivery import identify_risks, plan_delivery
from expansion.demand import assume_plant, delineate_areas, find_eligible
from expansion.ledger import check_rules
from expansion.network import (
    ROUTE_SEED,
    build_graph,
    choose_technology,
    design_network,
    price_locks,
    route_everybody,
    trace_curve,
    wants_curve,
    with_findings,
)
from expansion.permits import register_permits
from expansion.pipeline.chosen import design_chosen
from expansion.pipeline.grounding import GROUND_STAGES, lay_ground, reached_rows
from expansion.pipeline.lock_prices import price_design_locks, with_prices
from expansion.pipeline.permit_route import Outcome, compare_permits, ignore_permits
from expansion.pipeline.prospects import find_prospects
from expansion.pipeline.uncertainty import draw_uncertainty
from expansion.plan.assembly import assemble
from expansion.plan.curve import empty_curve
from expansion.plan.findings import ordered
from expansion.plan.inputs import Inputs
from expansion.plan.locks import empty_design_locks, empty_lock_table
from expansion.plan.parts import Built, Candidates, Survey
from expansion.plan.permit_comparison import empty_comparison
from expansion.plan.plan import Plan
from expansion.portfolio import check_milestones, choose_areas, explore_choice
from expansion.scale import Mapper, map_serial
from expansion.schedule import schedule_build
from expansion.study import Study

Progress = Callable[[str, int, int], None]
STAGES = (
    *GROUND_STAGES, "route_everybody", "choose_technology", "design_network", "register_permits", "estimate_cost",
    "choose_areas", "design_chosen", "check_rules", "price_locks", "trace_curve", "schedule_build", "identify_risks",
    "draw_uncertainty", "judge_business", "plan_delivery", "compare_permits", "assemble",
)  # fmt: skip


def make_plan(
    study: Study,
    inputs: Inputs,
    *,
    only: tuple[str, ...] = (),
    explain_permits: bool = False,
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
    explain_permits
        Plan also on the route that ignores permits, and compare.
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
    inputs, ground = lay_ground(study, inputs, begin)
    graph, triggers, prices, areas, eligibility = (
        ground.graph, ground.triggers, ground.prices, ground.areas, ground.eligibility,
    )  # fmt: skip
    draws = draw_factors(study, inputs.rulebook)
    begin("route_everybody")
    rows = reached_rows(study, inputs, ground)
    route = route_everybody(study, inputs, graph, prices, areas, rows, ground.locks)
    begin("choose_technology")
    technology = choose_technology(
        study, inputs, graph, prices, areas, eligibility, route, locks=ground.locks
    )  # fmt: skip
    begin("design_network")
    everywhere = np.zeros(len(areas.table), dtype=np.int64)
    network = design_network(
        study, inputs, graph, prices, areas, eligibility, phase=everywhere, before=route, mapper=mapper,
        locks=ground.locks, technology=technology,
    )  # fmt: skip
    begin("register_permits")
    permits = register_permits(study, inputs, graph, triggers, network)
    begin("estimate_cost")
    cost = estimate_cost(study, inputs.rulebook, network, permits, draws)
    begin("choose_areas")
    candidates = Candidates(
        network,
        cost,
        empty_lock_table(graph.crs),
        empty_curve(),
        route,
        rows,
        technology,
        empty_design_locks(graph.crs),
    )
    prospects = find_prospects(study, inputs, ground, network, permits, cost)
    portfolio = choose_areas(
        study, inputs.rulebook, areas, eligibility, network, cost, only=only, prospects=prospects
    )  # fmt: skip
    begin("design_chosen")
    built = design_chosen(study, inputs, ground, candidates, portfolio, draws, only, mapper, prospects)
    portfolio, network, permits, cost = built.portfolio, built.network, built.permits, built.cost
    selection = explore_choice(
        study, inputs.rulebook, areas, eligibility, candidates.network, candidates.cost, portfolio,
        only=only, prospects=prospects,
    )  # fmt: skip
    portfolio = replace(portfolio, selection=selection)
    if only:
        rows = rows[portfolio.year[areas.of_location[rows]] >= 0]
        candidates = replace(
            candidates, network=replace(network, area_parent=candidates.network.area_parent), cost=cost, rows=rows,
            route=route_everybody(study, inputs, graph, prices, areas, rows, ground.locks),
        )  # fmt: skip

    begin("check_rules")
    rules = check_rules(study, inputs, ground, network)
    begin("price_locks")
    priced = price_locks(inputs, graph, prices, areas, ground.locks, rows, candidates.route, seed=ROUTE_SEED)
    ground = replace(ground, locks=with_findings(ground.locks, priced, study.study.currency))
    candidates = replace(candidates, locks=priced, design_locks=price_design_locks(study, inputs, ground, candidates))
    ground = replace(ground, locks=with_prices(ground.locks, candidates.design_locks, study.study.currency))
    begin("trace_curve")
    if wants_curve(study.network.route.curve, graph, rows):
        units = inputs.locations["units"].to_numpy()
        curve = trace_curve(graph, prices, rows, units, candidates.route, locks=ground.locks)
        candidates = replace(candidates, curve=curve)

    book = inputs.rulebook
    begin("schedule_build")
    schedule = schedule_build(study, book, areas, portfolio, network, permits, cost)
    grant, late = check_milestones(study, areas, eligibility, candidates.network, portfolio, schedule)
    selection = replace(selection, milestones=grant)
    portfolio = replace(portfolio, selection=selection, findings=ordered((*portfolio.findings, *late)))
    begin("identify_risks")
    risks = identify_risks(study, book, areas, portfolio, network, permits, cost, schedule.resources)
    begin("draw_uncertainty")
    schedule, risks, told = draw_uncertainty(
        study, book, areas, portfolio, permits, cost, schedule, risks, draws
    )  # fmt: skip
    cost = appraise_cost(study, book, cost, network, permits, areas, portfolio, draws)
    spent = spend_by_year(study, book, areas, eligibility, portfolio, network, permits, cost, schedule)
    cost = replace(cost, spending=spent)
    begin("judge_business")
    business = judge_business(
        study, book, areas, eligibility, portfolio, network, permits, cost, schedule, draws
    )  # fmt: skip
    begin("plan_delivery")
    delivery = plan_delivery(study, book, areas, portfolio, network, permits, cost, schedule, risks)
    begin("compare_permits")
    comparison = empty_comparison()
    if explain_permits:
        other = ignore_permits(study, inputs, ground, candidates, portfolio, draws, mapper)
        own = Outcome(network, permits, cost, schedule)
        comparison = compare_permits(study, ground, portfolio, own, other)
    begin("assemble")
    results = Built(network, permits, cost, schedule, risks, delivery, rules, business, comparison, told)
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
    if _avoids_something(study):
        inputs, ground = lay_ground(study, inputs, lambda _: None)
        return Survey(inputs, ground.eligibility, ground.graph, ground.areas)
    eligibility = find_eligible(study, inputs)
    inputs = assume_plant(study, inputs, eligibility)
    graph = build_graph(study, inputs, eligibility)
    return Survey(inputs, eligibility, graph, delineate_areas(study, inputs, eligibility, graph))


def _avoids_something(study: Study) -> bool:
    """Tell whether avoided edges may cut locations off, and so change the areas."""
    route = study.network.route
    return bool(route.avoid or route.avoid_edges or route.avoid_roads or route.avoid_rules or route.avoid_permits)


def _announcer(progress: Progress | None) -> Callable[[str], None]:
    """Tell `progress` of each stage with its place in the line."""

    def begin(stage: str) -> None:
        if progress is not None:
            progress(stage, STAGES.index(stage), len(STAGES))

    return begin
