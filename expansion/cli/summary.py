"""Say in words what plan.json holds."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from expansion.cli.business import business_lines
from expansion.cli.comparison import comparison_lines
from expansion.cli.console import print_json, print_text
from expansion.cli.layout import Lines, terminal_width, titled, wrap
from expansion.cli.words import amount, dated, decibels, kilometers
from expansion.wording import certified, count, percent, proven, tail_words, within

_SHOWN = 8
_LOCK_PRICE = "W_LOCK_PRICE"


def print_plan(document: Mapping[str, Any], folder: Path, options: argparse.Namespace) -> None:
    """Print a plan as the options ask: as JSON, in words, or not at all."""
    if options.json:
        print_json(document)
    elif not options.quiet:
        print_text(summarize(document, folder, terminal_width()))


def summarize(document: Mapping[str, Any], folder: Path, width: int = 0) -> str:
    """Write a plan's summary, a paragraph per subject.

    Parameters
    ----------
    document
        plan.json.
    folder
        Where the plan lies.
    width
        Columns to fit; 0 for no limit.
    """
    money = document["study"]["currency"]
    sections = {
        "Outcomes": _outcomes(document),
        "Route": _route(document, money),
        "Curve": _curve(document, money),
        "Locks": _locks(document["findings"]),
        "Network": _network(document["network"], money),
        "Rules": _rules(document.get("rules")),
        "Cost": _cost(document["cost"], money),
        "Permits": _permits(document["permits"]),
        "Detours": comparison_lines(document.get("permit_comparison"), money),
        "Portfolio": _portfolio(document["portfolio"], money),
        "Schedule": _schedule(document["schedule"]),
        "Business": business_lines(document.get("business") or {}, money),
        "Findings": _findings([row for row in document["findings"] if row["code"] != _LOCK_PRICE]),
    }
    lines = [*wrap(_title(document), width), ""]
    for title, body in sections.items():
        lines += titled(title, body, width) if body else []
    lines.append(f"Plan in {folder} (plan.json, tables/); next: expansion verify {folder}")
    return "\n".join(lines)


def _title(document: Mapping[str, Any]) -> str:
    study, counts = document["study"], document["counts"]
    lacking = counts["unserved"] + counts["underserved"]
    return (
        f"{study['name']}: {count(counts['locations'], 'location')}, {count(lacking)} of them without good service "
        f"({count(counts['unserved'])} unserved, {count(counts['underserved'])} underserved), "
        f"{count(counts['eligible'])} eligible in {count(counts['areas'], 'area')}"
    )


def _outcomes(document: Mapping[str, Any]) -> Lines:
    outcomes, eligible = document["outcomes"], document["counts"]["eligible"]
    named = [f"{count(number)} {name.replace('_', ' ')}" for name, number in outcomes.items() if number]
    return [", ".join(named) + f" = {count(eligible)} eligible"] if named else ["no location is eligible"]


def _route(document: Mapping[str, Any], money: str) -> Lines:
    route, named, areas = document["route"], document["candidates"]["areas"], document["counts"]["areas"]
    if not route["length_m"]:
        return ["nothing is left to build"]
    cost, bound = amount(route["cost"], money), amount(route["lower_bound"], money)
    proof = f"{proven(route['gap'])} (at least {bound}; gap {percent(route['gap'])}, {route['status']})"
    where = f"of the {count(named, 'area')} named" if named < areas else "that a road reaches"
    again = amount(route["certified_lower_bound"], money)
    return [
        f"{kilometers(route['length_m'])} of new build would reach every eligible location {where}: {cost}, {proof}",
        f"expansion verify: {certified(route['cost'], route['certified_lower_bound'])} (at least {again})",
    ]


def _curve(document: Mapping[str, Any], money: str) -> Lines:
    """Say where the budget curve gets dear; nothing where it does not, or where there is none."""
    curve = document.get("curve") or {}
    tail = tail_words(curve, document["candidates"]["locations"], amount(curve.get("tail_cost"), money))
    gap = f"; each of {count(curve['points'], 'point')} is {proven(curve['largest_gap'])}" if tail else ""
    return [f"{tail}{gap} (tables/curve.parquet)"] if tail else []


def _locks(findings: Sequence[Mapping[str, Any]]) -> Lines:
    """Say what the planner's locks cost, the dearest first; nothing where there is none."""
    priced = sorted(
        (row for row in findings if row["code"] == _LOCK_PRICE), key=lambda row: (-row["amount"], row["where"])
    )
    lines = [f"{row['message']} [{row['where'][0]}]" for row in priced[:_SHOWN]]
    more = len(priced) - _SHOWN
    return [*lines, f"and {count(more, 'more lock')}: tables/route_locks.parquet"] if more > 0 else lines


def _network(network: Mapping[str, Any], money: str) -> Lines:
    if not network["route_m"]:
        return ["nothing is built"]
    loss = f"{decibels(network['worst_loss_db'])} of {decibels(network['loss_budget_db'])} dB"
    return [
        (
            f"{kilometers(network['route_m'])} of route, {kilometers(network['cable_m'])} of cable, "
            f"{kilometers(network['fiber_m'])} of fiber; {count(network['hubs'], 'hub')}, "
            f"{count(network['terminals'], 'terminal')}, {count(network['drops'], 'drop')}; worst loss {loss}"
        ),
        (
            f"civil works {amount(network['civil_cost'], money)}, for these locations {proven(network['civil_gap'])} "
            f"(at least {amount(network['civil_lower_bound'], money)}; gap {percent(network['civil_gap'])})"
        ),
    ]


