"""Search schedules by crossing orders of tasks, in turn read forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.compiled import compile_loop
from expansion.schedule.placing import (
    Placement,
    loops_of,
    place_backward,
    place_by_priority,
    place_forward,
    placement_at,
)
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

MUTATION = 0.02  # share of tasks that a child moves: less converges early, 0.05 finds less
_NEVER = np.iinfo(np.int64).max
_MULTIPLIER, _INCREMENT = np.uint64(6364136223846793005), np.uint64(1442695040888963407)


@compile_loop
def _random(state: Any) -> float:
    """Next number in [0, 1) of a linear congruential generator whose state is the array's one entry."""
    state[0] = state[0] * _MULTIPLIER + _INCREMENT
    return float(state[0] >> np.uint64(11)) / 9007199254740992.0


@compile_loop
def score_of(finish: IntArray, weight: IntArray, span_weight: int) -> int:
    """Weighted last finish point plus weighted finish points."""
    return int(finish.max() * span_weight + (finish * weight).sum())


@compile_loop
def cross(mother: IntArray, father: IntArray, state: Any, mutation: float, child: FloatArray) -> None:
    """Order of the mother outside a stretch of time, of the father inside it, with some tasks moved a little."""
    low, high = mother.min(), mother.max()
    span = high - low + 1
    length = span * (0.25 + 0.5 * _random(state))
    first = low + (span - length) * _random(state)
    shift = 4.0 * span
    father_low = father.min()
    father_span = father.max() - father_low + 1
    for task in range(len(mother)):
        if mother[task] < first:
            child[task] = mother[task] - shift
        elif mother[task] > first + length:
            child[task] = mother[task] + shift
        else:
            child[task] = low + (father[task] - father_low) * span / father_span
        if mutation > 0 and _random(state) < mutation:
            child[task] += (0.4 * _random(state) - 0.2) * span


@compile_loop
def evolve(
    loops: Any,
    weight: IntArray,
    span_weight: int,
    spare: int,
    left: IntArray,
    right: IntArray,
    left_score: IntArray,
    right_score: IntArray,
    best: IntArray,
    best_score: int,
    state: Any,
    mutation: float,
    generations: int,
) -> int:
    """Improve two populations in place, one of early and one of late schedules, each the parent of the other.

    Parameters
    ----------
    loops
        From `placing.loops_of`.
    weight, span_weight
        See `score_of`.
    spare
        Days that a late schedule may reach beyond its parent's end.
    left, right
        Shape ``(schedules, tasks)``: finish points of early schedules, start points of late ones.
    left_score, right_score
        Their scores; of late ones the days from first start to last finish.
    best
        Places of the best early schedule, filled when a better one is found.
    best_score
        Its score.
    state
        Of the random numbers, shape ``(1,)``, unsigned.
    mutation
        Probability that a task is moved.
    generations
        Rounds; each makes two late and two early schedules per member.

    Returns
    -------
    int
        Score of the best schedule.

    References
    ----------
    D. Debels and M. Vanhoucke, "A bi-population based genetic algorithm for the resource-constrained project scheduling
    problem", Lecture Notes in Computer Science 3483 (2005) 378-387.
    """
    members, count = left.shape
    key = np.empty(count, dtype=np.float64)
    place, start = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    finish, kept = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    for _ in range(generations):
        for member in range(members):
            kept_score = np.int64(-1)
            for child in range(2):
                _breed(left, left_score, member, child, state, mutation, key)
                deadline = min(left[member].max() + spare, loops.counted.shape[1] - 1)
                place_backward(loops, key, deadline, start, finish)
                score = finish.max() - start.min()
                if kept_score < 0 or score < kept_score:
                    kept_score = score
                    kept[:] = start
            _replace(right, right_score, member, kept, kept_score)
        for member in range(members):
            kept_score = np.int64(-1)
            for child in range(2):
                _breed(right, right_score, member, child, state, mutation, key)
                place_forward(loops, key, place, start, finish)
                score = score_of(finish, weight, span_weight)
                if kept_score < 0 or score < kept_score:
                    kept_score = score
                    kept[:] = finish
                if score < best_score:
                    best_score = score
                    best[:] = place
            _replace(left, left_score, member, kept, kept_score)
    return best_score


@compile_loop
def _breed(
    parents: IntArray, score: IntArray, member: int, child: int, state: Any, mutation: float, key: FloatArray
) -> None:
    """Cross a member with another: the first child has the member as mother, the second as father."""
    other = _other(score, member, len(parents), state)
    if child == 0:
        cross(parents[member], parents[other], state, mutation, key)
    else:
        cross(parents[other], parents[member], state, mutation, key)


@compile_loop
def _replace(population: IntArray, score: IntArray, member: int, child: IntArray, child_score: int) -> None:
    """Put a child in a member's stead, unless it is worse than the best of all and the member is that one."""
    if child_score <= score[member] or score[member] > score.min():
        population[member] = child
        score[member] = child_score


@compile_loop
def _other(score: IntArray, member: int, members: int, state: Any) -> int:
    """Better of two members drawn beside one."""
    first = int(_random(state) * members)
    second = int(_random(state) * members)
    chosen = first if score[first] <= score[second] else second
    return (chosen + 1) % members if chosen == member else chosen


class Population:
    """Early and late schedules of one graph that evolve together; `best` is the best early one so far.

    Parameters
    ----------
    graph
        Tasks, links, calendars, crews.
    weight, span_weight
        What a schedule costs, see `score_of`.
    keys
        Priorities to begin with, shape ``(schedules, tasks)``, at least 2.
    seed
        Of the random numbers; equal seeds and rounds give equal schedules.

    Raises
    ------
    ValueError
        If a task never finds its crews before the calendars end.
    """

    def __init__(self, graph: WorkGraph, weight: IntArray, span_weight: int, keys: FloatArray, seed: int) -> None:
        self.graph, self.loops = graph, loops_of(graph)
        self.weight, self.span_weight = weight.astype(np.int64), span_weight
        self._state = np.array([seed], dtype=np.uint64) * _MULTIPLIER + _INCREMENT
        first = [place_by_priority(graph, key) for key in keys]
        self._left = np.array([placed.finish for placed in first])
        self._left_score = np.array([self._score(placed) for placed in first])
        self._right, self._right_score = self._left.copy(), np.full(len(first), _NEVER)
        place = first[int(self._left_score.argmin())].place
        self._place, self.score = place.copy(), int(self._left_score.min())
        everyday = bool((np.diff(graph.calendars.days[:, :-1], axis=1) == 1).all())
        self._spare = int(self._left.max()) if everyday and not graph.earliest.any() else 0

    def _score(self, placed: Placement) -> int:
        return int(score_of(placed.finish, self.weight, self.span_weight))

    @property
    def best(self) -> Placement:
        """Best early schedule so far."""
        return placement_at(self.graph, self._place)

    def advance(self, generations: int, mutation: float = MUTATION) -> int:
        """Let the population evolve and return the best score; one generation places 4 schedules per member."""
        self.score = int(
            evolve(
                self.loops, self.weight, self.span_weight, self._spare, self._left, self._right, self._left_score,
                self._right_score, self._place, self.score, self._state, mutation, generations,
            )
        )  # fmt: skip
        return self.score
