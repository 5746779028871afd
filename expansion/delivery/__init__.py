"""What a project office needs beside the schedule: risks, quality, procurement, stakeholders, waves, gates, papers."""

from expansion.delivery.events import fire_risks
from expansion.delivery.forecasts import forecast
from expansion.delivery.papers import write_papers
from expansion.delivery.plan import plan_delivery
from expansion.delivery.register import rank_risks
from expansion.delivery.risks import identify_risks

__all__ = ["fire_risks", "forecast", "identify_risks", "plan_delivery", "rank_risks", "write_papers"]
