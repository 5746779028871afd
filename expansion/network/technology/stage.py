"""The stage: what every location gets if its area is built."""

from __future__ import annotations

import logging
import time

from expansion.network.technology.curve import trace_thresholds
from expansion.network.technology.decide import decide
from expansion.network.technology.scene import reaches_somebody, set_scene
from expansion.network.technology.tables import nobody, told
from expansion.plan.graph import EdgePrices, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Locks
from expansion.plan.plan import Areas, Eligibility, Route
from expansion.plan.technology import Technology
from expansion.study import Study

logger = logging.getLogger(__name__)


def choose_technology(
    study: Study,
    inputs: Inputs,
    graph: RoadGraph,
    prices: EdgePrices,
    areas: Areas,
    eligibility: Eligibility,
    route: Route,
    *,
    locks: Locks | None = None,
) -> Technology:
    """Choose what every location gets if its area is built.

    Parameters
    ----------
    study, inputs, graph, prices, areas, eligibility
        Rules, tables, graph, what its edges cost and where demand lies.
    route
        Over all locations that a road reaches: the search for who gets fiber begins with it.
    locks
        Avoided edges are used by no tree, pinned edges are held and count nothing; locked hubs are not looked at.

    Returns
    -------
    Technology
        Every eligible location that a road reaches has one outcome.
    """
    began = time.perf_counter()
    if not len(graph.u) or not reaches_somebody(graph, areas, eligibility):
        return nobody(inputs, eligibility)
    scene = set_scene(study, inputs, graph, prices, areas, eligibility, route, locks)
    choice = decide(scene)
    made = told(scene, choice, eligibility, trace_thresholds(scene, choice))
    logger.info("technology: %d of %d by fiber in %.2f s", int(choice.fiber.takes.sum()), len(scene.rows),
                time.perf_counter() - began)  # fmt: skip
    return made
