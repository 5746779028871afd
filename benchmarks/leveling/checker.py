"""Check a schedule against an instance or a program day by day; shares nothing with the solver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.leveling.instances import Instance


def faults_of(instance: Instance, start: Sequence[int]) -> list[str]:
    """Say which links and resources a schedule breaks; empty where it holds.

    Parameters
    ----------
    instance
        Activities, resources, links.
    start
        First day per activity, from 0.
    """
    duration = instance.duration.tolist()
    found = [f"activity {number + 1} starts before day 0" for number, day in enumerate(start) if day < 0]
    for before, after in instance.links.tolist():
        if start[after] < start[before] + duration[before]:
            found.append(f"activity {after + 1} starts before activity {before + 1} is done")
    for kind, room in enumerate(instance.room.tolist()):
        used: Counter[int] = Counter()
        for number, day in enumerate(start):
            for worked in range(day, day + duration[number]):
                used[worked] += int(instance.demand[number, kind])
        found += [f"resource {kind + 1} is short on day {day}" for day, units in sorted(used.items()) if units > room]
    return found
