"""Settlements: eligible locations that lie close to one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

IntArray = NDArray[np.int64]


def find_settlements(xy: NDArray[np.float64], distance_m: float) -> IntArray:
    """Group points whose neighbors lie within a distance.

    Every point belongs to a settlement: one without a neighbor is a settlement of its own, never noise. These are the
    groups of DBSCAN with one sample per core point, whatever the order of the rows.

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
    near = cKDTree(xy).query_pairs(distance_m, output_type="ndarray")
    links = coo_matrix((np.ones(len(near), dtype=np.int8), (near[:, 0], near[:, 1])), shape=(len(xy), len(xy)))
    _, label = connected_components(links, directed=False)
    _, first, which = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return rank[which]
