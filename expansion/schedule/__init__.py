"""Turn the chosen areas into tasks on the calendar: work packages, crews, critical path, bound, dates at risk."""

from expansion.schedule.build import schedule_build
from expansion.schedule.risk import draw_dates

__all__ = ["draw_dates", "schedule_build"]
