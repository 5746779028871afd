"""Merge the edges in use into spans: stretches of physical route on which nothing changes."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from expansion.network.light import Ground
from expansion.plan.graph import Triggers
from expansion.plan.specs_network import SPANS

TIER_RANK = {"feeder": 0, "distribution": 1, "drop": 2}


@dataclass(frozen=True, slots=True)
class Spans:
    """The spans table, and per node of the forest the id of the span that holds its edge upward."""

    table: gpd.GeoDataFrame
    of_node: dict[int, str]


def merge_spans(
    ground: Ground,
    triggers: Triggers,
    tier_of_node: dict[int, str],
    stops: set[int],
    owner_of_node: dict[int, int],
    area_ids: list[str],
) -> Spans:
    """Merge edges from the root outward while tier, placement, method, plant and payer stay the same.

    Parameters
    ----------
    tier_of_node
        Per node: highest tier on its edge upward; nodes that are missing are not in use.
    stops
        Nodes at which a span must end: sites and the places where drops leave the road.
    owner_of_node
        Per node: row of the area that pays for its edge upward.
    """
    tree = ground.supply.tree
    kinds = ground.graph.edges["kind"].to_numpy()
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
            ground.prices.placement[edge], ground.prices.method[edge], ground.prices.existing[edge],
            tier_of_node[node], owner_of_node[node], kinds[edge],
        )  # fmt: skip
        if above in group_of and above not in stops and children[above] == 1 and keys[group_of[above]] == key:
            group_of[node] = group_of[above]
            groups[group_of[above]].append(node)
        else:
            group_of[node] = len(groups)
            groups.append([node])
            keys.append(key)
    names = [f"S-{ground.graph.node_ids[nodes[-1]]}" for nodes in groups]
    table = _table(ground, triggers, groups, names, tier_of_node, owner_of_node, area_ids)
    return Spans(table, {node: names[group] for node, group in group_of.items()})


def _table(
    ground: Ground,
    triggers: Triggers,
    groups: list[list[int]],
    names: list[str],
    tier_of_node: dict[int, str],
    owner_of_node: dict[int, int],
    area_ids: list[str],
) -> gpd.GeoDataFrame:
    """Spans as a checked table, by span id."""
    tree, graph, prices = ground.supply.tree, ground.graph, ground.prices
    edge_names = graph.edges["edge_id"].to_numpy()
    rows = []
    for name, nodes in zip(names, groups, strict=True):
        edges = tree.parent_edge[nodes]
        first, plant = int(edges[0]), str(prices.existing[edges[0]])
        placement = str(prices.placement[first])
        bored = 0.0 if placement == "aerial" or plant else float(triggers.crossing_m[edges].sum())
        poles = int(triggers.pole_count[edges].sum()) if placement == "aerial" else 0
        rows.append(
            {
                "span_id": name, "u": int(tree.parent[nodes[0]]), "v": nodes[-1], "placement": placement,
                "method": str(prices.method[first]), "is_existing": bool(plant), "plant_id": plant or None,
                "length_m": round(float(graph.length_m[edges].sum()), 3), "bore_m": round(bored, 3),
                "pole_count": poles, "build_cost": int(prices.build_cost[edges].sum()) / 100,
                "tier": tier_of_node[nodes[0]], "area_id": area_ids[owner_of_node[nodes[0]]],
                "edge_ids": ",".join(edge_names[edges]), "geometry": _join_lines(ground, nodes),
            }
        )  # fmt: skip
    rows.sort(key=lambda row: str(row["span_id"]))
    columns = {column.name: [row[column.name] for row in rows] for column in SPANS.columns}
    geometry = [row["geometry"] for row in rows]
    return gpd.GeoDataFrame(SPANS.build(columns, geometry=geometry, crs=graph.crs))


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
