"""Put the results of the stages together as one plan: joined tables, plan.json, fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan import document as doc
from expansion.plan.business import Business, area_columns, business_section
from expansion.plan.curve import Curve
from expansion.plan.findings import Finding, ordered
from expansion.plan.fingerprint import fingerprint
from expansion.plan.graph import EdgePrices, RoadGraph, Triggers
from expansion.plan.grounds import part_grounds
from expansion.plan.inputs import Inputs
from expansion.plan.kept_locks import kept_design_locks, kept_route_locks
from expansion.plan.locks import Locks
from expansion.plan.permit_comparison import comparison_section
from expansion.plan.plan import (
    Areas,
    Cost,
    Delivery,
    Eligibility,
    Network,
    Permits,
    Plan,
    Portfolio,
    Route,
    Schedule,
)
from expansion.plan.rules import Rules
from expansion.plan.specs_delivery import PERMITS
from expansion.plan.specs_network import AREAS, LOCATIONS
from expansion.plan.technology import Technology
from expansion.rulebook.book import rules_document
from expansion.study import Study


@dataclass(frozen=True, slots=True)
class Survey:
    """A first look: demand and areas. `inputs` holds the assumed office where the study names no plant."""

    inputs: Inputs
    eligibility: Eligibility
    graph: RoadGraph
    areas: Areas


@dataclass(frozen=True, slots=True)
class Ground:
    """What the plan stands on: demand, graph, prices and what the edges meet."""

    eligibility: Eligibility
    graph: RoadGraph
    triggers: Triggers
    prices: EdgePrices
    areas: Areas
    locks: Locks


@dataclass(frozen=True, slots=True)
class Candidates:
    """The network over all areas that were asked about, its cost, what each lock of its route costs, and its curve.

    `route` is the tree over all locations that a road reaches (`rows` of the study's locations), whatever they get;
    `technology` says that. `design_locks` is after `DESIGN_LOCKS`.
    """

    network: Network
    cost: Cost
    locks: gpd.GeoDataFrame
    curve: Curve
    route: Route
    rows: NDArray[np.int64]
    technology: Technology
    design_locks: gpd.GeoDataFrame


@dataclass(frozen=True, slots=True)
class Built:
    """The chosen areas, designed again as one, and everything that follows from them."""

    network: Network
    permits: Permits
    cost: Cost
    schedule: Schedule
    risks: pd.DataFrame
    delivery: Delivery
    rules: Rules
    business: Business
    permit_comparison: pd.DataFrame


def assemble(
    study: Study,
    inputs: Inputs,
    ground: Ground,
    candidates: Candidates,
    portfolio: Portfolio,
    built: Built,
    *,
    asked: int,
) -> Plan:
    """Assemble the plan.

    Parameters
    ----------
    asked
        Number of areas that `candidates` covers.

    Returns
    -------
    Plan
        With checked tables, plan.json and study.json as plain values, and the fingerprint over all of them.
    """
    areas = _areas(ground, candidates, portfolio, built)
    locations = _locations(study, ground, candidates, portfolio, built)
    permits = _permits(built)
    findings = _findings(inputs, ground, candidates, portfolio, built)
    tables = _tables(ground, candidates, built, locations, areas, permits)
    certificates = {
        "route": _certificate(candidates.route),
        "network": _certificate(built.network.route),
        "curve": candidates.curve.arrays,
        "siting": built.network.siting.parts,
    }
    study_document = _study_document(study, inputs)
    document = _document(study, inputs, candidates, portfolio, built, tables, findings, asked)
    document["fingerprint"] = fingerprint(document, study_document, tables, certificates)
    return Plan(
        study=study, rulebook=inputs.rulebook, crs=inputs.crs, inputs=inputs.records, tables=tables,
        certificates=certificates, document=document, study_document=study_document, findings=findings,
    )  # fmt: skip


def _certificate(route: Route) -> dict[str, NDArray[np.int64]]:
    """Dual of a route, the nodes that it had to join, and its edges."""
    extra = {"wanted": np.sort(route.terminals), "edges": route.edges}
    return {name: np.asarray(values, dtype=np.int64) for name, values in {**route.duals, **extra}.items()}


def _areas(ground: Ground, candidates: Candidates, portfolio: Portfolio, built: Built) -> gpd.GeoDataFrame:
    """Areas with their choice and cost: as designed where chosen, else as a candidate."""
    table, parents = ground.areas.table, candidates.network.area_parent
    chosen = portfolio.year >= 0
    ids = table["area_id"].to_numpy()
    costs = [candidates.cost.per_area.set_index("area_id"), built.cost.per_area.set_index("area_id")]
    money = {
        name: np.where(chosen, *[frame[name].reindex(ids).fillna(0.0).to_numpy() for frame in reversed(costs)])
        for name in ("base", "p50", "p80")
    }
    built_only = {
        name: built.cost.per_area.set_index("area_id")[column].reindex(ids).to_numpy()
        for name, column in (("cost_escalated", "escalated"), ("contingency", "contingency"))
    }
    hubs = built.network.sites[built.network.sites["kind"] == "hub"].groupby("area_id")["site_id"].agg(",".join)
    columns: dict[str, object] = {
        "area_id": ids,
        "parent_area_id": [ids[p] if p >= 0 else None for p in parents.tolist()],
        "locations": table["locations"].to_numpy(),
        "units": table["units"].to_numpy(),
        "hub_ids": [hubs.get(name) for name in ids],
        "phase": [int(p) if c else None for p, c in zip(portfolio.phase, chosen, strict=True)],
        "year": [int(y) if c else None for y, c in zip(portfolio.year, chosen, strict=True)],
        "cost_base": money["base"], "cost_p50": money["p50"], "cost_p80": money["p80"],
        **{name: np.where(chosen, np.nan_to_num(values), np.nan) for name, values in built_only.items()},
        "benefit": np.round(portfolio.benefit, 6), "chosen": chosen, "reason": list(portfolio.reason),
        **area_columns(built.business, ids),
        "unserved": table["unserved"].to_numpy(), "settlement_id": table["settlement_id"].to_numpy(),
    }  # fmt: skip
    return gpd.GeoDataFrame(AREAS.build(columns, geometry=table.geometry.to_numpy(), crs=ground.graph.crs))


def _locations(
    study: Study, ground: Ground, candidates: Candidates, portfolio: Portfolio, built: Built
) -> gpd.GeoDataFrame:
    """Locations with area, outcome and reason, hub, terminal, drop and loss."""
    table = ground.eligibility.table
    eligible = table["eligible"].to_numpy()
    area = ground.areas.of_location
    outcome = np.where(eligible & (built.network.location_outcome == ""), "not_chosen", built.network.location_outcome)
    ids = ground.areas.table["area_id"].to_numpy()
    paths = built.network.paths.set_index("location_id").reindex(table["location_id"])
    drops = built.network.drops.set_index("location_id")["drop_m"].reindex(table["location_id"])
    columns: dict[str, object] = {
        "location_id": table["location_id"].to_numpy(), "units": table["units"].to_numpy(),
        "status": table["status"].to_numpy(), "reason": table["reason"].to_numpy(), "eligible": eligible,
        "area_id": [ids[a] if a >= 0 else None for a in area.tolist()],
        "outcome": [str(o) if e else None for o, e in zip(outcome, eligible, strict=True)],
        "outcome_reason": [
            _outcome_reason(study, ground, candidates.technology, portfolio, str(o), int(a), row) if e else None
            for row, (o, a, e) in enumerate(zip(outcome, area, eligible, strict=True))
        ],
        "hub_id": _or_none(paths["hub_id"]), "terminal_id": _or_none(paths["terminal_id"]),
        "drop_m": drops.to_numpy(), "loss_db": paths["loss_db"].to_numpy(dtype=float),
        "origin": table["origin"].to_numpy(),
    }  # fmt: skip
    return gpd.GeoDataFrame(LOCATIONS.build(columns, geometry=table.geometry.to_numpy(), crs=ground.graph.crs))


def _or_none(values: pd.Series) -> list[str | None]:
    """Text, None where empty."""
    return [value if isinstance(value, str) else None for value in values]


def _outcome_reason(
    study: Study, ground: Ground, technology: Technology, portfolio: Portfolio, outcome: str, area: int, row: int
) -> str:
    """Why a location has its outcome, in words."""
    if outcome == "unreachable" and row in ground.locks.cut_off:
        return "every way to the plant holds an edge that the study avoids"
    if outcome == "unreachable":
        nearest = ground.graph.nearest_road_m[row]
        limit = study.network.snap_max_m
        return f"no road joined to the plant within {limit:g} m; the nearest road lies {nearest:.0f} m away"
    name = ground.areas.table["area_id"].iloc[area]
    if outcome != "not_chosen":
        return f"area {name} is built in {int(portfolio.year[area])}: {technology.reason[row]}"
    return f"area {name} is not chosen: {portfolio.reason[area]}"


def _permits(built: Built) -> gpd.GeoDataFrame:
    """Permits with the tasks that wait for them."""
    tasks, links = built.schedule.tasks, built.schedule.links
    table = built.permits.table.copy()
    permit_of = dict(zip(tasks["task_id"], tasks["permit_id"], strict=True)) if len(tasks) else {}
    waiting: dict[str, set[str]] = {}
    for before, after in zip(links["predecessor_id"], links["successor_id"], strict=True) if len(links) else ():
        permit = permit_of.get(before)
        if isinstance(permit, str) and permit_of.get(after) != permit:
            waiting.setdefault(permit, set()).add(after)
    blocked = [",".join(sorted(waiting.get(name, ()))) or None for name in table["permit_id"]]
    table["blocks_task_ids"] = pd.array(blocked, dtype="str")
    return gpd.GeoDataFrame(PERMITS.check(table, table.crs))


def _edges(ground: Ground, candidates: Candidates, built: Built) -> gpd.GeoDataFrame:
    """Edges with price, placement, and whether the route and the network use them."""
    edges, prices = ground.graph.edges, ground.prices
    in_route, in_network = np.zeros(len(edges), dtype=bool), np.zeros(len(edges), dtype=bool)
    in_route[candidates.route.edges] = True
    in_network[built.network.route.edges] = True
    return gpd.GeoDataFrame(
        edges.assign(
            build_cost=prices.build_cost / 100,
            civil_cost=prices.civil_cost / 100, permit_cost=prices.permit_cost / 100,
            placement=pd.array(prices.placement, dtype="str"), method=pd.array(prices.method, dtype="str"),
            placement_reason=pd.array(prices.reason, dtype="str"), existing=pd.array(prices.existing, dtype="str"),
            in_route=in_route, in_network=in_network, lock=pd.array(_lock_words(ground.locks), dtype="str"),
            surface_word=pd.array(prices.surface, dtype="str"), **_works(prices),
            slope_mean_percent=prices.slope_mean_percent, slope_max_percent=prices.slope_max_percent,
        )
    )  # fmt: skip


def _lock_words(locks: Locks) -> NDArray[np.object_]:
    """Per edge: pin, avoid, or "" where the planner fixed nothing."""
    words = np.full(locks.edge_count, "", dtype=object)
    words[locks.avoided], words[locks.pinned] = "avoid", "pin"
    return words


def _works(prices: EdgePrices) -> dict[str, Any]:
    """Quantities that the price of each edge is made of."""
    works = prices.works
    return {
        "item": pd.array(works.item, dtype="str"), "item_m": works.item_m,
        "bore_item": pd.array(works.bore_item, dtype="str"), "bore_m": works.bore_m,
        "over_item": pd.array(works.over_item, dtype="str"), "over_m": works.over_m, "over_poles": works.over_poles,
        "pole_count": works.poles, "pole_owner": pd.array([name or None for name in works.pole_owner], dtype="str"),
    }  # fmt: skip


def _tables(
    ground: Ground,
    candidates: Candidates,
    built: Built,
    locations: gpd.GeoDataFrame,
    areas: gpd.GeoDataFrame,
    permits: gpd.GeoDataFrame,
) -> dict[str, pd.DataFrame]:
    """All tables by name."""
    network, schedule, delivery = built.network, built.schedule, built.delivery
    areas, hub_areas, phase_areas = part_grounds(areas, locations)
    return {
        "locations": locations, "areas": areas, "hub_areas": hub_areas, "phase_areas": phase_areas,
        "sites": network.sites, "edges": _edges(ground, candidates, built),
        "spans": network.spans, "cables": network.cables, "drops": network.drops, "paths": network.paths,
        "strands": network.strands, "splices": network.splices, "reels": network.reels,
        "reel_sizes": network.reel_sizes,
        "bom": built.cost.bom, "cost_drivers": built.cost.drivers, "surveys": built.cost.surveys,
        "make_ready": built.cost.make_ready, "spending": built.cost.spending, "permits": permits,
        "permit_states": built.permits.states,
        "triggers": ground.triggers.features, "tasks": schedule.tasks, "task_links": schedule.links,
        "resources": schedule.resources, "risks": built.risks, "quality": delivery.quality,
        "procurement": delivery.procurement, "stakeholders": delivery.stakeholders, "waves": delivery.waves,
        "gates": delivery.gates, "route_locks": kept_route_locks(candidates.locks, built.network),
        "design_locks": kept_design_locks(candidates.design_locks, candidates.locks, built.network),
        "curve": candidates.curve.table, "rules": built.rules.table, "optics": built.rules.optics,
        "business": built.business.table, "business_areas": built.business.per_area,
        "fills": network.fills,
        "options": candidates.technology.options, "technology_curve": candidates.technology.curve,
        "connections": network.connections, "stations": network.stations,
        "permit_comparison": built.permit_comparison,
    }  # fmt: skip


def _findings(
    inputs: Inputs, ground: Ground, candidates: Candidates, portfolio: Portfolio, built: Built
) -> tuple[Finding, ...]:
    """All findings, each once; of broken design rules the ledger speaks, not the design."""
    designed = tuple(finding for finding in built.network.findings if finding.code not in built.rules.codes)
    groups = (
        inputs.findings, ground.eligibility.findings, ground.areas.findings, ground.locks.findings, designed,
        built.rules.findings, candidates.technology.findings,
        built.permits.findings, built.cost.findings, portfolio.findings, built.schedule.findings,
        built.delivery.findings, built.business.findings,
    )  # fmt: skip
    return ordered(tuple(dict.fromkeys(finding for group in groups for finding in group)))


def _study_document(study: Study, inputs: Inputs) -> dict[str, Any]:
    """Write out the resolved study with crews, calendar and the rules in force."""
    return {
        "study": study.model_dump(mode="json", by_alias=True),
        "crs": inputs.crs.to_string(),
        "crews": study.schedule.crew_counts(),
        "rules": rules_document(inputs.rulebook),
    }


def _document(
    study: Study,
    inputs: Inputs,
    candidates: Candidates,
    portfolio: Portfolio,
    built: Built,
    tables: dict[str, pd.DataFrame],
    findings: tuple[Finding, ...],
    asked: int,
) -> dict[str, Any]:
    """plan.json without its fingerprint."""
    locations, areas = tables["locations"], tables["areas"]
    status = locations["status"].value_counts()
    outcomes = doc.outcomes_section(locations)
    chosen_locations = int(areas.loc[areas["chosen"], "locations"].sum())
    return {
        "plan_schema": doc.PLAN_SCHEMA,
        "study": doc.study_section(study, inputs.crs.to_string()),
        "inputs": doc.inputs_section(inputs.records),
        "counts": {
            "locations": len(locations), "served": int(status.get("served", 0)),
            "underserved": int(status.get("underserved", 0)), "unserved": int(status.get("unserved", 0)),
            "eligible": int(locations["eligible"].sum()), "unreachable": outcomes["unreachable"], "areas": len(areas),
            "areas_chosen": int(areas["chosen"].sum()), "locations_chosen": chosen_locations,
            "permits": len(tables["permits"]), "tasks": len(tables["tasks"]), "findings": len(findings),
        },
        "outcomes": outcomes,
        "route": doc.route_section(candidates.route),
        "curve": doc.curve_section(candidates.curve.table),
        "candidates": {
            "areas": asked, "locations": len(candidates.rows), "cost_p50": doc.money(candidates.cost.p50),
        },
        "network": doc.network_section(built.network),
        "siting": doc.siting_section(built.network),
        "technology": doc.technology_section(locations),
        "technology_choice": doc.choice_section(study, candidates.technology),
        "technology_curve": doc.technology_curve_section(candidates.technology.curve),
        "cost": doc.cost_section(built.cost, study.study.currency, chosen_locations),
        "permits": doc.permits_section(built.permits),
        "permit_comparison": comparison_section(built.permit_comparison),
        "portfolio": doc.portfolio_section(portfolio, areas),
        "schedule": doc.schedule_section(built.schedule),
        "rules": doc.rules_section(built.rules.table),
        "business": business_section(built.business),
        "findings": doc.findings_section(findings),
    }  # fmt: skip
