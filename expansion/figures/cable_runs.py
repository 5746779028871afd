"""Cables as they run: stretch by stretch along the route from the core outward, with the sites on their way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import shapely

_NAMELESS = {"crossing": "carriageway", "lateral": "off the road"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """One span as a cable passes it; `start_m` and `end_m` are chainages, `shape` runs with the cable."""

    span_id: str
    start_m: float
    end_m: float
    placement: str
    method: str
    road: str
    is_existing: bool
    shape: Any


@dataclass(frozen=True, slots=True)
class Stop:
    """A site on the way of a cable, at its chainage."""

    site_id: str
    kind: str
    at_m: float


@dataclass(frozen=True, slots=True)
class Run:
    """One cable.

    Attributes
    ----------
    cable_id, tier, from_site, to_site, fibers, used_fibers, cable_m
        As in the table of cables.
    source
        Office, hut, tap or hub that its light comes from; `from_site` itself, or behind the closure there.
    start_m
        Chainage where it begins: meters of route from its source.
    stretches
        The spans that it lies in, from the source outward.
    stops
        Sites on its way that hang on it, by chainage; not the one that it starts from.
    """

    cable_id: str
    tier: str
    from_site: str
    to_site: str
    fibers: int
    used_fibers: int
    cable_m: float
    source: str
    start_m: float
    stretches: tuple[Stretch, ...]
    stops: tuple[Stop, ...]

    @property
    def end_m(self) -> float:
        """Chainage of its far end."""
        return self.stretches[-1].end_m if self.stretches else self.start_m


@dataclass(slots=True)
class Plant:
    """Sites and runs of a plan by id.

    Attributes
    ----------
    sites
        Rows of the table of sites.
    runs
        By cable, without drops.
    starting
        Per site the runs that start there, in natural order of their ids.
    below
        Per site the sites that hang on it.
    reached
        Per site the run that has it among its stops.
    """

    sites: dict[str, Any]
    runs: dict[str, Run] = field(default_factory=dict)
    starting: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    below: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    reached: dict[str, Run] = field(default_factory=dict)

    def kind(self, site_id: str) -> str:
        """Kind of a site, "" for one that is not in the table."""
        return str(self.sites[site_id].kind) if site_id in self.sites else ""

    def add(self, run: Run) -> None:
        """Take in a run."""
        self.runs[run.cable_id] = run
        self.starting[run.from_site].append(run)
        for stop in run.stops:
            self.reached.setdefault(stop.site_id, run)

    def beside(self, source: str) -> list[str]:
        """Sites that hang on a source without any cable between: they stand where it stands."""
        return [name for name in self.below[source] if name not in self.reached and self.kind(name) != "closure"]

    def feeder_of(self, hub_id: str) -> list[Run]:
        """Follow the light to a hub: runs from the office on, empty where no cable leads there."""
        chain: list[Run] = []
        target = hub_id
        while (last := self.reached.get(target)) is not None and last not in chain:
            chain.insert(0, last)
            if self.kind(last.from_site) != "closure":
                break
            target = last.from_site
        return chain


def natural(text: str) -> list[tuple[int, str]]:
    """Sort key that reads numbers inside an id as numbers: ``K2`` before ``K10``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", str(text)) if part]


def read_plant(tables: Mapping[str, pd.DataFrame]) -> Plant:
    """Read sites and cables of a plan as runs along its spans.

    Parameters
    ----------
    tables
        Tables of a plan: `sites`, `cables`, `spans`, `edges`. A reference that leads nowhere leaves the run short, and
        raises nothing: exports are written of any saved plan.
    """
    plant = Plant({str(row.site_id): row for row in tables["sites"].itertuples(index=False)})
    for name in sorted(plant.sites, key=natural):
        parent = plant.sites[name].parent_site_id
        if isinstance(parent, str):
            plant.below[parent].append(name)
    spans, roads = _span_rows(tables), road_names(tables)
    cables = [row for row in tables["cables"].itertuples(index=False) if row.tier != "drop"]
    for source, rows in sorted(_by_source(cables, plant).items()):
        for run in _runs_of(source, rows, plant, spans, roads):
            plant.add(run)
    return plant


