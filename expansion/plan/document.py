"""Turn the parts of a plan into plan.json: sorted keys, fixed decimals, nothing left out."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from expansion.plan.curve import find_tail
from expansion.plan.findings import Finding
from expansion.plan.inputs import InputRecord
from expansion.plan.plan import Cost, Network, Permits, Portfolio, Route, Schedule
from expansion.plan.specs_inputs import PERMIT_STATES
from expansion.plan.specs_schedule_checks import VERDICTS
from expansion.plan.technology import Technology
from expansion.plan.uncertainty import Forecast
from expansion.study import Study

OUTCOMES = ("fiber", "fixed_wireless", "dsl", "satellite", "not_chosen", "unreachable", "none")
TECHNOLOGIES = ("fiber", "dsl", "fixed_wireless", "satellite", "none")
PLAN_SCHEMA = 1


def money(value: float | None) -> float | None:
    """Two decimals; unknown stays unknown."""
    return None if value is None else round(float(value), 2) + 0.0


def meters(value: float) -> float:
    """Three decimals."""
    return round(float(value), 3) + 0.0


def fraction(value: float) -> float:
    """Six decimals."""
    return round(float(value), 6) + 0.0


def gap_of(cost: float, lower_bound: float) -> float:
    """``(cost - lower_bound) / cost``, 0 when cost is 0."""
    return fraction((cost - lower_bound) / cost) if cost else 0.0


def study_section(study: Study, crs: str) -> dict[str, Any]:
    """Build `study`; `crs` is the one in use, also where the study asks for auto."""
    own = study.study
    return {
        "name": own.name, "profile": own.profile, "crs": crs, "currency": own.currency,
        "price_year": own.price_year, "seed": own.seed,
    }  # fmt: skip


def inputs_section(records: tuple[InputRecord, ...]) -> list[dict[str, Any]]:
    """Build `inputs`."""
    return [
        {"name": r.name, "sha256": r.sha256, "rows": r.rows, "license": r.license, "synthetic": r.synthetic}
        for r in records
    ]


def outcomes_section(locations: gpd.GeoDataFrame) -> dict[str, int]:
    """Build `outcomes`: every eligible location has exactly one."""
    seen = locations.loc[locations["eligible"], "outcome"].value_counts()
    return {name: int(seen.get(name, 0)) for name in OUTCOMES}


def technology_section(locations: gpd.GeoDataFrame) -> dict[str, int]:
    """Build `technology`: the same for locations of chosen areas."""
    seen = locations.loc[locations["eligible"], "outcome"].value_counts()
    return {name: int(seen.get(name, 0)) for name in TECHNOLOGIES}


def choice_section(study: Study, technology: Technology) -> dict[str, Any]:
    """Build `technology_choice`: the rule, and how good the choices of fiber and among the others are."""
    rules = study.technology
    return {
        "rule": rules.rule, "threshold_per_location": money(rules.threshold_per_location), "allow": list(rules.allow),
        **{
            name: {
                "cost": money(one.cost), "lower_bound": money(one.lower_bound),
                "gap": gap_of(one.cost, one.lower_bound), "status": one.status,
            }
            for name, one in (("fiber", technology.fiber), ("others", technology.others))
        },
    }  # fmt: skip


def technology_curve_section(curve: pd.DataFrame) -> dict[str, Any]:
    """Build `technology_curve`: its points, and the thresholds from which half and all locations get fiber."""
    return {
        "points": len(curve), "largest_gap": fraction(curve["gap"].max()) if len(curve) else None,
        "threshold_for_half": _first_threshold(curve, 0.5), "threshold_for_all": _first_threshold(curve, 1.0),
    }  # fmt: skip


def _first_threshold(curve: pd.DataFrame, share: float) -> float | None:
    """Smallest threshold of the curve at which so large a share of the locations gets fiber; null for none."""
    if not len(curve):
        return None
    every = curve[["fiber", "dsl", "fixed_wireless", "satellite", "none"]].sum(axis=1)
    fits = curve.loc[(curve["fiber"] >= share * every).to_numpy(), "threshold"]
    return money(fits.iloc[0]) if len(fits) else None


def route_section(route: Route) -> dict[str, Any]:
    """Build `route`."""
    return {
        "length_m": meters(route.length_m), "cost": money(route.cost), "lower_bound": money(route.lower_bound),
        "certified_lower_bound": money(route.certified_lower_bound), "gap": gap_of(route.cost, route.lower_bound),
        "status": route.status,
    }  # fmt: skip


def curve_section(table: pd.DataFrame) -> dict[str, Any]:
    """Build `curve`: the points of the budget curve, its largest gap, and the expensive tail; null where none is."""
    tail = find_tail(table)
    return {
        "points": len(table),
        "largest_gap": round(float(table["gap"].max()), 6) if len(table) else None,
        "tail_locations": tail.locations if tail else None,
        "tail_locations_share": tail.locations_share if tail else None,
        "tail_cost": money(tail.cost) if tail else None,
        "tail_cost_share": tail.cost_share if tail else None,
    }


def network_section(network: Network) -> dict[str, Any]:
    """Build `network`: what is built; route meters are new build."""
    new = network.spans[~network.spans["is_existing"]]
    cables, kinds = network.cables, network.sites["kind"]
    bound = min(network.route.lower_bound, network.civil_cost)
    return {
        "route_m": meters(new["length_m"].sum()),
        "cable_m": meters(cables["length_m"].sum()),
        "fiber_m": meters((cables["length_m"] * cables["fibers"]).sum()),
        "hubs": int((kinds == "hub").sum()),
        "terminals": int((kinds == "terminal").sum()),
        "drops": len(network.drops),
        "worst_loss_db": meters(network.worst_loss_db),
        "loss_budget_db": meters(network.loss_budget_db),
        "civil_cost": money(network.civil_cost),
        "civil_lower_bound": money(bound),
        "civil_gap": gap_of(network.civil_cost, bound),
    }


def siting_section(network: Network) -> dict[str, Any]:
    """Build `siting`: what the hubs that were sited by cost come to, with what no other choice of hubs is less than."""
    siting = network.siting
    return {
        "cost": money(siting.cost), "lower_bound": money(siting.lower_bound),
        "gap": gap_of(siting.cost, siting.lower_bound), "status": siting.status,
        "tree_split_cost": money(siting.seed_cost),
        "huts": int((network.sites["kind"] == "hut").sum()),
    }  # fmt: skip


def cost_section(cost: Cost, currency: str, locations: int) -> dict[str, Any]:
    """Build `cost`."""
    return {
        "currency": currency, "base": money(cost.base), "p10": money(cost.p10), "p50": money(cost.p50),
        "p80": money(cost.p80), "p90": money(cost.p90),
        "by_category": {name: money(value) for name, value in sorted(cost.by_category.items())},
        "by_component": {name: money(value) for name, value in sorted(cost.by_component.items())},
        "contingency": money(cost.contingency), "reserve_estimate": money(cost.reserve_estimate),
        "reserve_risks": money(cost.reserve_risks), "escalation_per_year": fraction(cost.escalation),
        "base_escalated": money(cost.escalated), "p50_escalated": money(cost.escalated_p50),
        "p80_escalated": money(cost.escalated_p80),
        "cost_to_pass": money(cost.to_pass), "cost_to_connect": money(cost.to_connect),
        "per_location_p50": money(cost.p50 / locations) if locations else None,
    }  # fmt: skip


def permits_section(permits: Permits) -> dict[str, Any]:
    """Build `permits`."""
    table = permits.table
    by_rule = table["rule_id"].value_counts()
    longest = int(table["lead_time_calendar_days"].max()) if len(table) else 0
    return {
        "count": len(table),
        "by_rule": {str(name): int(count) for name, count in sorted(by_rule.items())},
        "longest_lead_calendar_days": longest,
        "by_state": {state: int((table["state"] == state).sum()) for state in sorted(PERMIT_STATES)},
        "rent_year": money(float(table["rent_year"].sum())),
    }


def portfolio_section(portfolio: Portfolio, areas: gpd.GeoDataFrame) -> dict[str, Any]:
    """Build `portfolio`; money is base cost."""
    chosen = areas[areas["chosen"]]
    phases = [
        {
            "phase": int(str(phase)), "year": int(mine["year"].iloc[0]), "areas": len(mine),
            "locations": int(mine["locations"].sum()), "cost": money(_cents_sum(mine["cost_base"])),
        }
        for phase, mine in chosen.groupby("phase", sort=True)
    ]  # fmt: skip
    return {
        "budget": money(portfolio.total_budget), "spent": money(_cents_sum(chosen["cost_base"])),
        "benefit": fraction(portfolio.value), "upper_bound": fraction(portfolio.upper_bound),
        "gap": fraction(portfolio.gap), "status": portfolio.status, "phases": phases,
        "initiatives": len(portfolio.selection.carried_out), "initiatives_cost": money(portfolio.selection.cost),
    }  # fmt: skip


def _cents_sum(values: pd.Series) -> float:
    """Exact sum of money."""
    return int(np.rint(values.to_numpy(dtype=float) * 100).astype(np.int64).sum()) / 100


def schedule_section(schedule: Schedule, forecast: Forecast) -> dict[str, Any]:
    """Build `schedule`; dates are null when nothing is scheduled."""
    return {
        "start": schedule.start or None, "finish": schedule.finish or None,
        "finish_p50": schedule.finish_p50 or None, "finish_p80": schedule.finish_p80 or None,
        "finish_p90": schedule.finish_p90 or None, "joint_confidence": _of_program(forecast)["joint_confidence"],
        "makespan_days": schedule.makespan_days, "lower_bound_days": schedule.lower_bound_days,
        "gap": fraction(schedule.gap), "status": schedule.status,
        "critical_tasks": int(schedule.tasks["is_critical"].sum()) if len(schedule.tasks) else 0,
        "checks": {verdict: int((schedule.checks["verdict"] == verdict).sum()) for verdict in VERDICTS},
    }  # fmt: skip


def forecast_section(forecast: Forecast, risks: pd.DataFrame) -> dict[str, Any]:
    """Build `forecast`: dates and money of the program drawn together; null where nothing is scheduled."""
    names = (
        "cost_base",
        "cost_p50",
        "cost_p80",
        "cost_p90",
        "finish_confidence",
        "cost_confidence",
        "joint_confidence",
    )
    told = _of_program(forecast)
    return {
        "draws": len(forecast.draws), "risks": len(risks), **{name: told[name] for name in names},
        "joint_finish": told["joint_finish"], "joint_cost": told["joint_cost"],
    }  # fmt: skip


def _of_program(forecast: Forecast) -> dict[str, Any]:
    """Row of the program; every value None where there is none."""
    rows = forecast.table.to_dict("records")
    return rows[0] if rows else dict.fromkeys(forecast.table.columns)


def rules_section(table: pd.DataFrame) -> dict[str, Any]:
    """Build `rules`: how many design rules the ledger holds and checked somewhere, and how many are broken."""
    broken = table[(table["broken"] > 0).to_numpy(dtype=bool)]
    return {
        "rules": len(table), "checked": int((table["checked"] > 0).sum()), "checks": int(table["checked"].sum()),
        "broken": len(broken), "breaches": int(broken["broken"].sum()),
        "errors": int((broken["severity"] == "error").sum()),
    }  # fmt: skip


def findings_section(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Build `findings`: five places are shown, `count` says how many there are."""
    return [
        {
            "code": f.code, "severity": f.severity, "where": list(f.where[:5]), "count": f.count, "message": f.message,
            "amount": None if f.amount is None else round(float(f.amount), 6) + 0.0, "unit": f.unit or None,
            "repair": f.repair or None,
        }
        for f in findings
    ]  # fmt: skip
