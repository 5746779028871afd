"""Draw lead times, production, weather and risks again, and see when areas and program then end."""

from __future__ import annotations

import datetime as dt
import math
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.audit.draws import draw_scores, triangular
from expansion.audit.events import draw_events, picked_draws, strata, tasks_of_risks
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.program import Program, read_program
from expansion.audit.rules import engineering, rows_of, section
from expansion.audit.sections import days_filed
from expansion.audit.spent_by_month import worked_off
from expansion.audit.turns import Dates, late_starts, may_move_end, read_gangs, read_logic, work_off
from expansion.audit.weather import DrawnCalendar, dry, is_wet, wet

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
STREAM = 12
_CHUNK = 250  # draws at once


@dataclass(frozen=True, slots=True)
class Ends:
    """Per draw: day on which the program ends, and without each risk; last day per area; share critical per task.

    `earned` is the share of each area's cost that is worked off by the end of each month of the S-curve.
    """

    program: IntArray
    without: IntArray
    areas: dict[str, IntArray]
    critical: FloatArray
    earned: dict[str, FloatArray]


def check_drawn_dates(saved: SavedPlan) -> Check:
    """Check the drawn dates of the program, how often each task is critical, and the days that each risk costs."""
    ledger = Ledger("drawn dates")
    told = saved.document["schedule"]
    names = ("finish_p50", "finish_p80", "finish_p90")
    program = read_program(saved)
    if not program.ids:
        ledger.that(all(told[name] is None for name in names), "a schedule of nothing has drawn dates")
        return ledger.close()
    found = drawn_ends(saved)
    for name, share in zip(names, (0.5, 0.8, 0.9), strict=True):
        ledger.equal(told[name], date_of(program, level(found.program, share)), f"schedule.{name}")
    apart = np.abs(numbers(saved.table("tasks"), "criticality") - found.critical)
    ledger.none(apart > 1.1e-6, program.ids, "criticality is not the share of draws without float")
    risks = saved.table("risks")
    days = [level(found.program, 0.8) - level(other, 0.8) for other in found.without]
    ids = texts(risks, "risk_id")
    ledger.none(integers(risks, "p80_days") != np.array(days, dtype=np.int64), ids, "risks.p80_days are not the draws'")
    meant = [",".join(program.ids[row] for row in rows) for rows in saved.once("tasks of risks", tasks_of_risks)]
    ledger.none([a != b for a, b in zip(texts(risks, "task_ids"), meant, strict=True)], ids, "risks delay other tasks")
    return ledger.close()


def level(values: IntArray, share: float) -> int:
    """Smallest of the values that at least a share of them do not exceed."""
    return int(np.sort(values)[max(math.ceil(round(share * len(values), 6)) - 1, 0)])


def date_of(program: Program, day: int) -> str:
    """ISO date of a day of the plan."""
    return (program.first + dt.timedelta(days=day)).isoformat()


def drawn_ends(saved: SavedPlan) -> Ends:
    """Draw all dates again, once per plan."""
    found: Ends = saved.once("drawn ends", _draw_ends)
    return found


def _draw_ends(saved: SavedPlan) -> Ends:
    program = read_program(saved)
    days = _enough(program)
    picked = picked_draws(saved)
    scores = {name: values[picked] for name, values in draw_scores(saved).items()}
    drawn = draw_durations(saved, program, scores)
    chunks = [slice(first, first + _CHUNK) for first in range(0, len(picked), _CHUNK)]
    try:
        parts = [_chunk(saved, program, drawn, chunk, days) for chunk in chunks]
    except IndexError:  # some draw ends later: with all the days there are
        parts = [_chunk(saved, program, drawn, chunk, len(program.calendar[0].before) - 1) for chunk in chunks]
    return Ends(
        np.concatenate([part.program for part in parts]),
        np.concatenate([part.without for part in parts], axis=1),
        {name: np.concatenate([part.areas[name] for part in parts]) for name in parts[0].areas},
        np.sum([part.critical for part in parts], axis=0) / len(picked),
        {name: np.concatenate([part.earned[name] for part in parts], axis=1) for name in parts[0].earned},
    )


