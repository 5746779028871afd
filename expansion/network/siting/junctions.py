"""Least costs where three or more branches leave a node."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from expansion.network.siting.kernels import NEVER, add_flows, least_of
from expansion.plan.graph import IntArray

Branch = tuple[int, IntArray]
"""Lowest flow of a branch, and its least cost per flow from there on."""
_Sums = dict[tuple[int, int, int], IntArray]


def join_many(branches: Sequence[Branch], load: int, closure: int, splice: int) -> tuple[int, IntArray, IntArray]:
    """Join the branches of a node, splices of distribution cable counted where one hub feeds all of them.

    Of the cables that leave the node one goes through unspliced, the heaviest: any one is let through and the cheapest
    choice taken, which comes to the same. Cables that come from two or more hubs count as if none were spliced.

    Returns
    -------
    tuple
        Lowest flow; least cost per flow without branching, and with it.
    """
    low, free = _freely(branches)
    sums: _Sums = {(0, 0, 0): np.zeros(1, dtype=np.int64)}  # by cables that come in, let through (0, 1), spliced (0, 1)
    plain: dict[int, IntArray] = {0: np.zeros(1, dtype=np.int64)}  # by cables that come in, nothing spliced
    for first, cost in branches:
        flow = np.arange(first, first + len(cost))
        kinds = _kinds(flow, cost, splice)
        plain = _plainly(plain, kinds, len(cost))
        sums = _spliced(sums, kinds, len(cost), closure)
    up = np.arange(low, low + len(free)) + load
    return low, free, _least(sums, plain, up, closure, splice)


def _freely(branches: Sequence[Branch]) -> Branch:
    """Join branches with no regard to splices."""
    low, cost = branches[0]
    for first, other in branches[1:]:
        found = least_of(len(cost) + len(other) - 1)
        add_flows(cost, other, found)
        low, cost = low + first, found
    return low, cost


def _kinds(flow: IntArray, cost: IntArray, splice: int) -> dict[str, IntArray]:
    """Costs of a branch where its cable comes in, holds nothing, goes out unspliced, and goes out spliced."""
    return {
        "in": np.where(flow < 0, cost, NEVER),
        "none": np.where(flow == 0, cost, NEVER),
        "through": np.where(flow > 0, cost, NEVER),
        "spliced": np.where((flow > 0) & (cost < NEVER), cost + splice * flow, NEVER),
    }


def _plainly(plain: dict[int, IntArray], kinds: dict[str, IntArray], size: int) -> dict[int, IntArray]:
    found: dict[int, IntArray] = {}
    out = np.minimum(kinds["none"], kinds["through"])
    for coming, cost in plain.items():
        _lower(found, coming, cost, out, size)
        _lower(found, min(coming + 1, 2), cost, kinds["in"], size)
    return found


def _spliced(sums: _Sums, kinds: dict[str, IntArray], size: int, closure: int) -> _Sums:
    found: _Sums = {}
    for (coming, through, spliced), cost in sums.items():
        _lower(found, (coming, through, spliced), cost, kinds["none"], size)
        if coming == 0:
            _lower(found, (1, through, spliced), cost, kinds["in"], size)
        if not through:
            _lower(found, (coming, 1, spliced), cost, kinds["through"], size)
        opened = cost if spliced else np.where(cost < NEVER, cost + closure, NEVER)
        _lower(found, (coming, through, 1), opened, kinds["spliced"], size)
    return found


def _lower(found: dict, key: object, cost: IntArray, branch: IntArray, size: int) -> None:  # type: ignore[type-arg]
    """Lower one function of sums by those with a branch added."""
    if key not in found:
        found[key] = least_of(len(cost) + size - 1)
    add_flows(cost, branch, found[key])


def _least(sums: _Sums, plain: dict[int, IntArray], up: IntArray, closure: int, splice: int) -> IntArray:
    """Least cost per flow upward over all that may come in and go out at the node."""
    found = np.where(up > 0, plain.get(1, NEVER), NEVER)
    found = np.minimum(found, plain.get(2, NEVER))
    for (coming, through, spliced), cost in sums.items():
        possible = cost < NEVER
        if coming == 0:
            found = np.where(possible & (up >= 0), np.minimum(found, cost), found)
            continue
        more = np.where(bool(through) & (up < 0), -splice * up + (0 if spliced else closure), 0)
        found = np.where(possible & (up <= 0), np.minimum(found, cost + more), found)
    return found.astype(np.int64)
