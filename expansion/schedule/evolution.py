"""Search schedules by crossing orders of tasks, in turn read forward and backward."""

from __future__ import annotations

from typing import Any, NamedTuple

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
    turns_of,
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
def ends_at_limit(finish: IntArray, tail: IntArray) -> int:
    """Count the tasks from whose finish points the links alone lead to the last finish point, or past all others.

    Parameters
    ----------
    finish
        Finish points; for a schedule read from its end, start points with their sign turned.
    tail
        Days from each task's finish that the links ask for, see `Population`.
    """
    latest, count = finish[0] + tail[0], 0
    for task in range(len(finish)):
        reached = finish[task] + tail[task]
        if reached > latest:
            latest, count = reached, 0
        count += 1 if reached == latest else 0
    return count


@compile_loop
def _untied(score: int, point: IntArray, beyond: IntArray, scale: int) -> int:
    """Score that tells schedules of one makespan apart, where ties are scaled."""
    return score if scale == 1 else score * scale + ends_at_limit(point, beyond)


@compile_loop
def _tolerated(day: int, scale: int) -> int:
    """By how much a child may be worse than its parent: a day, or two tasks at the limit."""
    return day if scale == 1 else 2


@compile_loop
def sort_by(point: IntArray, order: IntArray) -> None:
    """Fill `order` with the tasks by their points; ties by row."""
    low = point.min()
    first = np.zeros(point.max() - low + 2, dtype=np.int64)
    for task in range(len(point)):
        first[point[task] - low + 1] += 1
    for day in range(1, len(first)):
        first[day] += first[day - 1]
    for task in range(len(point)):
        day = point[task] - low
        order[first[day]] = task
        first[day] += 1


@compile_loop
def cross(point: IntArray, mother: IntArray, father: IntArray, state: Any, child: IntArray) -> None:
    """Order of the mother outside a stretch of her time, of the father inside it; `point` are the mother's points."""
    low, span = point[mother[0]], point[mother[-1]] - point[mother[0]] + 1
    length = span * (0.25 + 0.5 * _random(state))
    begin = low + (span - length) * _random(state)
    first = 0
    while first < len(mother) and point[mother[first]] < begin:
        first += 1
    last = first
    while last < len(mother) and point[mother[last]] <= begin + length:
        last += 1
    child[:] = mother
    slot = first
    for task in father:
        if begin <= point[task] <= begin + length:
            child[slot] = task
            slot += 1


@compile_loop
def mutate(loops: Any, share: float, state: Any, order: IntArray) -> None:
    """Move a share of the tasks to anywhere between their last predecessor and first successor in an order."""
    in_start, in_before, _, _, out_start, out_after = loops[11:17]
    turn, task = np.zeros(0, dtype=np.int64), _skipped(share, state)
    while task < len(order):
        if len(turn) == 0:
            turn = turns_of(order)
        low, high = 0, len(order) - 1
        for link in range(in_start[task], in_start[task + 1]):
            low = max(low, turn[in_before[link]] + 1)
        for link in range(out_start[task], out_start[task + 1]):
            high = min(high, turn[out_after[link]] - 1)
        _move(order, turn, task, low + int(_random(state) * (high - low + 1)) if low < high else turn[task])
        task += 1 + _skipped(share, state)


@compile_loop
def _skipped(share: float, state: Any) -> Any:
    """Draw how many tasks in a row are not moved, where each is with a probability above 0."""
    return np.int64(np.log(1.0 - _random(state)) / np.log(1.0 - share))


@compile_loop
def _move(order: IntArray, turn: IntArray, task: int, to: int) -> None:
    """Move a task to a place of an order; `turn` holds the place of each."""
    at = turn[task]
    step = 1 if at < to else -1
    while at != to:
        order[at] = order[at + step]
        turn[order[at]] = at
        at += step
    order[to] = task
    turn[task] = to


