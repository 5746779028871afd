"""Bound what the hubs of a part cost, and find flows of units that cost so little.

Units flow along the tree from where they stand to where they are served; on no edge do more flow than one hub serves,
for each stretch holds the distribution cable of one hub at most. Costs are exact but for four things, each of which can
only make them less: a location's units may be parted, units of several hubs may pass through one node, feeder fibers
below an edge are counted as one per started splitter of all hubs there together, and where three or more branches leave
a node the splices there are free. So the least cost of a flow is a lower bound, found by dynamic programming.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from expansion.network.siting.catalog import HubRules
from expansion.network.siting.junctions import join_many
from expansion.network.siting.kernels import NEVER, join_branches, least_of, stand_hubs
from expansion.network.siting.parts import Part
from expansion.plan.graph import IntArray


@dataclass(frozen=True, slots=True)
class Flows:
    """Least cost in cents, and a flow that attains it.

    `up` is per row the flow through its edge upward, negative where it comes down; `served` the units served there.
    """

    bound: int
    up: IntArray
    served: IntArray


@dataclass(slots=True)
class _Level:
    """Least costs at a row: of its branches joined (`free`, `charged`, from `low`), and of all below its edge."""

    low: int
    free: IntArray
    charged: IntArray
    total: IntArray
    total_low: int


class FlowProgram:
    """The dynamic program of one part."""

    def __init__(self, part: Part, rules: HubRules) -> None:
        self.part, self.rules = part, rules
        self.below, self.children = part.below(), part.children()
        self.units, self.most = int(part.load.sum()), rules.most
        widest = max((len(some) for some in self.children), default=0)
        self.hub = self._hub_cents(min(self.units, int(part.load.max(initial=0)) + (widest + 1) * self.most))
        self.meter = rules.meter_cents(np.arange(self.most + 1))
        self.levels: list[_Level] = []

    def _hub_cents(self, most: int) -> IntArray:
        """Hubs with their splitters, and the feeder fibers above the part, per units served at one node."""
        each = self.rules.splitter + round(self.rules.fiber_m() * self.part.up_m)
        splitters = -(-np.arange(most + 1) // self.rules.split_ratio)
        cents: IntArray = self.rules.hub_cents(most) + each * splitters
        return cents

    def feeders(self, row: int, flow: IntArray) -> IntArray:
        """Feeder fibers of this part in a row's edge, at least, per flow through it."""
        fibers: IntArray = -(-(self.below[row] - flow) // self.rules.split_ratio)
        return fibers

    def edge_cents(self, row: int, flow: IntArray) -> IntArray:
        """Cents of the cables in a row's edge per flow through it."""
        part, trunk = self.part, int(self.part.trunk[row])
        cable = self.meter[np.abs(flow)] * part.cable_m[row]
        price = self.rules.meter_cents(np.array([trunk]))[0]
        feeder = (self.rules.meter_cents(trunk + self.feeders(row, flow)) - price) * part.feeder_m[row]
        cents: IntArray = np.rint(cable).astype(np.int64) + np.rint(feeder).astype(np.int64)
        return cents

    def solve(self) -> Flows:
        """Fill the table from the bottom up and read the flow from the top down."""
        self.levels = [self._empty() for _ in self.part.parent]
        for row in range(len(self.part.parent) - 1, -1, -1):
            self.levels[row] = self._level(row)
        up, served = np.zeros(len(self.levels), dtype=np.int64), np.zeros(len(self.levels), dtype=np.int64)
        for row in range(len(self.levels)):
            self._trace(row, up, served)
        return Flows(int(self.levels[0].total[-self.levels[0].total_low]), up, served)

    def _empty(self) -> _Level:
        none = np.zeros(0, dtype=np.int64)
        return _Level(0, none, none, none, 0)

    def _level(self, row: int) -> _Level:
        low, free, charged = self._joined(row)
        first = 0 if row == 0 else max(int(self.below[row]) - self.units, -self.most)
        last = 0 if row == 0 else min(int(self.below[row]), self.most)
        flow = np.arange(first, last + 1)
        total = least_of(len(flow))
        inside = (flow >= low) & (flow < low + len(charged))
        total[inside] = charged[flow[inside] - low]
        stand_hubs(free, low, self.hub, total, first)
        possible = total < NEVER
        if row:
            total[possible] += self.edge_cents(row, flow[possible])
        return _Level(low, free, charged, total, first)

    def _joined(self, row: int) -> tuple[int, IntArray, IntArray]:
        """Join the branches below a row: lowest flow, least cost per flow without and with what branching costs."""
        branches, load = self.children[row], int(self.part.load[row])
        if not branches:
            return load, np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        low, free = self.levels[branches[0]].total_low, self.levels[branches[0]].total
        if len(branches) == 1:
            return low + load, free, free
        if len(branches) == 2:
            low, free, charged = self._pair(branches[0], low, free, branches[1], load, is_pair=True)
        else:
            costs = [(self.levels[row].total_low, self.levels[row].total) for row in branches]
            low, free, charged = join_many(costs, load, self.rules.closure, self.rules.splice)
        return low + load, free, charged

    def _pair(
        self, first: int, low: int, cost: IntArray, other: int, load: int, *, is_pair: bool
    ) -> tuple[int, IntArray, IntArray]:
        level = self.levels[other]
        size = len(cost) + len(level.total) - 1
        free, charged = least_of(size), least_of(size)
        cents = self._branch_cents(first, other) if is_pair else np.zeros(3, dtype=np.int64)
        flows = [np.arange(len(cost)) + low, np.arange(len(level.total)) + level.total_low]
        fibers = [
            self.feeders(row, flow) + self.part.trunk[row] for row, flow in zip((first, other), flows, strict=True)
        ]
        join_branches(
            cost, low, fibers[0], level.total, level.total_low, fibers[1], load, cents, free, charged,
        )  # fmt: skip
        return low + level.total_low, free, charged

    def _branch_cents(self, first: int, other: int) -> IntArray:
        """Closure, splice, and what the feeders of other areas that part here cost in any case."""
        base = branching([int(self.part.trunk[first]), int(self.part.trunk[other])], self.rules)
        return np.array([self.rules.closure, self.rules.splice, base], dtype=np.int64)

    def _trace(self, row: int, up: IntArray, served: IntArray) -> None:
        """Given the flow through a row's edge, find what is served there and the flows of its branches."""
        level, flow = self.levels[row], int(up[row])
        edge = int(self.edge_cents(row, np.array([flow]))[0]) if row else 0
        wanted = int(level.total[flow - level.total_low]) - edge
        joined, costs = flow, level.charged
        inside = 0 <= flow - level.low < len(costs)
        if not (inside and costs[flow - level.low] == wanted):
            costs = level.free
            reach = np.arange(max(flow + 1, level.low), min(level.low + len(costs), flow + len(self.hub)))
            joined = int(reach[np.flatnonzero(costs[reach - level.low] + self.hub[reach - flow] == wanted)[0]])
            served[row] = joined - flow
        self._share(row, joined, int(costs[joined - level.low]), served[row] == 0, up)

    def _share(self, row: int, joined: int, wanted: int, is_charged: bool, up: IntArray) -> None:
        """Find the flows of the branches that add up to `joined` at the cost `wanted`."""
        branches, load = self.children[row], int(self.part.load[row])
        if len(branches) == 1:
            up[branches[0]] = joined - load
        elif len(branches) == 2:
            up[branches[0]], up[branches[1]] = self._two(row, joined, wanted, is_charged)
        elif branches:
            self._many(row, joined - load, up)

    def _two(self, row: int, joined: int, wanted: int, is_charged: bool) -> tuple[int, int]:
        first, other = self.children[row]
        one, two, load = self.levels[first], self.levels[other], int(self.part.load[row])
        flows = np.arange(one.total_low, one.total_low + len(one.total))
        rest = joined - load - flows
        fits = (rest >= two.total_low) & (rest < two.total_low + len(two.total))
        cents = self._branch_cents(first, other)
        for x, y in zip(flows[fits].tolist(), rest[fits].tolist(), strict=True):
            parts = [level.total[at - level.total_low : at - level.total_low + 1] for level, at in ((one, x), (two, y))]
            fibers = [self.feeders(r, np.array([at])) + self.part.trunk[r] for r, at in ((first, x), (other, y))]
            free, charged = least_of(1), least_of(1)
            join_branches.interpreted(parts[0], x, fibers[0], parts[1], y, fibers[1], load, cents, free, charged)
            if int((charged if is_charged else free)[0]) == wanted:
                return x, y
        raise AssertionError("a flow that was found cannot be traced")

    def _many(self, row: int, total: int, up: IntArray) -> None:
        """Part a flow among three or more branches: join all but the last again, and go back one by one."""
        branches = self.children[row]
        steps = [(self.levels[branches[0]].total_low, self.levels[branches[0]].total)]
        for other in branches[1:-1]:
            low, cost = steps[-1]
            steps.append(self._pair(branches[0], low, cost, other, 0, is_pair=False)[:2])
        for other, (low, cost) in zip(reversed(branches[1:]), reversed(steps), strict=True):
            level = self.levels[other]
            flows = np.arange(level.total_low, level.total_low + len(level.total))
            rest = total - flows - low
            fits = (rest >= 0) & (rest < len(cost))
            sums = np.where(fits, level.total + cost[np.clip(rest, 0, len(cost) - 1)], NEVER)
            up[other] = flows[int(np.argmin(sums))]
            total -= int(up[other])
        up[branches[0]] = total


def branching(fibers: list[int], rules: HubRules) -> int:
    """Cents of parting cables at a node: all but the heaviest branch are spliced, in one closure."""
    out = [some for some in fibers if some > 0]
    return rules.closure + rules.splice * (sum(out) - max(out)) if len(out) > 1 else 0
