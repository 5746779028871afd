"""Design and price a whole network: this project, the naive design, and Mehlhorn's tree with a tree split.

All on the same graph, rates and rules: sizes of hub and terminal, fill target, reach, drop length and strands.
What a plain design puts in place of the project's own are the route, the hubs, the huts and the terminals (as they were
before they were sited by cost: `tree_split`, `forced_huts`, `plain_terminals`); cables, spans, permits and the bill of
materials follow as they do in any plan. Every area is built.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

import expansion.network.design as design
import expansion.network.everybody as everybody
from benchmarks.peers.answer import Answer, timed
from benchmarks.peers.forced_huts import open_one_by_one
from benchmarks.peers.ground import StudyGround
from benchmarks.peers.plain_terminals import group_along_street
from benchmarks.peers.tree_split import by_root, hub_at_middle, split_tree
from expansion.cost import draw_factors, estimate_cost
from expansion.network import design_network
from expansion.network.ground import Ground
from expansion.network.hubs import Hub
from expansion.network.siting.catalog import HubRules
from expansion.network.siting.place import Choice
from expansion.network.steiner.certificate import empty_certificate
from expansion.network.steiner.graph import build_graph, cheapest_parallel, mask_of
from expansion.network.steiner.trees import mehlhorn_tree
from expansion.network.supply import Supply
from expansion.passive import NetworkRules
from expansion.permits import register_permits
from expansion.plan.graph import EdgePrices, RoadGraph
from expansion.plan.plan import Draws, Route
from expansion.plan.siting import empty_siting
from expansion.rulebook import Rulebook

IntArray = NDArray[np.int64]
STANDARD_PORTS = (144, 288, 432, 576)  # cabinets on offer before hubs were sited by cost


def by_this_project(path: Path) -> Answer:
    """`design_network` as it stands."""
    return _priced(StudyGround.load(path))


def by_naive_design(path: Path) -> Answer:
    """Union of the shortest ways (meters) from the nearest plant; hubs filled in street order."""
    return _plainly(path, _shortest_ways, _hubs_in_street_order)


def by_cheapest_ways(path: Path) -> Answer:
    """Union of the cheapest ways (cents) from the nearest plant; hubs filled in street order."""
    return _plainly(path, _cheapest_ways, _hubs_in_street_order)


def by_mehlhorn(path: Path) -> Answer:
    """Mehlhorn's tree on the priced graph; hubs by a split of the tree under the capacity."""
    return _plainly(path, _mehlhorn, split_tree)


def by_mehlhorn_between_houses(path: Path) -> Answer:
    """Mehlhorn's tree split as `by_mehlhorn`, whose terminals may stand between houses as this project's may."""
    return _plainly(path, _mehlhorn, split_tree, between_houses=True)


def by_mehlhorn_in_standard_cabinets(path: Path) -> Answer:
    """Mehlhorn's tree split as `by_mehlhorn`, in cabinets of the sizes that came before siting by cost."""
    design.HubRules = _StandardCabinets  # type: ignore[misc]
    return by_mehlhorn(path)


def by_tree_split(path: Path) -> Answer:
    """Keep the tree of this project; hubs by a split of it under the capacity."""
    return _plainly(path, everybody.route_terminals, split_tree)


def by_mehlhorn_alone(path: Path) -> Answer:
    """Mehlhorn's tree, and everything on it as this project designs it."""
    everybody.route_terminals = _mehlhorn  # type: ignore[assignment]
    return _priced(StudyGround.load(path))


