"""Group eligible locations into areas that fit a hub: scikit-learn's clustering, and this project.

What counts is how many locations are left without a usable place: as noise, or in a group above the capacity.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.peers.answer import Answer, timed
from benchmarks.peers.ground import StudyGround

IntArray = NDArray[np.int64]


def by_dbscan(path: Path) -> Answer:
    """sklearn.cluster.DBSCAN at the study's settlement distance, with its default of five neighbors."""
    from sklearn.cluster import DBSCAN

    ground, rows, xy = _eligible(path)
    reach = ground.study.areas.settlement_distance_m
    label, seconds = timed(lambda: DBSCAN(eps=reach).fit(xy).labels_)
    return _judged(ground, rows, label, seconds)


def by_hdbscan(path: Path) -> Answer:
    """sklearn.cluster.HDBSCAN with its defaults and the capacity as largest cluster."""
    from sklearn.cluster import HDBSCAN

    ground, rows, xy = _eligible(path)
    most = ground.study.areas.max_locations
    label, seconds = timed(lambda: HDBSCAN(max_cluster_size=most, copy=True).fit(xy).labels_)
    return _judged(ground, rows, label, seconds)


def by_kmeans(path: Path) -> Answer:
    """sklearn.cluster.KMeans with as many clusters as the units need at least."""
    from sklearn.cluster import KMeans

    ground, rows, xy = _eligible(path)
    units = ground.inputs.locations["units"].to_numpy()[rows]
    count = -(-int(units.sum()) // ground.study.areas.max_locations)
    label, seconds = timed(lambda: KMeans(count, random_state=0, n_init="auto").fit(xy).labels_)
    return _judged(ground, rows, label, seconds)


def by_this_project(path: Path) -> Answer:
    """`delineate_areas`: settlements, parted along roads until each fits; polygons included."""
    from expansion.demand import delineate_areas

    ground, rows, _ = _eligible(path)
    areas, seconds = timed(lambda: delineate_areas(ground.study, ground.inputs, ground.eligibility, ground.graph))
    return _judged(ground, rows, areas.of_location[rows], seconds)


def _eligible(path: Path) -> tuple[StudyGround, IntArray, NDArray[np.float64]]:
    """Ground, rows of the eligible locations that a road reaches, and their coordinates."""
    ground = StudyGround.load(path)
    is_eligible = ground.eligibility.table["eligible"].to_numpy() & (ground.graph.location_node >= 0)
    rows = np.flatnonzero(is_eligible)
    return ground, rows, shapely.get_coordinates(ground.inputs.locations.geometry.to_numpy())[rows]


def _judged(ground: StudyGround, rows: IntArray, label: IntArray, seconds: float) -> Answer:
    """Count locations that are noise, or in a group with more units than the capacity or without a road between."""
    units = ground.inputs.locations["units"].to_numpy()[rows]
    placed = label >= 0
    load = np.bincount(label[placed], units[placed])
    size = np.bincount(label[placed])
    full = placed & (np.where(placed, load[label], 0) > ground.study.areas.max_locations)
    full &= np.where(placed, size[label], 0) > 1
    note = f"{len(size)} groups, {int((~placed).sum())} noise, largest {int(load.max(initial=0))} units"
    return Answer(int((~placed | full).sum()), seconds, note=f"{note} of {ground.study.areas.max_locations}")


DOERS: dict[str, Callable[[Path], Answer]] = {
    "expansion": by_this_project,
    "scikit-learn DBSCAN": by_dbscan,
    "scikit-learn HDBSCAN": by_hdbscan,
    "scikit-learn KMeans": by_kmeans,
}
