"""Design the network: route, hubs, offices, terminals, cables, light paths, spans, and who shares what."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.network.breaches import optical_breaches, port_breaches
from expansion.network.cables import Slack
from expansion.network.charges import share_costs
from expansion.network.everybody import SiteLocks, find_route, must_reach
from expansion.network.ground import Ground
from expansion.network.hubs import Hub, areas_of_sites
from expansion.network.hut_locks import hut_nodes, missed_huts
from expansion.network.huts import FeederRates, open_paying_huts
from expansion.network.idle import find_idle
from expansion.network.joints import reel_tables
from expansion.network.light import fed_over_fiber, lay_distribution, lay_feeders
from expansion.network.offices import assign_offices
from expansion.network.optics import Budget
from expansion.network.pledges import (
    Pledges,
    idle_hubs,
    make_pledges,
    missed_by_hubs,
    missed_by_terminals,
    missed_findings,
)
from expansion.network.ports import Split, number_ports
from expansion.network.records import (
    Design,
    cable_areas,
    cable_table,
    drop_table,
    office_table,
    path_table,
    site_table,
)
from expansion.network.shared import Sharing, share_route
from expansion.network.siting.catalog import HubRules
from expansion.network.siting.cover import CoverRules
from expansion.network.siting.fills import fill_table
from expansion.network.siting.place import site_hubs
from expansion.network.spans import TIER_RANK, merge_spans
from expansion.network.splices import record_fibers
from expansion.network.stated import office_capacity, ports_of_node, spare_strands
from expansion.network.supply import Roots, Supply, find_roots, hang_supply
from expansion.network.technology.connections import add_stations, apply_technology
from expansion.network.terminals import (
    Task,
    Terminal,
    TerminalMapper,
    TerminalRules,
    make_street,
    nodes_on_poles,
    place_terminals,
    serially,
)
from expansion.network.unserved import outcomes_of
from expansion.network.uplinks import Uplink, find_backhauls, find_uplinks, needed_nodes
from expansion.plan.findings import Finding
from expansion.plan.graph import EdgePrices, IntArray, RoadGraph
from expansion.plan.inputs import Inputs
from expansion.plan.locks import Locks, no_locks
from expansion.plan.plan import Areas, Eligibility, Network, Route
from expansion.plan.specs_network import CABLES, DROPS, PATHS, REELS, SPANS
from expansion.plan.technology import Technology
from expansion.rulebook import Rulebook
from expansion.study import Study
from expansion.tables import TableSpec


def design_network(
    study: Study,
    inputs: Inputs,
    graph: RoadGraph,
    prices: EdgePrices,
    areas: Areas,
    eligibility: Eligibility,
    *,
    phase: IntArray,
    before: Route | None = None,
    mapper: TerminalMapper = serially,
    locks: Locks | None = None,
    technology: Technology | None = None,
) -> Network:
    """Design the network of some areas as one.

    Parameters
    ----------
    study, inputs, graph, prices
        Rules, tables, graph and what its edges cost; all in the study CRS.
    areas, eligibility
        Which location belongs to which area.
    phase
        Per area: its build phase from 1, or 0 for all alike; -1 leaves the area out.
    before
        A route over at least these locations, from an earlier design: what of it these locations need is used where it
        is cheaper than the new search's tree.
    mapper
        Places the terminals of the hubs, each hub by itself.
    locks
        What the planner fixed. Pins hold for every network that is not empty, whichever areas it is for; a locked site
        stands where its area is asked for.
    technology
        What each location gets; None gives all of them fiber.

    Returns
    -------
    Network
        Tables after `expansion.plan.specs_network`, sorted by key. No areas give empty tables and a route of cost 0.
    """
    outcome, findings = outcomes_of(study, inputs, graph, areas, eligibility, phase, locks)
    outcome = apply_technology(outcome, technology)
    uplinks = find_uplinks(areas, outcome, technology, phase)
    stands = np.array([uplink.node for uplink in uplinks], dtype=np.int64)
    rows = np.nonzero(outcome == "fiber")[0].astype(np.int64)
    roots = find_roots(inputs, graph, prices)
    is_built = bool(len(rows) or uplinks)
    fixed = locks if locks is not None and is_built else no_locks(len(graph.u))
    asked = set(areas.of_location[rows].tolist())
    sites = {area: held for area, held in areas_of_sites(graph, fixed, areas.of_location).items() if area in asked}
    route = find_route(study, graph, prices, roots, np.r_[must_reach(graph, rows, sites), stands], fixed, before)
    budget = Budget.from_rules(study, inputs.rulebook)
    if not is_built:
        offices = office_table(graph, roots, office_capacity(inputs))
        nobody = _empty(graph, route, outcome, budget, findings, len(areas.table), offices)
        return add_stations(nobody, inputs, graph, areas, technology, (), {})
    supply = hang_supply(graph, prices, roots, route.edges)
    hubs = {area: [lock for lock in held if lock.kind == "hub"] for area, held in sites.items()}
    design, ground = _decide(
        study, inputs, graph, prices, areas, supply, roots, rows, budget, mapper, hubs, uplinks, fixed
    )
    also = needed_nodes(uplinks)
    for area, held in sites.items():
        also.setdefault(area, []).extend(lock.node for lock in held)
    ranks = np.where(phase < 0, 0, phase)
    sharing = share_route(supply, graph, areas.of_location, rows, ranks, also)
    design.owner_of_node.update(sharing.owner_of_node)
    findings += idle_hubs(design.hubs, hubs)
    every = None if (phase < 0).any() else fixed
    made = _write_down(study, inputs, ground, design, sharing, route, outcome, budget, findings, ranks, every)
    backhauls = find_backhauls(supply, design.offices, uplinks)
    return add_stations(made, inputs, graph, areas, technology, uplinks, backhauls)


def _decide(
    study: Study,
    inputs: Inputs,
    graph: RoadGraph,
    prices: EdgePrices,
    areas: Areas,
    supply: Supply,
    roots: Roots,
    rows: IntArray,
    budget: Budget,
    mapper: TerminalMapper,
    locked: SiteLocks,
    uplinks: list[Uplink],
    locks: Locks,
) -> tuple[Design, Ground]:
    """Hubs, offices, terminals and cables."""
    book, network = inputs.rulebook, study.network
    units = inputs.locations["units"].to_numpy()
    area_ids = list(areas.table["area_id"])
    slack = Slack.from_book(book)
    splices = int(book.engineering_value("route_splices"))
    reach = budget.route_reach_m(splices, 1 + max(slack.aerial, slack.buried), book.engineering_value("route_slack_m"))
    span_max_m = min(book.engineering_value("distribution_max_m"), reach)
    hub_rules = HubRules.from_book(network, book, span_max_m)
    ground = Ground(supply, graph, prices, slack, graph.edges.geometry.to_numpy())
    pledges, missed, idle = make_pledges(
        ground, locks, rows, units.tolist(), drop_max_m=network.drop_max_m, ports=max(network.terminal_ports)
    )
    choice = site_hubs(
        ground, areas.of_location, rows, units, area_ids, rules=hub_rules, locked=locked, pledges=pledges
    )
    split = Split.of(study)
    terminals = mapper(place_terminals, _streets(study, book, ground, choice.hubs, units.tolist(), split, pledges))
    missed += missed_by_hubs(ground, pledges, choice.hubs, units.tolist(), areas.of_location, hub_rules.span_max_m / 2)
    missed += missed_by_terminals(pledges, terminals)
    hubs = _split_again(choice.hubs, terminals, split, hub_rules)
    rates = FeederRates.from_book(book)
    cover = CoverRules(
        reach, rates.hut_fibers, spare_strands(inputs), rates.hut, rates.fiber_m(), rates.hut_ports,
        ports_of_node(inputs, roots), int(book.engineering_value("station_backhaul_fibers")),
        *hut_nodes(ground, locks, hubs, roots.office_node.tolist()),
    )  # fmt: skip
    offices = assign_offices(
        supply, graph, prices, roots, hubs, cover,
        lambda made: open_paying_huts(ground, made, hubs, rates, cover.barred), book.currency,
        stations=[uplink.node for uplink in uplinks],
    )  # fmt: skip
    names = [[f"{hub.hub_id}-T{n}" for n in range(1, len(mine) + 1)] for hub, mine in zip(hubs, terminals, strict=True)]
    feeders, feeder_of = lay_feeders(
        ground, offices, hubs, rates.sizes, rates.hut_fibers, uplinks, cover.station_fibers
    )
    distribution = [
        lay_distribution(ground, hub, terminals[i], names[i], rates.sizes, split.at_terminal)
        for i, hub in enumerate(hubs)
    ]
    design = Design(
        hubs, offices, terminals, names, feeders, feeder_of, distribution,
        list(inputs.locations["location_id"]), units.tolist(), area_ids, {},
        [*choice.findings, *offices.findings, *idle], choice.siting, uplinks,
    )  # fmt: skip
    design.findings += [*missed_findings(missed, design.location_ids), *missed_huts(ground, locks, offices)]
    return design, ground


def _streets(
    study: Study, book: Rulebook, ground: Ground, hubs: list[Hub], units: list[int], split: Split, pledges: Pledges
) -> list[Task]:
    """Take the streets of all hubs out of the forest, for placing their terminals."""
    rules = TerminalRules.from_study(study, book, split.at_terminal)
    used = np.array(sorted({edge for edge in ground.supply.up_edge if edge >= 0}), dtype=np.int64)
    on_poles = nodes_on_poles(ground.prices, used, ground.graph.u, ground.graph.v)
    held = [pledges.held_by(hub) for hub in hubs]
    return [
        (make_street(ground, hub, units, rules.drop_max_m, on_poles, mine), rules)
        for hub, mine in zip(hubs, held, strict=True)
    ]


def _split_again(hubs: list[Hub], terminals: list[list[Terminal]], split: Split, rules: HubRules) -> list[Hub]:
    """Where terminals hold splitters, count those of the hubs again, and let the cabinets hold fibers, not units."""
    if not split.is_cascaded:
        return hubs
    made = []
    for hub, mine in zip(hubs, terminals, strict=True):
        fibers = sum(split.fibers(terminal.used) for terminal in mine)
        kept = hub.binds == "lock"
        capacity = hub.capacity if kept else min(rules.size_for(fibers)[0], hub.capacity)
        made.append(replace(hub, splitters=split.splitters(mine), capacity=capacity))
    return made


def _write_down(
    study: Study,
    inputs: Inputs,
    ground: Ground,
    design: Design,
    sharing: Sharing,
    route: Route,
    outcome: NDArray[np.object_],
    budget: Budget,
    findings: list[Finding],
    phase: IntArray,
    every: Locks | None,
) -> Network:
    """Turn the decisions into checked tables."""
    drops, ways = drop_table(ground, design, list(inputs.locations.geometry))
    tiers = _tiers(ground, design, ways)
    stops = _stops(design, ways)
    idle = find_idle(ground.graph, ground.supply, sharing, route.edges, set(tiers), phase)
    owners = {node: sharing.owner_of_node[node] for node in tiers} | idle.nodes
    design.owner_of_node.update(owners)
    tiers |= dict.fromkeys(idle.nodes, "feeder")
    spans = merge_spans(ground, tiers, stops, owners, design.area_ids, idle.loose)
    split, book = Split.of(study), inputs.rulebook
    ports = number_ports(split, design.hubs, design.offices, design.terminals)
    payers = cable_areas(ground, design)
    paths = path_table(ground, design, budget, ports, drops)
    cables = cable_table(ground, design, payers, spans.of_node, drops, ways)
    strands, splices = record_fibers(ground.supply, design, ports, book, payers)
    reels, reel_sizes = reel_tables(ground, design.bundles(), payers, book.catalog("cable")[-1])
    hut_ports = int(book.engineering_value("hut_capacity"))
    sites = site_table(ground, design, split, office_capacity(inputs), hut_ports)
    segments = share_costs(ground, design, sharing, book, every)
    area_parent = np.full(len(design.area_ids), -1, dtype=np.int64)
    for area, parent in sharing.parent_of_area.items():
        area_parent[area] = parent
    new = spans.table[~spans.table["is_existing"]]
    worst = float(paths["loss_db"].max()) if len(paths) else 0.0
    split = Split.of(study)
    in_use = [sum(split.fibers(terminal.used) for terminal in mine) for mine in design.terminals]
    fills = fill_table(
        ground, design.hubs, in_use, design.feeders, design.feeder_of_hub, design.area_ids,
        fill_target=study.network.fill_target, split_ratio=split.at_hub,
    )  # fmt: skip
    findings = [*findings, *design.findings, *optical_breaches(paths, budget), *port_breaches(sites)]  # type: ignore[list-item]
    return Network(
        route=route, sites=sites, spans=spans.table, cables=cables, paths=paths, drops=drops, location_outcome=outcome,
        segments=segments, area_parent=area_parent, worst_loss_db=worst,
        loss_budget_db=budget.budget_db, civil_cost=round(float(np.round(new["build_cost"] * 100).sum()) / 100, 2),
        findings=tuple(findings), fills=fills, siting=design.siting, strands=strands, splices=splices, reels=reels,
        reel_sizes=reel_sizes,
    )  # fmt: skip


def _tiers(ground: Ground, design: Design, ways: dict[str, tuple[int, ...]]) -> dict[int, str]:
    """Highest tier per node's edge upward, over cables, drops and the existing fiber that feeders use."""
    tiers: dict[int, str] = {}

    def mark(nodes: tuple[int, ...], tier: str) -> None:
        for a, b in pairwise(nodes):
            node = ground.lower(a, b)
            if TIER_RANK[tier] < TIER_RANK.get(tiers.get(node, "drop"), 2) or node not in tiers:
                tiers[node] = tier

    for bundle in design.bundles():
        for sheath in bundle.sheaths:
            mark(sheath.nodes, bundle.tier)
    for office, source in fed_over_fiber(
        ground.supply, design.offices, design.feeders, design.feeder_of_hub, design.uplinks
    ):
        mark(ground.supply.way(office, source), "feeder")
    for way in ways.values():
        mark(way, "drop")
    return tiers


