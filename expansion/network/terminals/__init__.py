"""Terminals and drops at least cost."""

from expansion.network.terminals.place import Task, TerminalMapper, place_terminals, serially
from expansion.network.terminals.street import Street, Terminal, TerminalRules, make_street, nodes_on_poles

__all__ = [
    "Street", "Task", "Terminal", "TerminalMapper", "TerminalRules", "make_street", "nodes_on_poles", "place_terminals",
    "serially",
]  # fmt: skip
