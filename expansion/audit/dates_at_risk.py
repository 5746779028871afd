"""Draw lead times, production, weather and risks again, and see when areas and program then end."""

from __future__ import annotations

import datetime as dt
import math
import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.audit.crew_numbers import crews_by_day
from expansion.audit.draws import draw_scores, triangular
from expansion.audit.events import draw_events, picked_draws, strata, tasks_of_risks
from expansion.audit.folder import SavedPlan, integers, numbers, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.program import Program, read_program, topological, with_crew_sequence
from expansion.audit.rules import engineering, section
from expansion.audit.sections import days_filed
from expansion.audit.spent_by_month import worked_off
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
    program = _once_crews_are_there(saved, with_crew_sequence(saved, read_program(saved)))
    days = _enough(program)
    picked = picked_draws(saved)
    scores = {name: values[picked] for name, values in draw_scores(saved).items()}
    drawn = draw_durations(saved, program, scores["permits"], scores["labor"])
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


def _once_crews_are_there(saved: SavedPlan, program: Program) -> Program:
    """Hold each task to the day from which the study has as many crews as the highest number among its own."""
    tasks, not_before = saved.table("tasks"), program.not_before.copy()
    known: dict[str, IntArray] = {}
    for row, (kind, crews) in enumerate(zip(texts(tasks, "crew_kind"), texts(tasks, "crews"), strict=True)):
        if kind and crews:
            if kind not in known:
                known[kind] = crews_by_day(saved, kind, len(program.calendar[0].before))
            there = np.flatnonzero(known[kind] >= max(int(number) for number in crews.split(",")))
            not_before[row] = max(not_before[row], there[0] if len(there) else 0)
    return replace(program, not_before=not_before)


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
    start, finish = _forward(program, calendars, durations, np.arange(durations.shape[1]))
    ends = finish.max(axis=0)
    last = finish - (durations > 0)
    names = texts(saved.table("tasks"), "area_id")
    areas = {
        name: last[[row for row, area in enumerate(names) if area == name]].max(axis=0) for name in set(names) - {""}
    }
    without = np.repeat(ends[None, :], len(fired), axis=0)
    driving = _driving(program, calendars, durations, start, finish)
    pairs = [(risk, draw) for risk, rows in enumerate(tasks_of) for draw in _matter(fired[risk], driving, rows)]
    if pairs:
        risk, draw = np.array(pairs).T
        less = late[:, draw].copy()
        for place, number in enumerate(risk.tolist()):
            less[tasks_of[number], place] -= impact[number]
        other = _with_risks(planned[:, draw], less, floor)
        without[risk, draw] = _forward(program, calendars, other, draw)[1].max(axis=0)
    earned = worked_off(saved, program, calendars, durations, start)
    return Ends(ends, without, areas, _critical(program, calendars, durations, start, ends).sum(axis=1), earned)


def _matter(fired: NDArray[np.bool_], driving: NDArray[np.bool_], rows: list[int]) -> list[int]:
    """Draws in which a risk happens and one of its tasks may move the end."""
    found: list[int] = np.flatnonzero(fired & driving[rows].any(axis=0)).tolist() if rows else []
    return found


def _driving(
    program: Program, calendars: list[DrawnCalendar], durations: IntArray, start: IntArray, finish: IntArray
) -> NDArray[np.bool_]:
    """Whether the end may come sooner if a task gets shorter: it ends last, or holds such a task where it stands."""
    draws = np.arange(durations.shape[1])
    found: NDArray[np.bool_] = finish == finish.max(axis=0)
    for row in reversed(topological(program)):
        length, calendar = durations[row], calendars[row]
        place = calendar.place_of(start[row], draws) if found[row].any() else draws
        for link in program.into.get(row, []) if found[row].any() else []:
            point = (start if link.kind[0] == "S" else finish)[link.before] + link.lag
            if link.kind[1] == "S":
                held = calendar.place_of(point, draws)
            else:
                ending = calendar.place_of(np.maximum(point - 1, 0), draws) - length + 1
                held = np.where(length > 0, ending, calendar.place_of(point, draws))
            found[link.before] |= found[row] & (held == place)
    return found


def _with_risks(drawn: IntArray, late: IntArray, floor: IntArray) -> IntArray:
    """Lengthen tasks by their risks; permits last as drawn, or their typical time and the delay where that is more."""
    permit = np.maximum(drawn, floor[:, None] + late)
    return np.where(late > 0, np.where(floor[:, None] >= 0, permit, drawn + late), drawn)


