"""Count what each inspection of the rules has to look at, area by area."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

from expansion.audit.folder import SavedPlan, flags, integers, numbers, split_ids, texts
from expansion.audit.ledger import Ledger
from expansion.audit.measured_work import measure_work
from expansion.audit.rules import engineering, rows_of, section
from expansion.audit.sections import parts_of, task_names

Counts = dict[str, float]


def check_inspections(ledger: Ledger, saved: SavedPlan) -> None:
    """Check that inspections are those of the rules, wherever there is something to look at."""
    quality = saved.table("quality")
    rules = {row["check_id"]: row for row in rows_of(saved, "quality")}
    wanted = {f"{name}-{place}": number for name, row in rules.items() for place, number in _wanted(saved, row).items()}
    ids, checks, of = texts(quality, "check_row_id"), texts(quality, "check_id"), texts(quality, "area_id")
    told = dict(zip(ids, integers(quality, "quantity").tolist(), strict=True))
    ledger.nothing(sorted(set(told) ^ set(wanted)), "inspections missing, or of nothing", len(wanted))
    wrong = [name for name in sorted(set(told) & set(wanted)) if told[name] != wanted[name]]
    ledger.nothing(wrong, "inspections of another number than there is to look at", len(wanted))
    tasks = saved.table("tasks")
    last = {name: end for end, name in sorted(zip(texts(tasks, "finish"), texts(tasks, "task_id"), strict=True))}
    place = {name: number for number, name in enumerate(last)}
    codes = {row["wbs"]: row for row in rows_of(saved, "work_packages")}
    named = [codes.get(str(rules.get(name, {}).get("wbs")), {}) for name in checks]
    part = {one.section_id: one for parts in parts_of(saved).values() for one in parts}
    within = [part.get(name) for name in texts(quality, "section_id")]
    lists = [
        ((task_names(saved, area, row, one) if one else []) or task_names(saved, area, row)) if row else []
        for area, row, one in zip(of, named, within, strict=True)
    ]
    own = [max((task for task in mine if task in place), key=place.__getitem__, default="") for mine in lists]
    ledger.none(
        [a != b for a, b in zip(own, texts(quality, "task_id"), strict=True)], ids, "inspections on another task"
    )
    objects = [f"{rules.get(name, {}).get('object')}: {rules.get(name, {}).get('check')}" for name in checks]
    ledger.none([a != b for a, b in zip(objects, texts(quality, "object"), strict=True)], ids, "inspections' object")
    places = zip(checks, of, texts(quality, "section_id"), strict=True)
    ledger.none(
        [f"{name}-{section or area}" != key for key, (name, area, section) in zip(ids, places, strict=True)],
        ids, "inspections of another place",
    )  # fmt: skip
    _check_points(ledger, saved, quality, rules)
    _check_holds(ledger, saved, quality)
    for column in ("acceptance", "method", "sample", "source", "status", "stage", "gate", "record"):
        strange = [rules.get(n, {}).get(column) != w for n, w in zip(checks, texts(quality, column), strict=True)]
        ledger.none(strange, ids, f"inspections' {column} is not that of the rule")


def _check_points(ledger: Ledger, saved: SavedPlan, quality: Any, rules: dict[str, Any]) -> None:
    """Check who inspects what under the study's kind of PMO, the limits in figures, and the day it is due."""
    pmo, network = section(saved, "governance")["pmo"], saved.document["network"]
    points = {row["stage"]: row for row in rows_of(saved, "inspection_points") if row["pmo"] == pmo}
    ends = dict(zip(*(texts(saved.table("tasks"), name) for name in ("task_id", "finish")), strict=True))
    ends[""] = ""
    worst = _worst_loss(saved)
    ids = texts(quality, "check_row_id")
    cells = [texts(quality, n) for n in ("check_id", "area_id", "stage", "task_id", "point", "inspector_role", "due")]
    figures = (integers(quality, "quantity"), integers(quality, "audits"), flags(quality, "holds_payment"))
    bounds = [numbers(quality, name) for name in ("least", "most", "planned")]
    wrong, off = [], []
    for name, row in enumerate(zip(*cells, *figures, *bounds, strict=True)):
        check, area, stage, task, point, role, due, quantity, audits, held, least, most, planned = row
        rule, own = rules[check], points[stage]
        share = math.ceil(round(int(quantity) * own["audit_share"], 6))
        told = (point, role, bool(held), int(audits), due)
        asked = (own["point"], own["inspector_role"], own["holds_payment"], share, ends.get(task))
        wrong += [ids[name]] if told != asked else []
        top = network[rule["most_from"]] if rule["most_from"] else rule["most"]
        expected = (rule["least"], top, worst.get(area, 0.0) if rule["planned"] else None)
        off += [ids[name]] if not all(map(_same, (least, most, planned), expected)) else []
    ledger.nothing(wrong, "inspections of another weight than the PMO asks for", len(ids))
    ledger.nothing(off, "inspections with other limits", len(ids))


