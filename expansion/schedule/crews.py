"""Say which crew does what, and in which order crews move from task to task."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from expansion.schedule.placing import Placement
from expansion.schedule.workgraph import WorkGraph

IntArray = NDArray[np.int64]


def assign_crews(graph: WorkGraph, placed: Placement) -> list[tuple[int, ...]]:
    """Give each task its crews by number, from 1 per kind.

    Tasks of a kind are taken by start, then row; each takes the crews that have been free longest, then those of the
    lowest number, of as many as there are on its first day. A crew that has not worked yet has been free longest.

    Returns
    -------
    list of tuple
        Per task the numbers of its crews, ascending; empty where it takes none.
    """
    crews: list[tuple[int, ...]] = [()] * graph.count
    for kind in range(graph.demand.shape[1]):
        tasks = graph.takers(kind).tolist()
        free_since = [-1] * (int(graph.room[kind].max(initial=0)) if tasks else 0)
        for task in sorted(tasks, key=lambda t: (int(placed.start[t]), t)):
            there = free_since[: int(graph.room[kind, placed.start[task]])]
            idle = [crew for crew, day in enumerate(there) if day <= placed.start[task]]
            taken = sorted(idle, key=lambda crew: (free_since[crew], crew))[: int(graph.demand[task, kind])]
            for crew in taken:
                free_since[crew] = int(placed.finish[task])
            crews[task] = tuple(sorted(crew + 1 for crew in taken))
    return crews


def crew_links(graph: WorkGraph, placed: Placement, crews: list[tuple[int, ...]]) -> IntArray:
    """Link each task to the next of each of its crews: finish to start, no lag.

    Links that would close a circle with the logic (which only links that start from a start or end in a finish can
    cause) are left out.

    Returns
    -------
    IntArray
        Shape ``(links, 4)``: predecessor, successor, 0 (finish to start), 0; ascending, each pair once.
    """
    last: dict[tuple[int, int], int] = {}
    pairs = set()
    busy = [task for task in range(graph.count) if crews[task]]
    for task in sorted(busy, key=lambda t: (int(placed.start[t]), t)):
        for crew in crews[task]:
            key = (int(graph.need_kind[graph.need_start[task]]), crew)
            if key in last:
                pairs.add((last[key], task))
            last[key] = task
    links = np.array([(a, b, 0, 0) for a, b in sorted(pairs)], dtype=np.int64).reshape(-1, 4)
    return links[~_in_circle(graph, links)]


def _in_circle(graph: WorkGraph, links: IntArray) -> NDArray[np.bool_]:
    """Whether both ends of a link lie on one circle of logic and crew links."""
    rows, columns = np.r_[graph.before, links[:, 0]], np.r_[graph.after, links[:, 1]]
    matrix = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(graph.count, graph.count))
    _, part = connected_components(matrix, directed=True, connection="strong")
    return np.asarray(part[links[:, 0]] == part[links[:, 1]], dtype=bool)
