"""Number the ports and fibers of a design, each once: frame and OLT per office, splitter outputs per hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from expansion.network.hubs import Hub
from expansion.network.offices import Offices
from expansion.network.terminals import Terminal
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Split:
    """Outputs of a splitter in the hub, and of one at a terminal: 1 where light is split in the hub alone."""

    at_hub: int
    at_terminal: int

    @classmethod
    def of(cls, study: Study) -> Split:
        """Read the stages of a study."""
        first, *second = study.network.stages
        return cls(first, second[0] if second else 1)

    @property
    def is_cascaded(self) -> bool:
        """Whether terminals hold splitters."""
        return self.at_terminal > 1

    def fibers(self, units: int) -> int:
        """Fibers that the units of a terminal take toward the hub."""
        return -(-units // self.at_terminal)

    def splitters(self, terminals: Sequence[Terminal]) -> int:
        """Splitters in the hub that feeds these terminals."""
        return -(-sum(self.fibers(terminal.used) for terminal in terminals) // self.at_hub)


@dataclass(frozen=True, slots=True)
class Ports:
    """Numbers given so far: per hub the ports of its office that lie before its own, per terminal the hub's fibers."""

    split: Split
    office_before: tuple[int, ...]
    fibers_before: tuple[tuple[int, ...], ...]

    def splitter_of(self, fiber: int) -> int:
        """Splitter in the hub, from 1, that feeds a fiber of the hub, from 1."""
        return (fiber - 1) // self.split.at_hub + 1

    def output(self, fiber: int) -> str:
        """Name the splitter output that feeds a fiber of the hub: ``splitter 2/5`` is output 5 of splitter 2."""
        return f"splitter {self.splitter_of(fiber)}/{(fiber - 1) % self.split.at_hub + 1}"


def number_ports(split: Split, hubs: list[Hub], offices: Offices, terminals: list[list[Terminal]]) -> Ports:
    """Give numbers, which run on over the hubs of an office and over the terminals of a hub, in their order."""
    next_port: dict[str, int] = {}
    before, fibers = [], []
    for hub, node, mine in zip(hubs, offices.of_hub, terminals, strict=True):
        office = offices.site_of_node.get(node, "")
        before.append(next_port.get(office, 0))
        next_port[office] = before[-1] + hub.splitters
        fibers.append(tuple(accumulate((split.fibers(terminal.used) for terminal in mine), initial=0))[:-1])
    return Ports(split, tuple(before), tuple(fibers))
