"""Fit the tasks to the crews: an instant schedule, better ones by crossing and by groups of areas, and a floor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.schedule.bounds import makespan_bound
from expansion.schedule.evolution import Population, score_of
from expansion.schedule.exact import Effort, order_anew
from expansion.schedule.late import late_places
from expansion.schedule.placing import Placement, place_by_priority
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

STAGE = 11  # place of schedule_build among the stages; keeps its random stream apart from the others
MEMBERS = 32  # schedules crossed: few, so that even the default effort on a thousand tasks lets them breed three times
RULES = ("least late finish", "least late start", "least slack", "longest tail")


@dataclass(frozen=True, slots=True)
class Work:
    """How much is spent on a schedule, counted in work, never in time.

    Attributes
    ----------
    placements
        Tasks placed while schedules are crossed.
    rounds
        Groups of areas that are placed anew by constraint programming.
    group
        Tasks in a group, about.
    each
        Deterministic time of the solver per group.
    """

    placements: int
    rounds: int
    group: int = 220
    each: float = 1.0


EFFORTS = (Work(0, 0), Work(400_000, 0), Work(2_000_000, 8), Work(10_000_000, 40), Work(40_000_000, 160))


@dataclass(frozen=True, slots=True)
class Goal:
    """What a schedule shall be: ``span_weight`` x last finish + the sum of weighted finishes, the less the better.

    Attributes
    ----------
    weight
        Per task, at least 0: what a day of earlier finish is worth.
    span_weight
        What a day of earlier end of all work is worth.
    """

    weight: IntArray
    span_weight: int

    def score(self, placed: Placement) -> int:
        """Value of a schedule."""
        return int(score_of(placed.finish, self.weight, self.span_weight)) if len(placed.finish) else 0


@dataclass(frozen=True, slots=True)
class Leveled:
    """A schedule that respects the crews.

    Attributes
    ----------
    placed
        Dates of every task; no task could start earlier with everything else fixed.
    makespan, lower_bound
        Last finish point, and the proven floor under that of every schedule, days from the start.
    score
        Value by the goal.
    """

    placed: Placement
    makespan: int
    lower_bound: int
    score: int


def level(graph: WorkGraph, goal: Goal, group: IntArray, work: Work, seed: int) -> Leveled:
    """Place all tasks on their crews, as good by the goal as the work allows.

    Single-pass priority rules give the first schedule at once; schedules are crossed (`evolution`); then groups of
    areas that end near each other are placed anew by constraint programming while the others stay. None of the search
    is made where crews delay nothing. Equal inputs give equal schedules.

    Parameters
    ----------
    graph
        Tasks, links, calendars, crews.
    goal
        What is asked of the schedule.
    group
        Area of each task by number, -1 for tasks of the program.
    work
        How much to search.
    seed
        Of the search.

    References
    ----------
    R. Kolisch and S. Hartmann, "Heuristic algorithms for the resource-constrained project scheduling problem", in
    Project Scheduling, Kluwer (1999) 147-178.
    """
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    rules = dict(single_passes(graph, goal, group, early))
    tried = {rule: place_by_priority(graph, key) for rule, key in rules.items()}
    best = min(tried.values(), key=goal.score)
    if not np.array_equal(best.start, early.start):
        best = _searched(graph, goal, group, work, seed, list(rules.values()), best)
    makespan = int(best.finish.max(initial=0))
    floor = makespan_bound(graph, early, makespan)
    return Leveled(best, makespan, floor, goal.score(best))


def _searched(
    graph: WorkGraph,
    goal: Goal,
    group: IntArray,
    work: Work,
    seed: int,
    keys: list[FloatArray],
    best: Placement,
) -> Placement:
    """Best schedule after crossing and after groups of areas."""
    generations = work.placements // (4 * MEMBERS * max(graph.count, 1))
    if generations:
        population = Population(graph, goal.weight, goal.span_weight, _first_keys(graph, keys, seed), seed)
        if population.advance(generations) < goal.score(best):
            best = population.best
    for free in _groups(best, group, work, seed):
        order = order_anew(graph, best, free, goal.weight, goal.span_weight, Effort(work=work.each))
        settled = place_by_priority(graph, order.start.astype(np.float64))
        if goal.score(settled) < goal.score(best):
            best = settled
    return best


def single_passes(graph: WorkGraph, goal: Goal, group: IntArray, early: Placement) -> Iterator[tuple[str, FloatArray]]:
    """Single-pass rules: each a key per task, small first; the first four are `RULES`, which no weight enters."""
    late = late_places(graph, int(early.finish.max(initial=0)))
    tail = _tails(graph)
    keys = (late.finish, late.start, late.start - early.start, -tail)
    yield from zip(RULES, (np.asarray(key, dtype=np.float64) for key in keys), strict=True)
    yield "first asked for, then least late finish", np.asarray(graph.earliest * 1e6 + late.finish, dtype=np.float64)
    yield "early start, then longest tail", early.start * 1e6 - tail
    yield "table order", np.arange(graph.count, dtype=np.float64)
    worth = _worth_per_day(graph, goal, group)
    yield "areas by worth per crew-day, then least late finish", worth * 1e6 + late.finish
    yield "first asked for, then areas by worth per crew-day", (graph.earliest // 360) * 1e9 + worth * 1e6 + late.finish


def _worth_per_day(graph: WorkGraph, goal: Goal, group: IntArray) -> FloatArray:
    """Rank of each task's area by what its finish is worth per crew-day that it takes, the most first."""
    crew_days = graph.duration * graph.demand.sum(axis=1)
    areas = int(group.max(initial=-1)) + 1
    of_area = group >= 0
    taken = np.bincount(group[of_area], weights=crew_days[of_area], minlength=areas)
    worth = np.bincount(group[of_area], weights=goal.weight[of_area], minlength=areas)
    rank = np.empty(areas, dtype=np.float64)
    rank[np.lexsort((np.arange(areas), -worth / np.maximum(taken, 1)))] = np.arange(areas)
    return np.where(of_area, rank[group] if areas else 0.0, 0.0)


