"""Give every circuit a fiber of each cable that it passes.

A circuit is what one fiber of a source carries: the light of a splitter in a hub, of a unit or a splitter at a
terminal, or one uplink of a hut. Fibers are taken outward from 1: at each place that a cable passes, first those that
end there, then those of the cables that leave there, so that a branch takes a run of its mother's fibers and dead ends
lie together.
"""

from __future__ import annotations

from dataclasses import dataclass

from expansion.network.light import Bundle


@dataclass(frozen=True, slots=True)
class Circuit:
    """One circuit of a bundle: the node and site at which it ends, and its number there, from 1."""

    node: int
    site: str
    number: int


@dataclass(frozen=True, slots=True)
class Use:
    """A fiber in use: its circuit, the place on the cable's way where it leaves, and the cable and fiber that go on.

    `onward` is the row of a cable of the bundle, -1 where the circuit ends.
    """

    circuit: Circuit
    place: int
    onward: int
    onward_fiber: int


def circuits_at(bundle: Bundle, node: int) -> list[Circuit]:
    """Circuits that end at a node, site after site."""
    return [
        Circuit(node, site, number) for site, fibers in bundle.ends.get(node, ()) for number in range(1, fibers + 1)
    ]


def use_fibers(bundle: Bundle) -> list[list[Use]]:
    """List per cable of a bundle its fibers in use, from fiber 1 without a gap."""
    leaving: dict[tuple[int, int], list[int]] = {}
    for row, sheath in enumerate(bundle.sheaths):
        leaving.setdefault((sheath.branches_from, sheath.nodes[0]), []).append(row)
    uses: list[list[Use]] = [[] for _ in bundle.sheaths]
    for row in reversed(range(len(bundle.sheaths))):
        for place, node in enumerate(bundle.sheaths[row].nodes[1:], start=1):
            uses[row] += [Use(circuit, place, -1, 0) for circuit in circuits_at(bundle, node)]
            for other in leaving.get((row, node), ()):
                uses[row] += [Use(use.circuit, place, other, fiber) for fiber, use in enumerate(uses[other], start=1)]
    return uses
