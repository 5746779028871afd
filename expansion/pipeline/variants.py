"""What else could be built: routes to one area that differ in kind, and a second way to each hub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.errors import StudyError
from expansion.network import (
    ALTERNATIVES,
    Task,
    design_network,
    find_two_ways,
    locked_nodes,
    make_task,
    offices_above,
    price_edges,
    root_nodes,
)
from expansion.permits import register_spans, without_poles
from expansion.pipeline.exploring import Explored
from expansion.plan.graph import EdgePrices, IntArray, Triggers
from expansion.plan.plan import Network, Route


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to build an area, against the rest of the plan as it stands.

    Attributes
    ----------
    kind
        Of `ALTERNATIVES`.
    same_as
        Kind of an earlier alternative with the same edges, "" where there is none.
    edges
        Rows of the edges that are built for the area beyond what the rest of the plan builds.
    cost
        At true prices; for ``mostly_buried`` at the prices of burying, for all else at those of the plan.
    gap
        ``(cost - bound) / cost`` with the bound of the cheapest: no route to the area costs less than that bound.
    permits_by_rule
        Further permits, as the register would count them.
    longest_lead_days
        Typical lead time of the slowest of them, calendar days.
    aerial_share
        Share of the meters on poles.
    """

    kind: str
    same_as: str
    area_id: str
    edges: IntArray
    cost: float
    lower_bound: float
    gap: float
    length_m: float
    permits: int
    permits_by_rule: dict[str, int]
    longest_lead_days: int
    aerial_share: float
    shape: shapely.Geometry


def find_alternatives(
    explored: Explored, area_id: str, kinds: Sequence[str] = tuple(ALTERNATIVES)
) -> tuple[Alternative, ...]:
    """Find routes to one area that differ in kind.

    Parameters
    ----------
    explored
        The study.
    area_id
        Area to be reached; all others stay as the route has them.
    kinds
        Of `ALTERNATIVES`, in the order of the answer; the cheapest is always searched, for its bound.

    Raises
    ------
    StudyError
        ``E_AREA_UNKNOWN``, ``E_ALTERNATIVE`` for a kind that does not exist.
    """
    strange = sorted(set(kinds) - set(ALTERNATIVES))
    if strange:
        hint = f"choose among {', '.join(ALTERNATIVES)}"
        raise StudyError("no such kind of alternative", code="E_ALTERNATIVE", where=strange, hint=hint)
    task = _area_task(explored, area_id)
    bound = ALTERNATIVES["cheapest"](task)
    granted = _Register(explored, task, area_id)
    found: list[Alternative] = []
    for kind in kinds:
        mine, triggers = task, explored.ground.triggers
        if kind == "mostly_buried":
            mine, triggers = _buried(explored, task)
        route = bound if kind == "cheapest" else ALTERNATIVES[kind](mine)
        found.append(
            _describe(kind, area_id, mine, route.edges, bound, granted.further(route.edges, mine.prices, triggers))
        )
    return _with_twins(found)


def _area_row(explored: Explored, area_id: str) -> int:
    """Row of an area."""
    ids = list(explored.ground.areas.table["area_id"])
    if area_id not in ids:
        hint = f"name one of {', '.join(ids[:5])} …" if ids else "there is no area"
        raise StudyError("no such area", code="E_AREA_UNKNOWN", where=[area_id], hint=hint)
    return ids.index(area_id)


def _area_task(explored: Explored, area_id: str) -> Task:
    """Part the route into what one area needs alone and the rest."""
    ground, row = explored.ground, _area_row(explored, area_id)
    of = ground.areas.of_location[explored.rows]
    homes, every = ground.graph.location_node[explored.rows], set(of.tolist())
    return make_task(
        ground.graph, ground.prices, ground.locks, explored.route,
        root_nodes(explored.inputs, ground.graph, ground.prices),
        np.r_[homes[of == row], locked_nodes(ground.graph, ground.locks, ground.areas, {row} & every)],
        np.r_[homes[of != row], locked_nodes(ground.graph, ground.locks, ground.areas, every - {row})],
        explored.permits,
    )  # fmt: skip


