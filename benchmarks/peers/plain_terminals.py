"""Terminals as a plain design places them: grouped along the tree under ports and drop length, farthest house first.

This is what the project did before terminals were placed together; it stays as it was, so that what that gains can be
seen.
"""

from __future__ import annotations

from expansion.network.terminals import Street, Task, Terminal, TerminalRules


def group_along_street(task: Task, between: frozenset[int] = frozenset()) -> list[Terminal]:
    """Stand terminals along the street so that each location costs least.

    The location farthest from the hub that has no terminal yet is taken first. Every node within its drop is tried as
    the place of a terminal; each place takes the nearest open locations that its ports and the drop length allow; the
    place with the least price per unit (terminal and drop cable along the road) wins.

    Parameters
    ----------
    task
        The street; and ports, prices and the longest drop.
    between
        Nodes at which none may stand: places between houses, which came after this.

    Returns
    -------
    list of Terminal
        From the far end of the hub's streets inward; every location of the hub is on exactly one.
    """
    street, rules = task
    is_open = set(street.units)
    terminals: list[Terminal] = []
    for row in sorted(street.units, key=lambda r: (-street.away_m[r], r)):
        if row not in is_open:
            continue
        places = street.within(street.node_of[row], max(rules.drop_max_m - street.drop_m[row], 0.0))
        best: tuple[float, float, int] | None = None
        chosen: list[tuple[float, int]] = []
        for place in sorted(set(places) - between):
            taken = _gather(street, place, row, places[place][0], is_open, rules)
            count = sum(street.units[r] for _, r in taken)
            price = (rules.fit(count)[1] + rules.drop_cable * sum(away for away, _ in taken)) / count
            score = (round(price, 6), places[place][0], place)
            if best is None or score < best:
                best, chosen = score, taken
        assert best is not None  # the location's own node is always a place
        terminals.append(_make(street, best[2], chosen, rules))
        is_open -= {r for _, r in chosen}
    return terminals


def _gather(
    street: Street, place: int, first: int, first_m: float, is_open: set[int], rules: TerminalRules
) -> list[tuple[float, int]]:
    """Take the location that must be served, then its open neighbors, nearest first, while ports last."""
    most = max(rules.ports[-1], street.units[first])
    taken, used = [(first_m, first)], street.units[first]
    near = []
    for node, (away, _) in street.within(place, rules.drop_max_m).items():
        near += [
            (away, row)
            for row in street.at.get(node, ())
            if row in is_open and row != first and away + street.drop_m[row] <= rules.drop_max_m
        ]
    for away, row in sorted(near):
        if used + street.units[row] <= most:
            taken.append((away, row))
            used += street.units[row]
    return taken


def _make(street: Street, place: int, taken: list[tuple[float, int]], rules: TerminalRules) -> Terminal:
    """Build the terminal, with the way of each drop along the road from the terminal to the house's node."""
    used = sum(street.units[row] for _, row in taken)
    by_row = sorted(taken, key=lambda pair: pair[1])
    reached = street.within(place, rules.drop_max_m)
    ways = []
    for _, row in by_row:
        way = [street.node_of[row]]
        while reached[way[-1]][1] >= 0:
            way.append(reached[way[-1]][1])
        ways.append(tuple(reversed(way)))
    rows, along = tuple(row for _, row in by_row), tuple(round(away, 3) for away, _ in by_row)
    return Terminal(place, rules.fit(used)[0], used, rows, along, tuple(ways))
