"""Graphs to join terminals in: from files, from the embedded studies, and made up to look like roads."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

IntArray = NDArray[np.int64]

CLASS_FACTORS = (1.0, 1.0, 1.35, 2.4)
"""Price per meter of a road class against the cheapest: verge, verge, pavement, crossings and rock."""
CENTS_PER_M = 3_300


@dataclass(frozen=True, slots=True)
class TreeCase:
    """Join `terminals` in a graph at least cost; `prizes` per node where leaving one out is allowed at a price.

    `optimum` is the published one in the same whole units as the costs, 0 where none is known.
    """

    node_count: int
    u: IntArray
    v: IntArray
    cost: IntArray
    terminals: IntArray
    prizes: IntArray
    optimum: int

    @property
    def collects(self) -> bool:
        """Whether terminals may be left out."""
        return len(self.prizes) > 0

    def save(self, path: Path) -> Path:
        """Write the arrays."""
        head = np.array([self.node_count, self.optimum], dtype=np.int64)
        np.savez(path, head=head, u=self.u, v=self.v, cost=self.cost, terminals=self.terminals, prizes=self.prizes)
        return path

    @classmethod
    def load(cls, path: Path) -> TreeCase:
        """Read what `save` wrote."""
        with np.load(path) as saved:
            parts = (saved[name] for name in ("u", "v", "cost", "terminals", "prizes"))
            return cls(int(saved["head"][0]), *parts, int(saved["head"][1]))


def case_of_file(path: Path) -> TreeCase:
    """Read a SteinLib or PACE file; the optimum from an INDEX.csv beside it (file, optimum), if there is one."""
    from expansion.network.steiner.stp import read_stp  # here, so that no other tool's process holds the solver

    instance = read_stp(path)
    prizes = np.zeros(0, dtype=np.int64)
    if instance.collects_prizes:
        prizes = np.zeros(instance.node_count, dtype=np.int64)
        np.add.at(prizes, instance.prize_nodes, instance.prizes)
    optimum = round(_published(path) * 10**instance.decimals)
    return TreeCase(
        instance.node_count, instance.u, instance.v, instance.cost, instance.terminals, prizes, optimum
    )  # fmt: skip


def _published(path: Path) -> float:
    index = path.parent / "INDEX.csv"
    if not index.is_file():
        return 0.0
    with index.open(newline="", encoding="utf-8") as stream:
        return next((float(row["optimum"]) for row in csv.DictReader(stream) if row["file"] == path.name), 0.0)


def road_like(nodes: int, seed: int) -> TreeCase:
    """Make a graph that looks like country roads: crossings, bends in between, and one node in 15 to be joined.

    A third of the nodes are crossings at random, joined where no other crossing lies in the circle over the gap
    (Gabriel graph); half of the edges that no spanning tree needs are left out, which gives the 2.6 to 3 roads per
    crossing of OSM extracts. The other nodes lie along the roads. Costs are lengths in cents times a class factor.

    Parameters
    ----------
    nodes
        How many, at least 100.
    seed
        Equal seeds give equal graphs.
    """
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(nodes,)))
    crossings = nodes // 3
    xy = random.uniform(0, 250.0 * np.sqrt(crossings), size=(crossings, 2))
    a, b = _thinned(*_gabriel(xy), xy, random)
    u, v, length = _bent(a, b, np.hypot(*(xy[a] - xy[b]).T), crossings, nodes - crossings, random)
    factor = np.array(CLASS_FACTORS)[random.integers(0, len(CLASS_FACTORS), len(u))]
    cost = np.maximum(np.round(length * factor * CENTS_PER_M), 1).astype(np.int64)
    terminals = np.sort(random.choice(nodes, nodes // 15, replace=False)).astype(np.int64)
    return TreeCase(nodes, u, v, cost, terminals, np.zeros(0, dtype=np.int64), 0)


def _gabriel(xy: NDArray[np.float64]) -> tuple[IntArray, IntArray]:
    """Edges of the triangulation whose circle holds neither of the opposite corners."""
    from scipy.spatial import Delaunay

    corners = Delaunay(xy).simplices
    sides = np.concatenate([corners[:, [i, j, k]] for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1))])
    low, high, apex = sides[:, :2].min(axis=1), sides[:, :2].max(axis=1), sides[:, 2]
    middle = (xy[low] + xy[high]) / 2
    is_free = np.hypot(*(xy[apex] - middle).T) >= np.hypot(*(xy[low] - middle).T)
    keys, which = np.unique(low.astype(np.int64) * len(xy) + high, return_inverse=True)
    free = np.bincount(which, ~is_free) == 0
    return keys[free] // len(xy), keys[free] % len(xy)


def _thinned(
    a: IntArray, b: IntArray, xy: NDArray[np.float64], random: np.random.Generator
) -> tuple[IntArray, IntArray]:
    """Leave out half of the edges, but none of the least spanning tree."""
    length = np.hypot(*(xy[a] - xy[b]).T)
    tree = minimum_spanning_tree(coo_array((length, (a, b)), shape=(len(xy), len(xy)))).tocoo()
    needed = np.isin(a * len(xy) + b, tree.row.astype(np.int64) * len(xy) + tree.col)
    kept = needed | (random.random(len(a)) > 0.5)
    return a[kept], b[kept]


def _bent(
    a: IntArray, b: IntArray, length: NDArray[np.float64], first: int, bends: int, random: np.random.Generator
) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
    """Set `bends` nodes, numbered from `first`, along the edges, long ones more often, in equal steps."""
    where = np.sort(random.choice(len(a), bends, p=length / length.sum()))
    inner = np.bincount(where, minlength=len(a))
    piece = np.repeat(np.arange(len(a)), inner + 1)
    number = np.arange(len(piece)) - np.repeat(np.cumsum(inner + 1) - inner - 1, inner + 1)
    new = first + np.cumsum(number > 0) - 1
    u = np.where(number == 0, a[piece], new)
    v = np.where(number == inner[piece], b[piece], new + 1)
    return u.astype(np.int64), v.astype(np.int64), length[piece] / (inner + 1)[piece]
