"""Compile the search for terminals ahead of time."""

from __future__ import annotations

from expansion.network.terminals.place import place_terminals
from expansion.network.terminals.search import improve
from expansion.network.terminals.street import Street, TerminalRules


def warm() -> None:
    """Compile the search, or load it from the cache on disk, by placing the terminals of three houses in a row."""
    improve.is_compiled = True
    ways = {0: [(1, 50.0)], 1: [(0, 50.0), (2, 50.0)], 2: [(1, 50.0)]}
    three = {0: 0, 1: 1, 2: 2}
    street = Street(
        ways, {node: [node] for node in three}, three, dict.fromkeys(three, 10.0), dict.fromkeys(three, 50.0),
        dict.fromkeys(three, 1), 0, {1: 0, 2: 1}, {1: 50.0, 2: 50.0},
    )  # fmt: skip
    place_terminals((street, TerminalRules((2, 4), (10.0, 15.0), 150.0, 1.0)))
