"""Working days that the weather takes, month by month and draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.plan.uncertainty import stratified_scores
from expansion.rulebook import Rulebook, WeatherRule
from expansion.schedule.calendars import Calendars
from expansion.schedule.triangle import triangular
from expansion.study import Study

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

STAGE, WEATHER = 12, 1
_HALF_YEAR = 6


@dataclass(frozen=True, slots=True)
class Clocks:
    """Calendars as the draws have them: one per calendar and weather that tasks meet.

    Attributes
    ----------
    of_task
        Clock of each task.
    calendar
        Row of the clock among the calendars.
    first
        Number of working days before each month, shape ``(clocks, months + 1)``; the months cover the calendars.
    lost
        Working days that each month loses, shape ``(clocks, months, draws)``. A month of W days that loses L loses
        day j, from 0, where ``(j + 1) L // W > j L // W``: spread evenly.
    """

    of_task: IntArray
    calendar: IntArray
    first: IntArray
    lost: IntArray


def make_clocks(
    study: Study, rulebook: Rulebook, calendars: Calendars, calendar: IntArray, kinds: list[str], draws: int
) -> Clocks:
    """Draw the weather of each month and lay it over the calendars of the tasks.

    A month has one score for all crews, so that a bad month is bad for all; a crew kind loses the share of its working
    days that its triangle of `weather.csv` has at that probability, rounded to days.

    Parameters
    ----------
    study
        Seed; ``risks.weather`` says which season a month has.
    rulebook
        `weather`.
    calendars
        Working days.
    calendar, kinds
        Per task the row of its calendar and the kind of its crew, "" for none.
    draws
        Number of draws.
    """
    rules = weather_of(rulebook, study.risks.weather)
    wet = [kind if kind in rules else "" for kind in kinds]
    pairs = sorted(set(zip(calendar.tolist(), wet, strict=True)))
    place = {pair: number for number, pair in enumerate(pairs)}
    months = pd.period_range(calendars.start, periods=_months(calendars), freq="M")
    edges = [min(max((month.start_time.date() - calendars.start).days, 0), calendars.horizon) for month in months]
    first = np.array([calendars.index[row][[*edges, calendars.horizon]] for row, _ in pairs], dtype=np.int64)
    chance = np.array(
        [ndtr(stratified_scores(study.study.seed, _key(month.year, month.month), draws)) for month in months]
    )
    lost = np.zeros((len(pairs), len(months), draws), dtype=np.int64)
    worked = np.diff(first, axis=1)
    for clock, (_, kind) in enumerate(pairs):
        for number, month in enumerate(months) if kind else ():
            rule = rules[kind].get(month.month)
            if rule is not None and worked[clock, number]:
                share = triangular(chance[number], rule.lost_low, rule.lost_likely, rule.lost_high)
                lost[clock, number] = np.rint(share * worked[clock, number])
    of_task = np.array([place[pair] for pair in zip(calendar.tolist(), wet, strict=True)], dtype=np.int64)
    return Clocks(of_task, np.array([row for row, _ in pairs], dtype=np.int64), first, lost)


def weather_of(rulebook: Rulebook, season: str) -> dict[str, dict[int, WeatherRule]]:
    """Rules per kind of crew and month of the year; none where the study leaves the weather out."""
    found: dict[str, dict[int, WeatherRule]] = {}
    for rule in rulebook.weather if season != "none" else ():
        for month in rule.month_numbers:
            there = month if season == "northern" else (month + _HALF_YEAR - 1) % 12 + 1
            found.setdefault(rule.crew_kind, {})[there] = rule
    return found


def _months(calendars: Calendars) -> int:
    """Count the months that the calendars touch."""
    last = (np.datetime64(calendars.start) + calendars.horizon).astype("datetime64[M]")
    return int((last - np.datetime64(calendars.start, "M")).astype(np.int64)) + 1


def _key(year: int, month: int) -> tuple[int, ...]:
    """Name the stream of a month."""
    return STAGE, WEATHER, 12 * year + month - 1
