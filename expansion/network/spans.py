"""Merge the edges in use into spans: stretches of physical route on which nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from expansion.network.ground import Ground
from expansion.plan.graph import IntArray, Works
from expansion.plan.specs_network import SPANS

TIER_RANK = {"feeder": 0, "distribution": 1, "drop": 2}


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans table, and per node of the forest the id of the span that holds its edge upward."""

    table: gpd.GeoDataFrame
    of_node: dict[int, str]


def merge_spans(
    ground: Ground,
    tier_of_node: dict[int, str],
    stops: set[int],
    owner_of_node: dict[int, int],
    area_ids: list[str],
    loose: Mapping[int, int] | None = None,
) -> Spans:
    """Merge edges from the root outward while tier, placement, rates, plant and payer stay the same.

    Parameters
    ----------
    tier_of_node
        Per node: highest tier on its edge upward; nodes that are missing are not in use.
    stops
        Nodes at which a span must end: sites and the places where drops leave the road.
    owner_of_node
        Per node: row of the area that pays for its edge upward.
    loose
        Per edge that is built beside the forest, because a pin asks for it: row of the area that pays. Each is a span.
    """
    tree = ground.supply.tree
    kinds, works = ground.graph.edges["kind"].to_numpy(), ground.prices.works
    used = [node for node in tree.order.tolist() if node in tier_of_node]
    children: dict[int, int] = {}
    above_of, up_edge = ground.supply.above, ground.supply.up_edge
    for node in used:
        children[above_of[node]] = children.get(above_of[node], 0) + 1
    groups: list[list[int]] = []
    group_of: dict[int, int] = {}
    keys: list[tuple[object, ...]] = []
    for node in used:
        edge, above = up_edge[node], above_of[node]
        key = (
            ground.prices.placement[edge], works.item[edge], works.bore_item[edge], works.over_item[edge],
            ground.prices.existing[edge], tier_of_node[node], owner_of_node[node], kinds[edge],
        )  # fmt: skip
        if above in group_of and above not in stops and children[above] == 1 and keys[group_of[above]] == key:
            group_of[node] = group_of[above]
            groups[group_of[above]].append(node)
        else:
            group_of[node] = len(groups)
            groups.append([node])
            keys.append(key)
    names = [f"S-{ground.graph.node_ids[nodes[-1]]}" for nodes in groups]
    runs = [
        _Run.of_nodes(ground, name, nodes, tier_of_node, owner_of_node)
        for name, nodes in zip(names, groups, strict=True)
    ]
    runs += [_Run.of_edge(ground, edge, owner) for edge, owner in sorted((loose or {}).items())]
    table = _table(ground, runs, area_ids)
    return Spans(table, {node: names[group] for node, group in group_of.items()})


@dataclass(frozen=True, slots=True)
class _Run:
    """Edges that make one span, from node `u` to node `v`."""

    name: str
    u: int
    v: int
    edges: IntArray
    tier: str
    owner: int
    line: object

    @classmethod
    def of_nodes(
        cls, ground: Ground, name: str, nodes: list[int], tier_of_node: dict[int, str], owner_of_node: dict[int, int]
    ) -> _Run:
        """Take the upward edges of nodes that follow one another."""
        tree, first = ground.supply.tree, nodes[0]
        above, line = int(tree.parent[first]), _join_lines(ground, nodes)
        return cls(name, above, nodes[-1], tree.parent_edge[nodes], tier_of_node[first], owner_of_node[first], line)

    @classmethod
    def of_edge(cls, ground: Ground, edge: int, owner: int) -> _Run:
        """Take one edge that no cable lies in."""
        graph, edges = ground.graph, np.array([edge], dtype=np.int64)
        name = f"S-{graph.edges['edge_id'].iloc[edge]}"
        return cls(name, int(graph.u[edge]), int(graph.v[edge]), edges, "feeder", owner, ground.lines[edge])


def _table(ground: Ground, runs: list[_Run], area_ids: list[str]) -> gpd.GeoDataFrame:
    """Spans as a checked table, by span id."""
    graph, prices = ground.graph, ground.prices
    edge_names = graph.edges["edge_id"].to_numpy()
    rows = []
    for run in runs:
        edges, first = run.edges, int(run.edges[0])
        plant = str(prices.existing[first])
        placement = str(prices.placement[first])
        rows.append(
            {
                "span_id": run.name, "u": run.u, "v": run.v, "placement": placement,
                "method": str(prices.method[first]), "is_existing": bool(plant), "plant_id": plant or None,
                "length_m": round(float(graph.length_m[edges].sum()), 3), **_quantities(prices.works, edges),
                "build_cost": int(prices.build_cost[edges].sum()) / 100,
                "reason": "; ".join(dict.fromkeys(prices.reason[edges])),
                "tier": run.tier, "area_id": area_ids[run.owner],
                "edge_ids": ",".join(edge_names[edges]), "geometry": run.line,
            }
        )  # fmt: skip
    rows.sort(key=lambda row: str(row["span_id"]))
    columns = {column.name: [row[column.name] for row in rows] for column in SPANS.columns}
    geometry = [row["geometry"] for row in rows]
    return gpd.GeoDataFrame(SPANS.build(columns, geometry=geometry, crs=graph.crs))


def _quantities(works: Works, edges: IntArray) -> dict[str, object]:
    """Add up the works of the edges of a span, which are all of the same rates."""
    first = int(edges[0])
    over = float(works.over_m[edges].sum())
    return {
        "item": str(works.item[first]), "item_m": round(float(works.item_m[edges].sum()), 3),
        "bore_item": str(works.bore_item[first]), "bore_m": round(float(works.bore_m[edges].sum()), 3),
        "over_item": str(works.over_item[first]) if over else None, "over_m": round(over, 3),
        "over_poles": int(works.over_poles[edges].sum()), "pole_count": int(works.poles[edges].sum()),
        "pole_owners": _pole_owners(works, edges),
    }  # fmt: skip


def _pole_owners(works: Works, edges: IntArray) -> str | None:
    """Owners of the poles of a span with their number, as ``Power Co 9; unknown 2``, by name; None without poles."""
    counts: dict[str, int] = {}
    for edge in edges[works.poles[edges] > 0].tolist():
        name = str(works.pole_owner[edge]).replace(";", ",") or "unknown"
        counts[name] = counts.get(name, 0) + int(works.poles[edge])
    return "; ".join(f"{name} {number}" for name, number in sorted(counts.items())) or None


def _join_lines(ground: Ground, nodes: list[int]) -> object:
    """One line from the root side outward over the upward edges of `nodes`."""
    graph = ground.graph
    parts = []
    for node in nodes:
        edge = ground.supply.up_edge[node]
        coords = shapely.get_coordinates(ground.lines[edge])
        parts.append(coords if graph.v[edge] == node else coords[::-1])
    joined = np.vstack([parts[0], *(part[1:] for part in parts[1:])])
    return shapely.LineString(joined)
