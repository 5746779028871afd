"""Check lots, waves, gates, inspections and risks against the bill, the schedule and the rules."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, texts
from expansion.audit.inspections import check_inspections
from expansion.audit.ledger import Check, Ledger
from expansion.audit.quantities import bought
from expansion.audit.rules import lead_days, lead_row, rows_of, section
from expansion.audit.stakeholders import check_stakeholders
from expansion.audit.waves import check_waves


def check_delivery(saved: SavedPlan) -> Check:
    """Check what delivery derives from the plan: procurement, onboarding waves, gates, quality checks, risks."""
    ledger = Ledger("delivery")
    areas = saved.table("areas")
    chosen = flags(areas, "chosen")
    ids = np.array(texts(areas, "area_id"), dtype=object)[chosen]
    phase = {area: int(number) for area, number in zip(ids, numbers(areas, "phase")[chosen], strict=True)}
    _check_procurement(ledger, saved, phase)
    check_waves(ledger, saved, phase)
    _check_gates(ledger, saved, phase)
    check_inspections(ledger, saved)
    _check_risks(ledger, saved)
    check_stakeholders(ledger, saved)
    return ledger.close()


def _check_procurement(ledger: Ledger, saved: SavedPlan, phase: dict[str, int]) -> None:
    """Add up each bought item per phase, and count its days back from the first use."""
    bom, lots = saved.table("bom"), saved.table("procurement")
    amount: dict[str, float] = defaultdict(float)
    money: dict[str, int] = defaultdict(int)
    users: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for (area, item), (_, quantity) in bought(bom).items():
        amount[f"{item}-P{phase.get(area)}"] += quantity
    columns = [texts(bom, name) for name in ("area_id", "category", "item")]
    for area, category, item, cost in zip(*columns, numbers(bom, "cost"), strict=True):
        if area in phase and lead_days(saved, item) is not None:
            lot = f"{item}-P{phase[area]}"
            money[lot] += round(float(cost) * 100)
            users[lot].add((area, category))
    ids = texts(lots, "lot_id")
    ledger.nothing(sorted(set(money) ^ set(ids)), "lots are not the bought items of the bill", len(ids))
    ledger.none(np.abs(numbers(lots, "quantity") - [amount[n] for n in ids]) > 0.0011, ids, "lots differ in quantity")
    ledger.none(np.round(numbers(lots, "spend") * 100) != [money[n] for n in ids], ids, "lots differ in spend")
    leads = [lead_days(saved, item) for item in texts(lots, "item")]
    ledger.none(
        [a != b for a, b in zip(integers(lots, "lead_time_calendar_days"), leads, strict=True)], ids, "lead times"
    )
    begin = section(saved, "study")["start"]
    needed, ordered = texts(lots, "need_by"), texts(lots, "order_by")
    back = [
        (dt.date.fromisoformat(day) - dt.timedelta(days=lead or 0)).isoformat()
        for day, lead in zip(needed, leads, strict=True)
    ]
    ledger.none([a != b for a, b in zip(ordered, back, strict=True)], ids, "order_by is not need_by less the lead time")
    ledger.none(flags(lots, "is_late") != [day < begin for day in ordered], ids, "is_late")
    _check_lot_facts(ledger, saved, ids)
    first = _first_uses(saved)
    wrong = [need != first(item, users[lot]) for lot, item, need in zip(ids, texts(lots, "item"), needed, strict=True)]
    ledger.none(wrong, ids, "need_by is not the first day of use")


def _check_lot_facts(ledger: Ledger, saved: SavedPlan, ids: list[str]) -> None:
    """Check that a lot's id, unit and origin fit its item and phase."""
    lots, bom = saved.table("procurement"), saved.table("bom")
    items = texts(lots, "item")
    named = [f"{item}-P{phase}" for item, phase in zip(items, integers(lots, "phase"), strict=True)]
    ledger.none([a != b for a, b in zip(ids, named, strict=True)], ids, "lot ids are not item and phase")
    _check_supply(ledger, saved, lots, ids)
    unit = dict(zip(texts(bom, "item"), texts(bom, "unit"), strict=True))
    ledger.none([unit.get(i) != u for i, u in zip(items, texts(lots, "unit"), strict=True)], ids, "lots' unit")
    origins = {(row["source"], row["status"]) for row in rows_of(saved, "materials")}
    told = list(zip(texts(lots, "source"), texts(lots, "status"), strict=True))
    ledger.none([origin not in origins for origin in told], ids, "lots' source")


