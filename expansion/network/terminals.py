"""Group the locations of a hub under terminals, by ports, drop length and price."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from expansion.network.hubs import Hub
from expansion.network.supply import Supply
from expansion.plan.graph import RoadGraph


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal: node, port capacity, and the locations on it with the meters that each drop runs along the road."""

    node: int
    capacity: int
    used: int
    rows: tuple[int, ...]
    along_m: tuple[float, ...]
    ways: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class TerminalRules:
    """Ports on offer (ascending), longest drop, and prices: per terminal of each size, per meter of drop cable."""

    ports: tuple[int, ...]
    price: tuple[float, ...]
    drop_max_m: float
    drop_cable: float

    def fit(self, units: int) -> tuple[int, float]:
        """Capacity and price of the smallest terminal, or stack of the largest, that holds `units`."""
        for ports, price in zip(self.ports, self.price, strict=True):
            if ports >= units:
                return ports, price
        stack = -(-units // self.ports[-1])
        return stack * self.ports[-1], stack * self.price[-1]


@dataclass(frozen=True, slots=True)
class Street:
    """A hub's part of the tree with all that placing its terminals needs; small enough to send to another process.

    `next` holds per node its neighbors and the meters to them, `at` the rows of locations per node, `node_of` the node,
    `drop_m` the setback, `away_m` the distance from the hub and `units` the units, per row.
    """

    next: dict[int, list[tuple[int, float]]]
    at: dict[int, list[int]]
    node_of: dict[int, int]
    drop_m: dict[int, float]
    away_m: dict[int, float]
    units: dict[int, int]

    def within(self, start: int, limit_m: float) -> dict[int, tuple[float, int]]:
        """Nodes within `limit_m` of `start`: distance, and the node before."""
        reached = {start: (0.0, -1)}
        stack = [start]
        while stack:
            node = stack.pop()
            for other, step in self.next.get(node, ()):
                away = reached[node][0] + step
                if away <= limit_m and other not in reached:
                    reached[other] = (away, node)
                    stack.append(other)
        return reached


Task = tuple["Street", TerminalRules]
TerminalMapper = Callable[[Callable[[Task], list[Terminal]], Sequence[Task]], list[list[Terminal]]]


def serially(function: Callable[[Task], list[Terminal]], tasks: Sequence[Task]) -> list[list[Terminal]]:
    """Place the terminals of one hub after the other, in this process."""
    return [function(task) for task in tasks]


def make_street(supply: Supply, graph: RoadGraph, hub: Hub, units: list[int], drop_max_m: float) -> Street:
    """Take a hub's part out of the forest, as far up as a drop can reach; existing fiber carries no terminals."""
    street = Street({}, {}, {}, {}, {}, {})
    nodes = graph.location_node[list(hub.rows)].tolist()
    floor = supply.away_m[supply.common_top(nodes)] - drop_max_m
    seen: set[int] = set()
    for row, start in zip(hub.rows, nodes, strict=True):
        street.at.setdefault(start, []).append(row)
        street.node_of[row], street.units[row] = start, units[row]
        street.drop_m[row] = float(graph.drop_m[row])
        street.away_m[row] = round(supply.between_m(start, hub.node), 3)
        node = start
        while node not in seen and supply.away_m[node] > floor:
            seen.add(node)
            above, edge = supply.above[node], supply.up_edge[node]
            if edge < 0 or supply.is_existing[edge]:
                break
            step = float(graph.length_m[edge])
            street.next.setdefault(node, []).append((above, step))
            street.next.setdefault(above, []).append((node, step))
            node = above
    return street


def place_terminals(task: Task) -> list[Terminal]:
    """Stand terminals along the street so that each location costs least.

    The location farthest from the hub that has no terminal yet is taken first. Every node within its drop is tried as
    the place of a terminal; each place takes the nearest open locations that its ports and the drop length allow; the
    place with the least price per unit (terminal and drop cable along the road) wins.

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
    is_open = set(street.units)
    terminals: list[Terminal] = []
    for row in sorted(street.units, key=lambda r: (-street.away_m[r], r)):
        if row not in is_open:
            continue
        places = street.within(street.node_of[row], max(rules.drop_max_m - street.drop_m[row], 0.0))
        best: tuple[float, float, int] | None = None
        chosen: list[tuple[float, int]] = []
        for place in sorted(places):
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