def _stops(design: Design, ways: dict[str, tuple[int, ...]]) -> set[int]:
    """Nodes at which spans end: every site, every cable end, every place where a drop leaves the road."""
    stops = {node for bundle in design.bundles() for _, node in bundle.new_closures}
    stops |= {bundle.source for bundle in design.bundles()} | {hub.node for hub in design.hubs}
    stops |= {terminal.node for mine in design.terminals for terminal in mine}
    stops |= {uplink.node for uplink in design.uplinks}
    stops |= set(design.offices.site_of_node) | {way[-1] for way in ways.values()}
    return stops


def _empty(
    graph: RoadGraph,
    route: Route,
    outcome: NDArray[np.object_],
    budget: Budget,
    findings: list[Finding],
    area_count: int,
    offices: gpd.GeoDataFrame,
) -> Network:
    """Make a network of nothing; the offices stand all the same."""

    def blank(spec: TableSpec) -> pd.DataFrame:
        return spec.empty(graph.crs)

    none = np.full(area_count, -1, dtype=np.int64)
    return Network(
        route=route, sites=offices, spans=gpd.GeoDataFrame(blank(SPANS)), cables=blank(CABLES), paths=blank(PATHS),
        drops=gpd.GeoDataFrame(blank(DROPS)), location_outcome=outcome, segments=(),
        area_parent=none, worst_loss_db=0.0, loss_budget_db=budget.budget_db, civil_cost=0.0,
        findings=tuple(findings), reels=blank(REELS),
    )  # fmt: skip
