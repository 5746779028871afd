"""A street and its rules as the whole numbers that the search counts in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from expansion.network.terminals.search import Layout, Prices, improve
from expansion.network.terminals.street import Reach, Street, TerminalRules, reach_of
from expansion.plan.graph import IntArray

_MONEY, _MM = 1_000_000, 1000


@dataclass(frozen=True, slots=True)
class Search:
    """The search for a street: its arrays, and the row of each location and the node of each place in them."""

    layout: Layout
    prices: Prices
    rows: list[int]
    nodes: list[int]

    @classmethod
    def over(cls, street: Street, rules: TerminalRules) -> Search:
        """Turn a street into arrays, the hub's node first."""
        reach = reach_of(street, rules)
        nodes = [street.source, *street.above]
        prices = _prices(rules, sum(street.units.values()))
        return cls(_layout(street, rules, reach, nodes), prices, sorted(reach), nodes)

    def innermost(self) -> dict[int, int]:
        """Serve every location from the node in its reach that comes first from the hub outward."""
        first = np.minimum.reduceat(self.layout.node, self.layout.first[:-1])
        return {row: self.nodes[number] for row, number in zip(self.rows, first.tolist(), strict=True)}

    def improve(self, start: dict[int, int]) -> dict[int, int]:
        """Improve a placement, the node per row of a location, until no move saves money."""
        at = {node: number for number, node in enumerate(self.nodes)}
        place = np.array([at[start[row]] for row in self.rows], dtype=np.int64)
        improve(self.layout, self.prices, place)
        return {row: self.nodes[number] for row, number in zip(self.rows, place.tolist(), strict=True)}


def _layout(street: Street, rules: TerminalRules, reach: Reach, nodes: list[int]) -> Layout:
    """Write a street as arrays."""
    at = {node: number for number, node in enumerate(nodes)}
    rows = sorted(reach)
    slots = [sorted((round(away * _MM), at[node]) for node, away in reach[row].items()) for row in rows]
    counts = [len(slot) for slot in slots]
    node = np.array([node for slot in slots for _, node in slot], dtype=np.int64)
    order = np.argsort(node, kind="stable")
    near = np.repeat(np.arange(len(rows), dtype=np.int64), counts)
    away_mm = np.full((len(rows), len(nodes)), -1, dtype=np.int64)
    away_mm[near, node] = [away for slot in slots for away, _ in slot]
    units = np.array([street.units[row] for row in rows], dtype=np.int64)
    return Layout(
        parent=np.array([-1, *(at[above] for above in street.above.values())], dtype=np.int64),
        length_mm=_whole([0.0, *(street.cable_m[node] for node in nodes[1:])], _MM),
        handhole=_whole([rules.handhole if node in street.in_ground else 0.0 for node in nodes], _MONEY),
        shared=np.where(units > rules.ports[-1], 0, units),
        alone=np.array([rules.fibers(n) if n > rules.ports[-1] else 0 for n in units.tolist()], dtype=np.int64),
        first=np.r_[0, np.cumsum(counts)], node=node, away_mm=away_mm,
        near_first=np.searchsorted(node[order], np.arange(len(nodes) + 1)), near=near[order],
    )  # fmt: skip


def _prices(rules: TerminalRules, units: int) -> Prices:
    """Turn rules into whole millionths, for a street of so many units."""
    fit, fibers = zip(*(_fit(rules, count) for count in range(units + 1)), strict=True)
    meter = [rules.meter(rules.sizes.fit(count)) / _MM for count in range(units + 1)]
    closure, splice = _whole([rules.closure, rules.splice], _MONEY).tolist()
    end_mm, through_mm = _whole([rules.slack.end_m, rules.slack.through_m], _MM).tolist()
    drop = round(rules.drop_cable / _MM * _MONEY)
    strands = np.array(fibers, dtype=np.int64)
    return Prices(_whole(fit, _MONEY), strands, _whole(meter, _MONEY), closure, splice, drop, end_mm, through_mm)


def _fit(rules: TerminalRules, units: int) -> tuple[float, int]:
    """Price and fibers of the terminals at a place: full ones of the largest size, and the smallest for the rest."""
    full, rest = divmod(units, rules.ports[-1])
    lots = [rules.ports[-1]] * full + [rest] * (rest > 0)
    return sum(rules.fit(lot)[1] for lot in lots), sum(rules.fibers(lot) for lot in lots)


def _whole(values: Sequence[float], scale: int) -> IntArray:
    """Round to whole parts of a unit."""
    return np.asarray(np.rint(np.array(values, dtype=np.float64) * scale), dtype=np.int64)