def _same(told: float, asked: float | None) -> bool:
    """Compare a figure that may be empty."""
    return math.isnan(told) if asked is None else abs(told - float(asked)) < 0.0006


def _worst_loss(saved: SavedPlan) -> dict[str, float]:
    """Largest link loss per area of the drop."""
    drops, paths = saved.table("drops"), saved.table("paths")
    home = dict(zip(texts(drops, "location_id"), texts(drops, "area_id"), strict=True))
    found: dict[str, float] = defaultdict(float)
    for location, loss in zip(texts(paths, "location_id"), numbers(paths, "loss_db"), strict=True):
        area = home.get(location, "")
        found[area] = max(found[area], float(loss))
    return found


def count_objects(saved: SavedPlan) -> dict[str, Counts]:
    """Count per built area what there is to inspect."""
    counts: dict[str, Counts] = {area: defaultdict(float, work) for area, work in measure_work(saved).items()}
    for mine in counts.values():
        mine["permits"] = 0.0
    _count_spans(saved, counts, texts(saved.table("spans"), "area_id"))
    _count_light(saved, counts)
    _count_permits(saved, counts)
    reel = engineering(saved, "reel_m")
    cables = saved.table("cables")
    columns = (texts(cables, "area_id"), texts(cables, "tier"), numbers(cables, "length_m"))
    for area, tier, length in zip(*columns, strict=True):
        if area in counts and tier != "drop":
            counts[area]["reels"] += max(math.ceil(round(float(length) / reel, 6)), 1)
    drops = Counter(texts(saved.table("drops"), "area_id"))
    for area, mine in counts.items():
        orders = int(mine["orders"])
        mine["speed_tests"] = min(orders, 5) if orders <= 50 else min(math.ceil(orders / 10), 50)
        mine["splices"] = mine["splices"] or 2 * mine["fibers"]
        mine["connectors"] = 2 * mine["splitters"] + 2 * drops[area]
    return counts


def _wanted(saved: SavedPlan, rule: dict[str, Any]) -> dict[str, int]:
    """Count the checks of a rule by area, or by section where its package is done in sections and it counts spans."""
    code = next((row for row in rows_of(saved, "work_packages") if row["wbs"] == rule["wbs"]), {"per": ""})
    areas: dict[str, Counts] = saved.once("objects", count_objects)
    parts: dict[str, Counts] = saved.once("objects of sections", _count_sections)
    found: dict[str, int] = {}
    for area, mine in areas.items():
        own = {one.section_id: parts[one.section_id][rule["counts"]] for one in parts_of(saved)[area]}
        own = {name: number for name, number in own.items() if number}
        by_section = (
            code["per"] == "section" and rule["counts"] in IN_SECTIONS and len(own) > 1 and mine[rule["counts"]]
        )
        chosen = own if by_section else {area: mine[rule["counts"]]}
        found |= {name: math.ceil(round(number, 6)) for name, number in chosen.items() if number > 0}
    return found


IN_SECTIONS = ("cover_points", "duct_spans", "bores", "poles", "new_spans")


def _count_sections(saved: SavedPlan) -> dict[str, Counts]:
    """Count the spans of each section."""
    counts: dict[str, Counts] = {
        one.section_id: defaultdict(float, {"poles": one.work["poles"]})
        for mine in parts_of(saved).values()
        for one in mine
    }
    of_span = {span: one.section_id for mine in parts_of(saved).values() for one in mine for span in one.spans}
    _count_spans(saved, counts, [of_span.get(name, "") for name in texts(saved.table("spans"), "span_id")])
    return counts