def _plainly(
    path: Path, route: Callable[..., Route], hubs: Callable[..., list[Hub]], *, between_houses: bool = False
) -> Answer:
    """Put a plain design in place of the project's: route and hubs as told, huts and terminals one by one.

    Terminals stand in front of houses and where roads meet; `between_houses` lets them stand there, too.
    """
    ground = StudyGround.load(path)
    named = enumerate(ground.graph.node_ids.tolist())
    closed = frozenset() if between_houses else frozenset(node for node, name in named if name.startswith("p"))

    def chosen(
        ground: Ground, area_of: IntArray, rows: IntArray, units: IntArray, area_ids: list[str],
        *, rules: HubRules, **_: Any,
    ) -> Choice:  # fmt: skip
        made = hubs(ground.supply, ground.graph, area_of, rows, units, area_ids, rules)
        return Choice(made, empty_siting(), [])

    everybody.route_terminals = route  # type: ignore[assignment]
    design.site_hubs = chosen  # type: ignore[assignment]
    design.assign_offices = open_one_by_one
    design.place_terminals = partial(group_along_street, between=closed)
    return _priced(ground)


class _StandardCabinets(HubRules):
    """Rules of hubs under which only `STANDARD_PORTS`, and the study's own capacity, are on offer."""

    @classmethod
    def from_book(cls, network: NetworkRules, book: Rulebook, span_max_m: float) -> HubRules:
        """Read what the catalog offers, and leave the other sizes out."""
        rules = HubRules.from_book(network, book, span_max_m)
        kept = tuple(size for size in rules.sizes if size[0] in (*STANDARD_PORTS, network.hub_capacity))
        return replace(rules, sizes=kept)


DOERS: dict[str, Callable[[Path], Answer]] = {
    "expansion": by_this_project,
    "naive design": by_naive_design,
    "naive design, cheapest ways": by_cheapest_ways,
    "mehlhorn with tree split": by_mehlhorn,
    "mehlhorn with tree split, standard cabinets": by_mehlhorn_in_standard_cabinets,
    "mehlhorn with tree split, terminals between houses": by_mehlhorn_between_houses,
    "this project's tree with tree split": by_tree_split,
    "mehlhorn, all else this project": by_mehlhorn_alone,
}


def _priced(ground: StudyGround) -> Answer:
    """Design everything, and add up the base cost."""

    def work() -> tuple[float, str, float]:
        everywhere = np.zeros(len(ground.areas.table), dtype=np.int64)
        network = design_network(
            ground.study, ground.inputs, ground.graph, ground.prices, ground.areas,
            ground.eligibility, phase=everywhere,
        )  # fmt: skip
        permits = register_permits(ground.study, ground.inputs, ground.graph, ground.triggers, network)
        few = Draws(
            {name: scores[:2] for name, scores in draw_factors(ground.study, ground.inputs.rulebook).scores.items()}
        )
        cost = estimate_cost(ground.study, ground.inputs.rulebook, network, permits, few)
        hubs = int((network.sites["kind"] == "hub").sum())
        errors = sum(finding.severity == "error" for finding in network.findings)
        note = f"route {network.route.cost:.0f}, {network.route.length_m / 1000:.1f} km, {hubs} hubs, {errors} errors"
        return cost.base, note, network.route.lower_bound

    (base, note, _), seconds = timed(work, times=1)
    return Answer(round(base * 100), seconds, note=note)


def _shortest_ways(graph: RoadGraph, prices: EdgePrices, roots: IntArray, terminals: IntArray, **_: Any) -> Route:
    return _ways(graph, prices, graph.length_m, roots, terminals)


def _cheapest_ways(graph: RoadGraph, prices: EdgePrices, roots: IntArray, terminals: IntArray, **_: Any) -> Route:
    return _ways(graph, prices, prices.build_cost.astype(np.float64), roots, terminals)


