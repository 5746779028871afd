"""What every plan and every question about a route stands on: demand, graph, prices, locks and areas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from expansion.demand import assume_plant, delineate_areas, find_eligible
from expansion.network import build_graph, cut_off_locations, find_locks, price_edges
from expansion.permits import find_triggers, name_edge_permits
from expansion.plan.graph import IntArray
from expansion.plan.inputs import Inputs
from expansion.plan.parts import Ground
from expansion.study import Study

GROUND_STAGES = ("find_eligible", "build_graph", "find_triggers", "price_edges", "find_locks", "delineate_areas")


def lay_ground(study: Study, inputs: Inputs, begin: Callable[[str], None]) -> tuple[Inputs, Ground]:
    """Find demand, build and price the graph, read the planner's locks onto it, and delineate areas.

    Parameters
    ----------
    study, inputs
        As for `make_plan`.
    begin
        Told the name of each stage, of `GROUND_STAGES`, as it begins.

    Returns
    -------
    tuple
        The inputs, with the assumed office where the study names no plant, and the ground. Locations that avoided edges
        cut off have no node in its graph.
    """
    begin("find_eligible")
    eligibility = find_eligible(study, inputs)
    inputs = assume_plant(study, inputs, eligibility)
    begin("build_graph")
    graph = build_graph(study, inputs, eligibility)
    begin("find_triggers")
    triggers = find_triggers(study, inputs, graph)
    begin("price_edges")
    prices = price_edges(inputs, graph, triggers)
    begin("find_locks")
    permits = name_edge_permits(study, inputs, triggers, prices.placement)
    locks = find_locks(study, inputs, graph, prices, permits)
    graph = cut_off_locations(graph, locks)
    begin("delineate_areas")
    areas = delineate_areas(study, inputs, eligibility, graph)
    return inputs, Ground(eligibility, graph, triggers, prices, areas, locks)


def reached_rows(study: Study, inputs: Inputs, ground: Ground) -> IntArray:
    """Rows of the study's locations that fiber could reach: eligible, at a road, in an area, no larger than a hub."""
    eligible = ground.eligibility.table["eligible"].to_numpy(dtype=bool)
    small = inputs.locations["units"].to_numpy() <= study.network.hub_capacity
    reached: IntArray = np.flatnonzero(
        eligible & small & (ground.graph.location_node >= 0) & (ground.areas.of_location >= 0)
    )
    return reached
