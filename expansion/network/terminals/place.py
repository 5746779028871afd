"""Group the locations of a hub under terminals, by ports, drop length and price."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from expansion.network.terminals.arrays import Search
from expansion.network.terminals.bill import bill
from expansion.network.terminals.greedy import place_one_by_one, stand_terminal
from expansion.network.terminals.street import Street, Terminal, TerminalRules

Task = tuple[Street, TerminalRules]
TerminalMapper = Callable[[Callable[[Task], list[Terminal]], Sequence[Task]], list[list[Terminal]]]


def serially(function: Callable[[Task], list[Terminal]], tasks: Sequence[Task]) -> list[list[Terminal]]:
    """Place the terminals of one hub after the other, in this process."""
    return [function(task) for task in tasks]


def place_terminals(task: Task) -> list[Terminal]:
    """Stand the terminals of a hub where all that depends on them costs least.

    Two placements are improved until no move saves money: one made greedily, and one that serves every location from
    the node nearest to the hub that its drop allows. The cheaper of them, by the bill, is taken.

    Parameters
    ----------
    task
        The street; and ports, prices and the longest drop.

    Returns
    -------
    list of Terminal
        From the far end of the hub's streets inward; every location of the hub is on exactly one.
    """
    street, rules = task
    first = place_one_by_one(street, rules)
    search = Search.over(street, rules)
    starts = [{row: terminal.node for terminal in first for row in terminal.rows}, search.innermost()]
    found = [first, *(stand_all(street, rules, search.improve(start)) for start in starts)]
    return min(found, key=lambda terminals: round(bill(street, rules, terminals), 2))


def stand_all(street: Street, rules: TerminalRules, place_of: dict[int, int]) -> list[Terminal]:
    """Stand terminals at the places given, as few and as small as hold the units there."""
    at: dict[int, list[int]] = {}
    for row in sorted(place_of):
        at.setdefault(place_of[row], []).append(row)
    found = [stand_terminal(street, node, lot, rules) for node in at for lot in _lots(street, rules, at[node])]
    return sorted(found, key=lambda terminal: (-max(street.away_m[row] for row in terminal.rows), terminal.rows))


def _lots(street: Street, rules: TerminalRules, rows: list[int]) -> list[list[int]]:
    """Fill terminals with the locations at a place: held ones, then the largest first, into the first that has room."""
    lots: list[list[int]] = []
    room: list[int] = []
    for row in sorted(rows, key=lambda row: (row not in street.held, -street.units[row], row)):
        units = street.units[row]
        fits = next((number for number, left in enumerate(room) if left >= units), len(lots))
        if fits == len(lots):
            lots.append([])
            room.append(max(rules.ports[-1], units))
        lots[fits].append(row)
        room[fits] -= units
    return lots
