"""Draw road-like Steiner instances that no solver was tuned on, as SteinLib files.

``python -m benchmarks.road_graphs DIR [--count N] [--nodes N] [--share S] [--seed S]``

Streets are a relative neighborhood graph with some detours kept, bent by nodes of degree two, as road graphs are;
houses hang from them on stubs; costs are lengths times a rate per street. Equal seeds give equal files.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.spatial import Delaunay, cKDTree

from expansion.network.steiner.stp import write_stp
from expansion.network.steiner.types import IntArray

RATES = (1.0, 1.0, 1.3, 2.2)
"""What streets cost per unit of length, drawn per street."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the instances; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.road_graphs", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--count", type=int, default=4, help="instances (4)")
    parser.add_argument("--nodes", type=int, default=5000, help="nodes of each (5000)")
    parser.add_argument("--share", type=float, default=0.04, help="share of nodes that are terminals (0.04)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first (0)")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    for seed in range(options.seed, options.seed + options.count):
        node_count, u, v, cost, terminals = road_graph(options.nodes, options.share, seed)
        name = f"road-{options.nodes}-{seed}"
        write_stp(options.folder / f"{name}.stp", node_count, u, v, cost, terminals, name=name)
        print(options.folder / f"{name}.stp")
    return 0


def road_graph(nodes: int, share: float, seed: int) -> tuple[int, IntArray, IntArray, IntArray, IntArray]:
    """Return nodes, edge ends, whole costs and terminals of a connected graph of about `nodes` nodes."""
    random = np.random.default_rng(seed)
    crossings = max(4, nodes // 2)
    places = _towns(random, crossings)
    ends = _streets(places, random)
    places, ends, rate = _bent(places, ends, random, nodes - crossings)
    length = np.hypot(*(places[ends[:, 0]] - places[ends[:, 1]]).T)
    cost = np.maximum(1, np.rint(length * rate)).astype(np.int64)
    wanted = max(2, int(share * len(places)))
    terminals = np.sort(random.choice(len(places), wanted, replace=False))
    return len(places), ends[:, 0], ends[:, 1], cost, terminals


def _towns(random: np.random.Generator, count: int) -> np.ndarray:
    """Scatter crossings, half of them around town centers."""
    side = 1000.0 * np.sqrt(count)
    centers = random.uniform(0, side, (max(1, count // 300), 2))
    near = centers[random.integers(0, len(centers), count // 2)] + random.normal(0, side / 25, (count // 2, 2))
    return np.concatenate([near, random.uniform(0, side, (count - count // 2, 2))])


def _streets(places: np.ndarray, random: np.random.Generator) -> IntArray:
    """Keep Delaunay edges that no third crossing comes between, and a few others; the result is connected."""
    corners = Delaunay(places).simplices
    sides = np.unique(
        np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0
    )
    middle = places[sides].mean(axis=1)
    length = np.hypot(*(places[sides[:, 0]] - places[sides[:, 1]]).T)
    index = cKDTree(places).query(middle, k=6)[1]
    third = np.where((index == sides[:, :1]) | (index == sides[:, 1:]), -1, index)
    gap = np.full(len(sides), np.inf)
    for column in range(third.shape[1]):
        known = third[:, column] >= 0
        other = places[np.maximum(third[:, column], 0)]
        reach = np.maximum(*(np.hypot(*(other - places[sides[:, end]]).T) for end in (0, 1)))
        gap = np.where(known, np.minimum(gap, reach), gap)
    kept = (gap >= length) | (random.random(len(sides)) < 0.08)
    return np.asarray(sides[kept], dtype=np.int64)


def _bent(
    places: np.ndarray, ends: IntArray, random: np.random.Generator, count: int
) -> tuple[np.ndarray, IntArray, np.ndarray]:
    """Put `count` nodes into streets, beside the straight line, and half as stubs with a node at the end."""
    rate = random.choice(RATES, len(ends))
    bends = min(count // 2, len(ends))
    chosen = np.sort(random.choice(len(ends), bends, replace=False))
    a, b = ends[chosen].T
    along = random.uniform(0.2, 0.8, (bends, 1))
    middle = places[a] * along + places[b] * (1 - along) + random.normal(0, 60, (bends, 2))
    new = len(places) + np.arange(bends)
    stubs = len(places) + bends + np.arange(bends)
    straight = np.setdiff1d(np.arange(len(ends)), chosen)
    all_ends = np.concatenate([ends[straight], np.c_[a, new], np.c_[new, b], np.c_[new, stubs]])
    rates = np.concatenate([rate[straight], rate[chosen], rate[chosen], np.ones(bends)])
    return np.concatenate([places, middle, middle + random.normal(0, 40, (bends, 2))]), all_ends, rates


if __name__ == "__main__":
    sys.exit(main())
