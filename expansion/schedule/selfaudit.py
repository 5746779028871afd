"""Audit a schedule, planned or under way, by the points that a reviewer asks for (DCMA 14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan.plan import Schedule
from expansion.plan.specs_schedule_checks import SCHEDULE_CHECKS
from expansion.rulebook import Rulebook
from expansion.rulebook.schedule_rows import ScheduleCheck
from expansion.schedule.calendars import EVERY_DAY
from expansion.schedule.delaying import reach_of_delay
from expansion.schedule.resources import ROLE
from expansion.schedule.tasks import FINISH, START
from expansion.study import Study
from expansion.wording import count

Mask = NDArray[np.bool_]

SHOWN = 20  # tasks named per check
HARD = ("must_start_on", "must_finish_on", "start_no_later_than", "finish_no_later_than")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work has come.

    Attributes
    ----------
    status_date
        Day of the report; what happened lies on it or before it.
    table
        Per task ``task_id``, ``planned_finish`` (of the baseline), ``actual_start``, ``actual_finish`` (ISO dates,
        empty while there are none) and ``percent`` (0 to 1).
    """

    status_date: dt.date
    table: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Found:
    """Outcome of one check: value, how many were looked at, the tasks that offend, and why."""

    value: float | None
    checked: int
    tasks: list[str]
    reason: str


@dataclass(frozen=True, slots=True)
class _Case:
    """What the checks read; `tasks` joined with progress, where there is some."""

    study: Study
    schedule: Schedule
    tasks: pd.DataFrame
    links: pd.DataFrame
    status_date: dt.date | None

    @property
    def is_open(self) -> Mask:
        """Tasks that are not finished."""
        return np.asarray(self.tasks["actual_finish"].isna(), dtype=bool)


def check_schedule(
    study: Study, rulebook: Rulebook, schedule: Schedule, progress: Progress | None = None
) -> pd.DataFrame:
    """Judge a schedule by fourteen points: passes, fails or not applicable, and why.

    Parameters
    ----------
    study
        Start, calendar, crews.
    rulebook
        ``schedule_checks``: thresholds with their source.
    schedule
        Of a plan, or a copy with forecast dates; its tasks may have a column ``constraint`` that holds a date hard.
    progress
        What was done by a status date; None for a plan that has not begun.

    Returns
    -------
    DataFrame
        Table ``schedule_checks``, in the order of the rule book; empty for an empty schedule.

    References
    ----------
    Defense Contract Management Agency, "14-Point Schedule Assessment".
    """
    case = _case(study, schedule, progress)
    rows = [_row(rule, _found(case, rule)) for rule in rulebook.schedule_checks if len(case.tasks)]
    names = [column.name for column in SCHEDULE_CHECKS.columns]
    columns = zip(*rows, strict=True) if rows else [[] for _ in names]
    made = {name: list(values) for name, values in zip(names, columns, strict=True)}
    types = {column.name: column.dtype for column in SCHEDULE_CHECKS.columns}
    return SCHEDULE_CHECKS.build({name: pd.array(values, dtype=types[name]) for name, values in made.items()})


def _case(study: Study, schedule: Schedule, progress: Progress | None) -> _Case:
    tasks = schedule.tasks.reset_index(drop=True)
    wanted = ("planned_finish", "actual_start", "actual_finish", "percent")
    done = progress.table.set_index("task_id").reindex(tasks["task_id"].to_list()) if progress else pd.DataFrame()
    for name in wanted:
        tasks[name] = done[name].to_numpy() if name in done else None
    if "constraint" not in tasks:
        tasks["constraint"] = None
    open_ids = set(tasks.loc[tasks["actual_finish"].isna(), "task_id"])
    links = schedule.links[schedule.links["successor_id"].isin(open_ids)].reset_index(drop=True)
    return _Case(study, schedule, tasks, links, progress.status_date if progress else None)


def _found(case: _Case, rule: ScheduleCheck) -> Found:
    check = _CHECKS.get(rule.check_id)
    return check(case) if check else _CHECKS_OF_DAYS[rule.check_id](case, rule.days or 0)


def _row(rule: ScheduleCheck, found: Found) -> tuple[object, ...]:
    """Row of the table: the verdict follows from value and threshold."""
    value = None if found.value is None else round(found.value, 6)
    verdict = "not_applicable"
    if value is not None:
        verdict = "pass" if (value <= rule.threshold if rule.better == "lower" else value >= rule.threshold) else "fail"
    ids = ",".join(found.tasks[:SHOWN]) or None
    return (
        rule.check_id, rule.name, rule.threshold, rule.better, rule.unit, value, found.checked, len(found.tasks),
        verdict, found.reason, ids, rule.source, rule.status,
    )  # fmt: skip


def _share_of_tasks(case: _Case, among: Mask, offends: Mask, what: str, further: str = "") -> Found:
    """Share of some tasks that offend."""
    checked, hit = int(among.sum()), case.tasks.loc[among & offends, "task_id"].to_list()
    reason = f"{len(hit)} of {count(checked, 'task')} {what}" + (f"; {further}" if further and hit else "")
    return Found(len(hit) / checked if checked else None, checked, hit, reason)


