"""Terminals one after the other, the farthest location first: a fast placement, and the seed of better ones."""

from __future__ import annotations

from expansion.network.terminals.street import Street, Terminal, TerminalRules


def place_one_by_one(street: Street, rules: TerminalRules) -> list[Terminal]:
    """Stand terminals along the street so that each location costs least.

    The location farthest from the hub that has no terminal yet is taken first. Every node within its drop is tried as
    the place of a terminal; each place takes the nearest open locations that its ports and the drop length allow; the
    place with the least price per unit (terminal, closure, handhole and drop cable along the road) wins. Terminals that
    locks ask for stand first.

    Returns
    -------
    list of Terminal
        From the far end of the hub's streets inward; every location of the hub is on exactly one.
    """
    is_open = set(street.units) - set(street.held)
    terminals = stand_held(street, rules)
    for row in sorted(street.units, key=lambda r: (-street.away_m[r], r)):
        if row not in is_open:
            continue
        places = street.reach(row, rules.drop_max_m)
        best: tuple[float, float, int] | None = None
        chosen: list[tuple[float, int]] = []
        for place in sorted(places):
            taken = _gather(street, place, row, places[place][0], is_open, rules)
            count = sum(street.units[r] for _, r in taken)
            stand = rules.closure + (rules.handhole if place in street.in_ground else 0.0)
            price = (rules.fit(count)[1] + stand + rules.drop_cable * sum(away for away, _ in taken)) / count
            score = (round(price, 6), places[place][0], place)
            if best is None or score < best:
                best, chosen = score, taken
        assert best is not None  # the location's own node is always a place
        terminals.append(stand_terminal(street, best[2], [r for _, r in chosen], rules))
        is_open -= {r for _, r in chosen}
    return terminals


def stand_held(street: Street, rules: TerminalRules) -> list[Terminal]:
    """Stand the terminals that locks ask for, one per node, with the locations held by them."""
    rows_at: dict[int, list[int]] = {}
    for row, node in sorted(street.held.items()):
        rows_at.setdefault(node, []).append(row)
    return [stand_terminal(street, node, rows_at[node], rules) for node in sorted(rows_at)]


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


def stand_terminal(street: Street, place: int, taken: list[int], rules: TerminalRules) -> Terminal:
    """Build the terminal, with the way of each drop along the road from the terminal to the house's node."""
    used = sum(street.units[row] for row in taken)
    reached = street.within(place, rules.drop_max_m)
    rows, along, ways = tuple(sorted(taken)), [], []
    for row in rows:
        way = [street.node_of[row]]
        along.append(round(reached[way[0]][0], 3))
        while reached[way[-1]][1] >= 0:
            way.append(reached[way[-1]][1])
        ways.append(tuple(reversed(way)))
    return Terminal(place, rules.fit(used)[0], used, rows, tuple(along), tuple(ways))