def _typical(saved: SavedPlan) -> IntArray:
    tasks = saved.table("tasks")
    rows = zip(texts(tasks, "permit_id"), integers(tasks, "duration_days").tolist(), strict=True)
    return np.array([days if name else -1 for name, days in rows], dtype=np.int64)


def draw_durations(saved: SavedPlan, program: Program, permit: FloatArray, labor: FloatArray) -> IntArray:
    """Draw days per task and draw: permits between their lead times, crews' work by production, all else as planned."""
    tasks, permits = saved.table("tasks"), saved.table("permits")
    days = np.repeat(program.duration[:, None], len(permit), axis=1)
    spread, own = engineering(saved, "production_spread"), engineering(saved, "permit_own_share")
    pace = triangular(ndtr(-labor), 1 - spread, 1.0, 1 + spread)
    columns = ("lead_time_min", "lead_time_calendar_days", "lead_time_max")
    leads = np.stack([numbers(permits, name) for name in columns], axis=1)
    leads[[state == "approved" for state in texts(permits, "state")]] = 0
    gone = days_filed(saved)
    row_of = {name: row for row, name in enumerate(texts(permits, "permit_id"))}
    rows = zip(texts(tasks, "crew_kind"), texts(tasks, "permit_id"), strict=True)
    for task, (crew, name) in enumerate(rows):
        if name:
            chance = ndtr(math.sqrt(1 - own) * permit + math.sqrt(own) * _own(saved, name, len(permit)))
            days[task] = np.rint(triangular(chance, *leads[row_of[name]].tolist()))
            if gone[name] >= 0:
                days[task] = np.maximum(days[task] - gone[name], 1)
        elif crew and program.duration[task]:
            worked = np.round(program.duration[task] / pace, 9)
            days[task] = np.maximum(np.floor(worked + _part(saved, program.ids[task], len(pace))), 1)
    return days


def _own(saved: SavedPlan, permit: str, count: int) -> FloatArray:
    """Scores of one permit alone."""
    key = (STREAM, zlib.crc32(permit.encode()))
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


def _forward(
    program: Program, calendars: list[DrawnCalendar], durations: IntArray, draws: IntArray
) -> tuple[IntArray, IntArray]:
    """Start and finish points per draw, every task as early as its links, crew links and calendar allow."""
    start, finish = np.zeros_like(durations), np.zeros_like(durations)
    for row in topological(program):
        length, calendar = durations[row], calendars[row]
        by_start = np.full(len(length), max(int(program.not_before[row]), 0))
        by_finish = np.zeros(len(length), dtype=np.int64)
        for link in program.into.get(row, []):
            point = (start if link.kind[0] == "S" else finish)[link.before] + link.lag
            limit = by_start if link.kind[1] == "S" else by_finish
            np.maximum(limit, point, out=limit)
        place = calendar.place_of(by_start, draws)
        if by_finish.any():
            ending = calendar.place_of(np.maximum(by_finish - 1, 0), draws) - length + 1
            back = np.where(length > 0, ending, calendar.place_of(by_finish, draws))
            place = np.maximum(place, np.where(by_finish > 0, back, 0))
        start[row] = calendar.day_of(place, draws)
        finish[row] = np.where(length > 0, calendar.day_of(place + np.maximum(length, 1) - 1, draws) + 1, start[row])
    return start, finish


def _critical(
    program: Program, calendars: list[DrawnCalendar], durations: IntArray, early: IntArray, ends: IntArray
) -> NDArray[np.bool_]:
    """Whether a task that started a worked day later would move the end, per task and draw."""
    start, finish, draws = np.zeros_like(durations), np.zeros_like(durations), np.arange(len(ends))
    for row in reversed(topological(program)):
        length, calendar = durations[row], calendars[row]
        by_start, by_finish = ends.copy(), ends.copy()
        for link in program.out.get(row, []):
            point = (start if link.kind[1] == "S" else finish)[link.after] - link.lag
            limit = by_start if link.kind[0] == "S" else by_finish
            np.minimum(limit, point, out=limit)
        place = calendar.place_of(by_start + 1, draws) - 1
        ending = calendar.place_of(np.where(length > 0, by_finish, by_finish + 1), draws) - np.maximum(length, 1)
        place = np.minimum(place, ending)
        start[row] = calendar.day_of(place, draws)
        finish[row] = np.where(length > 0, calendar.day_of(place + np.maximum(length, 1) - 1, draws) + 1, start[row])
    return np.asarray(start == early, dtype=bool)
