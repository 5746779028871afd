"""Choose the huts that reach, strands and OLT ports force: no more than needed, by a small program per tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from expansion.network.siting.program import Program
from expansion.network.supply import Supply
from expansion.plan.graph import EdgePrices

_SHORT = 1_000.0
"""Price of a strand too many, in huts: no hut is worth one."""
_SCARCE = 1e-3
"""Price of a meter of spare strand over one in new cable: of two places that cost the same, the nearer one."""


@dataclass(frozen=True, slots=True)
class Load:
    """A hub as huts see it: its node, the splitters that it feeds, and the meters from it to its farthest location."""

    node: int
    splitters: int
    far_m: float


@dataclass(frozen=True, slots=True)
class CoverRules:
    """What binds huts, and what decides among equally many.

    Attributes
    ----------
    reach_m
        Route meters between OLT and ONT.
    hut_fibers
        Strands that a hut takes toward the core.
    spare
        Spare strands per plant id of existing fiber; ids that are missing are unlimited.
    hut_cents, fiber_cents_m
        Price of a hut, and of a meter of one more feeder fiber in new cable.
    hut_ports
        OLT ports of one hut module; a hut that feeds more splitters stands as several modules, each at the full price.
    office_ports
        OLT ports per node of an office that states them; offices that are missing are unlimited.
    station_fibers
        Strands that a tower or cabinet takes.
    standing
        Nodes at which a hut stands by a lock.
    barred
        Nodes at which none may stand, unless nothing else covers a hub.
    """

    reach_m: float
    hut_fibers: int
    spare: Mapping[str, int]
    hut_cents: float
    fiber_cents_m: float
    hut_ports: float = np.inf
    office_ports: Mapping[int, int] = field(default_factory=dict)
    station_fibers: int = 0
    standing: frozenset[int] = frozenset()
    barred: frozenset[int] = frozenset()

    def modules(self, splitters: int) -> int:
        """Modules of a hut that feeds so many splitters."""
        return max(int(np.ceil(splitters / self.hut_ports)), 1)


class Ways:
    """The ways from the hubs of one root up to it."""

    def __init__(self, supply: Supply, prices: EdgePrices, loads: Sequence[Load], root: int, offices: set[int]) -> None:
        self.supply, self.prices, self.loads, self.root = supply, prices, loads, root
        self.has_office = root in offices
        self.way = [self._up(load.node) for load in loads]

    def _up(self, node: int) -> list[int]:
        way = [node]
        while way[-1] != self.root:
            way.append(self.supply.above[way[-1]])
        return way

    def reach(self, hub: int, node: int) -> float:
        """Route meters from an office at `node` through a hub to its farthest location."""
        away = self.supply.away_m
        return away[self.loads[hub].node] - away[node] + self.loads[hub].far_m

    def plant(self, node: int) -> str:
        """Plant id of the existing fiber on a node's edge upward, "" for none."""
        edge = self.supply.up_edge[node]
        return str(self.prices.existing[edge]) if edge >= 0 else ""

    def serving(self, huts: Iterable[int]) -> list[int]:
        """Per hub the node of the first hut or office on its way up, -1 where there is none."""
        open_at = {*huts, *([self.root] if self.has_office else [])}
        return [next((node for node in way if node in open_at), -1) for way in self.way]

    def strands(self, huts: Iterable[int], hut_fibers: int) -> dict[int, int]:
        """Strands in use per node's edge upward, where existing fiber lies."""
        huts = list(huts)
        ends = self.serving(huts)
        runs = [(way, end, load.splitters) for way, end, load in zip(self.way, ends, self.loads, strict=True)]
        open_at = {*huts, self.root}
        for hut in huts:
            way = self._up(hut)
            runs.append((way, next((node for node in way[1:] if node in open_at), self.root), hut_fibers))
        used: dict[int, int] = {}
        for way, end, fibers in runs:
            for node in way:
                if node == end:
                    break
                if self.plant(node):
                    used[node] = used.get(node, 0) + fibers
        return used

    def splitters_at(self, ends: Sequence[int]) -> dict[int, int]:
        """Splitters fed per hut or office, `ends` as from `serving`."""
        fed: dict[int, int] = {}
        for end, load in zip(ends, self.loads, strict=True):
            fed[end] = fed.get(end, 0) + load.splitters
        return fed

    def modules(self, huts: Iterable[int], rules: CoverRules) -> int:
        """Modules of all huts together."""
        huts = list(huts)
        fed = self.splitters_at(self.serving(huts))
        return sum(rules.modules(fed.get(hut, 0)) for hut in huts)

    def relievable_ports(self, rules: CoverRules) -> float:
        """Splitters that the office may feed: its ports, or those of hubs at its own node, which no hut can take."""
        if not self.has_office or self.root not in rules.office_ports:
            return np.inf
        here = sum(load.splitters for load in self.loads if load.node == self.root)
        return max(rules.office_ports[self.root], here)

    def is_covered(self, huts: Iterable[int], rules: CoverRules) -> bool:
        """Tell whether reach, ports and strands hold, as far as any huts can make them hold."""
        huts = list(huts)
        ends = self.serving(huts)
        if self.splitters_at(ends).get(self.root, 0) > self.relievable_ports(rules) and self.root not in huts:
            return False
        for hub, end in enumerate(ends):
            allowed = rules.reach_m if self.loads[hub].far_m <= rules.reach_m else self.loads[hub].far_m
            if end < 0 or self.reach(hub, end) > allowed:
                return False
        return all(
            fibers <= rules.spare.get(self.plant(node), fibers)
            for node, fibers in self.strands(huts, rules.hut_fibers).items()
        )


