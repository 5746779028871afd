"""Check that plan.json is complete and well formed."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import Any

from expansion.audit.certificate import asked_locations
from expansion.audit.folder import SavedPlan
from expansion.audit.ledger import Check, Ledger
from expansion.audit.outcomes import OUTCOMES, STATUSES

_TEXT, _COUNT, _DATE, _BALANCE = "text", "count", "date", "balance"
_MONEY, _METERS, _DECIBEL, _FRACTION = 2, 3, 3, 6
_COUNTED = (
    "locations", "eligible", "unreachable", "areas", "areas_chosen", "locations_chosen", "permits", "tasks", "findings",
)  # fmt: skip
_STATUS = frozenset({"optimal", "feasible", "time_limit", "infeasible", "empty"})

_SHAPES: dict[str, dict[str, Any]] = {
    "study": {
        "name": _TEXT, "profile": _TEXT, "crs": _TEXT, "currency": _TEXT, "price_year": _COUNT, "seed": _COUNT,
    },
    "counts": dict.fromkeys((*STATUSES, *_COUNTED), _COUNT),
    "outcomes": dict.fromkeys(OUTCOMES, _COUNT),
    "route": {
        "length_m": _METERS, "cost": _MONEY, "lower_bound": _MONEY, "certified_lower_bound": _MONEY,
        "gap": _FRACTION, "status": _STATUS,
    },
    "curve": {
        "points": _COUNT, "largest_gap": _FRACTION, "tail_locations": _COUNT, "tail_locations_share": _FRACTION,
        "tail_cost": _MONEY, "tail_cost_share": _FRACTION,
    },
    "rules": dict.fromkeys(("rules", "checked", "checks", "broken", "breaches", "errors"), _COUNT),
    "candidates": {"areas": _COUNT, "locations": _COUNT, "cost_p50": _MONEY},
    "network": {
        "route_m": _METERS, "cable_m": _METERS, "fiber_m": _METERS, "hubs": _COUNT, "terminals": _COUNT,
        "drops": _COUNT, "worst_loss_db": _DECIBEL, "loss_budget_db": _DECIBEL, "civil_cost": _MONEY,
        "civil_lower_bound": _MONEY, "civil_gap": _FRACTION,
    },
    "technology": dict.fromkeys(("fiber", "dsl", "fixed_wireless", "satellite", "none"), _COUNT),
    "cost": {
        "currency": _TEXT, "base": _MONEY, "p10": _MONEY, "p50": _MONEY, "p80": _MONEY, "p90": _MONEY,
        "by_category": dict, "by_component": dict, "cost_to_pass": _MONEY, "cost_to_connect": _MONEY,
        "per_location_p50": _MONEY, "contingency": _MONEY, "reserve_estimate": _MONEY, "reserve_risks": _MONEY,
        "escalation_per_year": _FRACTION, "base_escalated": _MONEY, "p50_escalated": _MONEY, "p80_escalated": _MONEY,
    },
    "permit_comparison": {"aware": dict, "ignoring": dict, "saved": dict, "areas_that_differ": list},
    "permits": {
        "count": _COUNT, "by_rule": dict, "longest_lead_calendar_days": _COUNT, "by_state": dict, "rent_year": _MONEY,
    },
    "portfolio": {
        "budget": _MONEY, "spent": _MONEY, "benefit": _FRACTION, "upper_bound": _FRACTION, "gap": _FRACTION,
        "status": _STATUS, "phases": list, "initiatives": _COUNT, "initiatives_cost": _MONEY,
    },
    "business": {
        **dict.fromkeys(("areas", "areas_paying", "locations", "passed", "base_year", "price_year"), _COUNT),
        **dict.fromkeys(
            (
                "revenue", "opex", "capital_to_pass", "capital_to_connect", "replacement", "subsidy", "subsidy_needed",
                "subsidy_needed_per_location", "subsidy_pooled_per_location", "break_even_arpu", "payback_years",
                "discounted_payback_years",
            ),
            _MONEY,
        ),
        **dict.fromkeys(("npv", "npv_p10", "npv_p50", "npv_p90", "net", "terminal_value"), _BALANCE),
        **dict.fromkeys(("take_rate", "discount_rate", "break_even_take_rate", "npv_positive_share"), _FRACTION),
        "connected": _METERS, "irr": None, "irr_reason": _TEXT, "phases": list,
    },
    "schedule": {
        "start": _DATE, "finish": _DATE, "finish_p50": _DATE, "finish_p80": _DATE, "finish_p90": _DATE,
        "joint_confidence": _FRACTION, "makespan_days": _COUNT,
        "lower_bound_days": _COUNT, "gap": _FRACTION, "status": _STATUS, "critical_tasks": None, "checks": dict,
    },
    "forecast": {
        "draws": _COUNT, "risks": _COUNT,
        **dict.fromkeys(("cost_base", "cost_p50", "cost_p80", "cost_p90", "joint_cost"), _MONEY),
        **dict.fromkeys(("finish_confidence", "cost_confidence", "joint_confidence"), _FRACTION),
        "joint_finish": _DATE,
    },
}  # fmt: skip
_OPTIONAL = frozenset({"permit_comparison"})  # null where it was not asked for
_LISTS = {
    "inputs": ("name", "sha256", "rows", "license", "synthetic"),
    "findings": ("code", "severity", "where", "count", "message", "amount", "unit", "repair"),
}
_PHASE = ("phase", "year", "areas", "locations", "cost")


def check_document(saved: SavedPlan) -> Check:
    """Check that plan.json has every key of the contract, sorted, each value of its kind and rounded as promised."""
    ledger = Ledger("document")
    plan = saved.document
    for key in ("plan_schema", "fingerprint", *_SHAPES, *_LISTS):
        ledger.that(key in plan, f"plan.json lacks {key}")
    ledger.equal(plan.get("plan_schema"), 1, "plan_schema")
    for section, shape in _SHAPES.items():
        _check_section(ledger, section, plan.get(section), shape)
    for name, keys in _LISTS.items():
        _check_rows(ledger, name, plan.get(name), keys)
    _check_rows(ledger, "portfolio.phases", (plan.get("portfolio") or {}).get("phases"), _PHASE)
    _check_severities(ledger, plan.get("findings") or [])
    ledger.equal(plan["counts"]["findings"], len(plan["findings"]), "counts.findings")
    own = saved.study["study"]["study"]
    for key in ("name", "profile", "currency", "price_year", "seed"):
        ledger.equal(plan["study"][key], own[key], f"study.{key} against study.json")
    ledger.equal(plan["study"]["crs"], saved.study["crs"], "study.crs against the CRS of study.json")
    _check_candidates(ledger, saved)
    ledger.nothing(_unsorted(saved), "keys of plan.json are not in ascending order")
    return ledger.close()


def _check_section(ledger: Ledger, section: str, content: Any, shape: dict[str, Any]) -> None:
    """Check one object: its keys, and each value against its kind."""
    if content is None and section in _OPTIONAL:
        return
    if not ledger.that(isinstance(content, dict), f"{section} is not an object"):
        return
    ledger.nothing(sorted(set(shape) - set(content)), f"{section} lacks keys")
    for key in sorted(set(shape) & set(content)):
        ledger.that(_fits(content[key], shape[key]), f"{section}.{key} holds {content[key]!r}")


def _check_rows(ledger: Ledger, name: str, rows: Any, keys: tuple[str, ...]) -> None:
    """Check a list of objects that all have `keys`."""
    if not ledger.that(isinstance(rows, list), f"{name} is not a list"):
        return
    lacking = [number for number, row in enumerate(rows) if not isinstance(row, dict) or not set(keys) <= set(row)]
    ledger.nothing(lacking, f"{name}: rows lack keys", len(rows))


def _check_severities(ledger: Ledger, findings: list[Any]) -> None:
    """Check what each finding says of itself."""
    bad = [
        finding.get("code")
        for finding in findings
        if finding.get("severity") not in ("error", "warning", "info")
        or not str(finding.get("code", "")).startswith(("E_", "W_", "I_"))
        or not finding.get("message")
        or len(finding.get("where") or []) > 5
    ]
    ledger.nothing(bad, "findings with a wrong severity, code, message or number of places", len(findings))


def _check_candidates(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that the candidates are all areas, and all locations that can be connected; or those asked for by name."""
    plan = saved.document
    every = int(asked_locations(saved).sum())
    asked = plan["candidates"]["areas"] < plan["counts"]["areas"]
    ledger.equal(plan["candidates"]["areas"], plan["counts"]["areas_chosen" if asked else "areas"], "candidates.areas")
    ledger.equal(plan["candidates"]["locations"], every, "candidates.locations")
    rows = {row["name"]: row["rows"] for row in plan["inputs"]}
    ledger.equal(rows.get("locations"), plan["counts"]["locations"], "rows of the locations that were read")


def _fits(value: Any, shape: Any) -> bool:
    """Tell whether a value is null or of its kind: text, a count, a date, a rounded number, one of some words."""
    if value is None or shape is None:
        return True
    if isinstance(shape, frozenset):
        return value in shape
    if isinstance(shape, type):
        return isinstance(value, shape)
    if shape == _TEXT:
        return isinstance(value, str)
    if shape == _DATE:
        return _is_date(value)
    if shape == _BALANCE:  # money that may be below 0
        return isinstance(value, int | float) and _is_rounded(abs(value), _MONEY)
    return _is_rounded(value, 0 if shape == _COUNT else shape)


def _is_rounded(value: Any, decimals: int) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return False
    return bool(value >= 0 and value == round(value, decimals))


def _is_date(value: Any) -> bool:
    try:
        return bool(dt.date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


def _unsorted(saved: SavedPlan) -> list[str]:
    """Name the objects of plan.json whose keys stand in another order than ascending, or twice."""
    wrong: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if keys != sorted(set(keys)):
            wrong.append(keys[0])
        return dict(pairs)

    json.loads((saved.folder / "plan.json").read_text("utf-8"), object_pairs_hook=look)
    return wrong
