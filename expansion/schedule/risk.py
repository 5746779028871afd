"""Draw lead times, production, weather and risks together with the costs, and see when areas and program then end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.plan import Draws, Permits, Schedule
from expansion.plan.uncertainty import DrawnDates, Events, rank_of
from expansion.rulebook import Rulebook
from expansion.schedule.calendars import Calendars
from expansion.schedule.delays import delayed_tasks
from expansion.schedule.dispatch import Crews
from expansion.schedule.durations import draw_durations, typical_days
from expansion.schedule.passes import Chances, Found, Worth, place_draws
from expansion.schedule.readback import read_logic
from expansion.schedule.sharing import share_crews
from expansion.schedule.support import within_support
from expansion.schedule.weather import make_clocks
from expansion.schedule.workgraph import WorkGraph
from expansion.study import Study

IntArray = NDArray[np.int64]

_LEVELS = (0.5, 0.8, 0.9)
_YEAR = 366


def draw_dates(
    study: Study,
    rulebook: Rulebook,
    schedule: Schedule,
    permits: Permits,
    draws: Draws,
    risks: pd.DataFrame,
    events: Events,
) -> tuple[Schedule, DrawnDates]:
    """Draw when each area and the program end.

    Each draw gives every permit its lead time (triangular between shortest, typical and longest), all crews their
    production (triangular around plan), and deliveries, office work and initiatives their days, from the same scores as
    the costs; takes the days that the weather of each
    month takes from crews; and adds the days of the risks that happen in it. Links and calendars stay as scheduled, and
    a crew that is free takes, of what is ready, what the schedule has first; see `expansion.schedule.dispatch`.

    Parameters
    ----------
    study
        Start, calendar, seed, weather.
    rulebook
        How far days may move, weather, and what each risk delays.
    schedule
        The leveled schedule.
    permits
        Lead times per permit.
    draws
        Scores of the factors of cost.
    risks
        The register: ``rule_id``, ``area_id``, ``impact_days``.
    events
        The draws to use, and which risks happen in them.

    Returns
    -------
    tuple
        The schedule with `finish_p50`, `finish_p80` and `finish_p90`, ISO dates of the program's finish milestone, and
        `tasks.criticality`; and the dates per draw.
    """
    if not len(schedule.tasks):
        nothing = np.zeros((0, len(events.draws)), dtype=np.int64)
        earned = np.zeros((0, 0, len(events.draws)), dtype=np.float32)
        return schedule, DrawnDates((), nothing, nothing.sum(axis=0), nothing, ((),) * len(risks), (), earned)
    study, rulebook = within_support(study, rulebook)
    tasks = schedule.tasks
    scores = {name: values[events.draws] for name, values in draws.scores.items()}
    drawn = draw_durations(study, rulebook, tasks, permits.table, scores)
    delayed = delayed_tasks(rulebook, tasks, permits.table, risks)
    chances = Chances(drawn, typical_days(rulebook, tasks), events.fired, *_impacts(risks, delayed))
    graph, _ = read_logic(study, schedule, drawn.max(axis=1) + _longest(chances))
    crews = share_crews(study, tasks, permits.table)
    area_ids, group = _groups(tasks)
    found = _place(study, rulebook, graph, crews, tasks, chances, group, schedule.makespan_days)
    ends = np.sort(found.end)
    days = [(study.study.start + dt.timedelta(days=int(ends[rank_of(share, len(ends))]))) for share in _LEVELS]
    p50, p80, p90 = (day.isoformat() for day in days)
    criticality = np.round(found.critical / len(ends), 6)
    made = replace(
        schedule, tasks=tasks.assign(criticality=criticality), finish_p50=p50, finish_p80=p80, finish_p90=p90
    )
    ids = tuple(tuple(tasks["task_id"].to_numpy()[rows].tolist()) for rows in delayed)
    months = _months(study.study.start, int(found.end.max()))
    earned = found.earned[:, : len(months)]
    return made, DrawnDates(area_ids, found.last, found.end, found.without, ids, months, earned)


def _place(
    study: Study, rulebook: Rulebook, graph: WorkGraph, crews: Crews, tasks: pd.DataFrame, chances: Chances,
    group: IntArray, makespan: int,
) -> Found:  # fmt: skip
    """Place all draws on calendars that are as long as they need; a longer calendar changes no date."""
    kinds = [kind if isinstance(kind, str) else "" for kind in tasks["crew_kind"].to_list()]
    reach = 2 * makespan + _YEAR + int(graph.earliest.max(initial=0))
    while True:
        reach = _to_month_end(study.study.start, reach)
        cut = replace(graph, calendars=_cut(graph.calendars, reach))
        clocks = make_clocks(study, rulebook, cut.calendars, cut.calendar, kinds, chances.drawn.shape[1])
        worth = _worth(tasks, group, study.study.start, cut.calendars.horizon)
        found = place_draws(cut, crews, clocks, chances, group, worth)
        if found is not None:
            return found
        if cut.calendars.horizon == graph.calendars.horizon:
            raise ValueError("a draw does not end before the calendars do")
        reach *= 2


def _worth(tasks: pd.DataFrame, group: IntArray, start: dt.date, horizon: int) -> Worth:
    """Tell what each task of an area is worth as a share of all of them, and lay months over the days."""
    cost = np.rint(tasks["cost"].to_numpy(dtype=np.float64) * 100)
    rows = np.flatnonzero((cost > 0) & (group >= 0))
    whole = np.bincount(group[rows], weights=cost[rows], minlength=int(group.max(initial=-1)) + 1)
    dates = np.datetime64(start, "D") + np.arange(horizon + 1)
    month = (dates.astype("datetime64[M]") - np.datetime64(start, "M")).astype(np.int64)
    ends = np.append(np.flatnonzero(np.diff(month)) + 1, horizon).astype(np.int64)
    return Worth(rows, group[rows], cost[rows] / whole[group[rows]], month, ends)


def _months(start: dt.date, day: int) -> tuple[str, ...]:
    """Last days of the months from the start to that of a day."""
    first, last = np.datetime64(start, "M"), (np.datetime64(start, "D") + day).astype("datetime64[M]")
    after = np.arange(first, last + 1) + 1
    return tuple((after.astype("datetime64[D]") - 1).astype(str).tolist())


def _to_month_end(start: dt.date, reach: int) -> int:
    """Lengthen so many days from a start until a month is full, whose weather then depends on no cut."""
    last = start + dt.timedelta(days=reach)
    after = (last.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    return (after - start).days


def _cut(calendars: Calendars, reach: int) -> Calendars:
    """Calendars of the first `reach` days; the same where they are not longer."""
    if reach >= calendars.horizon:
        return calendars
    days = np.minimum(calendars.days[:, : reach + 1], reach)
    return replace(calendars, days=days, index=calendars.index[:, : reach + 1], horizon=reach)


def _groups(tasks: pd.DataFrame) -> tuple[tuple[str, ...], IntArray]:
    """Ids of the areas that have tasks, ascending, and per task the place of its area, -1 for none."""
    names = [name if isinstance(name, str) else "" for name in tasks["area_id"].to_list()]
    area_ids = tuple(sorted(set(names) - {""}))
    place = {name: number for number, name in enumerate(area_ids)}
    return area_ids, np.array([place.get(name, -1) for name in names], dtype=np.int64)


def _impacts(risks: pd.DataFrame, delayed: tuple[IntArray, ...]) -> tuple[IntArray, IntArray, IntArray]:
    """Whole days per risk, and the rows of its tasks laid end to end."""
    start = np.zeros(len(delayed) + 1, dtype=np.int64)
    np.cumsum([len(rows) for rows in delayed], out=start[1:])
    rows = np.concatenate([*delayed, np.zeros(0, dtype=np.int64)])
    return np.rint(risks["impact_days"].to_numpy(dtype=np.float64)).astype(np.int64), start, rows


def _longest(chances: Chances) -> IntArray:
    """Most days that risks and weather may bring each task."""
    extra = np.zeros(len(chances.drawn), dtype=np.int64)
    for risk, days in enumerate(chances.impact.tolist()):
        np.add.at(extra, chances.risk_tasks[chances.risk_start[risk] : chances.risk_start[risk + 1]], days)
    most = chances.drawn.max(axis=1) + np.maximum(chances.floor, 0) + extra
    return np.asarray(2 * most - chances.drawn.max(axis=1), dtype=np.int64)
