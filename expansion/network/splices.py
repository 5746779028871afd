"""Write down every strand and every splice, so that light can be walked from the OLT to each ONT by them alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pandas as pd

from expansion.network.circuits import Circuit, Use, circuits_at, use_fibers
from expansion.network.joints import joint_site, site_on
from expansion.network.light import Bundle, upstream
from expansion.network.ports import Ports
from expansion.network.records import Design
from expansion.network.splice_tables import EXISTING, splice_table, strand_table
from expansion.network.supply import Supply
from expansion.network.uplinks import feeding_node
from expansion.rulebook import Rulebook

Point = tuple[str | None, int | None, str | None]  # a fiber of a cable, or a port


@dataclass(slots=True)
class Register:
    """Rows of strands and splices as they are made, in the order of their columns."""

    strands: list[tuple[object, ...]] = field(default_factory=list)
    splices: list[tuple[object, ...]] = field(default_factory=list)

    def strand(self, cable: str, fibers: tuple[int, int], use: str, carries: str, *ends: str | None) -> None:
        """Add one strand, or a run of strands of one use; `ends` are site and port at its start and at its end."""
        self.strands.append((cable, *fibers, use, carries or None, *ends))

    def join(self, site: str, kind: str, before: Point, after: Point, carries: str, area: str | None) -> None:
        """Add what joins two fibers or ports at a site."""
        self.splices.append((site, kind, *before, *after, carries or None, area))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a circuit is: what it carries, its ports at both ends, how it is joined there, and the area of its end.

    `office` is the site of the frame where the operator's own fiber lies between that and the source, else "".
    """

    carries: str
    start_port: str
    start_kind: str
    end_port: str
    end_kind: str
    end_area: str | None
    office: str = ""


