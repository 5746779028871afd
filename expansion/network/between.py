"""Places for terminals between houses: where one terminal serves neighbors whom none in front of a house serves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from expansion.network.snap import Snaps
from expansion.plan.graph import FloatArray, IntArray


def places_between(snaps: Snaps, units: IntArray, length_m: FloatArray, drop_max_m: float, most_units: int) -> Snaps:
    """Find a place for each set of neighbors along a road that one terminal reaches, but none in front of a house.

    A drop runs along the road and then to the house, so a terminal serves a house from a stretch of its road. Where
    stretches overlap one terminal serves all of them; of each largest such set the middle of what they share becomes a
    place, unless a house stands in it, or a crossing where the road ends. So no set of houses along one road that could
    share a terminal lacks a place for it. Sets of more units than the largest terminal holds are left to the places of
    their houses, which lie near enough there.

    Parameters
    ----------
    snaps
        Where locations meet the roads: road, meters along it, and meters to the location.
    units
        Per location.
    length_m
        Per road.
    drop_max_m
        Longest drop: along the road and to the house.
    most_units
        Ports of the largest terminal.

    Returns
    -------
    Snaps
        The new places, by road and meters along it, rounded to 0.1 m; `away_m` is 0.
    """
    reach = drop_max_m - snaps.away_m
    near = np.flatnonzero((snaps.road >= 0) & (reach > 0))
    near = near[np.lexsort((snaps.along_m[near], snaps.road[near]))]
    road, along = snaps.road[near], snaps.along_m[near]
    found: list[tuple[int, float]] = []
    for here in np.split(np.arange(len(near)), np.flatnonzero(np.diff(road)) + 1) if len(near) else ():
        length = float(length_m[road[here[0]]])
        stands = np.r_[0.0, along[here], length]
        for low, high, held in _shared(along[here], reach[near[here]], units[near[here]], length):
            if held <= most_units and not ((stands >= low) & (stands <= high)).any():
                found.append((int(road[here[0]]), round((low + high) / 2, 1)))
    kept = sorted(set(found))
    at = np.array([meters for _, meters in kept], dtype=np.float64)
    return Snaps(np.array([row for row, _ in kept], dtype=np.int64), at, np.zeros(len(kept)))


def _shared(
    along: FloatArray, reach: FloatArray, units: NDArray[np.int64], length: float
) -> Iterator[tuple[float, float, int]]:
    """Largest sets of stretches along a road that overlap: from where to where they all do, and their units."""
    begin, end = np.maximum(along - reach, 0.0), np.minimum(along + reach, length)
    events = sorted(
        [(meters, 0, int(count)) for meters, count in zip(begin, units, strict=True)]
        + [(meters, 1, int(count)) for meters, count in zip(end, units, strict=True)]
    )
    held, low, grew = 0, 0.0, False
    for meters, is_end, count in events:
        if is_end and grew:
            yield low, float(meters), held
        held += -count if is_end else count
        low, grew = (low, False) if is_end else (float(meters), True)
