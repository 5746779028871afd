"""Check that tasks are those of the template, as long as the work takes, and that their cost adds to the area's."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.rules import engineering, rows_of

METERS = {
    "plow": "plow_m",
    "plow_hard": "plow_hard_m",
    "trench": "trench_m",
    "trench_paved": "trench_paved_m",
    "duct_pull": "duct_m",
    "bridge_duct": "bridge_m",
    "bore": "bore_m",
    "aerial": "aerial_m",
}
_IN_GROUND = ("plow_m", "plow_hard_m", "trench_m", "trench_paved_m", "duct_m", "bridge_m")
Work = dict[str, float]


def check_work(saved: SavedPlan) -> Check:
    """Check presence, duration and crews of every package of every area, and what is spent on them."""
    ledger = Ledger("work")
    tasks, bom = saved.table("tasks"), saved.table("bom")
    row_of = {name: row for row, name in enumerate(texts(tasks, "task_id"))}
    duration, crews = integers(tasks, "duration_days"), integers(tasks, "crew_count")
    wanted: set[str] = {"program-start", "program-finish"} if _chosen(saved) else set()
    for area in _chosen(saved):
        work = measure_work(saved, area)
        items = [i for a, i in zip(texts(bom, "area_id"), texts(bom, "item"), strict=True) if a == area]
        categories = [c for a, c in zip(texts(bom, "area_id"), texts(bom, "category"), strict=True) if a == area]
        for package in rows_of(saved, "work_packages"):
            if package["kind"] == "summary" or package["duration"] == "permit" or not _occurs(package, work):
                continue
            name = f"{area}-{package['wbs']}"
            wanted.add(name)
            if not ledger.that(name in row_of, f"the schedule lacks {name}"):
                continue
            days, count = _size(saved, package, work, list(zip(categories, items, strict=True)))
            told = (int(duration[row_of[name]]), int(crews[row_of[name]]))
            ledger.that(told == (days, count), f"{name} takes {told} days and crews, the work asks for {(days, count)}")
    permits = {f"permit-{name}" for name in texts(saved.table("permits"), "permit_id")}
    ledger.nothing(sorted(set(row_of) - wanted - permits), "tasks that nothing asks for", len(row_of))
    _check_spending(ledger, saved, tasks)
    ledger.equal(saved.document["counts"]["tasks"], len(tasks), "counts.tasks")
    return ledger.close()


def _chosen(saved: SavedPlan) -> list[str]:
    """Chosen areas by phase and id."""
    areas = saved.table("areas")
    ids, phase = texts(areas, "area_id"), numbers(areas, "phase")
    return [ids[row] for row in sorted(np.flatnonzero(flags(areas, "chosen")), key=lambda row: (phase[row], ids[row]))]


def measure_work(saved: SavedPlan, area: str) -> Work:
    """Measure what crews have to do in an area."""
    work: Work = defaultdict(float)
    _measure_spans(saved, area, work)
    _measure_optics(saved, area, work)
    drops = texts(saved.table("drops"), "area_id")
    work["locations"] = drops.count(area)
    work["orders"] = math.ceil(round(drops.count(area) * engineering(saved, "take_rate"), 6))
    work["permits"] = _hosted(saved).count(area)
    return defaultdict(float, {name: round(float(value), 3) for name, value in work.items()})


def _measure_spans(saved: SavedPlan, area: str, work: Work) -> None:
    spans = saved.table("spans")
    columns = (texts(spans, "area_id"), texts(spans, "method"), texts(spans, "placement"), flags(spans, "is_existing"))
    figures = (numbers(spans, "length_m"), numbers(spans, "bore_m"), integers(spans, "pole_count"))
    for own, method, placement, lit, length, bore, poles in zip(*columns, *figures, strict=True):
        if own != area or lit:
            continue
        inside = min(float(bore), float(length))
        work[METERS[method]] += float(length) - inside
        work["bore_m"] += inside
        work["route_m"] += float(length)
        work["poles"] += int(poles) if placement == "aerial" else 0
    work["buried_m"] = sum(work[name] for name in _IN_GROUND)
    work["underground_m"] = work["buried_m"] + work["bore_m"]
    work["opened_m"] = work["trench_m"] + work["trench_paved_m"]
    work["plow_restored_m"] = work["plow_m"] + work["plow_hard_m"]


def _measure_optics(saved: SavedPlan, area: str, work: Work) -> None:
    cables, sites, bom = saved.table("cables"), saved.table("sites"), saved.table("bom")
    columns = (texts(cables, "area_id"), texts(cables, "tier"), integers(cables, "used_fibers"))
    for own, tier, used, length in zip(*columns, numbers(cables, "length_m"), strict=True):
        if own == area and tier != "drop":
            work["fibers"] += int(used)
            work["cable_m"] += float(length)
    for own, item, quantity in zip(texts(bom, "area_id"), texts(bom, "item"), numbers(bom, "quantity"), strict=True):
        if own == area and item == "splice":
            work["splices"] += float(quantity)
        if own == area and item.startswith(("olt_port", "odf_port")):
            work["electronics"] += float(quantity)
    for own, kind, is_new in zip(texts(sites, "area_id"), texts(sites, "kind"), flags(sites, "is_new"), strict=True):
        if own == area and is_new:
            work["hubs"] += kind == "hub"
            work["huts"] += kind in ("hut", "co")
    work["cabinets"] = work["hubs"] + work["huts"]


def _hosted(saved: SavedPlan) -> list[str]:
    """Per permit the area that applies for it: the first that needs it, by phase and id."""
    order = {area: place for place, area in enumerate(_chosen(saved))}
    needing = [split_ids(text) for text in texts(saved.table("permits"), "area_ids")]
    return [min((a for a in areas if a in order), key=order.__getitem__, default="") for areas in needing]


def _occurs(package: dict[str, Any], work: Work) -> bool:
    """Tell whether an area has a package."""
    if package["needs"] and work[package["needs"]] <= 0:
        return False
    terms = _terms(package)
    return not terms or any(work[quantity] > 0 for quantity, _ in terms)


def _terms(package: dict[str, Any]) -> list[tuple[str, str]]:
    """Pairs of quantity and production rate."""
    text = package["duration"]
    if "/" not in text:
        return []
    pairs = [part.strip().split("/") for part in text.split("+")]
    return [(quantity, rate) for quantity, rate in pairs]


def _size(saved: SavedPlan, package: dict[str, Any], work: Work, lines: list[tuple[str, str]]) -> tuple[int, int]:
    """Days and crews that a package takes."""
    text, kind = package["duration"], package["crew_kind"]
    if package["kind"] == "milestone":
        return 0, 0
    if text.startswith("lead:"):
        asked = [part.strip() for part in text.removeprefix("lead:").split(",")]
        waits = [_lead_days(saved, item) for category, item in lines if category in asked]
        return max(waits, default=0), 1 if kind else 0
    if "/" not in text:
        return int(text), 1 if kind else 0
    rates = {row["production_id"]: row for row in rows_of(saved, "production")}
    present = [(work[quantity], rates[rate]) for quantity, rate in _terms(package) if work[quantity] > 0]
    crew_days = sum(amount / rate["per_day"] for amount, rate in present)
    setup = max((rate["setup_days"] for _, rate in present), default=0.0)
    wanted = math.ceil(round(crew_days / engineering(saved, "crew_split_days"), 6))
    count = max(1, min(wanted, int(saved.study["crews"].get(kind, 0)))) if kind else 0
    return max(1, math.ceil(round(setup + crew_days / max(count, 1), 6))), count


def _lead_days(saved: SavedPlan, item: str) -> int:
    """Lead time of an item: its own row, else the longest prefix that fits, else none."""
    leads = {row["item"]: int(row["lead_time_calendar_days"]) for row in rows_of(saved, "materials")}
    if item in leads:
        return leads[item]
    fitting = [name for name in leads if name.endswith("*") and item.startswith(name[:-1])]
    return leads[max(fitting, key=lambda name: (len(name), name))] if fitting else 0


def _check_spending(ledger: Ledger, saved: SavedPlan, tasks: Any) -> None:
    """Check that the cost of an area's tasks adds to its base cost."""
    areas = saved.table("areas")
    spent: dict[str, int] = defaultdict(int)
    for area, cost in zip(texts(tasks, "area_id"), numbers(tasks, "cost"), strict=True):
        spent[area] += round(float(cost) * 100)
    ids, base = texts(areas, "area_id"), np.round(numbers(areas, "cost_base") * 100)
    off = [abs(spent[area] - cents) > 0 for area, cents in zip(ids, base, strict=True)]
    ledger.none(flags(areas, "chosen") & off, ids, "costs of tasks do not add to the area's base cost")
    ledger.that(spent[""] == 0, "tasks of no area cost money")
