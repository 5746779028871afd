"""Improve a placement of terminals move by move, at the prices of the bill.

Money is counted in whole millionths, meters in whole millimeters, so that sums are exact and the compiled and the
interpreted form of the search agree to the bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from expansion.network.steiner.jit import inner, repeated
from expansion.plan.graph import IntArray

ROUNDS = 40
"""Most rounds over all moves; a search that still improves then is stopped."""


class Layout(NamedTuple):
    """A street as arrays, nodes from the hub outward.

    Per node: `parent`, cable `length_mm` toward it (without slack) and the price of a `handhole` there. Per location:
    its units, if they share terminals (`shared`), or the fibers of the terminals that it fills `alone`. Location ``l``
    may be served at ``node[first[l]:first[l + 1]]``, nearest first; `near` lists the locations of each node likewise,
    and `away_mm` is the drop along the road per location and node, -1 where that is out of reach.
    """

    parent: IntArray
    length_mm: IntArray
    handhole: IntArray
    shared: IntArray
    alone: IntArray
    first: IntArray
    node: IntArray
    away_mm: IntArray
    near_first: IntArray
    near: IntArray


class Prices(NamedTuple):
    """What `bill` charges: terminals by units held, a millimeter of cable by fibers, and one of each of the rest.

    `strands` are the fibers that the units held by shared terminals take.
    """

    fit: IntArray
    strands: IntArray
    meter: IntArray
    closure: int
    splice: int
    drop: int
    end_mm: int
    through_mm: int


class Scratch(NamedTuple):
    """Room for adding up a price, per node."""

    need: IntArray
    ports: IntArray
    fibers: IntArray
    heavy: IntArray
    ways: IntArray
    rate: IntArray


@inner
def _gather(layout: Layout, prices: Prices, scratch: Scratch, place: IntArray) -> int:
    """Add up what ends at each node and what comes through it; return the millimeters of drops along the road."""
    drops = 0
    scratch.need[:] = 0
    scratch.ports[:] = 0
    for location in range(len(place)):
        scratch.need[place[location]] += layout.alone[location]
        scratch.ports[place[location]] += layout.shared[location]
        drops += layout.away_mm[location, place[location]]
    for node in range(len(layout.parent)):
        scratch.need[node] += prices.strands[scratch.ports[node]]
    scratch.fibers[:] = scratch.need
    scratch.heavy[:] = -1
    scratch.ways[:] = 0
    for node in range(len(layout.parent) - 1, 0, -1):
        if scratch.fibers[node]:
            above = layout.parent[node]
            scratch.ways[above] += 1
            scratch.fibers[above] += scratch.fibers[node]
            if scratch.heavy[above] < 0 or scratch.fibers[node] >= scratch.fibers[scratch.heavy[above]]:
                scratch.heavy[above] = node
    return drops


@inner
def _sites(layout: Layout, prices: Prices, scratch: Scratch) -> int:
    """Price of terminals, closures and handholes."""
    money = 0
    for node in range(len(layout.parent)):
        money += prices.fit[scratch.ports[node]]
        if scratch.need[node]:
            money += prices.closure + layout.handhole[node]
        elif node and scratch.ways[node] > 1:
            money += prices.closure
    return money


@inner
def _cable(layout: Layout, prices: Prices, scratch: Scratch) -> int:
    """Price of the cable and of the splices where it starts."""
    money = 0
    for node in range(1, len(layout.parent)):
        fibers, above = scratch.fibers[node], layout.parent[node]
        if not fibers:
            continue
        if above == 0 or scratch.heavy[above] != node:
            scratch.rate[node] = prices.meter[fibers]
            money += prices.splice * fibers + 2 * prices.end_mm * scratch.rate[node]
        else:
            scratch.rate[node] = scratch.rate[above]
        money += scratch.rate[node] * layout.length_mm[node]
        if scratch.ways[node] and (scratch.need[node] or scratch.ways[node] > 1):
            money += scratch.rate[node] * prices.through_mm
    return money


@inner
def _price(layout: Layout, prices: Prices, scratch: Scratch, place: IntArray) -> int:
    """Price of a placement, blocks' own terminals left out."""
    drops = prices.drop * _gather(layout, prices, scratch, place)
    return drops + _sites(layout, prices, scratch) + _cable(layout, prices, scratch)


@inner
def _pull(layout: Layout, place: IntArray, trial: IntArray, node: int, one: int, other: int) -> int:
    """Serve from `node` what two places serve now, if in its reach; return how many are not."""
    left = 0
    trial[:] = place
    for location in range(len(place)):
        if place[location] == one or place[location] == other:
            if layout.away_mm[location, node] >= 0:
                trial[location] = node
            else:
                left += 1
    return left


