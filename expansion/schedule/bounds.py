"""A floor under the makespan that holds for every schedule: the critical path, and each crew kind's load."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from expansion.schedule.late import NEVER, late_places
from expansion.schedule.workgraph import Placement, WorkGraph

IntArray = NDArray[np.int64]


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
    crew kind and some window of its working days the crew-days of tasks with head and due day inside the window exceed
    crews times days, no schedule ends by T (head, load and tail). A later T only widens windows, so the least T that
    is not refuted is found by bisection.
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
    crewed = (graph.demand > 0) & (graph.duration > 0) & (graph.capacity[graph.calendar] >= 0)
    for row in np.unique(graph.calendar[crewed]).tolist():
        tasks = np.flatnonzero(crewed & (graph.calendar == row))
        due = late.place[tasks] + graph.duration[tasks]
        load = graph.duration[tasks] * graph.demand[tasks]
        if _is_overloaded(early.place[tasks], due, load, int(graph.capacity[row])):
            return True
    return False


def _is_overloaded(head: IntArray, due: IntArray, load: IntArray, crews: int) -> bool:
    """Whether some window ``[head, due)`` of working days holds more crew-days than it offers."""
    order = np.lexsort((head, due))
    head, due, load = head[order], due[order], load[order]
    opens = np.unique(head)
    inside = np.cumsum(np.where(head >= opens[:, None], load, 0), axis=1)
    return bool((inside > crews * (due - opens[:, None])).any(where=due > opens[:, None]))
