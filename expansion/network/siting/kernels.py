"""Inner loops of the flows: sums of two functions over whole numbers, least first."""

from __future__ import annotations

from typing import Any

import numpy as np

from expansion.network.steiner.jit import inner, repeated

NEVER = 2**60


@inner
def spliced_units(x: int, y: int, up: int) -> int:
    """Units whose fibers are spliced at a node that two branches leave: `x` and `y` flow up from them, `up` onward.

    Where cables come in from one side and go out to two, the lighter one is spliced; else none is.
    """
    if x > 0 and y > 0 and up > 0:
        return x if x < y else y
    if up < 0 and (x > 0) != (y > 0) and x != 0 and y != 0:
        out = x if x > 0 else y
        return out if out < -up else -up
    return 0


@repeated(50)
def join_branches(
    first: Any, first_low: int, first_k: Any, second: Any, second_low: int, second_k: Any, load: int,
    cents: Any, free: Any, charged: Any,
) -> int:  # fmt: skip
    """Add two branches below a node: least cost per flow upward, without and with what branching costs there.

    `first[i]` is the cost of the first branch with flow ``first_low + i`` up, `first_k[i]` its feeder fibers; likewise
    the second. `cents` holds closure, splice and the charge of the feeders that branch here in any case. Results go to
    `free` (a hub stands at the node, whose cables all begin there) and `charged` (none does); entry 0 stands for the
    flow ``first_low + second_low + load``.
    """
    closure, splice, base = cents[0], cents[1], cents[2]
    for i in range(len(first)):
        if first[i] >= 2**60:
            continue
        for j in range(len(second)):
            if second[j] >= 2**60:
                continue
            cost = first[i] + second[j] - base
            fibers = min(first_k[i], second_k[j])
            if fibers > 0:
                cost += closure + splice * fibers
            free[i + j] = min(free[i + j], cost)
            x, y = first_low + i, second_low + j
            units = spliced_units(x, y, x + y + load)
            if units > 0:
                cost += closure + splice * units
            charged[i + j] = min(charged[i + j], cost)
    return 0


@repeated(50)
def stand_hubs(free: Any, low: int, hub: Any, found: Any, found_low: int) -> int:
    """Lower `found` (from `found_low` on) to the least of ``free[flow + served] + hub[served]``, `served` at least 1.

    `free` begins at the flow `low`.
    """
    for i in range(len(found)):
        x = found_low + i
        first = x + 1 if x + 1 > low else low
        for y in range(first, low + len(free)):
            served = y - x
            if served >= len(hub):
                break
            if free[y - low] < 2**60:
                cost = free[y - low] + hub[served]
                if cost < found[i]:
                    found[i] = cost
    return 0


@repeated(50)
def add_flows(first: Any, second: Any, found: Any) -> int:
    """Lower `found` to the least of ``first[i] + second[j]`` per ``i + j``."""
    for i in range(len(first)):
        if first[i] >= 2**60:
            continue
        for j in range(len(second)):
            if second[j] < 2**60:
                cost = first[i] + second[j]
                if cost < found[i + j]:
                    found[i + j] = cost
    return 0


def least_of(size: int) -> Any:
    """Make a function of so many entries, all of them out of the question."""
    return np.full(size, NEVER, dtype=np.int64)
