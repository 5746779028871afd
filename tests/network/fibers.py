"""Designs made by hand for tests of strands and splices, and a walk that knows only the splices."""

import re

from expansion.network.hubs import Hub
from expansion.network.light import lay_distribution, lay_feeders
from expansion.network.offices import Offices
from expansion.network.ports import Split, number_ports
from expansion.network.records import Design
from expansion.network.splices import record_fibers
from expansion.network.terminals import Terminal
from tests.villages import BOOK, SIZES


def draw_design(land, hub_node, terminals, *, office=0, split=None, huts=()):
    """Design one hub; `terminals` are (node, units of each location); locations are named after terminal and place."""
    split = split or Split(32, 1)
    names, units, placed = [], [], []
    for number, (node, homes) in enumerate(terminals, start=1):
        rows = tuple(range(len(names), len(names) + len(homes)))
        names += [f"L{number}{'abcdefghijklmnop'[place]}" for place in range(len(homes))]
        units += list(homes)
        placed.append(Terminal(node, sum(homes), sum(homes), rows, (0.0,) * len(rows), ((node,),) * len(rows)))
    hub = Hub("H", 0, hub_node, tuple(range(len(names))), sum(units), 144, split.splitters(placed))
    sites = {office: "co"} | {node: f"hut-{n}" for n, node in enumerate(huts, start=1)}
    offices = Offices(sites, list(huts), [huts[-1] if huts else office])
    feeders, feeder_of = lay_feeders(land, offices, [hub], SIZES, 4)
    terminal_ids = [f"T{number}" for number in range(1, len(placed) + 1)]
    bundle = lay_distribution(land, hub, placed, terminal_ids, SIZES, split.at_terminal)
    owners = dict.fromkeys(range(-1, land.graph.node_count), 0)
    design = Design([hub], offices, [placed], [terminal_ids], feeders, feeder_of, [bundle], names, units, ["A"], owners)
    return design, number_ports(split, [hub], offices, [placed])


def tables(land, design, ports, book=BOOK):
    """Strands and splices of a design; area A pays for all."""
    areas = [["A"] * len(bundle.sheaths) for bundle in design.bundles()]
    return record_fibers(land.supply, design, ports, book, areas)


def ends_of(row):
    """What a splice joins: (cable, fiber) or (site, port) on both sides."""
    found = []
    for side in ("in", "out"):
        cable, fiber, port = (getattr(row, f"{side}_{name}") for name in ("cable", "fiber", "port"))
        if isinstance(cable, str):
            found.append((cable, int(fiber)))
        else:
            other = re.fullmatch(r"(.+) ((?:odf|splitter) .+)", port)
            found.append((other[1], other[2]) if other else (row.site_id, port))
    return found


def joined(splices):
    """From what lies toward the customer to what lies toward the core; joints of reels left out."""
    pairs = [ends_of(row) for row in splices.itertuples()]
    made = {after: before for before, after in pairs if before != after}
    assert len(made) == len({before for before, after in pairs if before != after})  # nothing is joined twice
    assert len(made) == sum(1 for before, after in pairs if before != after)
    return made


def walk_to_olt(made, drop, split):
    """Follow a fiber of a drop to its OLT port by joins alone; the ends that it passes, the OLT port last."""
    here, passed = drop, [drop]
    while not str(here[1]).startswith("olt"):
        site, what = made[here]
        second = re.fullmatch(r"port (\d+)", str(what))
        first = re.fullmatch(r"splitter (\d+)/\d+", str(what))
        if second and (site, what) not in made:  # through the splitter at the terminal
            what = f"splitter {(int(second[1]) - 1) // split.at_terminal + 1}"
        here = (site, f"splitter {first[1]}") if first else (site, what)  # through the one in the hub
        passed.append(here)
    return passed