def _rules(rules: Mapping[str, Any] | None) -> Lines:
    """Say how many design rules were checked and broken; nothing for a plan without a ledger."""
    if rules is None:
        return []
    checked = f"{count(rules['checked'], 'design rule')} checked at {count(rules['checks'], 'place')}"
    if not rules["broken"]:
        return [f"{checked}, none broken (tables/rules.parquet)"]
    many = f"{count(rules['broken'])} broken at {count(rules['breaches'], 'place')}"
    return [f"{checked}, {many}; {count(rules['errors'])} of them an error (tables/rules.parquet)"]


def _cost(cost: Mapping[str, Any], money: str) -> Lines:
    if not cost["base"]:
        return ["nothing is spent"]
    categories = sorted(cost["by_category"].items(), key=lambda item: (-item[1], item[0]))
    return [
        (
            f"{amount(cost['base'], money)} at likely rates; P50 {amount(cost['p50'], money)}, "
            f"P80 {amount(cost['p80'], money)} (P10 {amount(cost['p10'], money)}, P90 {amount(cost['p90'], money)})"
        ),
        *_reserve(cost, money),
        (
            f"{amount(cost['per_location_p50'], money)} per location at P50; "
            f"to pass {amount(cost['cost_to_pass'], money)}, to connect {amount(cost['cost_to_connect'], money)}"
        ),
        ", ".join(f"{name.replace('_', ' ')} {amount(value, '').strip()}" for name, value in categories if value),
    ]


def _reserve(cost: Mapping[str, Any], money: str) -> Lines:
    """Say what lies between base cost and P80; nothing where an older plan does not say."""
    if cost.get("reserve_risks") is None:
        return []
    estimate, risks = (amount(cost[name], money) for name in ("reserve_estimate", "reserve_risks"))
    return [f"from likely rates to P80: {estimate} for prices and quantities, {risks} for risks"]


def _permits(permits: Mapping[str, Any]) -> Lines:
    if not permits["count"]:
        return ["none"]
    rules = sorted(permits["by_rule"].items(), key=lambda item: (-item[1], item[0]))
    named = ", ".join(f"{number} {rule}" for rule, number in rules[:_SHOWN])
    more = f", and by {count(len(rules) - _SHOWN, 'more rule')}" if len(rules) > _SHOWN else ""
    longest = count(permits["longest_lead_calendar_days"], "calendar day")
    return [f"{count(permits['count'], 'permit')}, the longest takes {longest}: {named}{more}"]


def _portfolio(portfolio: Mapping[str, Any], money: str) -> Lines:
    budget = "no budget limit" if portfolio["budget"] is None else f"budget {amount(portfolio['budget'], money)}"
    if not portfolio["phases"]:
        return [f"{budget}, no area is chosen"]
    near = f"the choice of areas is {within(portfolio['gap'], 'best')} ({portfolio['status']})"
    lines = [f"{budget}, {amount(portfolio['spent'], money)} spent; {near}"]
    for phase in portfolio["phases"]:
        areas = phase["areas"] if isinstance(phase["areas"], int) else len(phase["areas"])
        lines.append(
            f"phase {phase['phase']}, {phase['year']}: {count(areas, 'area')}, "
            f"{count(phase['locations'], 'location')}, {amount(phase['cost'], money)}"
        )
    return lines


def _schedule(schedule: Mapping[str, Any]) -> Lines:
    if not schedule["finish"]:
        return ["no work"]
    critical = count(_size(schedule["critical_tasks"]), "critical task")
    return [
        (
            f"{dated(schedule['start'])} to {dated(schedule['finish'])}; P50 {dated(schedule['finish_p50'])}, "
            f"P80 {dated(schedule['finish_p80'])}"
        ),
        (
            f"{count(schedule['makespan_days'], 'day')}, at least {count(schedule['lower_bound_days'], 'day')} "
            f"with these crews (gap {percent(schedule['gap'])}); {critical}"
        ),
        *_self_audit(schedule.get("checks")),
    ]


def _self_audit(checks: Mapping[str, int] | None) -> Lines:
    """How the schedule fares by the points that a reviewer asks for; nothing where an older plan does not say."""
    if not checks or not sum(checks.values()):
        return []
    rest = count(checks["not_applicable"], "does not apply", "do not apply")
    return [f"self-audit in 14 points: {checks['pass']} pass, {checks['fail']} fail, {rest} (schedule_checks)"]


def _size(value: Any) -> int:
    """Length of a list, or the number itself."""
    return int(value) if isinstance(value, int) else len(value)


def _findings(findings: Sequence[Mapping[str, Any]]) -> Lines:
    """Write one line per code and severity: the first of its kind, and how many more there are."""
    kinds: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in findings:
        kinds.setdefault((row["severity"], row["code"]), []).append(row)
    lines = []
    for alike in kinds.values():
        more = f" (and {count(len(alike) - 1)} more of this code: show --json)" if len(alike) > 1 else ""
        lines += [line + more for line in finding_lines(alike[:1])]
    return lines or ["none"]


def finding_lines(findings: Sequence[Mapping[str, Any]]) -> Lines:
    """Write one line per finding: severity, code, what, where."""
    lines = []
    for row in findings:
        where = (
            f" [{', '.join(row['where'])}{', …' if row['count'] > len(row['where']) else ''}]" if row["where"] else ""
        )
        repair = f"; {row['repair']}" if row["repair"] else ""
        lines.append(f"{row['severity']} {row['code']}: {row['message']}{where}{repair}")
    return lines
