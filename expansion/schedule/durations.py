"""Draw how long each task takes: permits, crews, deliveries, office work and initiatives."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.plan.uncertainty import stratified_scores
from expansion.rulebook import Rulebook
from expansion.schedule.holding import days_gone
from expansion.schedule.stretches import MARK
from expansion.schedule.triangle import triangular
from expansion.study import Study

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

STAGE = 12  # place of the date draws among the stages; keeps its random stream apart from the others
PART_DAYS, OWN = 2, 3
DAYS = "days"
DELIVERY, OFFICE, INITIATIVE = "delivery", "office", "initiative"


def draw_durations(
    study: Study, rulebook: Rulebook, tasks: pd.DataFrame, permits: pd.DataFrame, scores: Mapping[str, FloatArray]
) -> IntArray:
    """Draw a duration per task, shape ``(tasks, draws)``, days on each task's calendar.

    A permit that is approved takes no more days, one that is filed what is left of its lead time, a day at least. The
    score of any other mixes the common one with its own in the shares of the rule book; crews' tasks are divided by the
    production drawn, low where labor is dear, for a meter that takes longer also costs more. Deliveries, office work
    and initiatives last a multiple of what is planned, triangular after the rows ``days`` of `ranges`, at a score that
    mixes that of the row's factor with their own; a kind without a row lasts as planned, and so does a wait of the
    template. A part of a day takes the whole day in that share of the draws, so that days are right on average.
    """
    planned = tasks["duration_days"].to_numpy(dtype=np.int64)
    count = len(scores["permits"])
    durations = np.repeat(planned[:, None], count, axis=1)
    spread = rulebook.engineering_value("production_spread")
    production = triangular(ndtr(-scores["labor"]), 1 - spread, 1.0, 1 + spread)
    share = rulebook.engineering_value("days_own_share")
    moves = {row.category: row for row in rulebook.ranges if row.range_id == DAYS}
    names, kinds = tasks["task_id"].to_list(), kinds_of_work(rulebook, tasks)
    for row in np.flatnonzero(planned > 0).tolist():
        if kinds[row] == "crew":
            days = planned[row] / production
        elif kinds[row] in moves:
            move, own = moves[kinds[row]], _own_scores(study, (OWN,), names[row].partition(MARK)[0], count)
            chance = ndtr(_mixed(share, scores[move.factor], own))
            days = planned[row] * triangular(chance, move.low, move.likely, move.high)
        else:
            continue
        durations[row] = np.maximum(np.floor(np.round(days, 9) + _part_days(study, names[row], count)), 1)
    return _with_permits(study, rulebook, tasks, permits, scores["permits"], durations)


def kinds_of_work(rulebook: Rulebook, tasks: pd.DataFrame) -> list[str]:
    """Tell what sets how long each task takes: crew, delivery, office or initiative; "" for permits and waits."""
    sizes = {row.wbs: row.duration for row in rulebook.work_packages}
    columns = (tasks[name].to_list() for name in ("crew_kind", "permit_id", "initiative_id", "area_id", "wbs"))
    found = []
    for crew, permit, initiative, area, wbs in zip(*columns, strict=True):
        if isinstance(permit, str):
            found.append("")
        elif isinstance(crew, str):
            found.append("crew")
        elif isinstance(initiative, str):
            found.append(INITIATIVE)
        else:
            size = sizes.get(".".join(wbs.split(".")[1:3]), "") if isinstance(area, str) else "wait:"
            found.append(DELIVERY if size.startswith("lead:") else "" if size.startswith("wait:") else OFFICE)
    return found


def typical_days(rulebook: Rulebook, tasks: pd.DataFrame) -> IntArray:
    """Days that each permit and delivery typically takes from now on, as planned; -1 for all other tasks.

    What makes one of them late is in its drawn days already, see `Chances`.
    """
    planned = tasks["duration_days"].to_numpy(dtype=np.int64)
    is_bought = np.array([kind == DELIVERY for kind in kinds_of_work(rulebook, tasks)], dtype=bool)
    return np.asarray(np.where(tasks["permit_id"].notna().to_numpy() | is_bought, planned, -1), dtype=np.int64)


def _with_permits(
    study: Study,
    rulebook: Rulebook,
    tasks: pd.DataFrame,
    permits: pd.DataFrame,
    scores: FloatArray,
    durations: IntArray,
) -> IntArray:
    """Fill in the lead times of permits."""
    share = rulebook.engineering_value("permit_own_share")
    leads = permits.set_index("permit_id")[["lead_time_min", "lead_time_calendar_days", "lead_time_max"]]
    gone = dict(zip(permits["permit_id"], days_gone(permits, study.study.start), strict=True))
    leads = leads * (permits["state"] != "approved").to_numpy()[:, None]
    for row, permit_id in enumerate(tasks["permit_id"].to_list()):
        if isinstance(permit_id, str):
            mixed = _mixed(share, scores, _own_scores(study, (), permit_id, len(scores)))
            drawn = np.rint(triangular(ndtr(mixed), *(float(days) for days in leads.loc[permit_id])))
            durations[row] = np.maximum(drawn - gone[permit_id], 1) if gone[permit_id] >= 0 else drawn
    return durations


def _mixed(share: float, common: FloatArray, own: FloatArray) -> FloatArray:
    """Mix a common score with one's own, whose variance is the share."""
    return np.asarray(np.sqrt(1 - share) * common + np.sqrt(share) * own)


def _part_days(study: Study, task_id: str, count: int) -> FloatArray:
    """Draw from which part of a day on a task of so many draws takes it whole; the stream depends on id and seed."""
    key = (STAGE, PART_DAYS, zlib.crc32(task_id.encode("utf-8")))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(study.study.seed, spawn_key=key))).random(count)


def _own_scores(study: Study, stream: tuple[int, ...], name: str, count: int) -> FloatArray:
    """Draw the standard normal scores of one permit or task; the stream depends on its id and the seed only."""
    return stratified_scores(study.study.seed, (STAGE, *stream, zlib.crc32(name.encode("utf-8"))), count)
