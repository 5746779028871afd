"""The cables below a site as an indented list: cable, then what hangs on it, closures with their branches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from expansion.figures.cable_runs import Plant, Run


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a cable (`run` is set) or a site (`site_id` is set), how deep, and at which chainage."""

    depth: int
    at_m: float
    site_id: str = ""
    run: Run | None = None


def tree_rows(plant: Plant, source: str, *, depth: int = 0) -> tuple[Row, ...]:
    """List everything that hangs on a site, in the order in which light meets it.

    Parameters
    ----------
    plant
        Sites and runs.
    source
        Hub, hut, tap or office. A hut on the way brings its own cables, a hub does not.
    depth
        Of the first rows.
    """
    return tuple(_below(plant, source, depth, frozenset({source})))


def _below(plant: Plant, site_id: str, depth: int, above: frozenset[str]) -> Iterator[Row]:
    """List what stands beside a site, and the cables that start there."""
    for name in plant.beside(site_id):
        yield from _site(plant, name, depth, 0.0, above)
    for run in plant.starting[site_id]:
        yield Row(depth, run.start_m, run=run)
        for stop in run.stops:
            yield from _site(plant, stop.site_id, depth + 1, stop.at_m, above)


def _site(plant: Plant, name: str, depth: int, at_m: float, above: frozenset[str]) -> Iterator[Row]:
    """List a site, and its branches if light goes on from it."""
    yield Row(depth, at_m, site_id=name)
    if name not in above and plant.kind(name) in ("closure", "hut", "fiber_tap", "co"):
        yield from _below(plant, name, depth + 1, above | {name})
