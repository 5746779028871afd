"""Tasks, links and crews as arrays.

Time is counted in days from the study's start. A task of n >= 1 days that starts on day s works on n working days of
its calendar, the first being s; its finish point is the day after its last working day. A milestone (n = 0) lies at
the start of a working day, which is both its start and its finish point. Links compare points in calendar days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from expansion.schedule.calendars import Calendars

IntArray = NDArray[np.int64]

KINDS = ("FS", "SS", "FF", "SF")


@dataclass(frozen=True, slots=True)
class WorkGraph:
    """Tasks as rows of arrays.

    Attributes
    ----------
    calendars
        Working days.
    duration, calendar, earliest
        Per task: working days, row of its calendar, first day asked for.
    demand
        Crews that a task takes on each of its working days, shape ``(tasks, kinds)``.
    room
        Crews that there are, shape ``(kinds, horizon + 1)``, per day. A kind without limit has room for all
        of its tasks.
    base
        Per kind the calendar among its takers' that holds every day of the others.
    need_start, need_kind, need_count
        The kinds that task t takes are ``need_kind[need_start[t]:need_start[t + 1]]``, with `need_count` crews each.
    before, after, kind, lag
        Per link: predecessor, successor, place in `KINDS`, calendar days. The links hold no circle.
    order
        Tasks with every predecessor before its successor; ties by row.
    in_start, in_links
        Links into task t are ``in_links[in_start[t]:in_start[t + 1]]``.
    out_start, out_links
        The same for links out of it.
    """

    calendars: Calendars
    duration: IntArray
    calendar: IntArray
    earliest: IntArray
    demand: IntArray
    room: IntArray
    base: IntArray
    need_start: IntArray
    need_kind: IntArray
    need_count: IntArray
    before: IntArray
    after: IntArray
    kind: IntArray
    lag: IntArray
    order: IntArray
    in_start: IntArray
    in_links: IntArray
    out_start: IntArray
    out_links: IntArray

    @property
    def count(self) -> int:
        """Number of tasks."""
        return len(self.duration)

    @property
    def links(self) -> IntArray:
        """Links as rows: predecessor, successor, kind, lag."""
        return np.stack([self.before, self.after, self.kind, self.lag], axis=1)

    def takers(self, kind: int) -> IntArray:
        """Tasks that take crews of a kind and last."""
        return np.flatnonzero((self.demand[:, kind] > 0) & (self.duration > 0))


def make_graph(
    calendars: Calendars,
    duration: IntArray,
    calendar: IntArray,
    demand: IntArray,
    earliest: IntArray,
    room: IntArray,
    links: IntArray,
    base: IntArray | None = None,
) -> WorkGraph:
    """Index links both ways and order the tasks.

    Parameters
    ----------
    calendars, duration, calendar, demand, earliest
        As in `WorkGraph`.
    room
        Crews per kind, -1 without limit: shape ``(kinds,)``, or ``(kinds, horizon + 1)`` where numbers change.
    links
        Shape ``(links, 4)``: predecessor, successor, kind, lag.
    base
        As in `WorkGraph`; left out it is found among the calendars of the takers.

    Raises
    ------
    ValueError
        If the links hold a circle, or no taker of a kind works on all days on which others do.
    """
    many = max(int(demand.sum()), 1)
    per_day = np.repeat(room[:, None], calendars.horizon + 1, axis=1) if room.ndim == 1 else room
    limits = np.where(per_day < 0, many, per_day).astype(np.int64)
    task, kind = np.nonzero((demand > 0) & (duration > 0)[:, None])
    if base is None:
        base = np.array(
            [_widest(calendars, np.unique(calendar[task[kind == number]])) for number in range(demand.shape[1])],
            dtype=np.int64,
        )
    need_start = np.zeros(len(duration) + 1, dtype=np.int64)
    np.cumsum(np.bincount(task, minlength=len(duration)), out=need_start[1:])
    bare = WorkGraph(
        calendars, duration, calendar, earliest, demand, np.ascontiguousarray(limits),
        base, need_start,
        kind.astype(np.int64), demand[task, kind].astype(np.int64), *(np.zeros(0, dtype=np.int64),) * 9,
    )  # fmt: skip
    return with_links(bare, links)


def _widest(calendars: Calendars, rows: IntArray) -> int:
    """Calendar that holds every day of some others; the first where there is none."""
    if not len(rows):
        return 0
    worked = np.diff(calendars.index[rows], axis=1)
    widest = int(worked.sum(axis=1).argmax())
    if (worked > worked[widest]).any():
        raise ValueError(f"no calendar of {[calendars.names[row] for row in rows]} holds the days of the others")
    return int(rows[widest])


def with_links(graph: WorkGraph, further: IntArray) -> WorkGraph:
    """Add links, shape ``(links, 4)``, to those of a graph.

    Raises
    ------
    ValueError
        If the links hold a circle.
    """
    table = np.concatenate([graph.links, further.reshape(-1, 4)]).astype(np.int64)
    before, after, kind, lag = (np.ascontiguousarray(table[:, column]) for column in range(4))
    in_start, in_links = _grouped(after, graph.count)
    out_start, out_links = _grouped(before, graph.count)
    return replace(
        graph,
        before=before,
        after=after,
        kind=kind,
        lag=lag,
        order=_topological(before, after, graph.count),
        in_start=in_start,
        in_links=in_links,
        out_start=out_start,
        out_links=out_links,
    )


def by_kind(kind: IntArray, crews: IntArray, calendars: Calendars) -> IntArray:
    """Lay crews that each task takes into a table ``(tasks, calendars)``; `kind` is the row of its crew's calendar."""
    demand = np.zeros((len(kind), len(calendars.names)), dtype=np.int64)
    demand[np.arange(len(kind)), kind] = crews
    return demand


def _grouped(ends: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Group link numbers by the task at one end."""
    start = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(ends, minlength=count), out=start[1:])
    return start, np.argsort(ends, kind="stable").astype(np.int64)


def _topological(before: IntArray, after: IntArray, count: int) -> IntArray:
    """Order tasks by longest chain of links before them, then by row."""
    level = np.zeros(count, dtype=np.int64)
    for _ in range(count + 1):
        raised = level.copy()
        np.maximum.at(raised, after, level[before] + 1)
        if np.array_equal(raised, level):
            return np.lexsort((np.arange(count), level)).astype(np.int64)
        level = raised
    raise ValueError("the links hold a circle")
