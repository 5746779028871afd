"""Compile the loops of siting ahead of time."""

from __future__ import annotations

import numpy as np

from expansion.network.siting.kernels import NEVER, add_flows, join_branches, stand_hubs


def warm() -> None:
    """Compile the loops, or load them from the cache on disk, on two branches of one flow each."""
    for kernel in (join_branches, stand_hubs, add_flows):
        kernel.is_compiled = True
    cost, fibers = np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64)
    free, charged, cents = (np.full(size, NEVER, dtype=np.int64) for size in (1, 1, 3))
    join_branches(cost, 0, fibers, cost, 0, fibers, 1, cents // NEVER, free, charged)
    add_flows(cost, cost, free)
    stand_hubs(free, 1, np.zeros(2, dtype=np.int64), charged, 0)