def _check_supply(ledger: Ledger, saved: SavedPlan, lots: Any, ids: list[str]) -> None:
    """Check supplier, contract, second source, package and share of spend of each lot."""
    rules = [lead_row(saved, item) or {} for item in texts(lots, "item")]
    for column in ("supplier", "contract", "second_source"):
        told = texts(lots, column)
        ledger.none(
            [row.get(column, "") != cell for row, cell in zip(rules, told, strict=True)], ids, f"lots' {column}"
        )
    alone = [not row.get("second_source") for row in rules]
    ledger.none(flags(lots, "is_single_source") != np.array(alone, dtype=bool), ids, "lots with one source")
    _check_second(ledger, lots, ids, rules)
    phases = integers(lots, "phase")
    named = [
        f"P{phase} {row.get('supplier') or 'other'} {row.get('lead_time_calendar_days')} days"
        for phase, row in zip(phases, rules, strict=True)
    ]
    ledger.none([a != b for a, b in zip(named, texts(lots, "package"), strict=True)], ids, "lots' package")
    cents = np.round(numbers(lots, "spend") * 100)
    total = {int(phase): max(float(cents[phases == phase].sum()), 1.0) for phase in phases}
    shares = [amount / total[int(phase)] for amount, phase in zip(cents, phases, strict=True)]
    ledger.none(np.abs(numbers(lots, "spend_share") - shares) > 1e-6, ids, "lots' share of spend")


def _check_second(ledger: Ledger, lots: Any, ids: list[str], rules: list[dict[str, Any]]) -> None:
    """Check days, last day and cost of a turn to the second source; empty cells where there is none."""
    days, spend = numbers(lots, "second_lead_time_calendar_days"), numbers(lots, "second_spend")
    cells = zip(
        rules, texts(lots, "need_by"), texts(lots, "switch_by"), days, spend, numbers(lots, "spend"), strict=True
    )
    wrong = []
    for row, need, last, lead, cost, own in cells:
        asked = row.get("second_lead_time_calendar_days") if row.get("second_source") else None
        if asked is None:
            wrong.append(bool(last) or not np.isnan(lead) or not np.isnan(cost))
        else:
            day = (dt.date.fromisoformat(need) - dt.timedelta(days=int(asked))).isoformat()
            dear = own * (1 + float(row["second_extra_cost_share"]))
            wrong.append(last != day or lead != asked or abs(cost - dear) > 0.0101)
    ledger.none(wrong, ids, "lots' turn to the second source")


def _first_uses(saved: SavedPlan) -> Any:
    """Make the function that finds the earliest start of a task on which an item is spent."""
    tasks, packages = saved.table("tasks"), rows_of(saved, "work_packages")
    start: dict[tuple[str, str], str] = {}
    codes = {row["wbs"] for row in packages}
    for area, wbs, day in zip(*(texts(tasks, name) for name in ("area_id", "wbs", "start")), strict=True):
        parts = wbs.split(".")[1:]
        code = next((c for n in range(len(parts), 0, -1) if (c := ".".join(parts[:n])) in codes), "")
        start[area, code] = min(start.get((area, code), day), day)
    spent = {row["wbs"]: [part.strip() for part in row["costs"].split(";") if part.strip()] for row in packages}
    execution = [
        row["wbs"] for row in packages if row["phase"] == "execution" and row["kind"] != "summary" and row["crew_kind"]
    ]

    def names(costs: list[str], word: str) -> bool:
        return any(word.startswith(cost[:-1]) if cost.endswith("*") else word == cost for cost in costs)

    def first(item: str, users: set[tuple[str, str]]) -> str:
        by_item = [wbs for wbs, costs in spent.items() if names(costs, item)]
        found = []
        for area, category in users:
            by_category = [wbs for wbs, costs in spent.items() if names(costs, category)]
            for wanted in (by_item or by_category, execution, list(spent)):
                days = [start[area, wbs] for wbs in wanted if (area, wbs) in start]
                if days:
                    found.append(min(days))
                    break
        return min(found, default=min(start.values(), default=""))

    return first


