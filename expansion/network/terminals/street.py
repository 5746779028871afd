"""What the terminals of a hub are placed on: its part of the forest, hung from the hub, and the rules and rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from expansion.network.cables import CableSizes, Slack
from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.plan.graph import EdgePrices, IntArray
from expansion.rulebook import Rulebook
from expansion.study import Study

NO_SLACK, ANY_SIZE = Slack(0.0, 0.0, 0.0, 0.0, 0.0, 1.0), CableSizes((1,), 0.0)
Reach = dict[int, dict[int, float]]
"""Per row of a location, per node at which a terminal may serve it: meters of drop along the road."""


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
    """Ports on offer, longest drop, and what the bill charges for terminals and all that depends on where they stand.

    Attributes
    ----------
    ports, price
        Sizes ascending, and a terminal of each.
    drop_max_m
        Longest drop: along the road and to the house.
    drop_cable
        A meter of drop along the road, sag included.
    closure, handhole
        One at each place of terminals; the handhole only where no pole carries them.
    splice
        One fiber, where a cable starts or a terminal is.
    per_m
        A meter of distribution cable per catalog size; empty where cable costs nothing.
    slack
        Cable stored at ends and where a cable is opened.
    sizes
        Sizes of cable on sale, and the spare.
    per_fiber
        Units that one fiber serves: 1, or the outputs of a splitter at the terminal.
    splitter
        One such splitter.
    """

    ports: tuple[int, ...]
    price: tuple[float, ...]
    drop_max_m: float
    drop_cable: float
    closure: float = 0.0
    handhole: float = 0.0
    splice: float = 0.0
    per_m: Mapping[int, float] = field(default_factory=dict)
    slack: Slack = NO_SLACK
    sizes: CableSizes = ANY_SIZE
    per_fiber: int = 1
    splitter: float = 0.0

    @classmethod
    def from_study(cls, study: Study, book: Rulebook, per_fiber: int = 1) -> TerminalRules:
        """Read likely rates; those of what is built with the share of it that soft costs add."""
        soft = 1.0 + sum(rate.likely for rate in book.rates if rate.category == "soft")

        def built(rate_id: str) -> float:
            return soft * book.rate(rate_id).likely

        network, slack, sizes = study.network, Slack.from_book(book), CableSizes.from_book(book)
        ports = tuple(sorted(network.terminal_ports))
        return cls(
            ports, tuple(built(f"terminal_{count}") for count in ports), network.drop_max_m,
            book.rate("drop_cable").likely * (1 + slack.buried), built("closure"), built("handhole"), built("splice"),
            {size: built(f"cable_{size}") for size in sizes.fibers}, slack, sizes, per_fiber,
            built(f"splitter_{per_fiber}") if per_fiber > 1 else 0.0,
        )  # fmt: skip

    def fit(self, units: int) -> tuple[int, float]:
        """Capacity and price of the smallest terminal, or stack of the largest, that holds `units`, spliced."""
        fibers = self.fibers(units)
        splices = fibers * (self.splice + self.splitter)
        for ports, price in zip(self.ports, self.price, strict=True):
            if ports >= units:
                return ports, price + splices
        stack = -(-units // self.ports[-1])
        return stack * self.ports[-1], stack * self.price[-1] + splices

    def fibers(self, units: int) -> int:
        """Fibers that the units of a terminal take."""
        return -(-units // self.per_fiber)

    def meter(self, fibers: int) -> float:
        """Price of a meter of cable; beyond the catalog in proportion."""
        if not self.per_m:
            return 0.0
        largest = self.sizes.fibers[-1]
        return self.per_m[fibers] if fibers in self.per_m else self.per_m[largest] * fibers / largest


@dataclass(frozen=True, slots=True)
class Street:
    """A hub's part of the tree with all that placing its terminals needs; small enough to send to another process.

    `next` holds per node its neighbors and the meters to them, `at` the rows of locations per node, `node_of` the node,
    `drop_m` the setback, `away_m` the distance from the hub and `units` the units, per row. `source` is the hub's node,
    `above` the next node toward it and `cable_m` the cable meters there, per other node, those near the hub first.
    Terminals at the nodes `in_ground` need a handhole. `held` names the node of its terminal per row
    that a lock holds.
    """

    next: dict[int, list[tuple[int, float]]]
    at: dict[int, list[int]]
    node_of: dict[int, int]
    drop_m: dict[int, float]
    away_m: dict[int, float]
    units: dict[int, int]
    source: int = -1
    above: dict[int, int] = field(default_factory=dict)
    cable_m: dict[int, float] = field(default_factory=dict)
    in_ground: frozenset[int] = frozenset()
    held: Mapping[int, int] = field(default_factory=dict)

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

    def reach(self, row: int, drop_max_m: float) -> dict[int, tuple[float, int]]:
        """Nodes at which a terminal may serve a location, as `within` gives them."""
        return self.within(self.node_of[row], max(drop_max_m - self.drop_m[row], 0.0))


def reach_of(street: Street, rules: TerminalRules) -> Reach:
    """Find the nodes at which a terminal may serve each location, and the meters of drop along the road."""
    found = {}
    for row in sorted(street.units):
        nodes = street.reach(row, rules.drop_max_m)
        allowed = [street.held[row]] if row in street.held else sorted(nodes)
        found[row] = {node: nodes[node][0] for node in allowed}
    return found


def make_street(
    ground: Ground,
    hub: Hub,
    units: list[int],
    drop_max_m: float,
    on_poles: frozenset[int],
    held: Mapping[int, int] | None = None,
) -> Street:
    """Take a hub's part out of the forest, as far up as a drop can reach; existing fiber carries no terminals.

    `held` names the node of the terminal for the rows that a lock holds; it lies within their drops.
    """
    supply, graph = ground.supply, ground.graph
    street = Street({}, {}, {}, {}, {}, {}, hub.node, held=dict(held or {}))
    nodes = graph.location_node[list(hub.rows)].tolist()
    floor = supply.away_m[supply.common_top(nodes)] - drop_max_m
    seen: set[int] = set()
    for row, start in zip(hub.rows, nodes, strict=True):
        street.at.setdefault(start, []).append(row)
        street.node_of[row], street.units[row] = start, units[row]
        street.drop_m[row] = float(graph.drop_m[row])
        street.away_m[row] = round(supply.between_m(start, hub.node), 3)
    for start in (*nodes, *sorted(set(street.held.values()))):
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
    return _hang(street, ground, on_poles)


def _hang(street: Street, ground: Ground, on_poles: frozenset[int]) -> Street:
    """Hang the street from the hub: per node the way toward it; parts that existing fiber joins hang beside it."""
    above: dict[int, int] = {}
    for start in (street.source, *(street.node_of[row] for row in sorted(street.node_of))):
        if start in above or (start == street.source and start not in street.next):
            continue
        part = street.within(start, float("inf"))
        first = next(node for node in ground.supply.way(street.source, start) if node in part)
        for node, (_, before) in street.within(first, float("inf")).items():
            above[node] = street.source if before < 0 else before
    above.pop(street.source, None)
    cable_m = {
        node: ground.edge_m(node, toward) if toward in (other for other, _ in street.next.get(node, ())) else 0.0
        for node, toward in above.items()
    }
    places = {street.source, *above}
    return Street(
        street.next, street.at, street.node_of, street.drop_m, street.away_m, street.units, street.source, above,
        cable_m, frozenset(places - on_poles), street.held,
    )  # fmt: skip


def nodes_on_poles(prices: EdgePrices, edges: IntArray, u: IntArray, v: IntArray) -> frozenset[int]:
    """Nodes at which one of the edges hangs on poles; existing fiber does not count."""
    aerial = edges[(prices.placement[edges] == "aerial") & (prices.existing[edges] == "")]
    return frozenset(u[aerial].tolist()) | frozenset(v[aerial].tolist())
