"""Hold a designed network against every design rule, from its tables alone; shares no code with the designer."""

from expansion.ledger.check import check_rules

__all__ = ["check_rules"]