def _buried(explored: Explored, task: Task) -> tuple[Task, Triggers]:
    """Take the area's task as it is where no pole may be used."""
    study, inputs, graph = explored.study, explored.inputs, explored.ground.graph
    triggers = without_poles(study, inputs, explored.ground.triggers)
    return replace(task, prices=price_edges(inputs, graph, triggers)), triggers


class _Register:
    """Counts the permits that an area's edges need beyond those of the rest of the plan."""

    def __init__(self, explored: Explored, task: Task, area_id: str) -> None:
        self._explored, self._task, self._area = explored, task, area_id
        self._rest = set(self._needed(self._spans(task.rest, explored.ground.prices, "rest"))["permit_id"])

    def further(self, edges: IntArray, prices: EdgePrices, triggers: Triggers) -> gpd.GeoDataFrame:
        """Permits of the rest and these edges together, without those of the rest."""
        ground = self._explored.ground
        parts = [self._spans(self._task.rest, ground.prices, "rest"), self._spans(edges, prices, self._area)]
        table = self._needed(gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=ground.graph.crs), triggers)
        return table[~table["permit_id"].isin(self._rest).to_numpy(dtype=bool)]

    def _spans(self, edges: IntArray, prices: EdgePrices, area: str) -> gpd.GeoDataFrame:
        """Each edge as a span of its own."""
        graph = self._explored.ground.graph
        ids = graph.edges["edge_id"].to_numpy(dtype=object)[edges]
        columns = {
            "span_id": ids, "area_id": area, "placement": prices.placement[edges], "is_existing": False,
            "length_m": graph.length_m[edges], "edge_ids": ids,
        }  # fmt: skip
        made = pd.DataFrame(columns, index=range(len(edges))).astype(
            {"span_id": "str", "area_id": "str", "placement": "str", "edge_ids": "str", "is_existing": "bool"}
        )
        return gpd.GeoDataFrame(made, geometry=graph.edges.geometry.to_numpy()[edges], crs=graph.crs)

    def _needed(self, spans: gpd.GeoDataFrame, triggers: Triggers | None = None) -> gpd.GeoDataFrame:
        explored = self._explored
        met = explored.ground.triggers if triggers is None else triggers
        return register_spans(explored.study, explored.inputs, explored.ground.graph, met, spans).table


def _describe(
    kind: str, area_id: str, task: Task, edges: IntArray, bound: Route, permits: gpd.GeoDataFrame
) -> Alternative:
    """Put the figures of one alternative together."""
    meters = task.graph.length_m[edges]
    cost, total = int(task.prices.build_cost[edges].sum()), float(meters.sum())
    least = min(round(bound.lower_bound * 100), cost)
    by_rule = {str(rule): int(number) for rule, number in sorted(permits["rule_id"].value_counts().items())}
    aerial = float(meters[task.prices.placement[edges] == "aerial"].sum())
    lines = task.graph.edges.geometry.to_numpy()[edges]
    return Alternative(
        kind=kind, same_as="", area_id=area_id, edges=edges, cost=cost / 100, lower_bound=least / 100,
        gap=round(max(cost - least, 0) / cost, 6) if cost else 0.0, length_m=round(total, 3), permits=len(permits),
        permits_by_rule=by_rule,
        longest_lead_days=int(permits["lead_time_calendar_days"].max()) if len(permits) else 0,
        aerial_share=round(aerial / total, 6) if total else 0.0, shape=shapely.MultiLineString(list(lines)),
    )  # fmt: skip