def _check_holds(ledger: Ledger, saved: SavedPlan, quality: Any) -> None:
    """Check that a hold point names the task that ends in its gate, and that links let it wait for the check."""
    gates, links = saved.table("gates"), saved.table("task_links")
    rows = zip(*(texts(gates, name) for name in ("area_id", "gate", "task_id")), strict=True)
    ends = {(area, gate): task for area, gate, task in rows}
    names = ("check_row_id", "area_id", "gate", "task_id", "point", "holds_task_id")
    cells = list(zip(*(texts(quality, name) for name in names), strict=True))
    asked = [ends.get((area, gate), "") if point == "hold" and task else "" for _, area, gate, task, point, _ in cells]
    ids = [row[0] for row in cells]
    ledger.none([row[5] != task for row, task in zip(cells, asked, strict=True)], ids, "hold points of another gate")
    after: dict[str, set[str]] = defaultdict(set)
    for first, second, kind in zip(
        *(texts(links, name) for name in ("predecessor_id", "successor_id", "kind")), strict=True
    ):
        if kind[0] == "F" and kind[1:] in ("S", "F"):
            after[first].add(second)
    told = any(row["code"] == "W_HOLD_POINT" for row in saved.document["findings"])
    loose = [name for name, _, _, task, _, end in cells if end and end not in _reached(after, task)]
    ledger.that(bool(loose) == told, f"hold points that hold nothing go untold: {loose[:5]}")


def _reached(after: dict[str, set[str]], task: str) -> set[str]:
    """List the tasks that cannot end before a task has."""
    found, waiting = {task}, [task]
    while waiting:
        new = after[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _count_spans(saved: SavedPlan, counts: dict[str, Counts], group: list[str]) -> None:
    """Count bores, points of cover, spans in ducts, new spans and spans whose records are audited, by group."""
    spans = saved.table("spans")
    columns = (group, texts(spans, "placement"), texts(spans, "method"), flags(spans, "is_existing"))
    covered: dict[str, list[float]] = defaultdict(list)
    every: dict[str, int] = defaultdict(int)
    figures = [numbers(spans, name) for name in ("length_m", "bore_m", "over_m")]
    for area, placement, method, lit, length, bore, over in zip(*columns, *figures, strict=True):
        every[area] += 1
        if area in counts and not lit:
            counts[area]["bores"] += 0 if placement == "aerial" else int(bore > 0) + int(over > 0)
            counts[area]["new_spans"] += 1
            counts[area]["punch_lists"] = 1
            counts[area]["duct_spans"] += placement == "duct" or method == "bridge_duct"
            covered[area] += [float(length)] if placement != "aerial" else []
    for area, mine in counts.items():
        meters = round(math.fsum(covered[area]), 3)
        mine["cover_points"] = (
            math.ceil(round(meters / max(engineering(saved, "cover_spacing_m"), 1.0), 6)) + mine["bores"]
        )
        mine["audited_spans"] = math.ceil(round(every[area] * engineering(saved, "audited_span_share"), 6))


def _count_light(saved: SavedPlan, counts: dict[str, Counts]) -> None:
    """Count terminals, splitters and OLT ports on the light paths of each area."""
    paths, drops = saved.table("paths"), saved.table("drops")
    home = dict(zip(texts(drops, "location_id"), texts(drops, "area_id"), strict=True))
    seen: dict[str, set[tuple[str, str, int]]] = defaultdict(set)
    columns = [texts(paths, name) for name in ("location_id", "terminal_id", "hub_id", "office_id")]
    ports = (integers(paths, "splitter_input"), integers(paths, "olt_port"))
    for location, terminal, hub, office, splitter, port in zip(*columns, *ports, strict=True):
        area = home.get(location, "")
        seen[area] |= {("terminals", terminal, 0), ("splitters", hub, int(splitter)), ("olt_ports", office, int(port))}
    for area, mine in counts.items():
        for name, *_ in seen[area]:
            mine[name] += 1


def _count_permits(saved: SavedPlan, counts: dict[str, Counts]) -> None:
    """Count the permits that each area needs, and the lots of those on poles."""
    permits = saved.table("permits")
    layer = {row["rule_id"]: row["layer"] for row in rows_of(saved, "permit_rules")}
    columns = (texts(permits, "area_ids"), texts(permits, "rule_id"), integers(permits, "lots"))
    for text, rule, lots in zip(*columns, strict=True):
        for area in split_ids(text):
            if area in counts:
                counts[area]["permits"] += 1
                counts[area]["pole_orders"] += int(lots) if layer.get(rule) == "pole" else 0