def _share_of_links(case: _Case, counted: Mask, offends: Mask, what: str, further: str = "") -> Found:
    """Share of links that count; the successors of links that offend are named."""
    checked = len(case.links)
    tasks = sorted(set(case.links.loc[offends, "successor_id"]))
    reason = f"{int(counted.sum())} of {count(checked, 'link')} {what}" + (f"; {further}" if further else "")
    return Found(float(counted.sum()) / checked if checked else None, checked, tasks, reason)


def _logic(case: _Case) -> Found:
    ids = case.tasks["task_id"]
    links = case.schedule.links
    led = ids.isin(set(links["successor_id"])) | (ids == START)
    followed = ids.isin(set(links["predecessor_id"])) | (ids == FINISH)
    loose = ~np.asarray(led & followed, dtype=bool)
    return _share_of_tasks(case, case.is_open, loose, "lack a predecessor or a successor")


def _leads(case: _Case) -> Found:
    leads = np.asarray(case.links["lag_days"] < 0, dtype=bool)
    return _share_of_links(case, leads, leads, "start before the lag of their predecessor is over")


def _lags(case: _Case) -> Found:
    lags = case.links["lag_days"].to_numpy()
    found = np.asarray(lags > 0, dtype=bool)
    usual = pd.Series(lags[found]).value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
    told = ", ".join(f"{number} of {count(int(days), 'day')}" for days, number in usual.head(3).items())
    further = f"{told}: work begins so long after other work begins, or waits that nobody works on" if told else ""
    return _share_of_links(case, found, found, "have a lag", further)


def _kinds(case: _Case) -> Found:
    plain = np.asarray(case.links["kind"] == "FS", dtype=bool)
    return _share_of_links(case, plain, ~plain, "run from finish to start")


def _constraints(case: _Case) -> Found:
    hard = np.asarray(case.tasks["constraint"].isin(HARD), dtype=bool)
    found = _share_of_tasks(case, case.is_open, hard, "are held to a date against the logic")
    return found if found.tasks else replace(found, reason=f"{found.reason}; starts are held by no earlier than alone")


def _working(case: _Case, days: pd.Series) -> NDArray[np.float64]:
    """Days of each task's calendar as working days: of seven calendar days as many as the week has."""
    week = len(case.study.schedule.calendar.workdays) / 7
    counted = np.where(case.tasks["calendar"] == EVERY_DAY, days * week, days)
    return np.asarray(counted, dtype=np.float64)


def _high_float(case: _Case, days: int) -> Found:
    high = _working(case, case.tasks["total_float_days"]) > days
    asked = case.tasks["not_before"].str.slice(0, 4)
    early = int((high & case.is_open & np.asarray(asked < asked.max(), dtype=bool)).sum())
    told = count(early, "of them belongs to an earlier year", "of them belong to earlier years")
    alone = int((high & case.is_open & (_working(case, case.tasks["free_float_days"]) > days)).sum())
    waits = count(alone, "task can wait as long and moves no other", "tasks can wait as long and move no other")
    further = (
        f"float runs to the end of the program, and {told}; {waits}: begin these by need, not as early as they may"
    )
    return _share_of_tasks(case, case.is_open, high, f"have more than {days} working days of float", further)


def _negative_float(case: _Case) -> Found:
    return _share_of_tasks(case, case.is_open, _is(case.tasks["total_float_days"] < 0), "have negative float")


def _high_duration(case: _Case, days: int) -> Found:
    lasts = case.is_open & _is(case.tasks["duration_days"] > 0)
    high = _working(case, case.tasks["duration_days"]) > days
    hit = lasts & high
    permits = int((hit & _is(case.tasks["permit_id"].notna())).sum())
    waits = int((hit & _is(case.tasks["calendar"] == EVERY_DAY)).sum()) - permits
    told = (
        f"{count(permits, 'of them is a permit', 'of them are permits')} and {count(waits, 'delivery', 'deliveries')}"
    )
    further = (
        f"{told}, as long as authority and supplier take by the rule book: waits that no splitting of work shortens"
    )
    return _share_of_tasks(case, lasts, high, f"last more than {days} working days", further)


def _invalid_dates(case: _Case) -> Found:
    tasks, day = case.tasks, (case.status_date or case.study.study.start).isoformat()
    begun, ended = tasks["actual_start"], tasks["actual_finish"]
    late = _is(begun.fillna("") > day) | _is(ended.fillna("") > day)
    early = (_is(begun.isna()) & _is(tasks["start"] < day)) | (case.is_open & _is(tasks["finish"] < day))
    share = tasks["percent"].fillna(0.0).to_numpy(dtype=float)
    odd = (_is(begun.isna()) & ((share > 0) | ~case.is_open)) | (case.is_open & (share >= 1))
    everything = np.ones(len(tasks), dtype=bool)
    what = f"have a forecast before {day}, an actual date after it, or progress without its date"
    return _share_of_tasks(case, everything, late | early | odd, what)