def _check_gates(ledger: Ledger, saved: SavedPlan, phase: dict[str, int]) -> None:
    """Check that every area has every gate of the study's PMO, on the last day of the tasks that end in it."""
    gates, tasks = saved.table("gates"), saved.table("tasks")
    pmo = saved.study["study"]["governance"]["pmo"]
    rules = {row["gate"]: row for row in rows_of(saved, "gates") if row["pmo"] == pmo}
    ended: dict[tuple[str, str], list[str]] = defaultdict(list)
    for area, gate, finish in zip(texts(tasks, "area_id"), texts(tasks, "gate"), texts(tasks, "finish"), strict=True):
        if gate:
            ended[area, gate].append(finish)
    last = {key: max(days) for key, days in ended.items()}
    rows = list(zip(texts(gates, "area_id"), texts(gates, "gate"), texts(gates, "date"), strict=True))
    wanted = {(area, gate) for area in phase for gate in rules}
    ledger.nothing(sorted(wanted ^ {(area, gate) for area, gate, _ in rows}), "gates and areas do not pair", len(rows))
    wrong = [f"{gate}-{area}" for area, gate, day in rows if day != _gate_day(area, gate, sorted(rules), last)]
    ledger.nothing(wrong, "gates are not on the last day of their tasks", len(rows))
    ids = texts(gates, "gate_row_id")
    first = [(min(ended.get((a, g), [day])), len(ended.get((a, g), []))) for a, g, day in rows]
    opened = zip(texts(gates, "first_date"), integers(gates, "releases").tolist(), strict=True)
    ledger.none([a != b for a, b in zip(first, opened, strict=True)], ids, "gates' first releases")
    ledger.none([f"{g}-{a}" != i for (a, g, _), i in zip(rows, ids, strict=True)], ids, "gate ids")
    ends = {
        name: (area, gate)
        for name, area, gate in zip(*(texts(tasks, c) for c in ("task_id", "area_id", "gate")), strict=True)
    }
    lost = [bool(t) and ends.get(t) != (a, g) for (a, g, _), t in zip(rows, texts(gates, "task_id"), strict=True)]
    ledger.none(lost, ids, "gates name tasks that do not end in them")
    for column, key in (
        ("approver_role", "approver_role"),
        ("mode", "mode"),
        ("name", "name"),
        ("artifacts", "artifacts"),
    ):
        strange = [
            rules.get(gate, {}).get(key) != word for (_, gate, _), word in zip(rows, texts(gates, column), strict=True)
        ]
        ledger.none(strange, texts(gates, "gate_row_id"), f"gates' {column} is not that of the rules")


def _gate_day(area: str, gate: str, order: list[str], last: dict[tuple[str, str], str]) -> str:
    """Day of a gate, or of the next gate that tasks of the area end in."""
    return next((last[area, name] for name in order if name >= gate and (area, name) in last), "")


def _check_risks(ledger: Ledger, saved: SavedPlan) -> None:
    """Check exposure and rank of the risks, and that their rules exist."""
    risks = saved.table("risks")
    rules = {row["rule_id"]: row for row in rows_of(saved, "risks")}
    ids = texts(risks, "risk_id")
    ledger.that(len(set(ids)) == len(ids), "risk ids are not unique")
    ledger.none([name not in rules for name in texts(risks, "rule_id")], ids, "risks without a rule")
    for column in ("category", "risk", "trigger", "response", "owner_role", "source", "status"):
        asked = [rules.get(name, {}).get(column) for name in texts(risks, "rule_id")]
        wrong = [a != b for a, b in zip(asked, texts(risks, column), strict=True)]
        ledger.none(wrong, ids, f"risks' {column} is not that of the rule")
    own = [
        f"{rule}-{area or 'program'}"
        for rule, area in zip(texts(risks, "rule_id"), texts(risks, "area_id"), strict=True)
    ]
    ledger.none([a != b for a, b in zip(ids, own, strict=True)], ids, "risk ids are not rule and area")
    days = [rules.get(name, {}).get("impact_days") for name in texts(risks, "rule_id")]
    ledger.none([a != b for a, b in zip(numbers(risks, "impact_days"), days, strict=True)], ids, "risks' impact_days")
    known = {"", *texts(saved.table("areas"), "area_id")}
    ledger.none([area not in known for area in texts(risks, "area_id")], ids, "risks of areas that do not exist")
    exposure = numbers(risks, "probability") * numbers(risks, "impact_cost")
    ledger.none(np.abs(numbers(risks, "exposure_cost") - exposure) > 0.011, ids, "exposure is not probability x cost")
    ledger.nothing(sorted(set(section(saved, "risks")["remove"]) & {*ids, *texts(risks, "rule_id")}), "removed risks")
