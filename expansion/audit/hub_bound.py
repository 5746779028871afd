"""Recompute what hubs on a small tree cost, and what no choice of hubs costs less than."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
_NO = 2**60
_Curve = tuple[int, IntArray]
"""Lowest flow up, and cents per flow from there on."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices in cents: hubs by ports, a splitter with its ports, splice, closure, cables by fibers per meter."""

    hubs: tuple[tuple[int, int], ...]
    fill_target: float
    ratio: int
    splitter: int
    splice: int
    closure: int
    cables: tuple[tuple[int, float], ...]
    spare: float

    @property
    def most(self) -> int:
        """Units that the largest hub may serve."""
        return max(floor(self.fill_target * ports + 1e-9) for ports, _ in self.hubs)

    def hub(self, units: int) -> int:
        """Cheapest hub that holds so many units under the fill target."""
        return min(cents for ports, cents in self.hubs if floor(self.fill_target * ports + 1e-9) >= units)

    def several(self, most: int) -> IntArray:
        """Cheapest hubs at one place, per units."""
        cents = [0, *(self.hub(units) for units in range(1, min(self.most, most) + 1))]
        while len(cents) <= most:
            cents.append(min(cents[part] + cents[len(cents) - part] for part in range(1, self.most + 1)))
        return np.array(cents, dtype=np.int64)

    def fiber_m(self) -> float:
        """Cents of a meter of one more fiber."""
        (small, low), (large, high) = self.cables[0], self.cables[-1]
        return max((high - low) / max(large - small, 1), 0.0)

    def meter(self, fibers: IntArray) -> FloatArray:
        """Cents of a meter of cable per fibers in use."""
        needed = int(np.max(fibers, initial=0))
        table = np.zeros(needed + 1)
        for used in range(1, needed + 1):
            wanted = used + int(used * self.spare)
            fit = [cents for size, cents in self.cables if size >= wanted]
            table[used] = fit[0] if fit else -(-wanted // self.cables[-1][0]) * self.cables[-1][1]
        return table[np.asarray(fibers, dtype=np.int64)]


@dataclass(frozen=True, slots=True)
class Tree:
    """One part: rows with the row above each, units, meters of cable and of new feeder, fibers that pass, meters up."""

    parent: IntArray
    load: IntArray
    cable_m: FloatArray
    feeder_m: FloatArray
    trunk: IntArray
    up_m: float

    def branches(self) -> list[list[int]]:
        """Rows right below each row."""
        return [np.flatnonzero(self.parent == row).tolist() for row in range(len(self.parent))]


def parting(fibers: Sequence[int], prices: Prices) -> int:
    """Cents where cables leave a node: all but the largest are spliced, in one closure."""
    out = sorted(count for count in fibers if count > 0)
    return prices.closure + prices.splice * sum(out[:-1]) if len(out) > 1 else 0


def cost_of_hubs(tree: Tree, stands: Sequence[int], hub: IntArray, prices: Prices) -> int:
    """Cents of hubs at the rows `stands`; `hub` gives the number of its hub for each loaded row."""
    each = prices.splitter + round(prices.fiber_m() * tree.up_m)
    branches, total = tree.branches(), 0
    feeder = np.zeros(len(tree.parent), dtype=np.int64)
    for number, at in enumerate(stands):
        units = np.where(hub == number, tree.load, 0)
        count = int(units.sum())
        total += prices.hub(count) + each * -(-count // prices.ratio) + _distribution(tree, at, units, branches, prices)
        row = at
        while row > 0:
            feeder[row] += -(-count // prices.ratio)
            row = int(tree.parent[row])
    more = prices.meter(tree.trunk + feeder) - prices.meter(tree.trunk)
    total += int(np.rint(more * tree.feeder_m).astype(np.int64).sum())
    for below in branches:
        total += parting((tree.trunk + feeder)[below].tolist(), prices) - parting(tree.trunk[below].tolist(), prices)
    return total


def _distribution(tree: Tree, at: int, units: IntArray, branches: list[list[int]], prices: Prices) -> int:
    """Cents of one hub's distribution cable."""
    below = units.copy()
    for row in range(len(below) - 1, 0, -1):
        below[tree.parent[row]] += below[row]
    above: list[int] = []
    row = at
    while row > 0:
        above.append(row)
        row = int(tree.parent[row])
    carried = below.copy()
    carried[above] = below[0] - below[above]
    carried[0] = 0
    total = int(np.rint(prices.meter(carried) * tree.cable_m).astype(np.int64).sum())
    for row, rows in enumerate(branches):
        if row != at:
            onward = [int(carried[row])] if row in above else []
            total += parting([int(carried[r]) for r in rows if r not in above] + onward, prices)
    return total


class LeastCost:
    """Least cents per flow of units up through each edge, where no edge carries more than one hub serves."""

    def __init__(self, tree: Tree, prices: Prices) -> None:
        self.tree, self.prices = tree, prices
        self.below = tree.load.copy()
        for row in range(len(self.below) - 1, 0, -1):
            self.below[tree.parent[row]] += self.below[row]
        self.all = int(tree.load.sum())
        served = np.arange(self.all + 1)
        each = prices.splitter + round(prices.fiber_m() * tree.up_m)
        self.served = prices.several(self.all) + each * -(-served // prices.ratio)
        self.per_m = prices.meter(np.arange(self.all + 1))

    def bound(self) -> int:
        """Cents that no choice of hubs is less than."""
        branches = self.tree.branches()
        curves: list[_Curve] = [(0, np.zeros(0, dtype=np.int64))] * len(branches)
        for row in range(len(branches) - 1, -1, -1):
            curves[row] = self._above(row, branches[row], [curves[below] for below in branches[row]])
        low, cents = curves[0]
        return int(cents[-low])

    def _fibers(self, row: int, flow: IntArray) -> IntArray:
        fibers: IntArray = -(-(self.below[row] - flow) // self.prices.ratio) + int(self.tree.trunk[row])
        return fibers

    def _above(self, row: int, rows: list[int], curves: list[_Curve]) -> _Curve:
        """Join what lies below a row, let a hub stand there, and add the edge above."""
        low, plain, spliced = self._joined(row, rows, curves)
        most = self.prices.most
        first = 0 if row == 0 else max(int(self.below[row]) - self.all, -most)
        last = 0 if row == 0 else min(int(self.below[row]), most)
        flow = np.arange(first, last + 1)
        cents = np.full(len(flow), _NO, dtype=np.int64)
        inside = (flow >= low) & (flow < low + len(spliced))
        cents[inside] = spliced[flow[inside] - low]
        for at, base in zip(range(low, low + len(plain)), plain.tolist(), strict=True):
            reach = at - flow
            fits = (reach >= 1) & (reach <= self.all) & (base < _NO)
            cents[fits] = np.minimum(cents[fits], base + self.served[reach[fits]])
        return first, np.where(cents < _NO, cents + self._edge(row, flow), _NO) if row else cents

    def _edge(self, row: int, flow: IntArray) -> IntArray:
        tree = self.tree
        cable = np.rint(self.per_m[np.abs(flow)] * tree.cable_m[row])
        passing = self.prices.meter(np.array([int(tree.trunk[row])]))[0]
        feeder = np.rint((self.prices.meter(self._fibers(row, flow)) - passing) * tree.feeder_m[row])
        cents: IntArray = (cable + feeder).astype(np.int64)
        return cents

    def _joined(self, row: int, rows: list[int], curves: list[_Curve]) -> tuple[int, IntArray, IntArray]:
        """Lowest flow, and cents per flow with a hub at the row and with none."""
        load = int(self.tree.load[row])
        if len(rows) < 2:
            low, cents = curves[0] if rows else (0, np.zeros(1, dtype=np.int64))
            return low + load, cents, cents
        feeders = self._feeder_parting(rows, curves) if len(rows) == 2 else None
        low = sum(curve[0] for curve in curves)
        plain = _sums([(0, curve[1]) for curve in curves], feeders)
        up = np.arange(low, low + len(plain)) + load
        least = np.full(len(plain), _NO, dtype=np.int64)
        for through in range(len(rows) + 1):
            least = np.minimum(least, self._let_through(curves, through, up, feeders))
        return low + load, plain, np.minimum(least, _from_many(curves, up, feeders))

    def _feeder_parting(self, rows: list[int], curves: list[_Curve]) -> IntArray:
        """Cents of splices of feeders per pair of flows, beyond what parts there in any case."""
        flows = [np.arange(low, low + len(cents)) for low, cents in curves]
        one, two = [self._fibers(row, flow) for row, flow in zip(rows, flows, strict=True)]
        both = np.minimum.outer(one, two)
        base = parting(self.tree.trunk[rows].tolist(), self.prices)
        cents: IntArray = np.where(both > 0, self.prices.closure + self.prices.splice * both, 0) - base
        return cents

    def _let_through(self, curves: list[_Curve], through: int, up: IntArray, feeders: IntArray | None) -> IntArray:
        """Cents per flow where cables come in from one side, and that of one branch goes on unspliced.

        `through` is the number of the branch; one more than there are stands for the way up.
        """
        splice, closure, least = self.prices.splice, self.prices.closure, np.full(len(up), _NO, dtype=np.int64)
        for source in range(len(curves) + 1):
            if source == through:
                continue
            for is_spliced in (False, True):
                shapes = [
                    self._shape(curve, number == source, number == through, is_spliced)
                    for number, curve in enumerate(curves)
                ]
                cents = _sums([(0, shape) for shape in shapes], feeders) + (closure if is_spliced else 0)
                onward = np.zeros(len(up), dtype=np.int64)
                if source == len(curves):
                    fits = up >= 0
                else:
                    fits = up <= 0
                    if through < len(curves):
                        onward = -splice * np.minimum(up, 0)
                        fits = fits & ((up == 0) | is_spliced)
                least = np.where(fits & (cents < _NO), np.minimum(least, cents + onward), least)
        return least

    def _shape(self, curve: _Curve, is_source: bool, is_through: bool, is_spliced: bool) -> IntArray:
        """Cents of a branch in the part that it plays; out of the question elsewhere."""
        low, cents = curve
        flow = np.arange(low, low + len(cents))
        if is_source:
            return np.where(flow <= 0, cents, _NO)
        if is_through:
            return np.where(flow >= 0, cents, _NO)
        paid = np.where(cents < _NO, cents + self.prices.splice * flow, _NO)
        return np.where(flow == 0, cents, np.where((flow > 0) & is_spliced, paid, _NO))


def _sums(curves: Sequence[_Curve], pairs: IntArray | None) -> IntArray:
    """Least sums of curves per sum of their places; `pairs` adds cents per pair of places of two curves."""
    total = curves[0][1]
    for _, cents in curves[1:]:
        found = np.full(len(total) + len(cents) - 1, _NO, dtype=np.int64)
        for i, base in enumerate(total.tolist()):
            if base < _NO:
                row = cents + base if pairs is None else cents + base + pairs[i]
                row = np.where(cents < _NO, row, _NO)
                found[i : i + len(cents)] = np.minimum(found[i : i + len(cents)], row)
        total = found
    return total


def _from_many(curves: list[_Curve], up: IntArray, feeders: IntArray | None) -> IntArray:
    """Cents per flow where cables come in from two sides or more: nothing is counted as spliced."""
    size = len(up)
    least = np.full(size, _NO, dtype=np.int64)
    sides = range(len(curves))
    for one in sides:
        for other in range(one + 1, len(curves) + 1):
            shapes = []
            for number, (low, cents) in enumerate(curves):
                flow = np.arange(low, low + len(cents))
                shapes.append(np.where(flow < 0, cents, _NO) if number in (one, other) else cents)
            found = _sums([(0, shape) for shape in shapes], feeders)
            fits = up > 0 if other == len(curves) else np.ones(size, dtype=bool)
            least = np.where(fits, np.minimum(least, found), least)
    return least
