"""Level one instance against the clock: crossing in processes of their own, between them constraint programming."""

from __future__ import annotations

import time
from multiprocessing.synchronize import Barrier

import numpy as np
from numpy.typing import NDArray

from benchmarks.leveling.instances import Instance, graph_of
from expansion.schedule.evolution import Population, Ties, no_ties
from expansion.schedule.exact import Effort, order_anew
from expansion.schedule.late import late_places
from expansion.schedule.leveling import Goal, single_passes
from expansion.schedule.placing import Placement, place_by_priority
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]

PROCESSES = 2
READY = 300.0  # seconds after which processes that have not compiled are given up
SMALL = 70  # activities up to which the constraint solver may prove an optimum
# Members and share of tasks moved, in turn: each finds what the other misses. Where the solver has had its turn, more
# moves find more; above, schedules of one makespan are told apart, and fewer moves find more.
SMALL_BREEDS, LARGE_BREEDS = ((300, 0.1), (300, 0.06)), ((300, 0.03), (1000, 0.02))
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


def ties_of(graph: WorkGraph, early: Placement) -> Ties:
    """How schedules of one makespan are told apart, from the early starts by links: not at all in small projects."""
    if graph.count <= SMALL:
        return no_ties()
    late = late_places(graph, end_of(early))
    return Ties(early.start, end_of(early) - late.finish, graph.count + 1)


def crossed(instance: Instance, seconds: float, seed: int, floor: int) -> IntArray:
    """Places of the best schedule that crossing finds in some seconds; begins anew where it has settled.

    It ends sooner where a schedule reaches the floor, below which no schedule can end.
    """
    graph, begun = graph_of(instance), time.perf_counter()
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    late, ties = late_places(graph, end_of(early)), ties_of(graph, early)
    reached = (max(floor, end_of(early)) + 1) * ties.scale
    breeds = SMALL_BREEDS if graph.count <= SMALL else LARGE_BREEDS
    random = np.random.default_rng(seed)
    best: Population | None = None
    turn = seed
    while best is None or (time.perf_counter() - begun < seconds and best.score >= reached):
        members, share = breeds[turn % len(breeds)]
        noise = (random.random((members, graph.count)) - 0.5) * np.linspace(0, 1, members)[:, None] * end_of(early)
        zero = np.zeros(graph.count, dtype=np.int64)
        population = Population(graph, zero, 1, late.finish + noise, int(random.integers(1, 2**31)), ties)
        stale = 0
        while time.perf_counter() - begun < seconds and stale < SETTLED and population.score >= reached:
            before = population.score
            stale = 0 if population.advance(1, share) < before else stale + 1
        best = population if best is None or population.score < best.score else best
        turn += 1
    return best.best.place


def warm_up(together: Barrier) -> None:
    """Compile in a process, and begin only when all processes are ready: no instance shall pay for it."""
    graph = graph_of(three_activities())
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    zero = np.zeros(graph.count, dtype=np.int64)
    Population(graph, zero, 1, np.zeros((2, graph.count)), 1, ties_of(graph, early)).advance(1, LARGE_BREEDS[0][1])
    together.wait(READY)


def three_activities() -> Instance:
    """Three activities that share a resource."""
    links = np.array([[0, 1], [0, 2]])
    return Instance("three", np.array([1, 2, 2]), np.array([[1], [1], [1]]), np.array([1]), links)


def prove(graph: WorkGraph, placed: Placement, seconds: float) -> tuple[Placement, int]:
    """Schedule and floor by constraint programming, from a schedule on."""
    zero = np.zeros(graph.count, dtype=np.int64)
    effort = Effort(seconds=seconds, workers=PROCESSES)
    order = order_anew(graph, placed, np.arange(graph.count), zero, 1, effort)
    settled = place_by_priority(graph, order.start.astype(np.float64))
    return min(placed, settled, key=end_of), order.floor or 0