def _enough(program: Program) -> int:
    """Count the days that nearly all draws need, up to the end of a month."""
    end = program.first + dt.timedelta(days=2 * int(program.finish.max()) + 366)
    days = ((end.replace(day=1) + dt.timedelta(days=31)).replace(day=1) - program.first).days
    return min(days, len(program.calendar[0].before) - 1)


def _chunk(saved: SavedPlan, program: Program, drawn: IntArray, draws: slice, days: int) -> Ends:
    """Place the tasks in some draws, then again without each risk in those in which it happens."""
    planned, fired = drawn[:, draws], draw_events(saved)[:, draws]
    tasks_of, impact = (
        saved.once("tasks of risks", tasks_of_risks),
        np.rint(numbers(saved.table("risks"), "impact_days")).astype(np.int64),
    )
    late = np.zeros_like(planned)
    for rows, each, happens in zip(tasks_of, impact, fired, strict=True):
        for row in rows:
            late[row] += each * happens
    floor = _typical(saved)
    durations = _with_risks(planned, late, floor)
    calendars = _calendars(saved, program, draws, days)
    logic, gangs = read_logic(program), read_gangs(saved, program)
    start, finish = np.zeros_like(durations), np.zeros_like(durations)
    critical = np.zeros(len(durations))
    without = np.zeros(fired.shape, dtype=np.int64)
    for draw in range(durations.shape[1]):
        dates, days_of = _dates(program, calendars, draw), np.ascontiguousarray(durations[:, draw])
        found = work_off(logic, gangs, dates, days_of)
        start[:, draw], finish[:, draw], without[:, draw] = found.start, found.finish, found.finish.max()
        critical += late_starts(logic, dates, days_of, found) == found.start
        hangs = may_move_end(logic, dates, days_of, found)
        for risk in np.flatnonzero(fired[:, draw]).tolist():
            rows = tasks_of[risk]
            if hangs[rows].any():
                less = late[:, draw].copy()
                less[rows] -= impact[risk]
                other = _with_risks(planned[:, draw : draw + 1], less[:, None], floor)[:, 0]
                end = work_off(logic, gangs, dates, np.ascontiguousarray(other)).finish.max()
                without[risk, draw] = min(without[risk, draw], end)
    last = finish - (durations > 0)
    names = texts(saved.table("tasks"), "area_id")
    areas = {
        name: last[[row for row, area in enumerate(names) if area == name]].max(axis=0) for name in set(names) - {""}
    }
    earned = worked_off(saved, program, calendars, durations, start)
    return Ends(finish.max(axis=0), without, areas, critical, earned)


def _dates(program: Program, calendars: list[DrawnCalendar], draw: int) -> Dates:
    """Lay out the clocks of a draw."""
    each = list({id(calendar): calendar for calendar in calendars}.values())
    row = {id(calendar): number for number, calendar in enumerate(each)}
    before, worked = (
        np.stack([rows[draw if len(rows) > 1 else 0] for rows in tables]).astype(np.int64)
        for tables in ([one.before for one in each], [one.worked for one in each])
    )
    clock = np.array([row[id(calendar)] for calendar in calendars], dtype=np.int64)
    return Dates(before, worked, clock, np.maximum(program.not_before, 0))


def _with_risks(drawn: IntArray, late: IntArray, floor: IntArray) -> IntArray:
    """Lengthen tasks by their risks; permits last as drawn, or their typical time and the delay where that is more."""
    permit = np.maximum(drawn, floor[:, None] + late)
    return np.where(late > 0, np.where(floor[:, None] >= 0, permit, drawn + late), drawn)


def _typical(saved: SavedPlan) -> IntArray:
    """Days as planned of permits and deliveries, whose drawn days hold what makes them late already; -1 for others."""
    planned = integers(saved.table("tasks"), "duration_days").tolist()
    return np.array(
        [days if kind in ("permit", "delivery") else -1 for kind, days in zip(_kinds(saved), planned, strict=True)]
    )


