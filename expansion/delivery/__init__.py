"""What a project office needs beside the schedule: risks, quality, procurement, stakeholders, waves and gates."""

from expansion.delivery.plan import plan_delivery
from expansion.delivery.risks import identify_risks

__all__ = ["identify_risks", "plan_delivery"]