def _resources(case: _Case) -> Found:
    tasks = case.tasks
    lasts = case.is_open & _is(tasks["duration_days"] > 0)
    known = case.schedule.resources
    counted = {str(name).removeprefix(f"{ROLE} ") for name in known.loc[known["kind"] == ROLE, "resource_id"]}
    bare = _is(tasks["crew_kind"].isna()) & _is(tasks["agency"].isna()) & _is(tasks["cost"] <= 0)
    alone = bare & ~_is(tasks["role"].isin(counted))
    found = _share_of_tasks(case, lasts, alone, "have neither crew, agency, counted role nor money")
    offices = count(int((lasts & bare & ~alone).sum()), "of them is office work", "of them are office work")
    return replace(found, reason=f"{found.reason}; {offices} of {count(len(counted), 'role')}, whose load is counted")


def _due(case: _Case) -> Mask:
    """Tasks that the baseline finishes by the status date."""
    day = case.status_date.isoformat() if case.status_date else ""
    return _is(case.tasks["planned_finish"].fillna("9999-12-31") <= day)


def _missed(case: _Case) -> Found:
    due = _due(case)
    if case.status_date is None or not due.any():
        return _nothing_done(case)
    ended = case.tasks["actual_finish"].fillna("9999-12-31")
    late = _is(ended > case.tasks["planned_finish"].fillna("9999-12-31"))
    return _share_of_tasks(case, due, late, f"due by {case.status_date} finished late or not at all")


def _execution(case: _Case) -> Found:
    due = _due(case)
    if case.status_date is None or not due.any():
        return _nothing_done(case)
    done = int((~case.is_open).sum())
    reason = f"{count(done, 'task')} finished, {int(due.sum())} due by {case.status_date}"
    return Found(done / int(due.sum()), int(due.sum()), case.tasks.loc[due & case.is_open, "task_id"].to_list(), reason)


def _nothing_done(case: _Case) -> Found:
    if case.status_date is None:
        return Found(None, 0, [], "no status date: a plan that has not begun has nothing done and nothing due")
    return Found(None, 0, [], f"nothing is due by {case.status_date}")


def _critical_path(case: _Case, days: int) -> Found:
    """Delay the first open critical task; the finish has to go along, give or take the longest pause of a calendar."""
    tasks = case.tasks
    able = case.is_open & _is(tasks["is_critical"]) & _is(tasks["duration_days"] > 0)
    if not able.any():
        return Found(None, 0, [], "no open task that lasts is critical")
    task = str(tasks[able].sort_values(["start", "task_id"], kind="stable")["task_id"].iloc[0])
    delay, reach, pause = reach_of_delay(case.study, case.schedule, task, FINISH, days)
    value = min(1.0, max(reach + pause, 0) / delay) if reach > 0 else 0.0
    reason = (
        f"{task} taking {days} days more ends {count(delay, 'day')} later and moves the finish by {reach}; "
        f"calendars pause up to {count(pause, 'day')}"
    )
    return Found(value, 1, [] if value >= 1 else [task], reason)


def _length_index(case: _Case) -> Found:
    tasks, planned = case.tasks, case.tasks["planned_finish"].dropna()
    if case.status_date is None or not len(planned):
        return Found(None, 0, [], "no status date: the float against a baseline is not known before there is one")
    finish, baseline = str(tasks["finish"].max()), str(planned.max())
    left, ahead = _workdays(case, case.status_date.isoformat(), finish), _workdays(case, finish, baseline)
    if left <= 0:
        return Found(None, 0, [], "the finish lies on the status date or before it")
    reason = f"{count(left, 'working day')} to {finish}, {ahead} ahead of the baseline's {baseline}"
    late = tasks.loc[_is(tasks["finish"] == finish), "task_id"].to_list() if ahead < 0 else []
    return Found((left + ahead) / left, 1, late, reason)


def _workdays(case: _Case, first: str, last: str) -> int:
    """Working days from one day to another, below 0 where the other comes first."""
    rules = case.study.schedule.calendar
    week = "".join("1" if day in rules.workdays else "0" for day in range(1, 8))
    return int(np.busday_count(first, last, weekmask=week, holidays=[day.isoformat() for day in rules.holidays]))


def _is(values: pd.Series) -> Mask:
    return np.asarray(values, dtype=bool)


_CHECKS: dict[str, Callable[[_Case], Found]] = {
    "logic": _logic, "leads": _leads, "lags": _lags, "relationship_types": _kinds, "hard_constraints": _constraints,
    "negative_float": _negative_float, "invalid_dates": _invalid_dates, "resources": _resources,
    "missed_tasks": _missed, "cpli": _length_index, "bei": _execution,
}  # fmt: skip
_CHECKS_OF_DAYS: dict[str, Callable[[_Case, int], Found]] = {
    "high_float": _high_float, "high_duration": _high_duration, "critical_path_test": _critical_path,
}  # fmt: skip
