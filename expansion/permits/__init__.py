"""Find what the roads would cross, enter, follow or use, and register the permits of a network."""

from expansion.permits.edge_permits import name_edge_permits, price_edge_permits, without_poles
from expansion.permits.register import register_permits, register_spans
from expansion.permits.triggers import find_triggers

__all__ = [
    "find_triggers",
    "name_edge_permits",
    "price_edge_permits",
    "register_permits",
    "register_spans",
    "without_poles",
]