def force_huts(
    supply: Supply, prices: EdgePrices, loads: Sequence[Load], offices: Iterable[int], rules: CoverRules
) -> list[int]:
    """Choose huts so that each hub is in reach of one or an office on its way up, and strands and ports suffice.

    Where reach alone binds, their number is the least there is (`least_huts` proves it); where strands bind too, the
    program counts each hut's backhaul up to the root, which may open one too many: any that can go, goes. Where ports
    bind, huts count by modules, and a hub is fed by the first hut on its way up, as the design feeds it. A hut that a
    lock asks for stands where a hub lies at or below it; where none may stand, one does only if no other places cover.

    Parameters
    ----------
    loads
        Hubs.
    offices
        Nodes of the operator's offices.

    Returns
    -------
    list of int
        Nodes, ascending.
    """
    huts: list[int] = []
    standing = set(offices)
    by_root: dict[int, list[Load]] = {}
    for load in loads:
        by_root.setdefault(supply.root(load.node), []).append(load)
    for root in sorted(by_root):
        ways = Ways(supply, prices, by_root[root], root, standing)
        fixed = sorted({node for way in ways.way for node in way} & rules.standing)
        if ways.is_covered(fixed, rules):
            huts += fixed
            continue
        found = _cover(ways, rules)
        if rules.barred and not ways.is_covered(found, rules):
            found = _cover(ways, replace(rules, barred=frozenset()))
        huts += found
    return sorted(huts)


def _cover(ways: Ways, rules: CoverRules) -> list[int]:
    """Choose the huts of one root."""
    return _without_idle(ways, _relieved(ways, _choose(ways, rules), rules), rules)


def least_huts(ways: Ways, rules: CoverRules) -> list[int]:
    """Hubs no two of which one hut can serve: at least as many huts must stand, whatever they cost.

    The hub whose highest place for a hut lies lowest is taken first; those that a hut there serves are done.
    """
    tops = [highest_place(ways, hub, rules) for hub in range(len(ways.loads))]
    away, alone = ways.supply.away_m, []
    taken: set[int] = set()
    for hub in sorted(range(len(tops)), key=lambda i: (-away[tops[i]] if tops[i] >= 0 else np.inf, i)):
        if tops[hub] >= 0 and not taken.intersection(places_up_to(ways, hub, tops[hub])):
            alone.append(hub)
            taken.add(tops[hub])
    return alone


