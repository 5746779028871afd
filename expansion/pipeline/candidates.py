"""What could be built: the network of all areas with its permits and cost, what locks cost, and the budget curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from expansion.cost import estimate_cost
from expansion.network import (
    ROUTE_SEED,
    choose_technology,
    design_network,
    price_locks,
    route_everybody,
    trace_curve,
    wants_curve,
    with_findings,
)
from expansion.permits import register_permits
from expansion.pipeline.chosen import Trial
from expansion.pipeline.grounding import reached_rows
from expansion.pipeline.lock_prices import price_design_locks, with_prices
from expansion.pipeline.prospects import find_prospects
from expansion.plan.curve import empty_curve
from expansion.plan.inputs import Inputs
from expansion.plan.locks import empty_design_locks, empty_lock_table
from expansion.plan.parts import Candidates, Ground
from expansion.plan.plan import Draws
from expansion.plan.selection import Prospects
from expansion.scale import Mapper
from expansion.study import Study

Begin = Callable[[str], None]


def design_candidates(
    study: Study, inputs: Inputs, ground: Ground, draws: Draws, mapper: Mapper, begin: Begin
) -> tuple[Candidates, Prospects]:
    """Route to everybody, choose technologies, and design and price the network of all areas.

    Returns
    -------
    tuple
        The candidates, their locks not priced and their curve not traced; and what else the choice weighs.
    """
    graph, areas, eligibility, locks = ground.graph, ground.areas, ground.eligibility, ground.locks
    begin("route_everybody")
    rows = reached_rows(study, inputs, ground)
    route = route_everybody(study, inputs, graph, ground.prices, areas, rows, locks)
    begin("choose_technology")
    technology = choose_technology(study, inputs, graph, ground.prices, areas, eligibility, route, locks=locks)
    begin("design_network")
    network = design_network(
        study, inputs, graph, ground.prices, areas, eligibility, phase=np.zeros(len(areas.table), dtype=np.int64),
        before=route, mapper=mapper, locks=locks, technology=technology,
    )  # fmt: skip
    begin("register_permits")
    permits = register_permits(study, inputs, graph, ground.triggers, network)
    begin("estimate_cost")
    cost = estimate_cost(study, inputs.rulebook, network, permits, draws)
    candidates = Candidates(
        network, cost, empty_lock_table(graph.crs), empty_curve(), route, rows, technology,
        empty_design_locks(graph.crs),
    )  # fmt: skip
    return candidates, find_prospects(study, inputs, ground, network, permits, cost)


def narrow_candidates(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, chosen: Trial
) -> Candidates:
    """Keep of the candidates what areas asked for by name need: their network, cost, and the route to them alone."""
    rows = candidates.rows
    rows = rows[chosen.portfolio.year[ground.areas.of_location[rows]] >= 0]
    network = replace(chosen.network, area_parent=candidates.network.area_parent)
    route = route_everybody(study, inputs, ground.graph, ground.prices, ground.areas, rows, ground.locks)
    return replace(candidates, network=network, cost=chosen.cost, rows=rows, route=route)


def price_wishes(
    study: Study, inputs: Inputs, ground: Ground, candidates: Candidates, begin: Begin
) -> tuple[Ground, Candidates]:
    """Say what each lock costs, and trace what each further budget buys where the study wants that."""
    begin("price_locks")
    graph, rows, currency = ground.graph, candidates.rows, study.study.currency
    priced = price_locks(
        inputs, graph, ground.prices, ground.areas, ground.locks, rows, candidates.route, seed=ROUTE_SEED
    )
    ground = replace(ground, locks=with_findings(ground.locks, priced, currency))
    candidates = replace(candidates, locks=priced, design_locks=price_design_locks(study, inputs, ground, candidates))
    ground = replace(ground, locks=with_prices(ground.locks, candidates.design_locks, currency))
    begin("trace_curve")
    if wants_curve(study.network.route.curve, graph, rows):
        units = inputs.locations["units"].to_numpy()
        curve = trace_curve(graph, ground.prices, rows, units, candidates.route, locks=ground.locks)
        candidates = replace(candidates, curve=curve)
    return ground, candidates