def _with_twins(found: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Say which alternatives are the route of an earlier one."""
    seen: dict[tuple[float, bytes], str] = {}
    marked = []
    for one in found:
        first = seen.setdefault((one.cost, one.edges.tobytes()), one.kind)
        marked.append(replace(one, same_as="" if first == one.kind else first))
    return tuple(marked)


@dataclass(frozen=True, slots=True)
class Feed:
    """A hub and the office or hut that feeds it, or a hut and the office behind it, with their nodes."""

    hub_id: str
    hub_node: int
    office_id: str
    office_node: int
    area_id: str


@dataclass(frozen=True, slots=True)
class Protection:
    """A second way to a hub.

    Attributes
    ----------
    is_disjoint
        The two ways share no edge.
    shared_edge_ids
        Edges that both must use: without any of them the hub would be cut off. Empty where they are disjoint.
    cost
        New build beyond the plan, for this hub alone: least of all pairs of ways that share no more than they must.
    added_cost
        The same when the hubs before it in the list are protected already.
    working, protecting
        Rows of the edges of the two ways, from the office to the hub.
    new
        Rows of the edges to be built beyond the plan.
    """

    feed: Feed
    is_disjoint: bool
    shared_edge_ids: tuple[str, ...]
    cost: float
    added_cost: float
    length_m: float
    working: IntArray
    protecting: IntArray
    new: IntArray
    shape: shapely.Geometry


def design_everything(explored: Explored) -> Network:
    """Design the network of all areas on the explored ground, for its hubs and offices."""
    ground, everywhere = explored.ground, np.zeros(len(explored.ground.areas.table), dtype=np.int64)
    return design_network(
        explored.study, explored.inputs, ground.graph, ground.prices, ground.areas,
        ground.eligibility, phase=everywhere, locks=ground.locks,
    )  # fmt: skip


def list_feeds(explored: Explored, sites: pd.DataFrame, paths: pd.DataFrame) -> tuple[Feed, ...]:
    """List the hubs and huts of a network with what feeds them: hubs by id, then huts with the office behind them.

    Parameters
    ----------
    explored
        The study.
    sites, paths
        Tables of a `Network` over all areas, or of a saved plan, of the same study.
    """
    place = sites.set_index("site_id")
    pairs = paths[["hub_id", "office_id"]].drop_duplicates().sort_values("hub_id")
    feeds = [
        Feed(str(hub), int(place.loc[hub, "node"]), str(office), int(place.loc[office, "node"]), _area_of(place, hub))
        for hub, office in zip(pairs["hub_id"], pairs["office_id"], strict=True)
        if office in place.index
    ]
    huts = place[(place["kind"] == "hut").to_numpy(dtype=bool)].sort_index()
    ground, nodes = explored.ground, huts["node"].astype("int64").tolist()
    above = offices_above(explored.inputs, ground.graph, ground.prices, explored.route.edges, nodes)
    for hut, node, (office, root) in zip(huts.index, nodes, above, strict=True):
        feeds.append(Feed(str(hut), node, office, root, _area_of(place, hut)))
    return tuple(feeds)


def _area_of(place: pd.DataFrame, site: str) -> str:
    """Area that a site belongs to, "" where it has none."""
    area = place.loc[site, "area_id"]
    return area if isinstance(area, str) else ""


def protect_hubs(explored: Explored, feeds: Sequence[Feed]) -> tuple[Protection, ...]:
    """Find a second way from its office to each hub, which shares no trench with the first.

    Trench of the plan costs nothing, but carries one of the two ways only; avoided edges are gone. The pair with the
    least new build is found exactly (minimum-cost flow of two units); where every pair shares edges, those are named.

    Parameters
    ----------
    feeds
        Hubs to protect, from `list_feeds`; the sum of `added_cost` is what protecting all of them costs, a sum that
        another order may lower.
    """
    ground, found = explored.ground, []
    standing = ground.prices.existing != ""
    standing[explored.route.edges] = True
    allowed = ~ground.locks.avoided
    ids, bought = ground.graph.edges["edge_id"].to_numpy(dtype=object), standing.copy()
    for feed in feeds:
        alone = find_two_ways(
            ground.graph, ground.prices.build_cost, standing, allowed, feed.office_node, feed.hub_node
        )
        after = find_two_ways(ground.graph, ground.prices.build_cost, bought, allowed, feed.office_node, feed.hub_node)
        if alone is None or after is None:
            continue
        bought[after.new] = True
        names = tuple(str(name) for name in ids[alone.shared])
        lines = ground.graph.edges.geometry.to_numpy()[alone.second]
        found.append(
            Protection(
                feed, not names, names, alone.cents / 100, after.cents / 100,
                round(float(ground.graph.length_m[alone.second].sum()), 3), alone.first, alone.second, alone.new,
                shapely.MultiLineString(list(lines)),
            )
        )  # fmt: skip
    return tuple(found)
