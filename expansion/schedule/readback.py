"""Read a saved schedule back into arrays: logic, crew order and where every task stands."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.plan import Schedule
from expansion.schedule.agencies import sequence_desks
from expansion.schedule.calendars import EVERY_DAY, crew_room, enough_days, make_calendars
from expansion.schedule.crews import crew_links
from expansion.schedule.placing import Placement
from expansion.schedule.workgraph import KINDS, WorkGraph, by_kind, make_graph, with_links
from expansion.study import Study

IntArray = NDArray[np.int64]


def read_back(study: Study, schedule: Schedule, longest: IntArray) -> tuple[WorkGraph, Placement]:
    """Rebuild the graph of a schedule, its crews' order added to its logic.

    Parameters
    ----------
    study
        Start, crews, calendar.
    schedule
        A schedule that is not empty.
    longest
        Per task the longest duration that the calendars must have room for, working days.

    Returns
    -------
    tuple
        The graph, and where the schedule places each task.
    """
    graph, numbers = read_logic(study, schedule, longest)
    placed = _placement(study, graph, schedule.tasks)
    return with_links(graph, crew_links(graph, placed, numbers)), placed


def read_logic(study: Study, schedule: Schedule, longest: IntArray) -> tuple[WorkGraph, list[tuple[int, ...]]]:
    """Rebuild the graph of a schedule without its crews' order; and per task the numbers of its crews or its desk."""
    tasks = schedule.tasks
    row = {task_id: number for number, task_id in enumerate(tasks["task_id"].to_list())}
    logic = _links(schedule.links, row)
    earliest = _days(study, tasks["not_before"])
    work: dict[str, int] = {}
    for name, days in zip(tasks["calendar"].to_list(), longest.tolist(), strict=True):
        work[name] = work.get(name, 0) + max(days, 1)
    horizon = enough_days(study, work, int(earliest.max(initial=0)) + int(logic[:, 3].sum()))
    calendars = make_calendars(study, horizon, work)
    calendar = np.array([calendars.place(name) for name in tasks["calendar"].to_list()], dtype=np.int64)
    crew = [kind if isinstance(kind, str) else "" for kind in tasks["crew_kind"].to_list()]
    kinds = [calendars.place(kind or name) for kind, name in zip(crew, tasks["calendar"].to_list(), strict=True)]
    count = np.where([bool(kind) for kind in crew], tasks["crew_count"].to_numpy(dtype=np.int64), 0)
    numbers = [
        tuple(map(int, text.split(","))) if isinstance(text, str) and (kind or isinstance(agency, str)) else ()
        for text, kind, agency in zip(tasks["crews"].to_list(), crew, tasks["agency"].to_list(), strict=True)
    ]
    desks = sequence_desks([str(name) for name in tasks["agency"].to_list()], crew, numbers)
    room = np.full((desks.shape[1], calendars.horizon + 1), -1, dtype=np.int64)
    return make_graph(
        calendars,
        tasks["duration_days"].to_numpy(dtype=np.int64),
        calendar,
        np.hstack([by_kind(np.array(kinds, dtype=np.int64), count, calendars), desks]),
        earliest,
        np.vstack([crew_room(study, calendars), room]),
        logic,
        np.append(np.arange(len(calendars.names)), np.full(len(room), calendars.place(EVERY_DAY))).astype(np.int64),
    ), numbers


def _links(links: pd.DataFrame, row: dict[str, int]) -> IntArray:
    columns = (links[name].to_list() for name in ("predecessor_id", "successor_id", "kind", "lag_days"))
    table = [(row[a], row[b], KINDS.index(kind), int(lag)) for a, b, kind, lag in zip(*columns, strict=True)]
    return np.array(sorted(table), dtype=np.int64).reshape(-1, 4)


def _days(study: Study, dates: pd.Series) -> IntArray:
    start = study.study.start
    return np.array([(dt.date.fromisoformat(text) - start).days for text in dates.to_list()], dtype=np.int64)


def _placement(study: Study, graph: WorkGraph, tasks: pd.DataFrame) -> Placement:
    """Days of the start and finish points, and places on the calendars."""
    start = _days(study, tasks["start"])
    finish = _days(study, tasks["finish"]) + (graph.duration > 0)
    return Placement(graph.calendars.index[graph.calendar, start], start, finish)