def _kinds(saved: SavedPlan) -> list[str]:
    """Per task what its days depend on: permit, crew, initiative, delivery or office; "" for what is certain."""
    tasks = saved.table("tasks")
    lasts = {row["wbs"]: row["duration"].partition(":") for row in rows_of(saved, "work_packages")}
    words = {"lead": "delivery", "wait": ""}
    columns = [texts(tasks, name) for name in ("permit_id", "crew_kind", "initiative_id", "area_id", "wbs")]
    found = []
    for permit, crew, initiative, area, wbs in zip(*columns, strict=True):
        word, colon, _ = lasts.get(".".join(wbs.split(".")[1:3]), ("", "", ""))
        rest = (words.get(word, "office") if colon else "office") if area else ""
        found.append("permit" if permit else "crew" if crew else "initiative" if initiative else rest)
    return found


def draw_durations(saved: SavedPlan, program: Program, scores: dict[str, FloatArray]) -> IntArray:
    """Draw days per task and draw: permits between their lead times, crews by production, the rest by its range."""
    tasks, permits = saved.table("tasks"), saved.table("permits")
    permit, kinds = scores["permits"], _kinds(saved)
    days = np.repeat(program.duration[:, None], len(permit), axis=1)
    spread, own, alone = (
        engineering(saved, name) for name in ("production_spread", "permit_own_share", "days_own_share")
    )
    pace = triangular(ndtr(-scores["labor"]), 1 - spread, 1.0, 1 + spread)
    ranges = {row["category"]: row for row in rows_of(saved, "ranges") if row["range_id"] == "days"}
    columns = ("lead_time_min", "lead_time_calendar_days", "lead_time_max")
    leads = np.stack([numbers(permits, name) for name in columns], axis=1)
    leads[[state == "approved" for state in texts(permits, "state")]] = 0
    gone = days_filed(saved)
    row_of = {name: row for row, name in enumerate(texts(permits, "permit_id"))}
    for task, (kind, name) in enumerate(zip(kinds, texts(tasks, "permit_id"), strict=True)):
        if kind == "permit":
            chance = ndtr(math.sqrt(1 - own) * permit + math.sqrt(own) * _own(saved, name, len(permit)))
            days[task] = np.rint(triangular(chance, *leads[row_of[name]].tolist()))
            if gone[name] >= 0:
                days[task] = np.maximum(days[task] - gone[name], 1)
        elif program.duration[task] and (kind == "crew" or kind in ranges):
            drawn = program.duration[task] / pace
            if kind != "crew":
                asked = ranges[kind]
                score = _own(saved, program.ids[task].partition("-W")[0], len(permit), 3)
                chance = ndtr(math.sqrt(1 - alone) * scores[asked["factor"]] + math.sqrt(alone) * score)
                levels = (float(asked[name]) for name in ("low", "likely", "high"))
                drawn = program.duration[task] * triangular(chance, *levels)
            part = _part(saved, program.ids[task], len(pace))
            days[task] = np.maximum(np.floor(np.round(drawn, 9) + part), 1)
    return days


def _own(saved: SavedPlan, name: str, count: int, *stream: int) -> FloatArray:
    """Scores of one permit or task alone."""
    key = (STREAM, *stream, zlib.crc32(name.encode()))
    seed = np.random.SeedSequence(int(section(saved, "study")["seed"]), spawn_key=key)
    return strata(np.random.Generator(np.random.PCG64(seed)), count)


def _part(saved: SavedPlan, task: str, count: int) -> FloatArray:
    """Which part of a day a task takes whole, per draw."""
    key = (STREAM, 2, zlib.crc32(task.encode()))
    seed = np.random.SeedSequence(int(section(saved, "study")["seed"]), spawn_key=key)
    return np.random.Generator(np.random.PCG64(seed)).uniform(size=count)


def _calendars(saved: SavedPlan, program: Program, draws: slice, days: int) -> list[DrawnCalendar]:
    """Calendar of each task, less what the weather takes from its crew."""
    made: dict[tuple[int, str], DrawnCalendar] = {}
    found = []
    for calendar, crew in zip(program.calendar, texts(saved.table("tasks"), "crew_kind"), strict=True):
        key = (id(calendar), crew if crew and is_wet(saved, crew) else "")
        if key not in made:
            made[key] = wet(saved, calendar, key[1], program.first, days, draws) if key[1] else dry(calendar, days)
        found.append(made[key])
    return found
