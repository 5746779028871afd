"""Order some tasks anew by constraint programming while all others stay where they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expansion.schedule.placing import Placement
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]

NEAR = 2  # places by which lengths of a task without crews may differ and still count as the longest of them


@dataclass(frozen=True, slots=True)
class Effort:
    """How long the solver may search, and with what.

    Attributes
    ----------
    work
        Deterministic time; one worker with the same work gives the same order each time. Unlimited if infinite.
    seconds
        Wall time; a search that it ends is not repeatable. Unlimited if infinite.
    workers
        Threads; more than one is not repeatable.
    seed
        Of the search.
    """

    work: float = float("inf")
    seconds: float = float("inf")
    workers: int = 1
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Order:
    """What the solver found.

    Attributes
    ----------
    start
        Start point per task, days: an order for `place_by_priority`, and dates that hold where `is_exact`.
    floor
        Least value of the goal, if the other tasks stay; None where the model is stricter than the calendars.
    is_proven
        Whether nothing better exists in the model.
    """

    start: IntArray
    floor: int | None
    is_proven: bool


def order_anew(
    graph: WorkGraph, placed: Placement, free: IntArray, weight: IntArray, span_weight: int, effort: Effort
) -> Order:
    """Order tasks so that ``span_weight`` x last finish + weighted finishes is least, the other tasks unmoved.

    Parameters
    ----------
    graph
        Tasks, links, calendars, crews.
    placed
        A schedule that holds; the search starts from it.
    free
        Rows of the tasks that may move.
    weight
        Per task, at least 0.
    span_weight
        Of the last finish point.
    effort
        Limits of the search.

    Returns
    -------
    Order
        The order of `placed` where nothing is found.

    Notes
    -----
    Time is counted in places of one calendar, the one with fewest days of those that hold all days of crews (weekends
    vanish). A task takes as many places as it lasts, more where its own calendar pauses; for tasks without crews,
    lengths that differ by at most `NEAR` count as the longest of them, and lags as the most places that they may take.
    So the model is stricter than the calendars, by a day or two; with one calendar for all it is exact.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    works = _Works(model, graph, placed, free, _deadline(placed, weight, span_weight))
    for link in range(len(graph.before)):
        works.add_link(link)
    for kind in range(graph.demand.shape[1]):
        works.add_crews(kind)
    model.minimize(works.objective(weight, span_weight))
    for task, begin in works.begin.items():
        model.add_hint(begin, int(works.axis(placed.start[task])))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed
    solver.parameters.max_deterministic_time = effort.work
    solver.parameters.max_time_in_seconds = effort.seconds
    status = solver.solve(model)
    floor = int(np.ceil(solver.best_objective_bound - 1e-6)) if works.is_exact else None
    start = placed.start.copy()
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        for task, begin in works.begin.items():
            start[task] = works.days[solver.value(begin)]
    return Order(start, floor, status == cp_model.OPTIMAL)


