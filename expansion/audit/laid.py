"""Lay cables out along their spans: where they run, where they are opened, and how far light runs in them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from expansion.audit.folder import SavedPlan, integers, numbers, split_ids, texts
from expansion.audit.ledger import Ledger
from expansion.audit.rules import engineering, split_stages

_MILLIMETER = 0.0011


@dataclass(frozen=True, slots=True)
class Stretch:
    """A span as cable sees it: end nodes, route meters, and cable meters before slack."""

    u: int
    v: int
    route_m: float
    cable_m: float


@dataclass(frozen=True, slots=True)
class Run:
    """A cable laid out.

    `nodes` are those of its way from the core outward, `steps` the cable meters between them before slack, `opened`
    tells per node whether fibers leave there, `pieces` are the lengths that its reels gave, `end_m` and `through_m` the
    slack at an end of a piece and where it is opened.
    """

    tier: str
    from_site: str
    to_site: str
    nodes: tuple[int, ...]
    steps: tuple[float, ...]
    opened: tuple[bool, ...]
    pieces: tuple[float, ...]
    end_m: float
    through_m: float

    def bare(self, place: int) -> float:
        """Cable meters from the start to where light leaves at a place, without the slack of joints and of the end."""
        inner = range(1, min(place, len(self.nodes) - 2) + 1)
        return self.end_m + sum(self.steps[:place]) + self.through_m * sum(self.opened[i] for i in inner)

    def joints_before(self, place: int) -> int:
        """Joints of reels that light passes which leaves at a place; one that stands right there it does not."""
        found, along = 0, self.end_m
        for piece in self.pieces[:-1]:
            along += piece - 2 * self.end_m
            found += along < self.bare(place) - _MILLIMETER
        return found

    def light(self, place: int) -> tuple[float, int]:
        """Cable meters that light runs in this cable to a place of its way, and the joints that it passes."""
        joints, last = self.joints_before(place), place == len(self.nodes) - 1
        return self.bare(place) + 2 * self.end_m * joints + (self.end_m if last else 0.0), joints


def hub_fibers(saved: SavedPlan) -> list[range]:
    """Per light path the fibers of its hub that its units take: one each, or one per splitter at the terminal begun."""
    paths, stages = saved.table("paths"), split_stages(saved)
    per = stages[1] if len(stages) > 1 else 1
    columns = (integers(paths, "distribution_fiber"), integers(paths, "terminal_port"), integers(paths, "units"))
    return [
        range(int(first), int(first) + (int(port) + int(units) - 2) // per - (int(port) - 1) // per + 1)
        for first, port, units in zip(*columns, strict=True)
    ]


def stretches(saved: SavedPlan) -> dict[str, Stretch]:
    """Read the spans, with the sag of poles or of ground added."""
    spans = saved.table("spans")
    aerial, buried = engineering(saved, "sag_aerial"), engineering(saved, "sag_buried")
    columns = (texts(spans, "span_id"), integers(spans, "u"), integers(spans, "v"), numbers(spans, "length_m"))
    found = {}
    for name, u, v, length, placement in zip(*columns, texts(spans, "placement"), strict=True):
        sag = aerial if placement == "aerial" else buried
        found[name] = Stretch(int(u), int(v), float(length), float(length) * (1 + sag))
    return found


def site_nodes(saved: SavedPlan) -> dict[str, int]:
    """Node of each site."""
    sites = saved.table("sites")
    return dict(zip(texts(sites, "site_id"), (int(node) for node in integers(sites, "node")), strict=True))


def lay_out(saved: SavedPlan, ledger: Ledger) -> dict[str, Run]:
    """Walk every cable along its spans; those that break off are breaches and are left out."""
    spans, nodes, cables = stretches(saved), site_nodes(saved), saved.table("cables")
    columns = [texts(cables, name) for name in ("cable_id", "tier", "from_site", "to_site", "span_ids")]
    opened, pieces = opened_nodes(saved), cut_pieces(saved)
    slack = engineering(saved, "slack_end_m"), engineering(saved, "slack_through_m")
    runs, broken = {}, []
    for cable, tier, start, end, names in zip(*columns, strict=True):
        way = _walk([spans.get(name) for name in split_ids(names)], nodes.get(start))
        if way is None or (tier != "drop" and way[0][-1] != nodes.get(end)):
            broken.append(cable)
        else:
            at = tuple(node in opened[cable] for node in way[0])
            runs[cable] = Run(tier, start, end, *way, at, tuple(pieces[cable]), *slack)
    ledger.nothing(broken, "cables do not run along their spans from site to site", len(cables))
    return runs


def opened_nodes(saved: SavedPlan) -> dict[str, set[int]]:
    """Per cable the nodes of the sites at which a fiber of it goes on elsewhere: into another cable or a port."""
    splices, nodes = saved.table("splices"), site_nodes(saved)
    opened: dict[str, set[int]] = defaultdict(set)
    columns = [texts(splices, name) for name in ("site_id", "in_cable", "out_cable")]
    for site, before, after in zip(*columns, strict=True):
        if before and before != after and site in nodes:
            opened[before].add(nodes[site])
    return opened


def cut_pieces(saved: SavedPlan) -> dict[str, list[float]]:
    """Per cable the lengths of its pieces from the core outward; of sheaths side by side, those of the first."""
    reels = saved.table("reels")
    found: dict[str, dict[int, float]] = defaultdict(dict)
    columns = (integers(reels, "sheath"), integers(reels, "piece"), numbers(reels, "length_m"))
    for cable, sheath, piece, length in zip(texts(reels, "cable_id"), *columns, strict=True):
        if sheath == 1:
            found[cable][int(piece)] = float(length)
    return defaultdict(list, {cable: [mine[n] for n in sorted(mine)] for cable, mine in found.items()})


def _walk(way: list[Stretch | None], start: int | None) -> tuple[tuple[int, ...], tuple[float, ...]] | None:
    """Nodes and steps of a walk over spans from a node; None where it breaks off."""
    if start is None:
        return None
    nodes, steps = [start], []
    for span in way:
        if span is None or nodes[-1] not in (span.u, span.v):
            return None
        nodes.append(span.u + span.v - nodes[-1])
        steps.append(span.cable_m)
    return tuple(nodes), tuple(steps)
