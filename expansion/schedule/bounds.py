"""A floor under the makespan that holds for every schedule: the critical path, and each crew kind's load."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from expansion.compiled import compile_loop
from expansion.schedule.late import NEVER, late_places
from expansion.schedule.placing import Placement
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]

MANY, FEW = 400, 120


def makespan_bound(graph: WorkGraph, early: Placement, makespan: int) -> int:
    """Find the least day that the load test cannot refute as the last finish point.

    Parameters
    ----------
    graph
        Tasks, links, calendars, crews.
    early
        Early starts without crew limits; the last finish point is the critical path.
    makespan
        Last finish point of a schedule that exists.

    Returns
    -------
    int
        Days from the study's start; at least the critical path and at most `makespan`.

    Notes
    -----
    For a deadline T each task has a head (early start) and a due day (late finish when all ends by T). If for some
    crew kind and some window of its working days the crew-days that tasks must spend inside it, however they are
    placed, exceed crews times days, no schedule ends by T (head, load and tail). A later T only loosens the windows,
    so the least T that is not refuted is found by bisection. Kinds with more than `MANY` tasks count only tasks that
    lie wholly inside a window; up to `FEW` tasks, windows also open and close where tasks must be under way. A task
    whose season pauses while others work is counted in days of its own calendar, on which it is in one piece.

    References
    ----------
    J. Erschler and P. Lopez, "Energy-based approach for task scheduling under time and resources constraints", 2nd
    International Workshop on Project Management and Scheduling (1990) 115-121.
    """
    least, most = int(early.finish.max(initial=0)), makespan
    while least < most:
        middle = (least + most) // 2
        if _is_refuted(graph, early, middle):
            least = middle + 1
        else:
            most = middle
    return least


def _is_refuted(graph: WorkGraph, early: Placement, deadline: int) -> bool:
    """Whether no schedule can end by `deadline`."""
    late = late_places(graph, deadline)
    if (late.place <= NEVER).any() or (late.place < early.place).any():
        return True
    return any(_is_overloaded(graph, early, late, kind) for kind in range(graph.demand.shape[1]))


def _is_overloaded(graph: WorkGraph, early: Placement, late: Placement, kind: int) -> bool:
    """Whether some window of a crew kind's working days must hold more crew-days than it offers."""
    tasks, crews = graph.takers(kind), int(graph.room[kind].max())
    if not len(tasks):
        return False
    places = graph.calendars.index[graph.base[kind]]
    tasks = tasks[np.lexsort((places[early.start[tasks]], places[late.finish[tasks]]))]
    head, due = places[early.start[tasks]], places[late.finish[tasks]]
    duration, demand = graph.duration[tasks], graph.demand[tasks, kind]
    opens = np.unique(head)
    inside = np.cumsum(np.where(head >= opens[:, None], duration * demand, 0), axis=1)
    if (inside > crews * (due - opens[:, None])).any(where=due > opens[:, None]):
        return True
    if len(tasks) > MANY:
        return False
    closes = np.unique(due)
    if len(tasks) <= FEW:
        opens, closes = np.union1d(opens, due - duration), np.union1d(closes, head + duration)
    opens, closes = opens[opens >= 0], closes[closes <= places[-1]]
    rows, row = np.unique(graph.calendar[tasks], return_inverse=True)
    own, days = graph.calendars.index[rows], graph.calendars.days[graph.base[kind]]
    window = opens, closes, own[:, days[opens]], own[:, days[closes]]
    return bool(
        _needs_more(*window, row, own[row, early.start[tasks]], own[row, late.finish[tasks]], duration, demand, crews)
    )


@compile_loop
def _needs_more(
    opens: IntArray,
    closes: IntArray,
    own_opens: IntArray,
    own_closes: IntArray,
    row: IntArray,
    head: IntArray,
    due: IntArray,
    duration: IntArray,
    demand: IntArray,
    crews: int,
) -> bool:
    """Whether the parts of tasks that no placement can move out of some window exceed its crew-days.

    Windows are counted on the crew's calendar; heads, dues and `own_opens`, `own_closes` (a row per calendar) on each
    task's own, on which alone it is in one piece: its season may pause while others work.
    """
    for left in range(len(opens)):
        for right in range(len(closes)):
            room = crews * (closes[right] - opens[left])
            need = 0
            for task in range(len(head) if room > 0 else 0):
                first, last = own_opens[row[task], left], own_closes[row[task], right]
                early, late = head[task] + duration[task] - first, last - (due[task] - duration[task])
                part = min(min(early, late), min(duration[task], last - first))
                if part > 0:
                    need += part * demand[task]
                    if need > room:
                        return True
    return False