def record_fibers(
    supply: Supply, design: Design, ports: Ports, book: Rulebook, areas: Sequence[Sequence[str]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the tables of strands and splices.

    Parameters
    ----------
    supply
        The forest, by which a hut's office is found.
    design, ports
        What was decided, and the numbers of its ports.
    book
        Fibers of a tube, splices of a tray, sizes of cable.
    areas
        Area that pays for each cable, per bundle of the design.

    Returns
    -------
    tuple
        Strands and splices after `expansion.plan.specs_network`.
    """
    register = Register()
    feeders = len(design.feeders)
    for number, bundle in enumerate(design.bundles()):
        if number < feeders:
            _Feeder(supply, design, ports, bundle).record(register, areas[number])
        else:
            _Distribution(design, ports, number - feeders).record(register, areas[number])
    _record_frames(register, design, ports)
    _record_drops(register, design)
    return strand_table(register.strands, book), splice_table(register.splices, book)


class _Recorder(ABC):
    """Records the cables of one bundle; what its circuits mean differs by tier."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.existing = 0

    @abstractmethod
    def mean(self, circuit: Circuit) -> Meaning:
        """Say what a circuit is."""

    def start(self, register: Register, meaning: Meaning, site: str, onward: str) -> Point:
        """Say where a circuit comes from: a port at the source, or a strand of the operator's fiber to `site`."""
        port = (None, None, meaning.start_port)
        if not meaning.office:
            return port
        self.existing += 1
        here = (f"{self.bundle.source_site}{EXISTING}", self.existing, None)
        register.join(meaning.office, "existing", port, here, meaning.carries, None)
        ends = (meaning.office, meaning.start_port, site, onward)
        register.strand(here[0], (self.existing, self.existing), "in use", meaning.carries, *ends)
        return here

    def record(self, register: Register, areas: Sequence[str]) -> None:
        """Add the bundle's strands and splices."""
        bundle = self.bundle
        for circuit in circuits_at(bundle, bundle.source):
            meaning = self.mean(circuit)
            before = self.start(register, meaning, circuit.site, meaning.end_port)
            if before[0] is None:
                before = (None, None, f"{bundle.source_site} {before[2]}")  # a port of another cabinet at that place
            after = (None, None, meaning.end_port)
            register.join(circuit.site, meaning.end_kind, before, after, meaning.carries, meaning.end_area)
        uses = use_fibers(bundle)
        meanings = {use.circuit: self.mean(use.circuit) for mine in uses for use in mine if use.onward < 0}
        mothers = {
            (use.onward, use.onward_fiber): (bundle.cable_id(row), fiber, None)
            for row, mine in enumerate(uses)
            for fiber, use in enumerate(mine, start=1)
            if use.onward >= 0
        }
        for row, mine in enumerate(uses):
            for fiber, use in enumerate(mine, start=1):
                self._record_fiber(register, row, fiber, use, meanings[use.circuit], mothers.get((row, fiber)), areas)
            self._record_rest(register, row, mine)
            self._record_joints(register, row, mine, meanings, areas[row])

    def _record_fiber(
        self,
        register: Register,
        row: int,
        fiber: int,
        use: Use,
        meaning: Meaning,
        mother: Point | None,
        areas: Sequence[str],
    ) -> None:
        """Add a fiber in use, the splice at which it begins and, where its circuit ends, that one too."""
        bundle, here = self.bundle, (self.bundle.cable_id(row), fiber, None)
        begins = site_on(bundle, row, 0)
        before = mother or self.start(register, meaning, begins, f"{here[0]}:{fiber}")
        kind = "splice" if before[0] else meaning.start_kind
        register.join(begins, kind, before, here, meaning.carries, areas[row])
        if use.onward < 0:
            end, port = use.circuit.site, meaning.end_port
            register.join(end, meaning.end_kind, here, (None, None, port), meaning.carries, meaning.end_area)
        else:
            end, port = site_on(bundle, row, use.place), f"{bundle.cable_id(use.onward)}:{use.onward_fiber}"
        told = before[2] or f"{before[0]}:{before[1]}"
        register.strand(here[0], (fiber, fiber), "in use", meaning.carries, begins, told, end, port)

    def _record_rest(self, register: Register, row: int, mine: list[Use]) -> None:
        """Add what lies dead behind the places where fibers leave, and what is spare."""
        bundle, sheath = self.bundle, self.bundle.sheaths[row]
        name, last = bundle.cable_id(row), len(sheath.nodes) - 1
        end = site_on(bundle, row, last)
        first = 1
        for fiber, use in enumerate(mine, start=1):
            if fiber == len(mine) or mine[fiber].place != use.place:
                if use.place < last:
                    register.strand(name, (first, fiber), "dead", "", site_on(bundle, row, use.place), None, end, None)
                first = fiber + 1
        if sheath.fibers > len(mine):
            start = site_on(bundle, row, 0)
            register.strand(name, (len(mine) + 1, sheath.fibers), "spare", "", start, None, end, None)

    def _record_joints(
        self, register: Register, row: int, mine: list[Use], meanings: dict[Circuit, Meaning], area: str
    ) -> None:
        """Add the splices where reels join: all fibers of the sheath but those that leave there."""
        bundle, layout = self.bundle, self.bundle.layouts[row]
        name = bundle.cable_id(row)
        for number, joint in enumerate(layout.joints):
            site, _ = joint_site(bundle, row, number)
            behind = joint.step + 1
            for fiber in range(1, bundle.sheaths[row].fibers + 1):
                use = mine[fiber - 1] if fiber <= len(mine) else None
                if use is not None and use.place == joint.place:
                    continue
                carries = meanings[use.circuit].carries if use is not None and use.place >= behind else ""
                register.join(site, "splice", (name, fiber, None), (name, fiber, None), carries, area)


class _Feeder(_Recorder):
    """Records feeder cables: a fiber per splitter in a hub, and the uplinks of huts and stations."""

    def __init__(self, supply: Supply, design: Design, ports: Ports, bundle: Bundle) -> None:
        super().__init__(bundle)
        self.supply, self.design, self.ports = supply, design, ports
        self.stations = {uplink.station.site_id: uplink.area for uplink in design.uplinks}
        self.hub_row = {hub.hub_id: row for row, hub in enumerate(design.hubs)}

    def mean(self, circuit: Circuit) -> Meaning:
        row = self.hub_row.get(circuit.site, -1)
        if row < 0:
            port, area = f"uplink {circuit.number}", self._payer(circuit)
            above = feeding_node if circuit.site in self.stations else upstream
            office = self._office(above(self.supply, self.design.offices, circuit.node))
            words = (f"{port} of {circuit.site}", f"{port} to {circuit.site}")
            return Meaning(*words, "splice", port, "splice", area, office)
        port = f"splitter {circuit.number}"
        area = self.design.area_ids[self.design.hubs[row].area]
        frame = f"odf {self.ports.office_before[row] + circuit.number}"
        office = self._office(self.design.offices.of_hub[row])
        return Meaning(f"{port} in {circuit.site}", frame, "splice", port, "splitter in", area, office)

    def _payer(self, circuit: Circuit) -> str | None:
        """Area of a station, or that pays for the way to a hut."""
        area = self.stations.get(circuit.site)
        return self.design.area_at(circuit.node) if area is None else self.design.area_ids[area]

    def _office(self, node: int) -> str:
        """Name the office, where the operator's own fiber lies between its node and the source; else ""."""
        return "" if node == self.bundle.source else self.design.offices.site_of_node.get(node, "")


class _Distribution(_Recorder):
    """Records the cables of a hub: a fiber per unit, or per splitter at a terminal."""

    def __init__(self, design: Design, ports: Ports, row: int) -> None:
        super().__init__(design.distribution[row])
        self.ports, self.area = ports, design.area_ids[design.hubs[row].area]
        names = design.terminal_ids[row]
        self.before = dict(zip(names, ports.fibers_before[row], strict=True))
        self.units = {name: list(units_of(design, row, i)) for i, name in enumerate(names)}

    def mean(self, circuit: Circuit) -> Meaning:
        output = self.ports.output(self.before[circuit.site] + circuit.number)
        if self.ports.split.is_cascaded:
            port = f"splitter {circuit.number}"
            return Meaning(f"{port} at {circuit.site}", output, "splitter out", port, "splitter in", self.area)
        location, unit = self.units[circuit.site][circuit.number - 1]
        port = f"port {circuit.number}"
        return Meaning(f"unit {unit} of {location}", output, "splitter out", port, "splice", self.area)


def units_of(design: Design, hub: int, terminal: int) -> Iterator[tuple[str, int]]:
    """Location and unit at each port of a terminal in use, from port 1."""
    for row in design.terminals[hub][terminal].rows:
        for unit in range(1, design.units[row] + 1):
            yield design.location_ids[row], unit


def _record_frames(register: Register, design: Design, ports: Ports) -> None:
    """Add the patch from each OLT port to its port of the frame."""
    for row, hub in enumerate(design.hubs):
        office = design.offices.site_of_node.get(design.offices.of_hub[row], "")
        for number in range(1, hub.splitters + 1):
            port = ports.office_before[row] + number
            carries = f"splitter {number} in {hub.hub_id}"
            before, after = (None, None, f"olt {port}"), (None, None, f"odf {port}")
            register.join(office, "connector", before, after, carries, design.area_ids[hub.area])


def _record_drops(register: Register, design: Design) -> None:
    """Add the drops: a fiber per unit, plugged into the terminal."""
    for row, hub in enumerate(design.hubs):
        area = design.area_ids[hub.area]
        for number, name in enumerate(design.terminal_ids[row]):
            for port, (location, unit) in enumerate(units_of(design, row, number), start=1):
                cable, carries = f"X-{location}", f"unit {unit} of {location}"
                register.join(name, "connector", (None, None, f"port {port}"), (cable, unit, None), carries, area)
                ends = (name, f"port {port}", location, f"ont {unit}")
                register.strand(cable, (unit, unit), "in use", carries, *ends)