def _ways(
    graph: RoadGraph, prices: EdgePrices, weight: NDArray[np.float64], roots: IntArray, terminals: IntArray
) -> Route:
    """Union of the least ways from the nearest root; along existing fiber a way costs nothing."""
    weight = np.where(prices.existing != "", 0.0, weight)
    matrix = graph.matrix(weight)
    before = dijkstra(matrix, directed=False, indices=roots, return_predecessors=True, min_only=True)[1]
    order = np.lexsort((weight, np.maximum(graph.u, graph.v), np.minimum(graph.u, graph.v)))
    best: dict[tuple[int, int], int] = {}
    for edge in order.tolist():
        best.setdefault((min(graph.u[edge], graph.v[edge]), max(graph.u[edge], graph.v[edge])), edge)
    taken: set[int] = set()
    for start in np.unique(terminals).tolist():
        node = start
        while before[node] >= 0:
            edge = best[min(node, before[node]), max(node, before[node])]
            if edge in taken:
                break
            taken.add(edge)
            node = int(before[node])
    return _route(graph, prices, np.array(sorted(taken), dtype=np.int64), roots, terminals)


def _mehlhorn(graph: RoadGraph, prices: EdgePrices, roots: IntArray, terminals: IntArray, **_: Any) -> Route:
    """Mehlhorn's tree, with all roots as one node."""
    merged = np.arange(graph.node_count, dtype=np.int64)
    merged[roots] = roots.min()
    u, v, cost = merged[graph.u], merged[graph.v], prices.build_cost.astype(np.int64)
    kept = cheapest_parallel(u, v, cost)
    simple = build_graph(graph.node_count, np.minimum(u, v)[kept], np.maximum(u, v)[kept], cost[kept])
    wanted = np.unique(np.r_[roots.min(), merged[terminals]])
    tree = mehlhorn_tree(simple, mask_of(graph.node_count, wanted))
    return _route(graph, prices, np.sort(kept[tree]), roots, terminals)


def _route(graph: RoadGraph, prices: EdgePrices, edges: IntArray, roots: IntArray, terminals: IntArray) -> Route:
    """Express edges as a route that claims no bound."""
    new = edges[prices.existing[edges] == ""]
    cents, meters = int(prices.build_cost[new].sum()), float(graph.length_m[new].sum())
    dual = empty_certificate()
    duals = {
        "root": np.array([dual.root]), "terminals": dual.terminals, "offsets": dual.offsets, "nodes": dual.nodes,
        "potentials": dual.potentials, "roots": np.sort(roots),
    }  # fmt: skip
    wanted = np.setdiff1d(terminals, roots)
    return Route(new, round(meters, 3), cents / 100, 0.0, 0.0, 1.0, "feasible", int(roots.min()), wanted, duals)


def _hubs_in_street_order(
    supply: Supply, graph: RoadGraph, area_of: IntArray, rows: IntArray, units: IntArray, area_ids: list[str],
    rules: HubRules,
) -> list[Hub]:  # fmt: skip
    """Fill one hub after the other with the locations of an area in the order of its streets; each at its middle."""
    street = _street_order(graph)
    hubs: list[Hub] = []
    for area in np.unique(area_of[rows]).tolist():
        groups: list[list[int]] = []
        for mine in by_root(supply, graph, rows[area_of[rows] == area]):
            groups += _filled(sorted(mine.tolist(), key=lambda row: (street[graph.location_node[row]], row)),
                              units, rules.most)  # fmt: skip
        for number, members in enumerate(groups, start=1):
            name = f"{area_ids[area]}-H{number}"
            hubs.append(hub_at_middle(supply, graph, area, name, members, units, rules))
    return hubs


def _filled(members: list[int], units: IntArray, capacity: int) -> list[list[int]]:
    groups: list[list[int]] = [[]]
    load = 0
    for row in members:
        if groups[-1] and load + units[row] > capacity:
            groups.append([])
            load = 0
        groups[-1].append(row)
        load += int(units[row])
    return groups


def _street_order(graph: RoadGraph) -> list[tuple[str, int]]:
    """Place of each node in the order of street names and of the pieces along each street."""
    names = [str(name) for name in graph.edges["name"].fillna("").to_numpy(dtype=object)]
    place = [("~", 0)] * graph.node_count
    for edge, name in enumerate(names):
        for node in (int(graph.u[edge]), int(graph.v[edge])):
            place[node] = min(place[node], (name or "~", edge))
    return place
