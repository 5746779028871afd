"""Settlements: eligible locations that lie close to one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


def find_settlements(xy: NDArray[np.float64], distance_m: float) -> IntArray:
    """Group points whose neighbors lie within a distance.

    Every point belongs to a settlement: one without a neighbor is a settlement of its own, never noise. With one
    sample per core point DBSCAN gives the connected groups, whatever the order of the rows.

    Parameters
    ----------
    xy
        Projected coordinates in meters, shape ``(n, 2)``, in a canonical order.
    distance_m
        Largest distance between neighbors.

    Returns
    -------
    IntArray
        Settlement per point, numbered from 0 by first appearance.
    """
    if len(xy) == 0:
        return np.zeros(0, dtype=np.int64)
    from sklearn.cluster import DBSCAN  # a second to import, for planning alone

    label = DBSCAN(eps=distance_m, min_samples=1, algorithm="kd_tree").fit(xy).labels_
    _, first, which = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[which]
