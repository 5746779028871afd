"""The straight line from inputs to a plan: pure, one stage after another, no file, socket or clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from expansion.cost import draw_factors
from expansion.demand import assume_plant, delineate_areas, find_eligible
from expansion.ledger import check_rules
from expansion.network import build_graph
from expansion.pipeline.candidates import design_candidates, narrow_candidates, price_wishes
from expansion.pipeline.chosen import design_chosen
from expansion.pipeline.grounding import GROUND_STAGES, lay_ground
from expansion.pipeline.permit_route import Outcome, compare_permits, ignore_permits
from expansion.pipeline.works import plan_works
from expansion.plan.assembly import assemble
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Survey
from expansion.plan.plan import Plan
from expansion.portfolio import choose_areas, explore_choice
from expansion.scale import Mapper, map_serial
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
    draws = draw_factors(study, inputs.rulebook)
    candidates, prospects = design_candidates(study, inputs, ground, draws, mapper, begin)
    begin("choose_areas")
    areas = (ground.areas, ground.eligibility, candidates.network, candidates.cost)
    portfolio = choose_areas(study, inputs.rulebook, *areas, only=only, prospects=prospects)
    begin("design_chosen")
    chosen = design_chosen(study, inputs, ground, candidates, portfolio, draws, only, mapper, prospects)
    selection = explore_choice(study, inputs.rulebook, *areas, chosen.portfolio, only=only, prospects=prospects)
    selection = replace(selection, prospects=prospects.table, prospect_days=prospects.days_table)
    chosen = replace(chosen, portfolio=replace(chosen.portfolio, selection=selection))
    if only:
        candidates = narrow_candidates(study, inputs, ground, candidates, chosen)
    begin("check_rules")
    rules = check_rules(study, inputs, ground, chosen.network)
    ground, candidates = price_wishes(study, inputs, ground, candidates, begin)
    portfolio, built = plan_works(study, inputs, ground, candidates, chosen, rules, draws, begin)
    begin("compare_permits")
    if explain_permits:
        other = ignore_permits(study, inputs, ground, candidates, portfolio, draws, mapper)
        own = Outcome(built.network, built.permits, built.cost, built.schedule)
        built = replace(built, permit_comparison=compare_permits(study, ground, portfolio, own, other))
    begin("assemble")
    asked = int((portfolio.year >= 0).sum()) if only else len(ground.areas.table)
    return assemble(study, inputs, ground, candidates, portfolio, built, asked=asked)


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