def _span_rows(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    return {str(row.span_id): row for row in tables["spans"].itertuples(index=False)}


def road_names(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Name each edge of the graph as the road that a crew would look for."""
    edges = tables["edges"]
    columns = [edges[name].fillna("").to_numpy(dtype=object) for name in ("edge_id", "kind", "name", "ref", "highway")]
    return {
        edge: _NAMELESS.get(kind) or name or ref or f"unnamed {highway or 'road'}"
        for edge, kind, name, ref, highway in zip(*columns, strict=True)
    }


def _by_source(cables: list[Any], plant: Plant) -> dict[str, list[Any]]:
    """Group cables by the site that their light comes from."""
    grouped: dict[str, list[Any]] = defaultdict(list)
    for row in sorted(cables, key=lambda one: natural(one.cable_id)):
        at = str(row.from_site)
        site = plant.sites.get(at)
        is_closure = site is not None and site.kind == "closure" and isinstance(site.parent_site_id, str)
        grouped[site.parent_site_id if is_closure and site is not None else at].append(row)
    return grouped


def _runs_of(source: str, rows: list[Any], plant: Plant, spans: dict[str, Any], roads: dict[str, str]) -> Iterator[Run]:
    """Walk the cables of one source; a cable that leaves another comes after it."""
    at_node: dict[int, float] = {}
    here = defaultdict(list)
    for name in plant.below[source]:
        here[int(plant.sites[name].node)].append(name)
    waiting = list(rows)
    while waiting:
        ready = [row for row in waiting if row.from_site == source or _node(row.from_site, plant) in at_node]
        for row in ready or waiting:  # what starts nowhere that is known starts at zero
            yield _walk(row, source, plant, spans, roads, at_node, here)
        waiting = [row for row in waiting if row not in ready] if ready else []


def _node(site_id: str, plant: Plant) -> int:
    return int(plant.sites[site_id].node) if site_id in plant.sites else -1


def _walk(
    row: Any, source: str, plant: Plant, spans: dict[str, Any], roads: dict[str, str], at_node: dict[int, float],
    here: Mapping[int, list[str]],
) -> Run:  # fmt: skip
    """Follow one cable from its start; notes the chainage of every node that it passes."""
    node = _node(row.from_site, plant)
    start = at = at_node.get(node, 0.0)
    stretches, stops = [], []
    for span in [spans[name] for name in str(row.span_ids).split(",") if name in spans]:
        is_backward = span.u != node and span.v == node
        node = int(span.u if is_backward else span.v)
        end = round(at + float(span.length_m), 3)
        stretches.append(_stretch(span, at, end, roads, is_backward=is_backward))
        at = at_node[node] = end
        stops += [Stop(name, plant.kind(name), at) for name in here.get(node, ()) if name != row.from_site]
    if row.to_site in plant.sites and all(stop.site_id != row.to_site for stop in stops):
        stops.append(Stop(str(row.to_site), plant.kind(row.to_site), at))
    return Run(
        str(row.cable_id), str(row.tier), str(row.from_site), str(row.to_site), int(row.fibers), int(row.used_fibers),
        float(row.length_m), source, start, tuple(stretches), tuple(stops),
    )  # fmt: skip


def _stretch(span: Any, at: float, end: float, roads: dict[str, str], *, is_backward: bool) -> Stretch:
    """Lay one span in the direction of the cable."""
    road = roads.get(str(span.edge_ids).split(",", maxsplit=1)[0], "")
    laid = stretch_of(span)
    shape = shapely.reverse(laid.shape) if is_backward else laid.shape
    return replace(laid, start_m=at, end_m=end, road=road, shape=shape)


def stretch_of(span: Any) -> Stretch:
    """Make a stretch of one row of the table of spans, from its own start."""
    return Stretch(
        str(span.span_id), 0.0, float(span.length_m), str(span.placement), str(span.method), "",
        bool(span.is_existing), span.geometry,
    )  # fmt: skip
