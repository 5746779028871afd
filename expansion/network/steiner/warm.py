"""Compile every kernel ahead of time."""

from __future__ import annotations

import numpy as np

from expansion.network.steiner.finish import ExactSearch
from expansion.network.steiner.graph import build_graph
from expansion.network.steiner.jit import compile_from_now_on
from expansion.network.steiner.prizes import solve_prizes
from expansion.network.steiner.reduction import Instance
from expansion.network.steiner.search import Limits
from expansion.network.steiner.solve import solve_steiner
from expansion.network.steiner.types import IntArray

SIDE = 12
"""Nodes along one side of the street grid used."""
ONE_PROGRAM = Limits(rounds=0, roots=1, branch_edges=0, cut_entries=1)


def warm() -> None:
    """Compile the kernels, or load them from the cache on disk, by solving a small seeded street grid.

    Several processes may do so at once: each writes whole files under names of its own, then puts them in place.
    """
    compile_from_now_on()
    random = np.random.default_rng(0)
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    cost = random.integers(1_000, 10_000, len(u))
    terminals: IntArray = np.sort(random.choice(node.size, 12, replace=False))
    solve_steiner(node.size, u, v, cost, terminals, effort=1)
    ExactSearch(Instance(build_graph(node.size, u, v, cost), terminals), ONE_PROGRAM, 0).run_programs()
    prizes = np.zeros(node.size, dtype=np.int64)
    prizes[terminals] = random.integers(1_000, 30_000, len(terminals))
    solve_prizes(node.size, u, v, cost, prizes, effort=0)