def highest_place(ways: Ways, hub: int, rules: CoverRules) -> int:
    """Highest place of a hut within reach of a hub, its own node at least; -1 where the office is near enough.

    Where even a hut at the hub leaves a location out of reach, an office at its node is as near as anything can be.
    """
    load = ways.loads[hub]
    if ways.has_office and ways.reach(hub, ways.root) <= max(rules.reach_m, load.far_m):
        return -1
    inside = [node for node in ways.way[hub] if ways.reach(hub, node) <= rules.reach_m]
    return inside[-1] if inside else load.node


def places_up_to(ways: Ways, hub: int, top: int) -> list[int]:
    """Nodes on a hub's way up to `top`, which is one of them."""
    return ways.way[hub][: ways.way[hub].index(top) + 1]


def _candidates(ways: Ways, rules: CoverRules) -> list[int]:
    """Nodes of hubs, taps, nodes where ways meet, and the highest that reach allows: no other place is better.

    From anywhere else a hut can move down to the next of them and serve the same hubs from nearer.
    """
    below: dict[int, set[int]] = {}
    for way in ways.way:
        for node, above in pairwise(way):
            below.setdefault(above, set()).add(node)
    found = {node for node, under in below.items() if len(under) > 1} | {load.node for load in ways.loads}
    found |= {ways.supply.tap(load.node) for load in ways.loads}
    found |= {highest_place(ways, hub, rules) for hub in range(len(ways.loads))}
    if rules.barred:
        pairs = [pair for way in ways.way for pair in pairwise(way)]
        found |= {node for pair in pairs if set(pair) & rules.barred for node in pair}
    found |= rules.standing & {node for way in ways.way for node in way}
    return sorted(found - rules.barred - {-1} - ({ways.root} if ways.has_office else set()))


def _choose(ways: Ways, rules: CoverRules) -> list[int]:
    """Solve the program of one root: which candidates to open, and which of them feeds each hub."""
    program = Program()
    fiber = rules.fiber_cents_m / rules.hut_cents if rules.hut_cents else 0.0
    opened = {
        node: program.column(1.0 + fiber * rules.hut_fibers * _new_m(ways, node, ways.root))
        for node in _candidates(ways, rules)
    }
    for node in sorted(opened.keys() & rules.standing):
        program.row({opened[node]: 1.0}, low=1.0)
    fed = [_feeding(ways, hub, opened, program, rules, fiber) for hub in range(len(ways.loads))]
    _keep_strands(ways, opened, fed, program, rules)
    if sum(load.splitters for load in ways.loads) > min(rules.hut_ports, ways.relievable_ports(rules)):
        _keep_nearest(opened, fed, program)
        _keep_ports(ways, opened, fed, program, rules)
    found = program.solve()
    if found is None:
        return sorted(opened)
    return [node for node, column in opened.items() if found[column] > 0.5]


def _new_m(ways: Ways, node: int, end: int, existing: float = 0.0) -> float:
    """Meters of new cable between a node and one above it; those of existing fiber count `existing` times."""
    meters, above, away = 0.0, ways.supply.above, ways.supply.away_m
    while node != end:
        meters += (away[node] - away[above[node]]) * (existing if ways.plant(node) else 1.0)
        node = above[node]
    return meters


def _feeding(
    ways: Ways, hub: int, opened: Mapping[int, int], program: Program, rules: CoverRules, fiber: float
) -> dict[int, int]:
    """Add a column per office or hut that may feed a hub: the node of each, and its column."""
    load = ways.loads[hub]
    places = [node for node in ways.way[hub] if node in opened and ways.reach(hub, node) <= rules.reach_m]
    if ways.has_office and ways.reach(hub, ways.root) <= rules.reach_m:
        places.append(ways.root)
    places = places or [load.node]
    columns = {
        node: program.column(fiber * load.splitters * _new_m(ways, load.node, node, _SCARCE), whole=False)
        for node in places
    }
    program.row(dict.fromkeys(columns.values(), 1.0), low=1.0, high=1.0)
    for node, column in columns.items():
        if node in opened:
            program.row({column: 1.0, opened[node]: -1.0}, high=0.0)
    return columns


