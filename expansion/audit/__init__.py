"""Check a saved plan with code that shares nothing with the planner, from its files alone."""

from expansion.audit.causes import Cause, advise, group_causes
from expansion.audit.ledger import Check
from expansion.audit.verify import verify_plan

__all__ = ["Cause", "Check", "advise", "group_causes", "verify_plan"]
