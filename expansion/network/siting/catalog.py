"""Hubs on offer and what they cost: sizes of the rate book, the fill target, cable, splitters, splices."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from expansion.network.cables import CableSizes
from expansion.passive import NetworkRules
from expansion.plan.graph import FloatArray, IntArray
from expansion.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class HubRules:
    """What a hub may be and what it costs, in cents.

    Attributes
    ----------
    sizes
        Ports and price of each hub on offer, ascending, none above `network.hub_capacity`.
    fill_target
        Share of the ports that may be in use at design.
    split_ratio, span_max_m, drop_max_m
        Units per splitter; longest way between two locations of a hub; longest drop.
    splitter
        A splitter with its OLT port, its port at the frame and the splice of its feeder fiber.
    splice, closure
        One of each.
    cables, cable_m
        Sizes of cable on sale with the spare, and the price of a meter of each.
    """

    sizes: tuple[tuple[int, int], ...]
    fill_target: float
    split_ratio: int
    span_max_m: float
    drop_max_m: float
    splitter: int
    splice: int
    closure: int
    cables: CableSizes
    cable_m: tuple[float, ...]

    @classmethod
    def from_book(cls, network: NetworkRules, book: Rulebook, span_max_m: float) -> HubRules:
        """Read rates at their likely values, and the study's rules."""

        def cents(item: str) -> float:
            return 100 * book.rate(item).likely

        port = "olt_port_xgs" if network.pon_class[:1] in ("N", "E") else "olt_port"
        each = _sized(book, "splitter", network.stages[0]) + cents(port) + cents("odf_port") + cents("splice")
        cables = CableSizes.from_book(book)
        return cls(
            _sizes(book, network.hub_capacity), network.fill_target, network.split_ratio, span_max_m,
            network.drop_max_m, round(each), round(cents("splice")), round(cents("closure")), cables,
            tuple(cents(f"cable_{size}") for size in cables.fibers),
        )  # fmt: skip

    @property
    def most(self) -> int:
        """Most units that any hub serves under the fill target; 0 where even the largest has no port to spare."""
        return max(self.room(ports) for ports, _ in self.sizes)

    def room(self, ports: int) -> int:
        """Units that a hub of so many ports serves under the fill target."""
        return floor(self.fill_target * ports + 1e-9)

    def size_for(self, units: int) -> tuple[int, int]:
        """Ports and price of the cheapest hub for so many units: within the fill target, else within its ports."""
        fit = [size for size in self.sizes if self.room(size[0]) >= units]
        fit = fit or [size for size in self.sizes if size[0] >= units] or [self.sizes[-1]]
        return min(fit, key=lambda size: (size[1], size[0]))

    def splitters(self, units: int) -> int:
        """Splitters, and so feeder fibers, for so many units."""
        return -(-units // self.split_ratio)

    def meter_cents(self, fibers: IntArray) -> FloatArray:
        """Cents of a meter of the cable that holds so many fibers in use and the spare; 0 for none."""
        wanted = fibers + (fibers * self.cables.spare_share).astype(np.int64)
        largest = self.cables.fibers[-1]
        rank = np.searchsorted(self.cables.fibers, wanted)
        price = np.array([*self.cable_m, 0.0])[rank]
        price = np.where(rank == len(self.cable_m), -(-wanted // largest) * self.cable_m[-1], price)
        return np.where(fibers > 0, price, 0.0)

    def fiber_m(self) -> float:
        """Cents of a meter of one more fiber: the slope between the smallest and the largest cable of the catalog."""
        step = max(self.cables.fibers[-1] - self.cables.fibers[0], 1)
        return max((self.cable_m[-1] - self.cable_m[0]) / step, 0.0)

    def hub_cents(self, most: int) -> NDArray[np.int64]:
        """Least price of hubs at one place per units served, from 0 to `most`, splitters left out; any number of hubs.

        Never falls and never more than the sum of its parts, so that it bounds every way to share the units out.
        """
        alone = np.full(most + 1, np.iinfo(np.int64).max // 4, dtype=np.int64)
        alone[0] = 0
        for ports, price in self.sizes:
            alone[: min(self.room(ports), most) + 1] = np.minimum(alone[: min(self.room(ports), most) + 1], price)
        alone[0] = 0
        top = min(self.most, most)
        for units in range(top + 1, most + 1):
            alone[units] = int((alone[1 : top + 1] + alone[units - 1 : units - top - 1 : -1]).min())
        return alone


def _sizes(book: Rulebook, capacity: int) -> tuple[tuple[int, int], ...]:
    """Ports and cents of the sizes up to `capacity`, which is one itself."""
    ports = sorted({*(size for size in book.catalog("hub") if size <= capacity), capacity})
    return tuple((size, round(_sized(book, "hub", size))) for size in ports)


def _sized(book: Rulebook, family: str, size: int) -> float:
    """Cents of a size, between those of the rate book where it lacks it, beyond them in proportion."""
    known = book.catalog(family)
    cents = [100 * book.rate(f"{family}_{one}").likely for one in known]
    if size > known[-1]:
        return cents[-1] * size / known[-1]
    return float(np.interp(size, known, cents))
