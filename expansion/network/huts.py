"""Open huts that pay: site, power and backhaul against the feeder cable that they save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from expansion.network.cables import CableSizes
from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.light import lay_feeders
from expansion.network.offices import Offices, open_hut, ports_at
from expansion.rulebook import Rulebook

_LEAST_CENTS = 1.0
# Share of a hut's price by which the estimate may fall short of what the cables, laid whole, save.
_DOUBT = 0.25


@dataclass(frozen=True, slots=True)
class FeederRates:
    """What feeder cable and a hut cost at likely rates, in cents.

    Attributes
    ----------
    hut, splice, closure
        One of each.
    per_m
        Meter of cable per catalog size.
    hut_fibers, hut_ports
        Fibers that a hut takes toward the core, and splitters that it can feed.
    sizes
        Sizes of cable on sale, and the spare.
    """

    hut: float
    splice: float
    closure: float
    per_m: Mapping[int, float]
    hut_fibers: int
    hut_ports: int
    sizes: CableSizes

    @classmethod
    def from_book(cls, book: Rulebook) -> FeederRates:
        """Read rates and rules."""
        value, sizes = book.engineering_value, CableSizes.from_book(book)
        return cls(
            hut=100 * book.rate("hut").likely, splice=100 * book.rate("splice").likely,
            closure=100 * book.rate("closure").likely,
            per_m={size: 100 * book.rate(f"cable_{size}").likely for size in sizes.fibers},
            hut_fibers=int(value("hut_backhaul_fibers")), hut_ports=int(value("hut_capacity")),
            sizes=sizes,
        )  # fmt: skip

    def meter(self, fibers: int) -> float:
        """Cents of a meter of cable of a size; beyond the catalog in proportion."""
        largest = self.sizes.fibers[-1]
        return self.per_m[fibers] if fibers in self.per_m else self.per_m[largest] * fibers / largest

    def fiber_m(self) -> float:
        """Cents of a meter of one more fiber: the slope between the smallest and the largest cable of the catalog."""
        small, large = self.sizes.fibers[0], self.sizes.fibers[-1]
        return max((self.per_m[large] - self.per_m[small]) / max(large - small, 1), 0.0)


def feeder_cents(ground: Ground, offices: Offices, hubs: list[Hub], rates: FeederRates) -> float:
    """Cents of all feeder cables with their splices and closures, as the bill counts them, huts not included."""
    total = 0.0
    bundles, _ = lay_feeders(ground, offices, hubs, rates.sizes, rates.hut_fibers)
    for bundle in bundles:
        total += rates.closure * len(bundle.new_closures)
        opened = set(bundle.sites) | {node for _, node in bundle.new_closures}
        for sheath, layout in zip(bundle.sheaths, bundle.layouts, strict=True):
            alone = [joint for joint in layout.joints if joint.place < 0 or sheath.nodes[joint.place] not in opened]
            total += rates.meter(sheath.fibers) * layout.length_mm / 1000 + rates.closure * len(alone)
            total += rates.splice * (sheath.used_fibers + len(layout.joints) * sheath.fibers)
    return total + rates.splice * rates.hut_fibers * len(offices.hut_nodes)


def open_paying_huts(
    ground: Ground, offices: Offices, hubs: list[Hub], rates: FeederRates, barred: frozenset[int] = frozenset()
) -> list[float]:
    """Open huts, the one that saves most first, as long as one saves more than it costs.

    A hut pays where many strands run side by side for a long way: below it each splitter keeps its fiber, above it
    `hut_fibers` are enough. Places are the nodes at which hubs stand or feeders meet, whose splitters one hut can
    feed. An estimate edge by edge picks candidates; the cables laid with and without the hut decide.

    Parameters
    ----------
    ground, offices, hubs
        The forest with its offices; `offices` takes the huts.
    rates
        Prices and rules.
    barred
        Nodes at which none may stand.

    Returns
    -------
    list of float
        Cents saved by each hut beyond its price, in the order of `offices.hut_nodes`' new entries.
    """
    saved: list[float] = []
    before = feeder_cents(ground, offices, hubs, rates) if hubs else 0.0
    while True:
        found = _best(ground, offices, hubs, rates, before, barred)
        if found is None:
            return saved
        node, after = found
        open_hut(ground.supply, offices, hubs, node)
        saved.append(before - after - rates.hut)
        before = after


def _best(
    ground: Ground, offices: Offices, hubs: list[Hub], rates: FeederRates, before: float, barred: frozenset[int]
) -> tuple[int, float] | None:
    """First candidate, by estimate, that pays when its cables are laid; with the cents of all feeders then."""
    worths = _estimates(ground, offices, hubs, rates)
    for _, node in sorted((-worth, node) for node, worth in worths.items() if node not in barred):
        trial = offices.copy()
        open_hut(ground.supply, trial, hubs, node)
        if ports_at(trial, hubs).get(node, 0) > rates.hut_ports:
            continue
        after = feeder_cents(ground, trial, hubs, rates)
        if before - after - rates.hut > _LEAST_CENTS:
            return node, after
    return None


def _estimates(ground: Ground, offices: Offices, hubs: list[Hub], rates: FeederRates) -> dict[int, float]:
    """Per place the cents that a hut there would save beyond its price, where that comes near to 0 or above."""
    supply, strands = ground.supply, _strands(ground, offices, hubs, rates.hut_fibers)
    moved: dict[int, int] = {}
    for i, hub in enumerate(hubs):
        for node in _way_up(ground, hub.node, offices.of_hub[i]):
            moved[node] = moved.get(node, 0) + hub.splitters
    found: dict[int, float] = {}
    places = {hub.node for hub in hubs} | _meetings(ground, offices, hubs)
    for node in sorted(places & set(moved)):
        if node in offices.site_of_node or not rates.hut_fibers < moved[node] <= rates.hut_ports:
            continue
        worth = -rates.hut
        for lower in _way_up(ground, node, _office_of(supply.above, offices, node)):
            now = rates.sizes.fit(strands[lower])
            then = rates.sizes.fit(strands[lower] - moved[node] + rates.hut_fibers)
            worth += (rates.meter(now) - rates.meter(then)) * ground.edge_m(lower, supply.above[lower])
        if worth > -_DOUBT * rates.hut:
            found[node] = worth
    return found


def _office_of(above: list[int], offices: Offices, node: int) -> int:
    """First office above a node, -1 for none."""
    node = above[node]
    while node >= 0 and node not in offices.site_of_node and above[node] >= 0:
        node = above[node]
    return node if node in offices.site_of_node else -1


def _way_up(ground: Ground, node: int, office: int) -> list[int]:
    """Nodes from `node` up whose edge upward holds new feeder cable toward the office."""
    supply, way = ground.supply, []
    while (
        node != office and supply.above[node] not in (-1, supply.top) and not supply.is_existing[supply.up_edge[node]]
    ):
        way.append(node)
        node = supply.above[node]
    return way


def _strands(ground: Ground, offices: Offices, hubs: list[Hub], hut_fibers: int) -> dict[int, int]:
    """Fibers in use per node's edge upward."""
    loads = [(hub.node, offices.of_hub[i], hub.splitters) for i, hub in enumerate(hubs)]
    above = ground.supply.above
    loads += [(node, _office_of(above, offices, node), hut_fibers) for node in offices.hut_nodes]
    strands: dict[int, int] = {}
    for start, office, fibers in loads:
        for node in _way_up(ground, start, office):
            strands[node] = strands.get(node, 0) + fibers
    return strands


def _meetings(ground: Ground, offices: Offices, hubs: list[Hub]) -> set[int]:
    """Nodes at which the ways of two hubs come together."""
    children: dict[int, set[int]] = {}
    for i, hub in enumerate(hubs):
        for node in _way_up(ground, hub.node, offices.of_hub[i]):
            children.setdefault(ground.supply.above[node], set()).add(node)
    return {node for node, below in children.items() if len(below) > 1}
