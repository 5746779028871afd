"""Working days per draw, less those that the weather of each month takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from expansion.audit.calendars import WorkCalendar
from expansion.audit.draws import triangular
from expansion.audit.events import strata
from expansion.audit.folder import SavedPlan
from expansion.audit.rules import rows_of, section

IntArray = NDArray[np.int64]
AnyInts = NDArray[np.int64] | NDArray[np.int32]
STREAM = (12, 1)


@dataclass(frozen=True, slots=True)
class DrawnCalendar:
    """Per draw, the number of worked days before each day, and the worked day at each place; shape ``(draws, …)``.

    One row stands for all draws where no weather touches the calendar.
    """

    before: AnyInts
    worked: AnyInts

    def place_of(self, day: IntArray, draws: IntArray) -> IntArray:
        """Place of the first worked day on or after a day, in each of some draws."""
        return np.asarray(self.before[draws if len(self.before) > 1 else 0, day], dtype=np.int64)

    def day_of(self, place: IntArray, draws: IntArray) -> IntArray:
        """Worked day at a place, in each of some draws."""
        return np.asarray(self.worked[draws if len(self.worked) > 1 else 0, place], dtype=np.int64)


def dry(calendar: WorkCalendar, days: int) -> DrawnCalendar:
    """Return a calendar that no weather touches, the same in every draw."""
    worked = calendar.worked[calendar.worked < days]
    padded = np.concatenate([worked, np.full(days + 1 - len(worked), days)])
    return DrawnCalendar(calendar.before[None, : days + 1], padded[None, :])


def wet(saved: SavedPlan, calendar: WorkCalendar, kind: str, first: dt.date, days: int, draws: slice) -> DrawnCalendar:
    """Return the calendar of a kind of crew, the lost days of each month spread evenly over it."""
    worked = calendar.worked[calendar.worked < days]
    dates = np.datetime64(first, "D") + worked
    month = dates.astype("datetime64[M]").astype(np.int64)
    stays = []
    for number in np.unique(month).tolist():
        size = int((month == number).sum())
        lost = np.rint(_share(saved, kind, number)[draws] * size).astype(np.int64)
        place = np.arange(size)
        stays.append((place + 1) * lost[:, None] // size == place * lost[:, None] // size)
    is_open = np.zeros((len(stays[0]), days), dtype=bool)
    is_open[:, worked] = np.concatenate(stays, axis=1)
    before = np.zeros((len(is_open), days + 1), dtype=np.int32)
    np.cumsum(is_open, axis=1, out=before[:, 1:])
    places = np.full((len(is_open), days + 1), days, dtype=np.int32)
    row, day = np.nonzero(is_open)
    places[row, before[row, day]] = day
    return DrawnCalendar(before, places)


def _share(saved: SavedPlan, kind: str, number: int) -> Any:
    """Share of a month's working days that is lost, per draw; months count from January 1970."""
    asked = section(saved, "risks")["weather"]
    of_year = (number + (6 if asked == "southern" else 0)) % 12 + 1
    rules = [row for row in rows_of(saved, "weather") if row["crew_kind"] == kind]
    rule = next((row for row in rules if str(of_year) in row["months"].replace(" ", "").split(";")), None)
    count = min(1_000, int(section(saved, "cost")["draws"]))
    if rule is None:
        return np.zeros(count)
    key = (*STREAM, 12 * 1970 + number)
    seed = np.random.SeedSequence(int(section(saved, "study")["seed"]), spawn_key=key)
    score = strata(np.random.Generator(np.random.PCG64(seed)), count)
    return triangular(ndtr(score), rule["lost_low"], rule["lost_likely"], rule["lost_high"])


def is_wet(saved: SavedPlan, kind: str) -> bool:
    """Tell whether weather takes days from a kind of crew."""
    rows = rows_of(saved, "weather") if section(saved, "risks")["weather"] != "none" else []
    return any(row["crew_kind"] == kind for row in rows)