@inner
def _spread(layout: Layout, place: IntArray, trial: IntArray, closed: int, is_open: IntArray) -> int:
    """Serve what `trial` still serves from a place from the nearest other that is open; return how many cannot be."""
    left = 0
    for location in range(len(place)):
        if trial[location] == closed:
            left += 1
            for slot in range(layout.first[location], layout.first[location + 1]):
                if layout.node[slot] != closed and is_open[layout.node[slot]]:
                    trial[location] = layout.node[slot]
                    left -= 1
                    break
    return left


@inner
def _places_near(layout: Layout, place: IntArray, node: int, found: IntArray) -> int:
    """List the places, `node` left out, that serve locations which `node` could serve; return their number."""
    count = 0
    for slot in range(layout.near_first[node], layout.near_first[node + 1]):
        here = place[layout.near[slot]]
        is_new = here != node
        for known in range(count):
            if found[known] == here:
                is_new = False
        if is_new:
            found[count] = here
            count += 1
    return count


@inner
def _try(layout: Layout, prices: Prices, scratch: Scratch, place: IntArray, trial: IntArray, cost: int) -> int:
    """Take a trial that is cheaper; return the cost of what stands."""
    other = _price(layout, prices, scratch, trial)
    if other >= cost:
        return cost
    place[:] = trial
    return other


@inner
def _move_to(
    node: int,
    layout: Layout,
    prices: Prices,
    scratch: Scratch,
    place: IntArray,
    trial: IntArray,
    found: IntArray,
    is_open: IntArray,
    cost: int,
) -> int:
    """Try to serve from one node what one or two places near it serve now."""
    count = _places_near(layout, place, node, found)
    for one in range(count):
        left = _pull(layout, place, trial, node, found[one], found[one])
        cost = _try(layout, prices, scratch, place, trial, cost)
        if left:
            is_open[:] = 0
            is_open[place] = 1
            is_open[node] = 1
            if _pull(layout, place, trial, node, found[one], found[one]) and not _spread(
                layout, place, trial, found[one], is_open
            ):
                cost = _try(layout, prices, scratch, place, trial, cost)
        for other in range(one + 1, count):
            if not _pull(layout, place, trial, node, found[one], found[other]):
                cost = _try(layout, prices, scratch, place, trial, cost)
    return cost


@inner
def _shift(
    location: int, layout: Layout, prices: Prices, scratch: Scratch, place: IntArray, trial: IntArray, cost: int
) -> int:
    """Try every other place for one location."""
    for slot in range(layout.first[location], layout.first[location + 1]):
        if layout.node[slot] != place[location]:
            trial[:] = place
            trial[location] = layout.node[slot]
            cost = _try(layout, prices, scratch, place, trial, cost)
    return cost


@inner
def _close(
    node: int,
    layout: Layout,
    prices: Prices,
    scratch: Scratch,
    place: IntArray,
    trial: IntArray,
    is_open: IntArray,
    cost: int,
) -> int:
    """Try to do without one place."""
    trial[:] = place
    is_open[:] = 0
    is_open[place] = 1
    if is_open[node] and not _spread(layout, place, trial, node, is_open):
        cost = _try(layout, prices, scratch, place, trial, cost)
    return cost


@inner
def _try_node(
    node: int,
    layout: Layout,
    prices: Prices,
    scratch: Scratch,
    place: IntArray,
    trial: IntArray,
    found: IntArray,
    is_open: IntArray,
    cost: int,
) -> int:
    """Try all moves to a node, its closing, and other places for the locations that stand there."""
    cost = _move_to(node, layout, prices, scratch, place, trial, found, is_open, cost)
    cost = _close(node, layout, prices, scratch, place, trial, is_open, cost)
    for slot in range(layout.near_first[node], layout.near_first[node + 1]):
        if place[layout.near[slot]] == node:
            cost = _shift(layout.near[slot], layout, prices, scratch, place, trial, cost)
    return cost


@repeated(50)
def improve(layout: Layout, prices: Prices, place: IntArray) -> int:
    """Move locations between places while that saves money; `place` is changed, its price returned.

    A move serves from one node what one or two places serve now, closes a place, or serves one location from elsewhere.
    """
    size = len(layout.parent)
    zero = np.zeros(size, dtype=np.int64)
    scratch = Scratch(zero, zero.copy(), zero.copy(), zero.copy(), zero.copy(), zero.copy())
    trial, found, is_open = place.copy(), np.zeros(len(place) + 1, dtype=np.int64), zero.copy()
    cost = _price(layout, prices, scratch, place)
    for _ in range(ROUNDS):
        before = cost
        for node in range(size):
            cost = _try_node(node, layout, prices, scratch, place, trial, found, is_open, cost)
        if cost == before:
            break
    return cost
