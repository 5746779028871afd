"""Working days of a crew between two dates."""

from __future__ import annotations

import datetime as dt

from expansion.study import Study


def working_dates(study: Study, kind: str, first: dt.date, last: dt.date) -> list[dt.date]:
    """List the days from `first` to `last`, both included, on which crews of a kind work."""
    dates = (first + dt.timedelta(days=day) for day in range((last - first).days + 1))
    return [date for date in dates if is_worked(study, kind, date)]


def is_worked(study: Study, kind: str, date: dt.date) -> bool:
    """Whether crews of a kind work on a date."""
    rules = study.schedule.calendar
    if date.isoweekday() not in rules.workdays or date in rules.holidays:
        return False
    closure = rules.winter_closure
    if closure is None or kind not in closure.methods:
        return True
    day = date.isoformat()[5:]
    if closure.start <= closure.end:
        return not closure.start <= day <= closure.end
    return closure.end < day < closure.start
