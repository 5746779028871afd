"""Fit the tasks to the crews: many placements by priority, the best kept, and how much shorter it could be at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from expansion.schedule.bounds import makespan_bound
from expansion.schedule.late import late_places
from expansion.schedule.workgraph import Placement, WorkGraph, place_by_priority

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

STAGE = 11  # place of schedule_build among the stages; keeps its random stream apart from the others
WORK = 400_000  # task placements spent on the search
LEAST_PASSES, MOST_PASSES = 24, 400


@dataclass(frozen=True, slots=True)
class Leveled:
    """A schedule that respects the crews, with the proven floor under its last finish point, in days."""

    placed: Placement
    makespan: int
    lower_bound: int
    rule: str


def level(graph: WorkGraph, weight: IntArray, seed: int) -> Leveled:
    """Place all tasks on their crews so that the last one finishes early, then the weighted finishes.

    Every single-pass priority rule is tried, then rules with seeded noise and the order of the best schedule so far
    with noise, until the work is spent; none where crews delay nothing. Equal inputs give equal schedules.

    Parameters
    ----------
    graph
        Tasks, links, calendars, crews.
    weight
        Per task what a day of earlier finish is worth, at least 0; decides between schedules of one length.
    seed
        Seed of the noise.

    References
    ----------
    R. Kolisch and S. Hartmann, "Heuristic algorithms for the resource-constrained project scheduling problem", in
    Project Scheduling, Kluwer (1999) 147-178.
    """
    early = place_by_priority(graph, np.zeros(graph.count), crews=False)
    best, best_score, best_rule = None, (0, 0), ""
    for rule, key in _rules(graph, early):
        placed = place_by_priority(graph, key)
        score = _score(placed, weight)
        if best is None or score < best_score:
            best, best_score, best_rule = placed, score, rule
    assert best is not None  # there is at least one rule
    floor = makespan_bound(graph, early, best_score[0])
    passes = int(np.clip(WORK // max(graph.count, 1), LEAST_PASSES, MOST_PASSES))
    if np.array_equal(best.start, early.start):
        passes = 0
    for rule, key in _noisy(graph, early, seed, passes):
        chosen = best.start + key if rule == "best order" else key
        placed = place_by_priority(graph, chosen)
        score = _score(placed, weight)
        if score < best_score:
            best, best_score, best_rule = placed, score, rule
    return Leveled(best, best_score[0], floor, best_rule)


def _score(placed: Placement, weight: IntArray) -> tuple[int, int]:
    """Last finish point, then the weighted sum of finish points."""
    return int(placed.finish.max(initial=0)), int((placed.finish * weight).sum())


def _rules(graph: WorkGraph, early: Placement) -> Iterator[tuple[str, FloatArray]]:
    """Single-pass rules: each a key per task, small first."""
    late = late_places(graph, int(early.finish.max(initial=0)))
    tail = _tails(graph)
    yield "least late finish", late.finish.astype(np.float64)
    yield "least late start", late.start.astype(np.float64)
    yield "least slack", (late.start - early.start).astype(np.float64)
    yield "longest tail", -tail
    yield "first asked for, then least late finish", np.asarray(graph.earliest * 1e6 + late.finish, dtype=np.float64)
    yield "early start, then longest tail", early.start * 1e6 - tail
    yield "table order", np.arange(graph.count, dtype=np.float64)


def _tails(graph: WorkGraph) -> FloatArray:
    """Per task the longest chain of durations and lags from its start to the end, calendars aside."""
    tail = graph.duration.astype(np.float64)
    for task in graph.order[::-1].tolist():
        for link in graph.out_links[graph.out_start[task] : graph.out_start[task + 1]].tolist():
            chain = graph.duration[task] + graph.lag[link] + tail[graph.after[link]]
            tail[task] = max(tail[task], chain)
    return tail


def _noisy(graph: WorkGraph, early: Placement, seed: int, passes: int) -> Iterator[tuple[str, FloatArray]]:
    """Noise around the best order, and rules with noise, in turn; the spread cycles from narrow to wide."""
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(STAGE,))))
    late = late_places(graph, int(early.finish.max(initial=0)))
    rules = [late.finish.astype(np.float64), late.start.astype(np.float64), -_tails(graph)]
    spreads = (3.0, 10.0, 30.0, 90.0)
    for turn in range(passes):
        noise = random.random(graph.count)
        spread = spreads[turn % len(spreads)]
        if turn % 3:
            yield "best order", noise * spread
        else:
            yield "rule with noise", rules[(turn // 3) % len(rules)] + noise * spread * 3
