"""Check a saved plan with code that shares nothing with the planner, from its files alone."""

from expansion.audit.ledger import Check
from expansion.audit.verify import verify_plan

__all__ = ["Check", "verify_plan"]