@compile_loop
def evolve(
    loops: Any,
    weight: IntArray,
    span_weight: int,
    spare: int,
    left: Any,
    right: Any,
    best: IntArray,
    best_score: int,
    state: Any,
    mutation: float,
    generations: int,
    ties: Any,
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
        `Members` of early schedules with their finish points, and of late ones with their start points.
    best
        Places of the best early schedule, filled when a better one is found.
    best_score
        Its score.
    state
        Of the random numbers, shape ``(1,)``, unsigned.
    mutation
        Share of the tasks that a child moves, above 0.
    generations
        Rounds; each makes two late and two early schedules per member.
    ties
        `Ties`; its `scale` multiplies all scores.

    Returns
    -------
    int
        Score of the best schedule.

    References
    ----------
    D. Debels and M. Vanhoucke, "A bi-population based genetic algorithm for the resource-constrained project scheduling
    problem", Lecture Notes in Computer Science 3483 (2005) 378-387.
    """
    members, count = left.point.shape
    order, place = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    start, finish = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    kept = np.empty(count, dtype=np.int64)
    for _ in range(generations):
        for member in range(members):
            kept_score = np.int64(-1)
            for child in range(2):
                _breed(loops, left, member, child, state, mutation, order)
                deadline = min(left.point[member].max() + spare, loops.counted.shape[1] - 1)
                place_backward(loops, order, deadline, start, finish)
                score = _untied(finish.max() - start.min(), -start, ties.head, ties.scale)
                if kept_score < 0 or score < kept_score:
                    kept_score = score
                    kept[:] = start
            _replace(right, member, kept, kept_score, _tolerated(1, ties.scale))
        for member in range(members):
            kept_score = np.int64(-1)
            for child in range(2):
                _breed(loops, right, member, child, state, mutation, order)
                place_forward(loops, order, place, start, finish)
                score = _untied(score_of(finish, weight, span_weight), finish, ties.tail, ties.scale)
                if kept_score < 0 or score < kept_score:
                    kept_score = score
                    kept[:] = finish
                if score < best_score:
                    best_score = score
                    best[:] = place
            _replace(left, member, kept, kept_score, _tolerated(span_weight, ties.scale))
    return best_score


@compile_loop
def _breed(loops: Any, parents: Any, member: int, child: int, state: Any, mutation: float, order: IntArray) -> None:
    """Cross a member with another: the first child has the member as mother, the second as father."""
    mother, father = member, _other(parents.score, member, state)
    if child == 1:
        mother, father = father, mother
    cross(parents.point[mother], parents.order[mother], parents.order[father], state, order)
    mutate(loops, mutation, state, order)


@compile_loop
def _replace(population: Any, member: int, child: IntArray, child_score: int, worse: int) -> None:
    """Put a child in a member's stead, unless it is worse by more than `worse`."""
    if child_score - worse <= population.score[member]:
        population.point[member] = child
        population.score[member] = child_score
        sort_by(child, population.order[member])


@compile_loop
def _other(score: IntArray, member: int, state: Any) -> int:
    """Better of two members drawn beside one."""
    first = int(_random(state) * len(score))
    second = int(_random(state) * len(score))
    chosen = first if score[first] <= score[second] else second
    return (chosen + 1) % len(score) if chosen == member else chosen


class Members(NamedTuple):
    """Schedules of one kind: a point of each task, its tasks by that point, and its score; a row per schedule."""

    point: IntArray
    order: IntArray
    score: IntArray


class Ties(NamedTuple):
    """What tells schedules of one makespan apart: how many tasks hold up its end by links alone, the fewer the better.

    Attributes
    ----------
    head, tail
        Days that the links ask for before each task's start and after its finish; empty where `scale` is 1.
    scale
        What one day of makespan counts for, more than there are tasks; 1 to leave ties as they are.
    """

    head: IntArray
    tail: IntArray
    scale: int


def no_ties() -> Ties:
    """Leave schedules of one score equal."""
    return Ties(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), 1)


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
    ties
        How schedules of one makespan are told apart; only where nothing but the makespan counts.

    Raises
    ------
    ValueError
        If a task never finds its crews before the calendars end.
    """

    def __init__(
        self,
        graph: WorkGraph,
        weight: IntArray,
        span_weight: int,
        keys: FloatArray,
        seed: int,
        ties: Ties | None = None,
    ) -> None:
        self.graph, self.loops, self._ties = graph, loops_of(graph), ties or no_ties()
        self.weight, self.span_weight = weight.astype(np.int64), span_weight
        self._state = np.array([seed], dtype=np.uint64) * _MULTIPLIER + _INCREMENT
        first = [place_by_priority(graph, key) for key in keys]
        point = np.array([placed.finish for placed in first])
        score = np.array([self._score(placed) for placed in first])
        self._left = Members(point, np.argsort(point, axis=1, kind="stable"), score)
        self._right = Members(point.copy(), self._left.order.copy(), np.full(len(first), _NEVER))
        self._place, self.score = first[int(score.argmin())].place.copy(), int(score.min())
        everyday = bool((np.diff(graph.calendars.days[:, :-1], axis=1) == 1).all())
        self._spare = int(point.max()) if everyday and not graph.earliest.any() else 0

    def _score(self, placed: Placement) -> int:
        score = score_of(placed.finish, self.weight, self.span_weight)
        return int(_untied(score, placed.finish, self._ties.tail, self._ties.scale))

    @property
    def best(self) -> Placement:
        """Best early schedule so far."""
        return placement_at(self.graph, self._place)

    def advance(self, generations: int, mutation: float = MUTATION) -> int:
        """Let the population evolve and return the best score; one generation places 4 schedules per member."""
        self.score = int(
            evolve(
                self.loops, self.weight, self.span_weight, self._spare, self._left, self._right, self._place,
                self.score, self._state, mutation, generations, self._ties,
            )
        )  # fmt: skip
        return self.score
