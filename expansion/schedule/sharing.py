"""Who shares the crews and desks of a schedule, in whose turn, and from when until when each is there."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.schedule.agencies import limited_agencies
from expansion.schedule.dispatch import NEVER, Crews
from expansion.study import Study
from expansion.timing import Crews as StudyCrews

IntArray = NDArray[np.int64]


def share_crews(study: Study, tasks: pd.DataFrame, permits: pd.DataFrame) -> Crews:
    """Tell which crews and desks tasks share.

    Parameters
    ----------
    study
        Crews with the changes of their number, and limits of agencies.
    tasks
        Of a schedule; their starts give the turns, ties by row.
    permits
        Whose agencies are limited. What was filed before the first day holds its desk already.
    """
    limits = limited_agencies(study, permits)
    crews = [_comings(study.study.start, crew) for crew in study.schedule.all_crews().values()]
    shared = [*crews, *(([0] * most, []) for most in limits.values())]
    kinds = {kind: number for number, kind in enumerate(study.schedule.all_crews())}
    desks = {name: number for number, name in enumerate(limits, len(kinds))}
    lasts = (tasks["duration_days"] > 0).to_numpy(dtype=bool)
    of_task, filed = np.full(len(tasks), -1, dtype=np.int64), np.full(len(tasks), -1, dtype=np.int64)
    columns = (tasks[name].to_list() for name in ("crew_kind", "agency", "crews"))
    for row, (kind, agency, numbers) in enumerate(zip(*columns, strict=True)):
        if isinstance(kind, str) and lasts[row]:
            of_task[row] = kinds[kind]
        elif not isinstance(kind, str) and agency in desks and lasts[row]:
            (of_task if isinstance(numbers, str) else filed)[row] = desks[agency]
    need = np.where(tasks["crew_kind"].notna(), tasks["crew_count"], 1) * (of_task >= 0)
    rank = np.empty(len(tasks), dtype=np.int64)
    rank[np.lexsort((np.arange(len(tasks)), tasks["start"].to_numpy(dtype=str)))] = np.arange(len(tasks))
    there, leaves = (_table([days[part] for days in shared]) for part in range(2))
    return Crews(of_task, need.astype(np.int64), rank, there, leaves, filed)


def _comings(start: dt.date, crew: StudyCrews) -> tuple[list[int], list[int]]:
    """Days from which each crew of a kind is there, and from which there is one fewer, ascending."""
    there, leaves, before = [0] * crew.count, list[int](), crew.count
    for change in crew.changes:
        day = max((change.start - start).days, 0)
        (there if change.count > before else leaves).extend([day] * abs(change.count - before))
        before = change.count
    return there, leaves


def _table(rows: list[list[int]]) -> IntArray:
    """Lay rows of days side by side, `NEVER` where one is shorter."""
    found = np.full((len(rows), max([1, *map(len, rows)])), NEVER, dtype=np.int64)
    for number, row in enumerate(rows):
        found[number, : len(row)] = row
    return found
