"""Put the results of the stages together as one plan: joined tables, plan.json, fingerprint."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from expansion.plan import document as doc
from expansion.plan.business import business_section
from expansion.plan.findings import Finding, ordered
from expansion.plan.fingerprint import fingerprint
from expansion.plan.grounds import part_grounds
from expansion.plan.inputs import Inputs
from expansion.plan.joined import areas_table, edges_table, locations_table, permits_table
from expansion.plan.kept_locks import kept_design_locks, kept_route_locks
from expansion.plan.parts import Built, Candidates, Ground
from expansion.plan.permit_comparison import comparison_section
from expansion.plan.plan import (
    Plan,
    Portfolio,
    Route,
)
from expansion.rulebook.book import rules_document
from expansion.study import Study


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
    areas = areas_table(ground, candidates, portfolio, built)
    locations = locations_table(study, inputs, ground, candidates, portfolio, built)
    permits = permits_table(built)
    findings = _findings(inputs, ground, candidates, portfolio, built)
    tables = _tables(ground, candidates, built, locations, areas, permits) | portfolio.selection.tables()
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
        "sites": network.sites, "edges": edges_table(ground, candidates, built),
        "spans": network.spans, "cables": network.cables, "drops": network.drops, "paths": network.paths,
        "strands": network.strands, "splices": network.splices, "reels": network.reels,
        "reel_sizes": network.reel_sizes,
        "bom": built.cost.bom, "cost_drivers": built.cost.drivers, "surveys": built.cost.surveys,
        "make_ready": built.cost.make_ready, "spending": built.cost.spending, "permits": permits,
        "permit_states": built.permits.states,
        "triggers": ground.triggers.features, "sections": schedule.sections,
        "tasks": schedule.tasks, "task_links": schedule.links,
        "resources": schedule.resources, "schedule_checks": schedule.checks,
        "risks": built.risks, "quality": delivery.quality,
        "procurement": delivery.procurement, "stakeholders": delivery.stakeholders, "waves": delivery.waves,
        "gates": delivery.gates, **delivery.tables, "route_locks": kept_route_locks(candidates.locks, built.network),
        "design_locks": kept_design_locks(candidates.design_locks, candidates.locks, built.network),
        "curve": candidates.curve.table, "rules": built.rules.table, "optics": built.rules.optics,
        "business": built.business.table, "business_areas": built.business.per_area,
        "fills": network.fills,
        "options": candidates.technology.options, "technology_curve": candidates.technology.curve,
        "connections": network.connections, "stations": network.stations,
        "permit_comparison": built.permit_comparison,
        "forecasts": built.forecast.table, "forecast_draws": built.forecast.draws,
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
        "schedule": doc.schedule_section(built.schedule, built.forecast),
        "forecast": doc.forecast_section(built.forecast, built.risks),
        "rules": doc.rules_section(built.rules.table),
        "business": business_section(built.business),
        "findings": doc.findings_section(findings),
    }  # fmt: skip
