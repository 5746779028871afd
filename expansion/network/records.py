"""Write the design down as tables: sites, cables, drops, light paths."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.light import Bundle, Leg, follow
from expansion.network.offices import Offices, ports_at
from expansion.network.optics import Budget, judge
from expansion.network.ports import Ports, Split
from expansion.network.supply import Roots
from expansion.network.terminals import Terminal
from expansion.network.uplinks import Uplink
from expansion.plan.graph import RoadGraph
from expansion.plan.siting import Siting, empty_siting
from expansion.plan.specs_network import CABLES, DROPS, PATHS, SITES
from expansion.tables import TableSpec


@dataclass(slots=True)
class Design:
    """What was decided, before it becomes tables."""

    hubs: list[Hub]
    offices: Offices
    terminals: list[list[Terminal]]
    terminal_ids: list[list[str]]
    feeders: list[Bundle]
    feeder_of_hub: dict[int, int]
    distribution: list[Bundle]
    location_ids: list[str]
    units: list[int]
    area_ids: list[str]
    owner_of_node: dict[int, int]
    findings: list[object] = field(default_factory=list)
    siting: Siting = field(default_factory=empty_siting)
    uplinks: list[Uplink] = field(default_factory=list)

    def bundles(self) -> list[Bundle]:
        """All bundles of cable, feeders first."""
        return [*self.feeders, *self.distribution]

    def area_at(self, node: int) -> str | None:
        """Area that pays for the way to a node; None where nobody does."""
        owner = self.owner_of_node.get(node)
        return None if owner is None else self.area_ids[owner]


def cable_areas(ground: Ground, design: Design) -> list[list[str]]:
    """Area that pays for each cable, per bundle: the hub's, for a feeder that of its first stretch."""
    found = [
        [
            design.area_ids[design.owner_of_node[ground.lower(sheath.nodes[0], sheath.nodes[1])]]
            for sheath in bundle.sheaths
        ]
        for bundle in design.feeders
    ]
    return found + [
        [design.area_ids[hub.area]] * len(bundle.sheaths)
        for hub, bundle in zip(design.hubs, design.distribution, strict=True)
    ]


def _checked(spec: TableSpec, rows: list[dict[str, object]]) -> pd.DataFrame:
    """Rows to a checked plain table sorted by the spec's key."""
    rows = sorted(rows, key=lambda row: str(row[spec.key]))
    names = list(rows[0]) if rows else [column.name for column in spec.columns]
    return spec.build({name: [row[name] for row in rows] for name in names})


