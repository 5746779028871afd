"""Compile every kernel ahead of time."""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.prizes import solve_prizes
from expansion.network.steiner.solve import solve_steiner

SIDE = 100
"""Nodes along one side of the street grid used: large enough that every kernel is compiled."""


def warm() -> None:
    """Compile the kernels, or load them from the cache on disk, by solving a seeded street grid."""
    random = np.random.default_rng(0)
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    cost = random.integers(1_000, 10_000, len(u))
    terminals = random.choice(node.size, 200, replace=False)
    solve_steiner(node.size, u, v, cost, terminals, effort=1)
    prizes = np.zeros(node.size, dtype=np.int64)
    prizes[terminals] = random.integers(1_000, 30_000, len(terminals))
    solve_prizes(node.size, u, v, cost, prizes, effort=0)
