"""Delay one task and see how far the delay reaches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from expansion.plan.plan import Schedule
from expansion.schedule.placing import place_by_priority
from expansion.schedule.readback import read_back
from expansion.study import Study


def reach_of_delay(study: Study, schedule: Schedule, task: str, last: str, days: int) -> tuple[int, int, int]:
    """Let a task take longer while links, calendars and the order of crews stay.

    Parameters
    ----------
    study
        Start, crews, calendar.
    schedule
        A schedule that is not empty; a negative lag counts as none.
    task, last
        The task that takes longer, and the one that is looked at.
    days
        Days more on the task's calendar.

    Returns
    -------
    tuple of int
        Calendar days by which the task's finish point moves, by which that of `last` moves, and the longest run of days
        that a calendar does not work.
    """
    tasks, links = schedule.tasks, schedule.links
    schedule = replace(schedule, links=links.assign(lag_days=links["lag_days"].clip(lower=0)))
    rows = {task_id: row for row, task_id in enumerate(tasks["task_id"].to_list())}
    longest = tasks["duration_days"].to_numpy(dtype=np.int64, copy=True)
    longest[rows[task]] += days
    graph, _ = read_back(study, schedule, longest)
    none = np.zeros(graph.count)
    before = place_by_priority(graph, none, crews=False).finish
    after = place_by_priority(replace(graph, duration=longest), none, crews=False).finish
    slip = after - before
    index = graph.calendars.index
    used = np.unique(graph.calendar)
    worked = [graph.calendars.days[row, : int(index[row, -1])] for row in used.tolist()]
    pause = max(int(np.diff(found).max(initial=1)) - 1 for found in worked)
    return int(slip[rows[task]]), int(slip[rows[last]]), pause