def _deadline(placed: Placement, weight: IntArray, span_weight: int) -> int:
    """Latest finish point that a schedule no worse than this one can have."""
    worth = int((placed.finish * weight).sum())
    return int(placed.finish.max(initial=0)) + (worth // span_weight if span_weight else worth)


def _axis(graph: WorkGraph) -> int:
    """Calendar with fewest days of those that hold all days on which crews work."""
    worked = np.diff(graph.calendars.index, axis=1).astype(bool)
    takers = np.unique(graph.calendar[graph.need_start[1:] > graph.need_start[:-1]])
    needed = worked[takers].any(axis=0) if len(takers) else np.zeros(worked.shape[1], dtype=bool)
    holds = ~(needed & ~worked).any(axis=1)
    return int(np.argmin(np.where(holds, worked.sum(axis=1), worked.shape[1] + 1)))


class _Works:
    """Begin and end of each free task on the axis, and the constraints between them."""

    def __init__(self, model: Any, graph: WorkGraph, placed: Placement, free: IntArray, deadline: int) -> None:
        self.model, self.graph, self.placed, self.is_exact = model, graph, placed, True
        row = _axis(graph)
        self.index, self.days = graph.calendars.index[row], graph.calendars.days[row]
        self.last = min(int(self.axis(min(deadline, graph.calendars.horizon))), int(self.index[-1]) - 1)
        self.begin: dict[int, Any] = {}
        self.size: dict[int, Any] = {}
        self.longest: dict[int, int] = {}
        for task in sorted(free.tolist()):
            self._add_task(task)

    def axis(self, day: Any) -> Any:
        """Place on the axis of the first day of it on or after a day."""
        return self.index[day]

    def _add_task(self, task: int) -> None:
        """Add a task with the places that it may begin at and what it takes from each."""
        graph, length = self.graph, int(self.graph.duration[task])
        first = int(self.axis(graph.earliest[task]))
        places = np.arange(first, max(self.last, first, int(self.axis(self.placed.start[task]))) + 1)
        own, own_days = graph.calendars.index[graph.calendar[task]], graph.calendars.days[graph.calendar[task]]
        at = own[self.days[places]]
        places, at = places[at + length <= own[-1]], at[at + length <= own[-1]]
        is_worked = own_days[at] == self.days[places]
        ends = own_days[at + length - 1] + 1 if length else self.days[places]
        sizes = self.axis(ends) - places
        if not graph.demand[task].any() and len(places) > 1:
            sizes = self._merged(sizes)
            is_worked = np.ones(len(places), dtype=bool)
        begin = self.model.new_int_var_from_domain(_domain(places[is_worked]), "")
        self.begin[task], self.size[task] = begin, self._size(begin, places[is_worked], sizes[is_worked])
        self.longest[task] = int(sizes[is_worked].max())

    def _merged(self, sizes: IntArray) -> IntArray:
        """Sizes that differ little as the longest of them."""
        values, where = np.unique(sizes, return_inverse=True)
        merged = values.copy()
        for place in range(len(values) - 2, -1, -1):
            if merged[place + 1] - values[place] <= NEAR:
                merged[place] = merged[place + 1]
        self.is_exact = self.is_exact and np.array_equal(values, merged)
        return np.asarray(merged[where])

    def _size(self, begin: Any, places: IntArray, sizes: IntArray) -> Any:
        """Size of a task: a number, or a choice of numbers each with its places."""
        values = np.unique(sizes)
        if len(values) == 1:
            return int(values[0])
        choices = [self.model.new_bool_var("") for _ in values]
        self.model.add_exactly_one(choices)
        for choice, value in zip(choices, values.tolist(), strict=True):
            self.model.add_linear_expression_in_domain(begin, _domain(places[sizes == value])).only_enforce_if(choice)
        return sum(int(value) * choice for choice, value in zip(choices, values, strict=True))

    def add_link(self, link: int) -> None:
        """Add a link of which at least one end is free."""
        graph = self.graph
        before, after, kind = int(graph.before[link]), int(graph.after[link]), int(graph.kind[link])
        lag, from_start, to_start = int(graph.lag[link]), kind in (1, 3), kind <= 1
        if before in self.begin and after in self.begin:
            self.model.add(self._point(after, to_start) >= self._point(before, from_start) + self._lag(lag))
        elif before in self.begin:
            point = (self.placed.start if to_start else self.placed.finish)[after] - lag
            self.model.add(self._point(before, from_start) <= max(int(self.axis(max(point, 0))), 0))
        elif after in self.begin:
            point = (self.placed.start if from_start else self.placed.finish)[before] + lag
            self.model.add(self._point(after, to_start) >= int(self.axis(point)))

    def _point(self, task: int, is_start: bool) -> Any:
        return self.begin[task] if is_start else self.begin[task] + self.size[task]

    def _lag(self, days: int) -> int:
        """Most places that a lag in days may take."""
        if not days:
            return 0
        taken = self.index[days:] - self.index[:-days]
        self.is_exact = self.is_exact and int(taken.min()) == int(taken.max())
        return int(taken.max())

    def add_crews(self, kind: int) -> None:
        """Let no day need more crews of a kind than there are, beside those that fixed tasks take."""
        graph, takers = self.graph, self.graph.takers(kind)
        free = [task for task in takers.tolist() if task in self.begin]
        if not free:
            return
        left = self._room_left(kind, [task for task in takers.tolist() if task not in self.begin])
        last = self.last + max(self.longest[task] for task in free)
        most = int(left[: last + 1].max(initial=0))
        intervals = [self._interval(task) for task in free]
        demands = [int(graph.demand[task, kind]) for task in free]
        for begin, end, missing in _runs(most - left[: last + 1]):
            intervals.append(self.model.new_fixed_size_interval_var(begin, end - begin, ""))
            demands.append(missing)
        self.model.add_cumulative(intervals, demands, most)

    def _interval(self, task: int) -> Any:
        begin, size = self.begin[task], self.size[task]
        if isinstance(size, int):
            return self.model.new_fixed_size_interval_var(begin, size, "")
        length = self.model.new_int_var(1, self.longest[task], "")
        self.model.add(length == size)
        end = self.model.new_int_var(0, int(self.index[-1]), "")
        return self.model.new_interval_var(begin, length, end, "")

    def _room_left(self, kind: int, fixed: list[int]) -> IntArray:
        """Crews of a kind that fixed tasks leave, per place of the axis."""
        graph, room = self.graph, self.graph.room[kind].copy()
        for task in fixed:
            first, length = int(self.placed.place[task]), int(graph.duration[task])
            room[graph.calendars.days[graph.calendar[task], first : first + length]] -= graph.demand[task, kind]
        return np.asarray(np.maximum(room[self.days[: self.index[-1]]], 0))

    def objective(self, weight: IntArray, span_weight: int) -> Any:
        """Weighted last finish point plus weighted finish points, on the axis."""
        graph = self.graph
        fixed = np.setdiff1d(np.arange(graph.count), np.array(sorted(self.begin), dtype=np.int64))
        points = self.axis(self.placed.finish[fixed])
        terms: Any = int((points * weight[fixed]).sum())
        span = self.model.new_int_var(int(points.max(initial=0)), int(self.index[-1]), "")
        for task in self.begin:
            terms += int(weight[task]) * self._point(task, False)
            self.model.add(span >= self._point(task, False))
        return terms + span_weight * span


def _domain(values: IntArray) -> Any:
    """Domain of ascending numbers."""
    from ortools.sat.python import cp_model

    breaks = np.flatnonzero(np.diff(values) != 1)
    firsts, lasts = values[np.r_[0, breaks + 1]], values[np.r_[breaks, len(values) - 1]]
    return cp_model.Domain.from_intervals([[int(a), int(b)] for a, b in zip(firsts, lasts, strict=True)])


def _runs(values: IntArray) -> Iterator[tuple[int, int, int]]:
    """Stretches of one value that is not 0: first, end, value."""
    borders = np.flatnonzero(np.diff(values)) + 1
    for begin, end in zip([0, *borders.tolist()], [*borders.tolist(), len(values)], strict=True):
        if end > begin and values[begin]:
            yield begin, end, int(values[begin])