def site_table(
    ground: Ground, design: Design, split: Split, capacity_of: dict[str, int | None], hut_ports: int
) -> gpd.GeoDataFrame:
    """Offices, taps, huts, hubs, closures and terminals."""
    rows: list[dict[str, object]] = []
    ports = ports_at(design.offices, design.hubs)
    for node, name in design.offices.site_of_node.items():
        hut = node in design.offices.hut_nodes
        used = ports.get(node, 0)
        capacity = hut_ports * max(-(-used // hut_ports), 1) if hut else capacity_of.get(name)
        rows.append(_site(name, "hut" if hut else "co", capacity, used, node, None, hut, design))
    for bundle in design.feeders:
        if bundle.source_site.startswith("tap-"):
            used = sum(sheath.used_fibers for sheath in bundle.sheaths if sheath.branches_from < 0)
            rows.append(_site(bundle.source_site, "fiber_tap", None, used, bundle.source, None, True, design))
    for i, hub in enumerate(design.hubs):
        feed = design.feeders[design.feeder_of_hub[i]].source_site
        used = sum(split.fibers(terminal.used) for terminal in design.terminals[i])
        rows.append(_site(hub.hub_id, "hub", hub.capacity, used, hub.node, feed, True, design, hub.area))
        for terminal, name in zip(design.terminals[i], design.terminal_ids[i], strict=True):
            rows.append(
                _site(
                    name,
                    "terminal",
                    terminal.capacity,
                    terminal.used,
                    terminal.node,
                    hub.hub_id,
                    True,
                    design,
                    hub.area,
                )
            )
    for bundle in design.bundles():
        for name, node in bundle.new_closures:
            rows.append(_site(name, "closure", None, 0, node, bundle.source_site, True, design))
    return _site_rows(ground.graph, rows)


def office_table(graph: RoadGraph, roots: Roots, capacity_of: dict[str, int | None]) -> gpd.GeoDataFrame:
    """List the operator's offices when nothing is built: they stand at the roots of the route all the same."""
    rows: list[dict[str, object]] = [
        {
            "site_id": name, "kind": "co", "capacity": capacity_of.get(name), "used": 0, "area_id": None, "node": node,
            "parent_site_id": None, "is_new": False,
        }
        for name, node in zip(roots.office_id, roots.office_node.tolist(), strict=True)
    ]  # fmt: skip
    return _site_rows(graph, rows)


def _site_rows(graph: RoadGraph, rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    """Make a checked table of sites, by site id."""
    rows = sorted(rows, key=lambda row: str(row["site_id"]))
    columns = {column.name: [row[column.name] for row in rows] for column in SITES.columns}
    nodes = [int(str(row["node"])) for row in rows]
    points = shapely.points(graph.x[nodes], graph.y[nodes]) if rows else []
    return gpd.GeoDataFrame(SITES.build(columns, geometry=points, crs=graph.crs))


def _site(
    name: str,
    kind: str,
    capacity: int | None,
    used: int,
    node: int,
    parent: str | None,
    is_new: bool,
    design: Design,
    area: int | None = None,
) -> dict[str, object]:
    """One row of the sites table; shared sites belong to the area that pays for the way to them."""
    owner = design.owner_of_node.get(node) if area is None else area
    return {
        "site_id": name, "kind": kind, "capacity": capacity, "used": used,
        "area_id": None if owner is None or kind == "co" else design.area_ids[owner], "node": node,
        "parent_site_id": parent, "is_new": is_new,
    }  # fmt: skip


def cable_table(
    ground: Ground,
    design: Design,
    areas: list[list[str]],
    span_of_node: dict[int, str],
    drops: gpd.GeoDataFrame,
    ways: dict[str, tuple[int, ...]],
) -> pd.DataFrame:
    """Feeder, distribution and drop cables; `areas` say who pays for each of the first two."""
    rows: list[dict[str, object]] = []
    for bundle, payers in zip(design.bundles(), areas, strict=True):
        for row, (sheath, layout, area) in enumerate(zip(bundle.sheaths, bundle.layouts, payers, strict=True)):
            start, end = sheath.nodes[0], sheath.nodes[-1]
            rows.append(
                {
                    "cable_id": bundle.cable_id(row), "tier": bundle.tier,
                    "from_site": bundle.source_site if start == bundle.source else bundle.closures[start],
                    "to_site": bundle.sites[end], "fibers": sheath.fibers, "used_fibers": sheath.used_fibers,
                    "length_m": layout.length_mm / 1000,
                    "span_ids": _spans_on(ground, sheath.nodes, span_of_node), "area_id": area,
                }
            )  # fmt: skip
    units = dict(zip(design.location_ids, design.units, strict=True))
    rows += [
        {
            "cable_id": f"X-{record.location_id}", "tier": "drop", "from_site": record.terminal_id,
            "to_site": record.location_id, "fibers": units[record.location_id],
            "used_fibers": units[record.location_id], "length_m": record.cable_m,
            "span_ids": _spans_on(ground, ways[record.location_id], span_of_node), "area_id": record.area_id,
        }
        for record in drops.itertuples()
    ]  # fmt: skip
    return _checked(CABLES, rows)


def _spans_on(ground: Ground, nodes: tuple[int, ...], span_of_node: dict[int, str]) -> str:
    """Spans along a way, each once, in order."""
    names = [span_of_node[ground.lower(a, b)] for a, b in pairwise(nodes)]
    return ",".join(dict.fromkeys(names))


def drop_table(
    ground: Ground, design: Design, points: list[object]
) -> tuple[gpd.GeoDataFrame, dict[str, tuple[int, ...]]]:
    """List drops with their lines, and per location the way along the road."""
    rows, lines, ways = [], [], {}
    crossing = _crossings(ground)
    for i, hub in enumerate(design.hubs):
        for terminal, name in zip(design.terminals[i], design.terminal_ids[i], strict=True):
            for row, along, way in zip(terminal.rows, terminal.along_m, terminal.ways, strict=True):
                location = design.location_ids[row]
                setback = float(ground.graph.drop_m[row])
                over = crossing.get(int(ground.graph.location_node[row]), -1)
                total = round(along + setback, 3)
                rows.append(
                    {
                        "location_id": location, "terminal_id": name, "drop_m": total, "along_m": along,
                        "setback_m": setback, "over_m": float(ground.prices.works.over_m[over]) if over >= 0 else 0.0,
                        "cable_m": round(total * (1 + ground.slack.buried) + ground.slack.drop_m, 3),
                        "placement": _drop_placement(ground, way), "reason": _drop_reason(ground, over),
                        "units": design.units[row],
                        "area_id": design.area_ids[hub.area],
                    }
                )  # fmt: skip
                ways[location] = way
                lines.append(_drop_line(ground, way, points[row]))
    order = sorted(range(len(rows)), key=lambda i: str(rows[i]["location_id"]))
    columns = {column.name: [rows[i][column.name] for i in order] for column in DROPS.columns}
    table = DROPS.build(columns, geometry=[lines[i] for i in order], crs=ground.graph.crs)
    return gpd.GeoDataFrame(table), ways


def _crossings(ground: Ground) -> dict[int, int]:
    """Crossing of the carriageway that leads to a node, over a lateral or not."""
    graph = ground.graph
    kind = graph.edges["kind"].to_numpy(dtype=object)
    over = {int(graph.v[edge]): int(edge) for edge in np.nonzero(kind == "crossing")[0]}
    laterals = np.nonzero(kind == "lateral")[0]
    return over | {int(graph.v[e]): over[int(graph.u[e])] for e in laterals if int(graph.u[e]) in over}


def _drop_reason(ground: Ground, crossing: int) -> str:
    """Say on which side of the road the house stands, and how the carriageway is crossed where it must be."""
    if crossing < 0:
        return "on the cable's side of the road"
    return f"on the other side of the road: {ground.prices.reason[crossing]}"


def _drop_placement(ground: Ground, way: tuple[int, ...]) -> str:
    """Aerial where the road at the house is built on poles, else buried, wherever the terminal stands."""
    edge = ground.supply.up_edge[way[-1]]
    return "aerial" if edge >= 0 and ground.prices.placement[edge] == "aerial" else "buried"


def _drop_line(ground: Ground, way: tuple[int, ...], point: object) -> object:
    """Line of a drop: along the road from the terminal, then straight to the structure."""
    graph = ground.graph
    coords = [(float(graph.x[way[0]]), float(graph.y[way[0]]))]
    for a, b in pairwise(way):
        edge = ground.edge_between(a, b)
        line = shapely.get_coordinates(ground.lines[edge])
        coords += [tuple(xy) for xy in (line if graph.v[edge] == b else line[::-1]).tolist()[1:]]
    coords.append(tuple(shapely.get_coordinates(point)[0].tolist()))
    return shapely.LineString(coords)


def path_table(ground: Ground, design: Design, budget: Budget, ports: Ports, drops: gpd.GeoDataFrame) -> pd.DataFrame:
    """Follow the light of every connected location, ports and fibers numbered without reuse."""
    drop_cable = dict(zip(drops["location_id"], drops["cable_m"], strict=True))
    rows: list[dict[str, object]] = []
    for i, hub in enumerate(design.hubs):
        trunk = _trunk(ground, design, budget, i)
        for number, terminal in enumerate(design.terminals[i]):
            leg = follow(design.distribution[i], terminal.node)
            shared = {
                "hub_id": hub.hub_id, "office_id": design.offices.site_of_node.get(design.offices.of_hub[i], ""),
                "terminal_id": design.terminal_ids[i][number],
            }  # fmt: skip
            port = 1
            for row in terminal.rows:
                location, units = design.location_ids[row], design.units[row]
                reach = trunk.cable_m + leg.cable_m + drop_cable[location]
                splices = trunk.splices + leg.splices
                cables = ",".join([*trunk.cables, *leg.cables, f"X-{location}"])
                measured = {
                    "reach_m": round(reach, 3), "splices": splices, "units": units, "cable_ids": cables,
                }  # fmt: skip
                rows.append({"location_id": location, **shared, **_numbers(ports, i, number, port), **measured})
                port += units
    return _checked(PATHS, judge(rows, budget))


def _trunk(ground: Ground, design: Design, budget: Budget, hub_row: int) -> Leg:
    """Measure the light's way from the OLT to the hub, with the splices that every path has."""
    feeder = follow(design.feeders[design.feeder_of_hub[hub_row]], design.hubs[hub_row].node)
    upstream_m, upstream_splices = _existing_leg(ground, design, hub_row)
    splices = feeder.splices + upstream_splices + budget.office_splices
    return Leg(feeder.cable_m + upstream_m, splices, feeder.cables)


def _numbers(ports: Ports, hub_row: int, terminal: int, port: int) -> dict[str, object]:
    """Ports and fibers of the unit at a port of a terminal, from there to the OLT."""
    split = ports.split
    fiber = ports.fibers_before[hub_row][terminal] + split.fibers(port)
    splitter = ports.splitter_of(fiber)
    at_office = ports.office_before[hub_row] + splitter
    return {
        "terminal_port": port, "splitter2_input": split.fibers(port) if split.is_cascaded else None,
        "splitter2_output": (port - 1) % split.at_terminal + 1 if split.is_cascaded else None,
        "distribution_fiber": fiber, "splitter_output": fiber, "splitter_input": splitter, "feeder_fiber": splitter,
        "odf_port": at_office, "olt_port": at_office,
    }  # fmt: skip


def _existing_leg(ground: Ground, design: Design, hub_row: int) -> tuple[float, int]:
    """Cable meters and splices on existing fiber between a feeder's tap and the office."""
    source, office = design.feeders[design.feeder_of_hub[hub_row]].source, design.offices.of_hub[hub_row]
    if source == office or office < 0:
        return 0.0, 0
    return ground.stretch(ground.supply.way(office, source)), 1
