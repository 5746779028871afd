"""Check that tasks are those of the template, as long as the work takes, and that their cost adds to the area's."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np

from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Check, Ledger
from expansion.audit.quantities import bought
from expansion.audit.rules import engineering, lead_days, rows_of

METERS = {
    "plow": "plow_m",
    "plow_hard": "plow_hard_m",
    "trench": "trench_m",
    "trench_paved": "trench_paved_m",
    "duct_pull": "duct_m",
    "bridge_duct": "bridge_m",
    "trench_stone": "trench_paved_m",
    "trench_rock": "trench_paved_m",
    "bore": "bore_m",
    "crossing_bore": "bore_m",
    "aerial": "aerial_m",
    "crossing_aerial": "aerial_m",
}
_IN_GROUND = ("plow_m", "plow_hard_m", "trench_m", "trench_paved_m", "duct_m", "bridge_m")
Work = dict[str, float]
ELECTRONICS = ("olt_port", "odf_port", "sector_radio", "backhaul_", "dsl_port", "gfast_port")


def check_work(saved: SavedPlan) -> Check:
    """Check presence, duration and crews of every package of every area, and what is spent on them."""
    ledger = Ledger("work")
    tasks, bom = saved.table("tasks"), saved.table("bom")
    row_of = {name: row for row, name in enumerate(texts(tasks, "task_id"))}
    duration, crews = integers(tasks, "duration_days"), integers(tasks, "crew_count")
    wanted: set[str] = {"program-start", "program-finish"} if _chosen(saved) else set()
    lines: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for area, category, item in zip(*(texts(bom, name) for name in ("area_id", "category", "item")), strict=True):
        lines[area].append((category, item))
    for area, work in measure_work(saved).items():
        for package in rows_of(saved, "work_packages"):
            if package["kind"] == "summary" or is_obtained(package) or not occurs(package, work):
                continue
            name = f"{area}-{package['wbs']}"
            wanted.add(name)
            if not ledger.that(name in row_of, f"the schedule lacks {name}"):
                continue
            days, count = _size(saved, package, work, lines[area])
            told = (int(duration[row_of[name]]), int(crews[row_of[name]]))
            ledger.that(told == (days, count), f"{name} takes {told} days and crews, the work asks for {(days, count)}")
    _check_words(ledger, saved, tasks)
    permits = {f"permit-{name}" for name in texts(saved.table("permits"), "permit_id")}
    ledger.nothing(sorted(set(row_of) - wanted - permits), "tasks that nothing asks for", len(row_of))
    _check_spending(ledger, saved, tasks)
    ledger.equal(saved.document["counts"]["tasks"], len(tasks), "counts.tasks")
    return ledger.close()


def _check_words(ledger: Ledger, saved: SavedPlan, tasks: Any) -> None:
    """Check that WBS code, phase, name, role and gate of a task are those of its package."""
    packages = {row["wbs"]: row for row in rows_of(saved, "work_packages")}
    permit = {row["duration"]: code for code, row in packages.items() if is_obtained(row)}
    calls = _calls_before_digging(saved)
    number = {area: place for place, area in enumerate(_chosen(saved), start=2)}
    columns = [texts(tasks, name) for name in ("task_id", "area_id", "wbs", "wbs_phase", "name", "role", "gate")]
    titles = _permit_titles(saved)
    wrong = []
    for task, area, wbs, phase, name, role, gate in zip(*columns, strict=True):
        if not area:
            continue
        is_permit = task.startswith("permit-")
        code = permit["permit:dig" if task in calls else "permit"] if is_permit else task.removeprefix(f"{area}-")
        row = packages.get(code, {})
        title = titles.get(task, "") if is_permit else row.get("name")
        asked = (row.get("phase"), title, row.get("responsible"), "" if is_permit else row.get("gate"))
        within = wbs.startswith(f"{number.get(area)}.{code}") if is_permit else wbs == f"{number.get(area)}.{code}"
        if (phase, name, role, gate) != asked or not within:
            wrong.append(task)
    ledger.nothing(wrong, "tasks in other words than those of their package", len(tasks))
    codes = columns[2]
    ledger.that(len(set(codes)) == len(codes), "WBS codes are not unique")


def is_obtained(package: dict[str, Any]) -> bool:
    """Tell whether a package stands for one task per permit."""
    return str(package["duration"]) in ("permit", "permit:dig")


def _calls_before_digging(saved: SavedPlan) -> set[str]:
    """Tasks of permits that are called for once all else is ready."""
    permits = saved.table("permits")
    rows = zip(texts(permits, "permit_id"), texts(permits, "blocks"), strict=True)
    return {f"permit-{name}" for name, blocks in rows if blocks == "dig"}


def _permit_titles(saved: SavedPlan) -> dict[str, str]:
    """Name of the task that waits for each permit."""
    permits = saved.table("permits")
    rows = zip(*(texts(permits, name) for name in ("permit_id", "permit", "granted_for")), strict=True)
    return {f"permit-{name}": f"{permit}: {grant}" for name, permit, grant in rows}


def _chosen(saved: SavedPlan) -> list[str]:
    """Chosen areas by phase and id."""
    areas = saved.table("areas")
    ids, phase = texts(areas, "area_id"), numbers(areas, "phase")
    return [ids[row] for row in sorted(np.flatnonzero(flags(areas, "chosen")), key=lambda row: (phase[row], ids[row]))]


def measure_work(saved: SavedPlan) -> dict[str, Work]:
    """Measure what crews have to do, per area that is built, once per plan."""
    found: dict[str, Work] = saved.once("work", _measure_all)
    return found


def _measure_all(saved: SavedPlan) -> dict[str, Work]:
    work: dict[str, Work] = {area: defaultdict(float) for area in _chosen(saved)}
    _measure_spans(saved, work)
    _measure_optics(saved, work)
    _measure_stations(saved, work)
    homes, hosts = connected(saved), Counter(hosted_permits(saved))
    take = engineering(saved, "take_rate")
    for area, mine in work.items():
        mine["locations"] = homes[area]
        mine["orders"] = math.ceil(round(homes[area] * take, 6))
        mine["permits"] = hosts[area]
    return {a: defaultdict(float, {k: round(float(v), 3) for k, v in mine.items()}) for a, mine in work.items()}


def _measure_stations(saved: SavedPlan, work: dict[str, Work]) -> None:
    """Count towers and cabinets that serve somebody, by who pays for them."""
    sites = saved.table("sites")
    columns = (texts(sites, "area_id"), texts(sites, "kind"), flags(sites, "is_new"))
    for area, kind, is_new in zip(*columns, strict=True):
        if area in work and kind == "tower":
            work[area]["towers"] += 1
            work[area]["new_towers" if is_new else "fitted_towers"] += 1
        if area in work and kind == "cabinet":
            work[area]["dslams"] += 1


def connected(saved: SavedPlan) -> Counter[str]:
    """Count the locations that are served per area, by fiber or otherwise."""
    return Counter([*texts(saved.table("drops"), "area_id"), *texts(saved.table("connections"), "area_id")])


def _measure_spans(saved: SavedPlan, work: dict[str, Work]) -> None:
    """Add up meters by method, what is bored, and poles, of spans that are not there yet."""
    spans = saved.table("spans")
    columns = (texts(spans, "area_id"), texts(spans, "method"), texts(spans, "placement"), flags(spans, "is_existing"))
    figures = [numbers(spans, name) for name in ("length_m", "item_m", "bore_m", "over_m", "pole_count")]
    for area, method, placement, lit, length, built, bore, over, poles in zip(*columns, *figures, strict=True):
        if area in work and not lit:
            mine = work[area]
            mine[METERS[method]] += float(built)
            mine["bore_m"] += float(bore)
            mine["aerial_m" if placement == "aerial" else "bore_m"] += float(over)
            mine["route_m"] += float(length)
            mine["poles"] += int(poles) if placement == "aerial" else 0
    for mine in work.values():
        mine["buried_m"] = sum(mine[name] for name in _IN_GROUND)
        mine["underground_m"] = mine["buried_m"] + mine["bore_m"]
        mine["opened_m"] = mine["trench_m"] + mine["trench_paved_m"]
        mine["plow_restored_m"] = mine["plow_m"] + mine["plow_hard_m"]


def _measure_optics(saved: SavedPlan, work: dict[str, Work]) -> None:
    """Add up fibers and meters of trunk cables, splices, electronics, and new hubs and huts."""
    cables, sites, bom = saved.table("cables"), saved.table("sites"), saved.table("bom")
    columns = (texts(cables, "area_id"), texts(cables, "tier"), integers(cables, "used_fibers"))
    for area, tier, used, length in zip(*columns, numbers(cables, "length_m"), strict=True):
        if area in work and tier != "drop":
            work[area]["fibers"] += int(used)
            work[area]["cable_m"] += float(length)
    for (area, item), (_, quantity) in bought(bom).items():
        if area in work and item == "splice":
            work[area]["splices"] += quantity
        if area in work and item == "co_upgrade":
            work[area]["huts"] += quantity
            work[area]["cabinets"] += quantity
        if area in work and item.startswith(ELECTRONICS):
            work[area]["electronics"] += quantity
    for area, kind, is_new in zip(texts(sites, "area_id"), texts(sites, "kind"), flags(sites, "is_new"), strict=True):
        if area in work and is_new and kind in ("hub", "hut", "co"):
            work[area]["hubs" if kind == "hub" else "huts"] += 1
            work[area]["cabinets"] += 1


def hosted_permits(saved: SavedPlan) -> list[str]:
    """Per permit the area that applies for it: the first that needs it, by phase and id."""
    order = {area: place for place, area in enumerate(_chosen(saved))}
    needing = [split_ids(text) for text in texts(saved.table("permits"), "area_ids")]
    return [min((a for a in areas if a in order), key=order.__getitem__, default="") for areas in needing]


def occurs(package: dict[str, Any], work: Work) -> bool:
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
        waits = [lead_days(saved, item) or 0 for category, item in lines if category in asked]
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


def _check_spending(ledger: Ledger, saved: SavedPlan, tasks: Any) -> None:
    """Check that the cost of an area's tasks adds to its base cost."""
    areas = saved.table("areas")
    spent: dict[str, int] = defaultdict(int)
    for area, cost in zip(texts(tasks, "area_id"), numbers(tasks, "cost"), strict=True):
        spent[area] += round(float(cost) * 100)
    ids, base = texts(areas, "area_id"), np.round(numbers(areas, "cost_base") * 100)
    off = np.array([spent[area] != cents for area, cents in zip(ids, base, strict=True)], dtype=bool)
    ledger.none(flags(areas, "chosen") & off, ids, "costs of tasks do not add to the area's base cost")
    ledger.that(spent[""] == 0, "tasks of no area cost money")
