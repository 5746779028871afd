"""Draw lead times and production again, and see when the program then ends."""

from __future__ import annotations

import datetime as dt
import math
import zlib

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.audit.draws import draw_scores, triangular
from expansion.audit.folder import SavedPlan, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.program import Program, read_program, topological, with_crew_sequence
from expansion.audit.rules import engineering, section

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
STREAM = 12
MOST = 1_000


def check_drawn_dates(saved: SavedPlan) -> Check:
    """Check the dates by which the program ends in half and in 80 of 100 draws of lead times and production."""
    ledger = Ledger("drawn dates")
    told = saved.document["schedule"]
    program = read_program(saved)
    if not program.ids:
        ledger.that(told["finish_p50"] is None and told["finish_p80"] is None, "a schedule of nothing has drawn dates")
        return ledger.close()
    scores = draw_scores(saved)
    count = len(scores["permits"])
    picked = np.linspace(0, count - 1, min(MOST, count)).round().astype(np.int64)
    durations = draw_durations(saved, program, scores["permits"][picked], scores["labor"][picked])
    ends = np.sort(_ends(with_crew_sequence(saved, program), durations))
    for name, share in (("finish_p50", 0.5), ("finish_p80", 0.8)):
        day = int(ends[max(math.ceil(round(share * len(ends), 6)) - 1, 0)])
        ledger.equal(told[name], (program.first + dt.timedelta(days=day)).isoformat(), f"schedule.{name}")
    return ledger.close()


def draw_durations(saved: SavedPlan, program: Program, permit: FloatArray, labor: FloatArray) -> IntArray:
    """Draw days per task and draw: permits between their lead times, crews' work by production, all else as planned."""
    tasks, permits = saved.table("tasks"), saved.table("permits")
    days = np.repeat(program.duration[:, None], len(permit), axis=1)
    spread, own = engineering(saved, "production_spread"), engineering(saved, "permit_own_share")
    pace = triangular(ndtr(labor), 1 - spread, 1.0, 1 + spread)
    columns = ("lead_time_min", "lead_time_calendar_days", "lead_time_max")
    leads = np.stack([numbers(permits, name) for name in columns], axis=1)
    leads[[state == "approved" for state in texts(permits, "state")]] = 0
    row_of = {name: row for row, name in enumerate(texts(permits, "permit_id"))}
    rows = zip(texts(tasks, "crew_kind"), texts(tasks, "permit_id"), strict=True)
    for task, (crew, name) in enumerate(rows):
        if name:
            chance = ndtr(math.sqrt(1 - own) * permit + math.sqrt(own) * _own(saved, name, len(permit)))
            days[task] = np.rint(triangular(chance, *leads[row_of[name]].tolist()))
        elif crew and program.duration[task]:
            days[task] = np.maximum(np.rint(program.duration[task] / pace), 1)
    return days


def _own(saved: SavedPlan, permit: str, count: int) -> FloatArray:
    """Scores of one permit alone."""
    key = (STREAM, zlib.crc32(permit.encode()))
    seed = np.random.SeedSequence(int(section(saved, "study")["seed"]), spawn_key=key)
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(count)


def _ends(program: Program, durations: IntArray) -> IntArray:
    """Last finish point per draw, every task as early as its links, crew links and calendar allow."""
    start, finish = np.zeros_like(durations), np.zeros_like(durations)
    for row in topological(program):
        length = durations[row]
        by_start = np.full(len(length), max(int(program.not_before[row]), 0))
        by_finish = np.zeros(len(length), dtype=np.int64)
        for link in program.into.get(row, []):
            point = (start if link.kind[0] == "S" else finish)[link.before] + link.lag
            limit = by_start if link.kind[1] == "S" else by_finish
            np.maximum(limit, point, out=limit)
        before, worked = program.calendar[row].before, program.calendar[row].worked
        back = np.where(length > 0, before[np.maximum(by_finish - 1, 0)] - length + 1, before[by_finish])
        place = np.maximum(before[by_start], np.where(by_finish > 0, back, 0))
        start[row] = worked[place]
        finish[row] = np.where(length > 0, worked[place + np.maximum(length, 1) - 1] + 1, start[row])
    return np.asarray(finish.max(axis=0))
