"""Level one instance against the clock: crossing in processes of their own, between them constraint programming."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.leveling.instances import Instance, graph_of
from expansion.schedule.evolution import Population
from expansion.schedule.exact import Effort, order_anew
from expansion.schedule.late import late_places
from expansion.schedule.leveling import Goal, single_passes
from expansion.schedule.placing import Placement, place_by_priority
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]

PROCESSES = 2
BREEDS = ((300, 0.1), (300, 0.06))  # members and share of tasks moved, in turn: each finds what the other misses
SETTLED = 80  # generations without a better schedule after which crossing begins anew


def end_of(placed: Placement) -> int:
    """Last finish point of a schedule, days."""
    return int(placed.finish.max(initial=0))


def first_schedule(graph: WorkGraph) -> Placement:
    """Best of the single-pass rules."""
    goal, none = _makespan(graph)
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    return min((place_by_priority(graph, key) for _, key in single_passes(graph, goal, none, early)), key=end_of)


def _makespan(graph: WorkGraph) -> tuple[Goal, IntArray]:
    return Goal(np.zeros(graph.count, dtype=np.int64), 1), np.full(graph.count, -1, dtype=np.int64)


def crossed(instance: Instance, seconds: float, seed: int, floor: int) -> IntArray:
    """Places of the best schedule that crossing finds in some seconds; begins anew where it has settled.

    It ends sooner where a schedule reaches the floor, below which no schedule can end.
    """
    graph, begun = graph_of(instance), time.perf_counter()
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    late, floor = late_places(graph, end_of(early)), max(floor, end_of(early))
    random = np.random.default_rng(seed)
    best: Population | None = None
    turn = seed
    while best is None or (time.perf_counter() - begun < seconds and best.score > floor):
        members, share = BREEDS[turn % len(BREEDS)]
        noise = (random.random((members, graph.count)) - 0.5) * np.linspace(0, 1, members)[:, None] * end_of(early)
        zero = np.zeros(graph.count, dtype=np.int64)
        population = Population(graph, zero, 1, late.finish + noise, int(random.integers(1, 2**31)))
        stale = 0
        while time.perf_counter() - begun < seconds and stale < SETTLED and population.score > floor:
            before = population.score
            stale = 0 if population.advance(1, share) < before else stale + 1
        best = population if best is None or population.score < best.score else best
        turn += 1
    return best.best.place


def prove(graph: WorkGraph, placed: Placement, seconds: float) -> tuple[Placement, int]:
    """Schedule and floor by constraint programming, from a schedule on."""
    zero = np.zeros(graph.count, dtype=np.int64)
    effort = Effort(seconds=seconds, workers=PROCESSES)
    order = order_anew(graph, placed, np.arange(graph.count), zero, 1, effort)
    settled = place_by_priority(graph, order.start.astype(np.float64))
    return min(placed, settled, key=end_of), order.floor or 0