def _keep_strands(
    ways: Ways, opened: Mapping[int, int], fed: Sequence[Mapping[int, int]], program: Program, rules: CoverRules
) -> None:
    """Limit the strands on each stretch of existing fiber that states its spare; one too many costs many huts."""
    crossing: dict[int, dict[int, float]] = {}
    for hub, way in enumerate(ways.way):
        rank_of = {node: rank for rank, node in enumerate(way)}
        places = [(rank_of[node], column) for node, column in fed[hub].items()]
        for rank, node in enumerate(way[:-1]):
            if ways.plant(node) in rules.spare:
                terms = {column: float(ways.loads[hub].splitters) for place, column in places if place > rank}
                crossing.setdefault(node, {}).update(terms)
    for hut, column in opened.items():
        node = hut
        while node != ways.root:
            if node in crossing:
                crossing[node][column] = float(rules.hut_fibers)
            node = ways.supply.above[node]
    seen: set[tuple[object, ...]] = set()
    for node in sorted(crossing):
        spare = rules.spare[ways.plant(node)]
        key = (spare, *sorted(crossing[node].items()))
        if key not in seen:
            seen.add(key)
            over = program.column(_SHORT, most=np.inf, whole=False)
            program.row(crossing[node] | {over: -1.0}, high=float(spare))


def _keep_nearest(opened: Mapping[int, int], fed: Sequence[Mapping[int, int]], program: Program) -> None:
    """Let no hub pass an open hut: no place above one feeds it. Places are listed upward."""
    for places in fed:
        nodes = list(places)
        for rank, node in enumerate(nodes[:-1]):
            program.row({places[above]: 1.0 for above in nodes[rank + 1 :]} | {opened[node]: 1.0}, high=1.0)


def _keep_ports(
    ways: Ways, opened: Mapping[int, int], fed: Sequence[Mapping[int, int]], program: Program, rules: CoverRules
) -> None:
    """Limit the splitters at an office to its ports, at a hut to its modules'; a further module costs a hut."""
    lit: dict[int, dict[int, float]] = {}
    for load, places in zip(ways.loads, fed, strict=True):
        for node, column in places.items():
            lit.setdefault(node, {})[column] = float(load.splitters)
    for node, terms in sorted(lit.items()):
        if node in opened and np.isfinite(rules.hut_ports):
            more = program.column(1.0, most=float(rules.modules(int(sum(terms.values())))))
            program.row(terms | {opened[node]: -rules.hut_ports, more: -rules.hut_ports}, high=0.0)
        elif node not in opened and np.isfinite(ways.relievable_ports(rules)):
            program.row(terms, high=float(ways.relievable_ports(rules)))


def _relieved(ways: Ways, huts: list[int], rules: CoverRules) -> list[int]:
    """Add a hut where that ends a shortage of strands: above another, whose backhaul then ends there."""
    if ways.is_covered(huts, rules):
        return huts
    more = ([*huts, node] for node in _candidates(ways, rules) if node not in huts)
    return next((tried for tried in more if ways.is_covered(tried, rules)), huts)


def _without_idle(ways: Ways, huts: list[int], rules: CoverRules) -> list[int]:
    """Leave out huts without which all is still covered by fewer modules, those farthest from the root first."""
    left = sorted(huts, key=lambda node: (-ways.supply.away_m[node], node))
    for hut in [node for node in left if node not in rules.standing]:
        fewer = [node for node in left if node != hut]
        if ways.is_covered(fewer, rules) and ways.modules(fewer, rules) < ways.modules(left, rules):
            left = fewer
    return left
