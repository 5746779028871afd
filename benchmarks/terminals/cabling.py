"""Which stretches of a street cable lies in whatever is decided, and what cable there costs."""

from __future__ import annotations

from dataclasses import dataclass

from expansion.network.cables import lay_cables
from expansion.network.terminals.street import Reach, Street, TerminalRules


@dataclass(frozen=True, slots=True)
class Cabling:
    """A street's cable before its terminals are placed.

    Attributes
    ----------
    children
        Per node: the nodes beyond, those only at which a terminal may stand at or beyond.
    is_sure
        Nodes whose stretch toward the hub holds cable wherever terminals stand.
    least, most
        Fibers that certainly, and possibly, come through a node's stretch.
    price
        Cable along a node's stretch.
    end_price
        The slack at both ends of a cable that would start with a node's stretch.
    """

    children: dict[int, list[int]]
    is_sure: frozenset[int]
    least: dict[int, int]
    most: dict[int, int]
    price: dict[int, float]
    end_price: dict[int, float]


def plan_cabling(street: Street, rules: TerminalRules, reach: Reach) -> Cabling:
    """Find what is sure about the cable of a street.

    A stretch holds cable for sure where all nodes that may serve some location lie beyond it. Cable is priced at the
    size that it would have if every location were a terminal.
    """
    inward = [*reversed(list(street.above))]
    rank = {node: place for place, node in enumerate(inward)}
    rank[street.source] = len(inward)
    least, most = dict.fromkeys(rank, 0), dict.fromkeys(rank, 0)
    for row, nodes in reach.items():
        units = street.units[row]
        least[max(nodes, key=rank.__getitem__)] += units
        for node in _upward(street, nodes):
            most[node] += units
    children: dict[int, list[int]] = {node: [] for node in rank}
    for node in inward:
        if most[node]:
            children[street.above[node]].append(node)
        least[street.above[node]] += least[node]
    size = _sizes(street, rules)
    price = {node: rules.meter(size[node]) * street.cable_m[node] for node in inward if most[node]}
    end_price = {node: rules.meter(size[node]) * 2 * rules.slack.end_m for node in price}
    sure = frozenset(node for node in inward if least[node])
    return Cabling({n: sorted(c) for n, c in children.items()}, sure, least, most, price, end_price)


def _upward(street: Street, nodes: dict[int, float]) -> set[int]:
    """Nodes on the ways from some nodes to the hub, both ends included."""
    seen: set[int] = set()
    for start in nodes:
        node = start
        while node not in seen:
            seen.add(node)
            if node == street.source:
                break
            node = street.above[node]
    return seen


def _sizes(street: Street, rules: TerminalRules) -> dict[int, int]:
    """Size of the cable in each node's stretch if every location were a terminal; the smallest where there is none."""
    need: dict[int, int] = {}
    for row, node in street.node_of.items():
        if node != street.source:
            need[node] = need.get(node, 0) + street.units[row]
    smallest = min(rules.per_m, default=1)
    size = dict.fromkeys(street.above, smallest)
    for sheath in lay_cables(street.source, street.above, list(street.above), need, rules.sizes):
        size.update(dict.fromkeys(sheath.nodes[1:], sheath.fibers))
    return size