def _tails(graph: WorkGraph) -> FloatArray:
    """Per task the longest chain of durations and lags from its start to the end, calendars aside."""
    tail = graph.duration.astype(np.float64)
    for task in graph.order[::-1].tolist():
        for link in graph.out_links[graph.out_start[task] : graph.out_start[task + 1]].tolist():
            chain = graph.duration[task] + graph.lag[link] + tail[graph.after[link]]
            tail[task] = max(tail[task], chain)
    return tail


def _random(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(STAGE,))))


def _first_keys(graph: WorkGraph, keys: list[FloatArray], seed: int) -> FloatArray:
    """Rules, then rules with noise that grows."""
    random = _random(seed)
    rows = [np.argsort(np.argsort(key, kind="stable"), kind="stable").astype(np.float64) for key in keys]
    while len(rows) < MEMBERS:
        spread = graph.count * len(rows) / MEMBERS
        rows.append(rows[len(rows) % len(keys)] + (random.random(graph.count) - 0.5) * spread)
    return np.array(rows[:MEMBERS])


def _groups(best: Placement, group: IntArray, work: Work, seed: int) -> Iterator[IntArray]:
    """Tasks of areas that end near each other, a window that moves over the program and then areas drawn at random."""
    random = _random(seed + 1)
    areas = np.unique(group[group >= 0])
    if not len(areas):
        return
    ends = np.array([best.finish[group == area].max() for area in areas])
    order = areas[np.lexsort((areas, ends))]
    several = max(2, min(len(order), round(work.group * len(order) / max(int((group >= 0).sum()), 1))))
    step = max(1, several // 2)
    for turn in range(work.rounds):
        at = (turn * step) % max(len(order) - several + step, 1)
        chosen = order[at : at + several] if turn % 3 < 2 else random.choice(order, several, replace=False)
        yield np.flatnonzero(np.isin(group, chosen) | (group < 0))
