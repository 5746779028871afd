"""Turn the chosen areas into tasks on the calendar: work packages, crews, critical path, bound, dates at risk."""

from expansion.schedule.build import no_schedule, schedule_build
from expansion.schedule.capacity import expect_crew_days, offer_crew_days, sum_crew_days
from expansion.schedule.risk import draw_dates

__all__ = ["draw_dates", "expect_crew_days", "no_schedule", "offer_crew_days", "schedule_build", "sum_crew_days"]
