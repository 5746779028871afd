"""When each area's build could begin without its permits, and when each permit is there: crews aside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from expansion.schedule.holding import method_of
from expansion.schedule.placing import place_by_priority
from expansion.schedule.sections import Waits
from expansion.schedule.tasks import Task
from expansion.schedule.workgraph import WorkGraph, with_links

BUILD = ("aerial", "bore", "buried")


def find_waits(graph: WorkGraph, tasks: list[Task], permit_ids: list[str]) -> Waits:
    """Find how long build waits for permits: early starts, with the links from permits to all else left out.

    Parameters
    ----------
    graph, tasks
        The program with areas that are not parted.
    permit_ids
        Id per row of the permits.

    Returns
    -------
    Waits
        Days from the study's start.
    """
    is_permit = np.array([bool(task.permit_id) for task in tasks], dtype=bool)
    links = graph.links[~is_permit[graph.before] | is_permit[graph.after]]
    nothing = np.zeros(0, dtype=np.int64)
    bare = replace(graph, before=nothing, after=nothing, kind=nothing, lag=nothing)
    early = place_by_priority(with_links(bare, links), np.zeros(graph.count), crews=False)
    free: dict[tuple[str, str], int] = {}
    granted: dict[str, int] = {}
    for row, task in enumerate(tasks):
        if task.permit_id:
            granted[task.permit_id] = max(granted.get(task.permit_id, 0), int(early.finish[row]))
        elif task.crew_kind in BUILD and task.section_id:
            key = (task.area_id, method_of(task.crew_kind))
            free[key] = min(free.get(key, int(early.start[row])), int(early.start[row]))
    return Waits(free, [granted.get(name, 0) for name in permit_ids])
