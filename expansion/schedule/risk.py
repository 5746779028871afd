"""Draw lead times and production together with the costs, and see when the program then ends."""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.plan.plan import Draws, Permits, Schedule
from expansion.rulebook import Rulebook
from expansion.schedule.readback import read_back
from expansion.schedule.workgraph import WorkGraph
from expansion.study import Study

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

STAGE = 12  # place of the date draws among the stages; keeps its random stream apart from the others
MOST_DRAWS = 1_000


def draw_dates(study: Study, rulebook: Rulebook, schedule: Schedule, permits: Permits, draws: Draws) -> Schedule:
    """Give the schedule the dates by which the program ends in half and in 80 of 100 draws.

    Each draw gives every permit its lead time (triangular between shortest, typical and longest) and all crews their
    production (triangular around plan), from the same scores as the costs; links, calendars and the order in which
    crews work stay as scheduled.

    Parameters
    ----------
    study
        Start, calendar, seed.
    rulebook
        ``production_spread`` and ``permit_own_share``.
    schedule
        The leveled schedule.
    permits
        Lead times per permit.
    draws
        Scores ``permits`` and ``labor``; at most 1,000 draws, evenly taken, are used.

    Returns
    -------
    Schedule
        The same with `finish_p50` and `finish_p80`, ISO dates of the program's finish milestone.
    """
    if not len(schedule.tasks):
        return schedule
    total = len(draws.scores["permits"])
    chosen = np.linspace(0, total - 1, min(MOST_DRAWS, total)).round().astype(np.int64)
    durations = draw_durations(
        study, rulebook, schedule.tasks, permits.table, draws.scores["permits"][chosen], draws.scores["labor"][chosen]
    )
    graph, _ = read_back(study, schedule, durations.max(axis=1))
    ends = np.sort(finish_points(graph, durations).max(axis=0))
    p50, p80 = (study.study.start + dt.timedelta(days=int(ends[_rank(share, len(ends))])) for share in (0.5, 0.8))
    return replace(schedule, finish_p50=p50.isoformat(), finish_p80=p80.isoformat())


def _rank(share: float, count: int) -> int:
    """Place of the smallest value that at least `share` of all do not exceed."""
    return max(int(np.ceil(round(share * count, 6))) - 1, 0)


def draw_durations(
    study: Study,
    rulebook: Rulebook,
    tasks: pd.DataFrame,
    permits: pd.DataFrame,
    permit_scores: FloatArray,
    labor_scores: FloatArray,
) -> IntArray:
    """Draw a duration per task, shape ``(tasks, draws)``, days on each task's calendar.

    A permit that is approved takes no more days. The score of any other mixes the common one with its own in the shares
    of the rule book; crews' tasks are divided by the production drawn; all else lasts as planned.
    """
    planned = tasks["duration_days"].to_numpy(dtype=np.int64)
    durations = np.repeat(planned[:, None], len(permit_scores), axis=1)
    spread = rulebook.engineering_value("production_spread")
    production = triangular(labor_scores, 1 - spread, 1.0, 1 + spread)
    crewed = tasks["crew_kind"].notna().to_numpy() & (planned > 0)
    durations[crewed] = np.maximum(np.rint(planned[crewed, None] / production), 1)
    own = rulebook.engineering_value("permit_own_share")
    leads = permits.set_index("permit_id")[["lead_time_min", "lead_time_calendar_days", "lead_time_max"]]
    leads = leads * (permits["state"] != "approved").to_numpy()[:, None]
    for row, permit_id in enumerate(tasks["permit_id"].to_list()):
        if isinstance(permit_id, str):
            scores = np.sqrt(1 - own) * permit_scores + np.sqrt(own) * _own_scores(study, permit_id, len(permit_scores))
            durations[row] = np.rint(triangular(scores, *(float(days) for days in leads.loc[permit_id])))
    return durations


def _own_scores(study: Study, permit_id: str, count: int) -> FloatArray:
    """Draw the standard normal scores of one permit; the stream depends on its id and the seed only."""
    key = (STAGE, zlib.crc32(permit_id.encode("utf-8")))
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(study.study.seed, spawn_key=key)))
    return random.standard_normal(count)


def triangular(scores: FloatArray, least: float, likely: float, most: float) -> FloatArray:
    """Turn standard normal scores into values of a triangular distribution of the same probability."""
    if most <= least:
        return np.full(len(scores), likely)
    share = ndtr(scores)
    split = (likely - least) / (most - least)
    low = least + np.sqrt(share * (most - least) * (likely - least))
    high = most - np.sqrt((1 - share) * (most - least) * (most - likely))
    return np.asarray(np.where(share < split, low, high), dtype=np.float64)


def finish_points(graph: WorkGraph, durations: IntArray) -> IntArray:
    """Finish point of every task per draw when each starts as soon as its links allow; shape ``(tasks, draws)``."""
    start = np.zeros(durations.shape, dtype=np.int64)
    finish = np.zeros(durations.shape, dtype=np.int64)
    for task in graph.order.tolist():
        place = _first_place(graph, task, durations[task], start, finish)
        days = graph.calendars.days[graph.calendar[task]]
        start[task] = days[place]
        worked = days[place + np.maximum(durations[task], 1) - 1] + 1
        finish[task] = np.where(durations[task] > 0, worked, start[task])
    return finish


def _first_place(graph: WorkGraph, task: int, length: IntArray, start: IntArray, finish: IntArray) -> IntArray:
    """Per draw the first place on the task's calendar that its links allow."""
    from_start = np.full(len(length), graph.earliest[task])
    from_finish = np.zeros(len(length), dtype=np.int64)
    for link in graph.in_links[graph.in_start[task] : graph.in_start[task + 1]].tolist():
        kind, before = int(graph.kind[link]), graph.before[link]
        point = (start if kind in (1, 3) else finish)[before] + graph.lag[link]
        if kind <= 1:
            np.maximum(from_start, point, out=from_start)
        else:
            np.maximum(from_finish, point, out=from_finish)
    index = graph.calendars.index[graph.calendar[task]]
    by_finish = np.where(length > 0, index[np.maximum(from_finish - 1, 0)] - length + 1, index[from_finish])
    return np.asarray(np.maximum(index[from_start], np.where(from_finish > 0, by_finish, 0)), dtype=np.int64)
